/* SPDX-License-Identifier: MIT */
#include "quantity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S 1000000000u

/* Reads digits at *text and moves it behind them. */
static bool take_digits(const char **text, uint64_t *value)
{
    const char *at = *text;
    uint64_t sum = 0;
    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *text = at;
    *value = sum;
    return true;
}

static bool multiply(uint64_t a, uint64_t b, uint64_t *product)
{
    if (a != 0 && b > UINT64_MAX / a)
        return false;
    *product = a * b;
    return true;
}

bool quantity_parse_u64(const char *text, uint64_t *value)
{
    uint64_t parsed;
    if (!take_digits(&text, &parsed) || *text != '\0')
        return false;
    *value = parsed;
    return true;
}

struct unit {
    const char *name;
    uint64_t factor;
};

static bool find_unit(const struct unit *units, size_t count, const char *name, uint64_t *factor)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(units[i].name, name) == 0) {
            *factor = units[i].factor;
            return true;
        }
    }
    return false;
}

bool quantity_parse_bytes(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        {"", 1},           {"B", 1},           {"k", 1u << 10},
        {"K", 1u << 10},   {"KiB", 1u << 10},  {"M", 1u << 20},
        {"MiB", 1u << 20}, {"G", 1u << 30},    {"GiB", 1u << 30},
        {"T", 1ull << 40}, {"TiB", 1ull << 40}, {"kB", 1000},
        {"KB", 1000},      {"MB", 1000000},    {"GB", 1000000000},
        {"TB", 1000000000000},
    };
    uint64_t number;
    uint64_t factor;
    return take_digits(&text, &number) &&
           find_unit(units, sizeof units / sizeof units[0], text, &factor) &&
           multiply(number, factor, bytes);
}

/* The digits behind a decimal point, as billionths. */
static bool take_fraction(const char **text, uint64_t *billionths)
{
    uint64_t sum = 0;
    uint64_t weight = NS_PER_S / 10;
    const char *at = *text;
    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (weight == 0)
            return false;
        sum += (uint64_t)(*at - '0') * weight;
        weight /= 10;
    }
    *text = at;
    *billionths = sum;
    return true;
}

static bool add_scaled(uint64_t number, uint64_t billionths, uint64_t unit_ns, uint64_t *ns)
{
    uint64_t whole;
    uint64_t part = quantity_scale(billionths, unit_ns, NS_PER_S);
    if (!multiply(number, unit_ns, &whole) || whole > UINT64_MAX - part)
        return false;
    *ns = whole + part;
    return true;
}

/* What follows the first number of "1:30" or "1:30:00.5": two digits below 60 each time. */
static bool parse_clock(uint64_t first, const char *text, uint64_t *ns)
{
    uint64_t total = first;
    for (int groups = 0; *text == ':'; groups++) {
        const char *start = ++text;
        uint64_t group;
        if (groups == 2 || !take_digits(&text, &group) || text - start != 2 || group > 59 ||
            !multiply(total, 60, &total) || total > UINT64_MAX - group)
            return false;
        total += group;
    }
    uint64_t billionths = 0;
    if (*text == '.') {
        text++;
        if (!take_fraction(&text, &billionths))
            return false;
    }
    return *text == '\0' && add_scaled(total, billionths, NS_PER_S, ns);
}

bool quantity_parse_duration_ns(const char *text, uint64_t *ns)
{
    static const struct unit units[] = {
        {"ms", 1000000},          {"s", NS_PER_S},         {"m", 60ull * NS_PER_S},
        {"h", 3600ull * NS_PER_S}, {"d", 86400ull * NS_PER_S},
    };
    uint64_t number;
    uint64_t billionths = 0;
    uint64_t unit_ns;
    if (!take_digits(&text, &number))
        return false;
    if (*text == ':')
        return parse_clock(number, text, ns);
    if (*text == '.') {
        text++;
        if (!take_fraction(&text, &billionths))
            return false;
    }
    return find_unit(units, sizeof units / sizeof units[0], text, &unit_ns) &&
           add_scaled(number, billionths, unit_ns, ns);
}

uint64_t quantity_scale(uint64_t value, uint64_t numerator, uint64_t denominator)
{
    /* The 128-bit product in two halves, then long division bit by bit: 64 steps at most. */
    uint64_t a1 = value >> 32, a0 = value & UINT32_MAX;
    uint64_t b1 = numerator >> 32, b0 = numerator & UINT32_MAX;
    uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
    uint64_t cross = a0 * b1 + (middle & UINT32_MAX);
    uint64_t high = a1 * b1 + (middle >> 32) + (cross >> 32);
    uint64_t low = value * numerator;
    if (high >= denominator)
        return UINT64_MAX;
    if (high == 0)
        return low / denominator;
    uint64_t quotient = 0;
    uint64_t rest = high;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t carry = rest >> 63;
        rest = (rest << 1) | ((low >> bit) & 1);
        quotient <<= 1;
        if (carry || rest >= denominator) {
            rest -= denominator;
            quotient |= 1;
        }
    }
    return quotient;
}

/* Twice as fine and then halved: rounds to the nearest. */
static bool scale_to_nearest(uint64_t value, uint64_t numerator, uint64_t denominator,
                             uint64_t *result)
{
    uint64_t doubled = quantity_scale(value, 2 * numerator, denominator);
    if (doubled == UINT64_MAX)
        return false;
    *result = doubled / 2 + (doubled & 1);
    return true;
}

bool quantity_frames_from_ns(uint64_t ns, uint32_t rate_hz, uint64_t *frames)
{
    return rate_hz != 0 && scale_to_nearest(ns, rate_hz, NS_PER_S, frames);
}

bool quantity_ns_from_frames(uint64_t frames, uint32_t rate_hz, uint64_t *ns)
{
    return scale_to_nearest(frames, NS_PER_S, rate_hz, ns);
}

void quantity_print_bytes(uint64_t bytes, char *out, size_t room)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        snprintf(out, room, "%" PRIu64 " B", bytes);
        return;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    for (; value >= 1023.95 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        value /= 1024;
    snprintf(out, room, "%.1f %s", value, units[unit]);
}

void quantity_print_duration(uint64_t ns, char *out, size_t room)
{
    uint64_t tenths = ns / (NS_PER_S / 10);
    uint64_t seconds = tenths / 10;
    unsigned second = (unsigned)(seconds % 60);
    unsigned minute = (unsigned)(seconds / 60 % 60);
    uint64_t hours = seconds / 3600;
    unsigned tenth = (unsigned)(tenths % 10);
    if (hours > 0)
        snprintf(out, room, "%" PRIu64 ":%02u:%02u.%u", hours, minute, second, tenth);
    else
        snprintf(out, room, "%u:%02u.%u", minute, second, tenth);
}
