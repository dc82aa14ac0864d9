/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports, descriptor tables and set-up for the 32-bit tests. */
#include "lib32.h"

Desc gdt[GDT_ENTRIES] __attribute__((aligned(16))), idt[256] __attribute__((aligned(16)));
TSS32 tss __attribute__((aligned(4096))), tss_df __attribute__((aligned(4096)));
volatile Exc exc;
extern char irq_stack_top[], df_stack_top[];
static int nr, failed;

void lib_init(void);
void unexpected(void) __attribute__((noreturn));

void *memset(void *p, int c, unsigned long n)
{
    void *d = p;

    __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
    return p;
}

void *memcpy(void *d, const void *s, unsigned long n)
{
    void *q = d;

    __asm__ volatile("rep movsb" : "+D"(q), "+S"(s), "+c"(n) : : "memory");
    return d;
}

void print(const char *s)
{
    while (*s) {
        outb(0xe9, *s++);
    }
}

void print_hex(u32 v)
{
    for (int i = 28; i >= 0; i -= 4) {
        outb(0xe9, "0123456789abcdef"[v >> i & 15]);
    }
}

static void print_dec(int v)
{
    if (v >= 10) {
        print_dec(v / 10);
    }
    outb(0xe9, '0' + v % 10);
}

static void result(const char *verdict, const char *name)
{
    print(verdict);
    print_dec(++nr);
    print(" - ");
    print(name);
}

void report(bool ok, const char *name)
{
    result(ok ? "ok " : "not ok ", name);
    print("\n");
    failed += !ok;
}

void report_skip(const char *name, const char *why)
{
    result("ok ", name);
    print(" # SKIP ");
    print(why);
    print("\n");
}

void report_exc(int got, int vec, u32 err, const char *name)
{
    bool has_err = vec == 8 || (vec >= 10 && vec <= 14) || vec == 17;
    bool ok = got == vec && (!has_err || exc.err == err);

    report(ok, name);
    if (!ok) {
        print("# vector ");
        print_hex(got);
        print(" error ");
        print_hex(exc.err);
        print(" eip ");
        print_hex(exc.eip);
        print(" expected ");
        print_hex(vec);
        print(" ");
        print_hex(err);
        print("\n");
    }
}

void report_end(void)
{
    print("1..");
    print_dec(nr);
    print("\n");
    outb(0xf4, failed ? 1 : 0); /* exit status 2 * value + 1 */
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

void unexpected(void)
{
    print("# unexpected vector ");
    print_hex(exc.vec);
    print(" error ");
    print_hex(exc.err);
    print(" eip ");
    print_hex(exc.eip);
    print(" cr2 ");
    print_hex(exc.cr2);
    print("\n");
    report(false, "no unexpected exception");
    report_end();
}

Desc desc(u32 base, u32 limit, u32 flags)
{
    return (Desc) {
        (limit & 0xffff) | base << 16,
        (base >> 16 & 0xff) | (flags & 0xf0ff00) | (limit & 0xf0000) | (base & 0xff000000),
    };
}

Desc gate(u32 sel, u32 offset, u32 flags)
{
    return (Desc) { (offset & 0xffff) | sel << 16, (offset & 0xffff0000) | (flags & 0xffff) };
}

void set_idt(int vec, u32 handler, u32 flags)
{
    idt[vec] = gate(SEL_CODE, handler, flags);
}

static void lgdt(void *table, u16 limit, bool is_idt)
{
    struct {
        u16 limit;
        u32 base;
    } __attribute__((packed)) p = { limit, (u32)table };

    if (is_idt) {
        __asm__ volatile("lidt %0" : : "m"(p));
    } else {
        __asm__ volatile("lgdt %0" : : "m"(p));
    }
}

void load_gdt(void)
{
    lgdt(gdt, sizeof(gdt) - 1, false);
}

void load_idt(u32 limit)
{
    lgdt(idt, limit, true);
}

static void init_tables(void)
{
    const u32 code = D_P | D_S | D_CODE | D_G | D_B, data = D_P | D_S | D_DATA | D_G | D_B;

    gdt[1] = desc(0, 0xfffff, code);
    gdt[2] = desc(0, 0xfffff, data);
    gdt[3] = desc(0, 0xfffff, code | D_DPL3);
    gdt[4] = desc(0, 0xfffff, data | D_DPL3);
    gdt[5] = desc((u32)&tss, sizeof(tss) - 1, D_P | D_TSS32);
    gdt[6] = desc(0, 0xffff, D_P | D_S | D_CODE);
    gdt[7] = desc(0, 0xffff, D_P | D_S | D_DATA);
    gdt[8] = desc((u32)&tss_df, 103, D_P | D_TSS32);
    for (int i = 0; i < 256; i++) {
        bool user = i == VEC_DONE || i == 3 || i == 4;

        set_idt(i, (u32)vec_stub + i * 16, D_P | D_INT32 | (user ? D_DPL3 : 0));
    }
    tss.esp0 = (u32)irq_stack_top;
    tss.ss0 = SEL_DATA;
    tss.iomap = 104 + 32;
    memset(tss.bitmap, 0xff, sizeof(tss.bitmap));
    /* Double faults find a stack of their own. */
    tss_df.eip = (u32)vec_stub + 8 * 16;
    tss_df.cs = SEL_CODE;
    tss_df.ss = tss_df.ds = tss_df.es = tss_df.fs = tss_df.gs = SEL_DATA;
    tss_df.esp = (u32)df_stack_top;
    tss_df.eflags = 2;
}

void lib_init(void)
{
    init_tables();
    load_gdt();
    __asm__ volatile("ljmp %0, $1f\n1:\n"
                     "mov %1, %%ds; mov %1, %%es; mov %1, %%fs; mov %1, %%gs; mov %1, %%ss"
                     : : "i"(SEL_CODE), "r"(SEL_DATA));
    load_idt(sizeof(idt) - 1);
    __asm__ volatile("ltr %0" : : "r"((u16)SEL_TSS));
    __asm__ volatile("lldt %0" : : "r"((u16)0));
    /* The 8259s stay silent. */
    outb(0x21, 0xff);
    outb(0xa1, 0xff);
}
