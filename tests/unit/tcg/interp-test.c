/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter against the host: each arithmetic op runs with random and boundary operands
 * through tcg_interp() and as the x86 instruction itself; results and defined FLAGS agree.
 * Memory ops, control, calls and vector ops are checked against values written out.
 */
#include "ir-harness.h"
#include <check.h>

static IRBlock *b;
static TestEnv *env;
static uint64_t seed = 0x243f6a8885a308d3;

static void setup(void)
{
    b = ir_block_new(&test_target);
    env = test_env_new();
}

static void teardown(void)
{
    ir_block_free(b);
    test_env_free(env);
}

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Values where carries, signs and zero meet, or any. */
static uint64_t operand(void)
{
    static const uint64_t edges[] = {
        0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
        0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 31, 32, 63, 64,
    };
    uint64_t r = next_random();

    switch (r & 3) {
    case 0:
        return edges[(r >> 8) % ARRAY_SIZE(edges)];
    case 1:
        return (r >> 8) & 0xff;
    default:
        return next_random();
    }
}

static unsigned run_block(void)
{
    test_validate(b);
    return tcg_interp(b, env, NULL);
}

static void finish_and_run(void)
{
    ir_exit_loop(b, 5);
    ck_assert_uint_eq(run_block(), TCG_EXIT_LOOP);
    ck_assert_uint_eq(env->trans.scratch[0], 5);
}

#ifdef __x86_64__

/*
 * How an op looks as an instruction on rax (output, first input), rcx (second), rdx (third).
 */
typedef enum Form {
    RM_REG,     /* op rax, rcx with ModRM.rm = rax */
    REG_RM,     /* the same with ModRM.rm = rcx */
    RM_CL,      /* shift of rax by cl */
    RM_ONLY,    /* one operand, rax, in ModRM.rm */
    RM_RDX_CL,  /* SHLD and SHRD: rax, rdx, cl */
    REG_RM_RAX, /* one input: ModRM.reg = rax, rm = rax */
    VEX_NDS,    /* VEX: reg = rax, vvvv = rax, rm = rcx */
    VEX_RMV,    /* VEX: reg = rax, rm = rax, vvvv = rcx */
    VEX_NDD,    /* VEX: vvvv = rax, rm = rax, reg is a digit */
} Form;

enum { S8 = 1, S16 = 2, S32 = 4, S64 = 8, S_WORDS = S16 | S32 | S64, S_ALL = 15, S_BIG = 12 };

typedef struct Native {
    IROpcode op;
    Form form;
    uint8_t pfx, map, opc, digit; /* map 0: one byte, 1: 0F, 2: 0F38 */
    uint8_t sizes;
    uint32_t undef;  /* flags not compared */
    const char *cpu; /* feature it needs */
} Native;

#define UNDEF_LOGIC FL_A
#define UNDEF_MUL (FL_S | FL_Z | FL_A | FL_P)
#define UNDEF_BIT (FL_O | FL_S | FL_A | FL_P)
#define UNDEF_SCAN (FL_ALL & ~FL_Z)
#define UNDEF_COUNT (FL_O | FL_S | FL_A | FL_P)

