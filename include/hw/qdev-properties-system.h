/*
 * Device properties that name a back end (character device, drive), and others with a syntax of
 * their own. See hw/qdev-properties.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_QDEV_PROPERTIES_SYSTEM_H
#define HW_QDEV_PROPERTIES_SYSTEM_H

#include "hw/qdev-properties.h"
#include "net/macaddr.h"

extern const PropertyInfo qdev_prop_chr;
extern const PropertyInfo qdev_prop_macaddr;
extern const PropertyInfo qdev_prop_drive;
extern const PropertyInfo qdev_prop_drive_iothread;
extern const PropertyInfo qdev_prop_blockdev_on_error;
extern const PropertyInfo qdev_prop_bios_chs_trans;
extern const PropertyInfo qdev_prop_losttickpolicy;
extern const PropertyInfo qdev_prop_blocksize;
extern const PropertyInfo qdev_prop_pci_devfn;
extern const PropertyInfo qdev_prop_uuid;
extern const PropertyInfo qdev_prop_off_auto_pcibar;

/* _f is a CharBackend. */
#define DEFINE_PROP_CHR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_chr, CharBackend)
/* _f is a BlockBackend *; the _IOTHREAD form for devices that can run outside the main loop. */
#define DEFINE_PROP_DRIVE(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_drive, BlockBackend *)
#define DEFINE_PROP_DRIVE_IOTHREAD(_n, _s, _f) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_drive_iothread, BlockBackend *)
#define DEFINE_PROP_MACADDR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_macaddr, MACAddr)
/* _f is a QemuUUID; "auto" gives a random one, which is the default of the first form. */
#define DEFINE_PROP_UUID(_n, _s, _f) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_uuid, QemuUUID, .set_default = true)
#define DEFINE_PROP_UUID_NODEFAULT(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_uuid, QemuUUID)
/* "slot[.function]", or -1 for any. */
#define DEFINE_PROP_PCI_DEVFN(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_pci_devfn, int32_t)
/* A power of two from 512 to 2 MiB, or 0. */
#define DEFINE_PROP_BLOCKSIZE(_n, _s, _f) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, 0, qdev_prop_blocksize, uint32_t)
/* Enumerations; each field is of the type named, or an int in the same order. */
#define DEFINE_PROP_BLOCKDEV_ON_ERROR(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_blockdev_on_error, int)
#define DEFINE_PROP_BIOS_CHS_TRANS(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_bios_chs_trans, int)
#define DEFINE_PROP_LOSTTICKPOLICY(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_losttickpolicy, int)
#define DEFINE_PROP_OFF_AUTO_PCIBAR(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_off_auto_pcibar, OffAutoPCIBAR)

/* ORDER blockdev_on_error_names; "auto" leaves it to the back end. */
enum {
    BLOCKDEV_ON_ERROR_PROP_REPORT,
    BLOCKDEV_ON_ERROR_PROP_IGNORE,
    BLOCKDEV_ON_ERROR_PROP_ENOSPC,
    BLOCKDEV_ON_ERROR_PROP_STOP,
    BLOCKDEV_ON_ERROR_PROP_AUTO,
};
/* ORDER bios_chs_trans_names */
enum {
    BIOS_CHS_TRANS_AUTO,
    BIOS_CHS_TRANS_NONE,
    BIOS_CHS_TRANS_LBA,
    BIOS_CHS_TRANS_LARGE,
    BIOS_CHS_TRANS_RECHS,
};
/* ORDER lost_tick_policy_names */
enum { LOST_TICK_PROP_DISCARD, LOST_TICK_PROP_DELAY, LOST_TICK_PROP_SLEW };

/* Set a back end on a device that the board made. */
void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value);
bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value,
                             Error **errp);
void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value);
void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value);

#endif
