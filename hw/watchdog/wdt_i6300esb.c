/*
 * Watchdog timer of the Intel 6300ESB.
 *
 * Spec:     Intel 6300ESB I/O controller hub data sheet (300641), section 17 (watchdog timer).
 * Thread:   under the big lock.
 * Deviates: the first stage's interrupt (IRQ or SMI) is not raised; only its flag is seen.
 * Migrated: all registers; the timer is armed again.
 *
 *   offset  register          writable
 *   config  0x60 (16 bits)    5 no output at the end, 2 1 MHz clock, 1:0 interrupt type
 *           0x68              2 free running, 1 enabled, 0 locked (until reset)
 *   memory  0x00, 0x04        preload of stages 1 and 2, 20 bits; after unlocking
 *           0x0c (16 bits)    8 reload, 9 clears the timed-out flag; after unlocking
 *
 * Unlocking: 0x80, then 0x86 to offset 0x0c; the next write to a preload or reload register
 * counts, and locks again. A preload counts 2^15 (or 2^5) cycles of the 33 MHz PCI clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "sysemu/runstate.h"

#define TYPE_WATCHDOG_I6300ESB_DEVICE "i6300esb"

#define CFG_CONFIG 0x60
#define CFG_LOCK 0x68
#define CONFIG_NO_OUTPUT 0x20
#define CONFIG_1MHZ 0x04
#define CONFIG_INT_TYPE 0x03
#define LOCK_FREE_RUN 0x04
#define LOCK_ENABLE 0x02
#define LOCK_LOCKED 0x01
#define REG_TIMER1 0x00
#define REG_TIMER2 0x04
#define REG_RELOAD 0x0c
#define RELOAD_RELOAD 0x100
#define RELOAD_TIMEOUT 0x200
#define UNLOCK1 0x80
#define UNLOCK2 0x86
#define PRELOAD_MASK 0xfffff
#define PCI_CLOCK 33000000

typedef struct I6300State {
    PCIDevice dev;
    MemoryRegion io_mem;
    QEMUTimer *timer;
    bool reboot_enabled, fast_clock, enabled, locked, free_run;
    uint8_t int_type;
    uint8_t stage;                  /* 1 or 2 */
    uint8_t unlock;                 /* how much of the sequence was seen */
    bool timed_out;                 /* read as the previous run's end */
    uint32_t preload[2];
} I6300State;

DECLARE_INSTANCE_CHECKER(I6300State, WATCHDOG_I6300ESB_DEVICE, TYPE_WATCHDOG_I6300ESB_DEVICE)

static void start_stage(I6300State *s, int stage)
{
    uint64_t cycles;

    if (!s->enabled) {
        return;
    }
    s->stage = stage;
    cycles = (uint64_t)s->preload[stage - 1] << (s->fast_clock ? 5 : 15);
    timer_mod(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                            (int64_t)muldiv64(cycles, NANOSECONDS_PER_SECOND, PCI_CLOCK));
}

static void timer_fired(void *opaque)
{
    I6300State *s = opaque;

    if (s->stage == 1) {
        start_stage(s, 2);
        return;
    }
    if (s->reboot_enabled) {
        s->timed_out = true;
        watchdog_perform_action();
    }
    /* Free running, it starts over without having been asked to. */
    if (s->free_run) {
        start_stage(s, 1);
    }
}

/* ---- configuration space ---- */

static void write_config(PCIDevice *dev, uint32_t addr, uint32_t data, int len)
{
    I6300State *s = WATCHDOG_I6300ESB_DEVICE(dev);

    if (addr == CFG_CONFIG && len == 2) {
        s->reboot_enabled = !(data & CONFIG_NO_OUTPUT);
        s->fast_clock = data & CONFIG_1MHZ;
        s->int_type = data & CONFIG_INT_TYPE;
    } else if (addr == CFG_LOCK && len == 1) {
        if (!s->locked) {
            bool was_enabled = s->enabled;

            s->locked = data & LOCK_LOCKED;
            s->free_run = data & LOCK_FREE_RUN;
            s->enabled = data & LOCK_ENABLE;
            if (s->enabled && !was_enabled) {
                start_stage(s, 1);
            } else if (!s->enabled) {
                timer_del(s->timer);
            }
        }
    } else {
        pci_default_write_config(dev, addr, data, len);
    }
}

