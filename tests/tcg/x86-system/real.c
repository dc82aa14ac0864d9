/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real mode: interrupts through the IVT, limits of 64 KiB, big ("unreal") segments. */
#include "lib32.h"

/* Runs in real mode at 0000:8000 with SS:SP = 0000:7f00; comes back by the far jump at its end. */
extern char real_code[], real_end[];
void enter_real(void);
__asm__(".text\n"
        "enter_real:\n"
        " pushal; mov %esp, saved_esp; cli; lidt real_idt\n"
        " ljmp $0x30, $1f - enter_real + 0x9000\n"
        " .code16\n"
        "1: mov $0x38, %ax; mov %ax, %ds; mov %ax, %es; mov %ax, %ss; mov %ax, %fs; mov %ax, %gs\n"
        " cmpb $0, 0x7000; je 2f\n"                     /* unreal: leave a big limit in FS */
        " mov $0x10, %ax; mov %ax, %fs\n"
        "2: mov %cr0, %eax; and $~1, %al; mov %eax, %cr0\n"
        " ljmp $0, $3f - enter_real + 0x9000\n"
        "3: xor %ax, %ax; mov %ax, %ds; mov %ax, %es; mov %ax, %ss; mov $0x7f00, %sp\n"
        " cmpb $0, 0x7000; jne 4f; mov %ax, %fs\n"
        "4: jmp . + 0x8000 - 0x9000 - (. - enter_real)\n"
        "real_back:\n"
        " cli; xor %ax, %ax; mov %ax, %ds; lgdtl 0x7010\n"
        " mov %cr0, %eax; or $1, %al; mov %eax, %cr0\n"
        " ljmpl $8, $5f\n"
        " .code32\n"
        "5: mov $0x10, %eax; mov %eax, %ds; mov %eax, %es; mov %eax, %ss; mov %eax, %fs\n"
        " mov %eax, %gs; mov saved_esp, %esp; popal; ret\n"
        "enter_end:\n"
        ".data\n"
        ".globl saved_esp\n"
        "saved_esp: .long 0\n"
        "real_idt: .word 0x3ff; .long 0\n");
extern char enter_end[], real_back[];
extern struct {
    u16 limit;
    u32 base;
} __attribute__((packed)) real_idt;

/* What a piece of real-mode code is and what it leaves at 0x7100. */
#define REAL(name, text) \
    extern char name[], name##_end[]; \
    __asm__(".code16; " #name ": " text "; jmp *0x7020; " #name "_end: .code32");

REAL(plain, "movw $0x1234, 0x7100")
REAL(interrupt, "xor %bx, %bx; int $0x60; mov %bx, 0x7100")
REAL(handler, "mov $0x4321, %bx; mov %sp, 0x7102; iret")
REAL(divide, "xor %cx, %cx; mov $1, %ax; xor %dx, %dx; mov %sp, 0x7106; div %cx; movw $1, 0x7100")
/* Steps over the two-byte instruction. */
REAL(divide_handler, "push %bp; mov %sp, %bp; mov 2(%bp), %ax; mov %ax, 0x7102;"
     "addw $2, 2(%bp); pop %bp; iret")
REAL(wrap_word, "mov $0xffff, %di; movw $1, (%di); movw $1, 0x7100")
REAL(gp_handler, "movw $0xdead, 0x7104; add $6, %sp; jmp *0x7020")
REAL(unreal, "mov $0x300000, %esi; mov %fs:(%esi), %eax; mov %eax, 0x7100")
REAL(not_unreal, "mov $0x300000, %esi; mov %fs:(%esi), %eax; movw $1, 0x7100")
REAL(segment, "mov $0x1000, %ax; mov %ax, %es; movw $0x5678, %es:0x10; xor %ax, %ax; mov %ax, %es")
REAL(pushes, "pushfl; popl %eax; mov %eax, 0x7100")
REAL(lar_ud, "mov $1, %bx; .byte 0x0f, 0x02, 0xc3; movw $1, 0x7100")
REAL(ud_handler, "movw $0x0606, 0x7104; add $6, %sp; jmp *0x7020")

static void go(const char *code, const char *end, bool big)
{
    struct {
        u16 limit;
        u32 base;
    } __attribute__((packed)) gdtr = { sizeof(gdt) - 1, (u32)gdt };

    memcpy((void *)0x8000, code, end - code);
    memcpy((void *)0x9000, (void *)enter_real, enter_end - (char *)enter_real);
    memcpy((void *)0x7010, &gdtr, sizeof(gdtr));
    *(volatile u8 *)0x7000 = big;
    *(volatile u16 *)0x7020 = (u32)(real_back - (char *)enter_real) + 0x9000;
    *(volatile u32 *)0x7100 = *(volatile u32 *)0x7104 = 0;
    enter_real();
    load_idt(sizeof(idt) - 1);
}
#define GO(name) go(name, name##_end, false)

static void install(int vec, const char *code, const char *end, u32 addr)
{
    memcpy((void *)addr, code, end - code);
    *(volatile u32 *)(vec * 4) = addr;
}

static u16 r16(u32 addr)
{
    return *(volatile u16 *)addr;
}

int main(void)
{
    install(0x60, handler, handler_end - 4, 0xa000);
    GO(plain);
    report(r16(0x7100) == 0x1234, "real mode runs");
    GO(interrupt);
    report(r16(0x7100) == 0x4321, "INT n through the IVT and IRET");
    report(r16(0x7102) == 0x7f00 - 6, "  six bytes of frame");
    install(0, divide_handler, divide_handler_end - 4, 0xa100);
    GO(divide);
    report(r16(0x7100) == 1, "#DE through the IVT");
    report(r16(0x7102) >= 0x8000 && r16(0x7102) < 0x8040, "  saved ip is that of the DIV");
    GO(segment);
    report(r16(0x10010) == 0x5678, "segment base is selector * 16");
    GO(pushes);
    report((r16(0x7100) & 0x3002) == 2, "PUSHFD");
    install(6, ud_handler, ud_handler_end, 0xa200);
    GO(lar_ud);
    report(r16(0x7104) == 0x0606 && r16(0x7100) == 0, "LAR is undefined");
    *(volatile u32 *)0x300000 = 0xcafe0042;
    go(unreal, unreal_end, true);
    report(*(volatile u32 *)0x7100 == 0xcafe0042, "a big limit loaded in protected mode stays");
    install(13, gp_handler, gp_handler_end, 0xa300);
    GO(wrap_word);
    report(r16(0x7104) == 0xdead && r16(0x7100) == 0, "a word at offset 0xffff is #GP");
    GO(not_unreal);
    report(r16(0x7104) == 0xdead && r16(0x7100) == 0, "an offset above 64 KiB is #GP");
    return 0;
}
