/* SPDX-License-Identifier: MIT */
#include "cli_journal.h"

#include "whole_numbers.h"

enum tapemap_status cli_journal_find(tapemap_tape *tape, enum tapemap_record_kind kind,
                                     uint64_t *sequence, struct tapemap_record *record)
{
    for (;;) {
        uint64_t oldest;
        uint64_t end;
        enum tapemap_status status = tapemap_find_record(tape, kind, sequence, record);
        if (status != TAPEMAP_E_OVERWRITTEN)
            return status;
        tapemap_get_journal(tape, &oldest, &end);
        *sequence = max_u64(oldest, *sequence + 1);
    }
}
