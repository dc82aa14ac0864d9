/*
 * PC speaker and system control port B.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_AUDIO_PCSPK_H
#define HW_AUDIO_PCSPK_H

#include "hw/isa/isa.h"

#define TYPE_PC_SPEAKER "isa-pcspk"

/* At port 0x61, gating channel 2 of @pit. */
ISADevice *pcspk_init(ISABus *bus, ISADevice *pit);

#endif
