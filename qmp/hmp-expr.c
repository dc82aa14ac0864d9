/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integer expressions of the human monitor.
 *
 *   expr    = or
 *   or      = and { ("|" | "^") and }          as C has them, but with one level for each line
 *   and     = sum { "&" sum }
 *   sum     = product { ("+" | "-") product }
 *   product = unary { ("*" | "/" | "%") unary }
 *   unary   = ("+" | "-" | "~") unary | "(" expr ")" | "'" char "'" | "$" register | number
 *
 * Thread: main thread; registers are read with the vCPUs stopped or as they are.
 */
#include "qemu/osdep.h"
#include "exec/gdbstub.h"
#include "hmp-internal.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"

enum {
    NESTING_MAX = 100,          /* bounds the stack that "((((..." takes */
};

typedef struct Expr {
    Monitor *mon;
    const char *p;
    unsigned nesting;
    Error **errp;
} Expr;

static bool eval(Expr *e, int64_t *val);

static char peek(Expr *e)
{
    while (g_ascii_isspace(*e->p)) {
        e->p++;
    }
    return *e->p;
}

static bool eval_register(Expr *e, int64_t *val)
{
    const char *start = ++e->p;
    g_autofree char *name = NULL;
    CPUState *cpu = monitor_get_cpu(e->mon);
    uint64_t reg;

    while (g_ascii_isalnum(*e->p) || *e->p == '_' || *e->p == '.') {
        e->p++;
    }
    name = g_strndup(start, e->p - start);
    if (!cpu) {
        error_setg(e->errp, "no CPU to take register '$%s' from", name);
        return false;
    }
    if (!gdb_read_register_by_name(cpu, name, &reg)) {
        error_setg(e->errp, "unknown register '$%s'", name);
        return false;
    }
    *val = reg;
    return true;
}

static bool eval_number(Expr *e, int64_t *val)
{
    char *end;

    errno = 0;
    *val = strtoull(e->p, &end, 0);
    if (errno || end == e->p) {
        error_setg(e->errp, errno == ERANGE ? "number too large" : "invalid character '%.1s' "
                   "in expression", e->p);
        return false;
    }
    e->p = end;
    return true;
}

static bool eval_unary(Expr *e, int64_t *val)
{
    char c = peek(e);

    if (c == '+' || c == '-' || c == '~') {
        e->p++;
        if (++e->nesting > NESTING_MAX) {
            error_setg(e->errp, "expression nests too deeply");
            return false;
        }
        if (!eval_unary(e, val)) {
            return false;
        }
        e->nesting--;
        *val = c == '-' ? -(uint64_t)*val : c == '~' ? ~*val : *val;
        return true;
    }
    if (c == '(') {
        e->p++;
        if (++e->nesting > NESTING_MAX) {
            error_setg(e->errp, "expression nests too deeply");
            return false;
        }
        if (!eval(e, val)) {
            return false;
        }
        e->nesting--;
        if (peek(e) != ')') {
            error_setg(e->errp, "')' expected");
            return false;
        }
        e->p++;
        return true;
    }
    if (c == '\'') {
        if (!e->p[1] || e->p[2] != '\'') {
            error_setg(e->errp, "character constant expected");
            return false;
        }
        *val = (uint8_t)e->p[1];
        e->p += 3;
        return true;
    }
    if (c == '$') {
        return eval_register(e, val);
    }
    if (!c) {
        error_setg(e->errp, "unexpected end of expression");
        return false;
    }
    return eval_number(e, val);
}

static bool apply(Expr *e, char op, int64_t *a, int64_t b)
{
    switch (op) {
    case '*':
        *a = (uint64_t)*a * b;
        return true;
    case '/':
    case '%':
        if (!b) {
            error_setg(e->errp, "division by zero");
            return false;
        }
        *a = op == '/' ? (uint64_t)*a / (uint64_t)b : (uint64_t)*a % (uint64_t)b;
        return true;
    case '+':
        *a = (uint64_t)*a + b;
        return true;
    case '-':
        *a = (uint64_t)*a - b;
        return true;
    case '&':
        *a &= b;
        return true;
    case '|':
        *a |= b;
        return true;
    default:
        *a ^= b;
        return true;
    }
}

/* Operators by level, loosest first. */
static bool eval_level(Expr *e, unsigned level, int64_t *val)
{
    static const char *const ops[] = { "|^", "&", "+-", "*/%" };
    int64_t rhs;
    char op;

    if (level == ARRAY_SIZE(ops)) {
        return eval_unary(e, val);
    }
    if (!eval_level(e, level + 1, val)) {
        return false;
    }
    while ((op = peek(e)) && strchr(ops[level], op)) {
        e->p++;
        if (!eval_level(e, level + 1, &rhs) || !apply(e, op, val, rhs)) {
            return false;
        }
    }
    return true;
}

static bool eval(Expr *e, int64_t *val)
{
    return eval_level(e, 0, val);
}

bool hmp_expr(Monitor *mon, const char **p, int64_t *val, Error **errp)
{
    Expr e = { .mon = mon, .p = *p, .errp = errp };
    bool ok = eval(&e, val);

    if (ok) {
        peek(&e);
        *p = e.p;
    }
    return ok;
}
