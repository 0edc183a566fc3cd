/* SPDX-License-Identifier: MIT */
/*
 * bench_followers COUNT: what appends cost while COUNT processes follow the tape, and how far
 * behind these are. bench_latency_writer, the recorder, is handed a block of 10 ms every 7 to 13
 * ms; each follower, started with its number as `follow I COUNT`, waits for each block by
 * tapemap_wait and reads it. Its lag begins when the block is handed over, and ends when it has
 * the block's last frame.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "bench_clock.h"
#include "bench_link.h"
#include "bench_samples.h"
#include "program.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define BLOCKS 1000u
#define PATIENCE_MS 30000u

static struct bench_link *shared;
static tapemap_tape *tape;

/* The writer makes the link before its deck. */
static bool open_writer(void)
{
    for (uint32_t waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 10) {
        if (tapemap_open_deck(BENCH_DECK, &tape) == TAPEMAP_OK)
            return bench_link_open(&shared);
        steady_clock_sleep_ms(10);
    }
    return false;
}

/* ---- A follower ----------------------------------------------------------------------------- */

static enum tapemap_status follow_block(uint64_t end, struct bench_samples *lags)
{
    static uint64_t frames[BENCH_WAIT_FRAMES];
    enum tapemap_status status = tapemap_wait(tape, end, 200);
    if (status != TAPEMAP_OK)
        return status;
    status = tapemap_read(tape, end - BENCH_WAIT_FRAMES, BENCH_WAIT_FRAMES, frames);
    uint64_t seen = bench_ticks();
    if (status == TAPEMAP_OK)
        bench_samples_add(lags, (double)(seen - frames[BENCH_WAIT_FRAMES - 1]) * bench_tick_ns());
    return status;
}

static bool follow(unsigned number, const char *row)
{
    struct bench_samples lags;
    enum tapemap_status status = TAPEMAP_OK;

    bench_samples_init(&lags, BLOCKS);
    uint64_t end = tapemap_head(tape);
    store_release_u64(&shared->arrived[number], 1);
    while (lags.count < lags.room && load_acquire_u64(&shared->wanted) != BENCH_DONE) {
        status = follow_block(end + BENCH_WAIT_FRAMES, &lags);
        if (status == TAPEMAP_OK)
            end += BENCH_WAIT_FRAMES;
        else if (status != TAPEMAP_E_TIMEOUT)
            break;
    }
    bench_figure_percentiles("readers lag", row, &lags, 1e3);
    bench_samples_deinit(&lags);
    return status == TAPEMAP_OK || status == TAPEMAP_E_TIMEOUT || status == TAPEMAP_E_ENDED;
}

/* ---- The one that starts them ---------------------------------------------------------------- */

static bool start_followers(unsigned count)
{
    char arguments[64];

    for (unsigned i = 0; i < count; i++) {
        snprintf(arguments, sizeof arguments, "follow %u %u", i, count);
        if (!bench_start_program("bench_followers.exe", arguments))
            return false;
    }
    for (unsigned i = 0; i < count; i++) {
        uint32_t waited_ms = 0;
        while (load_acquire_u64(&shared->arrived[i]) == 0) {
            if (waited_ms++ >= PATIENCE_MS)
                return false;
            steady_clock_sleep_ms(1);
        }
    }
    return true;
}

/* Looks on at the writer's own times: the stamp in each block, and the return of its append. */
static bool watch_writer(const char *row)
{
    struct bench_samples appends;
    unsigned blocks = bench_amount(BLOCKS, 100);
    uint64_t end = tapemap_head(tape);
    bool is_whole = true;

    bench_samples_init(&appends, blocks);
    store_release_u64(&shared->wanted, BENCH_WAIT_TAPE);
    while (is_whole && appends.count < blocks) {
        uint64_t stamp;
        end += BENCH_WAIT_FRAMES;
        is_whole = tapemap_wait(tape, end + BENCH_WAIT_FRAMES, PATIENCE_MS) == TAPEMAP_OK &&
                   tapemap_read(tape, end - 1, 1, &stamp) == TAPEMAP_OK;
        uint64_t returned =
            load_relaxed_u64(&shared->returns[end / BENCH_SPIN_FRAMES % BENCH_STAMPS]);
        bench_samples_add(&appends, (double)(returned - stamp) * bench_tick_ns());
    }
    bench_figure_percentiles("readers append", row, &appends, 1e3);
    bench_samples_deinit(&appends);
    return is_whole;
}

static bool measure(unsigned count, const char *row)
{
    if (!bench_start_program("bench_latency_writer.exe", ""))
        return false;
    bool is_whole = open_writer() && start_followers(count) && watch_writer(row);
    if (shared)
        store_release_u64(&shared->wanted, BENCH_DONE);
    return is_whole;
}

static int run(int argc, char **argv)
{
    bool is_follower = argc == 4 && strcmp(argv[1], "follow") == 0;
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[argc - 1], NULL, 10) : 0;
    char row[64];

    if ((argc != 2 && !is_follower) || count > BENCH_MAX_READERS) {
        fprintf(stderr, "bench_followers: it wants a number of readers, at most %u; give one\n",
                BENCH_MAX_READERS);
        return 2;
    }
    bench_tick_ns();
    snprintf(row, sizeof row, "%u: tape", count);
    bool is_whole = is_follower ? open_writer() && follow((unsigned)strtoul(argv[2], NULL, 10), row)
                                : measure(count, row);
    tapemap_close(tape);
    bench_stop_programs();
    if (!is_whole)
        fprintf(stderr, "bench_followers: the writer or a reader does not answer; see above\n");
    return is_whole ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
