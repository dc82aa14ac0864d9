/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where blocks end, and what surrounds their instructions: pages, limits, breakpoints, single
 * steps, interrupt shadows, instruction counting, SMAP windows.
 */
#include "diff.h"
#include "exec/cpu-exec.h"
#include "target-i386/helper-table.h"

static unsigned failures;
static DiffCase c;
static TranslationBlock tb;

#define CHECK(cond)                                                                              \
    do {                                                                                         \
        if (!(cond)) {                                                                           \
            printf("%s:%d: %s\n%s", __func__, __LINE__, #cond, emulated_ir());                   \
            failures++;                                                                          \
        }                                                                                        \
    } while (0)

static void code_at(uint64_t start, const void *bytes, unsigned len)
{
    memset(&c, 0, sizeof(c));
    c.mode = MODE_64;
    c.code64 = true;
    c.start = start;
    c.len = len;
    memcpy(c.code, bytes, len);
    c.in.regs[R_ESP] = DATA_BASE + 1024;
    c.in.mxcsr = 0x1f80;
    c.in.fcw = 0x37f;
}

#define CODE(...)                                                                                \
    do {                                                                                         \
        static const uint8_t bytes[] = {__VA_ARGS__};                                            \
        code_at(CODE_BASE + 0x100, bytes, sizeof(bytes));                                        \
    } while (0)

static unsigned count_op(const IRBlock *b, IROpcode op)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->nb_ops; i++) {
        n += b->ops[i].op == op;
    }
    return n;
}

static unsigned count_calls(const IRBlock *b, const IRHelper *h)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->nb_ops; i++) {
        n += b->ops[i].op == IR_call && b->ops[i].helper == h;
    }
    return n;
}

static void test_limit(void)
{
    const IRBlock *b;

    CODE(0x90, 0x90, 0x90, 0x90, 0xc3);
    b = emulated_translate(&c, 3, 0, 0, 2, &tb);
    CHECK(count_op(b, IR_insn_start) == 2 && tb.icount == 2 && tb.size == 2);
    b = emulated_translate(&c, 3, 0, 3, 64, &tb);
    CHECK(tb.icount == 3);
    b = emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 5 && tb.size == 5 && count_op(b, IR_exit_jc) == 1);
}

/* Only the first instruction of a block may reach into the next page. */
static void test_pages(void)
{
    static const uint8_t code[] = { 0x90, 0xb8, 1, 2, 3, 4, 0x90, 0xc3 };

    code_at(CODE_BASE + 4096 - 3, code, sizeof(code));
    emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 1 && tb.size == 1);
    code_at(CODE_BASE + 4096 - 2, code + 1, sizeof(code) - 1);
    emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 1 && tb.size == 5);
    /* The page behind does not exist: the fault is the first instruction's own. */
    code_at(CODE_BASE + 8192 - 3, code, 3);
    emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 1 && tb.size == 1);
    code_at(CODE_BASE + 8192 - 2, code + 1, 2);
    CHECK(emulated_translate(&c, 3, 0, 0, 64, &tb) == NULL);
}

static void test_breakpoint(void)
{
    CPUState *cpu = &env_x86cpu(emulated_env())->parent_obj;
    CPUBreakpoint bp = { .pc = CODE_BASE + 0x102, .flags = BP_GDB };
    const IRBlock *b;

    CODE(0x90, 0x90, 0x90, 0xc3);
    QTAILQ_INSERT_TAIL(&cpu->breakpoints, &bp, entry);
    emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 2);
    bp.pc = CODE_BASE + 0x100;
    b = emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(count_op(b, IR_exit_loop) == 1 && b->ops[b->nb_ops - 1].imm == EXCP_DEBUG);
    emulated_translate(&c, 3, 0, CF_NO_BREAKPOINT, 64, &tb);
    CHECK(tb.icount == 4);
    QTAILQ_REMOVE(&cpu->breakpoints, &bp, entry);
}

static void test_steps(void)
{
    const IRBlock *b;

    CODE(0x90, 0x90);
    b = emulated_translate(&c, 3, HF_TF, 0, 64, &tb);
    CHECK(tb.icount == 1 && count_calls(b, &h_single_step) == 1);
    b = emulated_translate(&c, 3, 0, CF_SINGLE_STEP, 64, &tb);
    CHECK(tb.icount == 1 && b->ops[b->nb_ops - 1].imm == EXCP_DEBUG);
    /* A branch steps on both ways. */
    CODE(0x74, 0x10);
    b = emulated_translate(&c, 3, HF_TF, 0, 64, &tb);
    CHECK(count_calls(b, &h_single_step) == 2 && count_op(b, IR_exit_tb) == 0);
    /* mov ss, ax: no trap behind it, the shadow reaches over the next instruction */
    CODE(0x8e, 0xd0, 0x90);
    b = emulated_translate(&c, 0, HF_TF, 0, 64, &tb);
    CHECK(count_calls(b, &h_single_step) == 0 && count_calls(b, &h_set_inhibit_irq) == 1);
}

