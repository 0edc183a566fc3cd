/* SPDX-License-Identifier: MIT */
/*
 * How long after its publication another process sees a frame: by spinning on tapemap_head, and by
 * tapemap_wait. This is the reader, and uses the DLL as any program would; bench_latency_writer is
 * the recorder. The yardstick is a bare counter in shared memory that the same thread of the writer
 * steps: tape and counter take turns.
 *
 * A time begins when the writer hands a block over, and so has the append in it, or when the append
 * returns: the publication lies between the two. It ends when this program knows of the block; a
 * block seen before its append returned counts as 0 then. Blocks that came while this program was
 * not running count as well, each with its whole delay.
 */
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "bench_clock.h"
#include "bench_link.h"
#include "bench_samples.h"
#include "program.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define ROUNDS 20u
#define SPINS_PER_ROUND 1000u
#define WAIT_ROUNDS 5u
#define WAITS_PER_ROUND 1000u
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

/* The delays of one round on the tape. */
struct delays {
    struct bench_samples handed;   /* since the block was handed over */
    struct bench_samples returned; /* since its append returned */
};

/* Blocks seen at one moment: those that end in (from, to]. */
struct sighting {
    uint64_t from;
    uint64_t to;
    uint64_t seen;
};

/* Returns false when the tape cannot be read. */
static bool add_handed(struct delays *delays, const struct sighting *now, uint32_t block)
{
    for (uint64_t end = now->from + block; end <= now->to; end += block) {
        uint64_t stamp;
        if (tapemap_read(tape, end - 1, 1, &stamp) != TAPEMAP_OK)
            return false;
        add_delay(&delays->handed, stamp, now->seen);
    }
    return true;
}

/* For an earlier sighting: the returns of its appends are known by now. */
static void add_returned(struct delays *delays, const struct sighting *then, uint32_t block)
{
    for (uint64_t end = then->from + block; end <= then->to; end += block) {
        uint64_t stamp = load_relaxed_u64(&shared->returns[end / BENCH_SPIN_FRAMES % BENCH_STAMPS]);
        add_delay(&delays->returned, stamp < then->seen ? stamp : then->seen, then->seen);
    }
}

static bool add_blocks(struct delays *delays, struct sighting *then, uint64_t head, uint64_t seen,
                       uint32_t block)
{
    struct sighting now = {then->to, head, seen};
    add_returned(delays, then, block);
    *then = now;
    return add_handed(delays, &now, block);
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
static bool spin_on_tape(struct delays *delays)
{
    if (!begin(BENCH_SPIN_TAPE))
        return false;
    uint64_t start = tapemap_head(tape);
    struct sighting last = {start, start, 0};
    uint64_t turns = 0;
    while (delays->handed.count < delays->handed.room) {
        uint64_t head = tapemap_head(tape);
        if (head == last.to) {
            if (is_in_vain(&turns))
                return false;
            continue;
        }
        uint64_t seen = bench_ticks();
        if (!add_blocks(delays, &last, head, seen, BENCH_SPIN_FRAMES))
            return false;
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
            add_delay(samples, load_relaxed_u64(&shared->bare_stamps[known % BENCH_STAMPS]),
                      seen);
        turns = 0;
    }
    return begin(BENCH_IDLE);
}

static bool wait_on_tape(struct delays *delays)
{
    if (!begin(BENCH_WAIT_TAPE))
        return false;
    uint64_t start = tapemap_head(tape);
    struct sighting last = {start, start, 0};
    while (delays->handed.count < delays->handed.room) {
        if (tapemap_wait(tape, last.to + 1, PATIENCE_MS) != TAPEMAP_OK)
            return false;
        uint64_t head = tapemap_head(tape);
        uint64_t seen = bench_ticks();
        if (!add_blocks(delays, &last, head, seen, BENCH_WAIT_FRAMES))
            return false;
    }
    return begin(BENCH_IDLE);
}

/* One round: a moment in which other programs want the cores spoils only its own. */
static void report(const char *row, struct bench_samples *delays)
{
    bench_figure_percentiles("latency", row, delays, 1e3);
    delays->count = 0;
}

static bool measure_spinning(void)
{
    struct bench_samples steps;
    struct delays delays;
    unsigned rounds = bench_amount(ROUNDS, 3);
    bool is_whole = true;

    bench_samples_init(&steps, SPINS_PER_ROUND);
    bench_samples_init(&delays.handed, SPINS_PER_ROUND);
    bench_samples_init(&delays.returned, SPINS_PER_ROUND);
    for (unsigned round = 0; round < rounds && is_whole; round++) {
        is_whole = spin_on_tape(&delays) && spin_on_counter(&steps);
        report("spinning: bare atomic counter", &steps);
        report("spinning: tape, from append's end", &delays.returned);
        report("spinning: tape, from append's begin", &delays.handed);
    }
    bench_samples_deinit(&delays.returned);
    bench_samples_deinit(&delays.handed);
    bench_samples_deinit(&steps);
    return is_whole;
}

static bool measure_waiting(void)
{
    struct delays delays;
    unsigned rounds = bench_amount(WAIT_ROUNDS, 1);
    bool is_whole = true;

    bench_samples_init(&delays.handed, WAITS_PER_ROUND);
    bench_samples_init(&delays.returned, WAITS_PER_ROUND);
    for (unsigned round = 0; round < rounds && is_whole; round++) {
        is_whole = wait_on_tape(&delays);
        delays.returned.count = 0;
        report("waiting: tape, tapemap_wait", &delays.handed);
    }
    bench_samples_deinit(&delays.returned);
    bench_samples_deinit(&delays.handed);
    return is_whole;
}

static bool measure(void)
{
    bool is_whole = measure_spinning() && measure_waiting();
    /* More than none: the cores' counters differ. */
    bench_figure("latency facts", "times below zero", "value", backward);
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
    tick_ns = bench_tick_ns();
    if (!bench_start_program("bench_latency_writer.exe", "")) {
        fprintf(stderr, "bench_latency: bench_latency_writer.exe does not start; build it too\n");
        return 1;
    }
    bool is_whole = open_writer() && measure();
    if (shared)
        store_release_u64(&shared->wanted, BENCH_DONE);
    tapemap_close(tape);
    bench_stop_programs();
    if (!is_whole)
        fprintf(stderr, "bench_latency: the writer does not answer; see what it says above\n");
    return is_whole ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
