/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments of human monitor commands: text to a dictionary, as declared.
 *
 * Thread: main thread.
 */
#include "qemu/osdep.h"
#include "hmp-internal.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "qemu/units.h"

static void skip_space(const char **p)
{
    while (g_ascii_isspace(**p)) {
        (*p)++;
    }
}

bool hmp_next_arg(const char **decl, char **name, char **type)
{
    const char *p = *decl, *colon, *end;

    if (!*p) {
        return false;
    }
    colon = strchr(p, ':');
    assert(colon);
    end = qemu_strchrnul(colon, ',');
    *name = g_strndup(p, colon - p);
    *type = g_strndup(colon + 1, end - colon - 1);
    *decl = *end ? end + 1 : end;
    return true;
}

static bool unescape(GString *s, const char **p, Error **errp)
{
    static const char from[] = "nrt\\'\"", to[] = "\n\r\t\\'\"";
    const char *at;

    (*p)++;
    at = **p ? strchr(from, **p) : NULL;
    if (!at) {
        error_setg(errp, "unsupported escape code: '\\%.1s'", *p);
        return false;
    }
    g_string_append_c(s, to[at - from]);
    (*p)++;
    return true;
}

char *hmp_get_word(const char **p, Error **errp)
{
    GString *s;

    skip_space(p);
    if (!**p) {
        return NULL;
    }
    s = g_string_new(NULL);
    if (**p != '"') {
        while (**p && !g_ascii_isspace(**p)) {
            g_string_append_c(s, *(*p)++);
        }
        return g_string_free(s, FALSE);
    }
    for ((*p)++; **p && **p != '"';) {
        if (**p == '\\') {
            if (!unescape(s, p, errp)) {
                g_string_free(s, TRUE);
                return NULL;
            }
        } else {
            g_string_append_c(s, *(*p)++);
        }
    }
    if (!**p) {
        error_setg(errp, "unterminated string");
        g_string_free(s, TRUE);
        return NULL;
    }
    (*p)++;
    return g_string_free(s, FALSE);
}

/* "/10xw": count, format letter, size letter; defaults as the last command had them. */
static bool parse_format(const char **p, QDict *args, Error **errp)
{
    int count = 1, size = -1;
    char format = 0;

    if (**p == '/') {
        (*p)++;
        if (g_ascii_isdigit(**p)) {
            char *end;
            unsigned long n = strtoul(*p, &end, 10);

            count = MIN(n, 1000000ul);
            *p = end;
        }
        for (; **p && !g_ascii_isspace(**p); (*p)++) {
            switch (**p) {
            case 'o': case 'd': case 'u': case 'x': case 'i': case 'c':
                format = **p;
                break;
            case 'b':
                size = 1;
                break;
            case 'h':
                size = 2;
                break;
            case 'w':
                size = 4;
                break;
            case 'g': case 'L':
                size = 8;
                break;
            default:
                error_setg(errp, "invalid char in format: '%c'", **p);
                return false;
            }
        }
    }
    qdict_put_int(args, "count", count);
    qdict_put_int(args, "format", format);
    qdict_put_int(args, "size", size);
    return true;
}

static bool parse_size(const char *name, const char **p, QDict *args, Error **errp)
{
    const char *end;
    uint64_t val;

    if (qemu_strtosz_MiB(*p, &end, &val) < 0 || (*end && !g_ascii_isspace(*end))) {
        error_setg(errp, "invalid size for '%s'", name);
        return false;
    }
    *p = end;
    qdict_put_int(args, name, MIN(val, (uint64_t)INT64_MAX));
    return true;
}

static bool parse_seconds(const char *name, const char **p, QDict *args, Error **errp)
{
    char *end;
    double val = g_ascii_strtod(*p, &end);

    if (end == *p) {
        error_setg(errp, "invalid time for '%s'", name);
        return false;
    }
    if (g_str_has_prefix(end, "ms")) {
        val /= 1e3;
        end += 2;
    } else if (g_str_has_prefix(end, "us")) {
        val /= 1e6;
        end += 2;
    } else if (g_str_has_prefix(end, "ns")) {
        val /= 1e9;
        end += 2;
    }
    if (*end && !g_ascii_isspace(*end)) {
        error_setg(errp, "unknown unit suffix for '%s'", name);
        return false;
    }
    *p = end;
    qdict_put(args, name, qnum_from_double(val));
    return true;
}

static bool parse_integer(Monitor *mon, const char *name, char type, const char **p, QDict *args,
                          Error **errp)
{
    int64_t val;

    if (!hmp_expr(mon, p, &val, errp)) {
        return false;
    }
    if (type == 'i' && (val < INT32_MIN || val > UINT32_MAX)) {
        error_setg(errp, "integer is for 32-bit values");
        return false;
    }
    qdict_put_int(args, name, type == 'i' ? (int64_t)(int32_t)val : val);
    return true;
}

static bool parse_one(Monitor *mon, const char *name, char type, const char **p, QDict *args,
                      Error **errp)
{
    g_autofree char *word = NULL;
    Error *err = NULL;
    bool on;

    switch (type) {
    case 's':
    case 'F':
    case 'B':
    case 'b':
        word = hmp_get_word(p, &err);
        if (!word) {
            error_propagate(errp, err);
            return false;
        }
        if (type != 'b') {
            qdict_put_str(args, name, word);
            return true;
        }
        if (!qapi_bool_parse(name, word, &on, errp)) {
            return false;
        }
        qdict_put_bool(args, name, on);
        return true;
    case 'S':
    case 'O':
        word = g_strchomp(g_strdup(*p));
        *p += strlen(*p);
        qdict_put_str(args, name, word);
        return true;
    case 'o':
        return parse_size(name, p, args, errp);
    case 'T':
        return parse_seconds(name, p, args, errp);
    default:
        return parse_integer(mon, name, type, p, args, errp);
    }
}

/* Take "-X" of a flag argument if it is there. */
static void parse_flag(const char *name, const char *type, const char **p, QDict *args)
{
    bool given;

    skip_space(p);
    given = (*p)[0] == '-' && (*p)[1] == type[1] && (!(*p)[2] || g_ascii_isspace((*p)[2]));
    if (given) {
        *p += 2;
    }
    qdict_put_bool(args, name, given);
}

static bool parse_arg(Monitor *mon, const char *name, const char *type, const char **p,
                      QDict *args, Error **errp)
{
    if (*type == '/') {
        return parse_format(p, args, errp);
    }
    if (*type == '-') {
        parse_flag(name, type, p, args);
        return true;
    }
    skip_space(p);
    if (**p) {
        return parse_one(mon, name, *type, p, args, errp);
    }
    if (type[strlen(type) - 1] != '?') {
        error_setg(errp, "missing argument '%s'", name);
        return false;
    }
    return true;
}

QDict *hmp_parse_args(Monitor *mon, const HMPCommand *cmd, const char *text, Error **errp)
{
    const char *decl = cmd->args, *p = text;
    QDict *args = qdict_new();
    char *name, *type;
    bool ok = true;

    while (ok && hmp_next_arg(&decl, &name, &type)) {
        ok = parse_arg(mon, name, type, &p, args, errp);
        g_free(name);
        g_free(type);
    }
    skip_space(&p);
    if (ok && *p) {
        error_setg(errp, "extraneous characters at the end of line: '%.40s'", p);
        ok = false;
    }
    if (!ok) {
        qobject_unref(args);
        return NULL;
    }
    return args;
}
