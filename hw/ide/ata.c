/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ATA commands of disks, and those that packet devices share.
 *
 * Spec:      ATA/ATAPI-6 (T13 1410D) clause 8; SMART and TRIM from ATA8-ACS.
 * Thread:    big lock; medium accesses complete in the main loop.
 * Deviates:  no power management timers: the device is always active (CHECK POWER MODE says so).
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/ide/ide-internal.h"

/* ---- addresses ---- */

static uint32_t sector_count(const IDEDrive *d)
{
    if (d->lba48) {
        uint32_t n = d->hob_nsector << 8 | d->nsector;
        return n ? n : 65536;
    }
    return d->nsector ? d->nsector : 256;
}

static uint64_t start_sector(const IDEDrive *d)
{
    if (d->lba48) {
        return (uint64_t)d->hob_hcyl << 40 | (uint64_t)d->hob_lcyl << 32 |
               (uint64_t)d->hob_sector << 24 | d->hcyl << 16 | d->lcyl << 8 | d->sector;
    }
    if (d->select & ATA_SELECT_LBA) {
        return (d->select & 0x0f) << 24 | d->hcyl << 16 | d->lcyl << 8 | d->sector;
    }
    /* sector numbers begin at 1; number 0 wraps to an address that is out of range */
    return (uint64_t)(d->hcyl << 8 | d->lcyl) * d->heads * d->sectors +
           (uint64_t)(d->select & 0x0f) * d->sectors + (uint64_t)d->sector - 1;
}

/* Leave the address of sector lba in the task file, in the form the command used. */
static void report_sector(IDEDrive *d, uint64_t lba)
{
    if (d->lba48) {
        d->sector = lba;
        d->lcyl = lba >> 8;
        d->hcyl = lba >> 16;
        d->hob_sector = lba >> 24;
        d->hob_lcyl = lba >> 32;
        d->hob_hcyl = lba >> 40;
    } else if (d->select & ATA_SELECT_LBA) {
        d->select = (d->select & 0xf0) | ((lba >> 24) & 0x0f);
        d->hcyl = lba >> 16;
        d->lcyl = lba >> 8;
        d->sector = lba;
    } else {
        uint32_t per_cyl = d->heads * d->sectors, cyl = lba / per_cyl, r = lba % per_cyl;
        d->hcyl = cyl >> 8;
        d->lcyl = cyl;
        d->select = (d->select & 0xf0) | ((r / d->sectors) & 0x0f);
        d->sector = r % d->sectors + 1;
    }
}

static bool range_ok(const IDEDrive *d, uint64_t lba, uint64_t n)
{
    return lba < d->nb_sectors && n <= d->nb_sectors - lba;
}

static void fail_medium(IDEDrive *d, uint8_t error)
{
    ide_pio_stop(d);
    report_sector(d, d->lba);
    d->nsector = d->left;
    d->hob_nsector = d->left >> 8;
    d->status = ATA_DRDY | ATA_DSC | ATA_ERR;
    d->error = error;
    ide_set_irq(d);
}

static bool begin_access(IDEDrive *d)
{
    d->lba = start_sector(d);
    d->left = sector_count(d);
    if (!range_ok(d, d->lba, d->left)) {
        fail_medium(d, ATA_E_IDNF | ATA_E_ABRT);
        return false;
    }
    return true;
}

/* ---- PIO reads and writes ---- */

static void pio_read_next(IDEDrive *d);

static void advance(IDEDrive *d, uint32_t n)
{
    d->lba += n;
    d->left -= n;
    /* While more is to come the registers name the next sector, afterwards the last. */
    report_sector(d, d->left ? d->lba : d->lba - 1);
    d->nsector = d->left;
    d->hob_nsector = d->left >> 8;
}

static void pio_read_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;
    uint32_t n = MIN(d->block_sectors, d->left);

    d->aiocb = NULL;
    qemu_iovec_destroy(&d->qiov);
    if (ret < 0) {
        if (ret != -ECANCELED && ide_medium_error(d, ret, true)) {
            fail_medium(d, ATA_E_UNC);
        }
        return;
    }
    advance(d, n);
    ide_pio_in(d, n * 512, IDE_PIO_READ_NEXT);
}

