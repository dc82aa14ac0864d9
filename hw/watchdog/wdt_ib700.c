/*
 * Watchdog timer of the iBASE IB700 board.
 *
 * Spec:     iBASE IB700 user's manual, "Watchdog timer": writing the low nibble of a time code to
 *           port 0x443 starts the timer, any write to 0x441 stops it. Code 0 is 30 s, each step
 *           up 2 s less.
 * Thread:   under the big lock.
 * Migrated: the timer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/isa/isa.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "sysemu/runstate.h"

#define TYPE_IB700 "ib700"
#define PORT_STOP 0x441
#define PORT_START 0x443
#define MAX_SECONDS 30

typedef struct IB700State {
    ISADevice parent_obj;
    QEMUTimer *timer;
    MemoryRegion stop_io, start_io;
} IB700State;

DECLARE_INSTANCE_CHECKER(IB700State, IB700, TYPE_IB700)

static uint64_t no_read(void *opaque, hwaddr addr, unsigned size)
{
    return UINT64_MAX;
}

static void start_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    IB700State *s = opaque;
    int64_t seconds = MAX_SECONDS - 2 * (int64_t)(data & 0x0f);

    timer_mod(s->timer,
              qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + seconds * NANOSECONDS_PER_SECOND);
}

static void stop_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    timer_del(IB700(opaque)->timer);
}

static const MemoryRegionOps start_ops = {
    .read = no_read,
    .write = start_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps stop_ops = {
    .read = no_read,
    .write = stop_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void timer_fired(void *opaque)
{
    watchdog_perform_action();
}

static void ib700_reset(DeviceState *dev)
{
    timer_del(IB700(dev)->timer);
}

static void ib700_realize(DeviceState *dev, Error **errp)
{
    IB700State *s = IB700(dev);
    MemoryRegion *io = isa_address_space_io(ISA_DEVICE(dev));

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_fired, s);
    memory_region_init_io(&s->stop_io, OBJECT(s), &stop_ops, s, "ib700-stop", 1);
    memory_region_add_subregion(io, PORT_STOP, &s->stop_io);
    memory_region_init_io(&s->start_io, OBJECT(s), &start_ops, s, "ib700-start", 1);
    memory_region_add_subregion(io, PORT_START, &s->start_io);
}

static const VMStateDescription vmstate_ib700 = {
    .name = "ib700_wdt",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER_PTR(timer, IB700State),
        VMSTATE_END_OF_LIST()
    },
};

static void ib700_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = ib700_realize;
    dc->vmsd = &vmstate_ib700;
    dc->desc = "iBASE 700";
    device_class_set_legacy_reset(dc, ib700_reset);
    set_bit(DEVICE_CATEGORY_WATCHDOG, dc->categories);
}

static const TypeInfo ib700_types[] = {
    {
        .name = TYPE_IB700,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(IB700State),
        .class_init = ib700_class_init,
    },
};
DEFINE_TYPES(ib700_types)
