/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all emitters build on: operands, memory addressing, the stack, calls and exits.
 *
 * Rule for emitters: no guest register and no memory is written before the last op of the
 * instruction that can fault, so that the instruction can be restarted.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "target-i386/decode.h"
#include "target-i386/helper-table.h"

enum { PAGE_SHIFT = 12 };

IRVal x86_reg(unsigned reg)
{
    return ir_global(G_RAX + reg);
}

IRVal x86_const(DisasContext *s, uint64_t v)
{
    return ir_const(s->b, v);
}

IRVal x86_temp(DisasContext *s)
{
    return ir_temp(s->b, SZ64);
}

/* Segment bases: only those that can be other than zero. */
static IRVal segment_base(DisasContext *s, unsigned seg)
{
    if (s->code64) {
        return seg == R_FS || seg == R_GS ? ir_global(G_ESBASE + seg) : IR_NONE;
    }
    if (seg == R_CS || seg == R_FS || seg == R_GS || s->hflags & HF_SEGBASE) {
        return ir_global(G_ESBASE + seg);
    }
    return IR_NONE;
}

static bool segment_is_checked(const DisasContext *s, unsigned seg, bool write)
{
    static const uint32_t bit[6] = {
        [R_ES] = HF_SEGCHECK, [R_CS] = HF_SEGCHECK, [R_SS] = HF_SEGCHECK, [R_DS] = HF_SEGCHECK,
        [R_FS] = HF_FSCHECK, [R_GS] = HF_GSCHECK,
    };

    if (seg == R_CS && write && s->pe && !s->vm && !s->code64) {
        return true; /* always a fault */
    }
    return !s->code64 && s->hflags & bit[seg];
}

static IRVal emit_lea(DisasContext *s, const IRMem *m)
{
    IRVal ea = x86_temp(s);
    IROp *op = ir_memop(s->b, IR_lea, m);

    op->sz = SZ64;
    op->a[0] = ea;
    return ea;
}

/*
 * In real and virtual-8086 mode a comparison with the limit settles all but faults (and the
 * rare segment that kept another type from protected mode): only those call the helper.
 */
static void check_segment(DisasContext *s, unsigned seg, const IRMem *m, unsigned bytes,
                          bool write)
{
    unsigned ok = 0;
    IRMem plain = *m;
    IRVal ea, last;

    plain.seg = IR_NONE;
    plain.sz = SZ8;
    ea = emit_lea(s, &plain);
    if (!s->pe || s->vm) {
        ok = ir_label_new(s->b);
        last = x86_temp(s);
        ir_op3(s->b, IR_add, SZ64, last, ea, x86_const(s, bytes - 1));
        ir_brcond(s->b, SZ64, CMP_LEU, last, ir_global(G_LIMIT_ES + seg), ok);
    }
    x86_call(s, &h_check_seg, IR_NONE, 3, x86_const(s, seg), ea,
             x86_const(s, bytes | (write ? 0x100 : 0)));
    if (!s->pe || s->vm) {
        ir_label(s->b, ok);
    }
}

static IRMem make_mem(DisasContext *s, unsigned seg, const IRMem *address, IRSize sz, bool write)
{
    IRMem m = *address;

    m.seg = segment_base(s, seg);
    m.lin32 = !s->code64;
    m.sz = sz;
    m.mmu_idx = s->mmu_idx;
    if (s->hflags & HF_AC_CHECK && sz <= SZ64) {
        m.align = sz;
    }
    if (segment_is_checked(s, seg, write)) {
        check_segment(s, seg, &m, x86_size_bytes(sz), write);
    }
    return m;
}

static IRMem address_of(const DecodedInsn *d, int64_t ofs)
{
    const X86MemRef *r = &d->mem;

    return (IRMem){
        .base = r->base >= 0 ? x86_reg(r->base) : IR_NONE,
        .index = r->index >= 0 ? x86_reg(r->index) : IR_NONE,
        .scale = r->scale,
        .disp = r->disp + ofs,
        .asz = d->asz,
    };
}

IRMem x86_mem_ofs(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write, int64_t ofs)
{
    IRMem address = address_of(d, ofs);
    IRMem m = make_mem(s, d->mem.seg, &address, sz, write);

    m.lock = d->lock;
    return m;
}

IRMem x86_mem(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write)
{
    return x86_mem_ofs(s, d, sz, write, 0);
}

