/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet commands of a CD/DVD-ROM drive.
 *
 * Spec:      ATA/ATAPI-6 9.8 (PACKET protocol), MMC-3/MMC-6 (commands), SPC-3 (sense data).
 * Thread:    big lock; medium accesses complete in the main loop.
 * Deviates:  one data track; no audio. READ CD returns headers of mode 1 sectors, EDC is zero.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/ide/ide-internal.h"

enum { /* sense keys */
    SENSE_NONE = 0, SENSE_NOT_READY = 2, SENSE_MEDIUM_ERROR = 3, SENSE_ILLEGAL = 5,
    SENSE_ATTENTION = 6,
};
enum { /* additional sense codes */
    ASC_INVALID_OPCODE = 0x20, ASC_LBA_RANGE = 0x21, ASC_INVALID_FIELD = 0x24,
    ASC_MEDIUM_CHANGED = 0x28, ASC_INCOMPATIBLE = 0x30, ASC_SAVING_UNSUPPORTED = 0x39,
    ASC_NO_MEDIUM = 0x3a, ASC_REMOVAL_PREVENTED = 0x53, ASC_DATA_CRC = 0x11,
};
enum { REASON_CD = 1, REASON_IO = 2 }; /* interrupt reason, in the sector count register */

static uint64_t medium_sectors(const IDEDrive *d)
{
    int64_t len = blk_is_inserted(d->blk) ? blk_getlength(d->blk) : 0;

    return len > 0 ? len / ATAPI_SECTOR : 0;
}

/* ---- ending a command ---- */

static void atapi_ok(IDEDrive *d)
{
    d->sense_key = SENSE_NONE;
    d->asc = d->ascq = 0;
    d->error = 0;
    d->status = ATA_DRDY | ATA_DSC;
    d->nsector = REASON_CD | REASON_IO;
    d->cd_sector_size = 0;
    ide_set_irq(d);
}

static void atapi_error(IDEDrive *d, uint8_t key, uint8_t asc)
{
    d->sense_key = key;
    d->asc = asc;
    d->ascq = 0;
    d->error = key << 4;
    d->status = ATA_DRDY | ATA_ERR;
    d->nsector = REASON_CD | REASON_IO;
    d->cd_sector_size = 0;
    ide_pio_stop(d);
    if (d->dma_cmd == IDE_DMA_ATAPI) {
        d->dma_cmd = IDE_DMA_NONE;
        d->bus->dma->ops->finish(d->bus->dma, false);
    }
    ide_set_irq(d);
}

/* ---- replies ---- */

static uint32_t pio_part(const IDEDrive *d, uint32_t left)
{
    uint32_t limit = d->byte_limit;

    if (limit == 0xffff) {
        limit = 0xfffe;
    }
    if (limit == 0) {
        limit = 0xfffe; /* not allowed by the standard; take it as no limit */
    }
    if (left > limit) {
        limit &= ~1u; /* only the last part may be odd */
        left = MAX(limit, 2u);
    }
    return left;
}

/* Hand out the next part of what buf holds. */
static void reply_part(IDEDrive *d)
{
    uint32_t n = pio_part(d, d->reply_left);
    uint32_t ofs = d->reply_len - d->reply_left;

    memmove(d->buf, d->buf + ofs, d->reply_left);
    d->reply_len = d->reply_left;
    d->reply_left -= n;
    d->lcyl = n;
    d->hcyl = n >> 8;
    d->nsector = REASON_IO;
    ide_pio_in(d, n, IDE_PIO_ATAPI_REPLY);
}

/* Reply with the first len bytes of buf, at most what the command allows. */
static void atapi_reply(IDEDrive *d, uint32_t len, uint32_t max)
{
    d->reply_len = d->reply_left = MIN(len, max);
    d->cd_left = 0;
    if (!d->reply_left) {
        atapi_ok(d);
    } else if (d->atapi_dma) {
        ide_dma_begin(d, IDE_DMA_ATAPI, IDE_TO_MEMORY);
    } else {
        reply_part(d);
    }
}

/* ---- reading sectors ---- */

