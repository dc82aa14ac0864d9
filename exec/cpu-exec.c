/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop of a vCPU: take exceptions and interrupts, find or make the next block, run
 * translated code until it comes back, chain what can be chained.
 *
 * Threads: cpu_exec() runs in the vCPU's thread without the big lock; interrupts are looked at
 * under it.
 *
 * Leaving: everything that ends a block early from C (a fault in a slow path or a helper) goes
 * through cpu_loop_exit(), a siglongjmp to the one sigsetjmp in cpu_exec(). The CPU state is
 * exact at that moment but for the pc, which cpu_restore_state() takes from the block's side
 * table. The jump skips the epilogue of translated code, hence tcg_backend_unwound().
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/jump-cache.h"
#include "exec/tb-cache.h"
#include "exec/tb-gen.h"
#include "exec/tlb.h"
#include "softmmu/cpus.h"

/* ---- leaving translated code ---- */

bool cpu_restore_state(CPUState *cpu, uintptr_t ra)
{
    TranslationBlock *tb = ra ? tb_from_host(ra) : NULL;
    uint64_t pc;

    if (!tb || !tcg_side_table_lookup(tb->side, tb->side_size, tb->pc,
                                      ra - (uintptr_t)tb->code, &pc)) {
        return false;
    }
    cpu->cc->set_pc(cpu, pc);
    return true;
}

void cpu_loop_exit(CPUState *cpu)
{
    siglongjmp(cpu->jmp_env, 1);
}

void cpu_loop_exit_restore(CPUState *cpu, uintptr_t ra)
{
    cpu_restore_state(cpu, ra);
    cpu_loop_exit(cpu);
}

void cpu_loop_exit_single(CPUState *cpu, uintptr_t ra)
{
    cpu->next_cflags = 1 | CF_NO_CHAIN;
    cpu_loop_exit_restore(cpu, ra);
}

void cpu_loop_exit_atomic(CPUState *cpu, uintptr_t ra)
{
    cpu->exception_index = EXCP_ATOMIC;
    cpu_loop_exit_restore(cpu, ra);
}

/* The host CPU raised a divide error at a division of the guest's. */
static void on_sigfpe(int sig, siginfo_t *info, void *uc)
{
    CPUState *cpu = current_cpu;
    void *pc = info->si_addr;

    if (!cpu || !tcg_backend_is_div_site(pc)) {
        signal(sig, SIG_DFL); /* a fault of ours: die of it, with a core */
        return;
    }
    tcg_backend_save_from_context(cpu->env, uc);
    /* The side table is searched for return addresses, which lie behind the instruction. */
    cpu_restore_state(cpu, (uintptr_t)pc + 1);
    cpu->cc->raise_divide(cpu);
}

void cpu_exec_install_signals(void)
{
    struct sigaction sa = { .sa_sigaction = on_sigfpe, .sa_flags = SA_SIGINFO | SA_NODEFER };

    sigemptyset(&sa.sa_mask);
    sigaction(SIGFPE, &sa, NULL);
}

/* ---- mode changes ---- */

void cpu_exec_context_changed(CPUState *cpu)
{
    CPUClass *cc = cpu->cc;
    CPUExecKey key;

    if (!cpu->jumps) {
        return; /* before realize */
    }
    tlb_select_context(cpu);
    cc->exec_key(cpu, &key);
    jump_cache_select(cpu, &key, cpu->tlb->cur->asid);
}

/* ---- exceptions and interrupts ---- */

/* True: leave cpu_exec() with *ret. */
static bool handle_exception(CPUState *cpu, int *ret)
{
    CPUClass *cc = cpu->cc;

    if (likely(cpu->exception_index < 0)) {
        return false;
    }
    if (cpu->exception_index >= EXCP_INTERRUPT) {
        *ret = cpu->exception_index;
        if (*ret == EXCP_DEBUG && cc->debug_excp) {
            cc->debug_excp(cpu);
            if (cpu->exception_index >= 0 && cpu->exception_index < EXCP_INTERRUPT) {
                return handle_exception(cpu, ret); /* the guest's own debug exception */
            }
        }
        cpu->exception_index = EXCP_NONE;
        return true;
    }
    cc->do_interrupt(cpu);
    cpu->exception_index = EXCP_NONE;
    if (unlikely(cpu->singlestep_enabled)) {
        *ret = EXCP_DEBUG; /* a debugger sees the first instruction of the handler */
        return true;
    }
    return false;
}

