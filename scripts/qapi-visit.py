#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate visitor functions for a QAPI schema's types: $(prefix)qapi-visit.[ch]."""
import sys

from qapi_gen import Output, enum_const, guarded, main
from qapi_schema import Alternate, Array, Builtin, Enum, Object

CHECK = '''    if (err) {
        goto out;
    }
'''


def decl(t):
    c_type = t.c_type() if isinstance(t, (Enum, Builtin)) else t.c_name() + ' *'
    pad = '' if c_type.endswith('*') else ' '
    return guarded(t.cond, 'void visit_type_%s(Visitor *v, %s%s*obj, const char *name, '
                   'Error **errp);\n' % (t.c_name(), c_type, pad))


def fields_decl(obj):
    return guarded(obj.cond, 'void visit_type_%s_fields(Visitor *v, %s **obj, Error **errp);\n'
                   % (obj.c_name(), obj.c_name()))


def gen_member(m):
    visit = '''    visit_type_%s(v, &(*obj)->%s, "%s", &err);
''' % (m.type.c_name(), m.c_name(), m.name) + CHECK
    if m.optional:
        visit = '    if (visit_optional(v, &(*obj)->has_%s, "%s", &err)) {\n' % (
            m.c_name(), m.name) + ''.join('    %s\n' % line for line in
                                          visit.rstrip('\n').split('\n')) + '    }\n' + CHECK
    return guarded(m.cond, visit)


def gen_branches(obj):
    tag = obj.tag
    text = '    switch ((*obj)->%s) {\n' % tag.c_name()
    for b in obj.branches:
        const = enum_const(tag.type.name, b.name, tag.type.prefix)
        text += guarded(b.cond, '''    case %s: {
        %s *branch = &(*obj)->u.%s;

        visit_type_%s_fields(v, &branch, &err);
        break;
    }
''' % (const, b.type.c_name(), b.c_name(), b.type.c_name()))
    return text + '    default:\n        break;\n    }\n' + CHECK


def gen_fields(obj):
    """Visit all members of a struct that exists."""
    text = '''void visit_type_%s_fields(Visitor *v, %s **obj, Error **errp)
{
    Error *err = NULL;

''' % (obj.c_name(), obj.c_name())
    body = ''
    if obj.base and obj.base.members():
        body += '''    visit_type_%s_fields(v, (%s **)obj, &err);
''' % (obj.base.c_name(), obj.base.c_name()) + CHECK
    for m in obj.own:
        body += gen_member(m)
    if obj.branches:
        body += gen_branches(obj)
    if not body:
        text = text.replace('    Error *err = NULL;\n\n', '')
        return guarded(obj.cond, text + '}\n') + '\n'
    text += body + '''out:
    error_propagate(errp, err);
}
'''
    return guarded(obj.cond, text) + '\n'


def gen_object(obj):
    name = obj.c_name()
    return guarded(obj.cond, '''void visit_type_%(n)s(Visitor *v, %(n)s **obj, const char *name, Error **errp)
{
    Error *err = NULL;

    visit_start_struct(v, (void **)obj, "%(schema)s", name, sizeof(%(n)s), &err);
    if (!err) {
        if (*obj) {
            visit_type_%(n)s_fields(v, obj, &err);
        }
        visit_end_struct(v, err ? NULL : &err);
    }
    if (err && visit_is_input(v)) {
        qapi_free_%(n)s(*obj);
        *obj = NULL;
    }
    error_propagate(errp, err);
}
''' % {'n': name, 'schema': obj.name}) + '\n'


def gen_enum(t):
    name = t.c_name()
    return guarded(t.cond, '''void visit_type_%(n)s(Visitor *v, %(n)s *obj, const char *name, Error **errp)
{
    int value = *obj;

    visit_type_enum(v, &value, %(n)s_lookup, "%(schema)s", name, errp);
    *obj = value;
}
''' % {'n': name, 'schema': t.name}) + '\n'


