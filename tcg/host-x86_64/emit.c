/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The x86-64 backend's main loop: one backward look at a block, then one pass that emits.
 *
 * The backward look finds which FLAGS are needed around each op and the range of ops over
 * which each temporary is named. The forward pass calls one function per op; what may go
 * wrong (TLB misses, exits that are not chained) is emitted after the block's last op.
 *
 * Threads: any number translate at once, each with its own Emit.
 */
#include "qemu/osdep.h"
#include "host.h"

static EmitFn *const emit_table[IR_OP_COUNT] = {
    [IR_mov] = emit_mov,
    [IR_zext] = emit_zext,
    [IR_sext] = emit_sext,
    [IR_extract] = emit_extract,
    [IR_deposit] = emit_deposit,
    [IR_bswap] = emit_bswap,
    [IR_lea] = emit_lea,
    [IR_movcond] = emit_movcond,
    [IR_setcond] = emit_setcond,
    [IR_add] = emit_add_sub,
    [IR_sub] = emit_add_sub,
    [IR_and] = emit_alu,
    [IR_or] = emit_alu,
    [IR_xor] = emit_alu,
    [IR_andn] = emit_andn,
    [IR_not] = emit_not,
    [IR_neg] = emit_neg,
    [IR_mul] = emit_mul,
    [IR_mulu2] = emit_mul2,
    [IR_muls2] = emit_mul2,
    [IR_shl] = emit_shift,
    [IR_shr] = emit_shift,
    [IR_sar] = emit_shift,
    [IR_rol] = emit_rotate,
    [IR_ror] = emit_rotate,
    [IR_clz] = emit_clz_ctz,
    [IR_ctz] = emit_clz_ctz,
    [IR_pdep] = emit_pdep_pext,
    [IR_pext] = emit_pdep_pext,
    [IR_crc32] = emit_crc32,
    [IR_add_f] = emit_alu,
    [IR_adc_f] = emit_alu,
    [IR_sub_f] = emit_alu,
    [IR_sbb_f] = emit_alu,
    [IR_cmp_f] = emit_cmp,
    [IR_neg_f] = emit_neg,
    [IR_inc_f] = emit_incdec,
    [IR_dec_f] = emit_incdec,
    [IR_and_f] = emit_alu,
    [IR_or_f] = emit_alu,
    [IR_xor_f] = emit_alu,
    [IR_test_f] = emit_cmp,
    [IR_andn_f] = emit_andn,
    [IR_shl_f] = emit_shift,
    [IR_shr_f] = emit_shift,
    [IR_sar_f] = emit_shift,
    [IR_rol_f] = emit_rotate,
    [IR_ror_f] = emit_rotate,
    [IR_rcl_f] = emit_rot_carry,
    [IR_rcr_f] = emit_rot_carry,
    [IR_shld_f] = emit_shiftd,
    [IR_shrd_f] = emit_shiftd,
    [IR_imul_f] = emit_mul,
    [IR_mulu2_f] = emit_mul2,
    [IR_muls2_f] = emit_mul2,
    [IR_divu2] = emit_div,
    [IR_divs2] = emit_div,
    [IR_bt_f] = emit_bit_test,
    [IR_bts_f] = emit_bit_test,
    [IR_btr_f] = emit_bit_test,
    [IR_btc_f] = emit_bit_test,
    [IR_bsf_f] = emit_bit_scan,
    [IR_bsr_f] = emit_bit_scan,
    [IR_lzcnt_f] = emit_count,
    [IR_tzcnt_f] = emit_count,
    [IR_popcnt_f] = emit_count,
    [IR_blsi_f] = emit_bls,
    [IR_blsr_f] = emit_bls,
    [IR_blsmsk_f] = emit_bls,
    [IR_bzhi_f] = emit_bmi,
    [IR_bextr_f] = emit_bmi,
    [IR_adcx_f] = emit_adx,
    [IR_adox_f] = emit_adx,
    [IR_setcc_f] = emit_setcc_f,
    [IR_cmov_f] = emit_cmov_f,
    [IR_flags_get] = emit_flags_get,
    [IR_flags_set] = emit_flags_set,
    [IR_flags_sahf] = emit_flags_sahf,
    [IR_cf_set] = emit_cf_set,
    [IR_ld] = emit_ld,
    [IR_st] = emit_st,
    [IR_probe] = emit_probe,
    [IR_rmw_f] = emit_rmw_f,
    [IR_rmwsh_f] = emit_rmwsh_f,
    [IR_rmwbt_f] = emit_rmwbt_f,
    [IR_xchg] = emit_xchg,
    [IR_xadd_f] = emit_xadd_f,
    [IR_cmpxchg_f] = emit_cmpxchg_f,
    [IR_cmpxchg2_f] = emit_cmpxchg2_f,
    [IR_vmov] = emit_vmov,
    [IR_vzero_hi] = emit_vzero_hi,
    [IR_host] = emit_host,
    [IR_host_mem] = emit_host_mem,
    [IR_x87_push] = emit_x87_push,
    [IR_x87_pop] = emit_x87_pop,
    [IR_x87_exec] = emit_x87_exec,
    [IR_x87_ldm] = emit_x87_mem,
    [IR_x87_stm] = emit_x87_mem,
    [IR_x87_top] = emit_x87_top,
    [IR_x87_tag] = emit_x87_tag,
    [IR_x87_getsw] = emit_x87_getsw,
    [IR_label] = emit_label,
    [IR_br] = emit_br,
    [IR_br_cc_f] = emit_br_cc_f,
    [IR_brcond] = emit_brcond,
    [IR_call] = emit_call,
    [IR_exit_tb] = emit_exit_tb,
    [IR_exit_jc] = emit_exit_jc,
    [IR_exit_loop] = emit_exit_loop,
    [IR_set_pc] = emit_set_pc,
    [IR_x87_ldv] = emit_x87_ldv,
    [IR_x87_stv] = emit_x87_stv,
};