static const Native natives[] = {
    { IR_add_f, RM_REG, 0, 0, 0x01, 0, S_ALL, 0, NULL },
    { IR_adc_f, RM_REG, 0, 0, 0x11, 0, S_ALL, 0, NULL },
    { IR_sub_f, RM_REG, 0, 0, 0x29, 0, S_ALL, 0, NULL },
    { IR_sbb_f, RM_REG, 0, 0, 0x19, 0, S_ALL, 0, NULL },
    { IR_and_f, RM_REG, 0, 0, 0x21, 0, S_ALL, UNDEF_LOGIC, NULL },
    { IR_or_f, RM_REG, 0, 0, 0x09, 0, S_ALL, UNDEF_LOGIC, NULL },
    { IR_xor_f, RM_REG, 0, 0, 0x31, 0, S_ALL, UNDEF_LOGIC, NULL },
    { IR_cmp_f, RM_REG, 0, 0, 0x39, 0, S_ALL, 0, NULL },
    { IR_test_f, RM_REG, 0, 0, 0x85, 0, S_ALL, UNDEF_LOGIC, NULL },
    { IR_neg_f, RM_ONLY, 0, 0, 0xf7, 3, S_ALL, 0, NULL },
    { IR_inc_f, RM_ONLY, 0, 0, 0xff, 0, S_ALL, 0, NULL },
    { IR_dec_f, RM_ONLY, 0, 0, 0xff, 1, S_ALL, 0, NULL },
    { IR_rol_f, RM_CL, 0, 0, 0xd3, 0, S_ALL, 0, NULL },
    { IR_ror_f, RM_CL, 0, 0, 0xd3, 1, S_ALL, 0, NULL },
    { IR_rcl_f, RM_CL, 0, 0, 0xd3, 2, S_ALL, 0, NULL },
    { IR_rcr_f, RM_CL, 0, 0, 0xd3, 3, S_ALL, 0, NULL },
    { IR_shl_f, RM_CL, 0, 0, 0xd3, 4, S_ALL, 0, NULL },
    { IR_shr_f, RM_CL, 0, 0, 0xd3, 5, S_ALL, 0, NULL },
    { IR_sar_f, RM_CL, 0, 0, 0xd3, 7, S_ALL, 0, NULL },
    { IR_shld_f, RM_RDX_CL, 0, 1, 0xa5, 0, S_WORDS, 0, NULL },
    { IR_shrd_f, RM_RDX_CL, 0, 1, 0xad, 0, S_WORDS, 0, NULL },
    { IR_imul_f, REG_RM, 0, 1, 0xaf, 0, S_WORDS, UNDEF_MUL, NULL },
    { IR_bt_f, RM_REG, 0, 1, 0xa3, 0, S_WORDS, UNDEF_BIT, NULL },
    { IR_bts_f, RM_REG, 0, 1, 0xab, 0, S_WORDS, UNDEF_BIT, NULL },
    { IR_btr_f, RM_REG, 0, 1, 0xb3, 0, S_WORDS, UNDEF_BIT, NULL },
    { IR_btc_f, RM_REG, 0, 1, 0xbb, 0, S_WORDS, UNDEF_BIT, NULL },
    { IR_bsf_f, REG_RM, 0, 1, 0xbc, 0, S_WORDS, UNDEF_SCAN, NULL },
    { IR_bsr_f, REG_RM, 0, 1, 0xbd, 0, S_WORDS, UNDEF_SCAN, NULL },
    { IR_lzcnt_f, REG_RM_RAX, 0xf3, 1, 0xbd, 0, S_WORDS, UNDEF_COUNT, "lzcnt" },
    { IR_tzcnt_f, REG_RM_RAX, 0xf3, 1, 0xbc, 0, S_WORDS, UNDEF_COUNT, "bmi" },
    { IR_popcnt_f, REG_RM_RAX, 0xf3, 1, 0xb8, 0, S_WORDS, 0, "popcnt" },
    { IR_adcx_f, REG_RM, 0x66, 2, 0xf6, 0, S_BIG, 0, "adx" },
    { IR_adox_f, REG_RM, 0xf3, 2, 0xf6, 0, S_BIG, 0, "adx" },
    { IR_andn_f, VEX_NDS, 0, 2, 0xf2, 0, S_BIG, FL_A | FL_P, "bmi" },
    { IR_blsi_f, VEX_NDD, 0, 2, 0xf3, 3, S_BIG, FL_A | FL_P, "bmi" },
    { IR_blsr_f, VEX_NDD, 0, 2, 0xf3, 1, S_BIG, FL_A | FL_P, "bmi" },
    { IR_blsmsk_f, VEX_NDD, 0, 2, 0xf3, 2, S_BIG, FL_A | FL_P, "bmi" },
    { IR_bzhi_f, VEX_RMV, 0, 2, 0xf5, 0, S_BIG, FL_A | FL_P, "bmi2" },
    { IR_bextr_f, VEX_RMV, 0, 2, 0xf7, 0, S_BIG, FL_A | FL_P | FL_S, "bmi" },
    { IR_pdep, VEX_NDS, 0xf2, 2, 0xf5, 0, S_BIG, 0, "bmi2" },
    { IR_pext, VEX_NDS, 0xf3, 2, 0xf5, 0, S_BIG, 0, "bmi2" },
    { IR_not, RM_ONLY, 0, 0, 0xf7, 2, S_ALL, 0, NULL },
    { IR_crc32, REG_RM, 0xf2, 2, 0xf1, 0, S_ALL, 0, "sse4.2" },
};