/* MMC-3 table 4: sync, address, mode in front of the 2048 bytes; 288 bytes behind. */
static void expand_raw(uint8_t *dst, uint64_t lba)
{
    uint32_t msf = lba + 150;
    static const uint8_t sync[12] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0 };

#define BCD(x) ((x) / 10 << 4 | (x) % 10)
    memmove(dst + 16, dst, ATAPI_SECTOR);
    memcpy(dst, sync, 12);
    dst[12] = BCD(msf / (75 * 60) % 100);
    dst[13] = BCD(msf / 75 % 60);
    dst[14] = BCD(msf % 75);
    dst[15] = 1;
#undef BCD
    memset(dst + 16 + ATAPI_SECTOR, 0, 288);
}

static void read_sector_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;
    uint32_t bytes = d->qiov.size;

    d->aiocb = NULL;
    qemu_iovec_destroy(&d->qiov);
    if (ret == -ECANCELED) {
        return;
    }
    if (ret < 0) {
        if (ide_medium_error(d, ret, true)) {
            atapi_error(d, SENSE_MEDIUM_ERROR, ASC_DATA_CRC);
        }
        return;
    }
    if (d->cd_sector_size == 2352) {
        expand_raw(d->buf, d->cd_lba);
        d->reply_len = 2352;
        d->cd_lba++;
        d->cd_left--;
    } else {
        uint32_t n = bytes / ATAPI_SECTOR;
        d->reply_len = n * ATAPI_SECTOR;
        d->cd_lba += n;
        d->cd_left -= n;
    }
    d->reply_left = d->reply_len;
    reply_part(d);
}

static void read_next_pio(IDEDrive *d)
{
    /* Raw sectors one at a time; the others as many as one PIO part can carry. */
    uint32_t n = d->cd_sector_size == 2352
                     ? 1 : MIN(d->cd_left, MAX(pio_part(d, 0xfffe) / ATAPI_SECTOR, 1u));

    d->status = ATA_BSY | ATA_DRDY | ATA_DSC;
    n = MIN(n, IDE_BUF_SECTORS / 4u);
    qemu_iovec_init(&d->qiov, 1);
    qemu_iovec_add(&d->qiov, d->buf, n * ATAPI_SECTOR);
    d->aiocb = blk_aio_preadv(d->blk, d->cd_lba * ATAPI_SECTOR, &d->qiov, 0, read_sector_done, d);
}

static void start_read(IDEDrive *d, uint64_t lba, uint32_t count, uint32_t sector_size)
{
    uint64_t total = medium_sectors(d);

    if (!count) {
        atapi_ok(d);
        return;
    }
    if (lba >= total || count > total - lba) {
        atapi_error(d, SENSE_ILLEGAL, ASC_LBA_RANGE);
        return;
    }
    d->cd_lba = lba;
    d->cd_left = count;
    d->cd_sector_size = sector_size;
    if (d->atapi_dma) {
        ide_dma_begin(d, IDE_DMA_ATAPI, IDE_TO_MEMORY);
    } else {
        read_next_pio(d);
    }
}

/* ---- DMA ---- */

static void dma_end(IDEDrive *d)
{
    d->dma_cmd = IDE_DMA_NONE;
    d->bus->dma->ops->finish(d->bus->dma, false);
    atapi_ok(d);
}

static void dma_read_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;
    IDEDMA *dma = d->bus->dma;

    d->aiocb = NULL;
    if (ret >= 0 && d->cd_sector_size == 2352) {
        expand_raw(d->buf, d->cd_lba);
        qemu_iovec_from_buf(&d->dma_sg, 0, d->buf, 2352);
    }
    dma->ops->unmap(dma, &d->dma_sg, IDE_TO_MEMORY, ret < 0 ? 0 : d->dma_chunk);
    qemu_iovec_destroy(&d->dma_sg);
    if (d->cd_sector_size == 2352) {
        qemu_iovec_destroy(&d->qiov);
    }
    if (ret == -ECANCELED) {
        return;
    }
    if (ret < 0) {
        if (ide_medium_error(d, ret, true)) {
            atapi_error(d, SENSE_MEDIUM_ERROR, ASC_DATA_CRC);
        }
        return;
    }
    d->cd_lba += d->dma_chunk / d->cd_sector_size;
    d->cd_left -= d->dma_chunk / d->cd_sector_size;
    atapi_dma_step(d);
}

