/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FILE_OPTIONS_H
#define TAPEMAP_FILE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

enum record_store { RECORD_STORE_PAGEFILE, RECORD_STORE_FILE, RECORD_STORE_TEMP_FILE };

/* What `tapemapd record` was asked about files; every field range-checked. */
struct file_options {
    enum record_store store;
    const char *output;       /* a folder, or the file itself (tape_path.h) */
    const char *pattern;      /* below a folder */
    uint64_t extent_bytes;    /* multiple of TAPEMAP_GRANULE_BYTES */
    uint64_t keep_free_bytes;
    uint64_t flush_ns;        /* between two flushes; 0: never */
    bool waits_for_room;
    bool writes_through;
    bool resumes;
    bool resumes_or_new;      /* `resumes` then holds too */
    const char *place_given;  /* the last of --output and --name that was given, or NULL */
    const char *given;        /* the last of these options that was given, but for --store */
};

/* Codes of the options, which record_options.c has in its table. */
enum file_option_code {
    FILE_OPTION_FIRST = 512,
    FILE_OPTION_STORE = FILE_OPTION_FIRST,
    FILE_OPTION_OUTPUT,
    FILE_OPTION_NAME,
    FILE_OPTION_EXTENT,
    FILE_OPTION_KEEP_FREE,
    FILE_OPTION_WHEN_FULL,
    FILE_OPTION_FLUSH,
    FILE_OPTION_WRITE_THROUGH,
    FILE_OPTION_RESUME,
    FILE_OPTION_RESUME_OR_NEW,
};

/* What holds when nothing is given. Any thread; never blocks, like all here. */
void file_options_init(struct file_options *options);

/* Takes one option; text: its value, NULL when it has none. Returns true, or false with failure
   filled. */
bool file_option_set(struct file_options *options, enum file_option_code code, const char *text,
                     struct failure *failure);

/* The pause between two flushes; 0: there are none. */
uint64_t file_options_flush_ns(const struct file_options *options);

/* Returns true, or false with failure filled when what was given does not go together. */
bool file_options_agree(const struct file_options *options, bool is_ring,
                        struct failure *failure);

#endif
