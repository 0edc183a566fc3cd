/* SPDX-License-Identifier: MIT */
/*
 * How long after its publication another process sees a frame: by spinning on tapemap_head, and by
 * tapemap_wait. This is the reader, and uses the DLL as any program would; bench_latency_writer is
 * the recorder. The yardstick is a bare counter in shared memory that the same thread of the writer
 * steps: tape and counter take turns.
 *
 * A time begins when the writer hands a block over (so the append is in it) and ends when this
 * program knows of it. Blocks that came while this program was not running count as well, each
 * with its whole delay.
 */
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "bench_clock.h"
#include "bench_environment.h"
#include "bench_link.h"
#include "bench_samples.h"
#include "program.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define ROUNDS 20u
#define SPINS_PER_ROUND 1000u
#define WAITS 1000u
#define PATIENCE_MS 10000u

static struct bench_link *shared;
static tapemap_tape *tape;
static double tick_ns;
static unsigned backward; /* times below zero: the cores' counters would differ */

static void add_delay(struct bench_samples *samples, uint64_t stamp, uint64_t seen)
{
    if (seen < stamp)
        backward++;
    bench_samples_add(samples, ((double)seen - (double)stamp) * tick_ns);
}

/* Adds every block that ends in (from, to]. Returns false when the tape cannot be read. */
static bool add_blocks(struct bench_samples *samples, uint64_t from, uint64_t to, uint64_t seen,
                       uint32_t block)
{
    for (uint64_t end = from + block; end <= to; end += block) {
        uint64_t stamp;
        if (tapemap_read(tape, end - 1, 1, &stamp) != TAPEMAP_OK)
            return false;
        add_delay(samples, stamp, seen);
    }
    return true;
}

/* Has the writer begin a phase. Returns false when it does not answer. */
static bool begin(enum bench_phase phase)
{
    store_release_u64(&shared->wanted, (uint64_t)phase);
    for (uint32_t waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms++) {
        if (load_acquire_u64(&shared->current) == (uint64_t)phase)
            return true;
        steady_clock_sleep_ms(1);
    }
    return false;
}

/* Counts turns of a loop that found nothing new; true when the writer must have died. */
static bool is_in_vain(uint64_t *turns)
{
    static uint64_t start;
    *turns += 1;
    if (*turns == 1)
        start = bench_ticks();
    return *turns % 65536 == 0 &&
           (double)(bench_ticks() - start) * tick_ns > PATIENCE_MS * 1e6;
}

/* These three go on until the samples are as many as there is room for. */
static bool spin_on_tape(struct bench_samples *samples)
{
    if (!begin(BENCH_SPIN_TAPE))
        return false;
    uint64_t known = tapemap_head(tape);
    uint64_t turns = 0;
    while (samples->count < samples->room) {
        uint64_t head = tapemap_head(tape);
        if (head == known) {
            if (is_in_vain(&turns))
                return false;
            continue;
        }
        uint64_t seen = bench_ticks();
        if (!add_blocks(samples, known, head, seen, BENCH_SPIN_FRAMES))
            return false;
        known = head;
        turns = 0;
    }
    return begin(BENCH_IDLE);
}

static bool spin_on_counter(struct bench_samples *samples)
{
    if (!begin(BENCH_SPIN_BARE))
        return false;
    uint64_t known = load_acquire_u64(&shared->bare_count);
    uint64_t turns = 0;
    while (samples->count < samples->room) {
        uint64_t now = load_acquire_u64(&shared->bare_count);
        if (now == known) {
            if (is_in_vain(&turns))
                return false;
            continue;
        }
        uint64_t seen = bench_ticks();
        for (; known < now; known++)
            add_delay(samples, load_relaxed_u64(&shared->bare_stamps[known % BENCH_BARE_STAMPS]),
                      seen);
        turns = 0;
    }
    return begin(BENCH_IDLE);
}

