/* SPDX-License-Identifier: MIT */
/*
 * The keeper's half of a tape. The order of one tick matters:
 *
 *   1. take the appender's events into the journal
 *   2. grant more: commit and map; at full speed the appender is waiting for it
 *   3. feed the peaks up to the head, so that their span may be released
 *   4. anchor, heartbeat, WAV sizes
 *   5. in a ring only now grant more, and retire: it may overwrite what had no peaks before
 */
#include "tape.h"

#include <assert.h>

#include "atomic64.h"
#include "quantity.h"
#include "tape_layout.h"
#include "tape_private.h"
#include "utf8_text.h"
#include "wave_header.h"

#define AHEAD_MAX_BYTES (64u << 20)
#define FILE_STEP_BYTES (16u << 20) /* a file's room for one tick, so that none takes long */
#define AHEAD_OF_MOVE 4u /* at full speed: so many times what one tick consumed */
#define NS_PER_SECOND 1000000000u

struct tape_appender *tape_appender(struct tape *tape)
{
    return &tape->appender;
}

const struct tapemap_index *tape_index(const struct tape *tape)
{
    return tape->index;
}

const struct tapemap_control *tape_control(const struct tape *tape)
{
    return tape->control;
}

static uint64_t ns_of_ticks(const struct tape *tape, uint64_t ticks)
{
    return quantity_scale(ticks, NS_PER_SECOND, tape->config.clock_hz);
}

void tape_journal(struct tape *tape, enum tapemap_record_kind kind, uint64_t position,
                  uint32_t detail, const char *text, struct instant now)
{
    struct tapemap_record record = {.position = position,
                                    .noticed = position,
                                    .clock = now.clock,
                                    .utc_ns = now.utc_ns,
                                    .kind = (uint32_t)kind,
                                    .detail = detail};
    utf8_shorten(text, record.text, sizeof record.text);
    journal_write(&tape->journal, &record);
}

static void count_overflows(struct tape *tape, uint64_t position, uint64_t count)
{
    if (tape->overflows_pending == 0)
        tape->overflow_position = position;
    tape->overflows_pending += count;
}

static void journal_overflows(struct tape *tape, struct instant now)
{
    uint64_t count = tape->overflows_pending;
    if (count == 0)
        return;
    tape_journal(tape, TAPEMAP_RECORD_OVERFLOW, tape->overflow_position,
                 (uint32_t)min_u64(count, UINT32_MAX), "", now);
    store_release_u64(&tape->control->overflow_count,
                      load_relaxed_u64(&tape->control->overflow_count) + count);
    tape->overflows_pending = 0;
}

static void take_events(struct tape *tape, struct instant now)
{
    struct tape_appender *appender = &tape->appender;
    uint64_t tail = load_relaxed_u64(&appender->events_tail);
    uint64_t head = load_acquire_u64(&appender->events_head);
    uint64_t unqueued = load_relaxed_u64(&appender->overflows_unqueued);
    for (; tail != head; tail++) {
        const struct append_event *event = &appender->events[tail % APPEND_EVENTS];
        uint64_t position = load_relaxed_u64(&event->position);
        if (load_relaxed_u64(&event->kind) == APPEND_EVENT_SILENCE)
            tape_note_silence(tape, position, load_relaxed_u64(&event->frames), now);
        else
            count_overflows(tape, position, 1);
    }
    store_release_u64(&appender->events_tail, tail);
    count_overflows(tape, load_relaxed_u64(&tape->control->head),
                    unqueued - tape->overflows_reported);
    tape->overflows_reported = unqueued;
    /* One record a tick at most, so that a flood of flags cannot fill the journal; and none while
       the index cannot grow: what room it has is for records that come once. */
    if (tape->index_status == TAPEMAP_OK)
        journal_overflows(tape, now);
}

static void feed_peaks(struct tape *tape, uint64_t head)
{
    while (tape->peaks.frames < head && tape->peaks.status == TAPEMAP_OK) {
        uint64_t run;
        const unsigned char *frames = tape_windows_find(&tape->windows, tape->peaks.frames, &run);
        assert(frames);
        peaks_feed(&tape->peaks, frames, min_u64(run, head - tape->peaks.frames),
                   tape->frame_bytes);
    }
    peaks_publish(&tape->peaks);
}

