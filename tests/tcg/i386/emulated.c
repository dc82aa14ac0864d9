/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The translator's side: a CPU state without a machine, translated block by block.
 *
 * Guest addresses are the native side's; data lives in a copy. The functions of exec/ and the
 * exceptions of target-i386 that translated code may call are replaced here by doubles: a
 * memory access outside code and data is a page fault, an exception ends the run.
 */
#include "diff.h"
#include "qemu/bswap.h"
#include "exec/cpu-exec.h"
#include "target-i386/disas.h"
#include "target-i386/helpers.h"
#include "target-i386/cpuid.h"
#include "target-i386/internal.h"
#include <setjmp.h>

enum { MXCSR_MASKS = 0x1f80, FCW_MASKS = 0x3f, CR4_OSFXSR_OSXMMEXCPT = 0x600 };
enum { MAX_BLOCKS = 4000, JIT_BYTES = 4 << 20, TLB_ENTRIES = 16 };

static struct Emulated {
    X86CPU *cpu;
    CPUX86State *env;
    IRBlock *block;
    uint8_t *data;
    uint8_t code[CODE_BYTES];
    sigjmp_buf leave;
    DiffState *out;
    GString *ir;
    Engine engine;
    TLBEntry tlb[TLB_ENTRIES];
    JumpCacheEntry jc[JC_SIZE];
    bool fill_tlb;       /* accesses that hit go by the inline path */
    uint8_t *jit_rw, *jit_rx;
    size_t jit_thunks, jit_used;
    TBCode block_code;   /* the block that runs */
    uint64_t block_pc;
} emu;

/* ---- how a run ends ---- */

static void G_NORETURN leave(int vector, uint64_t cr2, bool write)
{
    emu.out->vector = vector;
    emu.out->cr2 = cr2;
    emu.out->write = write;
    siglongjmp(emu.leave, 1);
}

/* The interpreter keeps eip exact; for host code the side table knows it. */
static void restore(uintptr_t ra)
{
    const TBCode *code = &emu.block_code;
    uintptr_t offset = ra - (uintptr_t)code->rx;

    if (emu.engine == ENGINE_JIT && offset < code->size &&
        !tcg_side_table_lookup(code->side, code->side_size, emu.block_pc, offset,
                               &emu.env->eip)) {
        fprintf(stderr, "no side table entry for offset %zu\n", (size_t)offset);
        abort();
    }
}

bool emulated_signal(int sig, void *pc, void *ucontext)
{
    if (sig != SIGFPE || !tcg_backend_is_div_site(pc)) {
        return false;
    }
    tcg_backend_save_from_context(emu.env, ucontext);
    restore((uintptr_t)pc + 1);
    leave(EXCP00_DIVZ, 0, false);
}

void raise_exception_ra(CPUX86State *env, int vector, uintptr_t ra)
{
    (void)env;
    restore(ra);
    leave(vector, 0, false);
}

void raise_exception_err_ra(CPUX86State *env, int vector, int error, uintptr_t ra)
{
    (void)error;
    raise_exception_ra(env, vector, ra);
}

void helper_raise_exception(CPUX86State *env, uint32_t vector)
{
    raise_exception_ra(env, vector, GETPC());
}

void helper_raise_exception_err(CPUX86State *env, uint32_t vector, uint32_t error)
{
    raise_exception_err_ra(env, vector, error, GETPC());
}

void tcg_raise_divide(void *env)
{
    raise_exception_ra(env, EXCP00_DIVZ, 0);
}

void helper_int3(CPUX86State *env, uint64_t next_eip)
{
    env->eip = next_eip;
    leave(EXCP03_INT3, 0, false);
}

void helper_into(CPUX86State *env, uint64_t next_eip)
{
    env->eip = next_eip;
    leave(EXCP04_INTO, 0, false);
}

/* ---- what the helpers under test use of other parts ---- */

Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func)
{
    (void)type_name;
    (void)file;
    (void)line;
    (void)func;
    return obj;
}

/* What the tests change of the state that hflags depend on is looked at before each block. */
void cpu_x86_update_hflags(CPUX86State *env)
{
    (void)env;
}

/* ---- memory ---- */

