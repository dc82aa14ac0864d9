/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86 CPU objects: types of the models, realize, reset, the list for -cpu help.
 *
 * Spec:   Intel SDM volume 3 table 9-1 (state after RESET and INIT).
 * Thread: under the big lock; reset with the vCPU stopped, or from its own thread (INIT).
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/gdbstub.h"
#include "hw/i386/apic.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "sysemu/reset.h"
#include "cpu-models.h"
#include "cpu-props.h"
#include "disas.h"
#include "host-cpuid.h"
#include "internal.h"

#ifdef TARGET_X86_64
enum { TARGET_LONG = true };
#else
enum { TARGET_LONG = false };
#endif
enum { DEFAULT_PHYS_BITS = 40, MAX_PHYS_BITS = 52, MAX_LEVEL = 0xd, MAX_XLEVEL = 0x8000001e };

/* ---- features ---- */

/* What cannot be used without something else goes when that is missing. */
static const struct {
    uint8_t word, needs_word;
    uint32_t bits, needs;
} dependencies[] = {
    { FEAT_1_ECX, FEAT_1_ECX, CPUID_EXT_AVX, CPUID_EXT_XSAVE },
    { FEAT_1_ECX, FEAT_1_ECX, CPUID_EXT_FMA | CPUID_EXT_F16C, CPUID_EXT_AVX },
    { FEAT_7_0_EBX, FEAT_1_ECX, CPUID_7_0_EBX_AVX2, CPUID_EXT_AVX },
    { FEAT_7_0_ECX, FEAT_1_ECX, CPUID_7_0_ECX_VAES | CPUID_7_0_ECX_VPCLMULQDQ, CPUID_EXT_AVX },
    { FEAT_XSAVE, FEAT_1_ECX, ~0u, CPUID_EXT_XSAVE },
    { FEAT_1_ECX, FEAT_8000_0001_EDX, CPUID_EXT_PCID | CPUID_EXT_CX16, CPUID_EXT2_LM },
    { FEAT_7_0_EBX, FEAT_8000_0001_EDX, CPUID_7_0_EBX_FSGSBASE | CPUID_7_0_EBX_INVPCID,
      CPUID_EXT2_LM },
    { FEAT_7_0_ECX, FEAT_8000_0001_EDX, CPUID_7_0_ECX_LA57, CPUID_EXT2_LM },
    { FEAT_8000_0001_EDX, FEAT_8000_0001_EDX, CPUID_EXT2_PDPE1GB, CPUID_EXT2_LM },
    { FEAT_8000_0001_ECX, FEAT_8000_0001_EDX, CPUID_EXT3_LAHF_LM, CPUID_EXT2_LM },
    { FEAT_1_ECX, FEAT_1_EDX, CPUID_EXT_X2APIC | CPUID_EXT_TSC_DEADLINE_TIMER, CPUID_APIC },
};

static void drop_dependents(CPUX86State *env)
{
    for (unsigned i = 0; i < ARRAY_SIZE(dependencies); i++) {
        if (!x86_has(env, dependencies[i].needs_word, dependencies[i].needs)) {
            env->features[dependencies[i].word] &= ~dependencies[i].bits;
        }
    }
}

static void complete_features(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;

    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        uint32_t extra = cpu->config.max_features
                             ? x86_supported_features(w) & ~x86_feature_words[w].no_auto : 0;

        env->features[w] |= extra & ~cpu->config.user_features[w];
    }
    if (!(cpu->config.user_features[FEAT_1_ECX] & CPUID_EXT_HYPERVISOR)) {
        env->features[FEAT_1_ECX] |= CPUID_EXT_HYPERVISOR;
    }
    /* Guests trust a counter of which they can see that nobody moved it. */
    if (x86_has(env, FEAT_1_EDX, CPUID_TSC) && env->cpuid_level >= 7 &&
        !(cpu->config.user_features[FEAT_7_0_EBX] & CPUID_7_0_EBX_TSC_ADJUST)) {
        env->features[FEAT_7_0_EBX] |= CPUID_7_0_EBX_TSC_ADJUST;
    }
    if (x86_is_amd(env)) {
        env->features[FEAT_8000_0001_EDX] &= ~CPUID_EXT2_AMD_ALIASES;
        env->features[FEAT_8000_0001_EDX] |= env->features[FEAT_1_EDX] & CPUID_EXT2_AMD_ALIASES;
    }
}

