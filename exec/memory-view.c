/*
 * Flat views: rendering a tree of regions, looking addresses up, and telling listeners.
 *
 * Rendering goes in two steps. First the tree is walked in order of visibility (a container's
 * subregions by falling priority, then what the region itself contains), which gives a list of
 * leaves, each an address range with a rank: where two overlap, the lower rank is seen. Then one
 * sweep over the sorted ends of all ranges keeps the set of leaves that cover the current address,
 * and emits the one with the lowest rank. The result is sorted and free of overlap by
 * construction.
 *
 * Address spaces whose roots come down to the same region share one view: a PCI machine has one
 * address space for each device, nearly all of them equal.
 *
 * Thread: views are made and published under the BQL; they are read under RCU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

/* One part of the tree that has content, where the address space would show it if on top. */
typedef struct Leaf {
    MemoryRegion *mr;
    Int128 start, end;
    Int128 origin;                  /* address of the region's byte 0 */
    bool readonly, nonvolatile, unmergeable;
} Leaf;

/* What a region inherits from those above it. */
typedef struct Clip {
    Int128 start, end;
    bool readonly, nonvolatile, unmergeable;
} Clip;

/* All under the BQL. */
static struct {
    unsigned depth;                 /* of transactions */
    bool topology_pending;
    bool logging_pending;
    QTAILQ_HEAD(, AddressSpace) spaces;
    QTAILQ_HEAD(, MemoryListener) listeners;    /* by rising priority */
} mem = {
    .spaces = QTAILQ_HEAD_INITIALIZER(mem.spaces),
    .listeners = QTAILQ_HEAD_INITIALIZER(mem.listeners),
};

/* ---- step 1: leaves ---- */

static void collect_leaves(MemoryRegion *mr, Int128 base, Clip clip, GArray *leaves)
{
    MemoryRegion *sub;

    if (!mr->enabled) {
        return;
    }
    clip.start = int128_max(clip.start, base);
    clip.end = int128_min(clip.end, int128_add(base, mr->size));
    if (int128_ge(clip.start, clip.end)) {
        return;
    }
    clip.readonly |= mr->readonly;
    clip.nonvolatile |= mr->nonvolatile;
    clip.unmergeable |= mr->unmergeable;
    if (mr->alias) {
        collect_leaves(mr->alias, int128_sub(base, int128_make64(mr->alias_offset)), clip, leaves);
        return;
    }
    QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
        collect_leaves(sub, int128_add(base, int128_make64(sub->addr)), clip, leaves);
    }
    if (mr->terminates) {
        Leaf leaf = { mr, clip.start, clip.end, base, clip.readonly, clip.nonvolatile,
                      clip.unmergeable };

        g_array_append_val(leaves, leaf);
    }
}

/* ---- step 2: sweep ---- */

typedef struct Edge {
    Int128 at;
    unsigned rank;
    bool is_start;
} Edge;

static gint compare_edges(gconstpointer a, gconstpointer b)
{
    const Edge *x = a, *y = b;

    return int128_lt(x->at, y->at) ? -1 : int128_gt(x->at, y->at);
}

static GArray *sorted_edges(const GArray *leaves)
{
    GArray *edges = g_array_sized_new(false, false, sizeof(Edge), 2 * leaves->len);

    for (unsigned i = 0; i < leaves->len; i++) {
        const Leaf *l = &g_array_index(leaves, Leaf, i);
        Edge start = { l->start, i, true }, end = { l->end, i, false };

        g_array_append_val(edges, start);
        g_array_append_val(edges, end);
    }
    g_array_sort(edges, compare_edges);
    return edges;
}

/* True if @next goes on where @prev ends, as one piece of the same region. */
static bool section_continues(const MemoryRegionSection *prev, const MemoryRegionSection *next)
{
    return prev->mr == next->mr && !prev->unmergeable && !next->unmergeable &&
           prev->readonly == next->readonly && prev->nonvolatile == next->nonvolatile &&
           int128_eq(int128_add(int128_make64(prev->offset_within_address_space), prev->size),
                     int128_make64(next->offset_within_address_space)) &&
           int128_eq(int128_add(int128_make64(prev->offset_within_region), prev->size),
                     int128_make64(next->offset_within_region));
}

