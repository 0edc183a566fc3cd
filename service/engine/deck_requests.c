/* SPDX-License-Identifier: MIT */
/* What another thread asks of a deck, handed over to the keeper. */
#include "deck_requests.h"

#include <inttypes.h>

#include "atomic64.h"
#include "deck_private.h"
#include "utf8_text.h"

static enum tapemap_status check_position(const struct tapemap_control *control, uint64_t position,
                                          uint64_t head, struct failure *failure)
{
    uint64_t oldest = load_acquire_u64(&control->oldest_frame);

    if (position > head)
        return failure_set(failure, TAPEMAP_E_NOT_YET,
                           "frame %" PRIu64 " is not recorded yet, the head is at %" PRIu64
                           "; give a position before it", position, head);
    if (position < oldest)
        return failure_set(failure, TAPEMAP_E_OVERWRITTEN,
                           "frame %" PRIu64 " has left the ring, whose oldest frame is %" PRIu64
                           "; give a later position", position, oldest);
    return TAPEMAP_OK;
}

static enum tapemap_status refuse_late(struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_ENDED,
                       "this recording ends, and its journal is closed; mark again once the deck "
                       "is recorded again");
}

enum tapemap_status deck_request_mark(struct deck *deck, const struct tapemap_control *control,
                                      uint64_t *position, const char *text,
                                      struct failure *failure)
{
    struct deck_marks *queue = &deck->marks;
    uint64_t asked = load_relaxed_u64(&queue->asked);
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t at = *position == DECK_AT_HEAD ? head : *position;
    enum tapemap_status status = check_position(control, at, head, failure);
    struct deck_mark *mark = &queue->marks[asked % DECK_MARKS];

    if (load_acquire_u64(&queue->is_closed) != 0)
        return refuse_late(failure);
    if (status != TAPEMAP_OK)
        return status;
    if (asked - load_acquire_u64(&queue->taken) == DECK_MARKS)
        return failure_set(failure, TAPEMAP_E_BUSY,
                           "%u marks wait for the journal already; ask again", DECK_MARKS);
    mark->tape_id = control->tape_id;
    mark->position = at;
    utf8_shorten(text, mark->text, sizeof mark->text);
    /* A full barrier, as in deck_close_marks: either it is found there, or is_closed is here. */
    exchange_u64(&queue->asked, asked + 1);
    if (load_acquire_u64(&queue->is_closed) != 0)
        return refuse_late(failure);
    *position = at;
    return TAPEMAP_OK;
}

static void write_mark(struct tape *tape, const struct deck_mark *mark, struct instant now)
{
    /* One whose tape is gone goes to where the next one begins: right behind. */
    bool is_its = mark->tape_id == tape_control(tape)->tape_id;
    tape_journal(tape, TAPEMAP_RECORD_MARK, is_its ? mark->position : 0, 0, mark->text, now);
}

void deck_write_marks_on(struct deck *deck, struct tape *left, struct instant now)
{
    struct deck_marks *queue = &deck->marks;
    uint64_t asked = load_acquire_u64(&queue->asked);
    uint64_t taken = load_relaxed_u64(&queue->taken);
    uint64_t tape_id = tape_control(left)->tape_id;

    for (; taken < asked && queue->marks[taken % DECK_MARKS].tape_id == tape_id; taken++)
        write_mark(left, &queue->marks[taken % DECK_MARKS], now);
    store_release_u64(&queue->taken, taken);
}

void deck_write_marks(struct deck *deck, struct instant now)
{
    struct deck_marks *queue = &deck->marks;
    if (deck->left)
        deck_write_marks_on(deck, deck->left, now);
    uint64_t asked = load_acquire_u64(&queue->asked);
    uint64_t taken = load_relaxed_u64(&queue->taken);

    for (; taken < asked; taken++)
        write_mark(deck->tape, &queue->marks[taken % DECK_MARKS], now);
    store_release_u64(&queue->taken, taken);
}

void deck_close_marks(struct deck *deck, struct instant now)
{
    if (exchange_u64(&deck->marks.is_closed, 1) == 0)
        deck_write_marks(deck, now);
}
