/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode map 0F of MMX and SSE in legacy encoding. The integer maps are looked at first: they
 * have the state images, MXCSR, fences and MOVNTI.
 *
 * Spec: Intel SDM volume 2, appendix A.
 * Thread: tables are constant.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-vec.h"

/* On MMX registers without a prefix, on XMM registers with 66. */
#define INT(n) BY_PFX(MM(n, MMX, 0, Pq, Qq), XM(n, SSE2, 0, Vx, Wx), NONE, NONE)
/* MMX form came with SSE, or with SSE2. */
#define INT_SSE(n) BY_PFX(MM(n, SSE, 0, Pq, Qq), XM(n, SSE2, 0, Vx, Wx), NONE, NONE)
#define INT_SSE2(n) BY_PFX(MM(n, SSE2, 0, Pq, Qq), XM(n, SSE2, 0, Vx, Wx), NONE, NONE)
/* The low half of the source is read: a 32-bit memory operand for MMX. */
#define INT_LOW(n) BY_PFX(MM(n, MMX, 0, Pq, Qd), XM(n, SSE2, 0, Vx, Wx), NONE, NONE)
#define INT_XMM(n) BY_66(XM(n, SSE2, 0, Vx, Wx))
/* Shift by the register or memory operand, and by immediate. */
#define SHIFT_IMM(n) BY_PFX(MM(n, MMX, 0, Nq, Ib), XM(n, SSE2, 0, Udq, Ib), NONE, NONE)
#define SHIFT_IMM_XMM(n) BY_66(XM(n, SSE2, 0, Udq, Ib))
/* Packed single, packed double, scalar single, scalar double. */
#define ARITH(n)                                                                                 \
    BY_PFX(XM(n "ps", SSE, V_FP, Vx, Wx), XM(n "pd", SSE2, V_FP, Vx, Wx),                        \
           XM(n "ss", SSE, V_FP, Vd, Wd), XM(n "sd", SSE2, V_FP, Vq, Wq))
#define PS_PD(n, v, ...)                                                                         \
    BY_PFX(XM(n "ps", SSE, v, __VA_ARGS__), XM(n "pd", SSE2, v, __VA_ARGS__), NONE, NONE)

static const X86Row row_10[4] = {
    XM("movups", SSE, V_WO | V_UNAL, Vx, Wx),
    XM("movupd", SSE2, V_WO | V_UNAL, Vx, Wx),
    BY_MOD(XM("movss", SSE, V_WO, Vd, Md), XM("movss", SSE, 0, Vd, Ud)),
    BY_MOD(XM("movsd", SSE2, V_WO, Vq, Mq), XM("movsd", SSE2, 0, Vq, Uq)),
};

static const X86Row row_11[4] = {
    VEC_SWAP("movups", XC_SSE, XF_SSE, V_WO | V_UNAL, 0x10, Wx, Vx),
    VEC_SWAP("movupd", XC_SSE, XF_SSE2, V_WO | V_UNAL, 0x10, Wx, Vx),
    VEC_SWAP("movss", XC_SSE, XF_SSE, 0, 0x10, Wd, Vd),
    VEC_SWAP("movsd", XC_SSE, XF_SSE2, 0, 0x10, Wq, Vq),
};

static const X86Row row_12[4] = {
    BY_MOD(XM("movlps", SSE, 0, Vq, Mq), XM("movhlps", SSE, 0, Vdq, Udq)),
    XM("movlpd", SSE2, 0, Vq, Mq),
    XM("movsldup", SSE3, V_WO, Vx, Wx),
    XM("movddup", SSE3, V_WO, Vx, Wq),
};

static const X86Row row_16[4] = {
    BY_MOD(XM("movhps", SSE, 0, Vdq, Mq), XM("movlhps", SSE, 0, Vdq, Udq)),
    XM("movhpd", SSE2, 0, Vdq, Mq),
    XM("movshdup", SSE3, V_WO, Vx, Wx),
    NONE,
};

static const X86Row row_2a[4] = {
    XM("cvtpi2ps", SSE, V_FP, Vq, Qq),
    XM("cvtpi2pd", SSE2, V_WO, Vdq, Qq),
    XM("cvtsi2ss", SSE, V_FP, Vd, Ey),
    XM("cvtsi2sd", SSE2, V_FP, Vq, Ey),
};

