/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of the x87, MMX, SSE and AVX units as a whole: control words, and the memory images of
 * FSTENV, FSAVE, FXSAVE and the XSAVE family.
 *
 * Spec:     Intel SDM volume 1 chapters 8, 10.5, 13; volume 2 (FXSAVE, XSAVE...).
 * Thread:   the vCPU's own.
 * Deviates: FCS and FDS are kept as loaded; translated code records FIP and FDP alone.
 *
 * While translated code runs, the host's x87 status word gathers the guest's exception flags
 * (CPUTransState.x87_live); x86_fpu_fold() brings them home. MXCSR's control bits are in
 * env->mxcsr, its sticky bits there or in CPUTransState.mxcsr.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "hw/i386/x86-irq.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

enum {
    FSW_EXCEPTIONS = 0x3f, FSW_SF = 0x40, FSW_ES = 0x80, FSW_CC = 0x4700, FSW_B = 0x8000,
    MXCSR_STICKY = 0x3f, MXCSR_MASKS = 0x1f80, MXCSR_MASK = 0xffff, MXCSR_INIT = 0x1f80,
    FPUC_INIT = 0x37f,
};

/* ---- control and status words ---- */

static void update_summary(CPUX86State *env)
{
    if (env->fpus & ~env->fpuc & FSW_EXCEPTIONS) {
        env->fpus |= FSW_ES | FSW_B;
    } else {
        env->fpus &= ~(FSW_ES | FSW_B);
    }
}

void x86_fpu_fold(CPUX86State *env)
{
#if defined(__x86_64__) || defined(__i386__)
    uint16_t sw;

    if (!env->trans.x87_live) {
        return;
    }
    __asm__ volatile("fnstsw %0; fnclex" : "=a"(sw));
    /* Condition codes are stored by the instructions that define them. */
    env->fpus |= sw & (FSW_SF | FSW_EXCEPTIONS);
    env->trans.x87_live = 0;
    update_summary(env);
#else
    (void)env;
#endif
}

void x86_set_fpuc(CPUX86State *env, uint32_t fpuc)
{
    env->fpuc = (fpuc & 0x1f7f) | 0x40;
    env->trans.fpcw = env->fpuc | 0x3f;
    update_summary(env);
}

uint32_t x86_get_fpsw(const CPUX86State *env)
{
    return (env->fpus & ~0x3800) | (env->fpstt & 7) << 11;
}

void x86_set_fpsw(CPUX86State *env, uint32_t fpsw)
{
    env->trans.x87_live = 0;
    env->fpstt = fpsw >> 11 & 7;
    env->fpus = fpsw & (FSW_CC | FSW_SF | FSW_EXCEPTIONS);
    update_summary(env);
}

uint32_t x86_get_mxcsr(const CPUX86State *env)
{
    return env->mxcsr | (env->trans.mxcsr & MXCSR_STICKY);
}

void x86_set_mxcsr(CPUX86State *env, uint32_t mxcsr)
{
    env->mxcsr = mxcsr;
    env->trans.mxcsr = mxcsr | MXCSR_MASKS;
}

void x86_fpu_init(CPUX86State *env)
{
    x86_fpu_fold(env);
    x86_set_fpsw(env, 0);
    x86_set_fpuc(env, FPUC_INIT);
    memset(env->fptags, 1, sizeof(env->fptags));
    env->fpop = env->fpcs = env->fpds = 0;
    env->fpip = env->fpdp = 0;
}

/* hflags depend on masks and on the summary; few instructions change either. */
static void fp_changed(CPUX86State *env)
{
    cpu_x86_update_hflags(env);
}

void helper_fninit(CPUX86State *env)
{
    x86_fpu_init(env);
    fp_changed(env);
}

void helper_fnclex(CPUX86State *env)
{
    x86_fpu_fold(env);
    env->fpus &= FSW_CC;
    fp_changed(env);
}

void helper_fldcw(CPUX86State *env, uint32_t fcw)
{
    uint16_t old = env->fpuc;

    x86_fpu_fold(env);
    x86_set_fpuc(env, fcw);
    if ((old ^ env->fpuc) & 0x3f || (env->fpus & FSW_ES)) {
        fp_changed(env);
    }
}

