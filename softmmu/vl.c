/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which a run is set up, from the command line to the main loop.
 *
 * Thread: main thread, holding the big lock from qemu_init_main_loop() on. Errors of the
 * user's are reported in one line and end the program with status 1.
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "chardev/char.h"
#include "exec/cpu-exec.h"
#include "exec/memory.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/firmware/smbios.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-core.h"
#include "monitor/monitor.h"
#include "qom/object_interfaces.h"
#include "softmmu/cmdline.h"
#include "softmmu/cpus.h"
#include "qemu/datadir.h"
#include "softmmu/machine-setup.h"
#include "sysemu/blockdev.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "trace/control.h"

const char qemu_version_text[] = QEMU_VERSION;

static CommandLine cl;
static char *pidfile_written;

static G_NORETURN void die(Error *err)
{
    error_report_err(err);
    exit(EXIT_FAILURE);
}

/* ---- early: process, logs ---- */

static void setup_logging(void)
{
    Error *err = NULL;
    int mask = 0;

    if (cl.logfile && !qemu_set_log_filename(cl.logfile, &err)) {
        die(err);
    }
    if (cl.dfilter) {
        qemu_set_dfilter_ranges(cl.dfilter, &err);
        if (err) {
            die(err);
        }
    }
    trace_init_backends();
    if (cl.log) {
        mask = qemu_str_to_log_mask(cl.log);
        if (!mask) {
            error_report("-d: '%s' is not a list of log items; -d help lists them", cl.log);
            exit(EXIT_FAILURE);
        }
        if (!qemu_set_log(mask, &err)) {
            die(err);
        }
    }
    trace_init_file();
}

static void remove_pidfile(void)
{
    if (pidfile_written) {
        unlink(pidfile_written);
    }
}

