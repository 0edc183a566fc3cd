/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PEAKS_WRITER_H
#define TAPEMAP_PEAKS_WRITER_H

#include <stdbool.h>

#include "region.h"

/* One level of the pyramid: the cell that is being gathered, and the region of whole ones. */
struct peaks_level {
    struct region region;
    struct tapemap_peak *open; /* one per channel; inside peaks_writer.storage */
    uint32_t open_parts;       /* cells of the level below that are in it */
    uint64_t cells;            /* whole cells written */
};

/* The pyramid of peaks of a tape, fed by the keeper with every published frame in order. */
struct peaks_writer {
    struct tapemap_index *index;
    enum tapemap_sample_format sample_format;
    uint32_t channels;
    uint64_t frames; /* fed so far */
    float silence_level;
    uint64_t sound_end; /* past the newest sample above it, to a cell; 0: none was fed */
    struct peaks_level levels[TAPEMAP_LEVELS];
    struct tapemap_peak *block;   /* the newest part of a cell of level 0 */
    struct tapemap_peak *storage; /* one allocation for `block` and every `open` */
    enum tapemap_status status;   /* OK until a cell could not be stored, prepared as it was */
};

/* Frames of one cell of a level. */
uint64_t peaks_cell_frames(uint32_t level);

/* Cells that level `level` must hold, a ring's last lap included. */
uint64_t peaks_measure(uint64_t capacity_frames, uint32_t level);

/* `writer` is zeroed but for index, sample_format, channels and silence_level; each level's region
   is initialised afterwards by the caller. Returns OK · E_MEMORY. */
enum tapemap_status peaks_init(struct peaks_writer *writer);
void peaks_deinit(struct peaks_writer *writer);

/* Goes on with a tape whose first `frames` frames have their cells, as far as readers may use them:
   rebuilds the open cells above level 0. What `frames` is past a multiple of TAPEMAP_LEVEL0_FRAMES
   is not in the next cell. Returns OK · E_MEMORY · E_SYSTEM. */
enum tapemap_status peaks_resume(struct peaks_writer *writer, uint64_t frames);

/* Commits what the frames below `end` will need. May be tried again after a failure. */
enum tapemap_status peaks_prepare(struct peaks_writer *writer, uint64_t end);

/* Takes the next `count` frames of the tape. peaks_publish makes whole cells visible. */
void peaks_feed(struct peaks_writer *writer, const unsigned char *frames, uint64_t count,
                uint32_t frame_bytes);
void peaks_publish(struct peaks_writer *writer);

#endif
