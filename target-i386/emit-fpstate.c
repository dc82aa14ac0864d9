/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory images of the vector and x87 state, and MXCSR.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helpers.h"
#include "target-i386/helper-table.h"

enum { FXSAVE_BYTES = 512, XSAVE_BYTES = 576 };

static IRVal form(DisasContext *s, const DecodedInsn *d)
{
    return x86_const(s, d->rex_w ? SZ64 : SZ32);
}

void emit_FXSAVE(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_fxsave, IR_NONE, 2, x86_linear(s, d, FXSAVE_BYTES, true), form(s, d));
}

void emit_FXRSTOR(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_fxrstor, IR_NONE, 2, x86_linear(s, d, FXSAVE_BYTES, false), form(s, d));
    s->next = DISAS_STOP;
}

/* #UD without CR4.OSXSAVE, #NM while CR0.TS. */
static bool xsave_ready(DisasContext *s)
{
    if (!(s->hflags & HF_OSXSAVE)) {
        x86_raise(s, EXCP06_ILLOP);
        return false;
    }
    if (s->hflags & HF_TS) {
        x86_raise(s, EXCP07_PREX);
        return false;
    }
    return true;
}

/* arg: XSAVE_PLAIN, XSAVE_OPT, XSAVE_C, XSAVE_S */
void emit_XSAVE(DisasContext *s, const DecodedInsn *d)
{
    if (xsave_ready(s)) {
        x86_call(s, &h_xsave, IR_NONE, 3, x86_linear(s, d, XSAVE_BYTES, true), form(s, d),
                 x86_const(s, d->row->arg));
    }
}

void emit_XRSTOR(DisasContext *s, const DecodedInsn *d)
{
    if (xsave_ready(s)) {
        x86_call(s, &h_xrstor, IR_NONE, 3, x86_linear(s, d, XSAVE_BYTES, false), form(s, d),
                 x86_const(s, d->row->arg));
        s->next = DISAS_STOP;
    }
}

void emit_LDMXCSR(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_ldmxcsr, IR_NONE, 1, x86_read(s, &d->op[0]));
    s->next = DISAS_STOP;
}

void emit_STMXCSR(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    x86_call(s, &h_stmxcsr, v, 0);
    x86_write(s, &d->op[0], v);
}
