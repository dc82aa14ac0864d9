/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The translator's intermediate representation: one block of guest code as a list of ops.
 *
 * A front end (target-*) fills an IRBlock through the builder below; passes in tcg/opt-*.c
 * rewrite it; a host backend turns it into code, or tcg/interp.c executes it. What each op
 * means is said in tcg/ir-ops.def and nowhere else.
 *
 * Threads: an IRBlock belongs to the thread that translates; nothing here is shared.
 */
#ifndef TCG_IR_H
#define TCG_IR_H

#include "qemu/osdep.h"

/* Arithmetic FLAGS, in the positions that x86 gives them in EFLAGS. */
enum {
    FL_C = 0x001,
    FL_P = 0x004,
    FL_A = 0x010,
    FL_Z = 0x040,
    FL_S = 0x080,
    FL_O = 0x800,
    FL_ALL = FL_C | FL_P | FL_A | FL_Z | FL_S | FL_O,
    /* Markers in ir-ops.def; ir_op_fdef()/ir_op_fuse() resolve them for a given op. */
    FL_COND = 0x10000,  /* the flags that condition op->aux reads */
    FL_SHIFT = 0x20000, /* all flags, when the count may be zero */
    FL_RMW = 0x40000,   /* as the sub-operation IRRmw in op->aux */
    FL_X87 = 0x80000,   /* aux 1: FCOMI defines all; aux 2: FCMOV uses those of its condition */
};

typedef enum IROpcode {
#define OP(name, no, ni, fdef, fuse, props, doc) IR_##name,
#include "../../tcg/ir-ops.def"
#undef OP
    IR_OP_COUNT
} IROpcode;

enum {
    P_PURE = 1 << 0,
    P_MEM = 1 << 1,
    P_CALL = 1 << 2,
    P_END = 1 << 3,
    P_FAULT = 1 << 4,
    P_LABEL = 1 << 5,
    P_BRANCH = 1 << 6,
};

typedef struct IROpInfo {
    const char *name;
    uint8_t outs, ins;
    uint32_t fdef, fuse;
    uint32_t props;
    const char *doc;
} IROpInfo;

extern const IROpInfo ir_op_info[IR_OP_COUNT];

/* ORDER IRSize: log2 of the width in bytes. */
typedef enum IRSize { SZ8, SZ16, SZ32, SZ64, SZ128, SZ256 } IRSize;

/* x86 condition codes, ORDER: the low nibble of Jcc opcodes. */
typedef enum IRCond {
    CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A,
    CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G,
} IRCond;

/* Comparisons of two values, for setcond, movcond and brcond. */
typedef enum IRCmp {
    CMP_EQ, CMP_NE, CMP_LT, CMP_GE, CMP_LE, CMP_GT, CMP_LTU, CMP_GEU, CMP_LEU, CMP_GTU,
    CMP_TSTEQ, CMP_TSTNE, /* (a & b) == 0, != 0 */
} IRCmp;

/* ORDER IRRmw: ADD..XOR as the /reg field of opcode 80-83, ROL..SAR as that of C0-D3 + 8. */
typedef enum IRRmw {
    RMW_ADD, RMW_OR, RMW_ADC, RMW_SBB, RMW_AND, RMW_SUB, RMW_XOR,
    RMW_ROL = 8, RMW_ROR, RMW_RCL, RMW_RCR, RMW_SHL, RMW_SHR, RMW_SAR = 15,
    RMW_INC = 16, RMW_DEC, RMW_NOT, RMW_NEG,
    RMW_BTS, RMW_BTR, RMW_BTC,
} IRRmw;

/* A value operand. Made by the functions below; compare with ir_val_eq(). */
typedef struct IRVal {
    uint32_t bits; /* kind in bits 31..28, index below */
} IRVal;

typedef enum IRKind { IRK_NONE, IRK_CONST, IRK_TEMP, IRK_GLOBAL, IRK_ENV } IRKind;

#define IR_NONE ((IRVal){0})
#define IR_ENV  ((IRVal){(uint32_t)IRK_ENV << 28}) /* pointer to the CPU state, for calls */

static inline IRKind ir_kind(IRVal v) { return (IRKind)(v.bits >> 28); }
static inline uint32_t ir_index(IRVal v) { return v.bits & 0x0fffffff; }
static inline bool ir_val_eq(IRVal a, IRVal b) { return a.bits == b.bits; }
static inline IRVal ir_global(unsigned n) { return (IRVal){(uint32_t)IRK_GLOBAL << 28 | n}; }

/* A register-like field of the CPU state that the front end names in ops. */
typedef struct IRGlobal {
    const char *name;
    IRSize sz;        /* SZ32/SZ64, SZ128/SZ256 for vectors */
    uint32_t offset;  /* from the start of the CPU state; vectors are 32-byte aligned */
    uint8_t pin;      /* 0: never pinned; else rank, 1 = most worth a host register */
} IRGlobal;