static bool host_has(const char *cpu)
{
    return !cpu || (!strcmp(cpu, "lzcnt") ? __builtin_cpu_supports("lzcnt") :
                    !strcmp(cpu, "bmi") ? __builtin_cpu_supports("bmi") :
                    !strcmp(cpu, "bmi2") ? __builtin_cpu_supports("bmi2") :
                    !strcmp(cpu, "popcnt") ? __builtin_cpu_supports("popcnt") :
                    !strcmp(cpu, "adx") ? __builtin_cpu_supports("adx") :
                    !strcmp(cpu, "sse4.2") ? __builtin_cpu_supports("sse4.2") : 0);
}

typedef struct Regs {
    uint64_t rax, rcx, rdx, flags;
} Regs;

static uint8_t *put_vex(uint8_t *p, const Native *n, IRSize sz, unsigned vvvv)
{
    *p++ = 0xc4;
    *p++ = 0xe0 | n->map;
    *p++ = (sz == SZ64) << 7 | (~vvvv & 15) << 3 | (n->pfx == 0xf2 ? 3 : n->pfx == 0xf3 ? 2 : 0);
    *p++ = n->opc;
    return p;
}

static uint8_t *put_instruction(uint8_t *p, const Native *n, IRSize sz)
{
    static const uint8_t modrms[] = {
        [RM_REG] = 0xc8, [REG_RM] = 0xc1, [RM_CL] = 0xc0, [RM_ONLY] = 0xc0, [RM_RDX_CL] = 0xd0,
        [REG_RM_RAX] = 0xc0, [VEX_NDS] = 0xc1, [VEX_RMV] = 0xc0, [VEX_NDD] = 0xc0,
    };

    if (n->form >= VEX_NDS) {
        p = put_vex(p, n, sz, n->form == VEX_RMV ? 1 : 0);
    } else {
        if (sz == SZ16) {
            *p++ = 0x66;
        }
        if (n->pfx) {
            *p++ = n->pfx;
        }
        if (sz == SZ64) {
            *p++ = 0x48;
        }
        if (n->map) {
            *p++ = 0x0f;
        }
        if (n->map == 2) {
            *p++ = 0x38;
        }
        *p++ = n->opc - (sz == SZ8);
    }
    *p++ = modrms[n->form] | n->digit << 3;
    return p;
}

/* A function that loads Regs from rdi, runs the instruction and stores them. */
static void assemble(uint8_t *p, const Native *n, IRSize sz)
{
    static const uint8_t before[] = {
        0xff, 0x77, 0x18, 0x9d,       /* push [rdi+24]; popfq */
        0x48, 0x8b, 0x07,             /* mov rax, [rdi] */
        0x48, 0x8b, 0x4f, 0x08,       /* mov rcx, [rdi+8] */
        0x48, 0x8b, 0x57, 0x10,       /* mov rdx, [rdi+16] */
    };
    static const uint8_t after[] = {
        0x48, 0x89, 0x07, 0x9c, 0x8f, 0x47, 0x18, /* mov [rdi], rax; pushfq; pop [rdi+24] */
        0xfc, 0xc3,
    };

    memcpy(p, before, sizeof(before));
    p = put_instruction(p + sizeof(before), n, sz);
    memcpy(p, after, sizeof(after));
}

