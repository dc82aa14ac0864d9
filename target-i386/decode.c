/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder of x86 machine code: prefixes, opcode maps, ModRM, immediates, and the checks that
 * a table row states.
 *
 * Spec: Intel SDM volume 2, chapter 2 and appendix A; AMD APM volume 3, chapter 1.
 *
 * Deviates: near branches in 64-bit mode ignore an operand-size prefix, as Intel's
 * processors do. XOP and EVEX encodings are undefined opcodes.
 *
 * Order of checks, as processors apply them: fetch faults, length, undefined encodings,
 * #NM and #MF, privilege. An emitter therefore sees only instructions that are legal.
 *
 * A block's instructions beyond the first are fetched only from the page they start in:
 * DECODE_STOP tells the translator to end the block, so that a fetch fault always belongs
 * to the first instruction of a block, whose EIP the state holds.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "exec/cpu-exec.h"
#include "target-i386/decode.h"

enum { MAX_INSN = 15, CODE_PAGE = 4096 };

typedef struct Fetch {
    DisasContext *s;
    DecodedInsn *d;
    uint8_t avail;       /* bytes of d->bytes that were read ahead */
    DecodeStatus status; /* first failure */
} Fetch;

/* Where an operand comes from ... */
typedef enum OpdSource {
    FROM_NONE,
    FROM_E, FROM_G, FROM_M, FROM_R, /* ModRM: either, reg, memory only, register only */
    FROM_EX,                        /* register form 32 bits wide, memory as the size says */
    FROM_IMM, FROM_IMM_SX, FROM_ONE, FROM_REL, FROM_FAR, FROM_MOFFS, FROM_STR,
    FROM_SEG, FROM_CR, FROM_DR, FROM_OPCODE, FROM_ACC, FROM_CL, FROM_DX, FROM_FIXED_SEG,
    FROM_BY,
    FROM_V, FROM_W, FROM_U, FROM_H, FROM_L, FROM_P, FROM_Q, FROM_N,
} OpdSource;

/* ... and how wide it is. The first ones are IRSize values. */
typedef enum OpdSize {
    W8 = SZ8, W16 = SZ16, W32 = SZ32, W64 = SZ64, W128 = SZ128, W256 = SZ256,
    W_V, W_Z, W_Y, W_X, W_X2, W_X4, W_X8, W_MODE,
} OpdSize;

typedef struct OpdInfo {
    uint8_t from;
    uint8_t size;
    uint8_t fixed; /* FROM_FIXED_SEG: which */
} OpdInfo;

