/*
 * Character devices from the command line: -chardev and the older strings.
 *
 * Thread:  main.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-internal.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"

QemuOptsList qemu_chardev_opts = {
    .name = "chardev",
    .implied_opt_name = "backend",
    .head = QTAILQ_HEAD_INITIALIZER(qemu_chardev_opts.head),
    .desc = {
        { .name = "backend", .type = QEMU_OPT_STRING, .help = "kind of character device" },
        { .name = "path", .type = QEMU_OPT_STRING, .help = "file, device or unix socket" },
        { .name = "input-path", .type = QEMU_OPT_STRING, .help = "file: read from this one" },
        { .name = "host", .type = QEMU_OPT_STRING, .help = "socket, udp: name or address" },
        { .name = "port", .type = QEMU_OPT_STRING, .help = "socket, udp: port" },
        { .name = "fd", .type = QEMU_OPT_STRING, .help = "socket: an open descriptor" },
        { .name = "localaddr", .type = QEMU_OPT_STRING, .help = "udp: address to receive on" },
        { .name = "localport", .type = QEMU_OPT_STRING, .help = "udp: port to receive on" },
        { .name = "to", .type = QEMU_OPT_NUMBER, .help = "socket: last port to try" },
        { .name = "ipv4", .type = QEMU_OPT_BOOL, .help = "socket, udp: use IPv4" },
        { .name = "ipv6", .type = QEMU_OPT_BOOL, .help = "socket, udp: use IPv6" },
        { .name = "server", .type = QEMU_OPT_BOOL, .help = "socket: listen" },
        { .name = "wait", .type = QEMU_OPT_BOOL, .help = "socket: wait for a client first" },
        { .name = "delay", .type = QEMU_OPT_BOOL, .help = "socket: off sets TCP_NODELAY" },
        { .name = "nodelay", .type = QEMU_OPT_BOOL, .help = "socket: set TCP_NODELAY" },
        { .name = "reconnect", .type = QEMU_OPT_NUMBER,
          .help = "socket: seconds until the next try" },
        { .name = "telnet", .type = QEMU_OPT_BOOL, .help = "socket: speak telnet" },
        { .name = "abstract", .type = QEMU_OPT_BOOL, .help = "socket: path is no file" },
        { .name = "tight", .type = QEMU_OPT_BOOL,
          .help = "socket: abstract name is not padded" },
        { .name = "signal", .type = QEMU_OPT_BOOL, .help = "stdio: Ctrl-C sends a signal" },
        { .name = "append", .type = QEMU_OPT_BOOL, .help = "file: append" },
        { .name = "size", .type = QEMU_OPT_SIZE, .help = "ringbuf: size in bytes" },
        { .name = "chardev", .type = QEMU_OPT_STRING, .help = "mux: the device behind" },
        { .name = "mux", .type = QEMU_OPT_BOOL, .help = "put a multiplexer in front" },
        { .name = "logfile", .type = QEMU_OPT_STRING, .help = "copy output to this file" },
        { .name = "logappend", .type = QEMU_OPT_BOOL, .help = "append to the log file" },
        { /* end of list */ },
    },
};

static void register_opts(void)
{
    qemu_add_opts(&qemu_chardev_opts);
}
opts_init(register_opts)

static void (*monitor_hook)(Chardev *chr); /* set at start-up */

void qemu_chr_set_monitor_hook(void (*add_monitor)(Chardev *chr))
{
    monitor_hook = add_monitor;
}

/* ---- Kinds */

static const struct {
    const char *alias, *kind;
} aliases[] = {
    { "tty", "serial" },
    { "parport", "parallel" },
};

