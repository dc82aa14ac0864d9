/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter: vector moves and re-encoded x86 instructions.
 *
 * A re-encoded instruction runs with fixed registers: ModRM.reg is xmm1 or r8, vvvv xmm2 or
 * r10, ModRM.rm xmm3, r9 or [rsi], the is4 register xmm4; implicit ones are themselves. MMX
 * registers are mm1 and mm2.
 * tcg_interp() has loaded the guest's MXCSR.
 */
#include "qemu/osdep.h"
#include "interp.h"

enum { THUNK_R8, THUNK_R9, THUNK_R10, THUNK_RAX, THUNK_RDX, THUNK_RCX };

static size_t encode_legacy(uint8_t *p, const IRHostInsn *hi, bool rex_r, bool rex_b)
{
    uint8_t *start = p;

    if (hi->pfx) {
        *p++ = hi->pfx;
    }
    if (hi->w || rex_r || rex_b) {
        *p++ = 0x40 | hi->w << 3 | rex_r << 2 | rex_b;
    }
    *p++ = 0x0f;
    if (hi->map == 2) {
        *p++ = 0x38;
    } else if (hi->map == 3) {
        *p++ = 0x3a;
    }
    return p - start;
}

static size_t encode_vex(uint8_t *p, const IRHostInsn *hi, bool rex_r, bool rex_b)
{
    unsigned pp = hi->pfx == 0x66 ? 1 : hi->pfx == 0xf3 ? 2 : hi->pfx == 0xf2 ? 3 : 0;
    unsigned vvvv = hi->vvvv_c == HC_VEC ? 2 : hi->vvvv_c == HC_GPR ? 10 : 0;

    p[0] = 0xc4;
    p[1] = !rex_r << 7 | 1 << 6 | !rex_b << 5 | hi->map;
    p[2] = hi->w << 7 | (~vvvv & 15) << 3 | hi->vex_l << 2 | pp;
    return 3;
}

/* Bytes of the instruction with the thunk's registers. */
static size_t encode(uint8_t *buf, const IRHostInsn *hi, bool mem)
{
    bool rex_r = !hi->reg_is_digit && hi->reg_c == HC_GPR;
    bool rex_b = !mem && hi->rm_c == HC_GPR;
    unsigned reg = hi->reg_is_digit ? hi->digit : hi->reg_c == HC_GPR ? 0 : 1;
    unsigned rm = mem ? 6 : hi->rm_c == HC_GPR ? 1 : hi->rm_c == HC_MMX ? 2 : 3;
    uint8_t *p = buf;

    p += hi->vex ? encode_vex(p, hi, rex_r, rex_b) : encode_legacy(p, hi, rex_r, rex_b);
    *p++ = hi->opc;
    *p++ = (mem ? 0 : 0xc0) | reg << 3 | rm;
    if (hi->is4_c != HC_NONE) {
        *p++ = 4 << 4 | (hi->imm & 15);
    } else if (hi->has_imm) {
        *p++ = hi->imm;
    }
    return p - buf;
}

static unsigned vector_bytes(Interp *in, IRVal v)
{
    return ir_kind(v) == IRK_TEMP ? 32 : 1 << in->b->target->globals[ir_index(v)].sz;
}

static void load_operand(Interp *in, IRHostClass c, IRVal v, InterpTemp *vec, uint64_t *gpr)
{
    if (ir_kind(v) == IRK_NONE) {
        return;
    }
    if (c == HC_VEC) {
        memcpy(vec, interp_place(in, v), vector_bytes(in, v));
    } else if (c == HC_GPR || c == HC_MMX) {
        *gpr = interp_get(in, v);
    }
}

static void store_operand(Interp *in, IRHostClass c, IRVal v, const InterpTemp *vec, uint64_t gpr)
{
    if (ir_kind(v) == IRK_NONE) {
        return;
    }
    if (c == HC_VEC) {
        memcpy(interp_place(in, v), vec, vector_bytes(in, v));
    } else if (c == HC_GPR || c == HC_MMX) {
        interp_put(in, v, SZ64, gpr);
    }
}

/* Where an operand of the class that is no vector goes: reg 0, rm 1. */
static uint64_t *scalar_place(InterpThunkRegs *r, IRHostClass c, unsigned which)
{
    return c == HC_MMX ? &r->mmx[which] : &r->gpr[which ? THUNK_R9 : THUNK_R8];
}

static void run_host(Interp *in, const IROp *op, void *mem)
{
    const IRHostInsn *hi = op->hi;
    IRHostClass implicit_vec = hi->implicit_xmm0 || hi->writes_xmm0 ? HC_VEC : HC_NONE;
    InterpThunkRegs r = { .uses_mmx = hi->reg_c == HC_MMX || hi->rm_c == HC_MMX };
    uint8_t insn[16];

    load_operand(in, hi->reg_c, op->a[0], &r.xmm[1], scalar_place(&r, hi->reg_c, 0));
    load_operand(in, hi->vvvv_c, op->a[1], &r.xmm[2], &r.gpr[THUNK_R10]);
    load_operand(in, hi->rm_c, op->a[2], &r.xmm[3], scalar_place(&r, hi->rm_c, 1));
    load_operand(in, hi->is4_c, op->a[3], &r.xmm[4], NULL);
    load_operand(in, implicit_vec, op->a[4], &r.xmm[0], NULL);
    load_operand(in, HC_GPR, op->a[5], NULL, &r.gpr[THUNK_RAX]);
    load_operand(in, HC_GPR, op->a[6], NULL, &r.gpr[THUNK_RDX]);

    interp_thunk_run(insn, encode(insn, hi, op->op == IR_host_mem), &r, mem);

    if (hi->reg_w) {
        store_operand(in, hi->reg_c, op->a[0], &r.xmm[1], *scalar_place(&r, hi->reg_c, 0));
    }
    if (hi->vvvv_w) {
        store_operand(in, hi->vvvv_c, op->a[1], &r.xmm[2], r.gpr[THUNK_R10]);
    }
    if ((hi->rm_w || hi->rm_rw) && op->op == IR_host) {
        store_operand(in, hi->rm_c, op->a[2], &r.xmm[3], *scalar_place(&r, hi->rm_c, 1));
    }
    if (hi->writes_xmm0) {
        store_operand(in, HC_VEC, op->a[4], &r.xmm[0], 0);
    }
    if (hi->uses_ecx) {
        store_operand(in, HC_GPR, op->a[7], NULL, (uint32_t)r.gpr[THUNK_RCX]);
    }
    if (hi->fl_def) {
        in->fl = (in->fl & ~(uint32_t)hi->fl_def) | (r.flags & hi->fl_def);
    }
}

static void op_host_mem(Interp *in, const IROp *op)
{
    const IRMem *m = &in->b->mems[op->mem - 1];

    if (op->hi->rm_w) {
        run_host(in, op, interp_mem_st(in, m, false));
        interp_mem_done(in);
    } else {
        run_host(in, op, interp_mem_ld(in, m));
    }
}

bool interp_vec_op(Interp *in, const IROp *op)
{
    switch (op->op) {
    case IR_vmov:
        memmove(interp_place(in, op->a[0]), interp_place(in, op->a[1]), 1 << op->sz);
        return true;
    case IR_vzero_hi:
        memset((char *)interp_place(in, op->a[0]) + 16, 0, 16);
        return true;
    case IR_host:
        run_host(in, op, NULL);
        return true;
    case IR_host_mem:
        op_host_mem(in, op);
        return true;
    default:
        return false;
    }
}
