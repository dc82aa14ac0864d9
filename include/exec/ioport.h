/*
 * I/O ports: lists of port handlers turned into memory regions, and access by CPUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_IOPORT_H
#define EXEC_IOPORT_H

#include "exec/memory.h"

#define MAX_IOPORTS (64 * 1024)
#define IOPORTS_MASK (MAX_IOPORTS - 1)

/* Ports offset..offset+len-1 (from the list's base), accessed with @size; ends with a size of 0. */
typedef struct MemoryRegionPortio {
    uint32_t offset;
    uint32_t len;
    unsigned size;
    uint32_t (*read)(void *opaque, uint32_t address);
    void (*write)(void *opaque, uint32_t address, uint32_t data);
} MemoryRegionPortio;
#define PORTIO_END_OF_LIST() { }

typedef struct PortioList {
    const MemoryRegionPortio *ports;
    Object *owner;
    MemoryRegion *address_space;
    uint32_t addr;
    unsigned nr;
    MemoryRegion **regions;
    void *opaque;
    const char *name;
} PortioList;

/* Port accesses of a CPU: @attrs as in memory.h, values zero-extended. */
uint8_t cpu_inb(uint32_t addr);
uint16_t cpu_inw(uint32_t addr);
uint32_t cpu_inl(uint32_t addr);
void cpu_outb(uint32_t addr, uint8_t val);
void cpu_outw(uint32_t addr, uint16_t val);
void cpu_outl(uint32_t addr, uint32_t val);

/*
 * Makes regions for a table of ports. The table must outlive the list. Handlers get absolute port
 * numbers; accesses of a size that has no entry are split into bytes or words that have one.
 */
void portio_list_init(PortioList *piolist, Object *owner, const MemoryRegionPortio *callbacks,
                      void *opaque, const char *name);
void portio_list_destroy(PortioList *piolist);
/* Puts them at @addr of @address_space, and takes them away. */
void portio_list_add(PortioList *piolist, MemoryRegion *address_space, uint32_t addr);
void portio_list_del(PortioList *piolist);
void portio_list_set_enabled(PortioList *piolist, bool enabled);
void portio_list_set_address(PortioList *piolist, uint32_t addr);

#endif
