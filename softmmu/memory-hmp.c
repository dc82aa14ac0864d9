/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP commands that look at memory, ports and registers.
 *
 * Thread: main thread with the big lock; a running guest changes under our eyes, as it does
 * under anybody's.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "exec/ioport.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"

/* What "x" without format or size takes: those of the last command.  Main thread. */
static struct {
    char format;
    int size;
} last = { 'x', 4 };

static uint64_t load(const uint8_t *p, int size)
{
    uint64_t val = 0;

    for (int i = 0; i < size; i++) {
        val |= (uint64_t)p[i] << (8 * i);
    }
    return val;
}

static void print_char(Monitor *mon, uint8_t c)
{
    static const char from[] = "\n\r\t\\'", to[] = "nrt\\'";
    const char *at = c ? strchr(from, c) : NULL;

    if (at) {
        monitor_printf(mon, "'\\%c'", to[at - from]);
    } else {
        monitor_printf(mon, c >= 0x20 && c < 0x7f ? "'%c'" : "'\\x%02x'", c);
    }
}

/* One value; in a @column it is padded to the width of its type. */
static void print_value(Monitor *mon, uint64_t val, char format, int size, bool column)
{
    int bits = size * 8, hex = size * 2, octal = (bits + 2) / 3;
    int decimal = (bits * 10 + 32) / 33;

    switch (format) {
    case 'o':
        monitor_printf(mon, "%#*" PRIo64, column ? octal + 1 : 0, val);
        break;
    case 'd':
        val = bits < 64 ? (uint64_t)((int64_t)(val << (64 - bits)) >> (64 - bits)) : val;
        monitor_printf(mon, "%*" PRId64, column ? decimal + 1 : 0, (int64_t)val);
        break;
    case 'u':
        monitor_printf(mon, "%*" PRIu64, column ? decimal : 0, val);
        break;
    case 'c':
        print_char(mon, val);
        break;
    default:
        monitor_printf(mon, "0x%0*" PRIx64, column ? hex : 0, val);
        break;
    }
}

static bool read_memory(CPUState *cpu, bool physical, uint64_t addr, void *buf, size_t len)
{
    if (physical) {
        AddressSpace *as = cpu ? cpu_get_address_space(cpu, 0) : &address_space_memory;

        return address_space_read(as, addr, MEMTXATTRS_UNSPECIFIED, buf, len) == MEMTX_OK;
    }
    return cpu_memory_rw_debug(cpu, addr, buf, len, false) == 0;
}

/* The longest run of readable bytes up to @len at @addr. */
static size_t read_up_to(CPUState *cpu, bool physical, uint64_t addr, uint8_t *buf, size_t len)
{
    size_t n = 0;

    while (n < len) {
        size_t chunk = MIN(len - n, 4096 - ((addr + n) & 4095));

        if (!read_memory(cpu, physical, addr + n, buf + n, chunk)) {
            break;
        }
        n += chunk;
    }
    return n;
}

static void disassemble(Monitor *mon, CPUState *cpu, bool physical, uint64_t addr, int count)
{
    enum { INSN_MAX = 16, COUNT_MAX = 4096 };   /* as many as anybody reads */
    CPUClass *cc = cpu ? CPU_GET_CLASS(cpu) : NULL;
    g_autofree uint8_t *code = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    size_t size;

    if (!cc || !cc->disassemble) {
        monitor_printf(mon, "No disassembler for this CPU\n");
        return;
    }
    count = MIN(count, COUNT_MAX);
    code = g_malloc(count * INSN_MAX);
    size = read_up_to(cpu, physical, addr, code, count * INSN_MAX);
    if (!size) {
        monitor_printf(mon, "%016" PRIx64 ": Cannot access memory\n", addr);
        return;
    }
    cc->disassemble(cpu, out, code, size, addr, count);
    monitor_puts(mon, out->str);
}

