/*
 * Devices and buses.
 *
 * A device is made (qdev_new), configured by properties, and realized, which checks the
 * configuration, connects it and makes it visible to the guest. A realized device has a place in
 * the composition tree, and usually a parent bus. Unrealize undoes realize completely.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_QDEV_CORE_H
#define HW_QDEV_CORE_H

#include "qemu/bitmap.h"
#include "qom/object.h"
#include "hw/irq.h"
#include "hw/hotplug.h"
#include "hw/resettable.h"

typedef struct VMStateDescription VMStateDescription;
typedef struct Property Property;
typedef struct PropertyInfo PropertyInfo;
typedef struct QemuOpts QemuOpts;

#define TYPE_DEVICE "device"
typedef struct DeviceState DeviceState;
typedef struct DeviceClass DeviceClass;
DECLARE_OBJ_CHECKERS(DeviceState, DeviceClass, DEVICE, TYPE_DEVICE)

#define TYPE_BUS "bus"
typedef struct BusState BusState;
typedef struct BusClass BusClass;
DECLARE_OBJ_CHECKERS(BusState, BusClass, BUS, TYPE_BUS)

/* Groups in "-device help". ORDER device_category_names. */
typedef enum DeviceCategory {
    DEVICE_CATEGORY_BRIDGE,
    DEVICE_CATEGORY_USB,
    DEVICE_CATEGORY_STORAGE,
    DEVICE_CATEGORY_NETWORK,
    DEVICE_CATEGORY_INPUT,
    DEVICE_CATEGORY_DISPLAY,
    DEVICE_CATEGORY_SOUND,
    DEVICE_CATEGORY_MISC,
    DEVICE_CATEGORY_CPU,
    DEVICE_CATEGORY_WATCHDOG,
    DEVICE_CATEGORY_MAX
} DeviceCategory;

typedef void (*DeviceRealize)(DeviceState *dev, Error **errp);
typedef void (*DeviceUnrealize)(DeviceState *dev);
typedef void (*DeviceReset)(DeviceState *dev);
typedef void (*BusRealize)(BusState *bus, Error **errp);
typedef void (*BusUnrealize)(BusState *bus);

struct DeviceClass {
    ObjectClass parent_class;

    DECLARE_BITMAP(categories, DEVICE_CATEGORY_MAX);
    const char *fw_name;            /* node name in firmware boot paths; NULL: the type name */
    const char *desc;               /* one line for help */
    const Property *props_;         /* set with device_class_set_props() */
    /* Whether users may create it with -device; false needs a comment with the reason. */
    bool user_creatable;
    bool hotpluggable;

    DeviceReset legacy_reset;       /* set with device_class_set_legacy_reset() */
    DeviceRealize realize;
    DeviceUnrealize unrealize;
    const VMStateDescription *vmsd;
    const char *bus_type;           /* type of the bus that it sits on; NULL: none */
};

/* A named group of input and output pins; the unnamed group has name NULL. */
typedef struct NamedGPIOList {
    char *name;
    qemu_irq *in;
    int num_in;
    int num_out;
    QLIST_ENTRY(NamedGPIOList) node;
} NamedGPIOList;

typedef struct NamedClockList NamedClockList;

/* Guards against a device that reaches itself again by DMA; see exec/memory.h. */
typedef struct MemReentrancyGuard {
    bool engaged_in_io;
} MemReentrancyGuard;

struct DeviceState {
    Object parent_obj;

    char *id;                       /* of -device; NULL: none given */
    char *canonical_path;           /* valid from realize to unrealize */
    bool realized;                  /* read it with qdev_is_realized() outside the BQL */
    bool pending_deleted_event;
    int64_t pending_deleted_expires_ms;
    QDict *opts;                    /* what the user gave; owned */
    bool hotplugged;                /* created after the machine was complete */
    bool allow_unplug_during_migration;
    BusState *parent_bus;
    QLIST_HEAD(, NamedGPIOList) gpios;
    QLIST_HEAD(, BusState) child_bus;
    int num_child_bus;
    int instance_id_alias;          /* -1: none */
    int alias_required_for_version;
    ResettableState reset;
    MemReentrancyGuard mem_reentrancy_guard;
};

