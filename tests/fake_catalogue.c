/* SPDX-License-Identifier: MIT */
#include "fake_catalogue.h"

#include <string.h>

#include "atomic64.h"

void fake_catalogue_begin(struct tapemap_catalogue *catalogue)
{
    memset(catalogue, 0, sizeof *catalogue);
    catalogue->signature = TAPEMAP_LAYOUT_SIGNATURE;
    store_release_u64(&catalogue->magic, TAPEMAP_CATALOGUE_MAGIC);
}

void fake_catalogue_enter(struct tapemap_catalogue *catalogue, uint32_t index, uint64_t tape_id,
                          uint32_t pid, const char *name, size_t bytes)
{
    struct tapemap_catalogue_slot *slot = &catalogue->slots[index];
    uint64_t version = load_relaxed_u64(&slot->version);
    uint64_t words[TAPEMAP_NAME_BYTES / 8] = {0};

    memcpy(words, name, bytes);
    store_release_u64(&slot->version, version + 1);
    store_relaxed_u64(&slot->tape_id, tape_id);
    store_relaxed_u64(&slot->pid, pid);
    for (size_t i = 0; i < TAPEMAP_NAME_BYTES / 8; i++)
        store_relaxed_u64(&slot->name[i], words[i]);
    store_release_u64(&slot->version, version + 2);
}