static const OpdInfo opd_info[X86_OPD_TYPES] = {
    [Eb] = {FROM_E, W8}, [Ew] = {FROM_E, W16}, [Ed] = {FROM_E, W32}, [Eq] = {FROM_E, W64},
    [Ev] = {FROM_E, W_V}, [Ey] = {FROM_E, W_Y}, [Evw] = {FROM_EX, W16},
    [EdMb] = {FROM_EX, W8}, [EdMw] = {FROM_EX, W16}, [Em] = {FROM_R, W_MODE},
    [Gb] = {FROM_G, W8}, [Gw] = {FROM_G, W16}, [Gd] = {FROM_G, W32}, [Gq] = {FROM_G, W64},
    [Gv] = {FROM_G, W_V}, [Gy] = {FROM_G, W_Y},
    [Rd] = {FROM_R, W32}, [Ry] = {FROM_R, W_Y}, [Rv] = {FROM_R, W_V},
    [M0] = {FROM_M, W8}, [Mb] = {FROM_M, W8}, [Mw] = {FROM_M, W16}, [Md] = {FROM_M, W32},
    [Mq] = {FROM_M, W64}, [Mv] = {FROM_M, W_V}, [My] = {FROM_M, W_Y}, [Mdq] = {FROM_M, W128},
    [Mqq] = {FROM_M, W256}, [Mx] = {FROM_M, W_X}, [Mt] = {FROM_M, W128}, [Mp] = {FROM_M, W_V},
    [Ma] = {FROM_M, W_V},
    [Ib] = {FROM_IMM, W8}, [Ibs] = {FROM_IMM_SX, W8}, [Iw] = {FROM_IMM, W16},
    [Iz] = {FROM_IMM_SX, W_Z}, [Iv] = {FROM_IMM, W_V}, [One] = {FROM_ONE, W8},
    [Jb] = {FROM_REL, W8}, [Jz] = {FROM_REL, W_Z}, [Ap] = {FROM_FAR, W_V},
    [Ob] = {FROM_MOFFS, W8}, [Ov] = {FROM_MOFFS, W_V},
    [Xb] = {FROM_STR, W8}, [Xv] = {FROM_STR, W_V}, [Xz] = {FROM_STR, W_Z},
    [Yb] = {FROM_STR, W8}, [Yv] = {FROM_STR, W_V}, [Yz] = {FROM_STR, W_Z},
    [Sw] = {FROM_SEG, W16}, [Cm] = {FROM_CR, W_MODE}, [Dm] = {FROM_DR, W_MODE},
    [Zb] = {FROM_OPCODE, W8}, [Zv] = {FROM_OPCODE, W_V},
    [AL] = {FROM_ACC, W8}, [CL] = {FROM_CL, W8}, [DX] = {FROM_DX, W16}, [AX] = {FROM_ACC, W16},
    [rAX] = {FROM_ACC, W_V},
    [opES] = {FROM_FIXED_SEG, W16, R_ES}, [opCS] = {FROM_FIXED_SEG, W16, R_CS},
    [opSS] = {FROM_FIXED_SEG, W16, R_SS}, [opDS] = {FROM_FIXED_SEG, W16, R_DS},
    [opFS] = {FROM_FIXED_SEG, W16, R_FS}, [opGS] = {FROM_FIXED_SEG, W16, R_GS},
    [By] = {FROM_BY, W_Y},
    [Vd] = {FROM_V, W32}, [Vq] = {FROM_V, W64}, [Vdq] = {FROM_V, W128}, [Vqq] = {FROM_V, W256},
    [Vx] = {FROM_V, W_X},
    [Hd] = {FROM_H, W32}, [Hq] = {FROM_H, W64}, [Hdq] = {FROM_H, W128}, [Hqq] = {FROM_H, W256},
    [Hx] = {FROM_H, W_X},
    [Ww] = {FROM_W, W16}, [Wd] = {FROM_W, W32}, [Wq] = {FROM_W, W64}, [Wdq] = {FROM_W, W128},
    [Wqq] = {FROM_W, W256}, [Wx] = {FROM_W, W_X}, [Wh] = {FROM_W, W_X2}, [Wqx] = {FROM_W, W_X4},
    [Wex] = {FROM_W, W_X8},
    [Ud] = {FROM_U, W32}, [Uq] = {FROM_U, W64}, [Udq] = {FROM_U, W128}, [Uqq] = {FROM_U, W256},
    [Ux] = {FROM_U, W_X},
    [Ldq] = {FROM_L, W128}, [Lqq] = {FROM_L, W256}, [Lx] = {FROM_L, W_X},
    [Pq] = {FROM_P, W64}, [Qd] = {FROM_Q, W32}, [Qq] = {FROM_Q, W64}, [Nq] = {FROM_N, W64},
};

uint64_t x86_code_linear(const DisasContext *s, uint64_t eip)
{
    uint64_t linear = s->cs_base + eip;

    return s->code64 ? linear : (uint32_t)linear;
}

