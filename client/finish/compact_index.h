/* SPDX-License-Identifier: MIT */
/*
 * The index of a finished tape: regions as long as what they hold (docs/layout.md, L159). Records
 * and the cells of level 0 are taken over from what the recorder left, as far as that goes; the
 * rest of level 0 is computed from the frames, and the other levels from level 0.
 */
#ifndef TAPEMAP_COMPACT_INDEX_H
#define TAPEMAP_COMPACT_INDEX_H

#include "file_stream.h"
#include "kept_index.h"

#define COMPACT_SCRATCH_BYTES ((size_t)1 << 20)

struct compact_index {
    /* What it is made of; the caller's. */
    struct file_access *file;           /* the tape's */
    const struct layout_tape *tape;
    uint64_t frames;
    struct kept_index *kept;            /* NULL: there is none */
    uint64_t first;                     /* records [first, end) */
    uint64_t end;
    const struct tapemap_record *added; /* the last of them, which are not in `kept` */
    uint32_t added_count;
    uint8_t *scratch;                   /* COMPACT_SCRATCH_BYTES */
    /* What compact_index_plan finds. */
    uint64_t bytes;
    struct tapemap_index head;
};

/* Fills bytes and head. Never blocks. */
void compact_index_plan(struct compact_index *index);

/* Writes all of it to `file` from byte `offset` on. Returns the code of the first failure, or 0.
   Blocks: for the disk; reads the audio where cells are missing. */
uint32_t compact_index_write(const struct compact_index *index, uint64_t offset,
                             struct file_stream *stream);

/* The peaks of up to a cell of frames, from `position` on. scratch: room for them. Returns a code.
   Blocks: for the disk. */
uint32_t compact_peaks_of(struct file_access *file, const struct layout_tape *tape,
                          uint64_t position, uint32_t count, uint8_t *scratch,
                          struct tapemap_peak *peaks);

#endif