static void report_missing(const X86FeatureWord *w, unsigned bit)
{
    warn_report("TCG doesn't support requested feature: %s%s%s [bit %u]", w->where,
                w->names[bit] ? "." : "", w->names[bit] ? w->names[bit] : "", bit);
}

/* Take away what cannot be provided. False, with enforce, when there is any of that. */
static bool filter_features(X86CPU *cpu, Error **errp)
{
    CPUX86State *env = &cpu->env;
    bool missing = false;

    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        uint32_t bad = env->features[w] & ~x86_supported_features(w);

        cpu->config.filtered[w] = bad;
        env->features[w] &= ~bad;
        missing |= bad != 0;
        for (unsigned bit = 0; bad && bit < 32; bit++) {
            if ((bad >> bit & 1) && (cpu->config.check || cpu->config.enforce)) {
                report_missing(&x86_feature_words[w], bit);
            }
        }
    }
    if (missing && cpu->config.enforce) {
        error_setg(errp, "TCG doesn't support requested features");
        return false;
    }
    drop_dependents(env);
    return true;
}

static void complete_levels(X86CPU *cpu)
{
    const X86CPUModel *m = X86_CPU_GET_CLASS(cpu)->model;
    CPUX86State *env = &cpu->env;

    if (env->cpuid_level == UINT32_MAX) {
        env->cpuid_level = MAX(m ? m->level : MAX_LEVEL, env->cpuid_min_level);
        if (env->features[FEAT_7_0_EBX] | env->features[FEAT_7_0_ECX]) {
            env->cpuid_level = MAX(env->cpuid_level, 7u);
        }
        if (x86_has(env, FEAT_1_ECX, CPUID_EXT_XSAVE)) {
            env->cpuid_level = MAX(env->cpuid_level, 0xdu);
        }
    }
    if (env->cpuid_xlevel == UINT32_MAX) {
        env->cpuid_xlevel = MAX(m ? m->xlevel : (uint32_t)MAX_XLEVEL, env->cpuid_min_xlevel);
        if (env->features[FEAT_8000_0001_EDX] & ~CPUID_EXT2_AMD_ALIASES) {
            env->cpuid_xlevel = MAX(env->cpuid_xlevel, 0x80000008u);
        }
    }
}

bool x86_cpu_settle_features(X86CPU *cpu, Error **errp)
{
    complete_levels(cpu);
    complete_features(cpu);
    return filter_features(cpu, errp);
}

static bool complete_phys_bits(X86CPU *cpu, Error **errp)
{
    CPUX86State *env = &cpu->env;
    bool lm = x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_LM);
    uint32_t r[4];

    cpu->phys_bits = cpu->config.phys_bits;
    if (lm && cpu->config.host_phys_bits && x86_host_cpuid_max(0x80000000) >= 0x80000008) {
        x86_host_cpuid(0x80000008, 0, r);
        cpu->phys_bits = r[0] & 0xff;
    }
    if (!lm) {
        if (cpu->config.phys_bits && cpu->config.phys_bits != 32 &&
            cpu->config.phys_bits != 36) {
            error_setg(errp, "phys-bits cannot be %u for a 32-bit CPU: 32 or 36",
                       cpu->config.phys_bits);
            return false;
        }
        if (!cpu->phys_bits) {
            cpu->phys_bits = x86_has(env, FEAT_1_EDX, CPUID_PSE36) ||
                             x86_has(env, FEAT_1_EDX, CPUID_PAE) ? 36 : 32;
        }
        return true;
    }
    if (!cpu->phys_bits) {
        cpu->phys_bits = DEFAULT_PHYS_BITS;
    }
    if (cpu->phys_bits > MAX_PHYS_BITS || cpu->phys_bits < 32) {
        error_setg(errp, "phys-bits should be between 32 and %u (but is %u)", MAX_PHYS_BITS,
                   cpu->phys_bits);
        return false;
    }
    return true;
}

/* ---- reset ---- */

static void reset_segments(CPUX86State *env)
{
    for (unsigned i = 0; i < 6; i++) {
        env->segs[i] = (SegmentCache) {
            .limit = 0xffff, .flags = DESC_P | DESC_S | DESC_RW | DESC_A,
        };
    }
    env->segs[R_CS] = (SegmentCache) {
        .selector = 0xf000, .base = 0xffff0000, .limit = 0xffff,
        .flags = DESC_P | DESC_S | DESC_CODE | DESC_RW | DESC_A,
    };
    env->gdt = env->idt = (SegmentCache) { .limit = 0xffff };
    env->ldt = (SegmentCache) {
        .limit = 0xffff, .flags = DESC_P | SYS_LDT << DESC_TYPE_SHIFT,
    };
    env->tr = (SegmentCache) {
        .limit = 0xffff, .flags = DESC_P | SYS_TSS32_BUSY << DESC_TYPE_SHIFT,
    };
}

