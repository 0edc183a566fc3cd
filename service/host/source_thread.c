/* SPDX-License-Identifier: MIT */
/*
 * Its states, from the thread's side:
 *
 *   opening -> open -> recording -> lost -> [fallback] -> found again: recording -> ...
 *
 * `current` is what is started now: the source, the fallback, or nothing. Only this thread touches
 * it, but for the pump's waking by the keeper (see source_thread_tick).
 */
#include "source_thread_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio_format.h"
#include "pace.h"
#include "quantity.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define LOOK_AGAIN_MS 2000u
#define PROBE_AGAIN_MS 10000u /* a process each time */
#define WATCH_MS 100u
#define STOP_MS 700u
#define CLOSE_MS 5000u

/* 1: a thread was left to the end of the process. */
static struct tapemap_shared_u64 is_left;

static bool is_ending(const struct source_thread *self)
{
    return load_acquire_u64(&self->is_ending) != 0;
}

/* ---- One source: opening, starting, stopping ------------------------------------------------ */

struct source_sink source_thread_sink(const struct source_thread *self)
{
    return (struct source_sink){
        .context = self->deck,
        .frames = deck_sink_frames,
        .overflow = deck_sink_overflow,
        .lost = deck_sink_lost,
    };
}

enum tapemap_status source_thread_begin(struct source_thread *self, struct failure *failure)
{
    struct source *source = self->current;
    struct pump_config pump = {
        .source = source,
        .deck = self->deck,
        .timer = self->timer,
        .speed_thousandths = self->is_fallback ? PACE_REALTIME : self->plan.speed_thousandths,
        .is_replaceable = self->is_fallback,
    };
    struct source_sink sink = source_thread_sink(self);
    enum tapemap_status status;

    if (!source->ops->read)
        return source_call_start(self, source, self->is_fallback, &sink, failure);
    status = pump_start(&pump, &self->pump, failure);
    if (status == TAPEMAP_OK)
        store_release_u64(&self->has_pump, 1);
    return status;
}

/* Returns false when `current` does not come back: it is left alone, and there is none. */
static bool stop_current(struct source_thread *self)
{
    if (!self->current)
        return true;
    source_call_stop(self);
    if (load_relaxed_u64(&self->has_pump) == 0)
        return true;
    exchange_u64(&self->has_pump, 0);
    while (load_acquire_u64(&self->is_waking) != 0)
        steady_clock_sleep_ms(0);
    if (pump_stop(self->pump))
        return true;
    self->has_stuck = true;
    self->current = NULL;
    return false;
}

void source_thread_drop(struct source_thread *self)
{
    if (stop_current(self) && self->current)
        source_call_close(self, self->current, self->is_fallback);
    self->current = NULL;
}

/* ---- What is told -------------------------------------------------------------------------- */

