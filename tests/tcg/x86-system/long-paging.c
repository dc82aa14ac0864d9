/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TEST bits=64 args="-cpu max" */
/* Long-mode paging: rights at each level, NX, SMEP, SMAP, UMIP, 1 GiB pages, PCID, INVPCID. */
#include "lib64.h"

enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100 };
#define NX (1ul << 63)
#define VIRT 0x40000000ul
enum { PAGE = 0x1000000, PAGE2 = 0x1001000 };
enum { SMEP = 1 << 20, SMAP = 1 << 21, UMIP = 1 << 11, PCIDE = 1 << 17, PGE = 1 << 7 };

static u64 pd1[512] __attribute__((aligned(4096))), pt[512] __attribute__((aligned(4096)));
static u64 other_pml4[512] __attribute__((aligned(4096)));
static u64 other_pdpt[512] __attribute__((aligned(4096))), other_pd[512] __attribute__((aligned(4096)));
static u64 other_pt[512] __attribute__((aligned(4096)));
static u32 features[3];

CODE(load, AT(load) "mov $0x40000010, %eax; mov (%rax), %ecx")
CODE(store, AT(store) "mov $0x40000010, %eax; movl $7, (%rax)")
CODE(fetch, "mov $0x40000100, %eax\n" AT(fetch) "jmp *%rax")
CODE(stac_load, "stac; mov $0x40000010, %eax; mov (%rax), %ecx; clac")
CODE(clac_load, "stac; clac; mov $0x40000010, %eax; mov (%rax), %ecx")
CODE(popf_load, "pushf; orq $0x40000, (%rsp); popf; mov $0x40000010, %eax; mov (%rax), %ecx; clac")
CODE(u_sidt, AT(u_sidt) "sidt table")
CODE(u_sldt, AT(u_sldt) "sldt %eax")
CODE(u_str, AT(u_str) "str %eax")
CODE(u_smsw, AT(u_smsw) "smsw %eax")
CODE(u_stac, AT(u_stac) "stac")
u8 table[16];

static void flush(void)
{
    write_cr3(read_cr3());
}

static void map(u64 flags)
{
    pt[0] = PAGE | flags;
    flush();
}

static void fault(int got, u64 err, const char *name)
{
    report_exc(got, 14, err, name);
}

static void levels(void)
{
    map(P | W | U);
    report(try(load) == -1 && try_user(store) == VEC_DONE, "four levels");
    report((pt[0] & (A | D)) == (A | D) && (pd1[0] & A), "accessed and dirty");
    map(0);
    fault(try_user(store), 6, "not present");
    map(P | W | U);
    pdpt[1] &= ~(u64)W;
    flush();
    fault(try_user(store), 7, "read-only in the PDPT entry");
    pdpt[1] = (pdpt[1] | W) & ~(u64)U;
    flush();
    fault(try_user(load), 5, "supervisor in the PDPT entry");
    pdpt[1] |= U;
    pd1[0] |= NX;
    flush();
    fault(try(fetch), 0x11, "NX in the directory");
    report(try(load) == -1, "NX allows reads");
    pd1[0] &= ~NX;
    map(P | W | U | 1ul << 50);
    fault(try(load), 9, "address beyond MAXPHYADDR");
    map(P | W | U);
}

static void giant(void)
{
    u64 old = pdpt[2];
    u32 r[4];

    cpuid(0x80000001, 0, r);
    if (!(r[3] & 1 << 26)) {
        report_skip("1 GiB pages", "this CPU has none");
        return;
    }
    *(volatile u32 *)0x1234560 = 0x1badcafe;
    pdpt[2] = P | W | U | PS;
    flush();
    report(*(volatile u32 *)(0x80000000ul + 0x1234560) == 0x1badcafe, "1 GiB page");
    report(pdpt[2] & A, "  A");
    pdpt[2] = old;
    flush();
}

static void smep_smap(void)
{
    map(P | W | U);
    if (features[1] & 1 << 7) {
        report(try(fetch) == -1, "fetch from a user page without SMEP");
        write_cr4(read_cr4() | SMEP);
        fault(try(fetch), 0x11, "SMEP: fetch from a user page");
        write_cr4(read_cr4() & ~(u64)SMEP);
    }
    if (features[1] & 1 << 20) {
        write_cr4(read_cr4() | SMAP);
        fault(try(load), 1, "SMAP: read of a user page");
        fault(try(store), 3, "SMAP: write of a user page");
        report(try(stac_load) == -1, "SMAP: STAC allows it");
        fault(try(clac_load), 1, "SMAP: CLAC forbids it again");
        report(try(popf_load) == -1, "SMAP: AC by POPF allows it");
        map(P | W);
        report(try(load) == -1, "SMAP: supervisor pages");
        write_cr4(read_cr4() & ~(u64)SMAP);
    }
}

