/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emitters of MMX, SSE, AVX and their relatives: the same instruction on the host, with the
 * registers the backend chooses.
 *
 * Spec: Intel SDM volume 1, chapters 9 to 15; volume 2.
 *
 * With every SIMD exception masked, which is how the host always runs, results and sticky
 * flags are the hardware's. While the guest unmasks one (HF_XM_UNMASKED), each instruction
 * that can raise runs into a temporary between two helpers that look at the sticky flags; the
 * destination is written only if no exception came out.
 *
 * Deviates: a compare has written FLAGS when an unmasked exception is raised; beside an unmasked
 * overflow or underflow, other flags are those of the masked result; docs/deviations.md, SIMD
 * exceptions.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-vec.h"
#include "target-i386/helper-table.h"
#include "target-i386/vec-helper.h"

/* Part of the encoding that an operand letter names; the first four index IROp.a. */
typedef enum Role { IN_REG, IN_VVVV, IN_RM, IN_IS4, IN_IMM } Role;

static Role role_of(X86OpdType type)
{
    switch (type) {
    case Vd: case Vq: case Vdq: case Vqq: case Vx: case Gd: case Gq: case Gy: case Pq:
        return IN_REG;
    case Hd: case Hq: case Hdq: case Hqq: case Hx:
        return IN_VVVV;
    case Ldq: case Lqq: case Lx:
        return IN_IS4;
    case Ib:
        return IN_IMM;
    default:
        return IN_RM;
    }
}

static IRHostClass class_of(const X86Opd *o)
{
    return o->kind == OPK_XMM ? HC_VEC : o->kind == OPK_MMX ? HC_MMX : HC_GPR;
}

static IRVal register_of(const X86Opd *o)
{
    switch (o->kind) {
    case OPK_XMM:
        return ir_global(G_XMM0 + o->reg);
    case OPK_MMX:
        return ir_global(G_MM0 + o->reg);
    default:
        return x86_reg(o->reg);
    }
}

/* What is gathered about one instruction before its op is emitted. */
typedef struct VecOp {
    IRHostInsn hi;
    IRVal a[4];
    Role dest;             /* of the first operand, when it is written */
    const X86Opd *mem;     /* the memory operand */
    bool writes, uses_mmx, has_y;
} VecOp;

/* Letters of operands that are registers only: their memory form is another instruction. */
static bool is_reg_only(X86OpdType type)
{
    return type == Ud || type == Uq || type == Udq || type == Uqq || type == Ux || type == Nq;
}

static bool is_y(X86OpdType type)
{
    return type == Ey || type == Gy;
}

static void set_class(IRHostInsn *hi, Role role, IRHostClass c)
{
    switch (role) {
    case IN_REG:
        hi->reg_c = c;
        break;
    case IN_VVVV:
        hi->vvvv_c = c;
        break;
    case IN_RM:
        hi->rm_c = c;
        break;
    default:
        hi->is4_c = c;
        break;
    }
}

static void add_operand(VecOp *v, const DecodedInsn *d, unsigned n, bool swap)
{
    const X86Opd *o = &d->op[n];
    Role role = role_of(o->type);

    v->has_y |= is_y(o->type);
    v->hi.rm_reg_only |= swap || is_reg_only(o->type);
    if (role == IN_IMM) {
        v->hi.has_imm = 1;
        v->hi.imm = o->imm;
        return;
    }
    if (swap && (role == IN_REG || role == IN_RM)) {
        role = role == IN_REG ? IN_RM : IN_REG;
    }
    if (n == 0) {
        v->dest = role;
    }
    if (o->kind == OPK_MEM) {
        v->mem = o;
        return;
    }
    v->uses_mmx |= o->kind == OPK_MMX;
    v->a[role] = register_of(o);
    set_class(&v->hi, role, class_of(o));
}

/* Who reads and who writes. */
static void set_roles(VecOp *v, const DecodedInsn *d)
{
    uint32_t vec = d->row->vec;
    bool reads = d->vex ? vec & V_RW : !(vec & V_WO);

    if (vec & V_READ) {
        v->hi.reg_r = 1;
        return;
    }
    v->writes = true;
    switch (v->dest) {
    case IN_REG:
        v->hi.reg_w = 1;
        v->hi.reg_r = reads;
        break;
    case IN_VVVV:
        v->hi.vvvv_w = 1;
        break;
    default:
        if (reads && !v->mem) {
            v->hi.rm_rw = 1;
        } else {
            v->hi.rm_w = 1;
        }
        v->hi.reg_r = v->hi.reg_c != HC_NONE;
        break;
    }
}

