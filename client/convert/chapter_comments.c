/* SPDX-License-Identifier: MIT */
#include "chapter_comments.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quantity.h"
#include "wave_chunks.h"

#define CHAPTER_MOST 999u
#define CHAPTER_TEXT_BYTES (size_t)128 /* more than "CHAPTER001NAME=" and a mark's text */
#define PLACEHOLDER_NAME "COMMENT="

enum {
    OGG_PAGE_CRC_AT = 22,
    OGG_PAGE_SEGMENTS_AT = 26,
    OGG_PAGE_HEADER_BYTES = 27,
    FLAC_COMMENT_BLOCK = 4,
};

/* ---- Making ---------------------------------------------------------------------------------- */

static int compare_records(const void *left, const void *right)
{
    const struct tapemap_record *a = left;
    const struct tapemap_record *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static uint32_t get_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void add_comment(struct chapter_comments *comments, const char *text)
{
    size_t length = strlen(text);
    wave_put_u32(comments->data + comments->bytes, (uint32_t)length);
    memcpy(comments->data + comments->bytes + 4, text, length);
    comments->bytes += 4 + length;
    comments->count++;
}

void chapter_time(uint64_t position, uint32_t rate_hz, char out[CHAPTER_TIME_BYTES])
{
    uint64_t ms = quantity_scale(position, 1000, rate_hz);
    snprintf(out, CHAPTER_TIME_BYTES, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64,
             ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

static void add_chapter(struct chapter_comments *comments, const struct tapemap_record *mark,
                        unsigned number, uint32_t rate_hz)
{
    char time[CHAPTER_TIME_BYTES];
    char text[CHAPTER_TEXT_BYTES];
    chapter_time(mark->position, rate_hz, time);
    snprintf(text, sizeof text, "CHAPTER%03u=%s", number, time);
    add_comment(comments, text);
    snprintf(text, sizeof text, "CHAPTER%03uNAME=%.*s", number, (int)sizeof mark->text,
             mark->text);
    add_comment(comments, text);
}

size_t chapter_comments_make(struct chapter_comments *comments, struct tapemap_record *records,
                             size_t record_count, uint32_t rate_hz)
{
    size_t marks = 0;
    comments->count = 0;
    comments->bytes = 0;
    if (record_count > 1)
        qsort(records, record_count, sizeof *records, compare_records);
    for (size_t i = 0; i < record_count && marks < CHAPTER_MOST; i++) {
        if (records[i].kind != TAPEMAP_RECORD_MARK)
            continue;
        if (comments->bytes + 2 * (4 + CHAPTER_TEXT_BYTES) > sizeof comments->data)
            break;
        add_chapter(comments, &records[i], (unsigned)++marks, rate_hz);
    }
    return marks;
}

/* ---- Placing --------------------------------------------------------------------------------- */

char *chapter_comments_placeholder(const struct chapter_comments *comments)
{
    size_t length = comments->bytes - 4 - strlen(PLACEHOLDER_NAME);
    char *text = malloc(length + 1);
    if (!text)
        return NULL;
    memset(text, '.', length);
    text[length] = '\0';
    return text;
}

/* Names of comments are the same in upper and lower case. */
static bool is_placeholder(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < strlen(PLACEHOLDER_NAME); i++)
        if (i >= length || toupper(text[i]) != PLACEHOLDER_NAME[i])
            return false;
    return true;
}

/* Replaces it in a block of comments: the vendor's text, the number of comments, the comments. */
static bool place_in_block(const struct chapter_comments *comments, unsigned char *block,
                           size_t bytes)
{
    size_t count_at = bytes >= 4 ? 4 + (size_t)get_u32(block) : bytes;
    if (count_at >= bytes || bytes - count_at < 4)
        return false;
    uint32_t count = get_u32(block + count_at);
    size_t at = count_at + 4;
    for (uint32_t i = 0; i < count && bytes - at >= 4; i++) {
        size_t length = get_u32(block + at);
        if (length > bytes - at - 4)
            return false;
        if (length + 4 == comments->bytes && is_placeholder(block + at + 4, length)) {
            memcpy(block + at, comments->data, comments->bytes);
            wave_put_u32(block + count_at, count - 1 + comments->count);
            return true;
        }
        at += 4 + length;
    }
    return false;
}

static bool place_in_flac(const struct chapter_comments *comments, unsigned char *front,
                          size_t bytes)
{
    for (size_t at = 4; bytes - at >= 4;) {
        size_t length = (size_t)front[at + 1] << 16 | (size_t)front[at + 2] << 8 | front[at + 3];
        if (length > bytes - at - 4)
            return false;
        if ((front[at] & 0x7F) == FLAC_COMMENT_BLOCK)
            return place_in_block(comments, front + at + 4, length);
        if (front[at] & 0x80) /* the last before the audio */
            return false;
        at += 4 + length;
    }
    return false;
}

/* The checksum of an Ogg page: CRC-32 of 0x04C11DB7, not reflected, beginning with 0. */
static uint32_t ogg_checksum(const unsigned char *page, size_t bytes)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < bytes; i++) {
        crc ^= (uint32_t)page[i] << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ (crc & 0x80000000u ? 0x04C11DB7u : 0);
    }
    return crc;
}

static bool place_in_page(const struct chapter_comments *comments, unsigned char *page,
                          size_t header_bytes, size_t bytes)
{
    unsigned char *body = page + header_bytes;
    size_t body_bytes = bytes - header_bytes;
    size_t magic_bytes = body_bytes >= 8 && memcmp(body, "OpusTags", 8) == 0      ? 8
                         : body_bytes >= 7 && memcmp(body, "\003vorbis", 7) == 0 ? 7
                                                                                 : 0;
    if (magic_bytes == 0 ||
        !place_in_block(comments, body + magic_bytes, body_bytes - magic_bytes))
        return false;
    wave_put_u32(page + OGG_PAGE_CRC_AT, 0);
    wave_put_u32(page + OGG_PAGE_CRC_AT, ogg_checksum(page, bytes));
    return true;
}

static bool place_in_ogg(const struct chapter_comments *comments, unsigned char *front,
                         size_t bytes)
{
    for (size_t at = 0; bytes - at >= OGG_PAGE_HEADER_BYTES;) {
        size_t header_bytes = OGG_PAGE_HEADER_BYTES + (size_t)front[at + OGG_PAGE_SEGMENTS_AT];
        size_t page_bytes = header_bytes;
        if (header_bytes > bytes - at)
            return false;
        for (size_t i = OGG_PAGE_HEADER_BYTES; i < header_bytes; i++)
            page_bytes += front[at + i];
        if (page_bytes > bytes - at)
            return false;
        if (place_in_page(comments, front + at, header_bytes, page_bytes))
            return true;
        at += page_bytes;
    }
    return false;
}

bool chapter_comments_place(const struct chapter_comments *comments, unsigned char *front,
                            size_t bytes)
{
    if (bytes >= 4 && memcmp(front, "fLaC", 4) == 0)
        return place_in_flac(comments, front, bytes);
    return bytes >= 4 && memcmp(front, "OggS", 4) == 0 && place_in_ogg(comments, front, bytes);
}
