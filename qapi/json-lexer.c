/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON text to tokens, byte by byte, in any portions.
 *
 * Spec:      RFC 8259, section 2 to 7; strings may be quoted with ' too, where \' is an escape.
 * Deviates:  \u0000 is refused, as values are C strings.
 * Thread:    its owner's.
 */
#include "qemu/osdep.h"
#include "json-lexer.h"

void json_lexer_init(JSONLexer *lexer,
                     void (*token)(JSONLexer *, JSONToken, const char *, size_t))
{
    *lexer = (JSONLexer) { .text = g_string_new(NULL), .token = token, .line_start = true };
}

void json_lexer_cleanup(JSONLexer *lexer)
{
    g_string_free(lexer->text, TRUE);
    lexer->text = NULL;
}

void json_lexer_reset(JSONLexer *lexer)
{
    lexer->state = LEX_IDLE;
    lexer->bad = NULL;
    lexer->high_surrogate = 0;
    if (lexer->text->allocated_len > 4096) {
        /* Do not hold on to the memory of one huge token. */
        g_string_free(lexer->text, TRUE);
        lexer->text = g_string_new(NULL);
    } else {
        g_string_truncate(lexer->text, 0);
    }
}

static void finish(JSONLexer *lexer, JSONToken token)
{
    if (lexer->bad) {
        lexer->token(lexer, JSON_BAD, lexer->bad, strlen(lexer->bad));
    } else {
        lexer->token(lexer, token, lexer->text->str, lexer->text->len);
    }
    json_lexer_reset(lexer);
}

static void resync(JSONLexer *lexer, const char *why)
{
    lexer->token(lexer, JSON_RESYNC, why, strlen(why));
    json_lexer_reset(lexer);
}

static void keep(JSONLexer *lexer, const char *p, size_t n)
{
    if (!lexer->discard) {
        g_string_append_len(lexer->text, p, n);
    }
}

