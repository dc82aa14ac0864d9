/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the command line to a machine object: class, properties, memory, CPUs, boot order.
 *
 * Thread: main thread at start-up.
 */
#include "qemu/osdep.h"
#include "exec/gdbstub.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qstring.h"
#include "qapi/visitor.h"
#include "chardev/char.h"
#include "exec/cpu-exec.h"
#include "hw/core/cpu.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "monitor/qdev.h"
#include "qom/object.h"
#include "softmmu/cpus.h"
#include "softmmu/machine-setup.h"
#include "sysemu/qtest.h"
#include "sysemu/sysemu.h"

static struct {
    char *name;
    uint8_t uuid[16];
    bool has_uuid;
    NotifierList done;
    bool done_ready, is_done;
} setup;

static G_NORETURN void die(Error *err)
{
    error_report_err(err);
    exit(EXIT_FAILURE);
}

/* ---- name and UUID ---- */

void machine_setup_name(const char *name)
{
    setup.name = g_strdup(name);
}

const char *machine_guest_name(void)
{
    return setup.name;
}

bool machine_setup_uuid(const char *text)
{
    unsigned n = 0;

    for (const char *p = text; *p; p++) {
        int hi, lo;

        if (*p == '-' && (n == 4 || n == 6 || n == 8 || n == 10)) {
            continue;
        }
        hi = g_ascii_xdigit_value(p[0]);
        lo = hi < 0 ? -1 : g_ascii_xdigit_value(p[1]);
        if (hi < 0 || lo < 0 || n == 16) {
            return false;
        }
        setup.uuid[n++] = hi << 4 | lo;
        p++;
    }
    setup.has_uuid = n == 16;
    return setup.has_uuid;
}

bool machine_uuid(uint8_t out[16])
{
    memcpy(out, setup.uuid, 16);
    return setup.has_uuid;
}

/* ---- help ---- */

static gint compare_machines(gconstpointer a, gconstpointer b)
{
    const MachineClass *ma = a, *mb = b;

    return strcmp(ma->name, mb->name);
}

static void machine_help(void)
{
    GSList *list = g_slist_sort(object_class_get_list(TYPE_MACHINE, false), compare_machines);

    printf("Supported machines are:\n");
    for (GSList *l = list; l; l = l->next) {
        MachineClass *mc = l->data;

        if (mc->alias) {
            printf("%-20s %s (alias of %s)\n", mc->alias, mc->desc, mc->name);
        }
        printf("%-20s %s%s%s\n", mc->name, mc->desc, mc->is_default ? " (default)" : "",
               mc->deprecation_reason ? " (deprecated)" : "");
    }
    g_slist_free(list);
}

static void device_help(QemuOpts *opts)
{
    if (qdev_device_help(opts)) {
        exit(EXIT_SUCCESS);
    }
}

void machine_setup_help(CommandLine *cl)
{
    const char *type = qdict_get_try_str(cl->machine, "type");
    DeviceOption *d;

    if (type && is_help_option(type)) {
        machine_help();
        exit(EXIT_SUCCESS);
    }
    if (cl->cpu && is_help_option(cl->cpu)) {
        cpu_model_help();
        exit(EXIT_SUCCESS);
    }
    for (GSList *l = cl->accel_given ? cl->accels : NULL; l; l = l->next) {
        if (is_help_option(l->data)) {
            printf("Accelerators supported in QEMU binary:\ntcg\n");
            exit(EXIT_SUCCESS);
        }
    }
    if (cl->vga && is_help_option(cl->vga)) {
        printf("none                 no graphic card\nstd                  standard VGA (default)\n");
        exit(EXIT_SUCCESS);
    }
    if (cl->display && is_help_option(cl->display)) {
        printf("Available display backend types:\nnone\n");
        exit(EXIT_SUCCESS);
    }
    QTAILQ_FOREACH(d, &cl->devices, next) {
        if (d->plain) {
            device_help(d->plain);
        }
    }
}

/* ---- class and properties ---- */

MachineClass *machine_setup_class(CommandLine *cl)
{
    const char *type = qdict_get_try_str(cl->machine, "type");
    Error *err = NULL;
    MachineClass *mc = machine_class_find(type, &err);

    if (!mc) {
        die(err);
    }
    return mc;
}