/* Read ahead what surely lies in the instruction's first page. */
static void fetch_start(Fetch *f, uint64_t pc)
{
    uint64_t linear = x86_code_linear(f->s, pc);
    unsigned room = CODE_PAGE - (linear & (CODE_PAGE - 1));

    if (room >= 16) {
        stq_le_p(f->d->bytes, cpu_ldq_code(f->s->cpu, linear));
        stq_le_p(f->d->bytes + 8, cpu_ldq_code(f->s->cpu, linear + 8));
        f->avail = 16;
    } else {
        for (unsigned i = 0; i < room; i++) {
            f->d->bytes[i] = cpu_ldub_code(f->s->cpu, linear + i);
        }
        f->avail = room;
    }
}

static uint8_t fetch8(Fetch *f)
{
    DecodedInsn *d = f->d;

    if (f->status != DECODE_OK) {
        return 0;
    }
    if (d->len == MAX_INSN) {
        f->status = DECODE_GP;
        return 0;
    }
    if (d->len == f->avail) {
        if (!f->s->first) {
            f->status = DECODE_STOP;
            return 0;
        }
        d->bytes[d->len] = cpu_ldub_code(f->s->cpu, x86_code_linear(f->s, d->pc + d->len));
        f->avail++;
    }
    return d->bytes[d->len++];
}

static uint64_t fetch_le(Fetch *f, IRSize sz)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < x86_size_bytes(sz); i++) {
        v |= (uint64_t)fetch8(f) << (8 * i);
    }
    return v;
}

static int64_t fetch_signed(Fetch *f, IRSize sz)
{
    unsigned unused = 64 - 8 * x86_size_bytes(sz);

    return (int64_t)(fetch_le(f, sz) << unused) >> unused;
}

/* Legacy and REX prefixes; returns the first byte behind them. */
static uint8_t decode_prefixes(Fetch *f)
{
    DecodedInsn *d = f->d;
    uint8_t rex = 0, b;

    for (;;) {
        b = fetch8(f);
        switch (b) {
        case 0xf2: case 0xf3:
            d->rep = b;
            break;
        case 0x26: case 0x2e: case 0x36: case 0x3e:
            if (!f->s->code64) {
                d->seg_ovr = (b >> 3) & 3;
            }
            break;
        case 0x64: case 0x65:
            d->seg_ovr = b & 7;
            break;
        case 0x66:
            d->pfx66 = true;
            break;
        case 0x67:
            d->pfx67 = true;
            break;
        case 0xf0:
            d->lock = true;
            break;
        default:
            if (f->s->code64 && (b & 0xf0) == 0x40 && f->status == DECODE_OK) {
                rex = b;
                continue;
            }
            d->has_rex = rex != 0;
            d->rex_w = rex >> 3 & 1;
            d->rex_r = rex >> 2 & 1;
            d->rex_x = rex >> 1 & 1;
            d->rex_b = rex & 1;
            return b;
        }
        rex = 0; /* a REX prefix counts only directly before the opcode */
        if (f->status != DECODE_OK) {
            return 0;
        }
    }
}

/* The two or three bytes of a VEX prefix; b0 is C4 or C5. False: undefined. */
static bool decode_vex(Fetch *f, uint8_t b0)
{
    static const uint8_t pp_rep[4] = { 0, 0, 0xf3, 0xf2 };
    DecodedInsn *d = f->d;
    bool legal = !d->lock && !d->rep && !d->pfx66 && !d->has_rex;
    uint8_t p = fetch8(f);

    d->vex = true;
    d->rex_r = !(p & 0x80);
    d->map = 1;
    if (b0 == 0xc4) {
        d->rex_x = !(p & 0x40);
        d->rex_b = !(p & 0x20);
        d->map = p & 0x1f;
        p = fetch8(f);
        d->rex_w = p >> 7;
    }
    d->vvvv = ~(p >> 3) & 15;
    d->vex_l = p >> 2 & 1;
    d->pfx66 = (p & 3) == 1;
    d->rep = pp_rep[p & 3];
    if (!f->s->code64) {
        d->rex_r = d->rex_x = d->rex_b = false;
        d->vvvv &= 7;
    }
    d->opc = fetch8(f);
    return legal && d->map >= 1 && d->map <= 3;
}

