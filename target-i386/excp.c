/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raising exceptions, and delivering exceptions and interrupts through the IDT or the IVT.
 *
 * Spec:   Intel SDM volume 3 chapter 6, volume 2 (INT n); AMD APM volume 2 chapter 8.
 * Thread: the vCPU's own.
 *
 * Invariants of delivery:
 *  1. Nothing of the CPU state changes before the last check and the last push succeeded, so a
 *     fault on the way is simply the next exception, raised against unchanged state.
 *  2. env->old_exception is the exception being delivered, -1 for none; raising combines it with
 *     the new one into a double fault or a shutdown. Interrupts, NMI and INT n do not count.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "sysemu/runstate.h"
#include "helpers.h"
#include "internal.h"

/* An event on its way through the IDT. */
typedef struct X86Event {
    unsigned vector;
    bool soft;           /* INT n, INT3, INTO: gate DPL counts */
    bool has_error;
    uint32_t ext;        /* EXT bit of error codes that delivery itself causes */
    uint32_t error;
    uint32_t eflags;     /* image to push */
    uint64_t return_eip;
} X86Event;

/* ---- raising ---- */

static bool is_contributory(int vector)
{
    return vector == EXCP00_DIVZ || (vector >= EXCP0A_TSS && vector <= EXCP0D_GPF);
}

static void shutdown_cpu(CPUX86State *env)
{
    CPUState *cs = env_cpu(env);

    qemu_log_mask(CPU_LOG_RESET, "Triple fault at eip %" PRIx64 "\n", env->eip);
    env->old_exception = -1;
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    cs->halted = 1;
    cs->exception_index = EXCP_HLT;
}

/* What becomes of vector when it is raised while another exception is being delivered. */
static int combine_faults(CPUX86State *env, int vector, uint32_t *error)
{
    int first = env->old_exception;
    bool second_bad = is_contributory(vector) || vector == EXCP0E_PAGE;

    if (first == EXCP08_DBLE && (second_bad || vector == EXCP08_DBLE)) {
        return -1;
    }
    if ((is_contributory(first) && is_contributory(vector)) ||
        (first == EXCP0E_PAGE && second_bad)) {
        *error = 0;
        return EXCP08_DBLE;
    }
    return vector;
}

void raise_exception_err_ra(CPUX86State *env, int vector, int error, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    uint32_t code = error;
    int v = combine_faults(env, vector, &code);

    if (v < 0) {
        shutdown_cpu(env);
        cpu_loop_exit_restore(cs, ra);
    }
    cs->exception_index = v;
    env->error_code = code;
    env->exception_is_int = 0;
    env->exception_next_eip = 0;
    cpu_loop_exit_restore(cs, ra);
}

void raise_exception_ra(CPUX86State *env, int vector, uintptr_t ra)
{
    raise_exception_err_ra(env, vector, 0, ra);
}

void raise_gp(CPUX86State *env, uint32_t error, uintptr_t ra)
{
    raise_exception_err_ra(env, EXCP0D_GPF, error, ra);
}

void raise_interrupt(CPUX86State *env, int vector, bool is_int, int error, uint64_t next_eip)
{
    CPUState *cs = env_cpu(env);

    cs->exception_index = vector;
    env->error_code = error;
    env->exception_is_int = is_int;
    env->exception_next_eip = next_eip;
    cpu_loop_exit(cs);
}

void x86_raise_divide(CPUState *cs)
{
    raise_exception_ra(cs->env, EXCP00_DIVZ, 0);
}

void x86_raise_unaligned(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx)
{
    CPUX86State *env = cs->env;

    (void)addr;
    (void)access;
    (void)mmu_idx;
    /* Alignment that an SSE or AVX form asks for is #GP; the rest is EFLAGS.AC. */
    if (env->hflags & HF_AC_CHECK) {
        raise_exception_err_ra(env, EXCP11_ALGN, 0, 0);
    }
    raise_gp(env, 0, 0);
}

/* ---- delivery, common parts ---- */