static void set_memory(MachineState *ms, MachineClass *mc)
{
    QemuOpts *o = QTAILQ_FIRST(&qemu_find_opts("memory")->head);
    const char *text = o ? qemu_opt_get(o, "size") : NULL;
    uint64_t size = mc->default_ram_size;

    if (text) {
        char *end;

        /* A bare number counts mebibytes. */
        if (!*text) {
            error_report("missing 'size' option value");
            exit(EXIT_FAILURE);
        }
        size = qemu_opt_get_size(o, "size", size);
        if (strtoull(text, &end, 0) && !*end) {
            if (size > UINT64_MAX >> 20) {
                error_report("too large 'size' option value");
                exit(EXIT_FAILURE);
            }
            size <<= 20;
        }
        if (size == 0) {
            size = mc->default_ram_size;
        }
    }
    size = ROUND_UP(size, 8192);
    if (mc->fixup_ram_size) {
        size = mc->fixup_ram_size(size);
    }
    ms->ram_size = ms->maxram_size = size;
    if (o && qemu_opt_get(o, "maxmem")) {
        uint64_t max = qemu_opt_get_size(o, "maxmem", 0);
        uint64_t slots = qemu_opt_get_number(o, "slots", 0);

        if (max < size) {
            error_report("invalid value of maxmem: maximum memory size (0x%" PRIx64
                         ") must be at least the initial memory size (0x%" PRIx64 ")", max, size);
            exit(EXIT_FAILURE);
        }
        if (slots && max == size) {
            error_report("invalid value of maxmem: memory slots were specified but maximum "
                         "memory size (0x%" PRIx64 ") is equal to the initial memory size", max);
            exit(EXIT_FAILURE);
        }
        ms->maxram_size = max;
        ms->ram_slots = slots;
    } else if (o && qemu_opt_get(o, "slots")) {
        error_report("invalid -m option value: missing 'maxmem' option");
        exit(EXIT_FAILURE);
    }
}

static void set_topology(MachineState *ms)
{
    QemuOpts *o = QTAILQ_FIRST(&qemu_find_opts("smp-opts")->head);
    CpuTopology t = { 0 };
    Error *err = NULL;
    static const struct {
        const char *key;
        size_t offset;
    } keys[] = {
        { "cpus", offsetof(CpuTopology, cpus) }, { "sockets", offsetof(CpuTopology, sockets) },
        { "dies", offsetof(CpuTopology, dies) }, { "clusters", offsetof(CpuTopology, clusters) },
        { "cores", offsetof(CpuTopology, cores) },
        { "threads", offsetof(CpuTopology, threads) },
        { "maxcpus", offsetof(CpuTopology, max_cpus) },
    };

    for (unsigned i = 0; o && i < ARRAY_SIZE(keys); i++) {
        if (qemu_opt_get(o, keys[i].key)) {
            uint64_t v = qemu_opt_get_number(o, keys[i].key, 0);
            if (v == 0 || v > UINT_MAX) {
                error_report("Invalid CPU topology: CPU topology parameters must be greater than "
                             "zero (%s=%s)", keys[i].key, qemu_opt_get(o, keys[i].key));
                exit(EXIT_FAILURE);
            }
            *(unsigned *)((char *)&t + keys[i].offset) = v;
        }
    }
    if (!t.cpus && !t.max_cpus && !t.sockets && !t.cores && !t.threads) {
        t.cpus = MACHINE_GET_CLASS(ms)->default_cpus;
    }
    if (!machine_parse_smp_config(ms, &t, &err)) {
        die(err);
    }
}

static void check_boot_order(const char *order, const char *key)
{
    uint32_t seen = 0;

    for (const char *p = order; *p; p++) {
        if (*p < 'a' || *p > 'p') {
            error_report("Invalid boot device '%c' in %s=%s (a to p are allowed)", *p, key, order);
            exit(EXIT_FAILURE);
        }
        if (seen & 1u << (*p - 'a')) {
            error_report("Boot device '%c' was given twice in %s=%s", *p, key, order);
            exit(EXIT_FAILURE);
        }
        seen |= 1u << (*p - 'a');
    }
}

static void set_boot(MachineState *ms, MachineClass *mc)
{
    QemuOpts *o = QTAILQ_FIRST(&qemu_find_opts("boot-opts")->head);
    BootConfiguration *b = &ms->boot_config;
    const char *order = o ? qemu_opt_get(o, "order") : NULL;
    const char *once = o ? qemu_opt_get(o, "once") : NULL;

    if (order) {
        check_boot_order(order, "order");
    }
    if (once) {
        check_boot_order(once, "once");
    }
    b->order = g_strdup(order ? order : mc->default_boot_order);
    b->once = g_strdup(once);
    if (!o) {
        return;
    }
    b->has_menu = qemu_opt_get(o, "menu") != NULL;
    b->menu = qemu_opt_get_bool(o, "menu", false);
    b->splash = g_strdup(qemu_opt_get(o, "splash"));
    b->splash_time = qemu_opt_get_number(o, "splash-time", -1);
    b->reboot_timeout = qemu_opt_get_number(o, "reboot-timeout", -1);
    b->has_strict = qemu_opt_get(o, "strict") != NULL;
    b->strict = qemu_opt_get_bool(o, "strict", false);
    if (b->splash_time > 0xffff) {
        error_report("splash-time is invalid, it should be a value between 0 and 65535");
        exit(EXIT_FAILURE);
    }
    if (b->reboot_timeout > 0xffff) {
        error_report("reboot timeout is invalid, it should be a value between -1 and 65535");
        exit(EXIT_FAILURE);
    }
}

