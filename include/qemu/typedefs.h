/*
 * Forward names of structures that travel between subsystems.
 *
 * A header that only passes pointers includes this (through osdep.h) and not the door of the
 * subsystem that owns the structure.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_TYPEDEFS_H
#define QEMU_TYPEDEFS_H

typedef struct AddressSpace AddressSpace;
typedef struct AioContext AioContext;
typedef struct BdrvChild BdrvChild;
typedef struct BlockBackend BlockBackend;
typedef struct BlockDriverState BlockDriverState;
typedef struct BusClass BusClass;
typedef struct BusState BusState;
typedef struct Chardev Chardev;
typedef struct Clock Clock;
typedef struct Coroutine Coroutine;
typedef struct CPUClass CPUClass;
typedef struct CPUState CPUState;
typedef struct DeviceClass DeviceClass;
typedef struct DeviceState DeviceState;
typedef struct DriveInfo DriveInfo;
typedef struct Error Error;
typedef struct EventNotifier EventNotifier;
typedef struct FlatView FlatView;
typedef struct FWCfgState FWCfgState;
typedef struct HBitmap HBitmap;
typedef struct HotplugHandler HotplugHandler;
typedef struct IOThread IOThread;
typedef struct ISABus ISABus;
typedef struct ISADevice ISADevice;
typedef struct JSONWriter JSONWriter;
typedef struct MachineClass MachineClass;
typedef struct MachineState MachineState;
typedef struct MemoryListener MemoryListener;
typedef struct MemoryRegion MemoryRegion;
typedef struct MemoryRegionSection MemoryRegionSection;
typedef struct Monitor Monitor;
typedef struct Notifier Notifier;
typedef struct NotifierList NotifierList;
typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
typedef struct PCIBus PCIBus;
typedef struct PCIDevice PCIDevice;
typedef struct Property Property;
typedef struct QBool QBool;
typedef struct QDict QDict;
typedef struct QEMUBH QEMUBH;
typedef struct QEMUFile QEMUFile;
typedef struct QEMUSGList QEMUSGList;
typedef struct QEMUTimer QEMUTimer;
typedef struct QEMUTimerListGroup QEMUTimerListGroup;
typedef struct QList QList;
typedef struct QNull QNull;
typedef struct QNum QNum;
typedef struct QObject QObject;
typedef struct QString QString;
typedef struct QemuConsole QemuConsole;
typedef struct QemuOpt QemuOpt;
typedef struct QemuOpts QemuOpts;
typedef struct QemuOptsList QemuOptsList;
typedef struct RAMBlock RAMBlock;
typedef struct TypeImpl *Type;
typedef struct TypeInfo TypeInfo;
typedef struct VMStateDescription VMStateDescription;
typedef struct Visitor Visitor;

/* An interrupt line's sending end; see hw/irq.h. */
typedef struct IRQState *qemu_irq;

#endif
