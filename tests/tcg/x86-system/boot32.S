/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entry from multiboot, vector stubs, and the ways into and out of caught code; 32-bit. */
        .section .multiboot, "a"
        .balign 4
        .long 0x1badb002, 0, -0x1badb002

        .text
        .code32
        .globl _start
_start: cli
        cld
        mov $stack_top, %esp
        push $0
        popf
        call lib_init
        call main
        call report_end

        .bss
        .balign 16
        .space 32768
stack_top:
        .globl irq_stack_top
        .space 16384
irq_stack_top:
        .globl user_stack_top
        .space 16384
user_stack_top:
        .globl df_stack_top
        .space 4096
df_stack_top:

        .text
/* int try(fn): context in rec, for vec_common to come back to. */
        .globl try
try:    push %ebp
        push %ebx
        push %esi
        push %edi
        pushf
        mov %esp, rec_esp
        movl $1, rec_armed
        mov 24(%esp), %eax
        call *%eax
        mov $-1, %eax
try_out:
        movl $0, rec_armed
        mov rec_esp, %esp
        popf
        cld
        pop %edi
        pop %esi
        pop %ebx
        pop %ebp
        ret

        .globl try_user
try_user:
        push %ebp
        push %ebx
        push %esi
        push %edi
        pushf
        mov %esp, rec_esp
        movl $1, rec_armed
        mov 24(%esp), %ecx
        mov $0x23, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %fs
        mov %eax, %gs
        pushl $0x23
        pushl $user_stack_top - 16
        pushl user_eflags
        pushl $0x1b
        pushl $user_start
        iret
user_start:
        call *%ecx
        int $0x40

/* One stub a vector, 16 bytes each: error code (a zero where there is none), vector, common. */
        .balign 16
        .globl vec_stub
vec_stub:
        .set i, 0
        .rept 256
        .balign 16
        .if (i == 8) || (i >= 10 && i <= 14) || (i == 17)
        .else
        pushl $0
        .endif
        pushl $i
        jmp vec_common
        .set i, i + 1
        .endr

        .balign 16
vec_common:
        push %eax
        push %ecx
        mov $0x10, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %fs
        mov %eax, %gs
        mov 8(%esp), %eax
        mov %eax, exc
        mov 12(%esp), %eax
        mov %eax, exc + 4
        mov 16(%esp), %eax
        mov %eax, exc + 8
        mov 20(%esp), %eax
        mov %eax, exc + 12
        mov 24(%esp), %eax
        mov %eax, exc + 16
        mov 28(%esp), %eax
        mov %eax, exc + 20
        mov 32(%esp), %eax
        mov %eax, exc + 24
        mov %cr2, %eax
        mov %eax, exc + 28
        mov $0, %ecx
1:      mov 16(%esp, %ecx, 4), %eax
        mov %eax, exc + 32(, %ecx, 4)
        inc %ecx
        cmp $12, %ecx
        jb 1b
        cmpl $0, rec_armed
        je 2f
        mov $0x10, %eax
        mov %eax, %ss
        mov exc, %eax
        jmp try_out
2:      mov $0x10, %eax
        mov %eax, %ss
        mov $stack_top, %esp
        call unexpected

        .data
        .globl user_eflags
user_eflags: .long 2
        .globl rec_esp
rec_esp: .long 0
rec_armed: .long 0
