/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System instructions: ports, interrupts flag, segments, control and debug registers,
 * descriptor tables, model-specific registers, caches.
 *
 * What is rare is a helper's work. An instruction after which the mode may be another ends
 * the block (DISAS_STOP).
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helpers.h"
#include "target-i386/helper-table.h"

/* Ports */

static IRVal port_number(DisasContext *s, const X86Opd *o)
{
    return x86_read_zext(s, o);
}

/* With -icount device time must be that of this instruction: the block ends behind it. */
static void end_if_counting(DisasContext *s)
{
    if (s->cflags & CF_ICOUNT) {
        s->next = DISAS_STOP;
    }
}

void emit_IN(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = MIN(d->op[0].sz, SZ32);
    IRVal v = x86_temp(s);

    x86_call(s, &h_in, v, 2, port_number(s, &d->op[1]), x86_const(s, x86_size_bytes(sz)));
    ir_op2(s->b, IR_mov, sz, x86_reg(R_EAX), v);
    end_if_counting(s);
}

/* What a port write sets off (SMI, reset, A20) is seen before the next instruction. */
void emit_OUT(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = MIN(d->op[1].sz, SZ32);
    IRVal port = port_number(s, &d->op[0]), v = x86_temp(s);

    ir_op2(s->b, IR_zext, sz, v, x86_reg(R_EAX));
    x86_call(s, &h_out, IR_NONE, 3, port, v, x86_const(s, x86_size_bytes(sz)));
    s->next = DISAS_STOP;
}

/* Interrupts */

void emit_CLI(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    if (s->iopl_ok) {
        ir_op3(s->b, IR_and, SZ64, fl, fl, x86_const(s, ~(uint64_t)IF_MASK));
    } else {
        x86_call(s, &h_cli, IR_NONE, 0);
    }
}

void emit_STI(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    if (s->iopl_ok) {
        ir_op3(s->b, IR_or, SZ64, fl, fl, x86_const(s, IF_MASK));
    } else {
        x86_call(s, &h_sti, IR_NONE, 0);
    }
    x86_call(s, &h_irq_window, IR_NONE, 0);
    s->next = DISAS_SHADOW;
}

void emit_HLT(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_hlt, IR_NONE, 1, x86_const(s, d->next));
    s->next = DISAS_DONE;
}

void emit_PAUSE(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[0].reg != R_EAX) { /* with REX.B it is XCHG r8, rAX after all */
        emit_XCHG(s, d);
        return;
    }
    /* Where all vCPUs share a thread, a spinning one lets the next run. */
    if (s->cflags & CF_ICOUNT) {
        x86_call(s, &h_pause, IR_NONE, 1, x86_const(s, d->next));
        s->next = DISAS_DONE;
    }
}

void emit_MONITOR(DisasContext *s, const DecodedInsn *d)
{
    unsigned seg = d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;
    DecodedInsn at_rax = *d;

    if (s->cpl != 0) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    at_rax.mem = (X86MemRef){ .base = R_EAX, .index = -1, .seg = seg };
    x86_call(s, &h_monitor, IR_NONE, 1, x86_linear(s, &at_rax, 1, false));
}

void emit_MWAIT(DisasContext *s, const DecodedInsn *d)
{
    if (s->cpl != 0) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    x86_call(s, &h_mwait, IR_NONE, 1, x86_const(s, d->next));
    s->next = DISAS_DONE;
}

/* Segments */

void emit_MOV_FROM_SEG(DisasContext *s, const DecodedInsn *d)
{
    IRVal selector = x86_read(s, &d->op[1]);

    if (d->op[0].kind == OPK_MEM) {
        x86_write(s, &d->op[0], selector);
    } else {
        ir_op2(s->b, IR_mov, d->op[0].sz == SZ16 ? SZ16 : SZ32, x86_reg(d->op[0].reg), selector);
    }
}

void emit_MOV_TO_SEG(DisasContext *s, const DecodedInsn *d)
{
    unsigned seg = d->op[0].reg;

    if (seg == R_CS) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    x86_call(s, &h_load_seg, IR_NONE, 2, x86_const(s, seg), x86_read_zext(s, &d->op[1]));
    if (seg == R_SS) {
        x86_call(s, &h_set_inhibit_irq, IR_NONE, 0);
        s->tf = false; /* MOV SS and POP SS hold the single-step trap off */
    }
    s->next = DISAS_STOP;
}

