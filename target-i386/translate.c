/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translating a block of x86 code: the loop over instructions, and when a block ends.
 *
 * A block ends at branches, behind instructions that change the mode, before the first
 * instruction that starts on another page or reaches into one (unless it is the block's
 * first), at a breakpoint, at the limit of instructions. STI and MOV SS keep the next
 * instruction in their block: interrupts are seen at block entry only, so that is the
 * interrupt shadow; where the next instruction does not fit, HF_INHIBIT_IRQ carries the
 * shadow over.
 *
 * Threads: the vCPU's own; nothing is shared.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "exec/cpu-exec.h"
#include "target-i386/decode.h"
#include "target-i386/disas.h"
#include "target-i386/helper-table.h"

enum {
    /* Bounds the time of one translation and the cost of throwing a block away. */
    BLOCK_INSNS = 96,
    /* How far a forward jump is followed: the bytes between are part of the block's range. */
    FOLLOW_BYTES = 256,
    CODE_PAGE_SHIFT = 12,
};

/* Where the instruction-count hook of a block is, until the count is known. */
typedef struct CountHook {
    unsigned compare, subtract; /* op indices */
    unsigned label;
} CountHook;

static void context_init(DisasContext *s, CPUState *cpu, struct TranslationBlock *tb, IRBlock *b)
{
    uint32_t hf = tb->flags;

    memset(s, 0, offsetof(DisasContext, fp_deferred));
    s->cpu = cpu;
    s->env = cpu->env;
    s->tb = tb;
    s->b = b;
    s->hflags = hf;
    s->cflags = tb->cflags;
    s->code64 = hf & HF_CS64;
    s->cs32 = hf & HF_CS32;
    s->ss32 = hf & HF_SS32;
    s->pe = hf & HF_PE;
    s->vm = hf & HF_VM;
    s->lma = hf & HF_LMA;
    s->cpl = hf & HF_CPL_MASK;
    s->tf = hf & HF_TF;
    s->iopl_ok = !s->pe || hf & HF_IOPL3 || (s->cpl == 0 && !s->vm);
    s->mmu_idx = s->cpl == 3 ? MMU_USER_IDX
                             : hf & HF_SMAP_AC ? MMU_KSMAP_IDX : MMU_KNOSMAP_IDX;
    s->cs_base = tb->cs_base;
    s->cs_limit = s->code64 ? UINT64_MAX : tb->flags >> 32;
    s->eip_first = tb->pc;
    s->page_first = x86_code_linear(s, tb->pc) >> CODE_PAGE_SHIFT;
}

static unsigned insn_limit(const DisasContext *s, unsigned max_insns)
{
    unsigned limit = max_insns ? MIN(max_insns, BLOCK_INSNS) : BLOCK_INSNS;
    unsigned cf = s->cflags & CF_COUNT_MASK;

    if (cf) {
        limit = MIN(limit, cf);
    }
    if (s->tf || s->hflags & HF_INHIBIT_IRQ || s->cflags & CF_SINGLE_STEP) {
        return 1;
    }
    return limit;
}

/* With -icount a block starts by taking its instructions from the budget, or does not run. */
static void count_begin(DisasContext *s, CountHook *hook)
{
    IRVal budget = ir_global(G_ICOUNT_BUDGET), n = x86_const(s, 0);

    hook->label = ir_label_new(s->b);
    hook->compare = s->b->nb_ops;
    ir_brcond(s->b, SZ64, CMP_LTU, budget, n, hook->label);
    hook->subtract = s->b->nb_ops;
    ir_op3(s->b, IR_sub, SZ64, budget, budget, n);
}

static void count_end(DisasContext *s, const CountHook *hook)
{
    IRVal n = x86_const(s, s->tb->icount);

    s->b->ops[hook->compare].a[1] = n;
    s->b->ops[hook->subtract].a[2] = n;
    ir_label(s->b, hook->label);
    x86_exit_loop(s, s->eip_first, EXCP_INTERRUPT);
}

/* Conditions of the block's first instruction that end with it. */
static void entry_hooks(DisasContext *s)
{
    if (s->hflags & HF_INHIBIT_IRQ) {
        x86_call(s, &h_reset_inhibit_irq, IR_NONE, 0);
    }
    if (s->hflags & HF_RF) {
        x86_call(s, &h_reset_rf, IR_NONE, 0);
    }
}

static bool debugger_stops_at(const DisasContext *s, uint64_t eip)
{
    uint64_t linear = x86_code_linear(s, eip);
    CPUBreakpoint *bp;

    if (s->first && s->cflags & CF_NO_BREAKPOINT) {
        return false;
    }
    QTAILQ_FOREACH(bp, &s->cpu->breakpoints, entry) {
        if (bp->flags & BP_GDB && bp->pc == linear) {
            return true;
        }
    }
    return false;
}

