/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ATA bus as a qdev bus, and the disks and CD-ROM drives that sit on it.
 *
 * Spec:      ATA/ATAPI-6 for the identity that a device reports.
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qom/object.h"
#include "hw/ide/ide-internal.h"
#include "sysemu/blockdev.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

/* ---- the bus ---- */

static char *ide_bus_fw_path(DeviceState *dev)
{
    IDEDevice *ide = IDE_DEVICE(dev);

    return g_strdup_printf("%s@%x", ide->d.kind == IDE_KIND_CD ? "cdrom" : "drive",
                           IDE_BUS(dev->parent_bus)->bus_id);
}

static char *ide_bus_dev_path(DeviceState *dev)
{
    IDEBus *bus = IDE_BUS(dev->parent_bus);

    return g_strdup_printf("%d.%u", bus->bus_id, IDE_DEVICE(dev)->unit_prop);
}

static void ide_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *k = BUS_CLASS(klass);

    k->get_fw_dev_path = ide_bus_fw_path;
    k->get_dev_path = ide_bus_dev_path;
}

void ide_bus_init(IDEBus *bus, size_t size, DeviceState *owner, int bus_id, int max_units)
{
    qbus_init(bus, size, TYPE_IDE_BUS, owner, NULL);
    bus->owner = owner;
    bus->bus_id = bus_id;
    bus->max_units = max_units;
}

DeviceState *ide_create_drive(IDEBus *bus, int unit, void *drive_info)
{
    DriveInfo *dinfo = drive_info;
    DeviceState *dev = qdev_new(dinfo->media_cd ? "ide-cd" : "ide-hd");

    qdev_prop_set_uint32(dev, "unit", unit);
    qdev_prop_set_drive(dev, "drive", blk_by_legacy_dinfo(dinfo));
    qdev_realize_and_unref(dev, BUS(bus), &error_fatal);
    return dev;
}

/* ---- devices ---- */

static bool pick_unit(IDEDevice *dev, IDEBus *bus, Error **errp)
{
    if (dev->unit_prop == UINT32_MAX) {
        dev->unit_prop = bus->drive[0] ? 1 : 0;
    }
    if (dev->unit_prop >= (uint32_t)bus->max_units) {
        error_setg(errp, "Can't create IDE unit %" PRIu32 ", bus supports only %d units",
                   dev->unit_prop, bus->max_units);
        return false;
    }
    if (bus->drive[dev->unit_prop]) {
        error_setg(errp, "IDE unit %" PRIu32 " is in use", dev->unit_prop);
        return false;
    }
    return true;
}

static bool check_drive(IDEDevice *dev, IDEKind kind, Error **errp)
{
    if (!dev->blk) {
        if (kind == IDE_KIND_HD) {
            error_setg(errp, "No drive specified");
            return false;
        }
        /* A drive without an image is a drive without a medium. */
        dev->blk = blk_new_empty();
        if (blk_attach_dev(dev->blk, dev) < 0) {
            error_setg(errp, "cannot attach an empty drive");
            return false;
        }
    }
    if (kind == IDE_KIND_HD && !blk_is_inserted(dev->blk)) {
        error_setg(errp, "Device needs media, but drive is empty");
        return false;
    }
    if (kind == IDE_KIND_HD && !blk_supports_write_perm(dev->blk)) {
        error_setg(errp, "Can't use a read-only drive");
        return false;
    }
    if (dev->logical_block_size != 512) {
        error_setg(errp, "logical_block_size must be 512 for IDE");
        return false;
    }
    return true;
}

/* Geometry that BIOSes agree on: 16 heads, 63 sectors, unless the user says otherwise. */
static bool set_geometry(IDEDevice *dev, IDEDrive *d, Error **errp)
{
    int64_t len = blk_is_inserted(d->blk) ? blk_getlength(d->blk) : 0;

    if (len < 0) {
        error_setg_errno(errp, -len, "Failed to get drive size");
        return false;
    }
    d->nb_sectors = len / 512;
    d->heads = dev->heads ? dev->heads : 16;
    d->sectors = dev->secs ? dev->secs : 63;
    d->cylinders = dev->cyls ? dev->cyls
                             : CLAMP(d->nb_sectors / (d->heads * d->sectors), 2, 16383);
    if (d->heads > 16 || d->sectors > 255 || d->cylinders > 65535) {
        error_setg(errp, "%s must be between 1 and %u",
                   d->heads > 16 ? "heads" : d->sectors > 255 ? "secs" : "cyls",
                   d->heads > 16 ? 16 : d->sectors > 255 ? 255 : 65535);
        return false;
    }
    return true;
}

static void set_identity(IDEDevice *dev, IDEDrive *d)
{
    static unsigned next_serial = 1; /* under the big lock; only numbers drives apart */

    if (dev->serial) {
        g_strlcpy(d->serial, dev->serial, sizeof(d->serial));
    } else {
        snprintf(d->serial, sizeof(d->serial), "QM%05u", next_serial);
    }
    next_serial++;
    g_strlcpy(d->model, dev->model ? dev->model
              : d->kind == IDE_KIND_CD ? "QEMU DVD-ROM" : "QEMU HARDDISK", sizeof(d->model));
    g_strlcpy(d->version, dev->version ? dev->version : "2.5+", sizeof(d->version));
    d->wwn = dev->wwn;
    d->rotation = dev->rotation_rate;
}

static void disk_resized(void *opaque)
{
    IDEDrive *d = opaque;
    int64_t len = blk_getlength(d->blk);

    d->nb_sectors = len > 0 ? len / 512 : 0;
}