static void dma_reply(IDEDrive *d)
{
    IDEDMA *dma = d->bus->dma;
    int64_t got;

    qemu_iovec_init(&d->dma_sg, 4);
    got = dma->ops->map(dma, &d->dma_sg, d->reply_left, IDE_TO_MEMORY);
    if (got > 0) {
        qemu_iovec_from_buf(&d->dma_sg, 0, d->buf, got);
        dma->ops->unmap(dma, &d->dma_sg, IDE_TO_MEMORY, got);
    }
    qemu_iovec_destroy(&d->dma_sg);
    dma_end(d);
}

void atapi_dma_step(IDEDrive *d)
{
    IDEDMA *dma = d->bus->dma;
    uint32_t unit = d->cd_sector_size;
    int64_t got;

    if (!unit) {
        dma_reply(d);
        return;
    }
    if (!d->cd_left) {
        dma_end(d);
        return;
    }
    qemu_iovec_init(&d->dma_sg, 8);
    got = dma->ops->map(dma, &d->dma_sg,
                        unit == 2352 ? unit : MIN((int64_t)d->cd_left * unit, IDE_DMA_CHUNK),
                        IDE_TO_MEMORY);
    if (got < unit || got % unit) {
        if (got > 0) {
            dma->ops->unmap(dma, &d->dma_sg, IDE_TO_MEMORY, 0);
        }
        qemu_iovec_destroy(&d->dma_sg);
        dma_end(d); /* the guest's list is too short: it gets what fitted */
        return;
    }
    d->dma_chunk = got;
    if (unit == 2352) {
        qemu_iovec_init(&d->qiov, 1);
        qemu_iovec_add(&d->qiov, d->buf, ATAPI_SECTOR);
    }
    d->aiocb = blk_aio_preadv(d->blk, d->cd_lba * ATAPI_SECTOR,
                              unit == 2352 ? &d->qiov : &d->dma_sg, 0, dma_read_done, d);
}

/* ---- commands ---- */

static void cmd_test_unit_ready(IDEDrive *d)
{
    atapi_ok(d);
}

static void cmd_request_sense(IDEDrive *d)
{
    uint8_t max = d->packet[4];

    memset(d->buf, 0, 18);
    d->buf[0] = 0x70;
    d->buf[2] = d->sense_key;
    d->buf[7] = 10;
    d->buf[12] = d->asc;
    d->buf[13] = d->ascq;
    if (d->sense_key == SENSE_ATTENTION) {
        d->sense_key = SENSE_NONE;
    }
    atapi_reply(d, 18, max);
}

static void put_text(uint8_t *p, const char *s, unsigned n)
{
    size_t len = strlen(s);

    memset(p, ' ', n);
    memcpy(p, s, MIN(len, n));
}

static void cmd_inquiry(IDEDrive *d)
{
    uint16_t max = lduw_be_p(d->packet + 3);

    if (d->packet[1] & 1) { /* vital product data: the list, and identification */
        memset(d->buf, 0, 64);
        d->buf[0] = 0x05;
        d->buf[1] = d->packet[2];
        if (d->packet[2] == 0x00) {
            d->buf[3] = 2;
            d->buf[5] = 0x83;
            atapi_reply(d, 6, max);
        } else if (d->packet[2] == 0x83) {
            d->buf[4] = 2; /* ASCII, vendor specific: the serial number */
            d->buf[7] = 20;
            put_text(d->buf + 8, d->serial, 20);
            d->buf[3] = 24;
            atapi_reply(d, 28, max);
        } else {
            atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
        }
        return;
    }
    memset(d->buf, 0, 36);
    d->buf[0] = 0x05; /* CD-ROM */
    d->buf[1] = 0x80; /* removable */
    d->buf[3] = 0x21; /* ATAPI-2, response format 1 */
    d->buf[4] = 31;
    put_text(d->buf + 8, "QEMU", 8);
    put_text(d->buf + 16, "QEMU DVD-ROM", 16);
    put_text(d->buf + 32, d->version, 4);
    atapi_reply(d, 36, max);
}

