/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hardware task switches: by JMP, CALL, IRET and task gates; what is saved, and the faults. */
#include "lib32.h"

enum { SEL_T1 = 0x80, SEL_T2 = 0x88, SEL_T16 = 0x90, SEL_GATE = 0x98, SEL_SHORT = 0xa0,
       SEL_NP = 0xa8, SEL_TS = 0xb0 };

typedef struct TSS16 {
    u16 link, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags, ax, cx, dx, bx, sp, bp, si, di, es, cs, ss,
        ds, ldt;
} __attribute__((packed)) TSS16;

static TSS32 t1, t2, ts; /* ts: handles #TS on a stack of its own */
static TSS16 t16;
static u8 stack1[4096], stack2[4096], stack_ts[4096];
static volatile u32 visits, seen_flags, seen_cr0, seen_edi, seen_link, seen_tr, seen_error;

static u32 str(void)
{
    u32 v;

    __asm__ volatile("str %0" : "=r"(v));
    return v;
}

static void record(void)
{
    visits++;
    seen_flags = get_eflags();
    seen_cr0 = read_cr0();
    seen_tr = str();
    __asm__ volatile("clts");
}

/* A task that notes that it ran and returns by IRET, again and again. */
__attribute__((used)) static void body(u32 edi)
{
    seen_edi = edi;
    record();
}
void task_loop(void);
__asm__(".text; task_loop: push %edi; call body; pop %edi; iret; jmp task_loop");
/* The same with an error code on the stack. */
void task_error(void);
__asm__("task_error: pop %eax; mov %eax, seen_error; movl $0x10, tss + 40\n"
        "push %edi; call body; pop %edi; iret; jmp task_error");
/* Leaves by a far jump back to the main task. */
void task_jump(void);
__asm__("task_jump: push %edi; call body; pop %edi; ljmp $0x28, $0; jmp task_jump");

static void init_task(TSS32 *t, void (*fn)(void), u8 *stack)
{
    memset(t, 0, sizeof(*t));
    t->eip = (u32)fn;
    t->cs = SEL_CODE;
    t->ss = t->ds = t->es = t->fs = t->gs = SEL_DATA;
    t->esp = (u32)stack + 4096;
    t->eflags = 2;
    t->edi = 0x12345678;
    t->iomap = 104;
}

CODE(call_t1, AT(call_t1) "lcall $0x80, $0")
CODE(jmp_t2, AT(jmp_t2) "ljmp $0x88, $0")
CODE(call_gate_task, AT(call_gate_task) "lcall $0x98, $0")
CODE(call_t16, AT(call_t16) "lcall $0x90, $0")
CODE(call_short, AT(call_short) "lcall $0xa0, $0")
CODE(call_np, AT(call_np) "lcall $0xa8, $0")
CODE(call_busy, AT(call_busy) "lcall $0x28, $0")
CODE(int_task, AT(int_task) "int $0x60")
CODE(bad_ds_mended, "mov $0x3f8, %ax\n" AT(bad_ds_mended) "mov %ax, %es; mov $0x10, %ax; mov %ax, %es")
CODE(iret_nt, "pushf; orl $0x4000, (%esp); popf\n" AT(iret_nt) "iret")

static bool busy(u32 sel)
{
    return gdt[sel / 8].hi >> 9 & 1;
}

static void calls(void)
{
    init_task(&t1, task_loop, stack1);
    report(try(call_t1) == -1 && visits == 1, "CALL to a TSS and IRET back");
    report(seen_flags & 0x4000, "NT set by CALL");
    report(seen_cr0 & 8, "TS set");
    report(seen_tr == SEL_T1 && str() == SEL_TSS, "TR follows");
    report(t1.link == SEL_TSS, "link field");
    report(seen_edi == 0x12345678, "registers come from the TSS");
    report(!busy(SEL_T1) && busy(SEL_TSS), "busy bits after IRET");
    report(!(t1.eflags & 0x4000), "IRET clears NT in the task it leaves");
    report(try(call_t1) == -1 && visits == 2, "the task goes on after its IRET");
}

static void jumps(void)
{
    init_task(&t2, task_jump, stack2);
    visits = 0;
    report(try(jmp_t2) == -1 && visits == 1, "JMP to a TSS and JMP back");
    report(!(seen_flags & 0x4000), "JMP leaves NT clear");
    report(!busy(SEL_T2) && busy(SEL_TSS), "busy bits after JMP");
}

static void gates(void)
{
    init_task(&t1, task_loop, stack1);
    gdt[SEL_GATE / 8] = gate(SEL_T1, 0, D_P | D_TASK);
    visits = 0;
    report(try(call_gate_task) == -1 && visits == 1, "CALL through a task gate");
    idt[0x60] = gate(SEL_T1, 0, D_P | D_TASK);
    report(try(int_task) == -1 && visits == 2 && (seen_flags & 0x4000), "INT through a task gate");
}

