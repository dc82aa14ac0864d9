/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power management and SMBus host of the PIIX4 south bridge.
 *
 * Spec:      Intel 82371AB (PIIX4) chapters 7 (PM registers) and 11 (SMBus); ACPI 2.0 4.7
 *            (fixed hardware).
 * Thread:    big lock; the timer callback in the main loop.
 * Deviates:  GPE0 block at 0xafe0, as the ACPI tables of this board say.
 *
 *   cfg   name     note
 *   0x40  PMBA     base of the 64 PM ports
 *   0x80  PMREGMISC  bit 0 enables them
 *   0x90  SMBBA    base of the SMBus ports
 *   0xd2  SMBHSTCFG  bit 0 enables them
 *
 *   PM port  name     note
 *   0x00     PMSTS    w1c: bit 0 timer, 5 global lock, 8 power button, 10 RTC, 15 wake-up
 *   0x02     PMEN
 *   0x04     PMCNTRL  bit 0 SCI_EN, 10-12 sleep type, 13 sleep
 *   0x08     PMTMR    24 bits at 3.579545 MHz
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/acpi/piix4.h"
#include "hw/i2c/smbus_eeprom.h"
#include "hw/i386/cpu-pins.h"
#include "hw/irq.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_ids.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "sysemu/runstate.h"

enum { PM_TIMER_HZ = 3579545 };
enum { STS_TMR = 1, STS_GBL = 1 << 5, STS_PWRBTN = 1 << 8, STS_RTC = 1 << 10, STS_WAK = 1 << 15 };
enum { CNT_SCI_EN = 1, CNT_SLP_TYP_SHIFT = 10, CNT_SLP_EN = 1 << 13 };
enum { APM_ACPI_ENABLE = 0xf1, APM_ACPI_DISABLE = 0xf0 };

OBJECT_DECLARE_SIMPLE_TYPE(PIIX4PMState, PIIX4_PM)

struct PIIX4PMState {
    PCIDevice parent_obj;
    MemoryRegion io, gpe_io, smb_io, apm_io;
    uint16_t pm1_sts, pm1_en, pm1_cnt;
    int64_t timer_overflow;     /* virtual time of the next change of the timer's top bit */
    QEMUTimer *timer;
    uint8_t gpe_sts[2], gpe_en[2];
    uint8_t apm_cnt, apm_sts;
    struct {
        uint8_t sts, ctl, cmd, addr, data0, data1, data[32], index, auxctl;
    } smb;
    I2CBus *smbus;
    qemu_irq irq;
    Notifier powerdown, wakeup;
    uint32_t smb_io_base;
    bool smm_enabled;
    uint8_t disable_s3, disable_s4, s4_val;
};

I2CBus *piix4_pm_smbus(DeviceState *dev)
{
    return PIIX4_PM(dev)->smbus;
}

static bool pm_enabled(PIIX4PMState *s)
{
    return PCI_DEVICE(s)->config[0x80] & 1;
}

uint32_t piix4_pm_io_base(DeviceState *dev)
{
    PIIX4PMState *s = PIIX4_PM(dev);

    return pm_enabled(s) ? pci_get_long(PCI_DEVICE(s)->config + 0x40) & 0xffc0 : 0;
}

/* ---- PM timer and SCI ---- */

static int64_t ticks_to_ns(int64_t ticks)
{
    return muldiv64(ticks, NANOSECONDS_PER_SECOND, PM_TIMER_HZ);
}

static int64_t timer_ticks(void)
{
    return muldiv64(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), PM_TIMER_HZ, NANOSECONDS_PER_SECOND);
}

/* The status bit is set whenever bit 23 of the counter changes. */
static void calc_overflow(PIIX4PMState *s)
{
    s->timer_overflow = (timer_ticks() + 0x800000) & ~0x7fffffll;
}

static void update_timer_status(PIIX4PMState *s)
{
    if (timer_ticks() >= s->timer_overflow) {
        s->pm1_sts |= STS_TMR;
    }
}

static void update_sci(PIIX4PMState *s)
{
    bool gpe = (s->gpe_sts[0] & s->gpe_en[0]) || (s->gpe_sts[1] & s->gpe_en[1]);

    update_timer_status(s);
    qemu_set_irq(s->irq, (s->pm1_sts & s->pm1_en &
                          (STS_TMR | STS_GBL | STS_PWRBTN | STS_RTC)) || gpe);
    if ((s->pm1_en & STS_TMR) && !(s->pm1_sts & STS_TMR)) {
        timer_mod(s->timer, ticks_to_ns(s->timer_overflow) + 1000);
    } else {
        timer_del(s->timer);
    }
}

static void pm_timer_expired(void *opaque)
{
    update_sci(opaque);
}

