#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a management daemon asks a binary that it does not know yet, as libvirt 9 does it."""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from qmp import QMP                                             # noqa: E402
from tap import main, test                                      # noqa: E402
from vm import VM, binary                                       # noqa: E402

DEVICES = ('virtio-blk-pci', 'virtio-net-pci', 'virtio-scsi-pci', 'scsi-hd', 'ide-hd', 'PIIX4_PM',
           'usb-storage', 'VGA', 'ICH9-LPC', 'virtio-balloon-pci', 'mch', 'pcie-root-port',
           'no-such-device')


class Schema:
    """Paths into the schema, as "command/arg-type/member/...": only what the tests need."""

    def __init__(self, entries):
        self.by_name = {e['name']: e for e in entries}

    def member(self, command, *path):
        t = self.by_name[self.by_name[command]['arg-type']]
        for step in path:
            if step.startswith('^'):
                return step[1:] in [m['name'] for m in t['members']]
            if step.startswith('+'):
                t = next((self.by_name[v['type']] for v in t.get('variants', ())
                          if v['case'] == step[1:]), None)
            else:
                t = next((self.by_name[m['type']] for m in t['members'] if m['name'] == step),
                         None)
            if t is None:
                return False
        return True


def daemonized(vm):
    """Start the probe as a daemon; returns its process id."""
    pidfile = vm.path('pid')
    r = subprocess.run([binary(), '-S', '-no-user-config', '-nodefaults', '-nographic',
                        '-machine', 'none,accel=kvm:tcg',
                        '-qmp', 'unix:%s,server=on,wait=off' % vm.sock, '-pidfile', pidfile,
                        '-daemonize'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, timeout=20, text=True)
    assert r.returncode == 0, r.stderr
    with open(pidfile, encoding='ascii') as f:
        return int(f.read())


def gone(pid):
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open('/proc/%d/stat' % pid, encoding='ascii') as f:
            if f.read().split(') ')[1][0] == 'Z':
                return True
        time.sleep(0.01)
    return False


@test
def probe_is_answered_within_a_second():
    vm = VM('-machine', 'none')
    start = time.monotonic()
    pid = daemonized(vm)
    try:
        q = QMP.connect(vm.sock, wait=0)        # the parent's end says that it listens
        assert q.cmd('query-version')['qemu']['major'] == 7
        assert q.cmd('query-target')['arch'] in ('x86_64', 'i386', 'arm', 'aarch64')
        schema = Schema(q.cmd('query-qmp-schema'))
        names = {c['name'] for c in q.cmd('query-commands')}
        assert q.cmd('query-kvm') == {'enabled': False, 'present': False}
        types = {t['name'] for t in q.cmd('qom-list-types')}
        for d in DEVICES:
            reply = q.raw_cmd('device-list-properties', {'typename': d})
            if d in types:
                assert all('name' in p and 'type' in p for p in reply['return']), d
            else:
                assert reply['error']['class'] == 'DeviceNotFound', reply
        for t in ('memory-backend-file', 'memory-backend-memfd', 'none-machine'):
            assert q.cmd('qom-list-properties', typename=t)
        machines = q.cmd('query-machines')
        assert all('name' in m and 'cpu-max' in m for m in machines)
        models = q.cmd('query-cpu-definitions')
        assert all('name' in m and 'typename' in m for m in models)
        q.cmd('query-command-line-options')
        q.raw_cmd('query-tpm-models')
        q.raw_cmd('query-migrate-capabilities')
        full = q.cmd('query-cpu-model-expansion', type='full', model={'name': 'max'})
        assert any(v is True for v in full['model']['props'].values())
        assert q.error('query-cpu-model-expansion',
                       {'type': 'static', 'model': {'name': 'host'}})[0] == 'GenericError'
        assert q.error('no-such-command')[0] == 'CommandNotFound'
        took = time.monotonic() - start
        print('# %.3f s' % took)
        assert took < 1
        assert {'query-hotpluggable-cpus', 'set-action', 'query-stats', 'query-stats-schemas',
                'object-add', 'device_add'} <= names
        assert schema.member('screendump', 'format')
        assert schema.member('object-add', 'qom-type', '^memory-backend-ram')
        assert 'json-cli-hotplug' in schema.by_name['device_add']['features']
        os.kill(pid, signal.SIGTERM)
        assert gone(pid), 'it does not end on SIGTERM'
        pid = 0
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
        vm.stop()


@test
def a_domain_starts_as_libvirt_wants():
    with VM('-name', 'guest=vm,debug-threads=on', '-S', '-machine',
            'pc-i440fx-7.2,usb=off,dump-guest-core=off,memory-backend=pc.ram', '-accel', 'tcg',
            '-cpu', 'qemu64', '-m', '64', '-object',
            '{"qom-type":"memory-backend-ram","id":"pc.ram","size":67108864}',
            '-overcommit', 'mem-lock=off', '-smp', '2,maxcpus=4,sockets=4,cores=1,threads=1',
            '-uuid', 'c7a5fdbd-cdaf-9455-926a-d65c16db1809', '-no-user-config',
            '-rtc', 'base=utc,driftfix=slew', '-global', 'kvm-pit.lost_tick_policy=delay',
            '-no-hpet', '-no-shutdown', '-boot', 'strict=on', '-device',
            '{"driver":"VGA","id":"video0","vgamem_mb":16,"bus":"pci.0","addr":"0x2"}',
            '-msg', 'timestamp=on') as vm:
        q = vm.qmp
        assert q.cmd('query-status')['status'] == 'prelaunch'
        assert q.cmd('query-name') == {'name': 'vm'}
        assert q.cmd('query-uuid') == {'UUID': 'c7a5fdbd-cdaf-9455-926a-d65c16db1809'}
        places = q.cmd('query-hotpluggable-cpus')
        assert len(places) == 4 and len([p for p in places if 'qom-path' in p]) == 2
        assert all(p['type'] and p['vcpus-count'] == 1 and 'socket-id' in p['props']
                   for p in places)
        cpus = q.cmd('query-cpus-fast')
        assert [c['cpu-index'] for c in cpus] == [0, 1]
        assert len({c['thread-id'] for c in cpus}) == 2
        path = cpus[0]['qom-path']
        bools = [p['name'] for p in q.cmd('qom-list', path=path) if p['type'] == 'bool']
        assert len(bools) > 50
        for name in bools:
            assert q.cmd('qom-get', path=path, property=name) in (True, False)
        listed = {p['name']: p['type'] for p in q.cmd('qom-list', path='/machine/peripheral')}
        assert listed['video0'] == 'child<VGA>', listed
        assert q.cmd('qom-get', path='/machine/peripheral/video0', property='vgamem_mb') == 16
        assert [m['id'] for m in q.cmd('query-memdev')] == ['pc.ram']
        q.cmd('cont')
        q.event('RESUME')
        q.cmd('system_reset')
        assert q.event('RESET')['data'] == {'guest': False,
                                            'reason': 'host-qmp-system-reset'}
        q.cmd('stop')
        q.event('STOP')
        vm.proc.terminate()
        assert q.event('SHUTDOWN')['data'] == {'guest': False, 'reason': 'host-signal'}
        assert vm.wait() == 0


main()
