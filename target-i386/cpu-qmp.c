/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands about x86 CPU models.
 *
 * A model is described by making a CPU of it that is never realized.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp/qdict.h"
#include "cpu-models.h"
#include "cpu-props.h"
#include "internal.h"

/* ---- List */

static strList *missing_features(const X86CPUModel *m)
{
    uint32_t features[FEATURE_WORDS];
    strList *head = NULL, **tail = &head;

    x86_cpu_model_features(m, features);
    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        uint32_t bad = features[w] & ~x86_supported_features(w);

        for (unsigned bit = 0; bit < 32; bit++) {
            if ((bad >> bit & 1) && x86_feature_words[w].names[bit]) {
                *tail = g_new0(strList, 1);
                (*tail)->value = x86_feature_bit_name(w, bit);
                tail = &(*tail)->next;
            }
        }
    }
    return head;
}

static void add_definition(ObjectClass *oc, void *opaque)
{
    CpuDefinitionInfoList **head = opaque, *node = g_new0(CpuDefinitionInfoList, 1);
    const char *type = object_class_get_name(oc);
    const X86CPUModel *m = X86_CPU_CLASS(oc)->model;
    CpuDefinitionInfo *info = g_new0(CpuDefinitionInfo, 1);

    info->name = g_strndup(type, strlen(type) - strlen(X86_CPU_TYPE_SUFFIX));
    info->q_typename = g_strdup(type);
    info->q_static = !strcmp(info->name, "base");
    info->has_migration_safe = true;
    info->migration_safe = m || info->q_static;
    info->has_unavailable_features = true;
    if (m) {
        info->unavailable_features = missing_features(m);
        if (m->versions && !strcmp(info->name, m->name)) {
            info->has_alias_of = true;
            info->alias_of = g_strdup_printf("%s-v1", m->name);
        }
    }
    node->value = info;
    node->next = *head;
    *head = node;
}

CpuDefinitionInfoList *qmp_query_cpu_definitions(Error **errp)
{
    CpuDefinitionInfoList *head = NULL;

    object_class_foreach(add_definition, TYPE_X86_CPU, false, &head);
    return head;
}

/* ---- Expansion */

/* A CPU as @model describes it, not realized; NULL with an error. */
static X86CPU *make_cpu(const CpuModelInfo *model, Error **errp)
{
    g_autofree char *type = g_strconcat(model->name, X86_CPU_TYPE_SUFFIX, NULL);
    ObjectClass *oc = object_class_by_name(type);
    QDict *props = model->has_props ? qobject_to(QDict, model->props) : NULL;
    Object *obj;

    if (!oc || object_class_is_abstract(oc)) {
        error_setg(errp, "The CPU model '%.100s' is unknown", model->name);
        return NULL;
    }
    if (model->has_props && !props) {
        error_setg(errp, "Invalid parameter type for 'model.props', expected: object");
        return NULL;
    }
    obj = object_new(type);
    for (const QDictEntry *e = props ? qdict_first(props) : NULL; e; e = qdict_next(props, e)) {
        if (!object_property_set_qobject(obj, qdict_entry_key(e), qdict_entry_value(e), errp)) {
            object_unref(obj);
            return NULL;
        }
    }
    X86_CPU(obj)->config.check = false;
    if (!x86_cpu_settle_features(X86_CPU(obj), errp)) {
        object_unref(obj);
        return NULL;
    }
    return X86_CPU(obj);
}

static void add_identity(Object *obj, QDict *props)
{
    static const char *const names[] = {
        "vendor", "family", "model", "stepping", "model-id", "level", "xlevel",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        QObject *value = object_property_find(obj, names[i])
                             ? object_property_get_qobject(obj, names[i], NULL) : NULL;

        if (value) {
            qdict_put_obj(props, names[i], value);
        }
    }
}

static void add_features(const uint32_t features[], QDict *props)
{
    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            if (x86_feature_words[w].names[bit]) {
                g_autofree char *name = x86_feature_bit_name(w, bit);

                qdict_put_bool(props, name, features[w] >> bit & 1);
            }
        }
    }
}