static uint32_t read_config(PCIDevice *dev, uint32_t addr, int len)
{
    I6300State *s = WATCHDOG_I6300ESB_DEVICE(dev);

    if (addr == CFG_CONFIG && len == 2) {
        return (s->reboot_enabled ? 0 : CONFIG_NO_OUTPUT) | (s->fast_clock ? CONFIG_1MHZ : 0) |
               s->int_type;
    }
    if (addr == CFG_LOCK && len == 1) {
        return (s->free_run ? LOCK_FREE_RUN : 0) | (s->locked ? LOCK_LOCKED : 0) |
               (s->enabled ? LOCK_ENABLE : 0);
    }
    return pci_default_read_config(dev, addr, len);
}

/* ---- memory ---- */

static uint64_t mem_read(void *opaque, hwaddr addr, unsigned size)
{
    I6300State *s = opaque;

    if (addr == REG_RELOAD && size <= 2) {
        return s->timed_out ? RELOAD_TIMEOUT : 0;
    }
    return 0;
}

static void unlocked_write(I6300State *s, hwaddr addr, uint64_t val)
{
    if (addr == REG_TIMER1 || addr == REG_TIMER2) {
        s->preload[addr / 4] = val & PRELOAD_MASK;
    } else if (addr == REG_RELOAD) {
        if (val & RELOAD_RELOAD) {
            start_stage(s, 1);
        }
        if (val & RELOAD_TIMEOUT) {
            s->timed_out = false;
        }
    }
    s->unlock = 0;
}

static void mem_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    I6300State *s = opaque;

    if (addr == REG_RELOAD && val == UNLOCK1) {
        s->unlock = 1;
    } else if (addr == REG_RELOAD && val == UNLOCK2 && s->unlock == 1) {
        s->unlock = 2;
    } else if (s->unlock == 2) {
        unlocked_write(s, addr, val);
    }
}

static const MemoryRegionOps mem_ops = {
    .read = mem_read,
    .write = mem_write,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- life ---- */

static void i6300esb_reset(DeviceState *dev)
{
    I6300State *s = WATCHDOG_I6300ESB_DEVICE(dev);

    timer_del(s->timer);
    s->reboot_enabled = true;
    s->fast_clock = false;
    s->int_type = 0;
    s->free_run = false;
    s->locked = false;
    s->enabled = false;
    s->preload[0] = s->preload[1] = PRELOAD_MASK;
    s->stage = 1;
    s->unlock = 0;
    /* That it timed out is kept: it tells the system why it was reset. */
}

static void i6300esb_realize(PCIDevice *dev, Error **errp)
{
    I6300State *s = WATCHDOG_I6300ESB_DEVICE(dev);

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_fired, s);
    memory_region_init_io(&s->io_mem, OBJECT(s), &mem_ops, s, "i6300esb", 0x10);
    pci_register_bar(dev, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->io_mem);
}

static void i6300esb_exit(PCIDevice *dev)
{
    timer_free(WATCHDOG_I6300ESB_DEVICE(dev)->timer);
}

static int i6300esb_post_load(void *opaque, int version_id)
{
    I6300State *s = opaque;

    return (s->stage == 1 || s->stage == 2) && s->preload[0] <= PRELOAD_MASK &&
           s->preload[1] <= PRELOAD_MASK ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_i6300esb = {
    .name = "i6300esb_wdt",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = i6300esb_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(dev, I6300State),
        VMSTATE_BOOL(reboot_enabled, I6300State),
        VMSTATE_BOOL(fast_clock, I6300State),
        VMSTATE_UINT8(int_type, I6300State),
        VMSTATE_BOOL(free_run, I6300State),
        VMSTATE_BOOL(locked, I6300State),
        VMSTATE_BOOL(enabled, I6300State),
        VMSTATE_TIMER_PTR(timer, I6300State),
        VMSTATE_UINT32_ARRAY(preload, I6300State, 2),
        VMSTATE_UINT8(stage, I6300State),
        VMSTATE_UINT8(unlock, I6300State),
        VMSTATE_BOOL(timed_out, I6300State),
        VMSTATE_END_OF_LIST()
    },
};

static void i6300esb_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->config_read = read_config;
    pc->config_write = write_config;
    pc->realize = i6300esb_realize;
    pc->exit = i6300esb_exit;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = PCI_DEVICE_ID_INTEL_ESB_9;
    pc->class_id = PCI_CLASS_SYSTEM_OTHER;
    dc->vmsd = &vmstate_i6300esb;
    dc->desc = "Intel 6300ESB";
    device_class_set_legacy_reset(dc, i6300esb_reset);
    set_bit(DEVICE_CATEGORY_WATCHDOG, dc->categories);
}

static const TypeInfo i6300esb_types[] = {
    {
        .name = TYPE_WATCHDOG_I6300ESB_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(I6300State),
        .class_init = i6300esb_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(i6300esb_types)
