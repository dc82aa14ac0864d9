/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Side table: which guest instruction a place in a block's host code belongs to.
 *
 * Only places from which control may leave (calls, divisions) have entries. One entry is two
 * numbers in LEB128 form: host offset minus that of the entry before, and guest pc minus
 * that of the entry before, zigzag coded because out-of-line code starts over. An entry
 * holds from its offset up to the next one's.
 */
#include "qemu/osdep.h"
#include "host.h"

static uint8_t *put_leb(uint8_t *p, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) {
        *p++ = v | 0x80;
    }
    *p++ = v;
    return p;
}

void side_note(Emit *e, uint64_t pc)
{
    uint32_t ofs = asm_ofs(&e->a) - 1; /* below the faulting instruction itself, too */

    if (pc != e->side_pc || e->side_p == e->side) {
        int64_t d = pc - e->side_pc;

        e->side_p = put_leb(e->side_p, ofs - e->side_ofs);
        e->side_p = put_leb(e->side_p, (uint64_t)d << 1 ^ (uint64_t)(d >> 63));
        e->side_ofs = ofs;
        e->side_pc = pc;
    }
}

static bool get_leb(const uint8_t **p, const uint8_t *end, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
        uint8_t c = *(*p)++;

        *v |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            return true;
        }
    }
    return false;
}

bool tcg_side_table_lookup(const uint8_t *side, size_t side_size, uint64_t first_pc,
                           uint32_t offset, uint64_t *guest_pc)
{
    const uint8_t *end = side + side_size;
    uint64_t ofs = 0, pc = first_pc, d_ofs, d_pc;
    bool found = false;

    while (get_leb(&side, end, &d_ofs) && get_leb(&side, end, &d_pc)) {
        ofs += d_ofs;
        if (ofs >= offset) {
            break;
        }
        pc += d_pc >> 1 ^ -(d_pc & 1);
        found = true;
    }
    if (found) {
        *guest_pc = pc;
    }
    return found;
}