static void cmd_read_capacity(IDEDrive *d)
{
    stl_be_p(d->buf, medium_sectors(d) - 1);
    stl_be_p(d->buf + 4, ATAPI_SECTOR);
    atapi_reply(d, 8, 8);
}

static void cmd_read10(IDEDrive *d)
{
    start_read(d, ldl_be_p(d->packet + 2), lduw_be_p(d->packet + 7), ATAPI_SECTOR);
}

static void cmd_read12(IDEDrive *d)
{
    start_read(d, ldl_be_p(d->packet + 2), ldl_be_p(d->packet + 6), ATAPI_SECTOR);
}

static void cmd_read_cd(IDEDrive *d)
{
    uint32_t count = d->packet[6] << 16 | d->packet[7] << 8 | d->packet[8];

    switch (d->packet[9] & 0xf8) {
    case 0x00:
        atapi_ok(d);
        break;
    case 0x10:
        start_read(d, ldl_be_p(d->packet + 2), count, ATAPI_SECTOR);
        break;
    case 0xf8:
        start_read(d, ldl_be_p(d->packet + 2), count, 2352);
        break;
    default:
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
    }
}

static void cmd_seek(IDEDrive *d)
{
    if (ldl_be_p(d->packet + 2) >= medium_sectors(d)) {
        atapi_error(d, SENSE_ILLEGAL, ASC_LBA_RANGE);
    } else {
        atapi_ok(d);
    }
}

static void put_address(uint8_t *p, uint32_t lba, bool msf)
{
    if (msf) {
        lba += 150;
        p[0] = 0;
        p[1] = lba / 75 / 60;
        p[2] = lba / 75 % 60;
        p[3] = lba % 75;
    } else {
        stl_be_p(p, lba);
    }
}

/* Format 0: track 1 and the lead-out (MMC-3 5.23). */
static uint32_t toc_tracks(IDEDrive *d, bool msf, unsigned start)
{
    uint8_t *p = d->buf + 4;

    d->buf[2] = d->buf[3] = 1;
    if (start <= 1) {
        stl_be_p(p, 0x00140100);
        put_address(p + 4, 0, msf);
        p += 8;
    }
    stl_be_p(p, 0x0016aa00);
    put_address(p + 4, medium_sectors(d), msf);
    p += 8;
    stw_be_p(d->buf, p - d->buf - 2);
    return p - d->buf;
}

/* Format 2: points A0, A1, A2 and track 1 of the only session. */
static uint32_t toc_raw(IDEDrive *d, bool msf)
{
    static const uint8_t points[] = { 0xa0, 0xa1, 0xa2, 0x01 };
    uint8_t *p = d->buf + 4;

    d->buf[2] = d->buf[3] = 1;
    for (unsigned i = 0; i < ARRAY_SIZE(points); i++, p += 11) {
        memset(p, 0, 11);
        p[0] = 1;
        p[1] = 0x14;
        p[3] = points[i];
        if (points[i] == 0xa0 || points[i] == 0xa1) {
            p[8] = 1;
        } else {
            put_address(p + 7, points[i] == 0xa2 ? medium_sectors(d) : 0, msf);
        }
    }
    stw_be_p(d->buf, p - d->buf - 2);
    return p - d->buf;
}

static void cmd_read_toc(IDEDrive *d)
{
    uint16_t max = lduw_be_p(d->packet + 7);
    bool msf = d->packet[1] & 2;
    unsigned format = d->packet[2] & 0x0f, start = d->packet[6];

    if (!format) {
        format = d->packet[9] >> 6; /* where SFF-8020 had it */
    }
    switch (format) {
    case 0:
        if (start > 1 && start != 0xaa) {
            atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
            return;
        }
        atapi_reply(d, toc_tracks(d, msf, start), max);
        break;
    case 1: /* sessions: one, from track 1 */
        memset(d->buf, 0, 12);
        d->buf[1] = 10;
        d->buf[2] = d->buf[3] = 1;
        d->buf[5] = 0x14;
        d->buf[6] = 1;
        put_address(d->buf + 8, 0, msf);
        atapi_reply(d, 12, max);
        break;
    case 2:
        atapi_reply(d, toc_raw(d, msf), max);
        break;
    default:
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
    }
}

