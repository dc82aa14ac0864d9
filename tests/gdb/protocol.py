#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The debugging stub by its packets, on a PC that has not left its reset vector."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from rsp import RSP                                             # noqa: E402
from tap import main, test                                      # noqa: E402
from vm import VM                                               # noqa: E402

RAX, RIP, CS, XMM1, AVX = 0, 16, 18, 0x32, 66
ARGS = ('-machine', 'pc', '-m', '64', '-smp', '2', '-S', '-gdb',
        'unix:path={dir}/gdb,server=on,wait=off')


class Session:
    def __enter__(self):
        self.vm = VM(*ARGS).start()
        self.rsp = RSP(self.vm.path('gdb'))
        self.features, self.stop = self.rsp.start()
        return self

    def __exit__(self, *exc):
        self.rsp.close()
        self.vm.stop()


@test
def handshake_is_what_gdb_expects():
    with Session() as s:
        for f in ('PacketSize=', 'qXfer:features:read+', 'vContSupported+', 'multiprocess+',
                  'QStartNoAckMode+'):
            assert f in s.features, s.features
        assert s.stop == 'T05thread:p01.01;', s.stop
        r = s.rsp
        assert r.cmd('vMustReplyEmpty') == ''
        assert r.cmd('qTStatus') == ''
        r.ok('Hgp0.0')
        assert r.cmd('qAttached:1') == '1'
        assert r.cmd('qfThreadInfo') == 'mp01.01'
        assert r.cmd('qsThreadInfo') == 'mp01.02'
        assert r.cmd('qsThreadInfo') == 'l'
        assert bytes.fromhex(r.cmd('qThreadExtraInfo,p1.2')) == b'CPU#1 [halted ]'
        assert r.cmd('vCont?') == 'vCont;c;C;s;S'
        r.ok('Tp1.2')
        assert r.cmd('Tp1.3').startswith('E')
        r.ok('!')


@test
def registers_match_the_description():
    with Session() as s:
        r = s.rsp
        target = r.xml('target.xml')
        assert '<architecture>i386:x86-64</architecture>' in target, target
        bits, names = 0, []
        for part in re.findall(r'href="([^"]+)"', target):
            for name, size in re.findall(r'<reg name="(\w+)" bitsize="(\d+)"', r.xml(part)):
                names.append(name)
                bits += int(size) if not name.startswith('ymm') else 0
        assert names[RIP] == 'rip' and names[XMM1] == 'xmm1', names
        assert len(r.cmd('g')) == bits // 4
        assert r.reg(RIP) == 0xfff0
        assert r.reg(CS) == 0xf000
        assert r.cmd('p1000').startswith('E')


@test
def avx_registers_follow():
    args = list(ARGS)
    with VM(*args, '-cpu', 'max') as vm:
        r = RSP(vm.path('gdb'))
        r.start()
        assert 'org.gnu.gdb.i386.avx' in r.xml('i386-64bit-avx.xml')
        assert 'i386-64bit-avx.xml' in r.xml('target.xml')
        r.ok('P%x=%s' % (AVX, '42' * 16))
        assert r.cmd('p%x' % AVX) == '42' * 16
        assert r.cmd('p%x' % (AVX + 16)).startswith('E')


@test
def registers_can_be_written():
    with Session() as s:
        r = s.rsp
        r.ok('P0=efbeadde00000000')
        assert r.reg(RAX) == 0xdeadbeef
        r.ok('P%x=%s' % (XMM1, '0123456789abcdef' * 2))
        assert r.cmd('p%x' % XMM1) == '0123456789abcdef' * 2
        g = r.cmd('g')
        r.ok('G' + '11' * 4 + '00' * 4 + g[16:])
        assert r.reg(RAX) == 0x11111111
        assert r.cmd('P0=12').startswith('E')
        assert r.cmd('P0=zz').startswith('E')


@test
def memory_is_read_and_written():
    with Session() as s:
        r = s.rsp
        assert r.cmd('mffff0,1') == 'ea'
        r.ok('M1000,4:01020304')
        assert r.cmd('m1000,4') == '01020304'
        r.send(b'X1000,3:\x7d\x5d\x00')         # } is escaped: a byte is missing
        assert r.recv() == b'E22'
        r.send(b'X1000,3:\x7d\x5d\x00\xff')
        assert r.recv() == b'OK'
        assert r.cmd('m1000,3') == '7d00ff'
        assert r.cmd('qqemu.PhyMemMode') == '0'
        r.ok('Qqemu.PhyMemMode:1')
        assert r.cmd('qqemu.PhyMemMode') == '1'
        assert r.cmd('m1000,1') == '7d'


