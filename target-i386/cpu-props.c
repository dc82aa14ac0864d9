/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties of x86 CPUs: feature flags, identification, and the -cpu option.
 *
 * Thread: under the big lock, before realize.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties.h"
#include "cpu-props.h"
#include "cpuid.h"

/* ---- feature flags ---- */

typedef struct FeatureProp {
    FeatureWord word;
    uint32_t mask;
} FeatureProp;

static void get_feature(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const FeatureProp *fp = opaque;
    bool value = X86_CPU(obj)->env.features[fp->word] & fp->mask;

    visit_type_bool(v, &value, name, errp);
}

static void set_feature(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const FeatureProp *fp = opaque;
    X86CPU *cpu = X86_CPU(obj);
    bool value;

    if (DEVICE(obj)->realized) {
        error_setg(errp, "Property '%s' of a CPU can only be set before it is realized", name);
        return;
    }
    if (!visit_type_bool(v, &value, name, errp)) {
        return;
    }
    if (value) {
        cpu->env.features[fp->word] |= fp->mask;
    } else {
        cpu->env.features[fp->word] &= ~fp->mask;
    }
    cpu->config.user_features[fp->word] |= fp->mask;
}

static void add_feature_props(ObjectClass *oc)
{
    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            const char *names = x86_feature_words[w].names[bit];
            g_auto(GStrv) list = NULL;
            FeatureProp *fp;

            if (!names) {
                continue;
            }
            fp = g_new(FeatureProp, 1); /* lives as long as the class: for ever */
            *fp = (FeatureProp) { w, 1u << bit };
            list = g_strsplit(names, "|", -1);
            for (char **p = list; *p; p++) {
                object_class_property_add(oc, *p, "bool", get_feature, set_feature, NULL, fp);
            }
        }
    }
}

/* ---- features that were asked for in vain ---- */

static void visit_feature_names(const X86CPU *cpu, Visitor *v, const char *name, Error **errp)
{
    if (!visit_start_list(v, name, errp)) {
        return;
    }
    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            if (cpu->config.filtered[w] >> bit & 1) {
                g_autofree char *f = x86_feature_bit_name(w, bit);

                visit_type_str(v, &f, NULL, errp);
            }
        }
    }
    visit_end_list(v, errp);
}

static void get_unavailable(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    (void)opaque;
    visit_feature_names(X86_CPU(obj), v, name, errp);
}

/* ---- identification ---- */

/* Family, model and stepping share one register; the first two have an extension each. */
static void unpack_version(uint32_t version, int64_t out[3])
{
    out[0] = version >> 8 & 15;
    if (out[0] == 15) {
        out[0] += version >> 20 & 0xff;
    }
    out[1] = (version >> 4 & 15) | (version >> 16 & 15) << 4;
    out[2] = version & 15;
}

uint32_t x86_pack_version(unsigned family, unsigned model, unsigned stepping)
{
    uint32_t v = family > 15 ? 0xf00 | (family - 15) << 20 : family << 8;

    return v | (model & 15) << 4 | (model >> 4) << 16 | stepping;
}

static const struct {
    const char *name;
    int64_t max;
} version_parts[] = {
    { "family", 0xff + 0xf }, { "model", 0xff }, { "stepping", 0xf },
};

static void get_version(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int64_t parts[3];

    unpack_version(X86_CPU(obj)->env.cpuid_version, parts);
    visit_type_int(v, &parts[GPOINTER_TO_UINT(opaque)], name, errp);
}

static void set_version(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CPUX86State *env = &X86_CPU(obj)->env;
    unsigned which = GPOINTER_TO_UINT(opaque);
    int64_t parts[3], value;

    if (!visit_type_int(v, &value, name, errp)) {
        return;
    }
    if (value < 0 || value > version_parts[which].max) {
        error_setg(errp, "Property '%s' doesn't take value %" PRId64 " (minimum: 0, maximum: %"
                   PRId64 ")", name, value, version_parts[which].max);
        return;
    }
    unpack_version(env->cpuid_version, parts);
    parts[which] = value;
    env->cpuid_version = x86_pack_version(parts[0], parts[1], parts[2]);
}

