/* SPDX-License-Identifier: MIT */
/* The inside of a deck, for the files that make one up: deck.c, deck_watch.c, deck_room.c. */
#ifndef TAPEMAP_DECK_PRIVATE_H
#define TAPEMAP_DECK_PRIVATE_H

#include "deck.h"
#include "deck_requests.h"
#include "gap_detector.h"

struct deck {
    struct deck_config config;
    struct tape *tape;
    struct gap_detector gaps;
    uint64_t seen_stamp;  /* clock of the newest append that the gap detector saw */
    uint64_t tick_clock;  /* of the newest tick */
    uint64_t unheard;     /* ticks of the clock without a frame, as far as we were awake */
    uint64_t seen_due;    /* silence that was due at the newest tick */
    uint64_t first_head; /* a resumed tape's begins where the head was */
    bool is_recording;   /* the first frames came */
    bool is_waiting;     /* for room on the disk */
    uint64_t waits_at;   /* the head, since then */
    bool is_wait_told;   /* the newest record about it says that it waits */
    uint64_t waits_untold; /* times it came to wait since that record */
    uint64_t wait_told_clock; /* when such a record came last; 0: never */
    bool is_lost_noted;

    struct tapemap_shared_u64 lost;         /* 1: the source said that it is gone */
    struct tapemap_shared_u64 end_claimed;  /* 1: somebody is writing the two below, or has */
    struct tapemap_shared_u64 end_reason;   /* enum tapemap_reason; published last */
    char end_text[256];

    struct deck_marks marks;
};

/* Enters the marks that were asked for into the journal. Each tick, and at the end. */
void deck_write_marks(struct deck *deck, struct instant now);

/* The source is gone: say so, keep it, and ask for the end. */
void deck_note_lost_source(struct deck *deck, const char *text, struct instant now);

/* Watches a source that has a clock: frames lost, and silence of ten seconds. Each tick. */
void deck_watch_clock(struct deck *deck, struct instant now);

/* Counts the time that the source has been silent; before deck_watch_clock. */
void deck_count_unheard(struct deck *deck, uint64_t clock);

/* Waits for room, or asks for the end, when the tape takes no more. Each tick. */
void deck_watch_room(struct deck *deck, struct instant now);

/* Journals that it waits, or waits no more, not too often. Each tick, after deck_watch_room. */
void deck_watch_waits(struct deck *deck, struct instant now);

/* Enters what is untold about waiting into the journal. */
void deck_tell_of_waits(struct deck *deck, struct instant now);

#endif
