/* SPDX-License-Identifier: MIT */
/*
 * What one tape_append of 10 ms costs, next to a bare memcpy of the same bytes.
 *
 * Both go into pagefile sections that are committed in the same way, and whose pages are in the
 * same state: `linear` (committed just now, and touched once, as a tape's keeper does ahead of
 * the head), `ring of 10 min` (used before, and out of the cache by now), `ring of 1 s` (used
 * before, and in the cache). They take turns, a second of audio at a time; between the turns,
 * unmeasured, the keeper ticks. Turns timed as a whole give the mean, and the quickest of them what
 * an append costs over its memcpy; turns in which each call is timed give the percentiles, and
 * those contain the cost of reading the clock twice, which is a figure too. `fresh` is a memcpy
 * into pages that nobody has touched before.
 *
 * bench_append stretch: one second of appends between two lines on stdout, for a tracer of
 * system calls: there is to be none between them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench_clock.h"
#include "bench_copy.h"
#include "bench_samples.h"
#include "bench_tape.h"
#include "program.h"
#include "steady_clock.h"

#define RATE_HZ 48000u
#define FRAME_BYTES 4u
#define FRAMES 480u
#define CALLS_PER_TURN 100u
#define TURNS_PER_RUN 10u
#define RUNS 21u
/* What the runs take, and a little more. */
#define LINEAR_FRAMES ((uint64_t)FRAMES * CALLS_PER_TURN * (TURNS_PER_RUN * RUNS * 2 + 4))

#define BLOCK_BYTES 262144u
#define BLOCKS_PER_TURN 128u
#define BLOCK_RUNS 9u

/* Not constants, or the compiler would copy without calling memcpy. */
static volatile size_t frames_per_call = FRAMES;
static volatile size_t frames_per_block = BLOCK_BYTES / FRAME_BYTES;

static unsigned char audio[BLOCK_BYTES];
static uint64_t calls_while_measured;
static uint64_t frames_refused;

/* Both sides of one comparison. */
struct contest {
    struct bench_tape tape;
    struct bench_copy copy;
};

/* Appends `calls` times `frames` frames; each call's time goes to `each` unless it is NULL. Returns
   the nanoseconds of the whole. */
static double append_turn(struct contest *contest, size_t frames, unsigned calls,
                          struct bench_samples *each)
{
    double tick_ns = bench_tick_ns();
    struct tape_appender *appender = contest->tape.appender;
    uint64_t stored = bench_tape_calls(&contest->tape);
    uint64_t clock = steady_clock_now();
    uint64_t taken = 0;
    uint64_t start = bench_ticks();
    if (each) {
        for (unsigned i = 0; i < calls; i++) {
            uint64_t before = bench_ticks();
            taken += tape_append(appender, audio, frames, clock + i);
            bench_samples_add(each, (double)(bench_ticks() - before) * tick_ns);
        }
    } else {
        for (unsigned i = 0; i < calls; i++)
            taken += tape_append(appender, audio, frames, clock + i);
    }
    uint64_t end = bench_ticks();
    calls_while_measured += bench_tape_calls(&contest->tape) - stored;
    frames_refused += (uint64_t)frames * calls - taken;
    bench_tape_tick(&contest->tape);
    return (double)(end - start) * tick_ns;
}

static double copy_turn(struct bench_copy *copy, size_t frames, unsigned calls,
                        struct bench_samples *each)
{
    double tick_ns = bench_tick_ns();
    size_t bytes = frames * FRAME_BYTES;
    unsigned char *to = bench_copy_next(copy, (uint64_t)bytes * calls);
    uint64_t start = bench_ticks();
    if (each) {
        for (unsigned i = 0; i < calls; i++, to += bytes) {
            uint64_t before = bench_ticks();
            memcpy(to, audio, bytes);
            bench_samples_add(each, (double)(bench_ticks() - before) * tick_ns);
        }
    } else {
        for (unsigned i = 0; i < calls; i++, to += bytes)
            memcpy(to, audio, bytes);
    }
    return (double)(bench_ticks() - start) * tick_ns;
}

