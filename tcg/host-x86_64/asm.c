/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64 instruction encoder: see asm.h.
 *
 * Spec: Intel SDM volume 2, chapter 2 and the opcode pages.
 */
#include "qemu/osdep.h"
#include "asm.h"

/* ModRM, SIB and displacement; reg is already reduced to three bits. */
static void put_modrm(Asm *a, unsigned reg, Opnd rm)
{
    unsigned base = rm.reg & 7, mod;

    if (rm.kind == O_REG) {
        a_u8(a, 0xc0 | reg << 3 | base);
        return;
    }
    if (rm.reg == NO_REG) { /* [index * scale + disp32] or [disp32] */
        a_u8(a, reg << 3 | 4);
        a_u8(a, rm.scale << 6 | (rm.index == NO_REG ? 4 : rm.index & 7) << 3 | 5);
        a_u32(a, rm.disp);
        return;
    }
    mod = rm.disp == 0 && base != RBP ? 0 : fits_i8(rm.disp) ? 1 : 2;
    if (rm.index != NO_REG || base == RSP) {
        a_u8(a, mod << 6 | reg << 3 | 4);
        a_u8(a, rm.scale << 6 | (rm.index == NO_REG ? 4 : rm.index & 7) << 3 | base);
    } else {
        a_u8(a, mod << 6 | reg << 3 | base);
    }
    if (mod == 1) {
        a_u8(a, rm.disp);
    } else if (mod == 2) {
        a_u32(a, rm.disp);
    }
}

/* Bits X and B of REX or VEX that an operand needs, as 2 and 1. */
static unsigned rex_xb(Opnd rm)
{
    unsigned r = rm.reg != NO_REG && rm.reg & 8 ? 1 : 0;

    if (rm.kind == O_MEM && rm.index != NO_REG && rm.index & 8) {
        r |= 2;
    }
    return r;
}

void a_insn(Asm *a, uint32_t opc, unsigned reg, Opnd rm)
{
    unsigned rex = (opc & X_W ? 8 : 0) | (reg & 8 ? 4 : 0) | rex_xb(rm);

    if ((opc & X_BREG && reg >= 4) || (opc & X_BRM && rm.kind == O_REG && rm.reg >= 4)) {
        rex |= 0x40;
    }
    if (opc & (X_LOCK | X_66 | X_F3 | X_F2)) {
        if (opc & X_LOCK) {
            a_u8(a, 0xf0);
        }
        if (opc & X_66) {
            a_u8(a, 0x66);
        }
        if (opc & (X_F3 | X_F2)) {
            a_u8(a, opc & X_F3 ? 0xf3 : 0xf2);
        }
    }
    if (rex) {
        a_u8(a, 0x40 | rex);
    }
    if (opc & (X_0F | X_0F38 | X_0F3A)) {
        a_u8(a, 0x0f);
        if (!(opc & X_0F)) {
            a_u8(a, opc & X_0F38 ? 0x38 : 0x3a);
        }
    }
    a_u8(a, opc & 0xff);
    put_modrm(a, reg & 7, rm);
}

void a_vex(Asm *a, VexOp v, unsigned reg, unsigned vvvv, Opnd rm)
{
    unsigned xb = rex_xb(rm), r = ~reg >> 3 & 1;
    unsigned tail = (~vvvv & 15) << 3 | v.l << 2 | v.pp;

    if (v.map == 1 && !xb && !v.w) {
        a_u8(a, 0xc5);
        a_u8(a, r << 7 | tail);
    } else {
        a_u8(a, 0xc4);
        a_u8(a, r << 7 | (~xb & 3) << 5 | v.map);
        a_u8(a, v.w << 7 | tail);
    }
    a_u8(a, v.opc);
    put_modrm(a, reg & 7, rm);
}

void a_mov_imm(Asm *a, unsigned reg, uint64_t v)
{
    if (v == (uint32_t)v) {
        if (reg & 8) {
            a_u8(a, 0x41);
        }
        a_u8(a, 0xb8 | (reg & 7));
        a_u32(a, v);
    } else if (fits_i32(v)) {
        a_insn(a, 0xc7 | X_W, 0, o_reg(reg));
        a_u32(a, v);
    } else {
        a_u8(a, 0x48 | (reg & 8 ? 1 : 0));
        a_u8(a, 0xb8 | (reg & 7));
        a_u64(a, v);
    }
}