/* What a target tells the translator about itself. Constant for the life of the process. */
typedef struct IRTarget {
    const char *name;
    const IRGlobal *globals;
    unsigned nb_globals;
    uint32_t trans_offset; /* of the CPUTransState inside the CPU state */
    uint32_t pc_offset;    /* of the 64-bit guest pc; never a global */
    uint32_t fpregs_offset, fptop_offset, fptags_offset; /* x87 slots, u32 TOP, u8[8] tags (1 empty) */
} IRTarget;

/*
 * A guest memory operand: linear = seg + trunc(asz, base + (index << scale) + disp), then
 * truncated to 32 bits when lin32. base, index and seg may be IR_NONE.
 */
typedef struct IRMem {
    IRVal seg, base, index;
    int64_t disp;
    uint8_t scale;
    IRSize asz;        /* SZ16, SZ32 or SZ64 address arithmetic */
    uint8_t lin32 : 1; /* linear addresses wrap at 4 GiB (outside long mode) */
    uint8_t sign : 1;  /* ld: sign-extend */
    uint8_t bswap : 1; /* value is of the other endianness than the host's */
    uint8_t lock : 1;  /* LOCK prefix: host-atomic */
    uint8_t rmw : 1;   /* ld/probe: a store to the same place follows; check for writing */
    uint8_t align;     /* log2 of required alignment in bytes; violation: slow path raises */
    IRSize sz;         /* access width */
    uint8_t mmu_idx;
} IRMem;

/* C functions that translated code calls. Static const objects in the target. */
typedef struct IRHelper {
    const char *name;
    void *fn;            /* up to 6 integer or pointer arguments, at most one 64-bit result */
    uint32_t flags;      /* HF_ below */
} IRHelper;

enum {
    HELPER_READS_STATE = 1 << 0,  /* pinned globals are stored to the state before the call */
    HELPER_WRITES_STATE = 1 << 1, /* and reloaded after it */
    HELPER_READS_FLAGS = 1 << 2,  /* FLAGS are materialised in CPUTransState.flags before */
    HELPER_WRITES_FLAGS = 1 << 3, /* FLAGS are taken from there after */
    /*
     * May leave by cpu_loop_exit*(); implies READS_STATE. FLAGS that are dead after the call
     * may be stale at such a fault, as at memory ops, unless READS_FLAGS is given too.
     */
    HELPER_FAULTS = 1 << 4,
    HELPER_NORETURN = 1 << 5,     /* with FAULTS: implies READS_FLAGS */
    /*
     * Compiled so that it keeps vector registers. Alone it also keeps the guest's MXCSR and
     * x87 control word in the host; every other helper runs with the emulator's own, finds
     * the guest's in CPUTransState.mxcsr and .fpcw, and may change them there.
     */
    HELPER_GPR_ONLY = 1 << 6,
    HELPER_ALL = HELPER_READS_STATE | HELPER_WRITES_STATE | HELPER_READS_FLAGS |
                 HELPER_WRITES_FLAGS | HELPER_FAULTS,
};

/* Operand classes of a re-encoded instruction. */
typedef enum IRHostClass { HC_NONE, HC_VEC, HC_GPR, HC_MMX } IRHostClass;

/*
 * How to encode an x86 instruction again with other registers. The bytes are the guest's;
 * only register numbers and the memory operand change.
 */
typedef struct IRHostInsn {
    uint8_t map;    /* 1: 0F, 2: 0F38, 3: 0F3A */
    uint8_t pfx;    /* mandatory prefix: 0, 0x66, 0xf3, 0xf2 */
    uint8_t opc;
    uint8_t vex : 1, vex_l : 1, w : 1;
    uint8_t has_imm : 1;
    uint8_t reg_r : 1, reg_w : 1;    /* ModRM.reg operand is read / written */
    uint8_t rm_w : 1;                /* ModRM.rm operand is written (and not read) */
    uint8_t rm_reg_only : 1;         /* register form has no equal memory form */
    uint8_t reg_is_digit : 1;        /* ModRM.reg is an opcode extension, see digit */
    uint8_t clears_hi : 1;           /* writes zero above its size (VEX) */
    uint8_t rm_rw : 1;               /* ModRM.rm is read and written (shifts by immediate) */
    uint8_t vvvv_w : 1;              /* VEX.vvvv is the destination (the same with VEX) */
    uint8_t digit;
    uint8_t imm;
    IRHostClass reg_c, vvvv_c, rm_c, is4_c;
    uint16_t fl_def;                 /* FLAGS defined (COMISx, PTEST, PCMPxSTRx, ...) */
    uint16_t implicit_xmm0 : 1;      /* reads guest XMM0 (BLENDVPS..., SHA256RNDS2) */
    uint16_t writes_xmm0 : 1, uses_ecx : 1, uses_eax_edx : 1; /* PCMPxSTRx operands */
} IRHostInsn;

