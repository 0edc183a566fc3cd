/* SPDX-License-Identifier: MIT */
/*
 * A ring forgets; what lies around a mark is worth keeping. For each mark a process of its own,
 * `tapemap keep`, copies it into a file, one after the other: so neither the disk nor a failure
 * comes near the recording.
 */
#ifndef TAPEMAP_KEEP_ON_MARK_H
#define TAPEMAP_KEEP_ON_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

struct keep_on_mark;

struct keep_on_mark_config {
    const char *deck;
    const char *folder; /* of the files, UTF-8; it is made */
    uint64_t before_ns;
    uint64_t after_ns;
};

struct kept_mark {
    uint64_t tape_id;
    uint64_t position;
    uint64_t utc_ns; /* when it was recorded */
};

enum { KEPT_MARK_PATH_BYTES = 1200 };

/* Understands "5m,1m": before the mark, after it; one of them may be "0s". false: not so. Pure. */
bool keep_on_mark_parse(const char *text, uint64_t *before_ns, uint64_t *after_ns);

/* What is wrong with keeping so much (0: not asked for) of a ring (0: of no ring) in a folder, and
   what to do about it; NULL: nothing. Pure. */
const char *keep_on_mark_wrong(uint64_t wanted_ns, bool has_folder, uint64_t ring_ns);

/* Writes "FOLDER/DECK-20261121T123511.123Z.wav", of the time of the mark. Pure. */
void keep_on_mark_path(const struct keep_on_mark_config *config, const struct kept_mark *mark,
                       char out[KEPT_MARK_PATH_BYTES]);

/* Returns OK · E_MEMORY, with failure filled. Memory: *keeper is the caller's until
   keep_on_mark_destroy; what config points to must live as long. */
enum tapemap_status keep_on_mark_create(const struct keep_on_mark_config *config,
                                        struct keep_on_mark **keeper, struct failure *failure);

/* A mark was set. Threads: one at a time, beside the one of those below. Blocks: never. */
void keep_on_mark_note(struct keep_on_mark *keeper, const struct kept_mark *mark);

/*
 * Looks after the process, and starts the next. Returns true when there is a sentence to be said:
 * what became of a mark; *is_wrong: not all of it is kept. Call it until it returns false.
 * Threads: one, not the keeper's. Blocks: for the disk.
 */
bool keep_on_mark_turn(struct keep_on_mark *keeper, char *text, size_t room, bool *is_wrong);

/* The tape has ended, and is still there: waits for the process that runs, up to 30 seconds; one
   that takes longer is left to itself, holds the tape, and writes to its log what came of it.
   Returns false when none runs. Call keep_on_mark_turn after it, for the next. */
bool keep_on_mark_wait(struct keep_on_mark *keeper);

/* A process that still runs is left to itself. NULL is ignored. */
void keep_on_mark_destroy(struct keep_on_mark *keeper);

#endif
