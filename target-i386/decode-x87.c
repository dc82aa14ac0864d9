/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode maps of the x87 unit: [opcode - D8][ModRM.reg].
 *
 * Spec: Intel SDM volume 2, appendix A.5. The aliases that processors decode without being
 * documented (FCOM2, FCOMP3, FXCH4, FSTP1, FFREEP...) are here, too.
 * Thread: tables are constant.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-x87.h"

#define X(n, fn, k, ...)                                                                         \
    ROW(n, emit_##fn, OPS(__VA_ARGS__), .xc = XC_X87, .feat = XF_FPU, .arg = (k))
#define XN(n, fn, k) ROW(n, emit_##fn, .xc = XC_X87, .feat = XF_FPU, .arg = (k))
/* Instructions that do not wait for pending exceptions. */
#define NOWAIT(n, fn, k, ...)                                                                    \
    ROW(n, emit_##fn, OPS(__VA_ARGS__), .xc = XC_X87, .feat = XF_FPU, .arg = (k),                \
        .flags = R_NOWAIT)
#define NOWAITN(n, fn, k)                                                                        \
    ROW(n, emit_##fn, .xc = XC_X87, .feat = XF_FPU, .arg = (k), .flags = R_NOWAIT)
#define XCMOV(n, fn, k)                                                                          \
    ROW(n, emit_##fn, .xc = XC_X87, .feat = XF_CMOV, .arg = (k), .sets = 0)
#define XCOMI(n, k) ROW(n, emit_FCOMI, .xc = XC_X87, .feat = XF_CMOV, .arg = (k), .sets = FL_ALL)
#define NONE { .name = NULL }
#define BY_RM(...) { .kind = RK_RM, .sub = (const X86Row[8]){ __VA_ARGS__ } }

/* The eight operations of D8 and its relatives on a memory operand. */
#define ARITH_MEM(i, sz)                                                                         \
    {                                                                                            \
        X("f" i "add", FARITH_MEM, 0, sz), X("f" i "mul", FARITH_MEM, 0, sz),                    \
        X("f" i "com", FCOM_MEM, 0, sz), X("f" i "comp", FCOM_MEM, FP_POP, sz),                  \
        X("f" i "sub", FARITH_MEM, 0, sz), X("f" i "subr", FARITH_MEM, 0, sz),                   \
        X("f" i "div", FARITH_MEM, 0, sz), X("f" i "divr", FARITH_MEM, 0, sz),                   \
    }

#define FISTTP(sz)                                                                               \
    ROW("fisttp", emit_FST_MEM, OPS(sz), .xc = XC_X87, .feat = XF_SSE3, .arg = FP_POP)

const X86Row x86_x87_mem[8][8] = {
    ARITH_MEM("", Md),
    {
        X("fld", FLD_MEM, 0, Md), NONE, X("fst", FST_MEM, 0, Md), X("fstp", FST_MEM, FP_POP, Md),
        NOWAIT("fldenv", FLDENV, 0, M0), X("fldcw", FLDCW, 0, Mw),
        NOWAIT("fnstenv", FNSTENV, 0, M0), NOWAIT("fnstcw", FNSTCW, 0, Mw),
    },
    ARITH_MEM("i", Md),
    {
        X("fild", FLD_MEM, 0, Md), FISTTP(Md), X("fist", FST_MEM, 0, Md),
        X("fistp", FST_MEM, FP_POP, Md), NONE, X("fld", FLD80, 0, Mt), NONE,
        X("fstp", FSTP80, 0, Mt),
    },
    ARITH_MEM("", Mq),
    {
        X("fld", FLD_MEM, 0, Mq), FISTTP(Mq), X("fst", FST_MEM, 0, Mq),
        X("fstp", FST_MEM, FP_POP, Mq), NOWAIT("frstor", FRSTOR, 0, M0), NONE,
        NOWAIT("fnsave", FNSAVE, 0, M0), NOWAIT("fnstsw", FNSTSW, 0, Mw),
    },
    ARITH_MEM("i", Mw),
    {
        X("fild", FLD_MEM, 0, Mw), FISTTP(Mw), X("fist", FST_MEM, 0, Mw),
        X("fistp", FST_MEM, FP_POP, Mw), X("fbld", FBLD, 0, Mt), X("fild", FLD_MEM, 0, Mq),
        X("fbstp", FBSTP, 0, Mt), X("fistp", FST_MEM, FP_POP, Mq),
    },
};

static const X86Row row_d9_2[8] = { XN("fnop", FNOP, 0), NONE, NONE, NONE, NONE, NONE, NONE, NONE };

static const X86Row row_d9_4[8] = {
    XN("fchs", FUNARY, 0), XN("fabs", FUNARY, 0), NONE, NONE,
    XN("ftst", FTEST, 0), XN("fxam", FTEST, 0), NONE, NONE,
};

static const X86Row row_d9_5[8] = {
    XN("fld1", FCONST, 0), XN("fldl2t", FCONST, 0), XN("fldl2e", FCONST, 0),
    XN("fldpi", FCONST, 0), XN("fldlg2", FCONST, 0), XN("fldln2", FCONST, 0),
    XN("fldz", FCONST, 0), NONE,
};

static const X86Row row_d9_6[8] = {
    XN("f2xm1", FUNARY, 0), XN("fyl2x", FPAIR, FP_POP), XN("fptan", FEXACT, 0),
    XN("fpatan", FPAIR, FP_POP), XN("fxtract", FXTRACT, 0), XN("fprem1", FPAIR, FP_CC),
    XN("fdecstp", FSTEP, 7), XN("fincstp", FSTEP, 1),
};

static const X86Row row_d9_7[8] = {
    XN("fprem", FPAIR, FP_CC), XN("fyl2xp1", FPAIR, FP_POP), XN("fsqrt", FUNARY, 0),
    XN("fsincos", FEXACT, 0), XN("frndint", FUNARY, 0), XN("fscale", FPAIR, 0),
    XN("fsin", FUNARY, FP_CC), XN("fcos", FUNARY, FP_CC),
};

static const X86Row row_da_5[8] = {
    NONE, XN("fucompp", FCOM, FP_POP2 | FP_UNORDERED), NONE, NONE, NONE, NONE, NONE, NONE,
};

static const X86Row row_db_4[8] = {
    NOWAITN("fneni", FNOP, 0), NOWAITN("fndisi", FNOP, 0), NOWAITN("fnclex", FNCLEX, 0),
    NOWAITN("fninit", FNINIT, 0), NOWAITN("fnsetpm", FNOP, 0), NONE, NONE, NONE,
};

static const X86Row row_de_3[8] = {
    NONE, XN("fcompp", FCOM, FP_POP2), NONE, NONE, NONE, NONE, NONE, NONE,
};

static const X86Row row_df_4[8] = {
    NOWAIT("fnstsw", FNSTSW, 0, AX), NONE, NONE, NONE, NONE, NONE, NONE, NONE,
};

const X86Row x86_x87_reg[8][8] = {
    {
        XN("fadd", FARITH, 0), XN("fmul", FARITH, 0), XN("fcom", FCOM, 0),
        XN("fcomp", FCOM, FP_POP), XN("fsub", FARITH, 0), XN("fsubr", FARITH, 0),
        XN("fdiv", FARITH, 0), XN("fdivr", FARITH, 0),
    },
    {
        XN("fld", FLD, 0), XN("fxch", FXCH, 0), GROUP(RK_RM, row_d9_2), XN("fstp", FST, FP_POP),
        GROUP(RK_RM, row_d9_4), GROUP(RK_RM, row_d9_5), GROUP(RK_RM, row_d9_6),
        GROUP(RK_RM, row_d9_7),
    },
    {
        XCMOV("fcmovb", FCMOV, 0), XCMOV("fcmove", FCMOV, 0), XCMOV("fcmovbe", FCMOV, 0),
        XCMOV("fcmovu", FCMOV, 0), NONE, GROUP(RK_RM, row_da_5), NONE, NONE,
    },
    {
        XCMOV("fcmovnb", FCMOV, 0), XCMOV("fcmovne", FCMOV, 0), XCMOV("fcmovnbe", FCMOV, 0),
        XCMOV("fcmovnu", FCMOV, 0), GROUP(RK_RM, row_db_4), XCOMI("fucomi", FP_UNORDERED),
        XCOMI("fcomi", 0), NONE,
    },
    {
        XN("fadd", FARITH_TO, 0), XN("fmul", FARITH_TO, 0), XN("fcom", FCOM, 0),
        XN("fcomp", FCOM, FP_POP), XN("fsubr", FARITH_TO, 0), XN("fsub", FARITH_TO, 0),
        XN("fdivr", FARITH_TO, 0), XN("fdiv", FARITH_TO, 0),
    },
    {
        XN("ffree", FFREE, 0), XN("fxch", FXCH, 0), XN("fst", FST, 0), XN("fstp", FST, FP_POP),
        XN("fucom", FCOM, FP_UNORDERED), XN("fucomp", FCOM, FP_POP | FP_UNORDERED), NONE, NONE,
    },
    {
        XN("faddp", FARITH_TO, FP_POP), XN("fmulp", FARITH_TO, FP_POP), XN("fcomp", FCOM, FP_POP),
        GROUP(RK_RM, row_de_3), XN("fsubrp", FARITH_TO, FP_POP), XN("fsubp", FARITH_TO, FP_POP),
        XN("fdivrp", FARITH_TO, FP_POP), XN("fdivp", FARITH_TO, FP_POP),
    },
    {
        XN("ffreep", FFREE, FP_POP), XN("fxch", FXCH, 0), XN("fstp", FST, FP_POP),
        XN("fstp", FST, FP_POP), GROUP(RK_RM, row_df_4), XCOMI("fucomip", FP_POP | FP_UNORDERED),
        XCOMI("fcomip", FP_POP), NONE,
    },
};
