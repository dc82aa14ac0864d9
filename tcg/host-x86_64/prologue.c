/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Set-up of the backend: which globals get which registers, and the routines that all blocks
 * share: entering and leaving translated code, saving registers around C functions, and the
 * slow paths of memory accesses.
 *
 * Inside translated code rsp is a multiple of 16, so a call instruction gives a C function
 * the alignment that the ABI promises.
 *
 * Floating point control: translated code runs with the guest's MXCSR and x87 control word,
 * C code with the emulator's. Whoever saves vector registers switches them, too; the sticky
 * bits of MXCSR go to CPUTransState.mxcsr at that moment.
 */
#include "qemu/osdep.h"
#include <cpuid.h>
#include <ucontext.h>
#include "host.h"

/* Written by tcg_backend_init(), before the first thread translates; constant afterwards. */
HostBackend host_backend;

/* Preference for pinning: registers that need no REX prefix or special ModRM form first. */
static const uint8_t pin_order[NB_GPR_PINS] = {
    RBX, RDI, R8, R9, R10, R11, R14, R15, R13, R12,
};

static const uint8_t scratch_regs[4] = { RAX, RCX, RDX, RSI };

enum { MXCSR_CONTROL = 0xffc0, STACK_ROOM = 8 };

static void detect(HostFeatures *f, size_t *xsave_ymm)
{
    unsigned a, b, c = 0, d;

    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        f->bmi1 = b & bit_BMI;
        f->bmi2 = b & bit_BMI2;
    }
    if (__get_cpuid(0x80000001, &a, &b, &c, &d)) {
        f->lzcnt = c & bit_LZCNT;
    }
    __get_cpuid(1, &a, &b, &c, &d);
    f->movbe = c & bit_MOVBE;
    f->avx = __builtin_cpu_supports("avx");
    if (f->avx && __get_cpuid_count(13, 2, &a, &b, &c, &d)) {
        *xsave_ymm = b;
    }
}

/* Globals in the order of their pin rank get registers; vectors keep their number. */
static void choose_pins(HostBackend *hb)
{
    const IRTarget *t = hb->target;
    unsigned vec = 0;

    hb->pin = g_malloc(t->nb_globals);
    memset(hb->pin, NO_REG, t->nb_globals);
    hb->nb_gprs = hb->nb_vecs = 0;
    for (unsigned rank = 1; rank < 256 && hb->nb_gprs < NB_GPR_PINS; rank++) {
        for (unsigned g = 0; g < t->nb_globals && hb->nb_gprs < NB_GPR_PINS; g++) {
            if (t->globals[g].pin == rank && t->globals[g].sz <= SZ64) {
                unsigned r = pin_order[hb->nb_gprs];

                hb->pin[g] = r;
                hb->gprs[hb->nb_gprs++] = (PinnedReg){
                    r, t->globals[g].sz, t->globals[g].offset };
            }
        }
    }
    for (unsigned g = 0; g < t->nb_globals; g++) {
        if (t->globals[g].sz >= SZ128) {
            if (t->globals[g].pin && vec < NB_VEC_PINS) {
                hb->pin[g] = vec;
                hb->vecs[hb->nb_vecs++] = (PinnedReg){
                    vec, hb->have.avx ? t->globals[g].sz : SZ128, t->globals[g].offset };
            }
            vec++;
        }
    }
}

void put_pc(Asm *a, uint64_t pc)
{
    Opnd m = env_mem(host_backend.target->pc_offset);

    if (fits_i32(pc)) {
        a_mov(a, SZ64, m, o_imm(pc));
    } else {
        a_mov_imm(a, RAX, pc);
        a_mov(a, SZ64, m, o_reg(RAX));
    }
}

static void store_gprs(Asm *a, bool all)
{
    const HostBackend *hb = &host_backend;

    for (unsigned n = 0; n < hb->nb_gprs; n++) {
        if (all || CALLER_SAVED >> hb->gprs[n].reg & 1) {
            a_mov(a, hb->gprs[n].sz, env_mem(hb->gprs[n].offset), o_reg(hb->gprs[n].reg));
        }
    }
}

