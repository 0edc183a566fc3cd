/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tape_share.h"

void tape_handles_print(const struct tape_handles *handles, char out[TAPE_HANDLES_ROOM])
{
    const uint64_t *values = handles->values;

    snprintf(out, TAPE_HANDLES_ROOM, "%" PRIx64 ",%" PRIx64 ",%" PRIx64 ",%" PRIx64, values[0],
             values[1], values[2], values[3]);
}

/* 1 to 16 digits that are no 0; returns where they end, NULL: there are none. */
static const char *parse_value(const char *text, uint64_t *value)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = strspn(text, digits);

    if (length < 1 || length > 16)
        return NULL;
    *value = 0;
    for (size_t i = 0; i < length; i++)
        *value = *value << 4 | (uint64_t)(strchr(digits, text[i]) - digits);
    return *value != 0 && *value <= UINTPTR_MAX ? text + length : NULL;
}

bool tape_handles_parse(const char *text, struct tape_handles *handles)
{
    struct tape_handles parsed = *handles;

    for (unsigned i = 0; i < TAPE_OBJECTS; i++) {
        text = parse_value(text, &parsed.values[i]);
        if (!text || *text != (i + 1 < TAPE_OBJECTS ? ',' : '\0'))
            return false;
        text++;
    }
    *handles = parsed;
    return true;
}
