/* SPDX-License-Identifier: MIT */
/*
 * Who touches what: the keeper commits and grows; any thread maps and unmaps; the flusher flushes;
 * the appending thread writes, where audio is written: all it needs is the file itself.
 * They meet in two places. `lock` guards which section is mapped: it is held while a view is
 * mapped and while grow exchanges the handles, never while anybody waits for the disk. The list of
 * views has a lock of its own (file_views.h). A view outlives the section it was mapped from, and
 * all sections over one file show the same pages, so a flush needs no section at all.
 */
#include "file_store.h"

#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

#include "atomic64.h"
#include "commit_budget.h"
#include "disk_file.h"
#include "file_commit.h"
#include "generation_section.h"
#include "file_store_failure.h"
#include "file_views.h"
#include "object_names.h"
#include "system_error.h"

#define FILE_STORE_DENSE_INDEX_BYTES (UINT64_C(64) << 20) /* fine where nothing is sparse */
#define FILE_STORE_NAME_TRIES 8u

struct file_store {
    struct store base;
    struct store_ops ops;
    struct disk_file file;
    struct file_commit commit;
    struct file_views *views;
    uint64_t tape_id;
    uint64_t extent_bytes;
    bool is_ours; /* made by this process, or gone on with: committed_bytes is its own word */
    char space[OBJECT_NAME_BYTES];
    SRWLOCK lock;
    HANDLE section;  /* what is mapped, as long as the store */
    HANDLE first;    /* the name of generation 0 */
    HANDLE previous; /* the name before the newest, for readers who are just opening it */
    HANDLE newest;   /* the newest name; after a reopening it may be another than `section` */
};

static enum tapemap_status file_store_map(struct store *store, uint64_t offset, size_t bytes,
                                          void **view)
{
    struct file_store *file = (struct file_store *)store;

    AcquireSRWLockShared(&file->lock);
    void *mapped = MapViewOfFile(file->section, FILE_MAP_WRITE, (DWORD)(offset >> 32),
                                 (DWORD)offset, bytes);
    DWORD code = mapped ? 0 : GetLastError();
    ReleaseSRWLockShared(&file->lock);
    if (!mapped) {
        enum tapemap_status status = system_error_status(code);
        return status == TAPEMAP_E_MEMORY || status == TAPEMAP_E_COMMIT_LIMIT ? TAPEMAP_E_MEMORY
                                                                              : TAPEMAP_E_SYSTEM;
    }
    if (!file_views_add(file->views, mapped, offset, bytes)) {
        UnmapViewOfFile(mapped);
        return TAPEMAP_E_MEMORY;
    }
    *view = mapped;
    return TAPEMAP_OK;
}

static void file_store_unmap(struct store *store, void *view, size_t bytes)
{
    (void)bytes;
    file_views_remove(((struct file_store *)store)->views, view);
}

static enum tapemap_status file_store_write_status(uint32_t code)
{
    if (code == 0)
        return TAPEMAP_OK;
    return disk_file_is_full(code) ? TAPEMAP_E_DISK_FULL : TAPEMAP_E_SYSTEM;
}

static enum tapemap_status file_store_commit(struct store *store, uint64_t offset, void *address,
                                             size_t bytes)
{
    struct file_store *file = (struct file_store *)store;

    enum tapemap_status status =
        file_store_write_status(file_commit_range(&file->commit, offset, address, bytes));
    file->is_ours = file->is_ours || status == TAPEMAP_OK;
    return status;
}

static enum tapemap_status file_store_write(struct store *store, uint64_t offset, const void *from,
                                            size_t bytes, size_t *written)
{
    struct file_store *file = (struct file_store *)store;

    return file_store_write_status(file_commit_write(&file->commit, offset, from, bytes, written));
}

static enum tapemap_status file_store_room(struct store *store, uint64_t *bytes)
{
    struct file_store *file = (struct file_store *)store;
    uint64_t free_bytes;

    if (disk_file_room(&file->file, &free_bytes) != 0)
        return TAPEMAP_E_SYSTEM;
    *bytes = free_bytes - min_u64(free_bytes, file->commit.keep_free_bytes);
    return TAPEMAP_OK;
}