static void dump(Monitor *mon, const QDict *args, bool physical)
{
    int count = qdict_get_int(args, "count"), size = qdict_get_int(args, "size");
    char format = qdict_get_int(args, "format");
    uint64_t addr = qdict_get_int(args, "addr");
    CPUState *cpu = monitor_get_cpu(mon);
    int per_line;

    if (!physical && !cpu) {
        monitor_printf(mon, "No CPU available\n");
        return;
    }
    if (format == 'i') {
        disassemble(mon, cpu, physical, addr, count);
        return;
    }
    format = format ? format : last.format;
    size = format == 'c' && size < 0 ? 1 : size < 0 ? last.size : size;
    last.format = format;
    last.size = size;
    per_line = format == 'c' ? 8 : size == 1 ? 8 : size == 8 ? 2 : 16 / size;

    for (int done = 0; done < count;) {
        uint8_t buf[16];
        int n = MIN(per_line, count - done);

        monitor_printf(mon, "%016" PRIx64 ":", addr);
        if (!read_memory(cpu, physical, addr, buf, n * size)) {
            monitor_printf(mon, " Cannot access memory\n");
            return;
        }
        for (int i = 0; i < n; i++) {
            monitor_printf(mon, " ");
            print_value(mon, load(buf + i * size, size), format, size, true);
        }
        monitor_printf(mon, "\n");
        addr += n * size;
        done += n;
    }
}

static void hmp_x(Monitor *mon, const QDict *args)
{
    dump(mon, args, false);
}

static void hmp_xp(Monitor *mon, const QDict *args)
{
    dump(mon, args, true);
}

static void hmp_print(Monitor *mon, const QDict *args)
{
    char format = qdict_get_int(args, "format");

    print_value(mon, qdict_get_int(args, "val"), format ? format : 'x', 8, false);
    monitor_printf(mon, "\n");
}

/* The checksum of BSD's sum(1). */
static void hmp_sum(Monitor *mon, const QDict *args)
{
    uint64_t addr = qdict_get_int(args, "start");
    uint32_t size = qdict_get_int(args, "size");
    uint16_t sum = 0;

    while (size) {
        uint8_t buf[4096];
        uint32_t n = MIN(size, (uint32_t)sizeof(buf));

        address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, n);
        for (uint32_t i = 0; i < n; i++) {
            sum = sum >> 1 | sum << 15;
            sum += buf[i];
        }
        addr += n;
        size -= n;
    }
    monitor_printf(mon, "%05d\n", sum);
}

static void hmp_ioport_read(Monitor *mon, const QDict *args)
{
    int size = qdict_get_int(args, "size");
    uint32_t addr = qdict_get_int(args, "addr") & 0xffff, val;
    const char *suffix = "l";

    if (qdict_haskey(args, "index")) {
        cpu_outb(addr, qdict_get_int(args, "index"));
        addr = (addr + 1) & 0xffff;
    }
    if (size <= 1) {
        val = cpu_inb(addr);
        suffix = "b";
    } else if (size == 2) {
        val = cpu_inw(addr);
        suffix = "w";
    } else {
        val = cpu_inl(addr);
    }
    monitor_printf(mon, "port%s[0x%04x] = 0x%0*x\n", suffix, addr,
                   *suffix == 'b' ? 2 : *suffix == 'w' ? 4 : 8, val);
}

static void hmp_ioport_write(Monitor *mon, const QDict *args)
{
    uint32_t addr = qdict_get_int(args, "addr") & 0xffff, val = qdict_get_int(args, "val");

    switch (qdict_get_int(args, "size")) {
    case 2:
        cpu_outw(addr, val);
        break;
    case 4:
        cpu_outl(addr, val);
        break;
    default:
        cpu_outb(addr, val);
        break;
    }
}

static void hmp_memsave(Monitor *mon, const QDict *args)
{
    CPUState *cpu = monitor_get_cpu(mon);
    Error *err = NULL;

    qmp_memsave(qdict_get_int(args, "val"), qdict_get_int(args, "size"),
                qdict_get_str(args, "filename"), cpu != NULL, cpu ? cpu->cpu_index : 0, &err);
    hmp_handle_error(mon, err);
}

