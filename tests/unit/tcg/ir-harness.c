/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test target and the test doubles of exec/.
 */
#include "ir-harness.h"
#include <check.h>

#define REG(n) { "r" #n, SZ64, offsetof(TestEnv, r[n]), 0 }
#define VREG(n) { "v" #n, SZ128, offsetof(TestEnv, vec[n]), 0 }

static const IRGlobal test_globals[T_COUNT] = {
    REG(0), REG(1), REG(2), REG(3), REG(4), REG(5), REG(6), REG(7),
    VREG(0), VREG(1), VREG(2), VREG(3),
    { "y0", SZ256, offsetof(TestEnv, vec[0]), 0 },
};

const IRTarget test_target = {
    .name = "test",
    .globals = test_globals,
    .nb_globals = T_COUNT,
    .trans_offset = offsetof(TestEnv, trans),
    .pc_offset = offsetof(TestEnv, pc),
    .fpregs_offset = offsetof(TestEnv, fpregs),
    .fptop_offset = offsetof(TestEnv, fptop),
    .fptags_offset = offsetof(TestEnv, fptags),
};

TestEnv *test_env_new(void)
{
    TestEnv *env = NULL;

    if (posix_memalign((void **)&env, 64, sizeof(*env))) {
        abort();
    }
    memset(env, 0, sizeof(*env));
    env->trans.mxcsr = 0x1f80;
    env->trans.fpcw = 0x37f;
    memset(env->fptags, 1, sizeof(env->fptags));
    return env;
}

void test_env_free(TestEnv *env)
{
    free(env);
}

char *test_print(const IRBlock *b)
{
    g_autoptr(GString) s = g_string_new("");
    char *end;

    ir_print(b, s);
    end = strstr(s->str, "    exit_loop");
    if (end) {
        *end = '\0';
    }
    return g_strdup(s->str);
}

void test_validate(const IRBlock *b)
{
    char msg[200] = "";

    if (!ir_validate(b, msg, sizeof(msg))) {
        ck_abort_msg("invalid block: %s", msg);
    }
}

/* Guest addresses are offsets into ram; what crosses 4096 goes through the bounce buffer. */
void *softtlb_ld(void *opaque, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    TestEnv *env = opaque;
    unsigned len = 1u << (oi & 7);

    ck_assert_uint_le(addr + len, sizeof(env->ram));
    ck_assert_uint_eq(ra, 0);
    if (addr < 4096 && addr + len > 4096) {
        memcpy(env->trans.bounce, env->ram + addr, len);
        return env->trans.bounce;
    }
    return env->ram + addr;
}

void *softtlb_st(void *opaque, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    TestEnv *env = opaque;
    unsigned len = 1u << (oi & 7);
    void *p = softtlb_ld(env, addr, oi, ra);

    if (p == env->trans.bounce) {
        env->trans.bounce_len = len;
        env->trans.bounce_addr = addr;
        if (!(oi & 1 << 4)) {
            memset(p, 0xcc, len);
        }
    }
    return p;
}

void softtlb_st_finish(void *opaque, uintptr_t ra)
{
    TestEnv *env = opaque;

    ck_assert_uint_eq(ra, 0);
    memcpy(env->ram + env->trans.bounce_addr, env->trans.bounce, env->trans.bounce_len);
    env->trans.bounce_len = 0;
}

void tcg_raise_divide(void *opaque)
{
    TestEnv *env = opaque;

    longjmp(env->divide, 1);
}
