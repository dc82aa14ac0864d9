#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate the answer of query-qmp-schema: $(prefix)qmp-introspect.[ch].

Types have numbers for names, in the order in which commands and events (sorted by name) and
then the types themselves refer to them; what nothing refers to is left out.  Integers are all
"int", and an array of a built-in type is "[str]".
"""
import json
import sys

from qapi import c_name
from qapi_gen import Output, guarded, main
from qapi_schema import Alternate, Array, Builtin, Command, Enum, Event, Object


class Introspection:
    def __init__(self, schema, unmask):
        self.schema = schema
        self.unmask = unmask
        self.used = []                  # types, in the order of first reference
        self.names = {}
        self.entries = []               # (condition, object)

    def canonical(self, t):
        if isinstance(t, Builtin) and t.json_type == 'int':
            return self.schema.by_name['int']
        if isinstance(t, Array) and t.element.json_type == 'int' and t.builtin:
            return self.schema.array(self.schema.by_name['int'])
        return t

    def ref(self, t):
        """The name under which the client finds `t`."""
        t = self.canonical(t)
        if t not in self.names:
            self.names[t] = self.name_of(t)
            self.used.append(t)
        return self.names[t]

    def name_of(self, t):
        if isinstance(t, Builtin):
            return t.name
        if isinstance(t, Array):
            # The element is numbered first, as the array's name contains its name.
            return '[%s]' % self.ref(t.element)
        if self.unmask:
            if t.name == 'empty' and t.implicit:
                return ':empty'
            return ':obj-' + t.name if isinstance(t, Object) and t.implicit else t.name
        return str(sum(1 for u in self.used if not isinstance(u, (Builtin, Array))))

    @staticmethod
    def features(entity, out):
        if entity.features:
            out['features'] = [f.name for f in entity.features]
        return out

    def members(self, members):
        out = []
        for m in members:
            d = {'name': m.name, 'type': self.ref(m.type)}
            if m.optional:
                d['default'] = None
            out.append(self.features(m, d))
        return out

    def describe(self, t):
        if isinstance(t, Builtin):
            return {'meta-type': 'builtin', 'json-type': t.json_type}
        if isinstance(t, Enum):
            return {'meta-type': 'enum', 'values': t.value_names(),
                    'members': [self.features(v, {'name': v.name}) for v in t.values]}
        if isinstance(t, Array):
            return {'meta-type': 'array', 'element-type': self.ref(t.element)}
        if isinstance(t, Alternate):
            return {'meta-type': 'alternate',
                    'members': [{'type': self.ref(b.type)} for b in t.branches]}
        out = {'meta-type': 'object', 'members': self.members(t.members())}
        if t.tag:
            out['tag'] = t.tag.name
            out['variants'] = [{'case': b.name, 'type': self.ref(b.type)} for b in t.branches]
        return out

    def describe_command(self, c):
        out = {'meta-type': 'command', 'name': c.name,
               'arg-type': self.ref(c.arg or self.schema.empty),
               'ret-type': self.ref(c.ret or self.schema.empty)}
        if c.allow_oob:
            out['allow-oob'] = True
        return self.features(c, out)

    def run(self):
        for e in sorted(self.schema.entities, key=lambda e: e.name):
            if isinstance(e, Command):
                self.entries.append((e.cond, self.describe_command(e)))
            elif isinstance(e, Event):
                d = {'meta-type': 'event', 'name': e.name,
                     'arg-type': self.ref(e.arg or self.schema.empty)}
                self.entries.append((e.cond, self.features(e, d)))
        for t in self.used:             # grows as types refer to more types
            d = dict(self.describe(t), name=self.names[t])
            self.entries.append((t.cond, self.features(t, d)))
        return self.entries


def c_string(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def generate(schema, opts):
    script = 'qapi-introspect.py'
    header = Output(opts, script, 'qmp-introspect.h', 'the schema for clients')
    source = Output(opts, script, 'qmp-introspect.c', 'the schema for clients')
    name = c_name(opts.prefix, False) + 'qmp_schema_json'
    header.add('extern const char %s[];\n' % name)
    source.add('#include "qemu/osdep.h"\n#include "%sqmp-introspect.h"\n\n' % opts.prefix)
    text = 'const char %s[] = "["\n' % name
    entries = Introspection(schema, opts.unmask).run()
    # The last entry carries the closing bracket, so it must be one that is always there.
    entries.sort(key=lambda e: e[0] is None)
    for i, (cond, entry) in enumerate(entries):
        last = i == len(entries) - 1
        line = c_string(json.dumps(entry, sort_keys=True) + (']' if last else ', '))
        text += guarded(cond, '    %s%s\n' % (line, ';' if last else ''))
    if not entries:
        text = text.replace('"["', '"[]";')
    source.add(text)
    return [header, source]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
