/* SPDX-License-Identifier: MIT */
/*
 * WAV headers: of a plain file, and of a tape, whose mapping is a WAV file at every moment.
 *
 * Both hold RIFF below 4 GiB and RF64 with ds64 from there on; the ds64's place is kept from the
 * start by a JUNK chunk, so the length of a header depends on the format only. s16 mono and stereo
 * get the plain 16-byte fmt chunk, which everything reads; other formats WAVEFORMATEXTENSIBLE, and
 * f32 a fact chunk. All functions: any thread (for a tape: the keeper); never block.
 */
#ifndef TAPEMAP_WAVE_HEADER_H
#define TAPEMAP_WAVE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

struct wave_format {
    enum tapemap_sample_format sample_format;
    uint32_t channels;
    uint32_t sample_rate_hz;
};

/* What a bext chunk says. Texts are cut to their fields; NULL is "". */
struct wave_origin {
    const char *description; /* up to 256 bytes */
    const char *reference;   /* up to 32 bytes: the tape's id */
    uint64_t utc_ns;         /* when the first frame was recorded */
};

/* In place of a number of frames: a stream that ends nobody knows when. */
#define WAVE_FRAMES_UNKNOWN UINT64_MAX

/*
 * Makes the header of a plain file: `frames` frames follow right behind it, and one pad byte when
 * their bytes are odd, and chunks of `tail_bytes` (the RIFF size counts both). frames =
 * WAVE_FRAMES_UNKNOWN: every size is 0xFFFFFFFF. Else frames * frame bytes + tail_bytes must stay
 * below 2^63. header: room for TAPEMAP_WAVE_HEADER_BYTES, any alignment.
 * Returns the header's length, the same for every `frames`; 0 when the format is out of range.
 */
size_t wave_header_make(const struct wave_format *format, uint64_t frames, uint64_t tail_bytes,
                        void *header);

/* How many pad bytes (0 or 1) belong behind `frames` frames; 0 for WAVE_FRAMES_UNKNOWN. */
uint32_t wave_pad_bytes(const struct wave_format *format, uint64_t frames);

/* Enough room for a bext chunk. */
#define WAVE_BEXT_BYTES 712u

/* Makes the bext chunk with its header: of an even length, which it returns. */
size_t wave_bext_make(const struct wave_format *format, const struct wave_origin *origin,
                      void *chunk);

/*
 * Lays the header of an empty tape into `section`, the first TAPEMAP_DATA_OFFSET bytes of an audio
 * section, zeroed and 4-byte-aligned: RIFF, JUNK, fmt, (fact,) bext, and a JUNK chunk up to the
 * data chunk's header. The control block, inside that JUNK chunk, is not touched. format: checked
 * by the caller.
 */
void wave_tape_header_init(void *section, const struct wave_format *format,
                           const struct wave_origin *origin);

/*
 * Makes a tape's header say that it holds `frames` frames (a ring: at most its capacity). Single
 * aligned 4-byte stores, in an order in which every state between is a readable file. frames *
 * frame bytes must stay below 2^63.
 */
void wave_tape_header_update(void *section, const struct wave_format *format, uint64_t frames);

/* The same for a tape that is finished: chunks of `tail_bytes` (an even number) follow the frames
   and their pad byte, and the RIFF size counts them. */
void wave_tape_header_finish(void *section, const struct wave_format *format, uint64_t frames,
                             uint64_t tail_bytes);

#endif
