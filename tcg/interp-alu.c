/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter: integer arithmetic with exact x86 FLAGS.
 *
 * Spec: Intel SDM volume 2, the Operation and Flags Affected sections. Where those leave a
 * flag undefined, this file does:
 *
 *   and or xor test andn shifts   AF = 0
 *   shifts and double shifts, count > 1   OF as for one step of the last bit
 *   rotates, count > 1            OF as for the last step
 *   imul mul                      SF ZF PF from the low half, AF = 0
 *   bt bts btr btc                OF SF AF PF kept
 *   bsf bsr                       CF OF SF AF PF kept
 *   lzcnt tzcnt                   OF SF AF PF kept
 *   blsi blsr blsmsk bzhi bextr   AF = PF = 0 (SF = 0 for bextr)
 *   div idiv                      all kept
 *   shld shrd of 16 bits, count > 16   as if the three words a:b:a were shifted
 */
#include "qemu/osdep.h"
#include "interp.h"

static unsigned top_bit(IRSize sz, uint64_t x)
{
    return x >> ((8 << sz) - 1) & 1;
}

/* SF, ZF and PF of a result. */
static uint32_t szp(IRSize sz, uint64_t r)
{
    r &= interp_mask(sz);
    return (r == 0 ? FL_Z : 0) | (top_bit(sz, r) ? FL_S : 0) |
           (__builtin_parity(r & 0xff) ? 0 : FL_P);
}

static void set_flags(uint32_t *fl, uint32_t mask, uint32_t value)
{
    *fl = (*fl & ~mask) | (value & mask);
}

uint64_t interp_add(IRSize sz, uint64_t a, uint64_t b, unsigned carry, uint32_t *fl)
{
    uint64_t r = a + b + carry;
    uint32_t f = szp(sz, r);

    f |= top_bit(sz, (a & b) | ((a | b) & ~r)) ? FL_C : 0;
    f |= top_bit(sz, (a ^ r) & (b ^ r)) ? FL_O : 0;
    f |= (a ^ b ^ r) & FL_A;
    *fl = f;
    return r & interp_mask(sz);
}

uint64_t interp_sub(IRSize sz, uint64_t a, uint64_t b, unsigned borrow, uint32_t *fl)
{
    uint64_t r = a - b - borrow;
    uint32_t f = szp(sz, r);

    f |= top_bit(sz, (~a & b) | ((~a | b) & r)) ? FL_C : 0;
    f |= top_bit(sz, (a ^ b) & (a ^ r)) ? FL_O : 0;
    f |= (a ^ b ^ r) & FL_A;
    *fl = f;
    return r & interp_mask(sz);
}

uint64_t interp_logic(IRSize sz, uint64_t r, uint32_t *fl)
{
    *fl = szp(sz, r);
    return r & interp_mask(sz);
}

uint64_t interp_rmw(IRSize sz, IRRmw kind, uint64_t a, uint64_t b, uint32_t *fl)
{
    uint32_t carry = *fl & FL_C;
    uint64_t r;

    switch (kind) {
    case RMW_ADD:
        return interp_add(sz, a, b, 0, fl);
    case RMW_ADC:
        return interp_add(sz, a, b, carry, fl);
    case RMW_SUB:
        return interp_sub(sz, a, b, 0, fl);
    case RMW_SBB:
        return interp_sub(sz, a, b, carry, fl);
    case RMW_AND:
        return interp_logic(sz, a & b, fl);
    case RMW_OR:
        return interp_logic(sz, a | b, fl);
    case RMW_XOR:
        return interp_logic(sz, a ^ b, fl);
    case RMW_INC:
    case RMW_DEC:
        r = kind == RMW_INC ? interp_add(sz, a, 1, 0, fl) : interp_sub(sz, a, 1, 0, fl);
        set_flags(fl, FL_C, carry);
        return r;
    case RMW_NEG:
        return interp_sub(sz, 0, a, 0, fl);
    case RMW_NOT:
        return ~a & interp_mask(sz);
    default:
        g_assert_not_reached();
    }
}

static uint64_t rotate_left(IRSize sz, uint64_t a, unsigned n)
{
    unsigned bits = 8 << sz;

    a &= interp_mask(sz);
    n &= bits - 1;
    return n ? (a << n | a >> (bits - n)) & interp_mask(sz) : a;
}

