/* SPDX-License-Identifier: MIT */
/*
 * Marks and gaps as other programs know them: `cue ` and `LIST` of type `adtl` (docs/layout.md,
 * L162). Threads: one.
 */
#ifndef TAPEMAP_CUE_CHUNKS_H
#define TAPEMAP_CUE_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file_stream.h"
#include "tapemap/layout.h"

/* A record that becomes a cue point, as far as the chunks need it. */
struct cue_point {
    uint64_t position;
    uint64_t sequence;
    uint64_t frames; /* of a gap */
    bool is_gap;
    char text[72];   /* of a mark; as long as CUE_LABEL_BYTES */
};

struct cue_list {
    struct cue_point *points;
    size_t count;
    size_t room;
    size_t left_out; /* marks and gaps that were passed over */
    size_t last_gap; /* that was added: 1 and its index until they are sorted; 0: none */
    bool is_wide;    /* set by the caller: 64 bits for a position, which `cue ` has not */
};

/* Adds a mark, or a gap: to the gap before when it follows right behind. Others, what 32 bits
   cannot say (unless is_wide), and points past the first four million are passed over. Returns
   false when there is no memory left. Memory: the list's, until cue_list_free. */
bool cue_list_add(struct cue_list *list, const struct tapemap_record *record);
/* Empties the list. */
void cue_list_free(struct cue_list *list);

/* Orders the points by position; of equal ones the one journalled first comes first. */
void cue_list_sort(struct cue_list *list);

#define CUE_LABEL_BYTES 72u

/* What a point is called: a mark's text, or "gap of 480 frames". Returns its bytes, with the
   zero. */
uint32_t cue_label(const struct cue_point *point, char label[CUE_LABEL_BYTES]);

/* The length of both chunks with their headers; 0 when there are no points. Always even. */
uint64_t cue_chunks_bytes(const struct cue_list *list);

/* Puts both chunks. */
void cue_chunks_put(const struct cue_list *list, struct file_stream *stream);

/* Makes both chunks of these records, in any order, in memory: *chunks NULL and *bytes 0 when none
   becomes a point; *left_out: how many marks and gaps are not among them. Returns false when there
   is no memory; they are then as they were. Memory: *chunks is for free. */
bool cue_chunks_make(const struct tapemap_record *records, size_t count, void **chunks,
                     size_t *bytes, size_t *left_out);

#endif