@test
def steps_and_breakpoints_are_exact():
    with Session() as s:
        r = s.rsp
        assert r.cmd('vCont;s:p1.1').startswith('T05')
        assert (r.reg(RIP), r.reg(CS)) == (0xe05b, 0xf000)
        first = r.reg(RIP)
        assert r.cmd('s').startswith('T05')
        second = r.reg(RIP)
        assert second != first
    with Session() as s:
        r = s.rsp
        r.ok('Z0,fe05b,1')
        assert r.cmd('mfe05b,1') != 'cc'
        assert r.cmd('vCont;c').startswith('T05thread:p01.01;')
        assert r.reg(RIP) == first
        # Going on from a breakpoint by a step gets past it.
        assert r.cmd('vCont;s:p1.1;c').startswith('T05')
        assert r.reg(RIP) == second
        r.ok('z0,fe05b,1')
        assert r.cmd('z0,fe05b,1').startswith('E')
        assert r.cmd('Z9,0,1') == ''


@test
def watchpoints_report_the_access():
    with Session() as s:
        r = s.rsp
        r.ok('Z2,46c,4')                # the BIOS's tick counter
        stop = r.cmd('vCont;c')
        assert re.match(r'T05thread:p01\.01;watch:0*46c;$', stop), stop
        r.ok('z2,46c,4')
        r.ok('Z4,46c,4')
        stop = r.cmd('vCont;c')
        assert re.match(r'T05thread:p01\.01;awatch:0*46c;$', stop), stop


@test
def interrupt_stops_the_machine():
    with Session() as s:
        r = s.rsp
        r.send('vCont;c')
        time.sleep(0.2)
        assert s.vm.qmp.cmd('query-status')['running']
        r.sock.sendall(b'\x03')
        assert r.recv().startswith(b'T02thread:p01.')
        assert s.vm.qmp.cmd('query-status')['status'] == 'paused'


@test
def unmentioned_cpus_stay_stopped():
    with Session() as s:
        r = s.rsp
        r.send('vCont;c:p1.2')          # the halted one: nothing happens
        time.sleep(0.2)
        r.sock.sendall(b'\x03')
        assert r.recv().startswith(b'T02')
        r.ok('Hgp1.1')
        assert r.reg(RIP) == 0xfff0


@test
def monitor_commands_answer():
    with Session() as s:
        r = s.rsp
        r.send('qRcmd,' + b'info version'.hex())
        out = b''
        while True:
            p = r.recv()
            if p == b'OK':
                break
            assert p[:1] == b'O', p
            out += bytes.fromhex(p[1:].decode())
        assert out.startswith(b'7.2'), out


@test
def no_ack_mode_sends_no_acks():
    with Session() as s:
        r = s.rsp
        r.ok('QStartNoAckMode')
        r.ack = False
        assert r.cmd('qAttached:1') == '1'
        assert not r.buf


@test
def step_mask_is_kept():
    with Session() as s:
        r = s.rsp
        assert r.cmd('qqemu.sstepbits') == 'ENABLE=1,NOIRQ=2,NOTIMER=4'
        assert r.cmd('qqemu.sstep') == '0x7'
        r.ok('Qqemu.sstep=5')
        assert r.cmd('qqemu.sstep') == '0x5'
        assert r.cmd('qqemu.Supported') == 'sstepbits;sstep;PhyMemMode'


@test
def detach_lets_it_run_and_kill_ends_it():
    with Session() as s:
        s.rsp.ok('D;1')
        time.sleep(0.1)
        assert s.vm.qmp.cmd('query-status')['running']
        s.rsp.close()
        s.rsp = RSP(s.vm.path('gdb'))
        s.rsp.start()
        assert not s.vm.qmp.cmd('query-status')['running']
        s.rsp.ok('vKill;1')
        assert s.vm.wait() == 0


@test
def garbage_is_survived():
    with Session() as s:
        r = s.rsp
        r.sock.sendall(b'garbage}$*#00$#zz$' + b'x' * 100000 + b'#00')
        time.sleep(0.1)
        r.buf = b''
        r.sock.settimeout(0.2)
        try:
            while r.sock.recv(65536):
                pass
        except OSError:
            pass
        r.sock.settimeout(10)
        for p in ('m', 'mzz', 'm0,ffffffffffffffff', 'M0,4:00', 'Z', 'Z0', 'H', 'Hq', 'p',
                  'vCont;', 'vCont;x', 'qXfer:features:read:x:0,10', 'qRcmd,x', 'T', 'v', 'P',
                  'qThreadExtraInfo,', 'vAttach;7', 'D;9', 'G0', 'X0,1:'):
            r.cmd(p)
        assert r.reg(RIP) == 0xfff0


main()
