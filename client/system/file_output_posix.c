/* SPDX-License-Identifier: MIT */
/* For native tests and tools. */
#define _DEFAULT_SOURCE

#include "file_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_OUTPUT_SUFFIX_BYTES 32u /* ".<process id>.part" and its zero */
#define FILE_OUTPUT_DENIED 5u
#define FILE_OUTPUT_NO_MEMORY 8u
#define FILE_OUTPUT_NOT_SUPPORTED 50u
#define FILE_OUTPUT_EXISTS 80u
#define FILE_OUTPUT_INVALID_PARAMETER 87u
#define FILE_OUTPUT_CLOSED_PIPE 109u
#define FILE_OUTPUT_IS_FOLDER 336u

struct file_output {
    int descriptor; /* -1 once a commit has closed it */
    bool is_stdout;
    bool replace;
    uint64_t bytes;
    char *path; /* NULL for stdout */
    char *part;
    char suffix[FILE_OUTPUT_SUFFIX_BYTES]; /* of `part` */
};

static uint32_t file_output_code(int error)
{
    switch (error) {
    case ENOENT: return 2;
    case ENOTDIR: return 3;
    case EACCES:
    case EPERM: return FILE_OUTPUT_DENIED;
    case ENOMEM: return FILE_OUTPUT_NO_MEMORY;
    case EROFS: return 19;
    case EEXIST: return FILE_OUTPUT_EXISTS;
    case EPIPE: return FILE_OUTPUT_CLOSED_PIPE;
    case ENOSPC:
    case EDQUOT: return 112;
    case ENAMETOOLONG: return 206;
    case EFBIG: return 223;
    case EISDIR: return FILE_OUTPUT_IS_FOLDER;
    default: return 31;
    }
}

static void file_output_free(struct file_output *file)
{
    free(file->path);
    free(file->part);
    free(file);
}

static uint32_t file_output_open(struct file_output *file, const char *path)
{
    size_t bytes = strlen(path) + 1;
    struct stat facts;
    bool exists = stat(path, &facts) == 0;
    if (exists && S_ISDIR(facts.st_mode))
        return FILE_OUTPUT_IS_FOLDER;
    if (exists && !file->replace)
        return FILE_OUTPUT_EXISTS;
    file->path = malloc(bytes);
    file->part = malloc(bytes + FILE_OUTPUT_SUFFIX_BYTES);
    if (!file->path || !file->part)
        return FILE_OUTPUT_NO_MEMORY;
    memcpy(file->path, path, bytes);
    snprintf(file->suffix, sizeof file->suffix, ".%ld.part", (long)getpid());
    snprintf(file->part, bytes + FILE_OUTPUT_SUFFIX_BYTES, "%s%s", path, file->suffix);
    file->descriptor = open(file->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return file->descriptor < 0 ? file_output_code(errno) : 0;
}

uint32_t file_output_create(const char *path, bool replace, struct file_output **file)
{
    struct file_output *made = calloc(1, sizeof *made);
    if (!made)
        return FILE_OUTPUT_NO_MEMORY;
    made->replace = replace;
    made->is_stdout = strcmp(path, "-") == 0;
    made->descriptor = STDOUT_FILENO;
    uint32_t code = 0;
    if (made->is_stdout)
        fflush(stdout); /* what was printed before stays before */
    else
        code = file_output_open(made, path);
    if (code != 0) {
        file_output_free(made);
        return code;
    }
    *file = made;
    return 0;
}

/* A pipe has no places. */
static uint32_t file_output_put(struct file_output *file, uint64_t offset, const void *bytes,
                                size_t count)
{
    const unsigned char *from = bytes;
    while (count > 0) {
        ssize_t done = file->is_stdout ? write(file->descriptor, from, count)
                                       : pwrite(file->descriptor, from, count, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return file_output_code(errno);
        from += done;
        offset += (uint64_t)done;
        count -= (size_t)done;
    }
    return 0;
}

uint32_t file_output_write(struct file_output *file, const void *bytes, size_t count)
{
    uint32_t code = file_output_put(file, file->bytes, bytes, count);
    if (code == 0)
        file->bytes += count;
    return code;
}

uint32_t file_output_write_at(struct file_output *file, uint64_t offset, const void *bytes,
                              size_t count)
{
    if (file->is_stdout)
        return FILE_OUTPUT_NOT_SUPPORTED;
    if (offset > file->bytes || count > file->bytes - offset)
        return FILE_OUTPUT_INVALID_PARAMETER;
    return file_output_put(file, offset, bytes, count);
}

uint64_t file_output_bytes(const struct file_output *file)
{
    return file->bytes;
}

/* A link, unlike a rename, replaces nothing. */
static uint32_t file_output_publish(const struct file_output *file)
{
    if (file->replace)
        return rename(file->part, file->path) == 0 ? 0 : file_output_code(errno);
    if (link(file->part, file->path) != 0)
        return file_output_code(errno);
    unlink(file->part);
    return 0;
}

/* Cuts off what a failed write left, flushes and closes the part, once. */
static uint32_t file_output_finish_part(struct file_output *file)
{
    if (file->descriptor < 0)
        return 0;
    if (ftruncate(file->descriptor, (off_t)file->bytes) != 0 || fsync(file->descriptor) != 0)
        return file_output_code(errno);
    close(file->descriptor);
    file->descriptor = -1;
    return 0;
}

uint32_t file_output_commit(struct file_output *file)
{
    if (!file->is_stdout) {
        uint32_t code = file_output_finish_part(file);
        if (code == 0)
            code = file_output_publish(file);
        if (code != 0)
            return code;
    }
    file_output_free(file);
    return 0;
}

const char *file_output_suffix(const struct file_output *file)
{
    return file->suffix;
}

void file_output_leave(struct file_output *file)
{
    if (!file->is_stdout && file_output_finish_part(file) != 0)
        close(file->descriptor);
    file_output_free(file);
}

void file_output_discard(struct file_output *file)
{
    if (!file)
        return;
    if (!file->is_stdout) {
        if (file->descriptor >= 0)
            close(file->descriptor);
        unlink(file->part);
    }
    file_output_free(file);
}

bool file_output_is_closed_pipe(uint32_t code)
{
    return code == FILE_OUTPUT_CLOSED_PIPE;
}
