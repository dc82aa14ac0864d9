/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON tokens to values: a push parser with an explicit stack, so that depth costs heap, not
 * C stack, and a message can arrive in any portions.
 *
 * Spec:    RFC 8259; limits and recovery as include/qapi/qmp/json-parser.h states.
 * Thread:  its owner's.
 *
 * Recovery has two modes.  SKIP_NESTED follows brackets until the bad message's own closes;
 * SKIP_GARBAGE, for errors outside of any bracket, drops everything up to the end of the line
 * or the next opening bracket.  Either way the peer gets one error per bad message, so that
 * garbage cannot make us write more than it reads.
 */
#include "qemu/osdep.h"
#include <math.h>
#include "qapi/error.h"
#include "qapi/qmp/json-parser.h"
#include "qapi/qmp/qdict.h"
#include "json-lexer.h"

typedef enum Expect {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END,        /* after '[' */
    EXPECT_KEY,                 /* after ',' in an object */
    EXPECT_KEY_OR_END,          /* after '{' */
    EXPECT_COLON,
    EXPECT_COMMA_OR_END,
} Expect;

typedef enum Skip {
    SKIP_NONE,
    SKIP_NESTED,
    SKIP_GARBAGE,
} Skip;

typedef struct Frame {
    QObject *container;
    char *key;                  /* of the member in progress */
} Frame;

struct JSONMessageParser {
    JSONLexer lexer;            /* first: the lexer's callback finds us by it */
    JSONEmitFunc *emit;
    void *opaque;
    va_list *args;
    Frame *stack;
    unsigned depth, stack_cap;
    Expect expect;
    Skip skip;
    unsigned skip_depth;
    size_t bytes;               /* of the message in progress */
    size_t values;
};

static const char *const expectation[] = {
    [EXPECT_VALUE] = "a value",
    [EXPECT_VALUE_OR_END] = "a value or ']'",
    [EXPECT_KEY] = "a string as member name",
    [EXPECT_KEY_OR_END] = "a string as member name, or '}'",
    [EXPECT_COLON] = "':'",
    [EXPECT_COMMA_OR_END] = "',' or the closing bracket",
};

static void drop_message(JSONMessageParser *p)
{
    while (p->depth) {
        Frame *f = &p->stack[--p->depth];

        qobject_unref(f->container);
        g_free(f->key);
    }
    p->expect = EXPECT_VALUE;
    p->bytes = 0;
    p->values = 0;
}

static void set_skip(JSONMessageParser *p, Skip skip)
{
    p->skip = skip;
    p->lexer.discard = skip != SKIP_NONE;
}

/* Report @err for the message in progress; @nesting is how many brackets it leaves open. */
static void fail(JSONMessageParser *p, Error *err, unsigned nesting)
{
    drop_message(p);
    set_skip(p, nesting ? SKIP_NESTED : SKIP_GARBAGE);
    p->skip_depth = nesting;
    p->emit(p->opaque, NULL, err);
}

static void value_done(JSONMessageParser *p, QObject *value)
{
    Frame *f;

    if (!p->depth) {
        p->expect = EXPECT_VALUE;
        p->bytes = 0;
        p->values = 0;
        p->emit(p->opaque, value, NULL);
        return;
    }
    f = &p->stack[p->depth - 1];
    if (f->key) {
        qdict_put_obj((QDict *)f->container, f->key, value);
        g_free(f->key);
        f->key = NULL;
    } else {
        qlist_append_obj((QList *)f->container, value);
    }
    p->expect = EXPECT_COMMA_OR_END;
}

static bool push(JSONMessageParser *p, QObject *container, Expect expect, Error **errp)
{
    if (p->depth == JSON_MAX_DEPTH) {
        qobject_unref(container);
        error_setg(errp, "JSON text nests more than %d brackets", JSON_MAX_DEPTH);
        return false;
    }
    if (p->depth == p->stack_cap) {
        p->stack_cap = p->stack_cap ? p->stack_cap * 2 : 8;
        p->stack = g_renew(Frame, p->stack, p->stack_cap);
    }
    p->stack[p->depth++] = (Frame) { .container = container };
    p->expect = expect;
    return true;
}

