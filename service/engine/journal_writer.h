/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_JOURNAL_WRITER_H
#define TAPEMAP_JOURNAL_WRITER_H

#include "region.h"

/* The journal of a tape, written by the keeper: a ring of records, published by journal_head. */
struct journal_writer {
    struct tapemap_index *index;
    struct region region;
    enum tapemap_status status; /* OK until a record could not be stored */
};

/* How many records a tape of this length should keep: two a second and room for bursts. */
uint64_t journal_measure(uint64_t capacity_frames, uint32_t sample_rate_hz);

/* Commits room for many records to come. May be tried again after a failure. */
enum tapemap_status journal_prepare(struct journal_writer *journal);

/* Publishes a copy of `record`, numbered by the journal. A failure stays in `status`; the record
   is then left out, and so is every later one, so that no hole looks like a journal. */
void journal_write(struct journal_writer *journal, const struct tapemap_record *record);

#endif
