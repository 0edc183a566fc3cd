/* SPDX-License-Identifier: MIT */
/* What a deck does when its tape has no room for more. */
#include <inttypes.h>
#include <stdio.h>

#include "atomic64.h"
#include "deck_private.h"
#include "tapemap/tapemap.h"

/* A disk that has room for a moment again and again must not fill the journal. */
#define WAITS_TOLD_SECONDS 10u

/* Enters what is untold about waiting into the journal. */
void deck_tell_of_waits(struct deck *deck, struct instant now)
{
    const char *text = deck->is_waiting ? "the disk is full; make room, and recording goes on"
                                        : "there is room again";
    char counted[64];
    if (deck->waits_untold > 1 || (deck->waits_untold == 1 && !deck->is_waiting)) {
        snprintf(counted, sizeof counted, "the disk was full %" PRIu64 " more times%s",
                 deck->waits_untold, deck->is_waiting ? ", and is" : "; there is room");
        text = counted;
    }
    if (deck->waits_untold > 0)
        deck->wait_told_clock = now.clock;
    deck->is_wait_told = deck->is_waiting;
    deck->waits_untold = 0;
    tape_journal(deck->tape, TAPEMAP_RECORD_STATE,
                 load_acquire_u64(&tape_control(deck->tape)->head),
                 deck->is_waiting ? TAPEMAP_STATE_WAITING : TAPEMAP_STATE_RECORDING, text, now);
}

/* The control block says at once what is so, the journal only so often. */
void deck_watch_waits(struct deck *deck, struct instant now)
{
    bool may_tell = deck->wait_told_clock == 0 ||
                    now.clock - deck->wait_told_clock >=
                        WAITS_TOLD_SECONDS * deck->config.tape.clock_hz;
    if (deck->waits_untold > 0 ? may_tell : deck->is_wait_told != deck->is_waiting)
        deck_tell_of_waits(deck, now);
}

static void wait_for_room(struct deck *deck, struct instant now)
{
    if (!deck->is_waiting) {
        deck->waits_untold++;
        tape_set_state(deck->tape, TAPEMAP_STATE_WAITING, NULL, now);
    }
    deck->is_waiting = true;
    deck->waits_at = load_acquire_u64(&tape_control(deck->tape)->head);
}

static void note_room(struct deck *deck, struct instant now)
{
    if (!deck->is_waiting || load_acquire_u64(&tape_control(deck->tape)->head) == deck->waits_at)
        return;
    deck->is_waiting = false;
    tape_set_state(deck->tape, TAPEMAP_STATE_RECORDING, NULL, now);
}

void deck_watch_room(struct deck *deck, struct instant now)
{
    enum tapemap_reason reason;
    enum tapemap_status status = tape_grant_status(deck->tape);
    struct failure failure;
    if (!tape_is_full(deck->tape, &reason)) {
        note_room(deck, now);
        return;
    }
    if (reason == TAPEMAP_REASON_DISK_FULL && deck->config.waits_for_room) {
        wait_for_room(deck, now);
        return;
    }
    if (reason == TAPEMAP_REASON_FAILURE)
        failure_set(&failure, status, "the tape has no room for more: %s; %s",
                    tapemap_status_text(status), tapemap_status_remedy(status));
    deck_request_end(deck, reason, reason == TAPEMAP_REASON_FAILURE ? failure.text : NULL);
}
