/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_TAPE_STORAGE_H
#define TAPEMAP_TAPE_STORAGE_H

#include "file_options.h"
#include "interrupted_tape.h"
#include "tape.h"

/* The two stores of a tape, and where they lie. */
struct tape_storage {
    struct store *audio;
    struct store *index;
    char *path;        /* of the audio file; NULL in memory */
    bool is_temporary; /* the files go with the stores */
    unsigned folders_made; /* for it: the innermost that it lies in */
};

/* Where a tape is to be stored. */
struct tape_place {
    const struct file_options *options;
    const char *space; /* namespace of the sections' names (object_names.h) */
    uint64_t utc_ns;   /* for the file's name */
    bool is_beside;    /* a taken name gets a number, also one that was given in full */
    bool is_written;   /* a file's audio, by a thread that may wait for the disk (tape_write.h) */
};

/* Fills what the kind of storage says about a tape: is_file, window_bytes. */
void tape_storage_configure(const struct file_options *options, struct tape_config *config);

/*
 * Makes the stores of a new tape, of the lengths that tape_measure gives.
 * Returns OK · as pagefile_store_create and file_store_create, with failure filled; what was made
 * is removed.
 * Memory: *storage is the caller's until tape_storage_close. Threads: any. Blocks: for the disk.
 */
enum tapemap_status tape_storage_create(const struct tape_place *place,
                                        const struct tape_config *config,
                                        struct tape_storage *storage, struct failure *failure);

/* Opens the two files of an interrupted tape to go on with it. Returns as file_store_reopen, with
   failure filled. */
enum tapemap_status tape_storage_reopen(const struct tape_place *place,
                                        const struct interrupted_tape *found,
                                        struct tape_storage *storage, struct failure *failure);

/* Closes the stores of a tape that was never begun, and removes the files and folders that were
   made for it. */
void tape_storage_discard(struct tape_storage *storage);

/* Closes the stores; files stay, but for temporary ones. What is not open is ignored. */
void tape_storage_close(struct tape_storage *storage);

#endif
