/* SPDX-License-Identifier: MIT */
#include "caf_marks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cue_chunks.h"

enum {
    CHUNK_HEADER_BYTES = 12,
    LIST_HEADER_BYTES = 8,
    MARKER_BYTES = 28,
    SMPTE_BYTES = 8,
    STRING_ID_BYTES = 12,
};

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(value >> shift & 0xFF);
    return at;
}

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
    return put_u32(put_u32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

static uint8_t *put_chunk(uint8_t *at, const char *id, uint64_t bytes)
{
    memcpy(at, id, 4);
    return put_u64(at + 4, bytes);
}

static uint8_t *put_markers(uint8_t *at, const struct cue_list *list)
{
    at = put_chunk(at, "mark", LIST_HEADER_BYTES + (uint64_t)list->count * MARKER_BYTES);
    at = put_u32(at, 0); /* no SMPTE times */
    at = put_u32(at, (uint32_t)list->count);
    for (size_t i = 0; i < list->count; i++) {
        double position = (double)list->points[i].position;
        uint64_t bits;
        memcpy(&bits, &position, sizeof bits);
        at = put_u32(at, 0); /* of no particular type */
        at = put_u64(at, bits);
        at = put_u32(at, (uint32_t)i + 1);
        memset(at, 0xFF, SMPTE_BYTES);
        at = put_u32(at + SMPTE_BYTES, 0); /* of all channels */
    }
    return at;
}

/* Where each string begins comes first, then the strings with their zeros. */
static void put_strings(uint8_t *at, const struct cue_list *list, uint64_t text_bytes)
{
    uint64_t offset = 0;
    at = put_chunk(at, "strg", 4 + (uint64_t)list->count * STRING_ID_BYTES + text_bytes);
    at = put_u32(at, (uint32_t)list->count);
    uint8_t *text = at + list->count * STRING_ID_BYTES;
    for (size_t i = 0; i < list->count; i++) {
        char label[CUE_LABEL_BYTES];
        uint32_t length = cue_label(&list->points[i], label);
        at = put_u64(put_u32(at, (uint32_t)i + 1), offset);
        memcpy(text + offset, label, length);
        offset += length;
    }
}

static bool make_chunks(const struct cue_list *list, struct caf_marks *marks)
{
    uint64_t text_bytes = 0;
    char label[CUE_LABEL_BYTES];
    for (size_t i = 0; i < list->count; i++)
        text_bytes += cue_label(&list->points[i], label);
    marks->bytes = 2 * CHUNK_HEADER_BYTES + LIST_HEADER_BYTES + 4 + (size_t)text_bytes +
                   list->count * (MARKER_BYTES + STRING_ID_BYTES);
    marks->chunks = malloc(marks->bytes);
    if (marks->chunks)
        put_strings(put_markers(marks->chunks, list), list, text_bytes);
    return marks->chunks != NULL;
}

bool caf_marks_make(const struct tapemap_record *records, size_t count, struct caf_marks *marks)
{
    struct cue_list list = {.is_wide = true};
    bool is_whole = true;
    *marks = (struct caf_marks){0};
    for (size_t i = 0; i < count && is_whole; i++)
        is_whole = cue_list_add(&list, &records[i]);
    cue_list_sort(&list);
    if (is_whole && list.count > 0)
        is_whole = make_chunks(&list, marks);
    marks->left_out = list.left_out;
    cue_list_free(&list);
    return is_whole;
}
