/* SPDX-License-Identifier: MIT */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "utf8_text.h"

static const char prefix[] = "tapemapd: ";

#define SAY_BYTES 2048
#define SAY_PREFIX_BYTES (sizeof prefix - 1)

/* Prints into `line` of SAY_BYTES; one byte is left for the line's end. */
static void make_line(char *line, const char *format, va_list arguments)
{
    memcpy(line, prefix, sizeof prefix);
    vsnprintf(line + SAY_PREFIX_BYTES, SAY_BYTES - 1 - SAY_PREFIX_BYTES, format, arguments);
    utf8_mend_end(line);
}

static void print_line(char *line)
{
    strcat(line, "\n");
    fputs(line, stderr);
    fflush(stderr);
}

static void tell(enum log_level level, const char *format, va_list arguments)
{
    char line[SAY_BYTES];

    make_line(line, format, arguments);
    log_write(level, line + SAY_PREFIX_BYTES);
    print_line(line);
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tell(LOG_DETAIL, format, arguments);
    va_end(arguments);
}

void say_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tell(LOG_ERROR, format, arguments);
    va_end(arguments);
}

void say_without_log(const char *format, ...)
{
    char line[SAY_BYTES];
    va_list arguments;

    va_start(arguments, format);
    make_line(line, format, arguments);
    va_end(arguments);
    print_line(line);
}
