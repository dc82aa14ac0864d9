/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Privilege: call gates with parameters, conforming code, far returns, checks of selectors. */
#include "lib32.h"

enum { SEL_GATE = 0x80, SEL_CONF = 0x88, SEL_GATE16 = 0x90, SEL_GATE_PRIV = 0x98,
       SEL_DPL1 = 0xa0, SEL_XONLY = 0xa8, SEL_RO = 0xb0, SEL_LDT = 0xb8, SEL_DOWN = 0xc0,
       SEL_LIMIT = 0xc8, SEL_CODE1 = 0xd8 };

u32 seen[8];
u32 user_ds;

/* Called through the gate with two parameters. */
void gate_target(void);
__asm__(".text; gate_target:\n"
        "mov (%esp), %eax; mov %eax, %ss:seen\n"      /* eip */
        "mov 4(%esp), %eax; mov %eax, %ss:seen + 4\n" /* cs */
        "mov 8(%esp), %eax; mov %eax, %ss:seen + 8\n" /* parameters */
        "mov 12(%esp), %eax; mov %eax, %ss:seen + 12\n"
        "mov 20(%esp), %eax; mov %eax, %ss:seen + 16\n" /* ss */
        "mov %cs, %eax; mov %eax, %ss:seen + 20\n"
        "mov $0x10, %eax; mov %eax, %ds; lret $8");
CODE(call_gate, "push $0x2222; push $0x1111; lcall $0x83, $0; mov %ds, %eax; push %eax\n"
     "mov $0x23, %eax; mov %eax, %ds; pop user_ds\n" AT(call_gate) "nop")
CODE(jmp_gate, AT(jmp_gate) "ljmp $0x83, $0")
CODE(call_priv, AT(call_priv) "lcall $0x9b, $0")
CODE(call_conf, "lcall $0x8b, $conf_target\n" AT(call_conf) "nop")
void conf_target(void);
__asm__("conf_target: mov %cs, %eax; mov %eax, seen; lret");
CODE(sysgate16, AT(sysgate16) "lcall $0x90, $0")

static u32 zf_of(const char *op, u16 sel)
{
    u8 z;

    if (op[3] == 'r') {
        __asm__ volatile("verr %1; setz %0" : "=q"(z) : "r"(sel));
    } else {
        __asm__ volatile("verw %1; setz %0" : "=q"(z) : "r"(sel));
    }
    return z;
}

static bool lar(u16 sel, u32 *v)
{
    u8 z;

    __asm__ volatile("lar %2, %0; setz %1" : "+r"(*v), "=q"(z) : "r"((u32)sel));
    return z;
}

static bool lsl(u16 sel, u32 *v)
{
    u8 z;

    __asm__ volatile("lsl %2, %0; setz %1" : "+r"(*v), "=q"(z) : "r"((u32)sel));
    return z;
}

static void call_gates(void)
{
    gdt[SEL_GATE / 8] = gate(SEL_CODE, (u32)gate_target, D_P | D_CALL32 | D_DPL3 | 2);
    gdt[SEL_GATE_PRIV / 8] = gate(SEL_CODE, (u32)gate_target, D_P | D_CALL32);
    report(try_user(call_gate) == VEC_DONE, "CALL through a gate to CPL 0 and RET n");
    report(seen[1] == SEL_UCODE && (seen[5] & 3) == 0, "  levels");
    report(seen[2] == 0x1111 && seen[3] == 0x2222, "  parameters are copied");
    report(seen[4] == SEL_UDATA, "  old SS on the new stack");
    report(user_ds == 0, "  RET makes inner data segments null");
    report_exc(try_user(jmp_gate), 13, SEL_CODE, "JMP through a gate to more privilege");
    report_exc(try_user(call_priv), 13, SEL_GATE_PRIV, "gate DPL below CPL");
    gdt[SEL_GATE / 8].hi &= ~D_P;
    report_exc(try_user(call_gate), 11, SEL_GATE, "gate not present");
    gdt[SEL_GATE / 8] = gate(0, 0, D_P | D_CALL32 | D_DPL3);
    report_exc(try_user(call_gate), 13, 0, "gate with a null selector");
    gdt[SEL_GATE / 8] = gate(SEL_DATA, 0, D_P | D_CALL32 | D_DPL3);
    report_exc(try_user(call_gate), 13, SEL_DATA, "gate to a data segment");
    /* To level 1: the exception itself finds the good stack of level 0. */
    gdt[SEL_CODE1 / 8] = desc(0, 0xfffff, D_P | D_S | D_CODE | D_DPL1 | D_G | D_B);
    gdt[SEL_GATE / 8] = gate(SEL_CODE1, (u32)gate_target, D_P | D_CALL32 | D_DPL3 | 2);
    tss.ss1 = SEL_UDATA;
    report_exc(try_user(call_gate), 10, SEL_UDATA & ~3, "inner stack with the wrong RPL: #TS");
    tss.ss1 = 0;
    report_exc(try_user(call_gate), 10, 0, "null inner stack: #TS");
}