static uint8_t *guest_byte(uint64_t addr, bool write)
{
    if (addr - DATA_BASE < DATA_BYTES) {
        return emu.data + (addr - DATA_BASE);
    }
    if (!write && addr - CODE_BASE < CODE_BYTES) {
        return emu.code + (addr - CODE_BASE);
    }
    return NULL;
}

static bool canonical(uint64_t addr)
{
    return (uint64_t)((int64_t)(addr << 16) >> 16) == addr;
}

/* The first address of [addr, addr + len) that faults is reported, as hardware does. */
static uint8_t *guest_access(uint64_t addr, unsigned len, bool write, unsigned align, uintptr_t ra)
{
    if (!canonical(addr) || !canonical(addr + len - 1) || addr & ((1u << align) - 1)) {
        raise_exception_ra(emu.env, EXCP0D_GPF, ra);
    }
    for (unsigned i = 0; i < len; i++) {
        if (!guest_byte(addr + i, write)) {
            restore(ra);
            leave(EXCP0E_PAGE, addr + i, write);
        }
    }
    return guest_byte(addr, write);
}

static uint8_t *slow_path(uint64_t addr, uint32_t oi, bool write, uintptr_t ra)
{
    uint8_t *p = guest_access(addr, 1u << (oi & 7), write, oi >> 8 & 7, ra);

    if (emu.fill_tlb && ra) {
        TLBEntry *e = &emu.tlb[addr >> 12 & (TLB_ENTRIES - 1)];

        e->tag[TLB_TAG_READ] = addr & ~4095ull;
        e->tag[TLB_TAG_WRITE] = guest_byte(addr, true) ? addr & ~4095ull : UINT64_MAX;
        e->addend = (uintptr_t)p - addr;
    }
    return p;
}

void *softtlb_ld(void *env, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    (void)env;
    return slow_path(addr, oi, oi >> 4 & 1, ra);
}

void *softtlb_st(void *env, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    (void)env;
    return slow_path(addr, oi, true, ra);
}

void softtlb_st_finish(void *env, uintptr_t ra)
{
    (void)env;
    (void)ra;
}

void *cpu_probe_ram(CPUState *cpu, vaddr addr, size_t len, MMUAccessType type, int mmu_idx,
                    uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    return guest_access(addr, len, type == MMU_DATA_STORE, 0, ra);
}

void cpu_probe_access(CPUState *cpu, vaddr addr, size_t len, MMUAccessType type, int mmu_idx,
                      uintptr_t ra)
{
    cpu_probe_ram(cpu, addr, len, type, mmu_idx, ra);
}

uint32_t cpu_ldub_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    return *guest_access(addr, 1, false, 0, ra);
}

uint32_t cpu_lduw_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    return lduw_le_p(guest_access(addr, 2, false, 0, ra));
}

uint32_t cpu_ldl_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    return ldl_le_p(guest_access(addr, 4, false, 0, ra));
}

uint64_t cpu_ldq_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    return ldq_le_p(guest_access(addr, 8, false, 0, ra));
}

void cpu_stb_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    *guest_access(addr, 1, true, 0, ra) = v;
}

void cpu_stw_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    stw_le_p(guest_access(addr, 2, true, 0, ra), v);
}

void cpu_stl_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    stl_le_p(guest_access(addr, 4, true, 0, ra), v);
}

void cpu_stq_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint64_t v, int mmu_idx, uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    stq_le_p(guest_access(addr, 8, true, 0, ra), v);
}

void cpu_read_mmuidx_ra(CPUState *cpu, vaddr addr, void *buf, size_t len, int mmu_idx,
                        uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    memcpy(buf, guest_access(addr, len, false, 0, ra), len);
}

void cpu_write_mmuidx_ra(CPUState *cpu, vaddr addr, const void *buf, size_t len, int mmu_idx,
                         uintptr_t ra)
{
    (void)cpu;
    (void)mmu_idx;
    memcpy(guest_access(addr, len, true, 0, ra), buf, len);
}

static void read_code(void *buf, uint64_t addr, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        uint8_t *p;

        if (!canonical(addr + i)) {
            leave(EXCP0D_GPF, 0, false);
        }
        p = guest_byte(addr + i, false);
        if (!p || p < emu.code || p >= emu.code + CODE_BYTES) {
            leave(EXCP0E_PAGE, addr + i, false);
        }
        ((uint8_t *)buf)[i] = *p;
    }
}

