/*
 * Non-maskable interrupts on behalf of users. See hw/nmi.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/nmi.h"

typedef struct NMIRequest {
    int cpu_index;
    bool handled;
    Error *err;
} NMIRequest;

static int nmi_visit(Object *obj, void *opaque)
{
    NMIRequest *req = opaque;

    if (!object_dynamic_cast(obj, TYPE_NMI)) {
        return 0;
    }
    req->handled = true;
    NMI_GET_CLASS(obj)->nmi_monitor_handler(NMI(obj), req->cpu_index, &req->err);
    return req->err ? -1 : 0;
}

void nmi_monitor_handle(int cpu_index, Error **errp)
{
    NMIRequest req = { .cpu_index = cpu_index };

    object_child_foreach_recursive(object_get_root(), nmi_visit, &req);
    if (req.err) {
        error_propagate(errp, req.err);
    } else if (!req.handled) {
        error_setg(errp, "machine does not provide NMIs");
    }
}

static const TypeInfo nmi_types[] = { {
    .name = TYPE_NMI,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(NMIClass),
} };
DEFINE_TYPES(nmi_types)
