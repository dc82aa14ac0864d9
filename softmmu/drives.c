/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -drive and the options that stand for one: which slot, which image, which policies.
 *
 * Thread: main thread at start-up.
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "qemu/error-report.h"
#include "qapi/error.h"
#include "block/block-int.h"
#include "hw/boards.h"
#include "softmmu/machine-setup.h"
#include "sysemu/blockdev.h"
#include "sysemu/sysemu.h"

static QTAILQ_HEAD(, DriveInfo) drives = QTAILQ_HEAD_INITIALIZER(drives);

static const char *const interface_names[IF_COUNT] = {
    [IF_NONE] = "none", [IF_IDE] = "ide", [IF_SCSI] = "scsi", [IF_FLOPPY] = "floppy",
    [IF_PFLASH] = "pflash", [IF_MTD] = "mtd", [IF_SD] = "sd", [IF_VIRTIO] = "virtio",
    [IF_XEN] = "xen",
};
/* Units on one bus; 0: no buses, just a number. */
static int max_devs[IF_COUNT] = { [IF_IDE] = 2, [IF_SCSI] = 7 };

void override_max_devs(BlockInterfaceType type, int n)
{
    max_devs[type] = n;
}

/* ---- look-up ---- */

DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit)
{
    DriveInfo *d;

    QTAILQ_FOREACH(d, &drives, next) {
        if (d->type == type && d->bus == bus && d->unit == unit) {
            d->claimed = true;
            return d;
        }
    }
    return NULL;
}

static void index_to_slot(BlockInterfaceType type, int index, int *bus, int *unit)
{
    *bus = max_devs[type] ? index / max_devs[type] : 0;
    *unit = max_devs[type] ? index % max_devs[type] : index;
}

DriveInfo *drive_get_by_index(BlockInterfaceType type, int index)
{
    int bus, unit;

    index_to_slot(type, index, &bus, &unit);
    return drive_get(type, bus, unit);
}

int drive_get_max_bus(BlockInterfaceType type)
{
    DriveInfo *d;
    int max = -1;

    QTAILQ_FOREACH(d, &drives, next) {
        if (d->type == type) {
            max = MAX(max, d->bus);
        }
    }
    return max;
}

BlockBackend *blk_by_legacy_dinfo(DriveInfo *dinfo)
{
    return dinfo->blk;
}

/* ---- one -drive ---- */

/* The list has no descriptions (image options are open-ended), so values are parsed here. */
static bool opt_number(QemuOpts *o, const char *key, int def, int *out, Error **errp)
{
    const char *text = qemu_opt_get(o, key);
    uint64_t v = 0;

    *out = def;
    if (!text) {
        return true;
    }
    if (!parse_option_number(key, text, &v, errp)) {
        return false;
    }
    if (v > INT_MAX) {
        error_setg(errp, "%s=%s is too large", key, text);
        return false;
    }
    *out = v;
    return true;
}

static bool opt_bool(QemuOpts *o, const char *key, bool *out, Error **errp)
{
    const char *text = qemu_opt_get(o, key);

    return !text || parse_option_bool(key, text, out, errp);
}

static const char *const known_keys[] = {
    "file", "format", "if", "index", "bus", "unit", "media", "readonly", "read-only", "snapshot",
    "cache", "cache.writeback", "cache.direct", "cache.no-flush", "id", "werror", "rerror", "aio",
    "discard", "detect-zeroes", "auto-read-only", "driver", "file.driver", "file.filename",
    "file.locking", NULL,
};

static int check_key(void *opaque, const char *name, const char *value, Error **errp)
{
    if (!g_strv_contains(known_keys, name)) {
        error_setg(errp, "Block format 'raw' does not support the option '%s'", name);
        return -1;
    }
    return 0;
}

static bool set_cache(QemuOpts *o, BlockOpen *open, Error **errp)
{
    static const struct {
        const char *name;
        bool through, direct, no_flush;
    } modes[] = {
        { "writeback", false, false, false }, { "writethrough", true, false, false },
        { "none", false, true, false }, { "off", false, true, false },
        { "directsync", true, true, false }, { "unsafe", false, false, true },
    };
    const char *mode = qemu_opt_get(o, "cache");
    bool found = !mode;

    for (unsigned i = 0; mode && i < ARRAY_SIZE(modes); i++) {
        if (strcmp(modes[i].name, mode) == 0) {
            open->write_through = modes[i].through;
            open->direct = modes[i].direct;
            open->no_flush = modes[i].no_flush;
            found = true;
        }
    }
    if (!found) {
        error_setg(errp, "invalid cache option: '%s' (writeback, writethrough, none, directsync "
                   "and unsafe are allowed)", mode);
        return false;
    }
    bool writeback = !open->write_through;

    if (!opt_bool(o, "cache.writeback", &writeback, errp) ||
        !opt_bool(o, "cache.direct", &open->direct, errp) ||
        !opt_bool(o, "cache.no-flush", &open->no_flush, errp)) {
        return false;
    }
    open->write_through = !writeback;
    return true;
}

