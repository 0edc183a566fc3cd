/* SPDX-License-Identifier: MIT */
/*
 * Two threads share a changer. `stage` says whose turn it is:
 *
 *   IDLE     the keeper's: there is nothing to make, or what was made is offered
 *   WANTED   the thread's: it makes a tape as `order` says
 *   MADE     the keeper's: `made` is to be offered
 *   FAILED   the keeper's: it could not be made
 *   UNWANTED the thread's: `unwanted` is to be removed
 */
#include "changer.h"

#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "audio_format.h"
#include "local_time.h"
#include "pcm.h"
#include "quantity.h"
#include "whole_numbers.h"
#include "worker.h"

#define RETRY_SECONDS 2u
#define TELL_SECONDS 60u
#define LEAD_SECONDS 5u
#define FIRST_PACE_PARTS 10u /* of a second: at full speed the first tape may end soon */

enum stage { STAGE_IDLE, STAGE_WANTED, STAGE_MADE, STAGE_FAILED, STAGE_UNWANTED };

struct changer {
    struct changer_config config;
    struct worker *worker;
    struct tapemap_shared_u64 stage;
    struct tape_config order;
    uint64_t order_utc_ns; /* when the tape is planned to begin */
    struct recorded_tape *made;
    struct recorded_tape *unwanted; /* the tape that was offered in a format that is no more */
    struct failure failure;

    /* The keeper's. */
    struct recorded_tape *offered;
    uint64_t planned_utc_ns; /* when the present tape was to begin */
    uint64_t pace_hz;     /* frames a second, in the newest full second; 0: not known yet */
    uint64_t pace_begin;  /* where in the series, and when, the present second began */
    uint64_t pace_clock;
    uint64_t retry_clock; /* not before */
    unsigned room_tries;  /* in vain, though there was room each time */
    bool is_without_room; /* the next tape: room is asked for */
    bool is_wanted;       /* the next tape, as soon as it can be */
    uint64_t told_clock;
    bool has_told;

    struct tapemap_shared_u64 has_news; /* 1: `news` is to be said */
    struct failure news;
};

/* ---- The thread ----------------------------------------------------------------------------- */

static void changer_job(void *context)
{
    struct changer *changer = context;

    if (load_acquire_u64(&changer->stage) == STAGE_UNWANTED) {
        recorded_tape_discard(changer->unwanted);
        changer->unwanted = NULL;
        store_release_u64(&changer->stage, STAGE_IDLE);
        return;
    }
    if (load_acquire_u64(&changer->stage) != STAGE_WANTED)
        return;
    struct tape_place place = changer->config.place;
    place.utc_ns = changer->order_utc_ns;
    bool is_made = recorded_tape_create(&place, &changer->order, &changer->made,
                                        &changer->failure) == TAPEMAP_OK;
    store_release_u64(&changer->stage, is_made ? STAGE_MADE : STAGE_FAILED);
    keeper_timer_nudge(changer->config.timer);
}

/* ---- The keeper ----------------------------------------------------------------------------- */

static struct recorded_tape *present(const struct changer *changer)
{
    return (struct recorded_tape *)(uintptr_t)load_relaxed_u64(&changer->config.present->present);
}

static uint64_t head_of(const struct changer *changer)
{
    return load_acquire_u64(&tape_control(deck_tape(changer->config.deck))->head);
}

/* What was recorded before `next`; frames are counted by its series, unless that begins anew. */
static struct tapes_before before_next(const struct recorded_tape *left,
                                       const struct tapemap_control *next)
{
    const struct tapemap_control *control = tape_control(left->tape);
    struct tapes_before before = left->before;

    before.gap_count += load_relaxed_u64(&control->gap_count);
    before.gap_frames += load_relaxed_u64(&control->gap_frames);
    if (next->previous_tape_id != 0)
        return before;
    before.frames += control->series_position + load_acquire_u64(&control->head);
    before.frames = quantity_scale(before.frames, next->sample_rate_hz, control->sample_rate_hz);
    before.gap_frames =
        quantity_scale(before.gap_frames, next->sample_rate_hz, control->sample_rate_hz);
    return before;
}

static void end_left(struct tape *tape, const struct tapemap_control *next, struct instant now)
{
    struct audio_format format = audio_format_of(next);
    char printed[AUDIO_FORMAT_BYTES];
    char text[160] = "the deck goes on with its next tape";

    audio_format_print(&format, printed);
    if (next->previous_tape_id == 0)
        snprintf(text, sizeof text, "the source came back as %s, in which the next tape begins",
                 printed);
    tape_end(tape, TAPEMAP_REASON_ROTATED, text, now);
}

