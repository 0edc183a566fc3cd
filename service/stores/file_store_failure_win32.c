/* SPDX-License-Identifier: MIT */
#include "file_store_failure.h"

#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "system_error.h"

#define FILE_STORE_SHOWN_BYTES 240 /* of a path in a sentence that has room for 512 */

/* The status of a code where a file is made or opened; no other than file_store.h names. */
static enum tapemap_status file_store_status(uint32_t code)
{
    enum tapemap_status status = system_error_status(code);

    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
        return TAPEMAP_E_NO_FILE;
    case ERROR_FILE_EXISTS:
        return TAPEMAP_E_BUSY;
    case ERROR_FILE_CORRUPT:
        return TAPEMAP_E_CORRUPT;
    case ERROR_COMMITMENT_LIMIT:
        return TAPEMAP_E_MEMORY;
    case ERROR_FILE_TOO_LARGE:
        return TAPEMAP_E_UNSUPPORTED;
    default:
        break;
    }
    switch (status) {
    case TAPEMAP_E_BUSY:
    case TAPEMAP_E_DENIED:
    case TAPEMAP_E_DISK_FULL:
    case TAPEMAP_E_UNSUPPORTED:
    case TAPEMAP_E_ARGUMENT:
    case TAPEMAP_E_MEMORY:
        return status;
    default:
        return TAPEMAP_E_SYSTEM;
    }
}

static const char *file_store_remedy(uint32_t code, enum tapemap_status status)
{
    switch (code) {
    case ERROR_FILE_EXISTS:
        return "choose another name, or move that file away";
    case ERROR_ALREADY_EXISTS:
        return "close the programs that read that tape, and try again";
    case ERROR_SHARING_VIOLATION:
        return "stop the program that uses it first";
    case ERROR_FILE_NOT_FOUND:
        return "see whether the path is right";
    case ERROR_FILE_TOO_LARGE:
        return "use a volume with NTFS or exFAT, or ask for a shorter tape";
    default:
        break;
    }
    switch (status) {
    case TAPEMAP_E_NO_FILE:
        return "make its folder first, or choose another";
    case TAPEMAP_E_DENIED:
        return "choose a folder in which you may write";
    case TAPEMAP_E_DISK_FULL:
        return "make room, use another disk, or keep less of it free";
    case TAPEMAP_E_UNSUPPORTED:
        return "use a volume with sparse files, such as NTFS, or ask for a shorter tape";
    case TAPEMAP_E_CORRUPT:
        return "see whether it is the file of that tape";
    case TAPEMAP_E_ARGUMENT:
        return "choose another name";
    case TAPEMAP_E_MEMORY:
        return "close other programs";
    default:
        return "see whether the disk is in order, or use another";
    }
}

/* The end of a long path tells more than its beginning; no character is cut in two. */
static void file_store_show_path(const char *path, char shown[FILE_STORE_SHOWN_BYTES])
{
    size_t bytes = strlen(path);

    if (bytes < FILE_STORE_SHOWN_BYTES) {
        memcpy(shown, path, bytes + 1);
        return;
    }
    path += bytes - (FILE_STORE_SHOWN_BYTES - 4);
    while (((unsigned char)*path & 0xC0u) == 0x80u)
        path++;
    snprintf(shown, FILE_STORE_SHOWN_BYTES, "...%s", path);
}

enum tapemap_status file_store_fail(const struct file_store_config *config, const char *verb,
                                    uint32_t code, struct failure *failure)
{
    enum tapemap_status status = file_store_status(code);
    char shown[FILE_STORE_SHOWN_BYTES];
    char why[128];

    file_store_show_path(config->path, shown);
    if (code == ERROR_ALREADY_EXISTS)
        snprintf(why, sizeof why, "another program holds a section of this tape's name");
    else if (code == ERROR_FILE_CORRUPT)
        snprintf(why, sizeof why, "it does not hold the tape that is looked for");
    else if (code == ERROR_FILE_TOO_LARGE)
        snprintf(why, sizeof why, "full, it would be larger than any file on that volume (FAT)");
    else
        system_error_text(code, why, sizeof why);
    return failure_set(failure, status, "the file '%s' cannot be %s: %s; %s", shown, verb, why,
                       file_store_remedy(code, status));
}
