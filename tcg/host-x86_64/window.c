/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page windows: accesses off one base register share one TLB check.
 *
 * Pushes, pops, stack slots and fields of a structure are accesses whose addresses differ by
 * constants. find_windows() groups them: it follows, for each general register, of which
 * unknown value (root) it is a constant distance away. The first access of a group checks
 * that all bytes from the group's lowest to its highest lie on one page that may be accessed
 * as the group needs; the others use the addend found, which is kept like a temporary.
 *
 * When the check fails (the window crosses a page, the TLB misses, it is a device), a flag in
 * CPUTransState.window_split sends every access of the group to an individual look-up out
 * of line. The last one clears the flag. A flag left set by a branch out of a group costs
 * time in the next group that has this flag, nothing else. Groups whose ranges of ops overlap
 * have different flags.
 *
 * A group ends at labels and calls: nothing else in a block can change what is mapped.
 */
#include "qemu/osdep.h"
#include "host.h"

enum {
    MAX_REACH = 512, /* bytes; the chance of crossing a page grows with it */
    MAX_OPEN = ARRAY_SIZE(((CPUTransState *)0)->window_split),
};

typedef struct Finder {
    Emit *e;
    Known *known;     /* by global */
    uint32_t roots;
    bool has_anchor;
    int64_t anchor;   /* constant addresses are distances from it */
    uint16_t open[MAX_OPEN]; /* groups that may grow, + 1; the place is the flag's number */
    unsigned oldest;
} Finder;

static void forget(Finder *f, IRVal v)
{
    if (ir_kind(v) == IRK_GLOBAL) {
        f->known[ir_index(v)].root = 0;
    }
}

static Known known_value(Finder *f, IRVal v)
{
    Known *k = &f->known[ir_index(v)];

    if (!k->root) {
        *k = (Known){ ++f->roots, 0 };
    }
    return *k;
}

/* d = a + distance, for values in general registers. */
static void derive(Finder *f, IRVal d, IRVal a, int64_t distance)
{
    Known k;

    if (ir_kind(a) != IRK_GLOBAL) {
        forget(f, d);
        return;
    }
    k = known_value(f, a);
    distance += k.ofs;
    if (ir_kind(d) != IRK_GLOBAL) {
        return;
    }
    f->known[ir_index(d)] = (Known){ distance == (int16_t)distance ? k.root : 0, distance };
}

static bool is_sum(const IRMem *m)
{
    return m->asz == SZ64 && ir_kind(m->seg) == IRK_NONE && ir_kind(m->index) == IRK_NONE &&
           ir_kind(m->base) == IRK_GLOBAL && m->disp == (int16_t)m->disp;
}

static bool none_or_global(IRVal v)
{
    return ir_kind(v) == IRK_NONE || ir_kind(v) == IRK_GLOBAL;
}

/*
 * An address as up to three roots and a distance. False when a part of it is not followed.
 * Constant addresses have no root; their distance is from `anchor`, the first one met.
 */
static bool follow_address(Finder *f, const IRMem *m, AddressRoots *r, int64_t *ofs)
{
    *r = (AddressRoots){ .scale = m->scale };
    *ofs = m->disp;
    if (m->asz != SZ64 || m->lin32 || !none_or_global(m->base) || !none_or_global(m->index) ||
        !none_or_global(m->seg)) {
        return false;
    }
    if (ir_kind(m->seg) == IRK_GLOBAL) {
        r->seg = known_value(f, m->seg).root;
        *ofs += known_value(f, m->seg).ofs;
    }
    if (ir_kind(m->base) == IRK_GLOBAL) {
        r->base = known_value(f, m->base).root;
        *ofs += known_value(f, m->base).ofs;
    }
    if (ir_kind(m->index) == IRK_GLOBAL) {
        r->index = known_value(f, m->index).root;
        *ofs += (int64_t)known_value(f, m->index).ofs << m->scale;
    }
    if (!r->seg && !r->base && !r->index) {
        if (!f->has_anchor) {
            f->has_anchor = true;
            f->anchor = m->disp;
        }
        *ofs -= f->anchor;
    }
    return *ofs == (int32_t)*ofs;
}

