/* SPDX-License-Identifier: MIT */
/* The default input, recorded for a second and a half as a recorder does. */
#include <string.h>

#include "atomic64.h"
#include "check_support.h"
#include "portaudio_devices.h"
#include "source.h"
#include "steady_clock.h"

#define SOUND_MS 1500.0
#define SOUND_FIRST_MS 3000.0 /* a device may need so long to begin */
#define SOUND_RATE_MOST 0.02  /* of the rate, in so short a time */
#define SOUND_PAUSE_MOST_MS 200.0 /* what a device is asked to hold for us (portaudio.c) */

/* What came; the callback's until the source has stopped. */
struct heard {
    struct audio_format format;
    char description[256];
    size_t frame_bytes;
    struct tapemap_shared_u64 calls;
    struct tapemap_shared_u64 lost;
    uint64_t first_clock;
    uint64_t last_clock;
    uint64_t frames; /* after the first call */
    uint64_t longest_ticks;
    bool has_sound;  /* something but zeros */
};

/* Measured once for all checks of this process. */
static struct heard heard;
static bool was_tried;
static bool is_heard;
static struct finding unheard;

static void take_frames(void *context, const void *frames, size_t count, uint64_t clock)
{
    struct heard *to = context;
    const unsigned char *bytes = frames;
    uint64_t calls = load_relaxed_u64(&to->calls);

    for (size_t i = 0; i < count * to->frame_bytes && !to->has_sound; i++)
        to->has_sound = bytes[i] != 0;
    if (calls == 0) {
        to->first_clock = clock;
    } else {
        to->frames += count;
        if (clock - to->last_clock > to->longest_ticks)
            to->longest_ticks = clock - to->last_clock;
    }
    to->last_clock = clock;
    store_release_u64(&to->calls, calls + 1);
}

static void take_overflow(void *context, uint64_t clock)
{
    (void)context;
    (void)clock;
}

static void take_loss(void *context)
{
    store_release_u64(&((struct heard *)context)->lost, 1);
}

/* Until enough has come, or nothing comes. */
static void sound_listen(void)
{
    uint64_t begin = steady_clock_now();

    while (load_acquire_u64(&heard.lost) == 0 &&
           check_ms_since(begin) <
               (load_acquire_u64(&heard.calls) > 0 ? SOUND_MS : SOUND_FIRST_MS))
        steady_clock_sleep_ms(10);
}

static void sound_hear(struct source *source)
{
    const struct source_sink sink = {&heard, take_frames, take_overflow, take_loss};
    struct failure failure;

    heard.format = source->format;
    memcpy(heard.description, source->description, sizeof heard.description);
    heard.frame_bytes = (size_t)heard.format.channels *
                        (heard.format.sample_format == TAPEMAP_S16   ? 2u
                         : heard.format.sample_format == TAPEMAP_S24 ? 3u
                                                                     : 4u);
    if (source->ops->start(source, &sink, &failure) != TAPEMAP_OK) {
        finding_set(&unheard, FINDING_UNTESTED, "%s", failure.text);
        return;
    }
    sound_listen();
    source->ops->stop(source);
    is_heard = load_acquire_u64(&heard.calls) > 2;
    if (!is_heard)
        finding_set(&unheard, FINDING_DIFFERS, "'%.150s' delivered nothing in %.0f s",
                    heard.description, SOUND_FIRST_MS / 1000);
}

/* Records for a while, the first time. Returns false with `unheard` filled. */
static bool sound_record(const struct check_place *place)
{
    const struct source_wish wish = {{0}};
    struct source *source;
    struct failure failure;

    if (was_tried)
        return is_heard;
    was_tried = true;
    if (!place->has_sound) {
        finding_set(&unheard, FINDING_UNTESTED, "--no-sound was given");
    } else if (source_open("portaudio", &wish, &source, &failure) != TAPEMAP_OK) {
        finding_set(&unheard, FINDING_UNTESTED, "%s", failure.text);
    } else {
        sound_hear(source);
        source->ops->close(source);
    }
    return is_heard;
}

static void devices_are_listed(const struct check_place *place, struct finding *finding)
{
    struct failure failure;
    size_t count = 0;

    if (!place->has_sound) {
        finding_set(finding, FINDING_UNTESTED, "--no-sound was given");
        return;
    }
    uint64_t begin = steady_clock_now();
    if (devices_list(NULL, 0, &count, &failure) != TAPEMAP_OK)
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
    else if (count == 0)
        finding_set(finding, FINDING_UNTESTED, "there is no input device");
    else
        finding_set(finding, FINDING_HOLDS, "%zu inputs in %.0f ms", count, check_ms_since(begin));
}

static void rate_is_real(const struct check_place *place, struct finding *finding)
{
    if (!sound_record(place)) {
        *finding = unheard;
        return;
    }
    double seconds =
        (double)(heard.last_clock - heard.first_clock) / (double)steady_clock_hz();
    double rate = seconds > 0 ? (double)heard.frames / seconds : 0;
    double claimed = heard.format.sample_rate_hz;
    bool is_near = rate > claimed * (1 - SOUND_RATE_MOST) && rate < claimed * (1 + SOUND_RATE_MOST);
    finding_set(finding, is_near ? FINDING_HOLDS : FINDING_HARMLESS,
                "'%.150s': %u channels, %.0f frames a second of %.0f%s", heard.description,
                (unsigned)heard.format.channels, rate, claimed,
                is_near ? "" : "; gaps are judged over seconds, record a minute to be sure");
}

static void pieces_come_often(const struct check_place *place, struct finding *finding)
{
    if (!sound_record(place)) {
        *finding = unheard;
        finding->verdict = FINDING_UNTESTED; /* it is told once */
        return;
    }
    double ms = (double)heard.longest_ticks * 1000.0 / (double)steady_clock_hz();
    finding_set(finding, ms < SOUND_PAUSE_MOST_MS ? FINDING_HOLDS : FINDING_HARMLESS,
                "%llu pieces, the longest pause %.1f ms%s",
                (unsigned long long)load_relaxed_u64(&heard.calls), ms,
                ms < SOUND_PAUSE_MOST_MS ? "" : "; what a device loses in it is found, and marked");
}

static void input_is_allowed(const struct check_place *place, struct finding *finding)
{
    if (!sound_record(place)) {
        *finding = unheard;
        finding->verdict = FINDING_UNTESTED;
        return;
    }
    if (heard.has_sound)
        finding_set(finding, FINDING_HOLDS, "it is not digital silence");
    else
        finding_set(finding, FINDING_HARMLESS,
                    "nothing but zeros: muted, nothing plays, or Windows Settings, Privacy, "
                    "Microphone keep programs from it");
}

static const struct check rows[] = {
    {{"S1", "the sound system lists its inputs", ""}, 6000, devices_are_listed},
    {{"S2", "the default input delivers at the rate that it says",
      "a recording from it is empty; choose another with --source"}, 8000, rate_is_real},
    {{"S3", "it delivers in pieces less than 200 ms apart", ""}, 8000, pieces_come_often},
    {{"S4", "programs are given what the microphone hears", ""}, 8000, input_is_allowed},
};

const struct check *check_sound_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
