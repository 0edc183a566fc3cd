/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memfd_create */

#include "guard_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    int file; /* in memory: a disk costs several times as much to touch */
    unsigned char *is_committed; /* one per page */
    uint64_t committed_bytes;
    uint64_t limit_bytes;
    uint64_t growth_limit_bytes;
    uint64_t room_bytes;
    uint64_t extent_bytes; /* 0: it grows to what is asked for */
    bool is_file;
    bool is_audio; /* of a file: grows, has marks */
    bool shows_holes;
    uint64_t room_end; /* of audio that is written: how far there is said to be room */
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
    for (uint64_t at = from; at < to; at += GUARD_PAGE) {
        uint64_t run = at;
        while (at < to && guard->is_committed[at / GUARD_PAGE])
            at += GUARD_PAGE;
        if (at > run &&
            mprotect(view->memory + (run - view->offset), at - run, view->protection) != 0)
            refuse("mprotect failed");
    }
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
    bool shows_holes = guard->shows_holes && (protection & PROT_WRITE);
    void *mapped = mmap(NULL, bytes, shows_holes ? protection : PROT_NONE, MAP_SHARED, guard->file,
                        (off_t)offset);
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

/* L151 */
static void put_mark(struct guard_store *guard, uint64_t offset)
{
    unsigned char mark[16];
    memset(mark, 0xFF, sizeof mark);
    if (pwrite(guard->file, mark, sizeof mark, (off_t)offset) != sizeof mark)
        refuse("a mark cannot be written");
}

static void find_room(struct guard_store *guard, uint64_t offset, uint64_t end)
{
    for (uint64_t at = offset; at < end; at += GUARD_PAGE)
        if (at % TAPEMAP_GRANULE_BYTES == 0 && !guard->is_committed[at / GUARD_PAGE])
            put_mark(guard, at);
    guard->room_end = end;
}

/* As much as there is room for, to the byte. */
static enum tapemap_status guard_write(struct store *store, uint64_t offset, const void *from,
                                       size_t bytes, size_t *written)
{
    struct guard_store *guard = guard_of(store);
    uint64_t end = offset + bytes;
    pthread_mutex_lock(&guard->lock);
    bool has_room = end <= guard->room_end || guard->is_committed[(end - 1) / GUARD_PAGE];
    if (offset < TAPEMAP_GRANULE_BYTES || bytes == 0 || !has_room)
        refuse("a write of what was not committed");
    for (uint64_t at = offset / GUARD_PAGE * GUARD_PAGE; at < end; at += GUARD_PAGE) {
        if (guard->is_committed[at / GUARD_PAGE])
            continue;
        if (guard->limit_bytes - guard->committed_bytes < GUARD_PAGE) {
            end = at > offset ? at : offset;
            break;
        }
        guard->committed_bytes += GUARD_PAGE;
        guard->is_committed[at / GUARD_PAGE] = 1;
    }
    *written = (size_t)(end - offset);
    if (pwrite(guard->file, from, *written, (off_t)offset) != (ssize_t)*written)
        refuse("it cannot be written");
    for (unsigned i = 0; i < GUARD_VIEWS; i++)
        if (guard->views[i].memory && *written > 0)
            open_pages(guard, &guard->views[i], offset / GUARD_PAGE * GUARD_PAGE, end);
    pthread_mutex_unlock(&guard->lock);
    return *written == bytes ? TAPEMAP_OK : TAPEMAP_E_DISK_FULL;
}