static bool is_vex(const Fetch *f, uint8_t b)
{
    const DecodedInsn *d = f->d;

    if ((b != 0xc4 && b != 0xc5) || !f->s->pe || f->s->vm) {
        return false;
    }
    if (f->s->code64) {
        return true;
    }
    /* LES and LDS need a memory operand: ModRM with mod 3 makes it VEX. */
    if (d->len < f->avail) {
        return (d->bytes[d->len] & 0xc0) == 0xc0;
    }
    if (!f->s->first || d->len == MAX_INSN) {
        return false; /* the next fetch reports it */
    }
    return (cpu_ldub_code(f->s->cpu, x86_code_linear(f->s, d->pc + d->len)) & 0xc0) == 0xc0;
}

static const X86Row *lookup(const DecodedInsn *d, bool vec)
{
    static const X86Row *const legacy[4][2] = {
        { x86_map_1byte, NULL },
        { x86_map_0f, x86_map_0f_vec },
        { x86_map_0f38, x86_map_0f38_vec },
        { x86_map_0f3a, x86_map_0f3a_vec },
    };
    static const X86Row *const vex[4][2] = {
        { NULL, NULL },
        { NULL, x86_vex_0f },
        { x86_vexgpr_0f38, x86_vex_0f38 },
        { x86_vexgpr_0f3a, x86_vex_0f3a },
    };
    const X86Row *table = d->vex ? vex[d->map][vec] : legacy[d->map][vec];

    return table ? &table[d->opc] : NULL;
}

static void need_modrm(Fetch *f)
{
    DecodedInsn *d = f->d;

    if (!d->has_modrm) {
        d->has_modrm = true;
        d->modrm = fetch8(f);
        d->mod = d->modrm >> 6;
        d->reg = d->modrm >> 3 & 7;
        d->rm = d->modrm & 7;
    }
}

static unsigned prefix_index(const DecodedInsn *d)
{
    return d->rep == 0xf2 ? 3 : d->rep == 0xf3 ? 2 : d->pfx66;
}

/* Follow groups to the encoding; NULL when there is none. */
static const X86Row *resolve(Fetch *f, const X86Row *row)
{
    DecodedInsn *d = f->d;

    while (row && row->kind != RK_LEAF) {
        const X86Row *sub = row->sub;

        switch (row->kind) {
        case RK_REG:
            need_modrm(f);
            row = &sub[d->reg];
            break;
        case RK_RM:
            need_modrm(f);
            row = &sub[d->rm];
            break;
        case RK_MOD:
            need_modrm(f);
            row = &sub[d->mod == 3];
            break;
        case RK_PFX:
            row = &sub[prefix_index(d)];
            break;
        case RK_REP:
            row = &sub[d->rep == 0xf3 ? 1 : d->rep == 0xf2 ? 2 : 0];
            break;
        case RK_64:
            row = &sub[f->s->code64];
            break;
        case RK_W:
            row = &sub[d->rex_w];
            break;
        case RK_L:
            row = &sub[d->vex_l];
            break;
        default:
            g_assert_not_reached();
        }
    }
    return row && row->emit ? row : NULL;
}

static const X86Row *find_row(Fetch *f)
{
    DecodedInsn *d = f->d;
    const X86Row *row;

    if (!d->vex && d->map == 0 && (d->opc & 0xf8) == 0xd8) {
        need_modrm(f);
        row = d->mod == 3 ? &x86_x87_reg[d->opc & 7][d->reg] : &x86_x87_mem[d->opc & 7][d->reg];
        return resolve(f, row);
    }
    row = resolve(f, lookup(d, false));
    return row ? row : resolve(f, lookup(d, true));
}