static void emit_failure(DisasContext *s, DecodeStatus status)
{
    switch (status) {
    case DECODE_NM:
        x86_raise(s, EXCP07_PREX);
        break;
    case DECODE_MF:
        x86_call(s, &h_fp_pending, IR_NONE, 0);
        x86_exit_loop(s, s->insn.pc, 0); /* frozen until IRQ 13 is taken */
        break;
    case DECODE_GP:
        x86_raise_gp(s);
        break;
    default:
        x86_raise(s, EXCP06_ILLOP);
        break;
    }
}

/* One instruction at eip; false: it does not belong to this block. */
static bool translate_insn(DisasContext *s, uint64_t eip)
{
    DecodedInsn *d = &s->insn;
    DecodeStatus status;

    if (!s->first && x86_code_linear(s, eip) >> CODE_PAGE_SHIFT != s->page_first) {
        return false;
    }
    if (debugger_stops_at(s, eip)) {
        if (s->first) {
            ir_insn_start(s->b, eip);
            x86_exit_loop(s, eip, EXCP_DEBUG);
            d->pc = d->next = eip;
        }
        return s->first;
    }
    status = x86_decode(s, eip, d);
    if (status == DECODE_STOP) {
        return false;
    }
    if (s->mode_moved && d->row && d->row->xc == XC_X87) {
        return false; /* what it puts off behind the block would leave in another mode */
    }
    ir_insn_start(s->b, eip);
    s->next = DISAS_CONTINUE;
    if (s->first) {
        entry_hooks(s);
    }
    if (s->hflags & HF_BP && !(s->first && s->hflags & HF_RF)) {
        x86_call(s, &h_check_code_bp, IR_NONE, 1, x86_const(s, eip));
    }
    if (status == DECODE_OK) {
        d->row->emit(s, d);
    } else {
        emit_failure(s, status);
    }
    return true;
}

/* A forward jump inside the page need not end the block. */
static bool may_follow(const DisasContext *s, uint64_t target)
{
    uint64_t from = x86_code_linear(s, s->insn.next), to = x86_code_linear(s, target);

    return to >= from && to - from <= FOLLOW_BYTES && to >> CODE_PAGE_SHIFT == s->page_first &&
           target <= s->cs_limit;
}

/* The block ends behind an instruction that does not branch. */
static void end_block(DisasContext *s, uint64_t eip)
{
    if (s->next == DISAS_DONE) {
        return;
    }
    if (s->next == DISAS_SHADOW) {
        x86_call(s, &h_set_inhibit_irq, IR_NONE, 0);
        /* MOV SS holds the single-step trap off too. */
        s->tf &= !s->shadow_ss;
        x86_exit_reload(s, x86_const(s, eip));
    } else if (s->next == DISAS_STOP) {
        x86_exit_reload(s, x86_const(s, eip));
    } else {
        x86_exit_to(s, eip);
    }
}

static void log_block(DisasContext *s)
{
    if (qemu_loglevel_mask(CPU_LOG_TB_IN_ASM) &&
        qemu_log_in_addr_range(x86_code_linear(s, s->eip_first))) {
        i386_log_block(s->cpu, s->tb);
    }
}

void i386_translate(CPUState *cpu, struct TranslationBlock *tb, struct IRBlock *b,
                    unsigned max_insns)
{
    DisasContext s;
    CountHook hook = { 0 };
    unsigned limit, n = 0;
    uint64_t eip = tb->pc, end = 0;
    bool shadow = false;

    context_init(&s, cpu, tb, b);
    limit = insn_limit(&s, max_insns);
    b->pc = tb->pc;
    b->no_chain = s.cflags & CF_NO_CHAIN;
    if (s.cflags & CF_ICOUNT) {
        count_begin(&s, &hook);
    }
    for (s.first = true; translate_insn(&s, eip); s.first = false) {
        bool shadowed = shadow, follow = true;

        n++;
        end = MAX(end, s.insn.pc + s.insn.len - s.eip_first);
        eip = s.insn.next;
        if (s.next == DISAS_JUMP) {
            eip = s.jump_to;
            follow = may_follow(&s, eip);
            s.next = DISAS_CONTINUE;
        }
        shadow = s.next == DISAS_SHADOW;
        if ((s.next != DISAS_CONTINUE && !shadow) || shadowed || !follow || n >= limit ||
            b->overflow) {
            break;
        }
    }
    end_block(&s, eip);
    x86_emit_deferred(&s);
    tb->size = MAX(end, 1);
    tb->icount = n;
    if (s.cflags & CF_ICOUNT) {
        count_end(&s, &hook);
    }
    log_block(&s);
}
