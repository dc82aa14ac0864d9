/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug registers: code and data breakpoints, single step, general detect, RF. */
#include "lib32.h"

volatile u32 cell __attribute__((aligned(16)));

CODE(code_bp, "nop\n" AT(code_bp) "mov $1, %eax; nop")
CODE(write_cell, "movl $1, cell\n" AT(write_cell) "nop")
CODE(read_cell, "mov cell, %eax\n" AT(read_cell) "nop")
CODE(write_part, "movb $1, cell + 3\n" AT(write_part) "nop")
CODE(write_near, "movb $1, cell + 4\n" AT(write_near) "nop")
CODE(rmw_cell, "incl cell\n" AT(rmw_cell) "nop")
CODE(step, "pushf; orl $0x100, (%esp); popf\n nop\n" AT(step) "nop; nop")
CODE(step_ss, "pushf; orl $0x100, (%esp); mov %ss, %ecx; popf; mov %ecx, %ss; nop\n" AT(step_ss) "nop")
CODE(dr_read, AT(dr_read) "mov %db3, %eax")
CODE(icebp, ".byte 0xf1\n" AT(icebp) "nop")
CODE(dr4, AT(dr4) "mov %db4, %eax")
CODE(movs_hit, "mov $cell - 8, %esi; mov $cell - 4, %edi; mov $4, %ecx; cld; rep movsl\n"
     AT(movs_hit) "nop")
/* Ends up at code_bp_at with RF set in EFLAGS. */
CODE(resume, "pushf; orl $0x10000, (%esp); pushl $0x08; push $code_bp_at\n" AT(resume) "iret")

static void arm(int n, u32 addr, u32 rw, u32 len)
{
    u32 dr7 = read_dr7() & ~(0xfu << (16 + n * 4)) & ~(3u << (n * 2));

    switch (n) {
    case 0:
        write_dr0(addr);
        break;
    case 1:
        write_dr1(addr);
        break;
    case 2:
        write_dr2(addr);
        break;
    default:
        write_dr3(addr);
        break;
    }
    write_dr7(dr7 | (rw | (len - 1) << 2) << (16 + n * 4) | 1u << (n * 2));
    write_dr6(0xffff0ff0);
}

static void disarm(void)
{
    write_dr7(0x400);
}

static void code(void)
{
    arm(0, (u32)code_bp_at, 0, 1);
    report_exc(try(code_bp), 1, 0, "code breakpoint");
    report(exc.eip == (u32)code_bp_at, "  is a fault: eip of the instruction");
    report((read_dr6() & 15) == 1, "  DR6.B0");
    report(try(resume) == -1, "RF suppresses it once");
    disarm();
    report(try(code_bp) == -1, "disarmed");
}

static void data(void)
{
    arm(1, (u32)&cell, 1, 4);
    report_exc(try(write_cell), 1, 0, "write breakpoint");
    report(exc.eip == (u32)write_cell_at, "  is a trap: eip of the next instruction");
    report((read_dr6() & 15) == 2, "  DR6.B1");
    report(cell == 1, "  the write happened");
    report(try(read_cell) == -1, "reads do not hit a write breakpoint");
    report_exc(try(write_part), 1, 0, "one byte of the range");
    report(try(write_near) == -1, "the byte behind it does not hit");
    report_exc(try(rmw_cell), 1, 0, "read-modify-write");
    disarm();
    arm(2, (u32)&cell, 3, 4);
    report_exc(try(read_cell), 1, 0, "access breakpoint: read");
    report((read_dr6() & 15) == 4, "  DR6.B2");
    report_exc(try(write_cell), 1, 0, "access breakpoint: write");
    disarm();
    report(try(write_cell) == -1, "disarmed");
}

static void steps(void)
{
    write_dr6(0xffff0ff0);
    report_exc(try(step), 1, 0, "single step");
    report(exc.eip == (u32)step_at, "  after the instruction behind POPF");
    report(read_dr6() & 0x4000, "  DR6.BS");
    report_exc(try(icebp), 1, 0, "ICEBP");
    report(exc.eip == (u32)icebp_at, "  saves the next eip");
}

static void detect(void)
{
    u32 dr7 = read_dr7();

    write_dr6(0xffff0ff0);
    write_dr7(dr7 | 1 << 13);
    report_exc(try(dr_read), 1, 0, "general detect");
    report(exc.eip == (u32)dr_read_at, "  is a fault");
    report(!(read_dr7() & 1 << 13), "  GD is clear in the handler");
    report(read_dr6() & 1 << 13, "  DR6.BD");
    write_cr4(read_cr4() | 8);
    report_exc(try(dr4), 6, 0, "DR4 with CR4.DE");
    write_cr4(read_cr4() & ~8u);
    report(try(dr4) == -1, "DR4 is DR6 without");
}

static void values(void)
{
    write_dr6(0);
    report(read_dr6() == 0xffff0ff0, "fixed bits of DR6");
    write_dr7(0);
    report(read_dr7() == 0x400, "fixed bits of DR7");
    write_dr0(0x12345678);
    report(read_dr0() == 0x12345678, "DR0 reads back");
}

int main(void)
{
    values();
    code();
    data();
    steps();
    detect();
    return 0;
}
