/* SPDX-License-Identifier: MIT */
#include "control_image.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "late_frames.h"
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

static const char *name_in(const char *path)
{
    const char *name = path;

    for (; *path; path++) {
        if (*path == '/' || *path == '\\')
            name = path + 1;
    }
    return name;
}

bool control_image_is_named(const union control_image *image, const char *path)
{
    const char *given = image->control.file_path;

    return memchr(given, '\0', sizeof image->control.file_path) &&
           (given[0] == '\0' || strcmp(name_in(given), name_in(path)) == 0);
}
