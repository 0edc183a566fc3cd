/* SPDX-License-Identifier: MIT */
/* What a check has found out about one assumption of docs/assumptions.md. Pure. */
#ifndef TAPEMAP_FINDING_H
#define TAPEMAP_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "printf_format.h"

enum finding_verdict {
    FINDING_UNTESTED, /* not testable here; the text says why */
    FINDING_HOLDS,
    FINDING_HARMLESS, /* differs, and tapemap allows for that; the text says how */
    FINDING_DIFFERS,
};

#define FINDING_VERDICTS (FINDING_DIFFERS + 1)

enum { FINDING_TEXT_BYTES = 384 };

/* Lies in memory that two processes share; texts are UTF-8. */
struct finding {
    uint32_t verdict;
    char text[FINDING_TEXT_BYTES]; /* "<what was measured>", no full stop */
};

/* An assumption in words. */
struct assumption {
    const char *id;        /* of docs/assumptions.md */
    const char *text;      /* what is taken for granted */
    const char *otherwise; /* what it means for recordings when it is not so */
};

/* Fills the finding like printf; a longer text is cut. Threads: any. Blocks: never. */
void finding_set(struct finding *finding, enum finding_verdict verdict, const char *format,
                 ...) PRINTF_FORMAT(3, 4);

/* "holds", "differs, harmless", "differs", "not testable here". A verdict that is none is the
   last. Threads: any. Blocks: never. */
const char *finding_word(uint32_t verdict);

/* Writes the line of one finding, without its end: "M1 holds: ASSUMPTION: MEASURED", and when it
   differs "; OTHERWISE". What a terminal would obey becomes '?'. Threads: any. Blocks: never. */
void finding_line(const struct assumption *assumption, const struct finding *finding, char *out,
                  size_t room);

#endif
