/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The task file of an ATA bus: registers, device selection, reset, PIO data transfer.
 *
 * Spec:      ATA/ATAPI-6 (T13 1410D) clauses 7 (registers), 9 (protocols).
 * Thread:    big lock.
 * Migrated:  all of IDEDrive but the request in flight, which is repeated (retry).
 *
 *   reg  read           write          note
 *   0    data           data           16 or 32 bits
 *   1    error          features       two deep for 48-bit commands
 *   2    sector count   sector count   two deep
 *   3-5  LBA low..high  the same       two deep
 *   6    device         device         bit 4 selects
 *   7    status         command        reading status acknowledges the interrupt
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "hw/ide/ide-internal.h"

static IDEDrive *selected(IDEBus *bus)
{
    return bus->drive[bus->unit];
}

static void update_irq(IDEBus *bus)
{
    IDEDrive *d = selected(bus);

    qemu_set_irq(bus->irq, d && d->irq_pending && !(bus->control & ATA_CTL_NIEN));
}

void ide_set_irq(IDEDrive *d)
{
    d->irq_pending = true;
    update_irq(d->bus);
}

void ide_done(IDEDrive *d)
{
    d->status = ATA_DRDY | ATA_DSC;
    d->error = 0;
    ide_set_irq(d);
}

void ide_pio_stop(IDEDrive *d)
{
    d->pio_end = IDE_PIO_NONE;
    d->buf_pos = d->buf_end = 0;
    d->status &= ~ATA_DRQ;
}

void ide_abort(IDEDrive *d)
{
    ide_pio_stop(d);
    d->status = ATA_DRDY | ATA_ERR;
    d->error = ATA_E_ABRT;
    ide_set_irq(d);
}

static void pio_begin(IDEDrive *d, uint32_t bytes, IDEPioEnd end)
{
    assert(bytes <= IDE_BUF_SECTORS * 512u);
    d->buf_pos = 0;
    d->buf_end = bytes;
    d->pio_end = end;
    d->status = (d->status & ~(ATA_BSY | ATA_ERR)) | ATA_DRQ | ATA_DRDY | ATA_DSC;
    if (d->bus->dma && d->bus->dma->ops->pio_transfer) {
        d->bus->dma->ops->pio_transfer(d->bus->dma, d);
    }
}

void ide_pio_in(IDEDrive *d, uint32_t bytes, IDEPioEnd end)
{
    pio_begin(d, bytes, end);
    ide_set_irq(d);
}

void ide_pio_out(IDEDrive *d, uint32_t bytes, IDEPioEnd end)
{
    pio_begin(d, bytes, end);
}

static void pio_finished(IDEDrive *d)
{
    IDEPioEnd end = d->pio_end;

    d->pio_end = IDE_PIO_NONE;
    d->status &= ~ATA_DRQ;
    switch (end) {
    case IDE_PIO_READ_NEXT:
    case IDE_PIO_WRITE_FLUSH:
        ata_pio_continue(d, end);
        break;
    case IDE_PIO_PACKET:
    case IDE_PIO_ATAPI_REPLY:
    case IDE_PIO_ATAPI_PARAM:
        atapi_pio_continue(d, end);
        break;
    case IDE_PIO_SECURITY:
        ide_abort(d);
        break;
    default:
        break;
    }
}

uint32_t ide_data_read(IDEBus *bus, unsigned size)
{
    IDEDrive *d = selected(bus);
    uint32_t v = 0;

    if (!d || !(d->status & ATA_DRQ) || d->buf_end - d->buf_pos < size) {
        if (d && (d->status & ATA_DRQ) && d->buf_pos < d->buf_end) {
            /* an odd tail: hand out what there is */
            memcpy(&v, d->buf + d->buf_pos, d->buf_end - d->buf_pos);
            d->buf_pos = d->buf_end;
            pio_finished(d);
            return le32_to_cpu(v);
        }
        return size == 2 ? 0xffff : 0xffffffff;
    }
    memcpy(&v, d->buf + d->buf_pos, size);
    d->buf_pos += size;
    if (d->buf_pos == d->buf_end) {
        pio_finished(d);
    }
    return le32_to_cpu(v);
}