/* Takes the tape and the plain memory round once, so that all their pages are touched. */
static void lap(struct contest *contest)
{
    uint64_t turns = contest->copy.bytes / (frames_per_call * FRAME_BYTES * CALLS_PER_TURN) + 4;
    for (uint64_t i = 0; i < turns; i++) {
        append_turn(contest, frames_per_call, CALLS_PER_TURN, NULL);
        copy_turn(&contest->copy, frames_per_call, CALLS_PER_TURN, NULL);
    }
}

/* The mean of one run, and the percentiles of its single calls. */
static void report(const char *pages, const char *call, double mean_ns, struct bench_samples *each)
{
    char row[64];

    snprintf(row, sizeof row, "%s: %s", pages, call);
    bench_figure("append", row, "mean", mean_ns);
    bench_figure_percentiles("append", row, each, 1);
    each->count = 0;
}

/* What the turns of one side have taken. The quickest is the one in which nobody else ran. */
struct cost {
    double all_ns;
    double quickest_ns;
};

static void add_turn(struct cost *cost, double ns)
{
    cost->all_ns += ns;
    cost->quickest_ns = fmin(cost->quickest_ns, ns);
}

/* The four turns of one run, in the order that gives everybody the same neighbours. */
static void compare_once(const char *pages, struct contest *contest, struct bench_samples *append,
                         struct bench_samples *copy)
{
    double calls = (double)TURNS_PER_RUN * CALLS_PER_TURN;
    struct cost append_cost = {0, INFINITY};
    struct cost copy_cost = {0, INFINITY};

    for (unsigned turn = 0; turn < TURNS_PER_RUN; turn++) {
        add_turn(&append_cost, append_turn(contest, frames_per_call, CALLS_PER_TURN, NULL));
        add_turn(&copy_cost, copy_turn(&contest->copy, frames_per_call, CALLS_PER_TURN, NULL));
        append_turn(contest, frames_per_call, CALLS_PER_TURN, append);
        copy_turn(&contest->copy, frames_per_call, CALLS_PER_TURN, copy);
    }
    report(pages, "memcpy", copy_cost.all_ns / calls, copy);
    report(pages, "tape_append", append_cost.all_ns / calls, append);
    bench_figure("append over memcpy", pages, "a call",
                 (append_cost.quickest_ns - copy_cost.quickest_ns) / CALLS_PER_TURN);
}

/* ring_seconds 0: a linear tape. */
static void compare_appends(const char *pages, uint64_t ring_seconds)
{
    struct contest contest;
    struct bench_samples append;
    struct bench_samples copy;
    unsigned runs = bench_amount(RUNS, 3);

    bench_tape_init(&contest.tape, ring_seconds > 0,
                    ring_seconds > 0 ? ring_seconds * RATE_HZ : LINEAR_FRAMES, 0);
    bench_copy_init(&contest.copy, contest.tape.audio.base.bytes - TAPEMAP_DATA_OFFSET, true);
    bench_samples_init(&append, TURNS_PER_RUN * CALLS_PER_TURN);
    bench_samples_init(&copy, TURNS_PER_RUN * CALLS_PER_TURN);
    if (ring_seconds > 0)
        lap(&contest);
    for (unsigned run = 0; run < runs; run++)
        compare_once(pages, &contest, &append, &copy);
    bench_samples_deinit(&copy);
    bench_samples_deinit(&append);
    bench_copy_deinit(&contest.copy);
    bench_tape_deinit(&contest.tape);
}

