/* SPDX-License-Identifier: MIT */
/*
 * The writing half of bench_latency, which starts it: the recorder itself, linear tape, keeper,
 * events and catalogue included, on a source of this file's own. Like a device it pushes frames
 * from a thread of its own. A frame of 32-bit stereo has eight bytes: the last frame of each block
 * is the time at which it was handed over.
 */
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <timeapi.h>

#include "atomic64.h"
#include "bench_clock.h"
#include "bench_link.h"
#include "object_names.h"
#include "program.h"
#include "recorder.h"
#include "source.h"
#include "steady_clock.h"

#define RATE_HZ 48000u
/* The reader may have been killed; nobody would miss this writer. */
#define LONGEST_LIFE_S 300u

struct bench_source {
    struct source base;
    struct source_sink sink;
    HANDLE thread;
    uint32_t random;
    uint64_t appended; /* frames */
    uint64_t frames[BENCH_WAIT_FRAMES];
};

static struct bench_link *shared;
static struct bench_source the_source;

static void append_block(struct bench_source *source, size_t frames)
{
    uint64_t clock = steady_clock_now();
    source->frames[frames - 1] = bench_ticks();
    source->sink.frames(source->sink.context, source->frames, frames, clock);
    uint64_t returned = bench_ticks();
    source->appended += frames;
    store_relaxed_u64(&shared->returns[source->appended / BENCH_SPIN_FRAMES % BENCH_STAMPS],
                      returned);
}

static void step_bare(void)
{
    uint64_t count = load_relaxed_u64(&shared->bare_count);
    store_relaxed_u64(&shared->bare_stamps[count % BENCH_STAMPS], bench_ticks());
    store_release_u64(&shared->bare_count, count + 1);
}

/* Between 7 and 13, so that the blocks keep no step with the keeper's ticks. */
static uint32_t uneven_ms(struct bench_source *source)
{
    source->random = source->random * 1664525u + 1013904223u;
    return 7u + (source->random >> 16) % 7u;
}

static unsigned __stdcall source_main(void *context)
{
    struct bench_source *source = context;
    uint64_t end = steady_clock_now() + steady_clock_hz() * LONGEST_LIFE_S;
    uint64_t phase = BENCH_IDLE;

    while (phase != BENCH_DONE && steady_clock_now() < end) {
        phase = load_acquire_u64(&shared->wanted);
        store_release_u64(&shared->current, phase);
        Sleep(phase == BENCH_WAIT_TAPE ? uneven_ms(source) : 1);
        if (phase == BENCH_SPIN_TAPE)
            append_block(source, BENCH_SPIN_FRAMES);
        else if (phase == BENCH_SPIN_BARE)
            step_bare();
        else if (phase == BENCH_WAIT_TAPE)
            append_block(source, BENCH_WAIT_FRAMES);
    }
    source->sink.lost(source->sink.context);
    return 0;
}

static enum tapemap_status bench_source_start(struct source *base, const struct source_sink *sink,
                                              struct failure *failure)
{
    struct bench_source *source = (struct bench_source *)base;

    source->sink = *sink;
    source->thread = (HANDLE)_beginthreadex(NULL, 0, source_main, source, 0, NULL);
    if (!source->thread)
        return failure_set(failure, TAPEMAP_E_SYSTEM, "no thread; close other programs");
    /* As the system does for audio callbacks. */
    SetThreadPriority(source->thread, THREAD_PRIORITY_TIME_CRITICAL);
    return TAPEMAP_OK;
}

static void bench_source_stop(struct source *base)
{
    struct bench_source *source = (struct bench_source *)base;

    if (!source->thread)
        return;
    store_release_u64(&shared->wanted, BENCH_DONE);
    WaitForSingleObject(source->thread, INFINITE);
    CloseHandle(source->thread);
    source->thread = NULL;
}

static const struct source_ops bench_source_ops = {
    .start = bench_source_start,
    .stop = bench_source_stop,
    .close = bench_source_stop,
};

/* The recorder opens this one instead of the product's: see CMakeLists.txt. */
enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    (void)wish;
    (void)failure;
    the_source.base.ops = &bench_source_ops;
    the_source.base.format = (struct audio_format){TAPEMAP_S32, 2, RATE_HZ};
    snprintf(the_source.base.description, sizeof the_source.base.description, "%s", spec);
    *source = &the_source.base;
    return TAPEMAP_OK;
}

static int run(int argc, char **argv)
{
    struct record_options options = {
        .deck = BENCH_DECK,
        .source = "bench",
        .capacity_bytes = RECORD_DEFAULT_CAPACITY_BYTES,
        .space = OBJECT_SPACE_LOCAL,
        .is_quiet = true,
    };
    struct recorder *recorder;
    struct failure failure;

    (void)argc;
    (void)argv;
    file_options_init(&options.file);
    timeBeginPeriod(1);
    if (!bench_link_create(&shared)) {
        fprintf(stderr, "starting the writer: no shared memory; close other programs\n");
        return 1;
    }
    if (recorder_open(&options, &recorder, &failure) != TAPEMAP_OK) {
        fprintf(stderr, "recording deck '%s': %s\n", BENCH_DECK, failure.text);
        return 1;
    }
    recorder_run(recorder, &failure);
    recorder_close(recorder);
    return 0;
}

int main(void)
{
    return program_run(run);
}
