/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private interface between the files of the x86-64 host backend. README.md says how the
 * host registers are used; docs/devel/tcg.md has the whole picture.
 *
 * Threads: an Emit belongs to the thread that translates. HostBackend is written once by
 * tcg_backend_init() before any other thread uses it.
 */
#ifndef TCG_HOST_X86_64_HOST_H
#define TCG_HOST_X86_64_HOST_H

#include "tcg/backend.h"
#include "asm.h"

enum {
    NB_GPR_PINS = 10,
    NB_VEC_PINS = 13,      /* host xmm13..15 are scratch */
    SCRATCH_GPRS = 1 << RAX | 1 << RCX | 1 << RDX | 1 << RSI,
    SCRATCH_VECS = 7u << NB_VEC_PINS,
    CALLER_SAVED = 1 << RDI | 1 << R8 | 1 << R9 | 1 << R10 | 1 << R11,
    NB_SLOTS = ARRAY_SIZE(((CPUTransState *)0)->tmp),
};

/* Kinds of out-of-line routines around calls of C functions; bits combine. */
enum {
    SAVE_ALL = 1,  /* every pinned register, else only those a C function may change */
    SAVE_VEC = 2,  /* vector registers, MXCSR and the x87 control word too */
    NB_SAVE = 4,
};

typedef struct HostFeatures {
    bool bmi1, bmi2, lzcnt, movbe, avx;
} HostFeatures;

typedef struct PinnedReg {
    uint8_t reg;
    uint8_t sz;
    uint32_t offset; /* in the CPU state */
} PinnedReg;

typedef struct HostBackend {
    const IRTarget *target;
    uint32_t bias;            /* rbp = env + bias */
    uint8_t *pin;             /* host register of each global, NO_REG when in memory */
    PinnedReg gprs[NB_GPR_PINS], vecs[NB_VEC_PINS];
    unsigned nb_gprs, nb_vecs;
    HostFeatures have;
    const uint8_t *rx_start, *rx_end; /* where blocks may be: for tcg_backend_is_div_site() */
    size_t xsave_ymm;         /* offset of the upper halves in a signal frame's XSAVE area */
    uintptr_t (*enter)(void *env, const void *code);
    /* Addresses in the executable mapping. */
    const uint8_t *epilogue;  /* rax = result */
    const uint8_t *jc_miss;   /* rax = guest pc */
    const uint8_t *jc_probe;  /* guest pc is in the state */
    const uint8_t *spill[NB_SAVE], *reload[NB_SAVE];
    /* The same after a look-up in the TLB: by register, write, mmu_idx. */
    const uint8_t *lookup[4][2][NB_MMU_MODES];
    const uint8_t *slow_ld[4], *slow_st[4]; /* by scratch_index() of the address register */
    const uint8_t *st_finish;
} HostBackend;

extern HostBackend host_backend;

typedef struct TempState {
    uint32_t first, last; /* indices of the ops that name it first and last */
    uint16_t first_seg, last_seg;
    uint8_t reg;          /* NO_REG: not in a register */
    int8_t slot;          /* in CPUTransState.tmp, -1: none */
    uint8_t sz;
    bool cross;           /* lives in its slot: used on both sides of a label */
    bool valid;           /* has been written */
    bool folded;          /* not loaded: the next op reads mem itself */
    Opnd mem;
} TempState;

typedef struct LabelState {
    uint32_t pos;         /* code offset once placed */
    uint32_t fixups;      /* newest forward jump; each field holds the previous place */
    uint16_t live;        /* FLAGS live here */
    uint16_t refs;
    uint16_t fl_host, fl_mem; /* state at the jump of a label with one way in */
    uint32_t op;          /* index of the label op */
    bool placed, seen;
    bool falls_in;        /* the op before it runs into it */
    bool taken;           /* the exit behind it has been emitted with its jump */
} LabelState;

/* A memory access that may go wrong: what the out-of-line part needs. */
typedef struct SlowPath {
    uint32_t jcc, jcc_align; /* places of the jumps that lead to it; 0: none */
    bool windowed;          /* belongs to a window: look up individually first */
    bool split, rejoin;     /* set or clear the window's flag */
    uint8_t flag;
    uint32_t access, after; /* bounds of the code that uses the address */
    uint32_t oi;
    uint64_t pc;
    Opnd linear;            /* lea operand that gives the linear address */
    uint8_t addend;         /* register that gets host - guest */
    uint8_t use;            /* MemUse */
    bool write;             /* the slow path is softtlb_st() */
} SlowPath;

