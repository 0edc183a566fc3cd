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
    static const uint8_t zeros[PAGE_BYTES];

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

bool fuzz_file_is_same(const struct fuzz_file *a, const struct fuzz_file *b)
{
    return a->count == b->count && (a->count == 0 || memcmp(a->bytes, b->bytes, a->count) == 0);
}
