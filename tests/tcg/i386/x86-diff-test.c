/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-diff-test [options]: the host CPU against the translator.
 *
 *   --cases N        draws per encoding [200]
 *   --seed N         of the random numbers [1]
 *   --only TEXT      encodings whose name contains TEXT
 *   --list           names of all encodings, and those left out
 *   --uncovered FILE write the names of encodings that no case ran to its end
 *   --programs N     random programs of up to 24 instructions, too [2000]
 *   --bytes N        random byte strings: are the same ones undefined? [20000]
 *   --max-failures N stop printing after N encodings failed [20]
 *
 * Exit status: 0 all agree, 1 differences, 77 the host is no x86-64 Linux that can run it.
 */
#include "diff.h"
#include "target-i386/disas.h"

typedef struct Options {
    unsigned cases, programs, bytes, max_failures;
    uint64_t seed;
    const char *only, *uncovered;
    bool list;
} Options;

typedef struct Result {
    DiffState state;
    uint8_t data[DATA_BYTES];
} Result;

typedef struct Way {
    Engine engine;
    unsigned max_insns;
    bool optimize, fill_tlb;
    const char *name;
} Way;

static const Way ways[] = {
    { ENGINE_INTERP, 64, false, false, "interpreter" },
    { ENGINE_INTERP, 64, true, false, "interpreter, optimised" },
    { ENGINE_INTERP, 1, true, false, "interpreter, single instructions" },
    { ENGINE_JIT, 64, true, false, "host code, TLB misses" },
    { ENGINE_JIT, 64, true, true, "host code" },
    { ENGINE_JIT, 1, true, true, "host code, single instructions" },
    { ENGINE_JIT, 64, false, true, "host code, not optimised" },
};

static const char *const reg_names[16] = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

/* ---- comparing ---- */

static void note(GString *s, const char *what, uint64_t native, uint64_t ours)
{
    g_string_append_printf(s, "  %-8s native %016" PRIx64 "  translated %016" PRIx64 "\n", what,
                           native, ours);
}

static void compare_regs(GString *s, const DiffCase *c, const DiffState *n, const DiffState *e)
{
    uint64_t mask = c->code64 ? UINT64_MAX : UINT32_MAX;

    for (unsigned i = 0; i < (c->code64 ? 16 : 8); i++) {
        if ((n->regs[i] ^ e->regs[i]) & mask) {
            note(s, reg_names[i], n->regs[i] & mask, e->regs[i] & mask);
        }
    }
    if ((n->rip ^ e->rip) & mask) {
        note(s, "rip", n->rip & mask, e->rip & mask);
    }
}

static void compare_vectors(GString *s, const DiffCase *c, const DiffState *n, const DiffState *e)
{
    for (unsigned i = 0; i < (c->code64 ? 16 : 8); i++) {
        for (unsigned q = 0; q < 4; q++) {
            if (n->ymm[i].q[q] != e->ymm[i].q[q]) {
                char name[24];

                snprintf(name, sizeof(name), "ymm%u.q%u", i, q);
                note(s, name, n->ymm[i].q[q], e->ymm[i].q[q]);
            }
        }
    }
    /* Flags beside an unmasked overflow or underflow are not those of the masked result. */
    if ((n->mxcsr ^ e->mxcsr) & ~(n->vector == EXCP13_SIMD ? 0x38 : 0)) {
        note(s, "mxcsr", n->mxcsr, e->mxcsr);
    }
}

/*
 * Status word bits that need not agree (docs/deviations.md, x87): C1 as the direction of
 * rounding, flags of a store that then faulted, quotient bits where FPREM has no quotient.
 */
static uint16_t undefined_fsw(const DiffCase *c, const DiffState *n)
{
    const uint8_t *end = c->code + c->len;
    bool fprem = c->len >= 2 && end[-2] == 0xd9 && (end[-1] == 0xf8 || end[-1] == 0xf5);
    bool no_quotient = n->fsw & 1 || (n->st[0][9] & 0x7f) == 0x7f;

    return 0x200 | (n->vector == EXCP0E_PAGE ? 0x7f : 0) | (fprem && no_quotient ? 0x4700 : 0);
}

static void compare_x87(GString *s, const DiffCase *c, const DiffState *n, const DiffState *e)
{
    if (n->fcw != e->fcw) {
        note(s, "fcw", n->fcw, e->fcw);
    }
    if ((n->fsw ^ e->fsw) & ~undefined_fsw(c, n)) {
        note(s, "fsw", n->fsw, e->fsw);
    }
    if (n->ftw != e->ftw) {
        note(s, "ftw", n->ftw, e->ftw);
    }
    for (unsigned i = 0; i < 8; i++) {
        if (memcmp(n->st[i], e->st[i], 10)) {
            uint64_t a, b;
            char name[16];

            memcpy(&a, n->st[i], 8);
            memcpy(&b, e->st[i], 8);
            snprintf(name, sizeof(name), "st%u", i);
            note(s, name, a, b);
            note(s, "  exp", n->st[i][8] | n->st[i][9] << 8, e->st[i][8] | e->st[i][9] << 8);
        }
    }
}