/* Counts above the operand leave 16-bit double shifts and narrow rotates' flags undefined. */
static uint32_t undefined_flags(const Native *n, IRSize sz, uint64_t count)
{
    unsigned c = count & (sz == SZ64 ? 63 : 31), bits = 8 << sz;

    switch (n->op) {
    case IR_shl_f: case IR_shr_f: case IR_sar_f:
        return c == 0 ? 0 : FL_A | (c > 1 ? FL_O : 0) |
               (c >= bits && n->op != IR_sar_f ? FL_C : 0);
    case IR_rol_f: case IR_ror_f: case IR_rcl_f: case IR_rcr_f:
        return c == 1 ? 0 : FL_O;
    case IR_shld_f: case IR_shrd_f:
        return c == 0 ? 0 : c > bits ? FL_ALL : FL_A | (c > 1 ? FL_O : 0);
    default:
        return n->undef;
    }
}

static void build_op(const Native *n, IRSize sz)
{
    const IROpInfo *info = &ir_op_info[n->op];
    IROp *op;

    ir_block_reset(b);
    op = ir_emit(b, n->op, sz);
    for (unsigned i = 0; i < info->outs; i++) {
        op->a[i] = R(0);
    }
    for (unsigned i = 0; i < info->ins; i++) {
        op->a[info->outs + i] = R(i);
    }
    if (n->form == RM_RDX_CL) { /* a, fill, count */
        op->a[2] = R(2);
        op->a[3] = R(1);
    }
    ir_exit_loop(b, 0);
}

static void compare_op(const Native *n, IRSize sz, void (*native)(Regs *))
{
    static const char *const names[] = { "8", "16", "32", "64" };

    build_op(n, sz);
    for (unsigned i = 0; i < 3000; i++) {
        Regs in = { operand(), operand(), operand(), (next_random() & FL_ALL) | 0x202 }, out;
        uint32_t undef = undefined_flags(n, sz, in.rcx);

        env->r[0] = in.rax;
        env->r[1] = in.rcx;
        env->r[2] = in.rdx;
        env->trans.flags = trans_flags_from_x86(in.flags);
        out = in;
        native(&out);
        run_block();
        if (undef == FL_ALL && n->form == RM_RDX_CL) {
            continue; /* the result is undefined as well */
        }
        if (n->op == IR_bsf_f || n->op == IR_bsr_f) { /* makers differ: kept or cleared */
            uint64_t keep = sz == SZ32 && (uint32_t)in.rcx == 0 ? UINT32_MAX : UINT64_MAX;
            env->r[0] &= keep;
            out.rax &= keep;
        }
        ck_assert_msg(env->r[0] == out.rax,
                      "%s.%s(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 "): %#" PRIx64
                      ", host has %#" PRIx64, ir_op_info[n->op].name, names[sz], in.rax, in.rcx,
                      in.rdx, env->r[0], out.rax);
        ck_assert_msg(!((trans_flags_to_x86(env->trans.flags) ^ out.flags) & FL_ALL & ~undef),
                      "%s.%s(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ") flags %#x: %#x, host has "
                      "%#x", ir_op_info[n->op].name, names[sz], in.rax, in.rcx, in.rdx,
                      (unsigned)in.flags, trans_flags_to_x86(env->trans.flags),
                      (unsigned)out.flags);
    }
}

START_TEST(arithmetic_is_the_hosts)
{
    const Native *n = &natives[_i];
    uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(code, MAP_FAILED);
    if (!host_has(n->cpu)) {
        return;
    }
    for (IRSize sz = SZ8; sz <= SZ64; sz++) {
        if (n->sizes & 1 << sz) {
            ck_assert_int_eq(mprotect(code, 4096, PROT_READ | PROT_WRITE), 0);
            assemble(code, n, sz);
            ck_assert_int_eq(mprotect(code, 4096, PROT_READ | PROT_EXEC), 0);
            compare_op(n, sz, (void (*)(Regs *))(uintptr_t)code);
        }
    }
    munmap(code, 4096);
}
END_TEST

