/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUState: what the emulator knows of any virtual CPU, and the class hooks of a target.
 *
 * Threads: fields marked [vcpu] belong to the vCPU's own thread; [atomic] ones may be touched
 * by any; [bql] ones are under the big lock.
 */
#ifndef HW_CORE_CPU_H
#define HW_CORE_CPU_H

#include "hw/qdev-core.h"
#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "qemu/thread.h"
#include "qemu/queue.h"
#include "tcg/trans-state.h"
#include <setjmp.h>

typedef uint64_t vaddr;

#define TYPE_CPU "cpu"
OBJECT_DECLARE_TYPE(CPUState, CPUClass, CPU)

/* Bits of CPUState.interrupt_request; the target gives TGT bits their meaning. */
enum {
    CPU_INTERRUPT_HARD = 1 << 1,
    CPU_INTERRUPT_EXITTB = 1 << 2, /* memory map changed: leave the block */
    CPU_INTERRUPT_HALT = 1 << 3,
    CPU_INTERRUPT_DEBUG = 1 << 4,
    CPU_INTERRUPT_RESET = 1 << 5,
    CPU_INTERRUPT_TGT_EXT_0 = 1 << 6,
    CPU_INTERRUPT_TGT_EXT_1 = 1 << 7,
    CPU_INTERRUPT_TGT_EXT_2 = 1 << 8,
    CPU_INTERRUPT_TGT_EXT_3 = 1 << 9,
    CPU_INTERRUPT_TGT_EXT_4 = 1 << 10,
    CPU_INTERRUPT_TGT_EXT_5 = 1 << 11,
};

/* Values of CPUState.exception_index beyond the target's own vectors; cpu_exec() returns them. */
enum {
    EXCP_NONE = -1,
    EXCP_INTERRUPT = 0x10000, /* leave cpu_exec(): work for the vCPU thread */
    EXCP_HLT = 0x10001,
    EXCP_DEBUG = 0x10002,     /* breakpoint, watchpoint or step reached */
    EXCP_HALTED = 0x10003,
    EXCP_YIELD = 0x10004,
    EXCP_ATOMIC = 0x10005,    /* run the next instruction with all other vCPUs stopped */
};

typedef enum MMUAccessType { MMU_DATA_LOAD, MMU_DATA_STORE, MMU_INST_FETCH } MMUAccessType;

typedef struct CPUBreakpoint {
    vaddr pc;
    int flags; /* BP_* */
    QTAILQ_ENTRY(CPUBreakpoint) entry;
} CPUBreakpoint;

typedef struct CPUWatchpoint {
    vaddr addr;
    vaddr len;
    vaddr hitaddr;
    MemTxAttrs hitattrs;
    int flags; /* BP_* */
    QTAILQ_ENTRY(CPUWatchpoint) entry;
} CPUWatchpoint;

enum {
    BP_MEM_READ = 1, BP_MEM_WRITE = 2, BP_MEM_ACCESS = 3,
    BP_STOP_BEFORE_ACCESS = 4, BP_GDB = 0x10, BP_CPU = 0x20, BP_ANY = 0x30,
    BP_HIT_READ = 0x40, BP_HIT_WRITE = 0x80, BP_HIT = 0xc0,
};

/* What the execution loop asks of a target when translated code has to start or stop. */
typedef struct CPUExecKey {
    vaddr pc;
    uint64_t cs_base;
    uint64_t flags; /* everything else that changes how code translates */
} CPUExecKey;

struct IRBlock;
struct IRTarget;
struct TranslationBlock;

/* Result of a guest page walk; addresses are page-aligned, size is the guest's page size. */
typedef struct TLBFill {
    hwaddr phys;
    int prot; /* PAGE_READ | PAGE_WRITE | PAGE_EXEC, only what may be used without a new walk */
    MemTxAttrs attrs;
    uint64_t page_size;
    int asidx;
    bool global; /* survives tlb_flush_nonglobal() and tlb_flush_asid(keep_global) */
} TLBFill;
enum { PAGE_READ = 1, PAGE_WRITE = 2, PAGE_EXEC = 4 };

struct CPUClass {
    DeviceClass parent_class;

    CPUState *(*from_env)(void *env);
    /* Name "qemu64" -> class, NULL if unknown. */
    ObjectClass *(*class_by_name)(const char *model);
    void (*parse_features)(const char *typename, char *features, Error **errp);

