/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line editor for terminals that understand ECMA-48 sequences.
 *
 *   C-a Home, C-e End        to the start, to the end
 *   C-b Left, C-f Right      one character; M-b M-f one word
 *   C-h Backspace, C-d Del   delete before, delete at the cursor
 *   C-k C-u C-w              delete to the end, all, the word before
 *   C-p Up, C-n Down         older and newer lines
 *   Tab                      complete; again: list
 *   C-l                      new screen
 *
 * Thread: its owner's.
 */
#include "qemu/osdep.h"
#include "readline.h"

enum {
    LINE_MAX_BYTES = 4095,      /* bounds what a peer can make us hold; input beyond is ignored */
    HISTORY_MAX = 64,
    CANDIDATES_MAX = 256,       /* a longer list would not help anybody */
};

typedef enum EscState {
    ESC_NONE,
    ESC_ESC,                    /* after ESC */
    ESC_CSI,                    /* within ESC [ ... */
    ESC_SS3,                    /* after ESC O */
} EscState;

struct ReadLine {
    char *prompt;
    const ReadLineOps *ops;
    void *opaque;
    GString *line;
    size_t cursor;
    EscState esc;
    unsigned esc_param;
    GPtrArray *history;         /* oldest first */
    guint history_pos;          /* == history->len: the line being typed */
    char *typed;                /* that line, while an older one is shown */
    GPtrArray *candidates;
    size_t completion_len;
    bool tab_before;            /* the key before this one was Tab, too */
};

ReadLine *readline_new(const char *prompt, const ReadLineOps *ops, void *opaque)
{
    ReadLine *rl = g_new0(ReadLine, 1);

    rl->prompt = g_strdup(prompt);
    rl->ops = ops;
    rl->opaque = opaque;
    rl->line = g_string_new(NULL);
    rl->history = g_ptr_array_new_with_free_func(g_free);
    rl->candidates = g_ptr_array_new_with_free_func(g_free);
    return rl;
}

void readline_free(ReadLine *rl)
{
    g_free(rl->prompt);
    g_string_free(rl->line, TRUE);
    g_ptr_array_free(rl->history, TRUE);
    g_ptr_array_free(rl->candidates, TRUE);
    g_free(rl->typed);
    g_free(rl);
}

static void print(ReadLine *rl, const char *text)
{
    rl->ops->print(rl->opaque, text);
}

/* Draw the line anew: one way for all changes, terminals are fast enough. */
static void redraw(ReadLine *rl)
{
    g_autofree char *text = NULL;
    size_t back = rl->line->len - rl->cursor;

    text = back ? g_strdup_printf("\r%s%s\033[K\033[%zuD", rl->prompt, rl->line->str, back)
                : g_strdup_printf("\r%s%s\033[K", rl->prompt, rl->line->str);
    print(rl, text);
}

void readline_show_prompt(ReadLine *rl)
{
    print(rl, rl->prompt);
    if (rl->line->len) {
        redraw(rl);
    }
}

void readline_restart(ReadLine *rl)
{
    g_string_truncate(rl->line, 0);
    rl->cursor = 0;
    rl->esc = ESC_NONE;
    rl->tab_before = false;
    rl->history_pos = rl->history->len;
    g_free(rl->typed);
    rl->typed = NULL;
}

static void insert(ReadLine *rl, const char *text, size_t len)
{
    bool at_end = rl->cursor == rl->line->len;

    if (rl->line->len + len > LINE_MAX_BYTES) {
        return;
    }
    g_string_insert_len(rl->line, rl->cursor, text, len);
    rl->cursor += len;
    if (at_end) {
        print(rl, rl->line->str + rl->cursor - len);
    } else {
        redraw(rl);
    }
}

static void erase(ReadLine *rl, size_t from, size_t to)
{
    if (from < to) {
        g_string_erase(rl->line, from, to - from);
        rl->cursor = from;
        redraw(rl);
    }
}

static void move_to(ReadLine *rl, size_t pos)
{
    rl->cursor = pos;
    redraw(rl);
}

static size_t word_start(ReadLine *rl)
{
    size_t pos = rl->cursor;

    while (pos && rl->line->str[pos - 1] == ' ') {
        pos--;
    }
    while (pos && rl->line->str[pos - 1] != ' ') {
        pos--;
    }
    return pos;
}

