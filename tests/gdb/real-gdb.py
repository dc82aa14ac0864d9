#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A session of a real gdb with a PC that runs its firmware."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from tap import Skip, main, test                                # noqa: E402
from vm import VM                                               # noqa: E402

SCRIPT = '''
set pagination off
set confirm off
set architecture i386:x86-64
target remote {sock}
info threads
hbreak *0xfe05b
continue
printf "AT %x:%x\\n", $cs, $rip
stepi
printf "STEP %x\\n", $rip
x/1xb 0xffff0
set $rbx = 0x1234
printf "RBX %lx\\n", $rbx
monitor info status
delete
watch *(int *) 0x46c
continue
printf "PC %x\\n", $rip
delete
stepi 1000
printf "DONE %x\\n", $rip
detach
'''


@test
def gdb_breaks_steps_watches_and_detaches():
    gdb = shutil.which('gdb') or shutil.which('gdb-multiarch')
    if not gdb:
        raise Skip('gdb is not installed')
    with VM('-machine', 'pc', '-m', '64', '-smp', '2', '-S', '-gdb',
            'unix:path={dir}/gdb,server=on,wait=off') as vm:
        script = vm.path('script')
        with open(script, 'w', encoding='ascii') as f:
            f.write(SCRIPT.format(sock=vm.path('gdb')))
        r = subprocess.run([gdb, '-nx', '-batch', '-x', script], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60,
                           text=True)
        for want in (r'Thread 1\.1 \(CPU#0 \[running\]\)', r'Thread 1\.2 \(CPU#1 \[halted \]\)',
                     r'AT f000:e05b', r'STEP e0', r'0xffff0:\s+0xea', r'RBX 1234',
                     r'VM status: paused', r'Hardware watchpoint', r'New value = \d+',
                     r'DONE [0-9a-f]+', r'detached'):
            assert re.search(want, r.stdout), '%s is not in:\n%s' % (want, r.stdout)
        assert vm.qmp.cmd('query-status')['running']


main()