/* More than 80 minutes do not fit on a CD. */
static bool is_dvd(const IDEDrive *d)
{
    return medium_sectors(d) > 80ull * 60 * 75;
}

static void cmd_mode_sense(IDEDrive *d)
{
    uint16_t max = lduw_be_p(d->packet + 7);
    uint8_t *p = d->buf + 8;

    if (d->packet[2] >> 6 == 3) {
        atapi_error(d, SENSE_ILLEGAL, ASC_SAVING_UNSUPPORTED);
        return;
    }
    memset(d->buf, 0, 40);
    d->buf[2] = !blk_is_inserted(d->blk) ? 0x70 : 0x01; /* medium type: none, data disc */
    switch (d->packet[2] & 0x3f) {
    case 0x01: /* error recovery */
        p[0] = 0x01;
        p[1] = 6;
        p[3] = 5;
        stw_be_p(d->buf, 14);
        atapi_reply(d, 16, max);
        break;
    case 0x0e: /* CD audio control: no ports */
        p[0] = 0x0e;
        p[1] = 14;
        stw_be_p(d->buf, 22);
        atapi_reply(d, 24, max);
        break;
    case 0x2a: /* capabilities */
        p[0] = 0x2a;
        p[1] = 18;
        p[2] = 0x3b; /* reads CD-R, CD-RW, DVD-ROM, DVD-R, method 2 */
        p[4] = 0x70;
        p[5] = 3 << 5;
        p[6] = 1 << 5 | 1 << 3 | 1 | (d->tray_locked ? 2 : 0); /* tray loader, eject, lock */
        stw_be_p(p + 8, 706);
        p[11] = 2;
        stw_be_p(p + 12, 512);
        stw_be_p(p + 14, 706);
        stw_be_p(d->buf, 26);
        atapi_reply(d, 28, max);
        break;
    default:
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
    }
}

static void cmd_start_stop(IDEDrive *d)
{
    bool start = d->packet[4] & 1, load_eject = d->packet[4] & 2;

    if (d->packet[4] & 0xf0) { /* power conditions: always active */
        atapi_ok(d);
        return;
    }
    if (load_eject) {
        if (!start && !d->tray_open && d->tray_locked) {
            atapi_error(d, blk_is_inserted(d->blk) ? SENSE_NOT_READY : SENSE_ILLEGAL,
                        ASC_REMOVAL_PREVENTED);
            return;
        }
        if (d->tray_open != !start) {
            d->tray_open = !start;
            blk_eject(d->blk, !start);
        }
    }
    atapi_ok(d);
}

static void cmd_prevent_removal(IDEDrive *d)
{
    d->tray_locked = d->packet[4] & 1;
    blk_lock_medium(d->blk, d->tray_locked);
    atapi_ok(d);
}

static void cmd_mechanism_status(IDEDrive *d)
{
    memset(d->buf, 0, 8);
    d->buf[1] = d->tray_open ? 1 << 4 : 0;
    d->buf[5] = 1;
    atapi_reply(d, 8, lduw_be_p(d->packet + 8));
}

static void cmd_get_event(IDEDrive *d)
{
    uint16_t max = lduw_be_p(d->packet + 7);

    if (!(d->packet[1] & 1)) { /* asynchronous operation is not offered */
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
        return;
    }
    memset(d->buf, 0, 8);
    d->buf[3] = 1 << 4; /* supported: media events */
    if (!(d->packet[4] & 1 << 4)) {
        d->buf[2] = 0x80;
        stw_be_p(d->buf, 2);
        atapi_reply(d, 4, max);
        return;
    }
    stw_be_p(d->buf, 6);
    d->buf[2] = 4;
    d->buf[4] = d->media_changed ? 2 : 0; /* new medium */
    d->buf[5] = (d->tray_open ? 1 : 0) | (blk_is_inserted(d->blk) && !d->tray_open ? 2 : 0);
    d->media_changed = false;
    atapi_reply(d, 8, max);
}