uint64_t helper_fnstsw(CPUX86State *env)
{
    x86_fpu_fold(env);
    return x86_get_fpsw(env);
}

void helper_ldmxcsr(CPUX86State *env, uint32_t value)
{
    uint32_t old = env->mxcsr;

    if (value & ~MXCSR_MASK) {
        raise_gp(env, 0, GETPC());
    }
    x86_set_mxcsr(env, value);
    if ((old ^ value) & MXCSR_MASKS) {
        cpu_x86_update_hflags(env);
    }
}

uint64_t helper_stmxcsr(CPUX86State *env)
{
    return x86_get_mxcsr(env);
}

/* FERR# to the interrupt controller; the interrupt, if the CPU can take it, comes first. */
static void signal_ferr(CPUX86State *env, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);

    bql_lock();
    x86_fpu_raise_ferr();
    bql_unlock();
    if ((env->eflags & IF_MASK) &&
        (qatomic_read(&cs->interrupt_request) & CPU_INTERRUPT_HARD)) {
        cpu_loop_exit_restore(cs, ra);
    }
}

/* A waiting x87 instruction, while an unmasked exception is pending. */
void helper_fp_pending(CPUX86State *env)
{
    uintptr_t ra = GETPC();

    x86_fpu_fold(env);
    if (!(env->fpus & FSW_ES)) {
        return;
    }
    if (env->cr[0] & CR0_NE) {
        raise_exception_ra(env, EXCP10_COPR, ra);
    }
    signal_ferr(env, ra);
}

/* ---- tags ---- */

/* Two bits a register: valid, zero, special, empty. */
static unsigned full_tag(const CPUX86State *env, unsigned n)
{
    unsigned exp = env->fpregs[n].f.exp & 0x7fff;
    uint64_t mant = env->fpregs[n].f.mant;

    if (env->fptags[n]) {
        return 3;
    }
    if (exp == 0 && mant == 0) {
        return 1;
    }
    return exp == 0 || exp == 0x7fff || !(mant >> 63) ? 2 : 0;
}

static uint32_t get_tag_word(const CPUX86State *env)
{
    uint32_t w = 0;

    for (unsigned n = 0; n < 8; n++) {
        w |= full_tag(env, n) << (n * 2);
    }
    return w;
}

static void set_tag_word(CPUX86State *env, uint32_t w)
{
    for (unsigned n = 0; n < 8; n++) {
        env->fptags[n] = (w >> (n * 2) & 3) == 3;
    }
}

static uint32_t get_short_tags(const CPUX86State *env)
{
    uint32_t w = 0;

    for (unsigned n = 0; n < 8; n++) {
        w |= (uint32_t)!env->fptags[n] << n;
    }
    return w;
}

static void set_short_tags(CPUX86State *env, uint32_t w)
{
    for (unsigned n = 0; n < 8; n++) {
        env->fptags[n] = !(w >> n & 1);
    }
}

/* ---- FSTENV, FSAVE ---- */

static bool env_image_real(const CPUX86State *env)
{
    return !x86_pe(env) || x86_v86(env);
}

/* The environment in one of its four layouts; returns its length. */
static unsigned build_env(const CPUX86State *env, uint8_t *p, bool wide)
{
    uint32_t w[7] = { env->fpuc, x86_get_fpsw(env), get_tag_word(env) };
    uint32_t ip = env->fpip, dp = env->fpdp;

    if (env_image_real(env)) {
        ip += env->fpcs << 4;
        dp += env->fpds << 4;
        w[3] = ip & 0xffff;
        w[4] = (wide ? ip >> 16 << 12 : (ip >> 16 & 15) << 12) | (env->fpop & 0x7ff);
        w[5] = dp & 0xffff;
        w[6] = wide ? dp >> 16 << 12 : (dp >> 16 & 15) << 12;
    } else {
        w[3] = ip;
        w[4] = env->fpcs | (wide ? (uint32_t)(env->fpop & 0x7ff) << 16 : 0);
        w[5] = dp;
        w[6] = env->fpds;
    }
    for (unsigned i = 0; i < 7; i++) {
        if (!wide) {
            stw_le_p(p + i * 2, w[i]);
        } else if (i < 3 || (i == 6 && !env_image_real(env)) ||
                   ((i == 3 || i == 5) && env_image_real(env))) {
            stl_le_p(p + i * 4, w[i] | 0xffff0000); /* reserved halves read as ones */
        } else {
            stl_le_p(p + i * 4, w[i]);
        }
    }
    return wide ? 28 : 14;
}

