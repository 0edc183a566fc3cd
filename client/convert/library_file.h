/* SPDX-License-Identifier: MIT */
/*
 * A file_output as libsndfile writes into it. The beginning is held back until the chapters have
 * their place in it. Threads: one. Blocks: for the disk or a pipe.
 */
#ifndef TAPEMAP_LIBRARY_FILE_H
#define TAPEMAP_LIBRARY_FILE_H

#include <sndfile.h>

#include "chapter_comments.h"
#include "file_output.h"

#define LIBRARY_FILE_FRONT_BYTES 131072u

struct library_file {
    struct file_output *output;
    uint64_t position; /* of the next write */
    uint64_t bytes;    /* the file's length */
    uint32_t code;     /* of the first failure; after it nothing is written any more */
    bool is_released;  /* the front is written */
    bool lacks_chapters; /* they found no place */
    struct chapter_comments chapters;
    unsigned char front[LIBRARY_FILE_FRONT_BYTES];
};

/* What libsndfile calls; its context is the struct library_file. */
extern SF_VIRTUAL_IO library_file_calls;

/* Writes what is held back. A failure shows in `code` and `lacks_chapters`. */
void library_file_release(struct library_file *file);

#endif
