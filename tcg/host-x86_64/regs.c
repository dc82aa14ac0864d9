/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operands: where globals and temporaries are, and the scratch registers they share.
 *
 * Globals never move: pinned ones are in their register, the others are memory operands off
 * rbp. A temporary gets a scratch register when it is written and loses it at the last op
 * that names it, or earlier, to a slot in CPUTransState.tmp, when the register is wanted for
 * something else. Temporaries that are named on both sides of a label live in their slot.
 *
 * Within one op: reg_take() of all fixed registers comes first, then operands are looked up
 * with val*(), which locks their registers until the op ends.
 */
#include "qemu/osdep.h"
#include "host.h"

#define VEC 16 /* owner[] and locked bits of vector registers come after the others */

bool is_temp(IRVal v)
{
    return ir_kind(v) == IRK_TEMP;
}

TempState *temp_of(Emit *e, IRVal v)
{
    return &e->temps[ir_index(v)];
}

static bool is_vec(const TempState *t)
{
    return t->sz >= SZ128;
}

static Opnd slot_mem(int slot)
{
    return env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, tmp) + slot * 8);
}

static uint64_t slot_bits(const TempState *t, int slot)
{
    return (is_vec(t) ? 15ull : 1ull) << slot;
}

static void need_slot(Emit *e, TempState *t)
{
    unsigned step = is_vec(t) ? 4 : 1;

    for (unsigned s = 0; t->slot < 0 && s < NB_SLOTS; s += step) {
        if (!(e->slots & slot_bits(t, s))) {
            t->slot = s;
            e->slots |= slot_bits(t, s);
        }
    }
    /* Front ends keep a handful of temporaries alive; 64 at once is their bug. */
    assert(t->slot >= 0);
}

void temps_begin(Emit *e)
{
    for (unsigned n = 0; n < e->b->nb_temps + e->nb_windows; n++) {
        TempState *t = &e->temps[n];
        bool window = n >= e->b->nb_temps;

        t->sz = window ? SZ64 : e->b->temp_sz[n];
        t->cross = !window && t->first_seg != t->last_seg;
        t->reg = NO_REG;
        t->slot = -1;
        t->valid = t->folded = false;
    }
}

static unsigned owner_index(const TempState *t, unsigned reg)
{
    return is_vec(t) ? reg + VEC : reg;
}

static void drop_reg(Emit *e, TempState *t)
{
    if (t->reg != NO_REG) {
        e->owner[owner_index(t, t->reg)] = 0;
        t->reg = NO_REG;
    }
}

static void release(Emit *e, TempState *t)
{
    drop_reg(e, t);
    if (t->slot >= 0 && !(t->cross && e->has_back)) {
        e->slots &= ~slot_bits(t, t->slot);
        t->slot = -1;
    }
}

/* After each op: temporaries named for the last time give back what they hold. */
void temps_end_op(Emit *e, const IROp *op)
{
    unsigned n = ir_op_info[op->op].outs + ir_op_info[op->op].ins;
    const IRMem *m = op->mem ? &e->b->mems[op->mem - 1] : NULL;
    IRVal v[11];

    n = op->hi && (op->op == IR_host || op->op == IR_host_mem) ? 8 : n;
    memcpy(v, op->a, n * sizeof(IRVal));
    if (m) {
        v[n++] = m->seg;
        v[n++] = m->base;
        v[n++] = m->index;
    }
    while (n--) {
        TempState *t = is_temp(v[n]) ? temp_of(e, v[n]) : NULL;

        if (t && t->last <= e->i) {
            release(e, t);
        }
    }
    if (m && op->op != IR_lea && e->window_of[op->mem - 1]) {
        const Window *w = &e->windows[e->window_of[op->mem - 1] - 1];

        if (w->last == e->i) {
            release(e, window_temp(e, w));
        }
    }
    e->locked = e->keep;
    e->keep = 0;
}

/* Put the temporary that sits in reg into its slot. */
static void spill(Emit *e, unsigned idx)
{
    TempState *t = &e->temps[e->owner[idx] - 1];

    need_slot(e, t);
    if (is_vec(t)) {
        a_vmov_store(&e->a, slot_mem(t->slot), t->reg, t->sz);
    } else {
        a_mov(&e->a, SZ64, slot_mem(t->slot), o_reg(t->reg));
    }
    drop_reg(e, t);
}

