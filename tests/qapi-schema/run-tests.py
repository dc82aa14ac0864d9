#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what the generators say about schemas.

NAME.json with NAME.err must be refused, with exactly that text (file:line: message, the
message on one line).  The schemas named in GOOD must pass all generators.  sub-*.json are for
others to include.  run-tests.py --update writes the .err files anew, for review.
"""
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, '..', '..', 'scripts')
GOOD = ('good', 'include-twice')
GENERATORS = ('types', 'visit', 'commands', 'event', 'introspect', 'doc')


def generate(generator, schema, out):
    return subprocess.run([sys.executable, '-B', os.path.join(SCRIPTS, 'qapi-%s.py' % generator),
                           '--output-dir', out, '--prefix', 't-', os.path.basename(schema)],
                          cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check_bad(path, out, update):
    err_path = path[:-5] + '.err'
    r = generate('types', path, out)
    if update:
        with open(err_path, 'w', encoding='utf-8') as f:
            f.write(r.stdout)
        return None
    with open(err_path, encoding='utf-8') as f:
        want = f.read()
    if r.returncode != 1:
        return 'accepted (status %d)' % r.returncode
    if r.stdout != want:
        return 'expected %r, not %r' % (want, r.stdout)
    return None


def check_good(path, out):
    for g in GENERATORS:
        r = generate(g, path, out)
        if r.returncode:
            return 'qapi-%s.py: %s' % (g, r.stdout.strip())
    return None


def main():
    update = sys.argv[1:] == ['--update']
    failed = 0
    for n, path in enumerate(sorted(glob.glob(os.path.join(HERE, '*.json'))), 1):
        name = os.path.basename(path)[:-5]
        with tempfile.TemporaryDirectory() as out:
            if name in GOOD:
                problem = check_good(path, out)
            elif name.startswith('sub-'):
                continue
            else:
                problem = check_bad(path, out, update)
        failed += problem is not None
        print('%s %d - %s%s' % ('not ok' if problem else 'ok', n, name,
                                ' # ' + problem if problem else ''))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
