/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differential test of x86 translation: one instruction, or a short program, runs on the host
 * CPU and through the translator, from the same state over the same memory; registers,
 * defined flags, memory and faults must agree.
 *
 * native.c runs on the host, emulated.c through the translator, forms.c lists the encodings
 * of the decode tables, gen.c makes instructions and states, x86-diff-test.c compares.
 *
 * Threads: one; the native side uses signal handlers on a stack of their own.
 */
#ifndef TESTS_TCG_I386_DIFF_H
#define TESTS_TCG_I386_DIFF_H

#include "qemu/osdep.h"
#include "target-i386/decode.h"

/* Code and data lie low, so that 32-bit code and absolute addresses reach them. */
enum {
    CODE_BASE = 0x10000000, CODE_BYTES = 8192,
    DATA_BASE = 0x20001000, DATA_BYTES = 8192, /* nothing is mapped around it */
    MAX_CODE = 256,
};

enum { VECTOR_NONE = -1 };

typedef struct DiffState {
    uint64_t regs[16];
    uint64_t rip;
    uint32_t flags;   /* arithmetic FLAGS and DF */
    int vector;       /* how it ended; 3 is the INT3 behind the code */
    uint64_t cr2;     /* vector 14 */
    bool write;       /* vector 14: it was a store */
    uint32_t mxcsr;
    X86Vec ymm[16];
    uint16_t fcw, fsw; /* fsw with TOP */
    uint8_t ftw;      /* bit n: physical register n is in use */
    uint8_t st[8][10]; /* ST(0) first */
} DiffState;

/* Flat 64- and 32-bit code; 16- and 32-bit code with bases and limits from the LDT. */
typedef enum DiffMode { MODE_64, MODE_32, MODE_16, MODE_32_SEG, NB_MODES } DiffMode;

typedef struct DiffCase {
    DiffMode mode;
    bool code64;             /* mode == MODE_64 */
    uint64_t start;          /* of the code, in CODE_BASE.. */
    uint8_t code[MAX_CODE];
    unsigned len;
    DiffState in;
    uint8_t data[DATA_BYTES];
} DiffCase;

static inline bool is_segmented(const DiffCase *c)
{
    return c->mode >= MODE_16;
}

/* Segments of the modes that have them: ES, CS, SS, DS. */
typedef struct DiffSegment {
    uint32_t base, limit;
} DiffSegment;
extern const DiffSegment diff_segments[4];

static inline uint64_t seg_base(const DiffCase *c, unsigned seg)
{
    return is_segmented(c) && seg < 4 ? diff_segments[seg].base : 0;
}

/* What the tests know of one leaf of the decode tables; -1 where anything goes. */
typedef struct Form {
    const X86Row *row;
    uint8_t map, opc;
    bool vex;
    int8_t reg, rm, mod; /* mod: 0 memory, 1 register */
    int8_t pfx;          /* 0 none, 1 66, 2 F3, 3 F2 */
    int8_t rep;          /* 0 none, 1 F3, 2 F2 */
    int8_t w, l, m64;
    uint64_t tried, agreed;
    unsigned failures;
} Form;

/* forms.c */
Form *forms_list(unsigned *count);
/* "0f38.f5/2 66 name"; caller frees. */
char *form_name(const Form *f);
/* Result of this form says nothing (clocks, devices, privileged, other parts' helpers). */
bool form_excluded(const Form *f);

/* gen.c: false when the random draw made no sense; draw again. */
bool gen_case(const Form *f, DiffCase *c, DecodedInsn *d);
/* Bytes that need not be an instruction. */
void gen_bytes(DiffCase *c);
/* A state with random registers and memory for code of the given width. */
void gen_state(DiffCase *c);
/*
 * An instruction for the middle of a program: its memory operand, if any, is based on RBP,
 * which like RSP it does not change.
 */
bool gen_insn(const Form *f, DiffCase *c, DecodedInsn *d);
bool gen_is(const DecodedInsn *d, const char *name);
void rng_seed(uint64_t seed);
uint64_t rng(void);
/* FLAGS that d leaves undefined, for the state that it starts in. */
uint32_t undefined_flags(const DecodedInsn *d, const DiffState *in);

/* What of the results is not compared. */
typedef struct Expect {
    uint32_t undefined;     /* FLAGS, when the code runs to its end */
    uint32_t written;       /* FLAGS, when it faults: docs/deviations.md */
    bool may_fault;         /* bytes that a mask leaves out: processors differ */
    bool whole_limit;       /* segment limits count for masked elements: docs/deviations.md */
    bool any_cr2;           /* which operand's fault is reported is the processor's choice */
} Expect;
Expect expect_of(const DecodedInsn *d, const DiffState *in);

/* program.c */
enum { PROGRAM_MAX = 24 };
typedef struct ProgramInsn {
    uint8_t bytes[16];
    uint8_t len;
    uint8_t skip;       /* a conditional jump over that many instructions; 0: not a jump */
    uint16_t fl_need;   /* FLAGS that must be defined before it */
    uint16_t fl_clear;  /* FLAGS that it surely defines */
    uint16_t fl_undef;  /* FLAGS that it may leave undefined */
} ProgramInsn;
typedef struct Program {
    unsigned n;
    ProgramInsn insn[PROGRAM_MAX];
} Program;
void program_random(Program *p, const Form *forms, unsigned nb_forms, unsigned n, DiffCase *c);
/*
 * Put p's code into c; *undefined: FLAGS undefined at its end. False when an instruction would
 * use undefined ones.
 */
bool program_assemble(const Program *p, DiffCase *c, uint32_t *undefined);

/* native.c */
void native_init(void);
bool native_has_avx(void);
bool native_has_segments(void); /* the kernel lets us fill an LDT */
/* Run c; *out is the state at the end, data_out the memory. */
void native_run(const DiffCase *c, DiffState *out, uint8_t *data_out);

/* emulated.c */
typedef enum Engine { ENGINE_INTERP, ENGINE_JIT } Engine;
void emulated_init(void);
/*
 * fill_tlb: memory that was touched once goes by the inline path. False (with a message) when
 * translation broke a rule of the IR.
 */
bool emulated_run(const DiffCase *c, Engine engine, unsigned max_insns, bool optimize,
                  bool fill_tlb, DiffState *out, uint8_t *data_out);
/* From a signal handler: does not return when the signal is a divide error of translated code. */
bool emulated_signal(int sig, void *pc, void *ucontext);
/* Decode c's first instruction as the translator would. */
DecodeStatus emulated_decode(const DiffCase *c, DecodedInsn *d);
/*
 * Translate c's code as a block of a CPU at privilege level cpl, with hflags set and clear
 * besides the mode's; NULL when fetching its first instruction faults. Valid until the next.
 */
struct TranslationBlock;
const IRBlock *emulated_translate(const DiffCase *c, unsigned cpl, uint32_t hf_set,
                                  uint32_t cflags, unsigned max_insns,
                                  struct TranslationBlock *tb);
CPUX86State *emulated_env(void);
/* Run the block translated last by the interpreter; VECTOR_NONE when no exception came. */
int emulated_run_block(void);
/* IR of the blocks that the last run made. */
const char *emulated_ir(void);
/* Disassembly of the last block that ran as host code. */
void emulated_host_code(GString *out);

#endif
