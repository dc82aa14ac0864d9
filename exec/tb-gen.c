/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making a translated block: guest code to IR (the target), IR to host code (the backend), and
 * the entry in the store with the promise that no store to the code goes unseen.
 *
 * Threads: each vCPU translates in its own thread with an IRBlock of its own.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "exec/jump-cache.h"
#include "exec/tb-cache.h"
#include "exec/tb-gen.h"
#include "exec/tlb.h"
#include "tcg/disas.h"

enum {
    /* A block may not start with less room than this; the largest blocks stay well below. */
    MIN_CODE_ROOM = 64 * 1024,
    MAX_BLOCK_INSNS = 100,
    DEFAULT_TB_SIZE = 256 << 20,
    /* Give up on keeping a block whose page other vCPUs keep writing. */
    MAX_RETRIES = 4,
};

static struct {
    const struct IRTarget *target;
    bool interp;
    bool ready;
} gen; /* written once by tcg_exec_init() before any vCPU runs */

static __thread IRBlock *my_block;

bool tcg_exec_init(const struct IRTarget *target, size_t tb_size, bool use_interp, Error **errp)
{
    if (gen.ready) {
        return true;
    }
    if (!tb_cache_init(tb_size ? tb_size : DEFAULT_TB_SIZE, errp)) {
        return false;
    }
    gen.target = target;
    gen.interp = use_interp;
    tb_cache_set_prologue(target);
    cpu_exec_install_signals();
    gen.ready = true;
    return true;
}

void tcg_exec_realize(CPUState *cpu)
{
    assert(gen.ready);
    jump_cache_init(cpu);
    tlb_init(cpu);
    cpu->trans->host_mxcsr = HOST_MXCSR_DEFAULT;
    cpu->trans->host_fpcw = HOST_FPCW_DEFAULT;
    cpu_exec_context_changed(cpu);
}

void tcg_exec_unrealize(CPUState *cpu)
{
    tlb_destroy(cpu);
    jump_cache_destroy(cpu);
}

static IRBlock *fresh_block(void)
{
    if (!my_block) {
        my_block = ir_block_new(gen.target);
    } else {
        ir_block_reset(my_block);
    }
    return my_block;
}

static bool log_wanted(int mask, vaddr pc)
{
    return unlikely(qemu_loglevel_mask(mask)) && qemu_log_in_addr_range(pc);
}

static void log_ir(const char *title, const IRBlock *b)
{
    GString *s = g_string_new(NULL);

    ir_print(b, s);
    qemu_log("%s\n%s\n", title, s->str);
    g_string_free(s, TRUE);
}

static void check_block(const IRBlock *b)
{
    char msg[256];

    if (!ir_validate(b, msg, sizeof(msg))) {
        log_ir("invalid IR:", b);
        g_error("translator: %s", msg);
    }
}

/* Front end and optimiser: fills b and the guest side of tb. */
static void translate_ir(CPUState *cpu, TranslationBlock *tb, IRBlock *b)
{
    CPUClass *cc = cpu->cc;
    unsigned max = tb->cflags & CF_COUNT_MASK;

    b->pc = tb->pc;
    b->no_chain = tb->cflags & CF_NO_CHAIN;
    cc->translate(cpu, tb, b, max ? max : MAX_BLOCK_INSNS);
    if (log_wanted(CPU_LOG_TB_OP, tb->pc)) {
        log_ir("OP:", b);
    }
    ir_optimize(b);
    if (log_wanted(CPU_LOG_TB_OP_OPT, tb->pc)) {
        log_ir("OP after optimization:", b);
    }
    if (unlikely(qemu_loglevel_mask(CPU_LOG_TB_OP | CPU_LOG_TB_OP_OPT))) {
        check_block(b);
    }
    cpu->nr_tb_translated++;
}

/* The second page's address if the block reaches into it. */
static void find_second_page(CPUState *cpu, TranslationBlock *tb, vaddr linear)
{
    const uint8_t *host;
    vaddr last = linear + tb->size - 1;

    tb->nb_pages = 1;
    tb->page[0] = tb->phys_pc & GUEST_PAGE_MASK;
    tb->page[1] = RAM_ADDR_INVALID;
    if ((linear ^ last) & GUEST_PAGE_MASK) {
        tb->page[1] = tlb_code_page(cpu, last & GUEST_PAGE_MASK, &host);
        tb->nb_pages = tb->page[1] == RAM_ADDR_INVALID ? 1 : 2;
    }
}

static bool ask_for_flush(CPUState *cpu)
{
    tb_flush(cpu);
    cpu->exception_index = EXCP_INTERRUPT;
    return false;
}

static TranslationBlock *tb_new(CPUState *cpu, const CPUExecKey *key, uint32_t cflags,
                                hwaddr phys_pc, TBCode *code)
{
    TranslationBlock *tb = tb_alloc(MIN_CODE_ROOM, code);

    if (!tb) {
        ask_for_flush(cpu);
        return NULL;
    }
    tb->pc = key->pc;
    tb->cs_base = key->cs_base;
    tb->flags = key->flags;
    tb->cflags = cflags;
    tb->phys_pc = phys_pc;
    return tb;
}

static bool emit_code(TranslationBlock *tb, TBCode *code, const IRBlock *b)
{
    if (!tcg_backend_emit(b, code)) {
        return false;
    }
    tb_commit_code(tb, code);
    if (log_wanted(CPU_LOG_TB_OUT_ASM, tb->pc)) {
        qemu_log("OUT: [size=%u]\n", tb->code_size);
        disas_host(tb->code_rw, tb->code_size, (uintptr_t)tb->code);
    }
    return true;
}

