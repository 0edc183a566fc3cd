/* SPDX-License-Identifier: MIT */
/*
 * What one tape_append of 10 ms costs, next to a bare memcpy of the same bytes.
 *
 * Both go into pagefile sections that are committed in the same way, and whose pages are in the
 * same state: `linear` (committed just now, and touched once, as a tape's keeper does ahead of
 * the head), `ring, large` (used before, and out of the cache by now: ten minutes), `ring,
 * small` (used before, and in the cache). They take turns, a second of audio at a time; between
 * the turns, unmeasured, the keeper ticks. Turns timed as a whole give the mean; turns in which
 * each call is timed give the percentiles, and those contain the cost of reading the clock
 * twice, which is printed. A last row shows what a memcpy into pages costs that nobody has
 * touched before.
 *
 * bench_append stretch: one second of appends between two lines on stdout, for a tracer of
 * system calls: there is to be none between them.
 */
#include <stdio.h>
#include <string.h>

#include "bench_clock.h"
#include "bench_copy.h"
#include "bench_environment.h"
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
static double empty_ns; /* two readings of the clock with nothing between */

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

struct figures {
    struct bench_samples runs; /* one mean per run */
    struct bench_samples each;
};

static void figures_init(struct figures *figures)
{
    bench_samples_init(&figures->runs, RUNS);
    bench_samples_init(&figures->each, RUNS * TURNS_PER_RUN * CALLS_PER_TURN);
}

static void figures_deinit(struct figures *figures)
{
    bench_samples_deinit(&figures->runs);
    bench_samples_deinit(&figures->each);
}

static void figures_print(const char *state, const char *what, struct figures *figures)
{
    printf("%-14s %-12s %8.1f %8.1f %8.1f | %8.1f %8.1f %8.1f %9.1f\n", state, what,
           bench_samples_at(&figures->runs, 0.5), bench_samples_at(&figures->runs, 0),
           bench_samples_at(&figures->runs, 1), bench_samples_at(&figures->each, 0.5),
           bench_samples_at(&figures->each, 0.99), bench_samples_at(&figures->each, 0.999),
           bench_samples_at(&figures->each, 1));
}

