/*
 * Editing a line: what the owner gets, and what a terminal would show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/readline.h"

/* A terminal of one row that knows the few sequences that readline may use. */
static struct {
    char row[256];
    int at, len;
    int escape; /* 0 text, 1 after ESC, 2 after ESC [ */
    GString *lines; /* what was on the rows that are finished */
} tty;

static void tty_char(char c)
{
    if (tty.escape == 1) {
        ck_assert_int_eq(c, '[');
        tty.escape = 2;
    } else if (tty.escape == 2) {
        tty.escape = 0;
        if (c == 'D') {
            tty.at--;
        } else if (c == 'C') {
            tty.at++;
        } else if (c == 'K') {
            tty.len = tty.at;
        } else {
            tty.escape = 2; /* parameters */
        }
    } else if (c == 27) {
        tty.escape = 1;
    } else if (c == '\r') {
        tty.at = 0;
    } else if (c == '\n') {
        g_string_append_len(tty.lines, tty.row, tty.len);
        g_string_append_c(tty.lines, '\n');
        tty.at = tty.len = 0;
    } else {
        tty.row[tty.at++] = c;
        tty.len = MAX(tty.len, tty.at);
    }
    ck_assert(tty.at >= 0 && tty.at < 256);
    tty.row[tty.len] = '\0';
}

static void print(void *opaque, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *s = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    for (char *p = s; *p; p++) {
        tty_char(*p);
    }
}

static void flush(void *opaque)
{
}

static ReadLineState *rs;
static char *result;

static void complete(void *opaque, const char *cmdline)
{
    static const char *const words[] = { "info", "inject", "quit" };

    readline_set_completion_index(rs, strlen(cmdline));
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        readline_add_completion_of(rs, cmdline, words[i]);
    }
}

static void line_done(void *opaque, const char *line, void *readline_opaque)
{
    g_free(result);
    result = g_strdup(line);
    readline_show_prompt(rs);
}

static void type(const char *keys)
{
    for (; *keys; keys++) {
        readline_handle_byte(rs, (uint8_t)*keys);
    }
}

static void setup(void)
{
    tty.lines = g_string_new(NULL);
    rs = readline_init(print, flush, NULL, complete);
    readline_start(rs, "> ", 0, line_done, NULL);
    readline_show_prompt(rs);
}

/* Type, look at the row, press enter, look at the line. */
static void check_typed(const char *keys, const char *want)
{
    g_autofree char *row = g_strdup_printf("> %s", want);

    type(keys);
    ck_assert_str_eq(tty.row, row);
    type("\r");
    ck_assert_str_eq(result, want);
}

START_TEST(test_editing)
{
    setup();
    check_typed("hello", "hello");
    check_typed("helo\033[D" "l", "hello");
    check_typed("xab\001\004", "ab");
    check_typed("ab\002\002X\005Y", "XabY");
    check_typed("abc\x7f" "d", "abd");
    check_typed("one two three\027\027", "one ");
    check_typed("one two\001\013", "");
    check_typed("one two\033b\025", "two");
    check_typed("one two\001\033d", " two");
    check_typed("abc\033[H\033[3~", "bc");
    check_typed("abc\033[1~-\033[4~+", "-abc+");
    check_typed("a b\033[1;5D\033[1;5Dx", "xa b");
    check_typed("abc\033OHx\033OFy", "xabcy");
    check_typed("\002\006\004\x7f", "");
}
END_TEST

START_TEST(test_history)
{
    setup();
    type("first\rsecond\rfirst\r\r");
    ck_assert_str_eq(readline_get_history(rs, 0), "second");
    ck_assert_str_eq(readline_get_history(rs, 1), "first");
    ck_assert_ptr_null(readline_get_history(rs, 2));
    check_typed("\033[A", "first");
    check_typed("new\020\020", "second");
    check_typed("new\020\016", "new");
    check_typed("\033[A\033[A\033[A\033[A\033[A", "first");
}
END_TEST

START_TEST(test_search)
{
    setup();
    type("info block\rinfo cpus\rquit\r");
    type("\022info");
    ck_assert_str_eq(tty.row, "(reverse-i-search)`info': info cpus");
    type("\022");
    ck_assert_str_eq(tty.row, "(reverse-i-search)`info': info block");
    type("\r");
    ck_assert_str_eq(result, "info block");
    type("\022q\007");
    ck_assert_str_eq(tty.row, "> ");
}
END_TEST

START_TEST(test_completion)
{
    setup();
    check_typed("q\t", "quit ");
    check_typed("in\tf\t", "info ");
    type("in\t\t");
    ck_assert_str_eq(tty.row, "> in");
    ck_assert_ptr_nonnull(strstr(tty.lines->str, "info"));
    ck_assert_ptr_nonnull(strstr(tty.lines->str, "inject"));
    check_typed("j\t", "inject ");
    check_typed("zzz\t\t", "zzz");
}
END_TEST

START_TEST(test_password)
{
    setup();
    readline_start(rs, "Password: ", 1, line_done, NULL);
    type("secret\r");
    ck_assert_str_eq(result, "secret");
    ck_assert_ptr_null(strstr(tty.lines->str, "secret"));
    ck_assert_ptr_null(readline_get_history(rs, 0));
}
END_TEST

START_TEST(test_limit)
{
    setup();
    readline_start(rs, "", 1, line_done, NULL);
    for (int i = 0; i < 100000; i++) {
        readline_handle_byte(rs, 'x');
    }
    type("\r");
    ck_assert_uint_lt(strlen(result), 5000);
    /* Bytes of any value, in any state. */
    for (int i = 0; i < 70000; i++) {
        readline_handle_byte(rs, (i * 7919 >> 3) & 0xff);
    }
    readline_free(rs);
}
END_TEST

UNIT_MAIN("util/readline", test_editing, test_history, test_search, test_completion,
          test_password, test_limit)