static unsigned parse_env(CPUX86State *env, const uint8_t *p, bool wide)
{
    uint32_t w[7];

    for (unsigned i = 0; i < 7; i++) {
        w[i] = wide ? ldl_le_p(p + i * 4) : lduw_le_p(p + i * 2);
    }
    x86_fpu_fold(env);
    x86_set_fpsw(env, w[1]);
    x86_set_fpuc(env, w[0]);
    set_tag_word(env, w[2]);
    if (env_image_real(env)) {
        env->fpip = (w[3] & 0xffff) | (w[4] >> 12 & 0xffff) << 16;
        env->fpdp = (w[5] & 0xffff) | (w[6] >> 12 & 0xffff) << 16;
        env->fpop = w[4] & 0x7ff;
        env->fpcs = env->fpds = 0;
    } else {
        env->fpip = w[3];
        env->fpcs = w[4];
        env->fpop = wide ? w[4] >> 16 & 0x7ff : 0;
        env->fpdp = w[5];
        env->fpds = w[6];
    }
    return wide ? 28 : 14;
}

void helper_fstenv(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uint8_t image[28];
    unsigned len;

    x86_fpu_fold(env);
    len = build_env(env, image, opsize >= 2);
    cpu_write_mmuidx_ra(env_cpu(env), addr, image, len, x86_data_mmu(env), GETPC());
    x86_set_fpuc(env, env->fpuc | 0x3f);
    fp_changed(env);
}

void helper_fldenv(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uint8_t image[28];

    cpu_read_mmuidx_ra(env_cpu(env), addr, image, opsize >= 2 ? 28 : 14, x86_data_mmu(env),
                       GETPC());
    parse_env(env, image, opsize >= 2);
    fp_changed(env);
}

static X86FPReg *st(CPUX86State *env, unsigned i)
{
    return &env->fpregs[(env->fpstt + i) & 7];
}

void helper_fsave(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uint8_t image[108];
    unsigned len;

    x86_fpu_fold(env);
    len = build_env(env, image, opsize >= 2);
    for (unsigned i = 0; i < 8; i++, len += 10) {
        memcpy(image + len, st(env, i)->b, 10);
    }
    cpu_write_mmuidx_ra(env_cpu(env), addr, image, len, x86_data_mmu(env), GETPC());
    x86_fpu_init(env);
    fp_changed(env);
}

void helper_frstor(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uint8_t image[108];
    unsigned len = opsize >= 2 ? 28 : 14;

    cpu_read_mmuidx_ra(env_cpu(env), addr, image, len + 80, x86_data_mmu(env), GETPC());
    parse_env(env, image, opsize >= 2);
    for (unsigned i = 0; i < 8; i++, len += 10) {
        memcpy(st(env, i)->b, image + len, 10);
    }
    fp_changed(env);
}

/* ---- the 512-byte legacy area, in place at p ---- */

static void save_x87(CPUX86State *env, uint8_t *p, bool wide)
{
    stw_le_p(p, env->fpuc);
    stw_le_p(p + 2, x86_get_fpsw(env));
    p[4] = get_short_tags(env);
    p[5] = 0;
    stw_le_p(p + 6, env->fpop);
    if (wide) {
        stq_le_p(p + 8, env->fpip);
        stq_le_p(p + 16, env->fpdp);
    } else {
        stl_le_p(p + 8, env->fpip);
        stl_le_p(p + 12, env->fpcs);
        stl_le_p(p + 16, env->fpdp);
        stl_le_p(p + 20, env->fpds);
    }
    for (unsigned i = 0; i < 8; i++) {
        memcpy(p + 32 + i * 16, st(env, i)->b, 10);
        memset(p + 32 + i * 16 + 10, 0, 6);
    }
}

