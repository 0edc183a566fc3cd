/* SPDX-License-Identifier: MIT */
/* What `tapemapd selftest` prints, as lines and as JSON. Pure: nothing is asked of the system. */
#ifndef TAPEMAP_SELFTEST_REPORT_H
#define TAPEMAP_SELFTEST_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "finding.h"

enum { ENVIRONMENT_MOST_FACTS = 16 };

/* The machine, as keys and what is said of them. */
struct environment {
    size_t count;
    struct {
        const char *key; /* a word, for JSON too */
        char text[256];
    } facts[ENVIRONMENT_MOST_FACTS];
};

/* Adds a fact, cut where it is too long; a 17th is left out. Threads: any. Blocks: never. */
void environment_add(struct environment *environment, const char *key, const char *text);

struct selftest_report {
    struct environment environment;
    size_t count;
    const struct assumption *const *assumptions; /* `count` of them */
    const struct finding *findings;
};

/* How many findings have this verdict. Threads: any. Blocks: never. */
size_t selftest_report_count(const struct selftest_report *report, enum finding_verdict verdict);

/* Writes "40 hold, 5 differ and are harmless, 0 differ, 7 are not testable here". Threads: any.
   Blocks: never. */
void selftest_report_sum(const struct selftest_report *report, char *out, size_t room);

/* The whole report as JSON; NULL: no memory. Memory: for cJSON_free. Threads: any. Blocks:
   never. */
char *selftest_report_json(const struct selftest_report *report);

#endif