uint8_t cpu_ldub_code(CPUState *cpu, vaddr addr)
{
    uint8_t v;

    (void)cpu;
    read_code(&v, addr, 1);
    return v;
}

uint64_t cpu_ldq_code(CPUState *cpu, vaddr addr)
{
    uint8_t v[8];

    (void)cpu;
    read_code(v, addr, 8);
    return ldq_le_p(v);
}

/* ---- state ---- */

static uint32_t hflags(const DiffCase *c)
{
    static const uint32_t mode_bits[NB_MODES] = {
        [MODE_64] = HF_CS64 | HF_CS32 | HF_SS32,
        [MODE_32] = HF_CS32 | HF_SS32,
        [MODE_16] = HF_SEGBASE | HF_SEGCHECK,
        [MODE_32_SEG] = HF_CS32 | HF_SS32 | HF_SEGBASE | HF_SEGCHECK,
    };
    uint32_t hf = 3 | HF_PE | HF_LMA | HF_MP | HF_NE | HF_OSFXSR | HF_OSXSAVE;

    hf |= ~emu.env->mxcsr & MXCSR_MASKS ? HF_XM_UNMASKED : 0;
    hf |= ~emu.env->fpuc & FCW_MASKS ? HF_FP_UNMASKED : 0;
    return hf | mode_bits[c->mode] | (native_has_avx() ? HF_AVX : 0);
}

static uint64_t code_limit(const DiffCase *c)
{
    return c->code64 ? UINT64_MAX : is_segmented(c) ? diff_segments[R_CS].limit : UINT32_MAX;
}

static void load_segments(CPUX86State *env, const DiffCase *c)
{
    for (unsigned i = 0; i < 4; i++) {
        env->segs[i] = (SegmentCache){
            .base = seg_base(c, i),
            .limit = is_segmented(c) ? diff_segments[i].limit : UINT32_MAX,
            .flags = DESC_P | DESC_S | DESC_RW | 3 << DESC_DPL_SHIFT |
                     (i == R_CS ? DESC_CODE : 0) | (c->mode != MODE_16 ? DESC_DB : 0),
        };
    }
    env->segs[R_GS].base = DATA_BASE;
}

static void load_fpu(CPUX86State *env, const DiffState *in)
{
    unsigned top = in->fsw >> 11 & 7;

    env->fpuc = in->fcw;
    env->trans.fpcw = in->fcw | FCW_MASKS;
    env->fpus = in->fsw & ~0x3800;
    env->fpstt = top;
    for (unsigned i = 0; i < 8; i++) {
        memcpy(env->fpregs[(top + i) & 7].b, in->st[i], 10);
        env->fptags[i] = !(in->ftw >> i & 1);
    }
}

static void store_fpu(const CPUX86State *env, DiffState *out)
{
    out->fcw = env->fpuc;
    out->fsw = env->fpus | (env->fpstt & 7) << 11;
    out->ftw = 0;
    for (unsigned i = 0; i < 8; i++) {
        memcpy(out->st[i], env->fpregs[(env->fpstt + i) & 7].b, 10);
        out->ftw |= !env->fptags[i] << i;
    }
}

static void load_state(const DiffCase *c)
{
    CPUX86State *env = emu.env;
    const DiffState *in = &c->in;

    memcpy(env->regs, in->regs, sizeof(env->regs));
    env->eip = c->start - seg_base(c, R_CS);
    env->eflags = 0x202 | (in->flags & DF_MASK);
    env->df = in->flags & DF_MASK ? -1 : 1;
    env->trans.flags = trans_flags_from_x86(in->flags & FL_ALL);
    env->trans.bounce_len = 0;
    env->trans.x87_live = 0;
    env->trans.exit_request = 0;
    env->mxcsr = in->mxcsr;
    env->trans.mxcsr = in->mxcsr | MXCSR_MASKS;
    env->cr[4] = CR4_OSFXSR_OSXMMEXCPT;
    memcpy(env->xmm, in->ymm, sizeof(env->xmm));
    load_segments(env, c);
    load_fpu(env, in);
    env->hflags = hflags(c);
    memset(emu.tlb, 0xff, sizeof(emu.tlb));
    for (unsigned n = 0; n < NB_MMU_MODES; n++) {
        env->trans.tlb[n].table = emu.tlb;
        env->trans.tlb[n].mask = (TLB_ENTRIES - 1) << TLB_ENTRY_BITS;
    }
    env->trans.jc = emu.jc;
}

