/* SPDX-License-Identifier: MIT */
#include "verify_journal.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "layout_check.h"
#include "quantity.h"
#include "steady_clock.h"

#define JOURNAL_ATTEMPTS 5 /* to find entries and totals of one moment */

/* Enters one thing that is wrong with entry `sequence`. */
static void journal_say(struct verify_journal *journal, uint64_t sequence, const char *wrong)
{
    if (journal->wrong_count < VERIFY_MOST_SHOWN)
        printf("journal entry %" PRIu64 ": %s\n", sequence, wrong);
    journal->wrong_count++;
}

static void journal_say_rest(const struct verify_journal *journal)
{
    if (journal->wrong_count > VERIFY_MOST_SHOWN)
        printf("journal: %" PRIu64 " more things are wrong\n",
               journal->wrong_count - VERIFY_MOST_SHOWN);
}

static bool journal_keep_gap(struct verify_journal *journal, const struct tapemap_record *record)
{
    if (journal->gap_count == journal->gap_room) {
        size_t room = journal->gap_room ? journal->gap_room * 2 : 64;
        struct verify_gap *gaps = realloc(journal->gaps, room * sizeof *gaps);
        if (!gaps)
            return false;
        journal->gaps = gaps;
        journal->gap_room = room;
    }
    journal->gaps[journal->gap_count].from = record->position;
    journal->gaps[journal->gap_count].to = record->position + record->frames;
    journal->gap_count++;
    journal->gap_frames += record->frames;
    return true;
}

/* Checks a gap; true when its place and length can be used. */
static bool journal_check_gap(struct verify_journal *journal, const struct tapemap_record *record,
                              const struct tapemap_now *now)
{
    uint64_t last_end = journal->gap_count ? journal->gaps[journal->gap_count - 1].to : 0;
    bool is_outside = record->frames > now->head || record->position > now->head - record->frames;
    if (record->frames == 0)
        journal_say(journal, record->sequence, "a gap of no frames");
    else if (record->position + record->frames < record->position)
        journal_say(journal, record->sequence, "a gap longer than a tape can be");
    else if (is_outside && now->state == TAPEMAP_STATE_ENDED)
        journal_say(journal, record->sequence, "a gap that ends after the head of an ended tape");
    else if (record->position < last_end)
        journal_say(journal, record->sequence, "a gap that begins before the last one's end");
    else
        return true;
    return false;
}

static void journal_check_anchor(struct verify_journal *journal,
                                 const struct tapemap_record *record)
{
    if (journal->has_last_clock && record->clock < journal->last_clock)
        journal_say(journal, record->sequence, "an anchor whose clock goes backwards");
    if (journal->anchor_count > 0 && record->position < journal->last_position)
        journal_say(journal, record->sequence, "an anchor whose position goes backwards");
    journal->last_clock = record->clock;
    journal->has_last_clock = true;
    journal->last_position = record->position;
    journal->anchor_count++;
}

static bool journal_check_record(struct verify_journal *journal, uint64_t sequence,
                                 const struct tapemap_record *record,
                                 const struct tapemap_now *now)
{
    if (record->sequence != sequence)
        journal_say(journal, sequence, "it carries another sequence number");
    if (record->kind < TAPEMAP_RECORD_STATE || record->kind > TAPEMAP_RECORD_WARNING)
        journal_say(journal, sequence, "its kind is unknown");
    if (record->position > now->head || record->noticed > now->head)
        journal_say(journal, sequence, "it lies after the head");
    if (record->kind != TAPEMAP_RECORD_GAP && record->frames != 0)
        journal_say(journal, sequence, "it has a length and is no gap");
    if (layout_record_is_resume(record))
        journal->has_last_clock = false;
    if (record->kind == TAPEMAP_RECORD_ANCHOR)
        journal_check_anchor(journal, record);
    if (record->kind == TAPEMAP_RECORD_GAP && journal_check_gap(journal, record, now))
        return journal_keep_gap(journal, record);
    return true;
}

/* Reads the whole journal once. Each entry is older than the `now` it is checked against. */
static int journal_read(const struct cli_tape *tape, struct verify_journal *journal)
{
    verify_journal_free(journal);
    tapemap_get_journal(tape->handle, &journal->first, &journal->end);
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    for (uint64_t i = journal->first; i < journal->end; i++) {
        struct tapemap_record record;
        enum tapemap_status status = tapemap_get_record(tape->handle, i, &record);
        if (status == TAPEMAP_E_OVERWRITTEN)
            journal->first = i + 1;
        else if (status == TAPEMAP_E_CORRUPT)
            journal_say(journal, i, "it contradicts itself");
        else if (status != TAPEMAP_OK)
            return cli_fail_status(status, "cannot read the journal of %s", tape->label);
        else if (!journal_check_record(journal, i, &record, &now))
            return cli_fail_status(TAPEMAP_E_MEMORY, "cannot read the journal of %s", tape->label);
    }
    return CLI_DONE;
}

/* A journal that lost its beginning holds fewer gaps than there were. */
static bool journal_has_totals(const struct verify_journal *journal,
                               const struct tapemap_now *now)
{
    if (journal->first > 0)
        return journal->gap_count <= now->gap_count && journal->gap_frames <= now->gap_frames;
    return journal->gap_count == now->gap_count && journal->gap_frames == now->gap_frames;
}

/* True when a heartbeat came after this call's beginning; false when none came for two seconds. */
static bool journal_await_heartbeat(const struct cli_tape *tape)
{
    uint64_t hz = steady_clock_hz();
    uint64_t began = steady_clock_now();
    for (;;) {
        struct tapemap_now now;
        tapemap_get_now(tape->handle, &now);
        uint64_t waited_ns = quantity_scale(steady_clock_now() - began, 1000000000u, hz);
        if (now.state == TAPEMAP_STATE_ENDED || now.heartbeat_age_ns < waited_ns)
            return true;
        if (waited_ns > 2000000000u)
            return false;
        steady_clock_sleep_ms(5);
    }
}

int verify_journal_load(const struct cli_tape *tape, struct verify_journal *journal)
{
    /* The keeper journals a gap after the frames are published. The first heartbeat may end a tick
       that began before them; the second ends one that saw them. */
    if (journal_await_heartbeat(tape))
        journal_await_heartbeat(tape);

    struct tapemap_now now;
    for (int attempt = 0; attempt < JOURNAL_ATTEMPTS; attempt++) {
        int code = journal_read(tape, journal);
        journal_say_rest(journal);
        if (code != CLI_DONE || journal->wrong_count > 0)
            return code;
        tapemap_get_now(tape->handle, &now);
        if (journal_has_totals(journal, &now))
            return CLI_DONE;
        steady_clock_sleep_ms(20);
    }
    printf("journal: %zu gaps of %" PRIu64 " frames, but the control block counts %" PRIu64
           " gaps of %" PRIu64 " frames\n", journal->gap_count, journal->gap_frames,
           now.gap_count, now.gap_frames);
    journal->wrong_count++;
    return CLI_DONE;
}

void verify_journal_free(struct verify_journal *journal)
{
    free(journal->gaps);
    memset(journal, 0, sizeof *journal);
}

const struct verify_gap *verify_journal_gap(const struct verify_journal *journal,
                                            uint64_t position)
{
    size_t low = 0;
    size_t high = journal->gap_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (journal->gaps[middle].to > position)
            high = middle;
        else
            low = middle + 1;
    }
    return low < journal->gap_count ? &journal->gaps[low] : NULL;
}
