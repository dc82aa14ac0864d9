/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the 32-bit bare-metal tests share: reports, exceptions caught as values, ring 3, tables.
 *
 * A test program runs in flat protected mode without paging, with the descriptors below. It ends
 * with report_end(). Anything it changes for good (CR0, GDT entries) it puts back itself.
 */
#ifndef LIB32_H
#define LIB32_H

#include <stdbool.h>
#include <stdint.h>

typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;
typedef unsigned long long u64;

/* GDT; 0x80 and up are free for tests. */
enum {
    SEL_CODE = 0x08, SEL_DATA = 0x10, SEL_UCODE = 0x1b, SEL_UDATA = 0x23, SEL_TSS = 0x28,
    SEL_CODE16 = 0x30, SEL_DATA16 = 0x38, SEL_DFTSS = 0x40, SEL_FREE = 0x80,
};
enum { GDT_ENTRIES = 64, VEC_DONE = 0x40, VEC_ANY = 0x41 };

typedef struct Desc {
    u32 lo, hi;
} __attribute__((packed)) Desc;

typedef struct TSS32 {
    u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp,
        esi, edi, es, cs, ss, ds, fs, gs, ldt;
    u16 trap, iomap;
    u8 bitmap[32 + 8192 + 1]; /* redirection map, I/O map, end */
} __attribute__((packed)) TSS32;

typedef struct Exc {
    u32 vec, err, eip, cs, eflags, esp, ss, cr2;
    u32 frame[12]; /* what the CPU pushed, from EIP (or the error code's place + 1) on */
} Exc;

extern Desc gdt[GDT_ENTRIES], idt[256];
extern TSS32 tss, tss_df;
extern volatile Exc exc; /* the last one caught */

/* Call fn; vector of the exception it raised, -1 for none. Registers are put back. */
int try(void (*fn)(void));
/* The same at CPL 3; fn returns through VEC_DONE, so that means none. */
int try_user(void (*fn)(void));
extern u32 user_eflags; /* EFLAGS that try_user starts with */

/* One check; the name goes into the report. */
void report(bool ok, const char *name);
void report_skip(const char *name, const char *why);
/* A check of an exception: vector and, where it has one, error code. */
void report_exc(int got, int vec, u32 err, const char *name);
void report_end(void) __attribute__((noreturn));
void print(const char *s);
void print_hex(u32 v);

Desc desc(u32 base, u32 limit, u32 flags); /* flags: bits 8..23 of the high word */
Desc gate(u32 sel, u32 offset, u32 flags);
void set_idt(int vec, u32 handler, u32 flags);
void load_gdt(void);
void load_idt(u32 limit);
extern char vec_stub[];        /* + 16 * vector: the handler of a vector */

enum { /* flags of desc() and gate() */
    D_P = 0x8000, D_S = 0x1000, D_DPL3 = 0x6000, D_DPL1 = 0x2000, D_G = 0x800000, D_B = 0x400000,
    D_DATA = 0x200, D_DOWN = 0x600, D_RODATA = 0x000, D_CODE = 0xa00, D_XCODE = 0x800,
    D_CONF = 0xe00, D_TSS32 = 0x900, D_TSS16 = 0x100, D_LDT = 0x200, D_CALL32 = 0xc00,
    D_CALL16 = 0x400, D_TASK = 0x500, D_INT32 = 0xe00, D_TRAP32 = 0xf00, D_INT16 = 0x600,
    D_BUSY = 0x200,
};

/* A function in assembly; AT(name) labels the instruction that faults, NAME_at in C. */
#define CODE(name, text) \
    void name(void); \
    extern char name##_at[]; \
    __asm__(".text; " #name ": " text "\n ret");
#define AT(name) #name "_at: "

static inline void outb(u16 port, u8 v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static inline u8 inb(u16 port)
{
    u8 v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}
static inline void outl(u16 port, u32 v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }
static inline u32 inl(u16 port)
{
    u32 v;
    __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

#define CR_ACCESS(n) \
    static inline u32 read_cr##n(void) \
    { u32 v; __asm__ volatile("mov %%cr" #n ", %0" : "=r"(v)); return v; } \
    static inline void write_cr##n(u32 v) \
    { __asm__ volatile("mov %0, %%cr" #n : : "r"(v) : "memory"); }
CR_ACCESS(0) CR_ACCESS(2) CR_ACCESS(3) CR_ACCESS(4)
#define DR_ACCESS(n) \
    static inline u32 read_dr##n(void) \
    { u32 v; __asm__ volatile("mov %%db" #n ", %0" : "=r"(v)); return v; } \
    static inline void write_dr##n(u32 v) \
    { __asm__ volatile("mov %0, %%db" #n : : "r"(v) : "memory"); }
DR_ACCESS(0) DR_ACCESS(1) DR_ACCESS(2) DR_ACCESS(3) DR_ACCESS(6) DR_ACCESS(7)

static inline void cpuid(u32 leaf, u32 sub, u32 *a, u32 *b, u32 *c, u32 *d)
{
    __asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(sub));
}
static inline u64 rdmsr(u32 n)
{
    u64 v;
    __asm__ volatile("rdmsr" : "=A"(v) : "c"(n));
    return v;
}
static inline void wrmsr(u32 n, u64 v) { __asm__ volatile("wrmsr" : : "c"(n), "A"(v)); }
static inline u32 get_eflags(void)
{
    u32 v;
    __asm__ volatile("pushf; pop %0" : "=r"(v));
    return v;
}

void *memset(void *p, int c, unsigned long n);
void *memcpy(void *d, const void *s, unsigned long n);

#endif
