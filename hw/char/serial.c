/*
 * 16550A UART.
 *
 * Spec:     National Semiconductor PC16550D data sheet (SNLS378).
 * Thread:   under the big lock.
 * Deviates: bytes are sent as fast as the back end takes them; the interrupt output does not
 *           depend on OUT2; received bytes have no parity or framing errors.
 * Migrated: all registers and FIFOs; host timers are armed again.
 *
 *   reg  DLAB  read       write
 *   0    0     RBR        THR       receive and transmit data
 *   0    1     DLL        DLL       divisor, low byte
 *   1    0     IER        IER       0x0f: received, transmitter empty, line status, modem status
 *   1    1     DLM        DLM       divisor, high byte
 *   2          IIR        FCR       0xcf: FIFO enable, reset, DMA mode, trigger level
 *   3          LCR        LCR       all
 *   4          MCR        MCR       0x1f: DTR, RTS, OUT1, OUT2, loop
 *   5          LSR        -         data, overrun, parity, framing, break, THRE, TEMT
 *   6          MSR        -         changes of CTS, DSR, RI, DCD and their levels
 *   7          SCR        SCR       all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/char/serial.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "sysemu/runstate.h"

#define LCR_DLAB 0x80
#define LCR_BREAK 0x40
#define IER_RDI 0x01
#define IER_THRI 0x02
#define IER_RLSI 0x04
#define IER_MSI 0x08
#define IIR_NONE 0x01
#define IIR_MSI 0x00
#define IIR_THRI 0x02
#define IIR_RDI 0x04
#define IIR_RLSI 0x06
#define IIR_CTI 0x0c
#define IIR_FIFOS 0xc0
#define FCR_ENABLE 0x01
#define FCR_RESET_RX 0x02
#define FCR_RESET_TX 0x04
#define FCR_WRITABLE 0xc9
#define MCR_DTR 0x01
#define MCR_RTS 0x02
#define MCR_OUT1 0x04
#define MCR_OUT2 0x08
#define MCR_LOOP 0x10
#define LSR_DR 0x01
#define LSR_OE 0x02
#define LSR_BI 0x10
#define LSR_ERRORS 0x1e
#define LSR_THRE 0x20
#define LSR_TEMT 0x40
#define MSR_DCTS 0x01
#define MSR_DDSR 0x02
#define MSR_TERI 0x04
#define MSR_DDCD 0x08
#define MSR_CTS 0x10
#define MSR_DSR 0x20
#define MSR_RI 0x40
#define MSR_DCD 0x80
#define MSR_DELTAS 0x0f
/* How often modem lines of a real port are looked at while the guest wants to hear of them. */
#define LINES_POLL_NS (10 * SCALE_MS)
/* The character timeout: this many characters without traffic. */
#define TIMEOUT_CHARS 4

/* ---- FIFOs ---- */

static void fifo_reset(UARTFifo *f)
{
    f->head = f->count = 0;
}

static bool fifo_push(UARTFifo *f, uint8_t byte)
{
    if (f->count == UART_FIFO_LENGTH) {
        return false;
    }
    f->data[(f->head + f->count++) % UART_FIFO_LENGTH] = byte;
    return true;
}

static uint8_t fifo_pop(UARTFifo *f)
{
    uint8_t byte = f->data[f->head];

    assert(f->count);
    f->head = (f->head + 1) % UART_FIFO_LENGTH;
    f->count--;
    return byte;
}

static bool fifos_on(const SerialState *s)
{
    return s->fcr & FCR_ENABLE;
}

/* ---- interrupt ---- */

/* The most urgent cause, as IIR shows it. */
static uint8_t interrupt_id(const SerialState *s)
{
    if ((s->ier & IER_RLSI) && (s->lsr & LSR_ERRORS)) {
        return IIR_RLSI;
    }
    if ((s->ier & IER_RDI) && (s->lsr & LSR_DR) &&
        (!fifos_on(s) || s->rx.count >= s->rx_trigger)) {
        return IIR_RDI;
    }
    if ((s->ier & IER_RDI) && s->timeout_pending) {
        return IIR_CTI;
    }
    if ((s->ier & IER_THRI) && s->thr_pending) {
        return IIR_THRI;
    }
    if ((s->ier & IER_MSI) && (s->msr & MSR_DELTAS)) {
        return IIR_MSI;
    }
    return IIR_NONE;
}