/* RCL and RCR one step at a time. */
static uint64_t rotate_carry(IRSize sz, bool left, uint64_t a, unsigned n, uint32_t *fl)
{
    unsigned bits = 8 << sz, carry = *fl & FL_C, overflow;

    a &= interp_mask(sz);
    for (; n; n--) {
        if (left) {
            unsigned out = top_bit(sz, a);
            a = (a << 1 | carry) & interp_mask(sz);
            carry = out;
            overflow = top_bit(sz, a) ^ carry;
        } else {
            unsigned out = a & 1;
            overflow = top_bit(sz, a) ^ carry;
            a = a >> 1 | (uint64_t)carry << (bits - 1);
            carry = out;
        }
        *fl = (*fl & ~(FL_C | FL_O)) | (carry ? FL_C : 0) | (overflow ? FL_O : 0);
    }
    return a;
}

static uint64_t rotate(IRSize sz, bool left, uint64_t a, unsigned n, uint32_t *fl)
{
    uint64_t r = rotate_left(sz, a, left ? n : -n);
    unsigned msb = top_bit(sz, r), carry = left ? r & 1 : msb;
    unsigned overflow = left ? msb ^ carry : msb ^ (r >> ((8 << sz) - 2) & 1);

    set_flags(fl, FL_C | FL_O, (carry ? FL_C : 0) | (overflow ? FL_O : 0));
    return r;
}

static uint64_t shift_left(IRSize sz, uint64_t a, unsigned n, uint32_t *fl)
{
    unsigned bits = 8 << sz;
    unsigned carry = n <= bits ? a >> (bits - n) & 1 : 0;
    uint64_t r = a << n & interp_mask(sz);

    *fl = szp(sz, r) | (carry ? FL_C : 0) | (top_bit(sz, r) ^ carry ? FL_O : 0);
    return r;
}

static uint64_t shift_right(IRSize sz, bool arith, uint64_t a, unsigned n, uint32_t *fl)
{
    int64_t wide = arith ? interp_sext(sz, a) : a & interp_mask(sz);
    uint64_t r;
    unsigned carry, overflow;

    /* The value before the last step; n is 1..63, and up to 31 for a narrow operand. */
    uint64_t last = arith ? (uint64_t)(wide >> (n - 1)) : (uint64_t)wide >> (n - 1);
    carry = last & 1;
    r = (arith ? (uint64_t)((int64_t)last >> 1) : last >> 1) & interp_mask(sz);
    overflow = arith ? 0 : top_bit(sz, last);
    *fl = szp(sz, r) | (carry ? FL_C : 0) | (overflow ? FL_O : 0);
    return r;
}

uint64_t interp_shift(IRSize sz, IRRmw kind, uint64_t a, uint64_t count, uint32_t *fl)
{
    unsigned n = count & (sz == SZ64 ? 63 : 31);

    if (kind == RMW_RCL || kind == RMW_RCR) {
        n = sz == SZ8 ? n % 9 : sz == SZ16 ? n % 17 : n;
    }
    if (n == 0) {
        return a & interp_mask(sz);
    }
    switch (kind) {
    case RMW_ROL:
    case RMW_ROR:
        return rotate(sz, kind == RMW_ROL, a, n, fl);
    case RMW_RCL:
    case RMW_RCR:
        return rotate_carry(sz, kind == RMW_RCL, a, n, fl);
    case RMW_SHL:
        return shift_left(sz, a, n, fl);
    case RMW_SHR:
    case RMW_SAR:
        return shift_right(sz, kind == RMW_SAR, a, n, fl);
    default:
        g_assert_not_reached();
    }
}

uint64_t interp_bit(IRSize sz, IRRmw kind, uint64_t a, uint64_t bit, uint32_t *fl)
{
    uint64_t m = UINT64_C(1) << (bit & ((8 << sz) - 1));

    set_flags(fl, FL_C, a & m ? FL_C : 0);
    switch (kind) {
    case RMW_BTS:
        return a | m;
    case RMW_BTR:
        return a & ~m;
    case RMW_BTC:
        return a ^ m;
    default:
        return a;
    }
}

/* SHLD (left) and SHRD. */
static uint64_t double_shift(IRSize sz, bool left, uint64_t a, uint64_t b, uint64_t count,
                             uint32_t *fl)
{
    unsigned bits = 8 << sz, n = count & (sz == SZ64 ? 63 : 31), carry;
    uint64_t mask = interp_mask(sz), r, before;

    a &= mask;
    b &= mask;
    if (n == 0) {
        return a;
    }
    if (n > bits) { /* 16-bit forms only; the low half of a:b:a */
        uint64_t t = a;
        a = b;
        b = t;
        n -= bits;
    }
    if (left) {
        before = n == 1 ? a : a << (n - 1) | b >> (bits - n + 1);
        carry = top_bit(sz, before);
        r = (n == bits ? b : a << n | b >> (bits - n)) & mask;
    } else {
        before = n == 1 ? a : a >> (n - 1) | b << (bits - n + 1);
        carry = before & 1;
        r = (n == bits ? b : a >> n | b << (bits - n)) & mask;
    }
    *fl = szp(sz, r) | (carry ? FL_C : 0) | (top_bit(sz, before ^ r) ? FL_O : 0);
    return r;
}