static void load_gprs(Asm *a, bool all)
{
    const HostBackend *hb = &host_backend;

    for (unsigned n = 0; n < hb->nb_gprs; n++) {
        if (all || CALLER_SAVED >> hb->gprs[n].reg & 1) {
            a_mov(a, hb->gprs[n].sz, o_reg(hb->gprs[n].reg), env_mem(hb->gprs[n].offset));
        }
    }
}

static void move_vecs(Asm *a, bool store)
{
    const HostBackend *hb = &host_backend;

    for (unsigned n = 0; n < hb->nb_vecs; n++) {
        const PinnedReg *v = &hb->vecs[n];

        if (store) {
            a_vmov_store(a, env_mem(v->offset), v->reg, v->sz);
        } else {
            a_vmov_load(a, v->reg, env_mem(v->offset), v->sz);
        }
    }
}

static void a_ldmxcsr(Asm *a, Opnd m)
{
    a_insn(a, X_0F | 0xae, 2, m);
}

static void a_stmxcsr(Asm *a, Opnd m)
{
    a_insn(a, X_0F | 0xae, 3, m);
}

static void a_fldcw(Asm *a, Opnd m)
{
    a_insn(a, 0xd9, 5, m);
}

/* Keep the guest's MXCSR and run on with the emulator's controls. Clobbers tmp. */
static void fp_to_host(Asm *a, unsigned tmp)
{
    uint32_t skip;

    a_u8(a, 0x0f); /* emms: C code finds the x87 stack empty after MMX instructions */
    a_u8(a, 0x77);
    a_stmxcsr(a, TRANS(mxcsr));
    a_mov(a, SZ32, o_reg(tmp), TRANS(mxcsr));
    a_alu(a, ALU_XOR, SZ32, o_reg(tmp), TRANS(host_mxcsr));
    a_test(a, SZ32, o_reg(tmp), o_imm(MXCSR_CONTROL));
    skip = a_jcc_fwd(a, CC_E);
    a_ldmxcsr(a, TRANS(host_mxcsr));
    a_here(a, skip);
    a_movzx(a, SZ16, tmp, TRANS(fpcw));
    a_alu(a, ALU_CMP, SZ16, o_reg(tmp), TRANS(host_fpcw));
    skip = a_jcc_fwd(a, CC_E);
    a_fldcw(a, TRANS(host_fpcw));
    a_here(a, skip);
}

/* The reverse. C code may have set sticky bits, so the whole MXCSR is compared. */
static void fp_to_guest(Asm *a, unsigned tmp)
{
    uint32_t skip;

    a_stmxcsr(a, TRANS(scratch[1]));
    a_mov(a, SZ32, o_reg(tmp), TRANS(scratch[1]));
    a_alu(a, ALU_CMP, SZ32, o_reg(tmp), TRANS(mxcsr));
    skip = a_jcc_fwd(a, CC_E);
    a_ldmxcsr(a, TRANS(mxcsr));
    a_here(a, skip);
    a_movzx(a, SZ16, tmp, TRANS(fpcw));
    a_alu(a, ALU_CMP, SZ16, o_reg(tmp), TRANS(host_fpcw));
    skip = a_jcc_fwd(a, CC_E);
    a_fldcw(a, TRANS(fpcw));
    a_here(a, skip);
}

static void a_ret(Asm *a)
{
    a_u8(a, 0xc3);
}

static const uint8_t *a_label(Asm *a)
{
    a_nops(a, -(uintptr_t)(a->rx + asm_ofs(a)) & 15);
    return a->rx + asm_ofs(a);
}

