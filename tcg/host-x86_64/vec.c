/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vector moves and re-encoded instructions: the guest's own opcode with the registers that
 * the backend chose.
 *
 * Guest vectors are pinned in host registers of the same number, or lie in the CPU state. An
 * operand that is not in a register goes through xmm13..15, or is the memory operand where
 * the instruction's memory form means the same. MMX operands pass through mm1 and mm2; the
 * x87 tags they leave behind are cleaned by EMMS before anything else needs the x87.
 */
#include "qemu/osdep.h"
#include "host.h"

enum { MM_REG = 1, MM_RM = 2 };

void emms_if_dirty(Emit *e)
{
    if (e->mmx_dirty) {
        a_u8(&e->a, 0x0f);
        a_u8(&e->a, 0x77);
        e->mmx_dirty = false;
    }
}

static void reg_move(Asm *a, unsigned sz, unsigned d, unsigned s)
{
    switch (sz) {
    case SZ256:
        a_vex(a, (VexOp){ 1, 0, 0, 1, 0x28 }, d, 0, o_reg(s)); /* vmovaps ymm */
        break;
    case SZ128:
        a_insn(a, X_0F | 0x28, d, o_reg(s)); /* movaps keeps what is above */
        break;
    default:
        a_insn(a, X_0F | 0x10 | (sz == SZ64 ? X_F2 : X_F3), d, o_reg(s)); /* movsd, movss */
    }
}

/* d = a at size sz; bits above stay. */
void emit_vmov(Emit *e, const IROp *op)
{
    Opnd s = vec_rm(e, op->a[1]), d;
    unsigned r;

    if (ir_val_eq(op->a[0], op->a[1])) {
        return;
    }
    if (is_temp(op->a[0])) {
        r = vec_dst(e, op->a[0]);
        if (s.kind == O_MEM) {
            a_vmov_load(&e->a, r, s, MAX(op->sz, SZ128));
        } else {
            reg_move(&e->a, MAX(op->sz, SZ128), r, s.reg);
        }
        vec_put(e, op->a[0], r, op->sz == SZ256);
        return;
    }
    d = vec_rm(e, op->a[0]);
    if (s.kind == O_MEM) {
        if (d.kind == O_REG && op->sz >= SZ128) {
            a_vmov_load(&e->a, d.reg, s, op->sz);
            return;
        }
        s = o_reg(vec_val(e, op->a[1], SZ128 > op->sz ? SZ128 : op->sz));
    }
    if (d.kind == O_REG) {
        reg_move(&e->a, op->sz, d.reg, s.reg);
    } else if (op->sz >= SZ128) {
        a_vmov_store(&e->a, d, s.reg, op->sz);
    } else {
        a_insn(&e->a, X_0F | 0x11 | (op->sz == SZ64 ? X_F2 : X_F3), s.reg, d);
    }
}

/*
 * VZEROUPPER of the guest is 16 of these in a row: the first one is the host's VZEROUPPER,
 * which clears temporaries, too; none are in use then. The others have only memory to clear.
 */
static bool in_vzeroupper(Emit *e, const IROp *op, bool *first)
{
    const IROp *p = op, *start = e->b->ops, *end = start + e->b->nb_ops;

    while (p > start && p[-1].op == IR_vzero_hi) {
        p--;
    }
    *first = p == op;
    for (op = p; op < end && op->op == IR_vzero_hi; op++) {
    }
    return op - p == 16;
}

static bool vector_temps_live(const Emit *e)
{
    for (unsigned r = NB_VEC_PINS; r < 16; r++) {
        if (e->owner[r + 16]) {
            return true;
        }
    }
    return false;
}

void emit_vzero_hi(Emit *e, const IROp *op)
{
    Opnd d = vec_rm(e, op->a[0]);
    bool first;

    if (host_backend.nb_vecs == NB_VEC_PINS && in_vzeroupper(e, op, &first) &&
        !vector_temps_live(e)) {
        if (first) {
            a_u8(&e->a, 0xc5);
            a_u8(&e->a, 0xf8);
            a_u8(&e->a, 0x77);
        }
        if (d.kind == O_REG) {
            return;
        }
    }
    if (d.kind == O_REG) {
        a_vex(&e->a, (VexOp){ 1, 0, 0, 0, 0x28 }, d.reg, 0, d); /* vmovaps xmm clears above */
    } else {
        unsigned r = vec_alloc(e);

        a_insn(&e->a, X_0F | 0x57, r, o_reg(r));
        d.disp += 16;
        a_vmov_store(&e->a, d, r, SZ128);
    }
}

