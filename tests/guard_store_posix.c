/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "guard_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARD_PAGE 4096u
#define GUARD_VIEWS 64u

struct guard_view {
    unsigned char *memory;
    uint64_t offset;
    size_t bytes;
    int protection; /* of its committed pages */
};

struct guard_store {
    struct store base;
    FILE *file;
    unsigned char *is_committed; /* one per page */
    uint64_t committed_bytes;
    uint64_t limit_bytes;
    enum tapemap_status next_map;
    struct guard_view views[GUARD_VIEWS];
    pthread_mutex_t lock; /* readers of a test map on threads of their own */
};

static void refuse(const char *what)
{
    fprintf(stderr, "guard store: %s\n", what);
    abort();
}

static struct guard_store *guard_of(const struct store *store)
{
    return (struct guard_store *)(uintptr_t)store;
}

/* Opens the committed pages of `view` that lie in [offset, end). */
static void open_pages(struct guard_store *guard, const struct guard_view *view, uint64_t offset,
                       uint64_t end)
{
    uint64_t from = offset > view->offset ? offset : view->offset;
    uint64_t to = end < view->offset + view->bytes ? end : view->offset + view->bytes;
    for (uint64_t at = from; at < to; at += GUARD_PAGE)
        if (guard->is_committed[at / GUARD_PAGE] &&
            mprotect(view->memory + (at - view->offset), GUARD_PAGE, view->protection) != 0)
            refuse("mprotect failed");
}

static struct guard_view *find_view(struct guard_store *guard, const void *memory)
{
    for (unsigned i = 0; i < GUARD_VIEWS; i++)
        if (guard->views[i].memory == memory)
            return &guard->views[i];
    return NULL;
}

static enum tapemap_status map_view(struct guard_store *guard, uint64_t offset, size_t bytes,
                                    int protection, unsigned char **memory)
{
    if (offset % TAPEMAP_GRANULE_BYTES || bytes % TAPEMAP_GRANULE_BYTES || bytes == 0 ||
        offset + bytes > guard->base.bytes)
        refuse("a view that is not aligned or not inside the store");
    struct guard_view *view = find_view(guard, NULL);
    if (!view)
        refuse("too many views");
    void *mapped = mmap(NULL, bytes, PROT_NONE, MAP_SHARED, fileno(guard->file), (off_t)offset);
    if (mapped == MAP_FAILED)
        return TAPEMAP_E_MEMORY;
    *view = (struct guard_view){mapped, offset, bytes, protection};
    open_pages(guard, view, offset, offset + bytes);
    *memory = mapped;
    return TAPEMAP_OK;
}

static enum tapemap_status guard_map(struct store *store, uint64_t offset, size_t bytes,
                                     void **view)
{
    struct guard_store *guard = guard_of(store);
    pthread_mutex_lock(&guard->lock);
    unsigned char *memory = NULL;
    enum tapemap_status status = guard->next_map;
    guard->next_map = TAPEMAP_OK;
    if (status == TAPEMAP_OK)
        status = map_view(guard, offset, bytes, PROT_READ | PROT_WRITE, &memory);
    pthread_mutex_unlock(&guard->lock);
    if (status == TAPEMAP_OK)
        *view = memory;
    return status;
}

static void guard_unmap(struct store *store, void *memory, size_t bytes)
{
    struct guard_store *guard = guard_of(store);
    pthread_mutex_lock(&guard->lock);
    struct guard_view *view = memory ? find_view(guard, memory) : NULL;
    if (!view || view->bytes != bytes)
        refuse("an unknown view is unmapped");
    munmap(memory, bytes);
    *view = (struct guard_view){0};
    pthread_mutex_unlock(&guard->lock);
}

