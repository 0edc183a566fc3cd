/* SPDX-License-Identifier: MIT */
/*
 * bench_overview FILE LABEL: how long it takes to draw all of a tape, from opening it to the whole
 * picture in memory: as text, SVG and PNG. tests/bench/make_long_tape.py makes such a FILE.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench_clock.h"
#include "bench_samples.h"
#include "overview_draw.h"
#include "overview_read.h"
#include "overview_text.h"
#include "program.h"

#define ROUNDS 20u
#define TEXT_WIDTH 119u

enum kind {
    KIND_TEXT,
    KIND_SVG,
    KIND_PNG,
    KINDS, /* and behind them: what of it is opening and reading */
};

static const struct overview_size picture_size = {1200, 300};

static double passed_ns(uint64_t since)
{
    return (double)(bench_ticks() - since) * bench_tick_ns();
}

static bool draw(const struct overview *overview, enum kind kind, struct draw_bytes *picture)
{
    if (kind == KIND_TEXT)
        return overview_text(overview, TEXT_WIDTH, false, picture);
    return kind == KIND_SVG ? overview_svg(overview, picture_size, picture)
                            : overview_png(overview, picture_size, picture);
}

/* All that `tapemap overview` does, but for writing the file. */
static enum tapemap_status draw_once(const char *path, enum kind kind, struct bench_samples *times)
{
    struct overview overview = {0};
    struct draw_bytes picture = {0};
    tapemap_tape *tape = NULL;
    uint64_t start = bench_ticks();
    enum tapemap_status status = tapemap_open_file(path, &tape);
    if (status != TAPEMAP_OK)
        return status;
    uint32_t columns = kind == KIND_TEXT ? overview_text_columns(TEXT_WIDTH)
                                         : overview_columns_of(picture_size.width);
    struct overview_request request = {tapemap_oldest(tape), tapemap_head(tape), columns};
    status = overview_read(tape, &request, &overview);
    if (kind == KIND_SVG)
        bench_samples_add(&times[KINDS], passed_ns(start));
    if (status == TAPEMAP_OK && !draw(&overview, kind, &picture))
        status = TAPEMAP_E_MEMORY;
    bench_samples_add(&times[kind], passed_ns(start));
    free(picture.data);
    overview_free(&overview);
    tapemap_close(tape);
    return status;
}

static void report(struct bench_samples *times, const char *row)
{
    for (size_t i = 0; i < times->count; i++)
        bench_figure("overview", row, "ms", times->values[i] / 1e6);
    bench_samples_deinit(times);
}

/* The figures of row "LABEL: KIND" of the table "overview". */
static int run(int argc, char **argv)
{
    static const char *const names[] = {"text", "SVG", "PNG", "open and read only"};
    struct bench_samples times[KINDS + 1];
    enum tapemap_status status = TAPEMAP_OK;
    unsigned rounds = bench_amount(ROUNDS, 3);
    char row[128];

    if (argc != 3) {
        fprintf(stderr, "bench_overview: it wants the file of a tape and a label; give both\n");
        return 2;
    }
    bench_tick_ns();
    for (unsigned i = 0; i <= KINDS; i++)
        bench_samples_init(&times[i], rounds);
    for (unsigned i = 0; i < rounds && status == TAPEMAP_OK; i++)
        for (enum kind kind = 0; kind < KINDS && status == TAPEMAP_OK; kind++)
            status = draw_once(argv[1], kind, times);
    for (unsigned i = 0; i <= KINDS; i++) {
        snprintf(row, sizeof row, "%s: %s", argv[2], names[i]);
        report(&times[i], row);
    }
    if (status == TAPEMAP_OK)
        return 0;
    fprintf(stderr, "bench_overview: drawing '%s': %s; %s\n", argv[1], tapemap_status_text(status),
            tapemap_status_remedy(status));
    return 1;
}

int main(void)
{
    return program_run(run);
}
