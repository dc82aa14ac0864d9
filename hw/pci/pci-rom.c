/*
 * Expansion ROMs of PCI devices.
 *
 * The image comes from the "romfile" property or the device's class. It is shown in the ROM BAR;
 * with rombar=0 it goes to the firmware as a file instead, for guests that cannot map it.
 *
 * Spec:   PCI Local Bus 3.0 section 6.3.
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/loader.h"
#include "hw/pci/pci_bus.h"
#include "qapi/error.h"
#include "qemu/datadir.h"
#include "qemu/units.h"
#include "pci-internal.h"

/* A ROM BAR has 32 bits; more than this cannot be placed beside the rest of a PC. */
#define MAX_ROM_SIZE (2 * GiB)

/* With rombar=0: hand the file to the firmware under the name that suits the class. */
static bool rom_via_firmware(PCIDevice *dev, Error **errp)
{
    bool vga = pci_get_word(dev->config + PCI_CLASS_DEVICE) == PCI_CLASS_DISPLAY_VGA;

    if (dev->qdev.hotplugged) {
        error_setg(errp, "%s: a hot-plugged device without ROM BAR (rombar=0) cannot have a "
                   "romfile", dev->name);
        return false;
    }
    if ((vga ? rom_add_vga(dev->romfile) : rom_add_option(dev->romfile, -1)) < 0) {
        error_setg(errp, "%s: failed to load romfile '%s'", dev->name, dev->romfile);
        return false;
    }
    return true;
}

bool pci_add_option_rom(PCIDevice *dev, Error **errp)
{
    g_autofree char *path = NULL, *region_name = NULL;
    int64_t file_size;
    uint64_t size;

    if (!dev->romfile && PCI_DEVICE_GET_CLASS(dev)->romfile) {
        dev->romfile = g_strdup(PCI_DEVICE_GET_CLASS(dev)->romfile);
    }
    if (dev->romsize != UINT32_MAX && !is_power_of_2(dev->romsize)) {
        error_setg(errp, "%s: romsize %" PRIu32 " is not a power of two", dev->name,
                   dev->romsize);
        return false;
    }
    if (!dev->romfile || !*dev->romfile) {
        return true;
    }
    if (dev->rom_bar == 0) {
        return rom_via_firmware(dev, errp);
    }

    path = qemu_find_file(QEMU_FILE_TYPE_BIOS, dev->romfile);
    file_size = get_image_size(path ? path : dev->romfile);
    if (file_size <= 0 || (uint64_t)file_size > MAX_ROM_SIZE) {
        error_setg(errp, "%s: romfile '%s' %s", dev->name, dev->romfile,
                   file_size < 0 ? "not found" : file_size ? "is too large (2 GiB at most)"
                                                           : "is empty");
        return false;
    }
    size = MAX(pow2ceil(file_size), 2 * KiB);
    if (dev->romsize != UINT32_MAX) {
        if ((uint64_t)file_size > dev->romsize) {
            error_setg(errp, "%s: romfile '%s' (%" PRId64 " bytes) is larger than romsize %"
                       PRIu32, dev->name, dev->romfile, file_size, dev->romsize);
            return false;
        }
        size = MAX((uint64_t)dev->romsize, 2 * KiB);
    }

    region_name = g_strdup_printf("%s.rom", object_get_typename(OBJECT(dev)));
    if (!memory_region_init_rom(&dev->rom, OBJECT(dev), region_name, size, errp)) {
        return false;
    }
    if (load_image_size(path ? path : dev->romfile, memory_region_get_ram_ptr(&dev->rom),
                        size) < 0) {
        error_setg(errp, "%s: failed to load romfile '%s'", dev->name, dev->romfile);
        object_unparent(OBJECT(&dev->rom));
        return false;
    }
    dev->has_rom = true;
    pci_register_bar(dev, PCI_ROM_SLOT, 0, &dev->rom);
    return true;
}

void pci_del_option_rom(PCIDevice *dev)
{
    if (dev->has_rom) {
        dev->has_rom = false;
        object_unparent(OBJECT(&dev->rom));
    }
}