    /* All below: [vcpu] thread unless noted. */
    const struct IRTarget *(*ir_target)(void);
    void (*exec_key)(CPUState *cpu, CPUExecKey *key);
    /*
     * Fill b with the block that starts at tb->pc, at most max_insns instructions; reads guest
     * code through cpu_ldub_code() and friends; sets tb->size, tb->icount.
     */
    void (*translate)(CPUState *cpu, struct TranslationBlock *tb, struct IRBlock *b,
                      unsigned max_insns);
    void (*set_pc)(CPUState *cpu, vaddr pc);
    vaddr (*get_pc)(CPUState *cpu);
    /* Deliver cpu->exception_index (a target vector). */
    void (*do_interrupt)(CPUState *cpu);
    /*
     * Whatever lets a pending interrupt in that was refused before (IF, a shadow, NMI blocking)
     * sets exit_request again.
     */
    bool tells_irq_window;
    /* Take one pending interrupt of mask request; true if state changed. [bql] held. */
    bool (*exec_interrupt)(CPUState *cpu, int request);
    bool (*has_work)(CPUState *cpu);
    /*
     * Walk the guest's tables for addr. True: *out filled. False: with probe nothing else,
     * otherwise the fault has been recorded by set_fault below.
     */
    bool (*tlb_walk)(CPUState *cpu, vaddr addr, MMUAccessType access, int mmu_idx, bool probe,
                     TLBFill *out);
    /* Raise the fault recorded by the last failed tlb_walk; state is already exact. No return. */
    void (*raise_tlb_fault)(CPUState *cpu, vaddr addr, MMUAccessType access, int mmu_idx)
        G_GNUC_NORETURN;
    void (*raise_unaligned)(CPUState *cpu, vaddr addr, MMUAccessType access, int mmu_idx)
        G_GNUC_NORETURN;
    /* Raise the divide error that SIGFPE reported. */
    void (*raise_divide)(CPUState *cpu) G_GNUC_NORETURN;
    /* A store or load hit a watchpoint owned by the guest's debug registers. */
    void (*debug_excp)(CPUState *cpu);
    bool (*debug_check_watchpoint)(CPUState *cpu, CPUWatchpoint *wp);
    void (*exec_enter)(CPUState *cpu);
    void (*exec_exit)(CPUState *cpu);
    /* Any thread with the vCPU stopped, or the vCPU itself: translation for debuggers. */
    hwaddr (*get_phys_page_attrs_debug)(CPUState *cpu, vaddr addr, MemTxAttrs *attrs);
    int (*mmu_index)(CPUState *cpu, bool ifetch);
    int (*asidx_from_attrs)(CPUState *cpu, MemTxAttrs attrs);
    /* Address-space tag for soft-TLB contexts (PCID, ASID); 0 when the target has none. */
    uint64_t (*asid)(CPUState *cpu);

    void (*dump_state)(CPUState *cpu, GString *out, int flags);
    /*
     * Append @count instructions of the @size bytes at @code, which lie at @addr, as text, in the
     * CPU's present mode. For the monitor; may be NULL.
     */
    void (*disassemble)(CPUState *cpu, GString *out, const uint8_t *code, size_t size,
                        vaddr addr, unsigned count);
    int64_t (*get_arch_id)(CPUState *cpu);
    bool (*get_paging_enabled)(const CPUState *cpu);
    int (*gdb_read_register)(CPUState *cpu, GByteArray *buf, int reg);
    int (*gdb_write_register)(CPUState *cpu, uint8_t *buf, int reg);
    const char *gdb_core_xml_file;
    int gdb_num_core_regs;
    const char *(*gdb_arch_name)(CPUState *cpu);
};

struct CPUJumpContexts;
struct CPUWorkItem;

struct CPUState {
    DeviceState parent_obj;

    CPUClass *cc;            /* class of the object: look-ups by type cost too much in hot paths */
    void *env;               /* target state; starts with its CPUTransState */
    CPUTransState *trans;
    int cpu_index;
    int nr_cores, nr_threads;

    QemuThread *thread;
    int thread_id;
    QemuCond *halt_cond;      /* [bql] */
    bool created, stop, stopped, unplug, crash_occurred; /* [bql] */
    bool running;             /* [atomic] inside cpu_exec() */
    bool thread_kicked;       /* [atomic] */
    QSIMPLEQ_HEAD(, CPUWorkItem) work_list; /* under work_mutex */
    QemuMutex work_mutex;

    bool exit_loop_request;     /* [atomic] leave cpu_exec() for the vCPU thread's loop */
    bool in_exclusive;          /* [vcpu] all other vCPUs are stopped */
    uint32_t interrupt_request; /* [atomic]; set under the big lock */
    uint32_t halted;            /* [bql] or vcpu */
    int32_t exception_index;    /* [vcpu] */
    int singlestep_enabled;     /* SSTEP_* */

    sigjmp_buf jmp_env;         /* [vcpu] where cpu_loop_exit() goes */
    bool can_do_io;
    uintptr_t mem_io_pc;

    AddressSpace **as;          /* address spaces by asidx */
    int num_ases;

