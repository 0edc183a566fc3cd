/* SPDX-License-Identifier: MIT */
#include "cli_range.h"

#include <inttypes.h>

#include "cli_fail.h"

int cli_range_fail_overwritten(const struct cli_tape *tape, const char *tried, uint64_t position)
{
    return cli_fail("%s: frame %" PRIu64 " has left the ring; begin at frame %" PRIu64
                    " or later", tried, position, cli_tape_beginning(tape));
}

static int range_check(const struct cli_tape *tape, const char *tried,
                       const struct cli_range *range)
{
    struct tapemap_now now;
    tapemap_get_now(tape->handle, &now);
    if (now.head == 0 && now.state == TAPEMAP_STATE_ENDED)
        return cli_fail("%s: it holds nothing, because its recording ended before the first "
                        "frame; record it again", tried);
    if (now.head == 0)
        return cli_fail("%s: nothing is recorded yet; wait for its source", tried);
    if (range->to > now.head)
        return cli_fail("%s: frame %" PRIu64 " is not recorded yet; end at frame %" PRIu64
                        ", the head, or wait", tried, range->to, now.head);
    if (range->from > now.head)
        return cli_fail("%s: frame %" PRIu64 " is not recorded yet; begin before frame %" PRIu64
                        ", the head, or wait", tried, range->from, now.head);
    if (range->to <= range->from)
        return cli_fail("%s: from frame %" PRIu64 " to frame %" PRIu64 " there is nothing; give a "
                        "--from before --to", tried, range->from, range->to);
    if (range->from < now.oldest)
        return cli_range_fail_overwritten(tape, tried, range->from);
    return CLI_DONE;
}

int cli_range_parse(const struct cli_tape *tape, const char *tried, const char *from,
                    const char *to, struct cli_range *range)
{
    int code = CLI_DONE;
    range->to = tapemap_head(tape->handle);
    if (to)
        code = cli_tape_position(tape, "--to", to, &range->to);
    if (code == CLI_DONE)
        code = cli_tape_position(tape, "--from", from ? from : "start", &range->from);
    return code == CLI_DONE ? range_check(tape, tried, range) : code;
}
