/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of target-i386 share among themselves: modes, descriptors, stack images,
 * exceptions. Nothing here is for other folders.
 *
 * Thread: the vCPU's own, unless noted.
 */
#ifndef TARGET_I386_INTERNAL_H
#define TARGET_I386_INTERNAL_H

#include "target-i386/cpu.h"
#include "target-i386/regs.h"
#include "exec/cpu-exec.h"

/* ---- modes ---- */

static inline unsigned x86_cpl(const CPUX86State *env)
{
    return env->hflags & HF_CPL_MASK;
}

static inline bool x86_pe(const CPUX86State *env)
{
    return env->hflags & HF_PE;
}

static inline bool x86_v86(const CPUX86State *env)
{
    return env->hflags & HF_VM;
}

static inline bool x86_lma(const CPUX86State *env)
{
    return env->hflags & HF_LMA;
}

static inline bool x86_code64(const CPUX86State *env)
{
    return env->hflags & HF_CS64;
}

static inline unsigned x86_iopl(const CPUX86State *env)
{
    return (env->eflags & IOPL_MASK) >> IOPL_SHIFT;
}

static inline unsigned x86_linear_bits(const CPUX86State *env)
{
    return env->cr[4] & CR4_LA57 ? 57 : 48;
}

static inline bool x86_canonical(const CPUX86State *env, uint64_t addr)
{
    unsigned shift = 64 - x86_linear_bits(env);

    return (uint64_t)((int64_t)(addr << shift) >> shift) == addr;
}

/* MMU mode of accesses that the CPU makes by itself (tables, TSS, stacks of a new level). */
static inline int x86_sys_mmu(const CPUX86State *env)
{
    return env->cr[4] & CR4_SMAP ? MMU_KSMAP_IDX : MMU_KNOSMAP_IDX;
}

/* MMU mode of explicit data accesses at privilege cpl. */
static inline int x86_cpl_mmu(const CPUX86State *env, unsigned cpl)
{
    if (cpl == 3) {
        return MMU_USER_IDX;
    }
    return (env->cr[4] & CR4_SMAP) && !(env->eflags & AC_MASK) ? MMU_KSMAP_IDX : MMU_KNOSMAP_IDX;
}

static inline int x86_data_mmu(const CPUX86State *env)
{
    return x86_cpl_mmu(env, x86_cpl(env));
}

/* ---- hflags.c ---- */

/* Replace all of EFLAGS (arithmetic flags and DF included) without touching hflags. */
void x86_set_eflags(CPUX86State *env, uint32_t value);
/* IF may have become set: have pending interrupts looked at before the next block. */
void x86_irq_window(CPUX86State *env);
void x86_cpu_exec_key(CPUState *cs, CPUExecKey *key);

/* ---- descriptors (seg.c) ---- */

typedef struct X86Desc {
    uint32_t lo, hi;   /* the two words of the descriptor */
    uint32_t hi2;      /* bits 63..32 of the base of a 16-byte system descriptor */
} X86Desc;

static inline uint32_t desc_base32(const X86Desc *d)
{
    return (d->lo >> 16) | (d->hi & 0xff) << 16 | (d->hi & 0xff000000);
}

static inline uint64_t desc_base(const X86Desc *d)
{
    return desc_base32(d) | (uint64_t)d->hi2 << 32;
}

static inline uint32_t desc_limit(const X86Desc *d)
{
    uint32_t limit = (d->lo & 0xffff) | (d->hi & 0xf0000);

    return d->hi & DESC_G ? limit << 12 | 0xfff : limit;
}

static inline unsigned desc_dpl(uint32_t hi)
{
    return hi >> DESC_DPL_SHIFT & 3;
}

static inline unsigned desc_type(uint32_t hi)
{
    return hi >> DESC_TYPE_SHIFT & 15;
}

/* A code or data segment; code; conforming code; readable code or data; writable data. */
static inline bool desc_is_code(uint32_t hi)
{
    return (hi & (DESC_S | DESC_CODE)) == (DESC_S | DESC_CODE);
}

static inline bool desc_is_conforming(uint32_t hi)
{
    return (hi & (DESC_S | DESC_CODE | DESC_EC)) == (DESC_S | DESC_CODE | DESC_EC);
}

static inline bool desc_is_data(uint32_t hi)
{
    return (hi & (DESC_S | DESC_CODE)) == DESC_S;
}

static inline bool desc_is_readable(uint32_t hi)
{
    return (hi & DESC_S) && (!(hi & DESC_CODE) || (hi & DESC_RW));
}

static inline bool desc_is_writable_data(uint32_t hi)
{
    return (hi & (DESC_S | DESC_CODE | DESC_RW)) == (DESC_S | DESC_RW);
}

/* A gate: the target selector and offset. */
static inline uint32_t gate_selector(const X86Desc *d)
{
    return d->lo >> 16;
}

static inline uint32_t gate_offset32(const X86Desc *d)
{
    return (d->lo & 0xffff) | (d->hi & 0xffff0000);
}

