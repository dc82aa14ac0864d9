/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as text, for command lines (what string-input-visitor.c reads) and for people.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/string-output-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"

typedef struct StringOutputVisitor {
    Visitor visitor;
    bool human;
    char **result;
    GString *out;
    GByteArray *first;          /* per open struct or list: is the next element the first? */
    /* A run of consecutive integers in a list, not printed yet. */
    bool run;
    bool run_signed;
    uint64_t run_first, run_last;
} StringOutputVisitor;

static StringOutputVisitor *to_sov(Visitor *v)
{
    return container_of(v, StringOutputVisitor, visitor);
}

static void print_integer(StringOutputVisitor *sov, uint64_t val, bool is_signed)
{
    if (is_signed) {
        g_string_append_printf(sov->out, "%" PRId64, (int64_t)val);
    } else {
        g_string_append_printf(sov->out, "%" PRIu64, val);
    }
}

static void flush_run(StringOutputVisitor *sov)
{
    if (!sov->run) {
        return;
    }
    sov->run = false;
    print_integer(sov, sov->run_first, sov->run_signed);
    if (sov->run_last != sov->run_first) {
        g_string_append_c(sov->out, '-');
        print_integer(sov, sov->run_last, sov->run_signed);
    }
}

/* What stands before a value: a comma, a member's name. */
static void lead(StringOutputVisitor *sov, const char *name)
{
    uint8_t *first = sov->first->len ? &sov->first->data[sov->first->len - 1] : NULL;

    if (!first) {
        return;
    }
    flush_run(sov);
    if (!*first) {
        g_string_append_c(sov->out, ',');
    }
    *first = 0;
    if (name) {
        g_string_append_printf(sov->out, "%s=", name);
    }
}

static void open_group(StringOutputVisitor *sov)
{
    static const uint8_t yes = 1;

    g_byte_array_append(sov->first, &yes, 1);
}

static void close_group(StringOutputVisitor *sov)
{
    flush_run(sov);
    g_byte_array_set_size(sov->first, sov->first->len - 1);
}

static bool sout_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                              size_t size, Error **errp)
{
    StringOutputVisitor *sov = to_sov(v);

    lead(sov, name);
    g_string_append_c(sov->out, '{');
    open_group(sov);
    return true;
}

static void sout_end_struct(Visitor *v)
{
    close_group(to_sov(v));
    g_string_append_c(to_sov(v)->out, '}');
}

static bool sout_start_list(Visitor *v, const char *name, Error **errp)
{
    StringOutputVisitor *sov = to_sov(v);

    lead(sov, name);
    open_group(sov);
    return true;
}

static GenericList *sout_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    return first ? *list : (*list)->next;
}

static void sout_end_list(Visitor *v)
{
    close_group(to_sov(v));
}

static void integer(StringOutputVisitor *sov, uint64_t val, bool is_signed, const char *name)
{
    if (sov->first->len && !name) {
        /* In a list: join runs. */
        if (sov->run && sov->run_last != (is_signed ? INT64_MAX : UINT64_MAX) &&
            val == sov->run_last + 1) {
            sov->run_last = val;
            return;
        }
        lead(sov, NULL);
        sov->run = true;
        sov->run_signed = is_signed;
        sov->run_first = sov->run_last = val;
        return;
    }
    lead(sov, name);
    print_integer(sov, val, is_signed);
    if (sov->human) {
        g_string_append_printf(sov->out, " (0x%" PRIx64 ")", val);
    }
}

static bool sout_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    integer(to_sov(v), *obj, true, to_sov(v)->first->len ? name : NULL);
    return true;
}

static bool sout_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    integer(to_sov(v), *obj, false, to_sov(v)->first->len ? name : NULL);
    return true;
}

static bool sout_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    static const char unit[] = "BKMGTPE";
    StringOutputVisitor *sov = to_sov(v);
    uint64_t val = *obj;
    int i = 0;

    lead(sov, name);
    g_string_append_printf(sov->out, "%" PRIu64, val);
    if (sov->human) {
        double d = val;

        while (d >= 1024 && i < 6) {
            d /= 1024;
            i++;
        }
        g_string_append_printf(sov->out, i ? " (%0.3g %ciB)" : " (%0.3g %c)", d, unit[i]);
    }
    return true;
}

static bool sout_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    lead(to_sov(v), name);
    g_string_append(to_sov(v)->out, *obj ? "true" : "false");
    return true;
}

static bool sout_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    lead(to_sov(v), name);
    g_string_append(to_sov(v)->out, g_ascii_dtostr(buf, sizeof(buf), *obj));
    return true;
}

static bool sout_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    StringOutputVisitor *sov = to_sov(v);

    lead(sov, name);
    if (sov->human) {
        if (*obj) {
            g_string_append_printf(sov->out, "\"%s\"", *obj);
        } else {
            g_string_append(sov->out, "<null>");
        }
    } else {
        g_string_append(sov->out, *obj ? *obj : "");
    }
    return true;
}

static bool sout_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    StringOutputVisitor *sov = to_sov(v);

    lead(sov, name);
    g_string_append(sov->out, sov->human ? "<null>" : "");
    return true;
}

static bool sout_complete(Visitor *v, void *opaque)
{
    StringOutputVisitor *sov = to_sov(v);

    assert(!opaque || opaque == sov->result);
    *sov->result = g_strdup(sov->out->str);
    return true;
}

static void sout_free(Visitor *v)
{
    StringOutputVisitor *sov = to_sov(v);

    g_string_free(sov->out, TRUE);
    g_byte_array_free(sov->first, TRUE);
    g_free(sov);
}

Visitor *string_output_visitor_new(bool human, char **result)
{
    StringOutputVisitor *sov = g_new0(StringOutputVisitor, 1);

    sov->human = human;
    sov->result = result;
    sov->out = g_string_new(NULL);
    sov->first = g_byte_array_new();
    sov->visitor = (Visitor) {
        .kind = VISITOR_OUTPUT,
        .start_struct = sout_start_struct,
        .end_struct = sout_end_struct,
        .start_list = sout_start_list,
        .next_list = sout_next_list,
        .end_list = sout_end_list,
        .type_int64 = sout_int64,
        .type_uint64 = sout_uint64,
        .type_size = sout_size,
        .type_bool = sout_bool,
        .type_number = sout_number,
        .type_str = sout_str,
        .type_null = sout_null,
        .complete = sout_complete,
        .free = sout_free,
    };
    return &sov->visitor;
}