static int parse_on_error(const char *key, const char *text, bool is_read, int def, Error **errp)
{
    if (!text) {
        return def;
    }
    if (strcmp(text, "ignore") == 0) {
        return ON_ERROR_IGNORE;
    }
    if (strcmp(text, "report") == 0) {
        return ON_ERROR_REPORT;
    }
    if (strcmp(text, "stop") == 0) {
        return ON_ERROR_STOP;
    }
    if (!is_read && strcmp(text, "enospc") == 0) {
        return ON_ERROR_ENOSPC;
    }
    error_setg(errp, "'%s' invalid %s error action (%s)", text, is_read ? "read" : "write",
               is_read ? "ignore, report, stop" : "ignore, report, stop, enospc");
    return -1;
}

/* A format by the image's first bytes, for drives without format=. */
static bool check_format(QemuOpts *o, const char *file, Error **errp)
{
    const char *format = qemu_opt_get(o, "format");
    uint8_t magic[4] = { 0 };
    int fd;

    if (format && strcmp(format, "raw") != 0) {
        error_setg(errp, "Unknown driver '%s'", format);
        return false;
    }
    if (format || (fd = open(file, O_RDONLY | O_CLOEXEC)) < 0) {
        return true;
    }
    if (read(fd, magic, 4) == 4 && memcmp(magic, "QFI\xfb", 4) == 0) {
        close(fd);
        error_setg(errp, "Could not open '%s': Unknown driver 'qcow2'", file);
        return false;
    }
    close(fd);
    return true;
}

static BlockDriverState *open_image(QemuOpts *o, const char *file, bool cdrom, Error **errp)
{
    const char *discard = qemu_opt_get(o, "discard");
    BlockOpen open = { .filename = file };

    bool snapshot = false, ro1 = false, ro2 = false;

    open.auto_read_only = false;
    if (!opt_bool(o, "snapshot", &snapshot, errp) || !opt_bool(o, "readonly", &ro1, errp) ||
        !opt_bool(o, "read-only", &ro2, errp) ||
        !opt_bool(o, "auto-read-only", &open.auto_read_only, errp)) {
        return NULL;
    }
    if (snapshot) {
        error_setg(errp, "snapshot=on is not offered for raw images by this build");
        return NULL;
    }
    if (discard && strcmp(discard, "unmap") != 0 && strcmp(discard, "on") != 0 &&
        strcmp(discard, "ignore") != 0 && strcmp(discard, "off") != 0) {
        error_setg(errp, "Invalid discard option: '%s' (ignore, off, unmap and on are allowed)",
                   discard);
        return NULL;
    }
    open.discard_unmap = discard && (strcmp(discard, "unmap") == 0 || strcmp(discard, "on") == 0);
    open.read_only = cdrom || ro1 || ro2;
    if (g_str_has_prefix(file, "file:")) {
        open.filename = file + 5;
    }
    if (!set_cache(o, &open, errp) || !check_format(o, open.filename, errp)) {
        return NULL;
    }
    return raw_file_open(&open, errp);
}

static bool find_slot(QemuOpts *o, DriveInfo *d, Error **errp)
{
    bool given = qemu_opt_get(o, "bus") || qemu_opt_get(o, "unit");
    int index;

    if (!opt_number(o, "index", -1, &index, errp) || !opt_number(o, "bus", 0, &d->bus, errp) ||
        !opt_number(o, "unit", -1, &d->unit, errp)) {
        return false;
    }
    if (index >= 0) {
        if (given) {
            error_setg(errp, "index cannot be used with bus and unit");
            return false;
        }
        index_to_slot(d->type, index, &d->bus, &d->unit);
    }
    if (d->unit < 0) {
        bool claimed;

        for (d->unit = 0;; d->unit++) {
            DriveInfo *other;

            if (max_devs[d->type] && d->unit >= max_devs[d->type]) {
                d->unit -= max_devs[d->type];
                d->bus++;
            }
            claimed = false;
            QTAILQ_FOREACH(other, &drives, next) {
                claimed |= other->type == d->type && other->bus == d->bus &&
                           other->unit == d->unit;
            }
            if (!claimed) {
                break;
            }
        }
    }
    if (max_devs[d->type] && d->unit >= max_devs[d->type]) {
        error_setg(errp, "unit %d too big (max is %d)", d->unit, max_devs[d->type] - 1);
        return false;
    }
    return true;
}

static bool slot_free(const DriveInfo *d, Error **errp)
{
    DriveInfo *other;

    QTAILQ_FOREACH(other, &drives, next) {
        if (d->type != IF_NONE && other->type == d->type && other->bus == d->bus &&
            other->unit == d->unit) {
            error_setg(errp, "drive with bus=%d, unit=%d (index=%d) exists", d->bus, d->unit,
                       d->bus * max_devs[d->type] + d->unit);
            return false;
        }
    }
    return true;
}