/* uintptr_t enter(void *env, const void *code), and the way out with the result in rax. */
static void make_enter(Asm *a)
{
    static const uint8_t kept[6] = { RBX, RBP, R12, R13, R14, R15 };
    HostBackend *hb = &host_backend;

    hb->enter = (uintptr_t (*)(void *, const void *))a_label(a);
    for (unsigned n = 0; n < 6; n++) {
        a_push(a, kept[n]);
    }
    a_alu(a, ALU_SUB, SZ64, o_reg(RSP), o_imm(STACK_ROOM));
    a_lea(a, SZ64, RBP, o_mem(RDI, hb->bias));
    a_stmxcsr(a, TRANS(host_mxcsr));
    a_insn(a, 0xd9, 7, TRANS(host_fpcw)); /* fnstcw */
    fp_to_guest(a, RAX);
    move_vecs(a, false);
    load_gprs(a, true);
    a_insn(a, 0xff, 4, o_reg(RSI));

    hb->epilogue = a_label(a);
    store_gprs(a, true);
    move_vecs(a, true);
    fp_to_host(a, RDX);
    a_alu(a, ALU_ADD, SZ64, o_reg(RSP), o_imm(STACK_ROOM));
    for (unsigned n = 6; n-- > 0;) {
        a_pop(a, kept[n]);
    }
    a_ret(a);

    hb->jc_miss = a_label(a);
    a_mov(a, SZ64, env_mem(hb->target->pc_offset), o_reg(RAX));
    a_mov_imm(a, RAX, TCG_EXIT_MISS);
    a_jmp_abs(a, hb->epilogue);

    hb->jc_probe = a_label(a);
    a_mov(a, SZ64, o_reg(RAX), env_mem(hb->target->pc_offset));
    put_jc_probe(a);
}

/* Around helper calls: registers that are not pinned stay as they are; FLAGS do not. */
static void make_spill(Asm *a, unsigned kind)
{
    host_backend.spill[kind] = a_label(a);
    store_gprs(a, kind & SAVE_ALL);
    if (kind & SAVE_VEC) {
        move_vecs(a, true);
        fp_to_host(a, RDI);
    }
    a_ret(a);

    host_backend.reload[kind] = a_label(a);
    if (kind & SAVE_VEC) {
        fp_to_guest(a, RDI);
        move_vecs(a, false);
    }
    load_gprs(a, kind & SAVE_ALL);
    a_ret(a);
}

static Opnd kept_scratch(unsigned reg)
{
    return env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, scratch) +
                   (2 + scratch_index(reg)) * 8);
}

/* Scratch registers and scratch vectors, kept over a slow path in CPUTransState.scratch. */
static void keep_scratch(Asm *a, bool save)
{
    for (unsigned n = 0; n < 4; n++) {
        unsigned r = scratch_regs[n];

        if (save) {
            a_mov(a, SZ64, kept_scratch(r), o_reg(r));
        } else {
            a_mov(a, SZ64, o_reg(r), kept_scratch(r));
        }
    }
    for (unsigned r = NB_VEC_PINS; r < 16; r++) {
        unsigned sz = host_backend.have.avx ? SZ256 : SZ128;
        Opnd m = env_mem(host_backend.target->trans_offset +
                         offsetof(CPUTransState, vec_scratch) + (r - NB_VEC_PINS) * 32);

        if (save) {
            a_vmov_store(a, m, r, sz);
        } else {
            a_vmov_load(a, r, m, sz);
        }
    }
}

/*
 * Slow path of an access whose linear address is in reg; the packed access word was pushed
 * before the call. Returns with host minus guest address in reg, everything else unchanged.
 */
static const uint8_t *make_slow(Asm *a, unsigned reg, const void *fn)
{
    const uint8_t *entry = a_label(a);

    keep_scratch(a, true);
    store_gprs(a, true);
    move_vecs(a, true);
    fp_to_host(a, RDI);
    a_mov(a, SZ64, o_reg(RSI), kept_scratch(reg));
    a_lea(a, SZ64, RDI, env_mem(0));
    a_mov(a, SZ32, o_reg(RDX), o_mem(RSP, 8));
    a_mov(a, SZ64, o_reg(RCX), o_mem(RSP, 0));
    a_call_c(a, fn);
    a_alu(a, ALU_SUB, SZ64, o_reg(RAX), kept_scratch(reg));
    a_mov(a, SZ64, kept_scratch(reg), o_reg(RAX));
    fp_to_guest(a, RDI);
    move_vecs(a, false);
    load_gprs(a, false);
    keep_scratch(a, false);
    a_u8(a, 0xc2); /* ret 8: drops the access word */
    a_u16(a, 8);
    return entry;
}

/*
 * An access of a window that is split: look in the TLB for the page of the address in reg,
 * and go on to the slow path when it is not there. ra and the access word are on the stack.
 */
