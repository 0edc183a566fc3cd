/* SPDX-License-Identifier: MIT */
/*
 * bench_open_file tape|libsndfile FILE LENGTH KIND ROUND: how long it takes to open a file and read
 * its first frame, and then one second at a random position: through tapemap.dll, or libsndfile as
 * it is in the product. Each of them, and each ROUND, reads seconds of its own, first when the
 * system has not yet read them, then once more. The row is "LENGTH: KIND".
 */
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_clock.h"
#include "bench_samples.h"
#include "program.h"
#include "tapemap/tapemap.h"

#define OPENS 10u
#define RATE_HZ 48000u

static short second[RATE_HZ * 2];
static char row[64];
static const char *time_of_second; /* a column */
static double places[OPENS];       /* of the seconds: parts of the whole */

static void report(const char *column, uint64_t since)
{
    double ns = (double)(bench_ticks() - since) * bench_tick_ns();
    bench_figure("open file", row, column, ns / 1e3);
}

static bool open_tape(const char *path, double place)
{
    tapemap_tape *tape = NULL;
    uint64_t start = bench_ticks();
    bool is_read = tapemap_open_file(path, &tape) == TAPEMAP_OK &&
                   tapemap_read(tape, 0, 1, second) == TAPEMAP_OK;

    report("open + first frame", start);
    if (is_read) {
        uint64_t position = (uint64_t)(place * (double)(tapemap_head(tape) - RATE_HZ));
        start = bench_ticks();
        is_read = tapemap_read(tape, position, RATE_HZ, second) == TAPEMAP_OK;
        report(time_of_second, start);
    }
    tapemap_close(tape);
    return is_read;
}

static bool open_sound_file(const char *path, double place)
{
    SF_INFO info = {0};
    uint64_t start = bench_ticks();
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    bool is_read = file && sf_readf_short(file, second, 1) == 1;

    report("open + first frame", start);
    if (is_read) {
        sf_count_t position = (sf_count_t)(place * (double)(info.frames - RATE_HZ));
        start = bench_ticks();
        is_read = sf_seek(file, position, SEEK_SET) == position &&
                  sf_readf_short(file, second, RATE_HZ) == RATE_HZ;
        report(time_of_second, start);
    }
    if (file)
        sf_close(file);
    return is_read;
}

/* Others for a tape, which may be the very file that libsndfile is given. */
static void choose_places(bool is_tape, unsigned round)
{
    for (unsigned i = 0; i < OPENS * 2 * (round + 1); i++) {
        double place = (double)bench_random_below(1u << 30) / (double)(1u << 30);
        if ((i / OPENS % 2 == 1) == is_tape)
            places[i % OPENS] = place; /* those of the last round stay */
    }
}

static int run(int argc, char **argv)
{
    bool is_read = true;

    if (argc != 6) {
        fprintf(stderr, "bench_open_file: it wants tape or libsndfile, a file, two labels, and a "
                        "round; give all\n");
        return 2;
    }
    bench_tick_ns();
    snprintf(row, sizeof row, "%s: %s", argv[3], argv[4]);
    bool is_tape = strcmp(argv[1], "tape") == 0;
    unsigned opens = bench_amount(OPENS, 5);
    choose_places(is_tape, (unsigned)strtoul(argv[5], NULL, 10));
    for (unsigned i = 0; i < 2 * opens && is_read; i++) {
        double place = places[i % opens];
        time_of_second = i < opens ? "1 s, first time" : "1 s, again";
        is_read = is_tape ? open_tape(argv[2], place) : open_sound_file(argv[2], place);
    }
    if (!is_read)
        fprintf(stderr, "bench_open_file: '%s' cannot be read with %s\n", argv[2], argv[1]);
    return is_read ? 0 : 1;
}

int main(void)
{
    return program_run(run);
}
