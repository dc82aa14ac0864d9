/*
 * Monitor commands for character devices.
 *
 * Thread:  main, BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-internal.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/util.h"
#include "qemu/cutils.h"

static int list_one(Object *child, void *opaque)
{
    ChardevInfoList ***tail = opaque;
    Chardev *chr = CHARDEV(child);
    ChardevInfo *info = g_new0(ChardevInfo, 1);

    info->label = g_strdup(chr->label);
    info->filename = g_strdup(chr->filename);
    info->frontend_open = chr->be && chr->be->fe_is_open;
    QAPI_LIST_APPEND(*tail, info);
    return 0;
}

ChardevInfoList *qmp_query_chardev(Error **errp)
{
    ChardevInfoList *list = NULL, **tail = &list;

    object_child_foreach(chr_get_root(), list_one, &tail);
    return list;
}

ChardevBackendInfoList *qmp_query_chardev_backends(Error **errp)
{
    g_autoptr(GPtrArray) names = chr_kinds();
    ChardevBackendInfoList *list = NULL, **tail = &list;

    for (guint i = 0; i + 1 < names->len; i++) {
        ChardevBackendInfo *info = g_new0(ChardevBackendInfo, 1);

        info->name = g_strdup(names->pdata[i]);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

static ChardevReturn *make_return(Chardev *chr)
{
    ChardevReturn *ret = g_new0(ChardevReturn, 1);
    const char *pty;

    if (object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_PTY) &&
        strstart(chr->filename, "pty:", &pty)) {
        ret->has_pty = true;
        ret->pty = g_strdup(pty);
    }
    return ret;
}

ChardevReturn *qmp_chardev_add(const char *id, ChardevBackend *backend, Error **errp)
{
    ERRP_GUARD();
    const ChardevClass *cc;

    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier, not '%s'", id);
        error_append_hint(errp, "Identifiers consist of letters, digits, '-', '.', '_', "
                                "starting with a letter.\n");
        return NULL;
    }
    cc = chr_class_of_kind(ChardevBackendKind_str(backend->type), errp);
    if (!cc) {
        return NULL;
    }
    Chardev *chr = qemu_chardev_new(id, object_class_get_name(OBJECT_CLASS((void *)cc)), backend,
                                    NULL, errp);
    if (!chr) {
        error_prepend(errp, "Failed to add chardev '%s': ", id);
        return NULL;
    }
    return make_return(chr);
}

/* May the front end of @chr get another back end? */
static bool can_change(Chardev *chr, Error **errp)
{
    if (chr_is_mux(chr)) {
        error_setg(errp, "a multiplexer cannot be changed while it exists");
        return false;
    }
    if (chr->be && !chr->be->chr_be_change) {
        error_setg(errp, "Chardev user does not support chardev hotswap");
        return false;
    }
    return true;
}

/* Let the front end move to @fresh; false if it refuses, and all is as before. */
static bool switch_front_end(Chardev *old, Chardev *fresh, Error **errp)
{
    CharBackend *be = old->be;
    bool closed_sent = false;

    if (!be) {
        return true;
    }
    if (old->be_open && !fresh->be_open) {
        qemu_chr_be_event(old, CHR_EVENT_CLOSED);
        closed_sent = true;
    }
    old->be = NULL;
    qemu_chr_fe_init(be, fresh, &error_abort);
    if (be->chr_be_change(be->opaque) < 0) {
        error_setg(errp, "Chardev '%s' change failed", old->label);
        fresh->be = NULL;
        qemu_chr_fe_init(be, old, &error_abort);
        qemu_chr_be_update_read_handlers(old, old->gcontext);
        if (closed_sent) {
            qemu_chr_be_event(old, CHR_EVENT_OPENED);
        }
        return false;
    }
    return true;
}

ChardevReturn *qmp_chardev_change(const char *id, ChardevBackend *backend, Error **errp)
{
    Chardev *old = qemu_chr_find(id), *fresh;
    const ChardevClass *cc;

    if (!old) {
        error_setg(errp, "Chardev '%s' does not exist", id);
        return NULL;
    }
    if (!can_change(old, errp)) {
        return NULL;
    }
    cc = chr_class_of_kind(ChardevBackendKind_str(backend->type), errp);
    if (!cc) {
        return NULL;
    }
    fresh = chr_create(id, object_class_get_name(OBJECT_CLASS((void *)cc)), backend,
                       old->gcontext, errp);
    if (!fresh) {
        return NULL;
    }
    if (!switch_front_end(old, fresh, errp)) {
        object_unref(OBJECT(fresh));
        return NULL;
    }
    object_unparent(OBJECT(old));
    object_property_add_child(chr_get_root(), id, OBJECT(fresh));
    object_unref(OBJECT(fresh));
    return make_return(fresh);
}

void qmp_chardev_remove(const char *id, Error **errp)
{
    Chardev *chr = qemu_chr_find(id);

    if (!chr) {
        error_setg(errp, "Chardev '%s' not found", id);
    } else if (qemu_chr_is_busy(chr)) {
        error_setg(errp, "Chardev '%s' is busy", id);
    } else {
        object_unparent(OBJECT(chr));
    }
}

void qmp_chardev_send_break(const char *id, Error **errp)
{
    Chardev *chr = qemu_chr_find(id);

    if (!chr) {
        error_setg(errp, "Chardev '%s' not found", id);
        return;
    }
    qemu_chr_be_event(chr, CHR_EVENT_BREAK);
}