/* Appends [@start, @end), shown by @leaf or by nothing. */
static void emit_section(GArray *map, const Leaf *leaf, Int128 start, Int128 end)
{
    MemoryRegionSection s = {
        .size = int128_sub(end, start),
        .offset_within_address_space = int128_getlo(start),
    };

    if (int128_ge(start, end)) {
        return;
    }
    if (leaf) {
        s.mr = leaf->mr;
        s.offset_within_region = int128_getlo(int128_sub(start, leaf->origin));
        s.readonly = leaf->readonly;
        s.nonvolatile = leaf->nonvolatile;
        s.unmergeable = leaf->unmergeable;
        s.romd = memory_region_is_romd(leaf->mr);
        s.dirty_log_mask = memory_region_get_dirty_log_mask(leaf->mr);
    } else {
        s.mr = memory_unassigned();
        s.offset_within_region = s.offset_within_address_space;
    }
    if (map->len) {
        MemoryRegionSection *prev = &g_array_index(map, MemoryRegionSection, map->len - 1);

        if (section_continues(prev, &s)) {
            prev->size = int128_add(prev->size, s.size);
            return;
        }
    }
    g_array_append_val(map, s);
}

static GArray *sweep(const GArray *leaves)
{
    GArray *map = g_array_new(false, false, sizeof(MemoryRegionSection));
    GArray *edges = sorted_edges(leaves);
    unsigned long *active = bitmap_new(leaves->len + 1);
    Int128 pos = 0;
    unsigned i = 0;

    while (i < edges->len) {
        Int128 at = g_array_index(edges, Edge, i).at;
        unsigned top = find_first_bit(active, leaves->len);

        emit_section(map, top < leaves->len ? &g_array_index(leaves, Leaf, top) : NULL, pos, at);
        for (; i < edges->len && int128_eq(g_array_index(edges, Edge, i).at, at); i++) {
            Edge *e = &g_array_index(edges, Edge, i);

            if (e->is_start) {
                set_bit(e->rank, active);
            } else {
                clear_bit(e->rank, active);
            }
        }
        pos = at;
    }
    emit_section(map, NULL, pos, int128_2_64());
    g_free(active);
    g_array_free(edges, true);
    return map;
}

FlatView *flatview_render(MemoryRegion *root)
{
    Clip all = { 0, int128_2_64(), false, false, false };
    g_autoptr(GArray) leaves = g_array_new(false, false, sizeof(Leaf));
    FlatView *view = g_new0(FlatView, 1);
    GArray *map;

    if (root) {
        collect_leaves(root, 0, all, leaves);
    }
    map = sweep(leaves);
    view->ref = 1;
    view->nr_map = map->len;
    view->map = (MemoryRegionSection *)g_array_free(map, false);
    view->start = g_new(uint64_t, view->nr_map);
    view->content = g_new(MemoryRegionSection *, view->nr_map);
    for (unsigned i = 0; i < view->nr_map; i++) {
        MemoryRegionSection *s = &view->map[i];

        s->fv = view;
        view->start[i] = s->offset_within_address_space;
        if (s->mr != memory_unassigned()) {
            view->content[view->nr_content++] = s;
            memory_region_ref(s->mr);
        }
    }
    return view;
}

static void flatview_reclaim(FlatView *view)
{
    for (unsigned i = 0; i < view->nr_content; i++) {
        memory_region_unref(view->content[i]->mr);
    }
    g_free(view->map);
    g_free(view->start);
    g_free(view->content);
    g_free(view);
}

void flatview_unref(FlatView *view)
{
    if (qatomic_fetch_dec(&view->ref) == 1) {
        call_rcu(view, flatview_reclaim, rcu);
    }
}