void source_thread_tell(struct source_thread *self, const char *format, ...)
{
    char text[LINE_QUEUE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    line_queue_put(&self->news, text);
}

void source_thread_tell_once(struct source_thread *self, const char *text)
{
    if (strcmp(text, self->why) != 0)
        source_thread_tell(self, "%s", text);
    snprintf(self->why, sizeof self->why, "%s", text);
}

/* ---- The thread ----------------------------------------------------------------------------- */

static void note_loss(struct source_thread *self)
{
    if (!self->current || deck_lost_source(self->deck) < self->number || !self->plan.waits)
        return;
    if (!self->is_fallback && !self->is_told_lost) {
        source_thread_tell(self, "%s went away at frame %" PRIu64 "; it is looked for, and "
                           "time goes on as silence", self->name, deck_lost_at(self->deck));
        self->is_told_lost = true;
    }
    source_thread_drop(self);
    source_thread_begin_fallback(self);
}

static void note_find(struct source_thread *self)
{
    uint64_t finds = deck_finds(self->deck);
    uint64_t ns = 0;
    char silence[48];

    if (finds == self->finds_seen || !self->current)
        return;
    self->finds_seen = finds;
    quantity_ns_from_frames(deck_found_at(self->deck) - deck_lost_at(self->deck),
                            self->format.sample_rate_hz, &ns);
    quantity_print_duration(ns, silence, sizeof silence);
    source_thread_tell(self, "%s is %s after %s of silence", self->current->description,
         self->is_fallback ? "recorded meanwhile," : "back,", silence);
    self->is_told_lost = self->is_told_lost && self->is_fallback;
}

/* Returns true when the deck has a tape in another format, in which the source is to be opened. */
static bool note_format(struct source_thread *self)
{
    struct audio_format format = deck_format(self->deck);

    if (audio_formats_are_equal(&format, &self->format))
        return false;
    self->format = format;
    return true;
}

static void watch(struct source_thread *self)
{
    uint32_t waited = 0;

    while (!is_ending(self)) {
        bool has_list = !self->current || self->current->ops->read;
        uint32_t look_ms = has_list ? LOOK_AGAIN_MS : PROBE_AGAIN_MS;
        bool has_source = self->current && !self->is_fallback;

        sleeper_wait(self->own_sleeper, WATCH_MS);
        note_find(self);
        note_loss(self);
        waited = has_source ? 0 : waited + WATCH_MS;
        if (!is_ending(self) && (note_format(self) || waited >= look_ms)) {
            source_thread_look_again(self);
            waited = 0;
        }
    }
}

/* What another try may find otherwise. */
static bool is_worth_waiting(enum tapemap_status status)
{
    return status == TAPEMAP_E_ARGUMENT || status == TAPEMAP_E_SYSTEM ||
           status == TAPEMAP_E_DENIED || status == TAPEMAP_E_LOST;
}

static void open_first(struct source_thread *self)
{
    for (;;) {
        self->status = source_call_open(self, self->plan.source, &self->plan.wish,
                                        &self->current, &self->failure);
        if (self->status == TAPEMAP_OK || !self->plan.waits_at_start ||
            !is_worth_waiting(self->status) || is_ending(self))
            break;
        if (strcmp(self->failure.text, self->why) != 0)
            source_thread_tell(self, "waiting for its source: %s", self->failure.text);
        snprintf(self->why, sizeof self->why, "%s", self->failure.text);
        sleeper_wait(self->own_sleeper, LOOK_AGAIN_MS);
    }
    if (self->status == TAPEMAP_OK) {
        const char *same = self->current->same;
        self->format = self->current->format;
        snprintf(self->name, sizeof self->name, "%s", self->current->description);
        snprintf(self->same, sizeof self->same, "%s", same[0] ? same : self->plan.source);
    }
    store_release_u64(&self->is_open, 1);
}

static void start_first(struct source_thread *self)
{
    struct failure failure;

    self->status = source_thread_begin(self, &failure);
    if (self->status != TAPEMAP_OK) {
        self->failure = failure;
        deck_request_end(self->deck, TAPEMAP_REASON_FAILURE, failure.text);
    }
    store_release_u64(&self->has_answered, 1);
}

static void source_thread_main(struct sleeper *sleeper, void *context)
{
    struct source_thread *self = context;

    self->own_sleeper = sleeper;
    open_first(self);
    if (self->status != TAPEMAP_OK)
        return;
    while (load_acquire_u64(&self->is_asked) == 0 && !is_ending(self))
        sleeper_wait(sleeper, LOOK_AGAIN_MS);
    if (!is_ending(self)) {
        start_first(self);
        watch(self);
    }
    stop_current(self);
    store_release_u64(&self->has_stopped, 1);
    source_thread_drop(self);
}

/* ---- The other threads ---------------------------------------------------------------------- */

enum tapemap_status source_thread_open(const struct source_plan *plan,
                                       const struct source_waiting *waiting,
                                       struct source_thread **thread, struct failure *failure)
{
    struct source_thread *made = calloc(1, sizeof *made);
    enum tapemap_status status;
    char text[LINE_QUEUE_BYTES];

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a source; close other programs");
    made->plan = *plan;
    made->number = 1;
    status = sleeper_start(source_thread_main, made, &made->sleeper, failure);
    if (status != TAPEMAP_OK) {
        free(made);
        return status;
    }
    while (load_acquire_u64(&made->is_open) == 0) {
        while (line_queue_take(&made->news, text, sizeof text))
            waiting->tell(waiting->context, text);
        struct device_call call = source_thread_call(made);
        if (!waiting->goes_on(waiting->context, &call, failure)) {
            source_thread_close(made);
            return failure->status;
        }
        steady_clock_sleep_ms(5);
    }
    if (made->status != TAPEMAP_OK) {
        status = made->status;
        *failure = made->failure;
        source_thread_close(made);
        return status;
    }
    *thread = made;
    return TAPEMAP_OK;
}

struct source *source_thread_source(struct source_thread *thread)
{
    return thread->current;
}

void source_thread_start(struct source_thread *thread, struct deck *deck,
                         struct keeper_timer *timer)
{
    thread->deck = deck;
    thread->timer = timer;
    store_release_u64(&thread->is_asked, 1);
    sleeper_wake(thread->sleeper);
}

bool source_thread_has_answered(const struct source_thread *thread)
{
    return load_acquire_u64(&thread->has_answered) != 0;
}

enum tapemap_status source_thread_answer(const struct source_thread *thread,
                                         struct failure *failure)
{
    if (thread->status != TAPEMAP_OK)
        *failure = thread->failure;
    return thread->status;
}

/* The pump is not freed under the keeper's hands: both sides go through a full barrier. */
void source_thread_tick(struct source_thread *thread)
{
    if (load_acquire_u64(&thread->is_asked) == 0)
        return; /* who is asked to end before it was started has no deck here yet */
    uint64_t lost = deck_lost_source(thread->deck);

    exchange_u64(&thread->is_waking, 1);
    if (load_acquire_u64(&thread->has_pump) != 0)
        pump_go_on(thread->pump);
    store_release_u64(&thread->is_waking, 0);
    if (lost != thread->keeper_lost)
        sleeper_wake(thread->sleeper);
    thread->keeper_lost = lost;
}

bool source_thread_take_news(struct source_thread *thread, char *text, size_t room)
{
    return line_queue_take(&thread->news, text, room);
}

void source_thread_stop(struct source_thread *thread)
{
    store_release_u64(&thread->is_ending, 1);
    sleeper_wake(thread->sleeper);
    for (uint32_t waited = 0; waited < STOP_MS; waited += 5) {
        if (load_acquire_u64(&thread->has_stopped) != 0)
            return;
        steady_clock_sleep_ms(5);
    }
}

void source_thread_leave(void)
{
    store_release_u64(&is_left, 1);
}

bool source_thread_was_left(void)
{
    return load_acquire_u64(&is_left) != 0;
}

bool source_thread_close(struct source_thread *thread)
{
    if (!thread)
        return true;
    store_release_u64(&thread->is_ending, 1);
    sleeper_wake(thread->sleeper);
    if (!sleeper_has_ended(thread->sleeper, CLOSE_MS) || thread->has_stuck) {
        source_thread_leave();
        return false;
    }
    sleeper_destroy(thread->sleeper);
    free(thread);
    return true;
}