static void describe(VecOp *v, DisasContext *s, const DecodedInsn *d)
{
    const X86Row *row = d->row;
    bool swap = row->vec & V_SWAP && d->op[0].kind != OPK_MEM;
    IRHostInsn *hi = &v->hi;

    hi->map = d->map;
    hi->pfx = d->rep ? d->rep : d->pfx66 ? 0x66 : 0;
    hi->opc = d->opc;
    if (swap) {
        hi->opc = row->arg;
        hi->pfx = row->vec & V_SWAP_F3 ? 0xf3 : hi->pfx;
    }
    hi->vex = d->vex;
    hi->vex_l = d->vex_l;
    hi->clears_hi = d->vex;
    hi->fl_def = row->sets;
    for (unsigned i = 0; i < d->nops; i++) {
        add_operand(v, d, i, swap);
    }
    if (ir_kind(v->a[IN_REG]) == IRK_NONE) {
        hi->reg_is_digit = 1;
        hi->digit = d->reg;
    }
    v->has_y |= !!(row->vec & V_STRLEN);
    hi->w = d->rex_w && (s->code64 || !v->has_y) && (d->vex || v->has_y);
    hi->implicit_xmm0 = !!(row->vec & V_XMM0);
    hi->writes_xmm0 = !!(row->vec & V_STRM);
    hi->uses_ecx = !!(row->vec & V_STRI);
    hi->uses_eax_edx = !!(row->vec & V_STRLEN);
    set_roles(v, d);
}

static IRMem memory_operand(DisasContext *s, const DecodedInsn *d, const VecOp *v)
{
    IRSize sz = v->mem->sz;
    IRMem m = x86_mem(s, d, sz, v->writes && v->dest == IN_RM);
    bool aligned = d->vex ? d->row->vec & V_ALIGN
                          : sz == SZ128 && !(d->row->vec & V_UNAL);

    if (aligned) {
        m.align = sz;
    }
    return m;
}

static void emit_op(DisasContext *s, const DecodedInsn *d, const VecOp *v)
{
    IRSize sz = v->uses_mmx ? SZ64 : d->vex_l ? SZ256 : SZ128;
    uint32_t vec = d->row->vec;
    IRHostInsn *hi = ir_host_insn(s->b);
    IROp *op;

    *hi = v->hi;
    if (v->mem) {
        IRMem m = memory_operand(s, d, v);
        op = ir_memop(s->b, IR_host_mem, &m);
        op->sz = MAX(sz, m.sz);
    } else {
        op = ir_emit(s->b, IR_host, sz);
    }
    memcpy(op->a, v->a, sizeof(v->a));
    if (vec & (V_XMM0 | V_STRM)) {
        op->a[4] = ir_global(G_XMM0);
    }
    if (vec & V_STRLEN) {
        op->a[5] = x86_reg(R_EAX);
        op->a[6] = x86_reg(R_EDX);
    }
    if (vec & V_STRI) {
        op->a[7] = x86_reg(R_ECX);
    }
    op->hi = hi;
}

/* An MMX instruction makes every x87 register valid and TOP zero. */
static void enter_mmx(DisasContext *s)
{
    ir_op2(s->b, IR_mov, SZ32, ir_global(G_FPTOP), x86_const(s, 0));
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_FPTAGS), x86_const(s, 0));
    s->fp_valid = s->fp_empty = 0;
}

/* The exponent of an MMX register that was written is all ones. */
static void mark_mmx_written(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[0].kind == OPK_MMX && !(d->row->vec & V_READ)) {
        ir_op2(s->b, IR_mov, SZ64, ir_global(G_MMEXP0 + d->op[0].reg), x86_const(s, 0xffff));
    }
}

/* Store the low part of vector t: vmovq or vmovdqu. */
static void store_vector(DisasContext *s, const IRMem *m, IRVal t)
{
    IRHostInsn *hi = ir_host_insn(s->b);
    bool q = m->sz == SZ64;
    IROp *op;

    *hi = (IRHostInsn){ .map = 1, .pfx = q ? 0x66 : 0xf3, .opc = q ? 0xd6 : 0x7f, .vex = 1,
                        .reg_r = 1, .rm_w = 1, .reg_c = HC_VEC };
    op = ir_memop(s->b, IR_host_mem, m);
    op->a[0] = t;
    op->sz = SZ128;
    op->hi = hi;
}

/*
 * With unmasked exceptions: run into a temporary, look, then write. A memory destination
 * (VCVTPS2PH alone) gets a register form, too.
 */
static void emit_checked(DisasContext *s, const DecodedInsn *d, VecOp *v)
{
    const X86Opd *mem = v->mem;
    bool to_memory = v->writes && mem && v->dest == IN_RM;
    bool is_vec = to_memory || d->op[0].kind == OPK_XMM;
    IRSize sz = is_vec ? (d->vex ? SZ256 : SZ128) : SZ64;
    IRVal real = v->a[v->dest], t = ir_temp(s->b, sz);
    IRMem m;

    if (to_memory) {
        m = memory_operand(s, d, v);
        m.rmw = 1;
        ir_memop(s->b, IR_probe, &m);
        m.rmw = 0;
        v->mem = NULL;
        v->hi.rm_c = HC_VEC;
    }
    x86_call(s, &h_xm_begin, IR_NONE, 0);
    if (v->writes) {
        if (is_vec && !to_memory) {
            ir_op2(s->b, IR_vmov, sz, t, real);
        }
        v->a[v->dest] = t;
    }
    emit_op(s, d, v);
    if (v->uses_mmx) {
        enter_mmx(s);
    }
    x86_call(s, &h_xm_check, IR_NONE, 0);
    if (to_memory) {
        store_vector(s, &m, t);
    } else if (v->writes) {
        ir_op2(s->b, is_vec ? IR_vmov : IR_mov, sz, real, t);
    }
}

