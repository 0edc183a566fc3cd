/* SPDX-License-Identifier: MIT */
/*
 * The audio section ahead of the head: which part is committed, which is mapped, and how far the
 * appending thread may write (the grant).
 *
 * Positions are dealt out in spans, each a contiguous run in one mapped view. Two spans exist at a
 * time: the one that holds the head and the next. The old span's view is released when the head is
 * strictly inside the newer one, because only then has the appending thread left the older.
 */
#ifndef TAPEMAP_TAPE_WINDOWS_H
#define TAPEMAP_TAPE_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "commit_budget.h"
#include "tape_append.h"

struct tape_windows {
    struct store *store;
    struct commit_budget *budget;
    struct tape_appender *appender;
    struct tapemap_control *control;
    uint64_t capacity_frames; /* positions wrap here in a ring */
    uint64_t last_frame;      /* no position at or past it is ever granted; UINT64_MAX: endless */
    uint64_t window_bytes;
    uint32_t frame_bytes;
    bool is_ring;

    uint64_t committed_bytes;
    uint64_t granted;
    uint32_t newest; /* index of the span that was mapped last */
    void *views[2];
    size_t view_bytes[2];
    enum tapemap_status status; /* why the newest grant fell short; OK when it did not */
};

/* All fields up to is_ring are the caller's to fill; the rest starts as zero. `committed_bytes`
   counts the front granule that the caller committed. */
void tape_windows_deinit(struct tape_windows *windows);

/*
 * Grants the positions below `target`, or as many as can be committed and mapped now. `consumed`
 * is the position up to which the keeper itself has finished reading (peaks): a span behind it may
 * go. Status says afterwards whether something failed; the next call tries again.
 */
void tape_windows_grant(struct tape_windows *windows, uint64_t target, uint64_t consumed);

/* Where frame `position` lies in a live span, and how many frames follow it there; NULL when no
   span holds it. The keeper only. */
const unsigned char *tape_windows_find(const struct tape_windows *windows, uint64_t position,
                                       uint64_t *run);

#endif
