/*
 * Names for objects that the user gave none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_ID_H
#define QEMU_ID_H

typedef enum IdSubSystems {
    ID_QDEV,
    ID_BLOCK,
    ID_CHR,
    ID_NET,
    ID_MAX
} IdSubSystems;

/*
 * "#block012", unique in this process; a user's id cannot look like it. Caller frees.
 */
char *id_generate(IdSubSystems id);

#endif
