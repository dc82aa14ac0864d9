/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A JSON parser that is fed bytes as they arrive and hands over each value as it completes.
 *
 * Limits (each bounds what a hostile peer can make us hold): JSON_MAX_BYTES of text in one
 * value, JSON_MAX_DEPTH open brackets, JSON_MAX_VALUES values in one message.
 *
 * Recovery: a malformed message is reported once.  The parser then drops input up to the
 * bracket that closes the message, or to whichever of these comes first: a byte that JSON
 * cannot hold (0xff, a control character), which resynchronises at once, or a '{' or '['
 * in the first column of a line, which starts the next message.
 */
#ifndef QAPI_QMP_JSON_PARSER_H
#define QAPI_QMP_JSON_PARSER_H

#include "qapi/qmp/qobject.h"

#define JSON_MAX_BYTES  (64u << 20)
#define JSON_MAX_DEPTH  1024
#define JSON_MAX_VALUES (2u << 20)


/*
 * Called for each message: either @json (the callee owns the reference) or @err (the callee
 * frees it) is not NULL.  It may not feed or destroy the parser.
 */
typedef void JSONEmitFunc(void *opaque, QObject *json, Error *err);

typedef struct JSONMessageParser JSONMessageParser;

/* A new parser; json_message_parser_free() ends it. */
JSONMessageParser *json_message_parser_new(JSONEmitFunc *emit, void *opaque);
void json_message_parser_free(JSONMessageParser *parser);
/* Parse @size more bytes. */
void json_message_parser_feed(JSONMessageParser *parser, const char *buffer, size_t size);
/* The input ends here: a value in progress is finished (a number) or reported as an error. */
void json_message_parser_flush(JSONMessageParser *parser);
/* Forget a value in progress, silently. */
void json_message_parser_reset(JSONMessageParser *parser);

/* Template parsing for qjson.c: conversions take their values from @ap. */
void json_message_parser_set_args(JSONMessageParser *parser, va_list *ap);

#endif