static size_t word_end(ReadLine *rl)
{
    size_t pos = rl->cursor;

    while (pos < rl->line->len && rl->line->str[pos] == ' ') {
        pos++;
    }
    while (pos < rl->line->len && rl->line->str[pos] != ' ') {
        pos++;
    }
    return pos;
}

const char *readline_history(ReadLine *rl, unsigned age)
{
    return age < rl->history->len ? g_ptr_array_index(rl->history, rl->history->len - 1 - age)
                                  : NULL;
}

static void remember(ReadLine *rl)
{
    const char *last = readline_history(rl, 0);

    if (!rl->line->len || (last && !strcmp(last, rl->line->str))) {
        return;
    }
    if (rl->history->len == HISTORY_MAX) {
        g_ptr_array_remove_index(rl->history, 0);
    }
    g_ptr_array_add(rl->history, g_strdup(rl->line->str));
}

static void show_history(ReadLine *rl, int step)
{
    guint pos = rl->history_pos + step;

    if ((step < 0 && rl->history_pos == 0) || (step > 0 && rl->history_pos == rl->history->len)) {
        return;
    }
    if (rl->history_pos == rl->history->len) {
        g_free(rl->typed);
        rl->typed = g_strdup(rl->line->str);
    }
    rl->history_pos = pos;
    g_string_assign(rl->line, pos == rl->history->len ? rl->typed
                                                      : g_ptr_array_index(rl->history, pos));
    rl->cursor = rl->line->len;
    redraw(rl);
}

void readline_set_completion_len(ReadLine *rl, size_t len)
{
    rl->completion_len = len;
}

void readline_candidate(ReadLine *rl, const char *word)
{
    const char *typed = rl->line->str + rl->cursor - rl->completion_len;

    if (rl->candidates->len == CANDIDATES_MAX || strncmp(typed, word, rl->completion_len)) {
        return;
    }
    for (guint i = 0; i < rl->candidates->len; i++) {
        if (!strcmp(g_ptr_array_index(rl->candidates, i), word)) {
            return;
        }
    }
    g_ptr_array_add(rl->candidates, g_strdup(word));
}