static uint64_t host_mul(bool sign, uint64_t a, uint64_t c, uint64_t *hi, uint64_t *flags)
{
    uint64_t lo = a;

    if (sign) {
        asm("imulq %3; pushfq; popq %2" : "+a"(lo), "=d"(*hi), "=r"(*flags) : "r"(c) : "cc");
    } else {
        asm("mulq %3; pushfq; popq %2" : "+a"(lo), "=d"(*hi), "=r"(*flags) : "r"(c) : "cc");
    }
    return lo;
}

START_TEST(wide_multiplication_is_the_hosts)
{
    for (unsigned sign = 0; sign < 2; sign++) {
        ir_block_reset(b);
        ir_op4(b, sign ? IR_muls2_f : IR_mulu2_f, SZ64, R(0), R(2), R(0), R(1));
        ir_exit_loop(b, 0);
        for (unsigned i = 0; i < 3000; i++) {
            uint64_t x = env->r[0] = operand(), y = env->r[1] = operand(), hi, lo, fl;

            lo = host_mul(sign, x, y, &hi, &fl);
            run_block();
            ck_assert_uint_eq(env->r[0], lo);
            ck_assert_uint_eq(env->r[2], hi);
            ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & (FL_C | FL_O),
                              fl & (FL_C | FL_O));
        }
    }
}
END_TEST

#endif

START_TEST(byte_multiplication_fills_sixteen_bits)
{
    IROp *op = ir_emit(b, IR_muls2_f, SZ8);

    op->a[0] = R(0);
    op->a[2] = R(0);
    op->a[3] = R(1);
    env->r[0] = 0x11111111111111fe;
    env->r[1] = 3;
    finish_and_run();
    ck_assert_uint_eq(env->r[0], 0x111111111111fffa);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & (FL_C | FL_O), 0);
}
END_TEST

static void make_divide(IROpcode opcode, IRSize sz)
{
    IROp *op;

    ir_block_reset(b);
    ir_insn_start(b, 0x77);
    op = ir_emit(b, opcode, sz);
    op->a[0] = R(0);
    op->a[2] = R(0);
    op->a[4] = R(1);
    if (sz != SZ8) {
        op->a[1] = op->a[3] = R(2);
    } else {
        op->a[1] = R(3);
    }
    ir_exit_loop(b, 0);
}

static bool divide_faults(uint64_t lo, uint64_t hi, uint64_t d)
{
    env->r[0] = lo;
    env->r[1] = d;
    env->r[2] = hi;
    env->pc = 0;
    if (setjmp(env->divide)) {
        ck_assert_uint_eq(env->pc, 0x77);
        ck_assert_uint_eq(env->r[0], lo);
        return true;
    }
    run_block();
    return false;
}

START_TEST(division_and_its_faults)
{
    make_divide(IR_divu2, SZ32);
    ck_assert(!divide_faults(7, 1, 0x10));
    ck_assert_uint_eq(env->r[0], 0x10000000);
    ck_assert_uint_eq(env->r[2], 7);
    ck_assert(divide_faults(0, 5, 5));
    ck_assert(divide_faults(1, 0, UINT64_C(0x100000000)));
    make_divide(IR_divs2, SZ64);
    ck_assert(!divide_faults(-7, -1, 2));
    ck_assert_uint_eq(env->r[0], (uint64_t)-3);
    ck_assert_uint_eq(env->r[2], (uint64_t)-1);
    ck_assert(divide_faults(UINT64_C(1) << 63, -1, -1));
    ck_assert(divide_faults(0, UINT64_C(1) << 63, -1));
    ck_assert(divide_faults(0, UINT64_C(1) << 62, 1));
    make_divide(IR_divs2, SZ8);
    ck_assert(!divide_faults(0xff81, 0, 1)); /* -127 / 1 */
    ck_assert_uint_eq(env->r[0] & 0xff, 0x81);
    ck_assert(divide_faults(0xff7f, 0, 1)); /* -129 / 1 */
    ck_assert(!divide_faults(0xff80, 0, 1));
}
END_TEST

