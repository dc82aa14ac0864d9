/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the JSON lexer and the parser it feeds. */
#ifndef JSON_LEXER_H
#define JSON_LEXER_H

typedef enum JSONToken {
    JSON_LCURLY,
    JSON_RCURLY,
    JSON_LSQUARE,
    JSON_RSQUARE,
    JSON_COLON,
    JSON_COMMA,
    JSON_STRING,                /* text: decoded, not yet checked for UTF-8 */
    JSON_NUMBER,                /* text: as it came */
    JSON_WORD,                  /* text: as it came; true, false, null or nonsense */
    JSON_FORMAT,                /* text: a conversion, "%d" */
    JSON_BAD,                   /* text: what is wrong; the lexer goes on behind it */
    JSON_RESYNC,                /* as JSON_BAD, by a byte after which everything starts anew */
    JSON_NEWLINE,
} JSONToken;

typedef enum JSONLexState {
    LEX_IDLE,                   /* between tokens */
    LEX_STRING,
    LEX_ESCAPE,                 /* after the backslash */
    LEX_HEX,                    /* within \uXXXX */
    LEX_NUMBER,
    LEX_WORD,
    LEX_FORMAT,
} JSONLexState;

typedef struct JSONLexer JSONLexer;
struct JSONLexer {
    JSONLexState state;
    GString *text;              /* of the token in progress */
    const char *bad;            /* the string in progress is malformed for this reason */
    char quote;
    uint8_t hex_digits;
    uint16_t hex_value;
    uint16_t high_surrogate;    /* waits for its low half; 0: none */
    bool column0;               /* the token in progress began a line */
    bool line_start;
    bool formats;               /* '%' conversions are tokens */
    bool discard;               /* keep no text: the parser is skipping */
    void (*token)(JSONLexer *lexer, JSONToken token, const char *text, size_t len);
};

void json_lexer_init(JSONLexer *lexer,
                     void (*token)(JSONLexer *, JSONToken, const char *, size_t));
void json_lexer_cleanup(JSONLexer *lexer);
void json_lexer_reset(JSONLexer *lexer);
void json_lexer_feed(JSONLexer *lexer, const char *buf, size_t size);
/* The input ends: complete the token in progress. */
void json_lexer_flush(JSONLexer *lexer);

#endif
