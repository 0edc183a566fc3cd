/* SPDX-License-Identifier: MIT */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>

#include "error_output.h"
#include "log.h"
#include "utf8_text.h"

static void make_text(char text[ERROR_OUTPUT_BYTES], const char *format, va_list arguments)
{
    vsnprintf(text, ERROR_OUTPUT_BYTES, format, arguments);
    utf8_mend_end(text);
}

static void tell(enum log_level level, const char *format, va_list arguments)
{
    char text[ERROR_OUTPUT_BYTES];

    make_text(text, format, arguments);
    log_write(level, text);
    error_output_line(text);
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
    char text[ERROR_OUTPUT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    make_text(text, format, arguments);
    va_end(arguments);
    error_output_line(text);
}
