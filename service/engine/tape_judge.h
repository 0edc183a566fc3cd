/* SPDX-License-Identifier: MIT */
/* What a dead recorder left behind, judged before anything of it is believed. */
#ifndef TAPEMAP_TAPE_JUDGE_H
#define TAPEMAP_TAPE_JUDGE_H

#include "layout_check.h"
#include "tape_private.h"

/* What the stores hold, found consistent. */
struct interrupted {
    struct layout_tape tape;
    struct layout_index index;
    uint64_t head;       /* with `late_frames` */
    uint64_t late_frames; /* that the WAV header of a file counts past the control block's head */
    uint64_t head_clock; /* 0: no frame was published yet */
    uint64_t oldest;     /* of a ring: what lies before it may be overwritten */
    uint64_t committed_bytes;
    uint64_t records; /* of the journal, that are about frames before the head */
    uint64_t head_utc_ns;
    uint64_t explained; /* end of the gap records and of the newest anchor */
    uint64_t newest_gap; /* frames of the newest gap record; 0: none since that anchor */
    bool is_told;       /* it was resumed here before, and no frame came of it */
    bool is_paused;     /* and stays so: what was asked for outlives who was asked */
};

/*
 * Judges the headers that tape_map_fronts has mapped, and nothing behind them but the frames
 * that the WAV header alone counts: fills `tape`,
 * `index`, `head`, `late_frames`, `head_clock`, `oldest`, `committed_bytes` and `records` (all
 * there are).
 * Returns as tape_resume, with failure filled. Threads: the keeper. Blocks: for the disk.
 */
enum tapemap_status tape_judge(const struct tape *made, struct interrupted *was,
                               struct failure *failure);

/* Fills failure with why a tape that was judged sound cannot go on, or one could not be judged. */
enum tapemap_status tape_judge_refuse(struct failure *failure, enum tapemap_status status);

/* How many frames of its audio section hold something published. */
uint64_t tape_judge_kept(const struct interrupted *was);

#endif
