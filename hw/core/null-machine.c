/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine "none": no devices, and a CPU only if -cpu asks for one. Management software
 * starts it to ask what the program can do.
 *
 * Thread: main thread at start-up.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"

static void none_init(MachineState *ms)
{
    if (ms->cpu_type) {
        Object *cpu = object_new(ms->cpu_type);

        qdev_realize_and_unref(DEVICE(cpu), NULL, &error_fatal);
    }
    if (ms->kernel_filename) {
        error_report("The -kernel parameter is not supported "
                     "(use the generic 'loader' device instead).");
        exit(EXIT_FAILURE);
    }
}

static void none_machine_init(MachineClass *mc)
{
    mc->desc = "empty machine";
    mc->init = none_init;
    mc->max_cpus = 1;
    mc->default_ram_size = 0;
    mc->default_ram_id = "ram";
    mc->no_serial = true;
    mc->no_parallel = true;
    mc->no_floppy = true;
    mc->no_cdrom = true;
    mc->no_sdcard = true;
}

DEFINE_MACHINE("none", none_machine_init)
