/* SPDX-License-Identifier: MIT */
/*
 * The files of an export, or stdout, as they fill one after another. Each appears under its name
 * when it is whole. All functions return an enum cli_exit; a failure has been said, unless
 * is_closed.
 */
#ifndef TAPEMAP_EXPORT_FILES_H
#define TAPEMAP_EXPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli_tape.h"
#include "export_parts.h"
#include "sound_encoder.h"

struct export_files {
    /* Set by the caller, whose they stay: */
    struct cli_tape *tape;
    uint64_t from; /* the tape's frame that is the first */
    const char *path;
    bool is_split; /* also into one file: its name gets a number */
    bool replaces;
    struct sound_description description; /* of what all files have in common */
    const struct export_parts *parts;
    const struct tapemap_record *records; /* marks and gaps, from `from` on */
    size_t record_count;

    /* Zero at first: */
    struct sound_encoder *encoder; /* of the file that is open; NULL: none */
    struct file_output *output;
    struct tapemap_record *part_records;
    size_t index;      /* of the part that is open, or comes next */
    uint64_t position; /* in frames of the files, of all together */
    uint64_t bytes;    /* of the files that are whole */
    size_t left_out;   /* marks and gaps that are in no file */
    bool is_closed;     /* the reader of stdout went away */
    char *name;        /* of the file that is open, or the last one; NULL: none so far */
};

/* Sees for all files whether they could be made, and makes none. */
int export_files_check(struct export_files *files);

/* Appends frames, as a conversion_put; context: the struct export_files. */
int export_files_put(void *context, const void *frames, uint64_t count);

/* Completes the last file. */
int export_files_finish(struct export_files *files);

/* Leaves no half of a file behind. To be called in any case. */
void export_files_release(struct export_files *files);

#endif
