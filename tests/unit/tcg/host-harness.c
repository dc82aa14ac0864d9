/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pinned test target, its code memory and its soft TLB.
 */
#include "host-harness.h"
#include <check.h>

#define REG(n) { "r" #n, SZ64, offsetof(HostEnv, r[n]), (n) + 1 }
#define VEC(n) { "v" #n, SZ256, offsetof(HostEnv, vec[n]), (n) + 1 }

static const IRGlobal host_globals[H_COUNT] = {
    REG(0), REG(1), REG(2), REG(3), REG(4), REG(5), REG(6), REG(7),
    REG(8), REG(9), REG(10), REG(11), REG(12), REG(13), REG(14), REG(15),
    VEC(0), VEC(1), VEC(2), VEC(3), VEC(4), VEC(5), VEC(6), VEC(7),
    VEC(8), VEC(9), VEC(10), VEC(11), VEC(12), VEC(13), VEC(14), VEC(15),
    { "seg", SZ64, offsetof(HostEnv, seg), 0 },
};

const IRTarget host_target = {
    .name = "host-test",
    .globals = host_globals,
    .nb_globals = H_COUNT,
    .trans_offset = offsetof(HostEnv, trans),
    .pc_offset = offsetof(HostEnv, pc),
    .fpregs_offset = offsetof(HostEnv, fpregs),
    .fptop_offset = offsetof(HostEnv, fptop),
    .fptags_offset = offsetof(HostEnv, fptags),
};

enum { CODE_SIZE = 1 << 20 };
static struct {
    uint8_t *rw, *rx;
    size_t thunks, used;
} code_mem;

HostEnv *host_env_new(void)
{
    HostEnv *env = NULL;

    if (posix_memalign((void **)&env, 64, sizeof(*env))) {
        abort();
    }
    memset(env, 0, sizeof(*env));
    env->trans.mxcsr = 0x1f80;
    env->trans.fpcw = 0x37f;
    env->trans.jc = env->jc;
    memset(env->fptags, 1, sizeof(env->fptags));
    memset(env->tlb, 0xff, sizeof(env->tlb));
    for (unsigned n = 0; n < NB_MMU_MODES; n++) {
        env->trans.tlb[n].table = env->tlb;
        env->trans.tlb[n].mask = (HOST_TLB_ENTRIES - 1) << TLB_ENTRY_BITS;
    }
    for (unsigned n = 0; n < JC_SIZE; n++) {
        env->jc[n] = (JumpCacheEntry){ UINT64_MAX, tcg_backend_jc_miss() };
    }
    env->ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return env;
}

void host_env_free(HostEnv *env)
{
    munmap(env->ram, RAM_SIZE);
    free(env);
}

void host_setup(void)
{
    int fd = memfd_create("code", 0);

    if (fd < 0 || ftruncate(fd, CODE_SIZE)) {
        abort();
    }
    code_mem.rw = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    code_mem.rx = mmap(NULL, CODE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    close(fd);
    code_mem.thunks = tcg_backend_init(&host_target, code_mem.rw, code_mem.rx, CODE_SIZE);
    code_mem.used = code_mem.thunks;
}

void host_flush(void)
{
    code_mem.used = code_mem.thunks;
}

HostCode host_emit(IRBlock *b, void *tb)
{
    HostCode h;
    char msg[200] = "";

    if (!ir_validate(b, msg, sizeof(msg))) {
        ck_abort_msg("invalid block: %s", msg);
    }
    ir_optimize(b);
    h.rx = code_mem.rx + code_mem.used;
    h.code = (TBCode){
        .rw = code_mem.rw + code_mem.used,
        .rx = h.rx,
        .room = CODE_SIZE - code_mem.used,
        .tb = tb,
    };
    ck_assert(tcg_backend_emit(b, &h.code));
    code_mem.used += ROUND_UP(h.code.size + h.code.side_size, 16);
    return h;
}

/* A fault leaves at once; what does not fit one RAM page is bounced, the rest may fill. */
static uint8_t *translate(HostEnv *env, uint64_t addr, unsigned len, uintptr_t ra)
{
    uint64_t ofs = addr - RAM_BASE;

    env->slow_calls++;
    env->fault_ra = ra;
    env->fault_addr = addr;
    if ((env->fault_page && (addr & ~4095ull) == env->fault_page) || ofs + len > RAM_SIZE) {
        siglongjmp(env->fault, 1);
    }
    if ((ofs & 4095) + len > 4096 || ofs >= RAM_SIZE - 8192) {
        return NULL;
    }
    if (ra) {
        TLBEntry *e = &env->tlb[(addr >> 12) & (HOST_TLB_ENTRIES - 1)];

        env->fills++;
        e->tag[TLB_TAG_READ] = e->tag[TLB_TAG_WRITE] = addr & ~4095ull;
        e->addend = (uintptr_t)env->ram - RAM_BASE;
    }
    return env->ram + ofs;
}

void *softtlb_ld(void *opaque, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    HostEnv *env = opaque;
    unsigned len = 1u << (oi & 7);
    uint8_t *p = translate(env, addr, len, ra);

    if (!p) {
        memcpy(env->trans.bounce, env->ram + (addr - RAM_BASE), len);
        p = env->trans.bounce;
    }
    /* As C code may: leave no caller-saved register as it was. */
    __asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm7, %%xmm7; pxor %%xmm13, %%xmm13; "
                     "movq $-1, %%r8; movq %%r8, %%r9; movq %%r8, %%r10; movq %%r8, %%r11"
                     : : : "r8", "r9", "r10", "r11", "xmm0", "xmm7", "xmm13");
    return p;
}

void *softtlb_st(void *opaque, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    HostEnv *env = opaque;
    unsigned len = 1u << (oi & 7);
    uint8_t *p = translate(env, addr, len, ra);

    if (!p) {
        p = env->trans.bounce;
        env->trans.bounce_len = len;
        env->trans.bounce_addr = addr;
        if (oi & 1 << 4) {
            memcpy(p, env->ram + (addr - RAM_BASE), len);
        } else {
            memset(p, 0xcc, len);
        }
    }
    return p;
}

void softtlb_st_finish(void *opaque, uintptr_t ra)
{
    HostEnv *env = opaque;

    memcpy(env->ram + (env->trans.bounce_addr - RAM_BASE), env->trans.bounce,
           env->trans.bounce_len);
    env->trans.bounce_len = 0;
    __asm__ volatile("pxor %%xmm3, %%xmm3; movq $-1, %%r8; movq %%r8, %%rsi; xorl %%edi, %%edi"
                     : : : "r8", "rsi", "rdi", "xmm3");
}

void tcg_raise_divide(void *opaque)
{
    HostEnv *env = opaque;

    siglongjmp(env->fault, 2);
}
