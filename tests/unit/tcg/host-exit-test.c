/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How control leaves blocks of the host backend: exits, chaining with and without FLAGS, the
 * jump cache, exit requests, faults in memory accesses and helpers, division errors.
 */
#include "host-harness.h"
#include <check.h>

static IRBlock *b;
static HostEnv *env;
static HostEnv *volatile current_env; /* for the signal handler */

static void setup(void)
{
    b = ir_block_new(&host_target);
    env = host_env_new();
    current_env = env;
    host_flush();
}

static void teardown(void)
{
    host_env_free(env);
    ir_block_free(b);
}

static void begin(uint64_t pc)
{
    ir_block_reset(b);
    b->pc = pc;
    ir_insn_start(b, pc);
}

static IRVal K(uint64_t v)
{
    return ir_const(b, v);
}

/* cmp r0, r1; jb: slot 1, else slot 0. */
static HostCode emit_compare_block(void *tb)
{
    unsigned l;

    begin(0x1000);
    l = ir_label_new(b);
    ir_op2(b, IR_cmp_f, SZ64, HR(0), HR(1));
    ir_br_cc(b, CC_B, l);
    ir_exit_tb(b, 0x1010, 0, true);
    ir_label(b, l);
    ir_exit_tb(b, 0x1020, 1, true);
    return host_emit(b, tb);
}

START_TEST(test_unchained_exits_return_block_and_slot)
{
    HostCode h = emit_compare_block((void *)0x40000);

    env->r[0] = 1;
    env->r[1] = 2;
    ck_assert_uint_eq(tcg_enter(env, h.rx), 0x40001);
    ck_assert_uint_eq(env->pc, 0x1020);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & FL_C, FL_C);
    env->r[0] = 3;
    ck_assert_uint_eq(tcg_enter(env, h.rx), 0x40000);
    ck_assert_uint_eq(env->pc, 0x1010);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags) & FL_C, 0);
    /* both exits are one jump each */
    ck_assert_uint_ne(h.code.exits[0].direct_ofs, 0);
    ck_assert_uint_ne(h.code.exits[1].direct_ofs, 0);
    ck_assert_uint_eq(h.code.exits[0].pending, FL_ALL);
}
END_TEST

START_TEST(test_patch_sites_lie_in_one_word)
{
    HostCode h = emit_compare_block((void *)0x40000);

    for (unsigned n = 0; n < 2; n++) {
        const TBExit *e = &h.code.exits[n];

        ck_assert_uint_le(((uintptr_t)h.rx + e->direct_ofs) & 7, 4);
        ck_assert_uint_le(((uintptr_t)h.rx + e->saved_ofs) & 7, 4);
    }
}
END_TEST

static void chain(const HostCode *from, unsigned slot, const HostCode *to)
{
    tcg_backend_patch(from->code.rw, from->rx, &from->code.exits[slot], to ? to->rx : NULL,
                      to ? to->code.flags_in : 0);
}

START_TEST(test_chained_successor_that_reads_flags_gets_them)
{
    HostCode first = emit_compare_block((void *)0x40000), next;

    begin(0x1020);
    ir_op1(b, IR_setcc_f, SZ64, HR(2))->aux = CC_B;
    ir_exit_tb(b, 0x1030, 0, true);
    next = host_emit(b, (void *)0x50000);
    ck_assert_uint_ne(next.code.flags_in & FL_C, 0);
    chain(&first, 1, &next);
    env->r[0] = 1;
    env->r[1] = 2;
    ck_assert_uint_eq(tcg_enter(env, first.rx), 0x50000);
    ck_assert_uint_eq(env->r[2], 1);
    chain(&first, 1, NULL);
    ck_assert_uint_eq(tcg_enter(env, first.rx), 0x40001);
    ck_assert_uint_eq(env->pc, 0x1020);
}
END_TEST

START_TEST(test_chained_successor_that_defines_flags_is_reached_directly)
{
    HostCode first = emit_compare_block((void *)0x40000), next;
    uint32_t before;

    begin(0x1010);
    ir_op3(b, IR_add_f, SZ64, HR(2), HR(2), K(5));
    ir_exit_loop(b, 9);
    next = host_emit(b, (void *)0x50000);
    ck_assert_uint_eq(next.code.flags_in, 0);
    chain(&first, 0, &next);
    env->trans.flags = before = 0x5aff;
    env->r[0] = 7;
    ck_assert_uint_eq(tcg_enter(env, first.rx), TCG_EXIT_LOOP);
    ck_assert_uint_eq(env->trans.scratch[0], 9);
    ck_assert_uint_eq(env->r[2], 5);
    ck_assert_uint_ne(env->trans.flags, before); /* those of the addition */
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags), FL_P);
}
END_TEST