/* True: leave cpu_exec() with *ret. */
static bool handle_interrupt(CPUState *cpu, int *ret)
{
    CPUClass *cc = cpu->cc;
    bool again = true;
    uint32_t req;

    /* Pairs with the release in cpu_interrupt(): the request is seen after its flag. */
    qatomic_set_mb(&cpu->trans->exit_request, 0);
    req = qatomic_read(&cpu->interrupt_request);
    if (unlikely(req)) {
        bql_lock();
        req = cpu->interrupt_request;
        if (req & CPU_INTERRUPT_DEBUG) {
            cpu->interrupt_request &= ~CPU_INTERRUPT_DEBUG;
            cpu->exception_index = EXCP_DEBUG;
        } else if (req & CPU_INTERRUPT_HALT) {
            cpu->interrupt_request &= ~CPU_INTERRUPT_HALT;
            cpu->halted = 1;
            cpu->exception_index = EXCP_HLT;
        } else {
            cpu->interrupt_request &= ~CPU_INTERRUPT_EXITTB;
            again = !(cpu->singlestep_enabled & SSTEP_NOIRQ) &&
                    cc->exec_interrupt(cpu, cpu->interrupt_request);
            if (again) {
                cpu->exception_index = cpu->singlestep_enabled ? EXCP_DEBUG : EXCP_NONE;
            }
        }
        /*
         * What is still pending waits for the guest to enable it. Unless the target sets
         * exit_request when that may have happened, every block comes back here until then.
         */
        if (cpu->interrupt_request && (again || !cc->tells_irq_window)) {
            qatomic_set(&cpu->trans->exit_request, 1);
        }
        bql_unlock();
        if (cpu->exception_index >= 0) {
            return handle_exception(cpu, ret);
        }
    }
    if (unlikely(qatomic_read(&cpu->exit_loop_request))) {
        qatomic_set(&cpu->exit_loop_request, false);
        *ret = EXCP_INTERRUPT;
        return true;
    }
    return false;
}

/* ---- running ---- */

static bool may_chain(const TranslationBlock *from, const TranslationBlock *to)
{
    return to->nb_pages == 1 && !((from->cflags | to->cflags) & CF_NO_CHAIN);
}

/* Set while the command line is carried out. */
static bool one_insn_per_tb;

void tcg_set_one_insn_per_tb(bool on)
{
    one_insn_per_tb = on;
}

bool tcg_one_insn_per_tb(void)
{
    return one_insn_per_tb;
}

static uint32_t take_cflags(CPUState *cpu)
{
    uint32_t cflags = cpu->next_cflags;

    cpu->next_cflags = 0;
    if (unlikely(one_insn_per_tb)) {
        cflags = (cflags & ~CF_COUNT_MASK) | 1 | CF_NO_CHAIN;
    }
    if (unlikely(cpu->singlestep_enabled)) {
        /* A step gets past a breakpoint where it begins, or it would never move on. */
        cflags = (cflags & ~CF_COUNT_MASK) | 1 | CF_NO_CHAIN | CF_SINGLE_STEP | CF_NO_BREAKPOINT;
    }
    return cflags;
}

static void log_exec(CPUState *cpu, const CPUExecKey *key)
{
    if (qemu_loglevel_mask(CPU_LOG_EXEC) && qemu_log_in_addr_range(key->pc)) {
        qemu_log("Trace %d: [%016" PRIx64 "/%016" PRIx64 "/%08" PRIx64 "]\n", cpu->cpu_index,
                 key->cs_base, key->pc, key->flags);
    }
    if (qemu_loglevel_mask(CPU_LOG_TB_CPU)) {
        GString *s = g_string_new(NULL);
        cpu_dump_state(cpu, s, 0);
        qemu_log("%s", s->str);
        g_string_free(s, TRUE);
    }
}

/* What translated code said when it returned. */
static void after_exit(CPUState *cpu, uintptr_t ret, TranslationBlock **last, unsigned *slot)
{
    *last = NULL;
    switch (ret & TCG_EXIT_SLOT_MASK) {
    case 0:
    case 1:
        *last = (TranslationBlock *)(ret & ~(uintptr_t)TCG_EXIT_SLOT_MASK);
        *slot = ret & TCG_EXIT_SLOT_MASK;
        break;
    case TCG_EXIT_LOOP:
        if (cpu->trans->scratch[0] != EXIT_NEXT) {
            cpu->exception_index = cpu->trans->scratch[0];
        }
        break;
    default:
        break;
    }
}

