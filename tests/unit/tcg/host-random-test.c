/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random IR blocks: the backend against the interpreter. Registers, vectors, memory, the flags
 * that are defined, the pc and the way out must agree. A block that fails is printed.
 *
 * The generator keeps track of the flags whose values the SDM defines, and lets ops read only
 * those.
 */
#include "host-harness.h"
#include <check.h>

typedef struct Gen {
    IRBlock *b;
    uint64_t seed;
    uint32_t fl_known;   /* flags with a defined value */
    uint32_t exit_known; /* the same at every exit so far */
    IRVal temps[6];      /* that hold a value in the current stretch */
    unsigned nb_temps;
    bool branchy;
} Gen;

static uint64_t rnd(Gen *g)
{
    g->seed ^= g->seed << 13;
    g->seed ^= g->seed >> 7;
    g->seed ^= g->seed << 17;
    return g->seed * UINT64_C(0x2545f4914f6cdd1d);
}

static unsigned below(Gen *g, unsigned n)
{
    return (rnd(g) >> 33) % n;
}

static uint64_t number(Gen *g)
{
    static const uint64_t edges[] = {
        0, 1, 2, 7, 8, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
        0x80000000, 0xffffffff, 0x100000000, INT64_MAX, 1ull << 63, UINT64_MAX, -128ull,
    };

    return below(g, 2) ? edges[below(g, ARRAY_SIZE(edges))] : rnd(g) >> below(g, 64);
}

/* r15 holds the base address of memory and is left alone. */
static IRVal global(Gen *g)
{
    return HR(below(g, 15));
}

static IRVal source(Gen *g)
{
    unsigned k = below(g, 8);

    if (k == 0) {
        return ir_const(g->b, number(g));
    }
    if (k < 4 && g->nb_temps) {
        return g->temps[below(g, g->nb_temps)];
    }
    return global(g);
}

/* Where results go. Narrow results need a destination whose upper part has a value. */
static IRVal dest(Gen *g, IRSize sz)
{
    unsigned k = below(g, 8);

    if (k < 3 && g->nb_temps) {
        return g->temps[below(g, g->nb_temps)];
    }
    if (k == 3 && sz >= SZ32 && g->nb_temps < ARRAY_SIZE(g->temps)) {
        return g->temps[g->nb_temps++] = ir_temp(g->b, SZ64);
    }
    return global(g);
}

static IRSize any_size(Gen *g)
{
    return below(g, 4);
}

static IRSize word_size(Gen *g)
{
    return SZ16 + below(g, 3);
}

static IRSize big_size(Gen *g)
{
    return SZ32 + below(g, 2);
}

static void defined(Gen *g, uint32_t def, uint32_t undefined)
{
    g->fl_known = (g->fl_known | def) & ~undefined;
}

static void two_operands(Gen *g, IROpcode op, IRSize sz)
{
    IRVal x = source(g), y = source(g), d;

    if (below(g, 2) && ir_kind(x) != IRK_CONST) {
        d = x; /* the two-operand form is what front ends make */
    } else {
        d = dest(g, sz);
    }
    ir_op3(g->b, op, sz, d, x, y);
}

static void gen_arith(Gen *g)
{
    static const IROpcode plain[] = { IR_add, IR_sub, IR_and, IR_or, IR_xor, IR_andn, IR_mul };
    static const IROpcode flags[] = { IR_add_f, IR_sub_f, IR_and_f, IR_or_f, IR_xor_f,
                                      IR_adc_f, IR_sbb_f };
    IRSize sz = any_size(g);
    unsigned k;

    if (below(g, 2)) {
        two_operands(g, plain[below(g, ARRAY_SIZE(plain))], sz);
        return;
    }
    k = below(g, ARRAY_SIZE(flags));
    if (flags[k] >= IR_adc_f && (flags[k] == IR_adc_f || flags[k] == IR_sbb_f) &&
        !(g->fl_known & FL_C)) {
        k = 0;
    }
    two_operands(g, flags[k], sz);
    defined(g, FL_ALL, k >= 2 && k <= 4 ? FL_A : 0);
}

