/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "audio_path.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum audio_path_kind audio_path_look(const char *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return AUDIO_PATH_MISSING;
        return errno == EACCES ? AUDIO_PATH_DENIED : AUDIO_PATH_OTHER;
    }
    if (S_ISDIR(facts.st_mode))
        return AUDIO_PATH_FOLDER;
    if (!S_ISREG(facts.st_mode))
        return AUDIO_PATH_OTHER;
    if (access(path, R_OK) != 0)
        return AUDIO_PATH_DENIED;
    return facts.st_size == 0 ? AUDIO_PATH_EMPTY : AUDIO_PATH_FILE;
}

SNDFILE *audio_path_open(const char *path, SF_INFO *info)
{
    return sf_open(path, SFM_READ, info);
}