/* Ending it costs as much as a tick; the rest is the finisher's. */
static void take_left(struct changer *changer, struct instant now)
{
    struct deck *deck = changer->config.deck;
    struct tape *tape = deck_take_left(deck, now);

    if (!tape)
        return;
    struct recorded_tape *left = present(changer);
    const struct tapemap_control *next = tape_control(changer->offered->tape);
    changer->planned_utc_ns = next->created_utc_ns;
    if (changer->config.is_pulled)
        changer->planned_utc_ns = changer->order_utc_ns;
    end_left(tape, next, now);
    recorded_tape_wake_all(left);
    changer->offered->before = before_next(left, next);
    present_tape_set(changer->config.present, changer->offered);
    finisher_take(changer->config.finisher, left, next->tape_id);
    changer->offered = NULL;
    changer->is_wanted = false;
}

/* Audio that is pulled is named as if it had been played; a device's, by the time it was heard. */
static struct rotation_facts facts_now(const struct changer *changer, struct instant now)
{
    struct tape *tape = deck_tape(changer->config.deck);
    const struct tapemap_control *control = tape_control(tape);
    struct rotation_facts facts = {
        .sample_rate_hz = control->sample_rate_hz,
        .frame_bytes = control->frame_bytes,
        .utc_ns = changer->planned_utc_ns,
        .utc_offset_ns = local_time_offset_ns,
    };
    uint64_t clock = now.clock;

    if (changer->config.is_pulled)
        return facts;
    (void)tape_append_stamp(tape_appender(tape), &facts.position, &clock);
    facts.utc_ns = now.utc_ns - quantity_scale(now.clock > clock ? now.clock - clock : 0,
                                               UINT64_C(1000000000),
                                               changer->config.tape.clock_hz);
    facts.past_utc_ns = control->created_utc_ns;
    return facts;
}

/* The boundary that is set, or will be; TAPE_ENDLESS: none. */
static uint64_t planned_boundary(const struct changer *changer, struct instant now)
{
    struct rotation_facts facts = facts_now(changer, now);
    uint64_t boundary = deck_boundary(changer->config.deck);

    if (boundary == TAPE_ENDLESS && !rotation_is_fixed(&changer->config.policy))
        boundary = rotation_boundary(&changer->config.policy, &facts);
    return boundary != 0 ? boundary : TAPE_ENDLESS;
}

/* A second, because ticks are late now and then, and what was late comes at once then. */
static void note_pace(struct changer *changer, struct instant now)
{
    const struct tapemap_control *control = tape_control(deck_tape(changer->config.deck));
    uint64_t hz = changer->config.tape.clock_hz;
    uint64_t head = control->series_position + load_acquire_u64(&control->head);
    uint64_t passed = now.clock - changer->pace_clock;
    uint64_t needed = changer->pace_hz != 0 ? hz : hz / FIRST_PACE_PARTS;

    if (changer->pace_clock != 0 && passed < needed)
        return;
    if (changer->pace_clock != 0 && head >= changer->pace_begin)
        changer->pace_hz = quantity_scale(head - changer->pace_begin, hz, passed);
    changer->pace_begin = head;
    changer->pace_clock = now.clock;
}

/* How fast audio that is pulled comes: at full speed, as fast as was seen. */
static uint64_t pulled_hz(const struct changer *changer)
{
    uint64_t rate_hz = changer->config.tape.format.sample_rate_hz;

    if (changer->config.speed_thousandths == PACE_MAX)
        return changer->pace_hz;
    return quantity_scale(rate_hz, changer->config.speed_thousandths, 1000);
}

/* How long before its boundary a tape is made, in frames. */
static uint64_t lead_frames(const struct changer *changer, uint64_t boundary)
{
    uint64_t lead = (uint64_t)changer->config.tape.format.sample_rate_hz * LEAD_SECONDS;

    if (changer->config.is_pulled)
        return max_u64(lead, pulled_hz(changer) * LEAD_SECONDS);
    return min_u64(lead, boundary / 2);
}

/* Nothing of a device may wait for a tape that is not made in time, and nothing that is pulled for
   one that cannot be made: the present one goes on, and ends as soon as there is a next. */
