/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "meter_line.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"

#define METER_LINE_BYTES (64u + TAPEMAP_MAX_CHANNELS * 80u)

static int meter_run(int argc, char **argv);

static const struct option meter_options[] = {
    {"seconds", required_argument, NULL, 's'},
    {"once", no_argument, NULL, '1'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_meter = {
    .name = "meter",
    .summary = "Show live levels of each channel",
    .help = "usage: tapemap meter DECK|ID|FILE [--seconds N | --once]\n"
            "\n"
            "Shows the level of each channel in dB of full scale: the time since the tape's\n"
            "start, and for each channel its number, a bar from -60 dB to 0 ('#' up to the\n"
            "RMS, '-' on to the peak), the peak of the newest 100 ms and the RMS of the\n"
            "newest 300 ms (-3.0 for a sine at full scale). On a terminal one line is\n"
            "rewritten, with as many channels as fit; elsewhere there are four lines a\n"
            "second, with every channel.\n"
            "Ends when the tape ends, or by Ctrl+C; fails if the recorder is then stalled.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            "\n"
            "      --seconds N   end after N seconds (such as 5 or 2.5)\n"
            "      --once        one line, and the end\n"
            "  -h, --help        this text\n",
    .short_options = ":h",
    .options = meter_options,
    .run = meter_run,
};

struct meter {
    struct cli_tape tape;
    struct tapemap_now now;
    bool is_live; /* one line on a terminal, rewritten */
    unsigned columns_before; /* of the line on the terminal, to wipe its rest */
    struct tapemap_peak *peaks;
    struct meter_level *levels;
    char *line;
};

static bool meter_parse_seconds(const char *text, uint64_t *ns)
{
    char with_unit[32];
    if (strspn(text, "0123456789.") != strlen(text) || strlen(text) + 2 > sizeof with_unit)
        return false;
    snprintf(with_unit, sizeof with_unit, "%ss", text);
    return quantity_parse_duration_ns(with_unit, ns) && *ns > 0;
}

/* False when there is not enough sound yet, or a ring took it away meanwhile. */
static bool meter_measure(struct meter *meter, enum tapemap_status *status)
{
    const struct tapemap_info *info = &meter->tape.info;
    uint64_t frames = info->sample_rate_hz * 3u / 10u;
    uint64_t held = meter->now.head - meter->now.oldest;
    frames = frames < METER_BINS ? METER_BINS : frames;
    frames = frames < held ? frames : held;
    *status = TAPEMAP_OK;
    if (frames < METER_BINS)
        return false;
    *status = tapemap_read_peaks(meter->tape.handle, meter->now.head - frames, meter->now.head,
                                 METER_BINS, meter->peaks);
    if (*status != TAPEMAP_OK)
        return false;
    for (uint32_t i = 0; i < info->channels; i++)
        meter->levels[i] = meter_level(meter->peaks, info->channels, i, frames);
    return true;
}

/* The line for the moment: levels, or why there are none to show. */
static enum tapemap_status meter_describe(struct meter *meter)
{
    enum tapemap_status status = TAPEMAP_OK;
    unsigned columns = terminal_columns(TERMINAL_OUTPUT);
    size_t room = columns > 0 && columns < METER_LINE_BYTES ? columns + 1 : METER_LINE_BYTES;
    char time[40];
    tapemap_get_now(meter->tape.handle, &meter->now);
    cli_text_length(meter->now.head, meter->tape.info.sample_rate_hz, time, sizeof time);
    if (meter->now.is_stalled)
        snprintf(meter->line, room, "%10s  stalled: no sign of life from the recorder for %"
                 PRIu64 " s", time, meter->now.heartbeat_age_ns / 1000000000u);
    else if (meter->now.state == TAPEMAP_STATE_SOURCE_LOST)
        snprintf(meter->line, room, "%10s  the source is lost", time);
    else if (meter_measure(meter, &status))
        meter_line(meter->levels, meter->tape.info.channels, time, columns, meter->line,
                   METER_LINE_BYTES);
    else
        snprintf(meter->line, room, "%10s  no sound yet", time);
    return status == TAPEMAP_E_OVERWRITTEN ? TAPEMAP_OK : status;
}

static void meter_show(struct meter *meter)
{
    if (!meter->is_live) {
        printf("%s\n", meter->line);
    } else {
        unsigned columns = (unsigned)cli_text_columns(meter->line);
        unsigned rest = meter->columns_before > columns ? meter->columns_before - columns : 0;
        printf("\r%s%*s", meter->line, (int)rest, "");
        meter->columns_before = columns;
    }
    fflush(stdout);
}

/* Shows levels until the end and returns an enum cli_exit. duration_ns 0: no end by time. */
static int meter_follow(struct meter *meter, uint64_t duration_ns)
{
    uint64_t hz = steady_clock_hz();
    uint64_t began = steady_clock_now();
    uint64_t end_ms = duration_ns > 0 ? duration_ns / 1000000u : UINT64_MAX;
    uint32_t period_ms = meter->is_live ? 100 : 250;
    enum tapemap_status status = TAPEMAP_OK;
    for (uint64_t turn = 1;; turn++) {
        status = meter_describe(meter);
        meter_show(meter);
        uint64_t elapsed_ms = quantity_scale(steady_clock_now() - began, 1000, hz);
        if (status != TAPEMAP_OK || elapsed_ms >= end_ms || cli_interrupted() ||
            ferror(stdout) || meter->now.state == TAPEMAP_STATE_ENDED)
            break;
        uint64_t due_ms = turn * period_ms < end_ms ? turn * period_ms : end_ms;
        steady_clock_sleep_ms(due_ms > elapsed_ms ? (uint32_t)(due_ms - elapsed_ms) : 1);
    }
    if (meter->is_live)
        printf("\n");
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot measure %s", meter->tape.label);
    if (meter->now.is_stalled)
        return cli_fail_status(TAPEMAP_E_STALLED, "cannot follow %s", meter->tape.label);
    return CLI_DONE;
}

static int meter_start(struct meter *meter, uint64_t duration_ns, bool is_once)
{
    uint32_t channels = meter->tape.info.channels;
    int code = CLI_FAILED;
    meter->is_live = terminal_columns(TERMINAL_OUTPUT) > 0 && !is_once;
    meter->peaks = calloc((size_t)METER_BINS * channels, sizeof *meter->peaks);
    meter->levels = calloc(channels, sizeof *meter->levels);
    meter->line = calloc(1, METER_LINE_BYTES);
    cli_interrupt_watch(true);
    if (meter->peaks && meter->levels && meter->line)
        code = meter_follow(meter, is_once ? 1 : duration_ns);
    else
        cli_fail_status(TAPEMAP_E_MEMORY, "cannot measure %s", meter->tape.label);
    free(meter->line);
    free(meter->levels);
    free(meter->peaks);
    return code;
}

static int meter_run(int argc, char **argv)
{
    struct meter meter = {0};
    uint64_t duration_ns = 0;
    bool is_once = false;
    int option;
    while ((option = cli_verb_option(&verb_meter, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_meter);
        if (option == '1')
            is_once = true;
        else if (option != 's')
            return CLI_MISUSED;
        else if (!meter_parse_seconds(optarg, &duration_ns))
            return cli_misuse("meter", "'%s' is no number of seconds for '--seconds'", optarg);
    }
    if (is_once && duration_ns > 0)
        return cli_misuse("meter", "'--once' and '--seconds' exclude each other");
    const char *deck = cli_verb_deck(&verb_meter, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    int code = cli_tape_open(deck, &meter.tape);
    if (code != CLI_DONE)
        return code;
    code = meter_start(&meter, duration_ns, is_once);
    cli_tape_close(&meter.tape);
    return code;
}
