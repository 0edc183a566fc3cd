/* SPDX-License-Identifier: MIT */
#include "export_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keep_stretch.h"
#include "rate_change.h"

static uint64_t to_out(const struct export_parts *parts, uint64_t frames)
{
    return rate_change_frames(frames, parts->in_rate_hz, parts->out_rate_hz);
}

/* Ends the next part at frame `to`. */
static bool add_part(struct export_parts *parts, uint64_t to)
{
    const struct export_part *last = parts->count ? &parts->parts[parts->count - 1] : NULL;
    struct export_part part = {.from = last ? last->to : 0, .to = to};
    if (parts->count == EXPORT_MOST_PARTS)
        return false;
    part.out_from = last ? last->out_to : 0;
    part.out_to = to_out(parts, to);
    if (parts->count == parts->room) {
        size_t room = parts->room ? parts->room * 2 : 16;
        struct export_part *more = realloc(parts->parts, room * sizeof *more);
        if (!more)
            return false;
        parts->parts = more;
        parts->room = room;
    }
    assert(parts->parts);
    parts->parts[parts->count++] = part;
    return true;
}

bool export_parts_every(struct export_parts *parts, uint64_t frames, uint64_t each)
{
    uint64_t at = 0;
    while (frames - at > each) {
        at += each;
        if (!add_part(parts, at))
            return false;
    }
    return add_part(parts, frames);
}

static int compare_u64(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

bool export_parts_at_marks(struct export_parts *parts, uint64_t frames,
                           const struct tapemap_record *records, size_t record_count)
{
    uint64_t *cuts = malloc((record_count + 1) * sizeof *cuts);
    size_t count = 0;
    bool is_whole = cuts != NULL;
    for (size_t i = 0; i < record_count && cuts; i++)
        if (records[i].kind == TAPEMAP_RECORD_MARK)
            cuts[count++] = records[i].position;
    if (count > 1)
        qsort(cuts, count, sizeof *cuts, compare_u64);
    uint64_t last = 0;
    for (size_t i = 0; i < count && is_whole; i++) {
        if (cuts[i] > last && cuts[i] < frames)
            is_whole = add_part(parts, cuts[i]);
        last = cuts[i];
    }
    free(cuts);
    return is_whole && add_part(parts, frames);
}

void export_parts_free(struct export_parts *parts)
{
    free(parts->parts);
    parts->parts = NULL;
    parts->count = 0;
    parts->room = 0;
}

void export_parts_name(const char *path, size_t index, char *out, size_t room)
{
    const char *dot = strrchr(path, '.');
    if (!dot || strpbrk(dot, "/\\"))
        dot = path + strlen(path);
    snprintf(out, room, "%.*s-%03u%s", (int)(dot - path), path, (unsigned)index + 1, dot);
}

size_t export_parts_records(const struct export_parts *parts, size_t index,
                            const struct tapemap_record *records, size_t count,
                            struct tapemap_record *out)
{
    const struct export_part *part = &parts->parts[index];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct tapemap_record record = records[i];
        if (!keep_stretch_take(&record, part->from, part->to, part->from))
            continue;
        uint64_t end = to_out(parts, record.position + record.frames);
        uint64_t begin = to_out(parts, record.position);
        /* A rounded position may be the first of the next file. */
        begin = begin < part->out_to ? begin : part->out_to - (part->out_to > part->out_from);
        record.position = begin - part->out_from;
        record.frames = end > begin ? end - begin : 0;
        out[kept++] = record;
    }
    return kept;
}