static void decode_sizes(Fetch *f)
{
    DecodedInsn *d = f->d;
    uint32_t flags = d->row->flags;

    if (f->s->code64) {
        d->asz = d->pfx67 ? SZ32 : SZ64;
        if (d->rex_w || flags & R_F64) {
            d->osz = SZ64;
        } else if (d->pfx66) {
            d->osz = SZ16;
        } else {
            d->osz = flags & R_D64 ? SZ64 : SZ32;
        }
    } else {
        d->asz = f->s->cs32 != d->pfx67 ? SZ32 : SZ16;
        d->osz = f->s->cs32 != d->pfx66 ? SZ32 : SZ16;
    }
}

/* 16-bit ModRM addressing: base and index of each rm. */
static void decode_mem16(Fetch *f)
{
    static const int8_t base[8] = {
        R_EBX, R_EBX, R_EBP, R_EBP, R_ESI, R_EDI, R_EBP, R_EBX
    };
    static const int8_t index[8] = { R_ESI, R_EDI, R_ESI, R_EDI, -1, -1, -1, -1 };
    DecodedInsn *d = f->d;
    X86MemRef *m = &d->mem;

    m->base = base[d->rm];
    m->index = index[d->rm];
    if (d->mod == 0 && d->rm == 6) {
        m->base = -1;
        m->disp = fetch_le(f, SZ16);
    } else if (d->mod == 1) {
        m->disp = fetch_signed(f, SZ8);
    } else if (d->mod == 2) {
        m->disp = fetch_signed(f, SZ16);
    }
    m->seg = m->base == R_EBP ? R_SS : R_DS;
}

static void decode_mem32(Fetch *f)
{
    DecodedInsn *d = f->d;
    X86MemRef *m = &d->mem;
    unsigned base = d->rm;

    if (d->rm == 4) {
        uint8_t sib = fetch8(f);
        unsigned index = (sib >> 3 & 7) | d->rex_x << 3;

        base = sib & 7;
        /* VSIB has no "none": the emitter looks at the SIB byte through index and flags. */
        m->index = index == 4 && !(d->row->flags & R_NODISP) ? -1 : (int)index;
        m->scale = sib >> 6;
    } else if (d->mod == 0 && d->rm == 5 && f->s->code64) {
        m->rip = true;
    }
    m->base = base | d->rex_b << 3;
    if (d->mod == 0 && base == 5) {
        m->base = -1;
        m->disp = fetch_signed(f, SZ32);
    } else if (d->mod == 1) {
        m->disp = fetch_signed(f, SZ8);
    } else if (d->mod == 2) {
        m->disp = fetch_signed(f, SZ32);
    }
    m->seg = m->base == R_ESP || m->base == R_EBP ? R_SS : R_DS;
}

static void decode_mem(Fetch *f)
{
    DecodedInsn *d = f->d;

    if (d->has_mem) {
        return;
    }
    d->has_mem = true;
    d->mem.base = d->mem.index = -1;
    if (d->asz == SZ16) {
        decode_mem16(f);
    } else {
        decode_mem32(f);
    }
    if (d->seg_ovr >= 0) {
        d->mem.seg = d->seg_ovr;
    }
}

static IRSize operand_size(const Fetch *f, unsigned size)
{
    const DecodedInsn *d = f->d;
    IRSize vec = d->vex_l ? SZ256 : SZ128;

    switch (size) {
    case W_V:
        return d->osz;
    case W_Z:
        return MIN(d->osz, SZ32);
    case W_Y:
        return f->s->code64 && d->rex_w ? SZ64 : SZ32;
    case W_X:
        return vec;
    case W_X2:
        return vec - 1;
    case W_X4:
        return vec - 2;
    case W_X8:
        return vec - 3;
    case W_MODE:
        return f->s->code64 ? SZ64 : SZ32;
    default:
        return size;
    }
}

static void set_gpr(Fetch *f, X86Opd *o, unsigned reg, IRSize sz)
{
    bool high = sz == SZ8 && !f->d->has_rex && reg >= 4 && reg < 8;

    o->kind = high ? OPK_GPRH : OPK_GPR;
    o->reg = high ? reg - 4 : reg;
    o->sz = sz;
}