IRMem x86_mem_plus(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write, IRVal extra)
{
    IRMem address = address_of(d, 0);
    IRMem m;

    if (d->mem.index >= 0) {
        address.base = emit_lea(s, &address);
        address.disp = 0;
    }
    address.index = extra;
    address.scale = 0;
    m = make_mem(s, d->mem.seg, &address, sz, write);
    m.lock = d->lock;
    return m;
}

IRMem x86_mem_at(DisasContext *s, unsigned seg, IRVal base, int64_t disp, IRSize asz, IRSize sz,
                 bool write)
{
    IRMem address = { .base = base, .disp = disp, .asz = asz };

    return make_mem(s, seg, &address, sz, write);
}

IRVal x86_ea(DisasContext *s, const DecodedInsn *d)
{
    IRMem address = address_of(d, 0);

    address.sz = SZ8;
    return emit_lea(s, &address);
}

void x86_ea_to(DisasContext *s, const DecodedInsn *d, IRVal dst, IRSize sz)
{
    IRMem address = address_of(d, 0);
    IROp *op;

    address.sz = SZ8;
    op = ir_memop(s->b, IR_lea, &address);
    op->sz = sz;
    op->a[0] = dst;
}

IRVal x86_linear(DisasContext *s, const DecodedInsn *d, unsigned bytes, bool write)
{
    IRMem address = address_of(d, 0);
    IRVal base = segment_base(s, d->mem.seg);
    IRVal ea;

    address.sz = SZ8;
    if (bytes && segment_is_checked(s, d->mem.seg, write)) {
        /* First and last bytes: the helper takes sizes up to 255. */
        check_segment(s, d->mem.seg, &address, MIN(bytes, 1u), write);
        address.disp += bytes - 1;
        check_segment(s, d->mem.seg, &address, 1, write);
        address.disp -= bytes - 1;
    }
    ea = emit_lea(s, &address);
    if (ir_kind(base) != IRK_NONE) {
        IRVal sum = x86_temp(s);

        ir_op3(s->b, IR_add, s->code64 ? SZ64 : SZ32, sum, ea, base);
        return sum;
    }
    return ea;
}

IRVal x86_load(DisasContext *s, const IRMem *m)
{
    IRVal v = x86_temp(s);

    ir_ld(s->b, v, SZ64, m);
    return v;
}

IRVal x86_read(DisasContext *s, const X86Opd *o)
{
    IRVal v;

    switch (o->kind) {
    case OPK_GPR:
        return x86_reg(o->reg);
    case OPK_GPRH:
        v = x86_temp(s);
        ir_op2(s->b, IR_extract, SZ64, v, x86_reg(o->reg))->imm = 8 | 8 << 8;
        return v;
    case OPK_IMM:
        return x86_const(s, o->imm);
    case OPK_MEM: {
        IRMem m = x86_mem(s, &s->insn, o->sz, false);
        return x86_load(s, &m);
    }
    case OPK_SEG:
        return ir_global(G_SEL_ES + o->reg);
    default:
        g_assert_not_reached();
    }
}

IRVal x86_read_zext(DisasContext *s, const X86Opd *o)
{
    IRVal v = x86_read(s, o), t;

    if (o->kind != OPK_GPR || o->sz == SZ64) {
        return v;
    }
    t = x86_temp(s);
    ir_op2(s->b, IR_zext, o->sz, t, v);
    return t;
}

IRVal x86_dest(DisasContext *s, const X86Opd *o)
{
    return o->kind == OPK_GPR ? x86_reg(o->reg) : x86_temp(s);
}

void x86_write(DisasContext *s, const X86Opd *o, IRVal v)
{
    IRVal reg = x86_reg(o->reg);

    switch (o->kind) {
    case OPK_GPR:
        if (!ir_val_eq(v, reg)) {
            ir_op2(s->b, IR_mov, o->sz, reg, v);
        }
        break;
    case OPK_GPRH:
        ir_op3(s->b, IR_deposit, SZ64, reg, reg, v)->imm = 8 | 8 << 8;
        break;
    case OPK_MEM: {
        IRMem m = x86_mem(s, &s->insn, o->sz, true);
        ir_st(s->b, v, &m);
        break;
    }
    default:
        g_assert_not_reached();
    }
}

/* Stack */

IRSize x86_stack_asz(const DisasContext *s)
{
    return s->code64 ? SZ64 : s->ss32 ? SZ32 : SZ16;
}

void x86_stack_push_at(DisasContext *s, IRVal v, IRSize sz, unsigned slots)
{
    IRMem m = x86_mem_at(s, R_SS, x86_reg(R_ESP), -(int64_t)(slots * x86_size_bytes(sz)),
                         x86_stack_asz(s), sz, true);

    ir_st(s->b, v, &m);
}

