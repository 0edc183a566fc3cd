/* SPDX-License-Identifier: MIT */
#include "control_image.h"

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
