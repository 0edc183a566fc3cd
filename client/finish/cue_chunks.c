/* SPDX-License-Identifier: MIT */
#include "cue_chunks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wave_chunks.h"

#define CUE_ID_CUE WAVE_ID('c', 'u', 'e', ' ')
#define CUE_ID_LIST WAVE_ID('L', 'I', 'S', 'T')
#define CUE_ID_ADTL WAVE_ID('a', 'd', 't', 'l')
#define CUE_ID_LABL WAVE_ID('l', 'a', 'b', 'l')
#define CUE_ID_LTXT WAVE_ID('l', 't', 'x', 't')
#define CUE_ID_REGION WAVE_ID('r', 'g', 'n', ' ')

/* With so many points both chunks are still far shorter than 4 GiB. */
#define CUE_MOST_POINTS ((size_t)4 << 20)

enum {
    CHUNK_HEADER_BYTES = 8,
    POINT_BYTES = 24,
    LTXT_BYTES = 20,
};

/* A long silence is journalled in several pieces, and marks between them. */
static bool goes_on_with(const struct cue_list *list, const struct tapemap_record *record)
{
    const struct cue_point *last = list->last_gap ? &list->points[list->last_gap - 1] : NULL;
    return last && record->kind == TAPEMAP_RECORD_GAP &&
           last->position + last->frames == record->position;
}

bool cue_list_add(struct cue_list *list, const struct tapemap_record *record)
{
    bool is_gap = record->kind == TAPEMAP_RECORD_GAP;
    if (goes_on_with(list, record)) {
        list->points[list->last_gap - 1].frames += record->frames;
        return true;
    }
    if (!is_gap && record->kind != TAPEMAP_RECORD_MARK)
        return true;
    if ((record->position > UINT32_MAX && !list->is_wide) || list->count == CUE_MOST_POINTS) {
        list->left_out++;
        return true;
    }
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        struct cue_point *points = realloc(list->points, room * sizeof *points);
        if (!points)
            return false;
        list->points = points;
        list->room = room;
    }
    struct cue_point *point = &list->points[list->count++];
    *point = (struct cue_point){.position = record->position,
                                .sequence = record->sequence,
                                .frames = record->frames,
                                .is_gap = is_gap};
    memcpy(point->text, record->text, sizeof point->text);
    if (is_gap)
        list->last_gap = list->count;
    return true;
}

void cue_list_free(struct cue_list *list)
{
    free(list->points);
    *list = (struct cue_list){0};
}

static int compare_points(const void *left, const void *right)
{
    const struct cue_point *a = left;
    const struct cue_point *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

void cue_list_sort(struct cue_list *list)
{
    if (list->count > 1)
        qsort(list->points, list->count, sizeof *list->points, compare_points);
}

uint32_t cue_label(const struct cue_point *point, char label[CUE_LABEL_BYTES])
{
    if (point->is_gap)
        snprintf(label, CUE_LABEL_BYTES, "gap of %" PRIu64 " frames", point->frames);
    else
        memcpy(label, point->text, CUE_LABEL_BYTES);
    return (uint32_t)strlen(label) + 1;
}

static uint32_t adtl_bytes(const struct cue_list *list)
{
    uint32_t bytes = 4;
    for (size_t i = 0; i < list->count; i++) {
        char label[CUE_LABEL_BYTES];
        uint32_t text_bytes = cue_label(&list->points[i], label);
        bytes += CHUNK_HEADER_BYTES + 4 + text_bytes + text_bytes % 2;
        bytes += list->points[i].is_gap ? CHUNK_HEADER_BYTES + LTXT_BYTES : 0;
    }
    return bytes;
}

uint64_t cue_chunks_bytes(const struct cue_list *list)
{
    if (list->count == 0)
        return 0;
    uint64_t cue_bytes = CHUNK_HEADER_BYTES + 4 + (uint64_t)list->count * POINT_BYTES;
    return cue_bytes + CHUNK_HEADER_BYTES + adtl_bytes(list);
}

static void put_cue(const struct cue_list *list, struct file_stream *stream)
{
    file_stream_put_chunk(stream, CUE_ID_CUE, (uint32_t)list->count * POINT_BYTES + 4);
    file_stream_put_u32(stream, (uint32_t)list->count);
    for (size_t i = 0; i < list->count; i++) {
        uint32_t position = (uint32_t)list->points[i].position;
        file_stream_put_u32(stream, (uint32_t)i + 1);
        file_stream_put_u32(stream, position);
        file_stream_put_u32(stream, WAVE_ID_DATA);
        file_stream_put_u32(stream, 0); /* which data chunk, of one */
        file_stream_put_u32(stream, 0); /* where its block begins: not compressed */
        file_stream_put_u32(stream, position);
    }
}

static void put_region(const struct cue_point *point, uint32_t number, struct file_stream *stream)
{
    uint32_t frames = point->frames < UINT32_MAX ? (uint32_t)point->frames : UINT32_MAX;
    file_stream_put_chunk(stream, CUE_ID_LTXT, LTXT_BYTES);
    file_stream_put_u32(stream, number);
    file_stream_put_u32(stream, frames);
    file_stream_put_u32(stream, CUE_ID_REGION);
    file_stream_put_u32(stream, 0); /* country and language: none */
    file_stream_put_u32(stream, 0); /* dialect and code page: none */
}

static void put_label(const struct cue_point *point, uint32_t number, struct file_stream *stream)
{
    char label[CUE_LABEL_BYTES];
    uint32_t text_bytes = cue_label(point, label);
    file_stream_put_chunk(stream, CUE_ID_LABL, 4 + text_bytes);
    file_stream_put_u32(stream, number);
    file_stream_put(stream, label, text_bytes);
    file_stream_put(stream, NULL, text_bytes % 2);
}

void cue_chunks_put(const struct cue_list *list, struct file_stream *stream)
{
    if (list->count == 0)
        return;
    put_cue(list, stream);
    file_stream_put_chunk(stream, CUE_ID_LIST, adtl_bytes(list));
    file_stream_put_u32(stream, CUE_ID_ADTL);
    for (size_t i = 0; i < list->count; i++)
        put_label(&list->points[i], (uint32_t)i + 1, stream);
    /* After all labels: libsndfile may miss what follows the first region. */
    for (size_t i = 0; i < list->count; i++)
        if (list->points[i].is_gap)
            put_region(&list->points[i], (uint32_t)i + 1, stream);
}

static bool make_in_memory(const struct cue_list *list, void **chunks, size_t *bytes)
{
    uint64_t length = cue_chunks_bytes(list);
    void *made = length > 0 && length <= SIZE_MAX ? malloc((size_t)length) : NULL;
    struct file_stream *stream = made ? malloc(sizeof *stream) : NULL;

    if (length > 0 && !stream) {
        free(made);
        return false;
    }
    if (stream) {
        file_stream_begin_memory(stream, made);
        cue_chunks_put(list, stream);
        file_stream_flush(stream);
    }
    free(stream);
    *chunks = made;
    *bytes = (size_t)length;
    return true;
}

bool cue_chunks_make(const struct tapemap_record *records, size_t count, void **chunks,
                     size_t *bytes, size_t *left_out)
{
    struct cue_list list = {0};
    bool is_whole = true;

    for (size_t i = 0; i < count && is_whole; i++)
        is_whole = cue_list_add(&list, &records[i]);
    cue_list_sort(&list);
    is_whole = is_whole && make_in_memory(&list, chunks, bytes);
    if (is_whole)
        *left_out = list.left_out;
    cue_list_free(&list);
    return is_whole;
}