struct instant tape_instant_of(const struct tape *tape, uint64_t clock, struct instant now)
{
    struct instant then = {clock, now.utc_ns};
    if (clock < now.clock)
        then.utc_ns -= ns_of_ticks(tape, now.clock - clock);
    else
        then.utc_ns += ns_of_ticks(tape, clock - now.clock);
    return then;
}

/* Frames that came before the newest stamp's clock, and are not on the tape; nobody appends. */
static uint64_t owed_at_stamp(const struct tape *tape)
{
    return tape->silence_planned + load_relaxed_u64(&tape->appender.silence_due) +
           load_relaxed_u64(&tape->appender.stamp_owed);
}

static void take_anchor(struct tape *tape, struct instant now, bool is_last)
{
    uint64_t head;
    uint64_t clock;
    if (!tape_append_stamp(&tape->appender, &head, &clock) || head == tape->anchor_head)
        return;
    if (tape->open_frames > 0)
        return; /* an anchor says that all gaps before it are journalled (layout.md, L167) */
    if (tape_silence_due(tape) > 0 && !is_last)
        return; /* the stamp's clock is that of frames which are not on the tape yet */
    clock -= min_u64(clock, quantity_scale(owed_at_stamp(tape), tape->config.clock_hz,
                                           tape->config.format.sample_rate_hz));
    /* Who has looked at the clock just before a deck went on appends after its anchor. */
    clock = max_u64(clock, tape->anchor_clock);
    bool is_due = tape->anchor_clock == 0 || clock - tape->anchor_clock >= tape->config.clock_hz;
    if (!is_due && !is_last)
        return;
    tape_journal(tape, TAPEMAP_RECORD_ANCHOR, head, 0, "", tape_instant_of(tape, clock, now));
    tape->anchor_clock = clock;
    tape->anchor_head = head;
}

void tape_anchor(struct tape *tape, struct instant now)
{
    take_anchor(tape, now, true);
}

void tape_anchor_again(struct tape *tape, struct instant now)
{
    if (tape->anchor_clock == 0)
        return;
    tape_journal(tape, TAPEMAP_RECORD_ANCHOR, load_acquire_u64(&tape->control->head), 0, "", now);
    tape->anchor_clock = now.clock;
}

/* Only now that room for it is granted: silence that must wait keeps good frames waiting too. */
static void hand_over_silence(struct tape *tape)
{
    if (tape->silence_planned == 0)
        return;
    uint64_t due = exchange_u64(&tape->appender.silence_due, 0);
    store_release_u64(&tape->appender.silence_due, due + tape->silence_planned);
    tape->silence_planned = 0;
}

/* The index is committed ahead of the audio: a frame is granted when its peaks have room too. */
static enum tapemap_status prepare_index(struct tape *tape, uint64_t target)
{
    if (tape->peaks.status != TAPEMAP_OK)
        return tape->peaks.status;
    if (tape->journal.status != TAPEMAP_OK)
        return tape->journal.status;
    enum tapemap_status status = journal_prepare(&tape->journal);
    return status == TAPEMAP_OK ? peaks_prepare(&tape->peaks, target) : status;
}

void tape_grant_more(struct tape *tape, uint64_t head)
{
    const struct tape_config *config = &tape->config;
    uint64_t ahead = tape_ahead_frames(config);
    uint64_t due = tape_silence_due(tape);
    if (config->is_ring) {
        ahead += min_u64(due, config->capacity_frames / 2);
    } else {
        uint64_t moved = (head - tape->seen_head) * AHEAD_OF_MOVE;
        uint64_t most = AHEAD_MAX_BYTES / tape->frame_bytes;
        if (moved > ahead)
            ahead = moved < most ? moved : (most > ahead ? most : ahead);
        ahead += due;
    }
    uint64_t target = min_u64(head + ahead, tape->windows.last_frame);
    if (config->is_file)
        target = min_u64(target, tape->windows.granted + FILE_STEP_BYTES / tape->frame_bytes);
    tape->index_status = prepare_index(tape, target);
    if (tape->index_status == TAPEMAP_OK)
        tape_windows_grant(&tape->windows, target, tape->peaks.frames);
    hand_over_silence(tape);
}

