/* SPDX-License-Identifier: MIT */
/*
 * What happens to a deck, in sentences: state changes, losses, long gaps, warnings, the end. It is
 * found where readers find it, in the control block and the journal, so that what is told is what
 * was recorded. Never the keeper's work: somebody else looks ten times a second.
 */
#ifndef TAPEMAP_DECK_NEWS_H
#define TAPEMAP_DECK_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "log.h"
#include "store.h"
#include "tape.h"

#define DECK_NEWS_GAP_NS UINT64_C(1000000000) /* a longer gap is news */

struct news {
    enum log_level level;
    bool is_for_screen; /* else somebody who looks at a recorder's stderr is told otherwise */
    char text[1400];    /* a sentence without the deck's name, no full stop */
};

struct deck_news {
    uint64_t tape_id;
    uint64_t next_record;
    uint64_t state; /* the last that was told */
};

/* From now on what is new is told: nothing that the journal has already. Threads: one for both. */
void deck_news_begin(struct deck_news *news, const struct tape *tape);

/*
 * Takes the oldest thing that has not been told. When the tape is another one than before, all of
 * its journal is new. `index` is its store.
 * Returns false when there is nothing; what cannot be read now comes later. Blocks: never for long.
 */
bool deck_news_next(struct deck_news *news, const struct tape *tape, struct store *index,
                    struct news *found);

#endif
