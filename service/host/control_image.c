/* SPDX-License-Identifier: MIT */
#include "control_image.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "late_frames.h"
#include "quantity.h"
#include "tape_path.h"
#include "whole_numbers.h"

bool control_image_read(const char *path, union control_image *image)
{
    struct file_access *file;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return false;
    uint32_t code = file_access_read(file, TAPEMAP_CONTROL_OFFSET, image->bytes,
                                     sizeof image->bytes);
    file_access_close(file);
    return code == 0;
}

static uint64_t frames_counted(const char *path, uint32_t frame_bytes)
{
    unsigned char *front = malloc(TAPEMAP_DATA_OFFSET);
    struct file_access *file;
    uint64_t frames = 0;

    if (front && file_access_open(path, FILE_ACCESS_READ, &file) == 0) {
        if (file_access_read(file, 0, front, TAPEMAP_DATA_OFFSET) == 0)
            frames = late_frames_counted(front, frame_bytes);
        file_access_close(file);
    }
    free(front);
    return frames;
}

uint64_t control_image_frames(const union control_image *image, const char *path)
{
    uint64_t head = load_relaxed_u64(&image->control.head);
    uint32_t frame_bytes = image->control.frame_bytes;

    return max_u64(head, frames_counted(path, frame_bytes ? frame_bytes : 1));
}

static uint64_t length_ns(const struct tapemap_control *control)
{
    uint32_t rate_hz = control->sample_rate_hz ? control->sample_rate_hz : 1;

    return quantity_scale(load_relaxed_u64(&control->head), UINT64_C(1000000000), rate_hz);
}

/* 0: there is no such journal. */
static uint64_t newest_utc_ns(struct file_access *file, uint64_t index_at)
{
    struct tapemap_index index;
    struct tapemap_record record;

    if (file_access_read(file, index_at, &index, sizeof index) != 0 ||
        load_relaxed_u64(&index.magic) != TAPEMAP_INDEX_MAGIC)
        return 0;
    uint64_t count = load_relaxed_u64(&index.journal_head);
    if (count == 0 || index.journal.capacity == 0)
        return 0;
    uint64_t slot = (count - 1) % index.journal.capacity;
    if (file_access_read(file, index_at + index.journal.offset + slot * sizeof record, &record,
                         sizeof record) != 0 || record.sequence != count - 1)
        return 0;
    return record.utc_ns;
}

uint64_t control_image_end_utc_ns(const union control_image *image, const char *path)
{
    const struct tapemap_control *control = &image->control;
    uint64_t index_at = load_relaxed_u64(&control->index_offset);
    uint64_t newest_ns = 0;
    struct file_access *file;

    if (index_at != 0 && file_access_open(path, FILE_ACCESS_READ, &file) == 0) {
        newest_ns = newest_utc_ns(file, index_at);
        file_access_close(file);
    }
    return max_u64(newest_ns, control->created_utc_ns + length_ns(control));
}

static bool is_separator(char at)
{
    return at == '/' || at == '\\';
}

/* The name in a path, and so many folders before it. */
static const char *end_of(const char *path, unsigned folders)
{
    const char *at = path + strlen(path);

    for (; at != path; at--) {
        if (is_separator(at[-1]) && folders-- == 0)
            break;
    }
    return at;
}

bool control_image_is_named(const union control_image *image, const char *path, unsigned folders)
{
    const char *given = image->control.file_path;

    return memchr(given, '\0', sizeof image->control.file_path) &&
           (given[0] == '\0' || tape_path_is_same(end_of(given, folders), end_of(path, folders)));
}
