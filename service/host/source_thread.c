/* SPDX-License-Identifier: MIT */
/*
 * Its states, from the thread's side:
 *
 *   opening -> open -> recording -> lost -> [fallback] -> found again: recording -> ...
 *
 * `current` is what is started now: the source, the fallback, or nothing. Only this thread touches
 * it, but for the pump's waking by the keeper (see source_thread_tick).
 */
#include "source_thread.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "line_queue.h"
#include "pace.h"
#include "pcm.h"
#include "pump.h"
#include "quantity.h"
#include "source_probe.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"
#include "sleeper.h"

#define LOOK_AGAIN_MS 2000u
#define PROBE_AGAIN_MS 10000u /* a process each time */
#define WATCH_MS 100u
#define STOP_MS 700u
#define CLOSE_MS 5000u

struct source_thread {
    struct source_plan plan;
    struct sleeper *sleeper;
    struct sleeper *own_sleeper; /* the same, for the thread itself */
    struct line_queue news;
    struct deck *deck;
    struct keeper_timer *timer;

    /* The thread's own. */
    struct source *current;
    bool is_fallback; /* `current` is */
    bool has_stuck;   /* there is a pulled source that did not come back; it is left alone */
    struct audio_format format;
    char name[256]; /* of the source, as it was first found */
    char same[320]; /* a spec that finds it again */
    char why[512];  /* why it cannot be opened, as was told last */
    uint64_t losses_seen;
    uint64_t finds_seen;
    bool is_told_lost; /* since the source delivered last */

    struct pump *pump;
    struct tapemap_shared_u64 has_pump; /* 1: `pump` may be woken */
    struct tapemap_shared_u64 is_waking; /* 1: the keeper is doing it */
    uint64_t keeper_losses;              /* the keeper's own: of which the thread was woken */

    struct tapemap_shared_u64 is_open;     /* 1: open, or failed: see status */
    struct tapemap_shared_u64 is_asked;    /* 1: to start */
    struct tapemap_shared_u64 has_answered; /* 1: the start returned */
    struct tapemap_shared_u64 is_ending;   /* 1: to stop */
    struct tapemap_shared_u64 has_stopped; /* 1: the source calls no more */
    enum tapemap_status status;            /* of opening, then of starting */
    struct failure failure;
};

static bool is_ending(const struct source_thread *self)
{
    return load_acquire_u64(&self->is_ending) != 0;
}

/* ---- One source: opening, starting, stopping ------------------------------------------------ */

static enum tapemap_status start_current(struct source_thread *self, struct failure *failure)
{
    struct source *source = self->current;
    struct pump_config pump = {
        .source = source,
        .deck = self->deck,
        .timer = self->timer,
        .speed_thousandths = self->is_fallback ? PACE_REALTIME : self->plan.speed_thousandths,
        .is_replaceable = self->is_fallback,
    };
    struct source_sink sink = {
        .context = self->deck,
        .frames = deck_sink_frames,
        .overflow = deck_sink_overflow,
        .lost = deck_sink_lost,
    };
    enum tapemap_status status;

