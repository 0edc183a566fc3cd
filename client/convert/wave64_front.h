/* SPDX-License-Identifier: MIT */
/*
 * What comes before the audio of a Sony Wave64 file: chunks as those of RIFF, but with GUIDs for
 * ids and 64 bits for sizes, which count the 24 bytes of their header too; each begins at a
 * multiple of 8. How its marker chunk is laid out is nowhere published. So marks and gaps are lines
 * of the comment in its summary list, which is what LIST INFO is in WAV. Nothing may follow the
 * audio, not even zeros up to a multiple of 8: libsndfile 1.2 takes them for audio. Pure.
 */
#ifndef TAPEMAP_WAVE64_FRONT_H
#define TAPEMAP_WAVE64_FRONT_H

#include "sound_encoder.h"

struct wave64_front {
    void *bytes;
    size_t length;
    size_t left_out; /* of the description's marks and gaps */
};

/* Makes it for a file of the described length. Returns false when there is no memory. Memory:
   front->bytes is for free. */
bool wave64_front_make(const struct sound_description *description, struct wave64_front *front);

#endif