START_TEST(test_loop_of_chained_blocks_stops_at_exit_request)
{
    HostCode h;

    begin(0x1000);
    ir_op3(b, IR_add, SZ64, HR(0), HR(0), K(1));
    ir_exit_tb(b, 0x1000, 0, true);
    h = host_emit(b, (void *)0x40000);
    chain(&h, 0, &h);
    env->trans.exit_request = 1;
    ck_assert_uint_eq(tcg_enter(env, h.rx) & TCG_EXIT_SLOT_MASK, TCG_EXIT_REQUESTED);
    ck_assert_uint_eq(env->pc, 0x1000);
    ck_assert_uint_eq(env->r[0], 0);
}
END_TEST

START_TEST(test_jump_cache)
{
    uint64_t far_pc = 0xffffffff81234560;
    HostCode from, indirect, to;

    begin(0x1000);
    ir_exit_tb(b, far_pc, 0, false);
    from = host_emit(b, (void *)0x40000);
    begin(0x1000);
    ir_exit_jc(b, HR(4));
    indirect = host_emit(b, (void *)0x40000);
    begin(far_pc);
    ir_exit_loop(b, 3);
    to = host_emit(b, (void *)0x50000);

    env->r[4] = far_pc;
    ck_assert_uint_eq(tcg_enter(env, from.rx), TCG_EXIT_MISS);
    ck_assert_uint_eq(env->pc, far_pc);
    env->pc = 0;
    ck_assert_uint_eq(tcg_enter(env, indirect.rx), TCG_EXIT_MISS);
    ck_assert_uint_eq(env->pc, far_pc);
    env->jc[jump_cache_index(far_pc)] = (JumpCacheEntry){ far_pc, to.rx };
    ck_assert_uint_eq(tcg_enter(env, from.rx), TCG_EXIT_LOOP);
    ck_assert_uint_eq(tcg_enter(env, indirect.rx), TCG_EXIT_LOOP);
    /* An unused entry matches the pc of all ones, and leads to the miss all the same. */
    env->r[4] = UINT64_MAX;
    ck_assert_uint_eq(tcg_enter(env, indirect.rx), TCG_EXIT_MISS);
    ck_assert_uint_eq(env->pc, UINT64_MAX);
}
END_TEST

START_TEST(test_exit_via_jump_cache)
{
    HostCode first = emit_compare_block((void *)0x40000), next;

    begin(0x1020);
    ir_op1(b, IR_setcc_f, SZ64, HR(2))->aux = CC_B;
    ir_exit_loop(b, 4);
    next = host_emit(b, (void *)0x50000);
    env->r[1] = 2;
    tcg_backend_exit_via_jc(first.code.rw, first.rx, &first.code.exits[1]);
    ck_assert_uint_eq(tcg_enter(env, first.rx), TCG_EXIT_MISS);
    ck_assert_uint_eq(env->pc, 0x1020);
    env->jc[jump_cache_index(0x1020)] = (JumpCacheEntry){ 0x1020, next.rx };
    ck_assert_uint_eq(tcg_enter(env, first.rx), TCG_EXIT_LOOP);
    ck_assert_uint_eq(env->r[2], 1); /* with its FLAGS */
}
END_TEST

static uint64_t pc_of(const HostCode *h, uintptr_t ra)
{
    uint64_t pc = 0;

    ck_assert(ra > (uintptr_t)h->rx && ra <= (uintptr_t)h->rx + h->code.size);
    ck_assert(tcg_side_table_lookup(h->code.side, h->code.side_size, b->pc,
                                    ra - (uintptr_t)h->rx, &pc));
    return pc;
}

