/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC as the CPU, the I/O APIC and boards see it; and the CPU's INTR pin.
 *
 * Thread: with the big lock held, but for the functions marked [vcpu], which the CPU's own thread
 * calls with or without it.
 */
#ifndef HW_I386_APIC_H
#define HW_I386_APIC_H

#include "hw/qdev-core.h"
#include "exec/hwaddr.h"

#define TYPE_APIC "apic"

#define APIC_DEFAULT_ADDRESS 0xfee00000u
#define APIC_SPACE_SIZE 0x100000

/* Delivery modes, as in LVT entries, I/O APIC entries and MSI data. ORDER: the encoding. */
enum {
    APIC_DM_FIXED, APIC_DM_LOWPRI, APIC_DM_SMI, APIC_DM_RESERVED, APIC_DM_NMI, APIC_DM_INIT,
    APIC_DM_SIPI, APIC_DM_EXTINT,
};

struct X86CPU;
struct MemoryRegion;

/* Make the APIC of cpu (a child of it), id and version set; the CPU's realize calls this. */
DeviceState *apic_new(struct X86CPU *cpu);

/*
 * Send an interrupt message: from an I/O APIC, an MSI or another local APIC. dest_mode 1 is
 * logical; trigger_mode 1 is level.
 */
void apic_deliver_irq(uint32_t dest, uint8_t dest_mode, uint8_t delivery_mode, uint8_t vector,
                      uint8_t trigger_mode);
/* A write of an MSI: address and data as the PCI specification and the SDM (10.11) encode them. */
void apic_send_msi(hwaddr addr, uint32_t data);
/* LINT0 follows the 8259's output, LINT1 is NMI. */
void apic_deliver_pic_intr(DeviceState *dev, int level);
void apic_deliver_nmi(DeviceState *dev);
/* [vcpu, bql] Highest vector that may be delivered now, taken over into ISR; -1: none. */
int apic_get_interrupt(DeviceState *dev);
/* May the 8259 interrupt through this APIC (disabled, or LINT0 as ExtINT)? */
int apic_accept_pic_intr(DeviceState *dev);
/* [vcpu] Take over vectors that other threads posted; updates the CPU's request. */
void apic_poll_irq(DeviceState *dev);
/* INIT: all but the id and the base. */
void apic_init_reset(DeviceState *dev);

/* [vcpu] IA32_APIC_BASE. set: false means #GP. */
uint64_t cpu_get_apic_base(DeviceState *dev);
bool cpu_set_apic_base(DeviceState *dev, uint64_t val);
/* [vcpu] CR8: the upper half of TPR. */
uint8_t cpu_get_apic_tpr(DeviceState *dev);
void cpu_set_apic_tpr(DeviceState *dev, uint8_t val);
/* [vcpu] x2APIC register reg (MSR 0x800 + reg). False means #GP. */
bool apic_msr_read(DeviceState *dev, uint32_t reg, uint64_t *v);
bool apic_msr_write(DeviceState *dev, uint32_t reg, uint64_t v);
/* [vcpu] IA32_TSC_DEADLINE */
uint64_t apic_get_tsc_deadline(DeviceState *dev);
void apic_set_tsc_deadline(DeviceState *dev, uint64_t v);
bool apic_is_bsp(DeviceState *dev);
void apic_designate_bsp(DeviceState *dev, bool bsp);

/* Text for "info lapic" about the CPU's APIC. */
void apic_dump(DeviceState *dev, GString *out);

#endif
