/*
 * Machines: what a board is, its CPU topology, NUMA nodes and memory, and its -machine properties.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_BOARDS_H
#define HW_BOARDS_H

#include "qom/object.h"
#include "hw/qdev-core.h"
#include "exec/memory.h"

typedef struct HostMemoryBackend HostMemoryBackend;
typedef struct DeviceMemoryState DeviceMemoryState;
typedef struct AccelState AccelState;
typedef struct NumaState NumaState;

#define TYPE_MACHINE_SUFFIX "-machine"
/* Type name of the machine that users call @machinename. */
#define MACHINE_TYPE_NAME(machinename) (machinename TYPE_MACHINE_SUFFIX)

#define TYPE_MACHINE "machine"
typedef struct MachineState MachineState;
typedef struct MachineClass MachineClass;
DECLARE_OBJ_CHECKERS(MachineState, MachineClass, MACHINE, TYPE_MACHINE)

/* Units made by one controller of a default drive interface. */
typedef enum BlockInterfaceType {
    IF_DEFAULT = -1,                /* the machine's choice */
    IF_NONE = 0,
    IF_IDE, IF_SCSI, IF_FLOPPY, IF_PFLASH, IF_MTD, IF_SD, IF_VIRTIO, IF_XEN,
    IF_COUNT
} BlockInterfaceType;

#define MAX_NODES 128
#define NUMA_DISTANCE_MIN 10
#define NUMA_DISTANCE_DEFAULT 20
#define NUMA_DISTANCE_MAX 254
#define NUMA_DISTANCE_UNREACHABLE 255

/* -smp: counts at each level; the product of the levels is max_cpus. */
typedef struct CpuTopology {
    unsigned int cpus;              /* present at start */
    unsigned int sockets;
    unsigned int dies;              /* in a socket */
    unsigned int clusters;          /* in a die */
    unsigned int cores;             /* in a cluster */
    unsigned int threads;           /* in a core */
    unsigned int max_cpus;
} CpuTopology;

/* Which levels of topology a board's CPUs know. */
typedef struct SMPCompatProps {
    bool prefer_sockets;            /* spread omitted counts over sockets rather than cores */
    bool dies_supported;
    bool clusters_supported;
    bool has_clusters;
} SMPCompatProps;

/* Where one CPU sits; each has_ flag says whether the number beside it is given. */
typedef struct CpuPlace {
    bool has_node_id, has_socket_id, has_die_id, has_cluster_id, has_core_id, has_thread_id;
    int64_t node_id, socket_id, die_id, cluster_id, core_id, thread_id;
} CpuPlace;

/* One place for a CPU, occupied or not. */
typedef struct CPUArchId {
    uint64_t arch_id;               /* the architecture's number: APIC id, MPIDR */
    int64_t vcpus_count;
    CpuPlace props;
    Object *cpu;                    /* NULL: empty */
    const char *type;
} CPUArchId;

typedef struct CPUArchIdList {
    int len;
    CPUArchId cpus[];
} CPUArchIdList;

typedef struct NumaNode {
    bool present;
    bool has_cpu;
    bool has_initiator;
    uint16_t initiator;
    uint64_t node_mem;              /* bytes */
    HostMemoryBackend *node_memdev; /* NULL: a share of the machine's RAM */
    uint8_t distance[MAX_NODES];
} NumaNode;

struct NumaState {
    int num_nodes;
    bool have_numa_distance;
    bool hmat_enabled;
    NumaNode nodes[MAX_NODES];
};

struct MachineClass {
    ObjectClass parent_class;

    const char *family;
    char *name;                     /* as users say it; NULL: from the type name */
    const char *alias;
    const char *desc;
    const char *deprecation_reason;

    /* Builds the board. A failure goes through error_fatal. */
    void (*init)(MachineState *state);
    /* Resets everything; NULL: qemu_devices_reset(). @reason is a ShutdownCause. */
    void (*reset)(MachineState *state, int reason);
    void (*wakeup)(MachineState *state);

    BlockInterfaceType block_default_type;
    int units_per_default_bus;
    int max_cpus;                   /* 0 and 1: one CPU */
    int min_cpus;
    int default_cpus;
    bool no_serial, no_parallel, no_floppy, no_cdrom, no_sdcard;
    bool pci_allow_0_address;
    bool legacy_fw_cfg_order;
    bool is_default;
    bool has_hotpluggable_cpus;
    bool ignore_memory_transaction_failures;
    bool nvdimm_supported;
    bool numa_mem_supported;
    bool auto_enable_numa;
    bool auto_enable_numa_with_memhp;
    bool auto_enable_numa_with_memdev;
    bool rom_file_has_mr;
    bool cpu_cluster_has_numa_boundary;
    bool smbus_no_migration_support;
    bool option_rom_has_mr;
    const char *default_machine_opts;
    const char *default_boot_order; /* letters, such as "cad" */
    const char *default_display;    /* -vga when not given */
    const char *default_nic;
    const char *default_ram_id;     /* id of the RAM region; query-machines tells it */
    const char *default_cpu_type;
    const char *const *valid_cpu_types;     /* NULL: any; else ends with NULL */
    ram_addr_t default_ram_size;
    ram_addr_t (*fixup_ram_size)(ram_addr_t size);
    const char *kvm_type;
    GPtrArray *compat_props;        /* of GlobalProperty *: what older versions did otherwise */
    GPtrArray *allowed_dynamic_sysbus_devices;  /* of type names */
    SMPCompatProps smp_props;
    uint64_t smbios_memory_device_size;
    int minimum_page_bits;