/* What RESET and INIT have in common. */
static void reset_common(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;

    memset(env->regs, 0, sizeof(env->regs));
    env->regs[R_EDX] = env->cpuid_version;
    env->eip = 0xfff0;
    x86_set_eflags(env, 2);
    reset_segments(env);
    env->cr[2] = env->cr[3] = env->cr[4] = env->cr8 = 0;
    memset(env->dr, 0, sizeof(env->dr));
    env->dr[6] = DR6_FIXED_1;
    env->dr[7] = DR7_FIXED_1;
    env->efer = 0;
    env->old_exception = -1;
    env->exception_is_int = 0;
    env->io_trap = false;
    env->hflags2 = 0;
    env->hflags = 0;
}

/* Table 9-1, column INIT: caches' CR0 bits, x87, SSE, MTRRs, the TSC and most MSRs stay. */
void x86_cpu_init_state(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;

    reset_common(cpu);
    env->cr[0] = CR0_ET | (env->cr[0] & (CR0_CD | CR0_NW));
    qatomic_set(&cpu->walk.stale, 1);
    tlb_flush(&cpu->parent_obj);
    x86_rearm_debug(env);
}

static void reset_msrs(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;

    env->star = env->lstar = env->cstar = env->fmask = env->kernelgsbase = 0;
    env->sysenter_cs = env->sysenter_esp = env->sysenter_eip = 0;
    env->pat = 0x0007040600070406ull;
    env->tsc_aux = 0;
    /* Zero for all CPUs alike: they keep agreeing with each other. */
    env->tsc_offset = 0;
    env->tsc_adjust = 0;
    env->misc_enable = 1 | (x86_has(env, FEAT_1_ECX, CPUID_EXT_MONITOR) ? 1 << 18 : 0);
    env->smbase = 0x30000;
    memset(env->mtrr_fixed, 0, sizeof(env->mtrr_fixed));
    memset(env->mtrr_var, 0, sizeof(env->mtrr_var));
    env->mtrr_deftype = 0;
    env->mcg_status = 0;
    env->mcg_ctl = env->mcg_cap & 0x100 ? ~0ull : 0;
    for (unsigned i = 0; i < X86_MAX_MCE_BANKS; i++) {
        env->mce_banks[i * 4] = ~0ull;
        env->mce_banks[i * 4 + 1] = env->mce_banks[i * 4 + 2] = env->mce_banks[i * 4 + 3] = 0;
    }
    env->xcr0 = XSTATE_FP;
    env->xss = env->spec_ctrl = env->virt_ssbd = env->debugctl = env->hwcr = 0;
}

static void reset_fpu(CPUX86State *env)
{
    memset(env->fpregs, 0, sizeof(env->fpregs));
    memset(env->fptags, 0, sizeof(env->fptags)); /* RESET leaves zeroes, not empty registers */
    memset(env->xmm, 0, sizeof(env->xmm));
    env->trans.x87_live = 0;
    x86_set_fpuc(env, 0x40);
    x86_set_fpsw(env, 0);
    env->fpop = env->fpcs = env->fpds = 0;
    env->fpip = env->fpdp = 0;
    x86_set_mxcsr(env, 0x1f80);
}

static void x86_cpu_reset(DeviceState *dev)
{
    CPUState *cs = CPU(dev);
    X86CPU *cpu = X86_CPU(dev);
    CPUX86State *env = &cpu->env;

    X86_CPU_GET_CLASS(cpu)->parent_reset(dev);
    reset_common(cpu);
    env->cr[0] = CR0_ET | CR0_CD | CR0_NW;
    env->a20_mask = -1;
    reset_msrs(cpu);
    reset_fpu(env);
    qatomic_set(&cpu->walk.stale, 1);
    if (cpu->apic_state) {
        device_cold_reset(cpu->apic_state);
    }
    /* Application processors wait for a start-up message. */
    cs->halted = cs->cpu_index != 0;
    if (cs->halted) {
        env->hflags2 |= HF2_WAIT_SIPI;
    }
    x86_rearm_debug(env);
}

