/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode map 0F in VEX encoding: AVX, AVX2.
 *
 * Spec: Intel SDM volume 2, appendix A.
 * Thread: tables are constant.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-vec.h"

/* 128 bits wide with AVX, 256 with AVX2. */
#define INT(n) BY_66(AV(n, AVX, V_AVX2, Vx, Hx, Wx))
#define INT_COUNT(n) BY_66(AV(n, AVX, V_AVX2, Vx, Hx, Wdq))
#define SHIFT_IMM(n) BY_66(AV(n, AVX, V_AVX2, Hx, Ux, Ib))
#define ARITH(n)                                                                                 \
    BY_PFX(AV(n "ps", AVX, V_FP, Vx, Hx, Wx), AV(n "pd", AVX, V_FP, Vx, Hx, Wx),                 \
           AV(n "ss", AVX, V_FP, Vd, Hd, Wd), AV(n "sd", AVX, V_FP, Vq, Hq, Wq))
#define PS_PD(n, v, ...)                                                                         \
    BY_PFX(AV(n "ps", AVX, v, __VA_ARGS__), AV(n "pd", AVX, v, __VA_ARGS__), NONE, NONE)
/* 128 bits only. */
#define AV0(n, v, ...)                                                                           \
    { .name = (n), .emit = emit_vec, .xc = XC_AVX, .feat = XF_AVX, .vec = (v), .flags = R_L0,    \
      OPS(__VA_ARGS__) }

static const X86Row row_10[4] = {
    AV("vmovups", AVX, 0, Vx, Wx),
    AV("vmovupd", AVX, 0, Vx, Wx),
    BY_MOD(AV("vmovss", AVX, 0, Vd, Md), AV("vmovss", AVX, 0, Vd, Hd, Ud)),
    BY_MOD(AV("vmovsd", AVX, 0, Vq, Mq), AV("vmovsd", AVX, 0, Vq, Hq, Uq)),
};

static const X86Row row_11[4] = {
    VEC_SWAP("vmovups", XC_AVX, XF_AVX, 0, 0x10, Wx, Vx),
    VEC_SWAP("vmovupd", XC_AVX, XF_AVX, 0, 0x10, Wx, Vx),
    BY_MOD(AV("vmovss", AVX, 0, Md, Vd),
           VEC_SWAP("vmovss", XC_AVX, XF_AVX, 0, 0x10, Ud, Hd, Vd)),
    BY_MOD(AV("vmovsd", AVX, 0, Mq, Vq),
           VEC_SWAP("vmovsd", XC_AVX, XF_AVX, 0, 0x10, Uq, Hq, Vq)),
};

static const X86Row row_12[4] = {
    BY_MOD(AV0("vmovlps", 0, Vdq, Hdq, Mq), AV0("vmovhlps", 0, Vdq, Hdq, Udq)),
    AV0("vmovlpd", 0, Vdq, Hdq, Mq),
    AV("vmovsldup", AVX, 0, Vx, Wx),
    BY_L(AV("vmovddup", AVX, 0, Vx, Wq), AV("vmovddup", AVX, 0, Vx, Wx)),
};

static const X86Row row_16[4] = {
    BY_MOD(AV0("vmovhps", 0, Vdq, Hdq, Mq), AV0("vmovlhps", 0, Vdq, Hdq, Udq)),
    AV0("vmovhpd", 0, Vdq, Hdq, Mq),
    AV("vmovshdup", AVX, 0, Vx, Wx),
    NONE,
};

static const X86Row row_51[4] = {
    AV("vsqrtps", AVX, V_FP, Vx, Wx),
    AV("vsqrtpd", AVX, V_FP, Vx, Wx),
    AV("vsqrtss", AVX, V_FP, Vd, Hd, Wd),
    AV("vsqrtsd", AVX, V_FP, Vq, Hq, Wq),
};

static const X86Row row_5a[4] = {
    AV("vcvtps2pd", AVX, V_FP, Vx, Wh),
    AV("vcvtpd2ps", AVX, V_FP, Vdq, Wx),
    AV("vcvtss2sd", AVX, V_FP, Vq, Hq, Wd),
    AV("vcvtsd2ss", AVX, V_FP, Vd, Hd, Wq),
};

