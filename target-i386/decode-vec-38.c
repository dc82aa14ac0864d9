/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode maps 0F38 and 0F3A of MMX and SSE in legacy encoding.
 *
 * Spec: Intel SDM volume 2, appendix A.
 * Thread: tables are constant.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-vec.h"

#define SSSE3(n) BY_PFX(MM(n, SSSE3, 0, Pq, Qq), XM(n, SSSE3, 0, Vx, Wx), NONE, NONE)
#define SSSE3_WO(n) BY_PFX(MM(n, SSSE3, V_WO, Pq, Qq), XM(n, SSSE3, V_WO, Vx, Wx), NONE, NONE)
#define SSE41(n, v, ...) BY_66(XM(n, SSE41, v, __VA_ARGS__))
#define SSE42(n, v, ...) BY_66(XM(n, SSE42, v, __VA_ARGS__))
#define AES(n, v, ...) BY_66(XM(n, AES, v, __VA_ARGS__))
#define SHA(n, v, ...) BY_PFX(XM(n, SHA, v, __VA_ARGS__), NONE, NONE, NONE)

const X86Row x86_map_0f38_vec[256] = {
    [0x00] = SSSE3("pshufb"),
    [0x01] = SSSE3("phaddw"),
    [0x02] = SSSE3("phaddd"),
    [0x03] = SSSE3("phaddsw"),
    [0x04] = SSSE3("pmaddubsw"),
    [0x05] = SSSE3("phsubw"),
    [0x06] = SSSE3("phsubd"),
    [0x07] = SSSE3("phsubsw"),
    [0x08] = SSSE3("psignb"),
    [0x09] = SSSE3("psignw"),
    [0x0a] = SSSE3("psignd"),
    [0x0b] = SSSE3("pmulhrsw"),
    [0x10] = SSE41("pblendvb", V_XMM0, Vx, Wx),
    [0x14] = SSE41("blendvps", V_XMM0, Vx, Wx),
    [0x15] = SSE41("blendvpd", V_XMM0, Vx, Wx),
    [0x17] = BY_66(XMF("ptest", SSE41, V_READ, Vx, Wx)),
    [0x1c] = SSSE3_WO("pabsb"),
    [0x1d] = SSSE3_WO("pabsw"),
    [0x1e] = SSSE3_WO("pabsd"),
    [0x20] = SSE41("pmovsxbw", V_WO, Vx, Wq),
    [0x21] = SSE41("pmovsxbd", V_WO, Vx, Wd),
    [0x22] = SSE41("pmovsxbq", V_WO, Vx, Ww),
    [0x23] = SSE41("pmovsxwd", V_WO, Vx, Wq),
    [0x24] = SSE41("pmovsxwq", V_WO, Vx, Wd),
    [0x25] = SSE41("pmovsxdq", V_WO, Vx, Wq),
    [0x28] = SSE41("pmuldq", 0, Vx, Wx),
    [0x29] = SSE41("pcmpeqq", 0, Vx, Wx),
    [0x2a] = SSE41("movntdqa", V_WO, Vx, Mdq),
    [0x2b] = SSE41("packusdw", 0, Vx, Wx),
    [0x30] = SSE41("pmovzxbw", V_WO, Vx, Wq),
    [0x31] = SSE41("pmovzxbd", V_WO, Vx, Wd),
    [0x32] = SSE41("pmovzxbq", V_WO, Vx, Ww),
    [0x33] = SSE41("pmovzxwd", V_WO, Vx, Wq),
    [0x34] = SSE41("pmovzxwq", V_WO, Vx, Wd),
    [0x35] = SSE41("pmovzxdq", V_WO, Vx, Wq),
    [0x37] = SSE42("pcmpgtq", 0, Vx, Wx),
    [0x38] = SSE41("pminsb", 0, Vx, Wx),
    [0x39] = SSE41("pminsd", 0, Vx, Wx),
    [0x3a] = SSE41("pminuw", 0, Vx, Wx),
    [0x3b] = SSE41("pminud", 0, Vx, Wx),
    [0x3c] = SSE41("pmaxsb", 0, Vx, Wx),
    [0x3d] = SSE41("pmaxsd", 0, Vx, Wx),
    [0x3e] = SSE41("pmaxuw", 0, Vx, Wx),
    [0x3f] = SSE41("pmaxud", 0, Vx, Wx),
    [0x40] = SSE41("pmulld", 0, Vx, Wx),
    [0x41] = SSE41("phminposuw", V_WO, Vx, Wx),
    [0xc8] = SHA("sha1nexte", 0, Vdq, Wdq),
    [0xc9] = SHA("sha1msg1", 0, Vdq, Wdq),
    [0xca] = SHA("sha1msg2", 0, Vdq, Wdq),
    [0xcb] = SHA("sha256rnds2", V_XMM0, Vdq, Wdq),
    [0xcc] = SHA("sha256msg1", 0, Vdq, Wdq),
    [0xcd] = SHA("sha256msg2", 0, Vdq, Wdq),
    [0xdb] = AES("aesimc", V_WO, Vdq, Wdq),
    [0xdc] = AES("aesenc", 0, Vdq, Wdq),
    [0xdd] = AES("aesenclast", 0, Vdq, Wdq),
    [0xde] = AES("aesdec", 0, Vdq, Wdq),
    [0xdf] = AES("aesdeclast", 0, Vdq, Wdq),
};