/* "model,+f,-g,h=on": the class, and the features as its global properties. */
static void set_cpu(CommandLine *cl, MachineState *ms, MachineClass *mc)
{
    g_auto(GStrv) parts = NULL;
    Error *err = NULL;
    ObjectClass *oc;
    CPUClass *cc;

    if (!cl->cpu) {
        ms->cpu_type = mc->default_cpu_type;
        return;
    }
    parts = g_strsplit(cl->cpu, ",", 2);
    if (!parts[0] || !*parts[0]) {
        error_report("-cpu option cannot be empty");
        exit(EXIT_FAILURE);
    }
    oc = cpu_class_by_name(NULL, parts[0]);
    if (!oc) {
        error_report("unable to find CPU model '%s'", parts[0]);
        exit(EXIT_FAILURE);
    }
    cc = CPU_CLASS(oc);
    if (cc->parse_features) {
        cc->parse_features(object_class_get_name(oc), parts[1], &err);
        if (err) {
            die(err);
        }
    }
    ms->cpu_type = object_class_get_name(oc);
    if (mc->valid_cpu_types) {
        for (unsigned i = 0; mc->valid_cpu_types[i]; i++) {
            if (object_class_dynamic_cast(oc, mc->valid_cpu_types[i])) {
                return;
            }
        }
        error_report("Invalid CPU model: %s", parts[0]);
        exit(EXIT_FAILURE);
    }
}

/* Keys of -machine that are not properties of the object. */
static void take_special_keys(CommandLine *cl)
{
    const char *accel = qdict_get_try_str(cl->machine, "accel");

    if (accel) {
        g_auto(GStrv) names = g_strsplit(accel, ":", 0);

        if (cl->accel_given) {
            error_report("The -accel and \"-machine accel=\" options are incompatible");
            exit(EXIT_FAILURE);
        }
        for (char **n = names; *n; n++) {
            cl->accels = g_slist_append(cl->accels, g_strdup(*n));
        }
        qdict_del(cl->machine, "accel");
    }
    qdict_del(cl->machine, "type");
}

MachineState *machine_setup_create(CommandLine *cl, MachineClass *mc)
{
    MachineState *ms = MACHINE(object_new_with_class(OBJECT_CLASS(mc)));
    Error *err = NULL;

    current_machine = ms;
    object_set_machine_compat_props(mc->compat_props);
    object_property_add_child(object_get_root(), "machine", OBJECT(ms));
    object_property_add_child(OBJECT(ms), "unattached", object_new(TYPE_CONTAINER));
    object_property_add_child(OBJECT(ms), "peripheral", object_new(TYPE_CONTAINER));
    object_property_add_child(OBJECT(ms), "peripheral-anon", object_new(TYPE_CONTAINER));
    take_special_keys(cl);
    if (!object_set_properties_from_keyval(OBJECT(ms), cl->machine, false, &err)) {
        die(err);
    }
    if (cl->nographic) {
        ms->graphics = false;
    }
    if (!ms->kernel_filename && (ms->initrd_filename || *ms->kernel_cmdline)) {
        error_report(ms->initrd_filename ? "-initrd only allowed with -kernel option"
                                         : "-append only allowed with -kernel option");
        exit(EXIT_FAILURE);
    }
    set_memory(ms, mc);
    set_topology(ms);
    set_boot(ms, mc);
    set_cpu(cl, ms, mc);
    return ms;
}

/* ---- accelerator ---- */

static uint64_t accel_number(CommandLine *cl, const char *key, uint64_t max)
{
    const char *text = qdict_get_try_str(cl->accel, key);
    uint64_t v = 0;

    if (text && (qemu_strtou64(text, NULL, 0, &v) < 0 || v > max)) {
        error_report("-accel tcg: %s=%s must be a number of MiB up to %" PRIu64, key, text, max);
        exit(EXIT_FAILURE);
    }
    return v;
}

static void check_accel_keys(CommandLine *cl)
{
    static const char *const known[] = { "accel", "thread", "tb-size", "split-wx",
                                         "one-insn-per-tb", "interp", NULL };

    for (const QDictEntry *e = qdict_first(cl->accel); e; e = qdict_next(cl->accel, e)) {
        if (!g_strv_contains(known, qdict_entry_key(e))) {
            error_report("Property 'tcg-accel.%s' not found", qdict_entry_key(e));
            exit(EXIT_FAILURE);
        }
    }
}