static const X86Row row_5b[4] = {
    AV("vcvtdq2ps", AVX, V_FP, Vx, Wx),
    AV("vcvtps2dq", AVX, V_FP, Vx, Wx),
    AV("vcvttps2dq", AVX, V_FP, Vx, Wx),
    NONE,
};

static const X86Row row_6f[4] = {
    NONE,
    AV("vmovdqa", AVX, V_ALIGN, Vx, Wx),
    AV("vmovdqu", AVX, 0, Vx, Wx),
    NONE,
};

static const X86Row row_70[4] = {
    NONE,
    AV("vpshufd", AVX, V_AVX2, Vx, Wx, Ib),
    AV("vpshufhw", AVX, V_AVX2, Vx, Wx, Ib),
    AV("vpshuflw", AVX, V_AVX2, Vx, Wx, Ib),
};

static const X86Row row_7f[4] = {
    NONE,
    VEC_SWAP("vmovdqa", XC_AVX, XF_AVX, V_ALIGN, 0x6f, Wx, Vx),
    VEC_SWAP("vmovdqu", XC_AVX, XF_AVX, 0, 0x6f, Wx, Vx),
    NONE,
};

static const X86Row row_c2[4] = {
    AV("vcmpps", AVX, V_FP, Vx, Hx, Wx, Ib),
    AV("vcmppd", AVX, V_FP, Vx, Hx, Wx, Ib),
    AV("vcmpss", AVX, V_FP, Vd, Hd, Wd, Ib),
    AV("vcmpsd", AVX, V_FP, Vq, Hq, Wq, Ib),
};

static const X86Row row_d6[4] = {
    NONE,
    { .name = "vmovq", .emit = emit_vec, .xc = XC_AVX, .feat = XF_AVX, .flags = R_L0,
      .vec = V_SWAP | V_SWAP_F3, .arg = 0x7e, OPS(Wq, Vq) },
    NONE,
    NONE,
};

static const X86Row row_e6[4] = {
    NONE,
    AV("vcvttpd2dq", AVX, V_FP, Vdq, Wx),
    AV("vcvtdq2pd", AVX, 0, Vx, Wh),
    AV("vcvtpd2dq", AVX, V_FP, Vdq, Wx),
};

#define MXCSR_ROW(n, fn)                                                                         \
    BY_PFX(ROW(n, fn, OPS(Md), .xc = XC_AVX, .feat = XF_AVX, .flags = R_L0), NONE, NONE, NONE)