/* ---- PM1 ---- */

static void enter_sleep(PIIX4PMState *s)
{
    unsigned type = s->pm1_cnt >> CNT_SLP_TYP_SHIFT & 7;

    switch (type) {
    case 0:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        break;
    case 1:
        if (!s->disable_s3) {
            qemu_system_suspend_request();
        }
        break;
    default:
        if (type == s->s4_val && !s->disable_s4) {
            qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        }
        break;
    }
}

static uint64_t pm_read(void *opaque, hwaddr addr, unsigned size)
{
    PIIX4PMState *s = opaque;

    switch (addr) {
    case 0x00:
        update_timer_status(s);
        return s->pm1_sts;
    case 0x02:
        return s->pm1_en;
    case 0x04:
        return s->pm1_cnt;
    case 0x08:
        return timer_ticks() & 0xffffff;
    case 0x0a:
        return timer_ticks() >> 16 & 0xff;
    default:
        return 0;
    }
}

static void write_status(PIIX4PMState *s, uint16_t val)
{
    update_timer_status(s);
    if (val & s->pm1_sts & STS_TMR) {
        calc_overflow(s);
    }
    s->pm1_sts &= ~val;
}

static void pm_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PIIX4PMState *s = opaque;

    switch (addr) {
    case 0x00:
        write_status(s, val);
        break;
    case 0x02:
        s->pm1_en = val;
        qemu_system_wakeup_enable(QEMU_WAKEUP_REASON_RTC, val & STS_RTC);
        qemu_system_wakeup_enable(QEMU_WAKEUP_REASON_PMTIMER, val & STS_TMR);
        break;
    case 0x04:
        s->pm1_cnt = val & ~CNT_SLP_EN;
        if (val & CNT_SLP_EN) {
            enter_sleep(s);
        }
        break;
    }
    update_sci(s);
}

static const MemoryRegionOps pm_ops = {
    .read = pm_read,
    .write = pm_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 4 },
};

/* ---- GPE0: status bytes, then enable bytes ---- */

static uint64_t gpe_read(void *opaque, hwaddr addr, unsigned size)
{
    PIIX4PMState *s = opaque;

    return addr < 2 ? s->gpe_sts[addr] : s->gpe_en[addr - 2];
}

static void gpe_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PIIX4PMState *s = opaque;

    if (addr < 2) {
        s->gpe_sts[addr] &= ~val;
    } else {
        s->gpe_en[addr - 2] = val;
    }
    update_sci(s);
}

static const MemoryRegionOps gpe_ops = {
    .read = gpe_read,
    .write = gpe_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- APM ports b2, b3: SMI, and the switch between legacy and ACPI ---- */

static uint64_t apm_read(void *opaque, hwaddr addr, unsigned size)
{
    PIIX4PMState *s = opaque;

    return addr ? s->apm_sts : s->apm_cnt;
}

static void apm_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PIIX4PMState *s = opaque;

    if (addr) {
        s->apm_sts = val;
        return;
    }
    s->apm_cnt = val;
    if (val == APM_ACPI_ENABLE) {
        s->pm1_cnt |= CNT_SCI_EN;
    } else if (val == APM_ACPI_DISABLE) {
        s->pm1_cnt &= ~CNT_SCI_EN;
    }
    update_sci(s);
    /* 0x5b bit 1: APMC writes raise an SMI (82371AB 7.1.11, DEVACTB). */
    if (s->smm_enabled && (PCI_DEVICE(s)->config[0x5b] & 2)) {
        x86_smi();
    }
}