static void pio_read_next(IDEDrive *d)
{
    uint32_t n = MIN(d->block_sectors, d->left);

    d->status = ATA_BSY | ATA_DRDY | ATA_DSC;
    d->error = 0;
    qemu_iovec_init(&d->qiov, 1);
    qemu_iovec_add(&d->qiov, d->buf, n * 512);
    d->aiocb = blk_aio_preadv(d->blk, d->lba * 512, &d->qiov, 0, pio_read_done, d);
}

static void pio_write_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;
    uint32_t n = MIN(d->block_sectors, d->left);

    d->aiocb = NULL;
    qemu_iovec_destroy(&d->qiov);
    if (ret < 0) {
        if (ret != -ECANCELED && ide_medium_error(d, ret, false)) {
            fail_medium(d, ATA_E_UNC);
        }
        return;
    }
    advance(d, n);
    if (d->left) {
        ide_pio_out(d, MIN(d->block_sectors, d->left) * 512, IDE_PIO_WRITE_FLUSH);
        ide_set_irq(d);
    } else {
        ide_done(d);
    }
}

static void pio_write_block(IDEDrive *d)
{
    uint32_t n = MIN(d->block_sectors, d->left);

    d->status = ATA_BSY | ATA_DRDY | ATA_DSC;
    qemu_iovec_init(&d->qiov, 1);
    qemu_iovec_add(&d->qiov, d->buf, n * 512);
    d->aiocb = blk_aio_pwritev(d->blk, d->lba * 512, &d->qiov, 0, pio_write_done, d);
}

void ata_pio_continue(IDEDrive *d, IDEPioEnd end)
{
    if (end == IDE_PIO_WRITE_FLUSH) {
        pio_write_block(d);
    } else if (d->left) {
        pio_read_next(d);
    } else {
        d->status = ATA_DRDY | ATA_DSC;
    }
}

static void cmd_read_pio(IDEDrive *d)
{
    d->block_sectors = 1;
    if (begin_access(d)) {
        pio_read_next(d);
    }
}

static void cmd_write_pio(IDEDrive *d)
{
    d->block_sectors = 1;
    if (begin_access(d)) {
        ide_pio_out(d, 512, IDE_PIO_WRITE_FLUSH);
    }
}

static void cmd_read_multiple(IDEDrive *d)
{
    d->block_sectors = d->mult;
    if (!d->mult) {
        ide_abort(d);
    } else if (begin_access(d)) {
        pio_read_next(d);
    }
}

static void cmd_write_multiple(IDEDrive *d)
{
    d->block_sectors = d->mult;
    if (!d->mult) {
        ide_abort(d);
    } else if (begin_access(d)) {
        ide_pio_out(d, MIN(d->block_sectors, d->left) * 512, IDE_PIO_WRITE_FLUSH);
    }
}

static void cmd_verify(IDEDrive *d)
{
    if (begin_access(d)) {
        advance(d, d->left);
        ide_done(d);
    }
}

static void cmd_seek(IDEDrive *d)
{
    d->lba = start_sector(d);
    d->left = 0;
    if (range_ok(d, d->lba, 1)) {
        ide_done(d);
    } else {
        fail_medium(d, ATA_E_IDNF);
    }
}

/* ---- DMA ---- */

static void cmd_read_dma(IDEDrive *d)
{
    if (!d->bus->dma) {
        ide_abort(d);
    } else if (begin_access(d)) {
        ide_dma_begin(d, IDE_DMA_READ, IDE_TO_MEMORY);
    }
}

static void cmd_write_dma(IDEDrive *d)
{
    if (!d->bus->dma) {
        ide_abort(d);
    } else if (begin_access(d)) {
        ide_dma_begin(d, IDE_DMA_WRITE, IDE_FROM_MEMORY);
    }
}

static void cmd_data_set_management(IDEDrive *d)
{
    /* Only the TRIM function, by DMA; the count is in 512-byte blocks of range entries. */
    if (!d->bus->dma || d->feature != 1 || sector_count(d) > IDE_BUF_SECTORS) {
        ide_abort(d);
        return;
    }
    d->left = sector_count(d);
    ide_dma_begin(d, IDE_DMA_TRIM, IDE_FROM_MEMORY);
}