static void compare_memory(GString *s, const uint8_t *n, const uint8_t *e)
{
    unsigned shown = 0;

    if (!memcmp(n, e, DATA_BYTES)) {
        return;
    }
    for (unsigned i = 0; i < DATA_BYTES && shown < 8; i++) {
        if (n[i] != e[i]) {
            char name[16];

            snprintf(name, sizeof(name), "%x", DATA_BASE + i);
            note(s, name, n[i], e[i]);
            shown++;
        }
    }
}

/* Legacy SHA instructions: AMD's processors do not ask for an aligned operand, we do. */
static bool is_sha(const DiffCase *c)
{
    for (unsigned i = 0; i + 2 < c->len; i++) {
        const uint8_t *p = c->code + i;

        if (p[0] == 0x0f && ((p[1] == 0x38 && p[2] >= 0xc8 && p[2] <= 0xcd) ||
                             (p[1] == 0x3a && p[2] == 0xcc))) {
            return true;
        }
    }
    return false;
}

static bool protection(int vector)
{
    return vector == EXCP0C_STACK || vector == EXCP0D_GPF;
}

/*
 * Known deviations (docs/deviations.md): a non-canonical address is #GP whatever the segment;
 * a branch to one faults at the target; 4 GiB segments do not end in the middle of an operand.
 */
static bool deviates(const DiffCase *c, const DiffState *n, const DiffState *e)
{
    if (e->vector == EXCP0D_GPF && is_sha(c)) {
        return true;
    }
    if (c->code64) {
        return n->vector == EXCP0D_GPF && e->vector == EXCP0D_GPF && e->rip >> 47;
    }
    return c->mode == MODE_32 && protection(n->vector) && e->vector == EXCP0E_PAGE;
}

/* Differences as text; empty when both agree. */
static GString *compare(const DiffCase *c, const Result *n, const Result *e, const Expect *x)
{
    uint32_t undefined = x->undefined;
    GString *s = g_string_new("");
    const DiffState *ns = &n->state, *es = &e->state;

    if (deviates(c, ns, es) || (x->may_fault && ns->vector == EXCP0E_PAGE) ||
        (x->whole_limit && protection(es->vector))) {
        return s;
    }
    if (ns->vector != es->vector && !(protection(ns->vector) && protection(es->vector))) {
        note(s, "vector", ns->vector, es->vector);
    }
    if (ns->vector == EXCP0E_PAGE && es->vector == EXCP0E_PAGE) {
        if (ns->cr2 != es->cr2 && !x->any_cr2) {
            note(s, "cr2", ns->cr2, es->cr2);
        }
        if (ns->write != es->write) {
            note(s, "write", ns->write, es->write);
        }
    }
    if (ns->vector != EXCP03_INT3) {
        undefined = x->written;
    }
    compare_regs(s, c, ns, es);
    if ((ns->flags ^ es->flags) & ~undefined) {
        note(s, "flags", ns->flags & ~undefined, es->flags & ~undefined);
    }
    compare_vectors(s, c, ns, es);
    compare_x87(s, c, ns, es);
    compare_memory(s, n->data, e->data);
    return s;
}

/* ---- reporting ---- */

static const char *const mode_names[NB_MODES] = {
    "64-bit", "32-bit", "16-bit", "32-bit with segments",
};

static void print_case(const DiffCase *c, const char *name, const Way *way,
                       const char *differences)
{
    g_autoptr(GString) text = g_string_new("");

    printf("FAIL %s (%s, %s)\n", name, mode_names[c->mode], way->name);
    i386_disassemble(text, c->code, c->len, c->start,
                     c->code64 ? 64 : c->mode == MODE_16 ? 16 : 32, 0);
    printf("%s", text->str);
    for (unsigned i = 0; i < (c->code64 ? 16 : 8); i++) {
        printf("  %-3s=%016" PRIx64 "%s", reg_names[i], c->in.regs[i], i % 4 == 3 ? "\n" : "");
    }
    printf("  flags=%03x mxcsr=%04x fcw=%04x fsw=%04x ftw=%02x\n", c->in.flags, c->in.mxcsr,
           c->in.fcw, c->in.fsw, c->in.ftw);
    printf("%s%s\n", differences, emulated_ir());
    if (way->engine == ENGINE_JIT) {
        g_string_truncate(text, 0);
        emulated_host_code(text);
        printf("%s\n", text->str);
    }
}

