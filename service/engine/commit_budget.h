/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_COMMIT_BUDGET_H
#define TAPEMAP_COMMIT_BUDGET_H

#include <stdint.h>

#include "store.h"
#include "whole_numbers.h"

#define TAPEMAP_PAGE_BYTES 4096u

/* How much memory one tape, audio and index together, may commit. */
struct commit_budget {
    uint64_t used_bytes;
    uint64_t limit_bytes; /* 0: only the system's own limit */
};

/* store_commit within the budget: E_COMMIT_LIMIT when it would be exceeded. */
static inline enum tapemap_status budget_commit(struct commit_budget *budget, struct store *store,
                                                uint64_t offset, void *address, size_t bytes)
{
    if (budget->limit_bytes != 0 && bytes > budget->limit_bytes - budget->used_bytes)
        return TAPEMAP_E_COMMIT_LIMIT;
    enum tapemap_status status = store_commit(store, offset, address, bytes);
    if (status == TAPEMAP_OK)
        budget->used_bytes += bytes;
    return status;
}

#endif
