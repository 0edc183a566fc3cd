/* SPDX-License-Identifier: MIT */
#include "pump.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "pace.h"
#include "pcm.h"
#include "steady_clock.h"

/* Large enough that a block costs far more than the calls around it, small enough for the cache. */
#define PUMP_BLOCK_BYTES 1048576u
/* A nudge at each block, by calls and switches, cost a file tape a tenth of its speed. */
#define PUMP_BLOCKS_PER_NUDGE 8u
/* Paced reading happens in steps of a tick; more often gains nobody anything. */
#define PUMP_STEPS_PER_SECOND 100u
#define PUMP_STOP_TRIES 25
#define PUMP_STOP_TRY_MS 20

struct pump {
    struct pump_config config;
    HANDLE thread;
    HANDLE stop;                        /* manual-reset; set for good by pump_stop, after this: */
    struct tapemap_shared_u64 is_stopped; /* 1; asked at every block: an event costs a call */
    HANDLE ticked;                      /* auto-reset; the keeper's answer to `is_waiting` */
    struct tapemap_shared_u64 is_waiting; /* 1: the pump wants to hear of the next tick */
    struct tapemap_shared_u64 is_reading; /* 1: the thread is with the source, which may be stuck */
    uint32_t frame_bytes;
    size_t block_frames;
    struct pace_schedule schedule;
    uint64_t delivered_frames;
    unsigned char *block;
};

static bool pump_is_stopped(const struct pump *pump)
{
    return load_acquire_u64(&pump->is_stopped) != 0;
}

/* ---- The pump's thread ---------------------------------------------------------------------- */

/*
 * Blocks until the keeper has ticked or the pump is to stop. No tick is missed: the nudge makes
 * the keeper tick once more after is_waiting was set, and after each tick it looks there.
 */
static void pump_wait_for_keeper(struct pump *pump)
{
    HANDLE handles[2];

    if (!deck_takes_frames(pump->config.deck)) {
        WaitForSingleObject(pump->stop, KEEPER_TICK_MS); /* no tick would be the last to wait for */
        return;
    }
    handles[0] = pump->stop;
    handles[1] = pump->ticked;
    exchange_u64(&pump->is_waiting, 1);
    keeper_timer_nudge(pump->config.timer);
    WaitForMultipleObjects(2, handles, FALSE, INFINITE);
}

static void pump_deliver(struct pump *pump, size_t count)
{
    const unsigned char *frames = pump->block;
    bool is_full_speed = pump->schedule.thousandths == PACE_MAX;

    pump->delivered_frames += count;
    /* Full blocks at full speed: have the keeper commit on while the next ones are read. */
    if (is_full_speed && count == pump->block_frames &&
        pump->delivered_frames / count % PUMP_BLOCKS_PER_NUDGE == 0)
        keeper_timer_nudge(pump->config.timer);
    for (;;) {
        size_t taken = deck_append(pump->config.deck, frames, count, steady_clock_now());
        frames += taken * pump->frame_bytes;
        count -= taken;
        if (count == 0)
            return;
        pump_wait_for_keeper(pump);
        if (pump_is_stopped(pump))
            return;
    }
}

/* Returns how many frames to read now; waits until there are some due. 0: stopped. */
static size_t pump_frames_due(struct pump *pump)
{
    struct pace_schedule *schedule = &pump->schedule;
    uint64_t step = (uint64_t)schedule->rate_hz * schedule->thousandths /
                    (1000u * PUMP_STEPS_PER_SECOND);

    while (schedule->thousandths != PACE_MAX) {
        uint64_t now = steady_clock_now();
        uint64_t target = pump->delivered_frames + (step > 0 ? step : 1);
        uint64_t due;
        uint32_t wait_ms;
        pace_forgive(schedule, pump->delivered_frames, now);
        due = pace_due_frames(schedule, now);
        wait_ms = pace_wait_ms(schedule, target, due);
        if (wait_ms == 0) {
            uint64_t frames = due - pump->delivered_frames;
            return frames < pump->block_frames ? (size_t)frames : pump->block_frames;
        }
        if (WaitForSingleObject(pump->stop, wait_ms) == WAIT_OBJECT_0)
            return 0;
    }
    return pump_is_stopped(pump) ? 0 : pump->block_frames;
}

