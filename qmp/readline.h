/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line editor for terminals: moving, deleting, a history, completion.
 *
 * Thread: its owner's.
 */
#ifndef QMP_READLINE_H
#define QMP_READLINE_H

typedef struct ReadLine ReadLine;

typedef struct ReadLineOps {
    /* Show text on the terminal. */
    void (*print)(void *opaque, const char *text);
    /* A line is complete. */
    void (*line)(void *opaque, const char *line);
    /* Tab: add candidates for the end of @text (up to the cursor) by readline_candidate(). */
    void (*complete)(void *opaque, ReadLine *rl, const char *text);
} ReadLineOps;

ReadLine *readline_new(const char *prompt, const ReadLineOps *ops, void *opaque);
void readline_free(ReadLine *rl);
/* Show the prompt, and what has been typed behind it. */
void readline_show_prompt(ReadLine *rl);
/* Forget what has been typed. */
void readline_restart(ReadLine *rl);
/* A byte from the terminal. */
void readline_handle_byte(ReadLine *rl, uint8_t c);

/*
 * From the complete callback: the word that is being completed has @len bytes; @word would do.
 * It is ignored unless it begins with what has been typed.
 */
void readline_set_completion_len(ReadLine *rl, size_t len);
void readline_candidate(ReadLine *rl, const char *word);

/* The line of history @age lines ago, 0 being the last; NULL when there is none. */
const char *readline_history(ReadLine *rl, unsigned age);

#endif
