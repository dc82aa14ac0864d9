/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System management mode: an SMI from the APM port, the saved state, RSM, a new SMBASE. */
#include "lib32.h"

enum { SMRAM = 0xa0000, APM = 0xb2, SMRAMC = 0x72, D_OPEN = 0x40, G_SMRAME = 8, SEG_A = 2 };

static u32 pci_read(u32 devfn, u32 reg)
{
    outl(0xcf8, 0x80000000u | devfn << 8 | (reg & ~3u));
    return inl(0xcfc) >> (reg & 3) * 8;
}

static void pci_write8(u32 devfn, u32 reg, u8 v)
{
    outl(0xcf8, 0x80000000u | devfn << 8 | (reg & ~3u));
    outb(0xcfc + (reg & 3), v);
}

/* The handler: notes that it ran, where and how; runs from SMBASE + 0x8000 in 16-bit mode. */
extern char handler[], handler_end[];
__asm__(".code16\n"
        "handler: mov $0, %ax; mov %ax, %ds; incl 0x7000\n"
        " mov %cs, %ax; mov %ax, 0x7004\n"
        " mov %cr0, %eax; mov %eax, 0x7008\n"
        " pushfl; popl %eax; mov %eax, 0x700c\n"
        " mov %esp, 0x7010\n"
        " mov $0xa0000, %ebx\n"         /* SMRAM is visible here, whatever D_OPEN says */
        " addr32 movl $0x5a5a5a5a, 0x1000(%ebx)\n"
        " mov 0x7014, %ecx; or %ecx, %ecx; jz 1f\n" /* new SMBASE */
        " mov 0x7018, %edx; addr32 mov %ecx, (%edx)\n"
        "1: rsm\n"
        "handler_end: .code32\n");

/* SMI with known registers; all must come back. */
static u32 regs_ok;
static void smi(void)
{
    __asm__ volatile("mov $0x11111111, %%ebx; mov $0x22222222, %%ecx; mov $0x33333333, %%esi\n"
                     "mov $0x44444444, %%edi; xor %%eax, %%eax; out %%al, $0xb2\n"
                     "nop; nop; nop; xor %%eax, %%eax\n"
                     "cmp $0x11111111, %%ebx; jne 1f; cmp $0x22222222, %%ecx; jne 1f\n"
                     "cmp $0x33333333, %%esi; jne 1f; cmp $0x44444444, %%edi; jne 1f; inc %%eax\n"
                     "1: mov %%eax, %0"
                     : "=m"(regs_ok) : : "eax", "ebx", "ecx", "edx", "esi", "edi", "memory");
}

/* Everything that SMM entry replaces and that code can look at, before and after. */
typedef struct Looks {
    struct {
        u16 limit;
        u32 base;
    } __attribute__((packed)) gdtr, idtr;
    u16 tr, ldtr, seg[6];
    u32 cr[3], eflags, limit[6];
} Looks;

static void look(Looks *l)
{
    memset(l, 0, sizeof(*l));
    __asm__ volatile("sgdt %0; sidt %1; str %2; sldt %3"
                     : "=m"(l->gdtr), "=m"(l->idtr), "=m"(l->tr), "=m"(l->ldtr));
    __asm__ volatile("mov %%es, %0; mov %%cs, %1; mov %%ss, %2; mov %%ds, %3; mov %%fs, %4;"
                     "mov %%gs, %5" : "=m"(l->seg[0]), "=m"(l->seg[1]), "=m"(l->seg[2]),
                     "=m"(l->seg[3]), "=m"(l->seg[4]), "=m"(l->seg[5]));
    l->cr[0] = read_cr0();
    l->cr[1] = read_cr3();
    l->cr[2] = read_cr4();
    l->eflags = get_eflags() & ~0x8d5u;
}

static Looks before, after;
static bool tables_same(void)
{
    const u8 *a = (const u8 *)&before, *b = (const u8 *)&after;

    for (u32 i = 0; i < sizeof(before); i++) {
        if (a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

static volatile u32 *low(u32 a)
{
    return (volatile u32 *)a;
}

static void install(u32 smbase)
{
    memcpy((void *)(smbase + 0x8000), handler, handler_end - handler);
}

int main(void)
{
    u8 smram;
    u32 revision, base_offset;

    if (pci_read(0, 0) != 0x12378086) {
        report_skip("SMM", "the host bridge is not a 440FX");
        return 0;
    }
    smram = pci_read(0, SMRAMC);
    if ((smram & 0x10) || !(pci_read(1 * 8 + 3, 0x58) & 1 << 25)) {
        report_skip("SMM", "SMRAM is locked or SMIs are not enabled by the firmware");
        return 0;
    }
    pci_write8(0, SMRAMC, D_OPEN | G_SMRAME | SEG_A);
    install(SMRAM);
    *low(SMRAM + 0x1000) = 0;
    *low(0x7000) = *low(0x7014) = 0;
    look(&before);
    smi();
    look(&after);
    report(*low(0x7000) == 1, "SMI handler ran");
    report(regs_ok, "registers come back");
    report(tables_same(), "GDTR, IDTR, LDTR, TR and the segments too");
    report(*low(0x7004) == 0xa000 || *low(0x7004) == 0x3000, "CS is SMBASE / 16");
    report(!(*low(0x7008) & 0x80000009), "PE, TS and PG are clear in the handler");
    report(*low(0x700c) == 2, "EFLAGS is 2 in the handler");
    report(*low(SMRAM + 0x1000) == 0x5a5a5a5a, "the handler writes SMRAM");
    revision = *low(SMRAM + 0xfefc);
    report(revision == 0x20000 || revision == 0x20064, "revision identifier");
    base_offset = revision == 0x20064 ? 0xff00 : 0xfef8;
    report(*low(SMRAM + base_offset) == SMRAM, "saved SMBASE");
    report(*low(SMRAM + (revision == 0x20064 ? 0xffc0 : 0xffec)) == 0x44444444, "saved EDI");

    /* Closed, the same addresses are the display's. */
    pci_write8(0, SMRAMC, G_SMRAME | SEG_A);
    report(*low(SMRAM + 0x1000) != 0x5a5a5a5a, "SMRAM is hidden outside of SMM");
    smi();
    report(*low(0x7000) == 2, "and visible inside");
    pci_write8(0, SMRAMC, D_OPEN | G_SMRAME | SEG_A);

    /* Move SMBASE to 1 MiB aligned RAM and back. */
    memset((void *)0x400000, 0, 0x10000);
    install(0x400000);
    *low(0x7018) = SMRAM + base_offset;
    *low(0x7014) = 0x400000;
    smi();
    *low(0x7014) = 0;
    smi();
    report(*low(0x7000) == 4, "handlers at both places ran");
    report(*low(0x400000 + base_offset) == 0x400000, "SMBASE moved");
    *low(0x7018) = 0x400000 + base_offset;
    *low(0x7014) = SMRAM;
    smi();
    pci_write8(0, SMRAMC, smram);
    report_exc(try(({ void rsm_out(void); rsm_out; })), 6, 0, "RSM outside of SMM");
    return 0;
}
__asm__(".text; .globl rsm_out; rsm_out: rsm; ret");
