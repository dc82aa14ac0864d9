/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86 instruction decoding: the row format of the opcode tables, the decoded instruction,
 * and what emitters may use.
 *
 * One encoding is one X86Row, in the operand letters of the SDM's opcode maps (volume 2,
 * appendix A). The decoder turns bytes into a DecodedInsn and applies every check that a row
 * states; the row's emitter then only produces IR.
 *
 * Departures from the manual's letters:
 *   Ibs   an Ib that is sign-extended to the operand size
 *   Zb/Zv register in the low three opcode bits (the manual writes "rAX/r8" and so on)
 *   Evw   a word in memory, a register of operand size (SLDT, MOV Ev,Sw)
 *   M0    memory operand of which only the address matters (the manual's M)
 *   Em    general register of the mode's width (moves from and to CRn, DRn)
 *   Rv    the register form of Ev; the memory form is undefined (also Rd, Ry)
 *   EdMb, EdMw  a 32-bit register or a byte or word in memory (PINSRB, PEXTRW ...)
 *   Wh, Wqx, Wex  a half, a quarter, an eighth of the vector length (PMOVZX ...)
 *   By    the general register that VEX.vvvv names
 *   Yb.. Xb.. take no part in register numbering; string emitters address them themselves
 *
 * Threads: tables are constant; a DisasContext belongs to the thread that translates.
 */
#ifndef TARGET_I386_DECODE_H
#define TARGET_I386_DECODE_H

#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "target-i386/cpu.h"

struct TranslationBlock;
typedef struct X86Row X86Row;
typedef struct DecodedInsn DecodedInsn;
typedef struct DisasContext DisasContext;
typedef void X86Emit(DisasContext *s, const DecodedInsn *d);

/* Operand letters. decode.c: opd_info[] says what each means. */
typedef enum X86OpdType {
    OpNone,
    Eb, Ew, Ed, Eq, Ev, Ey, Evw, EdMb, EdMw, Em,
    Gb, Gw, Gd, Gq, Gv, Gy,
    Rd, Ry, Rv,
    M0, Mb, Mw, Md, Mq, Mv, My, Mdq, Mqq, Mx, Mt, Mp, Ma,
    Ib, Ibs, Iw, Iz, Iv, One,
    Jb, Jz, Ap,
    Ob, Ov, Xb, Xv, Xz, Yb, Yv, Yz,
    Sw, Cm, Dm,
    Zb, Zv,
    AL, CL, DX, AX, rAX,
    opES, opCS, opSS, opDS, opFS, opGS,
    By,
    Vd, Vq, Vdq, Vqq, Vx,
    Hd, Hq, Hdq, Hqq, Hx,
    Ww, Wd, Wq, Wdq, Wqq, Wx, Wh, Wqx, Wex,
    Ud, Uq, Udq, Uqq, Ux,
    Ldq, Lqq, Lx,
    Pq, Qd, Qq, Nq,
    X86_OPD_TYPES
} X86OpdType;

typedef enum RowKind {
    RK_LEAF, /* an encoding, or undefined when it has no emitter */
    RK_REG,  /* sub[8] by ModRM.reg */
    RK_RM,   /* sub[8] by ModRM.rm */
    RK_MOD,  /* sub[2]: memory form, register form */
    RK_PFX,  /* sub[4] by mandatory prefix: none, 66, F3, F2 */
    RK_REP,  /* sub[3]: none or 66, F3, F2 */
    RK_64,   /* sub[2]: outside, inside 64-bit mode */
    RK_W,    /* sub[2] by REX.W or VEX.W */
    RK_L,    /* sub[2] by VEX.L */
} RowKind;

/* X86Row.flags */
enum {
    R_LOCK = 1 << 0,    /* LOCK is legal when the first operand is memory */
    R_D64 = 1 << 1,     /* operand size defaults to 64 in 64-bit mode (66: 16) */
    R_F64 = 1 << 2,     /* operand size is 64 in 64-bit mode, whatever prefixes say */
    R_I64 = 1 << 3,     /* invalid in 64-bit mode */
    R_O64 = 1 << 4,     /* valid only in 64-bit mode */
    R_PE = 1 << 5,      /* #UD in real and virtual-8086 mode */
    R_CPL0 = 1 << 6,    /* #GP(0) unless CPL is 0 */
    R_UMIP = 1 << 7,    /* #GP(0) under UMIP with CPL above 0 */
    R_MODRM = 1 << 8,   /* has a ModRM byte that no operand letter implies */
    R_END = 1 << 9,     /* emitter ends the block (tests and statistics only) */
    R_NOWAIT = 1 << 10, /* x87: does not report pending exceptions */
    R_L0 = 1 << 11,     /* VEX.L must be 0 */
    R_L1 = 1 << 12,     /* VEX.L must be 1 */
    R_W0 = 1 << 13,     /* VEX.W must be 0 */
    R_W1 = 1 << 14,     /* VEX.W must be 1 */
    R_ALIGN = 1 << 15,  /* legacy SSE: the memory operand must be aligned to its size */
    R_NODIFF = 1 << 16, /* result is no function of the operands (RDTSC, CPUID ...) */
    R_IO = 1 << 17,     /* reaches devices or clocks */
    R_NODISP = 1 << 18, /* VSIB or otherwise special memory operand (gathers) */
    R_IGNMOD = 1 << 19, /* MOV CRn/DRn: ModRM.mod is ignored, always registers */
};

/* Which state components gate the instruction: CR0.EM/TS, CR4.OSFXSR, XCR0 ... */
typedef enum X86ExcClass {
    XC_NONE,
    XC_SSE,  /* #UD on EM or no OSFXSR; #NM on TS */
    XC_MMX,  /* #UD on EM; #NM on TS; #MF on a pending x87 exception */
    XC_AVX,  /* #UD unless XCR0 enables AVX and the mode is protected; #NM on TS */
    XC_X87,  /* #NM on EM or TS; #MF on a pending exception unless R_NOWAIT */
    XC_WAIT, /* FWAIT: #NM on MP and TS */
    XC_FXSR, /* FXSAVE and FXRSTOR: #NM on EM or TS */
} X86ExcClass;

/* CPUID features that gate encodings; decode-features.c maps them to feature words. */
typedef enum X86Feature {
    XF_NONE,
    XF_CMOV, XF_CX8, XF_CX16, XF_FXSR, XF_SEP, XF_SYSCALL, XF_TSC, XF_MSR, XF_CLFLUSH,
    XF_MMX, XF_SSE, XF_SSE2, XF_SSE3, XF_SSSE3, XF_SSE41, XF_SSE42, XF_SSE4A,
    XF_POPCNT, XF_LZCNT, XF_MOVBE, XF_AES, XF_PCLMUL, XF_XSAVE, XF_AVX, XF_F16C, XF_FMA,
    XF_RDRAND, XF_RDSEED, XF_FSGSBASE, XF_BMI1, XF_BMI2, XF_AVX2, XF_INVPCID, XF_ADX,
    XF_SMAP, XF_CLFLUSHOPT, XF_CLWB, XF_SHA, XF_RDPID, XF_RDTSCP, XF_LAHF64, XF_MONITOR,
    XF_XSAVEOPT, XF_XSAVEC, XF_XSAVES, XF_XGETBV1, XF_GFNI, XF_VAES, XF_VPCLMUL, XF_PREFETCHW,
    XF_LM, XF_FPU, XF_MMXEXT,
    X86_FEATURES
} X86Feature;

struct X86Row {
    const char *name;   /* mnemonic, lower case; NULL: undefined encoding */
    X86Emit *emit;
    uint8_t op[4];      /* X86OpdType, manual's order */
    uint8_t kind;       /* RowKind */
    uint8_t xc;         /* X86ExcClass */
    uint8_t feat;       /* X86Feature */
    uint8_t arg;        /* for the emitter: which of a family */
    uint32_t flags;     /* R_* */
    uint32_t vec;       /* for vector emitters */
    uint16_t sets;      /* arithmetic FLAGS written with a defined value */
    uint16_t undef;     /* arithmetic FLAGS left undefined */
    const X86Row *sub;
};

#define ROW(mnemonic, fn, ...) { .name = (mnemonic), .emit = (fn), __VA_ARGS__ }
#define OPS(...) .op = {__VA_ARGS__}
#define FLAGS(defined, undefined) .sets = (defined), .undef = (undefined)
#define GROUP(by, table) { .kind = (by), .sub = (table) }

/* What an operand turned out to be. */
typedef enum X86OpdKind {
    OPK_NONE,
    OPK_GPR,  /* reg 0..15, low sz bits */
    OPK_GPRH, /* AH CH DH BH: reg is 0..3 */
    OPK_MEM,  /* DecodedInsn.mem, sz wide */
    OPK_IMM,  /* imm, extended to 64 bits as the letter says */
    OPK_SEG,  /* segment register reg */
    OPK_CR, OPK_DR,
    OPK_XMM,  /* vector register reg, sz wide */
    OPK_MMX,  /* mmx register reg */
    OPK_REL,  /* branch target in imm: an EIP value, wrapped to the operand size */
    OPK_FAR,  /* selector:offset in the code: offset in imm, selector in d->imm2 */
    OPK_STR,  /* string element: emitter addresses it */
} X86OpdKind;

typedef struct X86Opd {
    uint8_t kind; /* X86OpdKind */
    uint8_t reg;
    uint8_t sz;   /* IRSize */
    uint8_t type; /* X86OpdType it came from */
    uint64_t imm;
} X86Opd;

/* base and index are register numbers, -1 for none. */
typedef struct X86MemRef {
    int8_t base, index;
    uint8_t scale;
    uint8_t seg;      /* R_ES.. after overrides and defaults */
    bool rip;         /* disp already holds next EIP + displacement */
    int64_t disp;
} X86MemRef;

struct DecodedInsn {
    uint64_t pc;      /* EIP of the first byte */
    uint64_t next;    /* EIP behind the last byte, wrapped as the mode wraps it */
    uint8_t len;
    uint8_t bytes[16];
    uint8_t map;      /* 0: one byte, 1: 0F, 2: 0F38, 3: 0F3A */
    uint8_t opc;
    uint8_t rep;      /* last of F2, F3; 0 none */
    bool pfx66, pfx67, lock;
    bool has_rex, rex_w, rex_r, rex_x, rex_b; /* or the VEX equivalents, not inverted */
    bool vex, vex_l;
    uint8_t vvvv;     /* not inverted */
    int8_t seg_ovr;   /* -1 none */
    bool has_modrm;
    uint8_t modrm, mod, reg, rm; /* reg and rm without REX bits */
    bool has_mem;
    X86MemRef mem;
    uint8_t osz, asz; /* IRSize */
    uint64_t imm2;
    X86Opd op[4];
    uint8_t nops;
    const X86Row *row;
};

typedef enum DecodeStatus {
    DECODE_OK,
    DECODE_STOP, /* not the block's first instruction, and it reaches into the next page */
    DECODE_UD,
    DECODE_GP,
    DECODE_NM,
    DECODE_MF,
} DecodeStatus;

/* How translation of the current block goes on after an instruction. */
typedef enum DisasNext {
    DISAS_CONTINUE,
    DISAS_DONE, /* an exit was emitted; control does not fall through */
    DISAS_STOP, /* end the block behind this instruction: hflags may have changed */
    DISAS_SHADOW, /* STI, MOV SS: the next instruction must run without an interrupt between */
    DISAS_JUMP, /* go on translating at s->jump_to */
} DisasNext;

/* An x87 instruction whose exact form is emitted behind the block (emit-x87.c). */
typedef struct X87Deferred {
    uint64_t pc, next;
    X86MemRef mem;
    X86Opd op0;
    unsigned label;
    uint8_t opc, modrm, asz;
    bool has_mem;
} X87Deferred;

struct DisasContext {
    CPUState *cpu;
    CPUX86State *env;
    struct TranslationBlock *tb;
    IRBlock *b;
    uint32_t hflags;
    uint32_t cflags;
    bool code64, cs32, ss32, pe, vm, lma;
    uint8_t cpl;
    uint8_t mmu_idx;
    bool iopl_ok;       /* IN, OUT, CLI, STI and so on are allowed without asking */
    bool tf;            /* #DB after each instruction */
    bool first;         /* decoding the block's first instruction */
    uint64_t cs_base;
    uint64_t cs_limit;  /* all ones in 64-bit code */
    uint64_t eip_first; /* of the block */
    uint64_t page_first;/* linear page number of the block's first byte */
    DisasNext next;
    uint64_t jump_to;
    bool shadow_ss;     /* the DISAS_SHADOW was asked for by MOV SS or POP SS */
    bool slot_used[2];
    bool mode_moved;    /* hflags are no more those that the block was entered with */
    uint8_t fp_valid, fp_empty; /* x87 registers whose tag is known; bit n is ST(n) */
    uint8_t nb_fp_deferred;
    uint8_t fp_insns;           /* that record pointers, so far */
    DecodedInsn insn;
    X87Deferred fp_deferred[16]; /* not cleared */
};

/* decode.c: decode the instruction at EIP pc. Fills *d; d->len and bytes are always valid. */
DecodeStatus x86_decode(DisasContext *s, uint64_t pc, DecodedInsn *d);
/* Linear address of EIP value eip in the current code segment. */
uint64_t x86_code_linear(const DisasContext *s, uint64_t eip);

/* decode-features.c */
bool x86_has_feature(const CPUX86State *env, X86Feature f);

/* Tables. The *_vec, vex and x87 ones hold vector and x87 rows (decode-vec.c, decode-x87.c). */
extern const X86Row x86_map_1byte[256], x86_map_0f[256], x86_map_0f38[256], x86_map_0f3a[256];
extern const X86Row x86_map_0f_vec[256], x86_map_0f38_vec[256], x86_map_0f3a_vec[256];
extern const X86Row x86_vexgpr_0f38[256], x86_vexgpr_0f3a[256];
extern const X86Row x86_vex_0f[256], x86_vex_0f38[256], x86_vex_0f3a[256];
extern const X86Row x86_x87_mem[8][8], x86_x87_reg[8][8]; /* [opcode - D8][ModRM.reg] */

/*
 * emit-common.c: what emitters build on.
 *
 * An operand is read once, before anything is written; memory operands load. A value read
 * may be the guest register's global itself, so read all sources before writing any.
 */
IRVal x86_reg(unsigned reg); /* global of a whole register */
IRVal x86_const(DisasContext *s, uint64_t v);
IRVal x86_temp(DisasContext *s); /* 64 bits */
/* The low o->sz bits are the value; those above are anything, but zero when it was loaded. */
IRVal x86_read(DisasContext *s, const X86Opd *o);
/* Zero-extended to 64 bits. */
IRVal x86_read_zext(DisasContext *s, const X86Opd *o);
/* Where an op may put its result for o: the register itself, or a temp. */
IRVal x86_dest(DisasContext *s, const X86Opd *o);
/* Carry v, in x86_dest() or elsewhere, to the operand: store, merge, or nothing to do. */
void x86_write(DisasContext *s, const X86Opd *o, IRVal v);

/* The instruction's memory operand for an access of sz; checks the segment when it must. */
IRMem x86_mem(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write);
/* The same, ofs bytes further on. */
IRMem x86_mem_ofs(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write, int64_t ofs);
/* The same, a computed number of bytes further on. */
IRMem x86_mem_plus(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write, IRVal extra);
/* Memory at seg:[base + disp] with the given address size. */
IRMem x86_mem_at(DisasContext *s, unsigned seg, IRVal base, int64_t disp, IRSize asz, IRSize sz,
                 bool write);
/* Load, zero-extended to 64 bits (sign-extended when m->sign). */
IRVal x86_load(DisasContext *s, const IRMem *m);
/* Linear address of the memory operand for helpers; checks bytes in the segment, 0: none. */
IRVal x86_linear(DisasContext *s, const DecodedInsn *d, unsigned bytes, bool write);
/* Effective address (offset in its segment), truncated to the address size. */
IRVal x86_ea(DisasContext *s, const DecodedInsn *d);
/* The same into dst, as wide as sz (16, 32 or 64 bits). */
void x86_ea_to(DisasContext *s, const DecodedInsn *d, IRVal dst, IRSize sz);

/* Stack: sz is the width of a slot (16, 32 or 64 bits). */
IRSize x86_stack_asz(const DisasContext *s);
/* Store, then change RSP. */
void x86_stack_push(DisasContext *s, IRVal v, IRSize sz);
/* Store into the n-th slot below the top (1 is the next push); RSP is left alone. */
void x86_stack_push_at(DisasContext *s, IRVal v, IRSize sz, unsigned n);
/* Load slot n (0 is the top), zero-extended; RSP is left alone. */
IRVal x86_stack_peek(DisasContext *s, unsigned n, IRSize sz);
void x86_stack_adjust(DisasContext *s, int64_t bytes);

/* emit-x87.c: what x87 instructions of the block have put off until behind its end. */
void x86_emit_deferred(DisasContext *s);

/* Call h with the CPU state and nargs (up to 5) IRVal arguments; ret may be IR_NONE. */
void x86_call(DisasContext *s, const IRHelper *h, IRVal ret, unsigned nargs, ...);

/*
 * Raise a vector at the current instruction, or #GP(0). The *_path forms are for one path of
 * several through an instruction; the others also say that control does not fall through.
 */
void x86_raise(DisasContext *s, int vector);
void x86_raise_path(DisasContext *s, int vector);
void x86_raise_gp(DisasContext *s);
void x86_raise_gp_path(DisasContext *s);

/*
 * Leaving the block for an EIP. All honour EFLAGS.TF and single-stepping debuggers, and set
 * s->next to DISAS_DONE, but for x86_exit_path(), which is one path of several.
 */
void x86_exit_to(DisasContext *s, uint64_t eip);
void x86_exit_path(DisasContext *s, uint64_t eip);
/* Computed target; near branches call x86_check_target() first (#GP beyond the CS limit). */
void x86_exit_to_val(DisasContext *s, IRVal eip);
void x86_check_target(DisasContext *s, IRVal eip);
/* Behind a helper that changed mode or hflags: go on at eip in the new mode. */
void x86_exit_reload(DisasContext *s, IRVal eip);
/* Return to the CPU loop with reason EXCP_* (0: none); EIP is stored first. */
void x86_exit_loop(DisasContext *s, uint64_t eip, unsigned reason);

static inline unsigned x86_size_bytes(IRSize sz)
{
    return 1u << sz;
}

#endif
