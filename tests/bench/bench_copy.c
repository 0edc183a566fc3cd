/* SPDX-License-Identifier: MIT */
#include "bench_copy.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench_tape.h"
#include "commit_budget.h"
#include "identity.h"

/* The tape's own chunk, and about as far ahead. */
#define COMMIT_CHUNK_BYTES (1u << 20)

static void give_up(const char *what)
{
    fprintf(stderr, "measuring plain copies: the section cannot be %s; free some memory\n", what);
    exit(1);
}

void bench_copy_init(struct bench_copy *copy, uint64_t bytes, bool is_touched)
{
    static unsigned made;
    char name[64];
    void *view;
    uint64_t whole = round_up_u64(bytes, TAPEMAP_GRANULE_BYTES) + TAPEMAP_GRANULE_BYTES;

    snprintf(name, sizeof name, "Local\\tapemap.bench.%u.%u", (unsigned)identity_pid(), made++);
    copy->store = bench_store_create(name, whole);
    if (store_map(copy->store, 0, (size_t)whole, &view) != TAPEMAP_OK)
        give_up("mapped");
    copy->view = view;
    copy->bytes = whole - TAPEMAP_GRANULE_BYTES;
    copy->committed = 0;
    copy->at = 0;
    copy->is_touched = is_touched;
}

void bench_copy_deinit(struct bench_copy *copy)
{
    store_unmap(copy->store, copy->view, (size_t)copy->store->bytes);
    store_destroy(copy->store);
}

static void commit(struct bench_copy *copy, uint64_t end)
{
    while (copy->committed < end) {
        uint64_t chunk = min_u64(COMMIT_CHUNK_BYTES, copy->bytes - copy->committed);
        if (store_commit(copy->store, copy->committed, copy->view + copy->committed,
                         (size_t)chunk) != TAPEMAP_OK)
            give_up("committed");
        copy->committed += chunk;
    }
}

static void touch(unsigned char *pages, uint64_t bytes)
{
    for (uint64_t at = 0; at < bytes; at += TAPEMAP_PAGE_BYTES)
        *(volatile unsigned char *)(pages + at) = 0;
    /* The range begins anywhere in a page, so the last page may lie between two steps. */
    *(volatile unsigned char *)(pages + bytes - 1) = 0;
}

unsigned char *bench_copy_next(struct bench_copy *copy, uint64_t bytes)
{
    if (copy->at + bytes > copy->bytes)
        copy->at = 0;
    uint64_t begin = copy->at;
    uint64_t end = begin + bytes;
    /* With what comes next, of as many bytes: pages that were touched right before would lie in the
       cache, and those of a tape do not. */
    uint64_t ahead = min_u64(end + bytes, copy->bytes);
    commit(copy, ahead);
    if (copy->is_touched && begin == 0)
        touch(copy->view, bytes);
    if (copy->is_touched && ahead > end)
        touch(copy->view + end, ahead - end);
    copy->at = end;
    return copy->view + begin;
}
