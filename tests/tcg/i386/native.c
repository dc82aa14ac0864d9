/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The native side: load a whole user-mode state, run code that ends in INT3 or a fault, and
 * take the state from the signal frame.
 *
 * 32-bit code runs in compatibility mode: a far jump to the kernel's 32-bit user segment.
 * Signal frames hold the extended state as XSAVE lays it out: the legacy area, a header, the
 * upper halves of YMM registers at offset 576.
 */
#include "diff.h"
#include "target-i386/disas.h"
#include <setjmp.h>
#include <ucontext.h>
#include <sys/syscall.h>
#include <asm/ldt.h>
#include <asm/prctl.h>

enum {
    XSAVE_BYTES = 4096, XSAVE_HEADER = 512, XSAVE_YMMH = 576,
    USER_CS32 = 0x23, USER_CS64 = 0x33, USER_DS = 0x2b, /* the Linux kernel's */
};

/* Used by the assembly below. */
struct NativeEntry {
    uint64_t regs[16];
    uint64_t flags;
    uint32_t far_offset;
    uint16_t far_selector, ds_selector, es_selector, ss_selector;
    uint8_t xsave[XSAVE_BYTES] __attribute__((aligned(64)));
} native_entry __attribute__((used));

void native_enter(void);
static sigjmp_buf native_return;
static DiffState *native_out;
static uint8_t *code_rw;
static bool have_avx, have_ldt;

/* Never returns: the signal handler's siglongjmp() leaves. */
__asm__(
    ".text\n"
    ".globl native_enter\n"
    "native_enter:\n"
    "    mov $7, %eax\n    xor %edx, %edx\n"
    "    lea native_entry(%rip), %rbx\n"
    "    xrstor64 192(%rbx)\n"
    "    mov 142(%rbx), %ds\n    mov 144(%rbx), %es\n"
    "    push 128(%rbx)\n    popf\n"
    "    mov 0(%rbx), %rax\n    mov 8(%rbx), %rcx\n    mov 16(%rbx), %rdx\n"
    "    mov 146(%rbx), %ss\n    mov 32(%rbx), %rsp\n"
    "    mov 40(%rbx), %rbp\n    mov 48(%rbx), %rsi\n"
    "    mov 56(%rbx), %rdi\n    mov 64(%rbx), %r8\n    mov 72(%rbx), %r9\n"
    "    mov 80(%rbx), %r10\n    mov 88(%rbx), %r11\n    mov 96(%rbx), %r12\n"
    "    mov 104(%rbx), %r13\n    mov 112(%rbx), %r14\n    mov 120(%rbx), %r15\n"
    "    mov 24(%rbx), %rbx\n"
    "    ljmp *136+native_entry(%rip)\n");
QEMU_BUILD_BUG_ON(offsetof(struct NativeEntry, flags) != 128);
QEMU_BUILD_BUG_ON(offsetof(struct NativeEntry, far_offset) != 136);
QEMU_BUILD_BUG_ON(offsetof(struct NativeEntry, ss_selector) != 146);
QEMU_BUILD_BUG_ON(offsetof(struct NativeEntry, xsave) != 192);

static void get_fpstate(DiffState *out, const uint8_t *fx)
{
    uint16_t fsw;
    uint64_t xstate_bv;

    memcpy(&out->fcw, fx, 2);
    memcpy(&fsw, fx + 2, 2);
    out->fsw = fsw;
    out->ftw = fx[4];
    memcpy(&out->mxcsr, fx + 24, 4);
    for (unsigned i = 0; i < 8; i++) {
        memcpy(out->st[i], fx + 32 + 16 * i, 10);
    }
    memcpy(&xstate_bv, fx + XSAVE_HEADER, 8);
    for (unsigned i = 0; i < 16; i++) {
        memcpy(out->ymm[i].b, fx + 160 + 16 * i, 16);
        if (have_avx && xstate_bv & 4) {
            memcpy(out->ymm[i].b + 16, fx + XSAVE_YMMH + 16 * i, 16);
        } else {
            memset(out->ymm[i].b + 16, 0, 16);
        }
    }
}

/* A bug in the emulator or in the test: say where, then die of it. */
static void report_crash(int sig, const uint8_t *pc)
{
    g_autoptr(GString) text = g_string_new("");

    i386_disassemble(text, pc, 16, (uintptr_t)pc, 64, 2);
    printf("signal %d in:\n%s%s", sig, text->str, emulated_ir());
}

static void on_signal(int sig, siginfo_t *info, void *opaque)
{
    static const uint8_t order[16] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    };
    const greg_t *g = ((ucontext_t *)opaque)->uc_mcontext.gregs;
    DiffState *out = native_out;

    if (!out) {
        if (!emulated_signal(sig, info->si_addr, opaque)) {
            report_crash(sig, (const uint8_t *)g[REG_RIP]);
            signal(sig, SIG_DFL);
        }
        return;
    }
    for (unsigned i = 0; i < 16; i++) {
        out->regs[i] = g[order[i]];
    }
    out->rip = g[REG_RIP];
    out->flags = g[REG_EFL] & (FL_ALL | DF_MASK);
    out->vector = g[REG_TRAPNO];
    out->cr2 = out->vector == EXCP0E_PAGE ? g[REG_CR2] : 0;
    out->write = out->vector == EXCP0E_PAGE && g[REG_ERR] & 2;
    get_fpstate(out, (const uint8_t *)((ucontext_t *)opaque)->uc_mcontext.fpregs);
    native_out = NULL;
    siglongjmp(native_return, 1);
}

