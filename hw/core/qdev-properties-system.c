/*
 * Device properties that name back ends, and others with a syntax of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/units.h"
#include "qemu/uuid.h"
#include "qapi/qapi-types.h"
#include "qapi/visitor.h"
#include "chardev/char-fe.h"
#include "chardev/char.h"
#include "hw/qdev-properties-system.h"
#include "sysemu/block-backend.h"

/* ---- character devices ---- */

static void chr_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CharBackend *be = object_field_prop_ptr(obj, opaque);
    char *label = be->chr && be->chr->label ? be->chr->label : (char *)"";

    visit_type_str(v, &label, name, errp);
}

static void chr_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CharBackend *be = object_field_prop_ptr(obj, opaque);
    g_autofree char *str = NULL;
    Chardev *s;

    if (!visit_type_str(v, &str, name, errp)) {
        return;
    }
    if (!*str) {
        if (be->chr) {
            qemu_chr_fe_deinit(be, false);
        }
        return;
    }
    s = qemu_chr_find(str);
    if (!s) {
        error_setg(errp, "Property '%s.%s' can't find value '%s'", object_get_typename(obj), name,
                   str);
    } else if (!qemu_chr_fe_init(be, s, errp)) {
        error_prepend(errp, "Property '%s.%s' can't take value '%s': ", object_get_typename(obj),
                      name, str);
    }
}

static void chr_release(Object *obj, const char *name, void *opaque)
{
    qemu_chr_fe_deinit(object_field_prop_ptr(obj, opaque), false);
}

const PropertyInfo qdev_prop_chr = {
    .name = "str",
    .description = "ID of a chardev to use as a backend",
    .get = chr_get,
    .set = chr_set,
    .release = chr_release,
};

void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value)
{
    assert(!value || value->label);
    object_property_set_str(OBJECT(dev), name, value ? value->label : "", &error_abort);
}

/* ---- drives ---- */

static void drive_get_prop(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BlockBackend **blk = object_field_prop_ptr(obj, opaque);
    char *value = *blk ? (char *)blk_name(*blk) : (char *)"";

    visit_type_str(v, &value, name, errp);
}

static void drive_set_prop(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BlockBackend **slot = object_field_prop_ptr(obj, opaque), *blk;
    g_autofree char *str = NULL;

    if (!visit_type_str(v, &str, name, errp)) {
        return;
    }
    if (*slot) {
        error_setg(errp, "Property '%s.%s' has a drive already", object_get_typename(obj), name);
        return;
    }
    if (!*str) {
        return;
    }
    blk = blk_by_name(str);
    if (!blk) {
        error_setg(errp, "Property '%s.%s' can't find value '%s'", object_get_typename(obj), name,
                   str);
        return;
    }
    if (blk_attach_dev(blk, obj) < 0) {
        error_setg(errp, "Drive '%s' is already in use by another device", str);
        return;
    }
    *slot = blk;
}

static void drive_release(Object *obj, const char *name, void *opaque)
{
    BlockBackend **blk = object_field_prop_ptr(obj, opaque);

    if (*blk) {
        blk_detach_dev(*blk, obj);
        *blk = NULL;
    }
}

const PropertyInfo qdev_prop_drive = {
    .name = "str",
    .description = "Node name or ID of a block device to use as a backend",
    .get = drive_get_prop,
    .set = drive_set_prop,
    .release = drive_release,
};

const PropertyInfo qdev_prop_drive_iothread = {
    .name = "str",
    .description = "Node name or ID of a block device to use as a backend",
    .get = drive_get_prop,
    .set = drive_set_prop,
    .release = drive_release,
};

bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value, Error **errp)
{
    return object_property_set_str(OBJECT(dev), name, value ? blk_name(value) : "", errp);
}

void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value)
{
    qdev_prop_set_drive_err(dev, name, value, &error_abort);
}

/* ---- Ethernet addresses: "52:54:00:12:34:56", also with '-' ---- */

static void mac_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    MACAddr *mac = object_field_prop_ptr(obj, opaque);
    char text[18], *p = text;

    snprintf(text, sizeof(text), MAC_FMT, MAC_ARG(mac));
    visit_type_str(v, &p, name, errp);
}

static bool parse_mac(const char *text, MACAddr *mac)
{
    if (strlen(text) != 17) {
        return false;
    }
    for (int i = 0; i < 6; i++, text += 3) {
        int hi = g_ascii_xdigit_value(text[0]), lo = g_ascii_xdigit_value(text[1]);

        if (hi < 0 || lo < 0 || (i < 5 && text[2] != ':' && text[2] != '-')) {
            return false;
        }
        mac->a[i] = hi << 4 | lo;
    }
    return true;
}

static void mac_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *str = NULL;
    MACAddr mac;

    if (!visit_type_str(v, &str, name, errp)) {
        return;
    }
    if (!parse_mac(str, &mac)) {
        error_set_from_qdev_prop_error(errp, -EINVAL, obj, name, str);
        error_append_hint(errp, "An address is like 52:54:00:12:34:56\n");
        return;
    }
    *(MACAddr *)object_field_prop_ptr(obj, opaque) = mac;
}

const PropertyInfo qdev_prop_macaddr = {
    .name = "str",
    .description = "Ethernet 6-byte MAC Address, example: 52:54:00:12:34:56",
    .get = mac_get,
    .set = mac_set,
};