static const uint8_t *make_lookup(Asm *a, unsigned reg, bool write, unsigned mmu_idx,
                                  const uint8_t *slow)
{
    const uint8_t *entry = a_label(a);
    unsigned x = reg == RAX ? RCX : RAX, y = reg == RDX ? RCX : RDX;
    uint32_t fast = host_backend.target->trans_offset + offsetof(CPUTransState, tlb) +
                    mmu_idx * sizeof(TLBFast);
    uint32_t skewed, miss;

    a_push(a, x);
    a_push(a, y);
    a_movzx(a, SZ8, x, o_mem(RSP, 25));
    a_mov_imm(a, y, 0);
    a_insn(a, X_0F | 0xab, x, o_reg(y)); /* bts: y = alignment in bytes */
    a_alu(a, ALU_SUB, SZ32, o_reg(y), o_imm(1));
    a_test(a, SZ32, o_reg(reg), o_reg(y)); /* not aligned: the slow path's business */
    skewed = a_jcc_fwd(a, CC_NE);
    a_movzx(a, SZ8, x, o_mem(RSP, 24));
    a_alu(a, ALU_AND, SZ32, o_reg(x), o_imm(7));
    a_mov_imm(a, y, 0);
    a_insn(a, X_0F | 0xab, x, o_reg(y)); /* y = size in bytes */
    a_insn(a, 0x8d | X_W, y, o_sib(y, reg, 0, -1));
    a_alu(a, ALU_AND, SZ64, o_reg(y), o_imm(-4096));
    a_mov(a, SZ64, o_reg(x), o_reg(reg));
    a_shift_imm(a, 5, SZ64, o_reg(x), 12 - TLB_ENTRY_BITS);
    a_alu(a, ALU_AND, SZ64, o_reg(x), env_mem(fast + offsetof(TLBFast, mask)));
    a_alu(a, ALU_ADD, SZ64, o_reg(x), env_mem(fast + offsetof(TLBFast, table)));
    a_alu(a, ALU_CMP, SZ64, o_reg(y),
          o_mem(x, offsetof(TLBEntry, tag[write ? TLB_TAG_WRITE : TLB_TAG_READ])));
    miss = a_jcc_fwd(a, CC_NE);
    a_mov(a, SZ64, o_reg(reg), o_mem(x, offsetof(TLBEntry, addend)));
    a_pop(a, y);
    a_pop(a, x);
    a_u8(a, 0xc2); /* ret 8 */
    a_u16(a, 8);
    a_here(a, skewed);
    a_here(a, miss);
    a_pop(a, y);
    a_pop(a, x);
    a_jmp_abs(a, slow);
    return entry;
}

static void make_lookups(Asm *a)
{
    HostBackend *hb = &host_backend;

    for (unsigned n = 0; n < 4; n++) {
        for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
            hb->lookup[n][0][idx] = make_lookup(a, scratch_regs[n], false, idx, hb->slow_ld[n]);
            hb->lookup[n][1][idx] = make_lookup(a, scratch_regs[n], true, idx, hb->slow_st[n]);
        }
    }
}

/* After a store through a slow path: bytes in the bounce buffer are carried out. */
static void make_st_finish(Asm *a)
{
    uint32_t done;

    host_backend.st_finish = a_label(a);
    a_mov(a, SZ64, kept_scratch(RAX), o_reg(RAX));
    a_u8(a, 0x9f); /* lahf, seto: FLAGS of a read-modify-write */
    a_insn(a, X_0F | X_BRM | 0x90 | CC_O, 0, o_reg(RAX));
    a_push(a, RAX);
    a_mov(a, SZ64, o_reg(RAX), kept_scratch(RAX));
    a_alu(a, ALU_CMP, SZ32, TRANS(bounce_len), o_imm(0));
    done = a_jcc_fwd(a, CC_E);
    keep_scratch(a, true);
    store_gprs(a, true);
    move_vecs(a, true);
    fp_to_host(a, RDI);
    a_lea(a, SZ64, RDI, env_mem(0));
    a_mov(a, SZ64, o_reg(RSI), o_mem(RSP, 8));
    a_call_c(a, softtlb_st_finish);
    fp_to_guest(a, RDI);
    move_vecs(a, false);
    load_gprs(a, false);
    keep_scratch(a, false);
    a_here(a, done);
    a_mov(a, SZ64, kept_scratch(RAX), o_reg(RAX));
    a_pop(a, RAX);
    a_u8(a, 0x04); /* add al, 0x7f; sahf */
    a_u8(a, 0x7f);
    a_u8(a, 0x9e);
    a_mov(a, SZ64, o_reg(RAX), kept_scratch(RAX));
    a_ret(a);
}

