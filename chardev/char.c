/*
 * Character devices: the base class, input, output, life.
 *
 * Chardevs live in /chardevs under their ids, which makes ids unique.
 *
 * Thread:  writing: any (chr_write_lock); the rest: main thread with the BQL held, events and
 *          input in the front end's context.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-internal.h"
#include "qapi/error.h"
#include "qemu/cutils.h"

Object *chr_get_root(void)
{
    Object *root = object_resolve_path("/chardevs", NULL);

    return root ? root : container_get(object_get_root(), "/chardevs");
}

Chardev *qemu_chr_find(const char *name)
{
    Object *obj = object_resolve_path_component(chr_get_root(), name);

    return obj ? CHARDEV(obj) : NULL;
}

bool qemu_chr_has_feature(Chardev *chr, ChardevFeature feature)
{
    return test_bit(feature, chr->features);
}

void qemu_chr_set_feature(Chardev *chr, ChardevFeature feature)
{
    set_bit(feature, chr->features);
}

/* ---- Events and input: from the back end to the front end */

void qemu_chr_be_event(Chardev *s, QEMUChrEvent event)
{
    switch (event) {
    case CHR_EVENT_OPENED:
        s->be_open = 1;
        break;
    case CHR_EVENT_CLOSED:
        s->be_open = 0;
        break;
    default:
        break;
    }
    CHARDEV_GET_CLASS(s)->chr_be_event(s, event);
}

static void default_be_event(Chardev *s, QEMUChrEvent event)
{
    CharBackend *be = s->be;

    if (be && be->chr_event) {
        be->chr_event(be->opaque, event);
    }
}

int qemu_chr_be_can_write(Chardev *s)
{
    CharBackend *be = s->be;

    return be && be->chr_can_read ? be->chr_can_read(be->opaque) : 0;
}

void qemu_chr_be_write_impl(Chardev *s, const uint8_t *buf, int len)
{
    CharBackend *be = s->be;

    if (be && be->chr_read) {
        be->chr_read(be->opaque, buf, len);
    }
}

void qemu_chr_be_write(Chardev *s, const uint8_t *buf, int len)
{
    qemu_chr_be_write_impl(s, buf, len);
}

void qemu_chr_be_update_read_handlers(Chardev *s, GMainContext *context)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);

    assert(!context || qemu_chr_has_feature(s, QEMU_CHAR_FEATURE_GCONTEXT));
    s->gcontext = context;
    if (cc->chr_update_read_handler) {
        cc->chr_update_read_handler(s);
    }
}

/* ---- Output */

/* What has gone out goes into the log, whole: losing a part would mislead its reader. */
static void log_output(Chardev *s, const uint8_t *buf, int len)
{
    if (s->logfd >= 0 && len > 0) {
        (void)!qemu_write_full(s->logfd, buf, len);
    }
}

static int write_locked(Chardev *s, const uint8_t *buf, int len, bool all)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);
    int done = 0;

    while (done < len) {
        int n = cc->chr_write(s, buf + done, len - done);

        if (n < 0 && errno == EAGAIN && all) {
            /* The peer decides how long; a thread that must not wait does not ask for all. */
            g_usleep(100);
            continue;
        }
        if (n <= 0) {
            log_output(s, buf, done);
            return done ? done : n;
        }
        done += n;
        if (!all) {
            break;
        }
    }
    log_output(s, buf, done);
    return done;
}

int qemu_chr_write(Chardev *s, const uint8_t *buf, int len, bool write_all)
{
    QEMU_LOCK_GUARD(&s->chr_write_lock);
    return write_locked(s, buf, len, write_all);
}

static int null_write(Chardev *s, const uint8_t *buf, int len)
{
    return len;
}

/* ---- Other requests */

int qemu_chr_wait_connected(Chardev *chr, Error **errp)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);

    return cc->chr_wait_connected ? cc->chr_wait_connected(chr, errp) : 0;
}

int qemu_chr_add_client(Chardev *s, int fd)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);

    return cc->chr_add_client ? cc->chr_add_client(s, fd) : -1;
}