/* ModRM.rm as a register of kind, or the memory operand. */
static bool set_rm(Fetch *f, X86Opd *o, unsigned kind, unsigned from)
{
    DecodedInsn *d = f->d;
    bool reg_form = d->mod == 3 || d->row->flags & R_IGNMOD;

    if (!reg_form) {
        o->kind = OPK_MEM;
        return from != FROM_R && from != FROM_U && from != FROM_N;
    }
    if (from == FROM_M) {
        return false;
    }
    o->kind = kind;
    o->reg = d->rm | (kind == OPK_MMX ? 0 : d->rex_b << 3);
    if (kind == OPK_GPR) {
        set_gpr(f, o, o->reg, from == FROM_EX ? (o->type == Evw ? d->osz : SZ32) : o->sz);
    }
    return true;
}

static bool set_segment(Fetch *f, X86Opd *o)
{
    o->kind = OPK_SEG;
    o->reg = f->d->reg;
    return f->d->reg <= R_GS;
}

static bool set_control(Fetch *f, X86Opd *o, bool debug)
{
    o->kind = debug ? OPK_DR : OPK_CR;
    o->reg = f->d->reg | f->d->rex_r << 3;
    if (debug) {
        return o->reg < 8;
    }
    if (f->d->lock) { /* AMD's alternative encoding of CR8 */
        o->reg = 8;
        return f->d->reg == 0;
    }
    return o->reg == 0 || o->reg == 2 || o->reg == 3 || o->reg == 4 || o->reg == 8;
}

static void set_imm(X86Opd *o, uint64_t imm)
{
    o->kind = OPK_IMM;
    o->imm = imm;
}

/* Operands that follow ModRM in the byte stream. */
static void set_trailing(Fetch *f, X86Opd *o, unsigned from)
{
    DecodedInsn *d = f->d;
    IRSize sz = o->sz;

    switch (from) {
    case FROM_IMM:
        set_imm(o, fetch_le(f, sz));
        break;
    case FROM_IMM_SX:
        set_imm(o, fetch_signed(f, sz));
        o->sz = d->osz;
        break;
    case FROM_REL:
        set_imm(o, fetch_signed(f, sz)); /* becomes a target in finish() */
        o->kind = OPK_REL;
        break;
    case FROM_FAR:
        set_imm(o, fetch_le(f, sz));
        o->kind = OPK_FAR;
        d->imm2 = fetch_le(f, SZ16);
        break;
    case FROM_MOFFS:
        d->has_mem = true;
        d->mem.base = d->mem.index = -1;
        d->mem.disp = fetch_le(f, d->asz);
        d->mem.seg = d->seg_ovr >= 0 ? d->seg_ovr : R_DS;
        o->kind = OPK_MEM;
        break;
    case FROM_L:
        o->kind = OPK_XMM;
        o->reg = fetch8(f) >> 4 & (f->s->code64 ? 15 : 7);
        break;
    default:
        g_assert_not_reached();
    }
}