static void pop(JSONMessageParser *p)
{
    value_done(p, p->stack[--p->depth].container);
}

/* RFC 8259 section 6: is @s a number, and has it a fraction or exponent? */
static bool number_syntax(const char *s, bool *integral)
{
    *integral = true;
    s += *s == '-';
    if (*s == '0') {
        s++;
    } else if (*s >= '1' && *s <= '9') {
        s += strspn(s, "0123456789");
    } else {
        return false;
    }
    if (*s == '.') {
        size_t n = strspn(++s, "0123456789");

        *integral = false;
        if (!n) {
            return false;
        }
        s += n;
    }
    if (*s == 'e' || *s == 'E') {
        size_t n;

        *integral = false;
        s++;
        s += *s == '+' || *s == '-';
        n = strspn(s, "0123456789");
        if (!n) {
            return false;
        }
        s += n;
    }
    return !*s;
}

static QObject *parse_number(const char *text, Error **errp)
{
    bool integral;
    double d;

    if (!number_syntax(text, &integral)) {
        error_setg(errp, "JSON parse error, invalid number '%.40s'", text);
        return NULL;
    }
    if (integral) {
        long long i;
        unsigned long long u;

        errno = 0;
        i = strtoll(text, NULL, 10);
        if (!errno) {
            return QOBJECT(qnum_from_int(i));
        }
        errno = 0;
        u = strtoull(text, NULL, 10);
        if (!errno && *text != '-') {
            return QOBJECT(qnum_from_uint(u));
        }
    }
    d = g_ascii_strtod(text, NULL);
    if (isinf(d)) {
        error_setg(errp, "JSON parse error, number '%.40s' is out of range", text);
        return NULL;
    }
    return QOBJECT(qnum_from_double(d));
}

static QObject *parse_word(const char *text, Error **errp)
{
    if (!strcmp(text, "true")) {
        return QOBJECT(qbool_from_bool(true));
    }
    if (!strcmp(text, "false")) {
        return QOBJECT(qbool_from_bool(false));
    }
    if (!strcmp(text, "null")) {
        return QOBJECT(qnull());
    }
    error_setg(errp, "JSON parse error, invalid keyword '%.40s'", text);
    return NULL;
}

static QObject *parse_format(JSONMessageParser *p, const char *fmt, Error **errp)
{
    if (!strcmp(fmt, "%p")) {
        return va_arg(*p->args, QObject *);
    } else if (!strcmp(fmt, "%i")) {
        return QOBJECT(qbool_from_bool(va_arg(*p->args, int)));
    } else if (!strcmp(fmt, "%d")) {
        return QOBJECT(qnum_from_int(va_arg(*p->args, int)));
    } else if (!strcmp(fmt, "%ld")) {
        return QOBJECT(qnum_from_int(va_arg(*p->args, long)));
    } else if (!strcmp(fmt, "%lld")) {
        return QOBJECT(qnum_from_int(va_arg(*p->args, long long)));
    } else if (!strcmp(fmt, "%u")) {
        return QOBJECT(qnum_from_uint(va_arg(*p->args, unsigned)));
    } else if (!strcmp(fmt, "%lu")) {
        return QOBJECT(qnum_from_uint(va_arg(*p->args, unsigned long)));
    } else if (!strcmp(fmt, "%llu")) {
        return QOBJECT(qnum_from_uint(va_arg(*p->args, unsigned long long)));
    } else if (!strcmp(fmt, "%f")) {
        return QOBJECT(qnum_from_double(va_arg(*p->args, double)));
    } else if (!strcmp(fmt, "%s")) {
        return QOBJECT(qstring_from_str(va_arg(*p->args, const char *)));
    }
    error_setg(errp, "JSON template has an unknown conversion '%s'", fmt);
    return NULL;
}

