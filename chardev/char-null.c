/*
 * The character device that swallows output and never has input.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "chardev/char.h"

static void null_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    /* There is nobody on the other side. */
    *be_opened = false;
}

static void null_class_init(ObjectClass *oc, void *data)
{
    CHARDEV_CLASS(oc)->open = null_open;
}

static const TypeInfo null_types[] = {
    {
        .name = TYPE_CHARDEV_NULL,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(Chardev),
        .class_init = null_class_init,
    },
};
DEFINE_TYPES(null_types)
