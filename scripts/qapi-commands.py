#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate QMP command marshallers from a QAPI schema.

$(prefix)qmp-commands.h declares the handlers qmp_x() that the program defines;
$(prefix)qmp-marshal.c has qmp_marshal_x(), which takes the arguments apart, calls the handler
and puts the result together, and registers the commands.  A command with 'gen': false has a
handler that does all of that itself: void qmp_x(QDict *args, QObject **ret, Error **errp).
"""
import sys

from qapi_gen import Output, c_var, guarded, main, params, wrap_params
from qapi_schema import Command

CHECK = '''    if (err) {
        goto out;
    }
'''


def ret_type(cmd):
    return cmd.ret.c_type() if cmd.ret else 'void'


def handler_decl(cmd):
    head = c_var(ret_type(cmd), 'qmp_' + cmd.c_name())
    if not cmd.gen:
        return wrap_params('void qmp_' + cmd.c_name(),
                           ['QDict *args', 'QObject **ret', 'Error **errp']) + ';\n'
    if cmd.boxed:
        parts = [c_var(cmd.arg.c_param(), 'arg'), 'Error **errp']
    else:
        parts = params(cmd.arg.members() if cmd.arg else [], ['Error **errp'])
    return wrap_params(head, parts) + ';\n'


def gen_output(t):
    name = t.c_name()
    return guarded(t.cond, '''static void qmp_marshal_output_%(n)s(%(param)s, QObject **ret_out, Error **errp)
{
    Error *err = NULL;
    QmpOutputVisitor *qov = qmp_output_visitor_new();
    QapiDeallocVisitor *qdv;
    Visitor *v;

    v = qmp_output_get_visitor(qov);
    visit_type_%(n)s(v, &ret_in, "unused", &err);
    if (err) {
        goto out;
    }
    *ret_out = qmp_output_get_qobject(qov);

out:
    error_propagate(errp, err);
    qmp_output_visitor_cleanup(qov);
    qdv = qapi_dealloc_visitor_new();
    v = qapi_dealloc_get_visitor(qdv);
    visit_type_%(n)s(v, &ret_in, "unused", NULL);
    qapi_dealloc_visitor_cleanup(qdv);
}
''' % {'n': name, 'param': c_var(t.c_type(), 'ret_in')}) + '\n'


def indent(text):
    return ''.join('    ' + line + '\n' if line and not line.startswith('#') else line + '\n'
                   for line in text.rstrip('\n').split('\n'))


def visit_arg(m, err):
    """Visit one argument; `err` is '&err' or 'NULL' (the dealloc pass)."""
    text = '    visit_type_%s(v, &%s, "%s", %s);\n' % (m.type.c_name(), m.c_name(), m.name, err)
    if err != 'NULL':
        text += CHECK
    if m.optional:
        text = '    if (visit_optional(v, &has_%s, "%s", %s)) {\n' % (
            m.c_name(), m.name, err) + indent(text) + '    }\n'
    return guarded(m.cond, text)


def gen_locals(cmd):
    text = ''
    if cmd.boxed:
        return '    %s = NULL;\n' % c_var(cmd.arg.c_type(), 'arg')
    for m in cmd.arg.members() if cmd.arg else []:
        decl = ''
        if m.optional:
            decl += '    bool has_%s = false;\n' % m.c_name()
        decl += '    %s = %s;\n' % (c_var(m.type.c_type(), m.c_name()), m.type.c_null())
        text += guarded(m.cond, decl)
    return text


def gen_call(cmd):
    if cmd.boxed:
        args = ['arg']
    else:
        args = []
        for m in cmd.arg.members() if cmd.arg else []:
            if m.optional:
                args.append('has_' + m.c_name())
            args.append(m.c_name())
    head = '    %sqmp_%s' % ('retval = ' if cmd.ret else '', cmd.c_name())
    return wrap_params(head, args + ['&err']) + ';\n'


def gen_marshal(cmd):
    name = cmd.c_name()
    visits = ''
    if cmd.boxed:
        visits = '    visit_type_%s(v, &arg, "arguments", &err);\n' % cmd.arg.c_name() + CHECK
        frees = '    visit_type_%s(v, &arg, NULL, NULL);\n' % cmd.arg.c_name()
    else:
        members = cmd.arg.members() if cmd.arg else []
        visits = '    visit_start_struct(v, NULL, NULL, NULL, 0, &err);\n' + CHECK
        visits += ''.join(visit_arg(m, '&err') for m in members)
        visits += '    visit_end_struct(v, &err);\n' + CHECK
        frees = ''.join(visit_arg(m, 'NULL') for m in members)
    text = '''static void qmp_marshal_%s(QDict *args, QObject **ret, Error **errp)
{
    Error *err = NULL;
''' % name
    if cmd.ret:
        text += '    %s;\n' % c_var(cmd.ret.c_type(), 'retval')
    text += '''    QmpInputVisitor *qiv = qmp_input_visitor_new_strict(QOBJECT(args));
'''
    if frees:
        text += '    QapiDeallocVisitor *qdv;\n'
    text += '    Visitor *v;\n' + gen_locals(cmd)
    text += '\n    v = qmp_input_get_visitor(qiv);\n' + visits + '\n' + gen_call(cmd)
    if cmd.ret:
        text += CHECK + '\n    qmp_marshal_output_%s(retval, ret, &err);\n' % cmd.ret.c_name()
    text += '''
out:
    error_propagate(errp, err);
    qmp_input_visitor_cleanup(qiv);
'''
    if frees:
        text += '''    qdv = qapi_dealloc_visitor_new();
    v = qapi_dealloc_get_visitor(qdv);
''' + frees + '    qapi_dealloc_visitor_cleanup(qdv);\n'
    return guarded(cmd.cond, text + '}\n') + '\n'


def options(cmd):
    flags = []
    if not cmd.success_response:
        flags.append('QCO_NO_SUCCESS_RESP')
    if cmd.allow_oob:
        flags.append('QCO_ALLOW_OOB')
    if cmd.allow_preconfig:
        flags.append('QCO_ALLOW_PRECONFIG')
    if cmd.coroutine:
        flags.append('QCO_COROUTINE')
    return ' | '.join(flags) or 'QCO_NO_OPTIONS'


def gen_register(cmds):
    text = 'static void qmp_init_marshal(void)\n{\n'
    for cmd in cmds:
        fn = ('qmp_marshal_' if cmd.gen else 'qmp_') + cmd.c_name()
        text += guarded(cmd.cond, wrap_params('    qmp_register_command',
                                              ['"%s"' % cmd.name, fn, options(cmd)]) + ';\n')
    return text + '}\n\nqapi_init(qmp_init_marshal);\n'


def generate(schema, opts):
    script = 'qapi-commands.py'
    header = Output(opts, script, 'qmp-commands.h', 'QMP command handlers')
    source = Output(opts, script, 'qmp-marshal.c', 'QMP command marshallers')
    header.add('#include "%sqapi-types.h"\n\n' % opts.prefix)
    source.add('''#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/dealloc-visitor.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qobject-output-visitor.h"
#include "%(p)sqapi-visit.h"
#include "%(p)sqmp-commands.h"

''' % {'p': opts.prefix})
    cmds = [e for e in schema.entities if isinstance(e, Command)]
    outputs = set()
    for cmd in cmds:
        header.add(guarded(cmd.cond, handler_decl(cmd)))
        if not cmd.gen:
            continue
        if cmd.ret and cmd.ret not in outputs:
            outputs.add(cmd.ret)
            source.add(gen_output(cmd.ret))
        source.add(gen_marshal(cmd))
    source.add(gen_register(cmds))
    return [header, source]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
