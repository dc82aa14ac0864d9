#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/writing-qmp-commands.txt, executed: its schema and code are built, its dialogues held."""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.environ.get('SRC_PATH', os.path.join(HERE, '..', '..'))
BUILD = os.environ.get('BUILD_DIR', os.path.join(SRC, 'build'))

MAIN = r'''
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "walk-qapi-event.h"
#include "walk-qmp-commands.h"

static void print_line(QDict *dict)
{
    GString *text = qobject_to_json(QOBJECT(dict));

    fprintf(stderr, "%s\n", text->str);
    g_string_free(text, TRUE);
}

static void emit(unsigned event, QDict *qmp, Error **errp)
{
    qdict_del(qmp, "timestamp");
    print_line(qmp);
}

int main(void)
{
    char line[4096];

    qmp_event_set_func_emit(emit);
    while (fgets(line, sizeof(line), stdin)) {
        QObject *request = qobject_from_json(line, &error_abort);
        QDict *response = qmp_dispatch(request, false);

        print_line(response);
        qobject_unref(response);
        qobject_unref(request);
    }
    return 0;
}
'''


def blocks(text, kind):
    """The indented blocks that follow a line "[kind]"."""
    out = []
    line = r'  (?!\[(?:schema|code|dialogue)\]).*\n|\n'
    for m in re.finditer(r'^  \[%s\]\n((?:%s)+)' % (kind, line), text, re.M):
        out.append('\n'.join(line[2:] for line in m[1].split('\n')))
    return out


def dialogue(text):
    """(direction, value) of each message in a dialogue; messages may span lines."""
    out = []
    for m in re.finditer(r'^(->|<-) (.*(?:\n(?!->|<-).*)*)', text, re.M):
        out.append((m[1], json.loads(m[2])))
    return out


def config(name):
    with open(os.path.join(BUILD, 'config-host.mak'), encoding='utf-8') as f:
        m = re.search(r'^%s=(.*)$' % name, f.read(), re.M)
    return shlex.split(m[1]) if m else []


def build(out, schema, code):
    def write(name, text):
        with open(os.path.join(out, name), 'w', encoding='utf-8') as f:
            f.write(text)

    write('schema.json', "{ 'pragma': { 'doc-required': true } }\n" + schema)
    for g in ('types', 'visit', 'event', 'commands', 'introspect', 'doc'):
        subprocess.run([sys.executable, '-B', os.path.join(SRC, 'scripts', 'qapi-%s.py' % g),
                        '-o', out, '-p', 'walk-', os.path.join(out, 'schema.json')], check=True)
    write('main.c', MAIN + code)
    sources = [os.path.join(out, f) for f in sorted(os.listdir(out)) if f.endswith('.c')]
    cmd = config('CC') + ['-o', os.path.join(out, 'walk'), '-iquote', BUILD, '-iquote',
                          os.path.join(SRC, 'include'), '-iquote', out] + \
        config('QEMU_CFLAGS') + config('CFLAGS') + sources + \
        [os.path.join(BUILD, 'libqemuutil.a'), os.path.join(BUILD, 'libqemustub.a')] + \
        config('QEMU_LDFLAGS') + config('LIBS')
    subprocess.run(cmd, check=True)
    return os.path.join(out, 'walk')


def main():
    with open(os.path.join(SRC, 'docs', 'writing-qmp-commands.txt'), encoding='utf-8') as f:
        text = f.read()
    talk = [m for b in blocks(text, 'dialogue') for m in dialogue(b)]
    assert len(blocks(text, 'schema')) >= 4 and len(talk) >= 10, 'the page has changed its form'
    with tempfile.TemporaryDirectory() as out:
        program = build(out, '\n'.join(blocks(text, 'schema')), '\n'.join(blocks(text, 'code')))
        requests = ''.join(json.dumps(v) + '\n' for way, v in talk if way == '->')
        r = subprocess.run([program], input=requests, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, timeout=20)
    assert r.returncode == 0, r.stderr
    got = [json.loads(line) for line in r.stderr.splitlines()]
    want = [v for way, v in talk if way == '<-']
    assert got == want, 'got\n%s\nwant\n%s' % (got, want)
    assert r.stdout == 'Hello, world\n', r.stdout
    print('ok 1 - the walk-through of writing-qmp-commands.txt')


if __name__ == '__main__':
    main()
