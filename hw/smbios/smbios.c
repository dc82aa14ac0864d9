/*
 * SMBIOS tables, and -smbios.
 *
 * Spec:   DMTF DSP0134 (SMBIOS reference) 2.8 and 3.0: chapters 5 (entry points), 6 (structures)
 *         and 7 (their content).
 * Thread: main thread, at start-up.
 *
 *   type  what                      made
 *   0     BIOS                      if the user gives it; firmware describes itself otherwise
 *   1     system                    always
 *   2     base board                if the user gives it
 *   3     enclosure                 always
 *   4     processor                 for each socket
 *   11    OEM strings               if the user gives them
 *   16    memory array              one
 *   17    memory device             one for each 16 GiB
 *   19    memory address range      for each stretch of RAM
 *   32    boot information, 127 end always
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/firmware/smbios.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/units.h"
#include "qemu/uuid.h"

#define MAX_TYPE 17
#define MAX_FIELDS 12
#define NO_HANDLE 0xffff
#define NO_ERROR_INFO 0xfffe
#define DIMM_SIZE (16 * GiB)
#define DEFAULT_SPEED 2000
#define MAX_TABLES 65535            /* the length field of a version 2 entry point */

/* ---- what the user says ---- */

enum { FIELD_STRING, FIELD_NUMBER, FIELD_BOOL };

typedef struct FieldInfo {
    const char *name;
    int kind;
} FieldInfo;

/* Fields of -smbios type=N; the order is that of struct user.field[]. */
static const FieldInfo field_info[MAX_TYPE + 1][MAX_FIELDS] = {
    [0] = { { "vendor" }, { "version" }, { "date" }, { "release" }, { "uefi", FIELD_BOOL } },
    [1] = { { "manufacturer" }, { "product" }, { "version" }, { "serial" }, { "uuid" }, { "sku" },
            { "family" } },
    [2] = { { "manufacturer" }, { "product" }, { "version" }, { "serial" }, { "asset" },
            { "location" } },
    [3] = { { "manufacturer" }, { "version" }, { "serial" }, { "asset" }, { "sku" } },
    [4] = { { "sock_pfx" }, { "manufacturer" }, { "version" }, { "serial" }, { "asset" },
            { "part" }, { "max-speed", FIELD_NUMBER }, { "current-speed", FIELD_NUMBER },
            { "processor-id", FIELD_NUMBER } },
    [11] = { { "value" }, { "path" } },
    [17] = { { "loc_pfx" }, { "bank" }, { "manufacturer" }, { "serial" }, { "asset" }, { "part" },
             { "speed", FIELD_NUMBER } },
};

/* Written while options are read; the strings are never freed. */
static struct {
    struct {
        bool given;
        char *field[MAX_FIELDS];
    } type[MAX_TYPE + 1];
    GPtrArray *oem_strings;
    GByteArray *files;              /* structures from file=, with their strings */
    unsigned num_files;
    DECLARE_BITMAP(file_types, 256);
    const char *def_manufacturer, *def_product, *def_version;
} user;

static const FieldInfo *find_field(int type, const char *name, int *index)
{
    for (int i = 0; i < MAX_FIELDS && field_info[type][i].name; i++) {
        if (!strcmp(field_info[type][i].name, name)) {
            *index = i;
            return &field_info[type][i];
        }
    }
    return NULL;
}

/* Value of a field: the user's, or @def. */
static const char *field(int type, const char *name, const char *def)
{
    int index = 0;

    find_field(type, name, &index);
    return user.type[type].field[index] ? user.type[type].field[index] : def;
}

static uint64_t number(int type, const char *name, uint64_t def)
{
    const char *s = field(type, name, NULL);
    uint64_t v = def;

    if (s) {
        qemu_strtou64(s, NULL, 0, &v); /* checked when it was given */
    }
    return v;
}

