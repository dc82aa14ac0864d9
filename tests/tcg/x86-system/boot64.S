/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entry from multiboot, the switch to long mode, vector stubs; 64-bit. */
        .section .multiboot, "a"
        .balign 4
        .long 0x1badb002, 0, -0x1badb002

        .text
        .code32
        .globl _start
_start: cli
        cld
        mov $stack_top, %esp
        /* pml4[0] = pdpt, pdpt[0] = pd, pd[i] = i * 2 MiB; all present, writable, user. */
        movl $pdpt + 7, pml4
        movl $pd + 7, pdpt
        xor %ecx, %ecx
1:      mov %ecx, %eax
        shl $21, %eax
        or $0x87, %eax
        mov %eax, pd(, %ecx, 8)
        inc %ecx
        cmp $512, %ecx
        jb 1b
        mov %cr4, %eax
        or $0x620, %eax         /* PAE, OSFXSR, OSXMMEXCPT */
        mov %eax, %cr4
        mov $pml4, %eax
        mov %eax, %cr3
        mov $0xc0000080, %ecx
        rdmsr
        or $0x901, %eax         /* NXE, LME, SCE */
        wrmsr
        mov %cr0, %eax
        or $0x80000003, %eax
        and $~4, %eax
        mov %eax, %cr0
        lgdt gdtr0
        ljmp $8, $2f
        .code64
2:      mov $0x10, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %ss
        xor %eax, %eax
        mov %eax, %fs
        mov %eax, %gs
        mov $stack_top, %esp
        call lib_init
        call main
        call report_end

        .data
        .balign 8
gdt0:   .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr0:  .word 23
        .long gdt0

        .bss
        .balign 4096
        .globl pml4, pdpt, pd
pml4:   .space 4096
pdpt:   .space 4096
pd:     .space 4096
        .space 32768
stack_top:
        .globl irq_stack_top, ist_stack_top
        .space 16384
irq_stack_top:
        .space 16384
user_stack_top:
        .space 8192
ist_stack_top:

        .text
        .globl try
try:    push %rbp
        push %rbx
        push %r12
        push %r13
        push %r14
        push %r15
        pushf
        mov %rsp, rec_rsp
        movl $1, rec_armed
        call *%rdi
        mov $-1, %eax
try_out:
        movl $0, rec_armed
        mov rec_rsp, %rsp
        popf
        cld
        pop %r15
        pop %r14
        pop %r13
        pop %r12
        pop %rbx
        pop %rbp
        ret

        .globl try_user
try_user:
        push %rbp
        push %rbx
        push %r12
        push %r13
        push %r14
        push %r15
        pushf
        mov %rsp, rec_rsp
        movl $1, rec_armed
        pushq $0x23
        pushq $user_stack_top - 16
        pushq user_rflags
        pushq $0x2b
        pushq $user_start
        iretq
user_start:
        call *%rdi
        int $0x40

        .globl try_wrmsr
try_wrmsr:
        mov %edi, %ecx
        mov %esi, %eax
        mov %rsi, %rdx
        shr $32, %rdx
        mov %eax, msr_lo
        mov %edx, msr_hi
        mov %ecx, msr_n
        mov $do_wrmsr, %edi
        jmp try
do_wrmsr:
        mov msr_n, %ecx
        mov msr_lo, %eax
        mov msr_hi, %edx
        wrmsr
        ret
        .globl try_rdmsr
try_rdmsr:
        mov %edi, msr_n
        mov $do_rdmsr, %edi
        jmp try
do_rdmsr:
        mov msr_n, %ecx
        rdmsr
        ret

        .balign 16
        .globl vec_stub
vec_stub:
        .set i, 0
        .rept 256
        .balign 16
        .if (i == 8) || (i >= 10 && i <= 14) || (i == 17)
        .else
        push $0
        .endif
        push $i
        jmp vec_common
        .set i, i + 1
        .endr

        .balign 16
vec_common:
        mov %rsp, exc + 64
        push %rax
        mov 8(%rsp), %rax
        mov %rax, exc
        mov 16(%rsp), %rax
        mov %rax, exc + 8
        mov 24(%rsp), %rax
        mov %rax, exc + 16
        mov 32(%rsp), %rax
        mov %rax, exc + 24
        mov 40(%rsp), %rax
        mov %rax, exc + 32
        mov 48(%rsp), %rax
        mov %rax, exc + 40
        mov 56(%rsp), %rax
        mov %rax, exc + 48
        mov %cr2, %rax
        mov %rax, exc + 56
        mov $0x10, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %ss
        cmpl $0, rec_armed
        je 2f
        mov exc, %eax
        jmp try_out
2:      mov $stack_top, %esp
        call unexpected

        .data
        .balign 8
        .globl user_rflags
user_rflags: .quad 2
rec_rsp: .quad 0
rec_armed: .long 0
msr_n:  .long 0
msr_lo: .long 0
msr_hi: .long 0
