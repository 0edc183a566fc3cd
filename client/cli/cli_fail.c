/* SPDX-License-Identifier: MIT */
#include "cli_fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tapemap/tapemap.h"

static int live_columns; /* of the line that stands on the terminal now */

void cli_live_line(const char *line)
{
    int columns = line ? (int)strlen(line) : 0;
    int rest = live_columns > columns ? live_columns - columns : 0;
    if (line)
        fprintf(stderr, "\r%s%*s", line, rest, "");
    else if (live_columns > 0)
        fprintf(stderr, "\r%*s\r", live_columns, "");
    fflush(stderr);
    live_columns = columns;
}

int cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    cli_live_line(NULL);
    fputs("tapemap: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    return CLI_FAILED;
}

int cli_fail_status(enum tapemap_status status, const char *tried, ...)
{
    va_list arguments;
    va_start(arguments, tried);
    cli_live_line(NULL);
    fputs("tapemap: ", stderr);
    vfprintf(stderr, tried, arguments);
    fprintf(stderr, ": %s; %s\n", tapemap_status_text(status), tapemap_status_remedy(status));
    va_end(arguments);
    return CLI_FAILED;
}

int cli_misuse(const char *verb, const char *wrong, ...)
{
    va_list arguments;
    va_start(arguments, wrong);
    fprintf(stderr, "tapemap: cannot run '%s': ", verb);
    vfprintf(stderr, wrong, arguments);
    fprintf(stderr, "; see 'tapemap help %s'\n", verb);
    va_end(arguments);
    return CLI_MISUSED;
}

void cli_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    cli_live_line(NULL);
    fputs("tapemap: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
}
