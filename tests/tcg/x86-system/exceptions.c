/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exceptions of protected mode: vectors, error codes, saved EIP, privilege. */
#include "lib32.h"

CODE(divide, "xor %ecx, %ecx; xor %edx, %edx\n" AT(divide) "div %ecx")
CODE(idiv_overflow, "mov $0x80000000, %eax; cdq; mov $-1, %ecx\n" AT(idiv_overflow) "idiv %ecx")
CODE(breakpoint, AT(breakpoint) "int3")
CODE(overflow, "mov $0x7fffffff, %eax; inc %eax\n" AT(overflow) "into")
CODE(undefined, AT(undefined) "ud2")
CODE(lock_bad, AT(lock_bad) ".byte 0xf0, 0x90")
CODE(load_bad_sel, "mov $0x1f8 + 0x200, %ax\n" AT(load_bad_sel) "mov %ax, %ds")
CODE(load_code_write, "mov $0x80, %ax; mov %ax, %es\n" AT(load_code_write) "movl $1, %es:0x200000")
CODE(load_not_present, "mov $0x88, %ax\n" AT(load_not_present) "mov %ax, %es")
CODE(load_ss_not_present, "mov $0x88, %ax\n" AT(load_ss_not_present) "mov %ax, %ss")
CODE(load_ss_null, "xor %eax, %eax\n" AT(load_ss_null) "mov %ax, %ss")
CODE(load_ss_rpl, "mov $0x13, %ax\n" AT(load_ss_rpl) "mov %ax, %ss")
CODE(load_ss_readonly, "mov $0x90, %ax\n" AT(load_ss_readonly) "mov %ax, %ss")
CODE(use_null, "push %fs; xor %eax, %eax; mov %ax, %fs\n" AT(use_null) "mov %fs:0, %eax")
CODE(load_xonly, "mov $0x98, %ax\n" AT(load_xonly) "mov %ax, %es")
CODE(load_system, "mov $0x28, %ax\n" AT(load_system) "mov %ax, %es")
CODE(load_ldt_none, "mov $0x0c, %ax\n" AT(load_ldt_none) "mov %ax, %es")
CODE(far_null, AT(far_null) "ljmp $0, $0")
CODE(far_data, AT(far_data) "ljmp $0x10, $0")
CODE(far_np, AT(far_np) "ljmp $0xa0, $0")
CODE(far_rpl, AT(far_rpl) "ljmp $0x1b, $0")
CODE(iret_bad, "pushf; push $0x10; push $0\n" AT(iret_bad) "iret")
CODE(retf_np, "push $0xa0; push $0\n" AT(retf_np) "lret")
CODE(int_np, AT(int_np) "int $0x50")
CODE(int_bad_type, AT(int_bad_type) "int $0x51")
CODE(int_null_cs, AT(int_null_cs) "int $0x52")
CODE(int_data_cs, AT(int_data_cs) "int $0x53")
CODE(int_beyond, AT(int_beyond) "int $0x7f")
CODE(ltr_busy, "mov $0x28, %ax\n" AT(ltr_busy) "ltr %ax")
CODE(lldt_tss, "mov $0x40, %ax\n" AT(lldt_tss) "lldt %ax")
CODE(nothing, "nop")
CODE(u_hlt, AT(u_hlt) "hlt")
CODE(u_cli, AT(u_cli) "cli")
CODE(u_sti, AT(u_sti) "sti")
CODE(u_in, AT(u_in) "in $0x70, %al")
CODE(u_out, "mov $0x5678, %dx\n" AT(u_out) "outl %eax, %dx")
CODE(u_cr0, AT(u_cr0) "mov %cr0, %eax")
CODE(u_dr7, AT(u_dr7) "mov %db7, %eax")
CODE(u_lmsw, "mov $0x11, %eax\n" AT(u_lmsw) "lmsw %ax")
CODE(u_clts, AT(u_clts) "clts")
CODE(u_lgdt, AT(u_lgdt) "lgdt 0x100000")
CODE(u_rdmsr, "mov $0x10, %ecx\n" AT(u_rdmsr) "rdmsr")
CODE(u_wbinvd, AT(u_wbinvd) "wbinvd")
CODE(u_invlpg, AT(u_invlpg) "invlpg 0")
CODE(u_int, AT(u_int) "int $0x20")
CODE(u_ds, "mov $0x10, %ax\n" AT(u_ds) "mov %ax, %ds")
CODE(u_popf, "push $0x3202; popf; pushf; pop %eax; mov %eax, popped")
CODE(gate_limit, AT(gate_limit) "int $0x54")

u32 popped __attribute__((used));

/* Also checks that the saved EIP is that of the instruction. */
static void fault(void (*fn)(void), char *at, int vec, u32 err, const char *name)
{
    int got = try(fn);

    report_exc(got, vec, err, name);
    report(exc.eip == (u32)at, "  saved eip");
}

static void user_fault(void (*fn)(void), char *at, int vec, u32 err, const char *name)
{
    int got = try_user(fn);

    report_exc(got, vec, err, name);
    report(exc.eip == (u32)at && exc.cs == SEL_UCODE && exc.ss == SEL_UDATA,
           "  saved cs:eip and ss");
}

#define FAULT(fn, vec, err) fault(fn, fn##_at, vec, err, #fn)
#define USER(fn, vec, err) user_fault(fn, fn##_at, vec, err, #fn)