static bool vector_has_error(unsigned vector)
{
    return vector == EXCP08_DBLE || (vector >= EXCP0A_TSS && vector <= EXCP0E_PAGE) ||
           vector == EXCP11_ALGN;
}

/* Faults restart their instruction: RF in the image keeps code breakpoints from hitting again. */
static bool vector_is_fault(unsigned vector)
{
    switch (vector) {
    case EXCP01_DB:
    case EXCP02_NMI:
    case EXCP03_INT3:
    case EXCP04_INTO:
    case EXCP08_DBLE:
    case EXCP12_MCHK:
        return false;
    default:
        return vector < 32;
    }
}

static uint32_t idt_error(const X86Event *ev)
{
    return ev->vector << 3 | 2 | ev->ext;
}

/* EFLAGS after entry through a gate, or through the IVT. */
static void enter_flags(CPUX86State *env, bool clear_if)
{
    env->eflags &= ~(uint64_t)(TF_MASK | NT_MASK | RF_MASK | VM_MASK);
    if (clear_if) {
        env->eflags &= ~(uint64_t)IF_MASK;
    }
}

/* ---- real mode ---- */

static void push_real_frame(X86Stack *s, const X86Event *ev, uint32_t cs)
{
    x86_push(s, ev->eflags, 1);
    x86_push(s, cs, 1);
    x86_push(s, ev->return_eip, 1);
}

static void deliver_real(CPUX86State *env, const X86Event *ev)
{
    CPUState *cs = env_cpu(env);
    X86Stack s;
    uint32_t entry;

    if (ev->vector * 4 + 3 > env->idt.limit) {
        raise_gp(env, 0, 0);
    }
    entry = cpu_ldl_le_mmuidx_ra(cs, env->idt.base + ev->vector * 4, x86_sys_mmu(env), 0);
    x86_stack_current(&s, env, x86_data_mmu(env), 0);
    if (!x86_stack_room_push(&s, 6)) {
        raise_exception_err_ra(env, EXCP0C_STACK, 0, 0);
    }
    push_real_frame(&s, ev, env->segs[R_CS].selector);
    x86_stack_commit(&s);
    env->eip = entry & 0xffff;
    x86_load_real_seg(env, R_CS, entry >> 16);
    env->eflags &= ~(uint64_t)(IF_MASK | TF_MASK | AC_MASK | RF_MASK);
}

/* ---- protected mode ---- */

/* The gate of a vector in an IDT of 8-byte entries, its type checked. */
static void read_gate(CPUX86State *env, const X86Event *ev, X86Desc *gate)
{
    CPUState *cs = env_cpu(env);
    uint64_t e;

    if (ev->vector * 8 + 7 > env->idt.limit) {
        raise_gp(env, idt_error(ev), 0);
    }
    e = cpu_ldq_le_mmuidx_ra(cs, env->idt.base + ev->vector * 8, x86_sys_mmu(env), 0);
    *gate = (X86Desc) { .lo = e, .hi = e >> 32 };
    if (gate->hi & DESC_S) {
        raise_gp(env, idt_error(ev), 0);
    }
    switch (desc_type(gate->hi)) {
    case SYS_TASKGATE:
    case SYS_INT16:
    case SYS_TRAP16:
    case SYS_INT32:
    case SYS_TRAP32:
        break;
    default:
        raise_gp(env, idt_error(ev), 0);
    }
    if (ev->soft && desc_dpl(gate->hi) < x86_cpl(env)) {
        raise_gp(env, idt_error(ev), 0);
    }
    if (!(gate->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, idt_error(ev), 0);
    }
}

