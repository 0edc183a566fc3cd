/* SPDX-License-Identifier: MIT */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8_text.h"

void say(const char *format, ...)
{
    static const char prefix[] = "tapemapd: ";
    char line[2048];
    va_list arguments;

    memcpy(line, prefix, sizeof prefix);
    va_start(arguments, format);
    vsnprintf(line + sizeof prefix - 1, sizeof line - sizeof prefix, format, arguments);
    va_end(arguments);
    utf8_mend_end(line);
    strcat(line, "\n");
    fputs(line, stderr);
    fflush(stderr);
}