/* Hears of devices as they come and go. */
typedef struct DeviceListener DeviceListener;
struct DeviceListener {
    void (*realize)(DeviceListener *listener, DeviceState *dev);
    void (*unrealize)(DeviceListener *listener, DeviceState *dev);
    /* True: do not create the device that @opts describes now. */
    bool (*hide_device)(DeviceListener *listener, const QDict *opts, bool from_json, Error **errp);
    QTAILQ_ENTRY(DeviceListener) link;
};

struct BusClass {
    ObjectClass parent_class;

    /* One line (or more) about @dev for "info qtree", each line indented by @indent columns, appended to @out. */
    void (*print_dev)(GString *out, DeviceState *dev, int indent);
    /* Path of the device that is stable across versions, to g_free(); NULL: none. */
    char *(*get_dev_path)(DeviceState *dev);
    /* Firmware path component, to g_free(). */
    char *(*get_fw_dev_path)(DeviceState *dev);
    /* Fails if @dev may not sit at its address. */
    bool (*check_address)(BusState *bus, DeviceState *dev, Error **errp);
    BusRealize realize;
    BusUnrealize unrealize;
    int max_dev;                    /* most devices that fit; 0: no limit */
    unsigned automatic_ids;         /* buses named automatically so far */
};

/* One slot of a bus. */
typedef struct BusChild {
    DeviceState *child;
    int index;
    QTAILQ_ENTRY(BusChild) sibling;
} BusChild;

struct BusState {
    Object parent_obj;

    DeviceState *parent;            /* NULL: the main system bus */
    char *name;
    HotplugHandler *hotplug_handler;
    int max_index;
    bool realized;
    bool full;
    int num_children;
    QTAILQ_HEAD(, BusChild) children;
    QLIST_ENTRY(BusState) sibling;
    ResettableState reset;
};

/* ---- life of a device ---- */

/* A new, unrealized device with one reference; asserts that the type exists. */
DeviceState *qdev_new(const char *name);
/* The same, NULL if the type is unknown. */
DeviceState *qdev_try_new(const char *name);

/*
 * Puts the device on @bus (NULL only if its class names no bus type) and realizes it. On failure
 * the device is off the bus again. qdev_realize_and_unref() also drops the caller's reference,
 * in either case; the tree keeps the device while it is realized.
 */
bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp);
bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp);
void qdev_unrealize(DeviceState *dev);
/* True once realized; the acquire pairs with the release at the end of realize. */
static inline bool qdev_is_realized(DeviceState *dev)
{
    return __atomic_load_n(&dev->realized, __ATOMIC_ACQUIRE);
}

/* Moves an unrealized device to @bus. */
bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp);
/* Sets the id; it must not be in use yet. Takes ownership of @id; returns it or NULL on failure. */
const char *qdev_set_id(DeviceState *dev, char *id, Error **errp);
BusState *qdev_get_parent_bus(const DeviceState *dev);
/* Child bus of that name; NULL if there is none. */
BusState *qdev_get_child_bus(DeviceState *dev, const char *name);
/* Fails if the device could not be unplugged by a user. */
void qdev_unplug(DeviceState *dev, Error **errp);
HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev);
HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev);
HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev);
bool qdev_hotplug_allowed(DeviceState *dev, Error **errp);
/* Unplug hook for devices that need no cooperation of the guest. */
void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp);

const char *qdev_fw_name(DeviceState *dev);
/* Firmware path of a device ("/pci@i0cf8/ide@1,1/drive@0/disk@0"), to g_free(). */
char *qdev_get_fw_dev_path(DeviceState *dev);
char *qdev_get_own_fw_dev_path_from_handler(BusState *bus, DeviceState *dev);
/* Stable path for the migration stream, to g_free(); NULL: none. */
char *qdev_get_dev_path(DeviceState *dev);
Object *qdev_get_machine(void);
/* The machine's "/peripheral" container etc.: child container by name. */
Object *machine_get_container(const char *name);

