/*
 * What our option ROMs share: the header that firmware looks for, and reading fw_cfg by DMA from
 * real mode.
 *
 * Spec: BIOS Boot Specification 1.01 (PnP expansion header, boot entry vector);
 *       docs/specs/fw_cfg.txt.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define FW_CFG_KERNEL_ADDR 0x07
#define FW_CFG_KERNEL_SIZE 0x08
#define FW_CFG_INITRD_ADDR 0x0a
#define FW_CFG_INITRD_SIZE 0x0b
#define FW_CFG_KERNEL_ENTRY 0x10
#define FW_CFG_KERNEL_DATA 0x11
#define FW_CFG_INITRD_DATA 0x12
#define FW_CFG_CMDLINE_ADDR 0x13
#define FW_CFG_CMDLINE_SIZE 0x14
#define FW_CFG_CMDLINE_DATA 0x15
#define FW_CFG_SETUP_ADDR 0x16
#define FW_CFG_SETUP_SIZE 0x17
#define FW_CFG_SETUP_DATA 0x18

#define FW_CFG_DMA_PORT_LOW 0x518
#define DMA_ERROR 1
#define DMA_READ_SELECT 0x0a

/* The ROM's own stack, below where boot sectors go; the real-mode kernel takes its own. */
#define STACK_TOP 0x7c00

/* Header: signature, length (scripts/sign-optionrom.py fills it), init, pointer to PnP. */
.macro optrom_header product
    .code16
    .text
    .globl _start
_start:
    .byte 0x55, 0xaa
    .byte 0
    lretw                       /* init at offset 3: nothing to do */
    .org 0x18
    .short 0                    /* no PCI data structure */
    .short pnp_header
    .balign 16
pnp_header:
    .ascii "$PnP"
    .byte 1                     /* revision */
    .byte 2                     /* length in paragraphs */
    .short 0                    /* no next header */
    .byte 0
    .byte 0                     /* checksum, filled in later */
    .long 0                     /* device id */
    .short 0                    /* manufacturer */
    .short product_name
    .byte 0, 0, 0               /* type */
    .byte 0x64                  /* indicators: initial program load device, may be shadowed */
    .short 0                    /* boot connection vector */
    .short 0                    /* disconnect vector */
    .short boot_entry           /* bootstrap entry vector */
    .short 0
    .short 0                    /* static resource vector */
product_name:
    .asciz "\product"
    .balign 2
.endm

/*
 * Subroutines; call with SS = 0, so that stack addresses are linear.
 */
.macro optrom_routines

/* DMA: %eax control, %edx length, %ebx address. Keeps all registers; stops on errors. */
fw_dma:
    pushal
    movl %esp, %ebp
    bswap %ebx
    pushl %ebx
    pushl $0
    bswap %edx
    pushl %edx
    bswap %eax
    pushl %eax
    movl %esp, %eax
    movzwl %ax, %eax
    movl %eax, %esi
    bswap %eax
    movw $FW_CFG_DMA_PORT_LOW, %dx
    outl %eax, %dx
1:  movl %ss:(%si), %eax        /* big endian: the low byte of control is the highest here */
    testl %eax, %eax
    jz 2f
    testl $(DMA_ERROR << 24), %eax
    jnz dma_failed
    pause
    jmp 1b
2:  movl %ebp, %esp
    popal
    retw

/* The 32-bit value of item %ax into %eax. */
fw_read_long:
    pushl %ebx
    pushl %edx
    pushl $0                    /* it is read to here */
    movl %esp, %ebx
    movzwl %bx, %ebx
    movl $4, %edx
    shll $16, %eax
    orl $DMA_READ_SELECT, %eax
    call fw_dma
    popl %eax
    popl %edx
    popl %ebx
    retw

/* Loads item %cl, of the size in item %ch, to the address in item %al. */
fw_load:
    pushal
    movzbw %al, %ax
    call fw_read_long
    movl %eax, %ebx
    movzbw %ch, %ax
    call fw_read_long
    movl %eax, %edx
    testl %edx, %edx
    jz 1f
    movzbl %cl, %eax
    shll $16, %eax
    orl $DMA_READ_SELECT, %eax
    call fw_dma
1:  popal
    retw

dma_failed:
    movw $dma_message, %si
    jmp die

/* Prints the string at %cs:%si and stops. */
die:
    cld
1:  movb %cs:(%si), %al
    incw %si
    testb %al, %al
    jz 2f
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    jmp 1b
2:  cli
    hlt
    jmp 2b

dma_message:
    .asciz "Loading the kernel failed: the emulator reports a DMA error.\r\n"
.endm

#define LOAD(addr, size, data)                                                                    \
    movb $addr, %al;                                                                              \
    movb $size, %ch;                                                                              \
    movb $data, %cl;                                                                              \
    call fw_load
