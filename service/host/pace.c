/* SPDX-License-Identifier: MIT */
#include "pace.h"

#include <string.h>

#include "quantity.h"

#define PACE_MOST_OWED_MS 500u

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Reads up to `room` digits as a number and returns how many there were. */
static size_t pace_read_digits(const char *text, size_t room, uint32_t *number)
{
    size_t digits = 0;

    *number = 0;
    while (digits < room && is_digit(text[digits])) {
        *number = *number * 10u + (uint32_t)(text[digits] - '0');
        digits++;
    }
    return digits;
}

static bool pace_parse_factor(const char *text, uint32_t *thousandths)
{
    static const uint32_t scale[] = {1000, 100, 10, 1};
    uint32_t whole = 0;
    uint32_t part = 0;
    size_t decimals = 0;
    size_t digits = pace_read_digits(text, 4, &whole);

    if (digits == 0)
        return false;
    text += digits;
    if (*text == '.') {
        decimals = pace_read_digits(text + 1, 3, &part);
        if (decimals == 0)
            return false;
        text += 1 + decimals;
    }
    if (strcmp(text, "x") != 0)
        return false;
    *thousandths = whole * 1000u + part * scale[decimals];
    return *thousandths > 0 && *thousandths <= 1000000u;
}

bool pace_parse(const char *text, struct pace_speed *speed)
{
    uint32_t thousandths;

    if (strcmp(text, "realtime") == 0)
        thousandths = PACE_REALTIME;
    else if (strcmp(text, "max") == 0)
        thousandths = PACE_MAX;
    else if (!pace_parse_factor(text, &thousandths))
        return false;
    speed->is_given = true;
    speed->thousandths = thousandths;
    return true;
}

/* At most 3072000 * 1000000 < 2^42 thousandths of a frame per second: quantity_scale multiplies
   such numbers in 128 bits. */
static uint64_t pace_rate(const struct pace_schedule *schedule)
{
    return (uint64_t)schedule->rate_hz * schedule->thousandths;
}

uint64_t pace_due_frames(const struct pace_schedule *schedule, uint64_t clock)
{
    return quantity_scale(clock - schedule->start_clock, pace_rate(schedule),
                          schedule->clock_hz * 1000u);
}

void pace_forgive(struct pace_schedule *schedule, uint64_t frames, uint64_t clock)
{
    /* One more, for the slow, where half a second is none. */
    uint64_t most = frames + 1 + quantity_scale(PACE_MOST_OWED_MS, pace_rate(schedule), 1000000u);

    if (pace_due_frames(schedule, clock) > most)
        schedule->start_clock =
            clock - quantity_scale(most, schedule->clock_hz * 1000u, pace_rate(schedule));
}

uint32_t pace_wait_ms(const struct pace_schedule *schedule, uint64_t frames, uint64_t due_frames)
{
    uint64_t wait_ms;

    if (frames <= due_frames)
        return 0;
    /* Rounded up: waking early would only mean waiting again. */
    wait_ms = quantity_scale(frames - due_frames, 1000000u, pace_rate(schedule));
    return wait_ms >= 1000 ? 1000 : (uint32_t)wait_ms + 1;
}