static const MemoryRegionOps apm_ops = {
    .read = apm_read,
    .write = apm_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- SMBus host: quick, byte, byte data, word data, block protocols ---- */

enum { SMB_STS_BUSY = 1, SMB_STS_DONE = 2, SMB_STS_ERR = 4, SMB_CTL_START = 0x40 };

static void smb_transfer(PIIX4PMState *s)
{
    unsigned protocol = s->smb.ctl >> 2 & 7;
    bool read = s->smb.addr & 1;
    SMBusTarget *t = smbus_find(s->smbus, s->smb.addr >> 1);
    SMBusTargetClass *tc = t ? SMBUS_TARGET_GET_CLASS(t) : NULL;

    if (!t) {
        s->smb.sts = SMB_STS_ERR;
        return;
    }
    s->smb.sts = SMB_STS_DONE;
    switch (protocol) {
    case 0: /* quick */
        break;
    case 1: /* byte: the command is the data */
        if (read) {
            s->smb.data0 = tc->read_byte(t, s->smb.cmd);
        }
        break;
    case 2:
    case 3:
        if (read) {
            s->smb.data0 = tc->read_byte(t, s->smb.cmd);
            s->smb.data1 = protocol == 3 ? tc->read_byte(t, s->smb.cmd + 1) : s->smb.data1;
        } else {
            tc->write_byte(t, s->smb.cmd, s->smb.data0);
            if (protocol == 3) {
                tc->write_byte(t, s->smb.cmd + 1, s->smb.data1);
            }
        }
        break;
    case 5: /* block */
        if (read) {
            s->smb.data0 = sizeof(s->smb.data);
        }
        for (unsigned i = 0; i < MIN(s->smb.data0, sizeof(s->smb.data)); i++) {
            if (read) {
                s->smb.data[i] = tc->read_byte(t, s->smb.cmd + i);
            } else {
                tc->write_byte(t, s->smb.cmd + i, s->smb.data[i]);
            }
        }
        break;
    default:
        s->smb.sts = SMB_STS_ERR;
    }
}

static uint64_t smb_read(void *opaque, hwaddr addr, unsigned size)
{
    PIIX4PMState *s = opaque;

    switch (addr) {
    case 0:
        return s->smb.sts;
    case 2:
        s->smb.index = 0; /* reading the control register rewinds the block buffer */
        return s->smb.ctl & 0x1f;
    case 3:
        return s->smb.cmd;
    case 4:
        return s->smb.addr;
    case 5:
        return s->smb.data0;
    case 6:
        return s->smb.data1;
    case 7:
        return s->smb.data[s->smb.index++ % sizeof(s->smb.data)];
    default:
        return 0;
    }
}

static void smb_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PIIX4PMState *s = opaque;

    switch (addr) {
    case 0:
        s->smb.sts &= ~val;
        s->smb.index = 0;
        break;
    case 2:
        s->smb.ctl = val;
        if (val & SMB_CTL_START) {
            smb_transfer(s);
        }
        break;
    case 3:
        s->smb.cmd = val;
        break;
    case 4:
        s->smb.addr = val;
        break;
    case 5:
        s->smb.data0 = val;
        break;
    case 6:
        s->smb.data1 = val;
        break;
    case 7:
        s->smb.data[s->smb.index++ % sizeof(s->smb.data)] = val;
        break;
    }
}

static const MemoryRegionOps smb_ops = {
    .read = smb_read,
    .write = smb_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- configuration space ---- */

static void update_mappings(PIIX4PMState *s)
{
    uint8_t *c = PCI_DEVICE(s)->config;
    uint32_t smb = pci_get_long(c + 0x90) & 0xffc0;

    memory_region_transaction_begin();
    memory_region_set_enabled(&s->io, c[0x80] & 1);
    memory_region_set_address(&s->io, pci_get_long(c + 0x40) & 0xffc0);
    memory_region_set_enabled(&s->smb_io, c[0xd2] & 1);
    memory_region_set_address(&s->smb_io, smb);
    memory_region_transaction_commit();
}

static void pm_config_write(PCIDevice *pd, uint32_t addr, uint32_t val, int len)
{
    pci_default_write_config(pd, addr, val, len);
    if (addr + len > 0x40) {
        update_mappings(PIIX4_PM(pd));
    }
}

/* ---- power button, wake-up ---- */

static void on_powerdown(Notifier *n, void *data)
{
    PIIX4PMState *s = container_of(n, PIIX4PMState, powerdown);

    s->pm1_sts |= STS_PWRBTN;
    update_sci(s);
}

static void on_wakeup(Notifier *n, void *data)
{
    PIIX4PMState *s = container_of(n, PIIX4PMState, wakeup);
    WakeupReason reason = *(int *)data;

    s->pm1_sts |= STS_WAK | (reason == QEMU_WAKEUP_REASON_RTC ? STS_RTC : 0) |
                  (reason == QEMU_WAKEUP_REASON_PMTIMER ? STS_TMR : 0);
    if (reason == QEMU_WAKEUP_REASON_OTHER) {
        s->pm1_sts |= STS_PWRBTN;
    }
    update_sci(s);
}

static void pm_reset(DeviceState *dev)
{
    PIIX4PMState *s = PIIX4_PM(dev);
    uint8_t *c = PCI_DEVICE(dev)->config;

    c[0x58] = c[0x59] = c[0x5a] = c[0x5b] = 0;
    pci_set_long(c + 0x40, 1);
    c[0x80] = 0;
    c[0x5b] = s->smm_enabled ? 0 : 2; /* without SMM, firmware shall believe it is set up */
    pci_set_long(c + 0x90, s->smb_io_base | 1);
    c[0xd2] = 0x09;
    s->pm1_sts = s->pm1_en = s->pm1_cnt = 0;
    calc_overflow(s);
    memset(s->gpe_sts, 0, sizeof(s->gpe_sts));
    memset(s->gpe_en, 0, sizeof(s->gpe_en));
    s->apm_cnt = s->apm_sts = 0;
    memset(&s->smb, 0, sizeof(s->smb));
    update_mappings(s);
    update_sci(s);
}

static void pm_realize(PCIDevice *pd, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(pd);
    MemoryRegion *io = pci_address_space_io(pd);

    pd->config[PCI_INTERRUPT_PIN] = 1;
    memset(pd->wmask + 0x40, 0xff, 0xc0);
    pci_set_long(pd->wmask + 0x40, 0xffc0);
    pci_set_long(pd->wmask + 0x90, 0xffc0);
    memory_region_init_io(&s->io, OBJECT(s), &pm_ops, s, "piix4-pm", 64);
    memory_region_set_enabled(&s->io, false);
    memory_region_add_subregion(io, 0, &s->io);
    memory_region_init_io(&s->smb_io, OBJECT(s), &smb_ops, s, "pm-smbus", 64);
    memory_region_set_enabled(&s->smb_io, false);
    memory_region_add_subregion(io, s->smb_io_base, &s->smb_io);
    memory_region_init_io(&s->gpe_io, OBJECT(s), &gpe_ops, s, "acpi-gpe0", PIIX4_PM_GPE_LEN);
    memory_region_add_subregion(io, PIIX4_PM_GPE_BASE, &s->gpe_io);
    memory_region_init_io(&s->apm_io, OBJECT(s), &apm_ops, s, "apm-io", 2);
    memory_region_add_subregion(io, 0xb2, &s->apm_io);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, pm_timer_expired, s);
    s->smbus = smbus_new(DEVICE(s), "i2c");
    s->powerdown.notify = on_powerdown;
    qemu_register_powerdown_notifier(&s->powerdown);
    s->wakeup.notify = on_wakeup;
    qemu_register_wakeup_notifier(&s->wakeup);
    if (!s->disable_s3) {
        qemu_register_wakeup_support();
    }
    qdev_init_gpio_out(DEVICE(s), &s->irq, 1);
}

