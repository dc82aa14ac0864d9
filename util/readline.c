/*
 * Editing a line on a terminal.
 *
 * Output only uses what every terminal since the VT100 knows: printable text, backspace,
 * "ESC [ D" (left), "ESC [ C" (right) and "ESC [ K" (erase to the end of the line).
 *
 * Spec:    key sequences of ECMA-48 and of xterm's ctlseqs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/readline.h"

enum {
    LINE_MAX_BYTES = 4095, /* bounds what a client can make us keep */
    HISTORY_MAX = 64,
    COMPLETIONS_MAX = 256,
};

typedef enum InputState { IN_TEXT, IN_ESC, IN_CSI, IN_SS3, IN_SEARCH } InputState;

struct ReadLineState {
    char line[LINE_MAX_BYTES + 1];
    int len, at; /* bytes; cursor */
    int shown_at; /* where the terminal's cursor is, in columns after the prompt */
    char shown[LINE_MAX_BYTES + 1]; /* what the terminal shows */
    int shown_len;

    InputState in;
    int csi_param;

    GPtrArray *history; /* of char *, oldest first */
    int history_at;     /* -1: the line being typed */
    char *saved_line;   /* the line being typed, while looking at history */

    GString *search; /* Ctrl-R: what is searched for */
    int search_at;

    GPtrArray *completions; /* of char * */
    int completion_index;
    bool last_was_tab;

    ReadLineFunc *func;
    void *func_opaque;
    bool password;
    char *prompt;

    ReadLinePrintfFunc *printf;
    ReadLineFlushFunc *flush;
    void *opaque;
    ReadLineCompletionFunc *completion_finder;
};

/* ---- Showing */

static void move_shown(ReadLineState *rs, int to)
{
    for (; rs->shown_at > to; rs->shown_at--) {
        rs->printf(rs->opaque, "\033[D");
    }
    for (; rs->shown_at < to; rs->shown_at++) {
        rs->printf(rs->opaque, "\033[C");
    }
}

/* Make the terminal show the line: print from the first difference on. */
static void update(ReadLineState *rs)
{
    int same = 0;

    if (rs->password) {
        rs->flush(rs->opaque);
        return;
    }
    while (same < rs->len && same < rs->shown_len && rs->line[same] == rs->shown[same]) {
        same++;
    }
    if (same < rs->len || same < rs->shown_len) {
        move_shown(rs, same);
        if (rs->shown_len > rs->len) {
            rs->printf(rs->opaque, "\033[K");
        }
        rs->line[rs->len] = '\0';
        rs->printf(rs->opaque, "%s", rs->line + same);
        memcpy(rs->shown, rs->line, rs->len);
        rs->shown_len = rs->shown_at = rs->len;
    }
    move_shown(rs, rs->at);
    rs->flush(rs->opaque);
}

void readline_show_prompt(ReadLineState *rs)
{
    rs->printf(rs->opaque, "%s", rs->prompt);
    rs->shown_len = rs->shown_at = 0;
    rs->flush(rs->opaque);
}

static void show_again(ReadLineState *rs)
{
    readline_show_prompt(rs);
    update(rs);
}

/* ---- Editing */

static void set_line(ReadLineState *rs, const char *text)
{
    rs->len = rs->at = MIN(strlen(text), (size_t)LINE_MAX_BYTES);
    memcpy(rs->line, text, rs->len);
}

static void insert(ReadLineState *rs, const char *text, int n)
{
    n = MIN(n, LINE_MAX_BYTES - rs->len);
    memmove(rs->line + rs->at + n, rs->line + rs->at, rs->len - rs->at);
    memcpy(rs->line + rs->at, text, n);
    rs->len += n;
    rs->at += n;
}

static void erase(ReadLineState *rs, int from, int to)
{
    memmove(rs->line + from, rs->line + to, rs->len - to);
    rs->len -= to - from;
    rs->at = from;
}

static int word_left(ReadLineState *rs)
{
    int i = rs->at;

    while (i > 0 && rs->line[i - 1] == ' ') {
        i--;
    }
    while (i > 0 && rs->line[i - 1] != ' ') {
        i--;
    }
    return i;
}

