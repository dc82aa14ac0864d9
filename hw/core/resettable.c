/*
 * Three-phase reset. See hw/resettable.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/resettable.h"
#include "sysemu/reset.h"

/* More assertions than that at once mean that a release was forgotten. */
#define RESET_COUNT_MAX 50

static void for_each_child(ResettableClass *rc, Object *obj, ResettableChildCallback cb,
                           ResetType type)
{
    if (rc->child_foreach) {
        rc->child_foreach(obj, cb, NULL, type);
    }
}

static void phase_enter(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = rc->get_state(obj);

    assert(!s->exit_phase_in_progress && s->count < RESET_COUNT_MAX);
    if (s->count++ > 0) {
        return;
    }
    for_each_child(rc, obj, phase_enter, type);
    if (rc->phases.enter) {
        rc->phases.enter(obj, type);
    }
    s->hold_phase_pending = true;
}

static void phase_hold(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = rc->get_state(obj);

    if (!s->hold_phase_pending) {
        return;
    }
    s->hold_phase_pending = false;
    for_each_child(rc, obj, phase_hold, type);
    if (rc->phases.hold) {
        rc->phases.hold(obj);
    }
}

static void phase_exit(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = rc->get_state(obj);

    assert(s->count > 0 && !s->exit_phase_in_progress);
    if (s->count > 1) {
        s->count--;
        return;
    }
    s->exit_phase_in_progress = true;
    for_each_child(rc, obj, phase_exit, type);
    if (rc->phases.exit) {
        rc->phases.exit(obj);
    }
    s->exit_phase_in_progress = false;
    s->count = 0;
}

void resettable_assert_reset(Object *obj, ResetType type)
{
    phase_enter(obj, NULL, type);
    phase_hold(obj, NULL, type);
}

void resettable_release_reset(Object *obj, ResetType type)
{
    phase_exit(obj, NULL, type);
}

void resettable_reset(Object *obj, ResetType type)
{
    resettable_assert_reset(obj, type);
    resettable_release_reset(obj, type);
}

bool resettable_is_in_reset(Object *obj)
{
    return RESETTABLE_GET_CLASS(obj)->get_state(obj)->count > 0;
}

static unsigned reset_count(Object *obj)
{
    return obj ? RESETTABLE_GET_CLASS(obj)->get_state(obj)->count : 0;
}

void resettable_change_parent(Object *obj, Object *newp, Object *oldp)
{
    /* A parent asserts the reset of a child once, however often its own is asserted. */
    bool was = reset_count(oldp) > 0, is = reset_count(newp) > 0;

    if (is && !was) {
        resettable_assert_reset(obj, RESET_TYPE_COLD);
    } else if (was && !is) {
        resettable_release_reset(obj, RESET_TYPE_COLD);
    }
}

void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases)
{
    *parent_phases = rc->phases;
    if (enter) {
        rc->phases.enter = enter;
    }
    if (hold) {
        rc->phases.hold = hold;
    }
    if (exit) {
        rc->phases.exit = exit;
    }
}

void resettable_cold_reset_fn(void *opaque)
{
    resettable_reset(opaque, RESET_TYPE_COLD);
}

static const TypeInfo resettable_types[] = { {
    .name = TYPE_RESETTABLE_INTERFACE,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(ResettableClass),
} };
DEFINE_TYPES(resettable_types)