static void load_x87(CPUX86State *env, const uint8_t *p, bool wide)
{
    env->trans.x87_live = 0;
    x86_set_fpsw(env, lduw_le_p(p + 2));
    x86_set_fpuc(env, lduw_le_p(p));
    set_short_tags(env, p[4]);
    env->fpop = lduw_le_p(p + 6) & 0x7ff;
    if (wide) {
        env->fpip = ldq_le_p(p + 8);
        env->fpdp = ldq_le_p(p + 16);
        env->fpcs = env->fpds = 0;
    } else {
        env->fpip = ldl_le_p(p + 8);
        env->fpcs = lduw_le_p(p + 12);
        env->fpdp = ldl_le_p(p + 16);
        env->fpds = lduw_le_p(p + 20);
    }
    for (unsigned i = 0; i < 8; i++) {
        memcpy(st(env, i)->b, p + 32 + i * 16, 10);
    }
}

static void save_mxcsr(CPUX86State *env, uint8_t *p)
{
    stl_le_p(p + 24, x86_get_mxcsr(env));
    stl_le_p(p + 28, MXCSR_MASK);
}

static unsigned nb_vec_regs(const CPUX86State *env)
{
    return x86_code64(env) ? 16 : 8;
}

static void save_sse(CPUX86State *env, uint8_t *p)
{
    for (unsigned i = 0; i < nb_vec_regs(env); i++) {
        memcpy(p + 160 + i * 16, env->xmm[i].b, 16);
    }
}

static void load_sse(CPUX86State *env, const uint8_t *p)
{
    for (unsigned i = 0; i < nb_vec_regs(env); i++) {
        memcpy(env->xmm[i].b, p + 160 + i * 16, 16);
    }
}

/* ---- areas in guest memory ---- */

/*
 * An image being read or written: in place when it lies in one page of RAM, else a copy that
 * area_close() carries back.
 */
typedef struct Area {
    CPUX86State *env;
    uint64_t addr;
    uint32_t size;
    uint8_t *p;
    uintptr_t ra;
    uint8_t copy[832];
} Area;

static void area_open(Area *a, CPUX86State *env, uint64_t addr, uint32_t size, bool write,
                      uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    int mmu_idx = x86_data_mmu(env);

    a->env = env;
    a->addr = addr;
    a->size = size;
    a->ra = ra;
    a->p = NULL;
    if ((addr & 4095) + size <= 4096) {
        a->p = cpu_probe_ram(cs, addr, size, write ? MMU_DATA_STORE : MMU_DATA_LOAD, mmu_idx, ra);
    } else if (write) {
        cpu_probe_access(cs, addr, 4096 - (addr & 4095), MMU_DATA_STORE, mmu_idx, ra);
        cpu_probe_access(cs, (addr | 4095) + 1, (addr + size) & 4095, MMU_DATA_STORE, mmu_idx,
                         ra);
    }
    if (!a->p) {
        cpu_read_mmuidx_ra(cs, addr, a->copy, size, mmu_idx, ra);
        a->p = a->copy;
    }
}

static void area_close(Area *a)
{
    if (a->p == a->copy) {
        cpu_write_mmuidx_ra(env_cpu(a->env), a->addr, a->copy, a->size, x86_data_mmu(a->env),
                            a->ra);
    }
}

static void check_aligned(CPUX86State *env, uint64_t addr, uint32_t align, uintptr_t ra)
{
    if (addr & (align - 1)) {
        raise_gp(env, 0, ra);
    }
}

/* FXSAVE leaves XMM out under EFER.FFXSR at CPL 0 of 64-bit code. */
static bool fx_has_sse(const CPUX86State *env)
{
    if (!(env->cr[4] & CR4_OSFXSR)) {
        return false;
    }
    return !((env->efer & EFER_FFXSR) && x86_cpl(env) == 0 && x86_code64(env));
}