static void machine_reset(void *opaque)
{
    X86CPU *cpu = opaque;

    x86_cpu_map_smram(cpu);
    cpu_reset(&cpu->parent_obj);
}

/* ---- memory as SMM sees it ---- */

static void init_address_spaces(X86CPU *cpu)
{
    CPUState *cs = &cpu->parent_obj;

    cpu->cpu_as_root = g_new0(MemoryRegion, 1);
    cpu->cpu_as_mem = g_new0(MemoryRegion, 1);
    memory_region_init(cpu->cpu_as_root, OBJECT(cpu), "memory", ~0ull);
    memory_region_init_alias(cpu->cpu_as_mem, OBJECT(cpu), "memory-all", get_system_memory(), 0,
                             ~0ull);
    memory_region_add_subregion_overlap(cpu->cpu_as_root, 0, cpu->cpu_as_mem, 0);
    cs->num_ases = 2;
    cpu_address_space_init(cs, 0, "cpu-memory", get_system_memory());
    cpu_address_space_init(cs, 1, "cpu-smm", cpu->cpu_as_root);
    x86_walk_cache_init(cpu);
}

/* The board's SMRAM exists only once the board is complete: it is looked for at reset. */
void x86_cpu_map_smram(X86CPU *cpu)
{
    Object *smram;

    if (cpu->smram || !object_property_find(qdev_get_machine(), "smram")) {
        return;
    }
    smram = object_property_get_link(qdev_get_machine(), "smram", NULL);
    if (smram) {
        cpu->smram = g_new0(MemoryRegion, 1);
        memory_region_init_alias(cpu->smram, OBJECT(cpu), "smram", MEMORY_REGION(smram), 0,
                                 4ull << 30);
        memory_region_add_subregion_overlap(cpu->cpu_as_root, 0, cpu->smram, 1);
    }
}

static int asidx_from_attrs(CPUState *cs, MemTxAttrs attrs)
{
    return attrs.secure && cs->num_ases > 1;
}

/* ---- life ---- */

static void init_mce(CPUX86State *env)
{
    if (x86_has(env, FEAT_1_EDX, CPUID_MCE | CPUID_MCA) &&
        (env->cpuid_version >> 8 & 15) >= 6) {
        env->mcg_cap = 0x100 | X86_MAX_MCE_BANKS;
    }
}

static bool check_topology(X86CPU *cpu, Error **errp)
{
    CPUState *cs;

    if (cpu->apic_id == X86_APIC_ID_UNASSIGNED) {
        error_setg(errp, "apic-id property was not initialized properly");
        return false;
    }
    CPU_FOREACH(cs) {
        if (cs != &cpu->parent_obj && X86_CPU(cs)->apic_id == cpu->apic_id) {
            error_setg(errp, "CPU %d has APIC ID %u already", cs->cpu_index, cpu->apic_id);
            return false;
        }
    }
    return true;
}

static void x86_cpu_realize(DeviceState *dev, Error **errp)
{
    CPUState *cs = CPU(dev);
    X86CPU *cpu = X86_CPU(dev);
    CPUX86State *env = &cpu->env;

    if (!check_topology(cpu, errp)) {
        return;
    }
    x86_tsc_init();
    if (!x86_cpu_settle_features(cpu, errp) || !complete_phys_bits(cpu, errp)) {
        return;
    }
    env->tsc_khz = cpu->config.tsc_hz ? (uint64_t)cpu->config.tsc_hz / 1000
                                      : x86_tsc_default_khz();
    init_mce(env);
    cpu_list_add(cs);
    x86_cpu_gdb_realize(cpu);
    init_address_spaces(cpu);
    if (x86_has(env, FEAT_1_EDX, CPUID_APIC) || cs->cpu_index > 0) {
        cpu->apic_state = apic_new(cpu);
        if (!qdev_realize(cpu->apic_state, NULL, errp)) {
            return;
        }
    }
    qemu_init_vcpu(cs);
    cpu_reset(cs);
    qemu_register_reset(machine_reset, cpu);
}

static void x86_cpu_unrealize(DeviceState *dev)
{
    CPUState *cs = CPU(dev);
    X86CPU *cpu = X86_CPU(dev);

    qemu_unregister_reset(machine_reset, cpu);
    cpu_remove_sync(cs);
    cpu_list_remove(cs);
    gdb_unregister_coprocessors(cs);
    x86_walk_cache_free(cpu);
    if (cpu->apic_state) {
        object_unparent(OBJECT(cpu->apic_state));
        cpu->apic_state = NULL;
    }
}