static void give_way(struct changer *changer, bool has_failed)
{
    struct deck *deck = changer->config.deck;
    uint64_t boundary = deck_boundary(deck);

    if (boundary == TAPE_ENDLESS || changer->offered)
        return;
    bool is_near = head_of(changer) + lead_frames(changer, boundary) / 2 >= boundary;
    bool is_there = head_of(changer) >= boundary;
    if (changer->config.is_pulled ? !(is_there && has_failed) : !is_near)
        return;
    deck_set_boundary(deck, TAPE_ENDLESS);
    changer->is_wanted = true;
}

static void note_failure(struct changer *changer, struct instant now)
{
    uint64_t hz = changer->config.tape.clock_hz;

    changer->retry_clock = now.clock + RETRY_SECONDS * hz;
    if (changer->has_told && now.clock - changer->told_clock < TELL_SECONDS * hz)
        return;
    if (load_acquire_u64(&changer->has_news) != 0)
        return;
    changer->news = changer->failure;
    changer->has_told = true;
    changer->told_clock = now.clock;
    store_release_u64(&changer->has_news, 1);
}

static void offer_made(struct changer *changer, struct instant now)
{
    struct deck *deck = changer->config.deck;
    struct rotation_facts facts = facts_now(changer, now);

    if (changer->is_wanted)
        deck_set_boundary(deck, head_of(changer) + 1);
    else if (deck_boundary(deck) == TAPE_ENDLESS)
        deck_set_boundary(deck, rotation_boundary(&changer->config.policy, &facts));
    changer->offered = changer->made;
    changer->made = NULL;
    changer->has_told = false;
    changer->is_wanted = false;
    changer->room_tries = 0;
    deck_offer_next(deck, changer->offered->tape, changer->offered->events);
}

/* Takes the present tape's place; the tape that was offered in the old format is of no use. */
static void replace_by_made(struct changer *changer, struct instant now)
{
    struct deck *deck = changer->config.deck;

    if (deck_take_unused(deck)) {
        changer->unwanted = changer->offered;
        store_release_u64(&changer->stage, STAGE_UNWANTED);
        worker_nudge(changer->worker);
    }
    changer->offered = changer->made;
    changer->made = NULL;
    changer->config.tape = changer->order;
    deck_replace_tape(deck, changer->offered->tape, changer->offered->events, now);
    take_left(changer, now);
}

/* A tape in another format is made: unless the source is back as it was, it waits until it can take
   the present one's place. */
static void take_other(struct changer *changer, struct instant now)
{
    struct audio_format wanted;

    if (deck_wants_format(changer->config.deck, &wanted) &&
        audio_formats_are_equal(&wanted, &changer->order.format)) {
        if (!deck_may_replace(changer->config.deck))
            return;
        store_relaxed_u64(&changer->stage, STAGE_IDLE);
        replace_by_made(changer, now);
        return;
    }
    changer->unwanted = changer->made;
    changer->made = NULL;
    store_release_u64(&changer->stage, STAGE_UNWANTED);
    worker_nudge(changer->worker);
}

static void fail(struct changer *changer, struct instant now)
{
    note_failure(changer, now);
    give_way(changer, true);
}

static void take_made(struct changer *changer, struct instant now)
{
    uint64_t stage = load_acquire_u64(&changer->stage);

    if (stage != STAGE_MADE && stage != STAGE_FAILED)
        return;
    if (stage == STAGE_MADE &&
        !audio_formats_are_equal(&changer->order.format, &changer->config.tape.format)) {
        take_other(changer, now);
        return;
    }
    store_relaxed_u64(&changer->stage, STAGE_IDLE);
    if (stage == STAGE_MADE) {
        offer_made(changer, now);
    } else if (changer->failure.status == TAPEMAP_E_DISK_FULL) {
        changer->is_without_room = true;
    } else {
        fail(changer, now);
    }
}

/* What was left may still have to be cut, or something old may go: then it is worth another try. */
static void await_room(struct changer *changer, struct instant now)
{
    enum finisher_room room = FINISHER_ROOM_PENDING;

    if (changer->is_without_room)
        room = finisher_ask_room(changer->config.finisher, now);
    changer->is_without_room = changer->is_without_room && room == FINISHER_ROOM_PENDING;
    changer->room_tries += room == FINISHER_ROOM_MADE;
    if (room == FINISHER_ROOM_DENIED ||
        (room == FINISHER_ROOM_MADE && changer->room_tries > FINISHER_MOST_TRIES))
        fail(changer, now);
}

