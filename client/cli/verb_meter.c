/* SPDX-License-Identifier: MIT */
/*
 * Peak and RMS come from the peaks of the newest sound: they are right at once, wherever the tape
 * stands. Loudness, true peak and clips come from every frame, one after another: from the newest
 * seconds on where a recorder runs, from the beginning of a file.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "meter_feed.h"
#include "meter_json.h"
#include "meter_line.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"

#define METER_LIVE_MS 40u   /* between two screens */
#define METER_PLAIN_MS 250u /* between two lines */
#define METER_BEFORE_SECONDS 3u /* heard before the start: what short-term loudness looks back on */

static int meter_run(int argc, char **argv);

static const struct option meter_options[] = {
    {"seconds", required_argument, NULL, 's'},
    {"once", no_argument, NULL, '1'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_meter = {
    .name = "meter",
    .summary = "Show levels and loudness",
    .help = "usage: tapemap meter DECK|ID|FILE [--seconds N | --once] [--json]\n"
            "\n"
            "Shows each channel in dB of full scale: a bar from -60 to 0 (full up to the RMS,\n"
            "shaded to the peak), peak of the newest 100 ms, RMS of 300 ms (-3.0 for a full\n"
            "sine), the highest peak (held 2 s, then falling), and how often it clipped; by\n"
            "EBU R 128 the momentary, short-term and integrated loudness and the true peak.\n"
            "Loudness and clips count from 3 s before the start, in a file from its start.\n"
            "Silence, as in a gap, is gated: it does not change the integrated loudness.\n"
            "The true peak of more than 16 channels is looked for in files, or by --once.\n"
            "25 times a second on a terminal; elsewhere four lines a second. A deck is\n"
            "followed from tape to tape. Ends with the last of them, with a file that is\n"
            "named, or by Ctrl+C; fails if the recorder is then stalled.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            "\n"
            "      --seconds N   end after N seconds (such as 5 or 2.5)\n"
            "      --once        the levels once, of a file when all of it was heard\n"
            "      --json        a line of JSON instead of each line or screen\n"
            "  -h, --help        this text\n",
    .short_options = ":h",
    .options = meter_options,
    .run = meter_run,
};

struct meter {
    struct cli_tape tape;
    struct tapemap_now now;
    struct meter_feed feed;
    bool is_screen; /* on a terminal, rewritten */
    bool is_json;
    bool is_once;
    bool is_file;
    uint64_t once_head;    /* the head at the start: --once hears up to there */
    uint64_t left_frames;  /* on the tapes that were gone on from */
    uint64_t end_ms;       /* UINT64_MAX: no end by time */
    unsigned lines_before; /* of the screen that stands there */
    struct tapemap_peak *peaks;
    struct meter_channel *channels;
    struct level_hold *holds;
    struct draw_bytes text;
};

static bool meter_parse_seconds(const char *text, uint64_t *ms)
{
    char with_unit[32];
    uint64_t ns = 0;
    if (strspn(text, "0123456789.") != strlen(text) || strlen(text) + 2 > sizeof with_unit)
        return false;
    snprintf(with_unit, sizeof with_unit, "%ss", text);
    if (!quantity_parse_duration_ns(with_unit, &ns) || ns == 0)
        return false;
    *ms = (ns + 999999u) / 1000000u;
    return true;
}

/* ---- Measuring ----------------------------------------------------------------------------- */

/* False when there is no sound yet, or a ring took it away meanwhile. */
static bool meter_measure(struct meter *meter, enum tapemap_status *status)
{
    const struct tapemap_info *info = &meter->tape.info;
    uint64_t frames = info->sample_rate_hz * 3u / 10u;
    uint64_t held = meter->now.head - meter->now.oldest;
    frames = frames < METER_BINS ? METER_BINS : frames;
    frames = frames < held ? frames : held;
    *status = TAPEMAP_OK;
    if (frames == 0)
        return false;
    /* A frame or two are all in the newest bin. */
    uint32_t bins = frames < METER_BINS ? 1 : METER_BINS;
    size_t skipped = (size_t)(METER_BINS - bins) * info->channels;
    memset(meter->peaks, 0, skipped * sizeof *meter->peaks);
    *status = tapemap_read_peaks(meter->tape.handle, meter->now.head - frames, meter->now.head,
                                 bins, meter->peaks + skipped);
    if (*status != TAPEMAP_OK)
        return false;
    for (uint32_t i = 0; i < info->channels; i++) {
        struct meter_channel *channel = &meter->channels[i];
        channel->level = meter_level(meter->peaks, info->channels, i, frames);
        channel->hold_db = level_hold_show(&meter->holds[i], channel->level.peak_db,
                                           meter->left_frames + meter->now.head,
                                           info->sample_rate_hz);
        channel->clips = meter->feed.clips[i].clips;
    }
    return true;
}

/* What is to be said beside the figures. */
static void meter_note(const struct meter *meter, char *out, size_t room)
{
    uint32_t rate_hz = meter->tape.info.sample_rate_hz;
    uint64_t behind = meter->now.head - meter->feed.position;
    char length[40];

    out[0] = '\0';
    if (meter->now.is_stalled) {
        snprintf(out, room, "stalled: no sign of life from the recorder for %" PRIu64 " s",
                 meter->now.heartbeat_age_ns / 1000000000u);
    } else if (meter->now.state == TAPEMAP_STATE_SOURCE_LOST) {
        snprintf(out, room, "the source is lost");
    } else if (meter->feed.position < meter->now.head && behind > rate_hz) {
        cli_text_length(meter->feed.position, rate_hz, length, sizeof length);
        snprintf(out, room, "loudness heard up to %s so far", length);
    } else if (meter->feed.missed_frames > 0) {
        cli_text_length(meter->feed.missed_frames, rate_hz, length, sizeof length);
        snprintf(out, room, "missed %s that the ring overwrote", length);
    } else if (!meter->feed.loudness) {
        snprintf(out, room, "no loudness of %" PRIu32 " channels at %" PRIu32 " Hz",
                 meter->tape.info.channels, rate_hz);
    }
}

/* ---- Showing ------------------------------------------------------------------------------- */

/* In one write: a screen is never seen in halves. */
static void meter_show_text(struct meter *meter, const struct meter_picture *picture)
{
    meter->text.used = 0;
    if (!meter->is_screen) {
        meter_line(picture, &meter->text);
    } else {
        unsigned columns = terminal_columns(TERMINAL_OUTPUT);
        unsigned lines = meter_screen(picture, columns, terminal_lines(TERMINAL_OUTPUT),
                                      &meter->text);
        for (; lines < meter->lines_before; lines++) {
            draw_bytes_blank(&meter->text, columns);
            draw_bytes_text(&meter->text, "\n");
        }
        if (meter->lines_before > 0)
            terminal_move_up(TERMINAL_OUTPUT, meter->lines_before);
        meter->lines_before = lines;
    }
    fwrite(meter->text.data, 1, meter->text.used, stdout);
}

static enum tapemap_status meter_show(struct meter *meter)
{
    enum tapemap_status status = TAPEMAP_OK;
    char name[TAPEMAP_NAME_BYTES];
    char time[40];
    char note[160];
    bool has_levels = meter_measure(meter, &status);
    struct meter_picture picture = {
        .name = cli_text_clean(meter->tape.info.deck, name, sizeof name),
        .state = cli_text_state(&meter->now),
        .time = time,
        .note = note,
        .channels = meter->channels,
        .channel_count = meter->tape.info.channels,
        .has_levels = has_levels,
        .has_loudness = meter->feed.loudness != NULL,
        .is_ascii = !terminal_is_utf8(TERMINAL_OUTPUT),
    };

    cli_text_length(meter->now.head, meter->tape.info.sample_rate_hz, time, sizeof time);
    meter_note(meter, note, sizeof note);
    if (picture.has_loudness)
        picture.loudness = loudness_get(meter->feed.loudness);
    if (meter->is_json) {
        struct meter_place place = {&meter->now, meter->feed.position, meter->feed.missed_frames};
        if (meter_print_json(&picture, &place) != CLI_DONE)
            status = TAPEMAP_E_MEMORY;
    } else {
        meter_show_text(meter, &picture);
        status = meter->text.has_failed ? TAPEMAP_E_MEMORY : status;
    }
    fflush(stdout);
    return status == TAPEMAP_E_OVERWRITTEN ? TAPEMAP_OK : status;
}

/* ---- Time ---------------------------------------------------------------------------------- */

/* All of a tape was heard that has ended. */
static bool meter_is_over(const struct meter *meter)
{
    return meter->now.state == TAPEMAP_STATE_ENDED && meter->feed.position >= meter->now.head;
}

static bool meter_is_done(const struct meter *meter, uint64_t elapsed_ms)
{
    return (meter->is_once && meter->feed.position >= meter->once_head) ||
           elapsed_ms >= meter->end_ms ||
           cli_interrupted() || ferror(stdout) || meter_is_over(meter);
}

/* To the deck's next tape, when this one is over. Returns as cli_tape_go_on. */
static enum tapemap_status meter_go_over(struct meter *meter)
{
    enum tapemap_status status = cli_tape_go_on(&meter->tape, "cannot go on measuring",
                                                "measure that by 'tapemap meter");

    if (status == TAPEMAP_OK) {
        meter->left_frames += meter->now.head;
        meter->feed.position = 0;
    }
    return status;
}

/* Shows levels until the end and returns an enum cli_exit. */
static int meter_follow(struct meter *meter)
{
    uint64_t hz = steady_clock_hz();
    uint64_t began = steady_clock_now();
    uint32_t period_ms = meter->is_screen ? METER_LIVE_MS : METER_PLAIN_MS;
    enum tapemap_status status = TAPEMAP_OK;
    uint64_t due_ms = 0;

    for (;;) {
        tapemap_get_now(meter->tape.handle, &meter->now);
        uint64_t elapsed_ms = quantity_scale(steady_clock_now() - began, 1000, hz);
        due_ms += period_ms;
        uint64_t left_ms = due_ms > elapsed_ms ? due_ms - elapsed_ms : 1;
        status = meter_feed_until(&meter->feed, meter->now.head, (uint32_t)left_ms * 3 / 4 + 1);
        if (status == TAPEMAP_OK && !meter->is_file && !meter->is_once && meter_is_over(meter)) {
            enum tapemap_status next = meter_go_over(meter);
            if (next == TAPEMAP_OK)
                continue;
            if (next != TAPEMAP_E_NO_TAPE)
                return CLI_FAILED;
        }
        bool is_done = meter_is_done(meter, elapsed_ms);
        if (status == TAPEMAP_OK && (is_done || !meter->is_once))
            status = meter_show(meter);
        if (status != TAPEMAP_OK || is_done)
            break;
        elapsed_ms = quantity_scale(steady_clock_now() - began, 1000, hz);
        /* One that is late does not hurry: it leaves out what it is late for. */
        if (elapsed_ms > due_ms)
            due_ms = elapsed_ms;
        bool is_behind = meter->feed.position < meter->now.head;
        uint64_t until_ms = due_ms < meter->end_ms ? due_ms : meter->end_ms;
        if (until_ms > elapsed_ms && !(meter->is_once && is_behind))
            steady_clock_sleep_ms((uint32_t)(until_ms - elapsed_ms));
    }
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot measure %s", meter->tape.label);
    if (meter->now.is_stalled)
        return cli_fail_status(TAPEMAP_E_STALLED, "cannot follow %s", meter->tape.label);
    return CLI_DONE;
}

/* Where loudness begins: so that the first figures tell something. */
static uint64_t meter_beginning(const struct meter *meter)
{
    uint64_t before = (uint64_t)meter->tape.info.sample_rate_hz * METER_BEFORE_SECONDS;
    uint64_t beginning = cli_tape_beginning(&meter->tape);
    uint64_t head = tapemap_head(meter->tape.handle);
    if (meter->is_file || head < before || head - before < beginning)
        return beginning;
    return head - before;
}

static int meter_start(struct meter *meter)
{
    uint32_t channels = meter->tape.info.channels;
    int code = CLI_FAILED;

    tapemap_get_now(meter->tape.handle, &meter->now);
    meter->once_head = meter->now.head;
    meter->is_file = meter->is_file || meter->now.state == TAPEMAP_STATE_ENDED;
    meter->is_screen = terminal_columns(TERMINAL_OUTPUT) > 0 && !meter->is_json;
    meter->peaks = calloc((size_t)METER_BINS * channels, sizeof *meter->peaks);
    meter->channels = calloc(channels, sizeof *meter->channels);
    meter->holds = calloc(channels, sizeof *meter->holds);
    for (uint32_t i = 0; meter->holds && i < channels; i++)
        meter->holds[i].db = -HUGE_VAL;
    enum tapemap_status status =
        meter_feed_open(&meter->feed, &meter->tape, meter_beginning(meter),
                        !meter->is_file && !meter->is_once);
    cli_interrupt_watch(true);
    if (status == TAPEMAP_OK && meter->peaks && meter->channels && meter->holds)
        code = meter_follow(meter);
    else
        cli_fail_status(TAPEMAP_E_MEMORY, "cannot measure %s", meter->tape.label);
    meter_feed_close(&meter->feed);
    free(meter->text.data);
    free(meter->holds);
    free(meter->channels);
    free(meter->peaks);
    return code;
}

static int meter_run(int argc, char **argv)
{
    struct meter meter = {.end_ms = UINT64_MAX};
    int option;
    while ((option = cli_verb_option(&verb_meter, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_meter);
        if (option == '1')
            meter.is_once = true;
        else if (option == 'j')
            meter.is_json = true;
        else if (option != 's')
            return CLI_MISUSED;
        else if (!meter_parse_seconds(optarg, &meter.end_ms))
            return cli_misuse("meter", "'%s' is no number of seconds for '--seconds'", optarg);
    }
    if (meter.is_once && meter.end_ms != UINT64_MAX)
        return cli_misuse("meter", "'--once' and '--seconds' exclude each other");
    const char *deck = cli_verb_deck(&verb_meter, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    meter.is_file = cli_verb_is_path(deck);
    int code = cli_tape_open(deck, &meter.tape);
    if (code != CLI_DONE)
        return code;
    code = meter_start(&meter);
    cli_tape_close(&meter.tape);
    return code;
}
