/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x87 instructions in all exactness: the guest's whole x87 state is loaded into the host's
 * unit (FRSTOR), the instruction runs there with the guest's own control word, and the state
 * is stored again (FNSAVE). Stack faults, unmasked exceptions with their unchanged or rescaled
 * results, tags and condition codes are then the processor's. An unmasked exception does not
 * trap on the host: only a later waiting instruction would, and FNSAVE does not wait.
 *
 * Spec: Intel SDM volume 1, section 8.7; volume 2, FSAVE.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "target-i386/internal.h"
#include "target-i386/vec-helper.h"

enum { FSW_TOP_SHIFT = 11, FSW_TOP = 7 << FSW_TOP_SHIFT, FSW_FLAGS = 0x3f, FSW_ES = 0x80 };

#ifdef __x86_64__

/* The 32-bit protected-mode image. */
typedef struct FPImage {
    uint32_t fcw, fsw, ftw, fip, fcs_fop, fdp, fds;
    uint8_t st[8][10]; /* ST(0) first */
} __attribute__((packed)) FPImage;
QEMU_BUILD_BUG_ON(sizeof(FPImage) != 108);

/*
 * A stub of four bytes for each instruction: the two bytes, ret, filler. Register forms of
 * D8-DF first, 64 each; then memory forms with rdi as the address, 8 each.
 */
extern const uint8_t x87_stubs[];
asm(".pushsection .text\n"
    "    .p2align 4\n"
    "x87_stubs:\n"
    "    .set x87_opc, 0xd8\n"
    "    .rept 8\n"
    "    .set x87_rm, 0xc0\n"
    "    .rept 64\n"
    "    .byte x87_opc, x87_rm, 0xc3, 0xcc\n"
    "    .set x87_rm, x87_rm + 1\n"
    "    .endr\n"
    "    .set x87_opc, x87_opc + 1\n"
    "    .endr\n"
    "    .set x87_opc, 0xd8\n"
    "    .rept 8\n"
    "    .set x87_rm, 0x07\n"
    "    .rept 8\n"
    "    .byte x87_opc, x87_rm, 0xc3, 0xcc\n"
    "    .set x87_rm, x87_rm + 8\n"
    "    .endr\n"
    "    .set x87_opc, x87_opc + 1\n"
    "    .endr\n"
    ".popsection\n");

static const uint8_t *stub_of(uint32_t insn)
{
    unsigned opc = insn & 7, modrm = insn >> 8 & 0xff;

    if (modrm >= 0xc0) {
        return x87_stubs + 4 * (opc * 64 + (modrm & 63));
    }
    return x87_stubs + 4 * (512 + opc * 8 + (modrm >> 3 & 7));
}

static void fill_image(const CPUX86State *env, FPImage *img)
{
    memset(img, 0, sizeof(*img));
    img->fcw = env->fpuc;
    /* Flags that were raised before are added again afterwards. */
    img->fsw = (env->fpus & 0x4700) | env->fpstt << FSW_TOP_SHIFT;
    for (unsigned i = 0; i < 8; i++) {
        img->ftw |= env->fptags[i] ? 3u << (2 * i) : 0;
        memcpy(img->st[i], env->fpregs[(env->fpstt + i) & 7].b, 10);
    }
}

static void take_image(CPUX86State *env, const FPImage *img)
{
    uint32_t old = env->fpus;

    env->fpstt = img->fsw >> FSW_TOP_SHIFT & 7;
    env->fpus = (img->fsw & 0xffff & ~FSW_TOP) | (old & 0x80ff);
    for (unsigned i = 0; i < 8; i++) {
        env->fptags[i] = (img->ftw >> (2 * i) & 3) == 3;
        memcpy(env->fpregs[(env->fpstt + i) & 7].b, img->st[i], 10);
    }
    if ((env->fpus ^ old) & FSW_ES) {
        cpu_x86_update_hflags(env);
    }
}

/* FLAGS go in and out through *flags. The stack pointer moves past the red zone. */
static void run_stub(FPImage *img, uint32_t insn, void *operand, uint64_t *flags)
{
    uint16_t host_cw;
    uint64_t fl = *flags;

    asm volatile("fnstcw %[cw]\n\t"
                 "sub $128, %%rsp\n\t"
                 "frstor %[img]\n\t"
                 "push %[fl]\n\t"
                 "popfq\n\t"
                 "call *%[stub]\n\t"
                 "pushfq\n\t"
                 "pop %[fl]\n\t"
                 "fnsave %[img]\n\t"
                 "add $128, %%rsp\n\t"
                 "fldcw %[cw]"
                 : [img] "+m"(*img), [fl] "+r"(fl), [cw] "=m"(host_cw)
                 : [stub] "r"(stub_of(insn)), "D"(operand)
                 : "memory", "cc");
    *flags = fl;
}

