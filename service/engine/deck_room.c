/* SPDX-License-Identifier: MIT */
/* What a deck does when its tape has no room for more. */
#include "atomic64.h"
#include "deck_private.h"
#include "tapemap/tapemap.h"

static void wait_for_room(struct deck *deck, struct instant now)
{
    deck->is_waiting = true;
    deck_show_state(deck, "the disk is full; make room, and recording goes on", now);
    deck->waits_at = load_acquire_u64(&tape_control(deck->tape)->head);
}

static void note_room(struct deck *deck, struct instant now)
{
    if (!deck->is_waiting || load_acquire_u64(&tape_control(deck->tape)->head) == deck->waits_at)
        return;
    deck->is_waiting = false;
    deck_show_state(deck, "there is room again", now);
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