/* Operands of one re-encoded instruction, resolved. */
typedef struct HostRegs {
    unsigned reg, vvvv, is4;
    Opnd rm;
} HostRegs;

static unsigned vec_size(const IRHostInsn *hi)
{
    return hi->vex && (hi->vex_l || hi->clears_hi) ? SZ256 : SZ128;
}

static unsigned gpr_size(const IRHostInsn *hi)
{
    return hi->w ? SZ64 : SZ32;
}

static void mmx_load(Emit *e, unsigned mm, IRVal v)
{
    Opnd o = val_rm(e, v, SZ64);

    a_insn(&e->a, X_0F | (o.kind == O_REG ? 0x6e | X_W : 0x6f), mm, o);
}

static void mmx_store(Emit *e, unsigned mm, IRVal v)
{
    Opnd o;

    if (ir_kind(v) == IRK_GLOBAL && (o = val(e, v)).kind == O_MEM) {
        a_insn(&e->a, X_0F | 0x7f, mm, o);
    } else {
        unsigned r = dst_reg(e, v, SZ64);

        a_insn(&e->a, X_0F | X_W | 0x7e, mm, o_reg(r));
        dst_put(e, v, SZ64, r);
    }
}

/* ModRM.reg: destination, source or both. */
static unsigned resolve_reg(Emit *e, const IROp *op)
{
    const IRHostInsn *hi = op->hi;
    IRVal v = op->a[0];

    if (hi->reg_is_digit) {
        return hi->digit;
    }
    switch (hi->reg_c) {
    case HC_VEC:
        return hi->reg_r || !hi->reg_w ? vec_val(e, v, vec_size(hi)) : vec_dst(e, v);
    case HC_GPR:
        if (!hi->reg_w) {
            return val_reg(e, v, gpr_size(hi));
        }
        return hi->reg_r ? val_copy(e, v, gpr_size(hi), NO_REG) : dst_reg(e, v, SZ64);
    case HC_MMX:
        if (hi->reg_r) {
            mmx_load(e, MM_REG, v);
        }
        return MM_REG;
    default:
        return 0;
    }
}

static Opnd resolve_rm(Emit *e, const IROp *op)
{
    const IRHostInsn *hi = op->hi;
    IRVal v = op->a[2];
    Opnd o;

    switch (hi->rm_c) {
    case HC_VEC:
        o = vec_rm(e, v);
        if (o.kind == O_MEM && (hi->rm_reg_only || hi->rm_w || hi->rm_rw || is_temp(v))) {
            o = o_reg(vec_val(e, v, vec_size(hi)));
        }
        return o;
    case HC_GPR:
        if (hi->rm_w) {
            return o_reg(dst_reg(e, v, SZ64));
        }
        if (hi->rm_rw) {
            return o_reg(val_copy(e, v, gpr_size(hi), NO_REG));
        }
        return hi->rm_reg_only ? o_reg(val_reg(e, v, gpr_size(hi))) : val_rm(e, v, gpr_size(hi));
    case HC_MMX:
        mmx_load(e, MM_RM, v);
        return o_reg(MM_RM);
    default:
        g_assert_not_reached();
    }
}

static unsigned resolve_vvvv(Emit *e, const IROp *op)
{
    switch (op->hi->vvvv_c) {
    case HC_VEC:
        return op->hi->vvvv_w ? vec_dst(e, op->a[1]) : vec_val(e, op->a[1], vec_size(op->hi));
    case HC_GPR:
        return val_reg(e, op->a[1], gpr_size(op->hi));
    default:
        return 0;
    }
}

/* Registers that the instruction names by being what it is. */
static void load_implicit(Emit *e, const IROp *op)
{
    const IRHostInsn *hi = op->hi;

    if (hi->uses_ecx) {
        reg_take(e, RCX);
    }
    if (hi->uses_eax_edx) {
        reg_take(e, RAX);
        reg_take(e, RDX);
        val_copy(e, op->a[5], SZ64, RAX);
        val_copy(e, op->a[6], SZ64, RDX);
    }
    if (hi->implicit_xmm0 && !o_is_reg(vec_rm(e, op->a[4]), 0)) {
        /* Only a target that pins no vector in xmm0 comes here. */
        a_vmov_load(&e->a, 0, vec_rm(e, op->a[4]), SZ128);
    }
}

static void store_implicit(Emit *e, const IROp *op)
{
    if (op->hi->writes_xmm0 && !o_is_reg(vec_rm(e, op->a[4]), 0)) {
        a_vmov_store(&e->a, vec_rm(e, op->a[4]), 0, SZ128);
    }
    if (op->hi->uses_ecx) {
        dst_put(e, op->a[7], SZ32, RCX);
    }
}