/* Everything that can be set and has a plain value. */
static void add_all_properties(Object *obj, QDict *props)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        QObject *value;

        if (!prop->get || !prop->set || strchr(prop->type, '<') ||
            !strcmp(prop->name, "realized") || !strcmp(prop->name, "hotplugged") ||
            qdict_haskey(props, prop->name)) {
            continue;
        }
        value = object_property_get_qobject(obj, prop->name, NULL);
        if (value) {
            qdict_put_obj(props, prop->name, value);
        }
    }
}

static CpuModelInfo *model_info(const char *name, QDict *props)
{
    CpuModelInfo *info = g_new0(CpuModelInfo, 1);

    info->name = g_strdup(name);
    info->has_props = true;
    info->props = QOBJECT(props);
    return info;
}

CpuModelExpansionInfo *qmp_query_cpu_model_expansion(CpuModelExpansionType type,
                                                     CpuModelInfo *model, Error **errp)
{
    X86CPU *cpu = make_cpu(model, errp);
    CpuModelExpansionInfo *info;
    QDict *props;

    if (!cpu) {
        return NULL;
    }
    props = qdict_new();
    add_identity(OBJECT(cpu), props);
    add_features(cpu->env.features, props);
    if (type == CPU_MODEL_EXPANSION_TYPE_FULL) {
        add_all_properties(OBJECT(cpu), props);
    }
    info = g_new0(CpuModelExpansionInfo, 1);
    info->model = model_info(type == CPU_MODEL_EXPANSION_TYPE_STATIC ? "base" : model->name,
                             props);
    object_unref(OBJECT(cpu));
    return info;
}

/* ---- Comparison */

CpuModelCompareInfo *qmp_query_cpu_model_comparison(CpuModelInfo *modela, CpuModelInfo *modelb,
                                                    Error **errp)
{
    X86CPU *a = make_cpu(modela, errp), *b = a ? make_cpu(modelb, errp) : NULL;
    CpuModelCompareInfo *info = NULL;
    bool more = false, less = false;
    strList **tail;

    if (!b) {
        goto out;
    }
    info = g_new0(CpuModelCompareInfo, 1);
    tail = &info->responsible_properties;
    for (unsigned w = 0; w < FEATURE_WORDS; w++) {
        uint32_t fa = a->env.features[w], fb = b->env.features[w];

        for (unsigned bit = 0; bit < 32; bit++) {
            if (((fa ^ fb) >> bit & 1) && x86_feature_words[w].names[bit]) {
                *tail = g_new0(strList, 1);
                (*tail)->value = x86_feature_bit_name(w, bit);
                tail = &(*tail)->next;
            }
        }
        more |= fa & ~fb;
        less |= fb & ~fa;
    }
    info->result = more && less ? CPU_MODEL_COMPARE_RESULT_INCOMPATIBLE
                 : more ? CPU_MODEL_COMPARE_RESULT_SUPERSET
                 : less ? CPU_MODEL_COMPARE_RESULT_SUBSET : CPU_MODEL_COMPARE_RESULT_IDENTICAL;
out:
    object_unref(a ? OBJECT(a) : NULL);
    object_unref(b ? OBJECT(b) : NULL);
    return info;
}

CpuModelBaselineInfo *qmp_query_cpu_model_baseline(CpuModelInfo *modela, CpuModelInfo *modelb,
                                                   Error **errp)
{
    X86CPU *a = make_cpu(modela, errp), *b = a ? make_cpu(modelb, errp) : NULL;
    CpuModelBaselineInfo *info = NULL;
    uint32_t both[FEATURE_WORDS];
    QDict *props;

    if (b) {
        for (unsigned w = 0; w < FEATURE_WORDS; w++) {
            both[w] = a->env.features[w] & b->env.features[w];
        }
        props = qdict_new();
        add_identity(OBJECT(a), props);
        add_features(both, props);
        info = g_new0(CpuModelBaselineInfo, 1);
        info->model = model_info("base", props);
    }
    object_unref(a ? OBJECT(a) : NULL);
    object_unref(b ? OBJECT(b) : NULL);
    return info;
}
