/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to exec/: the store of translated blocks.
 */
#ifndef EXEC_TB_CACHE_H
#define EXEC_TB_CACHE_H

#include "exec/cpu-exec.h"

/* One page of RAM that holds translated code. */
typedef struct CodePage {
    TranslationBlock *first;  /* linked by page_next[]; low bit of a link = which page it is */
    uint64_t granules;        /* 64-byte pieces of the page that some block covers */
    uint32_t writes;          /* stores seen while someone translates from the page */
    uint32_t translating;     /* threads that read code from it now */
} CodePage;

bool tb_cache_init(size_t code_size, Error **errp);
/* Write the backend's prologue; after tb_cache_init(). */
void tb_cache_set_prologue(const struct IRTarget *target);
void tb_cache_stats(uint64_t *tbs, uint64_t *bytes, uint64_t *flushes, uint64_t *invalidated);

/* A block for key at the physical address, or NULL. Any thread, no lock. */
TranslationBlock *tb_lookup(const CPUExecKey *key, uint32_t cflags, hwaddr phys_pc);

/*
 * Announce that code is about to be read from the page(s); stores to them are noticed from
 * here on. Returns tickets for tb_insert() to compare.
 */
void tb_begin_pages(const hwaddr page[2], uint32_t tickets[2]);
/*
 * Enter tb, unless its pages were written since tb_begin_pages(): then false and tb is not to
 * be kept. If another thread entered an equal block first, *tb is replaced by that.
 */
bool tb_insert(TranslationBlock **tb, const hwaddr begun[2], const uint32_t tickets[2]);
void tb_abandon_pages(const hwaddr begun[2]);

/* Space for a block's code in this thread's chunk. NULL: the store is full. */
TranslationBlock *tb_alloc(size_t min_room, TBCode *code);
/* Give back what the block did not use. */
void tb_commit_code(TranslationBlock *tb, const TBCode *code);

/* Let exit slot of from lead to to, if both are valid. */
void tb_chain(TranslationBlock *from, unsigned slot, TranslationBlock *to);

/* All vCPUs are stopped: forget every block. */
void tb_flush_now(void);

#endif