static void load_model(X86CPU *cpu, const X86CPUModel *m)
{
    CPUX86State *env = &cpu->env;

    x86_cpu_set_vendor(env, m->vendor);
    x86_cpu_set_model_id(env, m->model_id);
    env->cpuid_version = x86_pack_version(m->family, m->model, m->stepping);
    x86_cpu_model_features(m, env->features);
}

static void x86_cpu_init(Object *obj)
{
    X86CPU *cpu = X86_CPU(obj);
    X86CPUClass *xcc = X86_CPU_GET_CLASS(obj);
    CPUX86State *env = &cpu->env;

    cpu->parent_obj.env = env;
    cpu->parent_obj.trans = &env->trans;
    env->old_exception = -1;
    env->a20_mask = -1;
    env->df = 1;
    if (xcc->model) {
        load_model(cpu, xcc->model);
    } else {
        x86_cpu_set_vendor(env, "AuthenticAMD");
        x86_cpu_set_model_id(env, "QEMU TCG CPU version 2.5+");
        env->cpuid_version = x86_pack_version(TARGET_LONG ? 15 : 6, TARGET_LONG ? 107 : 6,
                                              TARGET_LONG ? 1 : 3);
    }
}

static void max_cpu_init(Object *obj)
{
    X86_CPU(obj)->config.max_features = true;
}

/* ---- classes ---- */

static void x86_cpu_set_pc(CPUState *cs, vaddr pc)
{
    ((CPUX86State *)cs->env)->eip = pc;
}

static vaddr x86_cpu_get_pc(CPUState *cs)
{
    CPUX86State *env = cs->env;

    return x86_code64(env) ? env->eip : (uint32_t)(env->segs[R_CS].base + env->eip);
}

static CPUState *x86_from_env(void *env)
{
    return env_cpu(env);
}

static const struct IRTarget *x86_ir_target(void)
{
    return &i386_ir_target;
}

static int64_t x86_get_arch_id(CPUState *cs)
{
    return X86_CPU(cs)->apic_id;
}

static bool x86_get_paging_enabled(const CPUState *cs)
{
    return ((CPUX86State *)cs->env)->cr[0] & CR0_PG;
}

static ObjectClass *x86_class_by_name(const char *model)
{
    g_autofree char *type = g_strconcat(model, X86_CPU_TYPE_SUFFIX, NULL);
    ObjectClass *oc = object_class_by_name(type);

    return oc && object_class_dynamic_cast(oc, TYPE_X86_CPU) && !object_class_is_abstract(oc)
               ? oc : NULL;
}

static void x86_cpu_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    CPUClass *cc = CPU_CLASS(oc);

    (void)data;
    dc->realize = x86_cpu_realize;
    dc->unrealize = x86_cpu_unrealize;
    dc->vmsd = &vmstate_x86_cpu;
    dc->user_creatable = true; /* CPU hotplug */
    device_class_set_parent_reset(dc, x86_cpu_reset, &X86_CPU_CLASS(oc)->parent_reset);
    x86_cpu_add_props(oc);

    cc->from_env = x86_from_env;
    cc->class_by_name = x86_class_by_name;
    cc->parse_features = x86_cpu_parse_features;
    cc->ir_target = x86_ir_target;
    cc->exec_key = x86_cpu_exec_key;
    cc->translate = i386_translate;
    cc->set_pc = x86_cpu_set_pc;
    cc->get_pc = x86_cpu_get_pc;
    cc->do_interrupt = x86_do_interrupt;
    cc->exec_interrupt = x86_exec_interrupt;
    cc->tells_irq_window = true;
    cc->has_work = x86_cpu_has_work;
    cc->tlb_walk = x86_tlb_walk;
    cc->raise_tlb_fault = x86_raise_tlb_fault;
    cc->raise_unaligned = x86_raise_unaligned;
    cc->raise_divide = x86_raise_divide;
    cc->debug_excp = x86_debug_excp;
    cc->debug_check_watchpoint = x86_debug_check_watchpoint;
    cc->get_phys_page_attrs_debug = x86_get_phys_page_attrs_debug;
    cc->mmu_index = x86_mmu_index;
    cc->asidx_from_attrs = asidx_from_attrs;
    cc->asid = x86_asid;
    cc->dump_state = x86_cpu_dump_state;
    cc->get_arch_id = x86_get_arch_id;
    cc->get_paging_enabled = x86_get_paging_enabled;
    cc->disassemble = x86_cpu_disassemble;
    x86_cpu_gdb_class_init(cc);
}

