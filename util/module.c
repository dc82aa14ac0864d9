/*
 * Start-up functions by kind. See qemu/module.h for the thread rule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/module.h"

typedef struct ModuleEntry ModuleEntry;
struct ModuleEntry {
    void (*fn)(void);
    ModuleEntry *next;
};

/* Written by constructors and by module_call_init() only, before there are other threads. */
static struct {
    ModuleEntry *first[MODULE_INIT_MAX];
    ModuleEntry **last[MODULE_INIT_MAX];
    bool done[MODULE_INIT_MAX];
} modules;

void register_module_init(void (*fn)(void), ModuleInitType type)
{
    ModuleEntry *e = g_new0(ModuleEntry, 1);

    e->fn = fn;
    if (!modules.last[type]) {
        modules.last[type] = &modules.first[type];
    }
    *modules.last[type] = e;
    modules.last[type] = &e->next;
}

void module_call_init(ModuleInitType type)
{
    if (modules.done[type]) {
        return;
    }
    modules.done[type] = true;
    for (ModuleEntry *e = modules.first[type]; e; e = e->next) {
        e->fn();
    }
}