static void update_irq(SerialState *s)
{
    qemu_set_irq(s->irq, interrupt_id(s) != IIR_NONE);
}

/* ---- line parameters ---- */

static int64_t char_time_ns(const SerialState *s)
{
    unsigned bits = 1 + (s->lcr & 3) + 5 + (s->lcr & 8 ? 1 : 0) + (s->lcr & 4 ? 2 : 1);
    uint64_t divider = s->divider ? s->divider : 1;

    return divider * bits * NANOSECONDS_PER_SECOND / s->baudbase;
}

static void parameters_changed(SerialState *s)
{
    QEMUSerialSetParams p = {
        .speed = s->baudbase / (s->divider ? s->divider : 1),
        .parity = !(s->lcr & 8) ? 'N' : s->lcr & 0x10 ? 'E' : 'O',
        .data_bits = (s->lcr & 3) + 5,
        .stop_bits = s->lcr & 4 ? 2 : 1,
    };

    qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_PARAMS, &p);
}

/* Take over the levels of modem lines, and note which ones changed. */
static void set_lines(SerialState *s, uint8_t lines)
{
    uint8_t changed = (s->msr ^ lines) & (MSR_CTS | MSR_DSR | MSR_DCD);
    uint8_t ring_ended = s->msr & ~lines & MSR_RI;

    s->msr = (s->msr & MSR_DELTAS) | lines | (changed | ring_ended) >> 4;
    update_irq(s);
}

static void poll_lines(void *opaque)
{
    SerialState *s = opaque;
    int tiocm;
    uint8_t lines = 0;

    if (!s->poll_lines || (s->mcr & MCR_LOOP)) {
        return;
    }
    if (qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_GET_TIOCM, &tiocm) < 0) {
        s->poll_lines = false;
        return;
    }
    lines |= tiocm & CHR_TIOCM_CTS ? MSR_CTS : 0;
    lines |= tiocm & CHR_TIOCM_DSR ? MSR_DSR : 0;
    lines |= tiocm & CHR_TIOCM_CAR ? MSR_DCD : 0;
    lines |= tiocm & CHR_TIOCM_RI ? MSR_RI : 0;
    set_lines(s, lines);
    if (s->ier & IER_MSI) {
        timer_mod(s->lines_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + LINES_POLL_NS);
    }
}

/* In loop mode the outputs are connected to the inputs. */
static uint8_t looped_lines(uint8_t mcr)
{
    return (mcr & MCR_RTS ? MSR_CTS : 0) | (mcr & MCR_DTR ? MSR_DSR : 0) |
           (mcr & MCR_OUT1 ? MSR_RI : 0) | (mcr & MCR_OUT2 ? MSR_DCD : 0);
}

static void write_mcr(SerialState *s, uint8_t val)
{
    uint8_t old = s->mcr;
    int tiocm;

    s->mcr = val & 0x1f;
    if (s->mcr & MCR_LOOP) {
        set_lines(s, looped_lines(s->mcr));
        return;
    }
    if (old & MCR_LOOP) {
        set_lines(s, MSR_CTS | MSR_DSR | MSR_DCD);
        poll_lines(s);
    }
    if (s->poll_lines && old != s->mcr &&
        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_GET_TIOCM, &tiocm) >= 0) {
        tiocm &= ~(CHR_TIOCM_RTS | CHR_TIOCM_DTR);
        tiocm |= s->mcr & MCR_RTS ? CHR_TIOCM_RTS : 0;
        tiocm |= s->mcr & MCR_DTR ? CHR_TIOCM_DTR : 0;
        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_TIOCM, &tiocm);
    }
}

/* ---- receiving ---- */

static void start_timeout(SerialState *s)
{
    timer_mod(s->timeout_timer,
              qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + TIMEOUT_CHARS * char_time_ns(s));
}

static void timeout_fired(void *opaque)
{
    SerialState *s = opaque;

    if (s->rx.count) {
        s->timeout_pending = true;
        update_irq(s);
    }
}

static void receive_byte(SerialState *s, uint8_t byte)
{
    if (fifos_on(s)) {
        if (!fifo_push(&s->rx, byte)) {
            s->lsr |= LSR_OE;
        }
        start_timeout(s);
    } else {
        if (s->lsr & LSR_DR) {
            s->lsr |= LSR_OE;
        }
        s->rbr = byte;
    }
    s->lsr |= LSR_DR;
}

