/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ATA and ATAPI devices behind a host adapter.
 *
 * An adapter (PIIX3, ISA, AHCI) owns IDEBus objects and gives each an IDEDMAOps when it can do
 * DMA. Disks and CD-ROMs are qdevs on the bus ("ide-hd", "ide-cd").
 *
 * Threads: everything under the big lock.
 */
#ifndef HW_IDE_IDE_H
#define HW_IDE_IDE_H

#include "hw/qdev-core.h"
#include "hw/irq.h"
#include "exec/memory.h"
#include "qemu/iov.h"

#define TYPE_IDE_BUS "IDE"
OBJECT_DECLARE_SIMPLE_TYPE(IDEBus, IDE_BUS)

typedef struct IDEDrive IDEDrive;
typedef struct IDEDMA IDEDMA;

/* Which way data moves, seen from the guest's memory. */
typedef enum IDEDirection { IDE_TO_MEMORY, IDE_FROM_MEMORY } IDEDirection;

/*
 * How an adapter moves data to and from guest memory for the command that runs.
 * prepare() describes up to limit bytes in qiov-able pieces; copy() moves bytes that the device
 * holds in a buffer of its own.
 */
typedef struct IDEDMAOps {
    /* The device is ready for DMA: begin when the guest has started the engine. */
    void (*start)(IDEDMA *dma, IDEDrive *d, IDEDirection dir);
    /*
     * Map the next at most limit bytes of the guest's buffer into sg (multiple of 512 unless it
     * is the end). Returns the bytes mapped, 0 when the guest's list ended, -1 on a bus error.
     */
    int64_t (*map)(IDEDMA *dma, QEMUIOVector *sg, int64_t limit, IDEDirection dir);
    void (*unmap)(IDEDMA *dma, QEMUIOVector *sg, IDEDirection dir, int64_t done);
    /* The command ended; more says that the device would have had more data. */
    void (*finish)(IDEDMA *dma, bool more);
    /* PIO over this adapter's own FIS machinery (AHCI); NULL for register adapters. */
    void (*pio_transfer)(IDEDMA *dma, IDEDrive *d);
    void (*reset)(IDEDMA *dma);
} IDEDMAOps;

struct IDEDMA {
    const IDEDMAOps *ops;
};

/* ATA status and error bits (ATA8-ACS 6.1, 6.2). */
enum {
    ATA_ERR = 0x01, ATA_IDX = 0x02, ATA_CORR = 0x04, ATA_DRQ = 0x08,
    ATA_DSC = 0x10, ATA_DF = 0x20, ATA_DRDY = 0x40, ATA_BSY = 0x80,
    ATA_E_ABRT = 0x04, ATA_E_IDNF = 0x10, ATA_E_UNC = 0x40, ATA_E_MCR = 0x08, ATA_E_ICRC = 0x80,
    ATA_SELECT_DEV = 0x10, ATA_SELECT_LBA = 0x40,
    ATA_CTL_NIEN = 0x02, ATA_CTL_SRST = 0x04, ATA_CTL_HOB = 0x80,
};

struct IDEBus {
    BusState parent_obj;
    DeviceState *owner;      /* the adapter */
    IDEDrive *drive[2];
    uint8_t unit;            /* selected by the guest */
    uint8_t control;         /* device control register */
    int bus_id;
    int max_units;
    qemu_irq irq;
    IDEDMA *dma;
    MemoryRegion command_block, control_block;
};

void ide_bus_init(IDEBus *bus, size_t size, DeviceState *owner, int bus_id, int max_units);
void ide_bus_set_irq(IDEBus *bus, qemu_irq irq);
/* Regions for the command block (8 ports) and control block (as the adapter places it). */
void ide_bus_init_regions(IDEBus *bus, Object *owner);
/* Hardware or software reset of both devices. */
void ide_bus_reset(IDEBus *bus);

/* Task file access, by register number 0 (data) to 7 (status/command). */
uint32_t ide_ioport_read(IDEBus *bus, unsigned reg);
void ide_ioport_write(IDEBus *bus, unsigned reg, uint8_t val);
uint32_t ide_data_read(IDEBus *bus, unsigned size);
void ide_data_write(IDEBus *bus, uint32_t val, unsigned size);
uint8_t ide_status_read(IDEBus *bus); /* alternate status: no side effect */
void ide_control_write(IDEBus *bus, uint8_t val);

/* An adapter's engine was started by the guest: go on with the pending DMA command. */
void ide_dma_go(IDEBus *bus);
/* The guest stopped the engine: give up the running transfer. */
void ide_dma_stop(IDEBus *bus);

/* Make an ide-hd or ide-cd for a legacy drive (-hda, -cdrom) on unit. */
DeviceState *ide_create_drive(IDEBus *bus, int unit, void *drive_info);

extern const VMStateDescription vmstate_ide_bus;
extern const VMStateDescription vmstate_ide_drive;

/* The boards' view (hw/ide/isa.c, hw/ide/piix.c). */
#define TYPE_PIIX3_IDE "piix3-ide"
#define TYPE_PIIX4_IDE "piix4-ide"
#define TYPE_ISA_IDE "isa-ide"

#endif