/* Fill operand o of letter type. False: undefined encoding. */
static bool decode_operand(Fetch *f, X86Opd *o, X86OpdType type)
{
    const OpdInfo *info = &opd_info[type];
    DecodedInsn *d = f->d;
    unsigned reg = d->reg | d->rex_r << 3;

    o->type = type;
    o->sz = operand_size(f, info->size);
    switch (info->from) {
    case FROM_E: case FROM_M: case FROM_R: case FROM_EX:
        return set_rm(f, o, OPK_GPR, info->from);
    case FROM_W: case FROM_U:
        return set_rm(f, o, OPK_XMM, info->from);
    case FROM_Q: case FROM_N:
        return set_rm(f, o, OPK_MMX, info->from);
    case FROM_G:
        set_gpr(f, o, reg, o->sz);
        return true;
    case FROM_V:
        o->kind = OPK_XMM;
        o->reg = reg;
        return true;
    case FROM_P:
        o->kind = OPK_MMX;
        o->reg = d->reg;
        return true;
    case FROM_H:
        o->kind = OPK_XMM;
        o->reg = d->vvvv;
        return true;
    case FROM_BY:
        set_gpr(f, o, d->vvvv, o->sz);
        return true;
    case FROM_SEG:
        return set_segment(f, o);
    case FROM_CR: case FROM_DR:
        return set_control(f, o, info->from == FROM_DR);
    case FROM_OPCODE:
        set_gpr(f, o, (d->opc & 7) | d->rex_b << 3, o->sz);
        return true;
    case FROM_ACC: case FROM_CL: case FROM_DX:
        o->kind = OPK_GPR;
        o->reg = info->from == FROM_ACC ? R_EAX : info->from == FROM_CL ? R_ECX : R_EDX;
        return true;
    case FROM_FIXED_SEG:
        o->kind = OPK_SEG;
        o->reg = info->fixed;
        return true;
    case FROM_ONE:
        set_imm(o, 1);
        return true;
    case FROM_STR:
        o->kind = OPK_STR;
        return true;
    default:
        set_trailing(f, o, info->from);
        return true;
    }
}

static bool uses_modrm(const X86Row *row)
{
    if (row->flags & R_MODRM) {
        return true;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(row->op); i++) {
        switch (opd_info[row->op[i]].from) {
        case FROM_E: case FROM_G: case FROM_M: case FROM_R: case FROM_EX: case FROM_SEG:
        case FROM_CR: case FROM_DR: case FROM_V: case FROM_W: case FROM_U: case FROM_P:
        case FROM_Q: case FROM_N:
            return true;
        default:
            break;
        }
    }
    return false;
}

static bool decode_operands(Fetch *f)
{
    DecodedInsn *d = f->d;
    bool legal = true;

    if (uses_modrm(d->row)) {
        need_modrm(f);
    }
    if (d->has_modrm && d->mod != 3 && !(d->row->flags & R_IGNMOD)) {
        decode_mem(f);
    }
    while (d->nops < ARRAY_SIZE(d->row->op) && d->row->op[d->nops] != OpNone) {
        legal &= decode_operand(f, &d->op[d->nops], d->row->op[d->nops]);
        d->nops++;
    }
    return legal;
}

/* What depends on the instruction's length. */
static void finish(Fetch *f)
{
    DecodedInsn *d = f->d;

    d->next = d->pc + d->len;
    if (!f->s->code64) {
        d->next = (uint32_t)d->next;
    }
    if (d->mem.rip) {
        d->mem.disp += d->next;
    }
    for (unsigned i = 0; i < d->nops; i++) {
        if (d->op[i].kind == OPK_REL) {
            d->op[i].imm += d->next;
            if (d->osz != SZ64) {
                d->op[i].imm &= d->osz == SZ16 ? 0xffff : 0xffffffff;
            }
        }
    }
}

static bool vex_legal(const DecodedInsn *d)
{
    uint32_t flags = d->row->flags;

    if ((flags & R_L0 && d->vex_l) || (flags & R_L1 && !d->vex_l) ||
        (flags & R_W0 && d->rex_w) || (flags & R_W1 && !d->rex_w)) {
        return false;
    }
    for (unsigned i = 0; i < d->nops; i++) {
        unsigned from = opd_info[d->row->op[i]].from;

        if (from == FROM_H || from == FROM_BY) {
            return true;
        }
    }
    return d->vvvv == 0;
}

static bool encoding_legal(const DisasContext *s, const DecodedInsn *d)
{
    uint32_t flags = d->row->flags;
    bool cr8 = d->nops && (d->op[0].kind == OPK_CR || d->op[1].kind == OPK_CR);

    if ((flags & R_I64 && s->code64) || (flags & R_O64 && !s->code64) ||
        (flags & R_PE && (!s->pe || s->vm)) || !x86_has_feature(s->env, d->row->feat)) {
        return false;
    }
    if (d->lock && !cr8 && !(flags & R_LOCK && d->op[0].kind == OPK_MEM)) {
        return false;
    }
    return !d->vex || vex_legal(d);
}