/* One case by one way of translating; true when it agrees. */
static bool try_case(const DiffCase *c, const char *name, const Result *native,
                     const Expect *x, const Way *w, bool print)
{
    static Result ours;
    g_autoptr(GString) differences = NULL;

    if (!emulated_run(c, w->engine, w->max_insns, w->optimize, w->fill_tlb, &ours.state,
                      ours.data)) {
        if (print) {
            print_case(c, name, w, "");
        }
        return false;
    }
    differences = compare(c, native, &ours, x);
    if (differences->len && print) {
        print_case(c, name, w, differences->str);
    }
    return differences->len == 0;
}

/* ---- the runs ---- */

/* Case number i: by the interpreter and by host code, in turn by each way of the two. */
static bool try_ways(const DiffCase *c, const char *name, const Result *native,
                     const Expect *x, unsigned i, bool print)
{
    return try_case(c, name, native, x, &ways[i % 3], print) &&
           try_case(c, name, native, x, &ways[3 + i % 4], print);
}

static void run_form(Form *f, const Options *o, bool print)
{
    static DiffCase c;
    static Result native;
    g_autofree char *name = form_name(f);
    DecodedInsn d;

    for (unsigned i = 0; i < o->cases; i++) {
        Expect x;

        memset(&c, 0, offsetof(DiffCase, data));
        if (!gen_case(f, &c, &d)) {
            continue;
        }
        x = expect_of(&d, &c.in);
        native_run(&c, &native.state, native.data);
        f->tried++;
        if (!try_ways(&c, name, &native, &x, i, print && !f->failures)) {
            f->failures++;
        } else if (native.state.vector == EXCP03_INT3) {
            f->agreed++;
        }
    }
}

/* Does the program agree, by way w? c gets its code. */
static bool program_agrees(const Program *p, DiffCase *c, const Way *w, bool print)
{
    static Result native;
    Expect x = { .written = FL_ALL };

    if (!program_assemble(p, c, &x.undefined)) {
        return true;
    }
    native_run(c, &native.state, native.data);
    return try_case(c, "program", &native, &x, w, print);
}

/* Leave out instructions as long as the difference stays. */
static void shrink_program(Program *p, DiffCase *c, const Way *w)
{
    for (unsigned i = p->n; i-- > 0;) {
        Program q = *p;

        memmove(&q.insn[i], &q.insn[i + 1], (q.n - i - 1) * sizeof(q.insn[0]));
        q.n--;
        if (!program_agrees(&q, c, w, false)) {
            *p = q;
        }
    }
    program_agrees(p, c, w, true);
}

static bool run_programs(const Form *forms, unsigned n, const Options *o)
{
    static DiffCase c;
    unsigned failed = 0;

    rng_seed(o->seed + 99);
    for (unsigned i = 0; i < o->programs; i++) {
        Program p;

        memset(&c, 0, offsetof(DiffCase, data));
        c.mode = i % 4 == 0 ? MODE_32 : MODE_64;
        c.code64 = i % 4 != 0;
        gen_state(&c);
        program_random(&p, forms, n, 4 + rng() % (PROGRAM_MAX - 4), &c);
        for (unsigned w = 0; w < ARRAY_SIZE(ways); w++) {
            if (!program_agrees(&p, &c, &ways[w], false)) {
                failed++;
                if (failed <= o->max_failures) {
                    shrink_program(&p, &c, &ways[w]);
                }
                break;
            }
        }
    }
    printf("%u programs, %u differ\n", o->programs, failed);
    return failed == 0;
}

/* Encodings of host extensions that no guest CPU has: AVX-512 masks, SSE4a, SVM, GFNI ... */
static bool is_foreign(const DecodedInsn *d)
{
    static const struct {
        uint8_t map, first, last;
        bool vex;
    } foreign[] = {
        { 1, 0x41, 0x4b, true }, { 1, 0x90, 0x93, true }, { 1, 0x98, 0x99, true },
        { 1, 0x78, 0x79, false }, { 1, 0x01, 0x01, false }, { 1, 0x2b, 0x2b, false },
        { 2, 0xcf, 0xcf, false }, { 2, 0xcf, 0xcf, true }, { 3, 0xce, 0xcf, false },
        { 3, 0xce, 0xcf, true }, { 2, 0xdc, 0xdf, true }, { 3, 0x44, 0x44, true },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(foreign); i++) {
        if (d->map == foreign[i].map && d->vex == foreign[i].vex && d->opc >= foreign[i].first &&
            d->opc <= foreign[i].last) {
            return true;
        }
    }
    return !d->vex && d->map == 0 && d->opc == 0x62; /* EVEX */
}

static const Form *form_of(const Form *forms, unsigned n, const X86Row *row)
{
    for (unsigned i = 0; i < n; i++) {
        if (forms[i].row == row) {
            return &forms[i];
        }
    }
    return NULL;
}

