/* SPDX-License-Identifier: MIT */
/*
 * bench_open LABEL DECK: how long it takes to open a deck by its name and read its newest frame,
 * and to read one second at a random position. LABEL names the row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_clock.h"
#include "bench_samples.h"
#include "program.h"
#include "tapemap/tapemap.h"

#define OPENS 100u

struct open_times {
    struct bench_samples newest; /* open by name, and the newest frame */
    struct bench_samples second; /* then one second from anywhere */
    struct bench_samples close;
};

static double passed_ns(uint64_t since)
{
    return (double)(bench_ticks() - since) * bench_tick_ns();
}

static enum tapemap_status read_second(tapemap_tape *tape, struct open_times *times)
{
    static unsigned char *buffer;
    struct tapemap_info info;
    uint64_t head = tapemap_head(tape);

    tapemap_get_info(tape, &info);
    if (!buffer)
        buffer = malloc((size_t)info.sample_rate_hz * info.frame_bytes);
    if (!buffer)
        return TAPEMAP_E_MEMORY;
    if (head <= info.sample_rate_hz)
        return TAPEMAP_E_NOT_YET;
    uint64_t position = bench_random_below(head - info.sample_rate_hz);
    uint64_t start = bench_ticks();
    enum tapemap_status status = tapemap_read(tape, position, info.sample_rate_hz, buffer);
    bench_samples_add(&times->second, passed_ns(start));
    return status;
}

static enum tapemap_status open_once(const char *deck, struct open_times *times)
{
    tapemap_tape *tape;
    unsigned char frame[TAPEMAP_MAX_CHANNELS * 4];
    uint64_t start = bench_ticks();
    enum tapemap_status status = tapemap_open_deck(deck, &tape);
    if (status != TAPEMAP_OK)
        return status;
    uint64_t head = tapemap_head(tape);
    status = head > 0 ? tapemap_read(tape, head - 1, 1, frame) : TAPEMAP_E_NOT_YET;
    bench_samples_add(&times->newest, passed_ns(start));
    if (status == TAPEMAP_OK)
        status = read_second(tape, times);
    start = bench_ticks();
    tapemap_close(tape);
    bench_samples_add(&times->close, passed_ns(start));
    return status;
}

static void report(const char *row, const char *column, struct bench_samples *times)
{
    for (size_t i = 0; i < times->count; i++)
        bench_figure("open live", row, column, times->values[i] / 1e3);
    bench_samples_deinit(times);
}

static int run(int argc, char **argv)
{
    struct open_times times;
    enum tapemap_status status = TAPEMAP_OK;
    unsigned opens = bench_amount(OPENS, 10);

    if (argc != 3) {
        fprintf(stderr, "bench_open: it wants a label and a deck; give both\n");
        return 2;
    }
    bench_tick_ns();
    bench_samples_init(&times.newest, opens);
    bench_samples_init(&times.second, opens);
    bench_samples_init(&times.close, opens);
    for (unsigned i = 0; i < opens && status == TAPEMAP_OK; i++)
        status = open_once(argv[2], &times);
    if (status != TAPEMAP_OK)
        fprintf(stderr, "bench_open: reading deck '%s': %s; %s\n", argv[2],
                tapemap_status_text(status), tapemap_status_remedy(status));
    report(argv[1], "open + newest frame", &times.newest);
    report(argv[1], "1 s from anywhere", &times.second);
    report(argv[1], "close", &times.close);
    return status == TAPEMAP_OK ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
