/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: looking options up in options.def and noting what they say.
 *
 * Thread: main thread at start-up. Errors are one line for the user and exit status 1.
 */
#include "qemu/osdep.h"
#include "trace/control.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "qapi/visitor.h"
#include "chardev/char.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "softmmu/cmdline.h"
#include "qemu/datadir.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

typedef struct BlockSlot {
    const char *interface;
    int index; /* -1: the next free one */
} BlockSlot;

typedef enum OptionId {
    OPT_HELP, OPT_VERSION, OPT_MACHINE, OPT_CPU, OPT_ACCEL, OPT_SMP, OPT_NUMA, OPT_ADD_FD,
    OPT_SET, OPT_GLOBAL, OPT_BOOT, OPT_MEMORY, OPT_MEM_PATH, OPT_MEM_PREALLOC, OPT_KEYMAP,
    OPT_DEVICE, OPT_NAME, OPT_UUID, OPT_FDA, OPT_FDB, OPT_HDA, OPT_HDB, OPT_HDC, OPT_HDD,
    OPT_CDROM, OPT_BLOCKDEV, OPT_DRIVE, OPT_MTDBLOCK, OPT_SD, OPT_SNAPSHOT, OPT_USB,
    OPT_DISPLAY, OPT_NOGRAPHIC, OPT_VGA, OPT_VNC, OPT_NIC, OPT_NETDEV, OPT_NET, OPT_CHARDEV,
    OPT_BIOS, OPT_PFLASH, OPT_KERNEL, OPT_APPEND, OPT_INITRD, OPT_DTB, OPT_SMBIOS,
    OPT_ACPITABLE, OPT_NO_ACPI, OPT_NO_HPET, OPT_FW_CFG, OPT_SERIAL, OPT_PARALLEL, OPT_MONITOR,
    OPT_QMP, OPT_QMP_PRETTY, OPT_MON, OPT_DEBUGCON, OPT_PIDFILE, OPT_STOPPED, OPT_OVERCOMMIT,
    OPT_GDB, OPT_GDB_DEFAULT, OPT_LOG, OPT_LOGFILE, OPT_DFILTER, OPT_SEED, OPT_DATADIR,
    OPT_ENABLE_KVM, OPT_NO_REBOOT, OPT_NO_SHUTDOWN, OPT_ACTION, OPT_LOADVM, OPT_DAEMONIZE,
    OPT_RTC, OPT_ICOUNT, OPT_WATCHDOG_ACTION, OPT_ECHR, OPT_INCOMING, OPT_NODEFAULTS, OPT_RUNAS,
    OPT_SANDBOX, OPT_READCONFIG, OPT_WRITECONFIG, OPT_NO_USER_CONFIG, OPT_TRACE, OPT_MSG,
    OPT_OBJECT, OPT_QTEST, OPT_QTEST_LOG, OPT_OPTION_ROM, OPT_SINGLESTEP, OPT_CHROOT,
    OPT_ONLY_MIGRATABLE, OPT_IGNORED, OPT_UNSUPPORTED,
} OptionId;

typedef enum OptionGroup {
    GROUP_STANDARD, GROUP_BLOCK, GROUP_DEVICES, GROUP_DISPLAYS, GROUP_NETWORK, GROUP_CHARACTER,
    GROUP_BOOTING, GROUP_DEBUG, GROUP_OBJECTS,
} OptionGroup;

static const char *const group_titles[] = {
    [GROUP_STANDARD] = "Standard options", [GROUP_BLOCK] = "Block device options",
    [GROUP_DEVICES] = "USB convenience options", [GROUP_DISPLAYS] = "Display options",
    [GROUP_NETWORK] = "Network options", [GROUP_CHARACTER] = "Character device options",
    [GROUP_BOOTING] = "Boot Image or Kernel specific",
    [GROUP_DEBUG] = "Debug/Expert options", [GROUP_OBJECTS] = "Generic object creation",
};

typedef struct Option {
    const char *name;
    bool has_arg;
    OptionId id;
    OptionGroup group;
    const char *synopsis, *help;
} Option;

