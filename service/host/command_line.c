/* SPDX-License-Identifier: MIT */
#include "command_line.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What no program takes for a quote, a blank, a pattern or a variable. */
static bool is_plain(const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/\\:._=+-,@";

    return argument[0] != '\0' && argument[strspn(argument, plain)] == '\0';
}

/*
 * Backslashes mean themselves but before a quote: there two of them are one, and one that is left
 * over makes the quote a part of the argument. In the program's name they always mean themselves.
 */
static char *append_argument(char *out, const char *argument)
{
    size_t backslashes = 0;

    if (is_plain(argument)) {
        size_t bytes = strlen(argument);
        memcpy(out, argument, bytes);
        return out + bytes;
    }
    *out++ = '"';
    for (; *argument; argument++) {
        if (*argument == '"') {
            memset(out, '\\', backslashes + 1);
            out += backslashes + 1;
        }
        backslashes = *argument == '\\' ? backslashes + 1 : 0;
        *out++ = *argument;
    }
    memset(out, '\\', backslashes); /* before the closing quote */
    out += backslashes;
    *out++ = '"';
    return out;
}

char *command_line_join(const char *const *arguments)
{
    size_t room = 1;

    assert(arguments[0]);
    for (const char *const *each = arguments; *each; each++)
        room += 2 * strlen(*each) + 3; /* each of its bytes escaped, two quotes, a space */
    char *line = malloc(room);
    if (!line)
        return NULL;
    size_t program_bytes = strlen(arguments[0]);
    char *out = line;
    *out++ = '"';
    memcpy(out, arguments[0], program_bytes);
    out += program_bytes;
    *out++ = '"';
    for (const char *const *each = arguments + 1; *each; each++) {
        *out++ = ' ';
        out = append_argument(out, *each);
    }
    *out = '\0';
    return line;
}
