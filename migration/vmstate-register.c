/*
 * The register of state: which pieces there are, their names in the stream, their order.
 *
 * Thread: under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "migration/vmstate.h"

static struct {
    QTAILQ_HEAD(, SaveStateEntry) entries;      /* by falling priority, then by age */
    uint32_t next_section;
    bool only_migratable;
} reg = { .entries = QTAILQ_HEAD_INITIALIZER(reg.entries) };

void vmstate_set_only_migratable(bool on)
{
    reg.only_migratable = on;
}

SaveStateEntry *savevm_first_entry(void)
{
    return QTAILQ_FIRST(&reg.entries);
}

SaveStateEntry *savevm_next_entry(SaveStateEntry *se)
{
    return QTAILQ_NEXT(se, entry);
}

SaveStateEntry *savevm_find_entry(const char *idstr, uint32_t instance_id)
{
    SaveStateEntry *se;

    QTAILQ_FOREACH(se, &reg.entries, entry) {
        if (strcmp(se->idstr, idstr) == 0 && se->instance_id == instance_id) {
            return se;
        }
    }
    return NULL;
}

static uint32_t free_instance_id(const char *idstr)
{
    uint32_t id = 0;

    while (savevm_find_entry(idstr, id)) {
        id++;
    }
    return id;
}

static MigrationPriority entry_priority(const SaveStateEntry *se)
{
    return se->vmsd ? se->vmsd->priority : MIG_PRI_DEFAULT;
}

static void insert_entry(SaveStateEntry *se)
{
    SaveStateEntry *other;

    QTAILQ_FOREACH(other, &reg.entries, entry) {
        if (entry_priority(other) < entry_priority(se)) {
            QTAILQ_INSERT_BEFORE(other, se, entry);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&reg.entries, se, entry);
}

/* The device behind @obj, for its path. */
static DeviceState *owner_device(VMStateIf *obj)
{
    return obj ? (DeviceState *)object_dynamic_cast(OBJECT(obj), TYPE_DEVICE) : NULL;
}

int vmstate_register_with_alias_id(VMStateIf *obj, uint32_t instance_id,
                                   const VMStateDescription *vmsd, void *opaque, int alias_id,
                                   int required_for_version, Error **errp)
{
    g_autofree char *path = qdev_get_dev_path(owner_device(obj));
    SaveStateEntry *se;
    int len;

    if (vmsd->unmigratable && reg.only_migratable) {
        error_setg(errp, "Device %s is not migratable, but --only-migratable was specified",
                   vmsd->name);
        return -1;
    }
    se = g_new0(SaveStateEntry, 1);
    se->version_id = vmsd->version_id;
    se->vmsd = vmsd;
    se->opaque = opaque;
    se->owner = obj;
    len = snprintf(se->idstr, sizeof(se->idstr), "%s%s%s", path ? path : "", path ? "/" : "",
                   vmsd->name);
    if (len >= (int)sizeof(se->idstr)) {
        error_setg(errp, "the name '%s/%s' is too long for the migration stream", path,
                   vmsd->name);
        g_free(se);
        return -1;
    }
    if (path) {
        /* The path says it all. */
        instance_id = VMSTATE_INSTANCE_ID_ANY;
    }
    se->instance_id =
        instance_id == VMSTATE_INSTANCE_ID_ANY ? free_instance_id(se->idstr) : instance_id;
    if (savevm_find_entry(se->idstr, se->instance_id)) {
        error_setg(errp, "state '%s' instance %" PRIu32 " is registered already", se->idstr,
                   se->instance_id);
        g_free(se);
        return -1;
    }
    se->section_id = reg.next_section++;
    insert_entry(se);
    return 0;
}

int vmstate_register(VMStateIf *obj, int instance_id, const VMStateDescription *vmsd, void *opaque)
{
    return vmstate_register_with_alias_id(obj, instance_id, vmsd, opaque, -1, 0, &error_abort);
}

void vmstate_unregister(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque)
{
    SaveStateEntry *se, *next;

    QTAILQ_FOREACH_SAFE(se, &reg.entries, entry, next) {
        if (se->vmsd == vmsd && se->opaque == opaque) {
            QTAILQ_REMOVE(&reg.entries, se, entry);
            g_free(se);
        }
    }
}
