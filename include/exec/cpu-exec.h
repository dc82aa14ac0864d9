/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a vCPU's code: the loop, leaving it, translated blocks, soft-TLB maintenance, and
 * guest memory access from C helpers.
 *
 * Threads: unless a comment says otherwise, functions are for the vCPU's own thread.
 */
#ifndef EXEC_CPU_EXEC_H
#define EXEC_CPU_EXEC_H

#include "hw/core/cpu.h"
#include "exec/ramblock.h"
#include "tcg/backend.h"

/* Translation choices of one block; part of its key. */
enum {
    CF_COUNT_MASK = 0x1ff,   /* at most this many instructions, 0 = no limit of its own */
    CF_NO_CHAIN = 1 << 9,    /* every exit returns to the loop */
    CF_SINGLE_STEP = 1 << 10,/* raise EXCP_DEBUG after the instruction */
    CF_ICOUNT = 1 << 11,
    CF_NO_BREAKPOINT = 1 << 12, /* run over a breakpoint at the first instruction */
    CF_PARALLEL = 1 << 13,   /* other vCPUs run: atomics must be host atomics */
    CF_TRANSIENT = 1 << 14,  /* not entered in the table: run once */
};

/* A translated block. Read under RCU; written by the thread that makes it, then immutable but
 * for invalid and the chaining fields (exec/tb-cache.c says which lock). */
typedef struct TranslationBlock {
    vaddr pc;
    uint64_t cs_base;
    uint64_t flags;
    uint32_t cflags;
    uint16_t size;             /* guest bytes */
    uint16_t icount;
    uint16_t flags_in;
    uint8_t invalid;           /* atomic */
    uint8_t nb_pages;
    hwaddr phys_pc;            /* RAM address (ram_addr_t) of the first byte */
    hwaddr page[2];            /* ram_addr_t page of the first and the last byte, or -1 */
    const uint8_t *code;       /* rx */
    uint8_t *code_rw;
    uint32_t code_size, side_size;
    const uint8_t *side;
    TBExit exits[2];
    struct TranslationBlock *next_hash;      /* RCU */
    struct TranslationBlock *page_next[2];
    struct TranslationBlock *chain_dest[2];  /* where exits lead when patched */
    struct TranslationBlock *chain_next[2];  /* in the list of blocks that lead to dest */
    struct TranslationBlock *chain_in;       /* first block that leads here; low bit = slot */
} TranslationBlock;

/*
 * Run the vCPU until something needs the thread: returns EXCP_* (never a target vector).
 * Called without the big lock.
 */
int cpu_exec(CPUState *cpu);

/* Leave translated code or a helper for cpu_exec()'s loop. State must be exact already. */
void cpu_loop_exit(CPUState *cpu) G_GNUC_NORETURN;
/* The same after making pc exact from the return address ra in translated code (0: none). */
void cpu_loop_exit_restore(CPUState *cpu, uintptr_t ra) G_GNUC_NORETURN;
/* Make env's pc exact for ra; true when ra lies in translated code. */
bool cpu_restore_state(CPUState *cpu, uintptr_t ra);
/*
 * Reasons of ir_exit_loop(): EXIT_NEXT goes on with whatever state says; anything else becomes
 * cpu->exception_index (EXCP_DEBUG, EXCP_HLT, ...).
 */
enum { EXIT_NEXT = 0 };
/* The host's MXCSR and x87 state while C code of the emulator runs. */
enum { HOST_MXCSR_DEFAULT = 0x1f80, HOST_FPCW_DEFAULT = 0x37f };
/* Run the instruction at the current pc alone, once; used when it would change its own block. */
void cpu_loop_exit_single(CPUState *cpu, uintptr_t ra) G_GNUC_NORETURN;
/* Run it with every other vCPU stopped: an access that no host atomic can do. */
void cpu_loop_exit_atomic(CPUState *cpu, uintptr_t ra) G_GNUC_NORETURN;
/* Address in the translated code that called this helper; only in a function called directly. */
#define GETPC() ((uintptr_t)__builtin_return_address(0))

