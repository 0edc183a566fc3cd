/* SPDX-License-Identifier: MIT */
/* For native tests and tools. Sharing is by advisory locks, which only these functions take; who
   has a file mapped is not known here, so that 1224 never comes. */
#define _DEFAULT_SOURCE

#include "file_access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_ACCESS_DENIED 5u
#define FILE_ACCESS_NO_MEMORY 8u
#define FILE_ACCESS_GENERAL_FAILURE 31u
#define FILE_ACCESS_SHARING_VIOLATION 32u
#define FILE_ACCESS_END_OF_FILE 38u
#define FILE_ACCESS_INVALID_NAME 123u
#define FILE_ACCESS_IS_FOLDER 336u

struct file_access {
    int descriptor;
    char *path; /* of one that is to be taken away; else NULL */
};

static uint32_t file_access_code(int error)
{
    static const struct {
        int error;
        uint32_t code;
    } table[] = {
        {ENOENT, 2},   {ENOTDIR, 3},       {EMFILE, 4},
        {ENFILE, 4},   {EACCES, 5},        {EPERM, 5},
        {EISDIR, FILE_ACCESS_IS_FOLDER}, {EBADF, 5}, /* written, though opened for reading */
        {ENOMEM, 8},   {EROFS, 19},        {EWOULDBLOCK, FILE_ACCESS_SHARING_VIOLATION},
        {ETXTBSY, 32}, {ENXIO, 55},        {EEXIST, 80},
        {EINVAL, 87},  {ENOSPC, 112},      {EDQUOT, 112},
        {EFBIG, 223},  {ENAMETOOLONG, 206}, {EIO, 1117},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].error == error)
            return table[i].code;
    return FILE_ACCESS_GENERAL_FAILURE;
}

/* Folders, pipes and devices are refused: only a file has bytes at offsets. */
static uint32_t file_access_check(int descriptor, enum file_access_kind kind)
{
    struct stat facts;

    if (fstat(descriptor, &facts) != 0)
        return file_access_code(errno);
    if (S_ISDIR(facts.st_mode))
        return FILE_ACCESS_IS_FOLDER;
    if (!S_ISREG(facts.st_mode))
        return FILE_ACCESS_DENIED;
    int lock = kind == FILE_ACCESS_UNWRITTEN ? LOCK_SH : LOCK_EX;
    if (kind != FILE_ACCESS_READ && flock(descriptor, lock | LOCK_NB) != 0)
        return file_access_code(errno);
    return 0;
}

uint32_t file_access_open(const char *path, enum file_access_kind kind,
                          struct file_access **file)
{
    int flags = O_CLOEXEC | O_NONBLOCK; /* opening a pipe must not wait for its other end */
    bool is_read = kind == FILE_ACCESS_READ || kind == FILE_ACCESS_UNWRITTEN;

    if (path[0] == 0)
        return FILE_ACCESS_INVALID_NAME;
    flags |= is_read ? O_RDONLY : O_RDWR;
    flags |= kind == FILE_ACCESS_CREATE ? O_CREAT | O_EXCL : 0;
    struct file_access *made = calloc(1, sizeof *made);
    if (made && kind == FILE_ACCESS_TAKE_AWAY)
        made->path = strdup(path);
    if (!made || (kind == FILE_ACCESS_TAKE_AWAY && !made->path)) {
        free(made);
        return FILE_ACCESS_NO_MEMORY;
    }
    made->descriptor = open(path, flags, 0666);
    uint32_t code = made->descriptor < 0 ? file_access_code(errno)
                                         : file_access_check(made->descriptor, kind);
    if (code != 0) {
        if (made->descriptor >= 0)
            close(made->descriptor);
        free(made->path);
        free(made);
        return code;
    }
    *file = made;
    return 0;
}

void file_access_close(struct file_access *file)
{
    if (!file)
        return;
    close(file->descriptor);
    free(file->path);
    free(file);
}

uint32_t file_access_length(struct file_access *file, uint64_t *bytes)
{
    struct stat facts;

    if (fstat(file->descriptor, &facts) != 0)
        return file_access_code(errno);
    *bytes = (uint64_t)facts.st_size;
    return 0;
}

uint32_t file_access_read(struct file_access *file, uint64_t offset, void *bytes, size_t count)
{
    unsigned char *to = bytes;

    while (count > 0) {
        ssize_t done = pread(file->descriptor, to, count, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return file_access_code(errno);
        if (done == 0)
            return FILE_ACCESS_END_OF_FILE;
        to += done;
        offset += (uint64_t)done;
        count -= (size_t)done;
    }
    return 0;
}

uint32_t file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                           size_t count)
{
    const unsigned char *from = bytes;

    while (count > 0) {
        ssize_t done = pwrite(file->descriptor, from, count, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return file_access_code(errno);
        from += done;
        offset += (uint64_t)done;
        count -= (size_t)done;
    }
    return 0;
}

uint32_t file_access_set_length(struct file_access *file, uint64_t bytes)
{
    while (ftruncate(file->descriptor, (off_t)bytes) != 0) {
        if (errno != EINTR)
            return file_access_code(errno);
    }
    return 0;
}

uint32_t file_access_flush(struct file_access *file)
{
    return fsync(file->descriptor) == 0 ? 0 : file_access_code(errno);
}

uint32_t file_access_remove(const char *path)
{
    return unlink(path) == 0 ? 0 : file_access_code(errno);
}

/* There is no removing by descriptor: at least it is still that file. */
uint32_t file_access_remove_open(struct file_access *file)
{
    struct stat opened;
    struct stat there;

    if (fstat(file->descriptor, &opened) != 0 || lstat(file->path, &there) != 0)
        return file_access_code(errno);
    if (opened.st_ino != there.st_ino || opened.st_dev != there.st_dev)
        return FILE_ACCESS_DENIED;
    return file_access_remove(file->path);
}
