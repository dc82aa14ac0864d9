/*
 * CMOS RAM of a PC: what firmware reads of memory sizes, drives and boot order.
 *
 *   0x10       floppy types (by the floppy controller's owner)     0x3d, 0x38  boot order
 *   0x12-0x24  fixed disk types and geometry                       0x39        disk translation
 *   0x14       equipment                                           0x5b-0x5d   memory above 4 GiB
 *   0x15-0x18  base and extended memory, KiB                       0x5f        CPUs - 1
 *   0x30-0x35  extended memory, KiB above 1 MiB, 64 KiB above 16 MiB
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/rtc/mc146818rtc.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "sysemu/reset.h"
#include "pc-internal.h"

#define EQUIP_FPU 0x02
#define EQUIP_PS2_MOUSE 0x04
#define EQUIP_FLOPPY 0x01
#define BOOT_NO_FLOPPY_SIGNATURE_CHECK 0x01

static void set_word(ISADevice *rtc, int addr, uint64_t value)
{
    value = MIN(value, 65535);
    rtc_set_memory(rtc, addr, value & 0xff);
    rtc_set_memory(rtc, addr + 1, value >> 8);
}

static void set_memory_sizes(PCMachineState *pcms)
{
    ISADevice *rtc = pcms->rtc;
    uint64_t low = pcms->below_4g_mem_size;
    uint64_t high = pcms->above_4g_mem_size / (64 * KiB);
    uint64_t above_1m = low > 1 * MiB ? (low - 1 * MiB) / KiB : 0;

    set_word(rtc, 0x15, MIN(low / KiB, 640));
    set_word(rtc, 0x17, above_1m);
    set_word(rtc, 0x30, above_1m);
    set_word(rtc, 0x34, low > 16 * MiB ? (low - 16 * MiB) / (64 * KiB) : 0);
    rtc_set_memory(rtc, 0x5b, high);
    rtc_set_memory(rtc, 0x5c, high >> 8);
    rtc_set_memory(rtc, 0x5d, high >> 16);
}

/* What firmware calls the device of a letter of -boot order=; -1 for an unknown letter. */
static int boot_code(char letter)
{
    switch (letter) {
    case 'a':
    case 'b':
        return 1; /* floppy */
    case 'c':
        return 2; /* disk */
    case 'd':
        return 3; /* CD-ROM */
    case 'n':
        return 4; /* network */
    default:
        return -1;
    }
}

bool pc_cmos_set_boot_order(PCMachineState *pcms, const char *order, Error **errp)
{
    size_t n = strlen(order);
    int code[3] = { 0 };

    if (n > ARRAY_SIZE(code)) {
        error_setg(errp, "-boot order=%s: too many boot devices for PC, at most 3", order);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        code[i] = boot_code(order[i]);
        if (code[i] < 0) {
            error_setg(errp, "-boot order=%s: invalid boot device '%c' for PC, must be a, b, c, d "
                       "or n", order, order[i]);
            return false;
        }
    }
    rtc_set_memory(pcms->rtc, 0x3d, code[1] << 4 | code[0]);
    rtc_set_memory(pcms->rtc, 0x38, code[2] << 4 | BOOT_NO_FLOPPY_SIGNATURE_CHECK);
    return true;
}

/* The first reset starts with -boot once=; the second goes back to order=. */
static void boot_order_reset(void *opaque)
{
    PCMachineState *pcms = opaque;
    const BootConfiguration *boot = &MACHINE(pcms)->boot_config;
    const char *regular = boot->order ? boot->order
                                      : MACHINE_GET_CLASS(pcms)->default_boot_order;

    if (pcms->boot_order) {
        pc_cmos_set_boot_order(pcms, regular, NULL);
        qemu_unregister_reset(boot_order_reset, pcms);
        g_clear_pointer(&pcms->boot_order, g_free);
        return;
    }
    pcms->boot_order = g_strdup(boot->once);
}

void pc_cmos_init(PCMachineState *pcms)
{
    const BootConfiguration *boot = &MACHINE(pcms)->boot_config;
    const char *regular = boot->order ? boot->order
                                      : MACHINE_GET_CLASS(pcms)->default_boot_order;
    uint8_t equipment = EQUIP_FPU | EQUIP_PS2_MOUSE | (rtc_get_memory(pcms->rtc, 0x14) & 0xc1);

    set_memory_sizes(pcms);
    rtc_set_memory(pcms->rtc, 0x5f, MIN(pcms->boot_cpus, 256) - 1);
    rtc_set_memory(pcms->rtc, 0x14, equipment);
    pc_cmos_set_boot_order(pcms, regular, &error_fatal);
    if (boot->once) {
        pc_cmos_set_boot_order(pcms, boot->once, &error_fatal);
        qemu_register_reset(boot_order_reset, pcms);
    }
}