/* Makes the next section; a name that somebody else has taken is passed over, so that nobody can
   keep a tape from growing. */
static uint32_t file_store_make_next(struct file_store *file, uint64_t bytes, HANDLE *made,
                                     uint64_t *generation)
{
    uint32_t code = ERROR_ALREADY_EXISTS;

    *generation = file->base.generation;
    for (unsigned i = 0; i < FILE_STORE_NAME_TRIES && code == ERROR_ALREADY_EXISTS; i++) {
        char name[OBJECT_NAME_BYTES];
        object_name_audio(name, file->space, file->tape_id, ++*generation);
        code = generation_section_make(file->file.handle, name, bytes, made);
    }
    return code;
}

static enum tapemap_status file_store_grow(struct store *store, uint64_t bytes)
{
    struct file_store *file = (struct file_store *)store;
    HANDLE made = NULL;
    uint64_t generation;

    if (bytes <= store->bytes)
        return TAPEMAP_OK;
    bytes = round_up_u64(round_up_u64(bytes, file->extent_bytes), TAPEMAP_GRANULE_BYTES) +
            2 * TAPEMAP_GRANULE_BYTES;
    bytes = min_u64(bytes, file->file.most_bytes);
    /* Where nothing is sparse the new end takes its room at once. */
    if (!file->file.is_sparse &&
        disk_file_is_full(file_commit_check_room(&file->commit, bytes - store->bytes)))
        return TAPEMAP_E_DISK_FULL;
    uint32_t code = file_store_make_next(file, bytes, &made, &generation);
    if (code != 0)
        return system_error_status(code) == TAPEMAP_E_MEMORY ? TAPEMAP_E_MEMORY
                                                             : file_store_write_status(code);
    HANDLE mapped = file->section;
    HANDLE oldest = file->previous;
    AcquireSRWLockExclusive(&file->lock);
    file->section = made;
    ReleaseSRWLockExclusive(&file->lock);
    file->previous = file->newest;
    file->newest = made;
    if (mapped != file->previous)
        CloseHandle(mapped);
    if (oldest && oldest != file->first)
        CloseHandle(oldest);
    file_commit_mark_tail(&file->commit, store->bytes, bytes);
    store->bytes = bytes;
    store->generation = generation;
    return TAPEMAP_OK;
}

static enum tapemap_status file_store_flush(struct store *store, uint64_t offset, uint64_t end)
{
    struct file_store *file = (struct file_store *)store;
    uint32_t views_code = file_views_flush(file->views, offset, end);
    /* Also when a view could not be flushed: the rest is as safe as can be. */
    uint32_t file_code = disk_file_flush(&file->file);

    return views_code == 0 && file_code == 0 ? TAPEMAP_OK : TAPEMAP_E_SYSTEM;
}

/* Closes all sections; one handle may stand in several places. */
static void file_store_close_sections(struct file_store *file)
{
    if (file->section && file->section != file->newest)
        CloseHandle(file->section);
    if (file->newest && file->newest != file->first)
        CloseHandle(file->newest);
    if (file->previous && file->previous != file->first)
        CloseHandle(file->previous);
    if (file->first)
        CloseHandle(file->first);
}

/* All but the file itself. */
static void file_store_free(struct file_store *file)
{
    file_store_close_sections(file);
    file_views_destroy(file->views);
    file_commit_deinit(&file->commit);
    free(file);
}

static void file_store_destroy(struct store *store)
{
    struct file_store *own = (struct file_store *)store;
    struct disk_file file = own->file;
    uint64_t committed_bytes = own->commit.committed_bytes;
    bool is_cut = own->is_ours && own->commit.is_audio && !own->file.is_sparse;

    file_store_free(own);
    /* What is only reserved FAT fills with zeros, all of it, when the file is closed. A file that
       was opened and not gone on with may hold more than its old control block tells of. */
    if (is_cut && committed_bytes > 0)
        disk_file_cut(&file, committed_bytes);
    disk_file_close(&file);
}