static void pump_request_end(struct pump *pump, enum tapemap_status status,
                             const struct failure *failure)
{
    if (pump->config.is_replaceable)
        deck_sink_lost(pump->config.deck);
    else if (status == TAPEMAP_E_ENDED)
        deck_request_end(pump->config.deck, TAPEMAP_REASON_SOURCE_ENDED, NULL);
    else
        deck_request_end(pump->config.deck, TAPEMAP_REASON_FAILURE, failure->text);
    keeper_timer_nudge(pump->config.timer);
}

/*
 * After a stop nobody may touch the deck, whose end does not wait for a source that is stuck. Both
 * sides go through a full barrier: pump_stop sets the stop, then looks whether the source is being
 * read; here the reading is over first, then comes the look at the stop.
 */
static bool pump_read(struct pump *pump, size_t room, size_t *count, enum tapemap_status *status,
                      struct failure *failure)
{
    struct source *source = pump->config.source;

    exchange_u64(&pump->is_reading, 1);
    *status = source->ops->read(source, pump->block, room, count, failure);
    exchange_u64(&pump->is_reading, 0);
    return !pump_is_stopped(pump);
}

static unsigned __stdcall pump_main(void *context)
{
    struct pump *pump = context;
    struct failure failure = {TAPEMAP_OK, ""};

    pump->schedule.start_clock = steady_clock_now();
    for (;;) {
        size_t count = 0;
        size_t room = pump_frames_due(pump);
        enum tapemap_status status;
        if (room == 0 || !pump_read(pump, room, &count, &status, &failure))
            return 0;
        if (status != TAPEMAP_OK) {
            pump_request_end(pump, status, &failure);
            return 0;
        }
        pump_deliver(pump, count);
    }
}

/* ---- The keeper's side ---------------------------------------------------------------------- */

static void pump_free(struct pump *pump)
{
    if (pump->thread)
        CloseHandle(pump->thread);
    if (pump->ticked)
        CloseHandle(pump->ticked);
    if (pump->stop)
        CloseHandle(pump->stop);
    free(pump->block);
    free(pump);
}

enum tapemap_status pump_start(const struct pump_config *config, struct pump **pump,
                               struct failure *failure)
{
    const struct audio_format *format = &config->source->format;
    struct pump *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a pump; close other programs");
    made->config = *config;
    made->schedule.thousandths = config->speed_thousandths;
    made->schedule.rate_hz = format->sample_rate_hz;
    made->schedule.clock_hz = steady_clock_hz();
    made->frame_bytes = pcm_sample_bytes(format->sample_format) * format->channels;
    made->block_frames = PUMP_BLOCK_BYTES / made->frame_bytes;
    made->block = malloc(made->block_frames * made->frame_bytes);
    made->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    made->ticked = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (made->block && made->stop && made->ticked)
        made->thread = (HANDLE)_beginthreadex(NULL, 0, pump_main, made, 0, NULL);
    if (!made->thread) {
        pump_free(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the thread that reads the source cannot be started; close other "
                           "programs");
    }
    *pump = made;
    return TAPEMAP_OK;
}

void pump_go_on(struct pump *pump)
{
    if (load_acquire_u64(&pump->is_waiting) != 0 && exchange_u64(&pump->is_waiting, 0) != 0)
        SetEvent(pump->ticked);
}

bool pump_stop(struct pump *pump)
{
    bool has_ended = false;

    if (!pump)
        return true;
    exchange_u64(&pump->is_stopped, 1);
    SetEvent(pump->stop);
    /* Only the source may be given up on; a thread that is elsewhere is on its way to its end. */
    for (int i = 0; !has_ended && (i < PUMP_STOP_TRIES || load_acquire_u64(&pump->is_reading) == 0);
         i++) {
        /* Again each time: the thread may only now be on its way into a read. */
        CancelSynchronousIo(pump->thread);
        has_ended = WaitForSingleObject(pump->thread, PUMP_STOP_TRY_MS) == WAIT_OBJECT_0;
    }
    if (has_ended)
        pump_free(pump);
    return has_ended;
}