static enum tapemap_status guard_commit(struct store *store, uint64_t offset, void *address,
                                        size_t bytes)
{
    struct guard_store *guard = guard_of(store);
    pthread_mutex_lock(&guard->lock);
    check_commit(guard, offset, address, bytes);
    enum tapemap_status status = TAPEMAP_OK;
    if (store->ops->write && offset >= TAPEMAP_GRANULE_BYTES) {
        find_room(guard, offset, offset + bytes);
        pthread_mutex_unlock(&guard->lock);
        return TAPEMAP_OK;
    }
    if (bytes > guard->limit_bytes - guard->committed_bytes)
        status = guard->is_file ? TAPEMAP_E_DISK_FULL : TAPEMAP_E_COMMIT_LIMIT;
    for (uint64_t at = offset; status == TAPEMAP_OK && at < offset + bytes; at += GUARD_PAGE) {
        if (guard->is_committed[at / GUARD_PAGE])
            continue;
        guard->committed_bytes += GUARD_PAGE;
        guard->is_committed[at / GUARD_PAGE] = 1;
        if (guard->is_audio && at % TAPEMAP_GRANULE_BYTES == 0 && at > 0)
            put_mark(guard, at);
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
    close(guard->file);
    pthread_mutex_destroy(&guard->lock);
    free(guard->is_committed);
    free(guard);
}

/* Makes the file and the table of pages `bytes` long. */
static void resize(struct guard_store *guard, uint64_t bytes)
{
    size_t before = (size_t)(guard->base.bytes / GUARD_PAGE);
    size_t pages = (size_t)(bytes / GUARD_PAGE);
    guard->is_committed = realloc(guard->is_committed, pages);
    if (!guard->is_committed || ftruncate(guard->file, (off_t)bytes) != 0)
        refuse("it cannot be made so long");
    memset(guard->is_committed + before, 0, pages - before);
    guard->base.bytes = bytes;
}

static enum tapemap_status guard_grow(struct store *store, uint64_t bytes)
{
    struct guard_store *guard = guard_of(store);
    if (bytes <= store->bytes)
        refuse("a growth to what it is already");
    uint64_t extent = guard->extent_bytes;
    if (extent != 0)
        bytes = (bytes - 2 * TAPEMAP_GRANULE_BYTES + extent - 1) / extent * extent +
                2 * TAPEMAP_GRANULE_BYTES;
    if (bytes > guard->growth_limit_bytes)
        return TAPEMAP_E_DISK_FULL;
    pthread_mutex_lock(&guard->lock);
    resize(guard, bytes);
    store->generation++;
    pthread_mutex_unlock(&guard->lock);
    return TAPEMAP_OK;
}

static enum tapemap_status guard_room(struct store *store, uint64_t *bytes)
{
    *bytes = guard_of(store)->room_bytes;
    return TAPEMAP_OK;
}

static const struct store_ops guard_ops = {.map = guard_map,
                                           .unmap = guard_unmap,
                                           .commit = guard_commit,
                                           .destroy = guard_destroy};
static const struct store_ops guard_growing_ops = {.map = guard_map,
                                                   .unmap = guard_unmap,
                                                   .commit = guard_commit,
                                                   .destroy = guard_destroy,
                                                   .grow = guard_grow,
                                                   .room = guard_room};
static const struct store_ops guard_written_ops = {.map = guard_map,
                                                   .unmap = guard_unmap,
                                                   .commit = guard_commit,
                                                   .destroy = guard_destroy,
                                                   .grow = guard_grow,
                                                   .room = guard_room,
                                                   .write = guard_write};

struct store *guard_store_create(uint64_t bytes)
{
    struct guard_store *guard = calloc(1, sizeof *guard);
    if (!guard)
        refuse("no memory");
    guard->base.ops = &guard_ops;
    guard->limit_bytes = UINT64_MAX;
    guard->growth_limit_bytes = UINT64_MAX;
    guard->room_bytes = UINT64_MAX;
    guard->file = memfd_create("guard store", 0);
    if (guard->file < 0 || pthread_mutex_init(&guard->lock, NULL) != 0)
        refuse("cannot be made");
    resize(guard, bytes);
    return &guard->base;
}

struct store *guard_store_create_file(uint64_t bytes, bool is_audio)
{
    struct store *store = guard_store_create(bytes);
    guard_of(store)->is_file = true;
    guard_of(store)->is_audio = is_audio;
    if (is_audio)
        store->ops = &guard_growing_ops;
    return store;
}

struct store *guard_store_copy(const struct store *store)
{
    const struct guard_store *from = guard_of(store);
    struct store *copy = from->is_file ? guard_store_create_file(store->bytes, from->is_audio)
                                       : guard_store_create(store->bytes);
    struct guard_store *to = guard_of(copy);
    unsigned char page[GUARD_PAGE];
    for (uint64_t at = 0; at < store->bytes; at += GUARD_PAGE) {
        if (!from->is_committed[at / GUARD_PAGE])
            continue;
        if (pread(from->file, page, sizeof page, (off_t)at) != sizeof page ||
            pwrite(to->file, page, sizeof page, (off_t)at) != sizeof page)
            refuse("it cannot be copied");
        to->is_committed[at / GUARD_PAGE] = 1;
    }
    to->committed_bytes = from->committed_bytes;
    copy->generation = store->generation + from->is_file;
    return copy;
}

void guard_store_take_writes(struct store *store)
{
    store->ops = &guard_written_ops;
}

void guard_store_set_extent(struct store *store, uint64_t bytes)
{
    guard_of(store)->extent_bytes = bytes;
}

void guard_store_show_holes(struct store *store)
{
    guard_of(store)->shows_holes = true;
}

void guard_store_limit_growth(struct store *store, uint64_t bytes)
{
    guard_of(store)->growth_limit_bytes = bytes;
}

void guard_store_set_room(struct store *store, uint64_t bytes)
{
    guard_of(store)->room_bytes = bytes;
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
