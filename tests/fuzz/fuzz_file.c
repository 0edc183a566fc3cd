/* SPDX-License-Identifier: MIT */
#include "fuzz_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"

#define PAGE_BYTES 4096u

struct fuzz_file fuzz_file_load(const char *path)
{
    struct fuzz_file loaded = {NULL, 0};
    struct file_access *file;
    uint64_t bytes;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return loaded;
    FUZZ_EXPECT(file_access_length(file, &bytes) == 0);
    loaded.count = (size_t)bytes;
    loaded.bytes = fuzz_alloc(loaded.count);
    FUZZ_EXPECT(file_access_read(file, 0, loaded.bytes, loaded.count) == 0);
    file_access_close(file);
    return loaded;
}

static bool is_zeros(const uint8_t *bytes, size_t count)
{
    static const uint8_t zeros[PAGE_BYTES] = {0};

    return memcmp(bytes, zeros, count) == 0;
}

void fuzz_file_store(const char *path, const uint8_t *bytes, size_t count)
{
    struct file_access *file;

    remove(path);
    FUZZ_EXPECT(file_access_open(path, FILE_ACCESS_CREATE, &file) == 0);
    FUZZ_EXPECT(file_access_set_length(file, count) == 0);
    for (size_t at = 0; at < count; at += PAGE_BYTES) {
        size_t step = count - at < PAGE_BYTES ? count - at : PAGE_BYTES;
        if (!is_zeros(bytes + at, step))
            FUZZ_EXPECT(file_access_write(file, at, bytes + at, step) == 0);
    }
    file_access_close(file);
}

bool fuzz_file_holds(const char *path, const struct fuzz_file *expected)
{
    static uint8_t block[16 * PAGE_BYTES];
    struct file_access *file;
    uint64_t bytes;
    bool is_same;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return !expected->bytes;
    FUZZ_EXPECT(file_access_length(file, &bytes) == 0);
    is_same = expected->bytes && bytes == expected->count;
    for (size_t at = 0; is_same && at < expected->count; at += sizeof block) {
        size_t step = expected->count - at < sizeof block ? expected->count - at : sizeof block;
        FUZZ_EXPECT(file_access_read(file, at, block, step) == 0);
        is_same = memcmp(expected->bytes + at, block, step) == 0;
    }
    file_access_close(file);
    return is_same;
}