static void store_state(DiffState *out)
{
    CPUX86State *env = emu.env;

    x86_fpu_fold(env);
    memcpy(out->regs, env->regs, sizeof(out->regs));
    out->rip = env->eip;
    out->flags = trans_flags_to_x86(env->trans.flags) | (env->eflags & DF_MASK);
    if (!!(env->eflags & DF_MASK) != (env->df < 0)) {
        fprintf(stderr, "EFLAGS.DF and df differ\n");
        abort();
    }
    out->mxcsr = env->mxcsr | (env->trans.mxcsr & 0x3f);
    memcpy(out->ymm, env->xmm, sizeof(out->ymm));
    store_fpu(env, out);
}

/* ---- running ---- */

static void fill_tb(TranslationBlock *tb, uint64_t eip, const DiffCase *c)
{
    *tb = (TranslationBlock){
        .pc = eip,
        .cs_base = seg_base(c, R_CS),
        .flags = hflags(c) | (c->code64 ? 0 : code_limit(c) << 32),
    };
}

static bool jit_block(const IRBlock *b)
{
    static uint64_t handle;
    TBCode *code = &emu.block_code;

    if (emu.jit_used + (1 << 17) > JIT_BYTES) {
        emu.jit_used = emu.jit_thunks;
    }
    *code = (TBCode){
        .rw = emu.jit_rw + emu.jit_used, .rx = emu.jit_rx + emu.jit_used,
        .room = JIT_BYTES - emu.jit_used, .tb = &handle,
    };
    emu.block_pc = b->pc;
    if (!tcg_backend_emit(b, code)) {
        printf("the backend finds no room\n");
        return false;
    }
    emu.jit_used += ROUND_UP(code->size + code->side_size, 64);
    tcg_enter(emu.env, code->rx);
    return true;
}

static bool run_block(const DiffCase *c, unsigned max_insns, bool optimize)
{
    IRBlock *b = emu.block;
    TranslationBlock tb;
    char msg[200];

    fill_tb(&tb, emu.env->eip, c);
    ir_block_reset(b);
    i386_translate(&emu.cpu->parent_obj, &tb, b, max_insns);
    ir_print(b, emu.ir);
    if (!ir_validate(b, msg, sizeof(msg))) {
        printf("invalid IR: %s\n", msg);
        return false;
    }
    if (optimize) {
        ir_optimize(b);
        if (!ir_validate(b, msg, sizeof(msg))) {
            ir_print(b, emu.ir);
            printf("invalid IR after optimisation: %s\n", msg);
            return false;
        }
    } else {
        ir_flags_pass(b);
    }
    if (emu.engine == ENGINE_JIT) {
        return jit_block(b);
    }
    tcg_interp(b, emu.env, NULL);
    return true;
}

static bool run_blocks(const DiffCase *c, unsigned max_insns, bool optimize)
{
    for (unsigned i = 0; i < MAX_BLOCKS; i++) {
        if (!run_block(c, max_insns, optimize)) {
            return false;
        }
    }
    printf("the program does not end\n");
    return false;
}

bool emulated_run(const DiffCase *c, Engine engine, unsigned max_insns, bool optimize,
                  bool fill_tlb, DiffState *out, uint8_t *data_out)
{
    volatile bool ok = true;

    memcpy(emu.code + (c->start - CODE_BASE), c->code, c->len);
    memcpy(data_out, c->data, DATA_BYTES);
    emu.data = data_out;
    emu.out = out;
    emu.engine = engine;
    emu.fill_tlb = fill_tlb;
    g_string_truncate(emu.ir, 0);
    load_state(c);
    if (!sigsetjmp(emu.leave, 0)) {
        ok = run_blocks(c, max_insns, optimize);
    } else if (emu.engine == ENGINE_JIT) {
        tcg_backend_unwound(emu.env);
    }
    store_state(out);
    memset(emu.code + (c->start - CODE_BASE), 0xcc, c->len);
    return ok;
}

