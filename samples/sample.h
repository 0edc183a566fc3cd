/* SPDX-License-Identifier: MIT */
/*
 * What the samples share, so that each shows its one technique: opening a tape, saying in one
 * sentence what failed, and an output file that has its name only once it is whole. A sample
 * defines SAMPLE, its name, before it includes this.
 */
#ifndef TAPEMAP_SAMPLE_H
#define TAPEMAP_SAMPLE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tapemap/tapemap.h"

/* How it is called, on stderr. Returns 2, the exit code for that. */
static inline int sample_usage(const char *arguments)
{
    fprintf(stderr, SAMPLE ": the arguments are not understood; give: " SAMPLE " %s\n", arguments);
    return 2;
}

/* "SAMPLE: what was tried: what is wrong; what to do", on stderr. Returns 1, the exit code. */
static inline int sample_refuse(const char *tried, const char *wrong, const char *remedy)
{
    fprintf(stderr, SAMPLE ": %s: %s; %s\n", tried, wrong, remedy);
    return 1;
}

static inline int sample_fail(const char *tried, enum tapemap_status status)
{
    return sample_refuse(tried, tapemap_status_text(status), tapemap_status_remedy(status));
}

/* Opens the tape of a deck, else the file of that name. Returns NULL after it has said why not. */
static inline tapemap_tape *sample_open(const char *name)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_deck(name, &tape);

    if (status == TAPEMAP_E_NO_DECK || status == TAPEMAP_E_ARGUMENT) {
        enum tapemap_status as_file = tapemap_open_file(name, &tape);
        if (as_file != TAPEMAP_E_NO_FILE && as_file != TAPEMAP_E_ARGUMENT)
            status = as_file;
    }
    if (status) {
        fprintf(stderr, SAMPLE ": cannot open '%s': %s; %s\n", name, tapemap_status_text(status),
                tapemap_status_remedy(status));
        return NULL;
    }
    return tape;
}

#define SAMPLE_STALLS 100 /* of a tenth of a second each: ten seconds */

/* Waits until the frames before `position` are there. A recorder that has stalled may go on, and
   one that has died be followed by another on the same tape, so it is given some seconds. */
static inline enum tapemap_status sample_wait(tapemap_tape *tape, uint64_t position)
{
    enum tapemap_status status = TAPEMAP_E_STALLED;

    for (int stalls = 0; status == TAPEMAP_E_STALLED && stalls < SAMPLE_STALLS; stalls++)
        status = tapemap_wait(tape, position, UINT32_MAX);
    return status;
}

/* The stretch between two positions as people write them. Returns false after it has said what is
   wrong with them. */
static inline bool sample_stretch(tapemap_tape *tape, const char *const texts[2], uint64_t *from,
                                  uint64_t *to)
{
    enum tapemap_status status = tapemap_parse_position(tape, texts[0], from);

    if (status == TAPEMAP_OK)
        status = tapemap_parse_position_after(tape, texts[1], *from, to);
    if (status == TAPEMAP_OK && *to > tapemap_head(tape))
        status = TAPEMAP_E_NOT_YET;
    if (status)
        sample_fail("cannot take that stretch", status);
    else if (*to <= *from)
        sample_refuse("cannot take that stretch", "it is empty", "end it after its beginning");
    return status == TAPEMAP_OK && *to > *from;
}

/* ---- Output -------------------------------------------------------------------------------- */

struct sample_output {
    const char *path;
    char part[1024]; /* its name until it is whole */
    FILE *file;
};

/* Begins a file that does not exist yet. Returns false after it has said why not. */
static inline bool sample_create(struct sample_output *output, const char *path)
{
    FILE *other = fopen(path, "rb");
    int length = snprintf(output->part, sizeof output->part, "%s.part", path);

    output->path = path;
    output->file = NULL;
    if (other)
        fclose(other);
    else if (length > 0 && (size_t)length < sizeof output->part)
        output->file = fopen(output->part, "wb");
    if (!output->file)
        sample_refuse("cannot write the output", other ? "there is such a file"
                                                       : "it cannot be created",
                      "choose another name");
    return output->file != NULL;
}

/* Ends it: under its name when all is well, else it goes. Returns false when it went; says why
   unless is_good was false. */
static inline bool sample_finish(struct sample_output *output, bool is_good)
{
    bool is_written = !ferror(output->file);

    is_written = fclose(output->file) == 0 && is_written;
    if (is_good && is_written && rename(output->part, output->path) == 0)
        return true;
    remove(output->part);
    if (is_good)
        sample_refuse("cannot write the output", "the disk refused it or the name was taken",
                      "make room, or choose another name");
    return false;
}

/* The header of a WAV file of `frames` frames; the frames come next. */
static inline void sample_write_header(struct sample_output *output,
                                       const struct tapemap_info *info, uint64_t frames)
{
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    size_t bytes = 0;

    if (tapemap_make_wave_header(info, frames, 0, header, &bytes) == TAPEMAP_OK)
        fwrite(header, 1, bytes, output->file);
}

/* What a WAV file wants behind an odd number of bytes. */
static inline void sample_write_pad(struct sample_output *output, const struct tapemap_info *info,
                                    uint64_t frames)
{
    if (frames * info->frame_bytes % 2)
        fputc(0, output->file);
}

#endif
