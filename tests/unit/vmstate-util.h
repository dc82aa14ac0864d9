/*
 * Checks of saved state that every device test can use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_UNIT_VMSTATE_UTIL_H
#define TESTS_UNIT_VMSTATE_UTIL_H

#include "migration/vmstate.h"

/* The bytes that saving @opaque gives; to g_byte_array_unref(). Fails the test on an error. */
GByteArray *vmstate_dump(const VMStateDescription *vmsd, void *opaque);
/* Loads those bytes; 0, or a negative errno if they were refused. All must have been used. */
int vmstate_undump(const VMStateDescription *vmsd, void *opaque, const void *data, size_t len);
/* Saves @src, loads that into @dst, saves again: fails the test unless both give the same bytes. */
void vmstate_check_roundtrip(const VMStateDescription *vmsd, void *src, void *dst);
/*
 * Loads @rounds damaged copies of @src's state (bytes changed, cut off, repeated) into what
 * @fresh() returns, and hands each to @done(). Nothing may crash; how many were refused.
 */
unsigned vmstate_check_hostile(const VMStateDescription *vmsd, void *src, unsigned rounds,
                               void *(*fresh)(void), void (*done)(void *opaque));

#endif