void helper_fxsave(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uintptr_t ra = GETPC();
    Area a;

    check_aligned(env, addr, 16, ra);
    area_open(&a, env, addr, 512, true, ra);
    x86_fpu_fold(env);
    save_x87(env, a.p, opsize == 3);
    if (env->cr[4] & CR4_OSFXSR) {
        save_mxcsr(env, a.p);
    }
    if (fx_has_sse(env)) {
        save_sse(env, a.p);
    }
    area_close(&a);
}

void helper_fxrstor(CPUX86State *env, uint64_t addr, uint32_t opsize)
{
    uintptr_t ra = GETPC();
    Area a;

    check_aligned(env, addr, 16, ra);
    area_open(&a, env, addr, 512, false, ra);
    if ((env->cr[4] & CR4_OSFXSR) && (ldl_le_p(a.p + 24) & ~MXCSR_MASK)) {
        raise_gp(env, 0, ra);
    }
    x86_fpu_fold(env);
    load_x87(env, a.p, opsize == 3);
    if (env->cr[4] & CR4_OSFXSR) {
        x86_set_mxcsr(env, ldl_le_p(a.p + 24));
    }
    if (fx_has_sse(env)) {
        load_sse(env, a.p);
    }
    cpu_x86_update_hflags(env);
}

/* ---- XSAVE and relatives ---- */

enum { XSAVE_HEADER = 512, XSAVE_YMM = 576, XSAVE_END = 832 };
#define XCOMP_COMPACT (1ull << 63)

uint32_t x86_xsave_size(uint64_t mask, bool compacted)
{
    (void)compacted; /* the one extended component comes first in both layouts */
    return mask & XSTATE_YMM ? XSAVE_END : XSAVE_YMM;
}

static bool x87_in_use(const CPUX86State *env)
{
    static const uint8_t empty[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };

    if (env->fpuc != FPUC_INIT || env->fpus || env->fpstt || env->fpop || env->fpip ||
        env->fpdp || memcmp(env->fptags, empty, 8)) {
        return true;
    }
    for (unsigned i = 0; i < 8; i++) {
        if (env->fpregs[i].f.mant | env->fpregs[i].f.exp) {
            return true;
        }
    }
    return false;
}

uint64_t x86_xstate_in_use(const CPUX86State *env)
{
    uint64_t lo = 0, hi = 0;

    for (unsigned i = 0; i < CPU_NB_REGS; i++) {
        lo |= env->xmm[i].q[0] | env->xmm[i].q[1];
        hi |= env->xmm[i].q[2] | env->xmm[i].q[3];
    }
    return (x87_in_use(env) || env->trans.x87_live ? XSTATE_FP : 0) | (lo ? XSTATE_SSE : 0) |
           (hi ? XSTATE_YMM : 0);
}

static uint64_t feature_mask(const CPUX86State *env)
{
    return env->xcr0 & ((uint32_t)env->regs[R_EAX] | env->regs[R_EDX] << 32);
}

static void save_ymm(CPUX86State *env, uint8_t *p)
{
    for (unsigned i = 0; i < nb_vec_regs(env); i++) {
        memcpy(p + XSAVE_YMM + i * 16, env->xmm[i].b + 16, 16);
    }
}

