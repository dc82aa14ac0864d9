#!/usr/bin/env python3
"""Debian's kernel boots to a shell on the serial port, answers, and powers off.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import os
import re
import select
import subprocess
import sys
import time

SKIP = 77
PROMPT = "moa:/root# "
BOOT_SECONDS = 150


class Console:
    """The emulator with its -nographic terminal on pipes."""

    def __init__(self, args):
        self.text = ""
        self.proc = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT)

    def expect(self, pattern, seconds):
        """Wait for @pattern in what came after the last match."""
        end = time.monotonic() + seconds
        while True:
            match = re.search(pattern, self.text)
            if match:
                self.text = self.text[match.end():]
                return match
            left = end - time.monotonic()
            ready = select.select([self.proc.stdout], [], [], max(left, 0))[0]
            data = os.read(self.proc.stdout.fileno(), 65536) if ready else b""
            if not data:
                raise AssertionError(f"no {pattern!r} after: {self.text[-2000:]!r}")
            self.text += data.decode(errors="replace")

    def type(self, keys):
        self.proc.stdin.write(keys.encode())
        self.proc.stdin.flush()

    def finish(self, seconds):
        self.proc.wait(seconds)
        return self.proc.returncode

    def kill(self):
        self.proc.kill()
        self.proc.wait()


def boot(binary, kernel, initrd, extra=()):
    return Console([binary, "-machine", "pc", "-m", "512", "-nic", "none", "-nographic",
                    "-no-reboot", "-kernel", kernel, "-initrd", initrd,
                    "-append", "console=ttyS0 panic=-1 quiet", *extra])


def shell_and_poweroff(*guest):
    console = boot(*guest)
    try:
        console.expect(re.escape(PROMPT), BOOT_SECONDS)
        console.type("echo $((6 * 7))x; nproc\n")
        console.expect("42x\r?\n1\r?\n", 20)
        console.type("\x01h")
        console.expect("C-a x +exit emulator", 10)
        console.type("poweroff\n")
        status = console.finish(60)
        assert status == 0, f"poweroff ended with status {status}"
    finally:
        console.kill()


def two_cpus(*guest):
    console = boot(*guest, extra=("-smp", "2"))
    try:
        console.expect(re.escape(PROMPT), BOOT_SECONDS)
        console.type("nproc; cat /sys/devices/system/clocksource/clocksource0/current_clocksource\n")
        console.expect("2\r?\n(tsc|hpet|acpi_pm)", 20)
        console.type("poweroff\n")
        status = console.finish(60)
        assert status == 0, f"poweroff ended with status {status}"
    finally:
        console.kill()


def quit_by_key(*guest):
    console = boot(*guest)
    try:
        console.type("\x01c")
        console.expect(r"\(qemu\) ", 20)
        console.type("info status\r")
        console.expect("VM status: running", 10)
        console.type("\x01x")
        console.expect("Terminated", 10)
        status = console.finish(20)
        assert status == 0, f"Ctrl-A x ended with status {status}"
    finally:
        console.kill()


def main():
    guest = tuple(os.environ.get(v) for v in
                  ("QTEST_QEMU_BINARY", "MOA_GUEST_KERNEL", "MOA_GUEST_INITRD"))
    if not all(guest):
        print("skipped: MOA_GUEST_KERNEL and MOA_GUEST_INITRD are not set (./quickstart test "
              "sets them)")
        return SKIP
    failed = 0
    for n, test in enumerate((shell_and_poweroff, quit_by_key, two_cpus), 1):
        try:
            test(*guest)
            print(f"ok {n} - {test.__name__}")
        except (AssertionError, subprocess.TimeoutExpired, OSError) as e:
            failed += 1
            print(f"not ok {n} - {test.__name__}: {e}")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