START_TEST(narrow_results_merge_wide_ones_clear)
{
    env->r[0] = env->r[1] = env->r[2] = 0xaaaaaaaaaaaaaaaa;
    env->r[3] = 0x1122334455667788;
    ir_op2(b, IR_mov, SZ8, R(0), R(3));
    ir_op2(b, IR_mov, SZ16, R(1), R(3));
    ir_op2(b, IR_mov, SZ32, R(2), R(3));
    ir_op2(b, IR_sext, SZ8, R(4), R(3))->aux = SZ32;
    ir_op2(b, IR_extract, SZ64, R(5), R(3))->imm = 8 | 8 << 8;
    ir_op3(b, IR_deposit, SZ64, R(6), R(3), ir_const(b, 0xff))->imm = 8 | 8 << 8;
    ir_op2(b, IR_bswap, SZ32, R(7), R(3));
    finish_and_run();
    ck_assert_uint_eq(env->r[0], 0xaaaaaaaaaaaaaa88);
    ck_assert_uint_eq(env->r[1], 0xaaaaaaaaaaaa7788);
    ck_assert_uint_eq(env->r[2], 0x55667788);
    ck_assert_uint_eq(env->r[4], 0xffffff88);
    ck_assert_uint_eq(env->r[5], 0x77);
    ck_assert_uint_eq(env->r[6], 0x112233445566ff88);
    ck_assert_uint_eq(env->r[7], 0x88776655);
}
END_TEST

static IRMem at(int64_t disp, IRSize sz)
{
    return (IRMem){ .base = R(7), .disp = disp, .asz = SZ64, .sz = sz };
}

START_TEST(loads_and_stores)
{
    IRMem near = at(-8, SZ32), cross = at(4092, SZ64), m16;

    env->r[7] = 16;
    memcpy(env->ram + 8, "\x01\x02\x03\x84", 4);
    near.sign = 1;
    ir_ld(b, R(0), SZ64, &near);
    near.sign = 0;
    near.bswap = 1;
    ir_ld(b, R(1), SZ64, &near);
    cross.disp -= 16;
    ir_st(b, R(2), &cross);
    ir_ld(b, R(3), SZ64, &cross);
    /* 16-bit addresses wrap before the segment base is added. */
    m16 = (IRMem){ .seg = ir_const(b, 0x100), .base = R(6), .index = R(7), .scale = 1,
                   .disp = 0x10, .asz = SZ16, .lin32 = 1, .sz = SZ8 };
    ir_ld(b, R(4), SZ32, &m16);
    env->r[2] = 0x1122334455667788;
    env->r[6] = 0xffff;
    env->ram[0x100 + 0x2f] = 0x5a;
    finish_and_run();
    ck_assert_uint_eq(env->r[0], 0xffffffff84030201);
    ck_assert_uint_eq(env->r[1], 0x01020384);
    ck_assert_uint_eq(env->r[3], env->r[2]);
    ck_assert_uint_eq(env->ram[4096], 0x44);
    ck_assert_uint_eq(env->r[4], 0x5a);
}
END_TEST

START_TEST(read_modify_write)
{
    IRMem m = at(0, SZ16), l = at(4095, SZ32);
    IROp *op;

    env->r[7] = 0;
    l.lock = 1;
    memcpy(env->ram, "\xff\x7f", 2);
    op = ir_memop(b, IR_rmw_f, &m);
    op->a[0] = ir_const(b, 1);
    op->aux = RMW_ADD;
    op = ir_memop(b, IR_xadd_f, &l);
    op->a[0] = op->a[1] = R(0);
    op = ir_memop(b, IR_rmwbt_f, &l);
    op->a[0] = ir_const(b, 33);
    op->aux = RMW_BTC;
    env->ram[4095] = 5;
    env->r[0] = 0x100;
    finish_and_run();
    ck_assert_int_eq(memcmp(env->ram, "\x00\x80", 2), 0);
    ck_assert_uint_eq(env->r[0], 5);
    ck_assert_int_eq(memcmp(env->ram + 4095, "\x07\x01", 2), 0);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & FL_C, 0);
}
END_TEST

