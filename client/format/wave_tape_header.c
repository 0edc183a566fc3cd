/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "calendar.h"
#include "pcm.h"
#include "quantity.h"
#include "wave_chunks.h"
#include "wave_header.h"

enum {
    BEXT_FIXED_BYTES = 602,
    BEXT_DESCRIPTION_BYTES = 256,
    BEXT_NAME_BYTES = 32,
    BEXT_VERSION = 1,
    BEXT_AFTER_VERSION_BYTES = 64 + 190, /* UMID and reserved: zeros */
    HISTORY_ROOM_BYTES = 96,
    DATA_CHUNK_AT = 65528,
    DATA_SIZE_AT = 65532,
};

#define NS_PER_SECOND 1000000000u
#define NS_PER_DAY (UINT64_C(86400) * NS_PER_SECOND)

/* ---- bext ---------------------------------------------------------------------------------- */

/* The fields of bext are cut to fit, but never inside a UTF-8 character. */
static uint8_t *put_text(uint8_t *at, const char *text, size_t room)
{
    size_t bytes = text ? strlen(text) : 0;
    if (bytes > room) {
        bytes = room;
        while (bytes > 0 && ((uint8_t)text[bytes] & 0xC0) == 0x80)
            bytes--;
    }
    if (bytes > 0)
        memcpy(at, text, bytes);
    memset(at + bytes, 0, room - bytes);
    return at + room;
}

static uint8_t *put_literal(uint8_t *at, const char *text)
{
    return put_text(at, text, strlen(text));
}