/* Store of an immediate, or a merge of 8 or 16 bits into a register. */
static void mov_from_imm(Asm *a, unsigned sz, Opnd dst, int64_t v)
{
    if (dst.kind == O_REG && sz >= SZ32) {
        a_mov_imm(a, dst.reg, sz == SZ32 ? (uint32_t)v : (uint64_t)v);
        return;
    }
    assert(sz < SZ64 || fits_i32(v));
    a_insn(a, x_sized(0xc6, sz) & ~X_BREG, 0, dst);
    if (sz == SZ8) {
        a_u8(a, v);
    } else if (sz == SZ16) {
        a_u16(a, v);
    } else {
        a_u32(a, v);
    }
}

void a_mov(Asm *a, unsigned sz, Opnd dst, Opnd src)
{
    if (src.kind == O_IMM) {
        mov_from_imm(a, sz, dst, src.imm);
    } else if (src.kind == O_REG) {
        a_insn(a, x_sized(0x88, sz), src.reg, dst);
    } else {
        assert(dst.kind == O_REG);
        a_insn(a, x_sized(0x8a, sz), dst.reg, src);
    }
}

void a_movzx(Asm *a, unsigned sz, unsigned dst, Opnd src)
{
    if (src.kind == O_IMM) {
        static const uint64_t mask[4] = { 0xff, 0xffff, 0xffffffff, UINT64_MAX };

        a_mov_imm(a, dst, src.imm & mask[sz]);
    } else if (sz == SZ8) {
        a_insn(a, 0xb6 | X_0F | X_BRM, dst, src);
    } else if (sz == SZ16) {
        a_insn(a, 0xb7 | X_0F, dst, src);
    } else {
        a_mov(a, sz, o_reg(dst), src);
    }
}

void a_movsx(Asm *a, unsigned sz, unsigned to, unsigned dst, Opnd src)
{
    uint32_t w = to == SZ64 ? X_W : 0;

    if (src.kind == O_IMM) {
        int64_t v = sz == SZ8 ? (int8_t)src.imm : sz == SZ16 ? (int16_t)src.imm
                                                              : (int32_t)src.imm;
        a_mov_imm(a, dst, to == SZ64 ? (uint64_t)v : (uint32_t)v);
    } else if (sz == SZ8) {
        a_insn(a, 0xbe | X_0F | X_BRM | w, dst, src);
    } else if (sz == SZ16) {
        a_insn(a, 0xbf | X_0F | w, dst, src);
    } else if (w) {
        a_insn(a, 0x63 | X_W, dst, src);
    } else {
        a_mov(a, SZ32, o_reg(dst), src);
    }
}

void a_lea(Asm *a, unsigned sz, unsigned dst, Opnd mem)
{
    if (mem.disp == 0 && mem.index == NO_REG && mem.reg != NO_REG) {
        if (sz != SZ64 || dst != mem.reg) {
            a_mov(a, sz, o_reg(dst), o_reg(mem.reg));
        }
        return;
    }
    a_insn(a, x_wide(0x8d, sz), dst, mem);
}

void a_rorx(Asm *a, unsigned sz, unsigned dst, Opnd src, unsigned count)
{
    a_vex(a, (VexOp){ 3, 3, sz == SZ64, 0, 0xf0 }, dst, 0, src);
    a_u8(a, count);
}

void a_alu(Asm *a, unsigned alu, unsigned sz, Opnd dst, Opnd src)
{
    if (src.kind == O_IMM) {
        if (sz == SZ8) {
            a_insn(a, 0x80 | X_BRM, alu, dst);
            a_u8(a, src.imm);
        } else if (fits_i8(src.imm) || (sz == SZ16 && fits_i8((int16_t)src.imm)) ||
                   (sz == SZ32 && fits_i8((int32_t)src.imm))) {
            a_insn(a, x_wide(0x83, sz), alu, dst);
            a_u8(a, src.imm);
        } else {
            a_insn(a, x_wide(0x81, sz), alu, dst);
            if (sz == SZ16) {
                a_u16(a, src.imm);
            } else {
                assert(sz == SZ32 || fits_i32(src.imm));
                a_u32(a, src.imm);
            }
        }
    } else if (src.kind == O_REG) {
        a_insn(a, x_sized(alu << 3, sz), src.reg, dst);
    } else {
        assert(dst.kind == O_REG);
        a_insn(a, x_sized(alu << 3 | 2, sz), dst.reg, src);
    }
}