/* Scratch register for the current op. */
unsigned reg_alloc(Emit *e, uint32_t avoid)
{
    static const uint8_t order[4] = { RSI, RDX, RCX, RAX };
    int victim = -1;

    for (unsigned k = 0; k < 4; k++) {
        unsigned r = order[k];

        if (!(avoid >> r & 1) && !(e->locked >> r & 1)) {
            if (!e->owner[r]) {
                e->locked |= 1u << r;
                return r;
            }
            victim = r;
        }
    }
    assert(victim >= 0);
    spill(e, victim);
    e->locked |= 1u << victim;
    return victim;
}

/* Make a particular scratch register free for the op; a temporary in it moves away. */
void reg_take(Emit *e, unsigned reg)
{
    static const uint8_t order[4] = { RSI, RDX, RCX, RAX };

    assert(SCRATCH_GPRS >> reg & 1 && !(e->locked >> reg & 1));
    if (e->owner[reg]) {
        TempState *t = &e->temps[e->owner[reg] - 1];
        bool moved = false;

        for (unsigned k = 0; k < 4 && !moved; k++) {
            unsigned r = order[k];

            if (!e->owner[r] && !(e->locked >> r & 1)) {
                a_mov(&e->a, SZ64, o_reg(r), o_reg(reg));
                e->owner[r] = e->owner[reg];
                e->owner[reg] = 0;
                t->reg = r;
                moved = true;
            }
        }
        if (!moved) {
            spill(e, reg);
        }
    }
    e->locked |= 1u << reg;
}

/* Give an anonymous scratch register back before the op ends. */
void reg_free(Emit *e, unsigned reg)
{
    if (SCRATCH_GPRS >> reg & 1 && !e->owner[reg]) {
        e->locked &= ~(1u << reg);
    }
}

unsigned vec_alloc(Emit *e)
{
    int victim = -1;

    for (unsigned r = NB_VEC_PINS; r < 16; r++) {
        if (!(e->locked >> (r + VEC) & 1)) {
            victim = r;
            if (!e->owner[r + VEC]) {
                break;
            }
        }
    }
    assert(victim >= 0);
    if (e->owner[victim + VEC]) {
        spill(e, victim + VEC);
    }
    e->locked |= 1u << (victim + VEC);
    return victim;
}

/* Temporaries in the given registers that live on go to their slots (around C calls). */
void temps_to_memory(Emit *e, uint32_t regs)
{
    for (unsigned r = 0; r < 32; r++) {
        if (regs >> r & 1 && e->owner[r]) {
            spill(e, r);
        }
    }
}

void temp_own(Emit *e, TempState *t, unsigned reg)
{
    drop_reg(e, t);
    t->reg = reg;
    e->owner[owner_index(t, reg)] = t - e->temps + 1;
    e->locked |= 1u << owner_index(t, reg);
}

unsigned temp_reg(Emit *e, TempState *t)
{
    if (t->reg == NO_REG) {
        unsigned r = reg_alloc(e, 0);

        a_mov(&e->a, SZ64, o_reg(r), slot_mem(t->slot));
        temp_own(e, t, r);
    }
    e->locked |= 1u << t->reg;
    return t->reg;
}

bool val_const(const Emit *e, IRVal v, uint64_t *value)
{
    if (ir_kind(v) != IRK_CONST) {
        return false;
    }
    *value = e->b->consts[ir_index(v)];
    return true;
}

static unsigned global_size(IRVal v)
{
    return host_backend.target->globals[ir_index(v)].sz;
}

static Opnd global_mem(IRVal v)
{
    return env_mem(host_backend.target->globals[ir_index(v)].offset);
}

Opnd val(Emit *e, IRVal v)
{
    switch (ir_kind(v)) {
    case IRK_CONST:
        return o_imm(e->b->consts[ir_index(v)]);
    case IRK_GLOBAL: {
        unsigned r = host_backend.pin[ir_index(v)];

        return r != NO_REG ? o_reg(r) : global_mem(v);
    }
    case IRK_TEMP: {
        TempState *t = temp_of(e, v);

        if (t->folded) {
            return t->mem;
        }
        if (t->reg == NO_REG && t->slot < 0) {
            /* Never written: any value will do. */
            if (t->cross) {
                need_slot(e, t);
            } else {
                temp_own(e, t, is_vec(t) ? vec_alloc(e) : reg_alloc(e, 0));
            }
        }
        if (t->reg != NO_REG) {
            e->locked |= 1u << owner_index(t, t->reg);
            return o_reg(t->reg);
        }
        return slot_mem(t->slot);
    }
    case IRK_ENV: {
        unsigned r = reg_alloc(e, 0);

        a_lea(&e->a, SZ64, r, env_mem(0));
        return o_reg(r);
    }
    default:
        g_assert_not_reached();
    }
}

