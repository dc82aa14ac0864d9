#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate C types from a QAPI schema: $(prefix)qapi-types.[ch]."""
import sys

from qapi_gen import Output, c_var, enum_const, guarded, main
from qapi_schema import Alternate, Array, Enum, Object


def gen_enum(name, values, prefix=None, cond=None):
    """Declaration of an enum and its table of names."""
    text = 'typedef enum %s {\n' % name
    numbered = not any(v.cond for v in values)
    for i, v in enumerate(values):
        const = enum_const(name, v.name, prefix)
        text += guarded(v.cond, '    %s%s,\n' % (const, ' = %d' % i if numbered else ''))
    text += '    %s%s,\n} %s;\n\n' % (enum_const(name, 'MAX', prefix),
                                      ' = %d' % len(values) if numbered else '', name)
    text += 'extern const char *const %s_lookup[];\n' % name
    return guarded(cond, text) + '\n'


def gen_enum_lookup(name, values, prefix=None, cond=None):
    text = 'const char *const %s_lookup[] = {\n' % name
    for v in values:
        text += guarded(v.cond, '    [%s] = "%s",\n' % (enum_const(name, v.name, prefix), v.name))
    text += '    [%s] = NULL,\n};\n' % enum_const(name, 'MAX', prefix)
    return guarded(cond, text) + '\n'


def gen_enum_str(enum):
    name = enum.c_name()
    return guarded(enum.cond, '''static inline const char *%s_str(%s value)
{
    return %s_lookup[value];
}
''' % (name, name, name)) + '\n'


def gen_members(members):
    text = ''
    for m in members:
        decl = ''
        if m.optional:
            decl += '    bool has_%s;\n' % m.c_name()
        decl += '    %s;\n' % c_var(m.type.c_type(), m.c_name())
        text += guarded(m.cond, decl)
    return text


def gen_branches(branches):
    text = '    union {\n'
    for b in branches:
        if isinstance(b.type, Object):
            decl = '%s %s' % (b.type.c_name(), b.c_name())
        else:
            decl = c_var(b.type.c_type(), b.c_name())
        text += guarded(b.cond, '        %s;\n' % decl)
    return text + '    } u;\n'


def gen_object(obj):
    text = 'struct %s {\n' % obj.c_name()
    if obj.base and obj.base.members():
        text += '    /* Members inherited from %s: */\n' % obj.base.c_name()
        text += gen_members(obj.base.members())
        if obj.own:
            text += '    /* Own members: */\n'
    text += gen_members(obj.own)
    if obj.branches:
        text += gen_branches(obj.branches)
    if obj.is_empty():
        text += '    char qapi_dummy_for_empty_struct;\n'
    text += '};\n'
    if obj.base and not obj.base.implicit:
        text += '''
static inline %s *qapi_%s_base(const %s *obj)
{
    return (%s *)obj;
}
''' % (obj.base.c_name(), obj.c_name(), obj.c_name(), obj.base.c_name())
    return guarded(obj.cond, text) + '\n'


def gen_alternate(alt):
    text = 'struct %s {\n    QType type;\n' % alt.c_name() + gen_branches(alt.branches) + '};\n'
    return guarded(alt.cond, text) + '\n'


def gen_array(array):
    name, elem = array.c_name(), array.element
    return guarded(array.cond, '''struct %s {
    union {
        %s;
        uint64_t padding;
    };
    %s *next;
};
''' % (name, c_var(elem.c_type(), 'value'), name)) + '\n'


def gen_free_decl(t):
    return guarded(t.cond, 'void qapi_free_%s(%s *obj);\n' % (t.c_name(), t.c_name())) + '\n'


def gen_free(t):
    name = t.c_name()
    return guarded(t.cond, '''void qapi_free_%s(%s *obj)
{
    QapiDeallocVisitor *qdv;
    Visitor *v;

    if (!obj) {
        return;
    }

    qdv = qapi_dealloc_visitor_new();
    v = qapi_dealloc_get_visitor(qdv);
    visit_type_%s(v, &obj, NULL, NULL);
    qapi_dealloc_visitor_cleanup(qdv);
}
''' % (name, name, name)) + '\n'


class Types:
    """Emits each type after those that it holds by value."""

    def __init__(self, header, source):
        self.header = header
        self.source = source
        self.done = set()

    def emit(self, t):
        if t in self.done:
            return
        self.done.add(t)
        if isinstance(t, Object):
            if t.base and not t.base.builtin:
                self.emit(t.base)
            for b in t.branches:
                self.emit(b.type)
            self.header.add(gen_object(t))
            if not t.implicit:
                self.header.add(gen_free_decl(t))
                self.source.add(gen_free(t))
        elif isinstance(t, Alternate):
            for b in t.branches:
                if isinstance(b.type, Object):
                    self.emit(b.type)
            self.header.add(gen_alternate(t) + gen_free_decl(t))
            self.source.add(gen_free(t))
        elif isinstance(t, Array) and not t.builtin:
            self.header.add(gen_array(t) + gen_free_decl(t))
            self.source.add(gen_free(t))


def builtin_arrays(schema):
    """All lists of built-in types, whether this schema uses them or not."""
    return [Array(t) for t in schema.entities if t.builtin and not isinstance(t, Array)]


def generate(schema, opts):
    script = 'qapi-types.py'
    header = Output(opts, script, 'qapi-types.h', 'types')
    source = Output(opts, script, 'qapi-types.c', 'enum names and destructors')
    header.add('#include "qapi/qmp/qobject.h"\n\n')
    source.add('''#include "qemu/osdep.h"
#include "qapi/dealloc-visitor.h"
#include "%sqapi-types.h"
#include "%sqapi-visit.h"

''' % (opts.prefix, opts.prefix))

    types = [t for t in schema.entities if t.is_type and not getattr(t, 'hidden', False)]
    enums = [t for t in types if isinstance(t, Enum)]
    for t in enums:
        header.add(gen_enum(t.c_name(), t.values, t.prefix, t.cond) + gen_enum_str(t))
        source.add(gen_enum_lookup(t.c_name(), t.values, t.prefix, t.cond))
    for t in types:
        if isinstance(t, (Object, Alternate)) or (isinstance(t, Array) and not t.builtin):
            header.add(guarded(t.cond, 'typedef struct %s %s;\n' % (t.c_name(), t.c_name())) +
                       '\n')

    header.add('#ifndef QAPI_TYPES_BUILTIN\n#define QAPI_TYPES_BUILTIN\n\n')
    for a in builtin_arrays(schema):
        header.add('typedef struct %s %s;\n\n' % (a.c_name(), a.c_name()))
        header.add(gen_array(a) + gen_free_decl(a))
        if opts.builtins:
            source.add(gen_free(a))
    header.add('#endif\n\n')

    walk = Types(header, source)
    for t in types:
        walk.emit(t)
    return [header, source]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