/* ---- flush ---- */

static void flush_done(void *opaque, int ret)
{
    IDEDrive *d = opaque;

    d->aiocb = NULL;
    if (ret == -ECANCELED) {
        return;
    }
    if (ret < 0 && ide_medium_error(d, ret, false)) {
        d->lba = 0;
        d->left = 0;
        fail_medium(d, ATA_E_ABRT);
    } else if (ret >= 0) {
        ide_done(d);
    }
}

static void cmd_flush(IDEDrive *d)
{
    d->status = ATA_BSY | ATA_DRDY | ATA_DSC;
    if (!blk_is_inserted(d->blk)) {
        ide_done(d);
        return;
    }
    d->aiocb = blk_aio_flush(d->blk, flush_done, d);
}

/* ---- identity and settings ---- */

static void put_string(uint16_t *w, const char *s, unsigned len)
{
    size_t n = strlen(s);

    for (unsigned i = 0; i < len; i += 2) {
        uint8_t hi = i < n ? s[i] : ' ', lo = i + 1 < n ? s[i + 1] : ' ';
        w[i / 2] = hi << 8 | lo;
    }
}

static void put_modes(const IDEDrive *d, uint16_t *id)
{
    id[62] = 0x0007;                        /* single-word DMA of old */
    id[63] = 0x0007 | (d->mdma_mode < 3 ? 0x100u << d->mdma_mode : 0);
    id[64] = 0x0003;                        /* PIO 3 and 4 */
    id[65] = id[66] = id[67] = id[68] = 120; /* ns a cycle */
    id[88] = 0x003f | (d->udma_mode < 6 ? 0x100u << d->udma_mode : 0);
}

void ata_build_identify(IDEDrive *d)
{
    uint16_t *id = d->identify;
    uint32_t chs = d->cylinders * d->heads * d->sectors;
    uint32_t lba28 = MIN(d->nb_sectors, 0x0fffffffu);

    memset(id, 0, sizeof(d->identify));
    id[0] = 0x0040;
    id[1] = MIN(d->cylinders, 16383u);
    id[3] = d->heads;
    id[4] = 512 * d->sectors;
    id[5] = 512;
    id[6] = d->sectors;
    put_string(id + 10, d->serial, 20);
    id[20] = 3;
    id[21] = 512;
    id[22] = 4;
    put_string(id + 23, d->version, 8);
    put_string(id + 27, d->model, 40);
    id[47] = 0x8000 | IDE_MAX_MULT;
    id[48] = 1;
    id[49] = 0x0f00;                        /* DMA, LBA, IORDY */
    id[50] = 0x4000;
    id[51] = id[52] = 0x0200;
    id[53] = 0x0007;
    id[54] = d->cylinders;
    id[55] = d->heads;
    id[56] = d->sectors;
    id[57] = chs;
    id[58] = chs >> 16;
    id[59] = d->mult ? 0x100 | d->mult : 0;
    id[60] = lba28;
    id[61] = lba28 >> 16;
    put_modes(d, id);
    id[69] = 1 << 14;                       /* deterministic read after TRIM */
    id[80] = 0x00f0;                        /* ATA-4 to ATA-7 */
    id[81] = 0x0016;
    id[82] = 0x4001 | 1 << 5 | 1 << 14;     /* SMART, write cache, NOP */
    id[83] = 0x7400;                        /* FLUSH CACHE (EXT), 48-bit */
    id[84] = 0x4002 | (d->wwn ? 0x0100 : 0); /* SMART self-test */
    id[85] = 0x4001 | (blk_enable_write_cache(d->blk) ? 1 << 5 : 0);
    id[86] = 0x3400 | 1 << 15;
    id[87] = id[84];
    id[93] = 0x6001 | (d->unit ? 0x0a00 : 0x0000) | 1 << 14; /* 80-wire cable */
    id[100] = d->nb_sectors;
    id[101] = d->nb_sectors >> 16;
    id[102] = d->nb_sectors >> 32;
    id[103] = d->nb_sectors >> 48;
    id[106] = 0x6000;
    if (d->wwn) {
        id[108] = d->wwn >> 48;
        id[109] = d->wwn >> 32;
        id[110] = d->wwn >> 16;
        id[111] = d->wwn;
    }
    id[169] = 1;                            /* TRIM */
    id[217] = d->rotation;
}