/* The code segment that a gate names; returns the privilege level that the handler will have. */
static unsigned read_gate_cs(CPUX86State *env, const X86Event *ev, uint32_t sel, X86Desc *d)
{
    unsigned cpl = x86_cpl(env), dpl;

    if (!sel_error(sel)) {
        raise_gp(env, ev->ext, 0);
    }
    if (!x86_read_desc(env, sel, d, 0) || !desc_is_code(d->hi) || desc_dpl(d->hi) > cpl) {
        raise_gp(env, sel_error(sel) | ev->ext, 0);
    }
    if (!(d->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, sel_error(sel) | ev->ext, 0);
    }
    dpl = desc_is_conforming(d->hi) ? cpl : desc_dpl(d->hi);
    /* Out of v86 mode a handler runs at level 0 or not at all. */
    if (x86_v86(env) && dpl != 0) {
        raise_gp(env, sel_error(sel) | ev->ext, 0);
    }
    return dpl;
}

/* The inner stack that the TSS names for level dpl, checked; fills s, ss selector and rights. */
static void open_inner_stack(CPUX86State *env, const X86Event *ev, unsigned dpl, X86Stack *s,
                             uint32_t *ss, X86Desc *ssd)
{
    uint32_t esp, err;

    x86_tss_stack(env, dpl, ss, &esp, 0);
    err = sel_error(*ss) | ev->ext;
    if (!sel_error(*ss) || (*ss & 3) != dpl || !x86_read_desc(env, *ss, ssd, 0) ||
        desc_dpl(ssd->hi) != dpl || !desc_is_writable_data(ssd->hi)) {
        raise_exception_err_ra(env, EXCP0A_TSS, err, 0);
    }
    if (!(ssd->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0C_STACK, err, 0);
    }
    *s = (X86Stack) {
        .env = env, .base = desc_base32(ssd), .sp = esp,
        .mask = ssd->hi & DESC_DB ? 0xffffffff : 0xffff,
        .limit = desc_limit(ssd), .flags = ssd->hi, .mmu_idx = x86_sys_mmu(env),
    };
}

static void push_frame(CPUX86State *env, const X86Event *ev, X86Stack *s, bool inner,
                       unsigned opsize)
{
    if (inner) {
        if (x86_v86(env)) {
            x86_push(s, env->segs[R_GS].selector, opsize);
            x86_push(s, env->segs[R_FS].selector, opsize);
            x86_push(s, env->segs[R_DS].selector, opsize);
            x86_push(s, env->segs[R_ES].selector, opsize);
        }
        x86_push(s, env->segs[R_SS].selector, opsize);
        x86_push(s, env->regs[R_ESP], opsize);
    }
    x86_push(s, ev->eflags, opsize);
    x86_push(s, env->segs[R_CS].selector, opsize);
    x86_push(s, ev->return_eip, opsize);
    if (ev->has_error) {
        x86_push(s, ev->error, opsize);
    }
}

static void deliver_protected(CPUX86State *env, const X86Event *ev)
{
    X86Desc gate, csd, ssd;
    X86Stack s;
    unsigned dpl, type, opsize, words;
    uint32_t sel, ss = 0;
    bool inner, from_v86 = x86_v86(env);

    read_gate(env, ev, &gate);
    type = desc_type(gate.hi);
    sel = gate_selector(&gate);
    if (type == SYS_TASKGATE) {
        x86_task_switch_checked(env, sel, TASK_GATE, ev->return_eip, ev->ext, ev->has_error,
                                ev->error, 0);
        return;
    }
    opsize = type & 8 ? 2 : 1;
    dpl = read_gate_cs(env, ev, sel, &csd);
    inner = dpl < x86_cpl(env);
    words = 3 + ev->has_error + (inner ? 2 : 0) + (inner && from_v86 ? 4 : 0);
    if (inner) {
        open_inner_stack(env, ev, dpl, &s, &ss, &ssd);
        if (!x86_stack_room_push(&s, words << opsize)) {
            raise_exception_err_ra(env, EXCP0C_STACK, sel_error(ss) | ev->ext, 0);
        }
    } else {
        x86_stack_current(&s, env, x86_data_mmu(env), 0);
        if (!x86_stack_room_push(&s, words << opsize)) {
            raise_exception_err_ra(env, EXCP0C_STACK, ev->ext, 0);
        }
    }
    if (gate_offset32(&gate) > desc_limit(&csd)) {
        raise_gp(env, ev->ext, 0);
    }
    push_frame(env, ev, &s, inner, opsize);
    if (inner) {
        x86_set_accessed(env, ss, &ssd, 0);
    }
    x86_set_accessed(env, sel, &csd, 0);

    /* Committed from here on. */
    enter_flags(env, !(type & 1));
    if (inner) {
        if (from_v86) {
            for (unsigned seg = R_ES; seg <= R_GS; seg++) {
                if (seg != R_CS && seg != R_SS) {
                    x86_load_null_seg(env, seg, 0, 0);
                }
            }
        }
        x86_load_cache(&env->segs[R_SS], ss, &ssd);
    }
    x86_stack_commit(&s);
    x86_load_cs(env, sel, &csd, dpl, 0);
    env->eip = type & 8 ? gate_offset32(&gate) : gate_offset32(&gate) & 0xffff;
}

