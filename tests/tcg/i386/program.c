/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random programs: straight code with conditional jumps forward, so that optimiser, register
 * allocation, FLAGS liveness and side tables see more than one instruction at a time.
 *
 * FLAGS that an instruction leaves undefined are tracked, and no later one uses them. Where a
 * jump may skip an instruction, what it defines does not count.
 */
#include "diff.h"

static bool starts(const DecodedInsn *d, const char *prefix)
{
    return g_str_has_prefix(d->row->name, prefix);
}

static uint32_t flags_needed(const DecodedInsn *d)
{
    static const char *const all[] = {
        "lahf", "pushf", "daa", "das", "aaa", "aas",
    };

    if (starts(d, "set") || starts(d, "cmov")) {
        return ir_cond_uses(d->row->arg);
    }
    if (gen_is(d, "adc") || gen_is(d, "sbb") || starts(d, "rc") || gen_is(d, "cmc") ||
        gen_is(d, "salc") || gen_is(d, "adcx")) {
        return FL_C;
    }
    if (gen_is(d, "adox")) {
        return FL_O;
    }
    if (starts(d, "fcmov")) {
        return FL_ALL;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(all); i++) {
        if (gen_is(d, all[i])) {
            return FL_ALL;
        }
    }
    return 0;
}

static bool is_shift(const DecodedInsn *d)
{
    static const char *const names[] = {
        "rol", "ror", "rcl", "rcr", "shl", "shr", "sar", "shld", "shrd",
    };

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if (gen_is(d, names[i])) {
            return true;
        }
    }
    return false;
}

static void flags_of(const DecodedInsn *d, ProgramInsn *p)
{
    static const DiffState none;
    const X86Opd *count = d->nops ? &d->op[d->nops - 1] : NULL;

    p->fl_need = flags_needed(d);
    if (!is_shift(d)) {
        p->fl_clear = d->row->sets;
        p->fl_undef = d->row->undef;
    } else if (count->kind == OPK_IMM) {
        bool zero = (count->imm & (d->op[0].sz == SZ64 ? 63 : 31)) == 0;

        p->fl_undef = undefined_flags(d, &none);
        p->fl_clear = zero || d->row->name[0] == 'r' ? 0 : FL_ALL & ~p->fl_undef;
    } else {
        p->fl_undef = FL_A | FL_O | FL_C; /* the count is not known */
    }
}

static void add_jump(ProgramInsn *p)
{
    unsigned cc = rng() & 15;

    p->bytes[0] = 0x70 + cc;
    p->len = 2;
    p->skip = 1 + (rng() >> 8) % 4;
    p->fl_need = ir_cond_uses(cc);
}

bool program_assemble(const Program *p, DiffCase *c, uint32_t *undefined)
{
    uint32_t undef = 0;
    unsigned maybe = 0; /* instructions from here on that a jump may skip */

    c->start = CODE_BASE + 256;
    c->len = 0;
    for (unsigned i = 0; i < p->n; i++) {
        const ProgramInsn *in = &p->insn[i];

        if (in->fl_need & undef) {
            return false;
        }
        undef = (maybe ? undef : undef & ~in->fl_clear) | in->fl_undef;
        maybe -= maybe != 0;
        memcpy(c->code + c->len, in->bytes, in->len);
        c->len += in->len;
        if (in->skip) {
            unsigned bytes = 0;

            for (unsigned k = i + 1; k <= i + in->skip && k < p->n; k++) {
                bytes += p->insn[k].len;
            }
            c->code[c->len - 1] = bytes;
            maybe = MAX(maybe, in->skip);
        }
    }
    *undefined = undef;
    return c->len + 16 <= MAX_CODE;
}

void program_random(Program *p, const Form *forms, unsigned nb_forms, unsigned n, DiffCase *c)
{
    p->n = 0;
    for (unsigned tries = 0; p->n < n && tries < 40 * n; tries++) {
        const Form *f = &forms[rng() % nb_forms];
        ProgramInsn *in = &p->insn[p->n];
        uint32_t undefined;
        DecodedInsn d;

        *in = (ProgramInsn){ 0 };
        if (rng() % 10 == 0) {
            add_jump(in);
        } else {
            /* Vector encodings are many; half of the draws come from the one-byte map. */
            if (rng() & 1) {
                f = &forms[rng() % MIN(nb_forms, 420u)];
            }
            if (form_excluded(f) || !gen_insn(f, c, &d)) {
                continue;
            }
            memcpy(in->bytes, c->code, d.len);
            in->len = d.len;
            flags_of(&d, in);
        }
        p->n++;
        if (!program_assemble(p, c, &undefined)) {
            p->n--;
        }
    }
}
