/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter of IR blocks: runs on any host, and is what host backends are tested against.
 *
 * One block at a time, values in place: globals in the CPU state, temporaries on this stack
 * frame, FLAGS in Interp.fl. A guest exception leaves by a long jump out of a helper or a
 * memory access, so nothing here owns heap memory; the pc in the state is set at each guest
 * instruction and FLAGS are stored before everything that may leave.
 *
 * Threads: the vCPU's.
 */
#include "qemu/osdep.h"
#include "interp.h"

bool interp_cond(uint32_t fl, IRCond cc)
{
    bool r, less = !!(fl & FL_S) != !!(fl & FL_O);

    switch (cc >> 1) {
    case CC_O >> 1:
        r = fl & FL_O;
        break;
    case CC_B >> 1:
        r = fl & FL_C;
        break;
    case CC_E >> 1:
        r = fl & FL_Z;
        break;
    case CC_BE >> 1:
        r = fl & (FL_C | FL_Z);
        break;
    case CC_S >> 1:
        r = fl & FL_S;
        break;
    case CC_P >> 1:
        r = fl & FL_P;
        break;
    case CC_L >> 1:
        r = less;
        break;
    default:
        r = less || fl & FL_Z;
        break;
    }
    return r != (cc & 1);
}

bool interp_compare(IRSize sz, IRCmp cmp, uint64_t a, uint64_t b)
{
    int64_t sa = interp_sext(sz, a), sb = interp_sext(sz, b);

    a &= interp_mask(sz);
    b &= interp_mask(sz);
    switch (cmp) {
    case CMP_EQ:
        return a == b;
    case CMP_NE:
        return a != b;
    case CMP_LT:
        return sa < sb;
    case CMP_GE:
        return sa >= sb;
    case CMP_LE:
        return sa <= sb;
    case CMP_GT:
        return sa > sb;
    case CMP_LTU:
        return a < b;
    case CMP_GEU:
        return a >= b;
    case CMP_LEU:
        return a <= b;
    case CMP_GTU:
        return a > b;
    case CMP_TSTEQ:
        return (a & b) == 0;
    case CMP_TSTNE:
        return (a & b) != 0;
    }
    g_assert_not_reached();
}

static uint64_t field_mask(uint64_t imm)
{
    unsigned len = imm >> 8 & 0xff;

    return len >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << len) - 1;
}

/* Moves and bit fields: results of 64 bits but for mov, bswap and lea. */
static bool move_op(Interp *in, const IROp *op)
{
    uint64_t a = interp_get(in, op->a[1]), r, mask;
    IRSize sz = SZ64;

    switch (op->op) {
    case IR_mov:
        r = a;
        sz = op->sz;
        break;
    case IR_zext:
        r = a & interp_mask(op->sz);
        break;
    case IR_sext:
        r = interp_sext(op->sz, a);
        sz = op->aux;
        break;
    case IR_extract:
        r = a >> (op->imm & 0xff) & field_mask(op->imm);
        break;
    case IR_deposit:
        mask = field_mask(op->imm) << (op->imm & 0xff);
        r = (a & ~mask) | (interp_get(in, op->a[2]) << (op->imm & 0xff) & mask);
        break;
    case IR_bswap:
        sz = op->sz;
        r = __builtin_bswap64(a) >> (64 - (8u << sz));
        break;
    case IR_lea:
        sz = op->sz;
        r = interp_effective(in, &in->b->mems[op->mem - 1]);
        break;
    case IR_setcond:
        r = interp_compare(op->sz, op->aux, a, interp_get(in, op->a[2]));
        break;
    case IR_movcond:
        r = interp_compare(op->sz, op->aux, a, interp_get(in, op->a[2]))
                ? interp_get(in, op->a[3]) : interp_get(in, op->a[4]);
        break;
    default:
        return false;
    }
    interp_put(in, op->a[0], sz, r);
    return true;
}

static bool flags_op(Interp *in, const IROp *op)
{
    bool cond;

    switch (op->op) {
    case IR_setcc_f:
        interp_put(in, op->a[0], op->sz, interp_cond(in->fl, op->aux));
        return true;
    case IR_cmov_f:
        cond = interp_cond(in->fl, op->aux);
        interp_put(in, op->a[0], op->sz, interp_get(in, op->a[cond ? 1 : 2]));
        return true;
    case IR_flags_get:
        interp_put(in, op->a[0], SZ64, in->fl & FL_ALL);
        return true;
    case IR_flags_set:
        in->fl = interp_get(in, op->a[0]) & FL_ALL;
        return true;
    case IR_flags_sahf:
        in->fl = (in->fl & FL_O) | (interp_get(in, op->a[0]) & FL_ALL & ~FL_O);
        return true;
    case IR_cf_set:
        if (op->imm == 2) {
            in->fl ^= FL_C;
        } else {
            in->fl = (in->fl & ~FL_C) | (interp_get(in, op->a[0]) & 1);
        }
        return true;
    default:
        return false;
    }
}

void interp_enter_fp(CPUTransState *ts)
{
#ifdef __x86_64__
    asm volatile("stmxcsr %0; fnstcw %1; ldmxcsr %2; fldcw %3"
                 : "=m"(ts->host_mxcsr), "=m"(ts->host_fpcw)
                 : "m"(ts->mxcsr), "m"(ts->fpcw));
#endif
}

