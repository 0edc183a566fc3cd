/* SPDX-License-Identifier: MIT */
/* What `tapemap play` shows while it plays, as one line. Pure. */
#ifndef TAPEMAP_PLAY_LINE_H
#define TAPEMAP_PLAY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAY_LINE_BYTES 160u

struct play_line {
    const char *state;   /* "playing", "live", "paused", "waiting" */
    uint64_t position;   /* being heard */
    uint64_t head;
    uint32_t rate_hz;
    uint64_t wall_ns;    /* when that was recorded, as clocks on the wall showed it, from 1970 on;
                            0: not known */
    double speed;
    bool is_growing;     /* the head is that of a recording which goes on */
    const char *message; /* the last word to the user; may be empty */
};

/* The line, cut to `columns` (0: none is shown, all of it). Returns `out`. */
char *play_line(const struct play_line *line, unsigned columns, char out[PLAY_LINE_BYTES]);

#endif
