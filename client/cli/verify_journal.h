/* SPDX-License-Identifier: MIT */
/* Checking every entry of a tape's journal, and learning from it where silence is expected. */
#ifndef TAPEMAP_VERIFY_JOURNAL_H
#define TAPEMAP_VERIFY_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "cli_tape.h"

#define VERIFY_MOST_SHOWN 5u /* of what is wrong, in the frames and in the journal */

struct verify_gap {
    uint64_t from;
    uint64_t to;
};

struct verify_journal {
    struct verify_gap *gaps; /* in order, not overlapping */
    size_t gap_count;
    size_t gap_room;
    uint64_t gap_frames;
    uint64_t anchor_count;
    uint64_t first;       /* sequence numbers [first, end) were checked */
    uint64_t end;
    uint64_t last_position; /* of the newest anchor */
    uint64_t last_clock;
    bool has_last_clock; /* since the tape was begun, or last resumed */
    uint64_t wrong_count; /* things wrong in it; the first are printed on stdout */
};

/* Waits until the recorder has journalled every gap before the head of now, then checks the
   journal. Returns an enum cli_exit: CLI_FAILED when it could not be read, which has been said. */
int verify_journal_load(const struct cli_tape *tape, struct verify_journal *journal);
void verify_journal_free(struct verify_journal *journal);

/* The first gap that ends after `position`; NULL when there is none. */
const struct verify_gap *verify_journal_gap(const struct verify_journal *journal,
                                            uint64_t position);

#endif