void helper_xsave(CPUX86State *env, uint64_t addr, uint32_t opsize, uint32_t form)
{
    uintptr_t ra = GETPC();
    uint64_t rfbm = feature_mask(env), used, save, *header;
    Area a;

    check_aligned(env, addr, 64, ra);
    if (form == XSAVE_S && x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    x86_fpu_fold(env);
    used = x86_xstate_in_use(env);
    if (x86_get_mxcsr(env) != MXCSR_INIT) {
        used |= XSTATE_SSE;
    }
    area_open(&a, env, addr, x86_xsave_size(rfbm, false), true, ra);
    save = form == XSAVE_PLAIN ? rfbm : rfbm & used;
    if (save & XSTATE_FP) {
        save_x87(env, a.p, opsize == 3);
    }
    if (form >= XSAVE_C ? save & XSTATE_SSE : rfbm & (XSTATE_SSE | XSTATE_YMM)) {
        save_mxcsr(env, a.p);
    }
    if (save & XSTATE_SSE) {
        save_sse(env, a.p);
    }
    if (save & XSTATE_YMM) {
        save_ymm(env, a.p);
    }
    header = (uint64_t *)(a.p + XSAVE_HEADER);
    if (form >= XSAVE_C) {
        header[0] = cpu_to_le64(rfbm & used);
        header[1] = cpu_to_le64(rfbm | XCOMP_COMPACT);
    } else {
        header[0] = cpu_to_le64((le64_to_cpu(header[0]) & ~rfbm) | (rfbm & used));
    }
    area_close(&a);
}

/* Is the header one that XRSTOR may load? */
static bool header_ok(const CPUX86State *env, const uint8_t *p, uint32_t form)
{
    uint64_t bv = ldq_le_p(p + XSAVE_HEADER), comp = ldq_le_p(p + XSAVE_HEADER + 8);

    if (comp & XCOMP_COMPACT) {
        if (!x86_has(env, FEAT_XSAVE, CPUID_XSAVE_XSAVEC)) {
            return false;
        }
        for (unsigned i = 2; i < 8; i++) {
            if (ldq_le_p(p + XSAVE_HEADER + i * 8)) {
                return false;
            }
        }
        comp &= ~XCOMP_COMPACT;
        return !(comp & ~env->xcr0) && !(bv & ~comp);
    }
    return form != XSAVE_S && !comp && !ldq_le_p(p + XSAVE_HEADER + 16) && !(bv & ~env->xcr0);
}

static void init_x87(CPUX86State *env)
{
    x86_fpu_init(env);
    memset(env->fpregs, 0, sizeof(env->fpregs));
}

static void load_vectors(CPUX86State *env, const uint8_t *p, uint64_t rfbm, uint64_t bv)
{
    unsigned n = nb_vec_regs(env);

    if (rfbm & bv & XSTATE_SSE) {
        load_sse(env, p);
    } else if (rfbm & XSTATE_SSE) {
        for (unsigned i = 0; i < n; i++) {
            memset(env->xmm[i].b, 0, 16);
        }
    }
    for (unsigned i = 0; (rfbm & XSTATE_YMM) && i < n; i++) {
        if (bv & XSTATE_YMM) {
            memcpy(env->xmm[i].b + 16, p + XSAVE_YMM + i * 16, 16);
        } else {
            memset(env->xmm[i].b + 16, 0, 16);
        }
    }
}

void helper_xrstor(CPUX86State *env, uint64_t addr, uint32_t opsize, uint32_t form)
{
    uintptr_t ra = GETPC();
    uint64_t rfbm = feature_mask(env), bv;
    uint32_t mxcsr = x86_get_mxcsr(env);
    bool compact;
    Area a;

    check_aligned(env, addr, 64, ra);
    if (form == XSAVE_S && x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    area_open(&a, env, addr, x86_xsave_size(rfbm, false), false, ra);
    if (!header_ok(env, a.p, form)) {
        raise_gp(env, 0, ra);
    }
    bv = ldq_le_p(a.p + XSAVE_HEADER);
    compact = ldq_le_p(a.p + XSAVE_HEADER + 8) & XCOMP_COMPACT;
    if (compact ? rfbm & bv & XSTATE_SSE : rfbm & (XSTATE_SSE | XSTATE_YMM)) {
        mxcsr = ldl_le_p(a.p + 24);
        if (mxcsr & ~MXCSR_MASK) {
            raise_gp(env, 0, ra);
        }
    } else if (compact && (rfbm & XSTATE_SSE)) {
        mxcsr = MXCSR_INIT;
    }
    if (rfbm & XSTATE_FP) {
        x86_fpu_fold(env);
        if (bv & XSTATE_FP) {
            load_x87(env, a.p, opsize == 3);
        } else {
            init_x87(env);
        }
    }
    load_vectors(env, a.p, rfbm, bv);
    x86_set_mxcsr(env, mxcsr);
    cpu_x86_update_hflags(env);
}
