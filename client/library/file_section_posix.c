/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* fstat, mmap */
#define _FILE_OFFSET_BITS 64

#include "file_section.h"

#include <errno.h>
#include <stdlib.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_section {
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

enum tapemap_status file_section_open(const char *path, struct file_section **file)
{
    struct file_section *opened = malloc(sizeof *opened);
    if (!opened)
        return TAPEMAP_E_MEMORY;
    opened->file = open(path, O_RDONLY | O_CLOEXEC);
    enum tapemap_status status = opened->file < 0 ? errno_status() : file_section_renew(opened);
    if (status) {
        file_section_close(opened);
        return status;
    }
    *file = opened;
    return TAPEMAP_OK;
}

void file_section_close(struct file_section *file)
{
    if (!file)
        return;
    if (file->file >= 0)
        close(file->file);
    free(file);
}

uint64_t file_section_bytes(const struct file_section *file)
{
    return file->bytes;
}

enum tapemap_status file_section_renew(struct file_section *file)
{
    struct stat about;

    if (fstat(file->file, &about) != 0)
        return errno_status();
    if (S_ISDIR(about.st_mode))
        return TAPEMAP_E_FORMAT;
    file->bytes = (uint64_t)about.st_size;
    return TAPEMAP_OK;
}

enum tapemap_status file_section_map(struct file_section *file, uint64_t offset, size_t bytes,
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

void file_section_unmap(const void *view, size_t bytes)
{
    munmap((void *)(uintptr_t)view, bytes);
}