static void model_class_init(ObjectClass *oc, void *data)
{
    X86CPUClass *xcc = X86_CPU_CLASS(oc);

    xcc->model = data;
    xcc->model_description = xcc->model->model_id;
    DEVICE_CLASS(oc)->desc = xcc->model_description;
}

static void base_class_init(ObjectClass *oc, void *data)
{
    (void)data;
    X86_CPU_CLASS(oc)->model_description = "base CPU model type with no features enabled";
}

static void max_class_init(ObjectClass *oc, void *data)
{
    (void)data;
    X86_CPU_CLASS(oc)->model_description = "Enables all features supported by the accelerator "
                                           "in the current host";
}

static const TypeInfo x86_cpu_types[] = {
    {
        .name = TYPE_X86_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(X86CPU),
        .instance_align = __alignof__(X86CPU),
        .instance_init = x86_cpu_init,
        .abstract = true,
        .class_size = sizeof(X86CPUClass),
        .class_init = x86_cpu_class_init,
    },
    { .name = X86_CPU_TYPE_NAME("base"), .parent = TYPE_X86_CPU, .class_init = base_class_init },
    {
        .name = X86_CPU_TYPE_NAME("max"), .parent = TYPE_X86_CPU,
        .instance_init = max_cpu_init, .class_init = max_class_init,
    },
};

static void register_model(const char *name, const X86CPUModel *m)
{
    g_autofree char *type = g_strconcat(name, X86_CPU_TYPE_SUFFIX, NULL);
    TypeInfo info = {
        .name = type, .parent = TYPE_X86_CPU, .class_init = model_class_init,
        .class_data = (void *)m,
    };

    type_register(&info);
}

static bool model_available(const X86CPUModel *m)
{
    return TARGET_LONG || !m->only_64;
}

static void register_types(void)
{
    type_register_static_array(x86_cpu_types, ARRAY_SIZE(x86_cpu_types));
    for (unsigned i = 0; i < x86_nb_cpu_models; i++) {
        const X86CPUModel *m = &x86_cpu_models[i];

        register_model(m->name, m);
        for (unsigned v = 1; v <= m->versions; v++) {
            g_autofree char *versioned = g_strdup_printf("%s-v%u", m->name, v);

            register_model(versioned, m);
        }
    }
}
type_init(register_types)

/* ---- -cpu help ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_features(GString *out)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    unsigned column = 0;

    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            if (x86_feature_words[w].names[bit]) {
                g_ptr_array_add(names, x86_feature_bit_name(w, bit));
            }
        }
    }
    g_ptr_array_sort(names, compare_names);
    for (unsigned i = 0; i < names->len; i++) {
        const char *n = names->pdata[i];

        if (column && column + strlen(n) + 1 > 75) {
            g_string_append_c(out, '\n');
            column = 0;
        }
        g_string_append_printf(out, "%s%s", column ? " " : "  ", n);
        column += strlen(n) + (column ? 1 : 2);
    }
    g_string_append_c(out, '\n');
}

static void list_models(GString *out)
{
    g_string_append(out, "Available CPUs:\n");
    for (unsigned i = 0; i < x86_nb_cpu_models; i++) {
        const X86CPUModel *m = &x86_cpu_models[i];

        if (!model_available(m)) {
            continue;
        }
        g_string_append_printf(out, "x86 %-20s  %s\n", m->name, m->model_id);
        for (unsigned v = 1; v <= m->versions; v++) {
            g_string_append_printf(out, "x86 %s-v%-*u  (alias of %s)\n", m->name,
                                   MAX(1, 18 - (int)strlen(m->name)), v, m->name);
        }
    }
    g_string_append_printf(out, "x86 %-20s  %s\n", "base",
                           "base CPU model type with no features enabled");
    g_string_append_printf(out, "x86 %-20s  %s\n", "max",
                           "Enables all features supported by the accelerator in the current "
                           "host");
    g_string_append(out, "\nRecognized CPUID flags:\n");
    list_features(out);
}

void cpu_model_help(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    list_models(out);
    fputs(out->str, stdout);
}
