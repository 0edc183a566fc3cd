/* SPDX-License-Identifier: MIT */
#include "file_tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"

#define INDEX_SUFFIX ".index"
#define CONTROL_END (TAPEMAP_CONTROL_OFFSET + sizeof(struct tapemap_control))

/* ---- views ---- */

static enum tapemap_status audio_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    struct file_tape *file = context;
    return mapped_file_map(file->audio, offset, bytes, view);
}

static void any_unmap(void *context, const void *view, size_t bytes)
{
    (void)context;
    mapped_file_unmap(view, bytes);
}

static enum tapemap_status audio_renew(void *context, uint64_t generation, uint64_t bytes)
{
    struct file_tape *file = context;

    (void)generation;
    (void)bytes;
    return mapped_file_renew(file->audio);
}

static enum tapemap_status index_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    struct file_tape *file = context;
    return mapped_file_map(file->index ? file->index : file->audio, file->index_offset + offset,
                           bytes, view);
}

static struct view_source audio_views(struct file_tape *file)
{
    return (struct view_source){.map = audio_map, .unmap = any_unmap, .context = file,
                                .bytes = mapped_file_bytes(file->audio), .renew = audio_renew};
}

static struct view_source index_views(struct file_tape *file, uint64_t bytes)
{
    return (struct view_source){
        .map = index_map, .unmap = any_unmap, .context = file, .bytes = bytes,
    };
}

/* ---- the control block ---- */

/* A file too short for its control block, or for its frames, was cut if it is a tape. */
static enum tapemap_status judge(const struct tapemap_control *control, uint64_t bytes,
                                 struct layout_tape *facts)
{
    if (load_acquire_u64(&control->magic) != TAPEMAP_TAPE_MAGIC)
        return TAPEMAP_E_FORMAT;
    enum tapemap_status status = layout_check_control(control, 0, facts);
    if (status)
        return status;
    if (!facts->is_file) /* the memory of a tape, saved by somebody */
        return TAPEMAP_E_FORMAT;
    return bytes < TAPEMAP_DATA_OFFSET ? TAPEMAP_E_CORRUPT : TAPEMAP_OK;
}

static const struct tapemap_control *control_in(const void *view)
{
    return (const void *)((const unsigned char *)view + TAPEMAP_CONTROL_OFFSET);
}

enum tapemap_status file_tape_open(const char *path, struct file_tape *file,
                                   struct layout_tape *facts, bool *has_ended)
{
    struct mapped_file *audio = NULL;
    const void *view = NULL;

    enum tapemap_status status = mapped_file_open(path, &audio);
    if (status)
        return status;
    uint64_t bytes = mapped_file_bytes(audio);
    status = bytes < CONTROL_END ? TAPEMAP_E_FORMAT
                                 : mapped_file_map(audio, 0, CONTROL_END, &view);
    if (status == TAPEMAP_OK) {
        status = judge(control_in(view), bytes, facts);
        *has_ended = load_acquire_u64(&control_in(view)->state) == TAPEMAP_STATE_ENDED;
        mapped_file_unmap(view, CONTROL_END);
    }
    if (status) {
        mapped_file_close(audio);
        return status;
    }
    *file = (struct file_tape){.audio = audio};
    return TAPEMAP_OK;
}

bool file_tape_is_of(const struct file_tape *file, const struct reader *live)
{
    const void *view = NULL;

    if (mapped_file_map(file->audio, 0, CONTROL_END, &view))
        return false;
    uint64_t before = load_acquire_u64(&control_in(view)->heartbeat_clock);
    uint64_t beat = load_acquire_u64(&live->control->heartbeat_clock);
    uint64_t after = load_acquire_u64(&control_in(view)->heartbeat_clock);
    mapped_file_unmap(view, CONTROL_END);
    return before <= beat && beat <= after;
}

/* ---- the index ---- */

/* Where the index lies in the file, as one look at the control block found it; offset 0: not in
   it. */
struct index_place {
    uint64_t offset;
    uint64_t bytes;
};

static enum tapemap_status find_inside(struct file_tape *file, struct index_place *place)
{
    const void *view = NULL;
    enum tapemap_status status = mapped_file_map(file->audio, 0, CONTROL_END, &view);

    if (status)
        return status;
    place->offset = load_acquire_u64(&control_in(view)->index_offset);
    place->bytes = load_acquire_u64(&control_in(view)->index_length);
    mapped_file_unmap(view, CONTROL_END);
    if (place->offset == 0)
        return TAPEMAP_OK;
    /* Who finishes a file may lengthen it after we opened it. */
    uint64_t bytes = mapped_file_bytes(file->audio);
    if (place->offset > bytes || place->bytes > bytes - place->offset) {
        status = mapped_file_renew(file->audio);
        bytes = mapped_file_bytes(file->audio);
    }
    if (status)
        return status;
    if (place->offset % TAPEMAP_GRANULE_BYTES || place->offset < TAPEMAP_DATA_OFFSET ||
        place->offset > bytes || place->bytes > bytes - place->offset ||
        place->bytes < TAPEMAP_GRANULE_BYTES)
        return TAPEMAP_E_CORRUPT;
    return TAPEMAP_OK;
}

static enum tapemap_status open_beside(const char *path, struct file_tape *file)
{
    size_t room = strlen(path) + sizeof INDEX_SUFFIX;
    char *name = malloc(room);

    if (!name)
        return TAPEMAP_E_MEMORY;
    snprintf(name, room, "%s" INDEX_SUFFIX, path);
    enum tapemap_status status = mapped_file_open(name, &file->index);
    free(name);
    if (status == TAPEMAP_OK && mapped_file_bytes(file->index) < TAPEMAP_GRANULE_BYTES)
        return TAPEMAP_E_CORRUPT;
    return status;
}

/* Who finishes a file takes the one beside it away only when the one inside is in place. */
static enum tapemap_status find_index(const char *path, struct file_tape *file,
                                      struct view_source *index)
{
    struct index_place inside;

    for (int looks = 0; looks < 2; looks++) {
        enum tapemap_status status = find_inside(file, &inside);
        if (status)
            return status;
        file->index_offset = inside.offset;
        if (inside.offset) {
            *index = index_views(file, inside.bytes);
            return TAPEMAP_OK;
        }
        status = looks == 0 ? open_beside(path, file) : TAPEMAP_OK;
        if (file->index && status == TAPEMAP_OK)
            *index = index_views(file, mapped_file_bytes(file->index));
        if (status != TAPEMAP_E_NO_FILE)
            return status;
    }
    return TAPEMAP_OK;
}

enum tapemap_status file_tape_read(const char *path, struct file_tape *file,
                                   struct reader *reader)
{
    struct reader_config config = {0};

    enum tapemap_status status = find_index(path, file, &config.index);
    if (status)
        return status;
    config.audio = audio_views(file);
    return reader_open(reader, &config);
}

void file_tape_close(struct file_tape *file)
{
    mapped_file_close(file->index);
    mapped_file_close(file->audio);
    *file = (struct file_tape){0};
}