size_t tcg_backend_init(const IRTarget *target, uint8_t *rw, const uint8_t *rx, size_t room)
{
    HostBackend *hb = &host_backend;
    /* The shared routines take about 10 KiB. */
    Asm a = { rw, rw, rw + room - ASM_MARGIN, rx };

    assert(room > 16 * ASM_MARGIN);
    hb->target = target;
    hb->bias = target->trans_offset + offsetof(CPUTransState, icount_budget) + 128;
    hb->rx_start = rx;
    hb->rx_end = rx + room;
    detect(&hb->have, &hb->xsave_ymm);
    choose_pins(hb);
    make_enter(&a);
    for (unsigned kind = 0; kind < NB_SAVE; kind++) {
        make_spill(&a, kind);
    }
    for (unsigned n = 0; n < 4; n++) {
        hb->slow_ld[n] = make_slow(&a, scratch_regs[n], softtlb_ld);
        hb->slow_st[n] = make_slow(&a, scratch_regs[n], softtlb_st);
    }
    make_lookups(&a);
    make_st_finish(&a);
    assert(!asm_full(&a));
    return ROUND_UP(asm_ofs(&a), 64);
}

/* Slow paths and helpers that fault have saved all there is; only the controls may differ. */
void tcg_backend_unwound(void *env)
{
    CPUTransState *ts = (CPUTransState *)((uint8_t *)env + host_backend.target->trans_offset);

    memset(ts->window_split, 0, sizeof(ts->window_split));
    /* A fault may have come between an MMX instruction and the EMMS at its block's end. */
    __asm__ volatile("emms; ldmxcsr %0; fldcw %1" : : "m"(ts->host_mxcsr), "m"(ts->host_fpcw));
}

uintptr_t tcg_enter(void *env, const void *rx_entry)
{
    return host_backend.enter(env, rx_entry);
}

const void *tcg_backend_jc_miss(void)
{
    return host_backend.jc_miss;
}

/* Every div instruction in the code region is one of IR_divu2 or IR_divs2. */
bool tcg_backend_is_div_site(const void *host_pc)
{
    const uint8_t *p = host_pc;

    if (p < host_backend.rx_start || p >= host_backend.rx_end) {
        return false;
    }
    if (*p == 0x66) {
        p++;
    }
    if ((*p & 0xf0) == 0x40) {
        p++;
    }
    return (*p & 0xfe) == 0xf6 && (p[1] >> 3 & 6) == 6;
}

static uint64_t context_reg(const ucontext_t *uc, unsigned reg)
{
    static const uint8_t greg[16] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    };

    return uc->uc_mcontext.gregs[greg[reg]];
}

void tcg_backend_save_from_context(void *env, void *ucontext)
{
    const HostBackend *hb = &host_backend;
    const ucontext_t *uc = ucontext;
    const uint8_t *fp = (const uint8_t *)uc->uc_mcontext.fpregs;
    CPUTransState *ts = (CPUTransState *)((uint8_t *)env + hb->target->trans_offset);
    uint64_t components;

    for (unsigned n = 0; n < hb->nb_gprs; n++) {
        uint64_t v = context_reg(uc, hb->gprs[n].reg);

        memcpy((uint8_t *)env + hb->gprs[n].offset, &v, 1u << hb->gprs[n].sz);
    }
    /* Linux leaves the component out of the frame's bitmap while the upper halves are 0. */
    memcpy(&components, fp + 512, sizeof(components));
    for (unsigned n = 0; n < hb->nb_vecs; n++) {
        const PinnedReg *v = &hb->vecs[n];
        uint8_t *to = (uint8_t *)env + v->offset;

        memcpy(to, fp + offsetof(struct _libc_fpstate, _xmm) + v->reg * 16, 16);
        if (v->sz == SZ256 && !(components & 4)) {
            memset(to + 16, 0, 16);
        } else if (v->sz == SZ256) {
            memcpy(to + 16, fp + hb->xsave_ymm + v->reg * 16, 16);
        }
    }
    ts->mxcsr = uc->uc_mcontext.fpregs->mxcsr;
}
