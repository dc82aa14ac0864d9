/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiplication, division, counting and the BMI/ADX instructions.
 *
 * IR_divu2 and IR_divs2 are the host's div and idiv: a division error arrives as SIGFPE and
 * becomes the guest's #DE (tcg_backend_is_div_site()). Pinned registers are exact there.
 */
#include "qemu/osdep.h"
#include "host.h"

void emit_mul(Emit *e, const IROp *op)
{
    IRVal d = op->a[0], x = op->a[1], y = op->a[2];
    unsigned sz = MAX(op->sz, SZ16), r;
    uint64_t c;
    Opnd o;

    if (op->op == IR_mul) {
        fl_clobber(e);
    }
    if (val_const(e, x, &c)) {
        x = op->a[2];
        y = op->a[1];
    }
    if (val_const(e, y, &c) && ir_kind(x) != IRK_CONST &&
        (sz < SZ64 || fits_i32(c))) {
        bool small = fits_i8(sz == SZ64 ? (int64_t)c : sz == SZ32 ? (int32_t)c : (int16_t)c);

        o = val_rm(e, x, sz);
        r = dst_reg(e, d, op->sz);
        a_insn(&e->a, x_wide(small ? 0x6b : 0x69, sz), r, o);
        if (small) {
            a_u8(&e->a, c);
        } else if (sz == SZ16) {
            a_u16(&e->a, c);
        } else {
            a_u32(&e->a, c);
        }
    } else {
        if (ir_val_eq(d, y) && !ir_val_eq(d, x)) {
            IRVal t = x;

            x = y;
            y = t;
        }
        o = val_rm(e, y, sz);
        r = dst_reg(e, d, op->sz);
        if (o_uses(o, r) && !ir_val_eq(d, x)) {
            r = reg_alloc(e, 0);
        }
        val_copy(e, x, sz, r);
        a_insn(&e->a, x_wide(X_0F | 0xaf, sz), r, o);
    }
    dst_put(e, d, op->sz, r);
    if (op->op == IR_imul_f) {
        fl_define(e, FL_ALL, 0);
    }
}

/* Free rax and rdx, load rax from lo; the operand that remains is in a third place. */
static Opnd rax_rdx_form(Emit *e, IRVal lo, IRVal other, unsigned sz, bool want_rdx)
{
    Opnd o;

    reg_take(e, RAX);
    if (want_rdx) {
        reg_take(e, RDX);
    }
    o = val_rm(e, other, sz);
    val_copy(e, lo, sz, RAX);
    return o;
}

void emit_mul2(Emit *e, const IROp *op)
{
    bool sgn = op->op == IR_muls2 || op->op == IR_muls2_f;
    bool flags = op->op == IR_mulu2_f || op->op == IR_muls2_f;
    IRVal lo = op->a[0], hi = op->a[1];
    Opnd o;

    if (!flags) {
        fl_clobber(e);
    }
    o = rax_rdx_form(e, op->a[2], op->a[3], op->sz, op->sz != SZ8);
    a_insn(&e->a, x_sized(0xf6, op->sz) & ~X_BREG, sgn ? 5 : 4, o);
    if (op->sz == SZ8) {
        dst_put(e, lo, SZ16, RAX);
    } else {
        /* When lo and hi are one value it gets hi. */
        if (!ir_val_eq(lo, hi)) {
            dst_put(e, lo, op->sz, RAX);
        }
        dst_put(e, hi, op->sz, RDX);
    }
    if (flags) {
        fl_define(e, FL_ALL, 0);
    }
}

void emit_div(Emit *e, const IROp *op)
{
    bool wide = op->sz != SZ8;
    Opnd o;

    if (wide) {
        o = rax_rdx_form(e, op->a[2], op->a[4], op->sz, true);
        val_copy(e, op->a[3], op->sz, RDX);
    } else {
        o = rax_rdx_form(e, op->a[2], op->a[4], SZ16, false);
    }
    side_note(e, e->pc);
    a_insn(&e->a, x_sized(0xf6, op->sz) & ~X_BREG, op->op == IR_divs2 ? 7 : 6, o);
    fl_define(e, FL_ALL, 0);
    if (wide) {
        dst_put(e, op->a[0], op->sz, RAX);
        dst_put(e, op->a[1], op->sz, RDX);
        return;
    }
    /* al and ah: the remainder first goes down to a register of its own */
    unsigned r = reg_alloc(e, 0);

    a_insn(&e->a, X_0F | 0xb6, r, o_reg(4)); /* movzx r, ah: r is below 8 */
    dst_put(e, op->a[0], SZ8, RAX);
    dst_put(e, op->a[1], SZ8, r);
}

static uint32_t count_insn(unsigned op)
{
    switch (op) {
    case IR_popcnt_f:
        return X_F3 | X_0F | 0xb8;
    case IR_tzcnt_f:
        return X_F3 | X_0F | 0xbc;
    default:
        return X_F3 | X_0F | 0xbd;
    }
}