static uintptr_t run_one(CPUState *cpu, TranslationBlock *last, unsigned slot)
{
    CPUClass *cc = cpu->cc;
    uint32_t cflags = take_cflags(cpu);
    TranslationBlock *tb;
    CPUExecKey key;

    cc->exec_key(cpu, &key);
    if (unlikely(qemu_loglevel_mask(CPU_LOG_EXEC | CPU_LOG_TB_CPU))) {
        log_exec(cpu, &key);
    }
    if (unlikely(tcg_uses_interp())) {
        return tb_interpret(cpu, &key, cflags);
    }
    if (likely(!cflags)) {
        JumpCacheEntry *e;

        jump_cache_select(cpu, &key, cpu->tlb->cur->asid);
        e = &cpu->trans->jc[jump_cache_index(key.pc)];
        if (!last && e->pc == key.pc && e->host != tcg_backend_jc_miss()) {
            return tcg_enter(cpu->env, e->host);
        }
    }
    tb = tb_get(cpu, &key, cflags);
    if (!tb) {
        return TCG_EXIT_REQUESTED;
    }
    if (last && may_chain(last, tb) && last->page[0] == tb->page[0]) {
        tb_chain(last, slot, tb);
    } else if (last && !((last->cflags | tb->cflags) & CF_NO_CHAIN)) {
        /* On two pages: a hot loop may begin there, so do not come back here each time. */
        tcg_backend_exit_via_jc(last->code_rw, last->code, &last->exits[slot]);
    }
    if (!(tb->cflags & (CF_NO_CHAIN | CF_TRANSIENT)) && !tb->invalid) {
        jump_cache_fill(cpu, key.pc, tb->code);
        if (unlikely(qatomic_read(&tb->invalid))) {
            /* Lost the race with an invalidation that had already looked at our slot. */
            jump_cache_drop(key.pc, tb->code);
        }
    }
    return tcg_enter(cpu->env, tb->code);
}

/* Put things in order after a jump that skipped everything between code and the loop. */
static CPUState *unwound(void)
{
    CPUState *cpu = current_cpu;

    tcg_backend_unwound(cpu->env);
    tb_gen_unwound(cpu);
    cpu->trans->bounce_len = 0;
    if (bql_locked()) {
        bql_unlock();
    }
    return cpu;
}

static int run_blocks(CPUState *cpu)
{
    TranslationBlock *last = NULL;
    unsigned slot = 0;
    int ret;

    /* From here on a request that is refused comes up again when the target says so. */
    if (qatomic_read(&cpu->interrupt_request)) {
        qatomic_set(&cpu->trans->exit_request, 1);
    }
    for (;;) {
        if (unlikely(cpu->exception_index >= 0) && handle_exception(cpu, &ret)) {
            return ret;
        }
        if (unlikely(qatomic_read(&cpu->trans->exit_request))) {
            last = NULL;
            if (handle_interrupt(cpu, &ret)) {
                return ret;
            }
        }
        after_exit(cpu, run_one(cpu, last, slot), &last, &slot);
    }
}

/* Apart from run_blocks(), so that no local of that lives across the sigsetjmp. */
static G_GNUC_NO_INLINE int exec_loop(CPUState *cpu)
{
    if (sigsetjmp(cpu->jmp_env, 0)) {
        unwound();
    }
    return run_blocks(current_cpu);
}

int cpu_exec(CPUState *cpu)
{
    CPUClass *cc = cpu->cc;
    int ret;

    current_cpu = cpu;
    if (cpu->halted) {
        bool work;
        bql_lock();
        work = cc->has_work(cpu);
        if (work) {
            cpu->halted = 0;
        }
        bql_unlock();
        if (!work) {
            return EXCP_HALTED;
        }
    }
    rcu_read_lock();
    cpu_exec_context_changed(cpu);
    if (cc->exec_enter) {
        cc->exec_enter(cpu);
    }
    ret = exec_loop(cpu);
    if (cc->exec_exit) {
        cc->exec_exit(cpu);
    }
    rcu_read_unlock();
    return ret;
}

static G_GNUC_NO_INLINE void step_once(CPUState *cpu)
{
    if (sigsetjmp(cpu->jmp_env, 0)) {
        unwound();
    } else {
        TranslationBlock *last;
        unsigned slot;

        after_exit(current_cpu, run_one(current_cpu, NULL, 0), &last, &slot);
    }
}

void cpu_exec_step_atomic(CPUState *cpu)
{
    cpu->in_exclusive = true;
    cpu->next_cflags = 1 | CF_NO_CHAIN;
    rcu_read_lock();
    step_once(cpu);
    rcu_read_unlock();
    current_cpu->in_exclusive = false;
}

void tcg_raise_divide(void *env)
{
    (void)env;
    current_cpu->cc->raise_divide(current_cpu);
}