/* #GP through a task gate: the error code is on the new stack; the handler mends the selector. */
static void error_code(void)
{
    Desc old = idt[13];

    idt[13] = gate(SEL_T1, 0, D_P | D_TASK);
    init_task(&t1, task_error, stack1);
    t1.edi = 1;
    seen_error = 0;
    visits = 0;
    tss.eax = 0;
    report(try(bad_ds_mended) == -1 && visits == 1, "#GP through a task gate and IRET back");
    report(seen_error == 0x3f8, "error code on the new stack");
    idt[13] = old;
}

static void task16(void)
{
    extern char task16_code[], task16_end[];

    memcpy((void *)0x7000, task16_code, task16_end - task16_code);
    memset(&t16, 0, sizeof(t16));
    t16.ip = 0x7000;
    t16.flags = 2;
    t16.cs = SEL_CODE16;
    t16.ss = t16.ds = t16.es = SEL_DATA16;
    t16.sp = 0x6ff0;
    t16.si = 0x4321;
    *(volatile u16 *)0x6ff8 = 0;
    report(try(call_t16) == -1 && *(volatile u16 *)0x6ff8 == 0x4321, "CALL to a 16-bit TSS");
    report(t16.link == SEL_TSS && (t16.ip & 0xff00) == 0x7000, "16-bit TSS is written");
    __asm__ volatile("clts");
}
__asm__(".code16; task16_code: mov %si, 0x6ff8; iret; jmp task16_code; task16_end: .code32");

static void faults(void)
{
    report_exc(try(call_busy), 13, SEL_TSS, "busy TSS");
    report_exc(try(call_short), 10, SEL_SHORT, "TSS too short");
    report_exc(try(call_np), 11, SEL_NP, "TSS not present");
    tss.link = SEL_T1;
    report_exc(try(iret_nt), 10, SEL_T1, "IRET to a task that is not busy");
    __asm__ volatile("pushf; andl $~0x4000, (%esp); popf");
}

/* Faults of the second half are raised in the new task: TR has changed. */
static void new_task_faults(void)
{
    static const struct {
        const char *name;
        u16 offset;
        u16 value;
        int vec;
    } cases[] = {
        { "CS of the new task null", __builtin_offsetof(TSS32, cs), 0, 10 },
        { "CS of the new task data", __builtin_offsetof(TSS32, cs), SEL_DATA, 10 },
        { "SS of the new task null", __builtin_offsetof(TSS32, ss), 0, 10 },
        { "SS of the new task with another RPL", __builtin_offsetof(TSS32, ss), SEL_DATA | 3, 10 },
        { "DS of the new task a TSS", __builtin_offsetof(TSS32, ds), SEL_T2, 10 },
        { "LDT of the new task a TSS", __builtin_offsetof(TSS32, ldt), SEL_T2, 10 },
    };

    Desc old = idt[10];

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int got;

        init_task(&t1, task_loop, stack1);
        init_task(&ts, (void (*)(void))(vec_stub + 10 * 16), stack_ts);
        idt[10] = gate(SEL_TS, 0, D_P | D_TASK);
        *(u16 *)((u8 *)&t1 + cases[i].offset) = cases[i].value;
        got = try(call_t1);
        report_exc(got, cases[i].vec, cases[i].value & 0xfffc, cases[i].name);
        report(str() == SEL_TS && ts.link == SEL_T1, "  raised in the new task");
        idt[10] = old;
        gdt[5].hi &= ~D_BUSY;
        gdt[SEL_T1 / 8].hi &= ~D_BUSY;
        gdt[SEL_TS / 8].hi &= ~D_BUSY;
        __asm__ volatile("ltr %0; clts; lldt %1" : : "r"((u16)SEL_TSS), "r"((u16)0));
        __asm__ volatile("pushf; andl $~0x4000, (%esp); popf");
    }
}

static void trap_bit(void)
{
    init_task(&t1, task_loop, stack1);
    t1.trap = 1;
    write_dr6(0xffff0ff0);
    report_exc(try(call_t1), 1, 0, "T bit of the TSS: #DB");
    report(exc.eip == (u32)task_loop, "  before the first instruction");
    report(read_dr6() & 0x8000, "  DR6.BT");
    gdt[5].hi &= ~D_BUSY;
    gdt[SEL_T1 / 8].hi &= ~D_BUSY;
    __asm__ volatile("ltr %0; clts" : : "r"((u16)SEL_TSS));
    __asm__ volatile("pushf; andl $~0x4000, (%esp); popf");
}

int main(void)
{
    gdt[SEL_T1 / 8] = desc((u32)&t1, 103, D_P | D_TSS32);
    gdt[SEL_T2 / 8] = desc((u32)&t2, 103, D_P | D_TSS32);
    gdt[SEL_T16 / 8] = desc((u32)&t16, 43, D_P | D_TSS16);
    gdt[SEL_SHORT / 8] = desc((u32)&t1, 102, D_P | D_TSS32);
    gdt[SEL_TS / 8] = desc((u32)&ts, 103, D_P | D_TSS32);
    gdt[SEL_NP / 8] = desc((u32)&t1, 103, D_TSS32);
    calls();
    jumps();
    gates();
    error_code();
    task16();
    faults();
    new_task_faults();
    trap_bit();
    return 0;
}
