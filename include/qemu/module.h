/*
 * Registration before main(): each file hands in its types, options or drivers by a constructor
 * that only records a function; the program runs one kind of them when it is ready for it.
 *
 * Thread: constructors and module_call_init() run before there are other threads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_MODULE_H
#define QEMU_MODULE_H

#include "qemu/osdep.h"

typedef enum ModuleInitType {
    MODULE_INIT_MIGRATION,
    MODULE_INIT_BLOCK,
    MODULE_INIT_OPTS,
    MODULE_INIT_QOM,
    MODULE_INIT_TRACE,
    MODULE_INIT_MAX
} ModuleInitType;

/* Records @fn to run at module_call_init(@type), in order of registration. */
void register_module_init(void (*fn)(void), ModuleInitType type);
/* Runs all functions of the kind, once: a second call does nothing. */
void module_call_init(ModuleInitType type);

#define module_init(function, type) \
    static void __attribute__((constructor)) do_module_init_##function(void) \
    { \
        register_module_init(function, type); \
    }
#define block_init(function) module_init(function, MODULE_INIT_BLOCK)
#define opts_init(function) module_init(function, MODULE_INIT_OPTS)
#define type_init(function) module_init(function, MODULE_INIT_QOM)
#define trace_init(function) module_init(function, MODULE_INIT_TRACE)
#define migration_init(function) module_init(function, MODULE_INIT_MIGRATION)


#endif