void ide_data_write(IDEBus *bus, uint32_t val, unsigned size)
{
    IDEDrive *d = selected(bus);
    unsigned n;

    if (!d || !(d->status & ATA_DRQ) || d->buf_pos >= d->buf_end) {
        return;
    }
    n = MIN(size, d->buf_end - d->buf_pos);
    val = cpu_to_le32(val);
    memcpy(d->buf + d->buf_pos, &val, n);
    d->buf_pos += n;
    if (d->buf_pos == d->buf_end) {
        pio_finished(d);
    }
}

/* ---- registers ---- */

uint32_t ide_ioport_read(IDEBus *bus, unsigned reg)
{
    IDEDrive *d = selected(bus);
    bool hob = bus->control & ATA_CTL_HOB;

    if (!bus->drive[0] && !bus->drive[1]) {
        return reg == 7 ? 0 : 0xff; /* nothing drives the bus */
    }
    if (!d) {
        return 0; /* device 0 answers for a missing device 1 */
    }
    switch (reg) {
    case 1:
        return hob ? d->hob_feature : d->error;
    case 2:
        return hob ? d->hob_nsector : d->nsector;
    case 3:
        return hob ? d->hob_sector : d->sector;
    case 4:
        return hob ? d->hob_lcyl : d->lcyl;
    case 5:
        return hob ? d->hob_hcyl : d->hcyl;
    case 6:
        return d->select | 0xa0;
    case 7:
        d->irq_pending = false;
        update_irq(bus);
        return d->status;
    default:
        return 0xff;
    }
}

uint8_t ide_status_read(IDEBus *bus)
{
    IDEDrive *d = selected(bus);

    return d ? d->status : 0;
}

/* Both devices latch the task file; each keeps what it had in the high-order half. */
static void latch(IDEDrive *d, unsigned reg, uint8_t val)
{
    switch (reg) {
    case 1:
        d->hob_feature = d->feature;
        d->feature = val;
        break;
    case 2:
        d->hob_nsector = d->nsector;
        d->nsector = val;
        break;
    case 3:
        d->hob_sector = d->sector;
        d->sector = val;
        break;
    case 4:
        d->hob_lcyl = d->lcyl;
        d->lcyl = val;
        break;
    case 5:
        d->hob_hcyl = d->hcyl;
        d->hcyl = val;
        break;
    case 6:
        d->select = val;
        break;
    }
}

static void write_command(IDEBus *bus, uint8_t val)
{
    IDEDrive *d = selected(bus);

    if (!d) {
        return;
    }
    if (d->status & (ATA_BSY | ATA_DRQ)) {
        /* Only DEVICE RESET is heard by a busy device, and only by packet devices. */
        if (!(val == 0x08 && d->kind == IDE_KIND_CD)) {
            qemu_log_mask(LOG_GUEST_ERROR, "ide: command 0x%02x while busy\n", val);
            return;
        }
    }
    d->irq_pending = false;
    update_irq(bus);
    ata_command(d, val);
}

void ide_ioport_write(IDEBus *bus, unsigned reg, uint8_t val)
{
    bus->control &= ~ATA_CTL_HOB;
    if (reg == 7) {
        write_command(bus, val);
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (bus->drive[i]) {
            latch(bus->drive[i], reg, val);
        }
    }
    if (reg == 6) {
        bus->unit = val & ATA_SELECT_DEV ? 1 : 0;
        update_irq(bus);
    }
}

void ide_control_write(IDEBus *bus, uint8_t val)
{
    uint8_t old = bus->control;

    bus->control = val;
    for (int i = 0; i < 2; i++) {
        IDEDrive *d = bus->drive[i];
        if (!d) {
            continue;
        }
        if (!(old & ATA_CTL_SRST) && (val & ATA_CTL_SRST)) {
            ide_cancel(d);
            d->status = ATA_BSY | ATA_DSC;
            d->error = 1;
        } else if ((old & ATA_CTL_SRST) && !(val & ATA_CTL_SRST)) {
            ide_drive_reset(d);
            bus->unit = 0;
        }
    }
    update_irq(bus);
}