START_TEST(test_memory_fault_finds_exact_state)
{
    IRMem m = { .base = HR(3), .disp = 16, .asz = SZ64, .sz = SZ64 };
    HostCode h;
    int left;

    begin(0x1000);
    ir_op3(b, IR_add_f, SZ64, HR(0), HR(0), K(1));
    ir_insn_start(b, 0x1004);
    ir_op3(b, IR_sub_f, SZ64, HR(1), HR(1), K(1));
    ir_op2(b, IR_vmov, SZ256, HV(1), HV(2));
    ir_insn_start(b, 0x1008);
    ir_ld(b, HR(1), SZ64, &m);
    ir_insn_start(b, 0x100c);
    ir_op2(b, IR_mov, SZ64, HR(0), K(0));
    ir_exit_tb(b, 0x2000, 0, true);
    h = host_emit(b, (void *)0x40000);
    env->r[0] = 41;
    env->r[1] = 1;
    env->r[3] = RAM_BASE;
    env->vec[2][31] = 77;
    env->fault_page = RAM_BASE;
    left = sigsetjmp(env->fault, 0);
    if (!left) {
        tcg_enter(env, h.rx);
        ck_abort_msg("no fault");
    }
    tcg_backend_unwound(env);
    ck_assert_int_eq(left, 1);
    ck_assert_uint_eq(env->fault_addr, RAM_BASE + 16);
    ck_assert_uint_eq(pc_of(&h, env->fault_ra), 0x1008);
    ck_assert_uint_eq(env->r[0], 42);
    ck_assert_uint_eq(env->r[1], 0);
    ck_assert_uint_eq(env->vec[1][31], 77);
    /* live at the exit, so they are exact at the fault as well: ZF of 1 - 1 */
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags), FL_Z | FL_P);
}
END_TEST

static uintptr_t helper_ra;

static uint64_t faulting_helper(HostEnv *e)
{
    helper_ra = (uintptr_t)__builtin_return_address(0);
    siglongjmp(e->fault, 3);
}

START_TEST(test_helper_fault_finds_exact_state)
{
    static const IRHelper h = { "fault", faulting_helper,
                                HELPER_FAULTS | HELPER_READS_FLAGS | HELPER_GPR_ONLY };
    IRVal args[1] = { IR_ENV };
    HostCode code;

    begin(0x1000);
    ir_op3(b, IR_add_f, SZ64, HR(9), HR(9), K(1));
    ir_op2(b, IR_vmov, SZ128, HV(3), HV(4));
    ir_insn_start(b, 0xfff);
    ir_call(b, &h, IR_NONE, 1, args);
    ir_exit_tb(b, 0x2000, 0, true);
    code = host_emit(b, (void *)0x40000);
    env->r[9] = UINT64_MAX;
    env->vec[4][5] = 55;
    env->trans.mxcsr = 0x1fa0;
    if (!sigsetjmp(env->fault, 0)) {
        tcg_enter(env, code.rx);
        ck_abort_msg("no fault");
    }
    tcg_backend_unwound(env);
    ck_assert_uint_eq(pc_of(&code, helper_ra), 0xfff);
    ck_assert_uint_eq(env->r[9], 0);
    ck_assert_uint_eq(env->vec[3][5], 55);
    ck_assert_uint_eq(env->trans.mxcsr, 0x1fa0);
    ck_assert_uint_eq(trans_flags_to_x86(env->trans.flags), FL_Z | FL_P | FL_C | FL_A);
}
END_TEST

static uintptr_t div_pc;

static void on_sigfpe(int sig, siginfo_t *info, void *uc)
{
    if (!tcg_backend_is_div_site(info->si_addr)) {
        _exit(99);
    }
    div_pc = (uintptr_t)info->si_addr;
    tcg_backend_save_from_context(current_env, uc);
    siglongjmp(current_env->fault, 2);
}

START_TEST(test_divide_error)
{
    struct sigaction sa = { .sa_sigaction = on_sigfpe, .sa_flags = SA_SIGINFO | SA_NODEFER };
    HostCode h;

    sigaction(SIGFPE, &sa, NULL);
    begin(0x1000);
    ir_op3(b, IR_add, SZ64, HR(10), HR(10), K(1));
    ir_op2(b, IR_vmov, SZ256, HV(6), HV(7));
    ir_insn_start(b, 0x1005);
    ir_emit(b, IR_divu2, _i);
    b->ops[b->nb_ops - 1].a[0] = b->ops[b->nb_ops - 1].a[2] = HR(0);
    b->ops[b->nb_ops - 1].a[1] = b->ops[b->nb_ops - 1].a[3] = HR(2);
    b->ops[b->nb_ops - 1].a[4] = HR(5);
    ir_exit_tb(b, 0x2000, 0, true);
    h = host_emit(b, (void *)0x40000);
    env->r[0] = 100;
    env->r[2] = 0;
    env->r[5] = 7;
    ck_assert_uint_eq(tcg_enter(env, h.rx), 0x40000);
    ck_assert_uint_eq(env->r[0], 14);
    ck_assert_uint_eq(env->r[2], 2);
    env->r[5] = 0;
    env->vec[7][30] = 12;
    if (!sigsetjmp(env->fault, 0)) {
        tcg_enter(env, h.rx);
        ck_abort_msg("no divide error");
    }
    tcg_backend_unwound(env);
    ck_assert_uint_eq(pc_of(&h, div_pc + 1), 0x1005);
    ck_assert_uint_eq(env->r[10], 2);
    ck_assert_uint_eq(env->r[0], 14);
    ck_assert_uint_eq(env->vec[6][30], 12);
}
END_TEST