static void init_tcg(CommandLine *cl, MachineState *ms)
{
    const char *thread = qdict_get_try_str(cl->accel, "thread");
    const char *interp = qdict_get_try_str(cl->accel, "interp");
    const char *one_insn = qdict_get_try_str(cl->accel, "one-insn-per-tb");
    bool one = false;
    Error *err = NULL;
    ObjectClass *oc = ms->cpu_type ? object_class_by_name(ms->cpu_type) : NULL;
    CPUClass *cc = oc ? CPU_CLASS(oc) : NULL;

    check_accel_keys(cl);
    if (thread && strcmp(thread, "single") != 0 && strcmp(thread, "multi") != 0) {
        error_report("Invalid 'thread' setting %s: single or multi", thread);
        exit(EXIT_FAILURE);
    }
    if (one_insn && !qapi_bool_parse("one-insn-per-tb", one_insn, &one, &err)) {
        die(err);
    }
    tcg_set_one_insn_per_tb(one);
    if (cc && cc->ir_target &&
        !tcg_exec_init(cc->ir_target(), accel_number(cl, "tb-size", 2047) << 20,
                       g_strcmp0(interp, "on") == 0, &err)) {
        die(err);
    }
}

void machine_setup_accel(CommandLine *cl, MachineState *ms)
{
    static GSList tcg_only = { .data = (void *)"tcg" };

    for (GSList *l = cl->accels ? cl->accels : &tcg_only; l; l = l->next) {
        const char *name = l->data;

        if (strcmp(name, "tcg") == 0) {
            cpus_set_accel(ACCEL_TCG);
            init_tcg(cl, ms);
            return;
        }
        if (strcmp(name, "qtest") == 0) {
            cpus_set_accel(ACCEL_QTEST);
            qtest_accel_init();
            return;
        }
        if (!l->next) {
            error_report("invalid accelerator %s", name);
            exit(EXIT_FAILURE);
        }
    }
}

/* ---- completion ---- */

void machine_setup_finish(CommandLine *cl, MachineState *ms)
{
    Error *err = NULL;

    for (unsigned i = 0; i < cl->numa->len; i++) {
        if (!ms->numa_state) {
            error_report("NUMA is not supported by this machine-type");
            exit(EXIT_FAILURE);
        }
        if (!numa_parse_option(ms, cl->numa->pdata[i], &err)) {
            die(err);
        }
    }
    if (ms->numa_state && !numa_complete_configuration(ms, &err)) {
        die(err);
    }
}

void qemu_add_machine_init_done_notifier(Notifier *n)
{
    if (!setup.done_ready) {
        notifier_list_init(&setup.done);
        setup.done_ready = true;
    }
    notifier_list_add(&setup.done, n);
    if (setup.is_done) {
        n->notify(n, NULL);
    }
}

void qemu_remove_machine_init_done_notifier(Notifier *n)
{
    notifier_remove(n);
}

void machine_setup_done(void)
{
    setup.is_done = true;
    if (setup.done_ready) {
        notifier_list_notify(&setup.done, NULL);
    }
}

bool machine_setup_object_is_late(const char *text)
{
    /* What other set-up needs comes first; filters and such name a netdev or a device. */
    static const char *const late[] = { "filter-", "colo-compare", "rng-egd", "qtest",
                                        "input-barrier", "can-host-socketcan" };
    const char *t = g_str_has_prefix(text, "qom-type=") ? text + 9 : text;

    for (unsigned i = 0; i < ARRAY_SIZE(late); i++) {
        if (g_str_has_prefix(t, late[i])) {
            return true;
        }
    }
    return false;
}

bool machine_setup_device(QDict *json, QemuOpts *plain, Error **errp)
{
    DeviceState *dev = json ? qdev_device_add_from_qdict(json, true, errp)
                            : qdev_device_add(plain, errp);

    if (!dev) {
        return false;
    }
    object_unref(OBJECT(dev));
    return true;
}

void machine_setup_debugcon(const char *dev)
{
    QemuOpts *o;

    if (!qemu_chr_new("debugcon", dev, NULL)) {
        exit(EXIT_FAILURE);
    }
    o = qemu_opts_create(qemu_find_opts("device"), "debugcon", 1, &error_fatal);
    qemu_opt_set(o, "driver", "isa-debugcon", &error_abort);
    qemu_opt_set(o, "chardev", "debugcon", &error_abort);
}

void machine_setup_qtest(CommandLine *cl)
{
    Error *err = NULL;

    if (cl->qtest && !qtest_server_init(cl->qtest, cl->qtest_log, &err)) {
        error_prepend(&err, "-qtest %s: ", cl->qtest);
        die(err);
    }
}

bool machine_setup_gdb(const char *dev, Error **errp)
{
    return gdbserver_start(dev, errp) == 0;
}

void machine_setup_cleanup(void)
{
    pause_all_vcpus();
}