/* ---- long mode ---- */

typedef struct Gate64 {
    X86Desc d;
    uint64_t offset;
    unsigned ist;
} Gate64;

static void read_gate64(CPUX86State *env, const X86Event *ev, Gate64 *g)
{
    CPUState *cs = env_cpu(env);
    uint64_t lo, hi, addr = env->idt.base + ev->vector * 16;
    unsigned type;

    if (ev->vector * 16 + 15 > env->idt.limit) {
        raise_gp(env, idt_error(ev), 0);
    }
    lo = cpu_ldq_le_mmuidx_ra(cs, addr, x86_sys_mmu(env), 0);
    hi = cpu_ldq_le_mmuidx_ra(cs, addr + 8, x86_sys_mmu(env), 0);
    g->d = (X86Desc) { .lo = lo, .hi = lo >> 32 };
    g->offset = gate_offset32(&g->d) | hi << 32;
    g->ist = g->d.hi & 7;
    type = desc_type(g->d.hi);
    if ((g->d.hi & DESC_S) || (type != SYS_INT32 && type != SYS_TRAP32) ||
        (ev->soft && desc_dpl(g->d.hi) < x86_cpl(env))) {
        raise_gp(env, idt_error(ev), 0);
    }
    if (!(g->d.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, idt_error(ev), 0);
    }
}

/* Write the frame below sp; returns the new stack pointer. */
static uint64_t push_frame64(CPUX86State *env, const X86Event *ev, uint64_t sp, int mmu_idx)
{
    CPUState *cs = env_cpu(env);
    const uint64_t frame[6] = {
        ev->error, ev->return_eip, env->segs[R_CS].selector, ev->eflags, env->regs[R_ESP],
        env->segs[R_SS].selector,
    };
    const uint64_t *from = ev->has_error ? frame : frame + 1;
    unsigned bytes = ev->has_error ? 48 : 40;
    void *p = NULL;

    sp = (sp & ~15ull) - bytes;
    if (!x86_canonical(env, sp)) {
        raise_exception_err_ra(env, EXCP0C_STACK, ev->ext, 0);
    }
    if ((sp & 4095) <= 4096 - bytes) {
        p = cpu_probe_ram(cs, sp, bytes, MMU_DATA_STORE, mmu_idx, 0);
    }
    if (likely(p)) {
        for (unsigned i = 0; i < bytes / 8; i++) {
            ((uint64_t *)p)[i] = cpu_to_le64(from[i]);
        }
    } else { /* from the top, as the hardware pushes */
        for (unsigned i = bytes / 8; i-- > 0;) {
            cpu_stq_le_mmuidx_ra(cs, sp + i * 8, from[i], mmu_idx, 0);
        }
    }
    return sp;
}