START_TEST(test_no_chain_block_has_no_exits_to_patch)
{
    HostCode h;

    begin(0x1000);
    b->no_chain = true;
    ir_op3(b, IR_add_f, SZ64, HR(0), HR(0), K(1));
    ir_exit_tb(b, 0x1004, 0, true);
    h = host_emit(b, (void *)0x40000);
    ck_assert_uint_eq(h.code.exits[0].direct_ofs, 0);
    ck_assert_uint_eq(tcg_enter(env, h.rx), TCG_EXIT_MISS);
    ck_assert_uint_eq(env->pc, 0x1004);
}
END_TEST

START_TEST(test_too_little_room_is_refused)
{
    TBCode code = { .room = 512 };

    begin(0x1000);
    ir_exit_tb(b, 0x1004, 0, true);
    ck_assert(!tcg_backend_emit(b, &code));
}
END_TEST

/* TLB: one slow path fills, later accesses stay inline; a tag with flag bits never hits. */
START_TEST(test_tlb_hit_needs_no_call)
{
    IRMem m = { .base = HR(3), .asz = SZ64, .sz = SZ32 };
    HostCode h;

    begin(0x1000);
    ir_ld(b, HR(0), SZ32, &m);
    ir_op3(b, IR_add, SZ64, HR(0), HR(0), K(1));
    ir_st(b, HR(0), &m);
    ir_exit_tb(b, 0x2000, 0, true);
    h = host_emit(b, (void *)0x40000);
    env->r[3] = RAM_BASE + 0x1ffc;
    tcg_enter(env, h.rx);
    ck_assert_uint_eq(env->slow_calls, 1);
    tcg_enter(env, h.rx);
    ck_assert_uint_eq(env->slow_calls, 1);
    ck_assert_uint_eq(env->ram[0x1ffc], 2);
    env->r[3] = RAM_BASE + 0x1ffd; /* crosses the page */
    tcg_enter(env, h.rx);
    ck_assert_uint_eq(env->slow_calls, 3);
    env->r[3] = RAM_BASE + 0x1ff0;
    for (unsigned n = 0; n < HOST_TLB_ENTRIES; n++) {
        env->tlb[n].tag[TLB_TAG_WRITE] |= 1 << 6;
    }
    tcg_enter(env, h.rx);
    ck_assert_uint_eq(env->slow_calls, 4);
}
END_TEST

static uint32_t current_mxcsr(void)
{
    return __builtin_ia32_stmxcsr();
}

START_TEST(test_guest_mxcsr_stays_in_guest_code)
{
    uint32_t mine = current_mxcsr();
    HostCode h;

    begin(0x1000);
    ir_exit_tb(b, 0x2000, 0, true);
    h = host_emit(b, (void *)0x40000);
    env->trans.mxcsr = 0x7fa1; /* round to zero, two sticky bits */
    tcg_enter(env, h.rx);
    ck_assert_uint_eq(env->trans.mxcsr, 0x7fa1);
    ck_assert_uint_eq(current_mxcsr() & 0xffc0, mine & 0xffc0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host-exit");
    TCase *tc = tcase_create("exits");
    SRunner *sr;
    int failed;

    host_setup();
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_unchained_exits_return_block_and_slot);
    tcase_add_test(tc, test_patch_sites_lie_in_one_word);
    tcase_add_test(tc, test_chained_successor_that_reads_flags_gets_them);
    tcase_add_test(tc, test_chained_successor_that_defines_flags_is_reached_directly);
    tcase_add_test(tc, test_loop_of_chained_blocks_stops_at_exit_request);
    tcase_add_test(tc, test_jump_cache);
    tcase_add_test(tc, test_exit_via_jump_cache);
    tcase_add_test(tc, test_memory_fault_finds_exact_state);
    tcase_add_test(tc, test_helper_fault_finds_exact_state);
    tcase_add_loop_test(tc, test_divide_error, SZ16, SZ64 + 1);
    tcase_add_test(tc, test_no_chain_block_has_no_exits_to_patch);
    tcase_add_test(tc, test_too_little_room_is_refused);
    tcase_add_test(tc, test_tlb_hit_needs_no_call);
    tcase_add_test(tc, test_guest_mxcsr_stays_in_guest_code);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
