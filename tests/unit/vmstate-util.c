/*
 * Checks of saved state. See vmstate-util.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/unit/vmstate-util.h"

GByteArray *vmstate_dump(const VMStateDescription *vmsd, void *opaque)
{
    GByteArray *bytes = g_byte_array_new();
    QEMUFile *f = qemu_file_new_buffer_output(bytes);

    ck_assert_int_eq(vmstate_save_state_err(f, vmsd, opaque, &error_abort), 0);
    ck_assert_int_eq(qemu_fclose(f), 0);
    return bytes;
}

int vmstate_undump(const VMStateDescription *vmsd, void *opaque, const void *data, size_t len)
{
    QEMUFile *f = qemu_file_new_buffer_input(data, len);
    Error *err = NULL;
    int ret = vmstate_load_state_err(f, vmsd, opaque, vmsd->version_id, &err);

    ck_assert_int_eq(ret != 0, err != NULL);
    error_free(err);
    if (!ret && !qemu_file_at_eof(f)) {
        ret = -E2BIG;
    }
    qemu_fclose(f);
    return ret;
}

void vmstate_check_roundtrip(const VMStateDescription *vmsd, void *src, void *dst)
{
    g_autoptr(GByteArray) first = vmstate_dump(vmsd, src);
    g_autoptr(GByteArray) second = NULL;

    ck_assert_int_eq(vmstate_undump(vmsd, dst, first->data, first->len), 0);
    second = vmstate_dump(vmsd, dst);
    ck_assert_uint_eq(second->len, first->len);
    ck_assert_mem_eq(second->data, first->data, first->len);
}

static void damage(GRand *rand, GByteArray *b)
{
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        g_byte_array_set_size(b, g_rand_int_range(rand, 0, b->len));
        break;
    case 1: {
        guint n = g_rand_int_range(rand, 0, b->len);
        g_autofree uint8_t *again = g_memdup2(b->data, n);

        g_byte_array_append(b, again, n);
        break;
    }
    default:
        for (int n = g_rand_int_range(rand, 1, 8); n > 0; n--) {
            b->data[g_rand_int_range(rand, 0, b->len)] = g_rand_int(rand);
        }
        break;
    }
}

unsigned vmstate_check_hostile(const VMStateDescription *vmsd, void *src, unsigned rounds,
                               void *(*fresh)(void), void (*done)(void *opaque))
{
    g_autoptr(GByteArray) good = vmstate_dump(vmsd, src);
    GRand *rand = g_rand_new_with_seed(good->len);
    unsigned refused = 0;

    for (unsigned i = 0; good->len && i < rounds; i++) {
        g_autoptr(GByteArray) bad = g_byte_array_new();
        void *dst = fresh();

        g_byte_array_append(bad, good->data, good->len);
        damage(rand, bad);
        refused += vmstate_undump(vmsd, dst, bad->data, bad->len) != 0;
        done(dst);
    }
    g_rand_free(rand);
    return refused;
}
