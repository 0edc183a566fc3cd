/* SPDX-License-Identifier: MIT */
/*
 * bench_open LABEL DECK: how long it takes to open a deck by its name and read its newest frame,
 * and to read one second at a random position. LABEL begins the row; "head" alone prints the
 * table's head.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_clock.h"
#include "bench_environment.h"
#include "bench_samples.h"
#include "program.h"
#include "tapemap/tapemap.h"

#define OPENS 200u

struct open_times {
    struct bench_samples newest; /* open by name, and the newest frame */
    struct bench_samples second; /* then one second from anywhere */
    struct bench_samples close;
};

static double passed_ns(uint64_t since)
{
    return (double)(bench_ticks() - since) * bench_tick_ns();
}

static uint64_t random_below(uint64_t end)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % end;
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
    uint64_t position = random_below(head - info.sample_rate_hz);
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

static void print_row(const char *label, double first_ns, struct open_times *times)
{
    struct bench_samples *all[3] = {&times->newest, &times->second, &times->close};
    printf("%-12s %9.3f", label, first_ns / 1e6);
    for (int i = 0; i < 3; i++)
        printf(" | %8.3f %8.3f %8.3f", bench_samples_at(all[i], 0.5) / 1e6,
               bench_samples_at(all[i], 0.99) / 1e6, bench_samples_at(all[i], 1) / 1e6);
    printf("\n");
}

static void print_head(void)
{
    bench_environment_print("bench_open");
    printf("\nms over %u opens; \"first\" is this process's first, with the newest frame\n", OPENS);
    printf("%-12s %9s | %26s | %26s | %26s\n", "length", "first", "open + newest frame",
           "1 s from anywhere", "close");
    printf("%-12s %9s", "", "");
    for (int i = 0; i < 3; i++)
        printf(" | %8s %8s %8s", "p50", "p99", "max");
    printf("\n");
}

static int run(int argc, char **argv)
{
    struct open_times times;
    enum tapemap_status status = TAPEMAP_OK;
    double first_ns = 0;

    if (argc == 2 && strcmp(argv[1], "head") == 0) {
        print_head();
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "bench_open: it wants a label and a deck, or 'head'; give those\n");
        return 2;
    }
    bench_tick_ns();
    bench_samples_init(&times.newest, OPENS);
    bench_samples_init(&times.second, OPENS);
    bench_samples_init(&times.close, OPENS);
    for (unsigned i = 0; i < OPENS && status == TAPEMAP_OK; i++) {
        status = open_once(argv[2], &times);
        if (i == 0 && status == TAPEMAP_OK)
            first_ns = times.newest.values[0];
    }
    if (status == TAPEMAP_OK)
        print_row(argv[1], first_ns, &times);
    else
        fprintf(stderr, "bench_open: reading deck '%s': %s; %s\n", argv[2],
                tapemap_status_text(status), tapemap_status_remedy(status));
    bench_samples_deinit(&times.close);
    bench_samples_deinit(&times.second);
    bench_samples_deinit(&times.newest);
    return status == TAPEMAP_OK ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
