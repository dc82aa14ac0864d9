/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All encodings of the decode tables: each leaf with the fields that lead to it.
 */
#include "diff.h"

typedef struct List {
    Form *forms;
    unsigned count, cap;
} List;

static void add(List *l, const Form *f)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 256;
        l->forms = g_renew(Form, l->forms, l->cap);
    }
    l->forms[l->count++] = *f;
}

static void walk(List *l, const X86Row *row, Form f);

static void walk_sub(List *l, const X86Row *sub, unsigned n, const Form *f, size_t field)
{
    for (unsigned i = 0; i < n; i++) {
        Form g = *f;

        *((int8_t *)&g + field) = i;
        walk(l, &sub[i], g);
    }
}

static void walk(List *l, const X86Row *row, Form f)
{
    switch (row->kind) {
    case RK_LEAF:
        if (row->emit) {
            f.row = row;
            add(l, &f);
        }
        break;
    case RK_REG:
        walk_sub(l, row->sub, 8, &f, offsetof(Form, reg));
        break;
    case RK_RM:
        walk_sub(l, row->sub, 8, &f, offsetof(Form, rm));
        break;
    case RK_MOD:
        walk_sub(l, row->sub, 2, &f, offsetof(Form, mod));
        break;
    case RK_PFX:
        walk_sub(l, row->sub, 4, &f, offsetof(Form, pfx));
        break;
    case RK_REP:
        walk_sub(l, row->sub, 3, &f, offsetof(Form, rep));
        break;
    case RK_64:
        walk_sub(l, row->sub, 2, &f, offsetof(Form, m64));
        break;
    case RK_W:
        walk_sub(l, row->sub, 2, &f, offsetof(Form, w));
        break;
    case RK_L:
        walk_sub(l, row->sub, 2, &f, offsetof(Form, l));
        break;
    }
}

static const Form any = {
    .reg = -1, .rm = -1, .mod = -1, .pfx = -1, .rep = -1, .w = -1, .l = -1, .m64 = -1,
};

static void walk_map(List *l, const X86Row *table, unsigned map, bool vex)
{
    for (unsigned i = 0; i < 256; i++) {
        Form f = any;

        f.map = map;
        f.vex = vex;
        f.opc = i;
        walk(l, &table[i], f);
    }
}

static void walk_x87(List *l)
{
    for (unsigned opc = 0; opc < 8; opc++) {
        for (unsigned reg = 0; reg < 8; reg++) {
            Form f = any;

            f.opc = 0xd8 + opc;
            f.reg = reg;
            f.mod = 0;
            walk(l, &x86_x87_mem[opc][reg], f);
            f.mod = 1;
            walk(l, &x86_x87_reg[opc][reg], f);
        }
    }
}

Form *forms_list(unsigned *count)
{
    List l = { 0 };

    walk_map(&l, x86_map_1byte, 0, false);
    walk_map(&l, x86_map_0f, 1, false);
    walk_map(&l, x86_map_0f38, 2, false);
    walk_map(&l, x86_map_0f3a, 3, false);
    walk_map(&l, x86_vexgpr_0f38, 2, true);
    walk_map(&l, x86_vexgpr_0f3a, 3, true);
    walk_x87(&l);
    walk_map(&l, x86_map_0f_vec, 1, false);
    walk_map(&l, x86_map_0f38_vec, 2, false);
    walk_map(&l, x86_map_0f3a_vec, 3, false);
    walk_map(&l, x86_vex_0f, 1, true);
    walk_map(&l, x86_vex_0f38, 2, true);
    walk_map(&l, x86_vex_0f3a, 3, true);
    *count = l.count;
    return l.forms;
}

char *form_name(const Form *f)
{
    static const char *const maps[4] = { "", "0f.", "0f38.", "0f3a." };
    static const char *const pfx[4] = { " np", " 66", " f3", " f2" };
    static const char *const rep[3] = { " norep", " f3", " f2" };
    GString *s = g_string_new(f->vex ? "vex." : "");

    g_string_append_printf(s, "%s%02x", maps[f->map], f->opc);
    if (f->reg >= 0) {
        g_string_append_printf(s, "/%d", f->reg);
    }
    if (f->rm >= 0) {
        g_string_append_printf(s, ".%d", f->rm);
    }
    if (f->mod >= 0) {
        g_string_append(s, f->mod ? " reg" : " mem");
    }
    if (f->pfx >= 0) {
        g_string_append(s, pfx[f->pfx]);
    }
    if (f->rep >= 0) {
        g_string_append(s, rep[f->rep]);
    }
    if (f->w >= 0) {
        g_string_append_printf(s, " w%d", f->w);
    }
    if (f->l >= 0) {
        g_string_append_printf(s, " l%d", f->l);
    }
    if (f->m64 >= 0) {
        g_string_append(s, f->m64 ? " 64" : " 32");
    }
    g_string_append_printf(s, " %s", f->row->name);
    return g_string_free(s, FALSE);
}

bool form_excluded(const Form *f)
{
    /* Images that hold addresses of instructions. */
    static const char *const by_name[] = {
        "fldenv", "fnstenv", "frstor", "fnsave",
    };

    if (f->row->flags & (R_NODIFF | R_CPL0 | R_IO)) {
        return true;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(by_name); i++) {
        if (!strcmp(f->row->name, by_name[i])) {
            return true;
        }
    }
    return false;
}