const X86Row x86_vex_0f[256] = {
    [0x10] = GROUP(RK_PFX, row_10),
    [0x11] = GROUP(RK_PFX, row_11),
    [0x12] = GROUP(RK_PFX, row_12),
    [0x13] = BY_PFX(AV0("vmovlps", 0, Mq, Vdq), AV0("vmovlpd", 0, Mq, Vdq), NONE, NONE),
    [0x14] = PS_PD("vunpckl", 0, Vx, Hx, Wx),
    [0x15] = PS_PD("vunpckh", 0, Vx, Hx, Wx),
    [0x16] = GROUP(RK_PFX, row_16),
    [0x17] = BY_PFX(AV0("vmovhps", 0, Mq, Vdq), AV0("vmovhpd", 0, Mq, Vdq), NONE, NONE),
    [0x28] = PS_PD("vmova", V_ALIGN, Vx, Wx),
    [0x29] = BY_PFX(VEC_SWAP("vmovaps", XC_AVX, XF_AVX, V_ALIGN, 0x28, Wx, Vx),
                    VEC_SWAP("vmovapd", XC_AVX, XF_AVX, V_ALIGN, 0x28, Wx, Vx), NONE, NONE),
    [0x2a] = BY_PFX(NONE, NONE, AV("vcvtsi2ss", AVX, V_FP, Vd, Hd, Ey),
                    AV("vcvtsi2sd", AVX, V_FP, Vq, Hq, Ey)),
    [0x2b] = PS_PD("vmovnt", V_ALIGN, Mx, Vx),
    [0x2c] = BY_PFX(NONE, NONE, AV("vcvttss2si", AVX, V_FP, Gy, Wd),
                    AV("vcvttsd2si", AVX, V_FP, Gy, Wq)),
    [0x2d] = BY_PFX(NONE, NONE, AV("vcvtss2si", AVX, V_FP, Gy, Wd),
                    AV("vcvtsd2si", AVX, V_FP, Gy, Wq)),
    [0x2e] = BY_PFX(AVF("vucomiss", AVX, V_READ | V_FP, Vd, Wd),
                    AVF("vucomisd", AVX, V_READ | V_FP, Vq, Wq), NONE, NONE),
    [0x2f] = BY_PFX(AVF("vcomiss", AVX, V_READ | V_FP, Vd, Wd),
                    AVF("vcomisd", AVX, V_READ | V_FP, Vq, Wq), NONE, NONE),
    [0x50] = PS_PD("vmovmsk", 0, Gd, Ux),
    [0x51] = GROUP(RK_PFX, row_51),
    [0x52] = BY_PFX(AV("vrsqrtps", AVX, 0, Vx, Wx), NONE, AV("vrsqrtss", AVX, 0, Vd, Hd, Wd), NONE),
    [0x53] = BY_PFX(AV("vrcpps", AVX, 0, Vx, Wx), NONE, AV("vrcpss", AVX, 0, Vd, Hd, Wd), NONE),
    [0x54] = PS_PD("vand", 0, Vx, Hx, Wx),
    [0x55] = PS_PD("vandn", 0, Vx, Hx, Wx),
    [0x56] = PS_PD("vor", 0, Vx, Hx, Wx),
    [0x57] = PS_PD("vxor", 0, Vx, Hx, Wx),
    [0x58] = ARITH("vadd"),
    [0x59] = ARITH("vmul"),
    [0x5a] = GROUP(RK_PFX, row_5a),
    [0x5b] = GROUP(RK_PFX, row_5b),
    [0x5c] = ARITH("vsub"),
    [0x5d] = ARITH("vmin"),
    [0x5e] = ARITH("vdiv"),
    [0x5f] = ARITH("vmax"),
    [0x60] = INT("vpunpcklbw"),
    [0x61] = INT("vpunpcklwd"),
    [0x62] = INT("vpunpckldq"),
    [0x63] = INT("vpacksswb"),
    [0x64] = INT("vpcmpgtb"),
    [0x65] = INT("vpcmpgtw"),
    [0x66] = INT("vpcmpgtd"),
    [0x67] = INT("vpackuswb"),
    [0x68] = INT("vpunpckhbw"),
    [0x69] = INT("vpunpckhwd"),
    [0x6a] = INT("vpunpckhdq"),
    [0x6b] = INT("vpackssdw"),
    [0x6c] = INT("vpunpcklqdq"),
    [0x6d] = INT("vpunpckhqdq"),
    [0x6e] = BY_66(AV0("vmovd", 0, Vdq, Ey)),
    [0x6f] = GROUP(RK_PFX, row_6f),
    [0x70] = GROUP(RK_PFX, row_70),
    [0x71] = BY_REG(NONE, NONE, SHIFT_IMM("vpsrlw"), NONE, SHIFT_IMM("vpsraw"), NONE,
                    SHIFT_IMM("vpsllw"), NONE),
    [0x72] = BY_REG(NONE, NONE, SHIFT_IMM("vpsrld"), NONE, SHIFT_IMM("vpsrad"), NONE,
                    SHIFT_IMM("vpslld"), NONE),
    [0x73] = BY_REG(NONE, NONE, SHIFT_IMM("vpsrlq"), SHIFT_IMM("vpsrldq"), NONE, NONE,
                    SHIFT_IMM("vpsllq"), SHIFT_IMM("vpslldq")),
    [0x74] = INT("vpcmpeqb"),
    [0x75] = INT("vpcmpeqw"),
    [0x76] = INT("vpcmpeqd"),
    [0x77] = BY_PFX(BY_L(ROW("vzeroupper", emit_VZEROUPPER, .xc = XC_AVX, .feat = XF_AVX),
                         ROW("vzeroall", emit_VZEROALL, .xc = XC_AVX, .feat = XF_AVX)),
                    NONE, NONE, NONE),
    [0x7c] = BY_PFX(NONE, AV("vhaddpd", AVX, V_FP, Vx, Hx, Wx), NONE,
                    AV("vhaddps", AVX, V_FP, Vx, Hx, Wx)),
    [0x7d] = BY_PFX(NONE, AV("vhsubpd", AVX, V_FP, Vx, Hx, Wx), NONE,
                    AV("vhsubps", AVX, V_FP, Vx, Hx, Wx)),
    [0x7e] = BY_PFX(NONE, AV0("vmovd", 0, Ey, Vdq), AV0("vmovq", 0, Vq, Wq), NONE),
    [0x7f] = GROUP(RK_PFX, row_7f),
    [0xae] = BY_REG(NONE, NONE, MXCSR_ROW("vldmxcsr", emit_LDMXCSR),
                    MXCSR_ROW("vstmxcsr", emit_STMXCSR), NONE, NONE, NONE, NONE),
    [0xc2] = GROUP(RK_PFX, row_c2),
    [0xc4] = BY_66(AV0("vpinsrw", 0, Vdq, Hdq, EdMw, Ib)),
    [0xc5] = BY_66(AV0("vpextrw", 0, Gd, Udq, Ib)),
    [0xc6] = PS_PD("vshuf", 0, Vx, Hx, Wx, Ib),
    [0xd0] = BY_PFX(NONE, AV("vaddsubpd", AVX, V_FP, Vx, Hx, Wx), NONE,
                    AV("vaddsubps", AVX, V_FP, Vx, Hx, Wx)),
    [0xd1] = INT_COUNT("vpsrlw"),
    [0xd2] = INT_COUNT("vpsrld"),
    [0xd3] = INT_COUNT("vpsrlq"),
    [0xd4] = INT("vpaddq"),
    [0xd5] = INT("vpmullw"),
    [0xd6] = GROUP(RK_PFX, row_d6),
    [0xd7] = BY_66(AV("vpmovmskb", AVX, V_AVX2, Gd, Ux)),
    [0xd8] = INT("vpsubusb"),
    [0xd9] = INT("vpsubusw"),
    [0xda] = INT("vpminub"),
    [0xdb] = INT("vpand"),
    [0xdc] = INT("vpaddusb"),
    [0xdd] = INT("vpaddusw"),
    [0xde] = INT("vpmaxub"),
    [0xdf] = INT("vpandn"),
    [0xe0] = INT("vpavgb"),
    [0xe1] = INT_COUNT("vpsraw"),
    [0xe2] = INT_COUNT("vpsrad"),
    [0xe3] = INT("vpavgw"),
    [0xe4] = INT("vpmulhuw"),
    [0xe5] = INT("vpmulhw"),
    [0xe6] = GROUP(RK_PFX, row_e6),
    [0xe7] = BY_66(AV("vmovntdq", AVX, V_ALIGN, Mx, Vx)),
    [0xe8] = INT("vpsubsb"),
    [0xe9] = INT("vpsubsw"),
    [0xea] = INT("vpminsw"),
    [0xeb] = INT("vpor"),
    [0xec] = INT("vpaddsb"),
    [0xed] = INT("vpaddsw"),
    [0xee] = INT("vpmaxsw"),
    [0xef] = INT("vpxor"),
    [0xf0] = BY_PFX(NONE, NONE, NONE, AV("vlddqu", AVX, 0, Vx, Mx)),
    [0xf1] = INT_COUNT("vpsllw"),
    [0xf2] = INT_COUNT("vpslld"),
    [0xf3] = INT_COUNT("vpsllq"),
    [0xf4] = INT("vpmuludq"),
    [0xf5] = INT("vpmaddwd"),
    [0xf6] = INT("vpsadbw"),
    [0xf7] = BY_66(ROW("vmaskmovdqu", emit_MASKMOV, OPS(Vdq, Udq), .xc = XC_AVX, .feat = XF_AVX,
                       .flags = R_L0)),
    [0xf8] = INT("vpsubb"),
    [0xf9] = INT("vpsubw"),
    [0xfa] = INT("vpsubd"),
    [0xfb] = INT("vpsubq"),
    [0xfc] = INT("vpaddb"),
    [0xfd] = INT("vpaddw"),
    [0xfe] = INT("vpaddd"),
};