START_TEST(compare_and_exchange)
{
    IRMem m = at(8, SZ32), pair = at(16, SZ64);
    IROp *op;

    m.lock = pair.lock = 1;
    op = ir_memop(b, IR_cmpxchg_f, &m);
    op->a[0] = op->a[1] = R(0);
    op->a[2] = R(1);
    op = ir_memop(b, IR_cmpxchg2_f, &pair);
    op->sz = SZ64;
    op->a[0] = op->a[2] = R(2);
    op->a[1] = op->a[3] = R(3);
    op->a[4] = R(4);
    op->a[5] = R(5);
    ir_exit_loop(b, 0);

    env->ram[8] = 9;
    env->r[0] = 0xffffffff00000009; /* equal in 32 bits: the accumulator is left alone */
    env->r[1] = 0x77;
    env->r[2] = 1; /* the pair differs: it is loaded */
    env->ram[16] = 2;
    env->ram[24] = 3;
    run_block();
    ck_assert_uint_eq(env->r[0], 0xffffffff00000009);
    ck_assert_uint_eq(env->ram[8], 0x77);
    ck_assert_uint_eq(env->r[2], 2);
    ck_assert_uint_eq(env->r[3], 3);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & FL_Z, 0);
    env->r[4] = 0x44;
    run_block();
    ck_assert_uint_eq(env->r[0], 0x77);
    ck_assert_uint_eq(env->ram[16], 0x44);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & FL_Z, FL_Z);
}
END_TEST

static uint64_t helper_sum(void *opaque, uint64_t x, uint64_t y)
{
    TestEnv *e = opaque;

    ck_assert_uint_eq(trans_flags_to_x86(e->trans.flags), FL_Z | FL_P);
    e->trans.flags = trans_flags_from_x86(FL_C);
    return x + y;
}

START_TEST(control_and_calls)
{
    static const IRHelper sum = { "sum", helper_sum, HELPER_ALL };
    unsigned loop = ir_label_new(b), out = ir_label_new(b);
    IRVal args[3] = { IR_ENV, R(1), ir_const(b, 100) };

    /* r1 = sum of r0 .. 1 */
    ir_label(b, loop);
    ir_brcond(b, SZ64, CMP_EQ, R(0), ir_const(b, 0), out);
    ir_op3(b, IR_add, SZ64, R(1), R(1), R(0));
    ir_op2(b, IR_dec_f, SZ64, R(0), R(0));
    ir_br(b, loop);
    ir_label(b, out);
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(0));
    ir_call(b, &sum, R(2), 3, args);
    ir_op1(b, IR_setcc_f, SZ32, R(3))->aux = CC_B;
    ir_op3(b, IR_cmov_f, SZ32, R(4), R(5), R(6))->aux = CC_E;
    ir_exit_tb(b, 0x1234, 1, true);
    env->r[0] = 10;
    env->r[6] = UINT64_C(0xf00000002);
    ck_assert_uint_eq(run_block(), 1);
    ck_assert_uint_eq(env->pc, 0x1234);
    ck_assert_uint_eq(env->r[1], 55);
    ck_assert_uint_eq(env->r[2], 155);
    ck_assert_uint_eq(env->r[3], 1);
    ck_assert_uint_eq(env->r[4], 2);
}
END_TEST

START_TEST(a_request_to_leave_is_seen_at_entry)
{
    b->pc = 0x4000;
    ir_op2(b, IR_mov, SZ64, R(0), R(1));
    ir_exit_loop(b, 1);
    env->r[1] = 5;
    env->trans.exit_request = 1;
    ck_assert_uint_eq(run_block(), TCG_EXIT_REQUESTED);
    ck_assert_uint_eq(env->pc, 0x4000);
    ck_assert_uint_eq(env->r[0], 0);
}
END_TEST

#ifdef __x86_64__