static const X86Row row_2c[4] = {
    XM("cvttps2pi", SSE, V_WO | V_FP, Pq, Wq),
    XM("cvttpd2pi", SSE2, V_WO | V_FP, Pq, Wdq),
    XM("cvttss2si", SSE, V_WO | V_FP, Gy, Wd),
    XM("cvttsd2si", SSE2, V_WO | V_FP, Gy, Wq),
};

static const X86Row row_2d[4] = {
    XM("cvtps2pi", SSE, V_WO | V_FP, Pq, Wq),
    XM("cvtpd2pi", SSE2, V_WO | V_FP, Pq, Wdq),
    XM("cvtss2si", SSE, V_WO | V_FP, Gy, Wd),
    XM("cvtsd2si", SSE2, V_WO | V_FP, Gy, Wq),
};

static const X86Row row_51[4] = {
    XM("sqrtps", SSE, V_WO | V_FP, Vx, Wx),
    XM("sqrtpd", SSE2, V_WO | V_FP, Vx, Wx),
    XM("sqrtss", SSE, V_FP, Vd, Wd),
    XM("sqrtsd", SSE2, V_FP, Vq, Wq),
};

static const X86Row row_5a[4] = {
    XM("cvtps2pd", SSE2, V_WO | V_FP, Vdq, Wq),
    XM("cvtpd2ps", SSE2, V_WO | V_FP, Vdq, Wdq),
    XM("cvtss2sd", SSE2, V_FP, Vq, Wd),
    XM("cvtsd2ss", SSE2, V_FP, Vd, Wq),
};

static const X86Row row_5b[4] = {
    XM("cvtdq2ps", SSE2, V_WO | V_FP, Vx, Wx),
    XM("cvtps2dq", SSE2, V_WO | V_FP, Vx, Wx),
    XM("cvttps2dq", SSE2, V_WO | V_FP, Vx, Wx),
    NONE,
};

static const X86Row row_6f[4] = {
    MM("movq", MMX, V_WO, Pq, Qq),
    XM("movdqa", SSE2, V_WO, Vx, Wx),
    XM("movdqu", SSE2, V_WO | V_UNAL, Vx, Wx),
    NONE,
};

static const X86Row row_70[4] = {
    MM("pshufw", SSE, V_WO, Pq, Qq, Ib),
    XM("pshufd", SSE2, V_WO, Vx, Wx, Ib),
    XM("pshufhw", SSE2, V_WO, Vx, Wx, Ib),
    XM("pshuflw", SSE2, V_WO, Vx, Wx, Ib),
};

static const X86Row row_7e[4] = {
    MM("movd", MMX, V_WO, Ey, Pq),
    XM("movd", SSE2, V_WO, Ey, Vdq),
    XM("movq", SSE2, V_WO, Vq, Wq),
    NONE,
};

static const X86Row row_7f[4] = {
    VEC_SWAP("movq", XC_MMX, XF_MMX, V_WO, 0x6f, Qq, Pq),
    VEC_SWAP("movdqa", XC_SSE, XF_SSE2, V_WO, 0x6f, Wx, Vx),
    VEC_SWAP("movdqu", XC_SSE, XF_SSE2, V_WO | V_UNAL, 0x6f, Wx, Vx),
    NONE,
};

static const X86Row row_c2[4] = {
    XM("cmpps", SSE, V_FP, Vx, Wx, Ib),
    XM("cmppd", SSE2, V_FP, Vx, Wx, Ib),
    XM("cmpss", SSE, V_FP, Vd, Wd, Ib),
    XM("cmpsd", SSE2, V_FP, Vq, Wq, Ib),
};

static const X86Row row_d6[4] = {
    NONE,
    VEC_SWAP("movq", XC_SSE, XF_SSE2, V_WO | V_SWAP_F3, 0x7e, Wq, Vq),
    XM("movq2dq", SSE2, V_WO, Vdq, Nq),
    XM("movdq2q", SSE2, V_WO, Pq, Udq),
};

static const X86Row row_e6[4] = {
    NONE,
    XM("cvttpd2dq", SSE2, V_WO | V_FP, Vdq, Wdq),
    XM("cvtdq2pd", SSE2, V_WO, Vdq, Wq),
    XM("cvtpd2dq", SSE2, V_WO | V_FP, Vdq, Wdq),
};

static const X86Row row_f7[4] = {
    ROW("maskmovq", emit_MASKMOV, OPS(Pq, Nq), .xc = XC_MMX, .feat = XF_SSE),
    ROW("maskmovdqu", emit_MASKMOV, OPS(Vdq, Udq), .xc = XC_SSE, .feat = XF_SSE2),
    NONE,
    NONE,
};

