/* SPDX-License-Identifier: MIT */
#include "catalogue_read.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "atomic64.h"
#include "object_names.h"

/* A writer is between its two version stores for some dozen instructions only. */
#define SLOT_TRIES 16

enum tapemap_status catalogue_check(const struct tapemap_catalogue *catalogue)
{
    uint64_t magic = load_acquire_u64(&catalogue->magic);

    if (magic == 0)
        return TAPEMAP_E_NOT_YET;
    if (magic != TAPEMAP_CATALOGUE_MAGIC || catalogue->signature != TAPEMAP_LAYOUT_SIGNATURE)
        return TAPEMAP_E_FOREIGN;
    return TAPEMAP_OK;
}

/* True when no writer came between. */
static bool slot_copy(const struct tapemap_catalogue_slot *slot, struct catalogue_entry *entry)
{
    uint64_t version = load_acquire_u64(&slot->version);

    if (version & 1)
        return false;
    entry->tape_id = load_relaxed_u64(&slot->tape_id);
    entry->pid = (uint32_t)load_relaxed_u64(&slot->pid);
    for (size_t i = 0; i < TAPEMAP_NAME_BYTES / 8; i++) {
        uint64_t bytes = load_relaxed_u64(&slot->name[i]);
        memcpy(entry->name + 8 * i, &bytes, 8);
    }
    /* Partner: the writer stores the odd version before it touches the slot. */
    fence_acquire();
    return load_relaxed_u64(&slot->version) == version;
}

enum tapemap_status catalogue_read_slot(const struct tapemap_catalogue *catalogue, uint32_t index,
                                        struct catalogue_entry *entry)
{
    struct catalogue_entry copy;
    int tries = 0;

    assert(index < TAPEMAP_CATALOGUE_SLOTS);
    while (!slot_copy(&catalogue->slots[index], &copy)) {
        if (++tries == SLOT_TRIES)
            return TAPEMAP_E_BUSY;
    }
    if (copy.tape_id == 0)
        return TAPEMAP_E_NO_TAPE;
    if (!memchr(copy.name, 0, sizeof copy.name) || !deck_name_is_valid(copy.name))
        return TAPEMAP_E_CORRUPT;
    *entry = copy;
    return TAPEMAP_OK;
}
