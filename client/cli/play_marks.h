/* SPDX-License-Identifier: MIT */
/* Marks that are set while a tape is played. Its recorder may take its time to answer, and is asked
   on other threads: what plays must not wait for it. */
#ifndef TAPEMAP_PLAY_MARKS_H
#define TAPEMAP_PLAY_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli_tape.h"

#define PLAY_MARKS_AT_ONCE 8u

struct play_mark;

/* Begins as zeros. The functions are for one thread, and never block but where they say so. */
struct play_marks {
    struct play_mark *asked[PLAY_MARKS_AT_ONCE];
};

/* Asks for a mark. Returns false when it cannot, with the reason in `said`. */
bool play_marks_ask(struct play_marks *marks, const struct cli_tape *tape, uint64_t position,
                    char *said, size_t room);

/* Takes one answer that has come: returns true with what is to be shown in `said`; a failure has
   been said, and `said` is "" then. false: none has come. */
bool play_marks_next(struct play_marks *marks, char *said, size_t room);

/* Waits for the answers that have not come, says what failed, and whose answer is missing still.
   The end of the program ends what is left. Blocks: up to three seconds. */
void play_marks_finish(struct play_marks *marks);

#endif