static const BlockDevOps disk_block_ops = { .resize_cb = disk_resized };

static void on_vm_state(void *opaque, bool running)
{
    IDEDrive *d = opaque;

    if (running && d->retry) {
        d->retry = 0;
        if (d->dma_cmd != IDE_DMA_NONE) {
            ide_dma_step(d);
        } else {
            ata_command(d, d->command);
        }
    }
}

static void ide_dev_realize(DeviceState *qdev, Error **errp)
{
    IDEDevice *dev = IDE_DEVICE(qdev);
    IDEBus *bus = IDE_BUS(qdev->parent_bus);
    IDEDrive *d = &dev->d;
    IDEKind kind = IDE_DEVICE_GET_CLASS(dev)->kind;

    if (!pick_unit(dev, bus, errp) || !check_drive(dev, kind, errp)) {
        return;
    }
    d->bus = bus;
    d->unit = dev->unit_prop;
    d->kind = kind;
    d->blk = dev->blk;
    d->udma_mode = 5;
    d->mdma_mode = 0xff;
    if (!set_geometry(dev, d, errp)) {
        return;
    }
    if (dev->write_cache != ON_OFF_AUTO_AUTO) {
        blk_set_enable_write_cache(d->blk, dev->write_cache == ON_OFF_AUTO_ON);
    }
    d->buf = qemu_memalign(4096, IDE_BUF_SECTORS * 512 + 4096);
    memset(d->buf, 0, IDE_BUF_SECTORS * 512);
    set_identity(dev, d);
    blk_set_dev_ops(d->blk, kind == IDE_KIND_CD ? &atapi_block_ops : &disk_block_ops, d);
    bus->drive[d->unit] = d;
    add_boot_device_path(dev->bootindex, qdev, d->unit ? "/disk@1" : "/disk@0");
    dev->vmstate = qemu_add_vm_change_state_handler(on_vm_state, d);
    ide_drive_reset(d);
}

static void ide_dev_unrealize(DeviceState *qdev)
{
    IDEDevice *dev = IDE_DEVICE(qdev);
    IDEDrive *d = &dev->d;

    ide_cancel(d);
    qemu_del_vm_change_state_handler(dev->vmstate);
    d->bus->drive[d->unit] = NULL;
    del_boot_device_path(qdev, d->unit ? "/disk@1" : "/disk@0");
    blk_set_dev_ops(d->blk, NULL, NULL);
    qemu_vfree(d->buf);
    d->buf = NULL;
}

static const VMStateDescription vmstate_ide_device = {
    .name = "ide-device",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(d, IDEDevice, 0, vmstate_ide_drive, IDEDrive),
        VMSTATE_END_OF_LIST()
    }
};

static const Property ide_dev_properties[] = {
    DEFINE_PROP_UINT32("unit", IDEDevice, unit_prop, UINT32_MAX),
    DEFINE_PROP_DRIVE("drive", IDEDevice, blk),
    DEFINE_PROP_UINT32("logical_block_size", IDEDevice, logical_block_size, 512),
    DEFINE_PROP_UINT32("physical_block_size", IDEDevice, physical_block_size, 512),
    DEFINE_PROP_UINT32("discard_granularity", IDEDevice, discard_granularity, 512),
    DEFINE_PROP_ON_OFF_AUTO("write-cache", IDEDevice, write_cache, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_STRING("ver", IDEDevice, version),
    DEFINE_PROP_UINT64("wwn", IDEDevice, wwn, 0),
    DEFINE_PROP_STRING("serial", IDEDevice, serial),
    DEFINE_PROP_STRING("model", IDEDevice, model),
    DEFINE_PROP_INT32("bootindex", IDEDevice, bootindex, -1),
    DEFINE_PROP_END_OF_LIST(),
};

static const Property ide_hd_properties[] = {
    DEFINE_PROP_UINT32("cyls", IDEDevice, cyls, 0),
    DEFINE_PROP_UINT32("heads", IDEDevice, heads, 0),
    DEFINE_PROP_UINT32("secs", IDEDevice, secs, 0),
    DEFINE_PROP_UINT16("rotation_rate", IDEDevice, rotation_rate, 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void ide_dev_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = ide_dev_realize;
    dc->unrealize = ide_dev_unrealize;
    dc->bus_type = TYPE_IDE_BUS;
    dc->vmsd = &vmstate_ide_device;
    dc->hotpluggable = false; /* ATA has no way to announce a device */
    device_class_set_props(dc, ide_dev_properties);
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static void ide_hd_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->fw_name = "drive";
    dc->desc = "virtual IDE disk";
    device_class_set_props(dc, ide_hd_properties);
    IDE_DEVICE_CLASS(klass)->kind = IDE_KIND_HD;
}

static void ide_cd_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->fw_name = "drive";
    dc->desc = "virtual IDE CD-ROM";
    IDE_DEVICE_CLASS(klass)->kind = IDE_KIND_CD;
}

static const TypeInfo ide_types[] = {
    {
        .name = TYPE_IDE_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(IDEBus),
        .class_init = ide_bus_class_init,
    }, {
        .name = TYPE_IDE_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(IDEDevice),
        .class_size = sizeof(IDEDeviceClass),
        .class_init = ide_dev_class_init,
        .abstract = true,
    }, {
        .name = "ide-hd",
        .parent = TYPE_IDE_DEVICE,
        .class_init = ide_hd_class_init,
    }, {
        .name = "ide-cd",
        .parent = TYPE_IDE_DEVICE,
        .class_init = ide_cd_class_init,
    },
};
DEFINE_TYPES(ide_types)
