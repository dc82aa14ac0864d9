/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA commands: the device's side. The adapter maps the guest's buffers piece by piece; each
 * piece is read from or written to the medium in place.
 *
 * Spec:      ATA/ATAPI-6 9.7 (DMA command protocol); Intel 82371SB 5.4 for the order of events.
 * Thread:    big lock.
 *
 * A command is carried out when two things have come together: the device got the command
 * (ide_dma_begin) and the guest started the engine (ide_dma_go), in either order.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/ide/ide-internal.h"

static bool dma_is_read(const IDEDrive *d)
{
    return d->dma_cmd == IDE_DMA_READ || d->dma_cmd == IDE_DMA_ATAPI;
}

static IDEDirection dma_dir(const IDEDrive *d)
{
    return dma_is_read(d) ? IDE_TO_MEMORY : IDE_FROM_MEMORY;
}

void ide_dma_begin(IDEDrive *d, IDEDmaCmd cmd, IDEDirection dir)
{
    IDEDMA *dma = d->bus->dma;

    d->dma_cmd = cmd;
    d->status = ATA_DRDY | ATA_DSC | ATA_DRQ;
    d->error = 0;
    dma->ops->start(dma, d, dir);
}

static void dma_end(IDEDrive *d, bool more)
{
    d->dma_cmd = IDE_DMA_NONE;
    d->bus->dma->ops->finish(d->bus->dma, more);
}

static void dma_fail(IDEDrive *d, uint8_t error)
{
    d->status = ATA_DRDY | ATA_DSC | ATA_ERR;
    d->error = error;
    dma_end(d, false);
    ide_set_irq(d);
}

static void trim_entries(IDEDrive *d, unsigned n);

static void dma_piece_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;
    IDEDMA *dma = d->bus->dma;
    uint32_t n = d->dma_chunk / 512;

    d->aiocb = NULL;
    dma->ops->unmap(dma, &d->dma_sg, dma_dir(d), ret < 0 ? 0 : d->dma_chunk);
    qemu_iovec_destroy(&d->dma_sg);
    if (ret == -ECANCELED) {
        return;
    }
    if (ret < 0) {
        if (ide_medium_error(d, ret, dma_is_read(d))) {
            dma_fail(d, ATA_E_UNC);
        }
        return;
    }
    d->lba += n;
    d->left -= n;
    ide_dma_step(d);
}

static void dma_complete(IDEDrive *d)
{
    d->nsector = 0;
    d->status = ATA_DRDY | ATA_DSC;
    d->error = 0;
    dma_end(d, false);
    ide_set_irq(d);
}

/* One mapped piece of range entries: 48-bit sector, 16-bit count (ATA8-ACS 7.10). */
static void trim_step(IDEDrive *d)
{
    IDEDMA *dma = d->bus->dma;
    int64_t got;

    qemu_iovec_init(&d->dma_sg, 8);
    got = dma->ops->map(dma, &d->dma_sg, (int64_t)d->left * 512, IDE_FROM_MEMORY);
    if (got < (int64_t)d->left * 512) {
        if (got >= 0) {
            dma->ops->unmap(dma, &d->dma_sg, IDE_FROM_MEMORY, 0);
        }
        qemu_iovec_destroy(&d->dma_sg);
        dma_fail(d, ATA_E_ABRT);
        return;
    }
    qemu_iovec_to_buf(&d->dma_sg, 0, d->buf, got);
    dma->ops->unmap(dma, &d->dma_sg, IDE_FROM_MEMORY, got);
    qemu_iovec_destroy(&d->dma_sg);
    d->reply_len = got;
    trim_entries(d, 0);
}

static void trim_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;

    d->aiocb = NULL;
    if (ret == -ECANCELED) {
        return;
    }
    /* A discard that the image cannot do is no error: TRIM is advice. */
    trim_entries(d, d->cd_left);
}

static void trim_entries(IDEDrive *d, unsigned n)
{
    for (; n < d->reply_len / 8; n++) {
        uint64_t e = ldq_le_p(d->buf + 8 * n);
        uint64_t lba = e & 0xffffffffffffull, count = e >> 48;

        if (!count) {
            continue;
        }
        if (lba >= d->nb_sectors || count > d->nb_sectors - lba) {
            dma_fail(d, ATA_E_IDNF | ATA_E_ABRT);
            return;
        }
        d->cd_left = n + 1;
        d->aiocb = blk_aio_pdiscard(d->blk, lba * 512, count * 512, trim_done, d);
        return;
    }
    dma_complete(d);
}

void ide_dma_step(IDEDrive *d)
{
    IDEDMA *dma = d->bus->dma;
    int64_t got;

    if (d->dma_cmd == IDE_DMA_ATAPI) {
        atapi_dma_step(d);
        return;
    }
    if (d->dma_cmd == IDE_DMA_TRIM) {
        trim_step(d);
        return;
    }
    if (!d->left) {
        dma_complete(d);
        return;
    }
    qemu_iovec_init(&d->dma_sg, 8);
    got = dma->ops->map(dma, &d->dma_sg, MIN((int64_t)d->left * 512, IDE_DMA_CHUNK), dma_dir(d));
    if (got <= 0 || got % 512) {
        /* The guest's list is shorter than the command: the transfer just stops there. */
        if (got > 0) {
            dma->ops->unmap(dma, &d->dma_sg, dma_dir(d), 0);
        }
        qemu_iovec_destroy(&d->dma_sg);
        if (got < 0) {
            dma_fail(d, ATA_E_ABRT);
        } else {
            d->status = ATA_DRDY | ATA_DSC;
            dma_end(d, true);
            ide_set_irq(d);
        }
        return;
    }
    d->dma_chunk = got;
    if (d->dma_cmd == IDE_DMA_READ) {
        d->aiocb = blk_aio_preadv(d->blk, d->lba * 512, &d->dma_sg, 0, dma_piece_done, d);
    } else {
        d->aiocb = blk_aio_pwritev(d->blk, d->lba * 512, &d->dma_sg, 0, dma_piece_done, d);
    }
}

void ide_dma_go(IDEBus *bus)
{
    for (int i = 0; i < 2; i++) {
        IDEDrive *d = bus->drive[i];
        if (d && d->dma_cmd != IDE_DMA_NONE && !d->aiocb) {
            ide_dma_step(d);
            return;
        }
    }
}

void ide_dma_stop(IDEBus *bus)
{
    for (int i = 0; i < 2; i++) {
        IDEDrive *d = bus->drive[i];
        if (d && d->aiocb && d->dma_cmd != IDE_DMA_NONE) {
            /* What was begun is brought to its end; a half-written sector helps nobody. */
            blk_drain(d->blk);
        }
    }
}