/* Does the table hold the descriptor of selector? Then read it (8 bytes). Faults on the read. */
bool x86_read_desc(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra);
/* The upper half of a 16-byte system descriptor; false when outside of the table. */
bool x86_read_desc_high(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra);
/* Set the accessed bit in memory and in d where it is clear. */
void x86_set_accessed(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra);
/* Set or clear the busy bit of a TSS descriptor in the GDT. */
void x86_set_tss_busy(CPUX86State *env, uint32_t selector, bool busy, uintptr_t ra);

static inline void x86_load_cache(SegmentCache *sc, uint32_t selector, const X86Desc *d)
{
    sc->selector = selector;
    sc->base = desc_base32(d);
    sc->limit = desc_limit(d);
    sc->flags = d->hi & 0x00f0ff00;
}

/* A segment as real mode (v86: with v86 rights) loads it. */
void x86_load_real_seg(CPUX86State *env, unsigned seg, uint32_t selector);
void x86_load_v86_seg(CPUX86State *env, unsigned seg, uint32_t selector);
/* A null selector: unusable; dpl is kept in the rights (SS tells the CPL). */
void x86_load_null_seg(CPUX86State *env, unsigned seg, uint32_t selector, unsigned dpl);
/* CS in protected mode, with the accessed bit set first. */
void x86_load_cs(CPUX86State *env, uint32_t selector, X86Desc *d, unsigned cpl, uintptr_t ra);
/* After a return to outer privilege level cpl: data segments it may not keep become null. */
void x86_drop_inner_segs(CPUX86State *env, unsigned cpl);

/* SS:ESP of privilege level dpl from the current TSS. #TS(TR) when the TSS is too short. */
void x86_tss_stack(CPUX86State *env, unsigned dpl, uint32_t *ss, uint32_t *esp, uintptr_t ra);
/* RSP0-2 (n = 0..2) or IST1-7 (n = 4..10 of the 64-bit TSS). */
uint64_t x86_tss_rsp(CPUX86State *env, unsigned n, uintptr_t ra);

/* ---- stack images ---- */

/*
 * A stack in use by a multi-step transfer: sp moves, nothing of the CPU state does until
 * x86_stack_commit(). mask is 0xffff, 0xffffffff or ~0.
 */
typedef struct X86Stack {
    CPUX86State *env;
    uint64_t base, sp, mask;
    uint32_t limit, flags;   /* of the segment: checked by x86_stack_room() outside 64-bit mode */
    int mmu_idx;
    uintptr_t ra;
} X86Stack;

void x86_stack_current(X86Stack *s, CPUX86State *env, int mmu_idx, uintptr_t ra);
/* True when [sp - bytes, sp) (pushes) or [sp, sp + bytes) (pops) lies in the segment. */
bool x86_stack_room_push(const X86Stack *s, uint32_t bytes);
bool x86_stack_room_pop(const X86Stack *s, uint32_t bytes);
/* opsize: log2 of bytes */
void x86_push(X86Stack *s, uint64_t value, unsigned opsize);
uint64_t x86_pop(X86Stack *s, unsigned opsize);
void x86_stack_commit(const X86Stack *s);

/* Offset within [0, limit], or above it for expand-down segments. */
bool x86_seg_range_ok(uint32_t flags, uint32_t limit, uint64_t offset, uint32_t size);

/* ---- faults (excp.c) ---- */

static inline uint32_t sel_error(uint32_t selector)
{
    return selector & 0xfffc;
}

void raise_gp(CPUX86State *env, uint32_t error, uintptr_t ra) G_GNUC_NORETURN;
void x86_do_interrupt(CPUState *cs);
bool x86_exec_interrupt(CPUState *cs, int request);
bool x86_cpu_has_work(CPUState *cs);
void x86_raise_divide(CPUState *cs) G_GNUC_NORETURN;
void x86_raise_unaligned(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx)
    G_GNUC_NORETURN;
/* Hardware interrupt vector through the IDT; state is exact. */
void x86_deliver_hw_interrupt(CPUX86State *env, unsigned vector);

/* ---- mmu.c ---- */
bool x86_tlb_walk(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx, bool probe,
                  TLBFill *out);
void x86_raise_tlb_fault(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx)
    G_GNUC_NORETURN;
hwaddr x86_get_phys_page_attrs_debug(CPUState *cs, vaddr addr, MemTxAttrs *attrs);
uint64_t x86_asid(CPUState *cs);
int x86_mmu_index(CPUState *cs, bool ifetch);
void x86_walk_cache_init(X86CPU *cpu);
void x86_walk_cache_free(X86CPU *cpu);
/* Does the instruction at eip reach addr through SS? (A non-canonical address is then #SS.) */
bool x86_access_uses_stack(CPUX86State *env, uint64_t addr);
MemTxAttrs x86_mem_attrs(const CPUX86State *env);
/* Guest physical memory as the CPU sees it (A20 and SMM applied). */
uint32_t x86_ldub_phys(CPUX86State *env, hwaddr addr);
uint32_t x86_lduw_phys(CPUX86State *env, hwaddr addr);
uint32_t x86_ldl_phys(CPUX86State *env, hwaddr addr);
uint64_t x86_ldq_phys(CPUX86State *env, hwaddr addr);
void x86_stb_phys(CPUX86State *env, hwaddr addr, uint32_t v);
void x86_stw_phys(CPUX86State *env, hwaddr addr, uint32_t v);
void x86_stl_phys(CPUX86State *env, hwaddr addr, uint32_t v);
void x86_stq_phys(CPUX86State *env, hwaddr addr, uint64_t v);