bool qemu_chr_is_busy(Chardev *s)
{
    return chr_is_mux(s) ? chr_mux_is_busy(s) : s->be != NULL;
}

/* ---- Life */

static bool open_log(Chardev *chr, ChardevCommon *common, Error **errp)
{
    if (!common || !common->has_logfile) {
        return true;
    }
    int flags = O_WRONLY | (common->has_logappend && common->logappend ? O_APPEND : O_TRUNC);
    chr->logfd = qemu_create(common->logfile, flags, 0666, errp);
    return chr->logfd >= 0;
}

/* The members that all kinds have in common come first in each. */
static ChardevCommon *common_of(ChardevBackend *backend)
{
    return backend ? backend->u.null.data : NULL;
}

static bool chr_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);
    Error *err = NULL;

    if (!open_log(chr, common_of(backend), errp)) {
        return false;
    }
    if (cc->open) {
        cc->open(chr, backend, be_opened, &err);
    }
    error_propagate(errp, err);
    return !err;
}

Chardev *chr_create(const char *id, const char *type, ChardevBackend *backend,
                    GMainContext *context, Error **errp)
{
    Object *obj = object_new(type);
    Chardev *chr = CHARDEV(obj);
    bool be_opened = true;

    chr->label = g_strdup(id);
    chr->gcontext = context;
    if (!chr_open(chr, backend, &be_opened, errp)) {
        object_unref(obj);
        return NULL;
    }
    if (!chr->filename) {
        chr->filename = g_strdup(type + strlen("chardev-"));
    }
    if (be_opened) {
        qemu_chr_be_event(chr, CHR_EVENT_OPENED);
    }
    return chr;
}

Chardev *qemu_chardev_new(const char *id, const char *type, ChardevBackend *backend,
                          GMainContext *context, Error **errp)
{
    g_autofree char *made_up = NULL;
    Chardev *chr;

    if (!id) {
        /* Ids of users begin with a letter. */
        static unsigned n;
        id = made_up = g_strdup_printf("#chr%u", n++);
    }
    if (qemu_chr_find(id)) {
        error_setg(errp, "Chardev with id '%s' already exists", id);
        return NULL;
    }
    chr = chr_create(id, type, backend, context, errp);
    if (!chr) {
        return NULL;
    }
    if (!object_property_try_add_child(chr_get_root(), id, OBJECT(chr), errp)) {
        object_unref(OBJECT(chr));
        return NULL;
    }
    object_unref(OBJECT(chr));
    return chr;
}

static int unparent_one(Object *child, void *opaque)
{
    GPtrArray *list = opaque;

    g_ptr_array_add(list, child);
    return 0;
}

void qemu_chr_cleanup(void)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    object_child_foreach(chr_get_root(), unparent_one, list);
    /* Users before what they use: a multiplexer is younger than its device. */
    for (guint i = list->len; i > 0; i--) {
        object_unparent(list->pdata[i - 1]);
    }
}

static void chr_init(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    chr->logfd = -1;
    qemu_mutex_init(&chr->chr_write_lock);
    /* Unless open() says otherwise, sources may move to any context. */
    qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_GCONTEXT);
}

static void chr_finalize(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    if (chr->be) {
        chr->be->chr = NULL;
    }
    g_free(chr->filename);
    g_free(chr->label);
    if (chr->logfd >= 0) {
        qemu_close(chr->logfd);
    }
    qemu_mutex_destroy(&chr->chr_write_lock);
}

static void chr_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->chr_write = null_write;
    cc->chr_be_event = default_be_event;
}

static const TypeInfo char_type_info = {
    .name = TYPE_CHARDEV,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Chardev),
    .instance_init = chr_init,
    .instance_finalize = chr_finalize,
    .abstract = true,
    .class_size = sizeof(ChardevClass),
    .class_init = chr_class_init,
};

static void register_types(void)
{
    type_register_static(&char_type_info);
}
type_init(register_types)