static void name_temp(Emit *e, IRVal v, unsigned i, unsigned seg)
{
    if (is_temp(v)) {
        TempState *t = temp_of(e, v);

        if (t->last == UINT32_MAX) {
            t->last = i;
            t->last_seg = seg;
        }
        t->first = i;
        t->first_seg = seg;
    }
}

static void name_temps(Emit *e, const IROp *op, unsigned i, unsigned seg)
{
    const IROpInfo *info = &ir_op_info[op->op];
    unsigned n = info->outs + info->ins;

    if (op->op == IR_host || op->op == IR_host_mem) {
        n = ARRAY_SIZE(op->a);
    }
    while (n--) {
        name_temp(e, op->a[n], i, seg);
    }
    if (op->mem) {
        const IRMem *m = &e->b->mems[op->mem - 1];

        name_temp(e, m->seg, i, seg);
        name_temp(e, m->base, i, seg);
        name_temp(e, m->index, i, seg);
    }
}

/* FLAGS live before op. A shift by an unknown count lets the live ones through. */
static uint32_t live_before(const IRBlock *b, const IROp *op, uint32_t live)
{
    uint32_t fdef, fuse, info = ir_op_info[op->op].fdef | ir_op_info[op->op].fuse;

    if (!info && op->op != IR_call && op->op != IR_host && op->op != IR_host_mem) {
        return live;
    }
    fdef = ir_op_fdef(b, op);
    fuse = ir_op_fuse(b, op);
    if (ir_op_info[op->op].fuse & FL_SHIFT && fuse == FL_ALL) {
        bool carry = op->op == IR_rcl_f || op->op == IR_rcr_f ||
                     (op->op == IR_rmwsh_f && (op->aux == RMW_RCL || op->aux == RMW_RCR));

        return live | (carry ? FL_C : 0);
    }
    return (live & ~fdef) | fuse;
}

/* Flags needed where a branch leads; all of them when the label was not met yet. */
static uint32_t live_at_label(Emit *e, unsigned label)
{
    LabelState *l = &e->labels[label];

    if (!l->seen) {
        e->has_back = true;
        l->refs += 2; /* never sole */
        return FL_ALL;
    }
    l->refs++;
    return l->live;
}

