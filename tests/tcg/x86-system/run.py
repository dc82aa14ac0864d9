#!/usr/bin/env python3
"""Build the bare-metal x86 tests and run them under an emulator.

    run.py [--qemu PATH] [--peer PATH] [--build DIR] [NAME...]

Each test is a program for bare metal that prints TAP lines on port 0xe9 and ends through
isa-debug-exit. A file's first "/* TEST ... */" comment may give options: args=, bits=32|64,
peer="why the peer cannot run it".
Prints the TAP lines of all, renumbered, with the test's name in front.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = {"boot32.S", "lib32.c", "boot64.S", "lib64.c"}
TIMEOUT = 60  # seconds; a test takes a fraction of one


def options(path):
    """Options of a test from its TEST comment."""
    with open(path, encoding="utf-8") as f:
        m = re.search(r"/\* TEST (.*?) \*/", f.read())
    opts = dict(item.split("=", 1) for item in shlex.split(m.group(1))) if m else {}
    opts.setdefault("bits", "32")
    opts.setdefault("args", "")
    return opts


def build(name, opts, out):
    """The program as an ELF file that multiboot loaders take."""
    bits = opts["bits"]
    flags = ["-m" + bits, "-std=gnu11", "-O1", "-ffreestanding", "-fno-pic", "-no-pie",
             "-fno-stack-protector", "-fcf-protection=none", "-fno-asynchronous-unwind-tables",
             "-fno-omit-frame-pointer", "-nostdlib", "-static", "-Wall", "-Wextra",
             "-Wno-unused-function", "-Wl,--build-id=none", "-Wl,-z,noexecstack",
             "-Wl,--no-warn-rwx-segments", "-mgeneral-regs-only"]
    if bits == "64":
        flags += ["-mno-red-zone"]
    elf = os.path.join(out, name + ".elf")
    cmd = [os.environ.get("CC", "gcc").split()[-1], *flags,
           "-T", os.path.join(HERE, f"link{bits}.ld"),
           os.path.join(HERE, f"boot{bits}.S"), os.path.join(HERE, f"lib{bits}.c"),
           os.path.join(HERE, name + ".c"), "-o", elf]
    subprocess.run(cmd, check=True)
    if bits == "64":
        subprocess.run(["objcopy", "-O", "elf32-i386", elf, elf], check=True)
    return elf


def run(qemu, elf, opts):
    """Output and whether the end was reached."""
    cmd = [qemu, "-display", "none", "-no-reboot", "-nic", "none", "-monitor", "none",
           "-serial", "none", "-debugcon", "stdio",
           "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-m", "64",
           "-kernel", elf, *shlex.split(opts["args"])]
    try:
        p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode(errors="replace") + "# timed out\n", False
    text = p.stdout.decode(errors="replace")
    for line in p.stderr.decode(errors="replace").splitlines():
        if not line.startswith("qemu-system") or "warning" not in line:
            text += "# " + line + "\n"
    return text, p.returncode in (1, 3)


def known(name):
    """Checks that the peer, but not real processors, fails."""
    path = os.path.join(HERE, "peer-deviations.txt")
    found = set()
    with open(path, encoding="utf-8") as f:
        for line in f:
            test, _, check = line.rstrip("\n").partition(": ")
            if test == name:
                found.add(check)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--qemu", default=os.environ.get("QEMU_SYSTEM_X86_64"))
    parser.add_argument("--peer", action="store_true",
                        help="the emulator is the peer: checks in peer-deviations.txt may fail")
    parser.add_argument("--keep", help="folder for the programs")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    qemu = args.qemu or os.path.join(os.getcwd(), "x86_64-softmmu/qemu-system-x86_64")
    if not os.access(qemu, os.X_OK):
        print(f"no emulator at {qemu}")
        return 77
    names = args.names or sorted(f[:-2] for f in os.listdir(HERE)
                                 if f.endswith(".c") and f not in LIBRARY)
    number = failures = 0
    with tempfile.TemporaryDirectory() as tmp:
        out = args.keep or tmp
        for name in names:
            opts = options(os.path.join(HERE, name + ".c"))
            if args.peer and "peer" in opts:
                number += 1
                print(f"ok {number} - {name} # SKIP peer: {opts['peer']}")
                continue
            text, ended = run(qemu, build(name, opts, out), opts)
            allowed = known(name) if args.peer else set()
            for line in text.splitlines():
                m = re.match(r"(ok|not ok) \d+ - (.*)", line)
                if not m:
                    if line.startswith("#"):
                        print(line)
                    continue
                number += 1
                verdict, check = m.groups()
                if verdict == "not ok" and check in allowed:
                    print(f"ok {number} - {name}: {check} # SKIP known deviation of the peer")
                    continue
                failures += verdict == "not ok"
                print(f"{verdict} {number} - {name}: {check}")
            if not ended or not re.search(r"^1\.\.[1-9]", text, re.M):
                number += 1
                failures += 1
                print(f"not ok {number} - {name}: ran to its end")
                for line in text.splitlines()[-5:]:
                    print("# " + line)
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
