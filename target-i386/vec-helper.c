/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Masked moves, gathers, and unmasked SIMD floating-point exceptions.
 *
 * Spec: Intel SDM volume 2 (MASKMOVDQU, VMASKMOV, VPGATHER...), volume 1 section 11.5.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "target-i386/internal.h"
#include "target-i386/vec-helper.h"

enum { MXCSR_FLAGS = 0x3f, MXCSR_PRE = 0x07 };

typedef struct Desc {
    unsigned data, mask, index, mmu_idx;
    bool wide;
    unsigned count; /* elements */
} Desc;

static Desc unpack(uint32_t desc)
{
    Desc d = {
        .data = desc >> 8 & 15, .mask = desc >> 12 & 15, .index = desc >> 16 & 15,
        .mmu_idx = desc >> 20 & 15, .wide = desc & VEC_WIDE,
    };

    d.count = (desc & VEC_L ? 32 : 16) / (d.wide ? 8 : 4);
    return d;
}

static bool is_set(const X86Vec *mask, const Desc *d, unsigned i)
{
    return d->wide ? mask->q[i] >> 63 : mask->l[i] >> 31;
}

void x86_probe_store(CPUX86State *env, uint64_t linear, unsigned len, unsigned mmu_idx,
                     uintptr_t ra)
{
    unsigned first = MIN(len, 4096 - (linear & 4095));

    cpu_probe_access(env_cpu(env), linear, first, MMU_DATA_STORE, mmu_idx, ra);
    if (first < len) {
        cpu_probe_access(env_cpu(env), linear + first, len - first, MMU_DATA_STORE, mmu_idx, ra);
    }
}

/* As processors do: the whole operand must be writable, whatever the mask. */
void helper_maskmov(CPUX86State *env, uint32_t desc, uint64_t linear)
{
    uintptr_t ra = GETPC();
    CPUState *cpu = env_cpu(env);
    Desc d = unpack(desc);
    bool mmx = desc & VEC_MMX;
    const uint8_t *data = mmx ? env->fpregs[d.data].b : env->xmm[d.data].b;
    const uint8_t *mask = mmx ? env->fpregs[d.mask].b : env->xmm[d.mask].b;
    unsigned len = mmx ? 8 : 16;

    x86_probe_store(env, linear, len, d.mmu_idx, ra);
    for (unsigned i = 0; i < len; i++) {
        if (mask[i] & 0x80) {
            cpu_stb_mmuidx_ra(cpu, linear + i, data[i], d.mmu_idx, ra);
        }
    }
}

void helper_vmaskmov_ld(CPUX86State *env, uint32_t desc, uint64_t linear)
{
    uintptr_t ra = GETPC();
    CPUState *cpu = env_cpu(env);
    Desc d = unpack(desc);
    const X86Vec *mask = &env->xmm[d.mask];
    X86Vec r = { .q = { 0 } };

    for (unsigned i = 0; i < d.count; i++) {
        if (is_set(mask, &d, i)) {
            if (d.wide) {
                r.q[i] = cpu_ldq_le_mmuidx_ra(cpu, linear + 8 * i, d.mmu_idx, ra);
            } else {
                r.l[i] = cpu_ldl_le_mmuidx_ra(cpu, linear + 4 * i, d.mmu_idx, ra);
            }
        }
    }
    env->xmm[d.data] = r;
}

void helper_vmaskmov_st(CPUX86State *env, uint32_t desc, uint64_t linear)
{
    uintptr_t ra = GETPC();
    CPUState *cpu = env_cpu(env);
    Desc d = unpack(desc);
    const X86Vec *mask = &env->xmm[d.mask], *data = &env->xmm[d.data];
    unsigned step = d.wide ? 8 : 4;

    for (unsigned i = 0; i < d.count; i++) {
        if (is_set(mask, &d, i)) {
            cpu_probe_access(cpu, linear + step * i, step, MMU_DATA_STORE, d.mmu_idx, ra);
        }
    }
    for (unsigned i = 0; i < d.count; i++) {
        if (is_set(mask, &d, i) && d.wide) {
            cpu_stq_le_mmuidx_ra(cpu, linear + 8 * i, data->q[i], d.mmu_idx, ra);
        } else if (is_set(mask, &d, i)) {
            cpu_stl_le_mmuidx_ra(cpu, linear + 4 * i, data->l[i], d.mmu_idx, ra);
        }
    }
}

