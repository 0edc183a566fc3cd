/* SPDX-License-Identifier: MIT */
#include "keep_place.h"

#include <stdbool.h>

#include "cli_fail.h"
#include "position_words.h"
#include "quantity.h"

/* Less than a second before a tape still counts as its frame 0, and the tape before has it. */
static bool may_be_earlier(const struct cli_tape *tape, const struct position_words *words,
                           enum tapemap_status status, uint64_t found)
{
    bool is_not_here = status == TAPEMAP_E_OUTSIDE || status == TAPEMAP_E_NOT_YET ||
                       (status == TAPEMAP_OK && found == 0);

    switch (words->kind) {
    case POSITION_MARK:
        return status == TAPEMAP_E_NO_MARK && words->label[0] != '#'; /* the third of this tape */
    case POSITION_MOMENT:
        return is_not_here;
    case POSITION_DAYTIME:
        return is_not_here || (status == TAPEMAP_OK && found > tapemap_head(tape->handle));
    default:
        return false;
    }
}

static bool go_back(const struct cli_tape *newest, struct cli_tape *tape)
{
    tapemap_tape *previous = NULL;

    if (tapemap_open_previous(tape->handle, &previous) != TAPEMAP_OK)
        return false;
    if (tape->handle != newest->handle)
        tapemap_close(tape->handle);
    tape->handle = previous;
    tapemap_get_info(previous, &tape->info);
    return true;
}

/* What no earlier tape has either means what it means on the newest. */
static int find_word(const struct cli_tape *newest, const char *text,
                     const struct position_words *words, uint64_t *position)
{
    struct cli_tape tape = *newest;
    uint64_t found = 0;
    enum tapemap_status status = tapemap_parse_position(tape.handle, text, &found);

    while (may_be_earlier(&tape, words, status, found)) {
        if (!go_back(newest, &tape)) {
            if (status != TAPEMAP_OK || found != 0) /* 0: right before the first tape there is */
                status = TAPEMAP_E_NO_TAPE;
            break;
        }
        status = tapemap_parse_position(tape.handle, text, &found);
    }
    if (tape.handle != newest->handle)
        tapemap_close(tape.handle);
    if (status != TAPEMAP_OK) {
        tape = *newest;
        int code = cli_tape_position(newest, "--around", text, &found);
        if (code != CLI_DONE)
            return code;
    }
    if (tape.handle == newest->handle)
        cli_tape_note_coming(newest, text, found);
    *position = tape.info.series_position + found;
    return CLI_DONE;
}

int keep_place_find(const struct cli_tape *tape, const char *text, struct keep_place *place)
{
    struct position_words words;
    uint32_t rate_hz = tape->info.sample_rate_hz;

    *place = (struct keep_place){0};
    bool is_ago = position_words_read(text, &words) && words.kind == POSITION_BEFORE_HEAD;
    if (is_ago && words.is_frames)
        place->ago = words.amount;
    else if (is_ago)
        is_ago = quantity_frames_from_ns(words.amount, rate_hz, &place->ago);
    if (!is_ago)
        return find_word(tape, text, &words, &place->position);
    place->position = tape->info.series_position + tapemap_head(tape->handle);
    return CLI_DONE;
}

int keep_place_length(const struct cli_tape *tape, const char *option, const char *text,
                      uint64_t *frames)
{
    uint64_t ns;

    *frames = 0;
    if (!text)
        return CLI_DONE;
    if (quantity_parse_duration_ns(text, &ns) &&
        quantity_frames_from_ns(ns, tape->info.sample_rate_hz, frames))
        return CLI_DONE;
    return cli_misuse("keep", "'%s' of '%s' is no duration such as 90s, 10m or 2h", text, option);
}