static void gen_unary(Gen *g)
{
    IRSize sz = any_size(g);
    IRVal x = below(g, 3) ? global(g) : source(g);
    IRVal d = below(g, 2) && ir_kind(x) != IRK_CONST ? x : dest(g, sz);

    switch (below(g, 6)) {
    case 0:
        ir_op2(g->b, IR_not, sz, d, x);
        break;
    case 1:
        ir_op2(g->b, IR_neg, sz, d, x);
        break;
    case 2:
        ir_op2(g->b, IR_neg_f, sz, d, x);
        defined(g, FL_ALL, 0);
        break;
    case 3:
        ir_op2(g->b, IR_inc_f, sz, d, x);
        defined(g, FL_ALL & ~FL_C, 0);
        break;
    case 4:
        ir_op2(g->b, IR_dec_f, sz, d, x);
        defined(g, FL_ALL & ~FL_C, 0);
        break;
    default:
        ir_op2(g->b, IR_mov, sz, d, x);
    }
}

static void gen_compare(Gen *g)
{
    IRSize sz = any_size(g);

    if (below(g, 3)) {
        ir_op2(g->b, IR_cmp_f, sz, source(g), source(g));
        defined(g, FL_ALL, 0);
    } else {
        ir_op2(g->b, IR_test_f, sz, source(g), source(g));
        defined(g, FL_ALL, FL_A);
    }
}

static void gen_move(Gen *g)
{
    IRSize sz = any_size(g);
    unsigned ofs, len;
    IROp *op;

    switch (below(g, 8)) {
    case 0:
        ir_op2(g->b, IR_zext, below(g, 3), dest(g, SZ64), source(g));
        break;
    case 1:
        sz = SZ16 + below(g, 3);
        op = ir_op2(g->b, IR_sext, below(g, sz), dest(g, sz), source(g));
        op->aux = sz;
        break;
    case 2:
    case 3:
        ofs = below(g, 2) ? 8 * below(g, 8) : below(g, 63);
        len = below(g, 2) && ofs <= 48 ? 8 << below(g, 2) : 1 + below(g, 64 - ofs);
        if (below(g, 2)) {
            ir_op2(g->b, IR_extract, SZ64, dest(g, SZ64), source(g))->imm = ofs | len << 8;
        } else {
            IRVal x = global(g);

            ir_op3(g->b, IR_deposit, SZ64, below(g, 2) ? x : dest(g, SZ64), x,
                   source(g))->imm = ofs | len << 8;
        }
        break;
    case 4:
        ir_op2(g->b, IR_bswap, SZ32 + below(g, 2), dest(g, SZ64), global(g));
        break;
    case 5:
        op = ir_op3(g->b, IR_setcond, any_size(g), dest(g, SZ64), source(g), source(g));
        op->aux = below(g, CMP_TSTNE + 1);
        break;
    case 6:
        op = ir_emit(g->b, IR_movcond, any_size(g));
        op->a[1] = source(g);
        op->a[2] = source(g);
        op->a[3] = source(g);
        op->a[4] = source(g);
        op->a[0] = dest(g, SZ64);
        op->aux = below(g, CMP_TSTNE + 1);
        break;
    default:
        ir_op2(g->b, IR_mov, sz, dest(g, sz), source(g));
    }
}

static IRVal count(Gen *g)
{
    return below(g, 2) ? ir_const(g->b, below(g, 70)) : source(g);
}

