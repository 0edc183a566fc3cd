/* SPDX-License-Identifier: MIT */
/*
 * Ticks stand where a local clock shows a round time. Local time may jump between two of them: a
 * step is taken in UTC and corrected by the jump when it did not land on a round time. So in the
 * night of 25 hours the hour that comes twice has two ticks, and midnights are midnights.
 */
#include <inttypes.h>
#include <stdio.h>

#include "calendar.h"
#include "overview.h"
#include "quantity.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND (1000 * NS_PER_MS)
#define NS_PER_DAY (86400 * NS_PER_SECOND)
#define TICK_MOST_STEPS 4096u /* of which some find no round time, or no room */

static const char *const tick_weekdays[7] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const tick_months[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static uint64_t tick_step_ns(uint64_t span_ns, unsigned most)
{
    static const uint32_t steps_ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000,
                                        10000, 15000, 30000, 60000, 120000, 300000, 600000, 900000,
                                        1800000, 3600000, 7200000, 10800000, 21600000, 43200000};
    for (size_t i = 0; i < sizeof steps_ms / sizeof steps_ms[0]; i++)
        if (steps_ms[i] * NS_PER_MS * most >= span_ns)
            return steps_ms[i] * NS_PER_MS;
    uint64_t days = 1;
    while (days * NS_PER_DAY * most < span_ns)
        days = days == 1 ? 2 : days == 2 ? 7 : days * 2;
    return days * NS_PER_DAY;
}

/* Without a clock, the time since the tape's beginning serves as one that began in 1970. */
static bool tick_utc_at(const struct overview *overview, uint64_t position, uint64_t *utc_ns)
{
    if (overview->clock.utc_at)
        return overview->clock.utc_at(overview->clock.context, position, utc_ns);
    return quantity_ns_from_frames(position, overview->sample_rate_hz, utc_ns);
}

static bool tick_position_at(const struct overview *overview, uint64_t utc_ns, uint64_t *position)
{
    if (overview->clock.utc_at)
        return overview->clock.position_at(overview->clock.context, utc_ns, position);
    return quantity_frames_from_ns(utc_ns, overview->sample_rate_hz, position);
}

static uint64_t tick_local(const struct overview_clock *clock, uint64_t utc_ns)
{
    return utc_ns + (clock->utc_at ? (uint64_t)clock->offset_ns(utc_ns) : 0);
}

/* The next moment after `utc_ns` with a round local time. */
static uint64_t tick_next(const struct overview_clock *clock, uint64_t utc_ns, uint64_t step_ns)
{
    uint64_t offset = tick_local(clock, utc_ns) - utc_ns;

    for (unsigned tries = 0; tries < 8; tries++) {
        uint64_t next = utc_ns + step_ns - (utc_ns + offset) % step_ns;
        uint64_t next_offset = tick_local(clock, next) - next;
        if ((next + next_offset) % step_ns == 0)
            return next;
        uint64_t moved = next - (next_offset - offset);
        if (moved > utc_ns && tick_local(clock, moved) % step_ns == 0)
            return moved;
        utc_ns = next;
        offset = next_offset;
    }
    return utc_ns + step_ns;
}

static void tick_print_date(uint64_t local_ns, char out[24])
{
    struct calendar at = calendar_of(local_ns);
    uint64_t weekday = (local_ns / NS_PER_DAY + 4) % 7;
    snprintf(out, 24, "%s %s %u", tick_weekdays[weekday], tick_months[(at.month + 11) % 12],
             at.day % 100u);
}

static void tick_print_passed(uint64_t ns, uint64_t step_ns, char out[24])
{
    uint64_t seconds = ns / NS_PER_SECOND;
    int used = snprintf(out, 24, "%" PRIu64 ":%02u:%02u", seconds / 3600,
                        (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    if (step_ns < NS_PER_SECOND)
        snprintf(out + used, 24 - (size_t)used, ".%03u",
                 (unsigned)(ns % NS_PER_SECOND / NS_PER_MS));
}

static void tick_print_time(uint64_t local_ns, uint64_t step_ns, char out[24])
{
    struct calendar at = calendar_of(local_ns);
    unsigned ms = (unsigned)(local_ns % NS_PER_SECOND / NS_PER_MS);

    if (step_ns >= NS_PER_DAY)
        tick_print_date(local_ns, out);
    else if (step_ns >= 60 * NS_PER_SECOND)
        snprintf(out, 24, "%02u:%02u", at.hour, at.minute);
    else if (step_ns >= NS_PER_SECOND)
        snprintf(out, 24, "%02u:%02u:%02u", at.hour, at.minute, at.second);
    else
        snprintf(out, 24, "%02u:%02u:%02u.%03u", at.hour, at.minute, at.second, ms);
}

size_t overview_ticks(const struct overview *overview, unsigned most,
                      struct overview_tick ticks[OVERVIEW_MOST_TICKS])
{
    const struct overview_clock *clock = &overview->clock;
    uint64_t begin_ns = 0;
    uint64_t end_ns = 0;
    size_t count = 0;

    if (!tick_utc_at(overview, overview->from, &begin_ns) ||
        !tick_utc_at(overview, overview->to, &end_ns) || end_ns <= begin_ns)
        return 0;
    most = most < 1 ? 1 : most < OVERVIEW_MOST_TICKS ? most : OVERVIEW_MOST_TICKS;
    uint64_t step_ns = tick_step_ns(end_ns - begin_ns, most);
    bool has_days = clock->utc_at && step_ns < NS_PER_DAY &&
                    tick_local(clock, begin_ns) / NS_PER_DAY !=
                        tick_local(clock, end_ns) / NS_PER_DAY;
    uint64_t day = UINT64_MAX;
    uint64_t at = begin_ns > 0 ? tick_next(clock, begin_ns - 1, step_ns) : 0;
    for (unsigned i = 0; i < TICK_MOST_STEPS && at <= end_ns && count < OVERVIEW_MOST_TICKS; i++) {
        uint64_t position = 0;
        struct overview_tick *tick = &ticks[count];
        bool is_there = tick_position_at(overview, at, &position) && position >= overview->from &&
                        position <= overview->to;
        tick->place = overview_place(overview, position);
        /* A clock that was set makes ticks crowd. */
        if (is_there && (count == 0 || tick->place - ticks[count - 1].place > 0.8 / most)) {
            uint64_t local = tick_local(clock, at);
            if (clock->utc_at)
                tick_print_time(local, step_ns, tick->label);
            else
                tick_print_passed(local, step_ns, tick->label);
            tick->date[0] = '\0';
            if (has_days && local / NS_PER_DAY != day)
                tick_print_date(local, tick->date);
            day = local / NS_PER_DAY;
            count++;
        }
        at = tick_next(clock, at, step_ns);
    }
    return count;
}

void overview_moment(const struct overview_clock *clock, uint64_t utc_ns,
                     char out[OVERVIEW_MOMENT_BYTES])
{
    uint64_t local = tick_local(clock, utc_ns);
    struct calendar at = calendar_of(local);
    snprintf(out, OVERVIEW_MOMENT_BYTES, "%s %04u-%02u-%02u %02u:%02u:%02u",
             tick_weekdays[(local / NS_PER_DAY + 4) % 7], at.year % 10000u, at.month % 100u,
             at.day % 100u, at.hour, at.minute, at.second);
}