static void cmd_identify(IDEDrive *d)
{
    if (d->kind == IDE_KIND_CD) {
        ide_drive_signature(d);
        ide_abort(d);
        return;
    }
    ata_build_identify(d);
    for (int i = 0; i < 256; i++) {
        stw_le_p(d->buf + 2 * i, d->identify[i]);
    }
    ide_pio_in(d, 512, IDE_PIO_STOP);
}

static void cmd_identify_packet(IDEDrive *d)
{
    if (d->kind != IDE_KIND_CD) {
        ide_abort(d);
        return;
    }
    atapi_build_identify(d);
    put_modes(d, d->identify);
    for (int i = 0; i < 256; i++) {
        stw_le_p(d->buf + 2 * i, d->identify[i]);
    }
    ide_pio_in(d, 512, IDE_PIO_STOP);
}

static bool set_transfer_mode(IDEDrive *d)
{
    unsigned mode = d->nsector & 7;

    switch (d->nsector >> 3) {
    case 0: /* PIO default */
    case 1: /* PIO flow control mode n */
        d->udma_mode = d->mdma_mode = 0xff;
        return true;
    case 4:
        d->mdma_mode = mode;
        d->udma_mode = 0xff;
        return mode < 3;
    case 8:
        d->udma_mode = mode;
        d->mdma_mode = 0xff;
        return mode < 6;
    default:
        return d->nsector >> 3 == 2; /* single-word DMA: accepted, there is no timing */
    }
}

static void cmd_set_features(IDEDrive *d)
{
    bool ok = true;

    switch (d->feature) {
    case 0x02:
        blk_set_enable_write_cache(d->blk, true);
        break;
    case 0x82:
        blk_set_enable_write_cache(d->blk, false);
        cmd_flush(d);
        return;
    case 0x03:
        ok = set_transfer_mode(d);
        break;
    case 0x55:
    case 0xaa:
        d->read_lookahead = d->feature == 0xaa;
        break;
    case 0x66:
    case 0xcc:
        d->reset_reverts = d->feature == 0xcc;
        break;
    case 0x42:
        d->acoustic = d->nsector;
        break;
    case 0xc2:
        d->acoustic = 0;
        break;
    case 0x05: /* power management levels: all the same here */
    case 0x85:
    case 0x67:
    case 0x96:
    case 0x9a:
        break;
    default:
        ok = false;
    }
    if (ok) {
        ide_done(d);
    } else {
        ide_abort(d);
    }
}

static void cmd_set_multiple(IDEDrive *d)
{
    unsigned n = d->nsector;

    if (n > IDE_MAX_MULT || (n & (n - 1))) {
        ide_abort(d);
        return;
    }
    d->mult = n;
    ide_done(d);
}

static void cmd_init_params(IDEDrive *d)
{
    uint32_t heads = (d->select & 0x0f) + 1, sectors = d->nsector;

    /* Only the geometry that the disk reports is taken; others would renumber it. */
    if (heads == d->heads && sectors == d->sectors) {
        ide_done(d);
    } else {
        ide_abort(d);
    }
}

static void cmd_native_max(IDEDrive *d)
{
    uint64_t last = d->nb_sectors - 1;

    if (!d->lba48) {
        last = MIN(last, 0x0fffffffu);
        d->select |= ATA_SELECT_LBA;
    }
    if (!d->nb_sectors) {
        ide_abort(d);
        return;
    }
    report_sector(d, last);
    ide_done(d);
}

static void cmd_nop_ok(IDEDrive *d)
{
    ide_done(d);
}

static void cmd_check_power(IDEDrive *d)
{
    d->nsector = 0xff; /* active */
    ide_done(d);
}

static void cmd_diagnostic(IDEDrive *d)
{
    IDEBus *bus = d->bus;

    /* Both devices run it; device 0 reports for both. */
    for (int i = 0; i < 2; i++) {
        if (bus->drive[i]) {
            ide_drive_signature(bus->drive[i]);
            bus->drive[i]->select &= ~0xf0;
            bus->drive[i]->status = bus->drive[i]->kind == IDE_KIND_CD ? 0 : ATA_DRDY | ATA_DSC;
            bus->drive[i]->error = 1;
        }
    }
    bus->unit = 0;
    ide_set_irq(bus->drive[0] ? bus->drive[0] : d);
}

