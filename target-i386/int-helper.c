/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C helpers of integer instructions: decimal adjustment, fences, the interrupt window.
 *
 * Spec: Intel SDM volume 2, DAA, DAS, AAA, AAS.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "exec/cpu-exec.h"
#include "target-i386/cpu.h"
#include "target-i386/helpers.h"
#include "tcg/ir.h"

/*
 * Pairs with the store of interrupt_request before exit_request in cpu_interrupt(): a request
 * that was refused while IF was clear is looked at again at the next block entry.
 */
void helper_irq_window(CPUX86State *env)
{
    CPUState *cs = &env_x86cpu(env)->parent_obj;

    if (qatomic_read(&cs->interrupt_request)) {
        qatomic_set(&env->trans.exit_request, 1);
    }
}

void helper_context_changed(CPUX86State *env)
{
    cpu_exec_context_changed(&env_x86cpu(env)->parent_obj);
}

void helper_fence(CPUX86State *env)
{
    (void)env;
    smp_mb();
}

static uint32_t szp_flags(uint8_t v)
{
    return (v ? 0 : FL_Z) | (v & FL_S) | (__builtin_parity(v) ? 0 : FL_P);
}

static uint64_t decimal_adjust(CPUX86State *env, uint64_t ax, int sign)
{
    uint32_t fl = trans_flags_to_x86(env->trans.flags), out = 0;
    uint8_t old = ax, al = ax;

    if ((old & 15) > 9 || fl & FL_A) {
        al += 6 * sign;
        out |= FL_A;
        /* DAS: the borrow of this step counts too. */
        if (sign < 0 && old < 6) {
            out |= FL_C;
        }
    }
    if (old > 0x99 || fl & FL_C) {
        al += 0x60 * sign;
        out |= FL_C;
    }
    env->trans.flags = trans_flags_from_x86(out | szp_flags(al));
    return (ax & 0xff00) | al;
}

uint64_t helper_daa(CPUX86State *env, uint64_t ax)
{
    return decimal_adjust(env, ax, 1);
}

uint64_t helper_das(CPUX86State *env, uint64_t ax)
{
    return decimal_adjust(env, ax, -1);
}

/* Undefined flags: SF, ZF, PF follow AL. */
static uint64_t ascii_adjust(CPUX86State *env, uint64_t ax, int sign)
{
    uint32_t out = 0;

    if ((ax & 15) > 9 || trans_flags_to_x86(env->trans.flags) & FL_A) {
        ax += 0x106 * sign;
        out = FL_A | FL_C;
    }
    ax &= 0xff0f;
    env->trans.flags = trans_flags_from_x86(out | szp_flags(ax));
    return ax;
}

uint64_t helper_aaa(CPUX86State *env, uint64_t ax)
{
    return ascii_adjust(env, ax, 1);
}

uint64_t helper_aas(CPUX86State *env, uint64_t ax)
{
    return ascii_adjust(env, ax, -1);
}