const X86Row x86_map_0f_vec[256] = {
    [0x10] = GROUP(RK_PFX, row_10),
    [0x11] = GROUP(RK_PFX, row_11),
    [0x12] = GROUP(RK_PFX, row_12),
    [0x13] = BY_PFX(XM("movlps", SSE, V_WO, Mq, Vq), XM("movlpd", SSE2, V_WO, Mq, Vq), NONE, NONE),
    [0x14] = PS_PD("unpckl", 0, Vx, Wx),
    [0x15] = PS_PD("unpckh", 0, Vx, Wx),
    [0x16] = GROUP(RK_PFX, row_16),
    [0x17] = BY_PFX(XM("movhps", SSE, V_WO, Mq, Vdq), XM("movhpd", SSE2, V_WO, Mq, Vdq), NONE,
                    NONE),
    [0x28] = PS_PD("mova", V_WO, Vx, Wx),
    [0x29] = BY_PFX(VEC_SWAP("movaps", XC_SSE, XF_SSE, V_WO, 0x28, Wx, Vx),
                    VEC_SWAP("movapd", XC_SSE, XF_SSE2, V_WO, 0x28, Wx, Vx), NONE, NONE),
    [0x2a] = GROUP(RK_PFX, row_2a),
    [0x2b] = PS_PD("movnt", V_WO, Mdq, Vdq),
    [0x2c] = GROUP(RK_PFX, row_2c),
    [0x2d] = GROUP(RK_PFX, row_2d),
    [0x2e] = BY_PFX(XMF("ucomiss", SSE, V_READ | V_FP, Vd, Wd),
                    XMF("ucomisd", SSE2, V_READ | V_FP, Vq, Wq), NONE, NONE),
    [0x2f] = BY_PFX(XMF("comiss", SSE, V_READ | V_FP, Vd, Wd),
                    XMF("comisd", SSE2, V_READ | V_FP, Vq, Wq), NONE, NONE),
    [0x50] = PS_PD("movmsk", V_WO, Gd, Udq),
    [0x51] = GROUP(RK_PFX, row_51),
    [0x52] = BY_PFX(XM("rsqrtps", SSE, V_WO, Vx, Wx), NONE, XM("rsqrtss", SSE, 0, Vd, Wd), NONE),
    [0x53] = BY_PFX(XM("rcpps", SSE, V_WO, Vx, Wx), NONE, XM("rcpss", SSE, 0, Vd, Wd), NONE),
    [0x54] = PS_PD("and", 0, Vx, Wx),
    [0x55] = PS_PD("andn", 0, Vx, Wx),
    [0x56] = PS_PD("or", 0, Vx, Wx),
    [0x57] = PS_PD("xor", 0, Vx, Wx),
    [0x58] = ARITH("add"),
    [0x59] = ARITH("mul"),
    [0x5a] = GROUP(RK_PFX, row_5a),
    [0x5b] = GROUP(RK_PFX, row_5b),
    [0x5c] = ARITH("sub"),
    [0x5d] = ARITH("min"),
    [0x5e] = ARITH("div"),
    [0x5f] = ARITH("max"),
    [0x60] = INT_LOW("punpcklbw"),
    [0x61] = INT_LOW("punpcklwd"),
    [0x62] = INT_LOW("punpckldq"),
    [0x63] = INT("packsswb"),
    [0x64] = INT("pcmpgtb"),
    [0x65] = INT("pcmpgtw"),
    [0x66] = INT("pcmpgtd"),
    [0x67] = INT("packuswb"),
    [0x68] = INT("punpckhbw"),
    [0x69] = INT("punpckhwd"),
    [0x6a] = INT("punpckhdq"),
    [0x6b] = INT("packssdw"),
    [0x6c] = INT_XMM("punpcklqdq"),
    [0x6d] = INT_XMM("punpckhqdq"),
    [0x6e] = BY_PFX(MM("movd", MMX, V_WO, Pq, Ey), XM("movd", SSE2, V_WO, Vdq, Ey), NONE, NONE),
    [0x6f] = GROUP(RK_PFX, row_6f),
    [0x70] = GROUP(RK_PFX, row_70),
    [0x71] = BY_REG(NONE, NONE, SHIFT_IMM("psrlw"), NONE, SHIFT_IMM("psraw"), NONE,
                    SHIFT_IMM("psllw"), NONE),
    [0x72] = BY_REG(NONE, NONE, SHIFT_IMM("psrld"), NONE, SHIFT_IMM("psrad"), NONE,
                    SHIFT_IMM("pslld"), NONE),
    [0x73] = BY_REG(NONE, NONE, SHIFT_IMM("psrlq"), SHIFT_IMM_XMM("psrldq"), NONE, NONE,
                    SHIFT_IMM("psllq"), SHIFT_IMM_XMM("pslldq")),
    [0x74] = INT("pcmpeqb"),
    [0x75] = INT("pcmpeqw"),
    [0x76] = INT("pcmpeqd"),
    [0x77] = BY_PFX(ROW("emms", emit_EMMS, .xc = XC_MMX, .feat = XF_MMX), NONE, NONE, NONE),
    [0x7c] = BY_PFX(NONE, XM("haddpd", SSE3, V_FP, Vx, Wx), NONE, XM("haddps", SSE3, V_FP, Vx, Wx)),
    [0x7d] = BY_PFX(NONE, XM("hsubpd", SSE3, V_FP, Vx, Wx), NONE, XM("hsubps", SSE3, V_FP, Vx, Wx)),
    [0x7e] = GROUP(RK_PFX, row_7e),
    [0x7f] = GROUP(RK_PFX, row_7f),
    [0xc2] = GROUP(RK_PFX, row_c2),
    [0xc4] = BY_PFX(MM("pinsrw", SSE, 0, Pq, EdMw, Ib), XM("pinsrw", SSE2, 0, Vdq, EdMw, Ib), NONE,
                    NONE),
    [0xc5] = BY_PFX(MM("pextrw", SSE, V_WO, Gd, Nq, Ib), XM("pextrw", SSE2, V_WO, Gd, Udq, Ib),
                    NONE, NONE),
    [0xc6] = PS_PD("shuf", 0, Vx, Wx, Ib),
    [0xd0] = BY_PFX(NONE, XM("addsubpd", SSE3, V_FP, Vx, Wx), NONE,
                    XM("addsubps", SSE3, V_FP, Vx, Wx)),
    [0xd1] = INT("psrlw"),
    [0xd2] = INT("psrld"),
    [0xd3] = INT("psrlq"),
    [0xd4] = INT_SSE2("paddq"),
    [0xd5] = INT("pmullw"),
    [0xd6] = GROUP(RK_PFX, row_d6),
    [0xd7] = BY_PFX(MM("pmovmskb", SSE, V_WO, Gd, Nq), XM("pmovmskb", SSE2, V_WO, Gd, Udq), NONE,
                    NONE),
    [0xd8] = INT("psubusb"),
    [0xd9] = INT("psubusw"),
    [0xda] = INT_SSE("pminub"),
    [0xdb] = INT("pand"),
    [0xdc] = INT("paddusb"),
    [0xdd] = INT("paddusw"),
    [0xde] = INT_SSE("pmaxub"),
    [0xdf] = INT("pandn"),
    [0xe0] = INT_SSE("pavgb"),
    [0xe1] = INT("psraw"),
    [0xe2] = INT("psrad"),
    [0xe3] = INT_SSE("pavgw"),
    [0xe4] = INT_SSE("pmulhuw"),
    [0xe5] = INT("pmulhw"),
    [0xe6] = GROUP(RK_PFX, row_e6),
    [0xe7] = BY_PFX(MM("movntq", SSE, V_WO, Mq, Pq), XM("movntdq", SSE2, V_WO, Mdq, Vdq), NONE,
                    NONE),
    [0xe8] = INT("psubsb"),
    [0xe9] = INT("psubsw"),
    [0xea] = INT_SSE("pminsw"),
    [0xeb] = INT("por"),
    [0xec] = INT("paddsb"),
    [0xed] = INT("paddsw"),
    [0xee] = INT_SSE("pmaxsw"),
    [0xef] = INT("pxor"),
    [0xf0] = BY_PFX(NONE, NONE, NONE, XM("lddqu", SSE3, V_WO | V_UNAL, Vx, Mdq)),
    [0xf1] = INT("psllw"),
    [0xf2] = INT("pslld"),
    [0xf3] = INT("psllq"),
    [0xf4] = INT_SSE2("pmuludq"),
    [0xf5] = INT("pmaddwd"),
    [0xf6] = INT_SSE("psadbw"),
    [0xf7] = GROUP(RK_PFX, row_f7),
    [0xf8] = INT("psubb"),
    [0xf9] = INT("psubw"),
    [0xfa] = INT("psubd"),
    [0xfb] = INT_SSE2("psubq"),
    [0xfc] = INT("paddb"),
    [0xfd] = INT("paddw"),
    [0xfe] = INT("paddd"),
};