/* Returns NULL without memory. The file is opened afterwards. */
static struct file_store *file_store_new(const struct file_store_config *config)
{
    struct file_store *file = calloc(1, sizeof *file);

    if (!file)
        return NULL;
    file->ops = (struct store_ops){
        .map = file_store_map,
        .unmap = file_store_unmap,
        .commit = file_store_commit,
        .destroy = file_store_destroy,
        .grow = config->kind == FILE_STORE_AUDIO ? file_store_grow : NULL,
        .flush = config->is_temporary ? NULL : file_store_flush,
        .room = file_store_room,
        .write = config->kind == FILE_STORE_AUDIO && config->is_written ? file_store_write : NULL,
    };
    file->base.ops = &file->ops;
    file->base.bytes = config->bytes;
    file->tape_id = config->tape_id;
    file->extent_bytes = config->extent_bytes;
    snprintf(file->space, sizeof file->space, "%s", config->space);
    InitializeSRWLock(&file->lock);
    file->views = file_views_create();
    if (!file->views || !file_commit_init(&file->commit, config, &file->file, 0)) {
        file_views_destroy(file->views);
        free(file);
        return NULL;
    }
    return file;
}

static void file_store_name(const struct file_store_config *config, uint64_t generation,
                            char name[OBJECT_NAME_BYTES])
{
    if (config->kind == FILE_STORE_AUDIO)
        object_name_audio(name, config->space, config->tape_id, generation);
    else
        object_name_index(name, config->space, config->tape_id);
}

static enum tapemap_status file_store_fail_memory(struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a store; close other programs");
}

/* A volume on which everything reserved takes its room must not be filled by an index. */
static enum tapemap_status file_store_check_volume(const struct file_store *file,
                                                   const struct file_store_config *config,
                                                   struct failure *failure)
{
    if (config->kind == FILE_STORE_INDEX && !file->file.is_sparse &&
        config->bytes > FILE_STORE_DENSE_INDEX_BYTES)
        return file_store_fail(config, "made", ERROR_NOT_SUPPORTED, failure);
    if (config->kind == FILE_STORE_AUDIO && config->most_bytes > file->file.most_bytes)
        return file_store_fail(config, "made", ERROR_FILE_TOO_LARGE, failure);
    uint32_t code = file_commit_check_room(&file->commit,
                                           file->file.is_sparse ? 0 : config->bytes);
    return code == 0 ? TAPEMAP_OK : file_store_fail(config, "made", code, failure);
}

enum tapemap_status file_store_create(const struct file_store_config *config, struct store **store,
                                      struct failure *failure)
{
    struct file_store *made = file_store_new(config);
    char name[OBJECT_NAME_BYTES];

    if (!made)
        return file_store_fail_memory(failure);
    uint32_t code = disk_file_open(config, true, &made->file);
    if (code != 0) {
        file_store_free(made);
        return file_store_fail(config, "made", code, failure);
    }
    enum tapemap_status status = file_store_check_volume(made, config, failure);
    if (status == TAPEMAP_OK) {
        file_store_name(config, 0, name);
        code = generation_section_make(made->file.handle, name, config->bytes, &made->section);
        if (code != 0)
            status = file_store_fail(config, "made", code, failure);
    }
    if (status != TAPEMAP_OK) {
        struct disk_file file = made->file;
        file_store_free(made);
        disk_file_remove(&file);
        return status;
    }
    made->first = made->newest = made->section;
    file_commit_mark_tail(&made->commit, TAPEMAP_GRANULE_BYTES, config->bytes);
    *store = &made->base;
    return TAPEMAP_OK;
}

/* Maps the first granule of the file as it is, which lengthens nothing. */
static uint32_t file_store_map_first(const struct file_store *file, unsigned char **view)
{
    HANDLE section = NULL;
    uint32_t code = generation_section_make(file->file.handle, NULL, 0, &section);

    if (code != 0)
        return code;
    *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, TAPEMAP_GRANULE_BYTES);
    code = *view ? 0 : GetLastError();
    CloseHandle(section);
    return code;
}