static void look_back(Emit *e)
{
    const IRBlock *b = e->b;
    uint32_t live = 0;
    unsigned seg = 0;

    for (unsigned i = b->nb_ops; i-- > 0;) {
        const IROp *op = &b->ops[i];
        uint32_t props = ir_op_info[op->op].props;

        if (props & (P_END | P_BRANCH | P_LABEL)) {
            if (props & P_END) {
                live = 0;
            }
            if (props & P_BRANCH) {
                live |= live_at_label(e, op->imm);
            }
            if (props & P_LABEL) {
                LabelState *l = &e->labels[op->imm];

                l->live = live;
                l->seen = true;
                l->op = i;
                l->falls_in = i == 0 || !(ir_op_info[b->ops[i - 1].op].props & P_END);
                seg++;
            }
        } else if (props & P_CALL && op->helper->flags & HELPER_NORETURN) {
            live = 0;
        }
        e->live_out[i] = live;
        live = live_before(b, op, live);
        e->live_in[i] = live;
        name_temps(e, op, i, seg);
    }
}

/* One allocation holds every table of the block. */
static void *tables_new(Emit *e)
{
    const IRBlock *b = e->b;
    size_t temps = (b->nb_temps + b->nb_mems) * sizeof(TempState);
    size_t labels = b->nb_labels * sizeof(LabelState);
    size_t slow = b->nb_mems * sizeof(SlowPath);
    size_t windows = b->nb_mems * sizeof(Window);
    size_t known = host_backend.target->nb_globals * sizeof(Known);
    uint8_t *p, *mem = g_malloc(temps + labels + slow + windows + known +
                                b->nb_mems * (sizeof(uint16_t) + 1) +
                                b->nb_ops * (2 * sizeof(uint16_t) + 30) + 64);

    p = mem;
    e->slow = (SlowPath *)p;
    p += slow;
    e->temps = (TempState *)p;
    p += temps;
    e->labels = (LabelState *)p;
    p += labels;
    e->windows = (Window *)p;
    p += windows;
    e->known = (Known *)p;
    p += known;
    e->window_of = (uint16_t *)p;
    p += b->nb_mems * sizeof(uint16_t);
    e->live_in = (uint16_t *)p;
    e->live_out = e->live_in + b->nb_ops;
    e->window_align = (uint8_t *)(e->live_out + b->nb_ops);
    e->side = e->side_p = e->window_align + b->nb_mems;
    memset(e->labels, 0, labels);
    for (unsigned n = 0; n < b->nb_temps; n++) {
        e->temps[n].last = UINT32_MAX;
    }
    return mem;
}

static bool emit_ops(Emit *e)
{
    const IRBlock *b = e->b;

    emit_entry(e);
    for (e->i = 0; e->i < b->nb_ops; e->i++) {
        const IROp *op = &b->ops[e->i];

        if (asm_full(&e->a)) {
            return false;
        }
        if (op->op == IR_insn_start) {
            e->pc = op->imm;
            continue;
        }
        if (op->op == IR_nop || (e->ended && op->op != IR_label)) {
            continue; /* nothing leads here */
        }
        if (ir_op_info[op->op].props & (P_END | P_BRANCH | P_LABEL | P_CALL)) {
            emms_if_dirty(e);
        }
        if (ir_op_info[op->op].props & (P_LABEL | P_CALL)) {
            e->x87_live = false; /* helpers may clear it */
        }
        emit_table[op->op](e, op);
        e->ended |= (ir_op_info[op->op].props & P_END) != 0;
        temps_end_op(e, op);
    }
    return true;
}

bool tcg_backend_emit(const IRBlock *b, TBCode *code)
{
    Emit e = {
        .b = b,
        .code = code,
        .fl_mem = FL_ALL,
        .pc = b->pc,
        .side_pc = b->pc,
    };
    g_autofree void *tables = tables_new(&e);
    bool ok = false;

    if (code->room < 4 * ASM_MARGIN) {
        return false;
    }
    e.a = (Asm){ code->rw, code->rw, code->rw + code->room - ASM_MARGIN, code->rx };
    memset(code->exits, 0, sizeof(code->exits));
    code->flags_in = b->flags_in;
    look_back(&e);
    if (b->nb_mems > 1) {
        find_windows(&e);
    } else {
        memset(e.window_of, 0, b->nb_mems * sizeof(uint16_t));
    }
    temps_begin(&e);
    if (emit_ops(&e) && emit_slow_paths(&e)) {
        size_t side = e.side_p - e.side;

        emit_exit_stubs(&e);
        code->size = asm_ofs(&e.a);
        code->side = e.a.p;
        code->side_size = side;
        ok = code->size + side <= code->room;
        if (ok) {
            memcpy(code->side, e.side, side);
        }
    }
    return ok;
}
