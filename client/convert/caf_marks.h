/* SPDX-License-Identifier: MIT */
/* Marks and gaps as chunks `mark` and `strg` of Apple's CAF, which libsndfile does not write. They
   may stand behind the audio, and each program passes over chunks it does not know. Pure. */
#ifndef TAPEMAP_CAF_MARKS_H
#define TAPEMAP_CAF_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "tapemap/layout.h"

struct caf_marks {
    void *chunks; /* NULL: none */
    size_t bytes;
    size_t left_out; /* marks and gaps that are not among them */
};

/* Makes both of these records. Returns false when there is no memory. Memory: marks->chunks is for
   free. */
bool caf_marks_make(const struct tapemap_record *records, size_t count, struct caf_marks *marks);

#endif
