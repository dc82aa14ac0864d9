/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to hw/ide/: one ATA or ATAPI device and the engine that runs its commands.
 */
#ifndef HW_IDE_INTERNAL_H
#define HW_IDE_INTERNAL_H

#include "hw/ide/ide.h"
#include "sysemu/block-backend.h"
#include "migration/vmstate.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "qapi/qapi-types.h"

enum {
    IDE_BUF_SECTORS = 256,       /* most that one PIO block or ATAPI packet buffer holds */
    IDE_MAX_MULT = 16,           /* SET MULTIPLE MODE limit that IDENTIFY reports */
    ATAPI_SECTOR = 2048,
    ATAPI_PACKET = 12,
    /* Bounds the memory that one DMA command holds mapped at a time. */
    IDE_DMA_CHUNK = 1 << 20,
};

typedef enum IDEKind { IDE_KIND_HD, IDE_KIND_CD } IDEKind;

/* What happens when the guest has moved the last byte of a PIO block. Saved by number. */
typedef enum IDEPioEnd {
    IDE_PIO_NONE,
    IDE_PIO_STOP,            /* command complete, status already final */
    IDE_PIO_READ_NEXT,       /* read sectors: fetch the next block */
    IDE_PIO_WRITE_FLUSH,     /* write sectors: put the block on the medium */
    IDE_PIO_PACKET,          /* ATAPI: the packet has arrived */
    IDE_PIO_ATAPI_REPLY,     /* ATAPI: next part of the reply, or done */
    IDE_PIO_ATAPI_PARAM,     /* ATAPI: parameter list has arrived */
    IDE_PIO_SECURITY,        /* data of a SECURITY command: swallowed */
} IDEPioEnd;

/* DMA commands in progress. Saved by number. */
typedef enum IDEDmaCmd {
    IDE_DMA_NONE, IDE_DMA_READ, IDE_DMA_WRITE, IDE_DMA_TRIM, IDE_DMA_ATAPI,
} IDEDmaCmd;

struct IDEDrive {
    IDEBus *bus;
    int unit;
    IDEKind kind;
    BlockBackend *blk;

    /* Identity, fixed at realize */
    char serial[21], model[41], version[9];
    uint64_t wwn;
    uint16_t rotation;
    uint32_t cylinders, heads, sectors;
    uint64_t nb_sectors;       /* of 512 bytes */
    uint16_t identify[256];
    bool identify_valid;

    /* Task file; hob_* are the previous values of the two-deep registers */
    uint8_t feature, error, nsector, sector, lcyl, hcyl, select, status;
    uint8_t hob_feature, hob_nsector, hob_sector, hob_lcyl, hob_hcyl;
    uint8_t command;
    bool lba48;
    bool irq_pending;
    uint8_t mult;              /* SET MULTIPLE MODE, 0 = off */
    uint8_t udma_mode, mdma_mode; /* SET FEATURES transfer mode; 0xff none */
    bool reset_reverts, read_lookahead;
    uint32_t acoustic;

    /* PIO */
    uint8_t *buf;
    uint32_t buf_pos, buf_end;
    IDEPioEnd pio_end;
    uint32_t block_sectors;    /* per DRQ block of the running command */

    /* The running medium access */
    BlockAIOCB *aiocb;
    QEMUIOVector qiov;
    uint64_t lba;
    uint32_t left;             /* sectors left of an ATA command */
    IDEDmaCmd dma_cmd;
    bool dma_started;          /* the adapter's engine is going */
    int64_t dma_chunk;         /* bytes mapped for the access in flight */
    QEMUIOVector dma_sg;
    int retry;                 /* request to be repeated when the machine resumes */

    /* ATAPI */
    uint8_t packet[ATAPI_PACKET];
    uint8_t sense_key, asc, ascq;
    uint32_t reply_len;        /* bytes of the whole reply */
    uint32_t reply_left, byte_limit;
    uint32_t cd_sector_size;   /* bytes a sector of the running read, 0: reply from buf */
    uint64_t cd_lba;
    uint32_t cd_left;
    bool tray_open, tray_locked, atapi_dma, media_changed;
    uint8_t unit_attention;    /* 0 none, 1 no medium reported first, 2 medium changed */
};

#define TYPE_IDE_DEVICE "ide-device"
OBJECT_DECLARE_TYPE(IDEDevice, IDEDeviceClass, IDE_DEVICE)

struct IDEDeviceClass {
    DeviceClass parent_class;
    IDEKind kind;
};

struct IDEDevice {
    DeviceState parent_obj;
    IDEDrive d;
    uint32_t unit_prop;
    BlockBackend *blk;
    char *serial, *version, *model;
    uint64_t wwn;
    uint32_t cyls, heads, secs, bios_trans;
    uint16_t rotation_rate;
    int32_t bootindex;
    uint32_t logical_block_size, physical_block_size, discard_granularity;
    OnOffAuto write_cache;
    struct VMChangeStateEntry *vmstate;
};

/* core.c: the task file engine */
void ide_set_irq(IDEDrive *d);
void ide_abort(IDEDrive *d);
void ide_done(IDEDrive *d);                 /* good status and interrupt */
void ide_pio_in(IDEDrive *d, uint32_t bytes, IDEPioEnd end);  /* device to host */
void ide_pio_out(IDEDrive *d, uint32_t bytes, IDEPioEnd end); /* host to device */
void ide_pio_stop(IDEDrive *d);
void ide_drive_reset(IDEDrive *d);
void ide_drive_signature(IDEDrive *d);
void ide_cancel(IDEDrive *d);
/* Account an error of the medium by the drive's policy; true if the command is to be ended. */
bool ide_medium_error(IDEDrive *d, int ret, bool is_read);

/* ata.c */
void ata_command(IDEDrive *d, uint8_t cmd);
void ata_pio_continue(IDEDrive *d, IDEPioEnd end);
void ata_build_identify(IDEDrive *d);
void ata_set_features(IDEDrive *d);

/* dma.c */
void ide_dma_begin(IDEDrive *d, IDEDmaCmd cmd, IDEDirection dir);
void ide_dma_step(IDEDrive *d);

/* atapi.c */
void atapi_command(IDEDrive *d);
void atapi_pio_continue(IDEDrive *d, IDEPioEnd end);
void atapi_dma_step(IDEDrive *d);
void atapi_build_identify(IDEDrive *d);
void atapi_media_changed(IDEDrive *d);
extern const BlockDevOps atapi_block_ops;

#endif