static void cmd_read_disc_info(IDEDrive *d)
{
    memset(d->buf, 0, 34);
    d->buf[1] = 32;
    d->buf[2] = 0x0e; /* last session complete, disc finalized */
    d->buf[3] = d->buf[4] = d->buf[5] = d->buf[6] = 1;
    d->buf[7] = 0x20;
    atapi_reply(d, 34, lduw_be_p(d->packet + 7));
}

static uint8_t *put_feature(uint8_t *p, uint16_t code, uint8_t flags, unsigned extra)
{
    stw_be_p(p, code);
    p[2] = flags;
    p[3] = extra;
    memset(p + 4, 0, extra);
    return p + 4;
}

static void cmd_get_configuration(IDEDrive *d)
{
    uint16_t profile = !blk_is_inserted(d->blk) ? 0 : is_dvd(d) ? 0x10 : 0x08;
    uint8_t *p = d->buf;

    if ((d->packet[1] & 3) == 3) {
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
        return;
    }
    memset(p, 0, 8);
    stw_be_p(p + 6, profile);
    p = put_feature(p + 8, 0x0000, 0x03, 8); /* profiles */
    stw_be_p(p, 0x10);
    p[2] = profile == 0x10;
    stw_be_p(p + 4, 0x08);
    p[6] = profile == 0x08;
    p = put_feature(p + 8, 0x0001, 0x0b, 8); /* core */
    stl_be_p(p, 2);                          /* ATAPI */
    p[4] = 1;
    p = put_feature(p + 8, 0x0003, 0x03, 4); /* removable medium: tray, eject, lock */
    p[0] = 0x29;
    p += 4;
    stl_be_p(d->buf, p - d->buf - 4);
    atapi_reply(d, p - d->buf, lduw_be_p(d->packet + 7));
}

static void cmd_read_dvd_structure(IDEDrive *d)
{
    uint32_t max = lduw_be_p(d->packet + 8), last = medium_sectors(d) - 1;
    uint8_t *p = d->buf + 4;

    if (!is_dvd(d)) {
        atapi_error(d, SENSE_ILLEGAL, ASC_INCOMPATIBLE);
        return;
    }
    memset(d->buf, 0, 2052);
    switch (d->packet[7]) {
    case 0x00: /* physical format: DVD-ROM, 120 mm, one layer */
        p[0] = 1;
        p[1] = 0x0f;
        p[2] = 1;
        stl_be_p(p + 4, 0x30000);
        stl_be_p(p + 8, 0x30000 + last);
        stw_be_p(d->buf, 2048 + 2);
        atapi_reply(d, 2052, max);
        break;
    case 0x01: /* copyright: none */
        stw_be_p(d->buf, 4 + 2);
        atapi_reply(d, 8, max);
        break;
    default:
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
    }
}

static void cmd_ok(IDEDrive *d)
{
    atapi_ok(d);
}

/* MEDIUM: not without one; QUIET: runs even while a unit attention is pending. */
enum { MEDIUM = 1, QUIET = 2 };

static const struct {
    void (*run)(IDEDrive *d);
    uint8_t flags;
} commands[256] = {
    [0x00] = { cmd_test_unit_ready, MEDIUM },
    [0x03] = { cmd_request_sense, QUIET },
    [0x12] = { cmd_inquiry, QUIET },
    [0x1b] = { cmd_start_stop, 0 },
    [0x1e] = { cmd_prevent_removal, 0 },
    [0x25] = { cmd_read_capacity, MEDIUM },
    [0x28] = { cmd_read10, MEDIUM },
    [0x2b] = { cmd_seek, MEDIUM },
    [0x43] = { cmd_read_toc, MEDIUM },
    [0x46] = { cmd_get_configuration, QUIET },
    [0x4a] = { cmd_get_event, QUIET },
    [0x51] = { cmd_read_disc_info, MEDIUM },
    [0x5a] = { cmd_mode_sense, 0 },
    [0xa8] = { cmd_read12, MEDIUM },
    [0xad] = { cmd_read_dvd_structure, MEDIUM },
    [0xbb] = { cmd_ok, 0 }, /* SET CD SPEED */
    [0xbd] = { cmd_mechanism_status, 0 },
    [0xbe] = { cmd_read_cd, MEDIUM },
};