static void cmd_device_reset(IDEDrive *d)
{
    ide_cancel(d);
    ide_pio_stop(d);
    ide_drive_signature(d);
    d->status = 0; /* no interrupt: ATA/ATAPI-6 9.13 */
    d->error = 1;
    d->irq_pending = false;
}

static void cmd_packet(IDEDrive *d)
{
    if (d->feature & 2) { /* overlapped commands are not offered */
        ide_abort(d);
        return;
    }
    d->atapi_dma = d->feature & 1;
    d->nsector = 1; /* interrupt reason: command packet to device */
    d->status = ATA_DRDY | ATA_DSC;
    ide_pio_out(d, ATAPI_PACKET, IDE_PIO_PACKET);
}

static void cmd_security_data(IDEDrive *d)
{
    /* The security set is not offered, but the guest's data phase is taken before refusing. */
    ide_pio_out(d, 512, IDE_PIO_SECURITY);
}

/* ---- SMART (ATA8-ACS 7.53) ---- */

enum { SMART_READ_DATA = 0xd0, SMART_READ_THRESH = 0xd1, SMART_AUTOSAVE = 0xd2,
       SMART_EXECUTE = 0xd4, SMART_READ_LOG = 0xd5, SMART_ENABLE = 0xd8, SMART_DISABLE = 0xd9,
       SMART_STATUS = 0xda };

/* id, flags, current, worst, raw, threshold */
static const uint8_t smart_attributes[][6] = {
    { 0x01, 0x03, 100, 100, 0, 6 },   /* raw read error rate */
    { 0x03, 0x03, 100, 100, 16, 0 },  /* spin-up time */
    { 0x04, 0x02, 100, 100, 100, 20 },/* start/stop count */
    { 0x05, 0x03, 100, 100, 0, 36 },  /* reallocated sectors */
    { 0x09, 0x03, 100, 100, 1, 0 },   /* power-on hours */
    { 0x0c, 0x03, 100, 100, 0, 0 },   /* power cycles */
    { 0xbe, 0x03, 69, 69, 31, 50 },   /* airflow temperature */
};

static void smart_checksum(uint8_t *buf)
{
    uint8_t sum = 0;

    for (int i = 0; i < 511; i++) {
        sum += buf[i];
    }
    buf[511] = -sum;
}

static void smart_data(IDEDrive *d, bool thresholds)
{
    memset(d->buf, 0, 512);
    d->buf[0] = 1;
    for (unsigned i = 0; i < ARRAY_SIZE(smart_attributes); i++) {
        const uint8_t *a = smart_attributes[i];
        uint8_t *p = d->buf + 2 + 12 * i;
        p[0] = a[0];
        if (thresholds) {
            p[1] = a[5];
        } else {
            p[1] = a[1];
            p[3] = a[2];
            p[4] = a[3];
            p[5] = a[4];
        }
    }
    if (!thresholds) {
        d->buf[362] = 2;    /* off-line collection completed */
        d->buf[367] = 1 << 4 | 1 << 3 | 1; /* capabilities: self-test, abort on command */
        d->buf[368] = 3;
        d->buf[370] = 1;
        d->buf[372] = 2;
        d->buf[373] = 54;
    }
    smart_checksum(d->buf);
    ide_pio_in(d, 512, IDE_PIO_STOP);
}

static void smart_log(IDEDrive *d)
{
    memset(d->buf, 0, 512);
    switch (d->sector) {
    case 0x01: /* summary error log: no errors */
        d->buf[0] = 1;
        break;
    case 0x06: /* self-test log: none run */
        d->buf[0] = 1;
        break;
    default:
        ide_abort(d);
        return;
    }
    smart_checksum(d->buf);
    ide_pio_in(d, 512, IDE_PIO_STOP);
}