static void gen_shift(Gen *g)
{
    static const IROpcode plain[] = { IR_shl, IR_shr, IR_sar, IR_rol, IR_ror };
    static const IROpcode flags[] = { IR_shl_f, IR_shr_f, IR_sar_f, IR_rol_f, IR_ror_f,
                                      IR_rcl_f, IR_rcr_f };
    IRSize sz = any_size(g);
    IRVal x = source(g), n = count(g);
    IRVal d = below(g, 2) && ir_kind(x) != IRK_CONST ? x : dest(g, sz);
    unsigned k = below(g, 2 * ARRAY_SIZE(flags));
    bool one = ir_kind(n) == IRK_CONST && (ir_const_value(g->b, n) & (sz == SZ64 ? 63 : 31)) == 1;

    if (k < ARRAY_SIZE(plain)) {
        ir_op3(g->b, plain[k], sz, d, x, n);
        return;
    }
    k %= ARRAY_SIZE(flags);
    if (k >= 5 && !(g->fl_known & FL_C)) {
        k = 0;
    }
    ir_op3(g->b, flags[k], sz, d, x, n);
    if (one && k < 3) {
        defined(g, FL_ALL, FL_A);
    } else if (ir_kind(n) != IRK_CONST || k >= 3) {
        /* what a zero count keeps may be known, the rest is not */
        defined(g, 0, one ? 0 : k >= 3 ? FL_O : FL_A | FL_O | (sz < SZ32 ? FL_C : 0));
        if (ir_kind(n) != IRK_CONST || !one) {
            g->fl_known &= ~(k >= 3 ? FL_C | FL_O : 0u);
        }
    } else if ((ir_const_value(g->b, n) & (sz == SZ64 ? 63 : 31)) != 0) {
        defined(g, FL_ALL, FL_A | FL_O | (sz < SZ32 ? FL_C : 0));
    }
}

static void gen_wide(Gen *g)
{
    IRSize sz = big_size(g);
    IROp *op;
    IRVal t;

    switch (below(g, 7)) {
    case 0:
        ir_op4(g->b, IR_mulu2 + below(g, 2), sz, global(g), global(g), source(g), source(g));
        break;
    case 1:
        ir_op4(g->b, IR_mulu2_f, sz, global(g), global(g), source(g), source(g));
        defined(g, FL_C | FL_O, FL_S | FL_Z | FL_A | FL_P);
        break;
    case 2:
        two_operands(g, IR_imul_f, word_size(g));
        defined(g, FL_C | FL_O, FL_S | FL_Z | FL_A | FL_P);
        break;
    case 3:
        ir_op3(g->b, below(g, 2) ? IR_clz : IR_ctz, sz, dest(g, SZ64), source(g), source(g));
        break;
    case 4:
        ir_op2(g->b, IR_popcnt_f, sz, dest(g, sz), source(g));
        defined(g, FL_ALL, 0);
        break;
    case 5:
        /* hi:lo with hi 0 and a divisor that is not: never a fault */
        t = ir_temp(g->b, SZ64);
        ir_op3(g->b, IR_or, SZ64, t, source(g), ir_const(g->b, 1));
        op = ir_emit(g->b, IR_divu2, sz);
        op->a[0] = global(g);
        op->a[1] = global(g);
        op->a[2] = source(g);
        op->a[3] = ir_const(g->b, 0);
        op->a[4] = t;
        g->fl_known = 0;
        break;
    default:
        ir_op3(g->b, IR_bsf_f, sz, global(g), global(g), source(g));
        defined(g, FL_Z, FL_ALL & ~FL_Z);
    }
}

static void gen_bits(Gen *g)
{
    IRSize sz = word_size(g);
    IRVal x = global(g), y = source(g);

    switch (below(g, 5)) {
    case 0:
        ir_op2(g->b, IR_bt_f, sz, x, y);
        break;
    case 1:
        ir_op3(g->b, IR_bts_f, sz, x, x, y);
        break;
    case 2:
        ir_op3(g->b, IR_btr_f, sz, dest(g, sz), x, y);
        break;
    case 3:
        ir_op3(g->b, IR_btc_f, sz, x, x, y);
        break;
    default:
        ir_op4(g->b, below(g, 2) ? IR_shld_f : IR_shrd_f, big_size(g), x, x, source(g),
               ir_const(g->b, 1 + below(g, 31)));
        defined(g, FL_ALL, FL_A | FL_O);
        return;
    }
    defined(g, FL_C, FL_ALL & ~(FL_C | FL_Z));
}

