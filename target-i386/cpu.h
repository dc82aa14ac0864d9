/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of an x86 CPU and the bits that select how its code is translated.
 *
 * Spec: Intel SDM volumes 1 and 3, AMD APM volume 2. One layout serves the 32- and 64-bit
 * emulators: registers are 64 bits wide in both.
 */
#ifndef TARGET_I386_CPU_H
#define TARGET_I386_CPU_H

#include "hw/core/cpu.h"
#include "tcg/trans-state.h"

/* ORDER: the x86 register encoding. */
enum { R_EAX, R_ECX, R_EDX, R_EBX, R_ESP, R_EBP, R_ESI, R_EDI, R_R8, R_R15 = 15 };
enum { R_ES, R_CS, R_SS, R_DS, R_FS, R_GS, R_LDTR, R_TR };

/* EFLAGS */
enum {
    TF_MASK = 0x100, IF_MASK = 0x200, DF_MASK = 0x400, IOPL_MASK = 0x3000, NT_MASK = 0x4000,
    RF_MASK = 0x10000, VM_MASK = 0x20000, AC_MASK = 0x40000, VIF_MASK = 0x80000,
    VIP_MASK = 0x100000, ID_MASK = 0x200000,
    IOPL_SHIFT = 12,
};

/* Bits of CPUState.interrupt_request that x86 adds. */
enum {
    CPU_INTERRUPT_POLL = CPU_INTERRUPT_TGT_EXT_0, /* the APIC has something to look at */
    CPU_INTERRUPT_SMI = CPU_INTERRUPT_TGT_EXT_1,
    CPU_INTERRUPT_NMI = CPU_INTERRUPT_TGT_EXT_2,
    CPU_INTERRUPT_MCE = CPU_INTERRUPT_TGT_EXT_3,
    CPU_INTERRUPT_INIT = CPU_INTERRUPT_TGT_EXT_4,
    CPU_INTERRUPT_SIPI = CPU_INTERRUPT_TGT_EXT_5,
};

/* Exception vectors */
enum {
    EXCP00_DIVZ, EXCP01_DB, EXCP02_NMI, EXCP03_INT3, EXCP04_INTO, EXCP05_BOUND, EXCP06_ILLOP,
    EXCP07_PREX, EXCP08_DBLE, EXCP09_XERR, EXCP0A_TSS, EXCP0B_NOSEG, EXCP0C_STACK, EXCP0D_GPF,
    EXCP0E_PAGE, EXCP10_COPR = 16, EXCP11_ALGN, EXCP12_MCHK, EXCP13_SIMD,
};

/*
 * hflags: the part of the state that changes how code translates (TranslationBlock.flags).
 * Kept current by cpu_x86_update_hflags() (target-i386/hflags.c), never patched by hand.
 */
enum {
    HF_CPL_MASK = 3,
    HF_PE = 1 << 2,
    HF_VM = 1 << 3,
    HF_LMA = 1 << 4,
    HF_CS64 = 1 << 5,       /* 64-bit code segment: REX, 64-bit addresses */
    HF_CS32 = 1 << 6,       /* default operand and address size 32 */
    HF_SS32 = 1 << 7,       /* stack pointer is ESP rather than SP */
    HF_SEGBASE = 1 << 8,    /* ES, SS or DS has a non-zero base: add bases */
    HF_SEGCHECK = 1 << 9,   /* a data segment has limits or rights to check (not flat) */
    HF_TF = 1 << 10,        /* EFLAGS.TF: one instruction a block, then #DB */
    HF_INHIBIT_IRQ = 1 << 11, /* STI or MOV SS shadow: first instruction of the block */
    HF_EM = 1 << 12,
    HF_MP = 1 << 13,
    HF_TS = 1 << 14,
    HF_NE = 1 << 15,
    HF_OSFXSR = 1 << 16,
    HF_AVX = 1 << 17,       /* CR4.OSXSAVE and XCR0 allow AVX */
    HF_OSXSAVE = 1 << 18,
    HF_SMM = 1 << 19,
    HF_SMAP_AC = 1 << 20,   /* CPL < 3 data accesses obey SMAP (CR4.SMAP && !AC) */
    HF_RF = 1 << 21,
    HF_XM_UNMASKED = 1 << 22, /* MXCSR unmasks something: checked SSE code */
    HF_FP_UNMASKED = 1 << 23, /* FPU control word unmasks something: checked x87 code */
    HF_IOPL3 = 1 << 24,     /* IOPL == 3 (v86: sensitive instructions allowed) */
    HF_UMIP = 1 << 25,
    HF_FP_PENDING = 1 << 26, /* FPU status has ES set: waiting x87 instructions fault */
    HF_BP = 1 << 27,        /* DR7 has an enabled code breakpoint */
    HF_AC_CHECK = 1 << 28,  /* CR0.AM && EFLAGS.AC && CPL 3: alignment checks */
    HF_FSCHECK = 1 << 29,   /* FS has limits or rights to check; HF_SEGCHECK: ES, CS, SS, DS */
    HF_GSCHECK = 1 << 30,   /* GS has */
};
/*
 * The exec key: pc is the offset in CS (env->eip), cs_base the base of CS (0 in 64-bit code),
 * flags = hflags, with the CS limit in bits 63..32 outside 64-bit code. Linear addresses
 * (cs_base + pc) wrap at 4 GiB unless HF_CS64.
 */

