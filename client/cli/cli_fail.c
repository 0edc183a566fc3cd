/* SPDX-License-Identifier: MIT */
#include "cli_fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tapemap/tapemap.h"

#define FAIL_SENTENCE_BYTES 1024u /* of most; what is longer takes memory */

static bool has_failed;
static int live_columns; /* of the line that stands on the terminal now */

/* A path may be longer than most sentences, and the reason and the remedy come behind it. main
   gives stderr a buffer, so that a sentence goes out whole, and here it does. */
static void fail_put(const char *begin, const char *end, const char *format, va_list arguments)
{
    char room[FAIL_SENTENCE_BYTES];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(room, sizeof room, format, arguments);
    size_t bytes = length > 0 ? (size_t)length + 1 : 0;
    char *longer = bytes > sizeof room ? malloc(bytes) : NULL;
    if (longer)
        vsnprintf(longer, bytes, format, again);
    va_end(again);
    cli_live_line(NULL);
    fprintf(stderr, "tapemap: %s%s%s\n", begin, longer ? longer : room, end);
    fflush(stderr);
    free(longer);
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
    va_list arguments;
    va_start(arguments, format);
    fail_put("", "", format, arguments);
    va_end(arguments);
    has_failed = true;
    return CLI_FAILED;
}

int cli_fail_status(enum tapemap_status status, const char *tried, ...)
{
    char why[256];
    va_list arguments;
    snprintf(why, sizeof why, ": %s; %s", tapemap_status_text(status),
             tapemap_status_remedy(status));
    va_start(arguments, tried);
    fail_put("", why, tried, arguments);
    va_end(arguments);
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
    char end[64];
    va_list arguments;
    snprintf(begin, sizeof begin, "cannot run '%s': ", verb);
    snprintf(end, sizeof end, "; see 'tapemap help %s'", verb);
    va_start(arguments, wrong);
    fail_put(begin, end, wrong, arguments);
    va_end(arguments);
    return CLI_MISUSED;
}

void cli_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_put("", "", format, arguments);
    va_end(arguments);
}