static char *get_vendor(Object *obj, Error **errp)
{
    CPUX86State *env = &X86_CPU(obj)->env;
    uint32_t words[3] = { env->cpuid_vendor1, env->cpuid_vendor2, env->cpuid_vendor3 };

    (void)errp;
    return g_strndup((char *)words, 12);
}

static void set_vendor(Object *obj, const char *value, Error **errp)
{
    if (strlen(value) != 12) {
        error_setg(errp, "Property 'vendor' must be 12 characters, not '%s'", value);
        return;
    }
    x86_cpu_set_vendor(&X86_CPU(obj)->env, value);
}

void x86_cpu_set_vendor(CPUX86State *env, const char *vendor)
{
    memcpy(&env->cpuid_vendor1, vendor, 4);
    memcpy(&env->cpuid_vendor2, vendor + 4, 4);
    memcpy(&env->cpuid_vendor3, vendor + 8, 4);
}

static char *get_model_id(Object *obj, Error **errp)
{
    (void)errp;
    return g_strndup((char *)X86_CPU(obj)->env.cpuid_model, 48);
}

static void set_model_id(Object *obj, const char *value, Error **errp)
{
    (void)errp;
    x86_cpu_set_model_id(&X86_CPU(obj)->env, value);
}

void x86_cpu_set_model_id(CPUX86State *env, const char *id)
{
    memset(env->cpuid_model, 0, sizeof(env->cpuid_model));
    memcpy(env->cpuid_model, id, MIN(strlen(id), sizeof(env->cpuid_model)));
}

static void get_tsc_hz(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int64_t hz = X86_CPU(obj)->config.tsc_hz;

    (void)opaque;
    visit_type_int(v, &hz, name, errp);
}

/* Bounds: what the counter's arithmetic handles, and well beyond what processors have. */
enum { TSC_MIN_HZ = 1000000 };
#define TSC_MAX_HZ INT64_C(100000000000)

static void set_tsc_hz(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    X86CPU *cpu = X86_CPU(obj);
    int64_t hz;

    (void)opaque;
    if (!visit_type_int(v, &hz, name, errp)) {
        return;
    }
    if (hz < TSC_MIN_HZ || hz > TSC_MAX_HZ) {
        error_setg(errp, "Property '%s' doesn't take value %" PRId64 " (minimum: %d, maximum: %"
                   PRId64 ")", name, hz, TSC_MIN_HZ, TSC_MAX_HZ);
        return;
    }
    cpu->config.tsc_hz = hz;
}

/* ---- the table of plain properties ---- */

static const Property x86_cpu_props[] = {
    DEFINE_PROP_UINT32("apic-id", X86CPU, apic_id, X86_APIC_ID_UNASSIGNED),
    DEFINE_PROP_INT32("socket-id", X86CPU, socket_id, -1),
    DEFINE_PROP_INT32("die-id", X86CPU, die_id, -1),
    DEFINE_PROP_INT32("core-id", X86CPU, core_id, -1),
    DEFINE_PROP_INT32("thread-id", X86CPU, thread_id_prop, -1),
    DEFINE_PROP_INT32("node-id", X86CPU, node_id, -1),
    DEFINE_PROP_BOOL("check", X86CPU, config.check, true),
    DEFINE_PROP_BOOL("enforce", X86CPU, config.enforce, false),
    DEFINE_PROP_BOOL("pmu", X86CPU, config.pmu, false),
    DEFINE_PROP_BOOL("kvm", X86CPU, config.kvm, true),
    DEFINE_PROP_BOOL("host-phys-bits", X86CPU, config.host_phys_bits, false),
    DEFINE_PROP_BOOL("fill-mtrr-mask", X86CPU, config.fill_mtrr_mask, true),
    DEFINE_PROP_BOOL("l3-cache", X86CPU, config.l3_cache, true),
    DEFINE_PROP_BOOL("tcg-cpuid", X86CPU, config.tcg_cpuid, true),
    DEFINE_PROP_BOOL("vmware-cpuid-freq", X86CPU, config.vmware_cpuid_freq, true),
    DEFINE_PROP_UINT32("phys-bits", X86CPU, config.phys_bits, 0),
    DEFINE_PROP_UINT32("level", X86CPU, env.cpuid_level, UINT32_MAX),
    DEFINE_PROP_UINT32("xlevel", X86CPU, env.cpuid_xlevel, UINT32_MAX),
    DEFINE_PROP_UINT32("min-level", X86CPU, env.cpuid_min_level, 0),
    DEFINE_PROP_UINT32("min-xlevel", X86CPU, env.cpuid_min_xlevel, 0),
    DEFINE_PROP_END_OF_LIST()
};

