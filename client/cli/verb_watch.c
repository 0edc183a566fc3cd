/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"
#include "watch_row.h"

#define WATCH_PERIOD_MS 250u
#define WATCH_MOST_DECKS (2 * (size_t)TAPEMAP_CATALOGUE_SLOTS)

static int watch_run(int argc, char **argv);

static const struct option watch_options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_watch = {
    .name = "watch",
    .summary = "Watch all decks live",
    .help = "usage: tapemap watch\n"
            "\n"
            "Shows all decks, four times a second: state, length, gaps, how many programs\n"
            "read them (this one among them), the peak of the newest sound in dB of full\n"
            "scale, and warnings. '!' before a deck: it is stalled, its source is lost, its\n"
            "disk is full, or it has a warning. A deck that has ended stays until it is\n"
            "recorded again. Where stdout is no terminal, there is a line with the time for\n"
            "each deck whenever its state, gaps, readers or warnings change.\n"
            "Ends by Ctrl+C.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = watch_options,
    .run = watch_run,
};

struct watch_deck {
    struct watch_row row;
    struct watch_row told;  /* as of the newest line; where stdout is no terminal */
    tapemap_tape *tape;     /* NULL: it could not be opened, or has ended */
    bool is_told;
    bool is_listed;         /* in the catalogue at this moment */
};

struct watch {
    struct watch_deck decks[WATCH_MOST_DECKS]; /* by name */
    size_t count;
    bool is_live;           /* a table on a terminal, rewritten */
    unsigned lines_before;  /* of the table that stands there */
};

/* ---- What there is ------------------------------------------------------------------------- */

static bool is_same_deck(const struct tapemap_deck *one, const struct tapemap_deck *other)
{
    return one->is_global == other->is_global && strcmp(one->name, other->name) == 0;
}

static void watch_remove(struct watch *watch, size_t at)
{
    tapemap_close(watch->decks[at].tape);
    watch->count--;
    memmove(&watch->decks[at], &watch->decks[at + 1],
            (watch->count - at) * sizeof watch->decks[0]);
}

static void watch_add(struct watch *watch, const struct tapemap_deck *found)
{
    struct watch_deck added = {.row = {.deck = *found}, .is_listed = true};
    size_t at = 0;

    added.row.status = tapemap_open_tape(found->tape_id, &added.tape);
    if (added.row.status == TAPEMAP_E_NO_TAPE || watch->count == WATCH_MOST_DECKS)
        return;
    if (added.row.status == TAPEMAP_OK)
        tapemap_get_info(added.tape, &added.row.info);
    while (at < watch->count && strcmp(watch->decks[at].row.deck.name, found->name) <= 0)
        at++;
    memmove(&watch->decks[at + 1], &watch->decks[at],
            (watch->count - at) * sizeof watch->decks[0]);
    watch->decks[at] = added;
    watch->count++;
}

/* A tape that nobody records is told only as long as its deck has no other. */
static bool is_superseded(const struct watch *watch, size_t at)
{
    const struct watch_deck *deck = &watch->decks[at];

    for (size_t i = 0; i < watch->count; i++)
        if (i != at && watch->decks[i].is_listed &&
            watch->decks[i].row.deck.recorder_pid != 0 &&
            is_same_deck(&watch->decks[i].row.deck, &deck->row.deck) &&
            (!deck->is_listed || deck->row.deck.recorder_pid == 0))
            return true;
    return false;
}

static enum tapemap_status watch_find(struct watch *watch)
{
    static struct tapemap_deck found[WATCH_MOST_DECKS];
    size_t count = 0;
    enum tapemap_status status = tapemap_list_decks(found, WATCH_MOST_DECKS, &count);

    if (status != TAPEMAP_OK)
        return status;
    for (size_t i = 0; i < watch->count; i++)
        watch->decks[i].is_listed = false;
    for (size_t i = 0; i < count && i < WATCH_MOST_DECKS; i++) {
        size_t at = 0;
        while (at < watch->count &&
               strcmp(watch->decks[at].row.deck.tape_id, found[i].tape_id) != 0)
            at++;
        if (at == watch->count) {
            watch_add(watch, &found[i]);
        } else {
            watch->decks[at].row.deck = found[i];
            watch->decks[at].is_listed = true;
        }
    }
    for (size_t i = watch->count; i > 0; i--)
        if (is_superseded(watch, i - 1))
            watch_remove(watch, i - 1);
    return TAPEMAP_OK;
}

/* The loudest sample of the newest 100 ms. */
static void watch_measure(struct watch_deck *deck)
{
    static struct tapemap_peak peaks[TAPEMAP_MAX_CHANNELS];
    struct watch_row *row = &deck->row;
    uint64_t wanted = row->info.sample_rate_hz / 10u + 1u;
    uint64_t held = row->now.head - row->now.oldest;
    uint64_t frames = wanted < held ? wanted : held;
    double loudest = 0.0;

    row->has_peak = frames > 0 &&
                    tapemap_read_peaks(deck->tape, row->now.head - frames, row->now.head, 1,
                                       peaks) == TAPEMAP_OK;
    for (uint32_t i = 0; row->has_peak && i < row->info.channels; i++)
        loudest = fmax(loudest, fmax(fabs((double)peaks[i].min), fabs((double)peaks[i].max)));
    row->peak_db = loudest > 0.0 ? 20.0 * log10(loudest) : -HUGE_VAL;
}