/* ---- control registers (cr.c): checked writes; #GP(0) on inconsistent values ---- */
void x86_write_cr0(CPUX86State *env, uint64_t value, uintptr_t ra);
void x86_write_cr3(CPUX86State *env, uint64_t value, uintptr_t ra);
void x86_write_cr4(CPUX86State *env, uint64_t value, uintptr_t ra);
/* Raw forms for reset, RSM and migration: no checks. */
void x86_update_cr0(CPUX86State *env, uint64_t value);
void x86_update_cr4(CPUX86State *env, uint64_t value);
void x86_update_efer(CPUX86State *env, uint64_t value);
uint64_t x86_cr4_allowed(const CPUX86State *env);

/* ---- task-switch.c ---- */
typedef enum X86TaskSwitch { TASK_JMP, TASK_CALL, TASK_IRET, TASK_GATE } X86TaskSwitch;
/*
 * Switch to the TSS of selector (descriptor d, already checked for presence of type, DPL and P by
 * the caller). next_eip is saved in the old TSS. With has_error the error code is pushed on the
 * new stack. Ends with the new state loaded, env->eip included.
 */
void x86_switch_task(CPUX86State *env, uint32_t selector, X86Desc *d, X86TaskSwitch how,
                     uint64_t next_eip, bool has_error, uint32_t error, uintptr_t ra);
/* Read and check the TSS descriptor that a task gate or selector names. */
void x86_task_switch_checked(CPUX86State *env, uint32_t selector, X86TaskSwitch how,
                             uint64_t next_eip, uint32_t ext, bool has_error, uint32_t error,
                             uintptr_t ra);

/* ---- msr.c: false means #GP(0) ---- */
bool x86_rdmsr(CPUX86State *env, uint32_t msr, uint64_t *v);
bool x86_wrmsr(CPUX86State *env, uint32_t msr, uint64_t v);
const char *x86_msr_name(uint32_t msr);

/* ---- smm.c ---- */
void x86_enter_smm(X86CPU *cpu);

/* ---- debug.c ---- */
void x86_update_dr7(CPUX86State *env, uint64_t value);
void x86_debug_excp(CPUState *cs);
void x86_forget_watch_hits(CPUX86State *env);
bool x86_debug_check_watchpoint(CPUState *cs, CPUWatchpoint *wp);
void x86_rearm_debug(CPUX86State *env);
uint32_t x86_io_breakpoints(CPUX86State *env, uint32_t port, uint32_t size);

/* ---- seg.c ---- */
/* helper_check_seg() for use inside other helpers. */
void x86_check_seg_ra(CPUX86State *env, unsigned seg, uint64_t offset, uint32_t size_write,
                      uintptr_t ra);

/* ---- fpu-helper.c ---- */
/* Bring fpus up to date with exceptions that the host's x87 recorded. */
void x86_fpu_fold(CPUX86State *env);
void x86_set_fpuc(CPUX86State *env, uint32_t fpuc);
void x86_set_mxcsr(CPUX86State *env, uint32_t mxcsr);
uint32_t x86_get_mxcsr(const CPUX86State *env);
uint32_t x86_get_fpsw(const CPUX86State *env);
void x86_set_fpsw(CPUX86State *env, uint32_t fpsw);
void x86_fpu_init(CPUX86State *env);
/* XINUSE: components that are not in their initial configuration. */
uint64_t x86_xstate_in_use(const CPUX86State *env);

/* ---- tsc.c ---- */
void x86_tsc_init(void);
uint64_t x86_tsc_default_khz(void);
bool x86_tsc_is_stable(void);
uint64_t x86_read_tsc(CPUX86State *env);
void x86_write_tsc_adjust(CPUX86State *env, uint64_t value);
int64_t x86_tsc_to_virtual_ns(CPUX86State *env, uint64_t value);
void x86_write_tsc(CPUX86State *env, uint64_t value);

/* ---- machine.c, gdb-regs.c, dump.c ---- */
extern const struct VMStateDescription vmstate_x86_cpu;
void x86_cpu_gdb_class_init(CPUClass *cc);
void x86_cpu_gdb_realize(X86CPU *cpu);
void x86_cpu_dump_state(CPUState *cs, GString *out, int flags);

/* ---- cpu.c ---- */
/* [bql] Make the board's SMRAM, if it has appeared, visible in SMM. */
void x86_cpu_map_smram(X86CPU *cpu);
/* State after INIT: that of RESET, but for caches, x87, SSE and MTRRs. Also ends a wait. */
void x86_cpu_init_state(X86CPU *cpu);
/* Make the feature words what a guest would see; as part of realize, or to describe a model. */
bool x86_cpu_settle_features(X86CPU *cpu, Error **errp);
void x86_cpu_set_a20(X86CPU *cpu, bool on);

#endif