/* LES, LDS, LSS, LFS, LGS; arg: the segment */
void emit_LOAD_FAR(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem ofs = x86_mem(s, d, sz, false), sel;
    IRVal offset = x86_load(s, &ofs), selector;

    sel = x86_mem_ofs(s, d, SZ16, false, x86_size_bytes(sz));
    selector = x86_load(s, &sel);
    x86_call(s, &h_load_seg, IR_NONE, 2, x86_const(s, d->row->arg), selector);
    ir_op2(s->b, IR_mov, sz, x86_reg(d->op[0].reg), offset);
    s->next = DISAS_STOP;
}

/* Control and debug registers */

void emit_MOV_FROM_CR(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_read_cr, v, 1, x86_const(s, d->op[1].reg));
    x86_write(s, &d->op[0], v);
}

void emit_MOV_TO_CR(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_write_cr, IR_NONE, 2, x86_const(s, d->op[0].reg),
             x86_read_zext(s, &d->op[1]));
    s->next = DISAS_STOP;
}

void emit_MOV_FROM_DR(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_read_dr, v, 1, x86_const(s, d->op[1].reg));
    x86_write(s, &d->op[0], v);
}

void emit_MOV_TO_DR(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_write_dr, IR_NONE, 2, x86_const(s, d->op[0].reg),
             x86_read_zext(s, &d->op[1]));
    s->next = DISAS_STOP;
}

void emit_SMSW(DisasContext *s, const DecodedInsn *d)
{
    IRVal cr0 = ir_global(G_CR0);

    x86_write(s, &d->op[0], cr0);
}

void emit_LMSW(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_lmsw, IR_NONE, 1, x86_read_zext(s, &d->op[0]));
    s->next = DISAS_STOP;
}

void emit_CLTS(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_call(s, &h_clts, IR_NONE, 0);
    s->next = DISAS_STOP;
}

/* Descriptor tables */

static void store_table(DisasContext *s, const DecodedInsn *d, unsigned base, unsigned limit)
{
    IRSize sz = s->code64 ? SZ64 : SZ32;
    IRMem b = x86_mem_ofs(s, d, sz, true, 2), l = x86_mem(s, d, SZ16, true), probe = b;
    IROp *op;

    probe.rmw = 1;
    op = ir_memop(s->b, IR_probe, &probe);
    op->sz = sz;
    ir_st(s->b, ir_global(limit), &l);
    ir_st(s->b, ir_global(base), &b);
}

void emit_SGDT(DisasContext *s, const DecodedInsn *d)
{
    store_table(s, d, G_GDTBASE, G_GDTLIMIT);
}

void emit_SIDT(DisasContext *s, const DecodedInsn *d)
{
    store_table(s, d, G_IDTBASE, G_IDTLIMIT);
}

/* With 16-bit operand size the base has 24 bits. */
static void load_table(DisasContext *s, const DecodedInsn *d, const IRHelper *h)
{
    IRMem l = x86_mem(s, d, SZ16, false), b;
    IRVal limit = x86_load(s, &l), base;

    b = x86_mem_ofs(s, d, s->code64 ? SZ64 : SZ32, false, 2);
    base = x86_load(s, &b);
    if (!s->code64 && d->osz == SZ16) {
        ir_op3(s->b, IR_and, SZ32, base, base, x86_const(s, 0xffffff));
    }
    x86_call(s, h, IR_NONE, 2, base, limit);
}

void emit_LGDT(DisasContext *s, const DecodedInsn *d)
{
    load_table(s, d, &h_lgdt);
}

void emit_LIDT(DisasContext *s, const DecodedInsn *d)
{
    load_table(s, d, &h_lidt);
}

/* A register destination is written whole, zero-extended; memory gets 16 bits. */
static void store_selector(DisasContext *s, const DecodedInsn *d, unsigned global)
{
    IRVal selector = x86_temp(s);

    ir_op2(s->b, IR_zext, SZ16, selector, ir_global(global));
    x86_write(s, &d->op[0], selector);
}

void emit_SLDT(DisasContext *s, const DecodedInsn *d)
{
    store_selector(s, d, G_SEL_LDTR);
}

void emit_STR(DisasContext *s, const DecodedInsn *d)
{
    store_selector(s, d, G_SEL_TR);
}

static void with_selector(DisasContext *s, const DecodedInsn *d, const IRHelper *h)
{
    x86_call(s, h, IR_NONE, 1, x86_read_zext(s, &d->op[0]));
}

void emit_LLDT(DisasContext *s, const DecodedInsn *d)
{
    with_selector(s, d, &h_lldt);
}

void emit_LTR(DisasContext *s, const DecodedInsn *d)
{
    with_selector(s, d, &h_ltr);
}

void emit_VERR(DisasContext *s, const DecodedInsn *d)
{
    with_selector(s, d, &h_verr);
}