static int pm_post_load(void *opaque, int version_id)
{
    update_mappings(opaque);
    update_sci(opaque);
    return 0;
}

static const VMStateDescription vmstate_pm = {
    .name = "piix4_pm",
    .version_id = 3,
    .minimum_version_id = 3,
    .post_load = pm_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, PIIX4PMState),
        VMSTATE_UINT16(pm1_sts, PIIX4PMState),
        VMSTATE_UINT16(pm1_en, PIIX4PMState),
        VMSTATE_UINT16(pm1_cnt, PIIX4PMState),
        VMSTATE_INT64(timer_overflow, PIIX4PMState),
        VMSTATE_BUFFER(gpe_sts, PIIX4PMState),
        VMSTATE_BUFFER(gpe_en, PIIX4PMState),
        VMSTATE_UINT8(apm_cnt, PIIX4PMState),
        VMSTATE_UINT8(apm_sts, PIIX4PMState),
        VMSTATE_BUFFER_UNSAFE(smb, PIIX4PMState, 0, sizeof(((PIIX4PMState *)0)->smb)),
        VMSTATE_END_OF_LIST()
    }
};

static const Property pm_properties[] = {
    DEFINE_PROP_UINT32("smb_io_base", PIIX4PMState, smb_io_base, 0xb100),
    DEFINE_PROP_UINT8("disable_s3", PIIX4PMState, disable_s3, 0),
    DEFINE_PROP_UINT8("disable_s4", PIIX4PMState, disable_s4, 0),
    DEFINE_PROP_UINT8("s4_val", PIIX4PMState, s4_val, 2),
    DEFINE_PROP_BOOL("smm-enabled", PIIX4PMState, smm_enabled, true),
    DEFINE_PROP_END_OF_LIST(),
};

static void pm_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = pm_realize;
    k->config_write = pm_config_write;
    k->vendor_id = PCI_VENDOR_ID_INTEL;
    k->device_id = PCI_DEVICE_ID_INTEL_82371AB_3;
    k->revision = 3;
    k->class_id = PCI_CLASS_BRIDGE_OTHER;
    dc->desc = "PM";
    dc->vmsd = &vmstate_pm;
    dc->user_creatable = false; /* its lines are wired by the board */
    dc->hotpluggable = false;
    device_class_set_legacy_reset(dc, pm_reset);
    device_class_set_props(dc, pm_properties);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
}

static const TypeInfo pm_types[] = {
    {
        .name = TYPE_PIIX4_PM,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PIIX4PMState),
        .class_init = pm_class_init,
        .interfaces = (InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(pm_types)