/* #UD, #NM and #MF by the state components that the instruction uses. */
static DecodeStatus check_class(const DisasContext *s, const X86Row *row)
{
    uint32_t hf = s->hflags;
    bool waits = !(row->flags & R_NOWAIT);

    switch (row->xc) {
    case XC_SSE:
        if (hf & HF_EM || !(hf & HF_OSFXSR)) {
            return DECODE_UD;
        }
        return hf & HF_TS ? DECODE_NM : DECODE_OK;
    case XC_MMX:
        if (hf & HF_EM) {
            return DECODE_UD;
        }
        return hf & HF_TS ? DECODE_NM : hf & HF_FP_PENDING ? DECODE_MF : DECODE_OK;
    case XC_AVX:
        if (!(hf & HF_AVX) || !s->pe || s->vm) {
            return DECODE_UD;
        }
        return hf & HF_TS ? DECODE_NM : DECODE_OK;
    case XC_X87:
        if (hf & (HF_EM | HF_TS)) {
            return DECODE_NM;
        }
        return waits && hf & HF_FP_PENDING ? DECODE_MF : DECODE_OK;
    case XC_WAIT:
        if ((hf & (HF_MP | HF_TS)) == (HF_MP | HF_TS)) {
            return DECODE_NM;
        }
        return hf & HF_FP_PENDING ? DECODE_MF : DECODE_OK;
    case XC_FXSR:
        return hf & (HF_EM | HF_TS) ? DECODE_NM : DECODE_OK;
    default:
        return DECODE_OK;
    }
}

static DecodeStatus check_row(const DisasContext *s, const DecodedInsn *d)
{
    uint32_t flags = d->row->flags;
    DecodeStatus status;

    if (!encoding_legal(s, d)) {
        return DECODE_UD;
    }
    status = check_class(s, d->row);
    if (status != DECODE_OK) {
        return status;
    }
    if ((flags & R_CPL0 && s->cpl != 0) ||
        (flags & R_UMIP && s->cpl != 0 && s->hflags & HF_UMIP)) {
        return DECODE_GP;
    }
    return DECODE_OK;
}

/* Opcode bytes up to and including the last; false for an undefined escape. */
static bool decode_opcode(Fetch *f)
{
    DecodedInsn *d = f->d;
    uint8_t b = decode_prefixes(f);

    if (f->status == DECODE_OK && is_vex(f, b)) {
        return decode_vex(f, b);
    }
    d->opc = b;
    if (b == 0x0f) {
        d->map = 1;
        d->opc = fetch8(f);
        if (d->opc == 0x38 || d->opc == 0x3a) {
            d->map = d->opc == 0x38 ? 2 : 3;
            d->opc = fetch8(f);
        }
    }
    return true;
}

DecodeStatus x86_decode(DisasContext *s, uint64_t pc, DecodedInsn *d)
{
    Fetch f = { .s = s, .d = d };
    bool legal;

    memset(d, 0, sizeof(*d));
    d->pc = pc;
    d->seg_ovr = -1;
    if (pc > s->cs_limit) {
        d->next = pc;
        return DECODE_GP;
    }
    fetch_start(&f, pc);
    legal = decode_opcode(&f);
    if (legal && f.status == DECODE_OK) {
        d->row = find_row(&f);
    }
    legal = legal && d->row;
    if (legal && f.status == DECODE_OK) {
        decode_sizes(&f);
        legal = decode_operands(&f);
    }
    finish(&f);
    if (f.status != DECODE_OK) {
        return f.status;
    }
    if (pc + d->len - 1 > s->cs_limit) {
        return DECODE_GP;
    }
    return legal ? check_row(s, d) : DECODE_UD;
}
