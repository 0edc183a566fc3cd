/* SPDX-License-Identifier: MIT */
/* Files by their UTF-8 path; one system's way in each of audio_path_*.c. */
#ifndef TAPEMAP_AUDIO_PATH_H
#define TAPEMAP_AUDIO_PATH_H

#include <sndfile.h>

enum audio_path_kind {
    AUDIO_PATH_FILE,    /* an ordinary file with something in it */
    AUDIO_PATH_EMPTY,   /* an ordinary file of no bytes */
    AUDIO_PATH_MISSING, /* nothing is there */
    AUDIO_PATH_FOLDER,
    AUDIO_PATH_DENIED,  /* this user may not read it, or another program keeps it to itself */
    AUDIO_PATH_OTHER,   /* a device, a pipe, or not a path at all */
};

/* What is at `path`. Blocks: as long as the file system does. */
enum audio_path_kind audio_path_look(const char *path);

/* sf_open for reading. Returns NULL when it fails; then sf_strerror(NULL) says why.
   Memory: the handle is the caller's until sf_close. */
SNDFILE *audio_path_open(const char *path, SF_INFO *info);

#endif