/* Not to be run on the host: system calls, branches, the thread's own FS segment. */
static bool is_harmful(const DecodedInsn *d, DecodeStatus status, const Form *f)
{
    return status == DECODE_STOP || d->seg_ovr == R_FS ||
           (f && (form_excluded(f) || f->row->flags & R_END || gen_is(d, "popf")));
}

/* Random bytes: what is undefined on the host is undefined here, and the reverse. */
static bool run_bytes(const Form *forms, unsigned n, const Options *o)
{
    static DiffCase c;
    static Result native, ours;
    unsigned failed = 0;

    rng_seed(o->seed + 7);
    for (unsigned i = 0; i < o->bytes; i++) {
        DecodeStatus status;
        DecodedInsn d;

        memset(&c, 0, offsetof(DiffCase, data));
        gen_bytes(&c);
        status = emulated_decode(&c, &d);
        if (is_harmful(&d, status, d.row ? form_of(forms, n, d.row) : NULL) || is_foreign(&d)) {
            continue;
        }
        c.len = MAX(d.len, 1);
        native_run(&c, &native.state, native.data);
        emulated_run(&c, ENGINE_INTERP, 1, false, false, &ours.state, ours.data);
        if ((native.state.vector == EXCP06_ILLOP) != (ours.state.vector == EXCP06_ILLOP)) {
            failed++;
            if (failed <= o->max_failures) {
                print_case(&c, "any bytes", &ways[0],
                           native.state.vector == EXCP06_ILLOP ? "undefined on the host\n"
                                                               : "undefined here\n");
            }
        }
    }
    printf("%u random byte strings, %u differ\n", o->bytes, failed);
    return failed == 0;
}

static void list_forms(const Form *forms, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = form_name(&forms[i]);

        printf("%s%s\n", name, form_excluded(&forms[i]) ? "  (left out)" : "");
    }
}

static bool write_uncovered(const char *path, const Form *forms, unsigned n)
{
    FILE *f = fopen(path, "w");

    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        if (!forms[i].agreed) {
            g_autofree char *name = form_name(&forms[i]);

            fprintf(f, "%s\n", name);
        }
    }
    return fclose(f) == 0;
}

static bool run_all(Form *forms, unsigned n, const Options *o)
{
    unsigned failed = 0, run = 0;
    uint64_t cases = 0;

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = form_name(&forms[i]);

        if (form_excluded(&forms[i]) || (o->only && !strstr(name, o->only))) {
            continue;
        }
        rng_seed(o->seed + i * 1000003);
        run_form(&forms[i], o, failed < o->max_failures);
        run++;
        cases += forms[i].tried;
        failed += forms[i].failures != 0;
        if (forms[i].failures) {
            printf("%s: %u of %" PRIu64 " cases differ\n", name, forms[i].failures,
                   forms[i].tried);
        }
    }
    printf("%u encodings, %" PRIu64 " cases, %u encodings differ\n", run, cases, failed);
    return failed == 0;
}

static void parse(int argc, char **argv, Options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;

        if (!strcmp(arg, "--list")) {
            o->list = true;
        } else if (!next) {
            fprintf(stderr, "%s: unknown option or missing value: %s\n", argv[0], arg);
            exit(2);
        } else {
            i++;
            if (!strcmp(arg, "--cases")) {
                o->cases = strtoul(next, NULL, 0);
            } else if (!strcmp(arg, "--seed")) {
                o->seed = strtoull(next, NULL, 0);
            } else if (!strcmp(arg, "--only")) {
                o->only = next;
            } else if (!strcmp(arg, "--uncovered")) {
                o->uncovered = next;
            } else if (!strcmp(arg, "--programs")) {
                o->programs = strtoul(next, NULL, 0);
            } else if (!strcmp(arg, "--bytes")) {
                o->bytes = strtoul(next, NULL, 0);
            } else if (!strcmp(arg, "--max-failures")) {
                o->max_failures = strtoul(next, NULL, 0);
            } else {
                fprintf(stderr, "%s: unknown option %s\n", argv[0], arg);
                exit(2);
            }
        }
    }
}

int main(int argc, char **argv)
{
    Options o = { .cases = 200, .programs = 2000, .bytes = 20000, .max_failures = 20, .seed = 1 };
    unsigned n;
    Form *forms = forms_list(&n);
    bool ok;

    setvbuf(stdout, NULL, _IOLBF, 0);
    parse(argc, argv, &o);
    if (o.list) {
        list_forms(forms, n);
        return 0;
    }
    native_init();
    emulated_init();
    ok = run_all(forms, n, &o);
    ok = run_programs(forms, n, &o) && ok;
    ok = run_bytes(forms, n, &o) && ok;
    if (o.uncovered && !write_uncovered(o.uncovered, forms, n)) {
        return 1;
    }
    g_free(forms);
    return ok ? 0 : 1;
}
