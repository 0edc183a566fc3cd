/* SPDX-License-Identifier: MIT */
#include "late_frames.h"

#include <string.h>

#include "tapemap/layout.h"
#include "wave_chunks.h"
#include "whole_numbers.h"

#define DATA_CHUNK_AT (TAPEMAP_DATA_OFFSET - 8)

static uint32_t u32_at(const uint8_t *section, uint32_t offset)
{
    uint32_t value;
    memcpy(&value, section + offset, sizeof value);
    return value;
}

/* The two pages that hold the sizes may be of different age too: each of them counts no more than
   was published. */
uint64_t late_frames_counted(const void *section, uint32_t frame_bytes)
{
    uint32_t riff = u32_at(section, WAVE_RIFF_ID_AT);
    uint32_t small = u32_at(section, DATA_CHUNK_AT + 4);
    uint64_t bytes = small == WAVE_SIZE_ELSEWHERE ? 0 : small;
    if ((riff != WAVE_ID_RIFF && riff != WAVE_ID_RF64) ||
        u32_at(section, DATA_CHUNK_AT) != WAVE_ID_DATA)
        return 0;
    if (u32_at(section, WAVE_DS64_ID_AT) == WAVE_ID_DS64) {
        uint64_t large;
        memcpy(&large, (const uint8_t *)section + WAVE_DS64_DATA_AT, sizeof large);
        bytes = max_u64(bytes, large);
    }
    return bytes / frame_bytes;
}

static bool is_all(const uint8_t *bytes, size_t count, uint8_t value)
{
    return count == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, count - 1) == 0);
}

/* Whether a part of a page is as it was committed. */
static bool is_blank(const uint8_t *bytes, uint64_t offset, size_t count)
{
    uint64_t inside = offset % TAPEMAP_GRANULE_BYTES;
    size_t mark = 0;
    if (inside < LATE_FRAMES_MARK_BYTES)
        mark = (size_t)min_u64(LATE_FRAMES_MARK_BYTES - inside, count);
    if (!is_all(bytes, mark, 0xFF))
        mark = 0; /* there is none in what was never committed */
    return is_all(bytes + mark, count - mark, 0);
}

uint64_t late_frames_end(const void *bytes, uint64_t offset, size_t count)
{
    uint64_t end = offset + count;
    while (end > offset) {
        uint64_t page = (end - 1) / LATE_FRAMES_PAGE_BYTES * LATE_FRAMES_PAGE_BYTES;
        uint64_t start = max_u64(page, offset);
        if (!is_blank((const uint8_t *)bytes + (start - offset), start, (size_t)(end - start)))
            return end;
        end = start;
    }
    return offset;
}

bool late_frames_wipe(void *page)
{
    uint8_t *bytes = page;
    if (!is_all(bytes, LATE_FRAMES_MARK_BYTES, 0xFF) ||
        !is_all(bytes + LATE_FRAMES_MARK_BYTES, LATE_FRAMES_PAGE_BYTES - LATE_FRAMES_MARK_BYTES, 0))
        return false;
    memset(bytes, 0, LATE_FRAMES_MARK_BYTES);
    return true;
}
