/* SPDX-License-Identifier: MIT */
#include "flat_store.h"

#include <stdlib.h>

struct flat_store {
    struct store base;
    unsigned char *memory;
};

static struct flat_store *flat_of(struct store *store)
{
    return (struct flat_store *)store;
}

static enum tapemap_status flat_map(struct store *store, uint64_t offset, size_t bytes, void **view)
{
    if (offset + bytes > store->bytes)
        return TAPEMAP_E_SYSTEM;
    *view = flat_of(store)->memory + offset;
    return TAPEMAP_OK;
}

static void flat_unmap(struct store *store, void *view, size_t bytes)
{
    (void)store;
    (void)view;
    (void)bytes;
}

static enum tapemap_status flat_commit(struct store *store, uint64_t offset, void *address,
                                       size_t bytes)
{
    (void)store;
    (void)offset;
    (void)address;
    (void)bytes;
    return TAPEMAP_OK;
}

static void flat_destroy(struct store *store)
{
    free(flat_of(store)->memory);
    free(store);
}

static const struct store_ops flat_ops = {.map = flat_map,
                                          .unmap = flat_unmap,
                                          .commit = flat_commit,
                                          .destroy = flat_destroy};

struct store *flat_store_create(uint64_t bytes)
{
    struct flat_store *flat = calloc(1, sizeof *flat);
    if (!flat)
        abort();
    flat->base = (struct store){.ops = &flat_ops, .bytes = bytes};
    flat->memory = calloc((size_t)bytes, 1);
    if (!flat->memory)
        abort();
    return &flat->base;
}

const unsigned char *flat_store_memory(struct store *store)
{
    return flat_of(store)->memory;
}

static enum tapemap_status source_map(void *context, uint64_t offset, size_t bytes,
                                      const void **view)
{
    void *memory;
    enum tapemap_status status = flat_map(context, offset, bytes, &memory);
    if (status == TAPEMAP_OK)
        *view = memory;
    return status;
}

static void source_unmap(void *context, const void *view, size_t bytes)
{
    (void)context;
    (void)view;
    (void)bytes;
}

struct view_source flat_store_source(struct store *store)
{
    return (struct view_source){.map = source_map,
                                .unmap = source_unmap,
                                .context = store,
                                .bytes = store->bytes};
}
