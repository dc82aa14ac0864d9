# SPDX-License-Identifier: GPL-2.0-or-later
"""Run test functions and print TAP.

    @test
    def status_is_reported(): ...

    main()
"""
import os
import sys
import traceback

_tests = []


class Skip(Exception):
    """Raised by a test that cannot run here; says why."""


def test(fn):
    _tests.append(fn)
    return fn


def main():
    failed = 0
    only = sys.argv[1:]
    for n, fn in enumerate(_tests, 1):
        name = fn.__name__.replace('_', ' ')
        if only and fn.__name__ not in only:
            continue
        try:
            fn()
            print('ok %d - %s' % (n, name), flush=True)
        except Skip as e:
            print('ok %d - %s # SKIP %s' % (n, name, e), flush=True)
        except BaseException as e:
            failed += 1
            for line in traceback.format_exc().rstrip().split('\n'):
                print('# ' + line)
            print('not ok %d - %s' % (n, name), flush=True)
            if isinstance(e, KeyboardInterrupt):
                break
    sys.stdout.flush()
    os._exit(1 if failed else 0)