static void spoil(JSONLexer *lexer, const char *why)
{
    if (!lexer->bad) {
        lexer->bad = why;
    }
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The first byte of a token; true when the byte is used up. */
static void lex_idle(JSONLexer *lexer, uint8_t c)
{
    static const char punctuation[] = "{}[]:,";     /* ORDER JSONToken */
    const char *p;

    lexer->column0 = lexer->line_start;
    if (c == ' ' || c == '\t' || c == '\r') {
        return;
    }
    if (c == '\n') {
        lexer->token(lexer, JSON_NEWLINE, "", 0);
        return;
    }
    p = c ? strchr(punctuation, c) : NULL;
    if (p) {
        lexer->token(lexer, JSON_LCURLY + (p - punctuation), p, 1);
    } else if (c == '"' || c == '\'') {
        lexer->quote = c;
        lexer->state = LEX_STRING;
    } else if (c == '-' || is_digit(c)) {
        keep(lexer, (char *)&c, 1);
        lexer->state = LEX_NUMBER;
    } else if (is_word(c)) {
        keep(lexer, (char *)&c, 1);
        lexer->state = LEX_WORD;
    } else if (c == '%' && lexer->formats) {
        keep(lexer, (char *)&c, 1);
        lexer->state = LEX_FORMAT;
    } else if (c < 0x20 || c >= 0xfe) {
        resync(lexer, "a byte that JSON text cannot hold");
    } else {
        spoil(lexer, c < 0x7f ? "stray character outside of a string"
                              : "stray byte outside of a string");
        finish(lexer, JSON_BAD);
    }
}

/* As much of a string as is plain; returns the number of bytes used. */
static size_t lex_string(JSONLexer *lexer, const char *p, const char *end)
{
    const char *s = p;
    uint8_t c;

    while (s < end && *s != lexer->quote && *s != '\\' && (uint8_t)*s >= 0x20 &&
           (uint8_t)*s < 0xfe) {
        s++;
    }
    if (s > p) {
        if (lexer->high_surrogate) {
            spoil(lexer, "\\u escape of half a surrogate pair");
        }
        keep(lexer, p, s - p);
        return s - p;
    }
    c = *s;
    if (c == '\\') {
        lexer->state = LEX_ESCAPE;
    } else if (c == lexer->quote) {
        if (lexer->high_surrogate) {
            spoil(lexer, "\\u escape of half a surrogate pair");
        }
        finish(lexer, JSON_STRING);
    } else {
        resync(lexer, c < 0x20 ? "control character in a string"
                               : "a byte that JSON text cannot hold");
    }
    return 1;
}

static void lex_escape(JSONLexer *lexer, uint8_t c)
{
    static const char from[] = "\"'\\/bfnrt", to[] = "\"'\\/\b\f\n\r\t";
    const char *p = c ? strchr(from, c) : NULL;

    if (c < 0x20 || c >= 0xfe) {
        resync(lexer, "control character in a string");
        return;
    }
    lexer->state = LEX_STRING;
    if (c == 'u') {
        lexer->state = LEX_HEX;
        lexer->hex_digits = 0;
        lexer->hex_value = 0;
        return;
    }
    if (lexer->high_surrogate) {
        spoil(lexer, "\\u escape of half a surrogate pair");
    }
    if (p) {
        keep(lexer, &to[p - from], 1);
    } else {
        spoil(lexer, "unknown \\ escape in a string");
    }
}

static void add_code_point(JSONLexer *lexer, uint32_t cp)
{
    char utf8[6];

    keep(lexer, utf8, g_unichar_to_utf8(cp, utf8));
}

static void hex_done(JSONLexer *lexer)
{
    uint16_t v = lexer->hex_value, high = lexer->high_surrogate;

    lexer->state = LEX_STRING;
    lexer->high_surrogate = 0;
    if (high && (v < 0xdc00 || v > 0xdfff)) {
        spoil(lexer, "\\u escape of half a surrogate pair");
    } else if (high) {
        add_code_point(lexer, 0x10000 + ((high & 0x3ff) << 10) + (v & 0x3ff));
    } else if (v >= 0xd800 && v <= 0xdbff) {
        lexer->high_surrogate = v;
    } else if (v >= 0xdc00 && v <= 0xdfff) {
        spoil(lexer, "\\u escape of half a surrogate pair");
    } else if (!v) {
        spoil(lexer, "\\u0000 in a string is not supported");
    } else {
        add_code_point(lexer, v);
    }
}

/* False: @c is not part of the escape and must be looked at again. */
static bool lex_hex(JSONLexer *lexer, uint8_t c)
{
    if (!g_ascii_isxdigit(c)) {
        spoil(lexer, "\\u escape without four hex digits");
        lexer->state = LEX_STRING;
        return false;
    }
    lexer->hex_value = lexer->hex_value << 4 | g_ascii_xdigit_value(c);
    if (++lexer->hex_digits == 4) {
        hex_done(lexer);
    }
    return true;
}

/* Numbers and words: does @c go on with the token? */
static bool lex_run(JSONLexer *lexer, uint8_t c)
{
    bool more;

    if (lexer->state == LEX_NUMBER) {
        more = is_digit(c) || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E';
    } else {
        more = is_word(c) || is_digit(c);
    }
    if (more) {
        keep(lexer, (char *)&c, 1);
    } else {
        finish(lexer, lexer->state == LEX_NUMBER ? JSON_NUMBER : JSON_WORD);
    }
    return more;
}

/* A conversion: "%", length modifiers, one letter. */
static void lex_format(JSONLexer *lexer, uint8_t c)
{
    keep(lexer, (char *)&c, 1);
    if (c != 'l') {
        finish(lexer, JSON_FORMAT);
    }
}

void json_lexer_feed(JSONLexer *lexer, const char *buf, size_t size)
{
    const char *p = buf, *end = buf + size;

    while (p < end) {
        uint8_t c = *p;

        switch (lexer->state) {
        case LEX_IDLE:
            lex_idle(lexer, c);
            lexer->line_start = c == '\n';
            p++;
            break;
        case LEX_STRING:
            p += lex_string(lexer, p, end);
            lexer->line_start = p[-1] == '\n';
            break;
        case LEX_ESCAPE:
            lex_escape(lexer, c);
            lexer->line_start = c == '\n';
            p++;
            break;
        case LEX_HEX:
            p += lex_hex(lexer, c);
            break;
        case LEX_NUMBER:
        case LEX_WORD:
            p += lex_run(lexer, c);
            break;
        case LEX_FORMAT:
            lex_format(lexer, c);
            p++;
            break;
        }
    }
}

void json_lexer_flush(JSONLexer *lexer)
{
    switch (lexer->state) {
    case LEX_IDLE:
        break;
    case LEX_NUMBER:
        finish(lexer, JSON_NUMBER);
        break;
    case LEX_WORD:
        finish(lexer, JSON_WORD);
        break;
    default:
        spoil(lexer, "the text ends within a string");
        finish(lexer, JSON_BAD);
        break;
    }
}
