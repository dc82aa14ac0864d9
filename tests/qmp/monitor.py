#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The human monitor: on a terminal, and through QMP."""
import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from qmp import QMPTimeout                                  # noqa: E402
from tap import main, test                                      # noqa: E402
from vm import VM                                               # noqa: E402

PC = ('-machine', 'pc', '-m', '32', '-S')


class Terminal:
    """A monitor on a socket; the escape sequences of the line editor are taken out."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.sock.settimeout(10)
        self.text = ''
        self.until('(qemu) ')

    def until(self, what):
        while what not in self.text:
            data = self.sock.recv(65536)
            assert data, 'closed; so far: %r' % self.text
            self.text += re.sub('\x1b\\[[0-9;]*[A-Za-z]|\b', '', data.decode()).replace('\r', '')
        before, self.text = self.text.split(what, 1)
        return before

    def type(self, keys):
        self.sock.sendall(keys.encode())

    def run(self, line):
        self.type(line + '\r')
        self.until('\n')                # the echo
        return self.until('(qemu) ')


def with_terminal(fn):
    with VM(*PC, '-name', 'alarm', '-monitor', 'unix:{dir}/hmp,server=on,wait=off') as vm:
        fn(vm, Terminal(vm.path('hmp')))


@test
def commands_work_on_a_terminal():
    def check(vm, t):
        assert 'paused' in t.run('info status')
        assert t.run('info version').startswith('7.2')
        assert "unknown command: 'nonsense'" in t.run('nonsense')
        assert t.run('') == ''
        t.run('cont')
        vm.qmp.event('RESUME')
        t.run('stop')
        vm.qmp.event('STOP')
        t.type('quit\r')
        assert vm.wait() == 0
    with_terminal(check)


@test
def tab_completes():
    def check(vm, t):
        t.type('info vers\t')
        t.until('info version ')
        t.type('\r')
        t.until('7.2')
        t.until('(qemu) ')
        t.type('system_\t\t')
        listed = t.until('(qemu) ')
        for word in ('system_powerdown', 'system_reset', 'system_wakeup'):
            assert word in listed, listed
        t.type('\x15')
        t.type('sendkey ctrl-a\t')
    with_terminal(check)


@test
def history_comes_back():
    def check(vm, t):
        assert t.run('info name') == 'alarm\n'
        t.run('info uuid')
        assert t.run('\x1b[A\x1b[A') == 'alarm\n'
        assert "'info uuid'" in t.run('info history')
    with_terminal(check)


@test
def mux_shares_a_terminal():
    with VM(*PC, '-serial', 'mon:unix:{dir}/mux,server=on,wait=off') as vm:
        s = socket.socket(socket.AF_UNIX)
        s.connect(vm.path('mux'))
        s.settimeout(10)
        s.sendall(b'\x01c')
        text = b''
        while b'(qemu) ' not in text:
            text += s.recv(4096)


@test
def expressions_are_evaluated():
    with VM(*PC) as vm:
        for line, want in (('p 1+2*3', '0x7'), ('p/d (1+2)*3', '9'), ("p/c 'A'", "'A'"),
                           ('p/x ~0', '0xffffffffffffffff'), ('p/d -5/2', None),
                           ('p $pc', '0xfff0'), ('p $eip & 0xff', '0xf0'), ('p/o 8', '010'),
                           ('p 0x10 % 6', '0x4'), ('p 5 ^ 1 | 8', '0xc')):
            got = vm.qmp.hmp(line).strip()
            assert want is None or got == want, (line, got)
        for line, want in (('p 1/0', 'division by zero'), ('p (', 'unexpected end'),
                           ('p $nope', 'unknown register'), ('p 1 1', 'extraneous'),
                           ('p', 'missing argument'), ('p ' + '(' * 500, 'too deeply'),
                           ('p ' + '-' * 500 + '1', 'too deeply')):
            assert want in vm.qmp.hmp(line), (line, vm.qmp.hmp(line))


@test
def memory_is_shown_and_saved():
    with VM(*PC) as vm:
        q = vm.qmp
        assert re.match(r'00000000000ffff0: 0x[0-9a-f]{2}\s*$', q.hmp('xp/1xb 0xffff0'))
        words = q.hmp('xp/4xw 0xffff0').split()
        q.hmp('pmemsave 0xffff0 16 "%s"' % vm.path('mem'))
        with open(vm.path('mem'), 'rb') as f:
            data = f.read()
        assert len(data) == 16
        assert words[1] == '0x%08x' % int.from_bytes(data[:4], 'little'), (words, data)
        total = 0
        for b in data:
            total = ((total >> 1 | total << 15) & 0xffff) + b & 0xffff
        assert q.hmp('sum 0xffff0 16').strip() == '%05d' % total
        assert q.error('pmemsave', {'val': 0, 'size': 1, 'filename': '/nonexistent/x'})


@test
def info_commands_all_answer():
    with VM(*PC) as vm:
        names = re.findall(r'^info (\S+)', vm.qmp.hmp('help info'), re.M)
        assert len(names) > 15, names
        for name in names:
            name = name.split('|')[0]
            out = vm.qmp.hmp('info ' + name + (' vcpu' if name == 'stats' else ''))
            assert 'unknown command' not in out, (name, out)


@test
def help_names_every_command_once():
    with VM(*PC) as vm:
        lines = vm.qmp.hmp('help').splitlines()
        names = [line.split(' ')[0] for line in lines]
        assert len(names) == len(set(names)), 'twice: %s' % sorted(
            n for n in names if names.count(n) > 1)
        for want in ('x', 'xp', 'print|p', 'i', 'o', 'sum', 'stop|s', 'cont|c', 'system_reset',
                     'sendkey', 'mouse_move', 'device_add', 'device_del', 'memsave', 'gdbserver',
                     'screendump', 'nmi', 'quit|q', 'help|?', 'info'):
            assert want in names, want


@test
def bad_arguments_do_no_harm():
    with VM(*PC) as vm:
        for name in [line.split(' ')[0].split('|')[0] for line in
                     vm.qmp.hmp('help').splitlines()]:
            if name in ('quit', 'stop', 'cont', 'system_reset', 'system_powerdown', 'nmi',
                        'system_wakeup', 'info', 'help'):
                continue
            for args in ('', ' "', ' "\\', ' -', ' /', ' /zz', ' $', ' 1 2 3 4 5 6 7 8 9',
                         ' ' + 'x' * 3000, ' \x7f\xff'):
                vm.qmp.hmp(name + args)
        assert vm.qmp.cmd('query-status')['status'] == 'prelaunch'


@test
def keys_reach_the_guest():
    with VM('-machine', 'pc', '-m', '32') as vm:
        for _ in range(60):             # the firmware is not listening all the time
            assert vm.qmp.hmp('sendkey ctrl-alt-delete') == ''
            try:
                vm.qmp.event('RESET', timeout=0.5, guest=True)
                break
            except QMPTimeout:
                continue
        else:
            raise AssertionError('no reset by the keyboard')
        assert 'invalid parameter: nokey' in vm.qmp.hmp('sendkey a-nokey')


main()
