/* SPDX-License-Identifier: MIT */
/*
 * What backs one section of a tape: address space that is reserved at once and made real
 * ("committed") piece by piece.
 *
 * A store guarantees: views of one store are coherent with each other and with every reader's;
 * committed bytes read as zero until written and stay committed, but for what a file store puts
 * behind the audio (docs/layout.md, L151); map, commit and grow fail with a status and change
 * nothing; what `write` has written is seen through every view as soon as it returns.
 * Its user (the keeper, on one thread; map and unmap work on any) guarantees: offsets and lengths
 * of views are multiples of TAPEMAP_GRANULE_BYTES and inside the store; nothing is touched before
 * it is committed or after its view is unmapped; every view is unmapped before the store is
 * destroyed; and no commit ends at the end of its view (Wine 8 hides such a commit from other
 * processes).
 */
#ifndef TAPEMAP_STORE_H
#define TAPEMAP_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"
#include "tapemap/status.h"

struct store;

struct store_ops {
    /* Maps [offset, offset + bytes) for writing. Returns OK · E_MEMORY · E_SYSTEM. */
    enum tapemap_status (*map)(struct store *store, uint64_t offset, size_t bytes, void **view);
    void (*unmap)(struct store *store, void *view, size_t bytes);
    /* Makes [offset, offset + bytes) real; `address` is where offset is mapped in a live view.
       Committing twice is harmless. Returns OK · E_COMMIT_LIMIT · E_DISK_FULL · E_SYSTEM. */
    enum tapemap_status (*commit)(struct store *store, uint64_t offset, void *address,
                                  size_t bytes);
    void (*destroy)(struct store *store);
    /* NULL for a store of fixed length. Makes the section at least `bytes` long under the next
       generation's name, and raises store->bytes and store->generation; views stay. Returns OK ·
       E_DISK_FULL · E_MEMORY · E_SYSTEM. */
    enum tapemap_status (*grow)(struct store *store, uint64_t bytes);
    /* NULL where nothing is durable. Returns when [offset, end), all of it committed, has reached
       the disk. Any thread; blocks as long as that takes. Returns OK · E_SYSTEM · E_MEMORY. */
    enum tapemap_status (*flush)(struct store *store, uint64_t offset, uint64_t end);
    /* NULL where audio is stored through views. Else commit only finds that there is room for what
       lies behind the first granule, and it becomes real, from its beginning on, when it is written
       by this: *written says how much of the `bytes` that is, also after a failure. One thread,
       beside those of the other functions; blocks for the disk. Returns OK · E_DISK_FULL ·
       E_SYSTEM. */
    enum tapemap_status (*write)(struct store *store, uint64_t offset, const void *from,
                                 size_t bytes, size_t *written);
    /* NULL where nobody knows. *bytes: how much the volume has for more of this store. Returns OK ·
       E_SYSTEM. Blocks for the disk. */
    enum tapemap_status (*room)(struct store *store, uint64_t *bytes);
};

/* The part that all stores share; a store embeds it as its first member. */
struct store {
    const struct store_ops *ops;
    uint64_t bytes; /* length of the section, a multiple of TAPEMAP_GRANULE_BYTES */
    uint64_t generation; /* of its name: how often it has grown, in this recorder and before */
};

static inline enum tapemap_status store_map(struct store *store, uint64_t offset, size_t bytes,
                                            void **view)
{
    return store->ops->map(store, offset, bytes, view);
}

static inline void store_unmap(struct store *store, void *view, size_t bytes)
{
    store->ops->unmap(store, view, bytes);
}

static inline enum tapemap_status store_commit(struct store *store, uint64_t offset, void *address,
                                               size_t bytes)
{
    return store->ops->commit(store, offset, address, bytes);
}

static inline enum tapemap_status store_room(struct store *store, uint64_t *bytes)
{
    return store->ops->room ? store->ops->room(store, bytes) : TAPEMAP_E_UNSUPPORTED;
}

static inline enum tapemap_status store_grow(struct store *store, uint64_t bytes)
{
    return store->ops->grow ? store->ops->grow(store, bytes) : TAPEMAP_E_UNSUPPORTED;
}

static inline void store_destroy(struct store *store)
{
    if (store)
        store->ops->destroy(store);
}

#endif
