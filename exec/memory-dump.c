/*
 * Memory as text, for "info mtree": trees of regions and flat views.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "memory-internal.h"

typedef struct DumpFlags {
    bool owner, disabled;
} DumpFlags;

static const char *region_kind(const MemoryRegion *mr)
{
    switch (mr->kind) {
    case MR_RAM:
        return mr->readonly ? "rom" : "ram";
    case MR_ROM:
        return "rom";
    case MR_ROM_DEVICE:
        return mr->romd_mode ? "romd" : "rom device";
    case MR_RAM_DEVICE:
        return "ramd";
    default:
        return "i/o";
    }
}

static void append_owner(GString *out, const MemoryRegion *mr)
{
    g_autofree char *path = mr->owner ? object_get_canonical_path(mr->owner) : NULL;

    if (mr->dev && mr->dev->id) {
        g_string_append_printf(out, " owner:{dev id=%s}", mr->dev->id);
    } else if (path) {
        g_string_append_printf(out, " owner:{%s path=%s}", mr->dev ? "dev" : "obj", path);
    }
}

static uint64_t last_address(hwaddr base, Int128 size)
{
    return int128_nz(size) ? base + int128_getlo(int128_sub(size, int128_one())) : base;
}

static void dump_tree(GString *out, const MemoryRegion *mr, unsigned level, hwaddr base,
                      DumpFlags flags, GPtrArray *aliased)
{
    hwaddr at = base + mr->addr;
    const MemoryRegion *sub;

    if (!mr->enabled && !flags.disabled) {
        return;
    }
    g_string_append_printf(out, "%*s%016" PRIx64 "-%016" PRIx64 " (prio %d, ", 2 * level, "", at,
                           last_address(at, mr->size), mr->priority);
    if (mr->alias) {
        g_string_append_printf(out, "%s): alias %s @%s %016" PRIx64 "-%016" PRIx64,
                               region_kind(mr->alias), memory_region_name(mr),
                               memory_region_name(mr->alias), mr->alias_offset,
                               last_address(mr->alias_offset, mr->size));
        if (!g_ptr_array_find(aliased, mr->alias, NULL)) {
            g_ptr_array_add(aliased, mr->alias);
        }
    } else {
        g_string_append_printf(out, "%s): %s", region_kind(mr), memory_region_name(mr));
    }
    if (!mr->enabled) {
        g_string_append(out, " [disabled]");
    }
    if (flags.owner) {
        append_owner(out, mr);
    }
    g_string_append_c(out, '\n');
    QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
        dump_tree(out, sub, level + 1, at, flags, aliased);
    }
}

static void dump_view(GString *out, FlatView *view, DumpFlags flags)
{
    if (!view->nr_content) {
        g_string_append(out, "  No rendered FlatView\n");
    }
    for (unsigned i = 0; i < view->nr_content; i++) {
        MemoryRegionSection *s = view->content[i];

        g_string_append_printf(out, "  %016" PRIx64 "-%016" PRIx64 " (prio %d, %s): %s",
                               s->offset_within_address_space,
                               last_address(s->offset_within_address_space, s->size),
                               s->mr->priority,
                               s->readonly && s->mr->kind == MR_RAM ? "rom" : region_kind(s->mr),
                               memory_region_name(s->mr));
        if (s->offset_within_region) {
            g_string_append_printf(out, " @%016" PRIx64, s->offset_within_region);
        }
        if (flags.owner) {
            append_owner(out, s->mr);
        }
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
}

static void dump_views(GString *out, DumpFlags flags)
{
    g_autoptr(GPtrArray) seen = g_ptr_array_new();

    for (AddressSpace *as = address_space_next(NULL); as; as = address_space_next(as)) {
        FlatView *view = as->current_map;

        if (g_ptr_array_find(seen, view, NULL)) {
            continue;
        }
        g_ptr_array_add(seen, view);
        g_string_append_printf(out, "FlatView #%u\n", seen->len - 1);
        for (AddressSpace *other = as; other; other = address_space_next(other)) {
            if (other->current_map == view) {
                g_string_append_printf(out, " AS \"%s\", root: %s\n", other->name,
                                       memory_region_name(other->root));
            }
        }
        dump_view(out, view, flags);
    }
}

static void dump_trees(GString *out, DumpFlags flags)
{
    g_autoptr(GPtrArray) roots = g_ptr_array_new();
    g_autoptr(GPtrArray) aliased = g_ptr_array_new();

    for (AddressSpace *as = address_space_next(NULL); as; as = address_space_next(as)) {
        if (g_ptr_array_find(roots, as->root, NULL)) {
            continue;
        }
        g_ptr_array_add(roots, as->root);
        for (AddressSpace *other = as; other; other = address_space_next(other)) {
            if (other->root == as->root) {
                g_string_append_printf(out, "address-space: %s\n", other->name);
            }
        }
        dump_tree(out, as->root, 1, 0, flags, aliased);
        g_string_append_c(out, '\n');
    }
    /* The list grows while targets of aliases show further aliases. */
    for (unsigned i = 0; i < aliased->len; i++) {
        MemoryRegion *mr = g_ptr_array_index(aliased, i);

        g_string_append_printf(out, "memory-region: %s\n", memory_region_name(mr));
        dump_tree(out, mr, 1, 0, flags, aliased);
        g_string_append_c(out, '\n');
    }
}

void mtree_info(GString *out, bool flatview, bool dispatch_tree, bool owner, bool disabled)
{
    DumpFlags flags = { owner, disabled };

    if (flatview || dispatch_tree) {
        dump_views(out, flags);
    } else {
        dump_trees(out, flags);
    }
}