static void deliver_long(CPUX86State *env, const X86Event *ev)
{
    Gate64 g;
    X86Desc csd;
    uint64_t sp = env->regs[R_ESP];
    uint32_t sel;
    unsigned dpl, cpl = x86_cpl(env);

    read_gate64(env, ev, &g);
    sel = gate_selector(&g.d);
    dpl = read_gate_cs(env, ev, sel, &csd);
    if ((csd.hi & (DESC_L | DESC_DB)) != DESC_L) {
        raise_gp(env, sel_error(sel) | ev->ext, 0);
    }
    if (g.ist) {
        sp = x86_tss_rsp(env, g.ist + 3, 0);
    } else if (dpl < cpl) {
        sp = x86_tss_rsp(env, dpl, 0);
    }
    if (!x86_canonical(env, g.offset)) {
        raise_gp(env, ev->ext, 0);
    }
    sp = push_frame64(env, ev, sp, dpl < cpl ? x86_sys_mmu(env) : x86_cpl_mmu(env, dpl));
    x86_set_accessed(env, sel, &csd, 0);

    enter_flags(env, !(desc_type(g.d.hi) & 1));
    if (dpl < cpl) {
        x86_load_null_seg(env, R_SS, dpl, dpl);
    }
    env->regs[R_ESP] = sp;
    x86_load_cs(env, sel, &csd, dpl, 0);
    env->eip = g.offset;
}

/* ---- entry points ---- */

static void deliver(CPUX86State *env, const X86Event *ev)
{
    if (!(env->cr[0] & CR0_PE)) {
        deliver_real(env, ev);
    } else if (env->hflags & HF_LMA) {
        deliver_long(env, ev);
    } else {
        deliver_protected(env, ev);
    }
    env->hflags &= ~HF_INHIBIT_IRQ;
    cpu_x86_update_hflags(env);
}

static void log_event(CPUX86State *env, const X86Event *ev, const char *kind)
{
    if (!qemu_loglevel_mask(CPU_LOG_INT)) {
        return;
    }
    qemu_log("CPU%d: %s %02x error %04x cpl %u cs:ip %04x:%016" PRIx64 " ss:sp %04x:%016" PRIx64,
             env_cpu(env)->cpu_index, kind, ev->vector, ev->error, x86_cpl(env),
             env->segs[R_CS].selector, env->eip, env->segs[R_SS].selector, env->regs[R_ESP]);
    if (ev->vector == EXCP0E_PAGE && ev->has_error) {
        qemu_log(" cr2 %016" PRIx64 "\n", env->cr[2]);
    } else {
        qemu_log(" ax %016" PRIx64 "\n", env->regs[R_EAX]);
    }
    if (qemu_loglevel_mask(CPU_LOG_TB_CPU)) {
        g_autoptr(GString) s = g_string_new(NULL);

        cpu_dump_state(env_cpu(env), s, 0);
        qemu_log("%s", s->str);
    }
}

/* CPUClass.do_interrupt */
void x86_do_interrupt(CPUState *cs)
{
    CPUX86State *env = cs->env;
    unsigned vector = cs->exception_index;
    bool soft = env->exception_is_int;
    X86Event ev = {
        .vector = vector, .soft = soft, .ext = !soft,
        .has_error = !soft && vector_has_error(vector), .error = env->error_code,
        .eflags = cpu_x86_eflags(env),
        .return_eip = soft ? env->exception_next_eip : env->eip,
    };

    if (!soft && vector_is_fault(vector)) {
        ev.eflags |= RF_MASK;
    } else if (soft) {
        ev.eflags &= ~RF_MASK;
    }
    if (!(env->cr[0] & CR0_PE)) {
        ev.has_error = false;
    }
    if (unlikely(cs->watchpoint_hit)) {
        x86_forget_watch_hits(env); /* the instruction did not complete: it will hit again */
    }
    log_event(env, &ev, soft ? "software interrupt" : "exception");
    env->old_exception = soft ? -1 : (int)vector;
    deliver(env, &ev);
    env->old_exception = -1;
    cs->exception_index = -1;
    if (vector == EXCP01_DB && !soft) {
        x86_update_dr7(env, env->dr[7] & ~(uint64_t)DR7_GD);
    }
}

void x86_deliver_hw_interrupt(CPUX86State *env, unsigned vector)
{
    X86Event ev = {
        .vector = vector, .ext = 1, .eflags = cpu_x86_eflags(env), .return_eip = env->eip,
    };

    log_event(env, &ev, vector == EXCP02_NMI ? "nmi" : "interrupt");
    env->old_exception = -1;
    deliver(env, &ev);
}