/* ---- reset ---- */

void ide_cancel(IDEDrive *d)
{
    if (d->aiocb) {
        blk_aio_cancel(d->aiocb);
        d->aiocb = NULL;
    }
    d->dma_cmd = IDE_DMA_NONE;
    d->retry = 0;
}

/* ATA/ATAPI-6 9.12: the signature tells disk from packet device. */
void ide_drive_signature(IDEDrive *d)
{
    bool cd = d->kind == IDE_KIND_CD;

    d->select &= ~0x0f;
    d->nsector = 1;
    d->sector = 1;
    d->lcyl = cd ? 0x14 : 0;
    d->hcyl = cd ? 0xeb : 0;
}

void ide_drive_reset(IDEDrive *d)
{
    ide_cancel(d);
    ide_pio_stop(d);
    d->mult = d->kind == IDE_KIND_HD ? IDE_MAX_MULT : 0;
    d->feature = 0;
    d->hob_feature = d->hob_nsector = d->hob_sector = d->hob_lcyl = d->hob_hcyl = 0;
    d->lba48 = false;
    d->select = 0;
    d->error = 1; /* diagnostics passed */
    d->irq_pending = false;
    d->status = d->kind == IDE_KIND_CD ? 0 : ATA_DRDY | ATA_DSC;
    d->sense_key = d->asc = d->ascq = 0;
    d->unit_attention = d->kind == IDE_KIND_CD && blk_is_inserted(d->blk) ? 2 : 0;
    d->cd_sector_size = 0;
    d->reply_left = 0;
    ide_drive_signature(d);
}

void ide_bus_reset(IDEBus *bus)
{
    bus->unit = 0;
    bus->control = 0;
    for (int i = 0; i < 2; i++) {
        if (bus->drive[i]) {
            ide_drive_reset(bus->drive[i]);
        }
    }
    if (bus->dma && bus->dma->ops->reset) {
        bus->dma->ops->reset(bus->dma);
    }
    update_irq(bus);
}

bool ide_medium_error(IDEDrive *d, int ret, bool is_read)
{
    BlockErrorAction action = blk_get_error_action(d->blk, is_read, -ret);

    blk_error_action(d->blk, action, is_read, -ret);
    if (action == BLOCK_ERROR_ACTION_STOP) {
        d->retry = 1;
        return false;
    }
    return action == BLOCK_ERROR_ACTION_REPORT;
}

/* ---- port access ---- */

static uint64_t command_read(void *opaque, hwaddr addr, unsigned size)
{
    if (addr == 0 && size >= 2) {
        return ide_data_read(opaque, size);
    }
    if (size == 1) {
        return addr ? ide_ioport_read(opaque, addr) : ide_data_read(opaque, 2) & 0xff;
    }
    return size == 2 ? 0xffff : 0xffffffff;
}

static void command_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    if (addr == 0) {
        ide_data_write(opaque, val, MAX(size, 2u));
    } else if (size == 1) {
        ide_ioport_write(opaque, addr, val);
    }
}

static const MemoryRegionOps command_ops = {
    .read = command_read,
    .write = command_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
};

static uint64_t control_read(void *opaque, hwaddr addr, unsigned size)
{
    return ide_status_read(opaque);
}

static void control_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    ide_control_write(opaque, val);
}

