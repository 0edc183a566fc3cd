/* SPDX-License-Identifier: MIT */
/* What there is to draw of a tape: its peaks, gaps, marks and clock as an overview. */
#ifndef TAPEMAP_OVERVIEW_READ_H
#define TAPEMAP_OVERVIEW_READ_H

#include "overview.h"
#include "tapemap/tapemap.h"

struct overview_request {
    uint64_t from;
    uint64_t to; /* past the last frame; larger than from, at most the head */
    uint32_t columns;
};

/*
 * Reads it. The time it takes depends on the columns and on the entries of the journal, not on the
 * frames, as far as the pyramid of peaks reaches.
 * Returns OK · E_MEMORY · E_OVERWRITTEN: a ring took a part of it · as tapemap_read_peaks and
 * tapemap_find_record. Memory: *overview is the caller's until overview_free, also after a failure;
 * its clock uses the tape, which must live as long. Threads: as the tape's. Blocks: for the disk.
 */
enum tapemap_status overview_read(tapemap_tape *tape, const struct overview_request *request,
                                  struct overview *overview);
void overview_free(struct overview *overview);

#endif