static uint8_t read_rbr(SerialState *s)
{
    uint8_t byte;

    if (fifos_on(s)) {
        byte = s->rx.count ? fifo_pop(&s->rx) : 0;
        s->timeout_pending = false;
        if (s->rx.count) {
            start_timeout(s);
        } else {
            s->lsr &= ~LSR_DR;
            timer_del(s->timeout_timer);
        }
    } else {
        byte = s->rbr;
        s->lsr &= ~LSR_DR;
    }
    update_irq(s);
    if (!(s->mcr & MCR_LOOP)) {
        qemu_chr_fe_accept_input(&s->chr);
    }
    return byte;
}

static int serial_can_receive(void *opaque)
{
    SerialState *s = opaque;

    if (s->mcr & MCR_LOOP) {
        return 0;
    }
    return fifos_on(s) ? UART_FIFO_LENGTH - s->rx.count : !(s->lsr & LSR_DR);
}

static void serial_receive(void *opaque, const uint8_t *buf, int size)
{
    SerialState *s = opaque;

    if (s->wakeup) {
        qemu_system_wakeup_request(QEMU_WAKEUP_REASON_OTHER, NULL);
    }
    for (int i = 0; i < size; i++) {
        receive_byte(s, buf[i]);
    }
    update_irq(s);
}

static void serial_event(void *opaque, QEMUChrEvent event)
{
    SerialState *s = opaque;

    if (event == CHR_EVENT_BREAK && !(s->mcr & MCR_LOOP)) {
        receive_byte(s, 0);
        s->lsr |= LSR_BI;
        update_irq(s);
    }
}

/* ---- sending ---- */

static void transmit(SerialState *s);

static gboolean output_ready(void *do_not_use, GIOCondition cond, void *opaque)
{
    SerialState *s = opaque;

    s->watch_tag = 0;
    transmit(s);
    return G_SOURCE_REMOVE;
}

/* Hand over the byte in the shift register; false if the back end will call when it can. */
static bool send_tsr(SerialState *s)
{
    if (s->mcr & MCR_LOOP) {
        receive_byte(s, s->tsr);
    } else if (qemu_chr_fe_write(&s->chr, &s->tsr, 1) != 1) {
        s->watch_tag = qemu_chr_fe_add_watch(&s->chr, G_IO_OUT | G_IO_HUP, output_ready, s);
        if (s->watch_tag) {
            return false;
        }
        /* Nobody will ever take it: the line is not connected. */
    }
    s->tsr_full = false;
    return true;
}

/* Send what there is, as far as the back end takes it. */
static void transmit(SerialState *s)
{
    for (;;) {
        if (!s->tsr_full) {
            if (!s->tx.count) {
                break;
            }
            s->tsr = fifo_pop(&s->tx);
            s->tsr_full = true;
            if (!s->tx.count && !(s->lsr & LSR_THRE)) {
                s->lsr |= LSR_THRE;
                s->thr_pending = true;
            }
        }
        if (s->watch_tag || !send_tsr(s)) {
            update_irq(s);
            return;
        }
    }
    s->lsr |= LSR_TEMT;
    update_irq(s);
}

static void write_thr(SerialState *s, uint8_t byte)
{
    if (!fifos_on(s)) {
        fifo_reset(&s->tx); /* the holding register is one byte deep: overwritten */
    }
    fifo_push(&s->tx, byte);
    s->thr_pending = false;
    s->lsr &= ~(LSR_THRE | LSR_TEMT);
    transmit(s);
}

/* ---- registers ---- */

static void write_ier(SerialState *s, uint8_t val)
{
    uint8_t enabled = ~s->ier & val;

    s->ier = val & 0x0f;
    if ((enabled & IER_THRI) && (s->lsr & LSR_THRE)) {
        s->thr_pending = true;
    }
    if ((enabled & IER_MSI) && s->poll_lines) {
        poll_lines(s);
    }
    update_irq(s);
}

