/* SPDX-License-Identifier: MIT */
#include "parse_position.h"

#include "position_words.h"
#include "quantity.h"
#include "whole_numbers.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define SECONDS_PER_DAY 86400u
#define YEAR_SECONDS (UINT64_C(366) * SECONDS_PER_DAY)
/* Who copies a time in whole seconds means the tape's first or last frame as well. */
#define SLACK_NS NS_PER_SECOND

/* A ring has no end; but nobody who waits for a frame that is more than a year away means it. */
static bool is_within_reach(uint64_t position, const struct position_scale *scale)
{
    if (!scale->is_ring)
        return position <= scale->capacity_frames;
    return position <= scale->head ||
           position - scale->head <= YEAR_SECONDS * scale->sample_rate_hz;
}

static enum tapemap_status find_length(const struct position_words *words,
                                       const struct position_scale *scale, uint64_t *position)
{
    uint64_t frames = words->amount;

    if (!words->is_frames &&
        !quantity_frames_from_ns(words->amount, scale->sample_rate_hz, &frames))
        return TAPEMAP_E_OUTSIDE;
    if (words->kind == POSITION_BEFORE_HEAD) {
        uint64_t reach = scale->head > scale->oldest ? scale->head - scale->oldest : 0;
        *position = scale->head - (frames < reach ? frames : reach);
        return TAPEMAP_OK;
    }
    uint64_t from = words->kind == POSITION_ONWARD && scale->has_from ? scale->from : 0;
    if (frames > UINT64_MAX - from || !is_within_reach(from + frames, scale))
        return TAPEMAP_E_OUTSIDE;
    *position = from + frames;
    return TAPEMAP_OK;
}

static enum tapemap_status find_utc(uint64_t utc_ns, const struct position_scale *scale,
                                    uint64_t *position)
{
    uint64_t found;
    uint64_t limit_ns;
    bool has_ended = reader_has_ended(scale->reader);
    enum tapemap_status status = reader_position_at(scale->reader, utc_ns, &found);

    if (status)
        return status == TAPEMAP_E_ARGUMENT ? TAPEMAP_E_OUTSIDE : status;
    if (!is_within_reach(found, scale))
        return TAPEMAP_E_OUTSIDE;
    if (found == 0) {
        status = reader_utc_at(scale->reader, 0, &limit_ns);
        limit_ns = min_u64(limit_ns, scale->reader->tape.created_utc_ns);
        if (status == TAPEMAP_OK && utc_ns < limit_ns && limit_ns - utc_ns >= SLACK_NS)
            return TAPEMAP_E_OUTSIDE;
    } else if (has_ended && found == reader_head(scale->reader)) {
        status = reader_utc_at(scale->reader, found, &limit_ns);
        if (status == TAPEMAP_OK && utc_ns > limit_ns && utc_ns - limit_ns >= SLACK_NS)
            return TAPEMAP_E_OUTSIDE;
    }
    if (status == TAPEMAP_OK)
        *position = found;
    return status;
}

/* The moment at which the wall shows what the words say. */
static bool utc_of_words(const struct position_words *words, const struct position_scale *scale,
                         uint64_t *utc_ns)
{
    uint64_t wall_s;

    if (words->has_zone) {
        if (!calendar_seconds(&words->wall, &wall_s) || wall_s < SECONDS_PER_DAY)
            return false;
        *utc_ns = (wall_s - (uint64_t)(int64_t)words->zone_s) * NS_PER_SECOND;
    } else if (!wall_clock_to_utc(&words->wall, scale->local, utc_ns)) {
        return false;
    }
    *utc_ns += words->nanosecond;
    return true;
}

/* The time of day on the day that lies `days` after the one that the wall shows at `utc_ns`. */
static bool utc_on_day(const struct position_words *words, const struct position_scale *scale,
                       uint64_t utc_ns, int days, uint64_t *found_ns)
{
    struct calendar day = wall_clock_of(utc_ns, scale->local);
    struct position_words moment = *words;
    uint64_t day_s;

    if (!calendar_seconds(&day, &day_s) || day_s < SECONDS_PER_DAY)
        return false;
    day_s += (uint64_t)((int64_t)days * SECONDS_PER_DAY);
    moment.wall = calendar_of(day_s * NS_PER_SECOND);
    moment.wall.hour = words->wall.hour;
    moment.wall.minute = words->wall.minute;
    moment.wall.second = words->wall.second;
    return utc_of_words(&moment, scale, found_ns);
}

static bool daytime_up_to(const struct position_words *words, const struct position_scale *scale,
                          uint64_t limit_ns, uint64_t *utc_ns)
{
    for (int day = 0; day >= -1; day--) {
        if (!utc_on_day(words, scale, limit_ns, day, utc_ns))
            return false;
        if (*utc_ns <= limit_ns)
            return true;
    }
    return false;
}

static bool daytime_after(const struct position_words *words, const struct position_scale *scale,
                          uint64_t limit_ns, uint64_t *utc_ns)
{
    for (int day = 0; day <= 1; day++) {
        if (!utc_on_day(words, scale, limit_ns, day, utc_ns))
            return false;
        if (*utc_ns > limit_ns)
            return true;
    }
    return false;
}

/* At the end of a stretch the first one after its beginning; else the last one up to the head, else
   the next. */
static enum tapemap_status find_daytime(const struct position_words *words,
                                        const struct position_scale *scale, uint64_t *position)
{
    uint64_t base_ns;
    uint64_t utc_ns;
    uint64_t base = scale->has_from ? scale->from : scale->head;
    enum tapemap_status status = reader_utc_at(scale->reader, base, &base_ns);

    if (status)
        return status == TAPEMAP_E_ARGUMENT ? TAPEMAP_E_OUTSIDE : status;
    status = TAPEMAP_E_OUTSIDE;
    if (!scale->has_from && daytime_up_to(words, scale, base_ns, &utc_ns))
        status = find_utc(utc_ns, scale, position);
    if (status == TAPEMAP_E_OUTSIDE && daytime_after(words, scale, base_ns, &utc_ns))
        status = find_utc(utc_ns, scale, position);
    return status;
}

static enum tapemap_status find_moment(const struct position_words *words,
                                       const struct position_scale *scale, uint64_t *position)
{
    uint64_t utc_ns;

    return utc_of_words(words, scale, &utc_ns) ? find_utc(utc_ns, scale, position)
                                               : TAPEMAP_E_SYNTAX;
}

static enum tapemap_status find_mark(const char *label, const struct position_scale *scale,
                                     uint64_t *position)
{
    struct tapemap_record mark;
    enum tapemap_status status = reader_find_mark(scale->reader, label, &mark);

    if (status == TAPEMAP_OK)
        *position = mark.position;
    return status;
}

enum tapemap_status parse_position(const char *text, const struct position_scale *scale,
                                   uint64_t *position)
{
    struct position_words words;

    if (!position_words_read(text, &words))
        return TAPEMAP_E_SYNTAX;
    switch (words.kind) {
    case POSITION_START:
        *position = 0;
        return TAPEMAP_OK;
    case POSITION_NOW:
        *position = scale->head;
        return TAPEMAP_OK;
    case POSITION_FROM_START:
    case POSITION_BEFORE_HEAD:
    case POSITION_ONWARD:
        return find_length(&words, scale, position);
    case POSITION_DAYTIME:
        return find_daytime(&words, scale, position);
    case POSITION_MOMENT:
        return find_moment(&words, scale, position);
    case POSITION_MARK:
        return find_mark(words.label, scale, position);
    }
    return TAPEMAP_E_SYNTAX;
}