static int word_right(ReadLineState *rs)
{
    int i = rs->at;

    while (i < rs->len && rs->line[i] == ' ') {
        i++;
    }
    while (i < rs->len && rs->line[i] != ' ') {
        i++;
    }
    return i;
}

/* ---- History */

static const char *history_line(ReadLineState *rs, int i)
{
    return rs->history->pdata[i];
}

static void history_add(ReadLineState *rs, const char *line)
{
    if (!*line || rs->password) {
        return;
    }
    for (guint i = 0; i < rs->history->len; i++) {
        if (!strcmp(history_line(rs, i), line)) {
            g_ptr_array_remove_index(rs->history, i);
            break;
        }
    }
    if (rs->history->len == HISTORY_MAX) {
        g_ptr_array_remove_index(rs->history, 0);
    }
    g_ptr_array_add(rs->history, g_strdup(line));
}

static void history_move(ReadLineState *rs, int by)
{
    int n = rs->history->len;
    int at = rs->history_at < 0 ? n : rs->history_at;
    int to = at + by;

    if (to < 0 || to > n || rs->password) {
        return;
    }
    if (at == n) {
        rs->line[rs->len] = '\0';
        g_free(rs->saved_line);
        rs->saved_line = g_strdup(rs->line);
    }
    rs->history_at = to == n ? -1 : to;
    set_line(rs, to == n ? rs->saved_line : history_line(rs, to));
}

/* Find the search text at or before history line @from. */
static void search_from(ReadLineState *rs, int from)
{
    for (int i = from; i >= 0; i--) {
        if (strstr(history_line(rs, i), rs->search->str)) {
            rs->search_at = i;
            set_line(rs, history_line(rs, i));
            return;
        }
    }
}

static void show_search(ReadLineState *rs)
{
    rs->line[rs->len] = '\0';
    rs->printf(rs->opaque, "\r\033[K(reverse-i-search)`%s': %s", rs->search->str, rs->line);
    rs->flush(rs->opaque);
}

static void search_end(ReadLineState *rs)
{
    rs->in = IN_TEXT;
    rs->printf(rs->opaque, "\r\033[K");
    show_again(rs);
}

/* One byte while searching; false if it ends the search and counts as a key itself. */
static bool search_byte(ReadLineState *rs, int ch)
{
    if (ch == 18) { /* Ctrl-R: the one before */
        search_from(rs, rs->search_at - 1);
    } else if (ch == 8 || ch == 127) {
        if (rs->search->len) {
            g_string_truncate(rs->search, rs->search->len - 1);
        }
    } else if (ch >= 32) {
        if (rs->search->len < LINE_MAX_BYTES) {
            g_string_append_c(rs->search, ch);
        }
        search_from(rs, MIN(rs->search_at, (int)rs->history->len - 1));
    } else {
        if (ch == 7) { /* Ctrl-G: forget it */
            set_line(rs, "");
        }
        search_end(rs);
        return ch == 7;
    }
    show_search(rs);
    return true;
}

static void search_start(ReadLineState *rs)
{
    if (!rs->password) {
        rs->in = IN_SEARCH;
        g_string_truncate(rs->search, 0);
        rs->search_at = rs->history->len;
        show_search(rs);
    }
}

/* ---- Completion */

void readline_add_completion(ReadLineState *rs, const char *str)
{
    for (guint i = 0; i < rs->completions->len; i++) {
        if (!strcmp(rs->completions->pdata[i], str)) {
            return;
        }
    }
    if (rs->completions->len < COMPLETIONS_MAX) {
        g_ptr_array_add(rs->completions, g_strdup(str));
    }
}

void readline_add_completion_of(ReadLineState *rs, const char *pfx, const char *str)
{
    if (g_str_has_prefix(str, pfx)) {
        readline_add_completion(rs, str);
    }
}