void emit_count(Emit *e, const IROp *op)
{
    Opnd o = val_rm(e, op->a[1], op->sz);
    unsigned r = dst_reg(e, op->a[0], op->sz);

    a_insn(&e->a, x_wide(count_insn(op->op), op->sz), r, o);
    dst_put(e, op->a[0], op->sz, r);
    fl_define(e, FL_ALL, 0);
}

/* d = a ? count(a) : b. bsf and bsr report zero in ZF, whatever the host's other features. */
void emit_clz_ctz(Emit *e, const IROp *op)
{
    bool clz = op->op == IR_clz;
    unsigned flip = op->sz == SZ64 ? 63 : 31, r, z;

    fl_clobber(e);
    r = reg_alloc(e, 0);
    z = val_copy(e, op->a[2], op->sz, NO_REG);
    if (clz) {
        /* leading zeros are the index of the highest bit ^ 63; b is flipped to survive it */
        a_alu(&e->a, ALU_XOR, SZ64, o_reg(z), o_imm(flip));
    }
    a_insn(&e->a, x_wide(X_0F | (clz ? 0xbd : 0xbc), op->sz), r, val_rm(e, op->a[1], op->sz));
    a_insn(&e->a, X_0F | X_W | 0x40 | CC_E, r, o_reg(z));
    if (clz) {
        a_alu(&e->a, ALU_XOR, SZ64, o_reg(r), o_imm(flip));
    }
    dst_put(e, op->a[0], SZ64, r);
}

/* bsf, bsr: the host, too, leaves the destination alone when the source is 0. */
void emit_bit_scan(Emit *e, const IROp *op)
{
    Opnd o = val_rm(e, op->a[2], op->sz);
    unsigned r = dst_reg(e, op->a[0], op->sz);

    if (o_uses(o, r) && !ir_val_eq(op->a[0], op->a[1])) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, op->a[1], SZ64, r);
    a_insn(&e->a, x_wide(X_0F | (op->op == IR_bsf_f ? 0xbc : 0xbd), op->sz), r, o);
    dst_put(e, op->a[0], op->sz == SZ32 ? SZ64 : op->sz, r);
    fl_define(e, FL_ALL, 0);
}

void emit_bls(Emit *e, const IROp *op)
{
    static const uint8_t digit[3] = { 3, 1, 2 };
    unsigned k = op->op == IR_blsi_f ? 0 : op->op == IR_blsr_f ? 1 : 2;
    Opnd o = val_rm(e, op->a[1], op->sz);
    unsigned r = dst_reg(e, op->a[0], op->sz);

    a_vex(&e->a, (VexOp){ 2, 0, op->sz == SZ64, 0, 0xf3 }, digit[k], r, o);
    dst_put(e, op->a[0], op->sz, r);
    fl_define(e, FL_ALL, 0);
}

void emit_bmi(Emit *e, const IROp *op)
{
    Opnd o = val_rm(e, op->a[1], op->sz);
    unsigned y = val_reg(e, op->a[2], op->sz), r = dst_reg(e, op->a[0], op->sz);

    a_vex(&e->a, (VexOp){ 2, 0, op->sz == SZ64, 0, op->op == IR_bzhi_f ? 0xf5 : 0xf7 }, r, y, o);
    dst_put(e, op->a[0], op->sz, r);
    fl_define(e, FL_ALL, 0);
}

void emit_pdep_pext(Emit *e, const IROp *op)
{
    Opnd o = val_rm(e, op->a[2], op->sz);
    unsigned x = val_reg(e, op->a[1], op->sz), r = dst_reg(e, op->a[0], op->sz);

    a_vex(&e->a, (VexOp){ 2, op->op == IR_pdep ? 3 : 2, op->sz == SZ64, 0, 0xf5 }, r, x, o);
    dst_put(e, op->a[0], op->sz, r);
}

void emit_adx(Emit *e, const IROp *op)
{
    uint32_t def = op->op == IR_adcx_f ? FL_C : FL_O, r;
    Opnd o;

    fl_need_host(e, e->live_in[e->i]);
    o = val_rm(e, op->a[2], op->sz);
    r = dst_reg(e, op->a[0], op->sz);
    if (o_uses(o, r) && !ir_val_eq(op->a[0], op->a[1])) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, op->a[1], op->sz, r);
    a_insn(&e->a, x_wide(X_0F38 | 0xf6 | (def == FL_C ? X_66 : X_F3), op->sz), r, o);
    dst_put(e, op->a[0], op->sz, r);
    fl_define(e, def, FL_ALL);
}

void emit_crc32(Emit *e, const IROp *op)
{
    Opnd o = val_rm(e, op->a[2], op->sz);
    unsigned r = dst_reg(e, op->a[0], SZ64);

    if (o_uses(o, r) && !ir_val_eq(op->a[0], op->a[1])) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, op->a[1], SZ32, r);
    a_insn(&e->a, (x_sized(X_F2 | X_0F38 | 0xf0, op->sz)) & ~X_BREG, r, o);
    dst_put(e, op->a[0], SZ64, r);
}