static QObject *parse_scalar(JSONMessageParser *p, JSONToken token, const char *text,
                             size_t len, Error **errp)
{
    switch (token) {
    case JSON_STRING:
        return QOBJECT(qstring_from_strn(text, len));
    case JSON_NUMBER:
        return parse_number(text, errp);
    case JSON_WORD:
        return parse_word(text, errp);
    default:
        return parse_format(p, text, errp);
    }
}

static bool parse_value(JSONMessageParser *p, JSONToken token, const char *text, size_t len,
                        Error **errp)
{
    QObject *value;

    if (++p->values > JSON_MAX_VALUES) {
        error_setg(errp, "JSON text holds more than %u values", JSON_MAX_VALUES);
        return false;
    }
    if (token == JSON_LCURLY) {
        return push(p, QOBJECT(qdict_new()), EXPECT_KEY_OR_END, errp);
    }
    if (token == JSON_LSQUARE) {
        return push(p, QOBJECT(qlist_new()), EXPECT_VALUE_OR_END, errp);
    }
    value = parse_scalar(p, token, text, len, errp);
    if (!value) {
        return false;
    }
    value_done(p, value);
    return true;
}

static bool parse_key(JSONMessageParser *p, JSONToken token, const char *text, Error **errp)
{
    Frame *f = &p->stack[p->depth - 1];

    if (token == JSON_FORMAT) {
        if (strcmp(text, "%s")) {
            error_setg(errp, "JSON template has conversion '%s' as a member name", text);
            return false;
        }
        text = va_arg(*p->args, const char *);
    }
    if (qdict_haskey((QDict *)f->container, text)) {
        error_setg(errp, "JSON parse error, duplicate key '%.100s'", text);
        return false;
    }
    f->key = g_strdup(text);
    p->expect = EXPECT_COLON;
    return true;
}

static bool is_value(JSONToken token)
{
    return token == JSON_LCURLY || token == JSON_LSQUARE ||
           (token >= JSON_STRING && token <= JSON_FORMAT);
}

static bool closes(JSONMessageParser *p, JSONToken token)
{
    return p->depth &&
        token == (p->stack[p->depth - 1].container->type == QTYPE_QDICT ? JSON_RCURLY
                                                                        : JSON_RSQUARE);
}

/* One token of a message; false with an error when it may not stand here. */
static bool parse_token(JSONMessageParser *p, JSONToken token, const char *text, size_t len,
                        Error **errp)
{
    bool in_object = p->depth && p->stack[p->depth - 1].container->type == QTYPE_QDICT;

    switch (p->expect) {
    case EXPECT_VALUE_OR_END:
    case EXPECT_KEY_OR_END:
        if (closes(p, token)) {
            pop(p);
            return true;
        }
        break;
    case EXPECT_COLON:
        if (token == JSON_COLON) {
            p->expect = EXPECT_VALUE;
            return true;
        }
        break;
    case EXPECT_COMMA_OR_END:
        if (token == JSON_COMMA) {
            p->expect = in_object ? EXPECT_KEY : EXPECT_VALUE;
            return true;
        }
        if (closes(p, token)) {
            pop(p);
            return true;
        }
        break;
    default:
        break;
    }
    if ((p->expect == EXPECT_VALUE || p->expect == EXPECT_VALUE_OR_END) && is_value(token)) {
        return parse_value(p, token, text, len, errp);
    }
    if ((p->expect == EXPECT_KEY || p->expect == EXPECT_KEY_OR_END) &&
        (token == JSON_STRING || token == JSON_FORMAT)) {
        return parse_key(p, token, text, errp);
    }
    error_setg(errp, "JSON parse error, expecting %s, not '%.40s'", expectation[p->expect],
               text);
    return false;
}

/* Follow a bad message; true when @token is the first of a new one. */
static bool skip_token(JSONMessageParser *p, JSONToken token)
{
    bool opens = token == JSON_LCURLY || token == JSON_LSQUARE;

    if (opens && (p->skip == SKIP_GARBAGE || p->lexer.column0)) {
        set_skip(p, SKIP_NONE);
        return true;
    }
    if (p->skip == SKIP_GARBAGE) {
        if (token == JSON_NEWLINE) {
            set_skip(p, SKIP_NONE);
        }
    } else if (opens) {
        p->skip_depth++;
    } else if (token == JSON_RCURLY || token == JSON_RSQUARE) {
        if (--p->skip_depth == 0) {
            set_skip(p, SKIP_NONE);
        }
    }
    return false;
}