DecodeStatus emulated_decode(const DiffCase *c, DecodedInsn *d)
{
    DecodeStatus status;
    DisasContext s = {
        .cpu = &emu.cpu->parent_obj, .env = emu.env, .hflags = hflags(c),
        .code64 = c->code64, .cs32 = c->mode != MODE_16, .ss32 = c->mode != MODE_16, .pe = true,
        .lma = true, .cpl = 3, .first = true, .cs_base = seg_base(c, R_CS),
        .cs_limit = code_limit(c), .mmu_idx = MMU_USER_IDX,
    };
    DiffState scratch;

    memcpy(emu.code + (c->start - CODE_BASE), c->code, c->len);
    emu.out = &scratch;
    if (sigsetjmp(emu.leave, 0)) {
        status = DECODE_STOP;
    } else {
        status = x86_decode(&s, c->start - s.cs_base, d);
    }
    memset(emu.code + (c->start - CODE_BASE), 0xcc, c->len);
    return status;
}

const IRBlock *emulated_translate(const DiffCase *c, unsigned cpl, uint32_t hf_set,
                                  uint32_t cflags, unsigned max_insns, TranslationBlock *tb)
{
    static DiffState scratch;

    memset(emu.code, 0xcc, sizeof(emu.code));
    memcpy(emu.code + (c->start - CODE_BASE), c->code, c->len);
    emu.out = &scratch;
    emu.engine = ENGINE_INTERP;
    g_string_truncate(emu.ir, 0);
    load_state(c);
    emu.env->hflags = (hflags(c) & ~HF_CPL_MASK) | cpl | hf_set;
    fill_tb(tb, emu.env->eip, c);
    tb->flags = (tb->flags & ~(uint64_t)UINT32_MAX) | emu.env->hflags;
    tb->cflags = cflags;
    ir_block_reset(emu.block);
    if (sigsetjmp(emu.leave, 0)) {
        return NULL;
    }
    i386_translate(&emu.cpu->parent_obj, tb, emu.block, max_insns);
    ir_print(emu.block, emu.ir);
    return emu.block;
}

CPUX86State *emulated_env(void)
{
    return emu.env;
}

int emulated_run_block(void)
{
    static uint8_t data[DATA_BYTES];

    emu.data = data;
    emu.out->vector = VECTOR_NONE;
    ir_flags_pass(emu.block);
    if (!sigsetjmp(emu.leave, 0)) {
        tcg_interp(emu.block, emu.env, NULL);
    }
    return emu.out->vector;
}

const char *emulated_ir(void)
{
    return emu.ir->str;
}

void emulated_host_code(GString *out)
{
    const TBCode *code = &emu.block_code;

    i386_disassemble(out, code->rx, code->size, (uintptr_t)code->rx, 64, 0);
}

static void jit_init(void)
{
    int fd = memfd_create("jit", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, JIT_BYTES) < 0) {
        perror("memfd");
        exit(1);
    }
    emu.jit_rw = mmap(NULL, JIT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    emu.jit_rx = mmap(NULL, JIT_BYTES, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    close(fd);
    if (emu.jit_rw == MAP_FAILED || emu.jit_rx == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    emu.jit_thunks = tcg_backend_init(&i386_ir_target, emu.jit_rw, emu.jit_rx, JIT_BYTES);
    emu.jit_used = emu.jit_thunks = ROUND_UP(emu.jit_thunks, 64);
    for (unsigned n = 0; n < JC_SIZE; n++) {
        emu.jc[n] = (JumpCacheEntry){ UINT64_MAX, tcg_backend_jc_miss() };
    }
}

void emulated_init(void)
{
    jit_init();
    emu.cpu = qemu_memalign(64, sizeof(X86CPU));
    memset(emu.cpu, 0, sizeof(*emu.cpu));
    emu.env = &emu.cpu->env;
    emu.cpu->parent_obj.env = emu.env;
    emu.cpu->parent_obj.trans = &emu.env->trans;
    QTAILQ_INIT(&emu.cpu->parent_obj.breakpoints);
    memset(emu.env->features, 0xff, sizeof(emu.env->features));
    memset(emu.code, 0xcc, sizeof(emu.code));
    emu.block = ir_block_new(&i386_ir_target);
    emu.ir = g_string_new("");
}