static void write_fcr(SerialState *s, uint8_t val)
{
    static const uint8_t triggers[] = { 1, 4, 8, 14 };

    /* Switching the FIFOs on or off empties them. */
    if ((val ^ s->fcr) & FCR_ENABLE) {
        val |= FCR_RESET_RX | FCR_RESET_TX;
    }
    if (val & FCR_RESET_RX) {
        fifo_reset(&s->rx);
        s->lsr &= ~(LSR_DR | LSR_BI);
        s->timeout_pending = false;
        timer_del(s->timeout_timer);
    }
    if (val & FCR_RESET_TX) {
        fifo_reset(&s->tx);
        if (!(s->lsr & LSR_THRE)) {
            s->lsr |= LSR_THRE;
            s->thr_pending = true;
        }
    }
    s->fcr = val & FCR_ENABLE ? val & FCR_WRITABLE : 0;
    s->rx_trigger = triggers[val >> 6];
    update_irq(s);
    if (val & FCR_RESET_RX) {
        qemu_chr_fe_accept_input(&s->chr);
    }
}

static void write_lcr(SerialState *s, uint8_t val)
{
    uint8_t changed = s->lcr ^ val;

    s->lcr = val;
    if (changed & ~(LCR_DLAB | LCR_BREAK)) {
        parameters_changed(s);
    }
    if (changed & LCR_BREAK) {
        int on = val & LCR_BREAK ? 1 : 0;

        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &on);
    }
}

static void serial_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    SerialState *s = opaque;
    bool dlab = s->lcr & LCR_DLAB;

    switch (addr & 7) {
    case 0:
        if (dlab) {
            s->divider = (s->divider & 0xff00) | (val & 0xff);
            parameters_changed(s);
        } else {
            write_thr(s, val);
        }
        break;
    case 1:
        if (dlab) {
            s->divider = (s->divider & 0x00ff) | (val & 0xff) << 8;
            parameters_changed(s);
        } else {
            write_ier(s, val);
        }
        break;
    case 2:
        write_fcr(s, val);
        break;
    case 3:
        write_lcr(s, val);
        break;
    case 4:
        write_mcr(s, val);
        break;
    case 7:
        s->scr = val;
        break;
    default: /* line and modem status are read-only */
        break;
    }
}

static uint8_t read_iir(SerialState *s)
{
    uint8_t id = interrupt_id(s);

    if (id == IIR_THRI) {
        s->thr_pending = false;
        update_irq(s);
    }
    return id | (fifos_on(s) ? IIR_FIFOS : 0);
}

static uint8_t read_lsr(SerialState *s)
{
    uint8_t val = s->lsr;

    if (val & LSR_ERRORS) {
        s->lsr &= ~LSR_ERRORS;
        update_irq(s);
    }
    return val;
}

static uint8_t read_msr(SerialState *s)
{
    uint8_t val;

    poll_lines(s);
    val = s->msr;
    if (val & MSR_DELTAS) {
        s->msr &= ~MSR_DELTAS;
        update_irq(s);
    }
    return val;
}

static uint64_t serial_read(void *opaque, hwaddr addr, unsigned size)
{
    SerialState *s = opaque;
    bool dlab = s->lcr & LCR_DLAB;

    switch (addr & 7) {
    case 0:
        return dlab ? s->divider & 0xff : read_rbr(s);
    case 1:
        return dlab ? s->divider >> 8 : s->ier;
    case 2:
        return read_iir(s);
    case 3:
        return s->lcr;
    case 4:
        return s->mcr;
    case 5:
        return read_lsr(s);
    case 6:
        return read_msr(s);
    default:
        return s->scr;
    }
}

const MemoryRegionOps serial_io_ops = {
    .read = serial_read,
    .write = serial_write,
    .valid = { .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- life ---- */

static void serial_reset(DeviceState *dev)
{
    SerialState *s = SERIAL(dev);

    if (s->watch_tag) {
        g_source_remove(s->watch_tag);
        s->watch_tag = 0;
    }
    s->rbr = s->ier = s->lcr = s->scr = s->fcr = 0;
    s->mcr = MCR_OUT2;
    s->lsr = LSR_TEMT | LSR_THRE;
    s->msr = MSR_DCD | MSR_DSR | MSR_CTS;
    s->divider = 12; /* 9600 bits per second */
    s->rx_trigger = 1;
    s->thr_pending = s->timeout_pending = s->tsr_full = false;
    fifo_reset(&s->rx);
    fifo_reset(&s->tx);
    timer_del(s->timeout_timer);
    timer_del(s->lines_timer);
    parameters_changed(s);
    s->poll_lines = true;
    poll_lines(s);
    s->msr &= ~MSR_DELTAS;
    qemu_irq_lower(s->irq);
}

/* The back end was exchanged: it must learn the parameters. */
static int serial_be_change(void *opaque)
{
    SerialState *s = opaque;
    int on = s->lcr & LCR_BREAK ? 1 : 0;

    qemu_chr_fe_set_handlers(&s->chr, serial_can_receive, serial_receive, serial_event,
                             serial_be_change, s, NULL, true);
    parameters_changed(s);
    qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &on);
    s->poll_lines = true;
    poll_lines(s);
    if (s->watch_tag) {
        g_source_remove(s->watch_tag);
        s->watch_tag = 0;
        transmit(s);
    }
    return 0;
}

static void serial_realize(DeviceState *dev, Error **errp)
{
    SerialState *s = SERIAL(dev);

    if (!s->baudbase) {
        error_setg(errp, "baudbase=0: must be a number of bits per second");
        return;
    }
    s->timeout_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timeout_fired, s);
    s->lines_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, poll_lines, s);
    memory_region_init_io(&s->io, OBJECT(s), &serial_io_ops, s, "serial", 8);
    qemu_chr_fe_set_handlers(&s->chr, serial_can_receive, serial_receive, serial_event,
                             serial_be_change, s, NULL, true);
}