void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n);
/* Properties of a class: an array that ends with DEFINE_PROP_END_OF_LIST(). */
void device_class_set_props(DeviceClass *dc, const Property *props);
/* A single reset function, run in the hold phase, after the children's. */
void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset);
/* Replace hooks, keeping the parent's in *parent_xxx for the new one to call. */
void device_class_set_parent_reset(DeviceClass *dc, DeviceReset dev_reset,
                                   DeviceReset *parent_reset);
void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize);
void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize);
const VMStateDescription *qdev_get_vmsd(DeviceState *dev);
const char *qdev_get_printable_name(DeviceState *dev);

/* ---- reset ---- */

void device_cold_reset(DeviceState *dev);
void bus_cold_reset(BusState *bus);
bool device_is_in_reset(DeviceState *dev);
bool bus_is_in_reset(BusState *bus);
/* Older names for the same. */
void qdev_reset_all(DeviceState *dev);
void qbus_reset_all(BusState *bus);

/* ---- pins ---- */

/* Adds @n inputs to the (unnamed or @name) group; pin numbers continue from those already there. */
void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n);
void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler, const char *name, int n);
void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n);
/* Adds @n outputs, kept in @pins of the device's state. */
void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n);
void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n);
/* Input pin @n, to be driven by whoever asks. */
qemu_irq qdev_get_gpio_in(DeviceState *dev, int n);
qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n);
/* Connects output pin @n to @pin (NULL disconnects). */
void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin);
void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq pin);
qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n);
/* Puts @icpt in place of what output @n drives; returns the old line, to be driven by hand. */
qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n);
/* Makes the pins of @dev appear as pins of @container. */
void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name);

/* ---- buses ---- */

/* A new bus below @parent (NULL: main system bus); @name NULL: a generated one. */
BusState *qbus_new(const char *typename, DeviceState *parent, const char *name);
/* The same in memory of the caller's. */
void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent,
               const char *name);
bool qbus_realize(BusState *bus, Error **errp);
void qbus_unrealize(BusState *bus);
void qbus_set_hotplug_handler(BusState *bus, Object *handler);
void qbus_set_bus_hotplug_handler(BusState *bus);
static inline bool qbus_is_hotpluggable(BusState *bus)
{
    return bus->hotplug_handler != NULL;
}
bool qbus_is_full(BusState *bus);
static inline void qbus_mark_full(BusState *bus)
{
    bus->full = true;
}
char *qbus_get_fw_dev_path(BusState *bus, DeviceState *dev);
BusState *sysbus_get_default(void);

typedef int (qbus_walkerfn)(BusState *bus, void *opaque);
typedef int (qdev_walkerfn)(DeviceState *dev, void *opaque);
/*
 * Walk the tree. A pre function is called before, a post function after what is below; negative
 * ends the walk with that value, positive from a pre function skips what is below.
 */
int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);
int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);
/* The device of that id on @bus or below, or NULL. */
DeviceState *qdev_find_recursive(BusState *bus, const char *id);

void device_listener_register(DeviceListener *listener);
void device_listener_unregister(DeviceListener *listener);
/* Who tells management that a device of that id (or NULL) and path is gone for good. */
typedef void DeviceDeletedFn(const char *id, const char *path);
void qdev_set_deleted_hook(DeviceDeletedFn *fn);
bool qdev_should_hide_device(const QDict *opts, bool from_json, Error **errp);

/* ---- machine start-up phases ---- */

typedef enum MachineInitPhase {
    PHASE_NO_MACHINE,               /* options are being read */
    PHASE_MACHINE_CREATED,          /* the machine object exists, its properties may be set */
    PHASE_ACCEL_CREATED,            /* the accelerator is up */
    PHASE_LATE_BACKENDS_CREATED,
    PHASE_MACHINE_INITIALIZED,      /* the board's init ran; cold-plugged devices come now */
    PHASE_MACHINE_READY,            /* from here on devices are hot-plugged */
} MachineInitPhase;

bool phase_check(MachineInitPhase phase);
void phase_advance(MachineInitPhase phase);

#endif
