/*
 * Keyboard controller, port 92 and the A20 gate of a PC.
 *
 * Both ports drive the gate; it follows whichever spoke last, so that software which uses only
 * one of them finds what it set.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/i386/cpu-pins.h"
#include "hw/input/i8042.h"
#include "qapi/error.h"
#include "pc-internal.h"

static void a20_changed(void *opaque, int n, int level)
{
    x86_set_a20(level);
}

void pc_input_init(PCMachineState *pcms)
{
    ISABus *bus = pcms->isa_bus;
    DeviceState *port92 = DEVICE(isa_create_simple(bus, TYPE_PORT92));

    qdev_connect_gpio_out_named(port92, PORT92_A20_LINE, 0,
                                qemu_allocate_irq(a20_changed, NULL, 1));
    if (pcms->i8042_enabled) {
        DeviceState *i8042 = DEVICE(isa_create_simple(bus, TYPE_I8042));

        qdev_connect_gpio_out_named(i8042, I8042_A20_LINE, 0,
                                    qemu_allocate_irq(a20_changed, NULL, 0));
    }
}