/* A tape that has ended is let go: it would stay in memory for as long as it is watched. */
static void watch_look(struct watch_deck *deck)
{
    if (!deck->tape)
        return;
    tapemap_get_now(deck->tape, &deck->row.now);
    if (deck->row.now.state != TAPEMAP_STATE_ENDED) {
        watch_measure(deck);
        return;
    }
    tapemap_close(deck->tape);
    deck->tape = NULL;
}

/* ---- Showing it ---------------------------------------------------------------------------- */

static unsigned watch_name_columns(const struct watch *watch)
{
    unsigned widest = 4;

    for (size_t i = 0; i < watch->count; i++) {
        char name[TAPEMAP_NAME_BYTES];
        cli_text_clean(watch->decks[i].row.deck.name, name, sizeof name);
        unsigned columns = (unsigned)cli_text_columns(name);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void watch_put(char line[WATCH_LINE_BYTES], unsigned columns)
{
    watch_fit(line, columns < WATCH_LINE_BYTES ? columns : WATCH_LINE_BYTES - 1);
    printf("%s\n", line);
}

/* Every line is written over the one before it, to its end: nothing is wiped, so nothing
   flickers. */
static void watch_show_table(struct watch *watch)
{
    unsigned columns = terminal_columns(TERMINAL_OUTPUT);
    unsigned room = terminal_lines(TERMINAL_OUTPUT);
    unsigned name_columns = watch_name_columns(watch);
    unsigned lines = 1;
    char line[WATCH_LINE_BYTES];

    room = room > 4 ? room - 3 : 1; /* beside the heading, a last line, and the cursor's */
    if (watch->lines_before > 0)
        terminal_move_up(TERMINAL_OUTPUT, watch->lines_before);
    watch_heading(name_columns, line);
    watch_put(line, columns);
    for (size_t i = 0; i < watch->count && i < room; i++, lines++) {
        watch_line(&watch->decks[i].row, name_columns, line);
        watch_put(line, columns);
    }
    line[0] = '\0';
    if (watch->count == 0)
        snprintf(line, sizeof line, "  no deck has a tape");
    else if (watch->count > room)
        snprintf(line, sizeof line, "  and %u more, for which there is no room here",
                 (unsigned)(watch->count - room));
    if (line[0] != '\0' || lines < watch->lines_before) {
        watch_put(line, columns);
        lines++;
    }
    for (; lines < watch->lines_before; lines++) {
        line[0] = '\0';
        watch_put(line, columns);
    }
    watch->lines_before = lines;
}

static void watch_tell_changes(struct watch *watch)
{
    unsigned name_columns = watch_name_columns(watch);

    for (size_t i = 0; i < watch->count; i++) {
        struct watch_deck *deck = &watch->decks[i];
        char utc[CLI_TEXT_UTC_BYTES];
        char line[WATCH_LINE_BYTES];
        if (deck->is_told && !watch_has_changed(&deck->told, &deck->row))
            continue;
        deck->told = deck->row;
        deck->is_told = true;
        watch_line(&deck->row, name_columns, line);
        printf("%s %s\n", cli_text_utc(utc_now_ns(), 3, utc), line);
    }
}

static enum tapemap_status watch_turn(struct watch *watch)
{
    enum tapemap_status status = watch_find(watch);

    if (status != TAPEMAP_OK)
        return status;
    for (size_t i = 0; i < watch->count; i++)
        watch_look(&watch->decks[i]);
    if (watch->is_live)
        watch_show_table(watch);
    else
        watch_tell_changes(watch);
    fflush(stdout);
    return TAPEMAP_OK;
}

static enum tapemap_status watch_follow(struct watch *watch)
{
    uint64_t hz = steady_clock_hz();
    uint64_t began = steady_clock_now();
    enum tapemap_status status = TAPEMAP_OK;

    while (status == TAPEMAP_OK && !cli_interrupted() && !ferror(stdout)) {
        status = watch_turn(watch);
        uint64_t elapsed_ms = quantity_scale(steady_clock_now() - began, 1000, hz);
        steady_clock_sleep_ms(WATCH_PERIOD_MS - (uint32_t)(elapsed_ms % WATCH_PERIOD_MS));
    }
    return status;
}

static int watch_run(int argc, char **argv)
{
    int option;

    while ((option = cli_verb_option(&verb_watch, argc, argv)) != CLI_VERB_END)
        return option == 'h' ? cli_verb_help(&verb_watch) : CLI_MISUSED;
    if (optind < argc)
        return cli_misuse("watch", "'%s' is one argument too many; it shows all decks",
                          argv[optind]);
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot watch the decks");
    watch->is_live = terminal_columns(TERMINAL_OUTPUT) > 0;
    cli_interrupt_watch(true);
    enum tapemap_status status = watch_follow(watch);
    while (watch->count > 0)
        watch_remove(watch, watch->count - 1);
    free(watch);
    return status == TAPEMAP_OK ? CLI_DONE : cli_fail_status(status, "cannot watch the decks");
}
