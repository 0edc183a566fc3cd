/* SPDX-License-Identifier: MIT */
/* What a recorder that died leaves behind on guard stores, to be spoilt and resumed. */
#ifndef TAPEMAP_SCRIPTED_WRECK_H
#define TAPEMAP_SCRIPTED_WRECK_H

#include "scripted_tape.h"

/* The stores of a dead tape, with views of their headers: two granules of each. */
struct wreck {
    struct deck_config config;
    struct instant now;
    struct store *audio;
    struct store *index;
    unsigned char *front; /* of the audio: WAV header, control block, the first frames */
    struct tapemap_control *control;
    struct tapemap_index *header; /* and behind it the first records of the journal */
};

#define WRECK_FRONT_BYTES (2 * (size_t)TAPEMAP_GRANULE_BYTES)

/* Takes copies of what the script's recorder would leave now; the script goes on. */
void wreck_take(struct wreck *wreck, const struct scripted_tape *script);
void wreck_copy(struct wreck *wreck, const struct wreck *from);

/* Of a file with so many frames, and of a ring of 60,000 that is in its second lap. */
void wreck_make(struct wreck *wreck, uint64_t frames);
void wreck_make_ring(struct wreck *wreck);

void wreck_clear(struct wreck *wreck);

#endif
