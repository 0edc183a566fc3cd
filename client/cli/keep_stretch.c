/* SPDX-License-Identifier: MIT */
#include "keep_stretch.h"

struct keep_stretch keep_around(uint64_t position, uint64_t ago, uint64_t before, uint64_t after)
{
    if (ago > position) {
        uint64_t lack = ago - position;
        uint64_t unmade = after < lack ? after : lack;
        return (struct keep_stretch){
            .to = after - unmade,
            .unmade = before > UINT64_MAX - unmade ? UINT64_MAX : before + unmade};
    }
    position -= ago;
    uint64_t unmade = before > position ? before - position : 0;
    uint64_t to = after > UINT64_MAX - position ? UINT64_MAX : position + after;

    return (struct keep_stretch){.from = position + unmade - before, .to = to, .unmade = unmade};
}

bool keep_stretch_take(struct tapemap_record *record, uint64_t from, uint64_t to, uint64_t at)
{
    uint64_t first = record->position;
    uint64_t frames = record->kind == TAPEMAP_RECORD_GAP ? record->frames : 1;

    if ((record->kind != TAPEMAP_RECORD_MARK && record->kind != TAPEMAP_RECORD_GAP) ||
        first >= to || frames > UINT64_MAX - first)
        return false;
    uint64_t end = first + frames < to ? first + frames : to;
    first = first > from ? first : from;
    if (first >= end || end - from > UINT64_MAX - at)
        return false;
    record->position = first - from + at;
    if (record->kind == TAPEMAP_RECORD_GAP)
        record->frames = end - first;
    return true;
}