START_TEST(host_instructions_run_on_vector_registers)
{
    IRMem m = at(4088, SZ128);
    IRHostInsn *hi = ir_host_insn(b), *him = ir_host_insn(b), *cmp = ir_host_insn(b);
    IROp *op;

    /* paddd v1, v2 ; paddd v1, [cross] ; ucomiss v0, v2 */
    *hi = (IRHostInsn){ .map = 1, .pfx = 0x66, .opc = 0xfe, .reg_r = 1, .reg_w = 1,
                        .reg_c = HC_VEC, .rm_c = HC_VEC };
    *him = *hi;
    *cmp = (IRHostInsn){ .map = 1, .opc = 0x2e, .reg_r = 1, .reg_c = HC_VEC, .rm_c = HC_VEC,
                         .fl_def = FL_ALL };
    op = ir_op3(b, IR_host, SZ128, ir_global(T_V1), IR_NONE, ir_global(T_V2));
    op->hi = hi;
    op = ir_memop(b, IR_host_mem, &m);
    op->a[0] = ir_global(T_V1);
    op->hi = him;
    op = ir_op3(b, IR_host, SZ32, ir_global(T_V0), IR_NONE, ir_global(T_V2));
    op->hi = cmp;
    for (unsigned i = 0; i < 16; i++) {
        env->vec[1][i] = i;
        env->vec[2][i] = 1;
        env->ram[4088 + i] = 2;
    }
    env->vec[1][16] = 0x99; /* above 128 bits: kept */
    finish_and_run();
    for (unsigned i = 0; i < 16; i++) {
        ck_assert_uint_eq(env->vec[1][i], i + 3);
    }
    ck_assert_uint_eq(env->vec[1][16], 0x99);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags), FL_C); /* 0.0 < tiny */
    ck_assert_uint_eq(env->trans.mxcsr, 0x1f80);
}
END_TEST

START_TEST(x87_ops_use_the_guest_stack)
{
    IRMem m = at(0, SZ64), out = at(8, SZ64);
    double x = 2.5, y = 0;
    IROp *op;

    memcpy(env->ram, &x, 8);
    /* fld qword [0]; fadd st0, st0; fstp qword [8] */
    op = ir_memop(b, IR_x87_ldm, &m);
    op->imm = 0xdd | 0 << 8;
    ir_emit(b, IR_x87_top, SZ64)->imm = (uint64_t)-1;
    ir_emit(b, IR_x87_pop, SZ64)->imm = 0;
    ir_emit(b, IR_x87_push, SZ64)->imm = 0;
    ir_emit(b, IR_x87_exec, SZ64)->imm = 0xd8 | 0xc0 << 8;
    op = ir_memop(b, IR_x87_stm, &out);
    op->imm = 0xdd | 3 << 8;
    ir_emit(b, IR_x87_top, SZ64)->imm = 1;
    ir_op1(b, IR_x87_getsw, SZ64, R(0));
    env->r[0] = 0xffff;
    finish_and_run();
    memcpy(&y, env->ram + 8, 8);
    ck_assert(y == 5.0);
    ck_assert_uint_eq(env->fptop, 0);
    ck_assert_uint_eq(env->fptags[7], 1);
    ck_assert_uint_eq(env->r[0] & 0x3f, 0);
    ck_assert_uint_eq(env->trans.x87_live, 1);
}
END_TEST

#endif

int main(void)
{
    Suite *s = suite_create("interp");
    TCase *tc = tcase_create("interp");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
#ifdef __x86_64__
    tcase_add_loop_test(tc, arithmetic_is_the_hosts, 0, ARRAY_SIZE(natives));
    tcase_add_test(tc, wide_multiplication_is_the_hosts);
    tcase_add_test(tc, host_instructions_run_on_vector_registers);
    tcase_add_test(tc, x87_ops_use_the_guest_stack);
#endif
    tcase_add_test(tc, byte_multiplication_fills_sixteen_bits);
    tcase_add_test(tc, division_and_its_faults);
    tcase_add_test(tc, narrow_results_merge_wide_ones_clear);
    tcase_add_test(tc, loads_and_stores);
    tcase_add_test(tc, read_modify_write);
    tcase_add_test(tc, compare_and_exchange);
    tcase_add_test(tc, control_and_calls);
    tcase_add_test(tc, a_request_to_leave_is_seen_at_entry);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
