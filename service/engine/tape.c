/* SPDX-License-Identifier: MIT */
/*
 * The keeper's half of a tape. The order of one tick matters:
 *
 *   1. take the appender's events into the journal
 *   2. feed the peaks up to the head, so that their span may be released
 *   3. anchor, heartbeat, WAV sizes
 *   4. grant more: commit, map, and in a ring retire
 */
#include "tape.h"

#include <assert.h>
#include <stdlib.h>

#include "atomic64.h"
#include "journal_writer.h"
#include "object_names.h"
#include "peaks_writer.h"
#include "quantity.h"
#include "tape_layout.h"
#include "tape_windows.h"
#include "tapemap/tapemap.h"
#include "utf8_text.h"
#include "wave_header.h"

#define AHEAD_MAX_BYTES (64u << 20)
#define AHEAD_OF_MOVE 4u /* at full speed: so many times what one tick consumed */
#define NS_PER_SECOND 1000000000u

struct tape {
    struct tape_config config;
    struct store *audio;
    struct store *index_store;
    struct commit_budget budget;
    unsigned char *front; /* the audio section's first granule */
    struct tapemap_control *control;
    void *index_view; /* the index section's first granule */
    struct tapemap_index *index;
    struct wave_format wave;
    uint32_t frame_bytes;
    struct tape_windows windows;
    struct journal_writer journal;
    struct peaks_writer peaks;
    struct tape_appender appender;

    enum tapemap_status index_status; /* whether the newest grant found room in the index */
    uint64_t seen_head; /* at the newest tick */
    uint64_t silence_planned; /* to be handed to the appender once there is room for it */
    uint64_t silence_noticed;
    uint64_t anchor_clock; /* of the newest anchor; 0: none yet */
    uint64_t anchor_head;
    uint64_t overflows_reported; /* of appender.overflows_unqueued */
};