static void conforming(void)
{
    gdt[SEL_CONF / 8] = desc(0, 0xfffff, D_P | D_S | D_CONF | D_G | D_B);
    report(try_user(call_conf) == VEC_DONE && (seen[0] & 3) == 3,
           "conforming code runs at the caller's level");
}

static void look(void)
{
    u32 v = 0x5a5a;

    gdt[SEL_DPL1 / 8] = desc(0, 0xfffff, D_P | D_S | D_DATA | D_DPL1 | D_G | D_B);
    gdt[SEL_XONLY / 8] = desc(0, 0x1234, D_P | D_S | D_XCODE | D_B);
    gdt[SEL_RO / 8] = desc(0, 0xfffff, D_P | D_S | D_RODATA | D_G | D_B);
    report(zf_of("verr", SEL_DATA) && zf_of("verw", SEL_DATA), "VERR, VERW of data");
    report(zf_of("verr", SEL_CODE) && !zf_of("verw", SEL_CODE), "code is readable, not writable");
    report(!zf_of("verr", SEL_XONLY), "execute-only is not readable");
    report(zf_of("verr", SEL_RO) && !zf_of("verw", SEL_RO), "read-only data");
    report(!zf_of("verr", SEL_DPL1 | 3), "RPL above DPL");
    report(!zf_of("verr", 0) && !zf_of("verr", SEL_TSS), "null and system selectors");
    report(lar(SEL_DATA, &v) && (v & 0x00f0fe00) == 0x00c09200, "LAR of data");
    report(lar(SEL_TSS, &v) && (v & 0xff00) == 0x8b00, "LAR of a busy TSS");
    v = 0x5a5a;
    report(!lar(0xff8, &v) && v == 0x5a5a, "LAR outside of the table keeps the register");
    report(lsl(SEL_XONLY, &v) && v == 0x1234, "LSL in bytes");
    report(lsl(SEL_DATA, &v) && v == 0xffffffff, "LSL in pages");
    v = 0x5a5a;
    report(!lsl(SEL_GATE, &v) && v == 0x5a5a, "LSL of a gate");
}

static void local_table(void)
{
    static Desc ldt[2];
    u16 v;

    ldt[1] = desc((u32)&seen, 31, D_P | D_S | D_DATA | D_B);
    gdt[SEL_LDT / 8] = desc((u32)ldt, sizeof(ldt) - 1, D_P | D_LDT);
    __asm__ volatile("lldt %0" : : "r"((u16)SEL_LDT));
    __asm__ volatile("sldt %0" : "=r"(v));
    report(v == SEL_LDT, "SLDT");
    seen[1] = 0xabcdef01;
    u32 got;
    __asm__ volatile("push %%fs; mov %1, %%fs; mov %%fs:4, %0; pop %%fs"
                     : "=r"(got) : "r"(0x0c));
    report(got == 0xabcdef01, "a segment of the LDT");
    __asm__ volatile("lldt %0" : : "r"((u16)0));
}

CODE(read_beyond, "mov $0xc8, %eax; mov %ax, %fs\n" AT(read_beyond) "mov %fs:0x0d, %eax")
CODE(read_inside, "mov $0xc8, %eax; mov %ax, %fs\n" AT(read_inside) "mov %fs:0x0c, %eax")
CODE(down_low, "mov $0xc0, %eax; mov %ax, %fs\n" AT(down_low) "mov %fs:0xfff, %eax")
CODE(down_high, "mov $0xc0, %eax; mov %ax, %fs\n" AT(down_high) "mov %fs:0x1000, %eax")
CODE(write_ro, "mov $0xb0, %eax; mov %ax, %fs\n" AT(write_ro) "movl $1, %fs:0x200000")
CODE(write_code, AT(write_code) "movl $1, %cs:0x200000")
CODE(use_null, "xor %eax, %eax; mov %ax, %gs\n" AT(use_null) "mov %gs:0x200000, %eax")
CODE(use_null_es, "xor %eax, %eax; mov %ax, %es; mov $0x200000, %edi\n" AT(use_null_es) "stosl")
CODE(push_beyond, "mov $0xd0, %eax; mov %ax, %ss; mov $0x1003, %esp\n" AT(push_beyond) "push %eax")

static void limits(void)
{
    gdt[SEL_LIMIT / 8] = desc(0x200000, 0x0f, D_P | D_S | D_DATA | D_B);
    gdt[SEL_DOWN / 8] = desc(0x200000, 0xfff, D_P | D_S | D_DOWN | D_B);
    gdt[26] = desc(0, 0xfff, D_P | D_S | D_DATA | D_B);
    report(try(read_inside) == -1, "last dword of a segment");
    report_exc(try(read_beyond), 13, 0, "one byte beyond the limit");
    report(try(down_high) == -1, "expand-down: above the limit");
    report_exc(try(down_low), 13, 0, "expand-down: at the limit");
    report_exc(try(write_ro), 13, 0, "write to read-only data");
    report_exc(try(write_code), 13, 0, "write through CS");
    report_exc(try(use_null), 13, 0, "access through a null GS");
    report_exc(try(use_null_es), 13, 0, "STOS through a null ES");
}

int main(void)
{
    call_gates();
    conforming();
    look();
    local_table();
    limits();
    return 0;
}