void a_test(Asm *a, unsigned sz, Opnd x, Opnd y)
{
    if (y.kind == O_IMM) {
        a_insn(a, x_sized(0xf6, sz) & ~X_BREG, 0, x);
        if (sz == SZ8) {
            a_u8(a, y.imm);
        } else if (sz == SZ16) {
            a_u16(a, y.imm);
        } else {
            a_u32(a, y.imm);
        }
    } else {
        assert(y.kind == O_REG);
        a_insn(a, x_sized(0x84, sz), y.reg, x);
    }
}

void a_shift_imm(Asm *a, unsigned digit, unsigned sz, Opnd dst, unsigned count)
{
    if (count == 1) {
        a_insn(a, x_sized(0xd0, sz) & ~X_BREG, digit, dst);
    } else {
        a_insn(a, x_sized(0xc0, sz) & ~X_BREG, digit, dst);
        a_u8(a, count);
    }
}

uint32_t a_jmp_fwd(Asm *a)
{
    a_u8(a, 0xe9);
    a_u32(a, 0);
    return asm_ofs(a) - 4;
}

uint32_t a_jcc_fwd(Asm *a, unsigned cc)
{
    a_u8(a, 0x0f);
    a_u8(a, 0x80 | cc);
    a_u32(a, 0);
    return asm_ofs(a) - 4;
}

void a_here(Asm *a, uint32_t place)
{
    uint32_t rel = asm_ofs(a) - (place + 4);

    memcpy(a->start + place, &rel, 4);
}

void a_jmp_to(Asm *a, uint32_t ofs)
{
    int32_t d = ofs - (asm_ofs(a) + 2);

    if (fits_i8(d)) {
        a_u8(a, 0xeb);
        a_u8(a, d);
    } else {
        a_u8(a, 0xe9);
        a_u32(a, d - 3);
    }
}

void a_jcc_to(Asm *a, unsigned cc, uint32_t ofs)
{
    int32_t d = ofs - (asm_ofs(a) + 2);

    if (fits_i8(d)) {
        a_u8(a, 0x70 | cc);
        a_u8(a, d);
    } else {
        a_u8(a, 0x0f);
        a_u8(a, 0x80 | cc);
        a_u32(a, d - 4);
    }
}

static uint32_t rel_abs(Asm *a, const void *rx_target)
{
    return (uint32_t)((const uint8_t *)rx_target - (a->rx + asm_ofs(a) + 4));
}

void a_jmp_abs(Asm *a, const void *rx_target)
{
    a_u8(a, 0xe9);
    a_u32(a, rel_abs(a, rx_target));
}

void a_jcc_abs(Asm *a, unsigned cc, const void *rx_target)
{
    a_u8(a, 0x0f);
    a_u8(a, 0x80 | cc);
    a_u32(a, rel_abs(a, rx_target));
}

void a_call_abs(Asm *a, const void *rx_target)
{
    a_u8(a, 0xe8);
    a_u32(a, rel_abs(a, rx_target));
}

void a_call_c(Asm *a, const void *fn)
{
    int64_t d = (const uint8_t *)fn - (a->rx + asm_ofs(a) + 5);

    if (fits_i32(d)) {
        a_call_abs(a, fn);
    } else {
        a_mov_imm(a, RAX, (uintptr_t)fn);
        a_u8(a, 0xff);
        a_u8(a, 0xd0);
    }
}

void a_nops(Asm *a, unsigned n)
{
    static const uint8_t nop[8][8] = {
        { 0x90 },
        { 0x66, 0x90 },
        { 0x0f, 0x1f, 0x00 },
        { 0x0f, 0x1f, 0x40, 0x00 },
        { 0x0f, 0x1f, 0x44, 0x00, 0x00 },
        { 0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00 },
        { 0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00 },
        { 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00 },
    };

    while (n) {
        unsigned k = MIN(n, 8u);

        memcpy(a->p, nop[k - 1], k);
        a->p += k;
        n -= k;
    }
}

static void push_pop(Asm *a, unsigned opc, unsigned reg)
{
    if (reg & 8) {
        a_u8(a, 0x41);
    }
    a_u8(a, opc | (reg & 7));
}

void a_push(Asm *a, unsigned reg)
{
    push_pop(a, 0x50, reg);
}

void a_pop(Asm *a, unsigned reg)
{
    push_pop(a, 0x58, reg);
}

void a_bswap(Asm *a, unsigned sz, unsigned reg)
{
    if (sz == SZ64 || reg & 8) {
        a_u8(a, 0x40 | (sz == SZ64 ? 8 : 0) | (reg & 8 ? 1 : 0));
    }
    a_u8(a, 0x0f);
    a_u8(a, 0xc8 | (reg & 7));
}