static bool known_cond(Gen *g, unsigned cc)
{
    return !(ir_cond_uses(cc) & ~g->fl_known);
}

static void gen_flag_use(Gen *g)
{
    unsigned cc = below(g, 16);
    IRSize sz;
    IROp *op;

    switch (below(g, 5)) {
    case 0:
        if (known_cond(g, cc)) {
            sz = below(g, 2) ? SZ8 : SZ64;
            ir_op1(g->b, IR_setcc_f, sz, sz == SZ8 ? global(g) : dest(g, SZ64))->aux = cc;
        }
        break;
    case 1:
        if (known_cond(g, cc)) {
            sz = word_size(g);
            op = ir_op3(g->b, IR_cmov_f, sz, dest(g, sz), source(g), source(g));
            op->aux = cc;
        }
        break;
    case 2:
        if (g->fl_known == FL_ALL) {
            ir_op1(g->b, IR_flags_get, SZ64, dest(g, SZ64));
        }
        break;
    case 3:
        if (below(g, 2)) {
            ir_op1(g->b, IR_flags_set, SZ64, source(g));
            defined(g, FL_ALL, 0);
        } else {
            ir_op1(g->b, IR_flags_sahf, SZ64, source(g));
            defined(g, FL_ALL & ~FL_O, 0);
        }
        break;
    default:
        op = ir_op1(g->b, IR_cf_set, SZ64, ir_const(g->b, below(g, 2)));
        op->imm = g->fl_known & FL_C && below(g, 2) ? 2 : 0;
        defined(g, FL_C, 0);
    }
}

/*
 * An address inside RAM: r15 plus a masked register plus a displacement. Now and then it is
 * split over base, index and segment, or crosses a page.
 */
static IRMem address(Gen *g, IRSize sz, unsigned align)
{
    IRVal t = ir_temp(g->b, SZ64);
    uint64_t disp = below(g, 3) ? below(g, 256) : 0;
    IRMem m = { .asz = SZ64, .sz = sz, .base = HR(15) };

    switch (below(g, 4)) {
    case 0:
        m.disp = below(g, RAM_SIZE - 64);
        break;
    case 1:
        ir_op3(g->b, IR_and, SZ64, t, global(g), ir_const(g->b, 0xfff));
        m.index = t;
        m.scale = below(g, 3);
        m.disp = disp;
        break;
    case 2:
        ir_op3(g->b, IR_and, SZ64, t, global(g), ir_const(g->b, 0x3fff));
        ir_op3(g->b, IR_add, SZ64, t, t, HR(15));
        m.base = t;
        m.disp = disp;
        break;
    default:
        ir_op3(g->b, IR_and, SZ64, t, global(g), ir_const(g->b, 0x3fff));
        m.base = t;
        m.seg = ir_global(H_SEG);
        m.asz = SZ32;
        m.disp = disp;
    }
    if (align) {
        m.base = HR(15);
        m.index = m.seg = IR_NONE;
        m.asz = SZ64;
        m.disp = ROUND_DOWN(below(g, RAM_SIZE - 64), 1 << align);
        m.align = align;
    }
    return m;
}

