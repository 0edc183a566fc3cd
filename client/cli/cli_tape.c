/* SPDX-License-Identifier: MIT */
#include "cli_tape.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_text.h"
#include "cli_verb.h"

#define TAPE_PATIENCE_NS 10000000000u

static int tape_open_file(const char *path, struct cli_tape *tape)
{
    char clean[sizeof tape->label - sizeof "file ''"];
    snprintf(tape->label, sizeof tape->label, "file '%s'",
             cli_text_clean(path, clean, sizeof clean));

    enum tapemap_status status = tapemap_open_file(path, &tape->handle);
    if (status == TAPEMAP_E_CORRUPT)
        return cli_fail("cannot open %s: it ends before its frames do, or contradicts itself; see "
                        "whether it was copied in full, and what 'tapemap recover' says of it",
                        tape->label);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot open %s", tape->label);
    tapemap_get_info(tape->handle, &tape->info);
    return CLI_DONE;
}

/* A file whose name looks like a deck's. */
static bool tape_file_exists(const char *path)
{
    tapemap_tape *handle = NULL;
    enum tapemap_status status = tapemap_open_file(path, &handle);
    tapemap_close(handle);
    return status != TAPEMAP_E_NO_FILE && status != TAPEMAP_E_ARGUMENT;
}

int cli_tape_open(const char *argument, struct cli_tape *tape)
{
    if (cli_verb_is_path(argument))
        return tape_open_file(argument, tape);
    char clean[TAPEMAP_NAME_BYTES];
    int is_id = strncmp(argument, "id:", 3) == 0;
    cli_text_clean(is_id ? argument + 3 : argument, clean, sizeof clean);
    snprintf(tape->label, sizeof tape->label, is_id ? "tape %s" : "deck '%s'", clean);

    enum tapemap_status status = is_id ? tapemap_open_tape(argument + 3, &tape->handle)
                                       : tapemap_open_deck(argument, &tape->handle);
    if (status == TAPEMAP_E_ARGUMENT && is_id)
        return cli_fail("cannot open %s: that is no id; give the 16 hex digits that 'tapemap list' "
                        "shows", tape->label);
    if (status == TAPEMAP_E_NO_DECK && tape_file_exists(argument))
        return cli_fail("cannot open %s: no deck of that name has a tape, but there is a file of "
                        "that name; to open it, write './%s'", tape->label, clean);
    if (status == TAPEMAP_E_ARGUMENT)
        return cli_fail("cannot open %s: no deck can have that name; see 'tapemap list' for the "
                        "decks", tape->label);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot open %s", tape->label);
    tapemap_get_info(tape->handle, &tape->info);
    return CLI_DONE;
}

void cli_tape_close(struct cli_tape *tape)
{
    tapemap_close(tape->handle);
    tape->handle = NULL;
}

static void tape_go_over(struct cli_tape *tape, tapemap_tape *other)
{
    tapemap_close(tape->handle);
    tape->handle = other;
    tapemap_get_info(other, &tape->info);
    snprintf(tape->label, sizeof tape->label, "tape %s", tape->info.id);
}

enum tapemap_status cli_tape_open_next(struct cli_tape *tape)
{
    tapemap_tape *next = NULL;
    enum tapemap_status status = tapemap_open_next(tape->handle, &next);
    if (status == TAPEMAP_OK)
        tape_go_over(tape, next);
    return status;
}

enum tapemap_status cli_tape_open_previous(struct cli_tape *tape)
{
    tapemap_tape *previous = NULL;
    enum tapemap_status status = tapemap_open_previous(tape->handle, &previous);
    if (status == TAPEMAP_OK)
        tape_go_over(tape, previous);
    return status;
}

void cli_tape_note_seam(const struct cli_tape *tape, const struct tapemap_info *left,
                        uint64_t head)
{
    if (tape->info.series_position != left->series_position + head)
        cli_note("%s begins anew after tape %s; frames may be missing between them", tape->label,
                 left->id);
}

bool cli_tape_formats_agree(const struct tapemap_info *one, const struct tapemap_info *other)
{
    return one->format == other->format && one->channels == other->channels &&
           one->sample_rate_hz == other->sample_rate_hz;
}

int cli_tape_fail_next(const struct cli_tape *tape, const char *tried, enum tapemap_status status)
{
    if (status == TAPEMAP_E_NO_FILE)
        return cli_fail("%s after %s: the next tape of its deck is neither in memory nor where its "
                        "file should be; see whether it was deleted or moved", tried, tape->label);
    return cli_fail_status(status, "%s after %s: cannot open the next tape of its deck", tried,
                           tape->label);
}

enum tapemap_status cli_tape_go_on(struct cli_tape *tape, const char *tried, const char *remedy)
{
    struct tapemap_info left = tape->info;
    enum tapemap_status status = cli_tape_open_next(tape);

    if (status != TAPEMAP_OK) {
        if (status != TAPEMAP_E_NO_TAPE)
            cli_tape_fail_next(tape, tried, status);
        return status;
    }
    if (cli_tape_formats_agree(&left, &tape->info))
        return TAPEMAP_OK;
    cli_fail("%s after tape %s: its deck went on in another format; %s id:%s'", tried, left.id,
             remedy, tape->info.id);
    return TAPEMAP_E_FORMAT;
}

bool cli_tape_is_awaited(const struct cli_tape *tape, bool *is_said)
{
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    if (now.is_stalled && now.heartbeat_age_ns >= TAPE_PATIENCE_NS)
        return false;
    if (!*is_said)
        cli_note("%s: its recorder shows no sign of life; waiting for it", tape->label);
    *is_said = true;
    return true;
}

int cli_tape_fail_stalled(const struct cli_tape *tape, const char *tried)
{
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    return cli_fail("%s %s: its recorder shows no sign of life for %" PRIu64 " seconds; see "
                    "whether it still runs", tried, tape->label,
                    now.heartbeat_age_ns / 1000000000u);
}

uint64_t cli_tape_beginning(const struct cli_tape *tape)
{
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    bool is_written = now.state != TAPEMAP_STATE_ENDED && !now.is_stalled;
    if (now.oldest == 0 || !is_written || now.oldest > now.head)
        return now.oldest;
    uint64_t sixteenth = (now.head - now.oldest) / 16;
    uint64_t second = tape->info.sample_rate_hz;
    return now.oldest + (sixteenth < second ? sixteenth : second);
}
