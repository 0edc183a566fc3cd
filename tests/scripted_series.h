/* SPDX-License-Identifier: MIT */
/* A deck that goes from one tape to the next, with a scripted clock. Every tape is kept. */
#ifndef TAPEMAP_SCRIPTED_SERIES_H
#define TAPEMAP_SCRIPTED_SERIES_H

#include "deck_change.h"
#include "scripted_tape.h"

#define SERIES_MOST_TAPES 64u

struct scripted_series {
    struct scripted_tape script; /* the first tape, the deck and the clocks */
    struct store *audio[SERIES_MOST_TAPES];
    struct store *index[SERIES_MOST_TAPES];
    struct tape *tapes[SERIES_MOST_TAPES];
    unsigned made;
    unsigned left;      /* of these, ended as the deck left them */
    uint64_t delivered; /* frames of the ramp that the source has delivered */
};

/* Opens the first tape of series->script, after script_prepare. */
void series_open(struct scripted_series *series);
void series_close(struct scripted_series *series);

/* Makes another tape in stores of its own, and offers it. */
void series_offer(struct scripted_series *series);

/* The source's next `count` frames of the ramp: what is not taken comes again, as from a pump. */
void series_pull(struct scripted_series *series, size_t count);
/* The same, but what is not taken is lost, as from a device. */
void series_push(struct scripted_series *series, size_t count);

/* 10 ms later: a tick, and what is to be done with the tape that was left. As deck_tick. */
bool series_tick(struct scripted_series *series);

/* Ends the deck, and fails the test unless the tapes are joined without a seam, name each other and
   have ended. Returns the frames of all of them. */
uint64_t series_end(struct scripted_series *series);

struct deck *series_deck(const struct scripted_series *series);
const struct tapemap_control *series_control(const struct scripted_series *series, unsigned tape);

/* For what scripted_tape.h says of one tape. */
struct scripted_tape series_script(const struct scripted_series *series, unsigned tape);

/* Fails the test unless frames [from, to) of the series are the ramp, or silence. */
void series_verify_ramp(struct scripted_series *series, uint64_t from, uint64_t to);
void series_verify_silence(struct scripted_series *series, uint64_t from, uint64_t to);

#endif
