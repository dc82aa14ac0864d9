#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command of the schema with arguments that are missing, surplus, mistyped or out of range.

Each must answer with an error of class GenericError that names the member, and change nothing.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from tap import main, test                                      # noqa: E402
from vm import VM                                               # noqa: E402

# Commands that check their arguments by themselves, against the type that is created: which
# members there are depends on it.
OPEN_ENDED = {'device_add', 'object-add', 'netdev_add'}


class Schema:
    def __init__(self, entries):
        self.types = {e['name']: e for e in entries if e['meta-type'] not in ('command', 'event')}
        self.commands = {e['name']: e for e in entries if e['meta-type'] == 'command'}

    def members(self, command):
        return self.types[self.commands[command]['arg-type']]['members']

    def is_union(self, command):
        return 'variants' in self.types[self.commands[command]['arg-type']]

    def sample(self, name, depth=0):
        """A value of a type."""
        t = self.types[name]
        meta = t['meta-type']
        if meta == 'builtin':
            return {'string': 'x', 'number': 0.5, 'int': 1, 'boolean': False, 'null': None,
                    'value': 'x'}[t['json-type']]
        if meta == 'enum':
            return t['members'][0]['name']
        if meta == 'array':
            return [self.sample(t['element-type'], depth + 1)]
        if meta == 'alternate':
            return self.sample(t['members'][0]['type'], depth + 1)
        out = {m['name']: self.sample(m['type'], depth + 1) for m in t['members']
               if 'default' not in m}
        if 'tag' in t:
            for v in t['variants']:
                if v['case'] == out[t['tag']]:
                    out.update(self.sample(v['type'], depth + 1))
        return out

    def wrong(self, name):
        """Values that are not of a type, or None where all are."""
        t = self.types[name]
        meta = t['meta-type']
        if meta == 'builtin':
            return {'string': [5, None, [], {}, True], 'number': ['1', True, None],
                    'int': ['1', 0.5, True, [], 1e30, 2 ** 64], 'boolean': ['on', 0, None],
                    'null': [0, ''], 'value': []}[t['json-type']]
        if meta == 'enum':
            return [0, 'no-such-value', '', None]
        if meta == 'array':
            return ['x', 5, {}]
        if meta == 'alternate':
            kinds = [self.types[m['type']] for m in t['members']]
            return [] if any(k.get('json-type') == 'value' for k in kinds) else \
                [v for v in (5, 'x', {}, [], True, None) if not self.fits(kinds, v)]
        return [5, 'x', [], None]

    @staticmethod
    def fits(kinds, value):
        want = {int: ('int', 'number'), str: ('string',), bool: ('boolean',),
                type(None): ('null',)}.get(type(value), ())
        return any(k.get('json-type') in want or
                   (isinstance(value, str) and k['meta-type'] == 'enum') or
                   (isinstance(value, dict) and k['meta-type'] == 'object') or
                   (isinstance(value, list) and k['meta-type'] == 'array') for k in kinds)


def state(q):
    return (q.cmd('query-status'), sorted(x['label'] for x in q.cmd('query-chardev')),
            q.cmd('qom-list', path='/objects'), q.cmd('query-fdsets'))


def walk(check):
    with VM('-machine', 'none') as vm:
        schema = Schema(vm.qmp.cmd('query-qmp-schema'))
        before = state(vm.qmp)
        problems = []
        for name in sorted(schema.commands):
            if name != 'qmp_capabilities':
                problems += check(vm.qmp, schema, name)
        assert state(vm.qmp) == before, 'the state has changed'
        assert not problems, '%d problems:\n%s' % (len(problems), '\n'.join(problems[:40]))


def refused(q, name, args, member):
    reply = q.raw_cmd(name, args)
    if 'error' not in reply:
        return ['%s %r was executed' % (name, args)]
    if reply['error']['class'] != 'GenericError' or member not in reply['error']['desc']:
        return ['%s %r: %r' % (name, args, reply['error'])]
    return []


@test
def surplus_arguments_are_refused():
    def check(q, schema, name):
        if name in OPEN_ENDED:
            return []
        args = schema.sample(schema.commands[name]['arg-type'])
        return refused(q, name, dict(args, **{'no-such-member': 1}), 'no-such-member')
    walk(check)


@test
def missing_arguments_are_refused():
    def check(q, schema, name):
        out = []
        args = schema.sample(schema.commands[name]['arg-type'])
        for m in schema.members(name):
            if 'default' not in m:
                less = {k: v for k, v in args.items() if k != m['name']}
                out += refused(q, name, less, m['name'])
        return out
    walk(check)


@test
def mistyped_and_out_of_range_arguments_are_refused():
    def check(q, schema, name):
        out = []
        args = schema.sample(schema.commands[name]['arg-type'])
        if name in OPEN_ENDED:
            return []
        for m in schema.members(name):
            for value in schema.wrong(m['type']):
                out += refused(q, name, dict(args, **{m['name']: value}), m['name'])
        return out
    walk(check)


@test
def schema_is_closed_and_masked():
    """All names that are referred to exist, all that exist are referred to, types have no names."""
    with VM('-machine', 'none') as vm:
        entries = vm.qmp.cmd('query-qmp-schema')
        names = [e['name'] for e in entries]
        assert len(names) == len(set(names)), 'names collide'
        used, types = set(), set()
        for e in entries:
            meta = e['meta-type']
            if meta in ('command', 'event'):
                used |= {e[k] for k in ('arg-type', 'ret-type') if k in e}
                continue
            types.add(e['name'])
            if meta == 'object':
                used |= {m['type'] for m in e['members']}
                used |= {v['type'] for v in e.get('variants', ())}
                if 'tag' in e:
                    assert e['tag'] in [m['name'] for m in e['members']]
            elif meta == 'array':
                used.add(e['element-type'])
            elif meta == 'alternate':
                used |= {m['type'] for m in e['members']}
            elif meta == 'enum':
                assert [m['name'] for m in e['members']] == e['values']
            if meta in ('object', 'enum', 'alternate'):
                assert e['name'].isdigit(), 'type name %s is not masked' % e['name']
        assert used == types, (used - types, types - used)
        commands = {e['name'] for e in entries if e['meta-type'] == 'command'}
        assert commands == {c['name'] for c in vm.qmp.cmd('query-commands')}
        events = {e['name'] for e in entries if e['meta-type'] == 'event'}
        assert events == {e['name'] for e in vm.qmp.cmd('query-events')}


main()
