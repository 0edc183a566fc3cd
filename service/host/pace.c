/* SPDX-License-Identifier: MIT */
#include "pace.h"

#include <string.h>

#include "quantity.h"

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

uint64_t pace_due_frames(uint32_t thousandths, uint32_t rate_hz, uint64_t elapsed_ticks,
                         uint64_t clock_hz)
{
    /* At most 3072000 * 1000000 < 2^42; the scaling multiplies in 128 bits. */
    return quantity_scale(elapsed_ticks, (uint64_t)rate_hz * thousandths, clock_hz * 1000u);
}

uint32_t pace_wait_ms(uint32_t thousandths, uint32_t rate_hz, uint64_t frames,
                      uint64_t due_frames)
{
    uint64_t wait_ms;

    if (frames <= due_frames || thousandths == PACE_MAX)
        return 0;
    /* Rounded up: waking early would only mean waiting again. */
    wait_ms = quantity_scale(frames - due_frames, 1000000u, (uint64_t)rate_hz * thousandths);
    return wait_ms >= 1000 ? 1000 : (uint32_t)wait_ms + 1;
}
