#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generate event senders from a QAPI schema: $(prefix)qapi-event.[ch]."""
import importlib
import sys

from qapi import c_name
from qapi_gen import Output, c_var, enum_const, guarded, main, params, wrap_params
from qapi_schema import Event, Value

types = importlib.import_module('qapi-types')


def sender(event):
    if event.boxed:
        parts = [c_var(event.arg.c_param(), 'arg'), 'Error **errp']
    else:
        parts = params(event.arg.members() if event.arg else [], ['Error **errp'])
    return wrap_params('void qapi_event_send_' + c_name(event.name.lower(), False), parts)


def fill_arg(event):
    """Statements that collect the parameters in a struct."""
    arg = event.arg
    text = ''
    for m in arg.members():
        stmt = ''
        if m.optional:
            stmt += '    param.has_%s = has_%s;\n' % (m.c_name(), m.c_name())
        cast = '(char *)' if m.type.c_type() == 'char *' else ''
        stmt += '    param.%s = %s%s;\n' % (m.c_name(), cast, m.c_name())
        text += guarded(m.cond, stmt)
    return text


def gen_send(event, enum_name):
    has_data = event.arg and not event.arg.is_empty()
    text = sender(event) + '\n{\n    QDict *qmp;\n    Error *err = NULL;\n'
    text += '    QMPEventFuncEmit emit;\n'
    if has_data:
        text += '    QmpOutputVisitor *qov;\n    Visitor *v;\n'
        if event.boxed:
            text += '    %s *obj = arg;\n' % event.arg.c_name()
        else:
            text += '    %s param = { 0 };\n    %s *obj = &param;\n' % (event.arg.c_name(),
                                                                       event.arg.c_name())
    text += '''
    emit = qmp_event_get_func_emit();
    if (!emit) {
        return;
    }

'''
    if has_data and not event.boxed:
        text += fill_arg(event) + '\n'
    text += '    qmp = qmp_event_build_dict("%s");\n\n' % event.name
    if has_data:
        text += '''    qov = qmp_output_visitor_new();
    v = qmp_output_get_visitor(qov);
    visit_start_struct(v, NULL, "%s", "data", 0, &err);
    if (err) {
        goto out;
    }
    visit_type_%s_fields(v, &obj, &err);
    visit_end_struct(v, err ? NULL : &err);
    if (err) {
        goto out;
    }
    qdict_put_obj(qmp, "data", qmp_output_get_qobject(qov));

''' % (event.name, event.arg.c_name())
    text += '    emit(%s, qmp, &err);\n\n' % enum_const(enum_name, event.name)
    if has_data:
        text += 'out:\n    qmp_output_visitor_cleanup(qov);\n'
    text += '    error_propagate(errp, err);\n    QDECREF(qmp);\n}\n'
    return guarded(event.cond, text) + '\n'


def generate(schema, opts):
    script = 'qapi-event.py'
    header = Output(opts, script, 'qapi-event.h', 'event senders')
    source = Output(opts, script, 'qapi-event.c', 'event senders')
    enum_name = c_name(opts.prefix, False) + 'QAPIEvent'
    header.add('#include "%sqapi-types.h"\n\n' % opts.prefix)
    source.add('''#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qobject-output-visitor.h"
#include "%(p)sqapi-event.h"
#include "%(p)sqapi-visit.h"

''' % {'p': opts.prefix})
    events = [e for e in schema.entities if isinstance(e, Event)]
    for e in events:
        header.add(guarded(e.cond, sender(e) + ';\n') + '\n')
        source.add(gen_send(e, enum_name))
    values = [Value(e.name, e.cond) for e in events]
    header.add(types.gen_enum(enum_name, values))
    source.add(types.gen_enum_lookup(enum_name, values))
    return [header, source]


if __name__ == '__main__':
    sys.exit(main(generate, __doc__))
