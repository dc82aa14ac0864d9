/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual-8086 mode: entry by IRET, what traps, frames of interrupts, VME. */
#include "lib32.h"

enum { CODE_SEG = 0x800, STACK_SEG = 0x900, VM = 1 << 17, IF = 1 << 9, VIF = 1 << 19,
       VIP = 1 << 20, IOPL3 = 3 << 12 };
u32 v86_eflags;
extern u32 rec_esp;

/* Code at 0800:0000; INT 0x41 (DPL 3 gate) or a fault ends it. */
static void load(const u8 *code, u32 len)
{
    memcpy((void *)(CODE_SEG * 16), code, len);
}

void enter_v86(void);
__asm__(".text; enter_v86: pushl $0x6666; pushl $0x5555; pushl $0x4444; pushl $0x3333\n"
        "pushl $0x900; pushl $0x100; pushl v86_eflags; pushl $0x800; pushl $0; iret");

static int run(const u8 *code, u32 len, u32 flags)
{
    load(code, len);
    v86_eflags = flags | VM | 2;
    memset((void *)(STACK_SEG * 16), 0, 0x100);
    return try(enter_v86);
}
#define RUN(flags, ...) \
    ({ static const u8 code[] = { __VA_ARGS__ }; run(code, sizeof(code), flags); })
#define END 0xcd, 0x41
static u16 stack16(u32 offset)
{
    return *(volatile u16 *)(STACK_SEG * 16 + offset);
}
static u16 low16(u32 addr)
{
    return *(volatile u16 *)addr;
}

static void frames(void)
{
    int got = RUN(IOPL3, END);

    report_exc(got, VEC_ANY, 0, "INT with IOPL 3 leaves v86 mode");
    report(exc.cs == CODE_SEG && exc.eip == 2 && (exc.eflags & VM), "frame: cs:ip, VM");
    report(exc.esp == 0x100 && exc.ss == STACK_SEG, "frame: ss:sp");
    report(exc.frame[5] == 0x3333 && exc.frame[6] == 0x4444 && exc.frame[7] == 0x5555 &&
           exc.frame[8] == 0x6666, "frame: es ds fs gs");
}

static void sensitive(void)
{
    report_exc(RUN(0, END), 13, 0, "INT n below IOPL 3");
    report_exc(RUN(0, 0xfa), 13, 0, "CLI below IOPL 3");
    report_exc(RUN(0, 0xfb), 13, 0, "STI below IOPL 3");
    report_exc(RUN(0, 0x9c), 13, 0, "PUSHF below IOPL 3");
    report_exc(RUN(0, 0x9d), 13, 0, "POPF below IOPL 3");
    report_exc(RUN(0, 0xcf), 13, 0, "IRET below IOPL 3");
    report_exc(RUN(IOPL3, 0xf4), 13, 0, "HLT");
    report_exc(RUN(IOPL3, 0x0f, 0x20, 0xc0), 13, 0, "MOV CR0");
    report_exc(RUN(IOPL3, 0x0f, 0x00, 0xd8), 6, 0, "LTR is undefined");
    report_exc(RUN(IOPL3, 0x0f, 0x02, 0xc0), 6, 0, "LAR is undefined");
    report_exc(RUN(0, 0xe4, 0x70), 13, 0, "IN goes by the bitmap");
    report_exc(RUN(IOPL3, 0xe4, 0x70), 13, 0, "IN goes by the bitmap, even with IOPL 3");
    tss.bitmap[32 + 0x70 / 8] = 0;
    report_exc(RUN(IOPL3, 0xe4, 0x70, END), VEC_ANY, 0, "IN that the bitmap allows");
    tss.bitmap[32 + 0x70 / 8] = 0xff;
    report_exc(RUN(0, 0xcc), 3, 0, "INT3 does not go by IOPL");
    /* mov ax, 0x1234; mov ds, ax; mov [0], ds */
    report_exc(RUN(IOPL3, 0xb8, 0x34, 0x12, 0x8e, 0xd8, 0x8c, 0x1e, 0, 0, END), VEC_ANY, 0,
               "segment loads");
    report(low16(0x12340) == 0x1234, "  base is selector * 16");
}

