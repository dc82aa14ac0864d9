#!/usr/bin/env python3
"""Make a small initial file system for Linux: busybox as init and shell on the console.

The archive has device nodes, which takes no privileges since nothing is unpacked on the host.

usage: make-initramfs.py --busybox FILE --output FILE [--file GUEST-PATH=HOST-PATH]...

SPDX-License-Identifier: GPL-2.0-or-later
"""

import argparse
import gzip
import os
import stat

INITTAB = """\
::sysinit:/etc/rcS
console::respawn:-/bin/sh
::ctrlaltdel:/bin/busybox reboot
"""

RCS = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /tmp
hostname moa
echo
echo "Linux $(uname -r) on $(nproc) CPU(s). 'poweroff' ends it."
"""

PROFILE = """\
export PATH=/bin:/sbin HOME=/root PS1='moa:\\w# '
cd /root
"""


class Archive:
    """A cpio archive in the "newc" format: ASCII headers, everything padded to 4 bytes."""

    def __init__(self):
        self.data = bytearray()
        self.inode = 0

    def add(self, name, mode, content=b"", device=(0, 0)):
        self.inode += 1
        path = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 2 if stat.S_ISDIR(mode) else 1, 0, len(content),
                  0, 0, device[0], device[1], len(path), 0)
        self.data += b"070701" + b"".join(b"%08X" % f for f in fields) + path
        self.pad()
        self.data += content
        self.pad()

    def pad(self):
        self.data += b"\0" * (-len(self.data) % 4)

    def folder(self, name):
        self.add(name, stat.S_IFDIR | 0o755)

    def file(self, name, content, mode=0o644):
        self.add(name, stat.S_IFREG | mode, content)

    def link(self, name, target):
        self.add(name, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, name, major, minor):
        self.add(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def finish(self):
        self.add("TRAILER!!!", 0)
        return bytes(self.data)


def build(busybox, extra):
    archive = Archive()
    for name in ("bin", "sbin", "dev", "etc", "proc", "root", "sys", "tmp", "mnt"):
        archive.folder(name)
    # Before init mounts anything, the kernel opens these two for it.
    archive.character_device("dev/console", 5, 1)
    archive.character_device("dev/null", 1, 3)
    archive.file("bin/busybox", busybox, 0o755)
    archive.link("bin/sh", "busybox")
    archive.link("init", "bin/busybox")
    archive.file("etc/inittab", INITTAB.encode())
    archive.file("etc/rcS", RCS.encode(), 0o755)
    archive.file("etc/profile", PROFILE.encode())
    archive.file("etc/passwd", b"root::0:0:root:/root:/bin/sh\n")
    for name, content, mode in extra:
        archive.file(name.lstrip("/"), content, mode)
    return archive.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--busybox", required=True, help="a statically linked busybox")
    parser.add_argument("--output", required=True)
    parser.add_argument("--file", action="append", default=[], metavar="GUEST=HOST")
    args = parser.parse_args()
    extra = []
    for item in args.file:
        guest, host = item.split("=", 1)
        with open(host, "rb") as f:
            extra.append((guest, f.read(), os.stat(host).st_mode & 0o777))
    with open(args.busybox, "rb") as f:
        data = build(f.read(), extra)
    temporary = args.output + ".tmp"
    with open(temporary, "wb") as f, gzip.GzipFile("", "wb", 6, f, mtime=0) as z:
        z.write(data)
    os.replace(temporary, args.output)


if __name__ == "__main__":
    main()