static void gen_memory(Gen *g)
{
    static const uint8_t alu[] = { RMW_ADD, RMW_OR, RMW_AND, RMW_SUB, RMW_XOR, RMW_NEG, RMW_NOT,
                                   RMW_INC, RMW_DEC };
    IRSize sz = any_size(g);
    IRMem m = address(g, sz, 0);
    IRVal t;
    IROp *op;

    m.lock = below(g, 4) == 0;
    switch (below(g, 9)) {
    case 0:
        m.lock = 0;
        m.sign = below(g, 2);
        m.bswap = below(g, 4) == 0;
        ir_ld(g->b, dest(g, SZ64), MAX(sz, SZ32 + below(g, 2)), &m);
        break;
    case 1:
        m.lock = 0;
        t = ir_temp(g->b, SZ64); /* folds into the next op */
        ir_ld(g->b, t, MAX(sz, SZ32), &m);
        if (below(g, 2)) {
            ir_op3(g->b, IR_add_f + 2 * below(g, 2), sz, global(g), global(g), t);
        } else {
            ir_op2(g->b, IR_cmp_f, sz, t, source(g));
        }
        defined(g, FL_ALL, 0);
        break;
    case 2:
    case 3:
        m.lock = 0;
        m.bswap = below(g, 4) == 0;
        ir_st(g->b, source(g), &m);
        break;
    case 4:
        op = ir_memop(g->b, IR_rmw_f, &m);
        op->aux = alu[below(g, ARRAY_SIZE(alu))];
        op->a[0] = op->aux < RMW_INC ? source(g) : ir_const(g->b, 0);
        if (op->aux == RMW_INC || op->aux == RMW_DEC) {
            defined(g, FL_ALL & ~FL_C, 0);
        } else if (op->aux != RMW_NOT) {
            defined(g, FL_ALL, op->aux == RMW_OR || op->aux == RMW_AND || op->aux == RMW_XOR
                                   ? FL_A : 0);
        }
        break;
    case 5:
        op = ir_memop(g->b, IR_xchg, &m);
        op->a[1] = source(g);
        op->a[0] = global(g);
        break;
    case 6:
        op = ir_memop(g->b, IR_xadd_f, &m);
        op->a[1] = source(g);
        op->a[0] = global(g);
        defined(g, FL_ALL, 0);
        break;
    case 7:
        op = ir_memop(g->b, IR_cmpxchg_f, &m);
        op->a[0] = op->a[1] = global(g);
        op->a[2] = source(g);
        defined(g, FL_ALL, 0);
        break;
    default:
        m = address(g, SZ64 + (sz & 1), 3 + (sz & 1));
        m.sz = sz & 1 ? SZ128 : SZ64;
        m.lock = below(g, 2);
        op = ir_memop(g->b, IR_cmpxchg2_f, &m);
        op->sz = sz & 1 ? SZ64 : SZ32;
        op->a[0] = op->a[2] = HR(0);
        op->a[1] = op->a[3] = HR(2);
        op->a[4] = HR(3);
        op->a[5] = HR(1);
        defined(g, FL_Z, 0);
    }
}

/* A few accesses off base or a copy of it, which moves by constants in between. */
static void gen_window_access(Gen *g, IRVal base, IRVal alias)
{
    IRSize sz = any_size(g);
    IRMem m = { .asz = SZ64, .sz = sz, .base = below(g, 2) ? base : alias,
                .disp = (int)below(g, 80) - 40 };
    IRVal t;
    IROp *op;

    switch (below(g, 7)) {
    case 0:
        ir_st(g->b, source(g), &m);
        break;
    case 1:
        ir_op3(g->b, IR_sub, SZ64, base, base, ir_const(g->b, 8));
        break;
    case 2:
        ir_op3(g->b, IR_add_f, SZ64, base, base, ir_const(g->b, 8));
        defined(g, FL_ALL, 0);
        break;
    case 3:
        t = ir_temp(g->b, SZ64);
        ir_ld(g->b, t, MAX(sz, SZ32), &m);
        ir_op2(g->b, IR_cmp_f, sz, t, source(g));
        defined(g, FL_ALL, 0);
        break;
    case 4:
        op = ir_memop(g->b, IR_rmw_f, &m);
        op->aux = RMW_SUB;
        op->a[0] = source(g);
        defined(g, FL_ALL, 0);
        break;
    case 5:
        t = ir_temp(g->b, SZ64);
        ir_ld(g->b, t, SZ64, &m);
        ir_op2(g->b, IR_mov, SZ64, HR(below(g, 3)), t);
        break;
    default:
        ir_ld(g->b, HR(below(g, 5)), MAX(sz, SZ32), &m);
    }
}