static void put_insn(Emit *e, const IRHostInsn *hi, const HostRegs *r)
{
    static const uint32_t map[4] = { 0, X_0F, X_0F38, X_0F3A };
    uint32_t pfx = hi->pfx == 0x66 ? X_66 : hi->pfx == 0xf3 ? X_F3 : hi->pfx == 0xf2 ? X_F2 : 0;
    unsigned pp = hi->pfx == 0x66 ? 1 : hi->pfx == 0xf3 ? 2 : hi->pfx == 0xf2 ? 3 : 0;

    if (hi->vex) {
        a_vex(&e->a, (VexOp){ hi->map, pp, hi->w, hi->vex_l, hi->opc }, r->reg, r->vvvv, r->rm);
    } else {
        a_insn(&e->a, hi->opc | map[hi->map] | pfx | (hi->w ? X_W : 0), r->reg, r->rm);
    }
    if (hi->is4_c != HC_NONE) {
        a_u8(&e->a, r->is4 << 4 | (hi->imm & 15));
    } else if (hi->has_imm) {
        a_u8(&e->a, hi->imm);
    }
}

static void store_operand(Emit *e, const IRHostInsn *hi, unsigned class, IRVal v, unsigned reg)
{
    if (class == HC_VEC) {
        vec_put(e, v, reg, hi->vex);
    } else if (class == HC_GPR) {
        dst_put(e, v, SZ64, reg);
    } else if (class == HC_MMX) {
        mmx_store(e, reg, v);
    }
}

static void store_results(Emit *e, const IROp *op, const HostRegs *r)
{
    const IRHostInsn *hi = op->hi;

    if (hi->vvvv_w) {
        store_operand(e, hi, hi->vvvv_c, op->a[1], r->vvvv);
    }
    if (hi->reg_w && !hi->reg_is_digit) {
        store_operand(e, hi, hi->reg_c, op->a[0], r->reg);
    }
    if ((hi->rm_w || hi->rm_rw) && op->op == IR_host) {
        store_operand(e, hi, hi->rm_c, op->a[2], r->rm.reg);
    }
    store_implicit(e, op);
    if (hi->reg_c == HC_MMX || hi->rm_c == HC_MMX) {
        e->mmx_dirty = true;
    }
    if (hi->fl_def) {
        fl_define(e, hi->fl_def, FL_ALL);
    }
}

void emit_host(Emit *e, const IROp *op)
{
    const IRHostInsn *hi = op->hi;
    uint32_t rest = hi->fl_def ? e->live_in[e->i] : 0;
    HostRegs r;

    if (rest) {
        fl_need_host(e, rest);
    }
    load_implicit(e, op);
    r.vvvv = resolve_vvvv(e, op);
    r.is4 = hi->is4_c != HC_NONE ? vec_val(e, op->a[3], vec_size(hi)) : 0;
    r.rm = resolve_rm(e, op);
    r.reg = resolve_reg(e, op);
    put_insn(e, hi, &r);
    store_results(e, op, &r);
}

void emit_host_mem(Emit *e, const IROp *op)
{
    const IRHostInsn *hi = op->hi;
    uint32_t rest = hi->fl_def ? e->live_in[e->i] : 0;
    bool reg_late = hi->reg_c == HC_GPR && hi->reg_w && !hi->reg_r && !hi->reg_is_digit;
    HostRegs r;

    fl_clobber(e);
    if (hi->uses_ecx || hi->uses_eax_edx) {
        reg_take(e, RSI);
    }
    r.vvvv = resolve_vvvv(e, op);
    r.is4 = hi->is4_c != HC_NONE ? vec_val(e, op->a[3], vec_size(hi)) : 0;
    /* mm1 is loaded behind the check: a slow path keeps no MMX register. */
    if (!reg_late && hi->reg_c != HC_MMX) {
        r.reg = resolve_reg(e, op);
    }
    r.rm = mem_check(e, op, hi->rm_w ? MEM_STORE : MEM_LOAD);
    if (hi->uses_ecx || hi->uses_eax_edx) {
        a_lea(&e->a, SZ64, RSI, r.rm);
        r.rm = o_mem(RSI, 0);
        e->locked = (e->locked & ~SCRATCH_GPRS) | 1u << RSI;
    }
    load_implicit(e, op);
    if (rest) {
        fl_need_host_keep(e, rest);
    }
    if (reg_late || hi->reg_c == HC_MMX) {
        r.reg = resolve_reg(e, op);
    }
    put_insn(e, hi, &r);
    if (hi->rm_w) {
        mem_done(e);
    }
    store_results(e, op, &r);
}
