/* SPDX-License-Identifier: MIT */
/*
 * bench_pipes KIND COUNT: what it costs to write blocks of 10 ms into COUNT pipes, one for each of
 * as many reading processes, and how far behind these are: the peer of bench_followers, with blocks
 * of the same size at the same pace. A block's last 8 bytes are the time before the first write.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_pipe.h"
#include "bench_samples.h"
#include "steady_clock.h"

#define BLOCKS 1000u
#define BLOCK_WORDS 480u

static double passed_ns(uint64_t since)
{
    return (double)(steady_clock_now() - since) * 1e9 / (double)steady_clock_hz();
}

static void name_row(char *row, size_t room, const char *kind, unsigned count)
{
    snprintf(row, room, "%u: %s", count, kind);
}

static int read_blocks(const char *kind, unsigned count)
{
    static uint64_t block[BLOCK_WORDS];
    struct bench_samples lags;
    char row[64];

    bench_samples_init(&lags, BLOCKS);
    while (bench_pipe_read(block, sizeof block))
        bench_samples_add(&lags, passed_ns(block[BLOCK_WORDS - 1]));
    name_row(row, sizeof row, kind, count);
    bench_figure_percentiles("readers lag", row, &lags, 1e3);
    bench_samples_deinit(&lags);
    return 0;
}

/* Every 7 to 13 ms, as bench_latency_writer does. */
static bool write_blocks(unsigned count, struct bench_samples *writes)
{
    static uint64_t block[BLOCK_WORDS];
    uint32_t random = 0;
    bool is_whole = true;

    while (is_whole && writes->count < writes->room) {
        random = random * 1664525u + 1013904223u;
        steady_clock_sleep_ms(7u + (random >> 16) % 7u);
        uint64_t start = steady_clock_now();
        block[BLOCK_WORDS - 1] = start;
        for (unsigned i = 0; i < count && is_whole; i++)
            is_whole = bench_pipe_write(i, block, sizeof block);
        bench_samples_add(writes, passed_ns(start));
    }
    return is_whole;
}

static int write_to_readers(const char *kind, unsigned count)
{
    struct bench_samples writes;
    char row[64];

    bench_samples_init(&writes, bench_amount(BLOCKS, 100));
    bool is_whole = bench_pipes_start(kind, count, read_blocks) && write_blocks(count, &writes);
    bench_pipes_stop();
    name_row(row, sizeof row, kind, count);
    bench_figure_percentiles("readers append", row, &writes, 1e3);
    bench_samples_deinit(&writes);
    if (!is_whole)
        fprintf(stderr, "bench_pipes: no %s, or a reader went away; see above\n", kind);
    return is_whole ? 0 : 1;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

    if (argc < 3 || count < 1 || count > BENCH_MAX_PIPES) {
        fprintf(stderr, "bench_pipes: it wants a kind, and a number of readers; give both\n");
        return 2;
    }
    if (argc == 3)
        return write_to_readers(argv[1], count);
    if (!bench_pipe_join((unsigned)strtoul(argv[3], NULL, 10)))
        return 1;
    return read_blocks(argv[1], count);
}