static void note_outputs(Finder *f, const IROp *op)
{
    IRVal d = op->a[0];
    uint64_t c;

    switch (op->op) {
    case IR_add:
    case IR_add_f:
        if (op->sz == SZ64 && val_const(f->e, op->a[2], &c)) {
            derive(f, d, op->a[1], c);
            return;
        }
        break;
    case IR_sub:
    case IR_sub_f:
        if (op->sz == SZ64 && val_const(f->e, op->a[2], &c)) {
            derive(f, d, op->a[1], -c);
            return;
        }
        break;
    case IR_mov:
        if (op->sz == SZ64) {
            derive(f, d, op->a[1], 0);
            return;
        }
        break;
    case IR_lea: {
        const IRMem *m = &f->e->b->mems[op->mem - 1];

        if (op->sz == SZ64 && is_sum(m)) {
            derive(f, d, m->base, m->disp);
            return;
        }
        break;
    }
    default:
        break;
    }
    for (unsigned n = 0; n < ir_op_info[op->op].outs; n++) {
        forget(f, op->a[n]);
    }
    if (op->op == IR_host || op->op == IR_host_mem) {
        for (unsigned n = 0; n < ARRAY_SIZE(op->a); n++) {
            forget(f, op->a[n]);
        }
    }
}

static bool writes(const IROp *op, const IRMem *m)
{
    switch (op->op) {
    case IR_ld:
    case IR_probe:
    case IR_x87_ldm:
        return m->rmw;
    case IR_host_mem:
        return op->hi->rm_w || m->rmw;
    default:
        return true;
    }
}

/* May the bytes lo..hi be one window? Constant addresses must be on one page, then it holds. */
static bool may_span(const Finder *f, const Window *w, int32_t lo, int32_t hi)
{
    const AddressRoots *r = &w->roots;

    if (!r->seg && !r->base && !r->index) {
        return ((f->anchor + lo) ^ (f->anchor + hi - 1)) >> 12 == 0;
    }
    return hi - lo <= MAX_REACH;
}

/*
 * Does this access have to look at its alignment? Not when one of its group before did, at a
 * distance that is a multiple.
 */
static bool must_align(Window *w, const IRMem *m, int32_t ofs)
{
    if (!m->align ||
        (w->align >= m->align && !((ofs - w->align_ofs) & ((1 << m->align) - 1)))) {
        return false;
    }
    w->align = m->align;
    w->align_ofs = ofs;
    return true;
}

static void join(Finder *f, Window *w, const IROp *op, unsigned i, int32_t lo, int32_t hi)
{
    Emit *e = f->e;
    const IRMem *m = &e->b->mems[op->mem - 1];

    w->lo = MIN(lo, w->lo);
    w->hi = MAX(hi, w->hi);
    w->write |= writes(op, m);
    w->last = i;
    w->count++;
    e->window_of[op->mem - 1] = w - e->windows + 1;
    e->window_align[op->mem - 1] = must_align(w, m, lo);
}

/* Let op join a group, or start one. */
static void note_access(Finder *f, const IROp *op, unsigned i)
{
    Emit *e = f->e;
    const IRMem *m = &e->b->mems[op->mem - 1];
    AddressRoots r;
    int64_t ofs;
    int32_t lo, hi;
    Window *w;

    e->window_of[op->mem - 1] = 0;
    if (op->op == IR_cmpxchg2_f || op->op == IR_probe || !follow_address(f, m, &r, &ofs)) {
        return;
    }
    lo = ofs;
    hi = lo + (1 << m->sz);
    for (unsigned n = 0; n < MAX_OPEN; n++) {
        w = &e->windows[f->open[n] - 1];
        if (f->open[n] && !memcmp(&w->roots, &r, sizeof(r)) && w->mmu_idx == m->mmu_idx &&
            may_span(f, w, MIN(lo, w->lo), MAX(hi, w->hi))) {
            join(f, w, op, i, lo, hi);
            return;
        }
    }
    w = &e->windows[e->nb_windows++];
    *w = (Window){ .roots = r, .lo = lo, .hi = hi, .first_ofs = lo, .first = i,
                   .flag = f->oldest, .mmu_idx = m->mmu_idx };
    f->open[f->oldest] = e->nb_windows;
    f->oldest = (f->oldest + 1) % MAX_OPEN;
    join(f, w, op, i, lo, hi);
}

static void close_all(Finder *f)
{
    memset(f->open, 0, sizeof(f->open));
}

static void forget_all(Finder *f)
{
    memset(f->known, 0, host_backend.target->nb_globals * sizeof(Known));
}

void find_windows(Emit *e)
{
    Finder f = { .e = e, .known = e->known };

    forget_all(&f);
    for (unsigned i = 0; i < e->b->nb_ops; i++) {
        const IROp *op = &e->b->ops[i];
        uint32_t props = ir_op_info[op->op].props;

        if (op->op == IR_insn_start || op->op == IR_nop) {
            continue;
        }
        if (props & P_LABEL) {
            close_all(&f);
            forget_all(&f);
        } else if (props & P_CALL) {
            close_all(&f);
            if (op->helper->flags & HELPER_WRITES_STATE) {
                forget_all(&f);
            }
        } else if (props & P_MEM) {
            note_access(&f, op, i);
        }
        note_outputs(&f, op);
    }
}