static void hmp_pmemsave(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_pmemsave(qdict_get_int(args, "val"), qdict_get_int(args, "size"),
                 qdict_get_str(args, "filename"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_gva2gpa(Monitor *mon, const QDict *args)
{
    CPUState *cpu = monitor_get_cpu(mon);
    vaddr addr = qdict_get_int(args, "addr");
    hwaddr page;

    if (!cpu) {
        monitor_printf(mon, "No CPU available\n");
        return;
    }
    page = cpu_get_phys_page_debug(cpu, addr & -4096ull);
    if (page == (hwaddr)-1) {
        monitor_printf(mon, "Unmapped\n");
    } else {
        monitor_printf(mon, "gpa: 0x%" PRIx64 "\n", (uint64_t)page + (addr & 4095));
    }
}

static void hmp_cpu(Monitor *mon, const QDict *args)
{
    if (!monitor_set_cpu(mon, qdict_get_int(args, "index"))) {
        monitor_printf(mon, "invalid CPU index\n");
    }
}

static void print_registers(Monitor *mon, CPUState *cpu)
{
    GString *out = g_string_new(NULL);

    monitor_printf(mon, "\nCPU#%d\n", cpu->cpu_index);
    cpu_dump_state(cpu, out, -1);
    monitor_puts(mon, out->str);
    g_string_free(out, TRUE);
}

static void hmp_info_registers(Monitor *mon, const QDict *args)
{
    CPUState *cpu;

    if (qdict_get_bool(args, "cpustate_all")) {
        CPU_FOREACH(cpu) {
            print_registers(mon, cpu);
        }
        return;
    }
    cpu = qdict_haskey(args, "vcpu") ? qemu_get_cpu(qdict_get_int(args, "vcpu"))
                                     : monitor_get_cpu(mon);
    if (cpu) {
        print_registers(mon, cpu);
    } else {
        monitor_printf(mon, "No CPU available\n");
    }
}

static void hmp_info_mtree(Monitor *mon, const QDict *args)
{
    GString *out = g_string_new(NULL);

    mtree_info(out, qdict_get_bool(args, "flatview"), qdict_get_bool(args, "dispatch_tree"),
               qdict_get_bool(args, "owner"), qdict_get_bool(args, "disabled"));
    monitor_puts(mon, out->str);
    g_string_free(out, TRUE);
}

static const HMPCommand hmp_memory_commands[] = {
    { "x", "fmt:/,addr:l", "/fmt addr", "virtual memory dump starting at 'addr'", hmp_x },
    { "xp", "fmt:/,addr:l", "/fmt addr", "physical memory dump starting at 'addr'", hmp_xp },
    { "print|p", "fmt:/,val:l", "/fmt expr", "print expression value (use $reg for CPU register "
      "access)", hmp_print },
    { "i", "fmt:/,addr:i,index:i?", "/fmt addr", "I/O port read", hmp_ioport_read },
    { "o", "fmt:/,addr:i,val:i", "/fmt addr value", "I/O port write", hmp_ioport_write },
    { "sum", "start:l,size:i", "addr size", "compute the checksum of a memory region", hmp_sum },
    { "memsave", "val:l,size:l,filename:F", "addr size file",
      "save to disk virtual memory dump starting at 'addr' of size 'size'", hmp_memsave },
    { "pmemsave", "val:l,size:l,filename:F", "addr size file",
      "save to disk physical memory dump starting at 'addr' of size 'size'", hmp_pmemsave },
    { "gva2gpa", "addr:l", "addr", "print the guest physical address corresponding to a guest "
      "virtual address", hmp_gva2gpa },
    { "cpu", "index:i", "index", "set the default CPU", hmp_cpu },
};
HMP_COMMANDS(hmp_memory_commands);

static const HMPCommand hmp_memory_info[] = {
    { "registers", "cpustate_all:-a,vcpu:i?", "[-a|vcpu]", "show the cpu registers (-a: show "
      "register info for all cpus; vcpu: specific vCPU to query)", hmp_info_registers },
    { "mtree", "flatview:-f,dispatch_tree:-d,owner:-o,disabled:-D", "[-f][-d][-o][-D]",
      "show memory tree (-f: dump flat view for address spaces; -d: dump dispatch tree, valid "
      "with -f only; -o: dump region owners/parents; -D: dump disabled regions)",
      hmp_info_mtree },
};
HMP_INFO(hmp_memory_info);