static void multiply(IRSize sz, bool sign, uint64_t a, uint64_t b, uint64_t *lo, uint64_t *hi,
                     uint32_t *fl)
{
    unsigned bits = 8 << sz;
    bool overflow;

    if (sign) {
        __int128 p = (__int128)(int64_t)interp_sext(sz, a) * (int64_t)interp_sext(sz, b);
        *lo = p & interp_mask(sz);
        *hi = (p >> bits) & interp_mask(sz);
        overflow = p != (__int128)(int64_t)interp_sext(sz, p);
    } else {
        unsigned __int128 p = (unsigned __int128)(a & interp_mask(sz)) * (b & interp_mask(sz));
        *lo = p & interp_mask(sz);
        *hi = (p >> bits) & interp_mask(sz);
        overflow = *hi != 0;
    }
    *fl = szp(sz, *lo) | (overflow ? FL_C | FL_O : 0);
}

static bool divide_unsigned(IRSize sz, uint64_t lo, uint64_t hi, uint64_t d, uint64_t *q,
                            uint64_t *r)
{
    unsigned __int128 n = (unsigned __int128)hi << (8 << sz) | lo;

    if (d == 0 || n / d > interp_mask(sz)) {
        return false;
    }
    *q = n / d;
    *r = n % d;
    return true;
}

static bool divide_signed(IRSize sz, uint64_t lo, uint64_t hi, uint64_t d, uint64_t *q,
                          uint64_t *r)
{
    unsigned bits = 8 << sz;
    __int128 n = (__int128)((unsigned __int128)(int64_t)interp_sext(sz, hi) << bits | lo);
    int64_t sd = interp_sext(sz, d);
    __int128 quot;

    if (sd == 0 || (sd == -1 && n == (__int128)1 << 127)) {
        return false;
    }
    quot = n / sd;
    if (quot != (__int128)(int64_t)interp_sext(sz, quot)) {
        return false;
    }
    *q = quot;
    *r = n % sd;
    return true;
}

static void op_divide(Interp *in, const IROp *op)
{
    IRSize sz = op->sz;
    uint64_t lo = interp_get(in, op->a[2]), hi = interp_get(in, op->a[3]);
    uint64_t d = interp_get(in, op->a[4]) & interp_mask(sz), q, r;

    hi = sz == SZ8 ? lo >> 8 & 0xff : hi & interp_mask(sz);
    lo &= interp_mask(sz);
    if (op->op == IR_divu2 ? !divide_unsigned(sz, lo, hi, d, &q, &r)
                           : !divide_signed(sz, lo, hi, d, &q, &r)) {
        in->ts->flags = trans_flags_from_x86(in->fl);
        interp_leave_fp(in->ts);
        tcg_raise_divide(in->env);
    }
    interp_put(in, op->a[0], sz, q);
    if (ir_kind(op->a[1]) != IRK_NONE) {
        interp_put(in, op->a[1], sz, r);
    }
}

static void op_multiply(Interp *in, const IROp *op)
{
    bool sign = op->op == IR_muls2 || op->op == IR_muls2_f;
    uint32_t fl = 0;
    uint64_t lo, hi;

    multiply(op->sz, sign, interp_get(in, op->a[2]), interp_get(in, op->a[3]), &lo, &hi, &fl);
    if (op->op == IR_mulu2_f || op->op == IR_muls2_f) {
        in->fl = fl;
    }
    if (op->sz == SZ8) {
        interp_put(in, op->a[0], SZ16, lo | hi << 8);
        return;
    }
    interp_put(in, op->a[0], op->sz, lo);
    interp_put(in, op->a[1], op->sz, hi);
}

static uint64_t leading_zeros(IRSize sz, uint64_t x)
{
    x &= interp_mask(sz);
    return x ? __builtin_clzll(x) - (64 - (8 << sz)) : 8 << sz;
}

static uint64_t trailing_zeros(IRSize sz, uint64_t x)
{
    x &= interp_mask(sz);
    return x ? (uint64_t)__builtin_ctzll(x) : 8u << sz;
}