/* Takes the names of generation 0 and of `generation`, and a section that can be written. */
static uint32_t file_store_take_names(struct file_store *file, uint64_t generation,
                                      struct generation_section_claim claim, uint64_t newest_bytes,
                                      const struct file_store_config *config)
{
    char name[OBJECT_NAME_BYTES];
    void *section = NULL;
    bool is_ours = false;

    file_store_name(config, 0, name);
    claim.name = name;
    claim.bytes = config->bytes;
    uint32_t code = generation_section_hold(&claim, &section, &is_ours);
    if (code != 0)
        return code;
    file->first = file->newest = section;
    if (generation > 0) {
        file_store_name(config, generation, name);
        claim.bytes = newest_bytes;
        code = generation_section_hold(&claim, &section, &is_ours);
        if (code != 0)
            return code;
        file->newest = section;
    }
    file->base.bytes = claim.bytes;
    file->base.generation = generation;
    if (is_ours)
        file->section = file->newest;
    else
        code = generation_section_make(file->file.handle, NULL, claim.bytes, &file->section);
    return code;
}

/* What the control block says is real stays as it is; the engine judges whether that is true. */
static uint64_t file_store_committed(const unsigned char *first_granule, uint64_t file_bytes)
{
    const struct tapemap_control *control =
        (const void *)(first_granule + TAPEMAP_CONTROL_OFFSET);
    uint64_t committed = load_acquire_u64(&control->committed_bytes);

    return committed < TAPEMAP_DATA_OFFSET ? TAPEMAP_DATA_OFFSET : min_u64(committed, file_bytes);
}

static uint64_t file_store_id(const unsigned char *first_granule, enum file_store_kind kind)
{
    if (kind == FILE_STORE_INDEX)
        return ((const struct tapemap_index *)(const void *)first_granule)->tape_id;
    return ((const struct tapemap_control *)(const void *)(first_granule +
                                                          TAPEMAP_CONTROL_OFFSET))->tape_id;
}

static enum tapemap_status file_store_take_over(struct file_store *file,
                                                const struct file_store_config *config,
                                                uint64_t generation, struct failure *failure)
{
    struct generation_section_claim claim = {.file = file->file.handle};
    uint64_t length = 0;
    uint32_t code = disk_file_length(&file->file, &length);

    if (code == 0 && length < TAPEMAP_GRANULE_BYTES)
        code = ERROR_FILE_CORRUPT;
    if (code == 0)
        code = file_store_map_first(file, &claim.first_granule);
    if (code != 0)
        return file_store_fail(config, "opened", code, failure);
    if (file_store_id(claim.first_granule, config->kind) != config->tape_id) {
        UnmapViewOfFile(claim.first_granule);
        return file_store_fail(config, "opened", ERROR_FILE_CORRUPT, failure);
    }
    uint64_t newest = round_up_u64(length, TAPEMAP_GRANULE_BYTES);
    if (newest < config->bytes)
        newest = config->bytes;
    if (config->kind == FILE_STORE_INDEX)
        generation = 0;
    file->commit.committed_bytes = file_store_committed(claim.first_granule, length);
    store_relaxed_u64(&file->commit.written_bytes, file->commit.committed_bytes);
    code = file_store_take_names(file, generation, claim, newest, config);
    UnmapViewOfFile(claim.first_granule);
    return code == 0 ? TAPEMAP_OK : file_store_fail(config, "opened", code, failure);
}

enum tapemap_status file_store_reopen(const struct file_store_config *config, uint64_t generation,
                                      struct store **store, struct failure *failure)
{
    struct file_store *made = file_store_new(config);

    if (!made)
        return file_store_fail_memory(failure);
    uint32_t code = disk_file_open(config, false, &made->file);
    if (code != 0) {
        file_store_free(made);
        return file_store_fail(config, "opened", code, failure);
    }
    enum tapemap_status status = file_store_take_over(made, config, generation, failure);
    if (status != TAPEMAP_OK) {
        file_store_destroy(&made->base);
        return status;
    }
    *store = &made->base;
    return TAPEMAP_OK;
}
