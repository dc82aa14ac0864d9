/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option arguments, in either of their two notations, as input for a visitor.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/option.h"

Visitor *qobject_input_visitor_new_str(const char *str, const char *implied_key, Error **errp)
{
    Visitor *v = NULL;
    QDict *args;

    if (*str == '{') {
        QObject *obj = qobject_from_json(str, errp);

        if (obj) {
            v = qobject_input_visitor_new(obj);
            qobject_unref(obj);
        }
        return v;
    }
    args = keyval_parse(str, implied_key, NULL, errp);
    if (args) {
        v = qobject_input_visitor_new_keyval(QOBJECT(args));
        qobject_unref(args);
    }
    return v;
}