static void instructions(void)
{
    FAULT(divide, 0, 0);
    FAULT(idiv_overflow, 0, 0);
    FAULT(undefined, 6, 0);
    FAULT(lock_bad, 6, 0);
    report_exc(try(breakpoint), 3, 0, "int3");
    report(exc.eip == (u32)breakpoint_at + 1, "int3 saves the next eip");
    report_exc(try(overflow), 4, 0, "into");
    report(exc.eip == (u32)overflow_at + 1, "into saves the next eip");
    report(try(nothing) == -1, "no exception");
}

static void segments(void)
{
    gdt[16] = desc(0, 0xfffff, D_P | D_S | D_CODE | D_G | D_B);
    gdt[17] = desc(0, 0xfffff, D_S | D_DATA | D_G | D_B);
    gdt[18] = desc(0, 0xfffff, D_P | D_S | D_RODATA | D_G | D_B);
    gdt[19] = desc(0, 0xfffff, D_P | D_S | D_XCODE | D_G | D_B);
    gdt[20] = desc(0, 0xfffff, D_S | D_CODE | D_G | D_B);
    FAULT(load_bad_sel, 13, 0x3f8);
    FAULT(load_not_present, 11, 0x88);
    FAULT(load_ss_not_present, 12, 0x88);
    FAULT(load_ss_null, 13, 0);
    FAULT(load_ss_rpl, 13, 0x10);
    FAULT(load_ss_readonly, 13, 0x90);
    FAULT(load_xonly, 13, 0x98);
    FAULT(load_system, 13, 0x28);
    FAULT(load_ldt_none, 13, 0x0c);
    FAULT(far_null, 13, 0);
    FAULT(far_data, 13, 0x10);
    FAULT(far_np, 11, 0xa0);
    FAULT(far_rpl, 13, 0x18);
    FAULT(iret_bad, 13, 0x10);
    FAULT(retf_np, 11, 0xa0);
    FAULT(ltr_busy, 13, 0x28);
    FAULT(lldt_tss, 13, 0x40);
}

static void gates(void)
{
    idt[0x50].hi &= ~D_P;
    idt[0x51] = gate(SEL_CODE, 0, D_P | D_LDT);
    idt[0x52] = gate(0, 0, D_P | D_INT32);
    idt[0x53] = gate(SEL_DATA, 0, D_P | D_INT32);
    FAULT(int_np, 11, 0x50 * 8 + 2);
    FAULT(int_bad_type, 13, 0x51 * 8 + 2);
    FAULT(int_null_cs, 13, 0);
    FAULT(int_data_cs, 13, SEL_DATA);
    load_idt(0x60 * 8 - 1);
    FAULT(int_beyond, 13, 0x7f * 8 + 2);
    load_idt(sizeof(idt) - 1);
}

/* Faults while a fault is delivered. */
static void doubles(void)
{
    Desc old_gp = idt[13], old_ud = idt[6], old_df = idt[8];

    idt[8] = gate(SEL_DFTSS, 0, D_P | D_TASK);
    idt[13].hi &= ~D_P;
    report_exc(try(load_bad_sel), 8, 0, "#GP with a gate that is not present: #DF");
    __asm__ volatile("clts");
    /* Back from the task gate's TSS by hand. */
    gdt[5].hi &= ~D_BUSY;
    gdt[8].hi &= ~D_BUSY;
    __asm__ volatile("ltr %0" : : "r"((u16)SEL_TSS));
    idt[13] = old_gp;
    idt[8] = old_df;
    idt[6].hi &= ~D_P;
    report_exc(try(undefined), 11, 6 * 8 + 2 + 1, "#UD with a gate that is not present: #NP, EXT");
    idt[6] = old_ud;
}

static void user_mode(void)
{
    USER(u_hlt, 13, 0);
    USER(u_cli, 13, 0);
    USER(u_sti, 13, 0);
    USER(u_in, 13, 0);
    USER(u_out, 13, 0);
    USER(u_cr0, 13, 0);
    USER(u_dr7, 13, 0);
    USER(u_lmsw, 13, 0);
    USER(u_clts, 13, 0);
    USER(u_lgdt, 13, 0);
    USER(u_rdmsr, 13, 0);
    USER(u_wbinvd, 13, 0);
    USER(u_invlpg, 13, 0);
    USER(u_int, 13, 0x20 * 8 + 2);
    USER(u_ds, 13, 0x10);
    USER(divide, 0, 0);
    report(try_user(nothing) == VEC_DONE, "user code returns through a DPL 3 gate");
    report(try_user(u_popf) == VEC_DONE && !(popped & 0x3200),
           "POPF at CPL 3 leaves IF and IOPL");
}

static void io_bitmap(void)
{
    tss.bitmap[32 + 0x70 / 8] &= ~1u;
    report(try_user(u_in) == VEC_DONE, "I/O bitmap allows one port");
    tss.bitmap[32 + 0x5678 / 8] &= ~1u;
    report_exc(try_user(u_out), 13, 0, "a dword needs four bits of the map: one is at 0x5678");
    tss.bitmap[32 + 0x5678 / 8] = 0;
    report(try_user(u_out) == VEC_DONE, "four bits clear: allowed");
    user_eflags = 0x3002;
    report(try_user(u_cli) == VEC_DONE, "CLI with IOPL 3");
    user_eflags = 2;
}

int main(void)
{
    instructions();
    segments();
    gates();
    doubles();
    user_mode();
    io_bitmap();
    return 0;
}