void tape_destroy(struct tape *tape)
{
    if (!tape)
        return;
    tape_windows_deinit(&tape->windows);
    region_deinit(&tape->journal.region);
    peaks_deinit(&tape->peaks);
    if (tape->index_view)
        store_unmap(tape->index_store, tape->index_view, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
    if (tape->front)
        store_unmap(tape->audio, tape->front, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
    free(tape);
}

struct tape_appender *tape_appender(struct tape *tape)
{
    return &tape->appender;
}

const struct tapemap_control *tape_control(const struct tape *tape)
{
    return tape->control;
}

static uint64_t ns_of_ticks(const struct tape *tape, uint64_t ticks)
{
    return quantity_scale(ticks, NS_PER_SECOND, tape->config.clock_hz);
}

static void add_to(struct tapemap_shared_u64 *field, uint64_t amount)
{
    store_release_u64(field, load_relaxed_u64(field) + amount);
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

static void journal_gap(struct tape *tape, uint64_t position, uint64_t frames, struct instant now)
{
    uint64_t noticed = tape->silence_noticed ? tape->silence_noticed : position;
    struct tapemap_record record = {.position = position,
                                    .frames = frames,
                                    .noticed = min_u64(noticed, position),
                                    .clock = now.clock,
                                    .utc_ns = now.utc_ns,
                                    .kind = TAPEMAP_RECORD_GAP};
    journal_write(&tape->journal, &record);
    add_to(&tape->control->gap_count, 1);
    add_to(&tape->control->gap_frames, frames);
    tape->silence_noticed = 0;
}

static void journal_overflows(struct tape *tape, uint64_t position, uint64_t count,
                              struct instant now)
{
    tape_journal(tape, TAPEMAP_RECORD_OVERFLOW, position, (uint32_t)min_u64(count, UINT32_MAX), "",
                 now);
    add_to(&tape->control->overflow_count, count);
}

/* One overflow record a tick at most, so that a flood of flags cannot fill the journal. */
static void take_events(struct tape *tape, struct instant now)
{
    struct tape_appender *appender = &tape->appender;
    uint64_t tail = load_relaxed_u64(&appender->events_tail);
    uint64_t head = load_acquire_u64(&appender->events_head);
    uint64_t unqueued = load_relaxed_u64(&appender->overflows_unqueued);
    uint64_t overflows = unqueued - tape->overflows_reported;
    uint64_t first_overflow = UINT64_MAX; /* its position */
    tape->overflows_reported = unqueued;
    for (; tail != head; tail++) {
        const struct append_event *event = &appender->events[tail % APPEND_EVENTS];
        uint64_t position = load_relaxed_u64(&event->position);
        if (load_relaxed_u64(&event->kind) == APPEND_EVENT_SILENCE)
            journal_gap(tape, position, load_relaxed_u64(&event->frames), now);
        else if (overflows++, position < first_overflow)
            first_overflow = position;
    }
    store_release_u64(&appender->events_tail, tail);
    if (overflows > 0)
        journal_overflows(tape, min_u64(first_overflow, load_relaxed_u64(&tape->control->head)),
                          overflows, now);
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

static void take_anchor(struct tape *tape, struct instant now, bool is_last)
{
    uint64_t head;
    uint64_t clock;
    if (!tape_append_stamp(&tape->appender, &head, &clock) || head == tape->anchor_head)
        return;
    bool is_due = tape->anchor_clock == 0 || clock - tape->anchor_clock >= tape->config.clock_hz;
    if (!is_due && !is_last)
        return;
    struct instant then = {clock, now.utc_ns};
    if (clock < now.clock)
        then.utc_ns -= ns_of_ticks(tape, now.clock - clock);
    else
        then.utc_ns += ns_of_ticks(tape, clock - now.clock);
    tape_journal(tape, TAPEMAP_RECORD_ANCHOR, head, 0, "", then);
    tape->anchor_clock = clock;
    tape->anchor_head = head;
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

static void grant_more(struct tape *tape, uint64_t head)
{
    const struct tape_config *config = &tape->config;
    uint64_t ahead = tape_ahead_frames(config);
    uint64_t due = tape->silence_planned + load_relaxed_u64(&tape->appender.silence_due) +
                   load_relaxed_u64(&tape->appender.silence_left);
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
    tape->index_status = prepare_index(tape, target);
    if (tape->index_status == TAPEMAP_OK)
        tape_windows_grant(&tape->windows, target, tape->peaks.frames);
    hand_over_silence(tape);
}

bool tape_tick(struct tape *tape, struct instant now)
{
    uint64_t head = load_acquire_u64(&tape->control->head);
    take_events(tape, now);
    feed_peaks(tape, head);
    take_anchor(tape, now, false);
    store_relaxed_u64(&tape->control->heartbeat_clock, now.clock);
    bool has_moved = head != tape->seen_head;
    if (has_moved)
        wave_tape_header_update(tape->front, &tape->wave,
                                min_u64(head, tape->windows.capacity_frames));
    grant_more(tape, head);
    tape->seen_head = head;
    return has_moved;
}

enum tapemap_status tape_grant_status(const struct tape *tape)
{
    return tape->index_status != TAPEMAP_OK ? tape->index_status : tape->windows.status;
}

bool tape_is_full(const struct tape *tape, enum tapemap_reason *reason)
{
    uint64_t head = load_acquire_u64(&tape->control->head);
    if (head < tape->windows.granted)
        return false;
    bool is_wanting = load_relaxed_u64(&tape->appender.is_wanting) != 0;
    if (tape->config.end_frame != 0 && head >= tape->config.end_frame)
        *reason = TAPEMAP_REASON_DURATION;
    else if (!is_wanting)
        return false; /* whoever ends here of his own accord has lost nothing */
    else if (!tape->config.is_ring && head >= tape->windows.capacity_frames)
        *reason = TAPEMAP_REASON_CAPACITY;
    else if (tape_grant_status(tape) == TAPEMAP_E_COMMIT_LIMIT)
        *reason = TAPEMAP_REASON_COMMIT_LIMIT;
    else if (tape_grant_status(tape) != TAPEMAP_OK)
        *reason = TAPEMAP_REASON_FAILURE;
    else
        return false;
    return true;
}

void tape_insert_silence(struct tape *tape, uint64_t frames, uint64_t noticed)
{
    tape->silence_noticed = noticed;
    tape->silence_planned += frames;
}

void tape_set_state(struct tape *tape, enum tapemap_state state, const char *why,
                    struct instant now)
{
    tape_journal(tape, TAPEMAP_RECORD_STATE, load_relaxed_u64(&tape->control->head),
                 (uint32_t)state, why, now);
    store_release_u64(&tape->control->state, (uint64_t)state);
}

void tape_end(struct tape *tape, enum tapemap_reason reason, const char *text, struct instant now)
{
    tape_tick(tape, now);
    take_anchor(tape, now, true);
    utf8_shorten(text, tape->control->reason_text, sizeof tape->control->reason_text);
    store_release_u64(&tape->control->reason, (uint64_t)reason);
    tape_set_state(tape, TAPEMAP_STATE_ENDED, text, now);
}

/* ---- Making one ---- */

/* Maps and commits the first granule of a section. */
static enum tapemap_status open_front(struct tape *tape, struct store *store, void **view)
{
    /* Twice the granule, so that the commit does not end at the end of the view (store.h). */
    enum tapemap_status status = store_map(store, 0, 2 * (size_t)TAPEMAP_GRANULE_BYTES, view);
    if (status != TAPEMAP_OK)
        return status;
    status = budget_commit(&tape->budget, store, 0, *view, TAPEMAP_GRANULE_BYTES);
    if (status != TAPEMAP_OK) {
        store_unmap(store, *view, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
        *view = NULL;
    }
    return status;
}

static void fill_wave_header(struct tape *tape, struct instant now)
{
    char id[17];
    tape_id_print(tape->config.tape_id, id);
    struct wave_origin origin = {tape->config.deck_name, id, now.utc_ns};
    tape->wave = (struct wave_format){tape->config.format.sample_format,
                                      tape->config.format.channels,
                                      tape->config.format.sample_rate_hz};
    wave_tape_header_init(tape->front, &tape->wave, &origin);
}

static void set_up_windows(struct tape *tape)
{
    const struct tape_config *config = &tape->config;
    uint64_t frames = tape_section_frames(config);
    uint64_t last = config->is_ring ? UINT64_MAX : frames;
    tape->appender.control = tape->control;
    tape->appender.frame_bytes = tape->frame_bytes;
    tape->appender.is_ring = config->is_ring;
    tape->windows = (struct tape_windows){
        .store = tape->audio,
        .budget = &tape->budget,
        .appender = &tape->appender,
        .control = tape->control,
        .capacity_frames = frames,
        .last_frame = config->end_frame ? min_u64(config->end_frame, last) : last,
        .window_bytes = tape_window_bytes(config),
        .frame_bytes = tape->frame_bytes,
        .is_ring = config->is_ring,
        .committed_bytes = TAPEMAP_GRANULE_BYTES,
    };
}

static enum tapemap_status set_up_index(struct tape *tape)
{
    tape->journal.index = tape->index;
    region_init(&tape->journal.region, tape->index_store, &tape->budget, &tape->index->journal);
    tape->peaks.index = tape->index;
    tape->peaks.sample_format = tape->config.format.sample_format;
    tape->peaks.channels = tape->config.format.channels;
    enum tapemap_status status = peaks_init(&tape->peaks);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++)
        region_init(&tape->peaks.levels[i].region, tape->index_store, &tape->budget,
                    &tape->index->levels[i]);
    return status;
}

static enum tapemap_status set_up(struct tape *tape, struct instant now)
{
    void *front;
    enum tapemap_status status = open_front(tape, tape->audio, &front);
    if (status != TAPEMAP_OK)
        return status;
    tape->front = front;
    tape->control = (struct tapemap_control *)(tape->front + TAPEMAP_CONTROL_OFFSET);
    status = open_front(tape, tape->index_store, &tape->index_view);
    if (status != TAPEMAP_OK)
        return status;
    tape->index = tape->index_view;
    tape_fill_control(tape->control, &tape->config, now);
    tape_fill_index(tape->index, &tape->config);
    fill_wave_header(tape, now);
    set_up_windows(tape);
    status = set_up_index(tape);
    if (status != TAPEMAP_OK)
        return status;
    tape_journal(tape, TAPEMAP_RECORD_STATE, 0, TAPEMAP_STATE_STARTING, "", now);
    grant_more(tape, 0);
    return tape_grant_status(tape);
}

enum tapemap_status tape_create(const struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure)
{
    struct tape *made = calloc(1, sizeof *made);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    made->config = *config;
    made->audio = audio;
    made->index_store = index;
    made->budget.limit_bytes = config->commit_limit_bytes;
    made->frame_bytes = tape_frame_bytes(config);
    enum tapemap_status status = set_up(made, now);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        const char *remedy = status == TAPEMAP_E_COMMIT_LIMIT && config->commit_limit_bytes
                                 ? "raise --commit-limit"
                                 : tapemap_status_remedy(status);
        return failure_set(failure, status, "the tape cannot be set up: %s; %s",
                           tapemap_status_text(status), remedy);
    }
    store_release_u64(&made->index->magic, TAPEMAP_INDEX_MAGIC);
    store_release_u64(&made->control->magic, TAPEMAP_TAPE_MAGIC);
    *tape = made;
    return TAPEMAP_OK;
}
