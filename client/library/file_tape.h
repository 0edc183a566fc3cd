/* SPDX-License-Identifier: MIT */
/*
 * A file tape read from its file, without the sections of its recorder: finished, left by a
 * recorder that died, or live on a machine or in a session whose sections are not to be seen.
 */
#ifndef TAPEMAP_FILE_TAPE_H
#define TAPEMAP_FILE_TAPE_H

#include "mapped_file.h"
#include "reader.h"

struct file_tape {
    struct mapped_file *audio; /* NULL: closed */
    struct mapped_file *index; /* NULL: the index is inside the audio file, or there is none */
    uint64_t index_offset;      /* of the index in its file */
};

/*
 * Opens the file at `path` and judges its control block.
 * Returns OK · E_FORMAT: no file tape · E_FOREIGN · E_CORRUPT · as mapped_file_open.
 * has_ended: whether it has ended. On failure *file needs no file_tape_close.
 */
enum tapemap_status file_tape_open(const char *path, struct file_tape *file,
                                   struct layout_tape *facts, bool *has_ended);

/*
 * Sets up a reader over an open file, which must outlive it and not be moved: the index is the one
 * inside the file, or the file beside it, or none.
 * Returns as reader_open.
 */
enum tapemap_status file_tape_read(const char *path, struct file_tape *file,
                                   struct reader *reader);

/*
 * Whether an open file is the one that the recorder of `live` writes, and no copy of it: what is
 * shared beats at once in both. False also for a copy of a moment ago. Never blocks.
 */
bool file_tape_is_of(const struct file_tape *file, const struct reader *live);

/* A closed one is ignored. */
void file_tape_close(struct file_tape *file);

#endif