static void handle_token(JSONLexer *lexer, JSONToken token, const char *text, size_t len)
{
    JSONMessageParser *p = (JSONMessageParser *)lexer;
    unsigned nesting = p->depth;
    Error *err = NULL;

    if (token == JSON_RESYNC) {
        if (p->skip == SKIP_NONE) {
            error_setg(&err, "JSON parse error, %s", text);
            fail(p, err, 0);
        }
        set_skip(p, SKIP_GARBAGE);
        return;
    }
    if (p->skip != SKIP_NONE && !skip_token(p, token)) {
        return;
    }
    if (token == JSON_NEWLINE) {
        return;
    }
    if (token == JSON_BAD) {
        error_setg(&err, "JSON parse error, %s", text);
        fail(p, err, nesting);
        return;
    }
    if ((token == JSON_STRING) && !g_utf8_validate(text, len, NULL)) {
        error_setg(&err, "JSON parse error, invalid UTF-8 sequence in a string");
        fail(p, err, nesting);
        return;
    }
    if (parse_token(p, token, text, len, &err)) {
        return;
    }
    if (token == JSON_LCURLY || token == JSON_LSQUARE) {
        nesting++;
    } else if (nesting && (token == JSON_RCURLY || token == JSON_RSQUARE)) {
        if (--nesting == 0) {
            /* The wrong bracket, but it closes the message all the same. */
            drop_message(p);
            p->emit(p->opaque, NULL, err);
            return;
        }
    }
    fail(p, err, nesting);
    if ((token == JSON_LCURLY || token == JSON_LSQUARE) && lexer->column0) {
        /* The message before was cut short, and this is the next one. */
        set_skip(p, SKIP_NONE);
        parse_token(p, token, text, len, &error_abort);
    }
}

JSONMessageParser *json_message_parser_new(JSONEmitFunc *emit, void *opaque)
{
    JSONMessageParser *p = g_new0(JSONMessageParser, 1);

    p->emit = emit;
    p->opaque = opaque;
    json_lexer_init(&p->lexer, handle_token);
    return p;
}

void json_message_parser_free(JSONMessageParser *p)
{
    if (p) {
        drop_message(p);
        json_lexer_cleanup(&p->lexer);
        g_free(p->stack);
        g_free(p);
    }
}

void json_message_parser_set_args(JSONMessageParser *p, va_list *ap)
{
    p->args = ap;
    p->lexer.formats = ap != NULL;
}

void json_message_parser_reset(JSONMessageParser *p)
{
    drop_message(p);
    json_lexer_reset(&p->lexer);
    p->lexer.line_start = true;
    set_skip(p, SKIP_NONE);
}

/* Has a message begun that is not complete? */
static bool in_message(const JSONMessageParser *p)
{
    return p->depth || p->lexer.state != LEX_IDLE;
}

void json_message_parser_feed(JSONMessageParser *p, const char *buffer, size_t size)
{
    while (size) {
        size_t n = MIN(size, 65536);

        json_lexer_feed(&p->lexer, buffer, n);
        buffer += n;
        size -= n;
        p->bytes = in_message(p) ? p->bytes + n : 0;
        if (p->bytes > JSON_MAX_BYTES && p->skip == SKIP_NONE) {
            Error *err = NULL;

            error_setg(&err, "JSON text is larger than %u MiB", JSON_MAX_BYTES >> 20);
            fail(p, err, p->depth);
        }
    }
}

void json_message_parser_flush(JSONMessageParser *p)
{
    json_lexer_flush(&p->lexer);
    if (p->depth && p->skip == SKIP_NONE) {
        Error *err = NULL;

        error_setg(&err, "JSON parse error, the text ends within a value");
        fail(p, err, 0);
    }
    json_message_parser_reset(p);
}
