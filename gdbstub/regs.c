/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers that a debugger sees: sets of them with their descriptions, by number and name.
 *
 * Spec:    GDB manual, appendix "Target Descriptions".
 * Thread:  main thread with the vCPUs stopped, or the vCPU's own.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "internals.h"

/*
 * The core set may have a second description, for registers that gdb wants in a feature of
 * their own: CORE-sse.xml beside CORE.xml.
 */
static char *core_companion(CPUState *cpu)
{
    const char *core = CPU_GET_CLASS(cpu)->gdb_core_xml_file;
    g_autofree char *stem = g_strndup(core, strlen(core) - strlen(".xml"));

    return g_strconcat(stem, "-sse.xml", NULL);
}

/* A set besides the core one. */
typedef struct RegSet {
    gdb_get_reg_cb get;
    gdb_set_reg_cb set;
    int base, num;
    const char *xml;
} RegSet;

/* Per CPUState: GArray of RegSet.  [bql] */
static GHashTable *extra_sets;
/* Texts of target.xml by CPUState. */
static GHashTable *target_xml;

static GArray *sets_of(CPUState *cpu)
{
    return extra_sets ? g_hash_table_lookup(extra_sets, cpu) : NULL;
}

static void free_array(gpointer p)
{
    g_array_free(p, TRUE);
}

void gdb_register_coprocessor(CPUState *cpu, gdb_get_reg_cb get_reg, gdb_set_reg_cb set_reg,
                              int num_regs, const char *xml)
{
    RegSet set = { get_reg, set_reg, gdb_num_regs(cpu), num_regs, xml };
    GArray *sets;

    if (!extra_sets) {
        extra_sets = g_hash_table_new_full(NULL, NULL, NULL, free_array);
    }
    sets = sets_of(cpu);
    if (!sets) {
        sets = g_array_new(FALSE, FALSE, sizeof(RegSet));
        g_hash_table_insert(extra_sets, cpu, sets);
    }
    g_array_append_val(sets, set);
}

void gdb_unregister_coprocessors(CPUState *cpu)
{
    if (extra_sets) {
        g_hash_table_remove(extra_sets, cpu);
    }
    if (target_xml) {
        g_hash_table_remove(target_xml, cpu);
    }
}

int gdb_num_g_regs(CPUState *cpu)
{
    return CPU_GET_CLASS(cpu)->gdb_num_core_regs;
}

int gdb_num_regs(CPUState *cpu)
{
    GArray *sets = sets_of(cpu);
    const RegSet *last = sets && sets->len ? &g_array_index(sets, RegSet, sets->len - 1) : NULL;

    return last ? last->base + last->num : gdb_num_g_regs(cpu);
}

static const RegSet *find_set(CPUState *cpu, int reg)
{
    GArray *sets = sets_of(cpu);

    for (guint i = 0; sets && i < sets->len; i++) {
        const RegSet *set = &g_array_index(sets, RegSet, i);

        if (reg >= set->base && reg < set->base + set->num) {
            return set;
        }
    }
    return NULL;
}

int gdb_read_register(CPUState *cpu, GByteArray *buf, int reg)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);
    const RegSet *set;

    if (reg < 0) {
        return 0;
    }
    if (reg < cc->gdb_num_core_regs) {
        return cc->gdb_read_register ? cc->gdb_read_register(cpu, buf, reg) : 0;
    }
    set = find_set(cpu, reg);
    return set ? set->get(cpu, buf, reg - set->base) : 0;
}

int gdb_write_register(CPUState *cpu, uint8_t *buf, int reg)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);
    const RegSet *set;

    if (reg < 0) {
        return 0;
    }
    if (reg < cc->gdb_num_core_regs) {
        return cc->gdb_write_register ? cc->gdb_write_register(cpu, buf, reg) : 0;
    }
    set = find_set(cpu, reg);
    return set ? set->set(cpu, buf, reg - set->base) : 0;
}

static const char *xml_text(const char *name)
{
    for (const GDBXMLFile *f = gdb_xml_files; name && f->name; f++) {
        if (!strcmp(f->name, name)) {
            return f->text;
        }
    }
    return NULL;
}

