/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the long-mode bare-metal tests share; the 64-bit sibling of lib32.h.
 *
 * A test runs in 64-bit code at CPL 0 with the first GiB mapped one to one by 2 MiB pages that
 * user code may use too. From 1 GiB on the address space is free for tests.
 */
#ifndef LIB64_H
#define LIB64_H

#include <stdbool.h>
#include <stdint.h>

typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;
typedef unsigned long u64;

enum {
    SEL_CODE = 0x08, SEL_DATA = 0x10, SEL_UCODE32 = 0x1b, SEL_UDATA = 0x23, SEL_UCODE = 0x2b,
    SEL_CODE32 = 0x30, SEL_TSS = 0x38, SEL_FREE = 0x50,
};
enum { GDT_ENTRIES = 64, VEC_DONE = 0x40, VEC_ANY = 0x41 };

typedef struct Gate64 {
    u32 w[4];
} Gate64;

typedef struct TSS64 {
    u32 reserved0;
    u64 rsp[3], reserved1, ist[7], reserved2;
    u16 reserved3, iomap;
} __attribute__((packed)) TSS64;

typedef struct Exc {
    u64 vec, err, rip, cs, rflags, rsp, ss, cr2, at; /* at: where the frame lay */
} Exc;

extern u64 gdt[GDT_ENTRIES];
extern Gate64 idt[256];
extern TSS64 tss;
extern volatile Exc exc;
extern u64 pml4[512], pdpt[512], pd[512];
extern u64 user_rflags;
extern char vec_stub[];

/* As in lib32.h. */
int try(void (*fn)(void));
int try_user(void (*fn)(void));
void report(bool ok, const char *name);
void report_skip(const char *name, const char *why);
void report_exc(int got, int vec, u64 err, const char *name);
void report_end(void) __attribute__((noreturn));
void print(const char *s);
void print_hex(u64 v);
void set_idt(int vec, u64 handler, u32 flags, unsigned ist);
void load_idt(u32 limit);
u64 desc(u32 base, u32 limit, u32 flags);

enum {
    D_P = 0x8000, D_S = 0x1000, D_DPL3 = 0x6000, D_G = 0x800000, D_B = 0x400000, D_L = 0x200000,
    D_DATA = 0x200, D_CODE = 0xa00, D_TSS = 0x900, D_INT = 0xe00, D_TRAP = 0xf00,
    D_CALL = 0xc00,
};

#define CODE(name, text) \
    void name(void); \
    extern char name##_at[]; \
    __asm__(".text; " #name ": " text "\n ret");
#define AT(name) #name "_at: "

static inline void outb(u16 port, u8 v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
#define CR_ACCESS(n) \
    static inline u64 read_cr##n(void) \
    { u64 v; __asm__ volatile("mov %%cr" #n ", %0" : "=r"(v)); return v; } \
    static inline void write_cr##n(u64 v) \
    { __asm__ volatile("mov %0, %%cr" #n : : "r"(v) : "memory"); }
CR_ACCESS(0) CR_ACCESS(2) CR_ACCESS(3) CR_ACCESS(4) CR_ACCESS(8)

static inline void cpuid(u32 leaf, u32 sub, u32 r[4])
{
    __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
                     : "a"(leaf), "c"(sub));
}
static inline u64 rdmsr(u32 n)
{
    u32 a, d;
    __asm__ volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(n));
    return a | (u64)d << 32;
}
static inline void wrmsr(u32 n, u64 v)
{
    __asm__ volatile("wrmsr" : : "c"(n), "a"((u32)v), "d"((u32)(v >> 32)));
}
/* WRMSR whose #GP is caught: vector, or -1. */
int try_wrmsr(u32 n, u64 v);
int try_rdmsr(u32 n);
static inline u64 rdtsc(void)
{
    u32 a, d;
    __asm__ volatile("rdtsc" : "=a"(a), "=d"(d));
    return a | (u64)d << 32;
}
static inline u64 get_rflags(void)
{
    u64 v;
    __asm__ volatile("pushf; pop %0" : "=r"(v));
    return v;
}

void *memset(void *p, int c, unsigned long n);
void *memcpy(void *d, const void *s, unsigned long n);

#endif
