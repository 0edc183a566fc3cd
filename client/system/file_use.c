/* SPDX-License-Identifier: MIT */
#include "file_use.h"

#include "file_access.h"

#define FILE_USE_SHARING_VIOLATION 32u

static uint32_t file_use_try(const char *path, enum file_access_kind kind)
{
    struct file_access *file;
    uint32_t code = file_access_open(path, kind, &file);

    if (code == 0)
        file_access_close(file);
    return code;
}

enum file_use file_use_now(const char *path)
{
    if (file_use_try(path, FILE_ACCESS_CHANGE) != FILE_USE_SHARING_VIOLATION)
        return FILE_USE_FREE;
    uint32_t code = file_use_try(path, FILE_ACCESS_UNWRITTEN);
    if (code == FILE_USE_SHARING_VIOLATION)
        return FILE_USE_WRITTEN;
    return code == 0 ? FILE_USE_HELD : FILE_USE_FREE; /* it has gone meanwhile */
}
