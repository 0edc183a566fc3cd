/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "quantity.h"
#include "reader.h"
#include "utf8_text.h"

/* The mark `number`, counted from 1 at the oldest record that the journal holds. */
static enum tapemap_status find_numbered(struct reader *reader, uint64_t number,
                                         struct tapemap_record *mark)
{
    uint64_t at;
    uint64_t end;
    enum tapemap_status status = TAPEMAP_OK;

    reader_journal_range(reader, &at, &end);
    for (uint64_t count = 0; count < number; count++) {
        status = reader_find_record(reader, TAPEMAP_RECORD_MARK, end, &at, mark);
        if (status)
            return status == TAPEMAP_E_NOT_YET ? TAPEMAP_E_NO_MARK : status;
        at++;
    }
    return TAPEMAP_OK;
}

enum tapemap_status reader_find_mark(struct reader *reader, const char *label,
                                     struct tapemap_record *mark)
{
    uint64_t first;
    uint64_t end;
    uint64_t number;
    char kept[sizeof mark->text]; /* of a longer one, as its recorder keeps it */

    utf8_shorten(label, kept, sizeof kept);
    reader_journal_range(reader, &first, &end);
    for (uint64_t at = end; at-- > first;) {
        struct tapemap_record record;
        enum tapemap_status status = reader_get_record(reader, at, &record);
        if (status == TAPEMAP_E_OVERWRITTEN)
            break; /* and so are all before it */
        if (status)
            return status;
        if (record.kind == TAPEMAP_RECORD_MARK && strcmp(record.text, kept) == 0) {
            *mark = record;
            return TAPEMAP_OK;
        }
    }
    if (label[0] == '#' && quantity_parse_u64(label + 1, &number) && number > 0)
        return find_numbered(reader, number, mark);
    return TAPEMAP_E_NO_MARK;
}
