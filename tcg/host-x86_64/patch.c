/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chaining: changing where the jumps at a block's exits lead, while other threads run them.
 *
 * A rel32 field that can be patched lies inside one naturally aligned 8-byte word, so one
 * 4-byte store changes it at once both for data and for instruction fetch (AMD APM volume 2,
 * "Cross-Modifying Code"; Intel SDM volume 3, 9.1.1).
 */
#include "qemu/osdep.h"
#include "host.h"

static void patch_rel32(uint8_t *rw, uint32_t value)
{
    __asm__ volatile("movl %1, %0" : "=m"(*(uint32_t (*)[1])rw) : "r"(value) : "memory");
}

void tcg_backend_exit_via_jc(uint8_t *rw, const uint8_t *rx, const TBExit *e)
{
    if (e->leave_ofs) {
        patch_rel32(rw + e->leave_ofs, host_backend.jc_probe - (rx + e->leave_ofs + 4));
    }
}

void tcg_backend_patch(uint8_t *rw, const uint8_t *rx, const TBExit *e, const void *target,
                       uint16_t target_flags_in)
{
    bool save = e->pending & target_flags_in;
    const uint8_t *to = target;

    if (!e->direct_ofs) {
        return;
    }
    if (target && save) {
        patch_rel32(rw + e->saved_ofs, to - (rx + e->saved_ofs + 4));
        patch_rel32(rw + e->direct_ofs, e->direct_reset);
        return;
    }
    if (e->saved_ofs) {
        patch_rel32(rw + e->saved_ofs, e->saved_reset);
    }
    patch_rel32(rw + e->direct_ofs, target ? to - (rx + e->direct_ofs + 4) : e->direct_reset);
}