/* The current mode, address space or cs_base changed: exec_key() or asid() may differ. */
void cpu_exec_context_changed(CPUState *cpu);

/* Soft TLB. *_all_cpus forms: any thread, take effect before the calling instruction ends. */
void tlb_flush(CPUState *cpu);                        /* everything, every context */
void tlb_flush_asid(CPUState *cpu, uint64_t asid, bool keep_global);
void tlb_flush_nonglobal(CPUState *cpu);              /* current address space, keep global */
void tlb_flush_page(CPUState *cpu, vaddr addr);       /* in the current and all contexts */
void tlb_flush_page_asid(CPUState *cpu, vaddr addr, uint64_t asid);
void tlb_flush_all_cpus(CPUState *src);
/* Drop write permission cached for RAM [start, start + len): dirty logging, code pages. */
void tlb_protect_ram(hwaddr start, hwaddr len);

/*
 * Guest memory from helpers, with the guest's permissions. ra as for cpu_loop_exit_restore().
 * Little-endian values; be forms where a target needs them.
 */
uint32_t cpu_ldub_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra);
uint32_t cpu_lduw_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra);
uint32_t cpu_ldl_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra);
uint64_t cpu_ldq_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra);
void cpu_stb_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra);
void cpu_stw_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra);
void cpu_stl_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra);
void cpu_stq_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint64_t v, int mmu_idx, uintptr_t ra);
/* Any length, page by page; faults before anything is written within one page. */
void cpu_read_mmuidx_ra(CPUState *cpu, vaddr addr, void *buf, size_t len, int mmu_idx,
                        uintptr_t ra);
void cpu_write_mmuidx_ra(CPUState *cpu, vaddr addr, const void *buf, size_t len, int mmu_idx,
                         uintptr_t ra);
/*
 * Host pointer to guest RAM for [addr, addr + len) inside one page after a permission check
 * (fault raised when denied); NULL when it is not plain RAM. For string instructions.
 */
void *cpu_probe_ram(CPUState *cpu, vaddr addr, size_t len, MMUAccessType access, int mmu_idx,
                    uintptr_t ra);
/* Check only; raises the fault. */
void cpu_probe_access(CPUState *cpu, vaddr addr, size_t len, MMUAccessType access, int mmu_idx,
                      uintptr_t ra);

/* Code bytes for translate(): may raise an instruction-fetch fault at the current pc. */
uint8_t cpu_ldub_code(CPUState *cpu, vaddr addr);
uint16_t cpu_lduw_code(CPUState *cpu, vaddr addr);
uint32_t cpu_ldl_code(CPUState *cpu, vaddr addr);
uint64_t cpu_ldq_code(CPUState *cpu, vaddr addr);

/* Translated blocks. Ranges are RAM addresses (ram_addr_t). Any thread. */
void tb_invalidate_range(hwaddr start, hwaddr last);
/* Throw all code away; takes effect when no vCPU runs. */
void tb_flush(CPUState *cpu);
/* Block whose code contains the host address, NULL if none. */
TranslationBlock *tb_from_host(uintptr_t host_pc);
void tcg_dump_info(GString *out); /* info jit */

/* Set up translation once per process; tb_size in bytes, 0 = default. False with errp set. */
/* -singlestep: blocks of one instruction, never chained. Set before vCPUs run. */
void tcg_set_one_insn_per_tb(bool on);
bool tcg_one_insn_per_tb(void);
bool tcg_exec_init(const struct IRTarget *target, size_t tb_size, bool use_interp, Error **errp);
/* SIGFPE of divisions in translated code becomes the guest's divide error. */
void cpu_exec_install_signals(void);
/* One instruction with all other vCPUs stopped; the caller is in an exclusive section. */
void cpu_exec_step_atomic(CPUState *cpu);
/* Per-vCPU parts, from realize and unrealize. */
void tcg_exec_realize(CPUState *cpu);
void tcg_exec_unrealize(CPUState *cpu);

#endif