static void print_difference(const char *state, struct figures *append, struct figures *copy)
{
    struct bench_samples *runs[2] = {&append->runs, &copy->runs};
    struct bench_samples *each[2] = {&append->each, &copy->each};
    printf("%-14s %-12s %+8.1f %8s %8s | %+8.1f %+8.1f %+8.1f\n", state, "difference",
           bench_samples_at(runs[0], 0.5) - bench_samples_at(runs[1], 0.5), "", "",
           bench_samples_at(each[0], 0.5) - bench_samples_at(each[1], 0.5),
           bench_samples_at(each[0], 0.99) - bench_samples_at(each[1], 0.99),
           bench_samples_at(each[0], 0.999) - bench_samples_at(each[1], 0.999));
    fflush(stdout);
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

/* The four turns of one run, in the order that gives everybody the same neighbours. */
static void compare_once(struct contest *contest, struct figures *append, struct figures *copy)
{
    double append_ns = 0;
    double copy_ns = 0;
    for (unsigned turn = 0; turn < TURNS_PER_RUN; turn++) {
        append_ns += append_turn(contest, frames_per_call, CALLS_PER_TURN, NULL);
        copy_ns += copy_turn(&contest->copy, frames_per_call, CALLS_PER_TURN, NULL);
        append_turn(contest, frames_per_call, CALLS_PER_TURN, &append->each);
        copy_turn(&contest->copy, frames_per_call, CALLS_PER_TURN, &copy->each);
    }
    bench_samples_add(&append->runs, append_ns / (TURNS_PER_RUN * CALLS_PER_TURN));
    bench_samples_add(&copy->runs, copy_ns / (TURNS_PER_RUN * CALLS_PER_TURN));
}

/* ring_seconds 0: a linear tape. */
static void compare_appends(const char *state, uint64_t ring_seconds)
{
    struct contest contest;
    struct figures append;
    struct figures copy;

    bench_tape_init(&contest.tape, ring_seconds > 0,
                    ring_seconds > 0 ? ring_seconds * RATE_HZ : LINEAR_FRAMES, 0);
    bench_copy_init(&contest.copy, contest.tape.audio.base.bytes - TAPEMAP_DATA_OFFSET, true);
    figures_init(&append);
    figures_init(&copy);
    if (ring_seconds > 0)
        lap(&contest);
    for (unsigned run = 0; run < RUNS; run++)
        compare_once(&contest, &append, &copy);
    figures_print(state, "memcpy", &copy);
    figures_print(state, "tape_append", &append);
    print_difference(state, &append, &copy);
    figures_deinit(&copy);
    figures_deinit(&append);
    bench_copy_deinit(&contest.copy);
    bench_tape_deinit(&contest.tape);
}

static void show_untouched(void)
{
    struct bench_copy copy;
    struct figures figures;

    bench_copy_init(&copy, LINEAR_FRAMES * FRAME_BYTES, false);
    figures_init(&figures);
    for (unsigned run = 0; run < RUNS; run++) {
        double ns = 0;
        for (unsigned turn = 0; turn < TURNS_PER_RUN; turn++) {
            ns += copy_turn(&copy, frames_per_call, CALLS_PER_TURN, NULL);
            copy_turn(&copy, frames_per_call, CALLS_PER_TURN, &figures.each);
        }
        bench_samples_add(&figures.runs, ns / (TURNS_PER_RUN * CALLS_PER_TURN));
    }
    figures_print("(untouched)", "memcpy", &figures);
    figures_deinit(&figures);
    bench_copy_deinit(&copy);
}

static void print_throughput(const char *state, const char *what, struct bench_samples *runs)
{
    printf("%-14s %-12s %8.2f %8.2f %8.2f\n", state, what, bench_samples_at(runs, 0.5),
           bench_samples_at(runs, 0), bench_samples_at(runs, 1));
}

static void compare_blocks(void)
{
    struct contest contest;
    struct bench_copy untouched;
    struct bench_samples append;
    struct bench_samples copy;
    struct bench_samples faults;
    uint64_t turn_frames = (uint64_t)BLOCK_BYTES / FRAME_BYTES * BLOCKS_PER_TURN;
    double turn_bytes = (double)BLOCK_BYTES * BLOCKS_PER_TURN;

    bench_tape_init(&contest.tape, false, turn_frames * (BLOCK_RUNS + 1), turn_frames);
    bench_copy_init(&contest.copy, turn_frames * FRAME_BYTES * (BLOCK_RUNS + 1), true);
    bench_copy_init(&untouched, turn_frames * FRAME_BYTES * (BLOCK_RUNS + 1), false);
    bench_samples_init(&append, BLOCK_RUNS);
    bench_samples_init(&copy, BLOCK_RUNS);
    bench_samples_init(&faults, BLOCK_RUNS);
    for (unsigned run = 0; run < BLOCK_RUNS; run++) {
        double append_ns = append_turn(&contest, frames_per_block, BLOCKS_PER_TURN, NULL);
        double copy_ns = copy_turn(&contest.copy, frames_per_block, BLOCKS_PER_TURN, NULL);
        double faults_ns = copy_turn(&untouched, frames_per_block, BLOCKS_PER_TURN, NULL);
        bench_samples_add(&append, turn_bytes / append_ns);
        bench_samples_add(&copy, turn_bytes / copy_ns);
        bench_samples_add(&faults, turn_bytes / faults_ns);
    }
    printf("\nblocks of %u KiB, %u MiB in a row, GB/s  (median, min, max of %u runs)\n",
           BLOCK_BYTES / 1024, BLOCK_BYTES / 1024 * BLOCKS_PER_TURN / 1024, BLOCK_RUNS);
    print_throughput("linear", "memcpy", &copy);
    print_throughput("linear", "tape_append", &append);
    print_throughput("(untouched)", "memcpy", &faults);
    bench_samples_deinit(&faults);
    bench_samples_deinit(&copy);
    bench_samples_deinit(&append);
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
    empty_ns = bench_samples_at(&empty, 0.5);
    bench_samples_deinit(&empty);
    uint64_t before = bench_ticks();
    for (unsigned i = 0; i < 1000; i++)
        steady_clock_now();
    printf("  clock     %.2f ns steps; two readings with nothing between: %.1f ns; a QPC, which a\n"
           "            callback takes besides: %.1f ns\n",
           tick_ns, empty_ns, (double)(bench_ticks() - before) * tick_ns / 1000);
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
    bench_environment_print("bench_append");
    measure_clock();
    printf("\none call of 10 ms (480 frames, stereo s16, 1920 bytes), ns; %u runs of %u calls\n",
           RUNS, TURNS_PER_RUN * CALLS_PER_TURN);
    printf("%-14s %-12s %8s %8s %8s | %8s %8s %8s %9s\n", "pages", "call", "mean", "lowest",
           "highest", "p50", "p99", "p99.9", "max");
    printf("%-14s %-12s %26s | %s\n", "", "", "(median and ends of runs)",
           "(single calls, with two clock readings)");
    compare_appends("linear", 0);
    compare_appends("ring, large", 600);
    compare_appends("ring, small", 1);
    show_untouched();
    compare_blocks();
    printf("\nwhile measured: %llu calls of the tape's stores, %llu frames refused\n",
           (unsigned long long)calls_while_measured, (unsigned long long)frames_refused);
    return 0;
}

int main(void)
{
    return program_run(run);
}