/* Linear address of one gathered element, checked against its segment. */
static uint64_t element_address(CPUX86State *env, unsigned seg, uint64_t offset, unsigned bytes,
                                uintptr_t ra)
{
    if (env->hflags & HF_CS64) {
        return seg == R_FS || seg == R_GS ? env->segs[seg].base + offset : offset;
    }
    x86_check_seg_ra(env, seg, offset, bytes, ra);
    return (uint32_t)(env->segs[seg].base + offset);
}

/*
 * Elements are loaded in order; each loaded one clears its mask element, so that a fault
 * leaves an instruction that can be continued.
 */
void helper_vgather(CPUX86State *env, uint32_t desc, uint64_t ea, uint32_t scale_seg)
{
    uintptr_t ra = GETPC();
    CPUState *cpu = env_cpu(env);
    Desc d = unpack(desc);
    X86Vec *data = &env->xmm[d.data], *mask = &env->xmm[d.mask];
    const X86Vec *index = &env->xmm[d.index];
    bool qindex = desc & VEC_QINDEX;
    unsigned bytes = d.wide ? 8 : 4, used;

    if (qindex && !d.wide) {
        d.count /= 2; /* as many elements as there are indices */
    }
    for (unsigned i = 0; i < d.count; i++) {
        int64_t n = qindex ? (int64_t)index->q[i] : (int32_t)index->l[i];
        uint64_t offset = ea + ((uint64_t)n << (scale_seg & 3)), addr;

        if (is_set(mask, &d, i)) {
            offset = desc & VEC_ADDR32 ? (uint32_t)offset : offset;
            addr = element_address(env, scale_seg >> 8, offset, bytes, ra);
            if (d.wide) {
                data->q[i] = cpu_ldq_le_mmuidx_ra(cpu, addr, d.mmu_idx, ra);
            } else {
                data->l[i] = cpu_ldl_le_mmuidx_ra(cpu, addr, d.mmu_idx, ra);
            }
        }
        if (d.wide) {
            mask->q[i] = 0;
        } else {
            mask->l[i] = 0;
        }
    }
    used = d.count * bytes;
    memset(data->b + used, 0, 32 - used);
    memset(mask->b, 0, 32);
}

void helper_xm_begin(CPUX86State *env)
{
    env->mxcsr |= env->trans.mxcsr & MXCSR_FLAGS;
    env->trans.mxcsr &= ~MXCSR_FLAGS;
}

void helper_xm_check(CPUX86State *env)
{
    uint32_t raised = env->trans.mxcsr & MXCSR_FLAGS;
    uint32_t due = raised & ~(env->mxcsr >> 7);

    if (due & MXCSR_PRE) {
        raised &= MXCSR_PRE; /* the operation was not carried out */
    }
    env->mxcsr |= raised;
    if (due) {
        env->trans.mxcsr &= ~MXCSR_FLAGS;
        raise_exception_ra(env, env->cr[4] & CR4_OSXMMEXCPT ? EXCP13_SIMD : EXCP06_ILLOP,
                           GETPC());
    }
}

enum {
    ACCESS = HELPER_READS_STATE | HELPER_READS_FLAGS | HELPER_FAULTS,
    ACCESS_WRITES = ACCESS | HELPER_WRITES_STATE,
};

const IRHelper h_maskmov = { "maskmov", helper_maskmov, ACCESS };
const IRHelper h_vmaskmov_ld = { "vmaskmov_ld", helper_vmaskmov_ld, ACCESS_WRITES };
const IRHelper h_vmaskmov_st = { "vmaskmov_st", helper_vmaskmov_st, ACCESS };
const IRHelper h_vgather = { "vgather", helper_vgather, ACCESS_WRITES };
const IRHelper h_xm_begin = { "xm_begin", helper_xm_begin, 0 };
const IRHelper h_xm_check = { "xm_check", helper_xm_check, ACCESS };
