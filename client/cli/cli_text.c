/* SPDX-License-Identifier: MIT */
#include "cli_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "quantity.h"

/* The length of the UTF-8 character that starts here; 0 when none does. */
static size_t text_character_bytes(const unsigned char *text)
{
    size_t bytes = text[0] < 0x80 ? 1 : text[0] < 0xC2 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3
                 : text[0] < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < bytes; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool is_overlong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xF0 && text[1] < 0x90);
    bool is_surrogate = text[0] == 0xED && text[1] >= 0xA0;
    bool is_too_large = text[0] == 0xF4 && text[1] >= 0x90;
    return is_overlong || is_surrogate || is_too_large ? 0 : bytes;
}

/* C0, DEL, and C1, which some terminals take for the beginning of a command. */
static bool text_is_control(const unsigned char *text)
{
    return text[0] < 0x20 || text[0] == 0x7F || (text[0] == 0xC2 && text[1] < 0xA0);
}

char *cli_text_clean(const char *text, char *out, size_t room)
{
    const unsigned char *in = (const unsigned char *)text;
    size_t length = 0;
    while (*in && room > 0) {
        size_t bytes = text_character_bytes(in);
        bool is_good = bytes > 0 && !text_is_control(in);
        if (length + (is_good ? bytes : 1) >= room)
            break;
        if (is_good)
            memcpy(out + length, in, bytes);
        else
            out[length] = '?';
        length += is_good ? bytes : 1;
        in += bytes > 0 ? bytes : 1;
    }
    if (room > 0)
        out[length] = '\0';
    return out;
}

size_t cli_text_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        if (((unsigned char)*text & 0xC0) != 0x80)
            columns++;
    return columns;
}

char *cli_text_utc(uint64_t utc_ns, unsigned digits, char out[CLI_TEXT_UTC_BYTES])
{
    struct calendar at = calendar_of(utc_ns);
    char fraction[16];
    snprintf(fraction, sizeof fraction, ".%09" PRIu64, utc_ns % 1000000000u);
    fraction[digits ? digits + 1 : 0] = '\0';
    snprintf(out, CLI_TEXT_UTC_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u%sZ", at.year % 10000u,
             at.month % 100u, at.day % 100u, at.hour, at.minute, at.second, fraction);
    return out;
}

char *cli_text_length(uint64_t frames, uint32_t rate_hz, char *out, size_t room)
{
    uint64_t ns = 0;
    if (quantity_ns_from_frames(frames, rate_hz, &ns))
        quantity_print_duration(ns, out, room);
    else
        snprintf(out, room, "more than 500 years");
    return out;
}