    struct CPUTlb *tlb;         /* [vcpu] exec/softtlb.c */
    struct CPUJumpContexts *jumps; /* [vcpu] exec/jump-cache.c */
    struct TranslationBlock *new_tb; /* [vcpu] being translated */
    hwaddr begun_pages[2];      /* [vcpu] RAM pages watched for new_tb */
    uint32_t next_cflags;       /* [vcpu] CF_* for just the next block */

    QTAILQ_HEAD(, CPUBreakpoint) breakpoints;
    QTAILQ_HEAD(, CPUWatchpoint) watchpoints;
    CPUWatchpoint *watchpoint_hit;

    uint64_t nr_tlb_fills, nr_tb_translated; /* statistics, [vcpu] */
    QTAILQ_ENTRY(CPUState) node;
};

enum { SSTEP_ENABLE = 1, SSTEP_NOIRQ = 2, SSTEP_NOTIMER = 4 };

/* All CPUs, in creation order; additions and removals under the big lock and RCU. */
typedef QTAILQ_HEAD(CPUTailQ, CPUState) CPUTailQ;
extern CPUTailQ cpus_queue;
#define CPU_FOREACH(cpu) QTAILQ_FOREACH(cpu, &cpus_queue, node)
#define first_cpu QTAILQ_FIRST(&cpus_queue)
#define CPU_NEXT(cpu) QTAILQ_NEXT(cpu, node)

/* The vCPU whose thread this is, NULL in other threads. */
extern __thread CPUState *current_cpu;

/* hw/core/cpu-common.c */
/* State that every CPU's description starts with. */
extern const VMStateDescription vmstate_cpu_common;
void cpu_list_add(CPUState *cpu);
void cpu_list_remove(CPUState *cpu);
CPUState *qemu_get_cpu(int index);
/* Reset the CPU as its RESET pin would; the vCPU must not be running, or call from its thread. */
void cpu_reset(CPUState *cpu);
void cpu_address_space_init(CPUState *cpu, int asidx, const char *prefix, MemoryRegion *mr);
AddressSpace *cpu_get_address_space(CPUState *cpu, int asidx);
/* Class of a model's name; typename NULL: among the CPUs of this emulator. NULL if unknown. */
ObjectClass *cpu_class_by_name(const char *typename, const char *model);
/* -cpu help: the target prints its models to stdout. */
void cpu_model_help(void);
/* Registers as text, appended to out; flags CPU_DUMP_*. */
enum { CPU_DUMP_CODE = 1, CPU_DUMP_FPU = 2 };
void cpu_dump_state(CPUState *cpu, GString *out, int flags);
hwaddr cpu_get_phys_page_debug(CPUState *cpu, vaddr addr);
/* Read or write guest memory by virtual address, as a debugger does (ROM too). 0 or -1. */
int cpu_memory_rw_debug(CPUState *cpu, vaddr addr, void *buf, size_t len, bool is_write);

/* Interrupt lines: any thread with the big lock. */
void cpu_interrupt(CPUState *cpu, int mask);
void cpu_reset_interrupt(CPUState *cpu, int mask);
/* Make the vCPU leave translated code soon; any thread. */
void cpu_exit(CPUState *cpu);
void qemu_cpu_kick(CPUState *cpu);
bool qemu_cpu_is_self(const CPUState *cpu);

/* softmmu/cpus.c: vCPU threads */
void qemu_init_vcpu(CPUState *cpu);       /* from realize: make the thread, [bql] */
void cpu_remove_sync(CPUState *cpu);      /* from unrealize: stop and join, [bql] */
void pause_all_vcpus(void);
void resume_all_vcpus(void);
bool all_vcpus_paused(void);
void cpu_stop_current(void);

typedef void (*run_on_cpu_func)(CPUState *cpu, void *data);
/* Run func in cpu's thread with the big lock; wait for it / do not wait. */
void run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data);
void async_run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data);
/* Run func in cpu's thread while no vCPU runs translated code. */
void async_safe_run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data);
void process_queued_cpu_work(CPUState *cpu);

/* exec/debug-points.c */
int cpu_breakpoint_insert(CPUState *cpu, vaddr pc, int flags, CPUBreakpoint **out);
int cpu_breakpoint_remove(CPUState *cpu, vaddr pc, int flags);
void cpu_breakpoint_remove_all(CPUState *cpu, int mask);
void cpu_breakpoint_remove_by_ref(CPUState *cpu, CPUBreakpoint *bp);
int cpu_watchpoint_insert(CPUState *cpu, vaddr addr, vaddr len, int flags, CPUWatchpoint **out);
int cpu_watchpoint_remove(CPUState *cpu, vaddr addr, vaddr len, int flags);
void cpu_watchpoint_remove_all(CPUState *cpu, int mask);
void cpu_watchpoint_remove_by_ref(CPUState *cpu, CPUWatchpoint *wp);
void cpu_single_step(CPUState *cpu, int flags);

#endif
