/* SPDX-License-Identifier: MIT */
/*
 * File tapes as a recorder leaves them, made by the real engine in memory and written to files of
 * the present folder; and what tests ask of such files.
 */
#ifndef TAPEMAP_TAPE_FILE_H
#define TAPEMAP_TAPE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "finish_tape.h"
#include "tapemap/layout.h"

struct tape_file_spec {
    enum tapemap_sample_format format;
    uint32_t channels;
    uint64_t frames;
    bool has_ended;     /* else its recorder was killed */
    bool has_events;    /* from 3000 frames on: a mark at 2600, a gap of 700 frames at 2000, a
                           mark at 100, in this order in the journal */
    bool has_no_index;
};

/* What a file holds. Memory: the caller's, by free. */
struct tape_file_bytes {
    uint8_t *bytes;
    uint64_t count;
};

/* Makes `path` and `path`.index, instead of what was there. Fails the test when it cannot. */
void tape_file_make(const char *path, const struct tape_file_spec *spec);

/* count is 0 and bytes NULL when there is no such file. */
struct tape_file_bytes tape_file_load(const char *path);
void tape_file_store(const char *path, const struct tape_file_bytes *file);
void tape_file_remove(const char *path); /* and its index */

/* Fails the test, with the report's sentence, when it cannot. */
struct finish_report tape_file_finish(const char *path, const struct finish_options *options);

/* Fails the test when the file holds anything else; a count of 0: when it is there. */
void tape_file_assert_holds(const char *path, const struct tape_file_bytes *expected);

/* The control block of loaded bytes. */
struct tapemap_control *tape_file_control(const struct tape_file_bytes *file);

/* Where the body of a chunk lies, found as a player does, from chunk to chunk up to the end of
   RIFF or RF64; 0 when there is none. Fails the test when the chunks do not end with RIFF.
   *bytes: its length. */
uint64_t tape_file_chunk(const struct tape_file_bytes *file, const char *id, uint64_t *bytes);

#endif
