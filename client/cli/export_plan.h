/* SPDX-License-Identifier: MIT */
/* What `export` is to do, from what its options say. */
#ifndef TAPEMAP_EXPORT_PLAN_H
#define TAPEMAP_EXPORT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "cli_range.h"
#include "conversion.h"
#include "sound_container.h"

/* The options as they were given; NULL: not given. */
struct export_request {
    const char *path;      /* -o; "-": stdout */
    const char *format;    /* --format */
    const char *samples;   /* --samples */
    const char *rate;      /* --rate */
    const char *channels;  /* --channels */
    const char *mix;       /* --mix */
    const char *loudness;  /* --normalize */
    const char *split;     /* --split */
    bool splits_at_marks;
    bool replaces;         /* an existing file */
    bool is_quiet;
};

struct export_plan {
    const struct sound_container *container;
    struct conversion_plan conversion;
    bool is_normalized;
    double target_lufs;
    uint64_t split_frames; /* of the tape; 0: not by time */
};

/* Checks what can be checked before a tape is open, and finds the container. Returns an enum
   cli_exit; a failure has been said. */
int export_plan_check(const struct export_request *request, struct export_plan *plan);

/* Completes the plan for a range of a tape, and tells what has to be changed although nobody asked
   for it. Returns an enum cli_exit; a failure, which begins with `tried`, has been said. */
int export_plan_make(const struct export_request *request, const struct cli_tape *tape,
                     const struct cli_range *range, const char *tried, struct export_plan *plan);

#endif
