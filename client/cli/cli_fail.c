/* SPDX-License-Identifier: MIT */
#include "cli_fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tapemap/tapemap.h"

#define FAIL_SENTENCE_BYTES 1024u

static bool has_failed;
static int live_columns; /* of the line that stands on the terminal now */

/* main gives stderr a buffer, so that a sentence goes out whole, and here it does. */
static void fail_put(const char *begin, const char *middle, const char *end)
{
    char sentence[FAIL_SENTENCE_BYTES + 512];
    cli_live_line(NULL);
    snprintf(sentence, sizeof sentence, "tapemap: %s%s%s\n", begin, middle, end);
    fputs(sentence, stderr);
    fflush(stderr);
}

void cli_live_line(const char *line)
{
    char text[256];
    int columns = line ? (int)strlen(line) : 0;
    int rest = live_columns > columns ? live_columns - columns : 0;
    if (line)
        snprintf(text, sizeof text, "\r%s%*s", line, rest, "");
    else
        snprintf(text, sizeof text, "\r%*s\r", live_columns, "");
    if (line || live_columns > 0)
        fputs(text, stderr);
    fflush(stderr);
    live_columns = columns;
}

int cli_fail(const char *format, ...)
{
    char sentence[FAIL_SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fail_put("", sentence, "");
    has_failed = true;
    return CLI_FAILED;
}

int cli_fail_status(enum tapemap_status status, const char *tried, ...)
{
    char sentence[FAIL_SENTENCE_BYTES];
    char why[256];
    va_list arguments;
    va_start(arguments, tried);
    vsnprintf(sentence, sizeof sentence, tried, arguments);
    va_end(arguments);
    snprintf(why, sizeof why, ": %s; %s", tapemap_status_text(status),
             tapemap_status_remedy(status));
    fail_put(sentence, why, "");
    has_failed = true;
    return CLI_FAILED;
}

bool cli_has_failed(void)
{
    return has_failed;
}

int cli_misuse(const char *verb, const char *wrong, ...)
{
    char begin[64];
    char sentence[FAIL_SENTENCE_BYTES];
    char end[64];
    va_list arguments;
    va_start(arguments, wrong);
    vsnprintf(sentence, sizeof sentence, wrong, arguments);
    va_end(arguments);
    snprintf(begin, sizeof begin, "cannot run '%s': ", verb);
    snprintf(end, sizeof end, "; see 'tapemap help %s'", verb);
    fail_put(begin, sentence, end);
    return CLI_MISUSED;
}

void cli_note(const char *format, ...)
{
    char sentence[FAIL_SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fail_put("", sentence, "");
}
