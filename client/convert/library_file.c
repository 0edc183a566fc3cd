/* SPDX-License-Identifier: MIT */
#include "library_file.h"

#include <string.h>

#define FILE_OUTPUT_IS_STREAM 50u /* of file_output_write_at */

void library_file_release(struct library_file *file)
{
    if (file->is_released)
        return;
    file->is_released = true;
    if (file->chapters.count > 0)
        file->lacks_chapters =
            !chapter_comments_place(&file->chapters, file->front, (size_t)file->bytes);
    if (file->code == 0)
        file->code = file_output_write(file->output, file->front, (size_t)file->bytes);
}

/* Into the file itself. A stream keeps its first header: libsndfile would only add lengths and a
   checksum to it, which FLAC may leave open. */
static uint32_t put_released(const struct library_file *file, const void *bytes, size_t count)
{
    if (file->position == file->bytes)
        return file_output_write(file->output, bytes, count);
    uint32_t code = file_output_write_at(file->output, file->position, bytes, count);
    return code == FILE_OUTPUT_IS_STREAM ? 0 : code;
}

static sf_count_t call_length(void *context)
{
    return (sf_count_t)((struct library_file *)context)->bytes;
}

static sf_count_t call_seek(sf_count_t offset, int whence, void *context)
{
    struct library_file *file = context;
    sf_count_t base = whence == SEEK_SET   ? 0
                      : whence == SEEK_CUR ? (sf_count_t)file->position
                                           : (sf_count_t)file->bytes;
    if (base + offset < 0 || base + offset > (sf_count_t)file->bytes)
        return -1;
    file->position = (uint64_t)(base + offset);
    return (sf_count_t)file->position;
}

static sf_count_t call_read(void *bytes, sf_count_t count, void *context)
{
    (void)bytes;
    (void)count;
    (void)context;
    return 0;
}

static sf_count_t call_write(const void *bytes, sf_count_t count, void *context)
{
    struct library_file *file = context;
    size_t length = (size_t)count;
    if (!file->is_released && file->position + length > sizeof file->front)
        library_file_release(file);
    if (file->code == 0 && file->is_released)
        file->code = put_released(file, bytes, length);
    else if (!file->is_released)
        memcpy(file->front + file->position, bytes, length);
    if (file->code)
        return 0;
    file->position += length;
    file->bytes = file->position > file->bytes ? file->position : file->bytes;
    return count;
}

static sf_count_t call_tell(void *context)
{
    return (sf_count_t)((struct library_file *)context)->position;
}

SF_VIRTUAL_IO library_file_calls = {
    .get_filelen = call_length,
    .seek = call_seek,
    .read = call_read,
    .write = call_write,
    .tell = call_tell,
};
