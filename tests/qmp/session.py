#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""QMP sessions of a whole emulator: sockets, several clients, bad ones, descriptors."""
import json
import os
import random
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from qmp import QMP                                             # noqa: E402
from tap import main, test                                      # noqa: E402
from vm import VM, binary                                       # noqa: E402

NONE = ('-machine', 'none')


@test
def greeting_says_7_2():
    with VM(*NONE) as vm:
        version = vm.qmp.greeting['version']
        assert (version['qemu']['major'], version['qemu']['minor']) == (7, 2), version
        assert isinstance(version['package'], str)
        assert vm.qmp.greeting['capabilities'] == ['oob']
        assert vm.qmp.cmd('query-version') == version


@test
def stdio_answers_all_that_was_piped_in():
    text = b'{"execute": "qmp_capabilities"} {"execute": "query-qmp-schema"} {"execute": "quit"}'
    r = subprocess.run([binary(), '-display', 'none', '-machine', 'none', '-qmp', 'stdio'],
                       input=text, stdout=subprocess.PIPE, timeout=20)
    assert r.returncode == 0, r.returncode
    lines = [json.loads(line) for line in r.stdout.splitlines()]
    replies = [x for x in lines if 'return' in x]
    assert len(replies) == 3, lines
    assert any(e['name'] == 'query-qmp-schema' for e in replies[1]['return'])


@test
def pretty_output_is_indented():
    with VM('-machine', 'none', '-qmp-pretty', 'unix:{dir}/p,server=on,wait=off') as vm:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(vm.path('p'))
        sock.settimeout(10)
        text = b''
        while text.count(b'\n') < 5:
            text += sock.recv(4096)
        assert text.startswith(b'{\r\n    "QMP": {\r\n') or text.startswith(b'{\n    "QMP": {\n')


@test
def mon_option_and_tcp():
    with VM('-machine', 'none', '-chardev', 'socket,id=c,path={dir}/m,server=on,wait=off',
            '-mon', 'chardev=c,mode=control,pretty=off') as vm:
        other = vm.connect(vm.path('m'))
        assert other.cmd('query-status')['running'] in (True, False)


@test
def sessions_are_independent():
    with VM('-machine', 'none', '-qmp', 'unix:{dir}/b,server=on,wait=off') as vm:
        b = vm.connect(vm.path('b'), negotiate=False)
        assert vm.qmp.cmd('query-name') == {}
        b.send({'execute': 'query-name'})
        assert b.read()['error']['class'] == 'CommandNotFound'
        vm.qmp.cmd('stop')
        vm.qmp.event('STOP')
        b.cmd('qmp_capabilities')
        vm.qmp.cmd('cont')
        vm.qmp.event('RESUME')
        b.event('RESUME')


@test
def reconnecting_negotiates_anew():
    with VM(*NONE) as vm:
        vm.qmp.close()
        q = vm.connect(negotiate=False)
        assert q.error('query-name')[0] == 'CommandNotFound'
        q.cmd('qmp_capabilities')
        q.cmd('query-name')


@test
def client_that_leaves_in_mid_command_harms_nothing():
    with VM(*NONE) as vm:
        for i in range(50):
            s = socket.socket(socket.AF_UNIX)
            s.connect(vm.path('qmp'))
            s.sendall(b'{"execute": "qmp_capabilities"}{"execute": "query-qmp-schema"}{"execu'
                      [:random.Random(i).randrange(80)])
            s.close()
            if i == 0:
                vm.qmp.close()
        vm.qmp = vm.connect()
        vm.qmp.cmd('query-name')


@test
def garbage_is_survived():
    rnd = random.Random(3)
    with VM(*NONE) as vm:
        for _ in range(200):
            data = bytes(rnd.randrange(256) for _ in range(rnd.randrange(2000)))
            vm.qmp.send_raw(data)
            vm.qmp.send_raw(b'\xff\n')
            vm.qmp.send({'execute': 'query-name', 'id': 'after'})
            while vm.qmp.read_reply().get('id') != 'after':
                pass


@test
def stalled_client_does_not_stop_another():
    with VM('-machine', 'none', '-qmp', 'unix:{dir}/b,server=on,wait=off') as vm:
        slow = vm.connect(vm.path('b'))
        slow.sock.setblocking(False)
        sent = 0
        try:
            for _ in range(2000):
                sent += slow.sock.send(b'{"execute": "query-qmp-schema"}\n')
        except BlockingIOError:
            pass
        start = time.monotonic()
        for _ in range(100):
            vm.qmp.cmd('query-status')
        assert time.monotonic() - start < 10
        assert sent > 0


@test
def thousand_commands_a_second():
    with VM(*NONE) as vm:
        start = time.monotonic()
        for _ in range(2000):
            vm.qmp.cmd('query-status')
        took = time.monotonic() - start
        print('# %d commands a second' % (2000 / took))
        assert took < 2


@test
def descriptors_are_passed():
    with VM(*NONE) as vm:
        r, w = os.pipe()
        assert vm.qmp.error('getfd', {'fdname': 'x'})[0] == 'GenericError'
        vm.qmp.cmd('getfd', fdname='x', fds=[w])
        vm.qmp.cmd('closefd', fdname='x')
        assert vm.qmp.error('closefd', {'fdname': 'x'})[0] == 'GenericError'
        info = vm.qmp.cmd('add-fd', fdset_id=3, opaque='mine', fds=[w])
        assert info['fdset-id'] == 3
        sets = vm.qmp.cmd('query-fdsets')
        assert sets == [{'fdset-id': 3, 'fds': [{'fd': info['fd'], 'opaque': 'mine'}]}], sets
        os.close(w)
        vm.qmp.cmd('remove-fd', fdset_id=3)
        assert vm.qmp.cmd('query-fdsets') == []
        assert os.read(r, 1) == b''     # the emulator has closed all its copies
        os.close(r)


@test
def oob_needs_negotiation_and_a_fit_command():
    with VM(*NONE) as vm:
        reply = vm.qmp.raw_cmd('query-status', key='exec-oob')
        assert reply['error']['class'] == 'GenericError'
        vm.qmp.close()
        q = vm.connect(oob=True)
        reply = q.raw_cmd('query-status', key='exec-oob')
        assert 'out-of-band' in reply['error']['desc'], reply
        assert 'running' in q.cmd('query-status')
        q.cmd('stop')
        q.event('STOP')


@test
def unknown_members_and_types_are_refused():
    with VM(*NONE) as vm:
        q = vm.qmp
        for text in (b'[]', b'5', b'"x"', b'null', b'{}', b'{"execute": 5}',
                     b'{"execute": "query-name", "arguments": []}',
                     b'{"execute": "query-name", "bogus": 1}',
                     b'{"arguments": {}}'):
            q.send_raw(text + b'\n')
            assert q.read_reply()['error']['class'] == 'GenericError', text
        q.cmd('query-name')


@test
def quit_ends_with_status_0_and_event():
    with VM(*NONE) as vm:
        vm.qmp.cmd('quit')
        e = vm.qmp.event('SHUTDOWN')
        assert e['data'] == {'guest': False, 'reason': 'host-qmp-quit'}, e
        assert vm.wait() == 0


@test
def sigterm_ends_with_event():
    with VM(*NONE) as vm:
        vm.proc.terminate()
        e = vm.qmp.event('SHUTDOWN')
        assert e['data'] == {'guest': False, 'reason': 'host-signal'}, e
        assert vm.wait() == 0


main()