static void test_shadow(void)
{
    CPUX86State *env = emulated_env();
    CPUState *cpu = &env_x86cpu(env)->parent_obj;
    const IRBlock *b;

    /* sti; inc eax; inc eax: the block ends behind the shadow, where interrupts are seen */
    CODE(0xfb, 0xff, 0xc0, 0xff, 0xc0);
    b = emulated_translate(&c, 0, 0, 0, 64, &tb);
    CHECK(tb.icount == 2 && count_calls(b, &h_set_inhibit_irq) == 0);
    cpu->interrupt_request = CPU_INTERRUPT_HARD;
    env->eflags &= ~(uint64_t)IF_MASK;
    CHECK(emulated_run_block() == VECTOR_NONE);
    CHECK(env->eflags & IF_MASK && env->trans.exit_request && env->regs[R_EAX] == 1);
    cpu->interrupt_request = 0;
    /* Where the next instruction does not fit, the shadow is carried over. */
    b = emulated_translate(&c, 0, 0, 0, 1, &tb);
    CHECK(tb.icount == 1 && count_calls(b, &h_set_inhibit_irq) == 1);
    b = emulated_translate(&c, 0, HF_INHIBIT_IRQ, 0, 64, &tb);
    CHECK(tb.icount == 1 && count_calls(b, &h_reset_inhibit_irq) == 1);
}

static void test_icount(void)
{
    CPUX86State *env = emulated_env();

    CODE(0xff, 0xc0, 0xff, 0xc0, 0xff, 0xc0, 0xc3);
    emulated_translate(&c, 3, 0, CF_ICOUNT, 3, &tb);
    env->trans.icount_budget = 10;
    CHECK(emulated_run_block() == VECTOR_NONE);
    CHECK(env->trans.icount_budget == 7 && env->regs[R_EAX] == 3);
    emulated_translate(&c, 3, 0, CF_ICOUNT, 3, &tb);
    env->trans.icount_budget = 2;
    CHECK(emulated_run_block() == VECTOR_NONE);
    CHECK(env->trans.icount_budget == 2 && env->regs[R_EAX] == 0 && env->eip == c.start);
}

static void test_smap(void)
{
    CPUX86State *env = emulated_env();
    const IRBlock *b;

    /* stac; mov eax, [rbx]; clac; mov ecx, [rbx] */
    CODE(0x0f, 0x01, 0xcb, 0x8b, 0x03, 0x0f, 0x01, 0xca, 0x8b, 0x0b);
    c.in.regs[R_EBX] = DATA_BASE;
    b = emulated_translate(&c, 0, HF_SMAP_AC, 0, 4, &tb);
    CHECK(tb.icount == 4 && b->nb_mems == 2 && b->mems[0].mmu_idx == MMU_KNOSMAP_IDX &&
          b->mems[1].mmu_idx == MMU_KSMAP_IDX);
    CHECK(count_calls(b, &h_context_changed) == 0 && count_calls(b, &h_set_ac) == 0);
    CHECK(emulated_run_block() == VECTOR_NONE);
    CHECK(env->hflags & HF_SMAP_AC && !(env->eflags & AC_MASK));
    b = emulated_translate(&c, 0, HF_SMAP_AC, 0, 2, &tb);
    CHECK(count_calls(b, &h_context_changed) == 1 && count_op(b, IR_exit_tb) == 0);
    b = emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 1 && emulated_run_block() == EXCP06_ILLOP);
}

static void test_follow(void)
{
    const IRBlock *b;

    /* jmp +2; ud2; ret: the block goes on behind the jump and covers what lies between */
    CODE(0xeb, 0x02, 0x0f, 0x0b, 0xc3);
    b = emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 2 && tb.size == 5 && count_op(b, IR_exit_jc) == 1);
    /* Backwards it ends. */
    CODE(0xeb, 0xf0);
    b = emulated_translate(&c, 3, 0, 0, 64, &tb);
    CHECK(tb.icount == 1 && count_op(b, IR_exit_tb) == 1);
}

int main(void)
{
    native_init();
    emulated_init();
    test_limit();
    test_pages();
    test_breakpoint();
    test_steps();
    test_shadow();
    test_icount();
    test_smap();
    test_follow();
    printf("%u checks failed\n", failures);
    return failures != 0;
}
