/* SPDX-License-Identifier: MIT */
#include "export_progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli_fail.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"

#define PROGRESS_PERIOD_NS 100000000u

void export_progress_text(uint64_t done_bytes, uint64_t all_bytes, uint64_t elapsed_ns, char *out,
                          size_t room)
{
    uint64_t percent = all_bytes ? quantity_scale(done_bytes, 100, all_bytes) : 100;
    uint64_t tenths = elapsed_ns ? quantity_scale(done_bytes, 10000, elapsed_ns) : 0; /* MB/s */
    char left[40] = "?";
    if (done_bytes > 0)
        quantity_print_duration(quantity_scale(elapsed_ns, all_bytes - done_bytes, done_bytes),
                                left, sizeof left);
    snprintf(out, room, "%3" PRIu64 " %%  %" PRIu64 ".%" PRIu64 " MB/s  %s left", percent,
             tenths / 10, tenths % 10, left);
}

static uint64_t progress_elapsed_ns(const struct export_progress *progress)
{
    return quantity_scale(steady_clock_now() - progress->began, 1000000000u, steady_clock_hz());
}

void export_progress_begin(struct export_progress *progress, uint64_t all_bytes, bool is_quiet)
{
    progress->is_shown = !is_quiet && terminal_columns(TERMINAL_ERROR) > 0;
    progress->all_bytes = all_bytes;
    progress->began = steady_clock_now();
    progress->next_ns = PROGRESS_PERIOD_NS;
}

void export_progress_show(struct export_progress *progress, uint64_t done_bytes)
{
    char text[96];
    uint64_t elapsed_ns = progress_elapsed_ns(progress);
    if (!progress->is_shown || elapsed_ns < progress->next_ns)
        return;
    progress->next_ns = elapsed_ns + PROGRESS_PERIOD_NS;
    export_progress_text(done_bytes, progress->all_bytes, elapsed_ns, text, sizeof text);
    cli_live_line(text);
}

uint64_t export_progress_end(struct export_progress *progress)
{
    cli_live_line(NULL);
    return progress_elapsed_ns(progress);
}
