/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TEST args="-cpu max" */
/* 32-bit paging: legacy, PSE and PAE tables; rights, error codes, CR2, accessed and dirty bits. */
#include "lib32.h"

enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100 };
enum { PAGE = 0x400000, VIRT = 0x800000 }; /* a physical page, and where tests map it */
enum { PG = 0x80000000u, WP = 0x10000, PSE = 0x10, PAE = 0x20, PGE = 0x80 };

static u32 pd[1024] __attribute__((aligned(4096))), pt[1024] __attribute__((aligned(4096)));
static u32 pt0[1024] __attribute__((aligned(4096)));
static u64 pdpt[4] __attribute__((aligned(4096))), pae_pd[4][512] __attribute__((aligned(4096)));
static u64 pae_pt[512] __attribute__((aligned(4096)));

CODE(load, AT(load) "mov 0x800010, %eax")
CODE(store, AT(store) "movl $7, 0x800010")
CODE(fetch, "mov $0x800100, %eax\n" AT(fetch) "jmp *%eax")
CODE(crossing, AT(crossing) "movl $0x11223344, 0x800ffe")
CODE(rmw, AT(rmw) "lock incl 0x800010")

static void flush(void)
{
    write_cr3(read_cr3());
}

static void invlpg(u32 addr)
{
    __asm__ volatile("invlpg (%0)" : : "r"(addr) : "memory");
}

/* ---- legacy ---- */

static void legacy_on(void)
{
    for (int i = 0; i < 1024; i++) {
        pt0[i] = i << 12 | P | W | U;
        pt[i] = 0;
    }
    memset(pd, 0, sizeof(pd));
    pd[0] = (u32)pt0 | P | W | U;
    pd[1] = PAGE | PS | P | W | U;
    pd[2] = (u32)pt | P | W | U;
    write_cr4(read_cr4() | PSE);
    write_cr3((u32)pd);
    write_cr0(read_cr0() | PG);
}

static void paging_off(void)
{
    write_cr0(read_cr0() & ~(PG | WP));
    write_cr4(read_cr4() & ~(PSE | PAE | PGE));
}

static void map(u32 flags)
{
    pt[0] = PAGE | flags;
    pt[1] = (PAGE + 0x1000) | P | W | U;
    flush();
}

static void fault(int got, u32 err, u32 cr2, const char *name)
{
    report_exc(got, 14, err, name);
    report(exc.cr2 == cr2, "  CR2");
}

static void rights(void)
{
    map(0);
    fault(try(load), 0, 0x800010, "read, not present");
    fault(try(store), 2, 0x800010, "write, not present");
    fault(try_user(load), 4, 0x800010, "user read, not present");
    fault(try(fetch), 0, 0x800100, "fetch, not present");
    report(exc.eip == 0x800100, "  eip is the target");
    map(P | W);
    fault(try_user(load), 5, 0x800010, "user read of a supervisor page");
    fault(try_user(store), 7, 0x800010, "user write of a supervisor page");
    report(try(store) == -1, "supervisor write");
    map(P | U);
    report(try_user(load) == VEC_DONE, "user read of a read-only page");
    fault(try_user(store), 7, 0x800010, "user write of a read-only page");
    report(try(store) == -1, "supervisor write without WP");
    write_cr0(read_cr0() | WP);
    fault(try(store), 3, 0x800010, "supervisor write with WP");
    fault(try(rmw), 3, 0x800010, "read-modify-write with WP");
    write_cr0(read_cr0() & ~WP);
    map(P | W | U);
    pd[2] &= ~W;
    flush();
    fault(try_user(store), 7, 0x800010, "directory entry read-only");
    pd[2] = (pd[2] | W) & ~U;
    flush();
    fault(try_user(load), 5, 0x800010, "directory entry supervisor");
    pd[2] |= U;
    pd[2] &= ~P;
    flush();
    fault(try(load), 0, 0x800010, "directory entry not present");
    pd[2] |= P;
    flush();
}

static void accessed(void)
{
    map(P | W | U);
    pd[2] &= ~A;
    flush();
    try(load);
    report((pt[0] & (A | D)) == A && (pd[2] & A), "a read sets A in both levels");
    try(store);
    report(pt[0] & D, "a write sets D, though the page was read before");
    map(P | U);
    try_user(store);
    report(!(pt[0] & D), "a refused write does not set D");
}

