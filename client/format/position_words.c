/* SPDX-License-Identifier: MIT */
/*
 * 14:05:30 is a time of day and 1:30:00 a length. Two digits of hours and all three fields are how
 * clocks show the time; a length of hours is rarely written with a zero before it or longer than
 * nine of them. Who means the other writes +14:05:30 or @1:30:00, which are never anything else.
 */
#include "position_words.h"

#include <string.h>

#include "quantity.h"

#define FRAME_TEXT_BYTES 32u
#define MARK_PREFIX "mark:"

/* Exactly `digits` digits at *text, which moves behind them. */
static bool take_number(const char **text, unsigned digits, uint32_t *value)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < digits; i++) {
        char digit = (*text)[i];
        if (digit < '0' || digit > '9')
            return false;
        sum = sum * 10 + (uint32_t)(digit - '0');
    }
    *text += digits;
    *value = sum;
    return true;
}

static bool take_character(const char **text, char character)
{
    if (**text != character)
        return false;
    (*text)++;
    return true;
}

/* ".5": one to nine digits. */
static bool take_fraction(const char **text, uint32_t *nanosecond)
{
    uint32_t weight = 100000000;
    uint32_t digit;

    if (!take_number(text, 1, &digit))
        return false;
    *nanosecond = digit * weight;
    while (take_number(text, 1, &digit)) {
        weight /= 10;
        if (weight == 0)
            return false;
        *nanosecond += digit * weight;
    }
    return true;
}

/* What follows the hours: ":05", ":05:30" or ":05:30.5". */
static bool take_minutes(const char **text, struct position_words *words, bool *has_seconds)
{
    *has_seconds = false;
    if (!take_character(text, ':') || !take_number(text, 2, &words->wall.minute))
        return false;
    if (!take_character(text, ':'))
        return true;
    *has_seconds = true;
    if (!take_number(text, 2, &words->wall.second))
        return false;
    return !take_character(text, '.') || take_fraction(text, &words->nanosecond);
}

static bool wall_is_right(const struct position_words *words)
{
    return words->wall.hour < 24 && words->wall.minute < 60 && words->wall.second < 60;
}

/* "14:05:30", "14:05:30.5"; after an @ also "9:05:30" and "14:05" */
static bool read_daytime(const char *text, bool is_marked, struct position_words *words)
{
    bool has_seconds;

    if (!take_number(&text, 2, &words->wall.hour) &&
        !(is_marked && take_number(&text, 1, &words->wall.hour)))
        return false;
    words->kind = POSITION_DAYTIME;
    return take_minutes(&text, words, &has_seconds) && *text == '\0' &&
           (has_seconds || is_marked);
}

/* "", "Z" or "+01:00" */
static bool read_zone(const char *text, struct position_words *words)
{
    uint32_t hours;
    uint32_t minutes;

    words->has_zone = *text != '\0';
    if (!words->has_zone || strcmp(text, "Z") == 0)
        return true;
    bool is_behind = *text == '-';
    if ((!take_character(&text, '-') && !take_character(&text, '+')) ||
        !take_number(&text, 2, &hours) || !take_character(&text, ':') ||
        !take_number(&text, 2, &minutes) || *text != '\0' || hours > 23 || minutes > 59)
        return false;
    words->zone_s = (int32_t)(hours * 3600 + minutes * 60) * (is_behind ? -1 : 1);
    return true;
}

/* "2026-11-20T14:05:30.5+01:00"; the seconds and the zone may be left out, and T may be a blank */
static bool read_moment(const char *text, struct position_words *words)
{
    bool has_seconds;

    words->kind = POSITION_MOMENT;
    return take_number(&text, 4, &words->wall.year) && take_character(&text, '-') &&
           take_number(&text, 2, &words->wall.month) && take_character(&text, '-') &&
           take_number(&text, 2, &words->wall.day) &&
           (take_character(&text, 'T') || take_character(&text, ' ')) &&
           take_number(&text, 2, &words->wall.hour) &&
           take_minutes(&text, words, &has_seconds) && read_zone(text, words);
}

/* "12345f" */
static bool read_frames(const char *text, uint64_t *frames)
{
    char digits[FRAME_TEXT_BYTES];
    size_t length = strlen(text);

    if (length < 2 || length > sizeof digits || text[length - 1] != 'f')
        return false;
    memcpy(digits, text, length - 1);
    digits[length - 1] = '\0';
    return quantity_parse_u64(digits, frames);
}

static bool read_length(const char *text, enum position_kind kind, struct position_words *words)
{
    words->kind = kind;
    words->is_frames = read_frames(text, &words->amount);
    return words->is_frames || quantity_parse_duration_ns(text, &words->amount);
}

/* Two digits, a colon and two more fields: a time of day, if perhaps one that there is not. */
static bool looks_like_daytime(const char *text)
{
    return strspn(text, "0123456789") == 2 && text[2] == ':' && strchr(text + 3, ':');
}

static bool read_kind(const char *text, struct position_words *words)
{
    const char *rest = text + 1;

    switch (text[0]) {
    case '-':
        return read_length(rest, POSITION_BEFORE_HEAD, words);
    case '+':
        return read_length(rest, POSITION_ONWARD, words);
    case '@':
        return strchr(rest, '-') ? read_moment(rest, words) : read_daytime(rest, true, words);
    default:
        if (strspn(text, "0123456789") == 4 && text[4] == '-')
            return read_moment(text, words);
        return looks_like_daytime(text) ? read_daytime(text, false, words)
                                        : read_length(text, POSITION_FROM_START, words);
    }
}

bool position_words_read(const char *text, struct position_words *words)
{
    *words = (struct position_words){.kind = POSITION_START};
    if (strcmp(text, "start") == 0)
        return true;
    if (strcmp(text, "now") == 0) {
        words->kind = POSITION_NOW;
        return true;
    }
    if (strncmp(text, MARK_PREFIX, strlen(MARK_PREFIX)) == 0) {
        words->kind = POSITION_MARK;
        words->label = text + strlen(MARK_PREFIX);
        return *words->label != '\0';
    }
    return read_kind(text, words) && wall_is_right(words);
}
