/* SPDX-License-Identifier: MIT */
#include "blank_tape.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "finish_code.h"
#include "finish_tape.h"
#include "tape_path.h"
#include "tapemap/layout.h"
#include "whole_numbers.h"

#define MARK_BYTES 16u
#define MOST_BYTES (UINT64_C(512) << 20) /* no tape is so long before it has a header */

static bool is_zero(const unsigned char *bytes, size_t count)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, count - 1) == 0;
}

static bool is_marked(const unsigned char *bytes)
{
    return bytes[0] == 0xFF && memcmp(bytes, bytes + 1, MARK_BYTES - 1) == 0;
}

static bool is_blank_so_far(struct file_access *file, uint64_t end, unsigned char *granule)
{
    for (uint64_t at = 0; at < end; at += TAPEMAP_GRANULE_BYTES) {
        if (file_access_read(file, at, granule, TAPEMAP_GRANULE_BYTES) != 0)
            return false;
        size_t mark = at > 0 && is_marked(granule) ? MARK_BYTES : 0;
        if (!is_zero(granule + mark, TAPEMAP_GRANULE_BYTES - mark))
            return false;
    }
    return true;
}

/* Nearly all of an index is hole, too long to be read: its beginning must do. */
enum kind { TAPE, INDEX };

static bool has_its_length(uint64_t length, enum kind kind)
{
    if (kind == INDEX)
        return length % TAPEMAP_GRANULE_BYTES == 0; /* 0 while it is made */
    return length > 0 && length <= MOST_BYTES && length % TAPEMAP_GRANULE_BYTES == 0;
}

static uint64_t end_to_read(uint64_t length, enum kind kind)
{
    return kind == INDEX ? min_u64(length, TAPEMAP_GRANULE_BYTES) : length;
}

static bool is_blank(const char *path, enum kind kind)
{
    unsigned char *granule = malloc(TAPEMAP_GRANULE_BYTES);
    struct file_access *file;
    uint64_t length = 0;
    bool is = false;

    if (granule && file_access_open(path, FILE_ACCESS_READ, &file) == 0) {
        is = file_access_length(file, &length) == 0 && has_its_length(length, kind) &&
             is_blank_so_far(file, end_to_read(length, kind), granule);
        file_access_close(file);
    }
    free(granule);
    return is;
}

static bool has_no_other_index(const char *path)
{
    struct file_access *file;
    uint32_t code = file_access_open(path, FILE_ACCESS_READ, &file);

    if (code != 0)
        return code == FINISH_CODE_NO_FILE;
    file_access_close(file);
    return is_blank(path, INDEX);
}

bool blank_tape_is(const char *path)
{
    char *index_path = tape_path_is_file(path) ? finish_index_path(path) : NULL;
    bool is = index_path && has_no_other_index(index_path) && is_blank(path, TAPE);

    free(index_path);
    return is;
}
