/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making instructions and the states to run them in.
 *
 * An encoding's free bits are drawn at random; the decoder under test says what came out, and
 * registers are then chosen so that its memory operand lies in the data area, sometimes across
 * a page, sometimes where a part of it faults. A wrong decoding shows as a difference.
 */
#include "diff.h"
#include "qemu/bswap.h"

/* ---- random numbers ---- */

static uint64_t rng_state[2];

void rng_seed(uint64_t seed)
{
    rng_state[0] = seed * 0x9e3779b97f4a7c15u + 1;
    rng_state[1] = seed ^ 0xd1b54a32d192ed03u;
    for (unsigned i = 0; i < 20; i++) {
        rng();
    }
}

uint64_t rng(void)
{
    uint64_t a = rng_state[0], b = rng_state[1];

    rng_state[0] = b;
    a ^= a << 23;
    rng_state[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
    return rng_state[1] + b;
}

static unsigned below(unsigned n)
{
    return (rng() >> 32) % n;
}

static bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* Values where carries, signs and zero meet, small ones, or any. */
static uint64_t value(void)
{
    static const uint64_t edges[] = {
        0, 1, 2, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff,
        0x80000000, 0x80000001, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
        0xffffffffffffffff, 0xfffffffffffffffe, 0xffffffff80000000, 0xff80, 0xffffff80,
    };

    switch (below(8)) {
    case 0: case 1:
        return edges[below(ARRAY_SIZE(edges))];
    case 2: case 3:
        return below(256);
    case 4:
        return -(uint64_t)below(256);
    case 5:
        return rng() & rng();
    default:
        return rng();
    }
}

/* ---- states ---- */

static uint32_t float_value(void)
{
    static const uint32_t special[] = {
        0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
        0x7fa00000, 0xffa12345, 1, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
        0x4f000000, 0xcf000000, 0x4effffff, 0x5f000000, 0xdf000000, 0x3f000000, 0x3fc00000,
        0x40490fdb, 0x34000000,
    };

    return chance(60) ? special[below(ARRAY_SIZE(special))] : (uint32_t)rng();
}

static uint64_t double_value(void)
{
    static const uint64_t special[] = {
        0, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000,
        0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000, 0x7ff4000000000000, 1,
        0x8000000000000001, 0x000fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
        0x41dfffffffc00000, 0x41e0000000000000, 0xc1e0000000000000, 0x43e0000000000000,
        0xc3e0000000000000, 0x3fe0000000000000, 0x3ff8000000000000, 0x400921fb54442d18,
        0x36a0000000000000, 0x3810000000000000, 0x47efffffe0000000, 0x47f0000000000000,
    };

    return chance(60) ? special[below(ARRAY_SIZE(special))] : rng();
}

static void fill_vector(uint8_t *p, unsigned bytes)
{
    unsigned kind = below(4);

    for (unsigned i = 0; i < bytes; i += 8) {
        uint64_t v = kind == 0 ? rng()
                   : kind == 1 ? float_value() | (uint64_t)float_value() << 32
                   : kind == 2 ? double_value() : value();

        stq_le_p(p + i, v);
    }
}

static void fill_x87(uint8_t *st)
{
    static const uint64_t mant[] = {
        0x8000000000000000, 0xc000000000000000, 0xa000000000000000, 0, 1, 0x7fffffffffffffff,
        0xffffffffffffffff, 0xc90fdaa22168c235, 0x4000000000000000,
    };
    static const uint16_t exp[] = {
        0, 0x3fff, 0x4000, 0x7fff, 0x7ffe, 1, 0x3ffe, 0x401e, 0x403e, 0x3fbf, 0x4010,
    };
    uint64_t m = chance(50) ? mant[below(ARRAY_SIZE(mant))] : rng() | 1ull << 63;
    uint16_t e = chance(60) ? exp[below(ARRAY_SIZE(exp))] : 0x3fff - 70 + below(140);

    stq_le_p(st, m);
    stw_le_p(st + 8, e | (chance(50) ? 0x8000 : 0));
}

static uint64_t data_address(void)
{
    switch (below(20)) {
    case 0: /* across the page border */
        return DATA_BASE + 4096 - 1 - below(31);
    case 1: /* the end faults */
        return DATA_BASE + DATA_BYTES - 1 - below(40);
    case 2:
        return DATA_BASE - below(12);
    default:
        return DATA_BASE + 64 + below(DATA_BYTES - 256);
    }
}

static void random_state(DiffCase *c)
{
    DiffState *in = &c->in;
    static const uint8_t pointers[] = { R_EBX, R_EBP, R_ESI, R_EDI };

    for (unsigned i = 0; i < 16; i++) {
        in->regs[i] = value();
    }
    for (unsigned i = 0; i < ARRAY_SIZE(pointers); i++) {
        if (chance(60)) {
            in->regs[pointers[i]] = DATA_BASE + 1024 + below(DATA_BYTES - 2048) -
                                    seg_base(c, pointers[i] == R_EBP ? R_SS : R_DS);
        }
    }
    in->regs[R_ESP] = DATA_BASE + 1024 + (below(DATA_BYTES - 2048) & ~7u) +
                      (chance(20) ? below(8) : 0) - seg_base(c, R_SS);
    if (c->mode == MODE_16 && chance(50)) {
        in->regs[R_ESP] |= rng() << 16; /* only SP counts */
    }
    in->flags = rng() & FL_ALL;
    if (chance(30)) {
        in->flags |= DF_MASK;
    }
    in->mxcsr = 0x1f80 | (chance(50) ? below(4) << 13 : 0) | (chance(20) ? 0x8000 : 0) |
                (chance(20) ? 0x40 : 0) | (chance(20) ? below(64) : 0);
    for (unsigned i = 0; i < 16; i++) {
        fill_vector(in->ymm[i].b, 32);
        if (!native_has_avx()) {
            memset(in->ymm[i].b + 16, 0, 16);
        }
    }
    in->fcw = 0x37f & ~(chance(40) ? below(4) << 8 : 0);
    in->fcw |= chance(50) ? below(4) << 10 : 0;
    in->fsw = below(8) << 11 | (rng() & 0x4700) | (chance(20) ? below(128) : 0);
    if (chance(5)) {
        in->mxcsr &= ~(below(64) << 7 & ~0x800u); /* an exact tiny result: deviations.md */
    }
    if (chance(5)) {
        in->fcw &= ~below(64);
        in->fsw &= ~0x7f; /* nothing pending yet */
    }
    in->ftw = chance(70) ? 0xff : rng();
    for (unsigned i = 0; i < 8; i++) {
        fill_x87(in->st[i]);
    }
    for (unsigned i = 0; i < DATA_BYTES; i += 8) {
        stq_le_p(c->data + i, rng());
    }
    fill_vector(c->data + below(DATA_BYTES / 2), 256);
}

/* 32-bit code sees no more than eight registers of 32 bits. */
static void truncate_state(DiffCase *c)
{
    if (c->code64) {
        return;
    }
    for (unsigned i = 0; i < 16; i++) {
        c->in.regs[i] = i < 8 ? (uint32_t)c->in.regs[i] : 0;
        if (i >= 8) {
            memset(c->in.ymm[i].b, 0, 32);
        }
    }
}

/* ---- encodings ---- */

typedef struct Encoder {
    DiffCase *c;
    const Form *f;
    unsigned at;         /* bytes so far */
    bool rbp_only;       /* memory operands are [rbp + disp] */
} Encoder;

static void put(Encoder *e, uint8_t b)
{
    e->c->code[e->at++] = b;
}

static bool row_has(const X86Row *row, X86OpdType first, X86OpdType last)
{
    for (unsigned i = 0; i < 4; i++) {
        if (row->op[i] >= first && row->op[i] <= last) {
            return true;
        }
    }
    return false;
}

static bool is_string(const X86Row *row)
{
    return row_has(row, Xb, Yz);
}

static void put_legacy_prefixes(Encoder *e)
{
    const Form *f = e->f;
    const X86Row *row = f->row;
    bool vec = row->xc == XC_SSE || row->xc == XC_MMX;
    unsigned rep = f->pfx >= 2 ? f->pfx - 1 : f->rep > 0 ? f->rep : 0;
    bool data16 = f->pfx == 1 || (f->pfx < 0 && !vec && chance(25));

    if (!e->rbp_only && chance(8)) {
        static const uint8_t overrides[4] = { 0x26, 0x2e, 0x36, 0x3e };

        put(e, e->c->code64 ? 0x65 : overrides[below(4)]);
    }
    if (row->flags & R_F64 && e->c->code64) {
        data16 = false; /* processors differ */
    }
    if (data16) {
        put(e, 0x66);
    }
    if (!e->rbp_only && chance(e->c->code64 ? 10 : 15)) {
        put(e, 0x67);
    }
    if (row->flags & R_LOCK && chance(30)) {
        put(e, 0xf0);
    }
    if (f->rep < 0 && f->pfx < 0 && is_string(row) && chance(70)) {
        rep = 1 + below(2);
    }
    if (rep) {
        put(e, rep == 1 ? 0xf3 : 0xf2);
    }
}

static void put_rex(Encoder *e)
{
    unsigned rex = 0x40 | below(16);
    int w = e->f->w;

    if (w >= 0) {
        rex = (rex & ~8) | w << 3;
    }
    if (e->rbp_only) {
        rex &= ~1;
    }
    if (e->c->code64 && (chance(60) || w == 1)) {
        put(e, rex);
    }
}

static void put_vex(Encoder *e)
{
    const Form *f = e->f;
    uint32_t flags = f->row->flags;
    bool l = flags & R_L1 || (!(flags & R_L0) && chance(50));
    bool w = flags & R_W1 || (!(flags & R_W0) && chance(50));
    unsigned vvvv = row_has(f->row, By, By) || row_has(f->row, Hd, Hx) ? below(16) : 0;
    unsigned rxb = e->c->code64 ? below(e->rbp_only ? 4 : 8) : 0;

    if (f->l >= 0) {
        l = f->l;
    }
    if (f->w >= 0) {
        w = f->w;
    }
    if (!e->c->code64) {
        vvvv &= 7;
    }
    if (f->map == 1 && !w && !(rxb & 3) && chance(50)) {
        put(e, 0xc5);
        put(e, (~rxb & 4) << 5 | (~vvvv & 15) << 3 | l << 2 | MAX(f->pfx, 0));
    } else {
        put(e, 0xc4);
        put(e, (~rxb & 7) << 5 | f->map);
        put(e, w << 7 | (~vvvv & 15) << 3 | l << 2 | MAX(f->pfx, 0));
    }
}

/* Everything up to ModRM; random bytes follow, of which the decoder takes what it needs. */
static void encode(Encoder *e)
{
    const Form *f = e->f;
    uint8_t modrm = rng();

    e->at = 0;
    if (f->vex) {
        if (!e->rbp_only && chance(10)) {
            put(e, 0x67);
        }
        put_vex(e);
    } else {
        put_legacy_prefixes(e);
        put_rex(e);
        if (f->map >= 1) {
            put(e, 0x0f);
        }
        if (f->map >= 2) {
            put(e, f->map == 2 ? 0x38 : 0x3a);
        }
    }
    put(e, f->opc);
    if (chance(50)) {
        modrm |= 0xc0;
    }
    if (f->mod >= 0) {
        modrm = f->mod ? modrm | 0xc0 : (modrm & 0x3f) | below(3) << 6;
    }
    if (f->reg >= 0) {
        modrm = (modrm & ~0x38) | f->reg << 3;
    }
    if (f->rm >= 0) {
        modrm = (modrm & ~7) | f->rm;
    }
    if (e->rbp_only && modrm < 0xc0 && f->rm < 0) {
        modrm = (modrm & 0x38) | 0x85; /* mod 2, rm 5 */
    }
    put(e, modrm);
    for (unsigned i = 0; i < 16; i++) {
        put(e, chance(50) ? rng() : value());
    }
}

/* ---- fitting operands ---- */

static unsigned imm_bytes(const DecodedInsn *d)
{
    unsigned n = 0;

    for (unsigned i = 0; i < d->nops; i++) {
        switch (d->op[i].type) {
        case Ib: case Ibs: case Jb: case Ldq: case Lqq: case Lx:
            n += 1;
            break;
        case Iw:
            n += 2;
            break;
        case Iz: case Jz:
            n += d->osz == SZ16 ? 2 : 4;
            break;
        case Iv:
            n += x86_size_bytes(d->osz);
            break;
        default:
            break;
        }
    }
    return n;
}

static void set_low(uint64_t *reg, uint64_t v, IRSize sz)
{
    uint64_t mask = UINT64_MAX >> (64 - (8u << sz));

    *reg = (*reg & ~mask) | (v & mask);
}

/* Put the linear address target into the instruction's displacement or registers. */
static void fit_address(DiffCase *c, const DecodedInsn *d, uint64_t target)
{
    const X86MemRef *m = &d->mem;
    uint64_t *regs = c->in.regs;
    unsigned disp_bytes = d->asz == SZ16 ? 2 : 4;
    uint8_t *disp = c->code + d->len - imm_bytes(d) - disp_bytes;

    target -= c->code64 && m->seg == R_GS ? DATA_BASE : seg_base(c, m->seg);
    if (d->op[0].type == Ob || d->op[0].type == Ov || d->op[1].type == Ob ||
        d->op[1].type == Ov) {
        unsigned n = x86_size_bytes(d->asz);

        memcpy(c->code + d->len - n, &target, n);
    } else if (m->rip) {
        stl_le_p(disp, target - (c->start + d->len));
    } else if (m->base < 0) {
        if (m->index >= 0) {
            set_low(&regs[m->index], below(64), d->asz);
            target -= (regs[m->index] & 0xff) << m->scale;
        }
        memcpy(disp, &target, disp_bytes);
    } else if (m->base == m->index) {
        set_low(&regs[m->base], (target - m->disp) / (1 + (1u << m->scale)), d->asz);
    } else {
        uint64_t index = m->index >= 0 ? regs[m->index] << m->scale : 0;

        set_low(&regs[m->base], target - m->disp - index, d->asz);
    }
}

static bool mnemonic(const DecodedInsn *d, const char *name)
{
    return !strcmp(d->row->name, name);
}

static bool starts(const DecodedInsn *d, const char *prefix)
{
    return g_str_has_prefix(d->row->name, prefix);
}

static void put_data(DiffCase *c, uint64_t addr, uint64_t v, unsigned n)
{
    if (addr >= DATA_BASE && addr + n <= DATA_BASE + DATA_BYTES) {
        memcpy(c->data + (addr - DATA_BASE), &v, n);
    }
}

static uint64_t get_data(const DiffCase *c, uint64_t addr, unsigned n)
{
    uint64_t v = 0;

    if (addr >= DATA_BASE && addr + n <= DATA_BASE + DATA_BYTES) {
        memcpy(&v, c->data + (addr - DATA_BASE), n);
    }
    return v;
}

/* EIP of an INT3 that is no part of the instruction. */
static uint64_t near_code(const DiffCase *c)
{
    uint64_t to = CODE_BASE + below(CODE_BYTES);

    return (to - c->start < 16 ? c->start + 16 : to) - seg_base(c, R_CS);
}

static uint64_t stack_address(const DiffCase *c)
{
    uint64_t sp = c->in.regs[R_ESP];

    return seg_base(c, R_SS) + (c->mode == MODE_16 ? sp & 0xffff : sp);
}

static void set_operand(DiffCase *c, const DecodedInsn *d, const X86Opd *o, uint64_t v,
                        uint64_t target)
{
    (void)d;
    if (o->kind == OPK_GPR) {
        set_low(&c->in.regs[o->reg], v, o->sz);
    } else if (o->kind == OPK_MEM) {
        put_data(c, target, v, x86_size_bytes(o->sz));
    }
}

static void fit_string(DiffCase *c, const DecodedInsn *d)
{
    uint64_t *regs = c->in.regs;

    uint64_t src = data_address(), dst = chance(40) ? src + below(64) - 32 : data_address();
    unsigned seg = d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;

    set_low(&regs[R_ESI], src - seg_base(c, seg), d->asz);
    set_low(&regs[R_EDI], dst - seg_base(c, R_ES), d->asz);
    if (d->asz == SZ32 && c->code64 && chance(80)) {
        regs[R_ESI] = (uint32_t)regs[R_ESI];
        regs[R_EDI] = (uint32_t)regs[R_EDI];
    }
    set_low(&regs[R_ECX], chance(5) ? 700 + below(900) : below(40), d->asz);
    if (chance(50)) { /* long matches for CMPS and SCAS */
        memset(c->data, rng(), DATA_BYTES);
        for (unsigned i = 0; i < 4; i++) {
            c->data[below(DATA_BYTES)] ^= 1;
        }
        memset(&regs[R_EAX], c->data[0], x86_size_bytes(d->op[0].sz));
    }
}

/* Operand values that make the instruction do something worth comparing. */
static bool fit_values(DiffCase *c, const DecodedInsn *d, uint64_t target)
{
    uint64_t *regs = c->in.regs;
    const X86Opd *o = d->op;

    if (is_string(d->row)) {
        fit_string(c, d);
    } else if (mnemonic(d, "xlat")) {
        unsigned seg = d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;

        set_low(&regs[R_EBX], target - seg_base(c, seg) - (uint8_t)regs[R_EAX], d->asz);
    } else if (mnemonic(d, "div") || mnemonic(d, "idiv")) {
        if (chance(60)) {
            regs[R_EDX] = chance(50) ? 0 : (uint64_t)((int64_t)regs[R_EAX] >> 63);
        }
    } else if (mnemonic(d, "cmpxchg") && chance(50)) {
        regs[R_EAX] = o[0].kind == OPK_MEM ? get_data(c, target, 8)
                    : o[0].kind == OPK_GPR ? regs[o[0].reg] : regs[o[0].reg] >> 8;
    } else if (mnemonic(d, "cmpxchg8b") && chance(50)) {
        regs[R_EAX] = get_data(c, target, 8);
        regs[R_EDX] = d->rex_w ? get_data(c, target + 8, 8) : regs[R_EAX] >> 32;
    } else if (starts(d, "bt") && o[0].kind == OPK_MEM && o[1].kind == OPK_GPR) {
        set_low(&regs[o[1].reg], (uint64_t)(int64_t)((int)below(4000) - 2000), o[1].sz);
        fit_address(c, d, target);
    } else if (starts(d, "loop") || mnemonic(d, "jcxz")) {
        set_low(&regs[R_ECX], below(3), d->asz);
    } else if (mnemonic(d, "ret")) {
        put_data(c, stack_address(c), near_code(c), 8);
    } else if (mnemonic(d, "popf")) {
        put_data(c, stack_address(c), rng() & (FL_ALL | DF_MASK), 8);
    } else if (mnemonic(d, "jmp") || mnemonic(d, "call")) {
        set_operand(c, d, &o[0], near_code(c), target);
    } else if (mnemonic(d, "leave") || mnemonic(d, "enter")) {
        regs[R_EBP] = DATA_BASE + 2048 + below(2048) - seg_base(c, R_SS);
    } else if (starts(d, "maskmov") || starts(d, "vmaskmovdqu")) {
        unsigned seg = d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;

        set_low(&regs[R_EDI], data_address() - seg_base(c, seg), d->asz);
    } else if (mnemonic(d, "ldmxcsr") || mnemonic(d, "vldmxcsr")) {
        put_data(c, target, 0x1f80 | (rng() & 0xe03f), 4);
    } else if (mnemonic(d, "fldcw")) {
        put_data(c, target, 0x37f ^ (rng() & 0xc00), 2);
    } else if (starts(d, "pcmp") || starts(d, "vpcmp")) {
        regs[R_EAX] = below(40) - 20;
        regs[R_EDX] = below(40) - 20;
    } else if ((mnemonic(d, "shld") || mnemonic(d, "shrd")) && o[0].sz == SZ16) {
        c->code[d->len - 1] &= o[2].kind == OPK_IMM ? 15 : 0xff; /* beyond 16: undefined */
        regs[R_ECX] &= ~16ull;
    } else if (mnemonic(d, "bound")) {
        put_data(c, target, value(), 4);
        put_data(c, target + x86_size_bytes(o[0].sz), value(), 4);
    }
    return true;
}

/* Relative branches lead a little forward. */
static void fit_branch(DiffCase *c, const DecodedInsn *d)
{
    for (unsigned i = 0; i < d->nops; i++) {
        if (d->op[i].kind == OPK_REL) {
            unsigned n = imm_bytes(d);
            uint64_t v = 8 + below(90);

            memcpy(c->code + d->len - n, &v, n);
        }
    }
}

/* A gather's index register gets small elements. */
static void fit_gather(DiffCase *c, const DecodedInsn *d)
{
    X86Vec *v = &c->in.ymm[d->mem.index & 15];

    for (unsigned i = 0; i < 8; i++) {
        v->l[i] = below(256);
    }
    if (starts(d, "vpgatherq") || starts(d, "vgatherq")) {
        for (unsigned i = 0; i < 8; i++) {
            v->l[i] = i & 1 ? 0 : below(256);
        }
    }
    if (d->mem.base >= 0) {
        set_low(&c->in.regs[d->mem.base],
                data_address() - seg_base(c, d->mem.seg) - d->mem.disp, d->asz);
    } else {
        stl_le_p(c->code + d->len - 4, data_address() - seg_base(c, d->mem.seg));
    }
}

static void choose_mode(DiffCase *c, DiffMode mode)
{
    c->mode = mode;
    c->code64 = mode == MODE_64;
}

static bool fits_mode(const Form *f, bool code64)
{
    uint32_t flags = f->row->flags;

    return !(f->m64 >= 0 && f->m64 != code64) && !(flags & R_I64 && code64) &&
           !(flags & R_O64 && !code64) && !(f->w == 1 && !code64 && !f->vex);
}

static void place(DiffCase *c)
{
    c->start = CODE_BASE + (chance(10) ? 4096 - 1 - below(15) : 256 + below(1024));
}

static void fit_memory(DiffCase *c, const DecodedInsn *d, uint64_t *target)
{
    *target = data_address();
    /* Some processors do not insist on alignment with the SHA instructions. */
    if (starts(d, "sha") ||
        ((d->row->flags & R_ALIGN || mnemonic(d, "cmpxchg8b") || chance(20)) && chance(90))) {
        *target &= ~31ull;
    }
    if (starts(d, "sha")) { /* AMD's processors do not ask for alignment here */
        *target &= ~15ull;
    }
    if (d->row->flags & R_NODISP) {
        fit_gather(c, d);
    } else if (d->has_mem) {
        fit_address(c, d, *target);
    }
}

bool gen_case(const Form *f, DiffCase *c, DecodedInsn *d)
{
    Encoder e = { .c = c, .f = f };
    uint64_t target = 0;

    choose_mode(c, chance(60) ? MODE_64 : below(native_has_segments() ? NB_MODES : MODE_16));
    if (!fits_mode(f, c->code64)) {
        unsigned others = native_has_segments() ? 3 : 1;

        choose_mode(c, c->code64 ? MODE_32 + below(others) : MODE_64);
    }
    place(c);
    random_state(c);
    encode(&e);
    c->len = e.at;
    if (emulated_decode(c, d) != DECODE_OK || d->row != f->row) {
        return false;
    }
    if (mnemonic(d, "enter")) {
        c->code[d->len - 2] = 0;
        c->code[d->len - 1] &= 35;
    }
    fit_memory(c, d, &target);
    fit_values(c, d, target);
    fit_branch(c, d);
    truncate_state(c);
    c->len = d->len;
    return emulated_decode(c, d) == DECODE_OK && d->len == c->len;
}

/* ---- any bytes at all ---- */

void gen_bytes(DiffCase *c)
{
    static const uint8_t escapes[] = { 0x0f, 0xc4, 0xc5, 0x66, 0xf2, 0xf3, 0x48, 0x41, 0xf0 };

    choose_mode(c, chance(60) ? MODE_64 : MODE_32);
    c->start = CODE_BASE + 256;
    random_state(c);
    truncate_state(c);
    c->len = 16;
    for (unsigned i = 0; i < c->len; i++) {
        c->code[i] = rng();
    }
    if (chance(70)) {
        c->code[0] = escapes[below(ARRAY_SIZE(escapes))];
    }
    if (chance(50)) {
        c->code[1] = escapes[below(ARRAY_SIZE(escapes))];
    }
}

/* ---- instructions of programs ---- */

bool gen_is(const DecodedInsn *d, const char *name)
{
    return mnemonic(d, name);
}

void gen_state(DiffCase *c)
{
    random_state(c);
    c->in.regs[R_EBP] = DATA_BASE + 4096;
    c->in.regs[R_ESP] = DATA_BASE + 1024;
    truncate_state(c);
}

/* Left out of programs: what moves RSP or RBP elsewhere, or addresses memory by other registers. */
static bool fits_program(const DecodedInsn *d)
{
    static const char *const names[] = {
        "pusha", "popa", "enter", "leave", "xlat", "into", "bound", "int3", "cmpxchg8b", "popf",
        "maskmovq", "maskmovdqu", "vmaskmovdqu", "lea", "ret",
    };

    if (d->row->flags & (R_END | R_NODISP) || is_string(d->row) || d->row->xc == XC_X87 ||
        d->row->op[0] == Ob || d->row->op[0] == Ov || d->row->op[1] == Ob ||
        d->row->op[1] == Ov) {
        return false;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if (mnemonic(d, names[i])) {
            return false;
        }
    }
    for (unsigned i = 0; i < d->nops; i++) {
        if (d->op[i].kind == OPK_GPR && (d->op[i].reg == R_ESP || d->op[i].reg == R_EBP)) {
            return false;
        }
    }
    if (starts(d, "bt") && d->has_mem && d->op[1].kind == OPK_GPR) {
        return false;
    }
    if ((mnemonic(d, "shld") || mnemonic(d, "shrd")) && d->op[0].sz == SZ16) {
        return false;
    }
    return !((mnemonic(d, "div") || mnemonic(d, "idiv")) && chance(85));
}

bool gen_insn(const Form *f, DiffCase *c, DecodedInsn *d)
{
    Encoder e = { .c = c, .f = f, .rbp_only = true };

    if (!fits_mode(f, c->code64)) {
        return false;
    }
    c->start = CODE_BASE + 256;
    encode(&e);
    c->len = e.at;
    if (emulated_decode(c, d) != DECODE_OK || d->row != f->row || !fits_program(d)) {
        return false;
    }
    if (d->has_mem) {
        int disp = (int)below(4000) - 2000;

        if (d->mem.base != R_EBP || d->mem.index >= 0) {
            return false;
        }
        if (d->row->flags & R_ALIGN || starts(d, "sha") || chance(50)) {
            disp &= ~31;
        }
        stl_le_p(c->code + d->len - imm_bytes(d) - 4, disp);
    }
    c->len = d->len;
    return emulated_decode(c, d) == DECODE_OK && d->len == c->len;
}

/* ---- undefined flags ---- */

static uint32_t shift_undefined(const DecodedInsn *d, const DiffState *in)
{
    const X86Opd *o = &d->op[d->nops - 1];
    unsigned bits = 8u << d->op[0].sz, n = o->kind == OPK_IMM ? o->imm : in->regs[R_ECX];
    bool rotate = d->row->name[0] == 'r';
    uint32_t u;

    n &= d->op[0].sz == SZ64 ? 63 : 31;
    if (n == 0) {
        return 0;
    }
    u = rotate ? 0 : FL_A;
    if (n != 1) {
        u |= FL_O;
    }
    if (n >= bits && (mnemonic(d, "shl") || mnemonic(d, "shr"))) {
        u |= FL_C;
    }
    return u;
}

uint32_t undefined_flags(const DecodedInsn *d, const DiffState *in)
{
    static const char *const shifts[] = {
        "rol", "ror", "rcl", "rcr", "shl", "shr", "sar", "shld", "shrd",
    };

    for (unsigned i = 0; i < ARRAY_SIZE(shifts); i++) {
        if (mnemonic(d, shifts[i])) {
            return shift_undefined(d, in);
        }
    }
    return d->row->undef;
}

Expect expect_of(const DecodedInsn *d, const DiffState *in)
{
    return (Expect){
        .undefined = undefined_flags(d, in),
        .written = d->row->sets | d->row->undef,
        .may_fault = starts(d, "maskmov") || starts(d, "vmaskmovdqu"),
        .whole_limit = starts(d, "vmaskmov") || starts(d, "vpmaskmov"),
        .any_cr2 = mnemonic(d, "cmps"),
    };
}