static bool wait_on_tape(struct bench_samples *samples)
{
    if (!begin(BENCH_WAIT_TAPE))
        return false;
    uint64_t known = tapemap_head(tape);
    while (samples->count < samples->room) {
        if (tapemap_wait(tape, known + 1, PATIENCE_MS) != TAPEMAP_OK)
            return false;
        uint64_t head = tapemap_head(tape);
        uint64_t seen = bench_ticks();
        if (!add_blocks(samples, known, head, seen, BENCH_WAIT_FRAMES))
            return false;
        known = head;
    }
    return begin(BENCH_IDLE);
}

/* One way of spinning: all its delays, and the 99th percentile of each round by itself, for a
   moment in which other programs want the cores spoils only its own round. */
struct spinning {
    struct bench_samples all;
    struct bench_samples round_p99;
};

static bool spin_once(struct spinning *spinning, bool (*spin)(struct bench_samples *samples))
{
    struct bench_samples round;

    bench_samples_init(&round, SPINS_PER_ROUND);
    bool is_whole = spin(&round);
    bench_samples_add(&spinning->round_p99, bench_samples_at(&round, 0.99));
    for (size_t i = 0; i < round.count; i++)
        bench_samples_add(&spinning->all, round.values[i]);
    bench_samples_deinit(&round);
    return is_whole;
}

static void spinning_print(const char *name, struct spinning *spinning)
{
    bench_samples_print(name, &spinning->all, 1e3);
    printf("%-34s %9.2f lowest, %.2f median, %.2f highest of %u rounds\n", "  p99 of a round",
           bench_samples_at(&spinning->round_p99, 0) / 1e3,
           bench_samples_at(&spinning->round_p99, 0.5) / 1e3,
           bench_samples_at(&spinning->round_p99, 1) / 1e3, ROUNDS);
}

static void spinning_init(struct spinning *spinning)
{
    bench_samples_init(&spinning->all, (size_t)ROUNDS * SPINS_PER_ROUND);
    bench_samples_init(&spinning->round_p99, ROUNDS);
}

static void spinning_deinit(struct spinning *spinning)
{
    bench_samples_deinit(&spinning->all);
    bench_samples_deinit(&spinning->round_p99);
}

static bool measure(void)
{
    struct spinning on_tape;
    struct spinning on_counter;
    struct bench_samples waits;
    bool is_whole = true;

    spinning_init(&on_tape);
    spinning_init(&on_counter);
    bench_samples_init(&waits, WAITS);
    for (unsigned round = 0; round < ROUNDS && is_whole; round++)
        is_whole = spin_once(&on_tape, spin_on_tape) && spin_once(&on_counter, spin_on_counter);
    is_whole = is_whole && wait_on_tape(&waits);
    if (is_whole) {
        bench_samples_print_head("seen by another process after", "us");
        spinning_print("bare counter, spinning", &on_counter);
        spinning_print("tape, spinning on tapemap_head", &on_tape);
        bench_samples_print("tape, in tapemap_wait", &waits, 1e3);
        printf("times below zero: %u (more than none: the cores' counters differ)\n", backward);
    }
    bench_samples_deinit(&waits);
    spinning_deinit(&on_counter);
    spinning_deinit(&on_tape);
    return is_whole;
}

/* The link is made before the deck. */
static bool open_writer(void)
{
    for (uint32_t waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 10) {
        if (tapemap_open_deck(BENCH_DECK, &tape) == TAPEMAP_OK)
            return bench_link_open(&shared);
        steady_clock_sleep_ms(10);
    }
    return false;
}

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    bench_environment_print("bench_latency");
    tick_ns = bench_tick_ns();
    if (!bench_start_program("bench_latency_writer.exe")) {
        fprintf(stderr, "bench_latency: bench_latency_writer.exe does not start; build it too\n");
        return 1;
    }
    bool is_whole = open_writer() && measure();
    if (shared)
        store_release_u64(&shared->wanted, BENCH_DONE);
    tapemap_close(tape);
    bench_stop_program();
    if (!is_whole)
        fprintf(stderr, "bench_latency: the writer does not answer; see what it says above\n");
    return is_whole ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