static void crossing_pages(void)
{
    map(P | W | U);
    pt[1] = 0;
    flush();
    *(volatile u16 *)(PAGE + 0xffe) = 0x5555;
    fault(try(crossing), 2, 0x801000, "second page missing");
    report(*(volatile u16 *)(PAGE + 0xffe) == 0x5555, "  nothing written to the first");
}

static void tlb(void)
{
    volatile u32 *v = (volatile u32 *)VIRT;

    map(P | W | U);
    *(volatile u32 *)PAGE = 1;
    *(volatile u32 *)(PAGE + 0x2000) = 2;
    report(*v == 1, "mapped");
    pt[0] = (PAGE + 0x2000) | P | W | U;
    invlpg(VIRT);
    report(*v == 2, "INVLPG makes a change visible");
    pt[0] = PAGE | P | W | U;
    flush();
    report(*v == 1, "loading CR3 too");
    pd[2] = PAGE | PS | P | W | U;
    flush();
    *(volatile u32 *)(PAGE + 0x123000) = 0x77;
    report(*(volatile u32 *)(VIRT + 0x123000) == 0x77, "4 MiB page");
    report(pd[2] & A, "  A");
    *(volatile u32 *)(VIRT + 4) = 1;
    report(pd[2] & D, "  D");
    pd[2] = PAGE | PS | P | U;
    flush();
    fault(try_user(store), 7, 0x800010, "4 MiB page read-only");
    pd[2] = PAGE | PS | P | W | U | 1 << 21;
    flush();
    fault(try(load), 9, 0x800010, "reserved bit of a 4 MiB page");
    pd[2] = (u32)pt | P | W | U;
    flush();
}

/* ---- PAE ---- */

static void pae_on(void)
{
    memset(pae_pd, 0, sizeof(pae_pd));
    for (int i = 0; i < 4; i++) {
        pdpt[i] = (u32)pae_pd[i] | P;
    }
    for (int i = 0; i < 4; i++) {
        pae_pd[0][i] = (u64)i << 21 | PS | P | W | U;
    }
    pae_pd[0][4] = (u32)pae_pt | P | W | U;
    memset(pae_pt, 0, sizeof(pae_pt));
    write_cr4(read_cr4() | PAE);
    write_cr3((u32)pdpt);
    write_cr0(read_cr0() | PG);
}

static void map_pae(u64 flags)
{
    pae_pt[0] = PAGE | flags;
    flush();
}

static void pae(void)
{
    map_pae(P | W | U);
    report(try(load) == -1, "PAE: read");
    report(pae_pt[0] & A, "PAE: A");
    map_pae(P | W | U | 1ull << 63);
    fault(try(load), 9, 0x800010, "PAE: NX is reserved without EFER.NXE");
    wrmsr(0xc0000080, rdmsr(0xc0000080) | 1 << 11);
    map_pae(P | W | U | 1ull << 63);
    report(try(load) == -1, "PAE: NX with EFER.NXE allows reads");
    fault(try(fetch), 0x11, 0x800100, "PAE: fetch from an NX page");
    fault(try_user(fetch), 0x15, 0x800100, "PAE: user fetch from an NX page");
    map_pae(0);
    fault(try(fetch), 0x10, 0x800100, "PAE: fetch, not present, has I/D with NXE");
    wrmsr(0xc0000080, rdmsr(0xc0000080) & ~(1ull << 11));
    map_pae(P | W | U | 1ull << 51);
    fault(try(store), 0xb, 0x800010, "PAE: address beyond MAXPHYADDR");
    pae_pd[0][4] = PAGE | PS | P | W | U | 1 << 13;
    flush();
    fault(try(load), 9, 0x800010, "PAE: reserved bit of a 2 MiB page");
    pae_pd[0][4] = PAGE | PS | P | W | U;
    flush();
    report(try(store) == -1 && (pae_pd[0][4] & D), "PAE: 2 MiB page");
}

int main(void)
{
    *(volatile u8 *)(PAGE + 0x100) = 0xc3; /* a RET for fetches that succeed */
    legacy_on();
    rights();
    accessed();
    crossing_pages();
    tlb();
    paging_off();
    pae_on();
    pae();
    paging_off();
    return 0;
}
