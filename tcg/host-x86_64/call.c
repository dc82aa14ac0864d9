/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of C helpers.
 *
 * The call itself is in the block, so that its return address names the guest instruction.
 * Around it stand calls of shared routines (prologue.c) that put pinned registers into the
 * CPU state and bring them back, as many as the helper's flags ask for. Those routines keep
 * rax, rcx, rdx and rsi, where arguments may still wait.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "host.h"

static const uint8_t arg_regs[6] = { RDI, RSI, RDX, RCX, R8, R9 };

static unsigned spill_kind(uint32_t hf)
{
    unsigned k = hf & HELPER_GPR_ONLY ? 0 : SAVE_VEC;

    if (hf & (HELPER_READS_STATE | HELPER_WRITES_STATE | HELPER_FAULTS)) {
        k = SAVE_ALL | SAVE_VEC;
    }
    return k;
}

static unsigned reload_kind(uint32_t hf)
{
    unsigned k = hf & HELPER_GPR_ONLY ? 0 : SAVE_VEC;

    if (hf & HELPER_WRITES_STATE) {
        k = SAVE_ALL | SAVE_VEC;
    } else if (spill_kind(hf) & SAVE_VEC) {
        k |= SAVE_VEC; /* host FP control words were switched */
    }
    return k;
}

/* Where an argument is once the pinned registers have been stored. */
static Opnd arg_source(Emit *e, IRVal v)
{
    Opnd o;

    if (ir_kind(v) == IRK_ENV) {
        return env_mem(0); /* its address is the value */
    }
    o = val(e, v);
    if (o.kind == O_REG && CALLER_SAVED >> o.reg & 1) {
        o = env_mem(host_backend.target->globals[ir_index(v)].offset);
    }
    return o;
}

static void load_arg(Emit *e, unsigned reg, Opnd src, IRVal v)
{
    if (ir_kind(v) == IRK_ENV) {
        a_lea(&e->a, SZ64, reg, src);
    } else if (src.kind == O_IMM) {
        a_mov_imm(&e->a, reg, src.imm);
    } else {
        bool narrow = ir_kind(v) == IRK_GLOBAL &&
                      host_backend.target->globals[ir_index(v)].sz == SZ32;

        a_mov(&e->a, narrow ? SZ32 : SZ64, o_reg(reg), src);
    }
}

/*
 * Arguments in scratch registers go first, in an order that overwrites none of them; a
 * cycle is broken by an exchange.
 */
static void move_args(Emit *e, unsigned n, const IRVal *args)
{
    Opnd src[6];
    uint32_t todo = (1u << n) - 1;
    bool progress;

    for (unsigned k = 0; k < n; k++) {
        src[k] = arg_source(e, args[k]);
        if (o_is_reg(src[k], arg_regs[k])) {
            todo &= ~(1u << k);
        }
    }
    do {
        progress = false;
        for (unsigned k = 0; k < n; k++) {
            bool wanted = false;

            for (unsigned m = 0; m < n; m++) {
                wanted |= todo >> m & 1 && m != k && o_is_reg(src[m], arg_regs[k]);
            }
            if (todo >> k & 1 && !wanted) {
                load_arg(e, arg_regs[k], src[k], args[k]);
                todo &= ~(1u << k);
                progress = true;
            }
        }
        if (!progress && todo) {
            unsigned k = ctz32(todo), from = src[k].reg;

            a_insn(&e->a, X_W | 0x87, from, o_reg(arg_regs[k])); /* xchg */
            todo &= ~(1u << k);
            for (unsigned m = 0; m < n; m++) {
                if (o_is_reg(src[m], arg_regs[k])) {
                    src[m].reg = from;
                } else if (o_is_reg(src[m], from)) {
                    src[m].reg = arg_regs[k];
                }
            }
            progress = true;
        }
    } while (todo && progress);
    assert(!todo);
}

static void save_live_temps(Emit *e)
{
    uint32_t regs = 0;

    for (unsigned r = 0; r < 32; r++) {
        if (e->owner[r] && e->temps[e->owner[r] - 1].last > e->i) {
            regs |= 1u << r;
        }
    }
    temps_to_memory(e, regs);
}

void emit_call(Emit *e, const IROp *op)
{
    uint32_t hf = op->helper->flags;
    unsigned n = 6;

    fl_clobber(e);
    save_live_temps(e);
    while (n && ir_kind(op->a[n]) == IRK_NONE) {
        n--;
    }
    a_call_abs(&e->a, host_backend.spill[spill_kind(hf)]);
    move_args(e, n, op->a + 1);
    side_note(e, e->pc);
    a_call_c(&e->a, op->helper->fn);
    if (hf & HELPER_NORETURN) {
        e->ended = true;
        return;
    }
    a_call_abs(&e->a, host_backend.reload[reload_kind(hf)]);
    if (hf & HELPER_WRITES_FLAGS) {
        e->fl_mem = FL_ALL;
    }
    if (ir_kind(op->a[0]) != IRK_NONE) {
        /* Arguments are dead by now, so nothing else can be in rax. */
        if (e->owner[RAX]) {
            e->temps[e->owner[RAX] - 1].reg = NO_REG;
            e->owner[RAX] = 0;
        }
        e->locked |= 1u << RAX;
        dst_put(e, op->a[0], SZ64, RAX);
    }
}