/* May sz bytes at v's place be read as a memory operand? */
static bool too_narrow(IRVal v, Opnd o, unsigned sz)
{
    return o.kind == O_MEM && ir_kind(v) == IRK_GLOBAL && global_size(v) < sz;
}

Opnd val_src(Emit *e, IRVal v, unsigned sz)
{
    Opnd o = val(e, v);

    if ((o.kind == O_IMM && sz == SZ64 && !fits_i32(o.imm)) || too_narrow(v, o, sz)) {
        return o_reg(val_copy(e, v, sz, NO_REG));
    }
    if (o.kind == O_IMM && sz == SZ32) {
        o.imm = (int32_t)o.imm;
    }
    return o;
}

Opnd val_rm(Emit *e, IRVal v, unsigned sz)
{
    Opnd o = val(e, v);

    return o.kind == O_IMM || too_narrow(v, o, sz) ? o_reg(val_copy(e, v, sz, NO_REG)) : o;
}

/* Bytes of a memory operand that may be read as a whole for an operation of size sz. */
static void load(Emit *e, unsigned reg, Opnd o, IRVal v, unsigned sz)
{
    if (sz < SZ32) {
        a_movzx(&e->a, sz, reg, o);
    } else if (ir_kind(v) == IRK_GLOBAL && global_size(v) < sz) {
        a_mov(&e->a, global_size(v), o_reg(reg), o);
    } else {
        a_mov(&e->a, sz, o_reg(reg), o);
    }
}

unsigned val_copy(Emit *e, IRVal v, unsigned sz, unsigned reg)
{
    Opnd o = val(e, v);

    if (reg == NO_REG) {
        reg = reg_alloc(e, 0);
    }
    if (o.kind == O_IMM) {
        a_mov_imm(&e->a, reg, sz == SZ64 ? (uint64_t)o.imm : (uint32_t)o.imm);
    } else if (o.kind == O_MEM) {
        load(e, reg, o, v, sz);
    } else if (o.reg != reg) {
        a_mov(&e->a, sz == SZ64 ? SZ64 : SZ32, o_reg(reg), o);
    }
    return reg;
}

unsigned val_reg(Emit *e, IRVal v, unsigned sz)
{
    Opnd o = val(e, v);
    unsigned r;

    if (o.kind == O_REG) {
        return o.reg;
    }
    r = val_copy(e, v, is_temp(v) && !temp_of(e, v)->folded ? SZ64 : sz, NO_REG);
    if (is_temp(v) && !temp_of(e, v)->cross && !temp_of(e, v)->folded) {
        temp_own(e, temp_of(e, v), r);
    }
    return r;
}

/* An 8- or 16-bit result is computed elsewhere unless nothing of d's old value must stay. */
unsigned dst_reg(Emit *e, IRVal d, unsigned sz)
{
    if (sz >= SZ32 && ir_kind(d) == IRK_GLOBAL && host_backend.pin[ir_index(d)] != NO_REG) {
        return host_backend.pin[ir_index(d)];
    }
    if (is_temp(d) && !temp_of(e, d)->cross && (sz >= SZ32 || !temp_of(e, d)->valid)) {
        TempState *t = temp_of(e, d);

        if (t->reg == NO_REG && t->valid) {
            return reg_alloc(e, 0); /* spilled, and perhaps an input as well */
        }
        if (t->reg == NO_REG) {
            temp_own(e, t, reg_alloc(e, 0));
        }
        e->locked |= 1u << t->reg;
        return t->reg;
    }
    return reg_alloc(e, 0);
}

/*
 * The result of an op of size sz is in reg; bits above sz matter only for 32 (zero). The
 * bits above an 8- or 16-bit result stay as they are where d lives.
 */