static bool check_value(const FieldInfo *f, int type, const char *value, Error **errp)
{
    unsigned major, minor;
    bool flag;
    uint64_t v;
    QemuUUID uuid;
    char end;

    if (f->kind == FIELD_NUMBER && qemu_strtou64(value, NULL, 0, &v) < 0) {
        error_setg(errp, "%s=%s: must be a number", f->name, value);
        return false;
    }
    if (f->kind == FIELD_BOOL && !parse_option_bool(f->name, value, &flag, errp)) {
        return false;
    }
    if (type == 1 && !strcmp(f->name, "uuid") && qemu_uuid_parse(value, &uuid) < 0) {
        error_setg(errp, "uuid=%s: must be of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                   value);
        return false;
    }
    if (type == 0 && !strcmp(f->name, "release") &&
        (sscanf(value, "%u.%u%c", &major, &minor, &end) != 2 || major > 255 || minor > 255)) {
        error_setg(errp, "release=%s: must be of the form MAJOR.MINOR, each 0 to 255", value);
        return false;
    }
    return true;
}

typedef struct OptionWalk {
    int type;
} OptionWalk;

static int set_field(void *opaque, const char *name, const char *value, Error **errp)
{
    OptionWalk *w = opaque;
    const FieldInfo *f;
    int index;

    if (!strcmp(name, "type")) {
        return 0;
    }
    f = find_field(w->type, name, &index);
    if (!f) {
        error_setg(errp, "type=%d has no field '%s'", w->type, name);
        return -1;
    }
    if (!check_value(f, w->type, value, errp)) {
        return -1;
    }
    if (w->type == 11) {
        g_autoptr(GError) err = NULL;
        gchar *text = g_strdup(value);

        if (index == 1) {
            g_free(text);
            if (!g_file_get_contents(value, &text, NULL, &err)) {
                error_setg(errp, "path=%s: %s", value, err->message);
                return -1;
            }
        }
        g_ptr_array_add(user.oem_strings, text);
        return 0;
    }
    g_free(user.type[w->type].field[index]);
    user.type[w->type].field[index] = g_strdup(value);
    return 0;
}

/* A structure with its strings, as dmidecode --dump-bin would cut it out. */
static bool add_file(const char *file, Error **errp)
{
    g_autoptr(GError) err = NULL;
    g_autofree gchar *data = NULL;
    gsize size;
    uint8_t type, len;

    if (!g_file_get_contents(file, &data, &size, &err)) {
        error_setg(errp, "file=%s: %s", file, err->message);
        return false;
    }
    type = size ? data[0] : 0;
    len = size > 1 ? data[1] : 0;
    if (size < 4 || len < 4 || size < (gsize)len + 2 || data[size - 1] || data[size - 2]) {
        error_setg(errp, "file=%s: not an SMBIOS structure: it must begin with its header and end "
                   "with two zero bytes", file);
        return false;
    }
    if (type <= MAX_TYPE && user.type[type].given) {
        error_setg(errp, "file=%s: type %u was already described by fields", file, type);
        return false;
    }
    set_bit(type, user.file_types);
    g_byte_array_append(user.files, (uint8_t *)data, size);
    user.num_files++;
    return true;
}

static QemuOptsList smbios_list = {
    .name = "smbios",
    .head = QTAILQ_HEAD_INITIALIZER(smbios_list.head),
    .desc = { { /* any key: checked here */ } },
};

static bool add_option(QemuOpts *opts, Error **errp)
{
    const char *file = qemu_opt_get(opts, "file");
    const char *type = qemu_opt_get(opts, "type");
    OptionWalk w;
    uint64_t t;

    if (file) {
        return add_file(file, errp);
    }
    if (!type) {
        error_setg(errp, "type= or file= must be given");
        return false;
    }
    if (qemu_strtou64(type, NULL, 0, &t) < 0 || t > MAX_TYPE || !field_info[t][0].name) {
        error_setg(errp, "type=%s: must be 0, 1, 2, 3, 4, 11 or 17", type);
        return false;
    }
    if (test_bit(t, user.file_types)) {
        error_setg(errp, "type=%s was already given as a file", type);
        return false;
    }
    w.type = t;
    user.type[t].given = true;
    return qemu_opt_foreach(opts, set_field, &w, errp) == 0;
}

bool smbios_add_option(const char *text, Error **errp)
{
    ERRP_GUARD();
    QemuOpts *opts;
    bool ok;

    if (!user.files) {
        user.files = g_byte_array_new();
        user.oem_strings = g_ptr_array_new();
    }
    opts = qemu_opts_parse(&smbios_list, text, false, errp);
    ok = opts && add_option(opts, errp);
    qemu_opts_del(opts);
    if (!ok) {
        error_prepend(errp, "-smbios %s: ", text);
    }
    return ok;
}

void smbios_set_defaults(const char *manufacturer, const char *product, const char *version)
{
    user.def_manufacturer = manufacturer;
    user.def_product = product;
    user.def_version = version;
}

/* ---- writing structures ---- */

typedef struct Builder {
    GByteArray *out;
    unsigned start;                 /* of the structure being written */
    GPtrArray *strings;             /* of it */
    unsigned count;
    unsigned max_size;
} Builder;

static void put(Builder *b, uint64_t v, unsigned size)
{
    uint8_t buf[8];

    stq_le_p(buf, v);
    g_byte_array_append(b->out, buf, size);
}

/* A string field: its number; 0 for none. */
static void put_string(Builder *b, const char *s)
{
    if (s && *s) {
        g_ptr_array_add(b->strings, g_strdup(s));
        put(b, b->strings->len, 1);
    } else {
        put(b, 0, 1);
    }
}

/* Begins a structure unless the user brought one of this type as a file. */
static bool begin(Builder *b, uint8_t type, uint16_t handle)
{
    if (test_bit(type, user.file_types)) {
        return false;
    }
    b->start = b->out->len;
    g_ptr_array_set_size(b->strings, 0);
    put(b, type, 1);
    put(b, 0, 1);
    put(b, handle, 2);
    return true;
}

static void end(Builder *b)
{
    b->out->data[b->start + 1] = b->out->len - b->start;
    for (unsigned i = 0; i < b->strings->len; i++) {
        const char *s = g_ptr_array_index(b->strings, i);

        g_byte_array_append(b->out, (const uint8_t *)s, strlen(s) + 1);
    }
    put(b, 0, b->strings->len ? 1 : 2);
    b->count++;
    b->max_size = MAX(b->max_size, b->out->len - b->start);
}

/* ---- the structures ---- */

static void build_bios(Builder *b)
{
    unsigned major = 0, minor = 0;
    const char *release = field(0, "release", NULL);
    bool uefi = false;

    if (!user.type[0].given || !begin(b, 0, 0x000)) {
        return;
    }
    if (field(0, "uefi", NULL)) {
        parse_option_bool("uefi", field(0, "uefi", NULL), &uefi, NULL);
    }
    put_string(b, field(0, "vendor", NULL));
    put_string(b, field(0, "version", NULL));
    put(b, 0xe800, 2);              /* segment */
    put_string(b, field(0, "date", NULL));
    put(b, 0, 1);                   /* ROM size: 64 KiB */
    put(b, 0x08, 8);                /* characteristics: not supported */
    put(b, 0, 1);
    put(b, 0x14 | (uefi ? 0x08 : 0), 1); /* targeted content, virtual machine */
    if (release) {
        sscanf(release, "%u.%u", &major, &minor);
        put(b, major, 1);
        put(b, minor, 1);
    } else {
        put(b, 0xffff, 2);
    }
    put(b, 0xffff, 2);              /* no embedded controller */
    end(b);
}

static void build_system(Builder *b)
{
    const char *given = field(1, "uuid", NULL);
    QemuUUID uuid = qemu_uuid, wire;

    if (!begin(b, 1, 0x100)) {
        return;
    }
    if (given) {
        qemu_uuid_parse(given, &uuid);
    }
    wire = qemu_uuid_bswap(uuid);
    put_string(b, field(1, "manufacturer", user.def_manufacturer));
    put_string(b, field(1, "product", user.def_product));
    put_string(b, field(1, "version", user.def_version));
    put_string(b, field(1, "serial", NULL));
    g_byte_array_append(b->out, wire.data, sizeof(wire.data));
    put(b, 0x06, 1);                /* woken by the power switch */
    put_string(b, field(1, "sku", NULL));
    put_string(b, field(1, "family", NULL));
    end(b);
}

static void build_board(Builder *b)
{
    if (!user.type[2].given || !begin(b, 2, 0x200)) {
        return;
    }
    put_string(b, field(2, "manufacturer", user.def_manufacturer));
    put_string(b, field(2, "product", user.def_product));
    put_string(b, field(2, "version", user.def_version));
    put_string(b, field(2, "serial", NULL));
    put_string(b, field(2, "asset", NULL));
    put(b, 0x01, 1);                /* hosting board */
    put_string(b, field(2, "location", NULL));
    put(b, 0x300, 2);               /* chassis */
    put(b, 0x0a, 1);                /* motherboard */
    put(b, 0, 1);
    end(b);
}

static void build_enclosure(Builder *b)
{
    if (!begin(b, 3, 0x300)) {
        return;
    }
    put_string(b, field(3, "manufacturer", user.def_manufacturer));
    put(b, 0x01, 1);                /* type: other */
    put_string(b, field(3, "version", user.def_version));
    put_string(b, field(3, "serial", NULL));
    put_string(b, field(3, "asset", NULL));
    put(b, 0x030303, 3);            /* states: safe */
    put(b, 0x02, 1);                /* security: unknown */
    put(b, 0, 4);
    put(b, 0, 1);                   /* height */
    put(b, 0, 1);                   /* power cords */
    put(b, 0, 2);                   /* no elements */
    put_string(b, field(3, "sku", NULL));
    end(b);
}

static void build_processor(Builder *b, const MachineState *ms, unsigned socket)
{
    g_autofree char *name = g_strdup_printf("%s%2x", field(4, "sock_pfx", "CPU"), socket);
    unsigned cores = machine_topo_get_cores_per_socket(ms);
    unsigned threads = machine_topo_get_threads_per_socket(ms);

    if (!begin(b, 4, 0x400 + socket)) {
        return;
    }
    put_string(b, name);
    put(b, 0x03, 1);                /* central processor */
    put(b, 0xfe, 1);                /* family: see the second field */
    put_string(b, field(4, "manufacturer", user.def_manufacturer));
    put(b, number(4, "processor-id", 0), 8);
    put_string(b, field(4, "version", user.def_version));
    put(b, 0, 1);                   /* voltage */
    put(b, 0, 2);                   /* external clock */
    put(b, number(4, "max-speed", DEFAULT_SPEED), 2);
    put(b, number(4, "current-speed", DEFAULT_SPEED), 2);
    put(b, 0x41, 1);                /* socket populated, processor enabled */
    put(b, 0x01, 1);                /* upgrade: other */
    put(b, NO_HANDLE, 2);
    put(b, NO_HANDLE, 2);
    put(b, NO_HANDLE, 2);
    put_string(b, field(4, "serial", NULL));
    put_string(b, field(4, "asset", NULL));
    put_string(b, field(4, "part", NULL));
    put(b, MIN(cores, 255u), 1);
    put(b, MIN(cores, 255u), 1);
    put(b, MIN(threads, 255u), 1);
    put(b, 0x02, 2);                /* characteristics: unknown */
    put(b, 0x01, 2);                /* family: other */
    put(b, cores, 2);
    put(b, cores, 2);
    put(b, threads, 2);
    end(b);
}

static void build_oem_strings(Builder *b)
{
    if (!user.oem_strings || !user.oem_strings->len || !begin(b, 11, 0xe00)) {
        return;
    }
    put(b, user.oem_strings->len, 1);
    for (unsigned i = 0; i < user.oem_strings->len; i++) {
        g_ptr_array_add(b->strings, g_strdup(g_ptr_array_index(user.oem_strings, i)));
    }
    end(b);
}

static void build_memory_array(Builder *b, uint64_t ram_size, unsigned dimms)
{
    uint64_t kib = ram_size / KiB;

    if (!begin(b, 16, 0x1000)) {
        return;
    }
    put(b, 0x01, 1);                /* location: other */
    put(b, 0x03, 1);                /* system memory */
    put(b, 0x06, 1);                /* multi-bit ECC */
    put(b, kib < 0x80000000u ? kib : 0x80000000u, 4);
    put(b, NO_ERROR_INFO, 2);
    put(b, dimms, 2);
    put(b, kib < 0x80000000u ? 0 : ram_size, 8);
    end(b);
}

static void build_memory_device(Builder *b, unsigned n, uint64_t size)
{
    g_autofree char *name = g_strdup_printf("%s %u", field(17, "loc_pfx", "DIMM"), n);
    uint64_t mib = DIV_ROUND_UP(size, MiB);

    if (!begin(b, 17, 0x1100 + n)) {
        return;
    }
    put(b, 0x1000, 2);
    put(b, NO_ERROR_INFO, 2);
    put(b, 0xffff, 2);              /* widths: unknown */
    put(b, 0xffff, 2);
    put(b, mib < 0x7fff ? mib : 0x7fff, 2);
    put(b, 0x09, 1);                /* DIMM */
    put(b, 0, 1);
    put_string(b, name);
    put_string(b, field(17, "bank", NULL));
    put(b, 0x07, 1);                /* RAM */
    put(b, 0x02, 2);                /* other */
    put(b, number(17, "speed", 0), 2);
    put_string(b, field(17, "manufacturer", user.def_manufacturer));
    put_string(b, field(17, "serial", NULL));
    put_string(b, field(17, "asset", NULL));
    put_string(b, field(17, "part", NULL));
    put(b, 0, 1);
    put(b, mib < 0x7fff ? 0 : mib, 4);
    put(b, number(17, "speed", 0), 2);
    put(b, 0, 6);                   /* voltages */
    end(b);
}

static void build_memory_range(Builder *b, unsigned n, const SmbiosMemoryArea *a)
{
    uint64_t start = a->address / KiB, last = (a->address + a->length) / KiB - 1;
    bool fits = last < UINT32_MAX;

    if (!begin(b, 19, 0x1300 + n)) {
        return;
    }
    put(b, fits ? start : UINT32_MAX, 4);
    put(b, fits ? last : UINT32_MAX, 4);
    put(b, 0x1000, 2);
    put(b, 1, 1);
    put(b, fits ? 0 : a->address, 8);
    put(b, fits ? 0 : a->address + a->length - 1, 8);
    end(b);
}

static void build_trailer(Builder *b)
{
    if (begin(b, 32, 0x2000)) {
        put(b, 0, 6);
        put(b, 0, 1);               /* no errors detected */
        end(b);
    }
    begin(b, 127, 0x7f00);
    end(b);
}

/* ---- entry points ---- */

static uint8_t *build_anchor_2(const Builder *b, size_t *len)
{
    uint8_t *a = g_malloc0(31);

    memcpy(a, "_SM_", 4);
    a[5] = 31;
    a[6] = 2;
    a[7] = 8;
    stw_le_p(a + 8, b->max_size);
    memcpy(a + 16, "_DMI_", 5);
    stw_le_p(a + 22, b->out->len);
    stw_le_p(a + 28, b->count);
    a[30] = 0x28;
    *len = 31;
    return a;
}

static uint8_t *build_anchor_3(const Builder *b, size_t *len)
{
    uint8_t *a = g_malloc0(24);

    memcpy(a, "_SM3_", 5);
    a[6] = 24;
    a[7] = 3;
    a[10] = 1;
    stl_le_p(a + 12, b->out->len);
    *len = 24;
    return a;
}

bool smbios_build(MachineState *ms, bool ep64, const SmbiosMemoryArea *memory, unsigned num_areas,
                  uint8_t **tables, size_t *tables_len, uint8_t **anchor, size_t *anchor_len,
                  Error **errp)
{
    Builder b = { .out = g_byte_array_new(),
                  .strings = g_ptr_array_new_with_free_func(g_free) };
    unsigned dimms = DIV_ROUND_UP(ms->ram_size, DIMM_SIZE);

    if (user.files) {
        g_byte_array_append(b.out, user.files->data, user.files->len);
        b.count = user.num_files;
        b.max_size = user.files->len;
    }
    build_bios(&b);
    build_system(&b);
    build_board(&b);
    build_enclosure(&b);
    for (unsigned i = 0; i < MAX(ms->smp.sockets, 1u); i++) {
        build_processor(&b, ms, i);
    }
    build_oem_strings(&b);
    build_memory_array(&b, ms->ram_size, dimms);
    for (unsigned i = 0; i < dimms; i++) {
        build_memory_device(&b, i, MIN(ms->ram_size - i * (uint64_t)DIMM_SIZE, DIMM_SIZE));
    }
    for (unsigned i = 0; i < num_areas; i++) {
        build_memory_range(&b, i, &memory[i]);
    }
    build_trailer(&b);
    g_ptr_array_free(b.strings, TRUE);
    if (!ep64 && b.out->len > MAX_TABLES) {
        error_setg(errp, "SMBIOS tables of %u bytes are too long: %d bytes at most, or "
                   "-machine smbios-entry-point-type=64", b.out->len, MAX_TABLES);
        g_byte_array_free(b.out, TRUE);
        return false;
    }
    *anchor = ep64 ? build_anchor_3(&b, anchor_len) : build_anchor_2(&b, anchor_len);
    *tables_len = b.out->len;
    *tables = g_byte_array_free(b.out, FALSE);
    return true;
}
