/* SPDX-License-Identifier: MIT */
#include "parse_position.h"

#include <string.h>

#include "quantity.h"

#define FRAME_TEXT_BYTES 32u
#define YEAR_SECONDS (UINT64_C(366) * 24 * 3600)

/* "12345f" */
static bool parse_frames(const char *text, uint64_t *frames)
{
    char digits[FRAME_TEXT_BYTES];
    size_t length = strlen(text);

    if (length < 2 || length > sizeof digits || text[length - 1] != 'f')
        return false;
    memcpy(digits, text, length - 1);
    digits[length - 1] = '\0';
    return quantity_parse_u64(digits, frames);
}

/* "90s", "1:30", ... */
static bool parse_time(const char *text, uint32_t sample_rate_hz, uint64_t *frames)
{
    uint64_t ns;

    return quantity_parse_duration_ns(text, &ns) &&
           quantity_frames_from_ns(ns, sample_rate_hz, frames);
}

/* A ring has no end; but nobody who waits for a frame that is more than a year away means it. */
static bool is_within_reach(uint64_t position, const struct position_scale *scale)
{
    if (!scale->is_ring)
        return position <= scale->capacity_frames;
    return position <= scale->head ||
           position - scale->head <= YEAR_SECONDS * scale->sample_rate_hz;
}

enum tapemap_status parse_position(const char *text, const struct position_scale *scale,
                                   uint64_t *position)
{
    uint64_t frames;

    if (strcmp(text, "start") == 0) {
        *position = 0;
    } else if (strcmp(text, "now") == 0) {
        *position = scale->head;
    } else if (text[0] == '-') {
        if (!parse_time(text + 1, scale->sample_rate_hz, &frames))
            return TAPEMAP_E_SYNTAX;
        uint64_t reach = scale->head > scale->oldest ? scale->head - scale->oldest : 0;
        *position = scale->head - (frames < reach ? frames : reach);
    } else {
        bool is_read = parse_frames(text, &frames) ||
                       parse_time(text, scale->sample_rate_hz, &frames);
        if (!is_read || !is_within_reach(frames, scale))
            return TAPEMAP_E_SYNTAX;
        *position = frames;
    }
    return TAPEMAP_OK;
}
