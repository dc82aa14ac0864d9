/*
 * IOMMU regions: notifiers, and the optional hooks of their classes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "memory-internal.h"

uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu_mr)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_GET_CLASS(iommu_mr);

    return imrc->get_min_page_size ? imrc->get_min_page_size(iommu_mr) : RAM_PAGE_SIZE;
}

int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu_mr, MemTxAttrs attrs)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_GET_CLASS(iommu_mr);

    return imrc->attrs_to_index ? imrc->attrs_to_index(iommu_mr, attrs) : 0;
}

int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu_mr)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_GET_CLASS(iommu_mr);

    return imrc->num_indexes ? imrc->num_indexes(iommu_mr) : 1;
}

/* Tells the IOMMU what its notifiers together are interested in. */
static int update_flags(IOMMUMemoryRegion *iommu_mr, Error **errp)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_GET_CLASS(iommu_mr);
    IOMMUNotifierFlag flags = IOMMU_NOTIFIER_NONE;
    IOMMUNotifier *n;
    int ret = 0;

    QLIST_FOREACH(n, &iommu_mr->iommu_notify, node) {
        flags |= n->notifier_flags;
    }
    if (flags != iommu_mr->iommu_notify_flags && imrc->notify_flag_changed) {
        ret = imrc->notify_flag_changed(iommu_mr, iommu_mr->iommu_notify_flags, flags, errp);
    }
    if (!ret) {
        iommu_mr->iommu_notify_flags = flags;
    }
    return ret;
}

/* The IOMMU behind @mr, through aliases. */
static IOMMUMemoryRegion *region_iommu(MemoryRegion *mr)
{
    while (mr->alias) {
        mr = mr->alias;
    }
    return IOMMU_MEMORY_REGION(mr);
}

int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n, Error **errp)
{
    IOMMUMemoryRegion *iommu_mr = region_iommu(mr);
    int ret;

    assert(n->notifier_flags != IOMMU_NOTIFIER_NONE && n->start <= n->end);
    assert(n->iommu_idx >= 0 && n->iommu_idx < memory_region_iommu_num_indexes(iommu_mr));
    QLIST_INSERT_HEAD(&iommu_mr->iommu_notify, n, node);
    ret = update_flags(iommu_mr, errp);
    if (ret) {
        QLIST_REMOVE(n, node);
    }
    return ret;
}

void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n)
{
    IOMMUMemoryRegion *iommu_mr = region_iommu(mr);

    QLIST_REMOVE(n, node);
    update_flags(iommu_mr, NULL);
}

void memory_region_iommu_replay(IOMMUMemoryRegion *iommu_mr, IOMMUNotifier *n)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_GET_CLASS(iommu_mr);
    uint64_t page = memory_region_iommu_get_min_page_size(iommu_mr);
    uint64_t last = memory_region_size(MEMORY_REGION(iommu_mr)) - 1;

    if (imrc->replay) {
        imrc->replay(iommu_mr, n);
        return;
    }
    for (hwaddr addr = 0;; addr += page) {
        IOMMUTLBEntry e = imrc->translate(iommu_mr, addr, IOMMU_NONE, n->iommu_idx);

        if (e.perm != IOMMU_NONE) {
            n->notify(n, &e);
        }
        if (last - addr < page) {
            break;
        }
    }
}

void memory_region_notify_iommu_one(IOMMUNotifier *n, IOMMUTLBEvent *event)
{
    IOMMUTLBEntry e = event->entry;
    hwaddr last = e.iova + e.addr_mask;

    if (n->start > last || n->end < e.iova || !(event->type & n->notifier_flags)) {
        return;
    }
    if (n->notifier_flags & IOMMU_NOTIFIER_DEVIOTLB_UNMAP) {
        /* Such notifiers take any range, cut to what they asked for. */
        e.iova = MAX(e.iova, n->start);
        e.addr_mask = MIN(last, n->end) - e.iova;
    }
    n->notify(n, &e);
}

void memory_region_notify_iommu(IOMMUMemoryRegion *iommu_mr, int iommu_idx, IOMMUTLBEvent event)
{
    IOMMUNotifier *n, *next;

    QLIST_FOREACH_SAFE(n, &iommu_mr->iommu_notify, node, next) {
        if (n->iommu_idx == iommu_idx) {
            memory_region_notify_iommu_one(n, &event);
        }
    }
}