static char *default_name(const DriveInfo *d)
{
    const char *kind = d->media_cd ? "-cd" : "-hd";

    if (max_devs[d->type]) {
        return g_strdup_printf("%s%d%s%d", interface_names[d->type], d->bus, kind, d->unit);
    }
    return g_strdup_printf("%s%s%d", interface_names[d->type],
                           d->type == IF_FLOPPY || d->type == IF_PFLASH ? "" : kind, d->unit);
}

static bool set_interface(QemuOpts *o, DriveInfo *d, BlockInterfaceType def, Error **errp)
{
    const char *name = qemu_opt_get(o, "if");

    d->type = def;
    if (!name) {
        return true;
    }
    for (int i = 0; i < IF_COUNT; i++) {
        if (strcmp(interface_names[i], name) == 0) {
            d->type = i;
            return true;
        }
    }
    error_setg(errp, "unsupported bus type '%s'", name);
    return false;
}

static bool set_media(QemuOpts *o, DriveInfo *d, Error **errp)
{
    const char *media = qemu_opt_get(o, "media");

    d->media_cd = media && strcmp(media, "cdrom") == 0;
    if (media && !d->media_cd && strcmp(media, "disk") != 0) {
        error_setg(errp, "'%s' invalid media (disk and cdrom are allowed)", media);
        return false;
    }
    return true;
}

static bool create_drive(QemuOpts *o, BlockInterfaceType def, Error **errp)
{
    DriveInfo *d = g_new0(DriveInfo, 1);
    const char *file = qemu_opt_get(o, "file");
    g_autofree char *auto_name = NULL;
    const char *id = qemu_opts_id(o);
    int rerror, werror;
    BlockDriverState *bs;

    if (qemu_opt_foreach(o, check_key, NULL, errp) || !set_interface(o, d, def, errp) ||
        !set_media(o, d, errp) || !find_slot(o, d, errp) || !slot_free(d, errp)) {
        g_free(d);
        return false;
    }
    rerror = parse_on_error("rerror", qemu_opt_get(o, "rerror"), true, ON_ERROR_REPORT, errp);
    werror = rerror < 0 ? -1 : parse_on_error("werror", qemu_opt_get(o, "werror"), false,
                                              ON_ERROR_ENOSPC, errp);
    if (!id) {
        id = auto_name = default_name(d);
    }
    d->blk = werror < 0 ? NULL : blk_new_named(id, errp);
    if (!d->blk) {
        g_free(d);
        return false;
    }
    blk_set_on_error(d->blk, rerror, werror);
    if (file && *file) {
        bs = open_image(o, file, d->media_cd, errp);
        if (!bs) {
            return false;
        }
        blk_insert(d->blk, bs);
    }
    QTAILQ_INSERT_TAIL(&drives, d, next);
    return true;
}

static void default_drive(CommandLine *cl, const char *interface, int index, const char *extra)
{
    QemuOpts *o = qemu_opts_create(qemu_find_opts("drive"), NULL, 0, &error_abort);

    qemu_opt_set(o, "if", interface, &error_abort);
    {
        g_autofree char *n = g_strdup_printf("%d", index);
        qemu_opt_set(o, "index", n, &error_abort);
    }
    if (extra) {
        qemu_opts_do_parse(o, extra, NULL, &error_abort);
    }
    cl->drives = g_slist_append(cl->drives, o);
}

void machine_setup_drives(CommandLine *cl)
{
    MachineClass *mc = MACHINE_GET_CLASS(current_machine);
    Error *err = NULL;
    DriveInfo *d;

    for (GSList *l = cl->drives; l; l = l->next) {
        qemu_opts_loc_restore(l->data);
        if (!create_drive(l->data, mc->block_default_type == IF_NONE ? IF_IDE
                                   : mc->block_default_type, &err)) {
            error_report_err(err);
            exit(EXIT_FAILURE);
        }
    }
    loc_set_none();
    if (cl->default_cdrom && !(max_devs[IF_IDE] && drive_get_by_index(IF_IDE, 2))) {
        default_drive(cl, "ide", 2, "media=cdrom");
        create_drive(g_slist_last(cl->drives)->data, IF_IDE, &error_abort);
        QTAILQ_LAST(&drives)->is_default = true;
    }
    if (cl->default_floppy) {
        default_drive(cl, "floppy", 0, NULL);
        create_drive(g_slist_last(cl->drives)->data, IF_FLOPPY, &error_abort);
        QTAILQ_LAST(&drives)->is_default = true;
    }
    QTAILQ_FOREACH(d, &drives, next) {
        d->claimed = false;
    }
}

void machine_setup_check_drives(void)
{
    DriveInfo *d;

    QTAILQ_FOREACH(d, &drives, next) {
        if (!d->claimed && !d->is_default && d->type != IF_NONE) {
            error_report("machine type does not support if=%s,bus=%d,unit=%d",
                         interface_names[d->type], d->bus, d->unit);
            exit(EXIT_FAILURE);
        }
    }
}