#else

typedef struct FPImage {
    uint32_t fsw;
} FPImage;

static void fill_image(const CPUX86State *env, FPImage *img)
{
}

static void take_image(CPUX86State *env, const FPImage *img)
{
}

static void run_stub(FPImage *img, uint32_t insn, void *operand, uint64_t *flags)
{
    g_error("x87 instructions need an x86-64 host");
}

#endif

static void run_exact(CPUX86State *env, uint32_t insn, void *operand, uint64_t *flags)
{
    FPImage img;

    x86_fpu_fold(env);
    fill_image(env, &img);
    run_stub(&img, insn, operand, flags);
    take_image(env, &img);
}

void helper_x87_exact(CPUX86State *env, uint32_t insn)
{
    uint64_t flags = trans_flags_to_x86(env->trans.flags) | 0x202;

    run_exact(env, insn, NULL, &flags);
    env->trans.flags = trans_flags_from_x86(flags);
}

void helper_x87_exact_ld(CPUX86State *env, uint32_t insn, uint64_t value)
{
    uint64_t flags = 0x202;

    run_exact(env, insn, &value, &flags);
}

void helper_x87_exact_ld80(CPUX86State *env, uint32_t insn, uint64_t lo, uint32_t hi)
{
    uint64_t flags = 0x202;
    uint8_t m80[10];

    memcpy(m80, &lo, 8);
    memcpy(m80 + 8, &(uint16_t){ hi }, 2);
    run_exact(env, insn, m80, &flags);
}

static unsigned store_bytes(uint32_t insn)
{
    unsigned opc = insn & 0xff, reg = insn >> 11 & 7;

    switch (opc) {
    case 0xd9:
        return 4;
    case 0xdb:
        return reg == 7 ? 10 : 4;
    case 0xdd:
        return 8;
    default: /* DF */
        return reg == 6 ? 10 : reg == 7 ? 8 : 2;
    }
}

/* Nothing changes if the memory cannot be written: the state is taken over afterwards. */
void helper_x87_exact_st(CPUX86State *env, uint32_t insn, uint64_t linear, uint32_t mmu_idx)
{
    uintptr_t ra = GETPC();
    uint64_t flags = 0x202;
    uint8_t out[10] = { 0 };
    uint32_t raised;
    FPImage img;

    x86_fpu_fold(env);
    fill_image(env, &img);
    run_stub(&img, insn, out, &flags);
    /* All but an inexact result keep the store from happening when unmasked. */
    raised = img.fsw & ~(uint32_t)env->fpuc & FSW_FLAGS & ~0x20;
    if (raised) {
        x86_probe_store(env, linear, store_bytes(insn), mmu_idx, ra);
    } else {
        cpu_write_mmuidx_ra(env_cpu(env), linear, out, store_bytes(insn), mmu_idx, ra);
    }
    take_image(env, &img);
}

/* Small ones that run with the guest's control words in place. */
#ifdef __x86_64__
#define GPR_ONLY __attribute__((target("general-regs-only")))
#else
#define GPR_ONLY
#endif

GPR_ONLY uint64_t helper_x87_lo(CPUX86State *env)
{
    return env->fpregs[env->fpstt & 7].f.mant;
}

GPR_ONLY uint64_t helper_x87_hi(CPUX86State *env)
{
    return env->fpregs[env->fpstt & 7].f.exp;
}

GPR_ONLY void helper_x87_push80(CPUX86State *env, uint64_t lo, uint32_t hi)
{
    unsigned top = (env->fpstt - 1) & 7;

    env->fpstt = top;
    env->fptags[top] = 0;
    env->fpregs[top].f.mant = lo;
    env->fpregs[top].f.exp = hi;
}

enum { X87 = 0, X87_STORE = HELPER_READS_STATE | HELPER_READS_FLAGS | HELPER_FAULTS };

const IRHelper h_x87_exact = { "x87_exact", helper_x87_exact, X87 };
const IRHelper h_x87_exact_flags = { "x87_exact_flags", helper_x87_exact,
                                     HELPER_READS_FLAGS | HELPER_WRITES_FLAGS };
const IRHelper h_x87_exact_ld = { "x87_exact_ld", helper_x87_exact_ld, X87 };
const IRHelper h_x87_exact_ld80 = { "x87_exact_ld80", helper_x87_exact_ld80, X87 };
const IRHelper h_x87_exact_st = { "x87_exact_st", helper_x87_exact_st, X87_STORE };
const IRHelper h_x87_lo = { "x87_lo", helper_x87_lo, HELPER_GPR_ONLY };
const IRHelper h_x87_hi = { "x87_hi", helper_x87_hi, HELPER_GPR_ONLY };
const IRHelper h_x87_push80 = { "x87_push80", helper_x87_push80, HELPER_GPR_ONLY };
