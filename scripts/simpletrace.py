#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the binary log of the simple trace backend.

  simpletrace.py [--no-header] [--json] LOG
  simpletrace.py TRACE-EVENTS LOG       (the first file is not needed, and ignored)

A line an event: name, microseconds since the event before, pid, arguments.  trace/simple.c
describes the file.  As a module: read_events(file) yields Record objects.
"""
import argparse
import json
import struct
import sys

MAGIC = 0x4543415254414f4d
VERSION = 1


class FormatError(Exception):
    pass


class Record:
    def __init__(self, name, ns, tid, args):
        self.name = name
        self.ns = ns
        self.tid = tid
        self.args = args        # (name, kind, value)


def read_u64(f, n):
    data = f.read(8 * n)
    if len(data) != 8 * n:
        return None
    return struct.unpack('=%dQ' % n, data)


def decode(kinds, names, body):
    pos, args = 16, []
    for kind, name in zip(kinds, names):
        if pos + 8 > len(body):
            break
        if kind == 's':
            (n,) = struct.unpack_from('=Q', body, pos)
            value = body[pos + 8:pos + 8 + n].decode('utf-8', 'replace')
            pos += 8 + n
        else:
            (value,) = struct.unpack_from({'i': '=q', 'd': '=d'}.get(kind, '=Q'), body, pos)
            pos += 8
        args.append((name, kind, value))
    return args


def read_events(f):
    """Yield the records of a log, up to the last one that is complete."""
    head = read_u64(f, 3)
    if head is None or head[0] != MAGIC:
        raise FormatError('not a trace log')
    if head[1] != VERSION:
        raise FormatError('trace log version %d is not supported' % head[1])
    known = {}
    while True:
        entry = read_u64(f, 3)
        if entry is None:
            return
        kind, ident, length = entry
        body = f.read(length)
        if len(body) != length:
            return
        if kind == 0:
            words = body.decode().split(' ')
            known[ident] = (words[0], words[1].strip('-'), words[2:])
        elif kind == 1 and ident in known and length >= 16:
            name, kinds, names = known[ident]
            ns, tid = struct.unpack_from('=QQ', body)
            yield Record(name, ns, tid, decode(kinds, names, body))
        else:
            raise FormatError('damaged trace log')


def show(value, kind):
    return '0x%x' % value if kind in 'pu' else repr(value) if kind == 's' else str(value)


def main():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--no-header', action='store_true', help='accepted for old scripts')
    p.add_argument('--json', action='store_true', help='a JSON object a line')
    p.add_argument('files', nargs='+')
    o = p.parse_args()
    last = None
    try:
        with open(o.files[-1], 'rb') as f:
            for r in read_events(f):
                delta = 0 if last is None else (r.ns - last) / 1000
                last = r.ns
                if o.json:
                    print(json.dumps({'event': r.name, 'ns': r.ns, 'tid': r.tid,
                                      'args': {n: v for n, _, v in r.args}}))
                else:
                    print(r.name, '%.3f' % delta, 'pid=%d' % r.tid,
                          *['%s=%s' % (n, show(v, k)) for n, k, v in r.args])
    except (OSError, FormatError) as e:
        print('%s: %s' % (o.files[-1], e), file=sys.stderr)
        return 1
    except BrokenPipeError:
        pass
    return 0


if __name__ == '__main__':
    sys.exit(main())
