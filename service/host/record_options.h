/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RECORD_OPTIONS_H
#define TAPEMAP_RECORD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "file_options.h"
#include "pace.h"
#include "retention.h"
#include "rotation.h"
#include "source.h"

/* What `tapemapd record` was asked to do; every field range-checked. */
struct record_options {
    const char *deck;              /* a valid deck name */
    const char *source;            /* a source's spec, not empty */
    struct source_wish wish;       /* 0 in a field: not asked for */
    uint64_t capacity_bytes;       /* of audio; 0: see capacity_ns */
    uint64_t capacity_ns;          /* 0: see capacity_bytes */
    uint64_t ring_ns;              /* 0: no ring */
    bool is_ring;                  /* then capacity_ns is what it keeps */
    uint64_t duration_ns;          /* 0: until stopped */
    uint64_t commit_limit_bytes;   /* 0: the system's own */
    struct file_options file;
    struct rotation_policy rotation; /* files only */
    bool waits_for_source;         /* a device that is lost is looked for again */
    bool stops_when_lost;          /* asked for */
    bool waits_at_start;           /* asked for, so for a device that is absent at first too */
    const char *fallback;          /* a source's spec; NULL: none */
    float silence_level;           /* of a tape_config */
    struct pace_speed speed;       /* stdin: max unless given, a live pipe has its own pace;
                                      everything else that is pulled: realtime unless given */
    const char *log;               /* the file that what is said is added to; NULL: none */
    const char *supervised;        /* what its supervisor knows these options by
                                      (config.h); NULL: none */
    const char *inherit;           /* handles of a tape to go on with (tape_share.h); NULL: none */
    const char *last_words;        /* where to leave why it failed (last_words.h); NULL: nowhere */
    bool is_same_boot;             /* a tape that is gone on with was recorded since the boot */
    const char *readers;           /* access_policy_init understands them; NULL: not given */
    const char *controllers;
    const char *space;             /* of object_names.h */
    uint64_t keep_before_ns;       /* --keep-on-mark; both 0: not given */
    uint64_t keep_after_ns;
    const char *keep_to;           /* NULL: the working folder */
    bool lets_sleep;               /* the machine, when nobody uses it */
    bool is_quiet;
    bool wants_help;               /* nothing else was looked at */
};

#define RECORD_DEFAULT_CAPACITY_BYTES ((uint64_t)1 << 40)
/* Half of what NTFS holds with its usual clusters; a bound that only the index is laid out for. */
#define RECORD_DEFAULT_FILE_BYTES ((uint64_t)1 << 43)
/* What the user half of a 64-bit address space can hold at most. */
#define RECORD_MAX_CAPACITY_BYTES ((uint64_t)1 << 47)
/* Longer durations are refused as slips of the keyboard: a hundred years. */
#define RECORD_MAX_DURATION_NS (UINT64_C(36525) * 86400 * 1000000000)

/*
 * Understands the command line of the verb: argv[0] is "record", options follow. An option given
 * twice counts as given last. Texts in *options point into argv.
 * Returns true, or false with failure filled; then *options is half filled. Threads: one
 * (getopt).
 */
bool record_options_parse(int argc, char **argv, struct record_options *options,
                          struct failure *failure);

enum record_option_use {
    RECORD_OPTION_ANYWHERE,    /* on a command line, and in a configuration */
    RECORD_OPTION_BY_HAND,     /* on a command line only */
};

/* An option of the one table that command lines and configurations are understood by. */
struct record_option {
    const char *name; /* without its dashes in front: "keep-free" */
    bool takes_value;
    enum record_option_use use;
};

/* The option of this number, from 0. false past the last one. Any thread. */
bool record_option_get(size_t index, struct record_option *option);

/*
 * The same as record_options_parse, for options that come one by one: begin, then any number of
 * takes, then conclude, which sees whether they go together. `value`: NULL for an option that takes
 * none; it must outlive *options.
 * Return true, or false with failure filled; an unknown name is for the caller to find out before.
 * Any thread; never block.
 */
void record_options_begin(struct record_options *options);
bool record_options_take(struct record_options *options, const char *name, const char *value,
                         struct failure *failure);
bool record_options_conclude(struct record_options *options, struct failure *failure);

/* Whether a spec of --source or --fallback is that of a device. Any thread; never blocks. */
bool record_source_is_device(const char *spec);

/*
 * The capacity in frames of this format for these options.
 * Returns true, or false with failure filled: less than a frame, more than an address space holds,
 * or too short for the duration that was asked for.
 */
bool record_options_capacity(const struct record_options *options,
                             const struct audio_format *format, uint64_t *capacity_frames,
                             struct failure *failure);

/* What of the deck's finished tapes has to go. For room nothing does unless that was asked for, by
   both --rotate and --keep-free. Never blocks. */
struct retention_policy record_options_retention(const struct record_options *options);

/* The frame at which the recording is to end; 0: none. *end_frame is at least 1 for any duration.
   Returns false with failure filled when the number of frames overflows. */
bool record_options_end_frame(const struct record_options *options, uint32_t rate_hz,
                              uint64_t *end_frame, struct failure *failure);

#endif