def gen_array(t):
    name, elem = t.c_name(), t.element
    return guarded(t.cond, '''void visit_type_%(n)s(Visitor *v, %(n)s **obj, const char *name, Error **errp)
{
    Error *err = NULL;
    GenericList *i, **prev;

    visit_start_list(v, name, &err);
    if (err) {
        if (visit_is_input(v)) {
            *obj = NULL;
        }
        goto out;
    }

    for (prev = (GenericList **)obj;
         !err && (i = visit_next_list(v, prev, &err)) != NULL;
         prev = &i) {
        %(n)s *native_i = (%(n)s *)i;
        visit_type_%(e)s(v, &native_i->value, NULL, &err);
    }

    visit_end_list(v, err ? NULL : &err);
    if (err && visit_is_input(v)) {
        qapi_free_%(n)s(*obj);
        *obj = NULL;
    }
out:
    error_propagate(errp, err);
}
''' % {'n': name, 'e': elem.c_name()}) + '\n'


def gen_alternate(alt):
    text = '''void visit_type_%(n)s(Visitor *v, %(n)s **obj, const char *name, Error **errp)
{
    Error *err = NULL;
    g_autofree char *full_name = NULL;

    visit_start_alternate(v, (GenericAlternate **)obj, sizeof(**obj), name, &err);
    if (err) {
        goto out;
    }
    if (!*obj) {
        goto end;
    }
    switch ((*obj)->type) {
''' % {'n': alt.c_name()}
    for b in alt.branches:
        if isinstance(b.type, Object):
            visit = '''    case %s: {
        %s *branch = &(*obj)->u.%s;

        visit_start_struct(v, NULL, "%s", name, 0, &err);
        if (!err) {
            visit_type_%s_fields(v, &branch, &err);
            visit_end_struct(v, err ? NULL : &err);
        }
        break;
    }
''' % (b.type.qtype, b.type.c_name(), b.c_name(), b.type.name, b.type.c_name())
        else:
            visit = '''    case %s:
        visit_type_%s(v, &(*obj)->u.%s, name, &err);
        break;
''' % (b.type.qtype, b.type.c_name(), b.c_name())
        text += guarded(b.cond, visit)
    expected = ' or '.join({'QTYPE_QDICT': 'object', 'QTYPE_QLIST': 'array', 'QTYPE_QNUM':
                            'number', 'QTYPE_QSTRING': 'string', 'QTYPE_QBOOL': 'boolean',
                            'QTYPE_QNULL': 'null'}[b.type.qtype] for b in alt.branches)
    text += '''    case QTYPE_NONE:
        break;
    default:
        full_name = visit_full_name(v, name);
        error_setg(&err, "Invalid parameter type for '%%s', expected: %s", full_name);
        /* Nothing of a branch was built. */
        (*obj)->type = QTYPE_NONE;
        break;
    }
end:
    visit_end_alternate(v);
    if (err && visit_is_input(v)) {
        qapi_free_%s(*obj);
        *obj = NULL;
    }
out:
    error_propagate(errp, err);
}
''' % (expected, alt.c_name())
    return guarded(alt.cond, text) + '\n'


def generate(schema, opts):
    script = 'qapi-visit.py'
    header = Output(opts, script, 'qapi-visit.h', 'visitors')
    source = Output(opts, script, 'qapi-visit.c', 'visitors')
    header.add('#include "qapi/visitor.h"\n#include "%sqapi-types.h"\n\n' % opts.prefix)
    source.add('''#include "qemu/osdep.h"
#include "qapi/error.h"
#include "%sqapi-visit.h"

''' % opts.prefix)

    header.add('#ifndef QAPI_VISIT_BUILTIN\n#define QAPI_VISIT_BUILTIN\n\n')
    for t in schema.entities:
        if isinstance(t, Builtin):
            array = Array(t)
            header.add(decl(array))
            if opts.builtins:
                source.add(gen_array(array))
    header.add('\n#endif\n\n')

    for t in schema.entities:
        if not t.is_type or t.builtin or getattr(t, 'hidden', False):
            continue
        if isinstance(t, Object):
            header.add(fields_decl(t))
            source.add(gen_fields(t))
            if not t.implicit:
                header.add(decl(t))
                source.add(gen_object(t))
        else:
            header.add(decl(t))
            source.add({Enum: gen_enum, Array: gen_array, Alternate: gen_alternate}[type(t)](t))
    return [header, source]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