/* ---- software interrupts ---- */

/*
 * INT n in v86 mode with CR4.VME: does the bitmap below the I/O map send it to the program's own
 * handler? A set bit, or a TSS too short, means no.
 */
static bool vme_redirects(CPUX86State *env, unsigned vector, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    uint32_t map;
    uint8_t byte;

    if (!(env->cr[4] & CR4_VME) || !(desc_type(env->tr.flags) & 8) || env->tr.limit < 103) {
        return false;
    }
    map = cpu_lduw_le_mmuidx_ra(cs, env->tr.base + 102, x86_sys_mmu(env), ra);
    if (map < 32 + 104 || map - 32 + vector / 8 > env->tr.limit) {
        return false;
    }
    byte = cpu_ldub_mmuidx_ra(cs, env->tr.base + map - 32 + vector / 8, x86_sys_mmu(env), ra);
    return !(byte >> (vector & 7) & 1);
}

/* Enter a handler of the v86 program itself, through its IVT at linear 0. */
static void vme_interrupt(CPUX86State *env, unsigned vector, uint64_t next_eip, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    uint32_t entry = cpu_ldl_le_mmuidx_ra(cs, vector * 4, x86_data_mmu(env), ra);
    bool iopl3 = x86_iopl(env) == 3;
    X86Event ev = { .eflags = cpu_x86_eflags(env), .return_eip = next_eip };
    X86Stack s;

    if (!iopl3) {
        ev.eflags = (ev.eflags & ~IF_MASK) | IOPL_MASK;
        if (env->eflags & VIF_MASK) {
            ev.eflags |= IF_MASK;
        }
    }
    x86_stack_current(&s, env, x86_data_mmu(env), ra);
    if (!x86_stack_room_push(&s, 6)) {
        raise_exception_err_ra(env, EXCP0C_STACK, 0, ra);
    }
    push_real_frame(&s, &ev, env->segs[R_CS].selector);
    x86_stack_commit(&s);
    env->eip = entry & 0xffff;
    x86_load_v86_seg(env, R_CS, entry >> 16);
    env->eflags &= ~(uint64_t)(TF_MASK | NT_MASK | (iopl3 ? IF_MASK : VIF_MASK));
    cpu_x86_update_hflags(env);
}

void helper_int(CPUX86State *env, uint32_t vector, uint64_t next_eip)
{
    uintptr_t ra = GETPC();

    if (x86_v86(env)) {
        if (vme_redirects(env, vector, ra)) {
            cpu_restore_state(env_cpu(env), ra);
            vme_interrupt(env, vector, next_eip, 0);
            cpu_loop_exit(env_cpu(env));
        }
        if (x86_iopl(env) < 3) {
            raise_gp(env, 0, ra);
        }
    }
    cpu_restore_state(env_cpu(env), ra);
    raise_interrupt(env, vector, true, 0, next_eip);
}

void helper_int3(CPUX86State *env, uint64_t next_eip)
{
    cpu_restore_state(env_cpu(env), GETPC());
    raise_interrupt(env, EXCP03_INT3, true, 0, next_eip);
}

void helper_into(CPUX86State *env, uint64_t next_eip)
{
    cpu_restore_state(env_cpu(env), GETPC());
    raise_interrupt(env, EXCP04_INTO, true, 0, next_eip);
}

void helper_icebp(CPUX86State *env, uint64_t next_eip)
{
    cpu_restore_state(env_cpu(env), GETPC());
    env->eip = next_eip;
    raise_interrupt(env, EXCP01_DB, false, 0, 0);
}

void helper_raise_exception(CPUX86State *env, uint32_t vector)
{
    raise_exception_err_ra(env, vector, 0, GETPC());
}

void helper_raise_exception_err(CPUX86State *env, uint32_t vector, uint32_t error)
{
    raise_exception_err_ra(env, vector, error, GETPC());
}
