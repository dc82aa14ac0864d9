#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trace events: the generator, its errors, the backends' output, and switching at run time."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.environ.get('SRC_PATH', os.path.join(HERE, '..', '..'))
BUILD = os.environ.get('BUILD_DIR', os.path.join(SRC, 'build'))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
from tap import Skip, main, test                                # noqa: E402
from vm import VM                                               # noqa: E402

EVENTS = '''
# a comment

first(int a, const char *s) "a %d s %s"
second(uint64_t addr, void *p, double d) "addr 0x%" PRIx64 " p %p d %f"
disable third(int a) "a %d"
fourth(void) "nothing"
'''

PROGRAM = r'''
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "trace/trace-t.h"

int main(int argc, char **argv)
{
    char big[9000];

    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = 0;
    qemu_set_log(LOG_TRACE, &error_abort);
    trace_simple_set_file(argv[1]);
    trace_simple_set_enabled(true);
    trace_first(1, "before");
    trace_enable_events("*");
    trace_enable_events("-fou*");
    trace_first(-2, "text");
    trace_first(3, big);
    trace_second(0x123456789abcdef0, (void *)16, 0.5);
    trace_third(4);
    trace_fourth();
    trace_simple_flush();
    return 0;
}
'''


def tracetool(text, *args):
    return subprocess.run([sys.executable, '-B', os.path.join(SRC, 'scripts', 'tracetool.py'),
                           *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)


def config(name):
    with open(os.path.join(BUILD, 'config-host.mak'), encoding='utf-8') as f:
        m = re.search(r'^%s=(.*)$' % name, f.read(), re.M)
    return shlex.split(m[1]) if m else []


@test
def mistakes_are_named_with_their_place():
    for line, want in (
            ('nothing here', 'expected: name(type arg, ...) "format"'),
            ('bogus e(int a) "a %d"', "unknown property 'bogus'"),
            ('e(int a) "a"', 'the format takes 0 arguments, the event has 1'),
            ('e(int a) "%d %d"', 'the format takes 2 arguments, the event has 1'),
            ('e(int a) "a %d\\n"', 'a format must not hold a newline'),
            ('e(Foo a) "a %d"', "type 'Foo' is neither a pointer nor a standard type"),
            ('e(Foo *a) "a %p"', "pass other pointers as 'void *'"),
            ('e(int) "a %d"', "argument 'int' needs a type and a name"),
            ('vcpu e(int a) "a %d"', "the first argument of a vcpu event is 'CPUState *cpu'"),
            ('e(%s) "%s"' % (', '.join('int a%d' % i for i in range(11)), '%d' * 11),
             'more than 10 arguments'),
            ('f(int a) "a %d"\nf(int b) "b %d"', "event 'f' is already declared on line 2")):
        r = tracetool('# first line\n' + line + '\n', '--format=h')
        lines = line.count('\n') + 2
        assert r.returncode == 1 and r.stderr.startswith('<stdin>:%d: ' % lines) and \
            want in r.stderr, (line, r.stderr)


@test
def unknown_choices_are_refused():
    assert tracetool('', '--format=x').returncode == 2
    assert tracetool('', '--format=h', '--backends=x').returncode == 2
    assert tracetool('', '--format=stap', '--backends=log').returncode == 2
    assert tracetool('', '--format=stap', '--backends=dtrace').returncode == 2


@test
def stap_formats_name_the_probes():
    r = tracetool(EVENTS, '--backends=dtrace', '--format=stap', '--binary', '/bin/emu',
                  '--target-type', 'system', '--target-name', 'x86_64')
    assert 'probe qemu.system.x86_64.first = process("/bin/emu").mark("first")' in r.stdout
    assert 's = $arg2;' in r.stdout
    assert 'third' not in r.stdout
    r = tracetool(EVENTS, '--backends=dtrace', '--format=log-stap', '--probe-prefix', 'p')
    assert r'printf("%d@%d second addr 0x%x p %p d %f\n", pid(), gettimeofday_ns(), addr, p, d)' \
        in r.stdout, r.stdout
    assert tracetool(EVENTS, '--format=names').stdout.split() == ['first', 'second', 'third',
                                                                  'fourth']


@test
def backends_write_what_happened():
    with tempfile.TemporaryDirectory() as out:
        os.mkdir(os.path.join(out, 'trace'))
        for fmt in 'hc':
            with open(os.path.join(out, 'trace', 'trace-t.' + fmt), 'w', encoding='utf-8') as f:
                f.write(tracetool(EVENTS, '--backends=log,simple,ftrace', '--format=' + fmt,
                                  '--group=t').stdout)
        with open(os.path.join(out, 'main.c'), 'w', encoding='utf-8') as f:
            f.write(PROGRAM.replace('#include "qemu/log.h"',
                                    '#include "qemu/log.h"\n#include "trace/backends.h"'))
        program = os.path.join(out, 'program')
        subprocess.run(config('CC') + ['-o', program, '-iquote', out, '-iquote', BUILD, '-iquote',
                                       os.path.join(SRC, 'include'), '-iquote', SRC] +
                       config('QEMU_CFLAGS') + config('CFLAGS') +
                       [os.path.join(out, 'main.c'), os.path.join(out, 'trace', 'trace-t.c'),
                        os.path.join(BUILD, 'libqemuutil.a'),
                        os.path.join(BUILD, 'libqemustub.a')] +
                       config('QEMU_LDFLAGS') + config('LIBS'), check=True)
        log = os.path.join(out, 'log')
        r = subprocess.run([program, log], stderr=subprocess.PIPE, text=True, timeout=20)
        assert r.returncode == 0
        text = re.findall(r'^\d+@\d+\.\d{6}:(.{1,60})', r.stderr, re.M)
        assert text[0] == 'first a -2 s text', text
        assert text[1].startswith('first a 3 s xxxx'), text
        assert text[2] == 'second addr 0x123456789abcdef0 p 0x10 d 0.500000', text
        assert len(text) == 3, text
        r = subprocess.run([sys.executable, '-B', os.path.join(SRC, 'scripts', 'simpletrace.py'),
                            '--json', log], stdout=subprocess.PIPE, text=True, timeout=20)
        events = [json.loads(line) for line in r.stdout.splitlines()]
        assert [e['event'] for e in events] == ['first', 'first', 'second'], events
        assert events[0]['args'] == {'a': -2, 's': 'text'}
        assert set(events[1]['args']['s']) == {'x'} and len(events[1]['args']['s']) > 3000
        assert events[2]['args'] == {'addr': 0x123456789abcdef0, 'p': 16, 'd': 0.5}
        assert events[0]['ns'] <= events[2]['ns']
        with open(log, 'r+b') as f:
            f.truncate(os.path.getsize(log) - 5)
        r = subprocess.run([sys.executable, '-B', os.path.join(SRC, 'scripts', 'simpletrace.py'),
                            log], stdout=subprocess.PIPE, text=True, timeout=20)
        assert r.returncode == 0 and len(r.stdout.splitlines()) == 2, r.stdout


@test
def dtrace_accepts_the_probes():
    if not shutil.which('dtrace'):
        raise Skip('the program dtrace is not installed')
    with tempfile.TemporaryDirectory() as out:
        path = os.path.join(out, 'p.d')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(tracetool(EVENTS, '--backends=dtrace', '--format=d').stdout)
        subprocess.run(['dtrace', '-o', os.path.join(out, 'p.h'), '-h', '-s', path], check=True)


@test
def events_are_switched_while_the_machine_runs():
    with VM('-machine', 'none', '-trace', 'qmp_session_open') as vm:
        q = vm.qmp
        state = {e['name']: e for e in q.cmd('trace-event-get-state', name='qmp_*')}
        assert state['qmp_session_open'] == {'name': 'qmp_session_open', 'state': 'enabled',
                                             'vcpu': False}, state
        assert state['qmp_command']['state'] == 'disabled'
        q.cmd('trace-event-set-state', name='qmp_comm*', enable=True)
        q.cmd('query-name')
        q.cmd('trace-event-set-state', name='qmp_command', enable=False)
        q.cmd('query-uuid')
        text = vm.stderr()
        assert re.search(r'qmp_session_open mon 0x\w+ id ', text), text
        assert 'command query-name oob 0' in text and 'query-uuid' not in text, text
        assert q.error('trace-event-get-state', {'name': 'nope'})[0] == 'GenericError'
        assert q.error('trace-event-set-state',
                       {'name': 'qmp_command', 'enable': True, 'vcpu': 0})[0] == 'GenericError'
        assert q.cmd('trace-event-get-state', name='no*such') == []
        assert 'qmp_command : state 0' in q.hmp('info trace-events qmp_c*')
        q.hmp('trace-event qmp_command on')
        assert 'qmp_command : state 1' in q.hmp('info trace-events qmp_c*')


@test
def options_list_and_read_files():
    with VM('-machine', 'none') as vm:
        r = subprocess.run(vm.args[:1] + ['-trace', 'help'], stdout=subprocess.PIPE, text=True,
                           timeout=20)
        assert r.returncode == 0 and 'qmp_command' in r.stdout.split()
        with open(vm.path('events'), 'w', encoding='utf-8') as f:
            f.write('# comment\n\nqmp_command\n-qmp_command\nqmp_event_*\n')
        with VM('-machine', 'none', '-trace', 'events=' + vm.path('events')) as other:
            on = [e['name'] for e in other.qmp.cmd('trace-event-get-state', name='*')
                  if e['state'] == 'enabled']
            assert sorted(on) == ['qmp_event_delay', 'qmp_event_send'], on
        r = subprocess.run(vm.args[:1] + ['-machine', 'none', '-trace', 'events=/nonexistent'],
                           stderr=subprocess.PIPE, text=True, timeout=20)
        assert r.returncode == 1 and '/nonexistent' in r.stderr and r.stderr.count('\n') == 1


main()
