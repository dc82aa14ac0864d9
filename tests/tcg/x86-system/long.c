/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TEST bits=64 args="-cpu max" */
/* Long mode: exceptions and their frames, IST, canonical addresses, SYSCALL, compatibility mode. */
#include "lib64.h"

extern char irq_stack_top[], ist_stack_top[];

CODE(divide, "xor %ecx, %ecx; xor %edx, %edx\n" AT(divide) "div %ecx")
CODE(undefined, AT(undefined) "ud2")
CODE(breakpoint, AT(breakpoint) "int3")
CODE(int50, AT(int50) "int $0x50")
CODE(nothing, "nop")
CODE(load_noncanon, "mov $0x800000000000, %rax\n" AT(load_noncanon) "mov (%rax), %rcx")
CODE(store_noncanon, "mov $0xffff7fffffffffff, %rax\n" AT(store_noncanon) "mov %cl, (%rax)")
CODE(stack_noncanon, "mov $0x800000000000, %rbp\n" AT(stack_noncanon) "mov (%rbp), %rcx")
CODE(push_noncanon, "mov $0x800000000010, %rsp\n" AT(push_noncanon) "push %rax")
CODE(fs_rbp_noncanon, "mov $0x800000000000, %rbp\n" AT(fs_rbp_noncanon) "mov %fs:(%rbp), %rcx")
CODE(jump_noncanon, "mov $0x800000000000, %rax\n" AT(jump_noncanon) "jmp *%rax")
CODE(high_missing, "mov $0xffffffff80001000, %rax\n" AT(high_missing) "mov (%rax), %rcx")
CODE(push_es, AT(push_es) ".byte 0x06")
CODE(ljmp_imm, AT(ljmp_imm) ".byte 0xea, 0, 0, 0, 0, 8, 0")
CODE(null_ss3, "xor %eax, %eax\n" AT(null_ss3) "mov %ax, %ss; nop; mov $0x10, %eax; mov %eax, %ss")
CODE(u_null_ss, "mov $3, %eax\n" AT(u_null_ss) "mov %ax, %ss")
CODE(u_swapgs, AT(u_swapgs) "swapgs")
CODE(u_sysret, AT(u_sysret) "sysretq")
CODE(u_cr8, AT(u_cr8) "mov %cr8, %rax")
CODE(u_in, AT(u_in) "in $0x70, %al")
CODE(iret_noncanon, "mov $0x800000000000, %rax; mov %rsp, %rcx; push $0x10; push %rcx; pushf\n"
     "push $8; push %rax\n" AT(iret_noncanon) "iretq")
CODE(iret_same, "mov %rsp, %rcx; push $0x10; push %rcx; pushf; push $8; push $1f\n"
     AT(iret_same) "iretq; 1:")
CODE(iret_null_ss, "mov %rsp, %rcx; push $0; push %rcx; pushf; push $8; push $1f\n"
     AT(iret_null_ss) "iretq; 1: mov %ss, %eax; mov %eax, seen; mov $0x10, %eax; mov %eax, %ss")
CODE(iret_nt, "pushf; orq $0x4000, (%rsp); popf\n" AT(iret_nt) "iretq")
CODE(int_misaligned, "sub $3, %rsp\n mov %rsp, seen_rsp\n" AT(int_misaligned) "int $0x41")
CODE(lret64, "push $8; push $1f\n" AT(lret64) "lretq; 1:")
u64 seen, seen_rsp;

