/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports, descriptor tables and set-up for the long-mode tests. */
#include "lib64.h"

u64 gdt[GDT_ENTRIES] __attribute__((aligned(16)));
Gate64 idt[256] __attribute__((aligned(16)));
TSS64 tss __attribute__((aligned(16)));
volatile Exc exc;
extern char irq_stack_top[], ist_stack_top[];
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

void print_hex(u64 v)
{
    for (int i = 60; i >= 0; i -= 4) {
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

void report_exc(int got, int vec, u64 err, const char *name)
{
    bool has_err = vec == 8 || (vec >= 10 && vec <= 14) || vec == 17;
    bool ok = got == vec && (!has_err || exc.err == err);

    report(ok, name);
    if (!ok) {
        print("# vector ");
        print_hex(got);
        print(" error ");
        print_hex(exc.err);
        print(" rip ");
        print_hex(exc.rip);
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
    print(" rip ");
    print_hex(exc.rip);
    print(" cr2 ");
    print_hex(exc.cr2);
    print("\n");
    report(false, "no unexpected exception");
    report_end();
}

u64 desc(u32 base, u32 limit, u32 flags)
{
    u32 lo = (limit & 0xffff) | base << 16;
    u32 hi = (base >> 16 & 0xff) | (flags & 0xf0ff00) | (limit & 0xf0000) | (base & 0xff000000);

    return lo | (u64)hi << 32;
}

void set_idt(int vec, u64 handler, u32 flags, unsigned ist)
{
    idt[vec] = (Gate64) { {
        (handler & 0xffff) | SEL_CODE << 16, (handler & 0xffff0000) | flags | ist, handler >> 32,
        0,
    } };
}

static void load_table(void *table, u16 limit, bool is_idt)
{
    struct {
        u16 limit;
        u64 base;
    } __attribute__((packed)) p = { limit, (u64)table };

    if (is_idt) {
        __asm__ volatile("lidt %0" : : "m"(p));
    } else {
        __asm__ volatile("lgdt %0" : : "m"(p));
    }
}

void load_idt(u32 limit)
{
    load_table(idt, limit, true);
}

void lib_init(void)
{
    const u32 code = D_P | D_S | D_CODE | D_G, data = D_P | D_S | D_DATA | D_G | D_B;

    gdt[1] = desc(0, 0xfffff, code | D_L);
    gdt[2] = desc(0, 0xfffff, data);
    gdt[3] = desc(0, 0xfffff, code | D_B | D_DPL3);
    gdt[4] = desc(0, 0xfffff, data | D_DPL3);
    gdt[5] = desc(0, 0xfffff, code | D_L | D_DPL3);
    gdt[6] = desc(0, 0xfffff, code | D_B);
    gdt[7] = desc((u32)(u64)&tss, sizeof(tss) - 1, D_P | D_TSS);
    gdt[8] = (u64)&tss >> 32;
    for (int i = 0; i < 256; i++) {
        bool user = i == VEC_DONE || i == 3 || i == 4;

        set_idt(i, (u64)vec_stub + i * 16, D_P | D_INT | (user ? D_DPL3 : 0), 0);
    }
    tss.rsp[0] = (u64)irq_stack_top;
    tss.ist[0] = (u64)ist_stack_top;
    tss.iomap = sizeof(tss);
    load_table(gdt, sizeof(gdt) - 1, false);
    load_idt(sizeof(idt) - 1);
    __asm__ volatile("lldt %0; ltr %1" : : "r"((u16)0), "r"((u16)SEL_TSS));
    outb(0x21, 0xff);
    outb(0xa1, 0xff);
}