void dst_put(Emit *e, IRVal d, unsigned sz, unsigned reg)
{
    unsigned width = sz == SZ32 ? SZ64 : sz;

    if (ir_kind(d) == IRK_NONE) {
        return;
    }
    if (ir_kind(d) == IRK_GLOBAL) {
        unsigned home = host_backend.pin[ir_index(d)];

        if (home == NO_REG) {
            a_mov(&e->a, MIN(width, global_size(d)), global_mem(d), o_reg(reg));
        } else if (home != reg) {
            a_mov(&e->a, MIN(sz, global_size(d)), o_reg(home), o_reg(reg));
        }
        return;
    }
    TempState *t = temp_of(e, d);

    if (t->cross) {
        need_slot(e, t);
        a_mov(&e->a, width, slot_mem(t->slot), o_reg(reg));
    } else if (t->reg == NO_REG && (sz >= SZ32 || !t->valid) && SCRATCH_GPRS >> reg & 1 &&
               !e->owner[reg]) {
        temp_own(e, t, reg); /* the register that holds the result becomes the temporary's */
    } else if (t->reg == NO_REG && t->slot >= 0 && sz < SZ32) {
        a_mov(&e->a, sz, slot_mem(t->slot), o_reg(reg));
    } else {
        if (t->reg == NO_REG) {
            temp_own(e, t, reg_alloc(e, 0));
        }
        if (t->reg != reg) {
            a_mov(&e->a, t->valid ? sz : SZ64, o_reg(t->reg), o_reg(reg));
        }
    }
    t->valid = true;
}

/*
 * May an op of size sz work directly on where d lives? Not when 32 bits would have to be
 * zero-extended into a 64-bit memory place.
 */
bool dst_in_place(Emit *e, IRVal d, unsigned sz, Opnd *o)
{
    *o = val(e, d);
    if (o->kind == O_MEM && sz == SZ32 &&
        !(ir_kind(d) == IRK_GLOBAL && global_size(d) == SZ32)) {
        return false;
    }
    if (is_temp(d)) {
        temp_of(e, d)->valid = true;
    }
    return true;
}

/* Vectors ------------------------------------------------------------------------------ */

void a_vmov_load(Asm *a, unsigned reg, Opnd mem, unsigned sz)
{
    if (sz == SZ256) {
        a_vex(a, (VexOp){ 1, 0, 0, 1, 0x10 }, reg, 0, mem); /* vmovups ymm */
    } else {
        a_insn(a, X_0F | 0x10, reg, mem);
    }
}

void a_vmov_store(Asm *a, Opnd mem, unsigned reg, unsigned sz)
{
    if (sz == SZ256) {
        a_vex(a, (VexOp){ 1, 0, 0, 1, 0x11 }, reg, 0, mem);
    } else {
        a_insn(a, X_0F | 0x11, reg, mem);
    }
}

/* Vector in its register or in memory. */
Opnd vec_rm(Emit *e, IRVal v)
{
    return val(e, v);
}

/* Vector in a register, for reading; sz bytes of it count. */
unsigned vec_val(Emit *e, IRVal v, unsigned sz)
{
    Opnd o = val(e, v);
    unsigned r;

    if (o.kind == O_REG) {
        return o.reg;
    }
    r = vec_alloc(e);
    a_vmov_load(&e->a, r, o, sz);
    return r;
}

/* Register to compute vector d in, its old value not needed. */
unsigned vec_dst(Emit *e, IRVal d)
{
    if (ir_kind(d) == IRK_GLOBAL && host_backend.pin[ir_index(d)] != NO_REG) {
        return host_backend.pin[ir_index(d)];
    }
    if (is_temp(d) && !temp_of(e, d)->cross) {
        TempState *t = temp_of(e, d);

        if (t->reg == NO_REG && t->valid) {
            return vec_alloc(e);
        }
        if (t->reg == NO_REG) {
            temp_own(e, t, vec_alloc(e));
        }
        e->locked |= 1u << (t->reg + VEC);
        t->valid = true;
        return t->reg;
    }
    return vec_alloc(e);
}

/* Store a result where d lives, if that is not reg. full: 256 bits, else 128. */
void vec_put(Emit *e, IRVal d, unsigned reg, bool full)
{
    Opnd o;

    if (is_temp(d) && temp_of(e, d)->cross) {
        need_slot(e, temp_of(e, d));
        full = full && temp_of(e, d)->sz == SZ256;
    }
    o = val(e, d);
    if (o.kind == O_MEM) {
        a_vmov_store(&e->a, o, reg, full ? SZ256 : SZ128);
    } else {
        assert(o.reg == reg);
    }
}
