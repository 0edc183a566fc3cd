/* SPDX-License-Identifier: MIT */
#include "log_line.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "utf8_text.h"

#define NS_PER_MS 1000000u

/* What follows `beginning` in the text, which must have it; NULL: it has another one. */
static const char *skip(const char *text, const char *beginning)
{
    size_t length = strlen(beginning);

    return text && strncmp(text, beginning, length) == 0 ? text + length : NULL;
}

const char *log_line_body(const char *who, const char *text)
{
    const char *name = skip(who, "deck ");
    const char *recording = skip(text, "recording ");
    const char *rest = name ? skip(recording ? recording : text, "deck '") : NULL;

    rest = rest ? skip(skip(rest, name), "': ") : NULL;
    return rest ? rest : text;
}

size_t log_line_format(uint64_t utc_ns, const char *who, const char *text, char *out)
{
    struct calendar at = calendar_of(utc_ns);
    unsigned ms = (unsigned)(utc_ns / NS_PER_MS % 1000);
    size_t length;

    snprintf(out, LOG_LINE_BYTES - 1, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ %s: %s",
             (unsigned)at.year, (unsigned)at.month, (unsigned)at.day, (unsigned)at.hour,
             (unsigned)at.minute, (unsigned)at.second, ms, who, text);
    utf8_mend_end(out);
    for (char *c = out; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
    }
    length = strlen(out);
    out[length++] = '\n';
    out[length] = '\0';
    return length;
}
