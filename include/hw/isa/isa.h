/*
 * The ISA bus: 16 interrupt lines, ports, memory below 16 MiB and two DMA controllers.
 *
 * Spec: ISA is what the IBM PC/AT technical reference describes. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ISA_ISA_H
#define HW_ISA_ISA_H

#include "exec/ioport.h"
#include "exec/memory.h"
#include "hw/qdev-core.h"

#define ISA_NUM_IRQS 16

#define TYPE_ISA_DEVICE "isa-device"
typedef struct ISADevice ISADevice;
DECLARE_INSTANCE_CHECKER(ISADevice, ISA_DEVICE, TYPE_ISA_DEVICE)

#define TYPE_ISA_BUS "ISA"
typedef struct ISABus ISABus;
DECLARE_INSTANCE_CHECKER(ISABus, ISA_BUS, TYPE_ISA_BUS)

/* A DMA controller as devices see it; channel numbers are those of the bus (0-3, 5-7). */
#define TYPE_ISADMA "isa-dma"
typedef struct IsaDma IsaDma;
typedef struct IsaDmaClass IsaDmaClass;
DECLARE_CLASS_CHECKERS(IsaDmaClass, ISADMA, TYPE_ISADMA)
#define ISADMA(obj) INTERFACE_CHECK(IsaDma, (obj), TYPE_ISADMA)

typedef enum {
    ISADMA_TRANSFER_VERIFY,
    ISADMA_TRANSFER_READ,           /* memory to device */
    ISADMA_TRANSFER_WRITE,          /* device to memory */
    ISADMA_TRANSFER_ILLEGAL,
} IsaDmaTransferMode;

/*
 * Runs while the device holds its request and the channel is unmasked: it may move bytes from
 * position @pos up to @size, and returns the new position.
 */
typedef int (*IsaDmaTransferHandler)(void *opaque, int nchan, int pos, int size);

struct IsaDmaClass {
    InterfaceClass parent_class;
    bool (*has_autoinitialization)(IsaDma *obj, int nchan);
    /* Copy between @buf and the channel's memory at position @pos. Returns @len. */
    int (*read_memory)(IsaDma *obj, int nchan, void *buf, int pos, int len);
    int (*write_memory)(IsaDma *obj, int nchan, void *buf, int pos, int len);
    void (*hold_DREQ)(IsaDma *obj, int nchan);
    void (*release_DREQ)(IsaDma *obj, int nchan);
    /* Runs requested transfers soon. */
    void (*schedule)(IsaDma *obj);
    void (*register_channel)(IsaDma *obj, int nchan, IsaDmaTransferHandler transfer_handler,
                             void *opaque);
};

struct ISADevice {
    DeviceState parent_obj;
    int8_t isairq[2];               /* for "info qtree"; -1: none */
    int nirqs;
    int ioport_id;                  /* first port, names the device in firmware paths */
};

struct ISABus {
    BusState parent_obj;
    MemoryRegion *address_space;
    MemoryRegion *address_space_io;
    qemu_irq *irqs_in;
    IsaDma *dma[2];
};

/* The bus below bridge @dev (NULL: a bridge device is made for it); there can be one only. */
ISABus *isa_bus_new(DeviceState *dev, MemoryRegion *address_space,
                    MemoryRegion *address_space_io, Error **errp);
/* Lines 0-15 as devices drive them. */
void isa_bus_register_input_irqs(ISABus *bus, qemu_irq *irqs_in);
qemu_irq isa_bus_get_irq(ISABus *bus, unsigned irqnum);
void isa_bus_dma(ISABus *bus, IsaDma *dma8, IsaDma *dma16);
IsaDma *isa_bus_get_dma(ISABus *bus, int nchan);
#define isa_get_dma(bus, nchan) isa_bus_get_dma(bus, nchan)

static inline ISABus *isa_bus_from_device(ISADevice *d)
{
    return ISA_BUS(qdev_get_parent_bus(DEVICE(d)));
}

ISADevice *isa_new(const char *name);
ISADevice *isa_try_new(const char *name);
bool isa_realize_and_unref(ISADevice *dev, ISABus *bus, Error **errp);
ISADevice *isa_create_simple(ISABus *bus, const char *name);

/* For a device's realize: connect output @gpioirq (or *@p) to line @isairq of the bus. */
qemu_irq isa_get_irq(ISADevice *dev, unsigned isairq);
void isa_connect_gpio_out(ISADevice *isadev, int gpioirq, unsigned isairq);
void isa_init_irq(ISADevice *dev, qemu_irq *p, unsigned isairq);
/* The device's memory and ports (the system's if it has no bus). */
MemoryRegion *isa_address_space(ISADevice *dev);
MemoryRegion *isa_address_space_io(ISADevice *dev);
/* Maps @io at port @start; the first one names the device. */
void isa_register_ioport(ISADevice *dev, MemoryRegion *io, uint16_t start);
/* The same with a table of ports; negative errno if there is no bus. */
int isa_register_portio_list(ISADevice *dev, PortioList *piolist, uint16_t start,
                             const MemoryRegionPortio *portio, void *opaque, const char *name);

#endif
