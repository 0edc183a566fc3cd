/* SPDX-License-Identifier: MIT */
#include "control_image.h"

#include <ctype.h>
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

/* As the file system sees it: without regard to case (of ASCII, at least). */
static bool is_same_path(const char *one, const char *other)
{
    for (; *one != '\0' && *other != '\0'; one++, other++) {
        if (tolower((unsigned char)*one) != tolower((unsigned char)*other) &&
            !(is_separator(*one) && is_separator(*other)))
            return false;
    }
    return *one == *other;
}

bool control_image_is_named(const union control_image *image, const char *path, unsigned folders)
{
    const char *given = image->control.file_path;

    return memchr(given, '\0', sizeof image->control.file_path) &&
           (given[0] == '\0' || is_same_path(end_of(given, folders), end_of(path, folders)));
}