void emit_VERW(DisasContext *s, const DecodedInsn *d)
{
    with_selector(s, d, &h_verw);
}

/* The destination keeps its old value when the selector is refused: then ZF is clear. */
static void query_selector(DisasContext *s, const DecodedInsn *d, const IRHelper *h)
{
    IRSize sz = d->op[0].sz;
    IRVal reg = x86_reg(d->op[0].reg), v = x86_temp(s), selector = x86_temp(s);

    ir_op2(s->b, IR_zext, SZ16, selector, x86_read(s, &d->op[1]));
    x86_call(s, h, v, 2, selector, reg);
    if (sz == SZ16) {
        ir_op2(s->b, IR_mov, SZ16, reg, v);
    } else {
        IRVal low = x86_temp(s);

        ir_op2(s->b, IR_zext, SZ32, low, v);
        ir_op3(s->b, IR_cmov_f, SZ64, reg, low, reg)->aux = CC_E;
    }
}

void emit_LAR(DisasContext *s, const DecodedInsn *d)
{
    query_selector(s, d, &h_lar);
}

void emit_LSL(DisasContext *s, const DecodedInsn *d)
{
    query_selector(s, d, &h_lsl);
}

/* Raise the destination's RPL to the source's: ZF tells whether it had to be. */
void emit_ARPL(DisasContext *s, const DecodedInsn *d)
{
    const X86Opd *dst = &d->op[0];
    IRVal src = x86_read(s, &d->op[1]), old, rpl = x86_temp(s), have = x86_temp(s);
    IRVal new = x86_temp(s), below = x86_temp(s), fl = x86_temp(s);
    IRMem m = { .sz = SZ16 };

    if (dst->kind == OPK_MEM) {
        m = x86_mem(s, d, SZ16, true);
        m.rmw = 1;
        old = x86_load(s, &m);
    } else {
        old = x86_read_zext(s, dst);
    }
    ir_op3(s->b, IR_and, SZ32, rpl, src, x86_const(s, 3));
    ir_op3(s->b, IR_and, SZ32, have, old, x86_const(s, 3));
    ir_op3(s->b, IR_setcond, SZ32, below, have, rpl)->aux = CMP_LTU;
    ir_op3(s->b, IR_and, SZ32, new, old, x86_const(s, 0xfffc));
    ir_op3(s->b, IR_or, SZ32, new, new, rpl);
    ir_op4(s->b, IR_movcond, SZ32, new, have, rpl, new)->a[4] = old;
    s->b->ops[s->b->nb_ops - 1].aux = CMP_LTU;
    if (dst->kind == OPK_MEM) {
        m.rmw = 0;
        ir_st(s->b, new, &m);
    } else {
        x86_write(s, dst, new);
    }
    ir_op1(s->b, IR_flags_get, SZ32, fl);
    ir_op3(s->b, IR_deposit, SZ64, fl, fl, below)->imm = 6 | 1 << 8; /* ZF */
    ir_op1(s->b, IR_flags_set, SZ32, fl);
}

/* Memory management */

void emit_INVLPG(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_invlpg, IR_NONE, 1, x86_linear(s, d, 0, false));
    s->next = DISAS_STOP;
}

void emit_INVPCID(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_invpcid, IR_NONE, 2, x86_read_zext(s, &d->op[0]),
             x86_linear(s, d, 16, false));
    s->next = DISAS_STOP;
}

/*
 * STAC and CLAC change which pages the kernel may touch, and so the mode. The code between
 * them is short: it stays in this block, translated for the mode that holds there, and
 * hflags are kept current inline. Only a block that ends in between tells exec/ of the change.
 */
static void set_smap_mode(DisasContext *s, bool forbidden)
{
    IRVal hf = ir_global(G_HFLAGS);

    if (forbidden) {
        ir_op3(s->b, IR_or, SZ32, hf, hf, x86_const(s, HF_SMAP_AC));
        s->hflags |= HF_SMAP_AC;
        s->mmu_idx = MMU_KSMAP_IDX;
    } else {
        ir_op3(s->b, IR_and, SZ32, hf, hf, x86_const(s, ~(uint32_t)HF_SMAP_AC));
        s->hflags &= ~HF_SMAP_AC;
        s->mmu_idx = MMU_KNOSMAP_IDX;
    }
    s->mode_moved = s->hflags != (uint32_t)s->tb->flags;
}