/* MMU modes of x86 (mmu_idx) */
enum {
    MMU_KSMAP_IDX, /* supervisor, user pages forbidden (SMAP and AC clear) */
    MMU_USER_IDX,
    MMU_KNOSMAP_IDX, /* supervisor, may touch user pages */
    MMU_PHYS_IDX,  /* no paging: firmware-physical (SMRAM save, page-walk helpers) */
};

typedef struct SegmentCache {
    uint32_t selector;
    uint32_t limit;  /* in bytes, granularity applied */
    uint64_t base;
    uint32_t flags;  /* descriptor bits 32..63: type, S, DPL, P, AVL, L, D, G in place */
} SegmentCache;

enum { /* SegmentCache.flags */
    DESC_A = 1 << 8, DESC_RW = 1 << 9, DESC_EC = 1 << 10, DESC_CODE = 1 << 11,
    DESC_S = 1 << 12, DESC_DPL_SHIFT = 13, DESC_P = 1 << 15, DESC_AVL = 1 << 20,
    DESC_L = 1 << 21, DESC_DB = 1 << 22, DESC_G = 1 << 23,
    DESC_TYPE_SHIFT = 8,
};

typedef union X86Vec {
    uint8_t b[32];
    uint16_t w[16];
    uint32_t l[8];
    uint64_t q[4];
    float f[8];
    double d[4];
} __attribute__((aligned(32))) X86Vec;

typedef union X86FPReg {
    struct {
        uint64_t mant;
        uint16_t exp;
    } f;
    uint64_t mmx;
    uint8_t b[16];
} __attribute__((aligned(16))) X86FPReg;

enum { CPU_NB_REGS = 16, FEATURE_WORDS_MAX = 40, X86_NB_VAR_MTRR = 8, X86_MAX_MCE_BANKS = 10 };

typedef struct X86VarMTRR {
    uint64_t base, mask;
} X86VarMTRR;

