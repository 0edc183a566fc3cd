/* SPDX-License-Identifier: MIT */
/* The files that an export is split into, one behind the other without a seam. Pure. */
#ifndef TAPEMAP_EXPORT_PARTS_H
#define TAPEMAP_EXPORT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

#define EXPORT_MOST_PARTS 10000u

/* Both ends of each, from the export's first frame on. */
struct export_part {
    uint64_t from; /* in frames of the tape */
    uint64_t to;
    uint64_t out_from; /* in frames of the files */
    uint64_t out_to;
};

struct export_parts {
    struct export_part *parts;
    size_t count;
    size_t room;
    uint32_t in_rate_hz;
    uint32_t out_rate_hz;
};

/* All of them end and begin with these; the first begins at 0, the last ends at `frames`. Each
   returns false when there is no memory, or there would be more than EXPORT_MOST_PARTS. Memory: for
   export_parts_free. */
bool export_parts_every(struct export_parts *parts, uint64_t frames, uint64_t each);
bool export_parts_at_marks(struct export_parts *parts, uint64_t frames,
                           const struct tapemap_record *records, size_t record_count);
void export_parts_free(struct export_parts *parts);

/* More than a file's name gets longer by. */
#define EXPORT_NUMBER_BYTES 16u

/* "take.wav" to "take-003.wav", for the part of index 2. room: EXPORT_NUMBER_BYTES more than the
   path has. */
void export_parts_name(const char *path, size_t index, char *out, size_t room);

/* The records of one part, out of those of all: their positions and lengths become those in its
   file. Returns how many there are; `out` has room for all. */
size_t export_parts_records(const struct export_parts *parts, size_t index,
                            const struct tapemap_record *records, size_t count,
                            struct tapemap_record *out);

#endif
