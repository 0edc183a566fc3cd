/* SPDX-License-Identifier: MIT */
/* What the verbs that list the journal have in common: options, the walk, the formats. */
#ifndef TAPEMAP_JOURNAL_LIST_H
#define TAPEMAP_JOURNAL_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "cli_range.h"
#include "cli_tape.h"
#include "cli_verb.h"

enum journal_format { JOURNAL_TABLE, JOURNAL_JSON, JOURNAL_CSV, JOURNAL_AUDACITY };

struct journal_list {
    struct cli_tape tape;
    enum journal_format format;
    enum tapemap_record_kind kind;
    struct cli_range range; /* of positions; all there can be unless the options say otherwise */
    uint64_t sequence;      /* of the next record to look at */
    uint64_t number;        /* of the record returned last, of its kind, from 1 */
    uint64_t rows;          /* printed so far */
    int code;               /* an enum cli_exit; a failure has been said */
};

extern const struct option journal_list_options[];

/* For the help of these verbs, as CLI_VERB_TAPE_HELP is. */
#define JOURNAL_LIST_HELP                                                               \
    CLI_VERB_TAPE_HELP                                                                  \
    CLI_TAPE_POSITION_HELP                                                              \
    "\n"                                                                                \
    "      --from P     only what lies there or later\n"                                \
    "      --to P       only what lies before; +90s is that long after --from\n"        \
    "      --json       a list of objects, one a line\n"                                \
    "      --csv        RFC 4180, with a line of names\n"                               \
    "      --audacity   a label track: import it by File, Import, Labels\n"             \
    "  -h, --help       this text\n"

/* Reads the command line of `verb`, opens the tape and calls `list`, whose result it returns. */
int journal_list_run(const struct cli_verb *verb, enum tapemap_record_kind kind, int argc,
                     char **argv, int (*list)(struct journal_list *list));

/* The next record of the range. false after the last, or a failure: then list->code says so. */
bool journal_list_next(struct journal_list *list, struct tapemap_record *record);

/* Prints what comes before the rows, of CSV the columns' names. */
void journal_list_begin(const struct journal_list *list, const char *names);

/* Prints a JSON row and deletes it. `is_whole` is false when something could not be added. */
void journal_list_json(struct journal_list *list, cJSON *row, bool is_whole);

/* Adds members that every row has: number, frame, seconds, utc (null: not known). */
bool journal_list_add(const struct journal_list *list, cJSON *row,
                      const struct tapemap_record *record);

/* Prints a label of an Audacity track: `frames` from `position` on. */
void journal_list_label(const struct journal_list *list, uint64_t position, uint64_t frames,
                        const char *text);

/* Ends the list; without rows, says that there are no `what`. Returns an enum cli_exit. */
int journal_list_end(struct journal_list *list, const char *what);

#define JOURNAL_SECONDS_BYTES 32u

/* "12.500000000". Returns `out`. */
char *journal_list_seconds(const struct journal_list *list, uint64_t frames,
                           char out[JOURNAL_SECONDS_BYTES]);

/* When a position was recorded, with `digits` of the second's fraction; "" when that is not known.
   Returns `out`. */
char *journal_list_utc(const struct journal_list *list, uint64_t position, unsigned digits,
                       char *out);

#endif
