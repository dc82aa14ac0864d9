#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate the reference manual of a QAPI schema from its comments: $(prefix)qmp-ref.md."""
import os
import sys

from qapi import Expr
from qapi_gen import Output, main
from qapi_schema import Alternate, Array, Command, Enum, Event, Object


class Manual(Output):
    """A text file: the frame that C files get is left out."""

    def __init__(self, opts):
        super().__init__(opts, 'qapi-doc.py', 'qmp-ref.md', 'manual')
        self.head = '# QMP reference\n\nGenerated from %s.\n\n' % os.path.basename(opts.schema)


def type_name(t):
    if isinstance(t, Array):
        return 'array of ' + type_name(t.element)
    return '`%s`' % t.name


def kind(e):
    return {Command: 'command', Event: 'event', Enum: 'enum', Alternate: 'alternate'}.get(
        type(e)) or e.meta


def member_line(m, doc):
    text = doc.args[m.name].text() if doc and m.name in doc.args else ''
    notes = [type_name(m.type)] + (['optional'] if m.optional else []) + \
        [f.name for f in m.features] + (['if ' + str(m.cond)] if m.cond else [])
    return '- `%s` (%s)%s\n' % (m.name, ', '.join(notes), ': ' + flow(text) if text else '')


def flow(text):
    return ' '.join(text.split())


def members(obj, doc):
    out = ''
    if obj.base and not obj.base.implicit:
        out += '- the members of %s\n' % type_name(obj.base)
    own = obj.own if not (obj.base and obj.base.implicit) else obj.members()
    for m in own:
        out += member_line(m, doc)
    for b in obj.branches:
        if b.type.implicit:             # a simple union's wrapper
            out += '- `data` (%s) if `%s` is `%s`\n' % (type_name(b.type.own[0].type),
                                                        obj.tag.name, b.name)
        else:
            out += '- the members of %s if `%s` is `%s`\n' % (type_name(b.type), obj.tag.name,
                                                              b.name)
    return out


def body(e, doc):
    """What the definition itself says."""
    if isinstance(e, Enum):
        out = ''
        for v in e.values:
            text = doc.args[v.name].text() if doc and v.name in doc.args else ''
            out += '- `%s`%s\n' % (v.name, ': ' + flow(text) if text else '')
        return 'Values:\n\n' + out
    if isinstance(e, Object):
        return 'Members:\n\n' + (members(e, doc) or '- none\n')
    if isinstance(e, Alternate):
        return 'One of:\n\n' + ''.join('- %s%s\n' % (
            type_name(b.type), ': ' + flow(doc.args[b.name].text())
            if doc and b.name in doc.args else '') for b in e.branches)
    title = 'Arguments' if isinstance(e, Command) else 'Data'
    if e.arg is None:
        return ''
    if e.boxed or not e.arg.implicit:
        return '%s: the members of %s\n' % (title, type_name(e.arg))
    return '%s:\n\n%s' % (title, members(e.arg, doc))


def section(s):
    if s.tag in ('Example', 'Examples'):
        return '%s:\n\n%s\n' % (s.tag, ''.join('    %s\n' % line if line else '\n'
                                               for line in s.text().split('\n')))
    return '%s: %s\n' % (s.tag, flow(s.text()))


def describe(e, doc):
    out = '## %s (%s)\n\n' % (e.name, kind(e))
    if doc and doc.body.text():
        out += doc.body.text() + '\n\n'
    text = body(e, doc)
    if text:
        out += text + '\n'
    for f in e.features:
        note = doc.features[f.name].text() if doc and f.name in doc.features else ''
        out += 'Feature `%s`%s\n\n' % (f.name, ': ' + flow(note) if note else '')
    if isinstance(e, Command):
        flags = [flag for flag, on in (('may be executed out of band', e.allow_oob),
                                       ('may be executed before the machine exists',
                                        e.allow_preconfig)) if on]
        if e.ret:
            out += 'Result type: %s\n\n' % type_name(e.ret)
        if flags:
            out += 'This command %s.\n\n' % ', and '.join(flags)
    if e.cond:
        out += 'Only if %s.\n\n' % e.cond
    for s in doc.sections if doc else ():
        if s.tag != 'Features':
            out += section(s) + '\n'
    return out


def free_text(doc):
    text = doc.body.text()
    lines = ['%s %s' % ('#' * (len(line) - len(line.lstrip('='))), line.lstrip('= '))
             if line.startswith('=') else line for line in text.split('\n')]
    return '\n'.join(lines) + '\n\n'


def generate(schema, opts):
    manual = Manual(opts)
    for item in schema.docs:
        if isinstance(item, Expr):
            manual.add(describe(schema.by_name[item.name], item.doc))
        else:
            manual.add(free_text(item))
    return [manual]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
