/* SPDX-License-Identifier: MIT */
/* All that `info` tells, gathered once and then printed one way or the other. */
#ifndef TAPEMAP_INFO_FACTS_H
#define TAPEMAP_INFO_FACTS_H

#include <stdbool.h>

#include "cli_tape.h"

#define INFO_KINDS 7u /* enum tapemap_record_kind counts from 1 */

struct info_facts {
    struct tapemap_info info;
    struct tapemap_now now;
    bool has_head_utc; /* false before the first anchor */
    uint64_t head_utc_ns;
    uint64_t journal_first; /* sequence numbers [first, end) */
    uint64_t journal_end;
    uint64_t kind_counts[INFO_KINDS + 1]; /* by kind; [0] counts kinds not known here */
};

/* Returns an enum cli_exit; a failure has been said. */
int info_gather(const struct cli_tape *tape, struct info_facts *facts);

/* Prints the facts for people, a line each. */
void info_print_lines(const struct info_facts *facts);

/* Returns an enum cli_exit. */
int info_print_json(const struct info_facts *facts);

#endif