static void collect_kind(ObjectClass *klass, void *opaque)
{
    const char *kind;

    if (!CHARDEV_CLASS(klass)->internal &&
        strstart(object_class_get_name(klass), "chardev-", &kind)) {
        g_ptr_array_add(opaque, (void *)kind);
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All names, sorted, NULL at the end. */
GPtrArray *chr_kinds(void)
{
    GPtrArray *names = g_ptr_array_new();

    object_class_foreach(collect_kind, TYPE_CHARDEV, false, names);
    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
        g_ptr_array_add(names, (void *)aliases[i].alias);
    }
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return names;
}

void qemu_chr_print_types(void)
{
    g_autoptr(GPtrArray) names = chr_kinds();

    printf("Available chardev backend types: \n");
    for (guint i = 0; i + 1 < names->len; i++) {
        printf("  %s\n", (char *)names->pdata[i]);
    }
}

const ChardevClass *chr_class_of_kind(const char *kind, Error **errp)
{
    const char *name = kind;

    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
        name = strcmp(kind, aliases[i].alias) ? name : aliases[i].kind;
    }
    g_autofree char *type = g_strdup_printf("chardev-%s", name);
    ObjectClass *oc = object_class_by_name(type);
    if (!oc || !object_class_dynamic_cast(oc, TYPE_CHARDEV) || object_class_is_abstract(oc) ||
        CHARDEV_CLASS(oc)->internal) {
        g_autoptr(GPtrArray) names = chr_kinds();
        g_autofree char *near = qemu_nearest_names(kind, (const char *const *)names->pdata);

        error_setg(errp, "'%s' is not a valid char driver name%s%s%s", kind,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return NULL;
    }
    return CHARDEV_CLASS(oc);
}

/* ---- -chardev */

void qemu_chr_parse_common(QemuOpts *opts, ChardevCommon *backend)
{
    const char *logfile = qemu_opt_get(opts, "logfile");

    backend->has_logfile = logfile != NULL;
    backend->logfile = g_strdup(logfile);
    backend->has_logappend = true;
    backend->logappend = qemu_opt_get_bool(opts, "logappend", false);
}

ChardevBackend *qemu_chr_parse_opts(QemuOpts *opts, Error **errp)
{
    const char *kind = qemu_opt_get(opts, "backend");
    ChardevBackend *backend;
    Error *err = NULL;

    if (!kind) {
        error_setg(errp, "chardev: \"%s\" missing backend", qemu_opts_id(opts));
        return NULL;
    }
    const ChardevClass *cc = chr_class_of_kind(kind, errp);
    if (!cc) {
        return NULL;
    }
    const char *type = object_class_get_name(OBJECT_CLASS((void *)cc));
    backend = g_new0(ChardevBackend, 1);
    int k = qapi_enum_parse(ChardevBackendKind_lookup, type + strlen("chardev-"), -1, &err);
    if (!err) {
        backend->type = k;
        if (cc->parse) {
            cc->parse(opts, backend, &err);
        } else {
            backend->u.null.data = g_new0(ChardevCommon, 1);
            qemu_chr_parse_common(opts, backend->u.null.data);
        }
    }
    if (err) {
        error_propagate(errp, err);
        /* A parser that fails has not set data. */
        g_free(backend);
        return NULL;
    }
    return backend;
}

/* A multiplexer @id in front of @base_id. */
static Chardev *add_mux(const char *id, const char *base_id, GMainContext *context, Error **errp)
{
    ChardevMux mux = { .chardev = (char *)base_id };
    ChardevBackend backend = { .type = CHARDEV_BACKEND_KIND_MUX };

    backend.u.mux.data = &mux;
    Chardev *chr = qemu_chardev_new(id, TYPE_CHARDEV_MUX, &backend, context, errp);
    if (!chr) {
        object_unparent(OBJECT(qemu_chr_find(base_id)));
    }
    return chr;
}

Chardev *qemu_chr_new_from_opts(QemuOpts *opts, GMainContext *context, Error **errp)
{
    const char *kind = qemu_opt_get(opts, "backend"), *id = qemu_opts_id(opts);
    bool mux = qemu_opt_get_bool(opts, "mux", false);
    g_autofree char *base_id = mux && id ? g_strdup_printf("%s-base", id) : NULL;

    if (kind && is_help_option(kind)) {
        qemu_chr_print_types();
        return NULL;
    }
    if (!id) {
        error_setg(errp, "chardev: no id specified");
        return NULL;
    }
    ChardevBackend *backend = qemu_chr_parse_opts(opts, errp);
    if (!backend) {
        return NULL;
    }
    const ChardevClass *cc = chr_class_of_kind(kind, &error_abort);
    Chardev *chr = qemu_chardev_new(base_id ? base_id : id,
                                    object_class_get_name(OBJECT_CLASS((void *)cc)), backend,
                                    context, errp);
    if (chr && base_id) {
        chr = add_mux(id, base_id, context, errp);
    }
    qapi_free_ChardevBackend(backend);
    return chr;
}

/* ---- The older strings */

/* Cut "host:port" off @p; false if it is not so. What follows goes to *rest. */
static bool split_host_port(const char *p, char **host, char **port, const char **rest)
{
    size_t n;

    *host = *port = NULL;
    if (*p == '[') {
        const char *end = strchr(p, ']');
        if (!end || end[1] != ':') {
            return false;
        }
        *host = g_strndup(p + 1, end - p - 1);
        p = end + 2;
    } else {
        n = strcspn(p, ":,@");
        if (p[n] != ':') {
            return false;
        }
        *host = g_strndup(p, n);
        p += n + 1;
    }
    n = strcspn(p, ",@");
    *port = g_strndup(p, n);
    *rest = p + n;
    return true;
}

static bool parse_tcp(QemuOpts *opts, const char *p)
{
    g_autofree char *host = NULL, *port = NULL;
    const char *rest;

    if (!split_host_port(p, &host, &port, &rest) || *rest == '@') {
        return false;
    }
    qemu_opt_set(opts, "backend", "socket", &error_abort);
    qemu_opt_set(opts, "host", host, &error_abort);
    qemu_opt_set(opts, "port", port, &error_abort);
    if (*rest == ',') {
        Error *err = NULL;
        if (!qemu_opts_do_parse(opts, rest + 1, NULL, &err)) {
            error_report_err(err);
            return false;
        }
    }
    return true;
}

/* [host]:port[@[localaddr]:localport] */
static bool parse_udp(QemuOpts *opts, const char *p)
{
    g_autofree char *host = NULL, *port = NULL, *lhost = NULL, *lport = NULL;
    const char *rest;

    if (!split_host_port(p, &host, &port, &rest)) {
        return false;
    }
    qemu_opt_set(opts, "backend", "udp", &error_abort);
    qemu_opt_set(opts, "host", host, &error_abort);
    qemu_opt_set(opts, "port", port, &error_abort);
    if (*rest == '@') {
        if (!split_host_port(rest + 1, &lhost, &lport, &rest)) {
            return false;
        }
        qemu_opt_set(opts, "localaddr", lhost, &error_abort);
        qemu_opt_set(opts, "localport", lport, &error_abort);
    }
    return *rest == '\0';
}

/* PATH[,option...] for a backend whose first option is the path */
static bool parse_path(QemuOpts *opts, const char *kind, const char *p)
{
    Error *err = NULL;

    qemu_opt_set(opts, "backend", kind, &error_abort);
    if (!qemu_opts_do_parse(opts, p, "path", &err)) {
        error_report_err(err);
        return false;
    }
    return true;
}

static bool parse_compat(QemuOpts *opts, const char *filename, bool permit_mux_mon)
{
    static const char *const plain[] = { "null", "pty", "stdio", "ringbuf" };
    const char *p;

    if (strstart(filename, "mon:", &p)) {
        if (!permit_mux_mon) {
            error_report("mon: isn't supported in this context");
            return false;
        }
        filename = p;
        qemu_opt_set(opts, "mux", "on", &error_abort);
        if (!strcmp(filename, "stdio")) {
            /* The monitor is there to quit; Ctrl-C goes to the guest. */
            qemu_opt_set(opts, "signal", "off", &error_abort);
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
        if (!strcmp(filename, plain[i])) {
            return qemu_opt_set(opts, "backend", filename, &error_abort);
        }
    }
    if (strstart(filename, "vc", &p)) {
        error_report("'%s': there is no virtual console without a display", filename);
        return false;
    }
    if (strstart(filename, "file:", &p)) {
        return parse_path(opts, "file", p);
    }
    if (strstart(filename, "pipe:", &p)) {
        return parse_path(opts, "pipe", p);
    }
    if (strstart(filename, "unix:", &p)) {
        return parse_path(opts, "socket", p);
    }
    if (strstart(filename, "tcp:", &p)) {
        return parse_tcp(opts, p);
    }
    if (strstart(filename, "telnet:", &p)) {
        qemu_opt_set(opts, "telnet", "on", &error_abort);
        return parse_tcp(opts, p);
    }
    if (strstart(filename, "udp:", &p)) {
        return parse_udp(opts, p);
    }
    if (strstart(filename, "/dev/parport", NULL) || strstart(filename, "/dev/ppi", NULL)) {
        return parse_path(opts, "parallel", filename);
    }
    if (strstart(filename, "/dev/", NULL)) {
        return parse_path(opts, "serial", filename);
    }
    error_report("'%s' is not a valid character device", filename);
    return false;
}

QemuOpts *qemu_chr_parse_compat(const char *label, const char *filename, bool permit_mux_mon)
{
    Error *err = NULL;
    QemuOpts *opts = qemu_opts_create(&qemu_chardev_opts, label, 1, &err);

    if (!opts) {
        error_report_err(err);
        return NULL;
    }
    if (!parse_compat(opts, filename, permit_mux_mon)) {
        qemu_opts_del(opts);
        return NULL;
    }
    return opts;
}

Chardev *qemu_chr_new_noreplay(const char *label, const char *filename, bool permit_mux_mon,
                               GMainContext *context)
{
    const char *id;
    Error *err = NULL;

    if (strstart(filename, "chardev:", &id)) {
        Chardev *found = qemu_chr_find(id);
        if (!found) {
            error_report("chardev '%s' not found", id);
        }
        return found;
    }
    QemuOpts *opts = qemu_chr_parse_compat(label, filename, permit_mux_mon);
    if (!opts) {
        return NULL;
    }
    Chardev *chr = qemu_chr_new_from_opts(opts, context, &err);
    if (!chr) {
        error_report_err(err);
    } else if (qemu_opt_get_bool(opts, "mux", false)) {
        assert(permit_mux_mon);
        if (monitor_hook) {
            monitor_hook(chr);
        }
    }
    qemu_opts_del(opts);
    return chr;
}

Chardev *qemu_chr_new(const char *label, const char *filename, GMainContext *context)
{
    return qemu_chr_new_noreplay(label, filename, false, context);
}

Chardev *qemu_chr_new_mux_mon(const char *label, const char *filename, GMainContext *context)
{
    return qemu_chr_new_noreplay(label, filename, true, context);
}