typedef struct IROp {
    uint8_t op;       /* IROpcode */
    uint8_t sz;       /* IRSize */
    uint8_t aux;      /* IRCond, IRCmp, IRRmw or second size, as ir-ops.def says */
    uint8_t spare;
    uint16_t fl_live; /* set by the FLAGS pass: flags of FDEF that somebody reads later */
    uint16_t mem;     /* index into block->mems + 1, 0 for none */
    IRVal a[8];       /* outputs, then inputs */
    uint64_t imm;
    union {
        const IRHelper *helper;
        const IRHostInsn *hi;
    };
} IROp;

enum { IR_CONST_CACHE_BITS = 6 };

typedef struct IRBlock {
    const IRTarget *target;
    IROp *ops;
    unsigned nb_ops, cap_ops;
    uint64_t *consts;
    unsigned nb_consts, cap_consts;
    IRMem *mems;
    unsigned nb_mems, cap_mems;
    IRHostInsn *his;          /* descriptors made for this block (stable until reset) */
    unsigned nb_his, cap_his;
    uint8_t *temp_sz;         /* IRSize of each temp */
    unsigned nb_temps, cap_temps;
    unsigned nb_labels;
    uint16_t flags_in;        /* set by the FLAGS pass: flags read before defined */
    uint64_t pc;              /* guest pc of the first instruction */
    bool no_chain;            /* every exit returns to the loop (single step, tests) */
    bool copies;              /* a temp is made by a move: constants and copies may spread */
    bool overflow;            /* a table limit was reached: the front end must end the block */
    uint32_t const_cache[1 << IR_CONST_CACHE_BITS]; /* of ir_const(): index by hash */
} IRBlock;

/* Make an empty block for reuse; ir_block_reset() empties it again. */
IRBlock *ir_block_new(const IRTarget *target);
void ir_block_reset(IRBlock *b);
void ir_block_free(IRBlock *b);

IRVal ir_const(IRBlock *b, uint64_t value);
uint64_t ir_const_value(const IRBlock *b, IRVal v); /* v must be IRK_CONST */
IRVal ir_temp(IRBlock *b, IRSize sz);
unsigned ir_label_new(IRBlock *b);

/* Append an op. The returned pointer is valid until the next append. */
IROp *ir_emit(IRBlock *b, IROpcode op, IRSize sz);
IROp *ir_op1(IRBlock *b, IROpcode op, IRSize sz, IRVal x);
IROp *ir_op2(IRBlock *b, IROpcode op, IRSize sz, IRVal x, IRVal y);
IROp *ir_op3(IRBlock *b, IROpcode op, IRSize sz, IRVal x, IRVal y, IRVal z);
IROp *ir_op4(IRBlock *b, IROpcode op, IRSize sz, IRVal x, IRVal y, IRVal z, IRVal w);
IROp *ir_ld(IRBlock *b, IRVal d, IRSize result_sz, const IRMem *m);
IROp *ir_st(IRBlock *b, IRVal a, const IRMem *m);
IROp *ir_memop(IRBlock *b, IROpcode op, const IRMem *m); /* other P_MEM ops; sz = m->sz */
IROp *ir_call(IRBlock *b, const IRHelper *h, IRVal ret, unsigned nargs, const IRVal *args);
void ir_insn_start(IRBlock *b, uint64_t pc);
void ir_label(IRBlock *b, unsigned label);
void ir_br(IRBlock *b, unsigned label);
void ir_br_cc(IRBlock *b, IRCond cc, unsigned label);
void ir_brcond(IRBlock *b, IRSize sz, IRCmp cmp, IRVal x, IRVal y, unsigned label);
/* Leave to a constant pc; slot 0 or 1, each at most once a block; same_page allows patching. */
void ir_exit_tb(IRBlock *b, uint64_t pc, unsigned slot, bool same_page);
void ir_exit_jc(IRBlock *b, IRVal pc);
void ir_exit_loop(IRBlock *b, unsigned reason);
IRHostInsn *ir_host_insn(IRBlock *b); /* zeroed descriptor that lives as long as the block */

/* FLAGS that an op defines or reads, with FL_COND and friends resolved. */
uint32_t ir_op_fdef(const IRBlock *b, const IROp *op);
uint32_t ir_op_fuse(const IRBlock *b, const IROp *op);
uint32_t ir_cond_uses(IRCond cc);

/* Check a block against ir-ops.def; false and a message when the front end broke a rule. */
bool ir_validate(const IRBlock *b, char *msg, size_t len);
/* Stable text form of a block (-d op, op_opt). */
void ir_print(const IRBlock *b, GString *out);

/* Run all optimisation passes (tcg/opt-*.c) over a block; sets fl_live and flags_in. */
void ir_optimize(IRBlock *b);
/* Only what the backend cannot do without: FLAGS liveness. */
void ir_flags_pass(IRBlock *b);

#endif