/* Pushes, pops and fields off one base: what page windows are made of. */
static void gen_window(Gen *g)
{
    IRVal base = HR(13 + below(g, 2)), alias = base;

    ir_op3(g->b, IR_and, SZ64, base, base, ir_const(g->b, 0x4fff - 0x1000 * below(g, 2)));
    ir_op3(g->b, IR_add, SZ64, base, base, HR(15));
    ir_op3(g->b, IR_add, SZ64, base, base, ir_const(g->b, 256));
    if (below(g, 2)) {
        alias = HR(5);
        ir_op2(g->b, IR_mov, SZ64, alias, base);
    }
    for (unsigned n = 2 + below(g, 7); n; n--) {
        gen_window_access(g, base, alias);
    }
}

/* Vectors: PADDB, PXOR, ADDPS and friends with registers and memory, both encodings. */
static void gen_vector(Gen *g)
{
    static const struct { uint8_t pfx, opc; } insns[] = {
        { 0x66, 0xfc }, { 0x66, 0xef }, { 0, 0x58 }, { 0x66, 0x59 }, { 0x66, 0x6c }, { 0, 0x14 },
    };
    unsigned k = below(g, ARRAY_SIZE(insns));
    IRHostInsn *hi;
    IROp *op;

    if (below(g, 4) == 0) {
        ir_op2(g->b, IR_vmov, below(g, 2) ? SZ128 : SZ256, HV(below(g, 16)),
                    HV(below(g, 16)));
        return;
    }
    hi = ir_host_insn(g->b);
    hi->map = 1;
    hi->pfx = insns[k].pfx;
    hi->opc = insns[k].opc;
    hi->reg_w = 1;
    hi->reg_c = HC_VEC;
    hi->vex = below(g, 2);
    hi->vex_l = hi->vex && below(g, 2);
    hi->clears_hi = hi->vex;
    hi->reg_r = !hi->vex;
    hi->vvvv_c = hi->vex ? HC_VEC : HC_NONE;
    if (below(g, 2)) {
        hi->rm_c = HC_VEC;
        op = ir_emit(g->b, IR_host, hi->vex_l ? SZ256 : SZ128);
        op->a[2] = HV(below(g, 16));
    } else {
        IRMem m = address(g, hi->vex_l ? SZ256 : SZ128, hi->vex ? 0 : 4);

        op = ir_memop(g->b, IR_host_mem, &m);
    }
    op->a[0] = HV(below(g, 16));
    if (hi->vex) {
        op->a[1] = HV(below(g, 16));
    }
    op->hi = hi;
}

static uint64_t helper_mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    __asm__ volatile("pxor %%xmm1, %%xmm1; movq $-1, %%r8; movq %%r8, %%r11"
                     : : : "r8", "r11", "xmm1");
    return a + 3 * b + 5 * c + 7 * d + 11 * e + 13 * f;
}

static uint64_t helper_state(HostEnv *env, uint64_t a)
{
    env->r[3] ^= a;
    env->vec[2][7] ^= a;
    env->r[12] += env->r[1];
    return env->r[0] + env->trans.flags;
}

static void gen_call(Gen *g)
{
    static const IRHelper mix = { "mix", helper_mix, 0 };
    static const IRHelper state = { "state", helper_state,
                                    HELPER_READS_STATE | HELPER_WRITES_STATE };
    IRVal args[6];

    if (below(g, 2)) {
        for (unsigned n = 0; n < 6; n++) {
            args[n] = source(g);
        }
        ir_call(g->b, &mix, dest(g, SZ64), 6, args);
    } else {
        args[0] = IR_ENV;
        args[1] = source(g);
        ir_call(g->b, &state, IR_NONE, 2, args);
    }
}

static void gen_op(Gen *g)
{
    static void (*const kinds[])(Gen *) = {
        gen_arith, gen_arith, gen_unary, gen_compare, gen_move, gen_move, gen_shift, gen_wide,
        gen_bits, gen_flag_use, gen_flag_use, gen_memory, gen_memory, gen_window, gen_vector,
        gen_call,
    };
    unsigned n = below(g, ARRAY_SIZE(kinds) + (below(g, 4) == 0 ? 0 : -1));

    kinds[n](g);
}