void interp_leave_fp(CPUTransState *ts)
{
#ifdef __x86_64__
    asm volatile("stmxcsr %0; ldmxcsr %1; fldcw %2"
                 : "=m"(ts->mxcsr)
                 : "m"(ts->host_mxcsr), "m"(ts->host_fpcw));
#endif
}

/* Small helpers keep the guest's FP control words; before others the state has them. */
static bool switches_fp(uint32_t flags)
{
    return !(flags & HELPER_GPR_ONLY) ||
           flags & (HELPER_READS_STATE | HELPER_WRITES_STATE | HELPER_FAULTS);
}

static void call_op(Interp *in, const IROp *op)
{
    typedef uint64_t Fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
    const IRHelper *h = op->helper;
    uint64_t a[6], r;

    for (unsigned i = 0; i < 6; i++) {
        a[i] = interp_get(in, op->a[1 + i]);
    }
    in->ts->flags = trans_flags_from_x86(in->fl);
    if (switches_fp(h->flags)) {
        interp_leave_fp(in->ts);
    }
    r = ((Fn *)(uintptr_t)h->fn)(a[0], a[1], a[2], a[3], a[4], a[5]);
    if (switches_fp(h->flags)) {
        interp_enter_fp(in->ts);
    }
    if (h->flags & HELPER_WRITES_FLAGS) {
        in->fl = trans_flags_to_x86(in->ts->flags);
    }
    if (ir_kind(op->a[0]) != IRK_NONE) {
        interp_put(in, op->a[0], SZ64, r);
    }
}

static uint64_t *guest_pc(Interp *in)
{
    return (uint64_t *)(in->env + in->b->target->pc_offset);
}

static unsigned label_place(const IRBlock *b, uint64_t label)
{
    for (unsigned i = 0; i < b->nb_ops; i++) {
        if (b->ops[i].op == IR_label && b->ops[i].imm == label) {
            return i;
        }
    }
    g_assert_not_reached();
}

/* Does a branch op go to its label? */
static bool branch_taken(Interp *in, const IROp *op)
{
    switch (op->op) {
    case IR_br:
        return true;
    case IR_br_cc_f:
        return interp_cond(in->fl, op->aux);
    default:
        return interp_compare(op->sz, op->aux, interp_get(in, op->a[0]),
                              interp_get(in, op->a[1]));
    }
}

/* The result that tcg_interp() returns, without the block. */
static unsigned exit_op(Interp *in, const IROp *op)
{
    in->ts->flags = trans_flags_from_x86(in->fl);
    switch (op->op) {
    case IR_exit_tb:
        *guest_pc(in) = interp_get(in, op->a[0]);
        return op->aux;
    case IR_exit_jc:
        *guest_pc(in) = interp_get(in, op->a[0]);
        return TCG_EXIT_MISS;
    default:
        in->ts->scratch[0] = op->imm;
        return TCG_EXIT_LOOP;
    }
}

static void plain_op(Interp *in, const IROp *op)
{
    if (op->op == IR_insn_start) {
        *guest_pc(in) = op->imm;
    } else if (op->op == IR_set_pc) {
        *guest_pc(in) = interp_get(in, op->a[0]);
    } else if (op->op == IR_call) {
        call_op(in, op);
    } else {
        bool done = interp_alu_op(in, op) || move_op(in, op) || flags_op(in, op) ||
                    interp_mem_op(in, op) || interp_vec_op(in, op) || interp_x87_op(in, op);
        assert(done);
    }
}

static unsigned run(Interp *in)
{
    const IRBlock *b = in->b;

    for (unsigned i = 0; i < b->nb_ops; i++) {
        const IROp *op = &b->ops[i];
        uint32_t props = ir_op_info[op->op].props;

        if (op->op == IR_nop || props & P_LABEL) {
            continue;
        }
        if (props & P_BRANCH) {
            if (branch_taken(in, op)) {
                i = label_place(b, op->imm);
            }
        } else if (props & P_END) {
            return exit_op(in, op);
        } else {
            plain_op(in, op);
        }
    }
    g_assert_not_reached();
}

uintptr_t tcg_interp(const IRBlock *b, void *env, void *tb)
{
    size_t room = sizeof(InterpTemp) * (b->nb_temps + 1);
    Interp in = { .b = b, .env = env };
    unsigned result;

    in.ts = (CPUTransState *)(in.env + b->target->trans_offset);
    if (__atomic_load_n(&in.ts->exit_request, __ATOMIC_ACQUIRE)) {
        *guest_pc(&in) = b->pc;
        return (uintptr_t)tb | TCG_EXIT_REQUESTED;
    }
    in.fl = trans_flags_to_x86(in.ts->flags);
    /* The number of temps is bounded by the builder; the heap would leak at long jumps. */
    in.temps = QEMU_ALIGN_PTR_UP((InterpTemp *)alloca(room), alignof(InterpTemp));
    memset(in.temps, 0, room - sizeof(InterpTemp));
    interp_enter_fp(in.ts);
    result = run(&in);
    interp_leave_fp(in.ts);
    return (uintptr_t)tb | result;
}