static uint8_t *put_digits(uint8_t *at, uint32_t value, uint32_t digits)
{
    for (uint32_t i = digits; i > 0; i--) {
        at[i - 1] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
    return at + digits;
}

static uint8_t *put_number(uint8_t *at, uint32_t value)
{
    uint32_t digits = 1;
    for (uint32_t rest = value / 10; rest > 0; rest /= 10)
        digits++;
    return put_digits(at, value, digits);
}

/* "yyyy-mm-dd" and "hh:mm:ss", without a zero between. */
static uint8_t *put_date_and_time(uint8_t *at, uint64_t utc_ns)
{
    struct calendar now = calendar_of(utc_ns);
    at = put_digits(at, now.year, 4);
    at = put_digits(put_literal(at, "-"), now.month, 2);
    at = put_digits(put_literal(at, "-"), now.day, 2);
    at = put_digits(at, now.hour, 2);
    at = put_digits(put_literal(at, ":"), now.minute, 2);
    return put_digits(put_literal(at, ":"), now.second, 2);
}

/* One line of coding history as EBU R98 writes it, padded so that the next chunk is aligned. */
static uint32_t make_history(const struct wave_format *format, uint8_t history[HISTORY_ROOM_BYTES])
{
    memset(history, 0, HISTORY_ROOM_BYTES);
    uint8_t *at = put_literal(history, "A=PCM,F=");
    at = put_number(at, format->sample_rate_hz);
    at = put_literal(at, ",W=");
    at = put_number(at, pcm_sample_bytes(format->sample_format) * 8);
    at = put_literal(at, format->channels == 1   ? ",M=mono"
                         : format->channels == 2 ? ",M=stereo"
                                                 : ",M=multichannel");
    at = put_literal(at, format->sample_format == TAPEMAP_F32 ? ",T=tapemap float\r\n"
                                                              : ",T=tapemap\r\n");
    uint32_t bytes = (uint32_t)(at - history);
    while ((BEXT_FIXED_BYTES + bytes) % 4 != 0)
        bytes++;
    return bytes;
}

static uint8_t *put_bext(uint8_t *at, const struct wave_format *format,
                         const struct wave_origin *origin)
{
    uint8_t history[HISTORY_ROOM_BYTES];
    uint32_t history_bytes = make_history(format, history);
    at = wave_put_chunk(at, WAVE_ID_BEXT, BEXT_FIXED_BYTES + history_bytes);
    at = put_text(at, origin->description, BEXT_DESCRIPTION_BYTES);
    at = put_text(at, "tapemap", BEXT_NAME_BYTES);
    at = put_text(at, origin->reference, BEXT_NAME_BYTES);
    at = put_date_and_time(at, origin->utc_ns);
    at = wave_put_u64(at, quantity_scale(origin->utc_ns % NS_PER_DAY, format->sample_rate_hz,
                                         NS_PER_SECOND)); /* time reference: since midnight */
    at = wave_put_u16(at, BEXT_VERSION);
    at = put_text(at, NULL, BEXT_AFTER_VERSION_BYTES);
    memcpy(at, history, history_bytes);
    return at + history_bytes;
}

size_t wave_bext_make(const struct wave_format *format, const struct wave_origin *origin,
                      void *chunk)
{
    static_assert(8 + BEXT_FIXED_BYTES + HISTORY_ROOM_BYTES <= WAVE_BEXT_BYTES, "bext: its room");
    return (size_t)(put_bext(chunk, format, origin) - (uint8_t *)chunk);
}

void wave_tape_header_init(void *section, const struct wave_format *format,
                           const struct wave_origin *origin)
{
    uint8_t *begin = section;
    struct wave_sizes sizes = wave_sizes_of(format, 0, TAPEMAP_DATA_OFFSET, 0);
    uint8_t *at = wave_put_front(begin, format, &sizes);
    at = put_bext(at, format, origin);
    uint32_t junk_body_at = (uint32_t)(at - begin) + 8;
    wave_put_chunk(at, WAVE_ID_JUNK, DATA_CHUNK_AT - junk_body_at);
    wave_put_chunk(begin + DATA_CHUNK_AT, WAVE_ID_DATA, sizes.data32);
}

/* ---- Sizes that follow the head ------------------------------------------------------------ */

/*
 * The sizes are read by whatever program opens the file, not through a protocol of ours. What
 * counts is that the compiler tears no store, merges no two and keeps their order (volatile);
 * x86 keeps the order too, elsewhere a size may be seen late by one refresh.
 */
static uint32_t stored_u32(const uint8_t *section, uint32_t offset)
{
    return *(const volatile uint32_t *)(const void *)(section + offset);
}

static void store_u32(uint8_t *section, uint32_t offset, uint32_t value)
{
    *(volatile uint32_t *)(void *)(section + offset) = value;
}

/* The half that makes the number smaller goes first: at no time it says more than either value. */
static void store_u64(uint8_t *section, uint32_t offset, uint64_t value)
{
    uint32_t high = (uint32_t)(value >> 32);
    bool high_first = high < stored_u32(section, offset + 4);
    if (high_first)
        store_u32(section, offset + 4, high);
    store_u32(section, offset, (uint32_t)value);
    if (!high_first)
        store_u32(section, offset + 4, high);
}

static void store_fact(uint8_t *section, const struct wave_format *format, uint32_t frames)
{
    if (format->sample_format == TAPEMAP_F32)
        store_u32(section, WAVE_FACT_FRAMES_AT, frames);
}

static void store_ds64(uint8_t *section, const struct wave_sizes *sizes)
{
    store_u64(section, WAVE_DS64_FRAMES_AT, sizes->frames);
    store_u64(section, WAVE_DS64_DATA_AT, sizes->data);
    store_u64(section, WAVE_DS64_RIFF_AT, sizes->riff);
}

/*
 * The end of RIFF never lies behind the end of the data: what follows the data there would be
 * taken for more chunks, and it is audio. Data that passes the end of RIFF harms no reader.
 */
static void store_sizes32(uint8_t *section, const struct wave_format *format,
                          const struct wave_sizes *sizes)
{
    bool is_growing = sizes->data32 >= stored_u32(section, DATA_SIZE_AT);
    store_fact(section, format, sizes->frames32);
    if (is_growing)
        store_u32(section, DATA_SIZE_AT, sizes->data32);
    store_u32(section, WAVE_RIFF_SIZE_AT, sizes->riff32);
    if (!is_growing)
        store_u32(section, DATA_SIZE_AT, sizes->data32);
}

void wave_tape_header_update(void *section, const struct wave_format *format, uint64_t frames)
{
    wave_tape_header_finish(section, format, frames, 0);
}

void wave_tape_header_finish(void *section, const struct wave_format *format, uint64_t frames,
                             uint64_t tail_bytes)
{
    uint8_t *begin = section;
    struct wave_sizes sizes = wave_sizes_of(format, frames, TAPEMAP_DATA_OFFSET, tail_bytes);
    bool was_rf64 = stored_u32(begin, WAVE_RIFF_ID_AT) == WAVE_ID_RF64;
    if (sizes.is_rf64)
        store_ds64(begin, &sizes);
    if (sizes.is_rf64 && !was_rf64) {
        /* Each step keeps the file readable: in RF64, a size that is not all ones counts. */
        store_u32(begin, WAVE_DS64_ID_AT, WAVE_ID_DS64);
        store_u32(begin, WAVE_RIFF_ID_AT, WAVE_ID_RF64);
    }
    store_sizes32(begin, format, &sizes);
    if (!sizes.is_rf64 && was_rf64) {
        store_u32(begin, WAVE_RIFF_ID_AT, WAVE_ID_RIFF);
        store_u32(begin, WAVE_DS64_ID_AT, WAVE_ID_JUNK);
    }
}
