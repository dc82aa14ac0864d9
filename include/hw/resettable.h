/*
 * Reset in three phases, over a tree of devices and buses.
 *
 *   enter  forget internal state; touch nothing outside the object
 *   hold   drive outputs to the level that holds while reset is asserted
 *   exit   reset is released: start whatever runs by itself
 *
 * Each phase visits children before parents, and the whole tree ends one phase before the next
 * begins. Reset can be asserted several times over; phases run on the first assertion and the last
 * release only.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_RESETTABLE_H
#define HW_RESETTABLE_H

#include "qom/object.h"

#define TYPE_RESETTABLE_INTERFACE "resettable"
typedef struct ResettableClass ResettableClass;
DECLARE_CLASS_CHECKERS(ResettableClass, RESETTABLE, TYPE_RESETTABLE_INTERFACE)

typedef enum ResetType {
    RESET_TYPE_COLD,                /* as at power-on */
    RESET_TYPE_SNAPSHOT_LOAD,       /* before state is loaded; RAM content need not be touched */
    RESET_TYPE_WAKEUP,              /* leaving a sleep state */
} ResetType;

typedef void (*ResettableEnterPhase)(Object *obj, ResetType type);
typedef void (*ResettableHoldPhase)(Object *obj);
typedef void (*ResettableExitPhase)(Object *obj);
typedef void (*ResettableChildCallback)(Object *child, void *opaque, ResetType type);

typedef struct ResettablePhases {
    ResettableEnterPhase enter;
    ResettableHoldPhase hold;
    ResettableExitPhase exit;
} ResettablePhases;

/* Reset bookkeeping inside an object; zero when not in reset. Not migrated: zero between resets. */
typedef struct ResettableState {
    unsigned count;                 /* assertions that were not released yet */
    bool hold_phase_pending;
    bool exit_phase_in_progress;
} ResettableState;

struct ResettableClass {
    InterfaceClass parent_class;
    ResettablePhases phases;        /* any may be NULL */
    ResettableState *(*get_state)(Object *obj);
    /* Calls @cb for each object that is reset together with this one. */
    void (*child_foreach)(Object *obj, ResettableChildCallback cb, void *opaque, ResetType type);
};

/* A whole reset: assert, then release. */
void resettable_reset(Object *obj, ResetType type);
void resettable_assert_reset(Object *obj, ResetType type);
void resettable_release_reset(Object *obj, ResetType type);
bool resettable_is_in_reset(Object *obj);
/* To be called after @obj moved from @oldp to @newp (either may be NULL): it follows their state. */
void resettable_change_parent(Object *obj, Object *newp, Object *oldp);

/* Replaces the phases in a class, keeping the parent's in @parent_phases for the new ones to call. */
void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases);

/* Handler of resettable_reset() form for qemu_register_reset(): cold reset of the object @opaque. */
void resettable_cold_reset_fn(void *opaque);

#endif
