/* SPDX-License-Identifier: MIT */
/* Looking for a source that was lost. */
#include <stdio.h>
#include <string.h>

#include "audio_format.h"
#include "device_match.h"
#include "source_probe.h"
#include "source_thread_private.h"
#include "steady_clock.h"

/* How long a device that was started may take to deliver while the fallback is recorded. */
#define BESIDE_SECONDS 3u
#define BESIDE_LOOK_MS 5u

/* A deck that cannot go on with another tape ends; so it is begun anew by whoever restarts it. */
static void end_for_format(struct source_thread *self, const char *was, const char *is)
{
    char text[256];

    snprintf(text, sizeof text,
             "the source came back as %s instead of %s, and a tape has one format; set the device "
             "back, or record anew", is, was);
    deck_request_end(self->deck, TAPEMAP_REASON_SOURCE_LOST, text);
    keeper_timer_nudge(self->timer);
}

/* Another device may have that name in its name. */
static bool is_itself(const struct source_thread *self, const struct source *found)
{
    return strcmp(self->same, self->plan.source) == 0 ||
           device_names_are_one(found->description, self->name);
}

/* Whether it can be opened as `wish` says, in the same sample format; *format: as what. */
static bool can_be_opened(struct source_thread *self, struct source_wish wish,
                          struct audio_format *format)
{
    struct failure ignored;
    struct source *found;

    wish.format.sample_format = self->format.sample_format;
    if (source_call_open(self, self->same, &wish, &found, &ignored) != TAPEMAP_OK)
        return false;
    *format = found->format;
    bool is_fit = is_itself(self, found) && !audio_formats_are_equal(format, &self->format);
    source_call_close(self, found, false);
    return is_fit;
}

/* It cannot be opened in the tape's format. Returns true when a tape in another is asked for. */
static bool meet_other_format(struct source_thread *self)
{
    static const struct source_wish any = {0};
    struct audio_format other;
    bool is_asked_for = can_be_opened(self, self->plan.wish_again, &other);
    char was[AUDIO_FORMAT_BYTES];
    char is[AUDIO_FORMAT_BYTES];
    char text[300];

    if (!is_asked_for && !can_be_opened(self, any, &other))
        return false;
    audio_format_print(&self->format, was);
    audio_format_print(&other, is);
    if (!self->plan.may_change_format) {
        end_for_format(self, was, is);
        return false;
    }
    snprintf(text, sizeof text, "%s came back as %s instead of %s: %s", self->name, is, was,
             is_asked_for ? "a new tape begins in that format"
                          : "that is not what was asked for, and time goes on as silence; set the "
                            "device back, or leave --rate and --channels out");
    source_thread_tell_once(self, text);
    if (is_asked_for) {
        deck_request_format(self->deck, &other);
        keeper_timer_nudge(self->timer);
    }
    return is_asked_for;
}

/* Opens the source in the tape's format; NULL: it is not there, or not itself. *is_changing: it is
   there, and waits for a tape in another format. */
static struct source *open_again(struct source_thread *self, bool *is_changing)
{
    struct source_wish wish = {self->format};
    struct failure failure;
    struct source *found;
    enum tapemap_status status = source_call_open(self, self->same, &wish, &found, &failure);

    *is_changing = status == TAPEMAP_E_UNSUPPORTED && meet_other_format(self);
    if (status != TAPEMAP_OK)
        return NULL;
    if (is_itself(self, found))
        return found;
    source_call_close(self, found, false);
    return NULL;
}

/* From now on `source` is expected to deliver, in place of what was lost. */
static void announce(struct source_thread *self, struct source *source, bool is_fallback)
{
    struct deck_source announced = {.is_clocked = source->is_clocked,
                                    .is_fallback = is_fallback,
                                    .format = source->format};

    snprintf(announced.description, sizeof announced.description, "%s", source->description);
    self->current = source;
    self->is_fallback = is_fallback;
    self->number = deck_source_starts(self->deck, &announced);
}

/* Starts `source` in place of what was lost; closes it when that fails. */
static void begin(struct source_thread *self, struct source *source, bool is_fallback)
{
    struct failure failure;

    announce(self, source, is_fallback);
    if (source_thread_begin(self, &failure) == TAPEMAP_OK)
        source_call_covers(self);
    else
        source_thread_drop(self);
}

void source_thread_begin_fallback(struct source_thread *self)
{
    struct source_wish wish = {self->format};
    struct failure failure;
    struct source *found;

    if (!self->plan.fallback || self->current)
        return;
    if (source_call_open(self, self->plan.fallback, &wish, &found, &failure) != TAPEMAP_OK) {
        char text[600];
        snprintf(text, sizeof text, "the fallback cannot be recorded: %s", failure.text);
        source_thread_tell_once(self, text);
        return;
    }
    if (audio_formats_are_equal(&found->format, &self->format))
        begin(self, found, true);
    else
        source_call_close(self, found, true);
}

/* PortAudio's list of devices is that of the moment when its first session began: while the
   fallback is such a device, only another process sees that the source is there again. */
static bool is_there_again(struct source_thread *self)
{
    bool is_list_frozen = self->current && !self->current->ops->read;
    struct audio_format wish = self->plan.may_change_format ? self->plan.wish_again.format
                                                            : self->format;

    wish.sample_format = self->format.sample_format;
    return !is_list_frozen || source_probe(self->same, &wish);
}

static void leave_current(struct source_thread *self)
{
    if (!self->current)
        return;
    deck_source_stops(self->deck);
    source_thread_drop(self);
}

/* Starts a device while the fallback is still recorded: that it is there does not say that it
   delivers, and until it does may take seconds. Returns whether it delivers. */
static bool starts_beside(struct source_thread *self, struct source *found)
{
    struct source_sink behind = source_thread_sink(self);
    uint64_t begin = steady_clock_now();
    struct failure failure;

    sink_valve_init(&self->valve, &behind);
    struct source_sink sink = sink_valve_sink(&self->valve);
    if (source_call_start(self, found, false, &sink, &failure) != TAPEMAP_OK)
        return false;
    while (!sink_valve_flows(&self->valve)) {
        if (load_acquire_u64(&self->is_ending) != 0 ||
            steady_clock_now() - begin > steady_clock_hz() * BESIDE_SECONDS)
            return false;
        steady_clock_sleep_ms(BESIDE_LOOK_MS);
    }
    return true;
}

/* The device takes the fallback's place without a pause, or is left again. */
static bool go_over(struct source_thread *self, struct source *found)
{
    if (!starts_beside(self, found)) {
        source_call_close(self, found, false);
        return false;
    }
    leave_current(self);
    announce(self, found, false);
    sink_valve_open(&self->valve);
    return true;
}

/* A device is started beside the fallback, even beside one that is a device itself: PortAudio's old
   list may do for it. Else that one is left first, for a new list. */
void source_thread_look_again(struct source_thread *self)
{
    struct source *found;
    bool is_changing;

    if (!is_there_again(self))
        return;
    found = open_again(self, &is_changing);
    if (found && self->current && !found->ops->read) {
        if (go_over(self, found) || self->current->ops->read)
            return;
        found = NULL;
    }
    if (!found && !is_changing && self->current && !self->current->ops->read) {
        leave_current(self);
        found = open_again(self, &is_changing);
    }
    if (found || is_changing)
        leave_current(self);
    if (found)
        begin(self, found, false);
    if (!is_changing)
        source_thread_begin_fallback(self);
}
