/* SPDX-License-Identifier: MIT */
#include "cli_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "quantity.h"
#include "utf8.h"
#include "warning_name.h"

char *cli_text_clean(const char *text, char *out, size_t room)
{
    size_t length = 0;
    while (*text && room > 0) {
        size_t bytes;
        uint32_t character = utf8_character(text, &bytes);
        bool is_good = bytes > 0 && !utf8_is_control(character);
        if (length + (is_good ? bytes : 1) >= room)
            break;
        if (is_good)
            memcpy(out + length, text, bytes);
        else
            out[length] = '?';
        length += is_good ? bytes : 1;
        text += bytes > 0 ? bytes : 1;
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

char *cli_text_length(uint64_t frames, uint64_t rate_hz, char *out, size_t room)
{
    uint64_t ns = 0;
    if (rate_hz == 0 || rate_hz > TAPEMAP_MAX_RATE_HZ)
        snprintf(out, room, "%" PRIu64 " frames", frames);
    else if (quantity_ns_from_frames(frames, (uint32_t)rate_hz, &ns))
        quantity_print_duration(ns, out, room);
    else
        snprintf(out, room, "more than 500 years");
    return out;
}

char *cli_text_warnings(uint32_t warnings, char out[CLI_TEXT_WARNINGS_BYTES])
{
    size_t length = 0;
    out[0] = '\0';
    for (unsigned bit = 0; bit < 32; bit++) {
        const char *name = warning_name(bit);
        if (!name || (warnings & 1u << bit) == 0)
            continue;
        int added = snprintf(out + length, CLI_TEXT_WARNINGS_BYTES - length, "%s%s",
                             length > 0 ? ", " : "", name);
        length += (size_t)added;
    }
    return out;
}

const char *cli_text_state(const struct tapemap_now *now)
{
    return now->is_stalled ? "stalled" : tapemap_state_name(now->state);
}
