/* SPDX-License-Identifier: MIT */
#include "deck_news.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "object_names.h"
#include "quantity.h"
#include "tapemap/tapemap.h"

static void tell(struct news *found, enum log_level level, bool is_for_screen)
{
    found->level = level;
    found->is_for_screen = is_for_screen;
}

/* ---- States --------------------------------------------------------------------------------- */

static void tell_end(const struct tapemap_control *control, struct news *found)
{
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&control->reason);
    enum log_level level = LOG_ERROR;

    switch (reason) {
    case TAPEMAP_REASON_REQUESTED:
    case TAPEMAP_REASON_DURATION:
    case TAPEMAP_REASON_SOURCE_ENDED:
    case TAPEMAP_REASON_ROTATED:
        level = LOG_INFORMATION;
        break;
    default:
        break;
    }
    tell(found, level, false);
    snprintf(found->text, sizeof found->text, "ended (%s) at frame %" PRIu64 ": %.256s",
             tapemap_reason_name(reason), load_acquire_u64(&control->head), control->reason_text);
}

static void tell_recording(const struct tapemap_control *control, uint64_t before,
                           struct news *found)
{
    char id[17];

    tell(found, LOG_INFORMATION, before == TAPEMAP_STATE_WAITING);
    tape_id_print(control->tape_id, id);
    if (before == TAPEMAP_STATE_WAITING)
        snprintf(found->text, sizeof found->text, "there is room again");
    else if (before == TAPEMAP_STATE_STARTING)
        snprintf(found->text, sizeof found->text, "recording %.255s on tape %s%s%.1023s",
                 control->source, id, control->file_path[0] ? ", " : "", control->file_path);
    else
        snprintf(found->text, sizeof found->text, "recording goes on at frame %" PRIu64,
                 load_acquire_u64(&control->head));
}

/* A lost source has a record of its own, which says why. */
static bool tell_state(const struct tapemap_control *control, uint64_t before, uint64_t state,
                       struct news *found)
{
    uint64_t head = load_acquire_u64(&control->head);

    switch ((enum tapemap_state)state) {
    case TAPEMAP_STATE_RECORDING:
        tell_recording(control, before, found);
        return true;
    case TAPEMAP_STATE_WAITING:
        tell(found, LOG_WARNING, true);
        snprintf(found->text, sizeof found->text,
                 "the disk is full at frame %" PRIu64 "; make room, and recording goes on", head);
        return true;
    case TAPEMAP_STATE_PAUSED:
        tell(found, LOG_INFORMATION, false);
        snprintf(found->text, sizeof found->text, "paused at frame %" PRIu64, head);
        return true;
    case TAPEMAP_STATE_ENDED:
        tell_end(control, found);
        return true;
    case TAPEMAP_STATE_STARTING:
    case TAPEMAP_STATE_SOURCE_LOST:
        return false;
    }
    return false;
}

/* ---- Records -------------------------------------------------------------------------------- */

static bool tell_gap(const struct tapemap_control *control, const struct tapemap_record *record,
                     struct news *found)
{
    char length[48];
    uint64_t ns = UINT64_MAX;

    quantity_ns_from_frames(record->frames, control->sample_rate_hz, &ns);
    if (ns <= DECK_NEWS_GAP_NS)
        return false;
    quantity_print_duration(ns, length, sizeof length);
    tell(found, LOG_WARNING, false);
    snprintf(found->text, sizeof found->text, "a gap of %s at frame %" PRIu64
             ", kept as silence", length, record->position);
    return true;
}

static void tell_warning(const struct tapemap_record *record, struct news *found)
{
    tell(found, record->detail != 0 ? LOG_WARNING : LOG_INFORMATION, true);
    snprintf(found->text, sizeof found->text, "%s%s", record->detail != 0 ? "warning: " : "",
             record->text);
}

static void tell_source(const struct tapemap_record *record, struct news *found)
{
    bool is_found = record->detail != 0;

    tell(found, is_found ? LOG_INFORMATION : LOG_WARNING, false);
    if (is_found) /* it may be the fallback */
        snprintf(found->text, sizeof found->text, "from frame %" PRIu64 " on it records %s",
                 record->position, record->text);
    else
        snprintf(found->text, sizeof found->text, "the source is lost at frame %" PRIu64 "%s%s",
                 record->position, record->text[0] ? ": " : "", record->text);
}

static bool tell_record(const struct tapemap_control *control, const struct tapemap_record *record,
                        struct news *found)
{
    switch ((enum tapemap_record_kind)record->kind) {
    case TAPEMAP_RECORD_GAP:
        return tell_gap(control, record, found);
    case TAPEMAP_RECORD_SOURCE:
        tell_source(record, found);
        return true;
    case TAPEMAP_RECORD_WARNING:
        tell_warning(record, found);
        return true;
    default:
        return false;
    }
}

/* ---- Looking -------------------------------------------------------------------------------- */

/* A granule of the journal with record `sequence` in it; NULL when no view is to be had. No record
   lies in two. */
static const struct tapemap_record *map_around(const struct tapemap_index *header,
                                               struct store *index, uint64_t sequence, void **view)
{
    uint64_t offset = header->journal.offset +
                      sequence % header->journal.capacity * sizeof(struct tapemap_record);
    uint64_t skipped = offset % TAPEMAP_GRANULE_BYTES;

    if (store_map(index, offset - skipped, TAPEMAP_GRANULE_BYTES, view) != TAPEMAP_OK)
        return NULL;
    return (const struct tapemap_record *)((const unsigned char *)*view + skipped);
}

/* A copy of the next record; false when there is none. Those that were overwritten are left out. */
static bool next_record(struct deck_news *news, const struct tapemap_index *header,
                        struct store *index, struct tapemap_record *record)
{
    for (;;) {
        uint64_t oldest = load_acquire_u64(&header->journal_oldest);
        const struct tapemap_record *there;
        void *view;

        if (news->next_record < oldest)
            news->next_record = oldest;
        if (news->next_record >= load_acquire_u64(&header->journal_head))
            return false;
        there = map_around(header, index, news->next_record, &view);
        if (!there)
            return false;
        *record = *there;
        store_unmap(index, view, TAPEMAP_GRANULE_BYTES);
        fence_acquire();
        if (load_acquire_u64(&header->journal_oldest) <= news->next_record) {
            news->next_record++;
            return true;
        }
    }
}

/* The end comes last: its records are there before its state is. */
static bool next_state(struct deck_news *news, const struct tapemap_control *control,
                       uint64_t state, struct news *found)
{
    uint64_t before = news->state;

    news->state = state;
    return state != before && tell_state(control, before, state, found);
}

static void begin_tape(struct deck_news *news, const struct tapemap_control *control)
{
    *news = (struct deck_news){.tape_id = control->tape_id, .state = TAPEMAP_STATE_STARTING};
}

void deck_news_begin(struct deck_news *news, const struct tape *tape)
{
    begin_tape(news, tape_control(tape));
    news->next_record = load_acquire_u64(&tape_index(tape)->journal_head);
}

bool deck_news_next(struct deck_news *news, const struct tape *tape, struct store *index,
                    struct news *found)
{
    const struct tapemap_control *control = tape_control(tape);
    uint64_t state = load_acquire_u64(&control->state);
    struct tapemap_record record;

    if (news->tape_id != control->tape_id)
        begin_tape(news, control);
    if (state != TAPEMAP_STATE_ENDED && next_state(news, control, state, found))
        return true;
    while (next_record(news, tape_index(tape), index, &record)) {
        if (tell_record(control, &record, found))
            return true;
    }
    return next_state(news, control, state, found);
}