/* A stretch without labels; temporaries may live into the next one. */
static void gen_stretch(Gen *g, unsigned n)
{
    while (n--) {
        ir_insn_start(g->b, g->b->pc + g->b->nb_ops);
        gen_op(g);
    }
}

static void gen_exit(Gen *g, unsigned slot)
{
    uint64_t pc = 0x1000 + below(g, 5) * 0x123;

    g->exit_known &= g->fl_known;

    switch (below(g, 4)) {
    case 0:
    case 1:
        ir_exit_tb(g->b, pc, slot, below(g, 2));
        break;
    case 2:
        ir_exit_jc(g->b, source(g));
        break;
    default:
        ir_exit_loop(g->b, pc);
    }
}

static void gen_block(Gen *g, unsigned len)
{
    unsigned labels[3], nb = g->branchy ? 1 + below(g, 3) : 0, counter = 0;
    unsigned safe_temps = ARRAY_SIZE(g->temps); /* written on every path */

    g->b->pc = 0xffffffff81000000;
    g->fl_known = g->exit_known = FL_ALL;
    for (unsigned n = 0; n < nb; n++) {
        labels[n] = ir_label_new(g->b);
    }
    for (unsigned n = 0; n < nb; n++) {
        unsigned cc = below(g, 16), to = labels[n + below(g, nb - n)];

        gen_stretch(g, 1 + below(g, len));
        safe_temps = MIN(safe_temps, g->nb_temps);
        if (below(g, 2) && known_cond(g, cc)) {
            ir_br_cc(g->b, cc, to);
        } else {
            ir_brcond(g->b, any_size(g), below(g, CMP_TSTNE + 1), source(g), source(g), to);
        }
        gen_stretch(g, below(g, len));
        if (below(g, 2)) {
            gen_exit(g, 0);
            counter++;
        }
        ir_label(g->b, labels[n]);
        g->fl_known = 0; /* may come from elsewhere */
        g->nb_temps = MIN(g->nb_temps, safe_temps);
        if (counter) {
            break;
        }
    }
    for (unsigned n = 0; n < nb; n++) {
        bool placed = false;

        for (unsigned i = 0; i < g->b->nb_ops; i++) {
            placed |= g->b->ops[i].op == IR_label && g->b->ops[i].imm == labels[n];
        }
        if (!placed) {
            ir_label(g->b, labels[n]);
        }
    }
    gen_stretch(g, 1 + below(g, len));
    gen_exit(g, 1);
}

static void fill(HostEnv *env, uint64_t seed)
{
    Gen g = { .seed = seed | 1 };

    for (unsigned n = 0; n < 15; n++) {
        env->r[n] = number(&g);
    }
    env->r[15] = RAM_BASE;
    env->seg = RAM_BASE;
    for (unsigned n = 0; n < sizeof(env->vec); n++) {
        ((uint8_t *)env->vec)[n] = (n & 3) == 3 ? 0x3f : rnd(&g);
    }
    for (unsigned n = 0; n < RAM_SIZE; n += 8) {
        uint64_t v = number(&g);

        memcpy(env->ram + n, &v, 8);
    }
    env->trans.flags = trans_flags_from_x86(rnd(&g));
}

static void show(const IRBlock *b, const HostCode *h, uint64_t seed)
{
    g_autoptr(GString) s = g_string_new("");
    const char *dump = g_getenv("HOST_RANDOM_DUMP"); /* file for the code that failed */

    ir_print(b, s);
    fprintf(stderr, "seed %#" PRIx64 "\n%s", seed, s->str);
    if (dump) {
        g_file_set_contents(dump, (const char *)h->code.rw, h->code.size, NULL);
    }
}