/*
 * Translate with the pages watched. A fetch fault inside translate() leaves through siglongjmp;
 * cpu->translating_pages tells the loop which pages to release then.
 */
static TranslationBlock *translate_once(CPUState *cpu, const CPUExecKey *key, uint32_t cflags,
                                        hwaddr phys_pc, bool keep, bool *stale)
{
    hwaddr begun[2] = { RAM_ADDR_INVALID, RAM_ADDR_INVALID };
    const uint8_t *host;
    uint32_t tickets[2];
    TBCode code = { 0 };
    TranslationBlock *tb = tb_new(cpu, key, cflags, phys_pc, &code);
    IRBlock *b = fresh_block();
    vaddr linear = key->pc + key->cs_base;

    *stale = false;
    if (!tb) {
        return NULL;
    }
    tlb_forget_code_page(cpu);
    if (phys_pc != RAM_ADDR_INVALID) {
        TLBFull *full;
        vaddr next = (linear & GUEST_PAGE_MASK) + GUEST_PAGE_SIZE;

        begun[0] = phys_pc & GUEST_PAGE_MASK;
        /* The next page too, where it is mapped: an instruction may reach into it. */
        if (tlb_get(cpu, next, MMU_INST_FETCH, cpu->cc->mmu_index(cpu, true), true, 0,
                    &full) && full->rb && (linear & ~GUEST_PAGE_MASK) + 1600 > GUEST_PAGE_SIZE) {
            begun[1] = full->rb->offset + full->rb_offset;
        }
        tb_begin_pages(begun, tickets);
    }
    cpu->begun_pages[0] = begun[0];
    cpu->begun_pages[1] = begun[1];
    cpu->new_tb = tb;
    translate_ir(cpu, tb, b);
    if (phys_pc != RAM_ADDR_INVALID) {
        find_second_page(cpu, tb, linear);
        (void)host;
    }
    cpu->new_tb = NULL;
    cpu->begun_pages[0] = cpu->begun_pages[1] = RAM_ADDR_INVALID;
    if (!emit_code(tb, &code, b)) {
        tb_abandon_pages(begun);
        g_free(tb);
        ask_for_flush(cpu);
        return NULL;
    }
    if (tb->nb_pages == 2 && tb->page[1] != begun[1]) {
        *stale = true; /* the second page was not watched while it was read */
        tb_abandon_pages(begun);
    } else if (keep) {
        *stale = !tb_insert(&tb, begun, tickets);
    } else {
        tb_abandon_pages(begun);
    }
    return tb;
}

/* A fault came up inside translate(): release what translate_once() holds. */
void tb_gen_unwound(CPUState *cpu)
{
    if (cpu->new_tb) {
        hwaddr begun[2] = { cpu->begun_pages[0], cpu->begun_pages[1] };

        cpu->begun_pages[0] = cpu->begun_pages[1] = RAM_ADDR_INVALID;
        g_free(cpu->new_tb);
        cpu->new_tb = NULL;
        tb_abandon_pages(begun);
    }
}

TranslationBlock *tb_get(CPUState *cpu, const CPUExecKey *key, uint32_t cflags)
{
    const uint8_t *host;
    hwaddr phys_pc = tlb_code_page(cpu, key->pc + key->cs_base, &host);
    TranslationBlock *tb = NULL;
    bool stale;

    if (phys_pc == RAM_ADDR_INVALID) {
        /* Code in a device: one instruction at a time, never kept. */
        cflags = (cflags & ~CF_COUNT_MASK) | 1 | CF_NO_CHAIN | CF_TRANSIENT;
        return translate_once(cpu, key, cflags, phys_pc, false, &stale);
    }
    tb = tb_lookup(key, cflags, phys_pc);
    for (int i = 0; !tb || tb->invalid; i++) {
        tb = translate_once(cpu, key, cflags, phys_pc, true, &stale);
        if (!tb || !stale) {
            return tb;
        }
        if (i >= MAX_RETRIES) {
            cflags = (cflags & ~CF_COUNT_MASK) | 1 | CF_NO_CHAIN | CF_TRANSIENT;
            return translate_once(cpu, key, cflags, phys_pc, false, &stale);
        }
        tb = NULL;
    }
    return tb;
}

bool tcg_uses_interp(void)
{
    return gen.interp;
}

uintptr_t tb_interpret(CPUState *cpu, const CPUExecKey *key, uint32_t cflags)
{
    TranslationBlock tb = {
        .pc = key->pc, .cs_base = key->cs_base, .flags = key->flags,
        .cflags = cflags | CF_NO_CHAIN | CF_TRANSIENT,
    };
    IRBlock *b = fresh_block();
    const uint8_t *host;

    tb.phys_pc = tlb_code_page(cpu, key->pc + key->cs_base, &host);
    tlb_forget_code_page(cpu);
    translate_ir(cpu, &tb, b);
    return tcg_interp(b, cpu->env, NULL);
}

void tcg_dump_info(GString *out)
{
    uint64_t tbs, bytes, flushes, invalidated;
    CPUState *cpu;

    tb_cache_stats(&tbs, &bytes, &flushes, &invalidated);
    g_string_append_printf(out, "Translation buffer state:\ncode memory      %" PRIu64 " KiB\n"
                           "TB count         %" PRIu64 "\nTB flushes       %" PRIu64 "\n"
                           "TB invalidations %" PRIu64 "\n", bytes >> 10, tbs, flushes,
                           invalidated);
    CPU_FOREACH(cpu) {
        g_string_append_printf(out, "CPU #%d: %" PRIu64 " blocks translated, %" PRIu64
                               " TLB fills\n", cpu->cpu_index, cpu->nr_tb_translated,
                               cpu->nr_tlb_fills);
    }
}
