/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TEST bits=64 args="-cpu max" peer="does not check control registers and MSRs" */
/* Long mode: values of control registers, table registers and MSRs that must be refused. */
#include "lib64.h"

CODE(lgdt_noncanon, "mov $bad_table, %eax\n" AT(lgdt_noncanon) "lgdt (%rax)")
CODE(lidt_noncanon, "mov $bad_table, %eax\n" AT(lidt_noncanon) "lidt (%rax)")
struct {
    u16 limit;
    u64 base;
} __attribute__((packed)) bad_table = { 0xff, 0x800000000000 };
CODE(pcide_cr3, "mov %cr4, %rax; or $0x20000, %eax\n" AT(pcide_cr3) "mov %rax, %cr4")
CODE(pae_off, "mov %cr4, %rax; and $~0x20, %eax\n" AT(pae_off) "mov %rax, %cr4")
CODE(cr3_high, "mov %cr3, %rax; bts $52, %rax\n" AT(cr3_high) "mov %rax, %cr3")
CODE(cr0_high, "mov %cr0, %rax; bts $40, %rax\n" AT(cr0_high) "mov %rax, %cr0")
CODE(lme_off, "mov $0xc0000080, %ecx; rdmsr; and $~0x100, %eax\n" AT(lme_off) "wrmsr")
CODE(cr8_big, "mov $16, %eax\n" AT(cr8_big) "mov %rax, %cr8")

static void checks(void)
{
    report_exc(try(pae_off), 13, 0, "CR4.PAE cannot be cleared in long mode");
    report_exc(try(cr3_high), 13, 0, "CR3 beyond MAXPHYADDR");
    report_exc(try(cr0_high), 13, 0, "upper half of CR0");
    report_exc(try(lme_off), 13, 0, "EFER.LME with paging on");
    report_exc(try(cr8_big), 13, 0, "CR8 above 15");
    write_cr3(read_cr3() | 8);
    report_exc(try(pcide_cr3), 13, 0, "CR4.PCIDE with CR3 bits 11..0");
    write_cr3(read_cr3() & ~8ul);
}

static void msrs(void)
{
    static const struct {
        u32 msr;
        u64 value;
        const char *name;
    } bad[] = {
        { 0xc0000100, 0x800000000000, "FS base not canonical" },
        { 0xc0000101, 0x800000000000, "GS base not canonical" },
        { 0xc0000102, 0x800000000000, "kernel GS base not canonical" },
        { 0xc0000082, 0x800000000000, "LSTAR not canonical" },
        { 0x175, 0x800000000000, "SYSENTER_ESP not canonical" },
        { 0xc0000084, 1ul << 32, "FMASK has 32 bits" },
        { 0xc0000103, 1ul << 32, "TSC_AUX has 32 bits" },
        { 0x1b, 1ul << 60, "APIC base beyond MAXPHYADDR" },
        { 0x200, 0x2, "variable MTRR of an unknown type" },
        { 0x250, 0x0202020202020202, "fixed MTRR of an unknown type" },
        { 0x10a, 1, "ARCH_CAPABILITIES" },
        { 0xc1, 0, "performance counter" },
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        report_exc(try_wrmsr(bad[i].msr, bad[i].value), 13, 0, bad[i].name);
    }
    report_exc(try_rdmsr(0x309), 13, 0, "fixed performance counter");
    report_exc(try_rdmsr(0x802), 13, 0, "x2APIC register in xAPIC mode");
}

int main(void)
{
    report_exc(try(lgdt_noncanon), 13, 0, "LGDT with a base that is not canonical");
    report_exc(try(lidt_noncanon), 13, 0, "LIDT with a base that is not canonical");
    checks();
    msrs();
    return 0;
}