bool tape_tick(struct tape *tape, struct instant now)
{
    uint64_t head = load_acquire_u64(&tape->control->head);
    take_events(tape, now);
    if (!tape->config.is_ring)
        tape_grant_more(tape, head);
    feed_peaks(tape, head);
    take_anchor(tape, now, false);
    store_relaxed_u64(&tape->control->heartbeat_clock, now.clock);
    bool has_moved = head != tape->seen_head;
    if (has_moved)
        wave_tape_header_update(tape->front, &tape->wave,
                                min_u64(head, tape->windows.capacity_frames));
    if (tape->config.is_ring)
        tape_grant_more(tape, head);
    tape->seen_head = head;
    return has_moved;
}

/* Why the newest frames could not be written, though there seemed to be room. */
static enum tapemap_status write_status(const struct tape *tape)
{
    return (enum tapemap_status)-(int64_t)load_acquire_u64(&tape->appender.write_failure);
}

enum tapemap_status tape_grant_status(const struct tape *tape)
{
    if (write_status(tape) != TAPEMAP_OK)
        return write_status(tape);
    return tape->index_status != TAPEMAP_OK ? tape->index_status : tape->windows.status;
}

bool tape_is_full(const struct tape *tape, enum tapemap_reason *reason)
{
    uint64_t head = load_acquire_u64(&tape->control->head);
    if (head < tape->windows.granted && write_status(tape) == TAPEMAP_OK)
        return false;
    if (head >= tape->boundary)
        return false; /* what comes next goes onto the next tape, or waits for it */
    bool is_wanting = load_relaxed_u64(&tape->appender.is_wanting) != 0;
    if (tape->config.end_frame != 0 && head >= tape->config.end_frame)
        *reason = TAPEMAP_REASON_DURATION;
    else if (!is_wanting)
        return false; /* whoever ends here of his own accord has lost nothing */
    else if (!tape->config.is_ring && head >= tape->windows.capacity_frames)
        *reason = TAPEMAP_REASON_CAPACITY;
    else if (tape_grant_status(tape) == TAPEMAP_E_COMMIT_LIMIT)
        *reason = TAPEMAP_REASON_COMMIT_LIMIT;
    else if (tape_grant_status(tape) == TAPEMAP_E_DISK_FULL)
        *reason = TAPEMAP_REASON_DISK_FULL;
    else if (tape_grant_status(tape) != TAPEMAP_OK)
        *reason = TAPEMAP_REASON_FAILURE;
    else
        return false;
    return true;
}

uint64_t tape_silence_due(const struct tape *tape)
{
    return tape->silence_planned + load_relaxed_u64(&tape->appender.silence_due) +
           load_relaxed_u64(&tape->appender.silence_left);
}

void tape_insert_silence(struct tape *tape, uint64_t frames, uint64_t noticed)
{
    tape->silence_noticed = noticed;
    tape->silence_planned += frames;
}

void tape_set_state(struct tape *tape, enum tapemap_state state, const char *why,
                    struct instant now)
{
    if (why)
        tape_journal(tape, TAPEMAP_RECORD_STATE, load_relaxed_u64(&tape->control->head),
                     (uint32_t)state, why, now);
    store_release_u64(&tape->control->state, (uint64_t)state);
}

void tape_set_warnings(struct tape *tape, uint32_t warnings, const char *why, struct instant now)
{
    tape_journal(tape, TAPEMAP_RECORD_WARNING, load_relaxed_u64(&tape->control->head), warnings,
                 why, now);
    store_relaxed_u64(&tape->control->warnings, warnings);
}

uint64_t tape_sound_end(const struct tape *tape)
{
    return tape->peaks.sound_end;
}

void tape_end(struct tape *tape, enum tapemap_reason reason, const char *text, struct instant now)
{
    tape_tick(tape, now);
    tape_close_gap(tape, now);
    journal_overflows(tape, now);
    take_anchor(tape, now, true);
    utf8_shorten(text, tape->control->reason_text, sizeof tape->control->reason_text);
    store_release_u64(&tape->control->reason, (uint64_t)reason);
    tape_set_state(tape, TAPEMAP_STATE_ENDED, text, now);
}
