/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text in one piece: parsing, templates, printing. */
#include "qemu/osdep.h"
#include <math.h>
#include "qapi/error.h"
#include "qapi/qmp/json-parser.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"

typedef struct OneValue {
    QObject *value;
    Error *err;
} OneValue;

static void take_value(void *opaque, QObject *json, Error *err)
{
    OneValue *one = opaque;

    if (!one->err && one->value && json) {
        error_setg(&one->err, "JSON text holds more than one value");
    }
    if (one->err || one->value) {
        qobject_unref(json);
        error_propagate(&one->err, err);
    } else {
        one->value = json;
        one->err = err;
    }
}

static QObject *parse(const char *string, va_list *ap, Error **errp)
{
    OneValue one = { NULL, NULL };
    JSONMessageParser *parser = json_message_parser_new(take_value, &one);

    json_message_parser_set_args(parser, ap);
    json_message_parser_feed(parser, string, strlen(string));
    json_message_parser_flush(parser);
    json_message_parser_free(parser);

    if (!one.value && !one.err) {
        error_setg(&one.err, "JSON text holds no value");
    }
    if (one.err) {
        qobject_unref(one.value);
        error_propagate(errp, one.err);
        return NULL;
    }
    return one.value;
}

QObject *qobject_from_json(const char *string, Error **errp)
{
    return parse(string, NULL, errp);
}

QObject *qobject_from_vjsonf_nofail(const char *string, va_list ap)
{
    va_list copy;
    QObject *obj;

    va_copy(copy, ap);
    obj = parse(string, &copy, &error_abort);
    va_end(copy);
    return obj;
}

QObject *qobject_from_jsonf_nofail(const char *string, ...)
{
    QObject *obj;
    va_list ap;

    va_start(ap, string);
    obj = qobject_from_vjsonf_nofail(string, ap);
    va_end(ap);
    return obj;
}

QObject *qobject_from_jsonf(const char *string, ...)
{
    QObject *obj;
    va_list ap;

    va_start(ap, string);
    obj = parse(string, &ap, NULL);
    va_end(ap);
    return obj;
}

QDict *qdict_from_vjsonf_nofail(const char *string, va_list ap)
{
    QDict *dict = qobject_to(QDict, qobject_from_vjsonf_nofail(string, ap));

    assert(dict);
    return dict;
}

QDict *qdict_from_jsonf_nofail(const char *string, ...)
{
    QDict *dict;
    va_list ap;

    va_start(ap, string);
    dict = qdict_from_vjsonf_nofail(string, ap);
    va_end(ap);
    return dict;
}

static void print_code_point(GString *out, uint32_t cp)
{
    if (cp >= 0x10000) {
        cp -= 0x10000;
        g_string_append_printf(out, "\\u%04X\\u%04X", 0xd800 | cp >> 10, 0xdc00 | (cp & 0x3ff));
    } else {
        g_string_append_printf(out, "\\u%04X", cp);
    }
}

static void print_string(GString *out, const char *s)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";

    g_string_append_c(out, '"');
    while (*s) {
        uint8_t c = *s;
        const char *p;

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            const char *run = s;

            do {
                c = *++s;
            } while (c >= 0x20 && c < 0x7f && c != '"' && c != '\\');
            g_string_append_len(out, run, s - run);
        } else if ((p = strchr(plain, c))) {
            g_string_append_c(out, '\\');
            g_string_append_c(out, letter[p - plain]);
            s++;
        } else if (c < 0x80) {
            print_code_point(out, c);
            s++;
        } else {
            gunichar cp = g_utf8_get_char_validated(s, -1);

            if (cp >= (gunichar)-2) {
                /* A host string (a file name, say) that is not UTF-8. */
                print_code_point(out, 0xfffd);
                s++;
            } else {
                print_code_point(out, cp);
                s = g_utf8_next_char(s);
            }
        }
    }
    g_string_append_c(out, '"');
}

static void newline(GString *out, int indent)
{
    if (indent >= 0) {
        g_string_append_printf(out, "\n%*s", indent * 4, "");
    }
}

static void print(GString *out, const QObject *obj, int indent);

static void print_dict(GString *out, const QDict *dict, int indent)
{
    int inner = indent < 0 ? -1 : indent + 1;
    bool first = true;

    g_string_append_c(out, '{');
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        if (!first) {
            g_string_append(out, indent < 0 ? ", " : ",");
        }
        first = false;
        newline(out, inner);
        print_string(out, e->key);
        g_string_append(out, ": ");
        print(out, e->value, inner);
    }
    if (!first) {
        newline(out, indent);
    }
    g_string_append_c(out, '}');
}

static void print_list(GString *out, const QList *list, int indent)
{
    int inner = indent < 0 ? -1 : indent + 1;
    size_t n = qlist_size(list);

    g_string_append_c(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i) {
            g_string_append(out, indent < 0 ? ", " : ",");
        }
        newline(out, inner);
        print(out, qlist_get(list, i), inner);
    }
    if (n) {
        newline(out, indent);
    }
    g_string_append_c(out, ']');
}

/* @indent is the nesting level, or -1 for everything on one line. */
static void print(GString *out, const QObject *obj, int indent)
{
    switch (qobject_type(obj)) {
    case QTYPE_QNULL:
        g_string_append(out, "null");
        break;
    case QTYPE_QBOOL:
        g_string_append(out, qbool_get_bool((const QBool *)obj) ? "true" : "false");
        break;
    case QTYPE_QNUM: {
        g_autofree char *text = qnum_to_string((const QNum *)obj);

        g_string_append(out, text);
        break;
    }
    case QTYPE_QSTRING:
        print_string(out, qstring_get_str((const QString *)obj));
        break;
    case QTYPE_QDICT:
        print_dict(out, (const QDict *)obj, indent);
        break;
    case QTYPE_QLIST:
        print_list(out, (const QList *)obj, indent);
        break;
    default:
        g_assert_not_reached();
    }
}

void qobject_to_json_append(const QObject *obj, bool pretty, GString *out)
{
    print(out, obj, pretty ? 0 : -1);
}

GString *qobject_to_json_pretty(const QObject *obj, bool pretty)
{
    GString *out = g_string_new(NULL);

    qobject_to_json_append(obj, pretty, out);
    return out;
}

GString *qobject_to_json(const QObject *obj)
{
    return qobject_to_json_pretty(obj, false);
}