/* What a global holds: root + ofs. Root 0: not followed (window.c). */
typedef struct Known {
    uint32_t root;
    int32_t ofs;
} Known;

/* Accesses that share a check; offsets count from the root. */
typedef struct AddressRoots {
    uint32_t seg, base, index, scale;
} AddressRoots;

typedef struct Window {
    AddressRoots roots;
    uint32_t first, last;      /* ops */
    int32_t lo, hi, first_ofs; /* first_ofs: of the first access */
    int32_t align_ofs;         /* where an alignment of 1 << align is known to be checked */
    uint16_t count;
    uint8_t mmu_idx, flag, align;
    bool write;
} Window;

typedef struct ExitStub {
    uint32_t place; /* rel32 field of the direct jump */
    uint16_t pending, host; /* FLAGS not in memory; FLAGS that EFLAGS holds */
    uint8_t slot;
    uint64_t pc;
} ExitStub;

typedef struct Emit {
    Asm a;
    const IRBlock *b;
    TBCode *code;
    unsigned i;             /* index of the current op */
    uint16_t *live_in, *live_out; /* FLAGS needed before and after each op */
    TempState *temps;
    LabelState *labels;
    Known *known;
    Window *windows;
    uint16_t *window_of;    /* by mem: window + 1 */
    uint8_t *window_align;  /* by mem, in a window: must check its alignment */
    unsigned nb_windows;
    SlowPath *slow;
    unsigned nb_slow;
    ExitStub exits[2];
    unsigned nb_exits;
    uint16_t fl_host, fl_mem; /* where guest FLAGS are valid; live ones are all in one place */
    uint16_t owner[32];     /* temp + 1 that a scratch register holds, by register; vectors + 16 */
    uint32_t keep;          /* registers that stay locked for the next op */
    uint32_t locked;        /* registers that the current op uses; vectors << 16 */
    uint64_t slots;         /* bit set: slot in use */
    bool has_back;          /* some branch goes backward */
    bool ended;             /* control cannot reach this point */
    bool mmx_dirty;         /* host x87 tags are not empty */
    bool x87_live;          /* CPUTransState.x87_live has been set on every path here */
    uint32_t entry_jcc;
    uint64_t pc;            /* of the current guest instruction */
    uint8_t *side, *side_p;
    uint32_t side_ofs;
    uint64_t side_pc;
} Emit;

typedef void EmitFn(Emit *e, const IROp *op);

static inline Opnd env_mem(uint32_t offset)
{
    return o_mem(RBP, offset - host_backend.bias);
}

/* Flag of a window in CPUTransState.window_split. */
#define TRANS_SPLIT(n) \
    env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, window_split) + (n))
#define TRANS(field) \
    env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, field))
/* The byte that LAHF fills. */
#define TRANS_AH \
    env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, flags) + 1)

/* regs.c: temporaries and operands */
unsigned reg_alloc(Emit *e, uint32_t avoid);
void reg_take(Emit *e, unsigned reg);
void reg_free(Emit *e, unsigned reg);
unsigned vec_alloc(Emit *e);
void temp_own(Emit *e, TempState *t, unsigned reg);
unsigned temp_reg(Emit *e, TempState *t); /* in a register, from its slot if need be */
void temps_begin(Emit *e);
void temps_end_op(Emit *e, const IROp *op);
void temps_to_memory(Emit *e, uint32_t regs);
bool is_temp(IRVal v);
TempState *temp_of(Emit *e, IRVal v);
Opnd val(Emit *e, IRVal v);                    /* wherever it is */
Opnd val_src(Emit *e, IRVal v, unsigned sz);   /* register, memory or 32-bit immediate */
Opnd val_rm(Emit *e, IRVal v, unsigned sz);    /* register or memory */
unsigned val_reg(Emit *e, IRVal v, unsigned sz);
/* A copy that the op may destroy, in reg or, when that is NO_REG, in any scratch register. */
unsigned val_copy(Emit *e, IRVal v, unsigned sz, unsigned reg);
bool val_const(const Emit *e, IRVal v, uint64_t *value);
/* Register to compute d in; dst_put() afterwards stores it where d lives, if elsewhere. */
unsigned dst_reg(Emit *e, IRVal d, unsigned sz);
void dst_put(Emit *e, IRVal d, unsigned sz, unsigned reg);
bool dst_in_place(Emit *e, IRVal d, unsigned sz, Opnd *o);
unsigned vec_val(Emit *e, IRVal v, unsigned sz);
Opnd vec_rm(Emit *e, IRVal v);
unsigned vec_dst(Emit *e, IRVal d);
void vec_put(Emit *e, IRVal d, unsigned reg, bool full);
void a_vmov_load(Asm *a, unsigned reg, Opnd mem, unsigned sz);
void a_vmov_store(Asm *a, Opnd mem, unsigned reg, unsigned sz);