static void cmd_smart(IDEDrive *d)
{
    if (d->lcyl != 0x4f || d->hcyl != 0xc2) {
        ide_abort(d);
        return;
    }
    switch (d->feature) {
    case SMART_READ_DATA:
    case SMART_READ_THRESH:
        smart_data(d, d->feature == SMART_READ_THRESH);
        break;
    case SMART_READ_LOG:
        smart_log(d);
        break;
    case SMART_AUTOSAVE:
    case SMART_EXECUTE:
    case SMART_ENABLE:
    case SMART_DISABLE:
    case SMART_STATUS: /* registers as they came: threshold not exceeded */
        ide_done(d);
        break;
    default:
        ide_abort(d);
    }
}

/* ---- dispatch ---- */

enum { HD = 1, CD = 2, EXT = 4, MEDIUM = 8 };

static const struct {
    void (*run)(IDEDrive *d);
    uint8_t flags; /* HD, CD: who knows it; EXT: 48-bit; MEDIUM: needs one */
} commands[256] = {
    [0x00] = { ide_abort, HD | CD },
    [0x06] = { cmd_data_set_management, HD | EXT },
    [0x08] = { cmd_device_reset, CD },
    [0x10 ... 0x1f] = { cmd_nop_ok, HD }, /* recalibrate of old */
    [0x20] = { cmd_read_pio, HD }, [0x21] = { cmd_read_pio, HD },
    [0x24] = { cmd_read_pio, HD | EXT },
    [0x25] = { cmd_read_dma, HD | EXT },
    [0x27] = { cmd_native_max, HD | EXT },
    [0x29] = { cmd_read_multiple, HD | EXT },
    [0x30] = { cmd_write_pio, HD }, [0x31] = { cmd_write_pio, HD },
    [0x34] = { cmd_write_pio, HD | EXT },
    [0x35] = { cmd_write_dma, HD | EXT },
    [0x39] = { cmd_write_multiple, HD | EXT },
    [0x3c] = { cmd_write_pio, HD },
    [0x40] = { cmd_verify, HD }, [0x41] = { cmd_verify, HD },
    [0x42] = { cmd_verify, HD | EXT },
    [0x70 ... 0x7f] = { cmd_seek, HD },
    [0x90] = { cmd_diagnostic, HD | CD },
    [0x91] = { cmd_init_params, HD },
    [0x94] = { cmd_nop_ok, HD | CD }, [0x95] = { cmd_nop_ok, HD | CD },
    [0x96] = { cmd_nop_ok, HD | CD }, [0x97] = { cmd_nop_ok, HD | CD },
    [0x98] = { cmd_check_power, HD | CD }, [0x99] = { cmd_nop_ok, HD | CD },
    [0xa0] = { cmd_packet, CD },
    [0xa1] = { cmd_identify_packet, CD },
    [0xb0] = { cmd_smart, HD },
    [0xc4] = { cmd_read_multiple, HD },
    [0xc5] = { cmd_write_multiple, HD },
    [0xc6] = { cmd_set_multiple, HD },
    [0xc8] = { cmd_read_dma, HD }, [0xc9] = { cmd_read_dma, HD },
    [0xca] = { cmd_write_dma, HD }, [0xcb] = { cmd_write_dma, HD },
    [0xe0] = { cmd_nop_ok, HD | CD }, [0xe1] = { cmd_nop_ok, HD | CD },
    [0xe2] = { cmd_nop_ok, HD | CD }, [0xe3] = { cmd_nop_ok, HD | CD },
    [0xe5] = { cmd_check_power, HD | CD }, [0xe6] = { cmd_nop_ok, HD | CD },
    [0xe7] = { cmd_flush, HD | CD },
    [0xea] = { cmd_flush, HD | EXT },
    [0xec] = { cmd_identify, HD | CD },
    [0xef] = { cmd_set_features, HD | CD },
    [0xf1] = { cmd_security_data, HD }, [0xf2] = { cmd_security_data, HD },
    [0xf5] = { ide_abort, HD },
    [0xf8] = { cmd_native_max, HD },
};

void ata_command(IDEDrive *d, uint8_t cmd)
{
    uint8_t flags = commands[cmd].flags;

    d->command = cmd;
    if (!(flags & (d->kind == IDE_KIND_CD ? CD : HD))) {
        ide_abort(d);
        return;
    }
    d->lba48 = flags & EXT;
    commands[cmd].run(d);
}