void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value)
{
    char text[18];
    MACAddr mac;

    memcpy(mac.a, value, sizeof(mac.a));
    snprintf(text, sizeof(text), MAC_FMT, MAC_ARG(&mac));
    object_property_set_str(OBJECT(dev), name, text, &error_abort);
}

/* ---- UUIDs ---- */

static void uuid_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char text[UUID_FMT_LEN + 1], *p = text;

    qemu_uuid_unparse(object_field_prop_ptr(obj, opaque), text);
    visit_type_str(v, &p, name, errp);
}

static void uuid_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    QemuUUID *uuid = object_field_prop_ptr(obj, opaque);
    g_autofree char *str = NULL;

    if (!visit_type_str(v, &str, name, errp)) {
        return;
    }
    if (strcmp(str, "auto") == 0) {
        qemu_uuid_generate(uuid);
    } else if (qemu_uuid_parse(str, uuid) < 0) {
        error_set_from_qdev_prop_error(errp, -EINVAL, obj, name, str);
    }
}

static void uuid_set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_str(op, "auto");
}

const PropertyInfo qdev_prop_uuid = {
    .name = "str",
    .description = "UUID (aka GUID) or \"auto\" for random value",
    .get = uuid_get,
    .set = uuid_set,
    .set_default_value = uuid_set_default,
};

/* ---- PCI addresses: a number, or "slot[.function]" in hexadecimal ---- */

/* The value of "1f.7", or -1. */
static int parse_devfn(const char *text)
{
    const char *end;
    unsigned slot, fn = 0;

    if (qemu_strtoui(text, &end, 16, &slot) < 0 || slot > 31) {
        return -1;
    }
    if (*end == '.') {
        if (qemu_strtoui(end + 1, &end, 16, &fn) < 0 || fn > 7) {
            return -1;
        }
    }
    return *end ? -1 : (int)(slot << 3 | fn);
}

static void devfn_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int32_t *p = object_field_prop_ptr(obj, opaque), number;
    g_autofree char *str = NULL;
    int devfn;

    /* JSON may give a number; text is always a slot. */
    if (!visit_type_str(v, &str, name, NULL)) {
        if (!visit_type_int32(v, &number, name, errp)) {
            return;
        }
        if (number < -1 || number > 255) {
            error_setg(errp, "PCI address %s=%" PRId32 " is not one of -1 to 255", name, number);
            return;
        }
        *p = number;
        return;
    }
    devfn = strcmp(str, "-1") == 0 ? -1 : parse_devfn(str);
    if (devfn < 0 && strcmp(str, "-1") != 0) {
        error_set_from_qdev_prop_error(errp, -EINVAL, obj, name, str);
        error_append_hint(errp, "It is SLOT or SLOT.FUNCTION, 0 to 1f and 0 to 7\n");
        return;
    }
    *p = devfn;
}

static void devfn_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_int32(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static char *devfn_print(Object *obj, const Property *prop)
{
    int32_t devfn = *(int32_t *)object_field_prop_ptr(obj, prop);

    return devfn == -1 ? g_strdup("<unset>")
                       : g_strdup_printf("%02x.%x", devfn >> 3, devfn & 7);
}

const PropertyInfo qdev_prop_pci_devfn = {
    .name = "int32",
    .description = "Slot and optional function number, example: 06.0 or 06",
    .print = devfn_print,
    .get = devfn_get,
    .set = devfn_set,
    .set_default_value = qdev_propinfo_set_default_value_int,
};

/* ---- block sizes ---- */

static void blocksize_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = *(uint32_t *)object_field_prop_ptr(obj, opaque);

    visit_type_size(v, &value, name, errp);
}

static void blocksize_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (!visit_type_size(v, &value, name, errp)) {
        return;
    }
    if (value && (value < 512 || value > 2 * MiB || (value & (value - 1)))) {
        error_setg(errp, "Property %s.%s doesn't take value %" PRIu64
                   ", it's not a power of 2 from 512 to 2 MiB", object_get_typename(obj), name,
                   value);
        return;
    }
    *(uint32_t *)object_field_prop_ptr(obj, opaque) = value;
}

const PropertyInfo qdev_prop_blocksize = {
    .name = "size",
    .description = "A power of two between 512 B and 2 MiB",
    .get = blocksize_get,
    .set = blocksize_set,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

/* ---- enumerations ---- */

static const char *const blockdev_on_error_names[] = {
    "report", "ignore", "enospc", "stop", "auto", NULL,
};

const PropertyInfo qdev_prop_blockdev_on_error = {
    .name = "BlockdevOnError",
    .description = "Error handling policy, report/ignore/enospc/stop/auto",
    .enum_table = blockdev_on_error_names,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

static const char *const bios_chs_trans_names[] = { "auto", "none", "lba", "large", "rechs", NULL };

const PropertyInfo qdev_prop_bios_chs_trans = {
    .name = "BiosAtaTranslation",
    .description = "Logical CHS translation algorithm, auto/none/lba/large/rechs",
    .enum_table = bios_chs_trans_names,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

static const char *const lost_tick_policy_names[] = { "discard", "delay", "slew", NULL };

const PropertyInfo qdev_prop_losttickpolicy = {
    .name = "LostTickPolicy",
    .enum_table = lost_tick_policy_names,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

const PropertyInfo qdev_prop_off_auto_pcibar = {
    .name = "OffAutoPCIBAR",
    .description = "off/auto/bar0/bar1/bar2/bar3/bar4/bar5",
    .enum_table = OffAutoPCIBAR_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};