static bool section_equal(const MemoryRegionSection *a, const MemoryRegionSection *b)
{
    return a->mr == b->mr && int128_eq(a->size, b->size) &&
           a->offset_within_address_space == b->offset_within_address_space &&
           a->offset_within_region == b->offset_within_region && a->readonly == b->readonly &&
           a->nonvolatile == b->nonvolatile && a->romd == b->romd;
}

bool flatview_equal(const FlatView *a, const FlatView *b)
{
    if (a->nr_map != b->nr_map) {
        return false;
    }
    for (unsigned i = 0; i < a->nr_map; i++) {
        if (!section_equal(&a->map[i], &b->map[i]) ||
            a->map[i].dirty_log_mask != b->map[i].dirty_log_mask) {
            return false;
        }
    }
    return true;
}

/* ---- look-up ---- */

MemoryRegionSection *flatview_lookup(FlatView *view, hwaddr addr)
{
    /* A thread tends to come back to the same section; stale values are found out below. */
    static __thread unsigned hint;
    unsigned lo = hint, hi;

    if (lo < view->nr_map && view->start[lo] <= addr &&
        (lo + 1 == view->nr_map || addr < view->start[lo + 1])) {
        return &view->map[lo];
    }
    lo = 0;
    hi = view->nr_map;
    while (hi - lo > 1) {
        unsigned mid = (lo + hi) / 2;

        if (view->start[mid] <= addr) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    hint = lo;
    return &view->map[lo];
}

unsigned flatview_nr_sections(FlatView *view)
{
    return view->nr_content;
}

MemoryRegionSection *flatview_section(FlatView *view, unsigned index)
{
    assert(index < view->nr_content);
    return view->content[index];
}

/* ---- listeners ---- */

static void section_enter(AddressSpace *as, MemoryRegionSection *s,
                          const MemoryRegionSection *kept)
{
    uint8_t old = kept ? kept->dirty_log_mask : 0, new = s->dirty_log_mask;
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        if (kept && l->region_nop) {
            l->region_nop(l, s);
        } else if (!kept && l->region_add) {
            l->region_add(l, s);
        }
        if (l->log_start && (new & ~old)) {
            l->log_start(l, s, old, new);
        }
    }
}

static void section_leave(AddressSpace *as, MemoryRegionSection *s)
{
    MemoryListener *l;

    QTAILQ_FOREACH_REVERSE(l, &as->listeners, link_as) {
        if (l->log_stop && s->dirty_log_mask) {
            l->log_stop(l, s, s->dirty_log_mask, 0);
        }
        if (l->region_del) {
            l->region_del(l, s);
        }
    }
}

static void section_log_stop(AddressSpace *as, MemoryRegionSection *s, uint8_t old)
{
    MemoryListener *l;

    QTAILQ_FOREACH_REVERSE(l, &as->listeners, link_as) {
        if (l->log_stop && (old & ~s->dirty_log_mask)) {
            l->log_stop(l, s, old, s->dirty_log_mask);
        }
    }
}

/* Both views are sorted, so one walk over both finds what went and what came. */
static void diff_views(AddressSpace *as, const FlatView *old, const FlatView *new, bool adding)
{
    unsigned i = 0, j = 0;

    while (i < old->nr_content || j < new->nr_content) {
        MemoryRegionSection *o = i < old->nr_content ? old->content[i] : NULL;
        MemoryRegionSection *n = j < new->nr_content ? new->content[j] : NULL;

        if (o && n && section_equal(o, n)) {
            if (adding) {
                section_log_stop(as, n, o->dirty_log_mask);
                section_enter(as, n, o);
            }
            i++;
            j++;
        } else if (o && (!n || o->offset_within_address_space <= n->offset_within_address_space)) {
            if (!adding) {
                section_leave(as, o);
            }
            i++;
        } else {
            if (adding) {
                section_enter(as, n, NULL);
            }
            j++;
        }
    }
}

static void listeners_begin(AddressSpace *as)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        if (l->begin) {
            l->begin(l);
        }
    }
}

static void listeners_commit(AddressSpace *as)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        if (l->commit) {
            l->commit(l);
        }
    }
}

