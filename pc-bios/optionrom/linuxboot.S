/*
 * Boots a Linux kernel that the emulator offers through fw_cfg (-kernel).
 *
 * Loads the four parts to where the emulator says and enters the kernel's real-mode code.
 *
 * Spec: The Linux/x86 boot protocol, "Running the kernel": DS = ES = SS = the segment of the
 *       setup code, entered at its offset 0x200 with interrupts off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "optrom.h"

    optrom_header "Linux loader"

boot_entry:
    cli
    cld
    xorl %eax, %eax
    movw %ax, %ss
    movl $STACK_TOP, %esp
    movw %ax, %ds
    movw %ax, %es
    sti

    LOAD(FW_CFG_SETUP_ADDR, FW_CFG_SETUP_SIZE, FW_CFG_SETUP_DATA)
    LOAD(FW_CFG_CMDLINE_ADDR, FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA)
    LOAD(FW_CFG_KERNEL_ADDR, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA)
    LOAD(FW_CFG_INITRD_ADDR, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA)

    /* The command line lies above the setup code; the stack ends just below it. */
    movw $FW_CFG_SETUP_ADDR, %ax
    call fw_read_long
    movl %eax, %ebx
    movw $FW_CFG_CMDLINE_ADDR, %ax
    call fw_read_long
    subl %ebx, %eax
    subl $16, %eax
    shrl $4, %ebx

    cli
    movw %bx, %ss
    movl %eax, %esp
    movw %bx, %ds
    movw %bx, %es
    movw %bx, %fs
    movw %bx, %gs
    addw $0x20, %bx
    pushw %bx
    pushw $0
    xorl %eax, %eax
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %edi, %edi
    xorl %ebp, %ebp
    lretw

    optrom_routines
