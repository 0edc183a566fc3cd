/* SPDX-License-Identifier: MIT */
#include "control_image.h"

#include <string.h>

#include "file_access.h"

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