    if (!source->ops->read)
        return source->ops->start(source, &sink, failure);
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
    if (self->current->ops->stop)
        self->current->ops->stop(self->current);
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

static void drop_current(struct source_thread *self)
{
    if (stop_current(self) && self->current)
        self->current->ops->close(self->current);
    self->current = NULL;
}

static bool formats_are_equal(const struct audio_format *a, const struct audio_format *b)
{
    return a->sample_format == b->sample_format && a->channels == b->channels &&
           a->sample_rate_hz == b->sample_rate_hz;
}

/* ---- Looking for the source again ----------------------------------------------------------- */

static void tell(struct source_thread *self, const char *format, ...)
{
    char text[LINE_QUEUE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    line_queue_put(&self->news, text);
}

static void describe_format(const struct audio_format *format, char *text, size_t room)
{
    snprintf(text, room, "%s, %u Hz, %u channel%s", tapemap_format_name(format->sample_format),
             (unsigned)format->sample_rate_hz, (unsigned)format->channels,
             format->channels == 1 ? "" : "s");
}

/*
 * The source is there, but in `other` format only, and a tape has one format. Here a deck that can
 * go on with another tape would begin one in that format.
 */
static void end_for_format(struct source_thread *self, const struct audio_format *other)
{
    char was[64];
    char is[64];
    char text[256];

    describe_format(&self->format, was, sizeof was);
    describe_format(other, is, sizeof is);
    snprintf(text, sizeof text,
             "the source came back as %s instead of %s, and a tape has one format; set the device "
             "back, or record anew", is, was);
    deck_request_end(self->deck, TAPEMAP_REASON_SOURCE_LOST, text);
    keeper_timer_nudge(self->timer);
}

/* Whether it can be opened in any other format. */
static bool came_back_otherwise(struct source_thread *self, struct audio_format *other)
{
    struct source_wish any = {{self->format.sample_format, 0, 0}};
    struct failure ignored;
    struct source *found;

    if (source_open(self->same, &any, &found, &ignored) != TAPEMAP_OK)
        return false;
    *other = found->format;
    found->ops->close(found);
    return !formats_are_equal(other, &self->format);
}

/* Opens the source in the tape's format; NULL: it is not there, or not itself. */
static struct source *open_again(struct source_thread *self)
{
    struct source_wish wish = {self->format};
    struct audio_format other;
    struct failure failure;
    struct source *found;
    enum tapemap_status status = source_open(self->same, &wish, &found, &failure);

    if (status == TAPEMAP_E_UNSUPPORTED && came_back_otherwise(self, &other)) {
        end_for_format(self, &other);
        return NULL;
    }
    if (status != TAPEMAP_OK)
        return NULL;
    if (strcmp(self->same, self->plan.source) != 0 && strcmp(found->description, self->name) != 0) {
        found->ops->close(found); /* another device, whose name has that name in it */
        return NULL;
    }
    return found;
}

/* Starts `source` in place of what was lost; closes it when that fails. */
static bool begin(struct source_thread *self, struct source *source, bool is_fallback)
{
    struct deck_source announced = {.is_clocked = source->is_clocked, .is_fallback = is_fallback};
    struct failure failure;

    snprintf(announced.description, sizeof announced.description, "%s", source->description);
    self->current = source;
    self->is_fallback = is_fallback;
    self->losses_seen = deck_losses(self->deck);
    deck_source_starts(self->deck, &announced);
    if (start_current(self, &failure) == TAPEMAP_OK)
        return true;
    drop_current(self);
    return false;
}

static void begin_fallback(struct source_thread *self)
{
    struct source_wish wish = {self->format};
    struct failure failure;
    struct source *found;

    if (!self->plan.fallback || self->current)
        return;
    if (source_open(self->plan.fallback, &wish, &found, &failure) != TAPEMAP_OK) {
        if (strcmp(failure.text, self->why) != 0)
            tell(self, "the fallback cannot be recorded: %s", failure.text);
        snprintf(self->why, sizeof self->why, "%s", failure.text);
        return;
    }
    if (formats_are_equal(&found->format, &self->format))
        begin(self, found, true);
    else
        found->ops->close(found);
}

/* PortAudio's list of devices is that of the moment when its first session began: while the
   fallback is such a device, only another process sees that the source is there again. */
static bool is_there_again(struct source_thread *self)
{
    bool is_list_frozen = self->current && !self->current->ops->read;

    return !is_list_frozen || source_probe(self->same, &self->format);
}

static void look_again(struct source_thread *self)
{
    struct source *found;

    if (!is_there_again(self))
        return;
    if (self->current && !self->current->ops->read) {
        deck_source_stops(self->deck);
        drop_current(self);
    }
    found = open_again(self);
    if (found && self->current) {
        deck_source_stops(self->deck);
        drop_current(self);
    }
    if (found)
        begin(self, found, false);
    begin_fallback(self);
}

/* ---- The thread ----------------------------------------------------------------------------- */

static void note_loss(struct source_thread *self)
{
    uint64_t losses = deck_losses(self->deck);

    if (losses == self->losses_seen)
        return;
    self->losses_seen = losses;
    if (!self->plan.waits)
        return;
    if (self->current && !self->is_fallback && !self->is_told_lost) {
        tell(self, "%s went away at frame %" PRIu64 "; it is looked for, and time goes on as "
             "silence", self->name, deck_lost_at(self->deck));
        self->is_told_lost = true;
    }
    drop_current(self);
    begin_fallback(self);
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
    tell(self, "%s is %s after %s of silence", self->current->description,
         self->is_fallback ? "recorded meanwhile," : "back,", silence);
    self->is_told_lost = self->is_told_lost && self->is_fallback;
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
        if (!is_ending(self) && waited >= look_ms) {
            look_again(self);
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
        self->status = source_open(self->plan.source, &self->plan.wish, &self->current,
                                   &self->failure);
        if (self->status == TAPEMAP_OK || !self->plan.waits_at_start ||
            !is_worth_waiting(self->status) || is_ending(self))
            break;
        if (strcmp(self->failure.text, self->why) != 0)
            tell(self, "waiting for its source: %s", self->failure.text);
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

    self->status = start_current(self, &failure);
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
    drop_current(self);
}

/* ---- The other threads ---------------------------------------------------------------------- */

enum tapemap_status source_thread_open(const struct source_plan *plan,
                                       void (*say_line)(const char *text),
                                       struct source_thread **thread, struct failure *failure)
{
    struct source_thread *made = calloc(1, sizeof *made);
    enum tapemap_status status;
    char text[LINE_QUEUE_BYTES];

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a source; close other programs");
    made->plan = *plan;
    status = sleeper_start(source_thread_main, made, &made->sleeper, failure);
    if (status != TAPEMAP_OK) {
        free(made);
        return status;
    }
    while (load_acquire_u64(&made->is_open) == 0) {
        while (line_queue_take(&made->news, text, sizeof text))
            say_line(text);
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
    uint64_t losses = deck_losses(thread->deck);

    exchange_u64(&thread->is_waking, 1);
    if (load_acquire_u64(&thread->has_pump) != 0)
        pump_go_on(thread->pump);
    store_release_u64(&thread->is_waking, 0);
    if (losses != thread->keeper_losses)
        sleeper_wake(thread->sleeper);
    thread->keeper_losses = losses;
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

bool source_thread_close(struct source_thread *thread)
{
    if (!thread)
        return true;
    store_release_u64(&thread->is_ending, 1);
    sleeper_wake(thread->sleeper);
    if (!sleeper_has_ended(thread->sleeper, CLOSE_MS) || thread->has_stuck)
        return false;
    sleeper_destroy(thread->sleeper);
    free(thread);
    return true;
}
