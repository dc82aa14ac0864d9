/*
 * Editing a line on a terminal: cursor movement, history, completion, history search.
 *
 * The owner feeds the bytes that come in, and gets the line and what to print by callbacks.
 *
 * Threads: the owner's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_READLINE_H
#define QEMU_READLINE_H

#include "qemu/osdep.h"

typedef struct ReadLineState ReadLineState;

typedef void ReadLinePrintfFunc(void *opaque, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
typedef void ReadLineFlushFunc(void *opaque);
/* A line is complete; @readline_opaque as given to readline_start(). */
typedef void ReadLineFunc(void *opaque, const char *str, void *readline_opaque);
/* Tab: call readline_add_completion() for each way to go on with @cmdline. */
typedef void ReadLineCompletionFunc(void *opaque, const char *cmdline);

ReadLineState *readline_init(ReadLinePrintfFunc *printf_func, ReadLineFlushFunc *flush_func,
                             void *opaque, ReadLineCompletionFunc *completion_finder);
void readline_free(ReadLineState *rs);
/* Begin a line; @read_password: do not show it, and keep it out of the history. */
void readline_start(ReadLineState *rs, const char *prompt, int read_password,
                    ReadLineFunc *readline_func, void *readline_opaque);
void readline_restart(ReadLineState *rs);
void readline_show_prompt(ReadLineState *rs);
void readline_handle_byte(ReadLineState *rs, int ch);
/* For completion_finder: a candidate (only if it begins with @str, for the _of form). */
void readline_add_completion(ReadLineState *rs, const char *str);
void readline_add_completion_of(ReadLineState *rs, const char *pfx, const char *str);
/* How much of the line's end the candidates replace. */
void readline_set_completion_index(ReadLineState *rs, int completion_index);
/* Line @index of the history, oldest first; NULL after the last. */
const char *readline_get_history(ReadLineState *rs, unsigned int index);

#endif