/* flags.c: where guest FLAGS are */
void fl_save(Emit *e);                /* live flags are in memory, too */
void fl_clobber(Emit *e);             /* host FLAGS are about to be destroyed */
void fl_need_host(Emit *e, uint32_t mask);
void fl_need_carry(Emit *e);
void fl_define(Emit *e, uint32_t def, uint32_t kept);
unsigned fl_cond(Emit *e, unsigned cc); /* host condition to test now */
void fl_store(Asm *a, uint32_t which);
void fl_fetch(Asm *a);
void fl_need_host_keep(Emit *e, uint32_t mask); /* fl_need_host() when rax may be in use */

/* memory.c */
/*
 * Check the access of op inline; returns the host operand. fl_clobber() must have been called
 * before the op's operands were looked up. mem_done() follows the instructions that use the
 * operand; for stores the slow path repeats them, so they must not depend on their place.
 */
typedef enum MemUse { MEM_LOAD, MEM_STORE, MEM_RMW, MEM_PROBE } MemUse;
Opnd mem_check(Emit *e, const IROp *op, MemUse use);
void mem_done(Emit *e);
Opnd mem_lea(Emit *e, const IRMem *m, unsigned *sz);
bool emit_slow_paths(Emit *e);

/* window.c */
void find_windows(Emit *e);
/* The hidden temporary that holds the addend of a window. */
static inline TempState *window_temp(Emit *e, const Window *w)
{
    return &e->temps[e->b->nb_temps + (w - e->windows)];
}

/* exits.c */
void emit_entry(Emit *e);
void emit_exit_stubs(Emit *e);

/* vec.c */
void emms_if_dirty(Emit *e);

/* side-table.c */
void side_note(Emit *e, uint64_t pc); /* a fault point of the instruction at pc follows */

/* Position of a scratch register in tables that have one entry for each. */
static inline unsigned scratch_index(unsigned reg)
{
    return reg == RSI ? 3 : reg;
}

/* prologue.c */
void put_jc_probe(Asm *a); /* go to the guest pc in rax through the jump cache */
void put_pc(Asm *a, uint64_t pc); /* guest pc to the CPU state; may clobber rax */

EmitFn emit_mov, emit_zext, emit_sext, emit_extract, emit_deposit, emit_bswap, emit_lea,
    emit_movcond, emit_setcond, emit_add_sub, emit_alu, emit_cmp, emit_andn, emit_not,
    emit_neg, emit_incdec, emit_mul, emit_mul2, emit_div, emit_shift, emit_rotate,
    emit_rot_carry, emit_shiftd, emit_bit_test, emit_bit_scan, emit_count, emit_clz_ctz,
    emit_bls, emit_bmi, emit_pdep_pext, emit_adx, emit_crc32, emit_setcc_f, emit_cmov_f,
    emit_flags_get, emit_flags_set, emit_flags_sahf, emit_cf_set, emit_ld, emit_st, emit_probe,
    emit_rmw_f, emit_rmwsh_f, emit_rmwbt_f, emit_xchg, emit_xadd_f, emit_cmpxchg_f,
    emit_cmpxchg2_f, emit_vmov, emit_vzero_hi, emit_host, emit_host_mem, emit_x87_push,
    emit_x87_pop, emit_x87_exec, emit_x87_mem, emit_x87_top, emit_x87_tag, emit_x87_getsw,
    emit_label, emit_br, emit_br_cc_f, emit_brcond, emit_call, emit_exit_tb, emit_exit_jc,
    emit_exit_loop, emit_set_pc, emit_x87_ldv, emit_x87_stv;

#endif