static void check_commit(struct guard_store *guard, uint64_t offset, const unsigned char *address,
                         size_t bytes)
{
    if (offset % GUARD_PAGE || bytes % GUARD_PAGE || bytes == 0)
        refuse("a commit that is not in whole pages");
    for (unsigned i = 0; i < GUARD_VIEWS; i++) {
        const struct guard_view *view = &guard->views[i];
        if (!view->memory || address < view->memory || address >= view->memory + view->bytes)
            continue;
        if (view->offset + (uint64_t)(address - view->memory) != offset)
            refuse("a commit whose address and offset disagree");
        if (offset + bytes >= view->offset + view->bytes)
            refuse("a commit that reaches the end of its view");
        return;
    }
    refuse("a commit outside every view");
}

static enum tapemap_status guard_commit(struct store *store, uint64_t offset, void *address,
                                        size_t bytes)
{
    struct guard_store *guard = guard_of(store);
    pthread_mutex_lock(&guard->lock);
    check_commit(guard, offset, address, bytes);
    enum tapemap_status status = TAPEMAP_OK;
    if (bytes > guard->limit_bytes - guard->committed_bytes)
        status = TAPEMAP_E_COMMIT_LIMIT;
    for (uint64_t at = offset; status == TAPEMAP_OK && at < offset + bytes; at += GUARD_PAGE) {
        guard->committed_bytes += guard->is_committed[at / GUARD_PAGE] ? 0 : GUARD_PAGE;
        guard->is_committed[at / GUARD_PAGE] = 1;
    }
    for (unsigned i = 0; status == TAPEMAP_OK && i < GUARD_VIEWS; i++)
        if (guard->views[i].memory)
            open_pages(guard, &guard->views[i], offset, offset + bytes);
    pthread_mutex_unlock(&guard->lock);
    return status;
}

static void guard_destroy(struct store *store)
{
    struct guard_store *guard = guard_of(store);
    if (guard_store_view_count(store) != 0)
        refuse("a view is left over");
    fclose(guard->file);
    pthread_mutex_destroy(&guard->lock);
    free(guard->is_committed);
    free(guard);
}

static const struct store_ops guard_ops = {.map = guard_map,
                                           .unmap = guard_unmap,
                                           .commit = guard_commit,
                                           .destroy = guard_destroy};

struct store *guard_store_create(uint64_t bytes)
{
    struct guard_store *guard = calloc(1, sizeof *guard);
    if (!guard)
        refuse("no memory");
    guard->base = (struct store){.ops = &guard_ops, .bytes = bytes};
    guard->limit_bytes = UINT64_MAX;
    guard->is_committed = calloc((size_t)(bytes / GUARD_PAGE), 1);
    guard->file = tmpfile();
    if (!guard->is_committed || !guard->file || ftruncate(fileno(guard->file), (off_t)bytes) != 0 ||
        pthread_mutex_init(&guard->lock, NULL) != 0)
        refuse("cannot be made");
    return &guard->base;
}

void guard_store_limit(struct store *store, uint64_t bytes)
{
    guard_of(store)->limit_bytes = bytes;
}

void guard_store_fail_next_map(struct store *store, enum tapemap_status status)
{
    guard_of(store)->next_map = status;
}

enum tapemap_status guard_store_map_reader(struct store *store, uint64_t offset, size_t bytes,
                                           const void **view)
{
    struct guard_store *guard = guard_of(store);
    pthread_mutex_lock(&guard->lock);
    unsigned char *memory = NULL;
    enum tapemap_status status = map_view(guard, offset, bytes, PROT_READ, &memory);
    pthread_mutex_unlock(&guard->lock);
    *view = memory;
    return status;
}

void guard_store_unmap_reader(struct store *store, const void *view, size_t bytes)
{
    guard_unmap(store, (void *)(uintptr_t)view, bytes);
}

uint64_t guard_store_committed_bytes(const struct store *store)
{
    return guard_of(store)->committed_bytes;
}

unsigned guard_store_view_count(const struct store *store)
{
    unsigned count = 0;
    for (unsigned i = 0; i < GUARD_VIEWS; i++)
        count += guard_of(store)->views[i].memory != NULL;
    return count;
}