typedef struct CPUX86State {
    CPUTransState trans; /* must be first */
    uint64_t regs[CPU_NB_REGS];
    uint64_t eip;        /* offset in CS (linear in 64-bit mode) */
    uint64_t eflags;     /* all but the arithmetic flags, which are in trans.flags; DF as the bit */
    int64_t df;          /* 1 or -1: step of string instructions, follows EFLAGS.DF */
    uint32_t hflags;     /* low 32 bits of TranslationBlock.flags */
    uint32_t hflags2;    /* NMI blocked, VMEXIT..., never part of the key; HF2_* */
    SegmentCache segs[6];
    SegmentCache ldt, tr, gdt, idt;
    uint64_t cr[5];      /* CR8 is in the APIC; cr[1] unused */
    uint64_t cr8;        /* only without an APIC */
    uint64_t dr[8];
    uint64_t xcr0;
    int32_t a20_mask;    /* -1 or ~(1 << 20) */

    /* x87: physical registers, TOP apart; tag 1 = empty */
    X86FPReg fpregs[8];
    uint32_t fpstt;
    uint16_t fpus;       /* without TOP */
    uint16_t fpuc;
    uint8_t fptags[8];
    uint16_t fpop, fpcs, fpds;
    uint64_t fpip, fpdp;

    uint32_t mxcsr;      /* architectural; trans.mxcsr is what the host runs with */
    X86Vec xmm[CPU_NB_REGS];

    /* MSRs: target-i386/msr.c has the table */
    uint64_t efer, star, lstar, cstar, fmask, kernelgsbase;
    uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
    uint64_t pat, tsc_aux, tsc_adjust, tsc_deadline, misc_enable, smbase, mcg_status, mcg_ctl, mcg_cap;
    int64_t tsc_offset;
    uint64_t mtrr_fixed[11], mtrr_deftype;
    X86VarMTRR mtrr_var[X86_NB_VAR_MTRR];
    uint64_t mce_banks[X86_MAX_MCE_BANKS * 4];
    uint64_t xss, spec_ctrl, virt_ssbd, debugctl, hwcr;

    /* Exceptions in flight */
    int32_t error_code;
    int32_t exception_is_int;     /* raised by INT n: next eip in exception_next_eip */
    uint64_t exception_next_eip;
    int32_t old_exception;        /* for double faults; -1 none */
    uint32_t event_ext;           /* not migrated: EXT bit of a task switch under way */
    uint64_t fault_cr2;           /* of the last failed tlb_walk, with fault_vector, fault_error */
    int32_t fault_vector;
    uint32_t fault_error;
    int32_t sipi_vector;
    bool io_trap; /* an I/O breakpoint hit: #DB at the next instruction boundary */
    uint32_t pause_count; /* not migrated: paces yields */

    /* Copies that only migration uses, see machine.c. */
    uint32_t saved_eflags, saved_mxcsr, saved_smm;
    uint64_t saved_tsc;

    CPUWatchpoint *cpu_watchpoint[4];

    uint32_t features[FEATURE_WORDS_MAX]; /* CPUID feature words, target-i386/cpuid.h */
    uint32_t cpuid_level, cpuid_xlevel, cpuid_min_level, cpuid_min_xlevel;
    uint32_t cpuid_vendor1, cpuid_vendor2, cpuid_vendor3, cpuid_version, cpuid_model[12];
    uint64_t tsc_khz;
} CPUX86State;

enum { HF2_NMI = 1, HF2_SMM_INSIDE_NMI = 2, HF2_WAIT_SIPI = 4 };

/* What the globals G_FPSWCW and G_MMEXPn rely on. */
QEMU_BUILD_BUG_ON(offsetof(CPUX86State, fpuc) != offsetof(CPUX86State, fpus) + 2);
QEMU_BUILD_BUG_ON(sizeof(X86FPReg) != 16);

#ifdef TARGET_X86_64
#define X86_CPU_TYPE_SUFFIX "-x86_64-cpu"
#define TYPE_X86_CPU "x86_64-cpu"
#else
#define X86_CPU_TYPE_SUFFIX "-i386-cpu"
#define TYPE_X86_CPU "i386-cpu"
#endif
/* Type of the model that users call name. */
#define X86_CPU_TYPE_NAME(name) name X86_CPU_TYPE_SUFFIX
OBJECT_DECLARE_TYPE(X86CPU, X86CPUClass, X86_CPU)

enum { X86_APIC_ID_UNASSIGNED = 0xffffffffu };

/* RAM ranges that page walks met last: guest tables are read and marked through host pointers. */
typedef struct X86WalkCache {
    struct {
        hwaddr base, size; /* size 0: empty */
        uint8_t *host;
        struct RAMBlock *block;
    } range[2];
    uint32_t stale; /* atomic: the memory map changed */
} X86WalkCache;

/* What properties say before realize; target-i386/cpu.c and cpu-props.c. */
typedef struct X86CPUConfig {
    bool check, enforce;       /* warn about, refuse features that cannot be provided */
    bool max_features;         /* -cpu max: all that can be provided */
    bool host_phys_bits;
    bool migratable, kvm, l3_cache, tcg_cpuid, vmware_cpuid_freq, fill_mtrr_mask, pmu;
    uint32_t phys_bits;        /* 0: the model's default */
    int64_t tsc_hz;            /* 0: the host's */
    uint32_t user_features[FEATURE_WORDS_MAX]; /* bits that a property has set or cleared */
    uint32_t filtered[FEATURE_WORDS_MAX];      /* bits asked for and not provided */
} X86CPUConfig;

