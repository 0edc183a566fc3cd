/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "utf8_text.h"

enum tapemap_status failure_set(struct failure *failure, enum tapemap_status status,
                                const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    if (length < 0)
        failure->text[0] = '\0';
    else if ((size_t)length >= sizeof failure->text)
        utf8_mend_end(failure->text);
    failure->status = status;
    return status;
}