    HotplugHandler *(*get_hotplug_handler)(MachineState *machine, DeviceState *dev);
    bool (*hotplug_allowed)(MachineState *state, DeviceState *dev, Error **errp);
    CpuPlace (*cpu_index_to_instance_props)(MachineState *machine, unsigned cpu_index);
    const CPUArchIdList *(*possible_cpu_arch_ids)(MachineState *machine);
    int64_t (*get_default_cpu_node_id)(const MachineState *ms, int idx);
};

typedef struct BootConfiguration {
    char *order;
    char *once;
    bool has_menu, menu;
    char *splash;
    int64_t splash_time;            /* ms; -1: not given */
    int64_t reboot_timeout;         /* ms; -1: not given */
    bool has_strict, strict;
} BootConfiguration;

struct MachineState {
    Object parent_obj;

    char *dtb;
    char *dumpdtb;
    char *kernel_filename;
    char *kernel_cmdline;           /* never NULL once main has set the machine up */
    char *initrd_filename;
    char *shim_filename;
    char *firmware;                 /* -bios */
    char *dt_compatible;
    char *memory_encryption;
    void *fdt;
    int phandle_start;
    bool dump_guest_core;
    bool mem_merge;
    bool usb;
    bool usb_disabled;
    bool graphics;                  /* false with -nographic and on boards without display */
    bool suppress_vmdesc;
    bool enable_graphics;
    bool hmat;
    char *ram_memdev_id;            /* memory-backend= */
    HostMemoryBackend *memdev;
    MemoryRegion *ram;              /* all of -m, or NULL if the board makes it */
    ram_addr_t ram_size;
    ram_addr_t maxram_size;         /* with what may be plugged later */
    uint64_t ram_slots;
    DeviceMemoryState *device_memory;
    BootConfiguration boot_config;
    const char *cpu_type;           /* type name of -cpu, NULL if the board has no choice */
    AccelState *accelerator;
    CPUArchIdList *possible_cpus;
    CpuTopology smp;
    NumaState *numa_state;
    bool init_done;
    DeviceListener device_listener;
};

/* The one machine; NULL before it is made. */
extern MachineState *current_machine;

/* Makes the RAM region of the machine and runs its init. */
bool machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp);
bool machine_usb(MachineState *machine);
int machine_phandle_start(MachineState *machine);
bool machine_dump_guest_core(MachineState *machine);
bool machine_mem_merge(MachineState *machine);
/* Sets the topology from given counts, 0 meaning not given; false with @errp set. */
bool machine_parse_smp_config(MachineState *ms, const CpuTopology *given, Error **errp);
unsigned int machine_topo_get_cores_per_socket(const MachineState *ms);
unsigned int machine_topo_get_threads_per_socket(const MachineState *ms);
/* Allows sysbus devices of that type with -device. */
void machine_class_allow_dynamic_sysbus_dev(MachineClass *mc, const char *type);
bool device_is_dynamic_sysbus(MachineClass *mc, DeviceState *dev);
bool device_type_is_dynamic_sysbus(MachineClass *mc, const char *type);
/* The places for CPUs, for boards that have one per index: fills and returns possible_cpus. */
CPUArchIdList *machine_cpu_arch_ids_by_index(MachineState *ms);
/* Finds the class that -machine @name means, or NULL with @errp naming the nearest ones. */
MachineClass *machine_class_find(const char *name, Error **errp);
/* Puts CPU @props into a NUMA node, by -numa cpu. */
bool machine_set_cpu_numa_node(MachineState *machine, const CpuPlace *props, Error **errp);
void machine_memory_devices_init(MachineState *ms, hwaddr base, uint64_t size);

/* NUMA: one -numa option; completion before the board's init. */
bool numa_parse_option(MachineState *ms, const char *optarg, Error **errp);
bool numa_complete_configuration(MachineState *ms, Error **errp);
bool numa_enabled(const MachineState *ms);
void machine_consume_memdev(MachineState *machine, HostMemoryBackend *backend);

/* Appends a table of GlobalProperty to a class' compat_props. */
void compat_props_add(GPtrArray *arr, GlobalProperty props[], size_t nelem);

/* Defines a machine type from an init function that sets up its class. */
#define DEFINE_MACHINE(namestr, machine_initfn) \
    static void machine_initfn##_class_init(ObjectClass *oc, void *data G_GNUC_UNUSED) \
    { \
        MachineClass *mc = MACHINE_CLASS(oc); \
        machine_initfn(mc); \
    } \
    static const TypeInfo machine_initfn##_typeinfo = { \
        .name = MACHINE_TYPE_NAME(namestr), \
        .parent = TYPE_MACHINE, \
        .class_init = machine_initfn##_class_init, \
    }; \
    static void machine_initfn##_register_types(void) \
    { \
        type_register_static(&machine_initfn##_typeinfo); \
    } \
    type_init(machine_initfn##_register_types)

/* What 7.1 did otherwise; for pc-i440fx-7.1 and its like. */
extern GlobalProperty hw_compat_7_1[];
extern const size_t hw_compat_7_1_len;

#endif