void x86_stack_push(DisasContext *s, IRVal v, IRSize sz)
{
    x86_stack_push_at(s, v, sz, 1);
    x86_stack_adjust(s, -(int64_t)x86_size_bytes(sz));
}

IRVal x86_stack_peek(DisasContext *s, unsigned n, IRSize sz)
{
    IRMem m = x86_mem_at(s, R_SS, x86_reg(R_ESP), n * x86_size_bytes(sz), x86_stack_asz(s), sz,
                         false);

    return x86_load(s, &m);
}

void x86_stack_adjust(DisasContext *s, int64_t bytes)
{
    IRVal rsp = x86_reg(R_ESP);

    ir_op3(s->b, IR_add, x86_stack_asz(s), rsp, rsp, x86_const(s, bytes));
}

/* Calls */

void x86_call(DisasContext *s, const IRHelper *h, IRVal ret, unsigned nargs, ...)
{
    IRVal args[6] = { IR_ENV };
    va_list ap;

    assert(nargs < ARRAY_SIZE(args));
    va_start(ap, nargs);
    for (unsigned i = 0; i < nargs; i++) {
        args[1 + i] = va_arg(ap, IRVal);
    }
    va_end(ap);
    ir_call(s->b, h, ret, nargs + 1, args);
}

void x86_raise_path(DisasContext *s, int vector)
{
    x86_call(s, &h_raise_exception, IR_NONE, 1, x86_const(s, vector));
}

void x86_raise(DisasContext *s, int vector)
{
    x86_raise_path(s, vector);
    s->next = DISAS_DONE;
}

void x86_raise_gp_path(DisasContext *s)
{
    x86_call(s, &h_raise_exception_err, IR_NONE, 2, x86_const(s, EXCP0D_GPF), x86_const(s, 0));
}

void x86_raise_gp(DisasContext *s)
{
    x86_raise_gp_path(s);
    s->next = DISAS_DONE;
}

/* Exits */

/* The next block is looked up in the mode that holds now. */
static void announce_mode(DisasContext *s)
{
    if (s->mode_moved) {
        x86_call(s, &h_context_changed, IR_NONE, 0);
    }
}

/* What a debugger's or the guest's single step does instead of going on; true if it did. */
static bool exit_stepping(DisasContext *s, IRVal eip)
{
    if (s->tf) {
        x86_call(s, &h_single_step, IR_NONE, 1, eip);
        return true;
    }
    if (s->cflags & CF_SINGLE_STEP) {
        ir_op1(s->b, IR_set_pc, SZ64, eip);
        ir_exit_loop(s->b, EXCP_DEBUG);
        return true;
    }
    return false;
}

void x86_exit_path(DisasContext *s, uint64_t eip)
{
    bool same_page = x86_code_linear(s, eip) >> PAGE_SHIFT == s->page_first;
    unsigned slot = s->slot_used[0];

    if (eip > s->cs_limit) {
        x86_raise_gp_path(s);
    } else if (exit_stepping(s, x86_const(s, eip))) {
        return;
    } else if (s->mode_moved || (slot && s->slot_used[1])) {
        announce_mode(s);
        ir_exit_jc(s->b, x86_const(s, eip));
    } else {
        s->slot_used[slot] = true;
        ir_exit_tb(s->b, eip, slot, same_page);
    }
}

void x86_exit_to(DisasContext *s, uint64_t eip)
{
    x86_exit_path(s, eip);
    s->next = DISAS_DONE;
}

void x86_check_target(DisasContext *s, IRVal eip)
{
    unsigned ok;

    if (s->cs_limit >= 0xffffffff) {
        return;
    }
    ok = ir_label_new(s->b);
    ir_brcond(s->b, SZ64, CMP_LEU, eip, x86_const(s, s->cs_limit), ok);
    x86_raise_gp_path(s);
    ir_label(s->b, ok);
}

void x86_exit_to_val(DisasContext *s, IRVal eip)
{
    if (!exit_stepping(s, eip)) {
        announce_mode(s);
        ir_exit_jc(s->b, eip);
    }
    s->next = DISAS_DONE;
}

void x86_exit_reload(DisasContext *s, IRVal eip)
{
    x86_exit_to_val(s, eip);
}

void x86_exit_loop(DisasContext *s, uint64_t eip, unsigned reason)
{
    ir_op1(s->b, IR_set_pc, SZ64, x86_const(s, eip));
    ir_exit_loop(s->b, reason);
    s->next = DISAS_DONE;
}