static uint64_t deposit_bits(uint64_t src, uint64_t mask)
{
    uint64_t r = 0;

    for (; mask; mask &= mask - 1, src >>= 1) {
        r |= src & 1 ? mask & -mask : 0;
    }
    return r;
}

static uint64_t extract_bits(uint64_t src, uint64_t mask)
{
    uint64_t r = 0;

    for (unsigned i = 0; mask; mask &= mask - 1, i++) {
        r |= src & mask & -mask ? UINT64_C(1) << i : 0;
    }
    return r;
}

static uint32_t crc32c_step(uint32_t crc, uint64_t data, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++, data >>= 1) {
        crc = crc >> 1 ^ ((crc ^ data) & 1 ? 0x82f63b78 : 0);
    }
    return crc;
}

/* BMI1, BMI2 and the bit counts. */
static uint64_t bit_group(const IROp *op, uint64_t a, uint64_t b, uint32_t *fl)
{
    IRSize sz = op->sz;
    unsigned bits = 8 << sz, start, len;
    uint64_t mask = interp_mask(sz), r;

    a &= mask;
    switch (op->op) {
    case IR_lzcnt_f:
    case IR_tzcnt_f:
        r = op->op == IR_lzcnt_f ? leading_zeros(sz, a) : trailing_zeros(sz, a);
        set_flags(fl, FL_C | FL_Z, (a ? 0 : FL_C) | (r ? 0 : FL_Z));
        return r;
    case IR_popcnt_f:
        *fl = a ? 0 : FL_Z;
        return __builtin_popcountll(a);
    case IR_blsi_f:
        r = a & -a;
        *fl = (szp(sz, r) & (FL_S | FL_Z)) | (a ? FL_C : 0);
        return r;
    case IR_blsr_f:
        r = a & (a - 1) & mask;
        *fl = (szp(sz, r) & (FL_S | FL_Z)) | (a ? 0 : FL_C);
        return r;
    case IR_blsmsk_f:
        r = (a ^ (a - 1)) & mask;
        *fl = (szp(sz, r) & FL_S) | (a ? 0 : FL_C);
        return r;
    case IR_bzhi_f:
        start = b & 0xff;
        r = start < bits ? a & ((UINT64_C(1) << start) - 1) : a;
        *fl = (szp(sz, r) & (FL_S | FL_Z)) | (start >= bits ? FL_C : 0);
        return r;
    default: /* bextr */
        start = b & 0xff;
        len = b >> 8 & 0xff;
        r = start < bits ? a >> start : 0;
        r = len < 64 ? r & ((UINT64_C(1) << len) - 1) : r;
        *fl = r ? 0 : FL_Z;
        return r;
    }
}

static const uint8_t rmw_of[IR_OP_COUNT] = {
    [IR_add_f] = RMW_ADD, [IR_adc_f] = RMW_ADC, [IR_sub_f] = RMW_SUB, [IR_sbb_f] = RMW_SBB,
    [IR_and_f] = RMW_AND, [IR_or_f] = RMW_OR, [IR_xor_f] = RMW_XOR, [IR_cmp_f] = RMW_SUB,
    [IR_test_f] = RMW_AND, [IR_neg_f] = RMW_NEG, [IR_inc_f] = RMW_INC, [IR_dec_f] = RMW_DEC,
    [IR_add] = RMW_ADD, [IR_sub] = RMW_SUB, [IR_and] = RMW_AND, [IR_or] = RMW_OR,
    [IR_xor] = RMW_XOR, [IR_neg] = RMW_NEG, [IR_not] = RMW_NOT,
    [IR_shl_f] = RMW_SHL, [IR_shr_f] = RMW_SHR, [IR_sar_f] = RMW_SAR, [IR_rol_f] = RMW_ROL,
    [IR_ror_f] = RMW_ROR, [IR_rcl_f] = RMW_RCL, [IR_rcr_f] = RMW_RCR,
    [IR_shl] = RMW_SHL, [IR_shr] = RMW_SHR, [IR_sar] = RMW_SAR, [IR_rol] = RMW_ROL,
    [IR_ror] = RMW_ROR,
    [IR_bt_f] = RMW_NOT, [IR_bts_f] = RMW_BTS, [IR_btr_f] = RMW_BTR, [IR_btc_f] = RMW_BTC,
};