/* pushf and popf at IOPL 3, IRET inside v86 mode */
static void flags(void)
{
    RUN(IOPL3 | IF, 0x9c, END);
    report((stack16(0xfe) & 0x3200) == 0x3200, "PUSHF shows IF and IOPL");
    RUN(IOPL3, 0x9c, 0x58, 0x0d, 0x00, 0x02, 0x50, 0x9d, 0xfa, END);
    report(!(exc.eflags & IF), "CLI with IOPL 3 acts on IF");
    /* push 0x0001 (flags: CF); push cs; push 8; iret; pad; at 8: jc +2; hlt; hlt; int 0x41 */
    report_exc(RUN(IOPL3, 0x6a, 0x01, 0x0e, 0x6a, 0x08, 0xcf, 0xf4, 0xf4, 0x72, 0x02, 0xf4, 0xf4,
                   END), VEC_ANY, 0, "IRET inside v86 mode");
}

static void vme(void)
{
    u32 a, b, c, d;

    cpuid(1, 0, &a, &b, &c, &d);
    if (!(d & 2)) {
        report_skip("VME", "this CPU has none");
        return;
    }
    write_cr4(read_cr4() | 1);
    tss.bitmap[0x41 / 8] |= 1 << (0x41 & 7);
    report_exc(RUN(IOPL3, END), VEC_ANY, 0, "VME: a set bit keeps the protected-mode handler");
    report_exc(RUN(0, END), 13, 0, "VME: a set bit below IOPL 3 is #GP");

    /* INT 0x42 redirected to 0800:0010 by the IVT at 0 */
    tss.bitmap[0x42 / 8] &= ~(1 << (0x42 & 7));
    *(volatile u32 *)(0x42 * 4) = CODE_SEG << 16 | 0x10;
    report_exc(RUN(VIF, 0xcd, 0x42, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4, 0xf4,
                   0xf4, 0xf4, 0xf4, 0xf4, 0xcc), 3, 0, "VME: INT n goes through the IVT");
    report(exc.eip == 0x11 && exc.cs == CODE_SEG, "  handler reached");
    report(stack16(0xfa) == 2 && stack16(0xfc) == CODE_SEG && (stack16(0xfe) & 0x3200) == 0x3200,
           "  frame has IF from VIF and IOPL 3");
    report(!(exc.eflags & VIF), "  VIF cleared");

    RUN(0, 0xfb, 0xcc);
    report(exc.vec == 3 && (exc.eflags & VIF), "VME: STI sets VIF");
    RUN(VIF, 0xfa, 0xcc);
    report(exc.vec == 3 && !(exc.eflags & VIF), "VME: CLI clears VIF");
    report_exc(RUN(VIP, 0xfb), 13, 0, "VME: STI with VIP pending");
    RUN(VIF, 0x9c, 0xcc);
    report(exc.vec == 3 && (stack16(0xfe) & 0x3200) == 0x3200, "VME: PUSHF shows VIF as IF");
    RUN(0, 0x68, 0x00, 0x02, 0x9d, 0xcc); /* push 0x200; popf */
    report(exc.vec == 3 && (exc.eflags & VIF) && !(exc.eflags & IF), "VME: POPF sets VIF");
    report_exc(RUN(0, 0x66, 0x9c), 13, 0, "VME: PUSHFD is still #GP");
    write_cr4(read_cr4() & ~1);
}

int main(void)
{
    set_idt(VEC_ANY, (u32)vec_stub + VEC_ANY * 16, D_P | D_INT32 | D_DPL3);
    frames();
    sensitive();
    flags();
    vme();
    return 0;
}