static const Option options[] = {
#define OPTION(name, arg, id, group, synopsis, help)                                             \
    { name, arg, OPT_##id, GROUP_##group, synopsis, help },
#include "softmmu/options.def"
#undef OPTION
};

/* ---- help ---- */

static void print_version(void)
{
    printf("QEMU emulator version %s (Moa)\n", qemu_version_text);
}

static void print_help(const char *progname)
{
    int group = -1;

    print_version();
    printf("usage: %s [options] [disk_image]\n\n"
           "'disk_image' is a raw hard disk image for IDE hard disk 0\n", progname);
    for (unsigned i = 0; i < ARRAY_SIZE(options); i++) {
        const Option *o = &options[i];

        if (!o->synopsis) {
            continue;
        }
        if ((int)o->group != group) {
            group = o->group;
            printf("\n%s:\n", group_titles[group]);
        }
        printf("%s\n                %s\n", o->synopsis, o->help);
    }
    printf("\nDuring emulation, the following keys are useful on a multiplexed console:\n"
           "ctrl-a h        help\n"
           "ctrl-a x        exit the emulator\n"
           "ctrl-a c        switch between console and monitor\n");
}

/* ---- errors ---- */

static G_NORETURN void fail(void)
{
    exit(EXIT_FAILURE);
}

static G_NORETURN void fail_err(Error *err)
{
    error_report_err(err);
    fail();
}

static QemuOpts *parse_list(const char *list, const char *arg, bool permit_abbrev)
{
    QemuOpts *opts;

    if (strcmp(list, "chardev") == 0 && is_help_option(arg)) {
        qemu_chr_print_types();
        exit(EXIT_SUCCESS);
    }
    opts = qemu_opts_parse_noisily(qemu_find_opts(list), arg, permit_abbrev);
    if (!opts) {
        fail();
    }
    return opts;
}

/* Merge key=value pairs into a dictionary; help asks for a list and ends the program later. */
static void merge_keyval(QDict *into, const char *arg, const char *implied)
{
    Error *err = NULL;
    bool help = false;
    QDict *d = keyval_parse(arg, implied, &help, &err);

    if (!d) {
        fail_err(err);
    }
    if (help) {
        qdict_put_str(d, implied ? implied : "help", "help");
    }
    keyval_merge(into, d, &err);
    if (err) {
        fail_err(err);
    }
    qobject_unref(d);
}

/* ---- single options ---- */

static QemuOpts *add_drive(CommandLine *cl, BlockSlot slot, const char *file, const char *extra)
{
    QemuOpts *opts = qemu_opts_create(qemu_find_opts("drive"), NULL, 0, &error_abort);

    if (slot.interface) {
        qemu_opt_set(opts, "if", slot.interface, &error_abort);
    }
    if (slot.index >= 0) {
        g_autofree char *n = g_strdup_printf("%d", slot.index);
        qemu_opt_set(opts, "index", n, &error_abort);
    }
    if (file) {
        qemu_opt_set(opts, "file", file, &error_abort);
    }
    if (extra && !qemu_opts_do_parse(opts, extra, NULL, &error_abort)) {
        fail();
    }
    cl->drives = g_slist_append(cl->drives, opts);
    return opts;
}

static void add_device(CommandLine *cl, const char *arg)
{
    DeviceOption *d = g_new0(DeviceOption, 1);

    if (arg[0] == '{') {
        Error *err = NULL;
        QObject *o = qobject_from_json(arg, &err);

        if (!o) {
            fail_err(err);
        }
        d->opts = qobject_to(QDict, o);
        if (!d->opts) {
            error_report("-device: a JSON object is expected");
            fail();
        }
    } else {
        d->plain = parse_list("device", arg, true);
    }
    QTAILQ_INSERT_TAIL(&cl->devices, d, next);
}

static void add_object(CommandLine *cl, const char *arg)
{
    ObjectOption *o = g_new0(ObjectOption, 1);

    o->text = g_strdup(arg);
    QTAILQ_INSERT_TAIL(&cl->objects, o, next);
}

static void set_action(const char *arg)
{
    QemuOpts *opts = parse_list("action", arg, false);
    Error *err = NULL;
    const char *v;
    int n;

    static const struct {
        const char *key;
        const char *const *lookup;
        void *where;
    } actions[] = {
        { "reboot", RebootAction_lookup, &reboot_action },
        { "shutdown", ShutdownAction_lookup, &shutdown_action },
        { "panic", PanicAction_lookup, &panic_action },
        { "watchdog", WatchdogAction_lookup, &watchdog_action },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(actions); i++) {
        v = qemu_opt_get(opts, actions[i].key);
        if (!v) {
            continue;
        }
        n = qapi_enum_parse(actions[i].lookup, v, -1, &err);
        if (err) {
            fail_err(err);
        }
        *(int *)actions[i].where = n;
    }
    qemu_opts_del(opts);
}

static void set_accel(CommandLine *cl, const char *arg)
{
    g_auto(GStrv) names = NULL;
    const char *first;

    merge_keyval(cl->accel, arg, "accel");
    first = qdict_get_try_str(cl->accel, "accel");
    names = g_strsplit(first ? first : "", ":", 0);
    for (char **n = names; *n; n++) {
        cl->accels = g_slist_append(cl->accels, g_strdup(*n));
    }
    cl->accel_given = true;
}

static void set_item(const char *arg)
{
    char group[64], id[64], key[64];
    int n = 0;
    QemuOptsList *list;
    QemuOpts *opts;
    Error *err = NULL;

    if (sscanf(arg, "%63[^.].%63[^.].%63[^=]%n", group, id, key, &n) < 3 || arg[n] != '=') {
        error_report("can't parse: \"%s\"", arg);
        fail();
    }
    list = qemu_find_opts_err(group, &err);
    if (!list) {
        fail_err(err);
    }
    opts = qemu_opts_find(list, id);
    if (!opts) {
        error_report("there is no %s \"%s\" defined", group, id);
        fail();
    }
    if (!qemu_opt_set(opts, key, arg + n + 1, &err)) {
        fail_err(err);
    }
}

static void read_config(const char *arg)
{
    Error *err = NULL;

    if (qemu_read_config_file(arg, NULL, NULL, &err) < 0) {
        error_prepend(&err, "-readconfig %s: ", arg);
        fail_err(err);
    }
}

static void write_config(const char *arg)
{
    FILE *f = strcmp(arg, "-") == 0 ? stdout : fopen(arg, "w");

    if (!f) {
        error_report("open %s: %s", arg, strerror(errno));
        fail();
    }
    qemu_config_write(f);
    if (f != stdout && fclose(f) != 0) {
        error_report("write %s: %s", arg, strerror(errno));
        fail();
    }
}

static void set_log(CommandLine *cl, const char *arg)
{
    if (is_help_option(arg)) {
        qemu_print_log_usage(stdout);
        exit(EXIT_SUCCESS);
    }
    cl->log = arg;
}

static void set_legacy_machine(CommandLine *cl, const char *key, const char *value)
{
    qdict_put_str(cl->machine, key, value);
}

/* Options that name a drive slot. */
static bool slot_option(CommandLine *cl, OptionId id, const char *arg)
{
    static const struct {
        OptionId id;
        BlockSlot slot;
        const char *extra;
    } slots[] = {
        { OPT_HDA, { "ide", 0 }, "media=disk" }, { OPT_HDB, { "ide", 1 }, "media=disk" },
        { OPT_HDC, { "ide", 2 }, "media=disk" }, { OPT_HDD, { "ide", 3 }, "media=disk" },
        { OPT_CDROM, { "ide", 2 }, "media=cdrom" },
        { OPT_FDA, { "floppy", 0 }, NULL }, { OPT_FDB, { "floppy", 1 }, NULL },
        { OPT_PFLASH, { "pflash", -1 }, NULL }, { OPT_MTDBLOCK, { "mtd", -1 }, NULL },
        { OPT_SD, { "sd", -1 }, NULL },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(slots); i++) {
        if (slots[i].id == id) {
            add_drive(cl, slots[i].slot, arg, slots[i].extra);
            return true;
        }
    }
    return false;
}

/* Options whose argument is just kept; true if id is one. */
static bool keep_option(CommandLine *cl, OptionId id, const char *arg)
{
    const struct {
        OptionId id;
        const char **where;
    } keep[] = {
        { OPT_MEM_PATH, &cl->mem_path }, { OPT_GDB, &cl->gdb }, { OPT_LOGFILE, &cl->logfile },
        { OPT_DFILTER, &cl->dfilter }, { OPT_PIDFILE, &cl->pidfile },
        { OPT_LOADVM, &cl->loadvm }, { OPT_INCOMING, &cl->incoming }, { OPT_QTEST, &cl->qtest },
        { OPT_QTEST_LOG, &cl->qtest_log }, { OPT_KEYMAP, &cl->keymap }, { OPT_UUID, &cl->uuid },
        { OPT_VGA, &cl->vga }, { OPT_DISPLAY, &cl->display },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(keep); i++) {
        if (keep[i].id == id) {
            *keep[i].where = arg;
            return true;
        }
    }
    return false;
}

/* Options that may be given several times and are kept in order. */
static bool append_option(CommandLine *cl, OptionId id, const char *arg)
{
    const struct {
        OptionId id;
        GPtrArray *list;
        const char *prefix;
    } lists[] = {
        { OPT_SERIAL, cl->serial, "" }, { OPT_PARALLEL, cl->parallel, "" },
        { OPT_MONITOR, cl->monitor, "" }, { OPT_QMP, cl->qmp, "-" },
        { OPT_QMP_PRETTY, cl->qmp, "p" }, { OPT_NETDEV, cl->netdevs, "" },
        { OPT_NIC, cl->nics, "" }, { OPT_NET, cl->nets, "" },
        { OPT_BLOCKDEV, cl->blockdevs, "" }, { OPT_ACPITABLE, cl->acpitables, "" },
        { OPT_SMBIOS, cl->smbios, "" }, { OPT_FW_CFG, cl->fw_cfgs, "" },
        { OPT_NUMA, cl->numa, "" }, { OPT_OPTION_ROM, cl->option_roms, "" },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(lists); i++) {
        if (lists[i].id == id) {
            g_ptr_array_add(lists[i].list, g_strconcat(lists[i].prefix, arg, NULL));
            return true;
        }
    }
    return false;
}

/* Options that stand for a key of -machine, or fill an option list. */
static bool translated_option(CommandLine *cl, OptionId id, const char *arg)
{
    static const struct {
        OptionId id;
        const char *key;
    } machine_keys[] = {
        { OPT_KERNEL, "kernel" }, { OPT_INITRD, "initrd" }, { OPT_APPEND, "append" },
        { OPT_DTB, "dtb" }, { OPT_BIOS, "firmware" },
    };
    static const struct {
        OptionId id;
        const char *list;
        bool abbrev;
    } lists[] = {
        { OPT_SMP, "smp-opts", true }, { OPT_BOOT, "boot-opts", true },
        { OPT_MEMORY, "memory", true }, { OPT_NAME, "name", true },
        { OPT_CHARDEV, "chardev", true }, { OPT_MON, "mon", true }, { OPT_RTC, "rtc", false },
        { OPT_OVERCOMMIT, "overcommit", false }, { OPT_SANDBOX, "sandbox", true },
        { OPT_MSG, "msg", false }, { OPT_ICOUNT, "icount", true }, { OPT_ADD_FD, "add-fd", false },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(machine_keys); i++) {
        if (machine_keys[i].id == id) {
            set_legacy_machine(cl, machine_keys[i].key, arg);
            return true;
        }
    }
    for (unsigned i = 0; i < ARRAY_SIZE(lists); i++) {
        if (lists[i].id == id) {
            parse_list(lists[i].list, arg, lists[i].abbrev);
            return true;
        }
    }
    return false;
}

static bool flag_option(CommandLine *cl, OptionId id)
{
    switch (id) {
    case OPT_SNAPSHOT:
        cl->snapshot = true;
        return true;
    case OPT_NOGRAPHIC:
        cl->nographic = true;
        set_legacy_machine(cl, "graphics", "off");
        return true;
    case OPT_MEM_PREALLOC:
        object_register_sugar_prop("memory-backend", "prealloc", "on", false);
        return true;
    case OPT_SINGLESTEP:
        qdict_put_str(cl->accel, "one-insn-per-tb", "on");
        return true;
    case OPT_ONLY_MIGRATABLE:
        vmstate_set_only_migratable(true);
        return true;
    case OPT_USB:
        set_legacy_machine(cl, "usb", "on");
        return true;
    case OPT_NO_ACPI:
        set_legacy_machine(cl, "acpi", "off");
        return true;
    case OPT_NO_HPET:
        set_legacy_machine(cl, "hpet", "off");
        return true;
    case OPT_STOPPED:
        cl->stopped = true;
        return true;
    case OPT_GDB_DEFAULT:
        cl->gdb = "tcp::1234";
        return true;
    case OPT_NO_REBOOT:
        reboot_action = REBOOT_ACTION_SHUTDOWN;
        return true;
    case OPT_NO_SHUTDOWN:
        shutdown_action = SHUTDOWN_ACTION_PAUSE;
        return true;
    case OPT_DAEMONIZE:
        cl->daemonize = true;
        os_set_daemonize(true);
        return true;
    case OPT_NODEFAULTS:
        cl->nodefaults = true;
        return true;
    case OPT_NO_USER_CONFIG:
        cl->no_user_config = true;
        return true;
    case OPT_IGNORED:
        return true;
    default:
        return false;
    }
}

static void other_option(CommandLine *cl, const Option *o, const char *arg)
{
    Error *err = NULL;
    int64_t n;

    switch (o->id) {
    case OPT_HELP:
        print_help(cl->progname);
        exit(EXIT_SUCCESS);
    case OPT_VERSION:
        print_version();
        exit(EXIT_SUCCESS);
    case OPT_MACHINE:
        merge_keyval(cl->machine, arg, "type");
        break;
    case OPT_CPU:
        g_free(cl->cpu);
        cl->cpu = g_strdup(arg);
        break;
    case OPT_ACCEL:
        set_accel(cl, arg);
        break;
    case OPT_ENABLE_KVM:
        set_accel(cl, "kvm");
        break;
    case OPT_SET:
        set_item(arg);
        break;
    case OPT_GLOBAL:
        if (!qdev_parse_global(arg, &err)) {
            fail_err(err);
        }
        break;
    case OPT_DEVICE:
        add_device(cl, arg);
        break;
    case OPT_OBJECT:
        add_object(cl, arg);
        break;
    case OPT_DRIVE:
        cl->drives = g_slist_append(cl->drives, parse_list("drive", arg, false));
        break;
    case OPT_DEBUGCON:
        cl->debugcon = g_strdup(arg);
        break;
    case OPT_LOG:
        set_log(cl, arg);
        break;
    case OPT_DATADIR:
        if (is_help_option(arg)) {
            qemu_list_data_dirs();
            exit(EXIT_SUCCESS);
        }
        qemu_add_data_dir(g_strdup(arg));
        break;
    case OPT_ACTION:
        set_action(arg);
        break;
    case OPT_WATCHDOG_ACTION: {
        g_autofree char *a = g_strconcat("watchdog=", arg, NULL);
        set_action(a);
        break;
    }
    case OPT_ECHR:
        if (qemu_strtoi64(arg, NULL, 0, &n) < 0 || n < 0 || n > 255) {
            error_report("-echr: '%s' is not a character code (0 to 255)", arg);
            fail();
        }
        qemu_chr_mux_set_escape(n);
        break;
    case OPT_SEED:
        if (qemu_strtoi64(arg, NULL, 0, &n) < 0) {
            error_report("-seed: '%s' is not a number", arg);
            fail();
        }
        cl->seed = n;
        cl->has_seed = true;
        break;
    case OPT_RUNAS:
        cl->runas = arg;
        if (!os_set_runas(arg, &err)) {
            fail_err(err);
        }
        break;
    case OPT_CHROOT:
        if (!os_set_chroot(arg, &err)) {
            fail_err(err);
        }
        break;
    case OPT_READCONFIG:
        read_config(arg);
        break;
    case OPT_WRITECONFIG:
        write_config(arg);
        break;
    case OPT_TRACE:
        trace_opt_parse(arg);
        break;
    default:
        error_report("option -%s is not offered by this build", o->name);
        fail();
    }
}

/* ---- parsing ---- */

static const Option *find_option(const char *text)
{
    const char *name = text + 1;

    if (*name == '-') {
        name++; /* two dashes are as good as one */
    }
    for (unsigned i = 0; i < ARRAY_SIZE(options); i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static void init_lists(CommandLine *cl)
{
    cl->machine = qdict_new();
    cl->accel = qdict_new();
    QTAILQ_INIT(&cl->devices);
    QTAILQ_INIT(&cl->objects);
    GPtrArray **lists[] = { &cl->serial, &cl->parallel, &cl->monitor, &cl->qmp, &cl->netdevs,
                            &cl->nics, &cl->nets, &cl->blockdevs, &cl->acpitables, &cl->smbios,
                            &cl->fw_cfgs, &cl->numa, &cl->option_roms };
    for (unsigned i = 0; i < ARRAY_SIZE(lists); i++) {
        *lists[i] = g_ptr_array_new_with_free_func(g_free);
    }
}

void cmdline_parse(CommandLine *cl, int argc, char **argv)
{
    init_lists(cl);
    cl->progname = argv[0];
    for (int i = 1; i < argc;) {
        const char *text = argv[i], *arg = NULL;
        const Option *o;

        loc_set_cmdline(argv, i, 1);
        if (text[0] != '-' || text[1] == '\0') {
            add_drive(cl, (BlockSlot){ "ide", 0 }, text, "media=disk");
            i++;
            continue;
        }
        o = find_option(text);
        if (!o) {
            error_report("invalid option");
            fail();
        }
        i++;
        if (o->has_arg) {
            if (i >= argc) {
                error_report("requires an argument");
                fail();
            }
            arg = argv[i++];
            loc_set_cmdline(argv, i - 2, 2);
        }
        if (!(o->has_arg ? slot_option(cl, o->id, arg) || keep_option(cl, o->id, arg) ||
                               append_option(cl, o->id, arg) ||
                               translated_option(cl, o->id, arg)
                         : flag_option(cl, o->id))) {
            other_option(cl, o, arg);
        }
    }
    loc_set_none();
}
