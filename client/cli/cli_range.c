/* SPDX-License-Identifier: MIT */
#include "cli_range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_text.h"

/* As they were written. */
struct range_ends {
    const char *from;
    const char *to;
};

struct range_words {
    char text[200];
};

int cli_range_fail_overwritten(const struct cli_tape *tape, const char *tried, uint64_t position)
{
    return cli_fail("%s: frame %" PRIu64 " has left the ring; begin at frame %" PRIu64
                    " or later", tried, position, cli_tape_beginning(tape));
}

/* "frame 4000", or how the option was understood: "frame 4000 (0:00.5, --from mark:intro)". Returns
   the text. */
static const char *range_say(const struct cli_tape *tape, const char *option, const char *text,
                             uint64_t position, struct range_words *out)
{
    char length[40];
    char clean[80];
    char digits[40];
    snprintf(digits, sizeof digits, "%" PRIu64 "f", position);
    cli_text_length(position, tape->info.sample_rate_hz, length, sizeof length);
    int end = snprintf(out->text, sizeof out->text, "frame %" PRIu64, position);
    if (strcmp(text, digits) != 0 && strcmp(text, "start") != 0 && strcmp(text, "now") != 0)
        snprintf(out->text + end, sizeof out->text - (size_t)end, " (%s, %s %s)", length, option,
                 cli_text_clean(text, clean, sizeof clean));
    return out->text;
}

static int range_check(const struct cli_tape *tape, const char *tried,
                       const struct range_ends *ends, const struct cli_range *range)
{
    struct range_words words;
    struct range_words more;
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    if (now.head == 0 && now.state == TAPEMAP_STATE_ENDED)
        return cli_fail("%s: it holds nothing, because its recording ended before the first "
                        "frame; record it again", tried);
    if (now.head == 0)
        return cli_fail("%s: nothing is recorded yet; wait for its source", tried);
    const char *remedy = now.state == TAPEMAP_STATE_ENDED ? "" : ", or wait";
    if (range->to > now.head && cli_tape_is_moment(ends->to))
        return cli_tape_fail_moment(tape, "--to", ends->to);
    if (range->from > now.head && cli_tape_is_moment(ends->from))
        return cli_tape_fail_moment(tape, "--from", ends->from);
    if (range->to > now.head)
        return cli_fail("%s: %s is not recorded yet; end at frame %" PRIu64
                        ", the head%s", tried, range_say(tape, "--to", ends->to, range->to, &words),
                        now.head, remedy);
    if (range->from > now.head)
        return cli_fail("%s: %s is not recorded yet; begin before frame %" PRIu64
                        ", the head%s", tried,
                        range_say(tape, "--from", ends->from, range->from, &words), now.head,
                        remedy);
    if (range->to <= range->from)
        return cli_fail("%s: from %s to %s there is nothing; give a --from before --to", tried,
                        range_say(tape, "--from", ends->from, range->from, &words),
                        range_say(tape, "--to", ends->to, range->to, &more));
    if (range->from < now.oldest)
        return cli_fail("%s: %s has left the ring; begin at frame %" PRIu64 " or later",
                        tried, range_say(tape, "--from", ends->from, range->from, &words),
                        cli_tape_beginning(tape));
    return CLI_DONE;
}

int cli_range_parse(const struct cli_tape *tape, const char *tried, const char *from,
                    const char *to, struct cli_range *range)
{
    const struct range_ends ends = {from ? from : "start", to ? to : "now"};
    /* The head is taken first: what is recorded meanwhile is not meant. */
    range->to = tapemap_head(tape->handle);
    int code = cli_tape_position(tape, "--from", ends.from, &range->from);
    if (code == CLI_DONE && to)
        code = from ? cli_tape_position_after(tape, "--to", to, range->from, &range->to)
                    : cli_tape_position(tape, "--to", to, &range->to);
    return code == CLI_DONE ? range_check(tape, tried, &ends, range) : code;
}