void memory_listener_register(MemoryListener *listener, AddressSpace *filter)
{
    MemoryListener *other;
    FlatView *view;

    assert(filter);
    listener->address_space = filter;
    QTAILQ_FOREACH(other, &mem.listeners, link) {
        if (listener->priority < other->priority) {
            break;
        }
    }
    if (other) {
        QTAILQ_INSERT_BEFORE(other, listener, link);
    } else {
        QTAILQ_INSERT_TAIL(&mem.listeners, listener, link);
    }
    QTAILQ_FOREACH(other, &filter->listeners, link_as) {
        if (listener->priority < other->priority) {
            break;
        }
    }
    if (other) {
        QTAILQ_INSERT_BEFORE(other, listener, link_as);
    } else {
        QTAILQ_INSERT_TAIL(&filter->listeners, listener, link_as);
    }
    if (listener->begin) {
        listener->begin(listener);
    }
    if (memory_global_dirty_tracking() && listener->log_global_start) {
        listener->log_global_start(listener, &error_abort);
    }
    view = filter->current_map;
    for (unsigned i = 0; i < view->nr_content; i++) {
        MemoryRegionSection *s = view->content[i];

        if (listener->region_add) {
            listener->region_add(listener, s);
        }
        if (s->dirty_log_mask && listener->log_start) {
            listener->log_start(listener, s, 0, s->dirty_log_mask);
        }
    }
    if (listener->commit) {
        listener->commit(listener);
    }
}

void memory_listener_unregister(MemoryListener *listener)
{
    FlatView *view;

    if (!listener->address_space) {
        return;
    }
    view = listener->address_space->current_map;
    if (listener->begin) {
        listener->begin(listener);
    }
    for (unsigned i = view->nr_content; i-- > 0;) {
        MemoryRegionSection *s = view->content[i];

        if (s->dirty_log_mask && listener->log_stop) {
            listener->log_stop(listener, s, s->dirty_log_mask, 0);
        }
        if (listener->region_del) {
            listener->region_del(listener, s);
        }
    }
    if (listener->commit) {
        listener->commit(listener);
    }
    QTAILQ_REMOVE(&mem.listeners, listener, link);
    QTAILQ_REMOVE(&listener->address_space->listeners, listener, link_as);
    listener->address_space = NULL;
}

void memory_listeners_log_sync(MemoryRegion *mr)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &mem.listeners, link) {
        FlatView *view = l->address_space->current_map;

        if (l->log_sync) {
            for (unsigned i = 0; i < view->nr_content; i++) {
                if (view->content[i]->mr == mr) {
                    l->log_sync(l, view->content[i]);
                }
            }
        } else if (l->log_sync_global) {
            l->log_sync_global(l);
        }
    }
}

void memory_listeners_log_sync_global(void)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &mem.listeners, link) {
        FlatView *view = l->address_space->current_map;

        if (l->log_sync_global) {
            l->log_sync_global(l);
        }
        for (unsigned i = 0; l->log_sync && i < view->nr_content; i++) {
            if (view->content[i]->dirty_log_mask) {
                l->log_sync(l, view->content[i]);
            }
        }
    }
}

void memory_listeners_after_sync(void)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &mem.listeners, link) {
        if (l->log_global_after_sync) {
            l->log_global_after_sync(l);
        }
    }
}

bool memory_listeners_log_global(bool start, Error **errp)
{
    MemoryListener *l;

    if (start) {
        QTAILQ_FOREACH(l, &mem.listeners, link) {
            if (l->log_global_start && !l->log_global_start(l, errp)) {
                /* Those before it have started already. */
                while ((l = QTAILQ_PREV(l, link)) != NULL) {
                    if (l->log_global_stop) {
                        l->log_global_stop(l);
                    }
                }
                return false;
            }
        }
    } else {
        QTAILQ_FOREACH_REVERSE(l, &mem.listeners, link) {
            if (l->log_global_stop) {
                l->log_global_stop(l);
            }
        }
    }
    return true;
}

/* ---- commit ---- */

