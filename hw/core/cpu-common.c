/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all virtual CPUs have in common: the list of them, reset, address spaces, and memory as a
 * debugger sees it.
 *
 * Thread: with the big lock held, or the vCPU stopped. The list is read under RCU as well.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/rcu_queue.h"
#include "exec/address-spaces.h"
#include "exec/cpu-exec.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "migration/vmstate.h"

enum { CPU_INDEX_UNASSIGNED = -1 };

CPUTailQ cpus_queue = QTAILQ_HEAD_INITIALIZER(cpus_queue);

/* ---- the list ---- */

static int free_cpu_index(void)
{
    CPUState *cpu;
    int index = 0;

    CPU_FOREACH(cpu) {
        index = MAX(index, cpu->cpu_index + 1);
    }
    return index;
}

void cpu_list_add(CPUState *cpu)
{
    if (cpu->cpu_index == CPU_INDEX_UNASSIGNED) {
        cpu->cpu_index = free_cpu_index();
    }
    QTAILQ_INSERT_TAIL_RCU(&cpus_queue, cpu, node);
}

void cpu_list_remove(CPUState *cpu)
{
    QTAILQ_REMOVE_RCU(&cpus_queue, cpu, node);
    cpu->cpu_index = CPU_INDEX_UNASSIGNED;
}

CPUState *qemu_get_cpu(int index)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->cpu_index == index) {
            return cpu;
        }
    }
    return NULL;
}

/* The class all of whose models this emulator has: the one below TYPE_CPU that looks names up. */
static CPUClass *resolving_class(void)
{
    GSList *list = object_class_get_list(TYPE_CPU, true);
    CPUClass *found = NULL;

    for (GSList *l = list; l && !found; l = l->next) {
        CPUClass *cc = CPU_CLASS(l->data);

        found = cc->class_by_name ? cc : NULL;
    }
    g_slist_free(list);
    return found;
}

ObjectClass *cpu_class_by_name(const char *typename, const char *model)
{
    ObjectClass *oc = typename ? object_class_by_name(typename) : NULL;
    CPUClass *cc = oc ? CPU_CLASS(oc) : resolving_class();

    return cc && cc->class_by_name ? cc->class_by_name(model) : NULL;
}

/* ---- address spaces ---- */

void cpu_address_space_init(CPUState *cpu, int asidx, const char *prefix, MemoryRegion *mr)
{
    g_autofree char *name = g_strdup_printf("%s-%d", prefix, cpu->cpu_index);

    assert(asidx < cpu->num_ases);
    if (!cpu->as) {
        cpu->as = g_new0(AddressSpace *, cpu->num_ases);
    }
    cpu->as[asidx] = g_new0(AddressSpace, 1);
    address_space_init(cpu->as[asidx], mr, name);
}

AddressSpace *cpu_get_address_space(CPUState *cpu, int asidx)
{
    return cpu->as[asidx];
}

/* ---- debuggers ---- */

static hwaddr debug_page(CPUState *cpu, vaddr addr, MemTxAttrs *attrs)
{
    return CPU_GET_CLASS(cpu)->get_phys_page_attrs_debug(cpu, addr, attrs);
}

hwaddr cpu_get_phys_page_debug(CPUState *cpu, vaddr addr)
{
    MemTxAttrs attrs = { };

    return debug_page(cpu, addr, &attrs);
}

int cpu_memory_rw_debug(CPUState *cpu, vaddr addr, void *buf, size_t len, bool is_write)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);
    uint8_t *p = buf;

    while (len) {
        vaddr page = addr & ~(vaddr)(RAM_PAGE_SIZE - 1);
        size_t n = MIN(len, (size_t)(page + RAM_PAGE_SIZE - addr));
        MemTxAttrs attrs = { };
        hwaddr phys = debug_page(cpu, page, &attrs);
        AddressSpace *as;
        MemTxResult r;

        if (phys == (hwaddr)-1) {
            return -1;
        }
        phys += addr & (RAM_PAGE_SIZE - 1);
        as = cpu->as[cc->asidx_from_attrs ? cc->asidx_from_attrs(cpu, attrs) : 0];
        r = is_write ? address_space_write_rom(as, phys, attrs, p, n)
                     : address_space_read(as, phys, attrs, p, n);
        if (r != MEMTX_OK) {
            return -1;
        }
        len -= n;
        addr += n;
        p += n;
    }
    return 0;
}

void cpu_dump_state(CPUState *cpu, GString *out, int flags)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);

    if (cc->dump_state) {
        cc->dump_state(cpu, out, flags);
    }
}

/* ---- reset, life ---- */

void cpu_reset(CPUState *cpu)
{
    device_cold_reset(DEVICE(cpu));
}

static void cpu_common_reset(DeviceState *dev)
{
    CPUState *cpu = CPU(dev);

    if (qemu_loglevel_mask(CPU_LOG_RESET)) {
        g_autoptr(GString) s = g_string_new(NULL);

        cpu_dump_state(cpu, s, 0);
        qemu_log("CPU Reset (CPU %d)\n%s", cpu->cpu_index, s->str);
    }
    cpu->interrupt_request = 0;
    cpu->halted = 0;
    cpu->exception_index = EXCP_NONE;
    cpu->mem_io_pc = 0;
    cpu->crash_occurred = false;
    cpu->next_cflags = 0;
    if (cpu->tlb) {
        tlb_flush(cpu);
    }
}

static void cpu_common_init(Object *obj)
{
    CPUState *cpu = CPU(obj);

    cpu->cc = CPU_GET_CLASS(obj);
    cpu->cpu_index = CPU_INDEX_UNASSIGNED;
    cpu->nr_cores = cpu->nr_threads = 1;
    cpu->exception_index = EXCP_NONE;
    cpu->num_ases = 1;
    qemu_mutex_init(&cpu->work_mutex);
    QSIMPLEQ_INIT(&cpu->work_list);
    QTAILQ_INIT(&cpu->breakpoints);
    QTAILQ_INIT(&cpu->watchpoints);
}

static void cpu_common_finalize(Object *obj)
{
    qemu_mutex_destroy(&CPU(obj)->work_mutex);
}

static void cpu_common_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    (void)data;
    set_bit(DEVICE_CATEGORY_CPU, dc->categories);
    device_class_set_legacy_reset(dc, cpu_common_reset);
    dc->user_creatable = false; /* models that a board can plug say otherwise */
}

const VMStateDescription vmstate_cpu_common = {
    .name = "cpu_common",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(halted, CPUState),
        VMSTATE_UINT32(interrupt_request, CPUState),
        VMSTATE_INT32(exception_index, CPUState),
        VMSTATE_BOOL(crash_occurred, CPUState),
        VMSTATE_END_OF_LIST()
    },
};

static const TypeInfo cpu_types[] = {
    {
        .name = TYPE_CPU,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(CPUState),
        .instance_init = cpu_common_init,
        .instance_finalize = cpu_common_finalize,
        .abstract = true,
        .class_size = sizeof(CPUClass),
        .class_init = cpu_common_class_init,
    },
};
DEFINE_TYPES(cpu_types)