/* One output, at most two inputs, at the op's size. */
static bool op_two(Interp *in, const IROp *op)
{
    IRSize sz = op->sz;
    uint64_t a = interp_get(in, op->a[1]), b = interp_get(in, op->a[2]), r;
    uint32_t scratch = in->fl, f;

    switch (op->op) {
    case IR_add_f: case IR_adc_f: case IR_sub_f: case IR_sbb_f: case IR_and_f: case IR_or_f:
    case IR_xor_f: case IR_neg_f: case IR_inc_f: case IR_dec_f:
        r = interp_rmw(sz, rmw_of[op->op], a, b, &in->fl);
        break;
    case IR_add: case IR_sub: case IR_and: case IR_or: case IR_xor: case IR_neg: case IR_not:
        r = interp_rmw(sz, rmw_of[op->op], a, b, &scratch);
        break;
    case IR_shl_f: case IR_shr_f: case IR_sar_f: case IR_rol_f: case IR_ror_f: case IR_rcl_f:
    case IR_rcr_f:
        r = interp_shift(sz, rmw_of[op->op], a, b, &in->fl);
        break;
    case IR_shl: case IR_shr: case IR_sar: case IR_rol: case IR_ror:
        r = interp_shift(sz, rmw_of[op->op], a, b, &scratch);
        break;
    case IR_bts_f: case IR_btr_f: case IR_btc_f:
        r = interp_bit(sz, rmw_of[op->op], a, b, &in->fl);
        break;
    case IR_andn:
        r = ~a & b;
        break;
    case IR_andn_f:
        r = interp_logic(sz, ~a & b, &in->fl);
        break;
    case IR_mul:
        r = a * b;
        break;
    case IR_imul_f:
        multiply(sz, true, a, b, &r, &(uint64_t){ 0 }, &in->fl);
        break;
    case IR_lzcnt_f: case IR_tzcnt_f: case IR_popcnt_f: case IR_blsi_f: case IR_blsr_f:
    case IR_blsmsk_f: case IR_bzhi_f: case IR_bextr_f:
        r = bit_group(op, a, b, &in->fl);
        break;
    case IR_adcx_f:
    case IR_adox_f:
        f = op->op == IR_adcx_f ? FL_C : FL_O;
        r = interp_add(sz, a, b, in->fl & f ? 1 : 0, &scratch);
        set_flags(&in->fl, f, scratch & FL_C ? f : 0);
        break;
    case IR_clz:
        r = a & interp_mask(sz) ? leading_zeros(sz, a) : b;
        break;
    case IR_ctz:
        r = a & interp_mask(sz) ? trailing_zeros(sz, a) : b;
        break;
    case IR_pdep:
        r = deposit_bits(a, b & interp_mask(sz));
        break;
    case IR_pext:
        r = extract_bits(a, b & interp_mask(sz));
        break;
    default:
        return false;
    }
    interp_put(in, op->a[0], sz, r);
    return true;
}

/* BSF and BSR keep the old destination, all 64 bits of it, when the source is zero. */
static void op_bit_scan(Interp *in, const IROp *op)
{
    uint64_t b = interp_get(in, op->a[2]) & interp_mask(op->sz), r;

    if (b == 0) {
        r = interp_get(in, op->a[1]);
    } else {
        r = op->op == IR_bsf_f ? __builtin_ctzll(b) : 63 - __builtin_clzll(b);
    }
    set_flags(&in->fl, FL_Z, b ? 0 : FL_Z);
    interp_put(in, op->a[0], b == 0 && op->sz == SZ32 ? SZ64 : op->sz, r);
}

bool interp_alu_op(Interp *in, const IROp *op)
{
    IRSize sz = op->sz;

    switch (op->op) {
    case IR_cmp_f:
    case IR_test_f:
        interp_rmw(sz, rmw_of[op->op], interp_get(in, op->a[0]), interp_get(in, op->a[1]),
                   &in->fl);
        return true;
    case IR_bt_f:
        interp_bit(sz, RMW_NOT, interp_get(in, op->a[0]), interp_get(in, op->a[1]), &in->fl);
        return true;
    case IR_shld_f:
    case IR_shrd_f:
        interp_put(in, op->a[0], sz,
                   double_shift(sz, op->op == IR_shld_f, interp_get(in, op->a[1]),
                                interp_get(in, op->a[2]), interp_get(in, op->a[3]), &in->fl));
        return true;
    case IR_mulu2: case IR_muls2: case IR_mulu2_f: case IR_muls2_f:
        op_multiply(in, op);
        return true;
    case IR_divu2: case IR_divs2:
        op_divide(in, op);
        return true;
    case IR_bsf_f: case IR_bsr_f:
        op_bit_scan(in, op);
        return true;
    case IR_crc32:
        interp_put(in, op->a[0], SZ32,
                   crc32c_step(interp_get(in, op->a[1]), interp_get(in, op->a[2]), 8 << sz));
        return true;
    default:
        return op_two(in, op);
    }
}
