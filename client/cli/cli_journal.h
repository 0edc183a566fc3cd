/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CLI_JOURNAL_H
#define TAPEMAP_CLI_JOURNAL_H

#include "tapemap/tapemap.h"

/* The first record of a kind from *sequence on, which becomes its number; what leaves the journal
   of a ring meanwhile is passed over. Returns OK · E_NOT_YET: there is none · as
   tapemap_get_record. */
enum tapemap_status cli_journal_find(tapemap_tape *tape, enum tapemap_record_kind kind,
                                     uint64_t *sequence, struct tapemap_record *record);

#endif