static void serial_unrealize(DeviceState *dev)
{
    SerialState *s = SERIAL(dev);

    if (s->watch_tag) {
        g_source_remove(s->watch_tag);
        s->watch_tag = 0;
    }
    qemu_chr_fe_deinit(&s->chr, false);
    timer_free(s->timeout_timer);
    timer_free(s->lines_timer);
    object_unparent(OBJECT(&s->io));
}

static int fifo_post_load(void *opaque, int version_id)
{
    UARTFifo *f = opaque;

    return f->head < UART_FIFO_LENGTH && f->count <= UART_FIFO_LENGTH ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_uart_fifo = {
    .name = "serial/fifo",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = fifo_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_ARRAY(data, UARTFifo, UART_FIFO_LENGTH),
        VMSTATE_UINT8(head, UARTFifo),
        VMSTATE_UINT8(count, UARTFifo),
        VMSTATE_END_OF_LIST()
    },
};

static int serial_post_load(void *opaque, int version_id)
{
    SerialState *s = opaque;

    parameters_changed(s);
    if (s->rx.count && fifos_on(s)) {
        start_timeout(s);
    }
    s->poll_lines = true;
    if (s->ier & IER_MSI) {
        timer_mod(s->lines_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + LINES_POLL_NS);
    }
    transmit(s);
    return 0;
}

const VMStateDescription vmstate_serial = {
    .name = "serial",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = serial_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(divider, SerialState),
        VMSTATE_UINT8(rbr, SerialState),
        VMSTATE_UINT8(ier, SerialState),
        VMSTATE_UINT8(fcr, SerialState),
        VMSTATE_UINT8(lcr, SerialState),
        VMSTATE_UINT8(mcr, SerialState),
        VMSTATE_UINT8(lsr, SerialState),
        VMSTATE_UINT8(msr, SerialState),
        VMSTATE_UINT8(scr, SerialState),
        VMSTATE_UINT8(rx_trigger, SerialState),
        VMSTATE_BOOL(thr_pending, SerialState),
        VMSTATE_BOOL(timeout_pending, SerialState),
        VMSTATE_BOOL(tsr_full, SerialState),
        VMSTATE_UINT8(tsr, SerialState),
        VMSTATE_STRUCT(rx, SerialState, 1, vmstate_uart_fifo, UARTFifo),
        VMSTATE_STRUCT(tx, SerialState, 1, vmstate_uart_fifo, UARTFifo),
        VMSTATE_END_OF_LIST()
    },
};

static const Property serial_props[] = {
    DEFINE_PROP_CHR("chardev", SerialState, chr),
    DEFINE_PROP_UINT32("baudbase", SerialState, baudbase, 115200),
    DEFINE_PROP_BOOL("wakeup", SerialState, wakeup, false),
    DEFINE_PROP_END_OF_LIST()
};

static void serial_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = serial_realize;
    dc->unrealize = serial_unrealize;
    device_class_set_legacy_reset(dc, serial_reset);
    device_class_set_props(dc, serial_props);
    /* The core of the ISA and PCI variants: useless alone. */
    dc->user_creatable = false;
}

static const TypeInfo serial_types[] = {
    {
        .name = TYPE_SERIAL,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SerialState),
        .class_init = serial_class_init,
    },
};
DEFINE_TYPES(serial_types)