void readline_set_completion_index(ReadLineState *rs, int index)
{
    rs->completion_index = index;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_completions(ReadLineState *rs)
{
    size_t width = 0;

    g_ptr_array_sort(rs->completions, compare_names);
    for (guint i = 0; i < rs->completions->len; i++) {
        width = MAX(width, strlen(rs->completions->pdata[i]));
    }
    width = MIN(MAX(width + 2, (size_t)10), (size_t)80);
    int columns = 80 / width;
    rs->printf(rs->opaque, "\n");
    for (guint i = 0; i < rs->completions->len; i++) {
        bool last = (i + 1) % columns == 0 || i + 1 == rs->completions->len;

        rs->printf(rs->opaque, "%-*s%s", last ? 0 : (int)width,
                   (const char *)rs->completions->pdata[i], last ? "\n" : "");
    }
    show_again(rs);
}

static void complete(ReadLineState *rs)
{
    g_autofree char *head = g_strndup(rs->line, rs->at);
    GPtrArray *c = rs->completions;
    bool again = rs->last_was_tab;

    if (!rs->completion_finder || rs->password) {
        return;
    }
    g_ptr_array_set_size(c, 0);
    rs->completion_index = 0;
    rs->completion_finder(rs->opaque, head);
    if (!c->len) {
        return;
    }
    int common = strlen(c->pdata[0]);
    for (guint i = 1; i < c->len; i++) {
        int n = 0;
        while (n < common && ((char *)c->pdata[i])[n] == ((char *)c->pdata[0])[n]) {
            n++;
        }
        common = n;
    }
    const char *first = c->pdata[0];
    if (common > rs->completion_index) {
        insert(rs, first + rs->completion_index, common - rs->completion_index);
    } else if (c->len > 1 && again) {
        list_completions(rs);
        return;
    }
    if (c->len == 1 && common && first[common - 1] != '/') {
        insert(rs, " ", 1);
    }
    rs->last_was_tab = c->len > 1;
}

/* ---- Keys */

static void finish_line(ReadLineState *rs)
{
    rs->line[rs->len] = '\0';
    g_autofree char *line = g_strdup(rs->line);

    history_add(rs, line);
    rs->printf(rs->opaque, "\n");
    readline_restart(rs);
    rs->shown_len = rs->shown_at = 0;
    rs->func(rs->opaque, line, rs->func_opaque);
}

static void control_key(ReadLineState *rs, int ch)
{
    bool tab_before = rs->last_was_tab;

    rs->last_was_tab = false;
    switch (ch) {
    case 1: /* Ctrl-A */
        rs->at = 0;
        break;
    case 2: /* Ctrl-B */
        rs->at = MAX(rs->at - 1, 0);
        break;
    case 4: /* Ctrl-D */
        if (rs->at < rs->len) {
            erase(rs, rs->at, rs->at + 1);
        }
        break;
    case 5: /* Ctrl-E */
        rs->at = rs->len;
        break;
    case 6: /* Ctrl-F */
        rs->at = MIN(rs->at + 1, rs->len);
        break;
    case 8: /* Backspace */
    case 127:
        if (rs->at > 0) {
            erase(rs, rs->at - 1, rs->at);
        }
        break;
    case 9:
        rs->last_was_tab = tab_before;
        complete(rs);
        break;
    case 11: /* Ctrl-K */
        erase(rs, rs->at, rs->len);
        break;
    case 12: /* Ctrl-L */
        rs->printf(rs->opaque, "\033[2J\033[1;1H");
        show_again(rs);
        return;
    case 14: /* Ctrl-N */
        history_move(rs, 1);
        break;
    case 16: /* Ctrl-P */
        history_move(rs, -1);
        break;
    case 18: /* Ctrl-R */
        search_start(rs);
        return;
    case 21: /* Ctrl-U */
        erase(rs, 0, rs->at);
        break;
    case 23: /* Ctrl-W */
        erase(rs, word_left(rs), rs->at);
        break;
    case 10:
    case 13:
        finish_line(rs);
        return;
    case 27:
        rs->in = IN_ESC;
        return;
    default:
        break;
    }
    update(rs);
}

/* The final byte of "ESC [" or "ESC O". */
static void cursor_key(ReadLineState *rs, int ch)
{
    switch (ch) {
    case 'A':
        history_move(rs, -1);
        break;
    case 'B':
        history_move(rs, 1);
        break;
    case 'C':
        /* With a modifier (as in 1;5C): a word. */
        rs->at = rs->csi_param > 1 ? word_right(rs) : MIN(rs->at + 1, rs->len);
        break;
    case 'D':
        rs->at = rs->csi_param > 1 ? word_left(rs) : MAX(rs->at - 1, 0);
        break;
    case 'F':
        rs->at = rs->len;
        break;
    case 'H':
        rs->at = 0;
        break;
    case '~':
        if (rs->csi_param == 1 || rs->csi_param == 7) {
            rs->at = 0;
        } else if (rs->csi_param == 4 || rs->csi_param == 8) {
            rs->at = rs->len;
        } else if (rs->csi_param == 3 && rs->at < rs->len) {
            erase(rs, rs->at, rs->at + 1);
        }
        break;
    default:
        break;
    }
    update(rs);
}

static void escape_byte(ReadLineState *rs, int ch)
{
    rs->in = IN_TEXT;
    rs->csi_param = 0;
    switch (ch) {
    case '[':
        rs->in = IN_CSI;
        return;
    case 'O':
        rs->in = IN_SS3;
        return;
    case 'b': /* Meta-B */
        rs->at = word_left(rs);
        break;
    case 'f':
        rs->at = word_right(rs);
        break;
    case 'd':
        erase(rs, rs->at, word_right(rs));
        break;
    case 8:
    case 127:
        erase(rs, word_left(rs), rs->at);
        break;
    default:
        break;
    }
    update(rs);
}

void readline_handle_byte(ReadLineState *rs, int ch)
{
    switch (rs->in) {
    case IN_ESC:
        escape_byte(rs, ch);
        return;
    case IN_CSI:
        if (g_ascii_isdigit(ch)) {
            rs->csi_param = MIN(rs->csi_param * 10 + ch - '0', 999);
            return;
        }
        if (ch == ';') {
            rs->csi_param = 0;
            return;
        }
        rs->in = IN_TEXT;
        cursor_key(rs, ch);
        return;
    case IN_SS3:
        rs->in = IN_TEXT;
        cursor_key(rs, ch);
        return;
    case IN_SEARCH:
        if (search_byte(rs, ch)) {
            return;
        }
        break;
    case IN_TEXT:
        break;
    }
    if (ch < 32 || ch == 127) {
        control_key(rs, ch);
        return;
    }
    char c = ch;
    rs->last_was_tab = false;
    insert(rs, &c, 1);
    update(rs);
}

/* ---- Life */

void readline_restart(ReadLineState *rs)
{
    rs->len = rs->at = 0;
    rs->history_at = -1;
    rs->in = IN_TEXT;
}

void readline_start(ReadLineState *rs, const char *prompt, int read_password,
                    ReadLineFunc *readline_func, void *readline_opaque)
{
    g_free(rs->prompt);
    rs->prompt = g_strdup(prompt);
    rs->func = readline_func;
    rs->func_opaque = readline_opaque;
    rs->password = read_password;
    readline_restart(rs);
}

const char *readline_get_history(ReadLineState *rs, unsigned int index)
{
    return index < rs->history->len ? history_line(rs, index) : NULL;
}

ReadLineState *readline_init(ReadLinePrintfFunc *printf_func, ReadLineFlushFunc *flush_func,
                             void *opaque, ReadLineCompletionFunc *completion_finder)
{
    ReadLineState *rs = g_new0(ReadLineState, 1);

    rs->history = g_ptr_array_new_with_free_func(g_free);
    rs->completions = g_ptr_array_new_with_free_func(g_free);
    rs->search = g_string_new(NULL);
    rs->history_at = -1;
    rs->opaque = opaque;
    rs->printf = printf_func;
    rs->flush = flush_func;
    rs->completion_finder = completion_finder;
    return rs;
}

void readline_free(ReadLineState *rs)
{
    if (rs) {
        g_ptr_array_unref(rs->history);
        g_ptr_array_unref(rs->completions);
        g_string_free(rs->search, true);
        g_free(rs->saved_line);
        g_free(rs->prompt);
        g_free(rs);
    }
}