static bool same(const HostEnv *a, const HostEnv *b, uint32_t known)
{
    uint32_t fa = trans_flags_to_x86(a->trans.flags), fb = trans_flags_to_x86(b->trans.flags);
    bool ok = true;

    for (unsigned n = 0; n < 16; n++) {
        if (a->r[n] != b->r[n]) {
            fprintf(stderr, "r%u: %#" PRIx64 ", expected %#" PRIx64 "\n", n, a->r[n], b->r[n]);
            ok = false;
        }
        if (memcmp(a->vec[n], b->vec[n], 32)) {
            fprintf(stderr, "v%u differs\n", n);
            ok = false;
        }
    }
    for (unsigned n = 0; n < RAM_SIZE && ok; n++) {
        if (a->ram[n] != b->ram[n]) {
            fprintf(stderr, "memory differs at %#x\n", n);
            ok = false;
        }
    }
    if ((fa ^ fb) & known) {
        fprintf(stderr, "flags %#x, expected %#x, known %#x\n", fa, fb, known);
        ok = false;
    }
    return ok && a->trans.mxcsr == b->trans.mxcsr;
}

static void one(IRBlock *b, uint64_t seed, unsigned len, bool branchy)
{
    HostEnv *jit = host_env_new(), *ref = host_env_new();
    Gen g = { .b = b, .seed = seed, .branchy = branchy };
    uintptr_t r1, r2;
    HostCode h;
    bool ok;

    ir_block_reset(b);
    gen_block(&g, len);
    host_flush();
    fill(ref, seed);
    r2 = tcg_interp(b, ref, (void *)0x1000); /* before the optimiser has seen it */
    h = host_emit(b, (void *)0x1000);
    for (unsigned pass = 0; pass < 2; pass++) {
        /* The second time the TLB is warm. */
        fill(jit, seed);
        r1 = tcg_enter(jit, h.rx);
        ok = same(jit, ref, g.exit_known);
        if (r1 >= 0x1000 || (r1 & 7) >= TCG_EXIT_LOOP) {
            if ((r2 & 7) < 2 && (r1 & 7) == TCG_EXIT_MISS) {
                r1 = (r1 & ~7ul) | (r2 & 7); /* an exit to another page that missed */
            }
            ok &= (r1 & 7) == (r2 & 7);
        }
        if ((r2 & 7) != TCG_EXIT_LOOP) {
            ok &= jit->pc == ref->pc;
        } else {
            ok &= jit->trans.scratch[0] == ref->trans.scratch[0];
        }
        if (!ok) {
            show(b, &h, seed);
            ck_abort_msg("backend and interpreter differ, pass %u: exits %#lx %#lx", pass,
                         (long)r1, (long)r2);
        }
    }
    host_env_free(jit);
    host_env_free(ref);
}

static unsigned rounds(void)
{
    const char *s = g_getenv("HOST_RANDOM_ROUNDS");

    return s ? strtoul(s, NULL, 0) : 3000;
}

static void run_many(uint64_t first, unsigned len, bool branchy)
{
    IRBlock *b = ir_block_new(&host_target);
    const char *s = g_getenv("HOST_RANDOM_SEED");

    if (s) {
        one(b, strtoull(s, NULL, 0), len, branchy);
    } else {
        for (unsigned n = 0; n < rounds(); n++) {
            one(b, first + n * UINT64_C(0x9e3779b97f4a7c15), len, branchy);
        }
    }
    ir_block_free(b);
}

START_TEST(test_short)
{
    run_many(0x1234567, 3, false);
}
END_TEST

START_TEST(test_long)
{
    run_many(0x89abcdef1, 30, false);
}
END_TEST

START_TEST(test_branches)
{
    run_many(0xfedcba987, 8, true);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host-random");
    TCase *tc = tcase_create("blocks");
    const char *only = g_getenv("HOST_RANDOM_TEST");
    const TTest *const tests[] = { test_short, test_long, test_branches };
    SRunner *sr;
    int failed;

    host_setup();
    tcase_set_timeout(tc, 300);
    for (unsigned n = 0; n < ARRAY_SIZE(tests); n++) {
        if (!only || strtoul(only, NULL, 0) == n) {
            tcase_add_test_raise_signal(tc, tests[n], 0);
        }
    }
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
