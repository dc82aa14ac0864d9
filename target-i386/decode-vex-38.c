/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode maps 0F38 and 0F3A in VEX encoding: AVX, AVX2, FMA, F16C, AES, PCLMULQDQ.
 *
 * Spec: Intel SDM volume 2, appendix A.
 * Thread: tables are constant.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-vec.h"

/* A row with decode flags. */
#define AVG(n, f, g, v, ...)                                                                     \
    { .name = (n), .emit = emit_vec, .xc = XC_AVX, .feat = XF_##f, .vec = (v), .flags = (g),     \
      OPS(__VA_ARGS__) }
#define AVGF(n, f, g, v, ...)                                                                    \
    { .name = (n), .emit = emit_vec, .xc = XC_AVX, .feat = XF_##f, .vec = (v), .flags = (g),     \
      .sets = FL_ALL, OPS(__VA_ARGS__) }
/* 128 bits wide with AVX, 256 with AVX2. */
#define INT(n) BY_66(AV(n, AVX, V_AVX2, Vx, Hx, Wx))
#define INT2(n, src) BY_66(AV(n, AVX, V_AVX2, Vx, src))
#define VMASK(n, f, g, ...)                                                                      \
    ROW(n, emit_VMASKMOV, OPS(__VA_ARGS__), .xc = XC_AVX, .feat = XF_##f, .flags = (g))
#define VMASKMOV(n, f, g, ...) BY_66(VMASK(n, f, g, __VA_ARGS__))
#define GATHER_ROW(n)                                                                            \
    ROW(n, emit_VGATHER, OPS(Vx, M0, Hx), .xc = XC_AVX, .feat = XF_AVX2, .flags = R_NODISP)
#define GATHER(w0, w1) BY_66(BY_W(GATHER_ROW(w0), GATHER_ROW(w1)))
#define FMA_PACKED(n)                                                                            \
    BY_66(BY_W(AV(n "ps", FMA, V_RW | V_FP, Vx, Hx, Wx), AV(n "pd", FMA, V_RW | V_FP, Vx, Hx, Wx)))
#define FMA_SCALAR(n)                                                                            \
    BY_66(BY_W(AV(n "ss", FMA, V_RW | V_FP, Vd, Hd, Wd), AV(n "sd", FMA, V_RW | V_FP, Vq, Hq, Wq)))
#define AES3(n) BY_66(AVG(n, AES, R_L0, 0, Vdq, Hdq, Wdq))

const X86Row x86_vex_0f38[256] = {
    [0x00] = INT("vpshufb"),
    [0x01] = INT("vphaddw"),
    [0x02] = INT("vphaddd"),
    [0x03] = INT("vphaddsw"),
    [0x04] = INT("vpmaddubsw"),
    [0x05] = INT("vphsubw"),
    [0x06] = INT("vphsubd"),
    [0x07] = INT("vphsubsw"),
    [0x08] = INT("vpsignb"),
    [0x09] = INT("vpsignw"),
    [0x0a] = INT("vpsignd"),
    [0x0b] = INT("vpmulhrsw"),
    [0x0c] = BY_66(AVG("vpermilps", AVX, R_W0, 0, Vx, Hx, Wx)),
    [0x0d] = BY_66(AVG("vpermilpd", AVX, R_W0, 0, Vx, Hx, Wx)),
    [0x0e] = BY_66(AVGF("vtestps", AVX, R_W0, V_READ, Vx, Wx)),
    [0x0f] = BY_66(AVGF("vtestpd", AVX, R_W0, V_READ, Vx, Wx)),
    [0x13] = BY_66(AVG("vcvtph2ps", F16C, R_W0, V_FP, Vx, Wh)),
    [0x16] = BY_66(AVG("vpermps", AVX2, R_L1 | R_W0, 0, Vqq, Hqq, Wqq)),
    [0x17] = BY_66(AVF("vptest", AVX, V_READ, Vx, Wx)),
    [0x18] = BY_66(BY_MOD(AVG("vbroadcastss", AVX, R_W0, 0, Vx, Md),
                           AVG("vbroadcastss", AVX2, R_W0, 0, Vx, Udq))),
    [0x19] = BY_66(BY_MOD(AVG("vbroadcastsd", AVX, R_L1 | R_W0, 0, Vqq, Mq),
                           AVG("vbroadcastsd", AVX2, R_L1 | R_W0, 0, Vqq, Udq))),
    [0x1a] = BY_66(AVG("vbroadcastf128", AVX, R_L1 | R_W0, 0, Vqq, Mdq)),
    [0x1c] = INT2("vpabsb", Wx),
    [0x1d] = INT2("vpabsw", Wx),
    [0x1e] = INT2("vpabsd", Wx),
    [0x20] = INT2("vpmovsxbw", Wh),
    [0x21] = INT2("vpmovsxbd", Wqx),
    [0x22] = INT2("vpmovsxbq", Wex),
    [0x23] = INT2("vpmovsxwd", Wh),
    [0x24] = INT2("vpmovsxwq", Wqx),
    [0x25] = INT2("vpmovsxdq", Wh),
    [0x28] = INT("vpmuldq"),
    [0x29] = INT("vpcmpeqq"),
    [0x2a] = BY_66(AV("vmovntdqa", AVX, V_AVX2 | V_ALIGN, Vx, Mx)),
    [0x2b] = INT("vpackusdw"),
    [0x2c] = VMASKMOV("vmaskmovps", AVX, R_W0, Vx, Hx, Mx),
    [0x2d] = VMASKMOV("vmaskmovpd", AVX, R_W0, Vx, Hx, Mx),
    [0x2e] = VMASKMOV("vmaskmovps", AVX, R_W0, Mx, Hx, Vx),
    [0x2f] = VMASKMOV("vmaskmovpd", AVX, R_W0, Mx, Hx, Vx),
    [0x30] = INT2("vpmovzxbw", Wh),
    [0x31] = INT2("vpmovzxbd", Wqx),
    [0x32] = INT2("vpmovzxbq", Wex),
    [0x33] = INT2("vpmovzxwd", Wh),
    [0x34] = INT2("vpmovzxwq", Wqx),
    [0x35] = INT2("vpmovzxdq", Wh),
    [0x36] = BY_66(AVG("vpermd", AVX2, R_L1 | R_W0, 0, Vqq, Hqq, Wqq)),
    [0x37] = INT("vpcmpgtq"),
    [0x38] = INT("vpminsb"),
    [0x39] = INT("vpminsd"),
    [0x3a] = INT("vpminuw"),
    [0x3b] = INT("vpminud"),
    [0x3c] = INT("vpmaxsb"),
    [0x3d] = INT("vpmaxsd"),
    [0x3e] = INT("vpmaxuw"),
    [0x3f] = INT("vpmaxud"),
    [0x40] = INT("vpmulld"),
    [0x41] = BY_66(AVG("vphminposuw", AVX, R_L0, 0, Vdq, Wdq)),
    [0x45] = BY_66(BY_W(AV("vpsrlvd", AVX2, 0, Vx, Hx, Wx), AV("vpsrlvq", AVX2, 0, Vx, Hx, Wx))),
    [0x46] = BY_66(AVG("vpsravd", AVX2, R_W0, 0, Vx, Hx, Wx)),
    [0x47] = BY_66(BY_W(AV("vpsllvd", AVX2, 0, Vx, Hx, Wx), AV("vpsllvq", AVX2, 0, Vx, Hx, Wx))),
    [0x58] = BY_66(AVG("vpbroadcastd", AVX2, R_W0, 0, Vx, Wd)),
    [0x59] = BY_66(AVG("vpbroadcastq", AVX2, R_W0, 0, Vx, Wq)),
    [0x5a] = BY_66(AVG("vbroadcasti128", AVX2, R_L1 | R_W0, 0, Vqq, Mdq)),
    [0x78] = BY_66(BY_MOD(AVG("vpbroadcastb", AVX2, R_W0, 0, Vx, Mb),
                           AVG("vpbroadcastb", AVX2, R_W0, 0, Vx, Udq))),
    [0x79] = BY_66(AVG("vpbroadcastw", AVX2, R_W0, 0, Vx, Ww)),
    [0x8c] = BY_66(BY_W(VMASK("vpmaskmovd", AVX2, 0, Vx, Hx, Mx),
                         VMASK("vpmaskmovq", AVX2, 0, Vx, Hx, Mx))),
    [0x8e] = BY_66(BY_W(VMASK("vpmaskmovd", AVX2, 0, Mx, Hx, Vx),
                         VMASK("vpmaskmovq", AVX2, 0, Mx, Hx, Vx))),
    [0x90] = GATHER("vpgatherdd", "vpgatherdq"),
    [0x91] = GATHER("vpgatherqd", "vpgatherqq"),
    [0x92] = GATHER("vgatherdps", "vgatherdpd"),
    [0x93] = GATHER("vgatherqps", "vgatherqpd"),
    [0x96] = FMA_PACKED("vfmaddsub132"),
    [0x97] = FMA_PACKED("vfmsubadd132"),
    [0x98] = FMA_PACKED("vfmadd132"),
    [0x99] = FMA_SCALAR("vfmadd132"),
    [0x9a] = FMA_PACKED("vfmsub132"),
    [0x9b] = FMA_SCALAR("vfmsub132"),
    [0x9c] = FMA_PACKED("vfnmadd132"),
    [0x9d] = FMA_SCALAR("vfnmadd132"),
    [0x9e] = FMA_PACKED("vfnmsub132"),
    [0x9f] = FMA_SCALAR("vfnmsub132"),
    [0xa6] = FMA_PACKED("vfmaddsub213"),
    [0xa7] = FMA_PACKED("vfmsubadd213"),
    [0xa8] = FMA_PACKED("vfmadd213"),
    [0xa9] = FMA_SCALAR("vfmadd213"),
    [0xaa] = FMA_PACKED("vfmsub213"),
    [0xab] = FMA_SCALAR("vfmsub213"),
    [0xac] = FMA_PACKED("vfnmadd213"),
    [0xad] = FMA_SCALAR("vfnmadd213"),
    [0xae] = FMA_PACKED("vfnmsub213"),
    [0xaf] = FMA_SCALAR("vfnmsub213"),
    [0xb6] = FMA_PACKED("vfmaddsub231"),
    [0xb7] = FMA_PACKED("vfmsubadd231"),
    [0xb8] = FMA_PACKED("vfmadd231"),
    [0xb9] = FMA_SCALAR("vfmadd231"),
    [0xba] = FMA_PACKED("vfmsub231"),
    [0xbb] = FMA_SCALAR("vfmsub231"),
    [0xbc] = FMA_PACKED("vfnmadd231"),
    [0xbd] = FMA_SCALAR("vfnmadd231"),
    [0xbe] = FMA_PACKED("vfnmsub231"),
    [0xbf] = FMA_SCALAR("vfnmsub231"),
    [0xdb] = BY_66(AVG("vaesimc", AES, R_L0, 0, Vdq, Wdq)),
    [0xdc] = AES3("vaesenc"),
    [0xdd] = AES3("vaesenclast"),
    [0xde] = AES3("vaesdec"),
    [0xdf] = AES3("vaesdeclast"),
};

const X86Row x86_vex_0f3a[256] = {
    [0x00] = BY_66(AVG("vpermq", AVX2, R_L1 | R_W1, 0, Vqq, Wqq, Ib)),
    [0x01] = BY_66(AVG("vpermpd", AVX2, R_L1 | R_W1, 0, Vqq, Wqq, Ib)),
    [0x02] = BY_66(AVG("vpblendd", AVX2, R_W0, 0, Vx, Hx, Wx, Ib)),
    [0x04] = BY_66(AVG("vpermilps", AVX, R_W0, 0, Vx, Wx, Ib)),
    [0x05] = BY_66(AVG("vpermilpd", AVX, R_W0, 0, Vx, Wx, Ib)),
    [0x06] = BY_66(AVG("vperm2f128", AVX, R_L1 | R_W0, 0, Vqq, Hqq, Wqq, Ib)),
    [0x08] = BY_66(AV("vroundps", AVX, V_FP, Vx, Wx, Ib)),
    [0x09] = BY_66(AV("vroundpd", AVX, V_FP, Vx, Wx, Ib)),
    [0x0a] = BY_66(AV("vroundss", AVX, V_FP, Vd, Hd, Wd, Ib)),
    [0x0b] = BY_66(AV("vroundsd", AVX, V_FP, Vq, Hq, Wq, Ib)),
    [0x0c] = BY_66(AV("vblendps", AVX, 0, Vx, Hx, Wx, Ib)),
    [0x0d] = BY_66(AV("vblendpd", AVX, 0, Vx, Hx, Wx, Ib)),
    [0x0e] = BY_66(AV("vpblendw", AVX, V_AVX2, Vx, Hx, Wx, Ib)),
    [0x0f] = BY_66(AV("vpalignr", AVX, V_AVX2, Vx, Hx, Wx, Ib)),
    [0x14] = BY_66(AVG("vpextrb", AVX, R_L0, 0, EdMb, Vdq, Ib)),
    [0x15] = BY_66(AVG("vpextrw", AVX, R_L0, 0, EdMw, Vdq, Ib)),
    [0x16] = BY_66(AVG("vpextrd", AVX, R_L0, 0, Ey, Vdq, Ib)),
    [0x17] = BY_66(AVG("vextractps", AVX, R_L0, 0, Ed, Vdq, Ib)),
    [0x18] = BY_66(AVG("vinsertf128", AVX, R_L1 | R_W0, 0, Vqq, Hqq, Wdq, Ib)),
    [0x19] = BY_66(AVG("vextractf128", AVX, R_L1 | R_W0, 0, Wdq, Vqq, Ib)),
    [0x1d] = BY_66(AVG("vcvtps2ph", F16C, R_W0, V_FP, Wh, Vx, Ib)),
    [0x20] = BY_66(AVG("vpinsrb", AVX, R_L0, 0, Vdq, Hdq, EdMb, Ib)),
    [0x21] = BY_66(AVG("vinsertps", AVX, R_L0, 0, Vdq, Hdq, Wd, Ib)),
    [0x22] = BY_66(AVG("vpinsrd", AVX, R_L0, 0, Vdq, Hdq, Ey, Ib)),
    [0x38] = BY_66(AVG("vinserti128", AVX2, R_L1 | R_W0, 0, Vqq, Hqq, Wdq, Ib)),
    [0x39] = BY_66(AVG("vextracti128", AVX2, R_L1 | R_W0, 0, Wdq, Vqq, Ib)),
    [0x40] = BY_66(AV("vdpps", AVX, V_FP, Vx, Hx, Wx, Ib)),
    [0x41] = BY_66(AVG("vdppd", AVX, R_L0, V_FP, Vdq, Hdq, Wdq, Ib)),
    [0x42] = BY_66(AV("vmpsadbw", AVX, V_AVX2, Vx, Hx, Wx, Ib)),
    [0x44] = BY_66(AVG("vpclmulqdq", PCLMUL, R_L0, 0, Vdq, Hdq, Wdq, Ib)),
    [0x46] = BY_66(AVG("vperm2i128", AVX2, R_L1 | R_W0, 0, Vqq, Hqq, Wqq, Ib)),
    [0x4a] = BY_66(AVG("vblendvps", AVX, R_W0, 0, Vx, Hx, Wx, Lx)),
    [0x4b] = BY_66(AVG("vblendvpd", AVX, R_W0, 0, Vx, Hx, Wx, Lx)),
    [0x4c] = BY_66(AVG("vpblendvb", AVX, R_W0, V_AVX2, Vx, Hx, Wx, Lx)),
    [0x60] = BY_66(AVGF("vpcmpestrm", AVX, R_L0, V_READ | V_STRM | V_STRLEN, Vdq, Wdq, Ib)),
    [0x61] = BY_66(AVGF("vpcmpestri", AVX, R_L0, V_READ | V_STRI | V_STRLEN, Vdq, Wdq, Ib)),
    [0x62] = BY_66(AVGF("vpcmpistrm", AVX, R_L0, V_READ | V_STRM, Vdq, Wdq, Ib)),
    [0x63] = BY_66(AVGF("vpcmpistri", AVX, R_L0, V_READ | V_STRI, Vdq, Wdq, Ib)),
    [0xdf] = BY_66(AVG("vaeskeygenassist", AES, R_L0, 0, Vdq, Wdq, Ib)),
};
