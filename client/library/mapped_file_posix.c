/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* fstat, mmap */
#define _FILE_OFFSET_BITS 64

#include "mapped_file.h"

#include <errno.h>
#include <stdlib.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapped_file {
    int file;
    uint64_t bytes;
};

static enum tapemap_status errno_status(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return TAPEMAP_E_NO_FILE;
    case EACCES:
    case EPERM:
        return TAPEMAP_E_DENIED;
    case ENOMEM:
        return TAPEMAP_E_MEMORY;
    default:
        return TAPEMAP_E_SYSTEM;
    }
}

enum tapemap_status mapped_file_open(const char *path, struct mapped_file **file)
{
    struct mapped_file *opened = malloc(sizeof *opened);
    if (!opened)
        return TAPEMAP_E_MEMORY;
    opened->file = open(path, O_RDONLY | O_CLOEXEC);
    enum tapemap_status status = opened->file < 0 ? errno_status() : mapped_file_renew(opened);
    if (status) {
        mapped_file_close(opened);
        return status;
    }
    *file = opened;
    return TAPEMAP_OK;
}

void mapped_file_close(struct mapped_file *file)
{
    if (!file)
        return;
    if (file->file >= 0)
        close(file->file);
    free(file);
}

uint64_t mapped_file_bytes(const struct mapped_file *file)
{
    return file->bytes;
}

void *mapped_file_section(const struct mapped_file *file)
{
    (void)file;
    return NULL;
}

enum tapemap_status mapped_file_renew(struct mapped_file *file)
{
    struct stat about;

    if (fstat(file->file, &about) != 0)
        return errno_status();
    if (S_ISDIR(about.st_mode))
        return TAPEMAP_E_FORMAT;
    file->bytes = (uint64_t)about.st_size;
    return TAPEMAP_OK;
}

enum tapemap_status mapped_file_map(struct mapped_file *file, uint64_t offset, size_t bytes,
                                    const void **view)
{
    if (offset > file->bytes || bytes > file->bytes - offset)
        return TAPEMAP_E_SYSTEM;
    const void *mapped = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file->file, (off_t)offset);
    if (mapped == MAP_FAILED)
        return errno_status();
    *view = mapped;
    return TAPEMAP_OK;
}

void mapped_file_unmap(const void *view, size_t bytes)
{
    munmap((void *)(uintptr_t)view, bytes);
}
