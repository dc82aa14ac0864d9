/*
 * Boots a Multiboot kernel that the emulator offers through fw_cfg (-kernel).
 *
 * The emulator has prepared the kernel with its modules, and the information structure at
 * MBI, below 1 MiB. What only firmware knows is filled in here: the memory map. Then the kernel
 * is entered in protected mode.
 *
 * Spec: Multiboot Specification 0.6.96, sections 3.2 and 3.3.
 *
 * Layout of the information block, shared with hw/i386/multiboot.c:
 *   MBI + 0      the information structure; the emulator fills all but mem_* and mmap_length
 *   MBI + 0x100  memory map, room for MMAP_MAX entries of 24 bytes
 *   MBI + 0xe00  modules, strings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "optrom.h"

#define MBI 0x9000
#define MBI_MEM_LOWER (MBI + 4)
#define MBI_MEM_UPPER (MBI + 8)
#define MBI_MMAP_LENGTH (MBI + 44)
#define MMAP (MBI + 0x100)
#define MMAP_MAX 136
#define MMAP_ENTRY 24

#define CODE_SELECTOR 0x08
#define DATA_SELECTOR 0x10

    optrom_header "multiboot loader"

boot_entry:
    cli
    cld
    xorl %eax, %eax
    movw %ax, %ss
    movl $STACK_TOP, %esp
    movw %ax, %ds
    movw %ax, %es
    sti

    LOAD(FW_CFG_INITRD_ADDR, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA)
    LOAD(FW_CFG_KERNEL_ADDR, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA)

    /* INT 15, E820: entries go behind a size field each. */
    movw $(MMAP + 4), %di
    xorl %ebx, %ebx
1:  movl $0xe820, %eax
    movl $(MMAP_ENTRY - 4), %ecx
    movl $0x534d4150, %edx
    int $0x15
    jc 2f
    cmpl $0x534d4150, %eax
    jne 2f
    movl $(MMAP_ENTRY - 4), -4(%di)
    call note_upper
    addw $MMAP_ENTRY, %di
    cmpw $(MMAP + 4 + MMAP_ENTRY * MMAP_MAX), %di
    jae 2f
    testl %ebx, %ebx
    jnz 1b
2:  movzwl %di, %edi
    subl $(MMAP + 4), %edi
    movl %edi, MBI_MMAP_LENGTH

    int $0x12
    movzwl %ax, %eax
    movl %eax, MBI_MEM_LOWER

    /* A20 is on since firmware ran; into protected mode with flat segments. */
    movw $FW_CFG_KERNEL_ENTRY, %ax
    call fw_read_long
    movl %eax, %esi
    cli
    xorl %eax, %eax
    movw %cs, %ax
    shll $4, %eax
    leal gdt(%eax), %ecx
    leal protected(%eax), %edi
    pushl %ecx
    pushw $(gdt_end - gdt - 1)
    movw %sp, %bp
    lgdtl (%bp)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    pushl $CODE_SELECTOR
    pushl %edi
    lretl

/* RAM that starts at 1 MiB gives mem_upper, in KiB. The entry is at %di. */
note_upper:
    cmpl $1, 16(%di)
    jne 1f
    cmpl $0x100000, (%di)
    jne 1f
    cmpl $0, 4(%di)
    jne 1f
    movl 8(%di), %eax
    shrl $10, %eax
    cmpl $0, 12(%di)
    je 2f
    movl $0x3ffc00, %eax        /* more than 4 GiB: all that 32 bits can say */
2:  movl %eax, MBI_MEM_UPPER
1:  retw

    .code32
protected:
    movl $DATA_SELECTOR, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movl $0x2badb002, %eax
    movl $MBI, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %edi, %edi
    xorl %ebp, %ebp
    jmp *%esi

    .code16
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* code: base 0, 4 GiB, 32 bits */
    .quad 0x00cf93000000ffff    /* data */
gdt_end:

    optrom_routines