static bool is_due(const struct changer *changer, struct instant now)
{
    struct audio_format wanted;

    if (load_acquire_u64(&changer->stage) != STAGE_IDLE || changer->is_without_room ||
        !finisher_has_room(changer->config.finisher) || now.clock < changer->retry_clock)
        return false;
    if (deck_wants_format(changer->config.deck, &wanted))
        return true;
    if (changer->offered || !deck_may_offer(changer->config.deck))
        return false;
    uint64_t boundary = planned_boundary(changer, now);
    if (changer->is_wanted)
        return true;
    return boundary != TAPE_ENDLESS &&
           head_of(changer) + lead_frames(changer, boundary) >= boundary;
}

/* The first tape of a series in another format. It takes as many bytes as the others. */
static void order_other(struct changer *changer, const struct audio_format *format,
                        struct instant now)
{
    const struct changer_config *config = &changer->config;
    struct tape_config *order = &changer->order;
    uint32_t was_bytes = tape_control(deck_tape(config->deck))->frame_bytes;
    struct rotation_facts facts = {
        .sample_rate_hz = format->sample_rate_hz,
        .frame_bytes = pcm_sample_bytes(format->sample_format) * format->channels,
    };

    *order = config->tape;
    order->format = *format;
    order->end_frame = 0; /* see tape_change.c */
    order->previous_tape_id = 0;
    order->capacity_frames = quantity_scale(order->capacity_frames, was_bytes, facts.frame_bytes);
    order->boundary_frame = 0;
    if (rotation_is_fixed(&config->policy))
        order->boundary_frame = rotation_boundary(&config->policy, &facts);
    changer->order_utc_ns = now.utc_ns;
}

static void order_same(struct changer *changer, struct instant now)
{
    const struct changer_config *config = &changer->config;
    struct rotation_facts facts = facts_now(changer, now);
    uint64_t boundary = planned_boundary(changer, now);

    if (changer->is_wanted || boundary == TAPE_ENDLESS)
        boundary = head_of(changer);
    changer->order = config->tape;
    changer->order.end_frame = 0; /* that of the whole series; see tape_change.c */
    changer->order.previous_tape_id = tape_control(deck_tape(config->deck))->tape_id;
    changer->order_utc_ns = rotation_begin_utc_ns(&config->policy, &facts, boundary);
    if (config->is_pulled && !rotation_is_fixed(&config->policy)) {
        facts.position = 0;
        facts.utc_ns = changer->order_utc_ns;
        changer->order.boundary_frame = rotation_boundary(&config->policy, &facts);
    }
}

static void order_next(struct changer *changer, struct instant now)
{
    struct audio_format wanted;

    if (deck_wants_format(changer->config.deck, &wanted))
        order_other(changer, &wanted, now);
    else
        order_same(changer, now);
    store_release_u64(&changer->stage, STAGE_WANTED);
    worker_nudge(changer->worker);
}

void changer_tick(struct changer *changer, struct instant now)
{
    take_left(changer, now);
    note_pace(changer, now);
    if (deck_take_rotate_request(changer->config.deck) && !changer->offered)
        changer->is_wanted = true;
    take_made(changer, now);
    await_room(changer, now);
    give_way(changer, false);
    if (is_due(changer, now))
        order_next(changer, now);
}

void changer_end(struct changer *changer, struct instant now)
{
    take_left(changer, now);
}

/* ---- Others --------------------------------------------------------------------------------- */

enum tapemap_status changer_start(const struct changer_config *config, struct changer **changer,
                                  struct failure *failure)
{
    struct changer *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->config = *config;
    made->planned_utc_ns = tape_control(deck_tape(config->deck))->created_utc_ns;
    enum tapemap_status status = worker_start(changer_job, made, &made->worker, failure);
    if (status != TAPEMAP_OK) {
        free(made);
        return status;
    }
    *changer = made;
    return TAPEMAP_OK;
}

bool changer_take_failure(struct changer *changer, struct failure *failure)
{
    if (load_acquire_u64(&changer->has_news) == 0)
        return false;
    *failure = changer->news;
    store_release_u64(&changer->has_news, 0);
    return true;
}

void changer_stop(struct changer *changer)
{
    if (!changer)
        return;
    worker_stop(changer->worker);
    if (deck_take_unused(changer->config.deck))
        recorded_tape_discard(changer->offered);
    recorded_tape_discard(changer->made);
    recorded_tape_discard(changer->unwanted);
    free(changer);
}