/* With the test's own code and data in supervisor pages. */
static void with_supervisor_image(void (*fn)(void))
{
    for (int i = 0; i < 8; i++) {
        pd[i] &= ~(u64)U;
    }
    flush();
    fn();
    for (int i = 0; i < 8; i++) {
        pd[i] |= U;
    }
    flush();
}

static void umip(void)
{
    if (!(features[2] & 4)) {
        report_skip("UMIP", "this CPU has none");
        return;
    }
    report(try_user(u_sidt) == VEC_DONE, "SIDT at CPL 3 without UMIP");
    write_cr4(read_cr4() | UMIP);
    report_exc(try_user(u_sidt), 13, 0, "UMIP: SIDT");
    report_exc(try_user(u_sldt), 13, 0, "UMIP: SLDT");
    report_exc(try_user(u_str), 13, 0, "UMIP: STR");
    report_exc(try_user(u_smsw), 13, 0, "UMIP: SMSW");
    report(try(u_sidt) == -1, "UMIP: SIDT at CPL 0");
    write_cr4(read_cr4() & ~(u64)UMIP);
    report_exc(try_user(u_stac), 6, 0, "STAC at CPL 3");
}

static void invpcid(u64 type, u64 pcid, u64 addr)
{
    struct {
        u64 pcid, addr;
    } d = { pcid, addr };

    __asm__ volatile("invpcid %0, %1" : : "m"(d), "r"(type) : "memory");
}

/* Two address spaces that differ at VIRT. */
static void pcid(void)
{
    volatile u32 *v = (volatile u32 *)VIRT;
    u64 cr3 = read_cr3();
    u32 r[4];

    cpuid(1, 0, r);
    if (!(r[2] & 1 << 17)) {
        report_skip("PCID", "this CPU has none");
        return;
    }
    memcpy(other_pml4, pml4, 4096);
    memcpy(other_pdpt, pdpt, 4096);
    memcpy(other_pd, pd1, 4096);
    memcpy(other_pt, pt, 4096);
    other_pml4[0] = (u64)other_pdpt | P | W | U;
    other_pdpt[1] = (u64)other_pd | P | W | U;
    other_pd[0] = (u64)other_pt | P | W | U;
    other_pt[0] = PAGE2 | P | W | U;
    map(P | W | U);
    write_cr4(read_cr4() | PCIDE);
    write_cr3((u64)pml4 | 1);
    report(*v == 1, "PCID 1");
    write_cr3((u64)other_pml4 | 2);
    report(*v == 2, "PCID 2");
    write_cr3((u64)pml4 | 1 | 1ul << 63);
    report(*v == 1, "back without a flush");
    report(read_cr3() == ((u64)pml4 | 1), "bit 63 is not stored");
    pt[0] = PAGE2 | P | W | U;
    if (features[1] & 1 << 10) {
        invpcid(0, 1, VIRT);
        report(*v == 2, "INVPCID of one address");
        pt[0] = PAGE | P | W | U;
        invpcid(1, 1, 0);
        report(*v == 1, "INVPCID of one PCID");
        pt[0] = PAGE2 | P | W | U;
        invpcid(2, 0, 0);
        report(*v == 2, "INVPCID of all");
        pt[0] = PAGE | P | W | U;
        invpcid(3, 0, 0);
        report(*v == 1, "INVPCID of all but global");
    }
    pt[0] = PAGE2 | P | W | U;
    write_cr3((u64)pml4 | 1);
    report(*v == 2, "loading CR3 without bit 63 flushes");
    write_cr3(cr3);
    write_cr4(read_cr4() & ~(u64)PCIDE);
}

static void global(void)
{
    volatile u32 *v = (volatile u32 *)VIRT;

    write_cr4(read_cr4() | PGE);
    map(P | W | U | G);
    report(*v == 1, "global page");
    pt[0] = PAGE2 | P | W | U | G;
    write_cr4(read_cr4() & ~(u64)PGE);
    report(*v == 2, "clearing CR4.PGE flushes global pages");
}

int main(void)
{
    u32 r[4];

    cpuid(7, 0, r);
    features[1] = r[1];
    features[2] = r[2];
    *(volatile u8 *)(PAGE + 0x100) = 0xc3;
    pdpt[1] = (u64)pd1 | P | W | U;
    pd1[0] = (u64)pt | P | W | U;
    levels();
    giant();
    with_supervisor_image(smep_smap);
    umip();
    *(volatile u32 *)PAGE = 1;
    *(volatile u32 *)PAGE2 = 2;
    pcid();
    global();
    return 0;
}