/* The region that shows the same as @mr does as a root; NULL if nothing is shown at all. */
static MemoryRegion *effective_root(MemoryRegion *mr)
{
    while (mr->enabled) {
        MemoryRegion *sub, *only = NULL;

        if (mr->readonly || mr->nonvolatile || mr->unmergeable || mr->terminates) {
            return mr;
        }
        if (mr->alias) {
            if (mr->alias_offset || int128_lt(mr->size, mr->alias->size)) {
                return mr;
            }
            mr = mr->alias;
            continue;
        }
        QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
            if (!sub->enabled) {
                continue;
            }
            if (only) {
                return mr;
            }
            only = sub;
        }
        if (!only) {
            return NULL;
        }
        if (only->addr || int128_lt(mr->size, only->size)) {
            return mr;
        }
        mr = only;
    }
    return NULL;
}

static void address_space_show(AddressSpace *as, FlatView *new)
{
    FlatView *old = as->current_map;

    if (old && flatview_equal(old, new)) {
        return;
    }
    qatomic_inc(&new->ref);
    if (old && !QTAILQ_EMPTY(&as->listeners)) {
        listeners_begin(as);
        diff_views(as, old, new, false);
        qatomic_rcu_set(&as->current_map, new);
        diff_views(as, old, new, true);
        listeners_commit(as);
    } else {
        qatomic_rcu_set(&as->current_map, new);
    }
    if (old) {
        flatview_unref(old);
    }
}

static void update_all_spaces(void)
{
    g_autoptr(GHashTable) views =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)flatview_unref);
    AddressSpace *as;

    QTAILQ_FOREACH(as, &mem.spaces, link) {
        MemoryRegion *root = effective_root(as->root);
        FlatView *view = g_hash_table_lookup(views, root);

        if (!view) {
            view = flatview_render(root);
            g_hash_table_insert(views, root, view);
        }
        address_space_show(as, view);
    }
}

void memory_region_transaction_begin(void)
{
    mem.depth++;
}

void memory_region_transaction_commit(void)
{
    assert(mem.depth > 0);
    if (--mem.depth > 0) {
        return;
    }
    while (mem.topology_pending || mem.logging_pending) {
        mem.topology_pending = false;
        mem.logging_pending = false;
        update_all_spaces();
    }
}

void memory_topology_changed(void)
{
    memory_region_transaction_begin();
    mem.topology_pending = true;
    memory_region_transaction_commit();
}

void memory_logging_changed(void)
{
    memory_region_transaction_begin();
    mem.logging_pending = true;
    memory_region_transaction_commit();
}

/* ---- address spaces ---- */

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    FlatView *view;

    memset(as, 0, sizeof(*as));
    memory_region_ref(root);
    as->root = root;
    as->name = g_strdup(name ? name : "anonymous");
    as->max_bounce_buffer_size = 1024 * 1024;
    QTAILQ_INIT(&as->listeners);
    QTAILQ_INSERT_TAIL(&mem.spaces, as, link);
    view = flatview_render(effective_root(root));
    address_space_show(as, view);
    flatview_unref(view);
}

AddressSpace *address_space_next(AddressSpace *as)
{
    return as ? QTAILQ_NEXT(as, link) : QTAILQ_FIRST(&mem.spaces);
}

AddressSpace *address_space_of_root(MemoryRegion *root)
{
    AddressSpace *as;

    QTAILQ_FOREACH(as, &mem.spaces, link) {
        if (as->root == root) {
            return as;
        }
    }
    return NULL;
}

void address_space_remove_listeners(AddressSpace *as)
{
    while (!QTAILQ_EMPTY(&as->listeners)) {
        memory_listener_unregister(QTAILQ_FIRST(&as->listeners));
    }
}

static void address_space_reclaim(AddressSpace *as)
{
    flatview_unref(as->current_map);
    g_free(as->name);
    memory_region_unref(as->root);
}

void address_space_destroy(AddressSpace *as)
{
    QTAILQ_REMOVE(&mem.spaces, as, link);
    address_space_remove_listeners(as);
    call_rcu(as, address_space_reclaim, rcu);
}