static const MemoryRegionOps control_ops = {
    .read = control_read,
    .write = control_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

void ide_bus_init_regions(IDEBus *bus, Object *owner)
{
    memory_region_init_io(&bus->command_block, owner, &command_ops, bus, "ide-command", 8);
    memory_region_init_io(&bus->control_block, owner, &control_ops, bus, "ide-control", 1);
}

void ide_bus_set_irq(IDEBus *bus, qemu_irq irq)
{
    bus->irq = irq;
}

/* ---- state ---- */

static int drive_post_load(void *opaque, int version_id)
{
    IDEDrive *d = opaque;
    uint32_t room = IDE_BUF_SECTORS * 512;

    if (d->buf_end > room || d->buf_pos > d->buf_end || d->block_sectors > IDE_BUF_SECTORS ||
        d->pio_end > IDE_PIO_SECURITY || d->dma_cmd > IDE_DMA_ATAPI ||
        d->reply_left > d->reply_len || d->reply_len > room) {
        return -EINVAL;
    }
    return 0;
}

const VMStateDescription vmstate_ide_drive = {
    .name = "ide_drive",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = drive_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(feature, IDEDrive),
        VMSTATE_UINT8(error, IDEDrive),
        VMSTATE_UINT8(nsector, IDEDrive),
        VMSTATE_UINT8(sector, IDEDrive),
        VMSTATE_UINT8(lcyl, IDEDrive),
        VMSTATE_UINT8(hcyl, IDEDrive),
        VMSTATE_UINT8(select, IDEDrive),
        VMSTATE_UINT8(status, IDEDrive),
        VMSTATE_UINT8(hob_feature, IDEDrive),
        VMSTATE_UINT8(hob_nsector, IDEDrive),
        VMSTATE_UINT8(hob_sector, IDEDrive),
        VMSTATE_UINT8(hob_lcyl, IDEDrive),
        VMSTATE_UINT8(hob_hcyl, IDEDrive),
        VMSTATE_UINT8(command, IDEDrive),
        VMSTATE_BOOL(lba48, IDEDrive),
        VMSTATE_BOOL(irq_pending, IDEDrive),
        VMSTATE_UINT8(mult, IDEDrive),
        VMSTATE_UINT8(udma_mode, IDEDrive),
        VMSTATE_UINT8(mdma_mode, IDEDrive),
        VMSTATE_BOOL(reset_reverts, IDEDrive),
        VMSTATE_BOOL(read_lookahead, IDEDrive),
        VMSTATE_UINT32(acoustic, IDEDrive),
        VMSTATE_BUFFER_POINTER_UNSAFE(buf, IDEDrive, 0, IDE_BUF_SECTORS * 512),
        VMSTATE_UINT32(buf_pos, IDEDrive),
        VMSTATE_UINT32(buf_end, IDEDrive),
        VMSTATE_UINT32(pio_end, IDEDrive),
        VMSTATE_UINT32(block_sectors, IDEDrive),
        VMSTATE_UINT64(lba, IDEDrive),
        VMSTATE_UINT32(left, IDEDrive),
        VMSTATE_UINT32(dma_cmd, IDEDrive),
        VMSTATE_BOOL(dma_started, IDEDrive),
        VMSTATE_INT32(retry, IDEDrive),
        VMSTATE_BUFFER(packet, IDEDrive),
        VMSTATE_UINT8(sense_key, IDEDrive),
        VMSTATE_UINT8(asc, IDEDrive),
        VMSTATE_UINT8(ascq, IDEDrive),
        VMSTATE_UINT32(reply_len, IDEDrive),
        VMSTATE_UINT32(reply_left, IDEDrive),
        VMSTATE_UINT32(byte_limit, IDEDrive),
        VMSTATE_UINT32(cd_sector_size, IDEDrive),
        VMSTATE_UINT64(cd_lba, IDEDrive),
        VMSTATE_UINT32(cd_left, IDEDrive),
        VMSTATE_BOOL(tray_open, IDEDrive),
        VMSTATE_BOOL(tray_locked, IDEDrive),
        VMSTATE_BOOL(atapi_dma, IDEDrive),
        VMSTATE_BOOL(media_changed, IDEDrive),
        VMSTATE_UINT8(unit_attention, IDEDrive),
        VMSTATE_END_OF_LIST()
    }
};

const VMStateDescription vmstate_ide_bus = {
    .name = "ide_bus",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(unit, IDEBus),
        VMSTATE_UINT8(control, IDEBus),
        VMSTATE_END_OF_LIST()
    }
};