static void show_untouched(void)
{
    struct bench_copy copy;
    struct bench_samples each;
    unsigned runs = bench_amount(RUNS, 3);

    bench_copy_init(&copy, LINEAR_FRAMES * FRAME_BYTES, false);
    bench_samples_init(&each, TURNS_PER_RUN * CALLS_PER_TURN);
    for (unsigned run = 0; run < runs; run++) {
        double ns = 0;
        for (unsigned turn = 0; turn < TURNS_PER_RUN; turn++) {
            ns += copy_turn(&copy, frames_per_call, CALLS_PER_TURN, NULL);
            copy_turn(&copy, frames_per_call, CALLS_PER_TURN, &each);
        }
        report("fresh", "memcpy", ns / (TURNS_PER_RUN * CALLS_PER_TURN), &each);
    }
    bench_samples_deinit(&each);
    bench_copy_deinit(&copy);
}

static void compare_blocks(void)
{
    struct contest contest;
    struct bench_copy untouched;
    uint64_t turn_frames = (uint64_t)BLOCK_BYTES / FRAME_BYTES * BLOCKS_PER_TURN;
    double turn_bytes = (double)BLOCK_BYTES * BLOCKS_PER_TURN;

    bench_tape_init(&contest.tape, false, turn_frames * (BLOCK_RUNS + 1), turn_frames);
    bench_copy_init(&contest.copy, turn_frames * FRAME_BYTES * (BLOCK_RUNS + 1), true);
    bench_copy_init(&untouched, turn_frames * FRAME_BYTES * (BLOCK_RUNS + 1), false);
    for (unsigned run = 0; run < BLOCK_RUNS; run++) {
        double append_ns = append_turn(&contest, frames_per_block, BLOCKS_PER_TURN, NULL);
        double copy_ns = copy_turn(&contest.copy, frames_per_block, BLOCKS_PER_TURN, NULL);
        double faults_ns = copy_turn(&untouched, frames_per_block, BLOCKS_PER_TURN, NULL);
        bench_figure("blocks", "memcpy, touched pages", "GB/s", turn_bytes / copy_ns);
        bench_figure("blocks", "tape_append, touched pages", "GB/s", turn_bytes / append_ns);
        bench_figure("blocks", "memcpy, fresh pages", "GB/s", turn_bytes / faults_ns);
    }
    bench_copy_deinit(&untouched);
    bench_copy_deinit(&contest.copy);
    bench_tape_deinit(&contest.tape);
}

static void measure_clock(void)
{
    double tick_ns = bench_tick_ns();
    struct bench_samples empty;

    bench_samples_init(&empty, 10000);
    for (unsigned i = 0; i < 10000; i++) {
        uint64_t before = bench_ticks();
        bench_samples_add(&empty, (double)(bench_ticks() - before) * tick_ns);
    }
    bench_figure("append facts", "two readings of the clock, ns", "value",
                 bench_samples_at(&empty, 0.5));
    bench_samples_deinit(&empty);
}

static int run_stretch(void)
{
    struct contest contest;
    bench_tape_init(&contest.tape, false, (uint64_t)RATE_HZ * 60, 0);
    append_turn(&contest, frames_per_call, CALLS_PER_TURN, NULL);
    uint64_t taken = 0;
    printf("stretch begins\n");
    fflush(stdout);
    for (unsigned i = 0; i < CALLS_PER_TURN; i++)
        taken += tape_append(contest.tape.appender, audio, frames_per_call, i);
    printf("stretch ends\n");
    fflush(stdout);
    bench_tape_deinit(&contest.tape);
    return taken == (uint64_t)FRAMES * CALLS_PER_TURN ? 0 : 1;
}

static int run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "stretch") == 0)
        return run_stretch();
    if (argc != 1) {
        fprintf(stderr, "bench_append: it takes no arguments but 'stretch'; leave them out\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof audio; i++)
        audio[i] = (unsigned char)(i * 131);
    measure_clock();
    compare_appends("linear", 0);
    compare_appends("ring of 10 min", 600);
    compare_appends("ring of 1 s", 1);
    show_untouched();
    compare_blocks();
    bench_figure("append facts", "store calls while measured", "value",
                 (double)calls_while_measured);
    bench_figure("append facts", "frames refused", "value", (double)frames_refused);
    return 0;
}

int main(void)
{
    return program_run(run);
}