static char *make_target_xml(CPUState *cpu)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);
    GArray *sets = sets_of(cpu);
    g_autofree char *companion = core_companion(cpu);
    GString *s = g_string_new("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM "
                              "\"gdb-target.dtd\"><target>");

    if (cc->gdb_arch_name) {
        g_string_append_printf(s, "<architecture>%s</architecture>", cc->gdb_arch_name(cpu));
    }
    g_string_append_printf(s, "<xi:include href=\"%s\"/>", cc->gdb_core_xml_file);
    if (xml_text(companion)) {
        g_string_append_printf(s, "<xi:include href=\"%s\"/>", companion);
    }
    for (guint i = 0; sets && i < sets->len; i++) {
        g_string_append_printf(s, "<xi:include href=\"%s\"/>",
                               g_array_index(sets, RegSet, i).xml);
    }
    g_string_append(s, "</target>");
    return g_string_free(s, FALSE);
}

const char *gdb_get_xml(CPUState *cpu, const char *name)
{
    char *text;

    if (strcmp(name, "target.xml")) {
        return xml_text(name);
    }
    if (!CPU_GET_CLASS(cpu)->gdb_core_xml_file) {
        return NULL;
    }
    if (!target_xml) {
        target_xml = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    }
    text = g_hash_table_lookup(target_xml, cpu);
    if (!text) {
        text = make_target_xml(cpu);
        g_hash_table_insert(target_xml, cpu, text);
    }
    return text;
}

/* ---- By name */

typedef struct NameSearch {
    const char *name;
    int next, found;
} NameSearch;

static void visit_element(GMarkupParseContext *ctx, const gchar *element, const gchar **names,
                          const gchar **values, gpointer opaque, GError **error)
{
    NameSearch *search = opaque;

    if (strcmp(element, "reg")) {
        return;
    }
    for (int i = 0; names[i]; i++) {
        if (!strcmp(names[i], "name") && !strcmp(values[i], search->name)) {
            search->found = search->next;
        }
    }
    search->next++;
}

/* The number of register @name within description @xml, or -1; *@count: how many there are. */
static int find_in_xml(const char *xml, const char *name, int *count)
{
    static const GMarkupParser parser = { .start_element = visit_element };
    NameSearch search = { .name = name, .found = -1 };
    const char *text = xml_text(xml);
    GMarkupParseContext *ctx;

    if (text) {
        ctx = g_markup_parse_context_new(&parser, 0, &search, NULL);
        g_markup_parse_context_parse(ctx, text, strlen(text), NULL);
        g_markup_parse_context_free(ctx);
    }
    *count = search.next;
    return search.found;
}

static int find_register(CPUState *cpu, const char *name)
{
    int core, count, reg = find_in_xml(CPU_GET_CLASS(cpu)->gdb_core_xml_file, name, &core);
    GArray *sets = sets_of(cpu);

    if (reg < 0 && CPU_GET_CLASS(cpu)->gdb_core_xml_file) {
        g_autofree char *companion = core_companion(cpu);

        reg = find_in_xml(companion, name, &count);
        reg = reg < 0 ? -1 : core + reg;
    }

    for (guint i = 0; reg < 0 && sets && i < sets->len; i++) {
        const RegSet *set = &g_array_index(sets, RegSet, i);
        int n = find_in_xml(set->xml, name, &count);

        reg = n < 0 ? -1 : set->base + n;
    }
    return reg;
}

/* Names that people use for registers which the description calls by another. */
static const char *const aliases[][2] = {
    { "pc", "rip" }, { "pc", "eip" }, { "eip", "rip" }, { "sp", "rsp" }, { "sp", "esp" },
    { "eax", "rax" }, { "ebx", "rbx" }, { "ecx", "rcx" }, { "edx", "rdx" }, { "esi", "rsi" },
    { "edi", "rdi" }, { "ebp", "rbp" }, { "esp", "rsp" },
};

bool gdb_read_register_by_name(CPUState *cpu, const char *name, uint64_t *val)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    int reg = find_register(cpu, name);

    for (size_t i = 0; reg < 0 && i < ARRAY_SIZE(aliases); i++) {
        if (!strcmp(aliases[i][0], name)) {
            reg = find_register(cpu, aliases[i][1]);
        }
    }
    if (reg < 0 || !gdb_read_register(cpu, buf, reg)) {
        return false;
    }
    *val = 0;
    for (guint i = 0; i < MIN(buf->len, 8u); i++) {
        *val |= (uint64_t)buf->data[i] << (8 * i);
    }
    return true;
}