void emit_CLAC(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    if (s->cpl != 0) {
        x86_raise(s, EXCP06_ILLOP);
    } else if (!(s->hflags & HF_SMAP_AC) && !(s->tb->flags & HF_SMAP_AC)) {
        /* AC was set on entry, or SMAP is off: only CR4 knows. */
        x86_call(s, &h_set_ac, IR_NONE, 1, x86_const(s, 0));
        s->next = DISAS_STOP;
    } else {
        ir_op3(s->b, IR_and, SZ64, fl, fl, x86_const(s, ~(uint64_t)AC_MASK));
        if (!(s->hflags & HF_SMAP_AC)) {
            set_smap_mode(s, true);
        }
    }
}

void emit_STAC(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    if (s->cpl != 0) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    ir_op3(s->b, IR_or, SZ64, fl, fl, x86_const(s, AC_MASK));
    if (s->hflags & HF_SMAP_AC) {
        set_smap_mode(s, false);
    }
}

/* A read is all that faults, and caches are not modelled. */
void emit_CLFLUSH(DisasContext *s, const DecodedInsn *d)
{
    IRMem m = x86_mem(s, d, SZ8, false);

    ir_memop(s->b, IR_probe, &m)->sz = SZ8;
}

/*
 * MFENCE and SFENCE: guest accesses are host accesses of the same memory model, so they need
 * the host's fence; non-temporal stores are carried out as such. LFENCE orders loads, which
 * no host reorders visibly.
 */
void emit_FENCE(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_call(s, &h_fence, IR_NONE, 0);
}

void emit_PREFETCH(DisasContext *s, const DecodedInsn *d)
{
    (void)s;
    (void)d;
}

/* Processor state */

void emit_SWAPGS(DisasContext *s, const DecodedInsn *d)
{
    IRVal t = x86_temp(s), gs = ir_global(G_GSBASE), kernel = ir_global(G_KERNELGSBASE);

    (void)d;
    ir_op2(s->b, IR_mov, SZ64, t, gs);
    ir_op2(s->b, IR_mov, SZ64, gs, kernel);
    ir_op2(s->b, IR_mov, SZ64, kernel, t);
}

void emit_RDSEGBASE(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_rdsegbase, v, 1, x86_const(s, d->row->arg));
    x86_write(s, &d->op[0], v);
}

void emit_WRSEGBASE(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_wrsegbase, IR_NONE, 3, x86_const(s, d->row->arg),
             x86_read_zext(s, &d->op[0]), x86_const(s, d->op[0].sz));
}

void emit_CPUID(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_call(s, &h_cpuid, IR_NONE, 0);
}

static void write_edx_eax(DisasContext *s, IRVal v)
{
    ir_op2(s->b, IR_mov, SZ32, x86_reg(R_EAX), v);
    ir_op3(s->b, IR_shr, SZ64, x86_reg(R_EDX), v, x86_const(s, 32));
}

void emit_RDTSC(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    (void)d;
    x86_call(s, &h_rdtsc, v, 0);
    write_edx_eax(s, v);
    end_if_counting(s);
}

void emit_RDTSCP(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s), id = x86_temp(s);

    (void)d;
    x86_call(s, &h_rdtsc, v, 0);
    x86_call(s, &h_rdpid, id, 0);
    write_edx_eax(s, v);
    ir_op2(s->b, IR_mov, SZ32, x86_reg(R_ECX), id);
    end_if_counting(s);
}

void emit_RDPMC(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    (void)d;
    x86_call(s, &h_rdpmc, v, 0);
    write_edx_eax(s, v);
}

void emit_RDPID(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_rdpid, v, 0);
    x86_write(s, &d->op[0], v);
}

void emit_RDMSR(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_call(s, &h_rdmsr, IR_NONE, 0);
    end_if_counting(s);
}

void emit_WRMSR(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_call(s, &h_wrmsr, IR_NONE, 0);
    s->next = DISAS_STOP;
}

static bool xsave_enabled(DisasContext *s)
{
    if (!(s->hflags & HF_OSXSAVE)) {
        x86_raise(s, EXCP06_ILLOP);
        return false;
    }
    return true;
}

void emit_XGETBV(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    if (xsave_enabled(s)) {
        x86_call(s, &h_xgetbv, IR_NONE, 0);
    }
}

void emit_XSETBV(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    if (xsave_enabled(s)) {
        x86_call(s, &h_xsetbv, IR_NONE, 0);
        s->next = DISAS_STOP;
    }
}

static void random_value(DisasContext *s, const DecodedInsn *d, bool seed)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_rdrand, v, 2, x86_const(s, d->op[0].sz), x86_const(s, seed));
    x86_write(s, &d->op[0], v);
}

void emit_RDRAND(DisasContext *s, const DecodedInsn *d)
{
    random_value(s, d, false);
}

void emit_RDSEED(DisasContext *s, const DecodedInsn *d)
{
    random_value(s, d, true);
}