void x86_cpu_add_props(ObjectClass *oc)
{
    device_class_set_props(DEVICE_CLASS(oc), x86_cpu_props);
    add_feature_props(oc);
    for (unsigned i = 0; i < ARRAY_SIZE(version_parts); i++) {
        object_class_property_add(oc, version_parts[i].name, "int", get_version, set_version,
                                  NULL, GUINT_TO_POINTER(i));
    }
    object_class_property_add_str(oc, "vendor", get_vendor, set_vendor);
    object_class_property_add_str(oc, "model-id", get_model_id, set_model_id);
    object_class_property_add(oc, "tsc-frequency", "int", get_tsc_hz, set_tsc_hz, NULL, NULL);
    object_class_property_add(oc, "unavailable-features", "strList", get_unavailable, NULL, NULL,
                              NULL);
}

/* ---- -cpu MODEL,+f,-f,name=value,name ---- */

static void add_global(const char *typename, const char *name, const char *value)
{
    GlobalProperty *g = g_new0(GlobalProperty, 1);

    g->driver = g_strdup(typename);
    g->property = g_strdup(name);
    g->value = g_strdup(value);
    qdev_prop_register_global(g);
}

/* Flags may be written with '_' as well; properties have '-'. */
static char *property_name(const char *text, size_t len)
{
    char *name = g_strndup(text, len);

    g_strdelimit(name, "_", '-');
    return name;
}

static bool check_property(ObjectClass *oc, const char *name, Error **errp)
{
    if (object_class_property_find(oc, name)) {
        return true;
    }
    error_setg(errp, "Property '%s' not found: -cpu takes feature flags and properties of the "
               "CPU, see -cpu help", name);
    return false;
}

static bool parse_one(ObjectClass *oc, const char *typename, const char *item, Error **errp)
{
    const char *eq = strchr(item, '=');
    g_autofree char *name = property_name(item, eq ? (size_t)(eq - item) : strlen(item));
    const char *value = eq ? eq + 1 : "on";
    g_autofree char *hz = NULL;

    if (!strcmp(name, "tsc-freq")) { /* takes metric suffixes */
        uint64_t n;

        if (qemu_strtosz_metric(value, NULL, &n) < 0 || n > INT64_MAX) {
            error_setg(errp, "bad numerical value '%s' of tsc-freq", value);
            return false;
        }
        hz = g_strdup_printf("%" PRIu64, n);
        value = hz;
        g_free(name);
        name = g_strdup("tsc-frequency");
    }
    if (!check_property(oc, name, errp)) {
        return false;
    }
    add_global(typename, name, value);
    return true;
}

/* CPUClass.parse_features. +f and -f count after everything else, -f last. */
void x86_cpu_parse_features(const char *typename, char *features, Error **errp)
{
    ObjectClass *oc = object_class_by_name(typename);
    g_auto(GStrv) items = g_strsplit(features ? features : "", ",", -1);

    for (char **p = items; *p; p++) {
        if (**p && **p != '+' && **p != '-' && !parse_one(oc, typename, *p, errp)) {
            return;
        }
    }
    for (const char *sign = "+-"; *sign; sign++) {
        for (char **p = items; *p; p++) {
            g_autofree char *name = NULL;

            if (**p != *sign) {
                continue;
            }
            name = property_name(*p + 1, strlen(*p + 1));
            if (!check_property(oc, name, errp)) {
                return;
            }
            add_global(typename, name, *sign == '+' ? "on" : "off");
        }
    }
}
