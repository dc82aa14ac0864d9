#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Finish an option ROM: pad it to 512 bytes, fill in its length and checksums.

usage: sign-optionrom.py IN OUT
"""
import sys

PNP_POINTER = 0x1A
PNP_LENGTH = 5
PNP_CHECKSUM = 9


def sign(rom):
    """The bytes of the finished ROM."""
    rom = bytearray(rom)
    if rom[:2] != b'\x55\xaa':
        raise ValueError('not an option ROM: it does not start with 55 aa')
    rom += bytes(-(len(rom) + 1) % 512 + 1)
    if len(rom) > 0xFF * 512:
        raise ValueError('too long for an option ROM: %d bytes' % len(rom))
    rom[2] = len(rom) // 512
    pnp = int.from_bytes(rom[PNP_POINTER:PNP_POINTER + 2], 'little')
    if rom[pnp:pnp + 4] == b'$PnP':
        size = rom[pnp + PNP_LENGTH] * 16
        rom[pnp + PNP_CHECKSUM] = 0
        rom[pnp + PNP_CHECKSUM] = -sum(rom[pnp:pnp + size]) % 256
    # The last byte makes the sum of all zero.
    rom[-1] = 0
    rom[-1] = -sum(rom) % 256
    return bytes(rom)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], 'rb') as f:
        rom = f.read()
    try:
        rom = sign(rom)
    except ValueError as e:
        sys.exit('%s: %s' % (sys.argv[1], e))
    with open(sys.argv[2], 'wb') as f:
        f.write(rom)


if __name__ == '__main__':
    main()
