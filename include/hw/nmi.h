/*
 * Non-maskable interrupt on behalf of a user (inject-nmi, nmi).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_NMI_H
#define HW_NMI_H

#include "qom/object.h"

#define TYPE_NMI "nmi"
typedef struct NMIState NMIState;
typedef struct NMIClass NMIClass;
DECLARE_CLASS_CHECKERS(NMIClass, NMI, TYPE_NMI)
#define NMI(obj) INTERFACE_CHECK(NMIState, (obj), TYPE_NMI)

struct NMIClass {
    InterfaceClass parent_class;
    /* Delivers an NMI; @cpu_index is the CPU that the user has selected. */
    void (*nmi_monitor_handler)(NMIState *n, int cpu_index, Error **errp);
};

/* Gives an NMI to each NMI-capable object of the tree; fails if there is none. */
void nmi_monitor_handle(int cpu_index, Error **errp);

#endif