void emit_vec(DisasContext *s, const DecodedInsn *d)
{
    VecOp v = { 0 };

    if (d->row->vec & V_AVX2 && d->vex_l && !x86_has_feature(s->env, XF_AVX2)) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    describe(&v, s, d);
    if (v.uses_mmx && d->row->xc != XC_MMX && s->hflags & HF_FP_PENDING) {
        x86_call(s, &h_fp_pending, IR_NONE, 0);
        x86_exit_loop(s, d->next, 0);
        return;
    }
    if (d->row->vec & V_FP && s->hflags & HF_XM_UNMASKED) {
        emit_checked(s, d, &v);
    } else {
        emit_op(s, d, &v);
    }
    if (v.uses_mmx) {
        enter_mmx(s);
        mark_mmx_written(s, d);
    }
}

void emit_EMMS(DisasContext *s, const DecodedInsn *d)
{
    s->fp_valid = 0;
    s->fp_empty = 0xff;
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_FPTAGS), x86_const(s, 0x0101010101010101));
    ir_op2(s->b, IR_mov, SZ32, ir_global(G_FPTOP), x86_const(s, 0));
}

static unsigned nb_vec_regs(const DisasContext *s)
{
    return s->code64 ? 16 : 8;
}

void emit_VZEROUPPER(DisasContext *s, const DecodedInsn *d)
{
    for (unsigned i = 0; i < nb_vec_regs(s); i++) {
        ir_op1(s->b, IR_vzero_hi, SZ256, ir_global(G_XMM0 + i));
    }
}

/* vpxor of each register with itself. */
void emit_VZEROALL(DisasContext *s, const DecodedInsn *d)
{
    IRHostInsn *hi = ir_host_insn(s->b);

    *hi = (IRHostInsn){ .map = 1, .pfx = 0x66, .opc = 0xef, .vex = 1, .clears_hi = 1,
                        .reg_w = 1, .reg_c = HC_VEC, .vvvv_c = HC_VEC, .rm_c = HC_VEC };
    for (unsigned i = 0; i < nb_vec_regs(s); i++) {
        IRVal x = ir_global(G_XMM0 + i);

        ir_op3(s->b, IR_host, SZ128, x, x, x)->hi = hi;
    }
}

/* MASKMOVQ, MASKMOVDQU: bytes of the first operand where the second has bit 7 set, at DS:rDI. */
void emit_MASKMOV(DisasContext *s, const DecodedInsn *d)
{
    bool mmx = d->op[0].kind == OPK_MMX;
    unsigned seg = d->seg_ovr >= 0 ? d->seg_ovr : R_DS;
    DecodedInsn at = *d;

    at.mem = (X86MemRef){ .base = R_EDI, .index = -1, .seg = seg };
    if (mmx) { /* even if the store faults */
        enter_mmx(s);
    }
    x86_call(s, &h_maskmov, IR_NONE, 2,
             x86_const(s, vec_desc(mmx ? VEC_MMX : 0, d->op[0].reg, d->op[1].reg, 0, s->mmu_idx)),
             x86_linear(s, &at, mmx ? 8 : 16, true));
}

/* Element sizes: the PD and Q forms have 64-bit elements. */
void emit_VMASKMOV(DisasContext *s, const DecodedInsn *d)
{
    bool store = d->op[0].kind == OPK_MEM;
    bool wide = d->opc >= 0x8c ? d->rex_w : d->opc & 1;
    unsigned data = d->op[store ? 2 : 0].reg, mask = d->op[1].reg;
    unsigned flags = (wide ? VEC_WIDE : 0) | (d->vex_l ? VEC_L : 0);

    x86_call(s, store ? &h_vmaskmov_st : &h_vmaskmov_ld, IR_NONE, 2,
             x86_const(s, vec_desc(flags, data, mask, 0, s->mmu_idx)),
             x86_linear(s, d, d->vex_l ? 32 : 16, store));
}

/*
 * The index register stands where a general one would: take it out of the address. A SIB
 * byte is required, and the three registers must differ.
 */
void emit_VGATHER(DisasContext *s, const DecodedInsn *d)
{
    DecodedInsn at = *d;
    unsigned data = d->op[0].reg, mask = d->op[2].reg, index = d->mem.index;
    unsigned flags = (d->rex_w ? VEC_WIDE : 0) | (d->vex_l ? VEC_L : 0) |
                     (d->opc & 1 ? VEC_QINDEX : 0) | (d->asz == SZ32 ? VEC_ADDR32 : 0);

    if (d->asz == SZ16 || d->rm != 4 || data == mask || data == index || mask == index) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    at.mem.index = -1;
    x86_call(s, &h_vgather, IR_NONE, 3,
             x86_const(s, vec_desc(flags, data, mask, index, s->mmu_idx)),
             x86_ea(s, &at), x86_const(s, d->mem.scale | d->mem.seg << 8));
}