struct X86CPU {
    CPUState parent_obj;
    CPUX86State env __attribute__((aligned(64)));
    uint32_t apic_id;
    int32_t socket_id, die_id, core_id, thread_id_prop, node_id;
    DeviceState *apic_state;
    struct MemoryRegion *cpu_as_root, *cpu_as_mem, *smram; /* as SMM sees memory */
    uint32_t phys_bits;
    X86CPUConfig config;
    X86WalkCache walk;
    struct X86WalkListener *walk_listeners[2];
};

struct X86CPUClass {
    CPUClass parent_class;
    const struct X86CPUModel *model; /* NULL: base, max */
    DeviceReset parent_reset;
    const char *model_description;
};

/* Before the first CPU: the TSC follows QEMU_CLOCK_VIRTUAL (-icount, record and replay). */
void x86_tsc_follow_virtual_clock(void);


static inline CPUState *env_cpu(CPUX86State *env)
{
    return &container_of(env, X86CPU, env)->parent_obj; /* unchecked: every helper asks */
}

static inline X86CPU *env_x86cpu(CPUX86State *env)
{
    return container_of(env, X86CPU, env);
}

/* Whole EFLAGS, arithmetic flags included; only when trans.flags is valid. */
static inline uint32_t cpu_x86_eflags(const CPUX86State *env)
{
    return (uint32_t)env->eflags | trans_flags_to_x86(env->trans.flags) | 2;
}

/* ORDER: numbers of the IR globals, table in target-i386/globals.c. */
enum {
    G_RAX, G_RCX, G_RDX, G_RBX, G_RSP, G_RBP, G_RSI, G_RDI, G_R8, G_R15 = G_R8 + 7,
    G_XMM0, G_XMM15 = G_XMM0 + 15,
    G_ESBASE, G_CSBASE, G_SSBASE, G_DSBASE, G_FSBASE, G_GSBASE,
    G_DF, G_MM0, G_MM7 = G_MM0 + 7, /* G_MMn: 64-bit memory of the *physical* fpregs[n] */
    G_EFLAGS, G_KERNELGSBASE, G_CR0,
    G_SEL_ES, G_SEL_GS = G_SEL_ES + 5, G_SEL_LDTR, G_SEL_TR, /* 32-bit selector fields */
    G_GDTBASE, G_GDTLIMIT, G_IDTBASE, G_IDTLIMIT,
    G_ICOUNT_BUDGET,
    G_LIMIT_ES, G_LIMIT_GS = G_LIMIT_ES + 5,
    G_HFLAGS,
    G_FPTOP, G_FPTAGS,  /* TOP; the eight tags as bytes of one value */
    G_FPSWCW,           /* fpus in the low half, fpuc in the high half */
    G_FPIP, G_FPDP,
    G_MMEXP0, G_MMEXP7 = G_MMEXP0 + 7, /* sign and exponent of the physical fpregs[n] */
    G_COUNT
};
extern const struct IRTarget i386_ir_target;

/* target-i386/hflags.c: recompute hflags after any state change they depend on; tells exec. */
void cpu_x86_update_hflags(CPUX86State *env);

/* target-i386/excp.c: raise a vector from a helper. ra: GETPC() or 0 when eip is exact. */
void raise_exception_ra(CPUX86State *env, int vector, uintptr_t ra) G_GNUC_NORETURN;
void raise_exception_err_ra(CPUX86State *env, int vector, int error, uintptr_t ra)
    G_GNUC_NORETURN;
/* Software interrupt (INT n, INT3, INTO): eip already points at the instruction, next_eip given. */
void raise_interrupt(CPUX86State *env, int vector, bool is_int, int error, uint64_t next_eip)
    G_GNUC_NORETURN;

/* target-i386/translate.c */
void i386_translate(CPUState *cpu, struct TranslationBlock *tb, struct IRBlock *b,
                    unsigned max_insns);

/* Address that this CPU's A20 gate and physical width allow. */
static inline uint64_t x86_a20_mask(const CPUX86State *env)
{
    return (uint64_t)(int64_t)env->a20_mask;
}

#endif
