/*
 * 16550A UART.
 *
 * The core is a device of its own, which the ISA and PCI variants contain.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_CHAR_SERIAL_H
#define HW_CHAR_SERIAL_H

#include "chardev/char-fe.h"
#include "exec/memory.h"
#include "hw/irq.h"
#include "hw/isa/isa.h"
#include "hw/qdev-core.h"
#include "qemu/timer.h"

#define UART_FIFO_LENGTH 16
#define MAX_ISA_SERIAL_PORTS 4

typedef struct UARTFifo {
    uint8_t data[UART_FIFO_LENGTH];
    uint8_t head;
    uint8_t count;
} UARTFifo;

typedef struct SerialState {
    DeviceState parent_obj;
    MemoryRegion io;                /* eight registers, for the container to map */
    qemu_irq irq;
    CharBackend chr;
    uint32_t baudbase;              /* bits per second at divisor 1 */
    bool wakeup;                    /* input ends a suspend */
    uint16_t divider;
    uint8_t rbr, ier, fcr, lcr, mcr, lsr, msr, scr;
    uint8_t rx_trigger;
    bool thr_pending;               /* transmitter-empty interrupt not yet taken */
    bool timeout_pending;           /* character timeout */
    bool tsr_full;
    uint8_t tsr;                    /* byte that the back end has not taken */
    UARTFifo rx, tx;
    guint watch_tag;                /* not migrated: set up again when needed */
    bool poll_lines;                /* the back end has modem lines */
    QEMUTimer *timeout_timer;
    QEMUTimer *lines_timer;
} SerialState;

#define TYPE_SERIAL "serial"
DECLARE_INSTANCE_CHECKER(SerialState, SERIAL, TYPE_SERIAL)
#define TYPE_ISA_SERIAL "isa-serial"

extern const VMStateDescription vmstate_serial;
extern const MemoryRegionOps serial_io_ops;

/* An isa-serial for each -serial from number @from up to @to - 1. */
void serial_hds_isa_init(ISABus *bus, int from, int to);

#endif