const X86Row x86_map_0f3a_vec[256] = {
    [0x08] = SSE41("roundps", V_WO | V_FP, Vx, Wx, Ib),
    [0x09] = SSE41("roundpd", V_WO | V_FP, Vx, Wx, Ib),
    [0x0a] = SSE41("roundss", V_FP, Vd, Wd, Ib),
    [0x0b] = SSE41("roundsd", V_FP, Vq, Wq, Ib),
    [0x0c] = SSE41("blendps", 0, Vx, Wx, Ib),
    [0x0d] = SSE41("blendpd", 0, Vx, Wx, Ib),
    [0x0e] = SSE41("pblendw", 0, Vx, Wx, Ib),
    [0x0f] = BY_PFX(MM("palignr", SSSE3, 0, Pq, Qq, Ib), XM("palignr", SSSE3, 0, Vx, Wx, Ib), NONE,
                    NONE),
    [0x14] = SSE41("pextrb", V_WO, EdMb, Vdq, Ib),
    [0x15] = SSE41("pextrw", V_WO, EdMw, Vdq, Ib),
    [0x16] = SSE41("pextrd", V_WO, Ey, Vdq, Ib),
    [0x17] = SSE41("extractps", V_WO, Ed, Vdq, Ib),
    [0x20] = SSE41("pinsrb", 0, Vdq, EdMb, Ib),
    [0x21] = BY_66(BY_MOD(XM("insertps", SSE41, 0, Vdq, Md, Ib),
                          XM("insertps", SSE41, 0, Vdq, Udq, Ib))),
    [0x22] = SSE41("pinsrd", 0, Vdq, Ey, Ib),
    [0x40] = SSE41("dpps", V_FP, Vx, Wx, Ib),
    [0x41] = SSE41("dppd", V_FP, Vx, Wx, Ib),
    [0x42] = SSE41("mpsadbw", 0, Vx, Wx, Ib),
    [0x44] = BY_66(XM("pclmulqdq", PCLMUL, 0, Vdq, Wdq, Ib)),
    [0x60] = BY_66(XMF("pcmpestrm", SSE42, V_READ | V_UNAL | V_STRM | V_STRLEN, Vdq, Wdq, Ib)),
    [0x61] = BY_66(XMF("pcmpestri", SSE42, V_READ | V_UNAL | V_STRI | V_STRLEN, Vdq, Wdq, Ib)),
    [0x62] = BY_66(XMF("pcmpistrm", SSE42, V_READ | V_UNAL | V_STRM, Vdq, Wdq, Ib)),
    [0x63] = BY_66(XMF("pcmpistri", SSE42, V_READ | V_UNAL | V_STRI, Vdq, Wdq, Ib)),
    [0xcc] = SHA("sha1rnds4", 0, Vdq, Wdq, Ib),
    [0xdf] = AES("aeskeygenassist", V_WO, Vdq, Wdq, Ib),
};