void atapi_command(IDEDrive *d)
{
    uint8_t op = d->packet[0];

    d->cd_sector_size = 0;
    if (!commands[op].run) {
        atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_OPCODE);
        return;
    }
    if (d->unit_attention && !(commands[op].flags & QUIET)) {
        bool no_medium = d->unit_attention == 1;

        d->unit_attention = no_medium && blk_is_inserted(d->blk) ? 2 : 0;
        if (no_medium) {
            atapi_error(d, SENSE_NOT_READY, ASC_NO_MEDIUM);
        } else {
            atapi_error(d, SENSE_ATTENTION, ASC_MEDIUM_CHANGED);
        }
        return;
    }
    if ((commands[op].flags & MEDIUM) &&
        (d->tray_open || !blk_is_inserted(d->blk) || !medium_sectors(d))) {
        atapi_error(d, SENSE_NOT_READY, ASC_NO_MEDIUM);
        return;
    }
    commands[op].run(d);
}

void atapi_pio_continue(IDEDrive *d, IDEPioEnd end)
{
    if (end == IDE_PIO_PACKET) {
        memcpy(d->packet, d->buf, ATAPI_PACKET);
        d->byte_limit = d->lcyl | d->hcyl << 8;
        d->status = ATA_BSY | ATA_DRDY | ATA_DSC;
        if (d->atapi_dma && !d->bus->dma) {
            atapi_error(d, SENSE_ILLEGAL, ASC_INVALID_FIELD);
            return;
        }
        atapi_command(d);
    } else if (d->reply_left) {
        reply_part(d);
    } else if (d->cd_sector_size && d->cd_left) {
        read_next_pio(d);
    } else {
        atapi_ok(d);
    }
}

/* ---- identity, medium ---- */

static void put_id_string(uint16_t *w, const char *s, unsigned len)
{
    size_t n = strlen(s);

    for (unsigned i = 0; i < len; i += 2) {
        w[i / 2] = (uint8_t)(i < n ? s[i] : ' ') << 8 | (uint8_t)(i + 1 < n ? s[i + 1] : ' ');
    }
}

void atapi_build_identify(IDEDrive *d)
{
    uint16_t *id = d->identify;

    memset(id, 0, sizeof(d->identify));
    id[0] = 0x85c0; /* packet device, CD-ROM, removable, DRQ in 50 us, 12-byte packets */
    put_id_string(id + 10, d->serial, 20);
    id[20] = 3;
    id[21] = 512;
    id[22] = 4;
    put_id_string(id + 23, d->version, 8);
    put_id_string(id + 27, d->model, 40);
    id[48] = 1;
    id[49] = d->bus->dma ? 0x0b00 : 0x0a00; /* IORDY, LBA, DMA */
    id[53] = 7;
    id[71] = 30;
    id[72] = 30;
    id[80] = 0x1e;
    if (d->wwn) {
        id[84] = id[87] = 0x4100;
        id[108] = d->wwn >> 48;
        id[109] = d->wwn >> 32;
        id[110] = d->wwn >> 16;
        id[111] = d->wwn;
    }
}

static void change_media(void *opaque, bool load, Error **errp)
{
    IDEDrive *d = opaque;

    d->nb_sectors = load && blk_is_inserted(d->blk) ? blk_getlength(d->blk) / 512 : 0;
    d->tray_open = !load;
    d->media_changed = true;
    /* Guests notice a change by "no medium" followed by "changed". */
    d->unit_attention = 1;
    d->sense_key = SENSE_ATTENTION;
    d->asc = ASC_MEDIUM_CHANGED;
}

static void eject_request(void *opaque, bool force)
{
    IDEDrive *d = opaque;

    d->media_changed = true;
    if (force) {
        d->tray_locked = false;
    }
}

static bool tray_is_open(void *opaque)
{
    return ((IDEDrive *)opaque)->tray_open;
}

static bool medium_is_locked(void *opaque)
{
    return ((IDEDrive *)opaque)->tray_locked;
}

const BlockDevOps atapi_block_ops = {
    .change_media_cb = change_media,
    .eject_request_cb = eject_request,
    .is_tray_open = tray_is_open,
    .is_medium_locked = medium_is_locked,
};
