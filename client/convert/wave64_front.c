/* SPDX-License-Identifier: MIT */
#include "wave64_front.h"

#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "chapter_comments.h"
#include "cue_chunks.h"
#include "pcm.h"
#include "utf8.h"
#include "wave_chunks.h"

enum {
    GUID_BYTES = 16,
    CHUNK_HEADER_BYTES = 24,
    FMT_BYTES = 16,
    FACT_BYTES = 8,
    TAG_PCM = 1,
    TAG_FLOAT = 3,
    ALIGNMENT = 8,
    ENTRY_HEADER_BYTES = 8,
    ZERO_BYTES = 2, /* behind a text of 16-bit characters */
    LINE_BYTES = 2 * (CHAPTER_TIME_BYTES + 1 + CUE_LABEL_BYTES),
};

/* Most are a chunk's id in RIFF, in small letters, with one tail. */
static const uint8_t guid_riff_tail[] = {0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6,
                                         0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00};
static const uint8_t guid_tail[] = {0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1,
                                    0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A};
static const uint8_t guid_summary[] = {0xBC, 0x94, 0x5F, 0x92, 0x5A, 0x52, 0xD2, 0x11,
                                       0x86, 0xDC, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A};

static uint8_t *put(uint8_t *at, const void *bytes, size_t count)
{
    memcpy(at, bytes, count);
    return at + count;
}

static uint8_t *put_guid(uint8_t *at, const char *id)
{
    return put(put(at, id, 4), guid_tail, sizeof guid_tail);
}

static uint8_t *put_utf16(uint8_t *at, const char *text)
{
    while (*text) {
        size_t length;
        uint32_t character = utf8_character(text, &length);
        if (length == 0)
            character = 0xFFFD;
        else if (utf8_is_control(character))
            character = ' ';
        text += length ? length : 1;
        if (character >= 0x10000) {
            at = wave_put_u16(at, 0xD7C0 + (character >> 10));
            character = 0xDC00 + (character & 0x3FF);
        }
        at = wave_put_u16(at, character);
    }
    return at;
}

/* Ends an entry of the summary list that began at `entry`. */
static uint8_t *end_entry(uint8_t *entry, const char *id, uint8_t *at)
{
    at = wave_put_u16(at, 0);
    wave_put_u32(put(entry, id, 4), (uint32_t)(at - entry - ENTRY_HEADER_BYTES));
    return at;
}

static uint8_t *put_entry(uint8_t *at, const char *id, const char *text)
{
    return end_entry(at, id, put_utf16(at + ENTRY_HEADER_BYTES, text));
}

/* A line for each point: "00:01:30.000 verse". */
static uint8_t *put_points(uint8_t *entry, const struct cue_list *list, uint32_t rate_hz)
{
    uint8_t *at = entry + ENTRY_HEADER_BYTES;
    for (size_t i = 0; i < list->count; i++) {
        char time[CHAPTER_TIME_BYTES];
        char label[CUE_LABEL_BYTES];
        chapter_time(list->points[i].position, rate_hz, time);
        cue_label(&list->points[i], label);
        at = i > 0 ? wave_put_u16(at, '\n') : at;
        at = put_utf16(put_utf16(put_utf16(at, time), " "), label);
    }
    return end_entry(entry, "ICMT", at);
}

static uint8_t *put_summary(uint8_t *chunk, const struct sound_description *description,
                            const struct cue_list *list)
{
    uint8_t *count_at = chunk + CHUNK_HEADER_BYTES;
    uint8_t *at = count_at + 4;
    uint32_t count = 0;
    if (description->deck && ++count)
        at = put_entry(at, "INAM", description->deck);
    if (description->utc_ns && ++count) {
        char date[CALENDAR_UTC_BYTES];
        calendar_print_utc(description->utc_ns, date);
        at = put_entry(at, "ICRD", date);
    }
    if (list->count > 0 && ++count)
        at = put_points(at, list, description->sample_rate_hz);
    if (count == 0)
        return chunk;
    /* Readers disagree about whether the size counts the zeros up to the next chunk. */
    while ((at - chunk) % ALIGNMENT != 0)
        *at++ = 0;
    wave_put_u32(count_at, count);
    wave_put_u64(put(chunk, guid_summary, sizeof guid_summary), (uint64_t)(at - chunk));
    return at;
}

/* Plain also where WAV has an extensible one, which libsndfile takes amiss here. */
static uint8_t *put_fmt(uint8_t *at, const struct sound_description *description)
{
    bool is_float = description->format == TAPEMAP_F32;
    uint32_t sample_bytes = pcm_sample_bytes(description->format);
    uint32_t frame_bytes = sample_bytes * description->channels;
    at = wave_put_u64(put_guid(at, "fmt "), CHUNK_HEADER_BYTES + FMT_BYTES);
    at = wave_put_u16(at, is_float ? TAG_FLOAT : TAG_PCM);
    at = wave_put_u16(at, description->channels);
    at = wave_put_u32(at, description->sample_rate_hz);
    at = wave_put_u32(at, description->sample_rate_hz * frame_bytes);
    at = wave_put_u16(at, frame_bytes);
    at = wave_put_u16(at, sample_bytes * 8);
    if (!is_float)
        return at;
    at = wave_put_u64(put_guid(at, "fact"), CHUNK_HEADER_BYTES + FACT_BYTES);
    return wave_put_u64(at, description->frames);
}

static void put_front(const struct sound_description *description, const struct cue_list *list,
                      struct wave64_front *front)
{
    uint64_t data_bytes =
        description->frames * description->channels * pcm_sample_bytes(description->format);
    uint8_t *size_at = put(put(front->bytes, "riff", 4), guid_riff_tail, sizeof guid_riff_tail);
    uint8_t *at = put_guid(size_at + 8, "wave");
    at = put_summary(put_fmt(at, description), description, list);
    at = wave_put_u64(put_guid(at, "data"), CHUNK_HEADER_BYTES + data_bytes);
    front->length = (size_t)(at - (uint8_t *)front->bytes);
    wave_put_u64(size_at, front->length + data_bytes);
}

bool wave64_front_make(const struct sound_description *description, struct wave64_front *front)
{
    struct cue_list list = {.is_wide = true};
    bool is_whole = true;
    for (size_t i = 0; i < description->record_count && is_whole; i++)
        is_whole = cue_list_add(&list, &description->records[i]);
    cue_list_sort(&list);
    /* A character of one byte becomes one of two. */
    size_t texts = 2 * ((description->deck ? strlen(description->deck) : 0) + CALENDAR_UTC_BYTES) +
                   (size_t)3 * (ENTRY_HEADER_BYTES + ZERO_BYTES) + list.count * LINE_BYTES;
    front->bytes = is_whole ? malloc(GUID_BYTES + 5 * CHUNK_HEADER_BYTES +
                                     FMT_BYTES + FACT_BYTES + texts + ALIGNMENT)
                            : NULL;
    front->left_out = list.left_out;
    if (front->bytes)
        put_front(description, &list, front);
    cue_list_free(&list);
    return front->bytes != NULL;
}