static void map_at(uintptr_t addr, size_t len, int prot, int fd)
{
    int flags = MAP_FIXED_NOREPLACE | (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
    void *p = mmap((void *)addr, len, prot, flags, fd, 0);

    if (p != (void *)addr) {
        fprintf(stderr, "cannot map %zu bytes at 0x%zx: %s\n", len, (size_t)addr,
                strerror(errno));
        exit(1);
    }
}

/* Code is not writable where it runs: a stray store faults, as on the other side. */
static void map_code(void)
{
    int fd = memfd_create("code", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, CODE_BYTES) < 0) {
        perror("memfd");
        exit(1);
    }
    map_at(CODE_BASE, CODE_BYTES, PROT_READ | PROT_EXEC, fd);
    code_rw = mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (code_rw == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    memset(code_rw, 0xcc, CODE_BYTES);
    close(fd);
}

const DiffSegment diff_segments[4] = {
    [R_ES] = { DATA_BASE + 0x400, DATA_BYTES - 0x401 },
    [R_CS] = { CODE_BASE, CODE_BYTES - 1 },
    [R_SS] = { DATA_BASE - 0x1000, DATA_BYTES + 0xfff },
    [R_DS] = { DATA_BASE, DATA_BYTES - 1 },
};

/* LDT entries 0..3 are 16-bit segments, 4..7 32-bit ones. */
static uint16_t ldt_selector(unsigned seg, bool is32)
{
    return (seg + (is32 ? 4 : 0)) << 3 | 7;
}

static void make_ldt(void)
{
    for (unsigned i = 0; i < 8; i++) {
        struct user_desc d = {
            .entry_number = i,
            .base_addr = diff_segments[i & 3].base,
            .limit = diff_segments[i & 3].limit,
            .seg_32bit = i >> 2,
            .contents = (i & 3) == R_CS ? MODIFY_LDT_CONTENTS_CODE : MODIFY_LDT_CONTENTS_DATA,
            .useable = 1,
        };

        if (syscall(SYS_modify_ldt, 0x11, &d, sizeof(d)) < 0) {
            have_ldt = false;
            return;
        }
    }
    have_ldt = true;
}

bool native_has_segments(void)
{
    return have_ldt;
}

bool native_has_avx(void)
{
    return have_avx;
}

void native_init(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
    static uint8_t stack[1 << 16];
    stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction sa = {
        .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
    };

    have_avx = __builtin_cpu_supports("avx");
    map_code();
    make_ldt();
    map_at(DATA_BASE, DATA_BYTES, PROT_READ | PROT_WRITE, -1);
    sigaltstack(&ss, NULL);
    for (unsigned i = 0; i < ARRAY_SIZE(signals); i++) {
        sigaction(signals[i], &sa, NULL);
    }
    syscall(SYS_arch_prctl, ARCH_SET_GS, (unsigned long)DATA_BASE);
}

static void put_fpstate(const DiffState *in, uint8_t *fx)
{
    uint64_t xstate_bv = have_avx ? 7 : 3;

    memset(fx, 0, XSAVE_BYTES);
    memcpy(fx, &in->fcw, 2);
    memcpy(fx + 2, &in->fsw, 2);
    fx[4] = in->ftw;
    memcpy(fx + 24, &in->mxcsr, 4);
    for (unsigned i = 0; i < 8; i++) {
        memcpy(fx + 32 + 16 * i, in->st[i], 10);
    }
    for (unsigned i = 0; i < 16; i++) {
        memcpy(fx + 160 + 16 * i, in->ymm[i].b, 16);
        memcpy(fx + XSAVE_YMMH + 16 * i, in->ymm[i].b + 16, 16);
    }
    memcpy(fx + XSAVE_HEADER, &xstate_bv, 8);
}

static void set_segments(const DiffCase *c)
{
    struct NativeEntry *e = &native_entry;
    bool is32 = c->mode == MODE_32_SEG;

    e->far_offset = c->start - seg_base(c, R_CS);
    e->far_selector = c->code64 ? USER_CS64 : USER_CS32;
    e->ds_selector = e->es_selector = e->ss_selector = USER_DS;
    if (is_segmented(c)) {
        e->far_selector = ldt_selector(R_CS, is32);
        e->ds_selector = ldt_selector(R_DS, is32);
        e->es_selector = ldt_selector(R_ES, is32);
        e->ss_selector = ldt_selector(R_SS, is32);
    }
}

void native_run(const DiffCase *c, DiffState *out, uint8_t *data_out)
{
    struct NativeEntry *e = &native_entry;

    memcpy(code_rw + (c->start - CODE_BASE), c->code, c->len);
    memcpy((void *)(uintptr_t)DATA_BASE, c->data, DATA_BYTES);
    memcpy(e->regs, c->in.regs, sizeof(e->regs));
    e->flags = c->in.flags | 0x202;
    set_segments(c);
    put_fpstate(&c->in, e->xsave);
    native_out = out;
    if (!sigsetjmp(native_return, 0)) {
        native_enter();
    }
    memset(code_rw + (c->start - CODE_BASE), 0xcc, c->len);
    memcpy(data_out, (void *)(uintptr_t)DATA_BASE, DATA_BYTES);
}
