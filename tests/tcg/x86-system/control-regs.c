/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TEST peer="does not check control registers" */
/* Values of control registers and MSRs that must be refused with #GP(0). */
#include "lib32.h"

CODE(pg_without_pe, "mov %cr0, %eax; and $~1, %eax; or $0x80000000, %eax\n"
     AT(pg_without_pe) "mov %eax, %cr0")
CODE(nw_without_cd, "mov %cr0, %eax; and $~0x40000000, %eax; or $0x20000000, %eax\n"
     AT(nw_without_cd) "mov %eax, %cr0")
CODE(cr4_reserved, "mov %cr4, %eax; or $0x80000000, %eax\n" AT(cr4_reserved) "mov %eax, %cr4")
CODE(cr4_pcide, "mov %cr4, %eax; or $0x20000, %eax\n" AT(cr4_pcide) "mov %eax, %cr4")
CODE(cr1, AT(cr1) ".byte 0x0f, 0x20, 0xc8")
CODE(cr5, AT(cr5) ".byte 0x0f, 0x22, 0xe8")
CODE(msr_unknown, "mov $0x12345678, %ecx\n" AT(msr_unknown) "rdmsr")
CODE(msr_write_unknown, "mov $0x12345678, %ecx\n" AT(msr_write_unknown) "wrmsr")
CODE(perf_counter, "mov $0xc1, %ecx\n" AT(perf_counter) "rdmsr")
CODE(perf_select, "mov $0x186, %ecx\n" AT(perf_select) "rdmsr")
CODE(rdpmc, "xor %ecx, %ecx\n" AT(rdpmc) "rdpmc")
CODE(pat_bad, "mov $0x277, %ecx; mov $2, %eax; xor %edx, %edx\n" AT(pat_bad) "wrmsr")
CODE(mtrr_def_bad, "mov $0x2ff, %ecx; mov $7, %eax; xor %edx, %edx\n" AT(mtrr_def_bad) "wrmsr")
CODE(mtrr_cap_ro, "mov $0xfe, %ecx; xor %eax, %eax; xor %edx, %edx\n" AT(mtrr_cap_ro) "wrmsr")
CODE(mce_status, "mov $0x401, %ecx; mov $1, %eax; xor %edx, %edx\n" AT(mce_status) "wrmsr")
CODE(efer_reserved, "mov $0xc0000080, %ecx; rdmsr; or $2, %eax\n" AT(efer_reserved) "wrmsr")
CODE(xsetbv_off, "xor %ecx, %ecx; mov $1, %eax; xor %edx, %edx\n"
     AT(xsetbv_off) ".byte 0x0f, 0x01, 0xd1")

#define GP(fn) report_exc(try(fn), 13, 0, #fn)
#define UD(fn) report_exc(try(fn), 6, 0, #fn)

int main(void)
{
    u32 cr0 = read_cr0();

    GP(pg_without_pe);
    GP(nw_without_cd);
    report(read_cr0() == cr0, "CR0 is unchanged");
    GP(cr4_reserved);
    GP(cr4_pcide);
    UD(cr1);
    UD(cr5);
    GP(msr_unknown);
    GP(msr_write_unknown);
    GP(perf_counter);
    GP(perf_select);
    GP(rdpmc);
    GP(pat_bad);
    GP(mtrr_def_bad);
    GP(mtrr_cap_ro);
    GP(mce_status);
    GP(efer_reserved);
    UD(xsetbv_off);
    wrmsr(0x277, 0x0007040600070406ull);
    report(rdmsr(0x277) == 0x0007040600070406ull, "PAT reads back");
    return 0;
}