static int compare_words(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_candidates(ReadLine *rl)
{
    size_t width = 0, columns;
    GString *text = g_string_new("\n");

    g_ptr_array_sort(rl->candidates, compare_words);
    for (guint i = 0; i < rl->candidates->len; i++) {
        width = MAX(width, strlen(g_ptr_array_index(rl->candidates, i)) + 2);
    }
    columns = MAX(80 / width, (size_t)1);
    for (guint i = 0; i < rl->candidates->len; i++) {
        g_string_append_printf(text, "%-*s%s", (int)width,
                               (char *)g_ptr_array_index(rl->candidates, i),
                               (i + 1) % columns && i + 1 < rl->candidates->len ? "" : "\n");
    }
    print(rl, text->str);
    g_string_free(text, TRUE);
    readline_show_prompt(rl);
}

/* How many bytes all candidates have in common. */
static size_t common_prefix(ReadLine *rl)
{
    const char *first = g_ptr_array_index(rl->candidates, 0);
    size_t len = strlen(first);

    for (guint i = 1; i < rl->candidates->len; i++) {
        const char *other = g_ptr_array_index(rl->candidates, i);
        size_t n = 0;

        while (n < len && first[n] == other[n]) {
            n++;
        }
        len = n;
    }
    return len;
}

static void complete(ReadLine *rl, bool list)
{
    g_autofree char *text = g_strndup(rl->line->str, rl->cursor);
    const char *first;
    size_t common;

    g_ptr_array_set_size(rl->candidates, 0);
    rl->completion_len = 0;
    rl->ops->complete(rl->opaque, rl, text);
    if (!rl->candidates->len) {
        return;
    }
    first = g_ptr_array_index(rl->candidates, 0);
    common = common_prefix(rl);
    if (common > rl->completion_len) {
        insert(rl, first + rl->completion_len, common - rl->completion_len);
    }
    if (rl->candidates->len == 1) {
        if (*first && first[strlen(first) - 1] != '/' && first[strlen(first) - 1] != '=') {
            insert(rl, " ", 1);
        }
    } else if (list) {
        list_candidates(rl);
    }
}

static void accept(ReadLine *rl)
{
    g_autofree char *line = NULL;

    remember(rl);
    line = g_strdup(rl->line->str);
    print(rl, "\n");
    readline_restart(rl);
    rl->ops->line(rl->opaque, line);
}

static void handle_control(ReadLine *rl, uint8_t c)
{
    switch (c) {
    case 1:                             /* C-a */
        move_to(rl, 0);
        break;
    case 2:                             /* C-b */
        move_to(rl, rl->cursor ? rl->cursor - 1 : 0);
        break;
    case 4:                             /* C-d */
        if (rl->cursor < rl->line->len) {
            erase(rl, rl->cursor, rl->cursor + 1);
        }
        break;
    case 5:                             /* C-e */
        move_to(rl, rl->line->len);
        break;
    case 6:                             /* C-f */
        move_to(rl, MIN(rl->cursor + 1, rl->line->len));
        break;
    case 8:
    case 127:                           /* Backspace */
        if (rl->cursor) {
            erase(rl, rl->cursor - 1, rl->cursor);
        }
        break;
    case 9:
        complete(rl, rl->tab_before);
        break;
    case 10:
    case 13:
        accept(rl);
        break;
    case 11:                            /* C-k */
        erase(rl, rl->cursor, rl->line->len);
        break;
    case 12:                            /* C-l */
        print(rl, "\033[2J\033[1;1H");
        redraw(rl);
        break;
    case 14:                            /* C-n */
        show_history(rl, 1);
        break;
    case 16:                            /* C-p */
        show_history(rl, -1);
        break;
    case 21:                            /* C-u */
        erase(rl, 0, rl->line->len);
        break;
    case 23:                            /* C-w */
        erase(rl, word_start(rl), rl->cursor);
        break;
    case 27:
        rl->esc = ESC_ESC;
        break;
    }
    rl->tab_before = c == 9;
}

/* The letter that ends an escape sequence. */
static void handle_key(ReadLine *rl, uint8_t c)
{
    static const uint8_t tilde[] = { 0, 1, 0, 4, 5 };   /* ESC [ N ~: Home, -, Delete, End */

    switch (c) {
    case 'A':
        handle_control(rl, 16);
        break;
    case 'B':
        handle_control(rl, 14);
        break;
    case 'C':
        handle_control(rl, 6);
        break;
    case 'D':
        handle_control(rl, 2);
        break;
    case 'H':
        handle_control(rl, 1);
        break;
    case 'F':
        handle_control(rl, 5);
        break;
    case '~':
        if (rl->esc_param < ARRAY_SIZE(tilde)) {
            handle_control(rl, tilde[rl->esc_param]);
        }
        break;
    }
}

static void handle_escape(ReadLine *rl, uint8_t c)
{
    EscState state = rl->esc;

    rl->esc = ESC_NONE;
    switch (state) {
    case ESC_ESC:
        rl->esc_param = 0;
        if (c == '[') {
            rl->esc = ESC_CSI;
        } else if (c == 'O') {
            rl->esc = ESC_SS3;
        } else if (c == 'b') {
            move_to(rl, word_start(rl));
        } else if (c == 'f') {
            move_to(rl, word_end(rl));
        }
        break;
    case ESC_CSI:
        if (c >= '0' && c <= '9') {
            rl->esc_param = MIN(rl->esc_param * 10 + c - '0', 1000u);
            rl->esc = ESC_CSI;
        } else if (c == ';') {
            rl->esc = ESC_CSI;          /* modifiers do not matter */
        } else {
            handle_key(rl, c);
        }
        break;
    default:
        handle_key(rl, c);
        break;
    }
}

void readline_handle_byte(ReadLine *rl, uint8_t c)
{
    char text = c;

    if (rl->esc != ESC_NONE) {
        handle_escape(rl, c);
    } else if (c < 0x20 || c == 127) {
        handle_control(rl, c);
    } else {
        rl->tab_before = false;
        insert(rl, &text, 1);
    }
}
