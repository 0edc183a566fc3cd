/* SPDX-License-Identifier: MIT */
/* How silence that was published becomes gap records. */
#include "atomic64.h"
#include "tape_private.h"
#include "whole_numbers.h"

/* A longer gap is journalled in pieces, so that a reader of the journal sees it. */
#define GATHER_SECONDS 3600u

static void count_gap(struct tape *tape, uint64_t gaps, uint64_t frames)
{
    struct tapemap_control *control = tape->control;
    store_release_u64(&control->gap_count, load_relaxed_u64(&control->gap_count) + gaps);
    store_release_u64(&control->gap_frames, load_relaxed_u64(&control->gap_frames) + frames);
}

static void write_gap(struct tape *tape, uint64_t position, uint64_t frames, struct instant now)
{
    uint64_t noticed = tape->silence_noticed ? tape->silence_noticed : position;
    struct tapemap_record record = {.position = position,
                                    .frames = frames,
                                    .noticed = min_u64(noticed, position),
                                    .clock = now.clock,
                                    .utc_ns = now.utc_ns,
                                    .kind = TAPEMAP_RECORD_GAP};
    journal_write(&tape->journal, &record);
    tape->silence_noticed = 0;
}

void tape_journal_gap(struct tape *tape, uint64_t position, uint64_t frames, struct instant now)
{
    write_gap(tape, position, frames, now);
    count_gap(tape, 1, frames);
}

/* It is counted already. */
static void write_open_gap(struct tape *tape, struct instant now)
{
    if (tape->open_frames == 0)
        return;
    write_gap(tape, tape->open_position, tape->open_frames, now);
    tape->open_frames = 0;
    store_release_u64(&tape->control->gap_open_frames, 0);
}

void tape_note_silence(struct tape *tape, uint64_t position, uint64_t frames, struct instant now)
{
    uint64_t most = (uint64_t)GATHER_SECONDS * tape->config.format.sample_rate_hz;
    if (!tape->gathers_gap) {
        tape_journal_gap(tape, position, frames, now);
        return;
    }
    if (tape->open_position + tape->open_frames != position)
        write_open_gap(tape, now);
    bool is_new = tape->open_frames == 0;
    if (is_new)
        tape->open_position = position;
    tape->open_frames += frames;
    store_release_u64(&tape->control->gap_open_frames, tape->open_frames);
    count_gap(tape, is_new, frames);
    if (tape->open_frames >= most)
        write_open_gap(tape, now);
}

void tape_gather_gap(struct tape *tape)
{
    tape->gathers_gap = true;
}

void tape_close_gap(struct tape *tape, struct instant now)
{
    write_open_gap(tape, now);
    tape->gathers_gap = false;
}

void tape_forget_open_gap(struct tape *tape, bool has_record)
{
    struct tapemap_control *control = tape->control;
    uint64_t frames = min_u64(load_relaxed_u64(&control->gap_open_frames),
                              load_relaxed_u64(&control->gap_frames));
    uint64_t count = load_relaxed_u64(&control->gap_count);
    if (frames == 0 || count == 0)
        return;
    if (!has_record) {
        store_release_u64(&control->gap_frames, load_relaxed_u64(&control->gap_frames) - frames);
        store_release_u64(&control->gap_count, count - 1);
    }
    store_release_u64(&control->gap_open_frames, 0);
}