/* Options that are understood but have nothing behind them end the program, not the data. */
static void refuse_unserved(void)
{
    const struct {
        const char *name;
        bool given;
    } unserved[] = {
        { "-snapshot", cl.snapshot && cl.drives },
        { "-incoming", cl.incoming != NULL },
        { "-loadvm", cl.loadvm != NULL },
        { "-icount", !QTAILQ_EMPTY(&qemu_find_opts("icount")->head) },
        { "-netdev", cl.netdevs->len > 0 },
        { "-blockdev", cl.blockdevs->len > 0 },
        { "-nic", cl.nics->len && strcmp(cl.nics->pdata[0], "none") != 0 },
        { "-net", cl.nets->len && strcmp(cl.nets->pdata[0], "none") != 0 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(unserved); i++) {
        if (unserved[i].given) {
            error_report("option %s is not offered by this build", unserved[i].name);
            exit(EXIT_FAILURE);
        }
    }
}

static void setup_process(void)
{
    Error *err = NULL;
    QemuOpts *o = QTAILQ_FIRST(&qemu_find_opts("overcommit")->head);

    os_daemonize();
    if (cl.pidfile) {
        if (!qemu_write_pidfile(cl.pidfile, &err)) {
            error_prepend(&err, "cannot create PID file: ");
            die(err);
        }
        pidfile_written = realpath(cl.pidfile, NULL);
        atexit(remove_pidfile);
    }
    if (o && qemu_opt_get_bool(o, "mem-lock", false) && os_mlock() < 0) {
        error_report("-overcommit mem-lock=on: locking memory failed");
        exit(EXIT_FAILURE);
    }
}

static void shutdown_signal(int signal, pid_t sender)
{
    qemu_system_killed(signal, sender);
}

static void setup_names(void)
{
    QemuOpts *o = QTAILQ_FIRST(&qemu_find_opts("name")->head);
    QemuOpts *m = QTAILQ_FIRST(&qemu_find_opts("msg")->head);

    if (o) {
        machine_setup_name(qemu_opt_get(o, "guest"));
        qemu_thread_naming(qemu_opt_get_bool(o, "debug-threads", false));
    }
    if (m) {
        error_set_msg_options(qemu_opt_get_bool(m, "timestamp", false),
                              qemu_opt_get_bool(m, "guest-name", false)
                                  ? machine_guest_name() : NULL);
    }
    if (cl.uuid && !machine_setup_uuid(cl.uuid)) {
        error_report("-uuid: '%s' is not of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                     cl.uuid);
        exit(EXIT_FAILURE);
    }
}

/* ---- what the board gets besides what the user names ---- */

static bool user_has_device(const char *const *names)
{
    DeviceOption *d;

    QTAILQ_FOREACH(d, &cl.devices, next) {
        const char *driver = d->opts ? qdict_get_try_str(d->opts, "driver")
                                     : qemu_opt_get(d->plain, "driver");
        for (const char *const *n = names; driver && *n; n++) {
            if (strcmp(driver, *n) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool drive_slot_used(const char *interface, int index)
{
    for (GSList *l = cl.drives; l; l = l->next) {
        const char *i = qemu_opt_get(l->data, "if");
        if (strcmp(i ? i : "ide", interface) == 0 &&
            qemu_opt_get(l->data, "index") && atoi(qemu_opt_get(l->data, "index")) == index) {
            return true;
        }
    }
    return false;
}

static bool user_has_cdrom(void)
{
    for (GSList *l = cl.drives; l; l = l->next) {
        if (g_strcmp0(qemu_opt_get(l->data, "media"), "cdrom") == 0) {
            return true;
        }
    }
    return drive_slot_used("ide", 2);
}

static void decide_defaults(const MachineClass *mc)
{
    static const char *const serials[] = { "isa-serial", NULL };
    static const char *const parallels[] = { "isa-parallel", NULL };
    static const char *const floppies[] = { "isa-fdc", "floppy", NULL };
    static const char *const cdroms[] = { "ide-cd", "scsi-cd", NULL };
    static const char *const vgas[] = { "VGA", "isa-vga", "cirrus-vga", "virtio-vga",
                                        "virtio-gpu-pci", "qxl-vga", "vmware-svga", "bochs-display",
                                        "secondary-vga", NULL };
    bool on = !cl.nodefaults;

    cl.default_serial = on && !cl.serial->len && !user_has_device(serials) && !mc->no_serial;
    cl.default_parallel = on && !cl.parallel->len && !user_has_device(parallels) &&
                          !mc->no_parallel;
    cl.default_monitor = on && !cl.monitor->len && !cl.qmp->len &&
                         QTAILQ_EMPTY(&qemu_find_opts("mon")->head);
    cl.default_floppy = on && !user_has_device(floppies) && !mc->no_floppy &&
                        !drive_slot_used("floppy", 0);
    cl.default_cdrom = on && !user_has_device(cdroms) && !mc->no_cdrom && !user_has_cdrom();
    cl.default_vga = on && !cl.vga && !user_has_device(vgas);
    cl.default_net = on && !cl.nics->len && !cl.nets->len;
}

/*
 * Where the default serial port and monitor go: with -nographic both to the terminal, one at a
 * time (Ctrl-A c switches); without a display of its own the serial port has nowhere to be
 * shown, and the monitor would take the terminal.
 */
static void decide_terminals(void)
{
    if (cl.nographic) {
        if (cl.default_parallel) {
            g_ptr_array_add(cl.parallel, g_strdup("null"));
        }
        if (cl.default_serial && cl.default_monitor) {
            g_ptr_array_add(cl.serial, g_strdup("mon:stdio"));
        } else {
            if (cl.default_serial) {
                g_ptr_array_add(cl.serial, g_strdup("stdio"));
            }
            if (cl.default_monitor) {
                g_ptr_array_add(cl.monitor, g_strdup("stdio"));
            }
        }
        return;
    }
    if (cl.default_serial) {
        g_ptr_array_add(cl.serial, g_strdup("null"));
    }
    if (cl.default_parallel) {
        g_ptr_array_add(cl.parallel, g_strdup("null"));
    }
}

/* ---- back ends ---- */

static int create_chardev(void *opaque, QemuOpts *opts, Error **errp)
{
    Error *err = NULL;

    if (!qemu_chr_new_from_opts(opts, NULL, &err)) {
        if (err) {
            error_propagate(errp, err);
            return -1;
        }
        exit(EXIT_SUCCESS); /* help was asked for */
    }
    return 0;
}

static void create_objects(bool early)
{
    ObjectOption *o;

    QTAILQ_FOREACH(o, &cl.objects, next) {
        /* Memory back ends and such are needed by the board; the rest may refer to devices. */
        bool is_late = machine_setup_object_is_late(o->text);
        Error *err = NULL;

        if (early == is_late) {
            continue;
        }
        if (!user_creatable_add_from_str(o->text, &err)) {
            if (!err) {
                exit(EXIT_SUCCESS);
            }
            die(err);
        }
    }
}

static int create_monitor(void *opaque, QemuOpts *opts, Error **errp)
{
    return monitor_init_opts(opts, errp);
}

/* -monitor and -qmp: a character device and a monitor on it. */
static void add_monitor_device(const char *dev, const char *mode, bool pretty, unsigned n)
{
    g_autofree char *label = g_strdup_printf("compat_monitor%u", n);
    const char *id = label;
    QemuOpts *opts;

    if (strcmp(dev, "none") == 0) {
        return;
    }
    if (strncmp(dev, "chardev:", 8) == 0) {
        id = dev + 8;
    } else {
        opts = qemu_chr_parse_compat(label, dev, true);
        if (!opts) {
            error_report("parse error: %s", dev);
            exit(EXIT_FAILURE);
        }
    }
    opts = qemu_opts_create(qemu_find_opts("mon"), label, 1, &error_fatal);
    qemu_opt_set(opts, "mode", mode, &error_abort);
    qemu_opt_set(opts, "chardev", id, &error_abort);
    if (pretty) {
        qemu_opt_set_bool(opts, "pretty", true, &error_abort);
    }
}

static void collect_monitors(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < cl.monitor->len; i++) {
        add_monitor_device(cl.monitor->pdata[i], "readline", false, n++);
    }
    for (unsigned i = 0; i < cl.qmp->len; i++) {
        const char *q = cl.qmp->pdata[i];
        add_monitor_device(q + 1, "control", q[0] == 'p', n++);
    }
}

static Chardev *serials[MAX_SERIAL], *parallels[MAX_PARALLEL];

Chardev *serial_hd(int i)
{
    return i >= 0 && i < MAX_SERIAL ? serials[i] : NULL;
}

Chardev *parallel_hd(int i)
{
    return i >= 0 && i < MAX_PARALLEL ? parallels[i] : NULL;
}

static void create_ports(GPtrArray *list, const char *what, Chardev **out, unsigned max)
{
    if (list->len > max) {
        error_report("too many %s ports: at most %u", what, max);
        exit(EXIT_FAILURE);
    }
    for (unsigned i = 0; i < list->len; i++) {
        const char *dev = list->pdata[i];
        g_autofree char *label = g_strdup_printf("%s%u", what, i);

        if (strcmp(dev, "none") == 0) {
            continue;
        }
        out[i] = qemu_chr_new_mux_mon(label, dev, NULL);
        if (!out[i]) {
            error_report("could not connect %s port %u to character backend '%s'", what, i, dev);
            exit(EXIT_FAILURE);
        }
    }
}

static void create_back_ends(void)
{
    Error *err = NULL;

    collect_monitors();
    if (qemu_opts_foreach(qemu_find_opts("chardev"), create_chardev, NULL, &err)) {
        die(err);
    }
    create_objects(true);
    machine_setup_drives(&cl);
    create_ports(cl.serial, "serial", serials, MAX_SERIAL);
    create_ports(cl.parallel, "parallel", parallels, MAX_PARALLEL);
    if (cl.debugcon) {
        machine_setup_debugcon(cl.debugcon);
    }
}

static void create_devices(void)
{
    DeviceOption *d;

    QTAILQ_FOREACH(d, &cl.devices, next) {
        Error *err = NULL;
        Location loc;

        loc_push_none(&loc);
        if (d->plain) {
            qemu_opts_loc_restore(d->plain);
        }
        if (!machine_setup_device(d->opts, d->plain, &err)) {
            die(err);
        }
        loc_pop(&loc);
    }
}

/* ---- what firmware is given ---- */

static void add_firmware_items(void)
{
    Error *err = NULL;

    for (unsigned i = 0; i < cl.smbios->len; i++) {
        if (!smbios_add_option(cl.smbios->pdata[i], &err)) {
            die(err);
        }
    }
    for (unsigned i = 0; i < cl.fw_cfgs->len; i++) {
        if (!machine_setup_fw_cfg(cl.fw_cfgs->pdata[i], &err)) {
            die(err);
        }
    }
    for (unsigned i = 0; i < cl.option_roms->len; i++) {
        g_autofree char *text = g_strdup(cl.option_roms->pdata[i]);
        char *key = strstr(text, ",bootindex=");
        const char *file = g_str_has_prefix(text, "romfile=") ? text + 8 : text;
        int bootindex = -1;

        if (key && qemu_strtoi(key + strlen(",bootindex="), NULL, 0, &bootindex) < 0) {
            error_report("-option-rom %s: bootindex must be a number", text);
            exit(EXIT_FAILURE);
        }
        if (key) {
            *key = 0;
        }
        if (rom_add_option(file, bootindex) != 0) {
            error_report("-option-rom %s: cannot load it", file);
            exit(EXIT_FAILURE);
        }
    }
}

/* ---- main ---- */

static void init_subsystems(char **argv)
{
    error_init(argv[0]);
    qemu_init_exec_dir(argv[0]);
    os_setup_early_signal_handling();
    module_call_init(MODULE_INIT_TRACE);
    module_call_init(MODULE_INIT_QOM);
    module_call_init(MODULE_INIT_OPTS);
    cmdline_add_lists();
}

static void run_machine(MachineState *ms)
{
    Error *err = NULL;

    /* Monitors first: on a shared terminal the serial port that comes later has the keyboard. */
    suspend_mux_open();
    if (qemu_opts_foreach(qemu_find_opts("mon"), create_monitor, NULL, &err)) {
        die(err);
    }
    if (!machine_run_board_init(ms, cl.mem_path, &err)) {
        die(err);
    }
    phase_advance(PHASE_MACHINE_INITIALIZED);
    create_objects(false);
    add_firmware_items();
    create_devices();
    machine_setup_check_drives();
    qdev_prop_check_globals();
    if (rom_check_and_register_reset() != 0) {
        exit(EXIT_FAILURE);
    }
    ms->init_done = true;
    phase_advance(PHASE_MACHINE_READY);
    machine_setup_done();
    resume_mux_open();
    if (cl.gdb && !machine_setup_gdb(cl.gdb, &err)) {
        die(err);
    }
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
}

int main(int argc, char **argv)
{
    MachineClass *mc;
    MachineState *ms;
    int status;

    init_subsystems(argv);
    cmdline_parse(&cl, argc, argv);
    qemu_add_default_firmwarepath();
    machine_setup_help(&cl); /* exits if help was asked for */
    refuse_unserved();
    setup_process();
    setup_logging();
    setup_names();
    if (qemu_init_main_loop(&error_fatal) < 0) {
        return EXIT_FAILURE;
    }
    bql_lock();
    os_setup_signal_handling(shutdown_signal);
    memory_map_init();
    monitor_init_globals();
    object_get_objects_root(); /* clients look at it even when it is empty */
    mc = machine_setup_class(&cl);
    decide_defaults(mc);
    decide_terminals();
    ms = machine_setup_create(&cl, mc);
    phase_advance(PHASE_MACHINE_CREATED);
    machine_setup_accel(&cl, ms);
    phase_advance(PHASE_ACCEL_CREATED);
    machine_setup_qtest(&cl);
    create_back_ends();
    machine_setup_finish(&cl, ms);
    phase_advance(PHASE_LATE_BACKENDS_CREATED);
    run_machine(ms);
    os_setup_post();
    if (!cl.stopped) {
        vm_start();
    }
    status = qemu_main_loop();
    vm_shutdown();
    machine_setup_cleanup();
    monitor_cleanup();
    qemu_chr_cleanup();
    return status;
}

const char *vga_interface(void)
{
    if (cl.vga) {
        return cl.vga;
    }
    return cl.default_vga ? "std" : "none";
}

bool defaults_enabled(void)
{
    return !cl.nodefaults;
}
