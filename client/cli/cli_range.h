/* SPDX-License-Identifier: MIT */
/* A stretch of a tape that is recorded now, as --from and --to name it. */
#ifndef TAPEMAP_CLI_RANGE_H
#define TAPEMAP_CLI_RANGE_H

#include "cli_tape.h"

struct cli_range {
    uint64_t from;
    uint64_t to; /* past the last frame; larger than from */
};

/*
 * Understands the two options (NULL: cli_tape_beginning and the head; --to after a --from as by
 * tapemap_parse_position_after) and refuses what is empty, not recorded yet or overwritten. `tried`
 * begins the sentence of a failure, such as "cannot export deck 'studio'". Returns an enum
 * cli_exit; a failure has been said.
 */
int cli_range_parse(const struct cli_tape *tape, const char *tried, const char *from,
                    const char *to, struct cli_range *range);

/* Says that frames the range needs have left the ring. Returns CLI_FAILED. */
int cli_range_fail_overwritten(const struct cli_tape *tape, const char *tried, uint64_t position);

#endif