#define FAULT(fn, vec, err) \
    do { report_exc(try(fn), vec, err, #fn); report(exc.rip == (u64)fn##_at, "  saved rip"); } while (0)

static void exceptions(void)
{
    FAULT(divide, 0, 0);
    FAULT(undefined, 6, 0);
    report_exc(try(breakpoint), 3, 0, "int3");
    report(exc.rip == (u64)breakpoint_at + 1, "  saved rip");
    report_exc(try(int_misaligned), VEC_ANY, 0, "INT with a misaligned stack");
    report((exc.at & 15) == 8 && exc.rsp == seen_rsp && exc.ss == SEL_DATA,
           "  frame aligned to 16, old RSP saved");
    report_exc(try_user(divide), 0, 0, "exception from CPL 3");
    report(exc.cs == SEL_UCODE && exc.ss == SEL_UDATA && exc.at == (u64)irq_stack_top - 56,
           "  frame on RSP0");
    FAULT(push_es, 6, 0);
    FAULT(ljmp_imm, 6, 0);
    report(try(null_ss3) == -1, "null SS at CPL 0");
    report_exc(try_user(u_null_ss), 13, 0, "null SS at CPL 3");
    report_exc(try_user(u_swapgs), 13, 0, "SWAPGS at CPL 3");
    report_exc(try_user(u_sysret), 13, 0, "SYSRET at CPL 3");
    report_exc(try_user(u_cr8), 13, 0, "CR8 at CPL 3");
    report_exc(try_user(u_in), 13, 0, "IN at CPL 3");
}

static void idt_checks(void)
{
    set_idt(0x50, (u64)vec_stub + 0x50 * 16, D_P | D_INT, 1);
    report_exc(try(int50), 0x50, 0, "INT through an IST gate");
    report(exc.at == (u64)ist_stack_top - 56, "  on the IST stack");
    set_idt(0x50, 0x800000000000, D_P | D_INT, 0);
    report_exc(try(int50), 13, 0, "handler not canonical");
    set_idt(0x50, (u64)vec_stub, D_INT, 0);
    report_exc(try(int50), 11, 0x50 * 8 + 2, "gate not present");
    set_idt(0x50, (u64)vec_stub, D_P | 0x600, 0);
    report_exc(try(int50), 13, 0x50 * 8 + 2, "16-bit gate");
    set_idt(0x50, (u64)vec_stub, D_P | D_INT, 0);
    idt[0x50].w[0] = (idt[0x50].w[0] & 0xffff) | SEL_CODE32 << 16;
    report_exc(try(int50), 13, SEL_CODE32, "gate to 32-bit code");
    set_idt(0x50, (u64)vec_stub, D_P | D_INT, 0);
    report_exc(try_user(int50), 13, 0x50 * 8 + 2, "DPL 0 gate from CPL 3");
}

static void canonical(void)
{
    FAULT(load_noncanon, 13, 0);
    FAULT(store_noncanon, 13, 0);
    FAULT(stack_noncanon, 12, 0);
    /* The frame must go elsewhere: RSP is no good. */
    for (int vec = 12; vec <= 13; vec++) {
        set_idt(vec, (u64)vec_stub + vec * 16, D_P | D_INT, 1);
    }
    FAULT(push_noncanon, 12, 0);
    for (int vec = 12; vec <= 13; vec++) {
        set_idt(vec, (u64)vec_stub + vec * 16, D_P | D_INT, 0);
    }
    FAULT(fs_rbp_noncanon, 13, 0);
    report_exc(try(jump_noncanon), 13, 0, "jump_noncanon");
    report_exc(try(high_missing), 14, 0, "canonical but not mapped");
    report(exc.cr2 == 0xffffffff80001000, "  CR2 has all 64 bits");
    report_exc(try(iret_noncanon), 13, 0, "IRET to a non-canonical address");
}

static void returns(void)
{
    report(try(iret_same) == -1, "IRETQ to the same level");
    report(try(iret_null_ss) == -1 && seen == 0, "IRETQ with a null SS");
    report_exc(try(iret_nt), 13, 0, "IRET with NT set");
    report(try(lret64) == -1, "LRETQ");
}

/* ---- SYSCALL ---- */

u64 sc_rcx, sc_r11, sc_flags, sc_cs, sc_ss;
void sc_entry(void);
__asm__(".text; sc_entry: mov %rcx, sc_rcx; mov %r11, sc_r11; mov %rsp, seen_rsp\n"
        "mov $ist_scratch, %esp; pushf; pop %rax; mov %rax, sc_flags\n"
        "mov %cs, %eax; mov %rax, sc_cs; mov %ss, %eax; mov %rax, sc_ss\n"
        "mov seen_rsp, %rsp; sysretq\n"
        ".bss; .space 256; ist_scratch:; .text");
CODE(do_syscall, "stc\n" AT(do_syscall) "syscall; pushf; pop %rax; mov %rax, seen")
CODE(sysret_noncanon, "mov $0x800000000000, %rcx; mov $2, %r11d\n" AT(sysret_noncanon) "sysretq")

static void syscalls(void)
{
    wrmsr(0xc0000081, (u64)SEL_CODE << 32 | (u64)(SEL_UCODE32) << 48);
    wrmsr(0xc0000082, (u64)sc_entry);
    wrmsr(0xc0000084, 0x4700);
    user_rflags = 0x402;
    report(try_user(do_syscall) == VEC_DONE, "SYSCALL and SYSRET");
    report(sc_rcx == (u64)do_syscall_at + 2, "  RCX is the next RIP");
    report(sc_cs == SEL_CODE && sc_ss == SEL_DATA, "  selectors");
    report((sc_r11 & 0x401) == 0x401, "  R11 has the flags");
    report(!(sc_flags & 0x400) && (sc_flags & 1), "  FMASK clears flags");
    report((seen & 0x401) == 0x401, "  SYSRET restores them");
    user_rflags = 2;
    wrmsr(0xc0000080, rdmsr(0xc0000080) & ~1ul);
    report_exc(try(do_syscall), 6, 0, "SYSCALL without EFER.SCE");
    wrmsr(0xc0000080, rdmsr(0xc0000080) | 1);
}

/* ---- compatibility mode ---- */

u32 compat_result, compat_cs;
CODE(compat, "mov %rsp, seen_rsp; ljmp *compat_target\n" AT(compat) "nop")
struct {
    u32 offset;
    u16 sel;
} __attribute__((packed)) compat_target;
void compat_code(void);
__asm__(".code32; compat_code: mov %cs, %eax; mov %eax, compat_cs\n"
        "mov $0x80000000, %eax; inc %eax; mov %eax, compat_result; .byte 0x40\n"
        "mov %eax, compat_result; ljmp $8, $1f; .code64; 1: mov seen_rsp, %rsp; ret\n");
void compat_fault(void);
__asm__(".code32; compat_fault: mov $0x40000000, %eax; add $0x70000000, %eax; mov (%eax), %eax\n"
        ".code64");

static void compat_mode(void)
{
    compat_target.offset = (u32)(u64)compat_code;
    compat_target.sel = SEL_CODE32;
    report(try(compat) == -1 && compat_cs == SEL_CODE32, "32-bit code under long mode");
    report(compat_result == 0x80000002, "  0x40 is INC there");
    compat_target.offset = (u32)(u64)compat_fault;
    report_exc(try(compat), 14, 0, "page fault in 32-bit code");
    report(exc.cs == SEL_CODE32 && exc.cr2 == 0xb0000000, "  frame and CR2");
}

int main(void)
{
    exceptions();
    idt_checks();
    canonical();
    returns();
    syscalls();
    compat_mode();
    return 0;
}
