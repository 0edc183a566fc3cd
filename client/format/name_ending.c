/* SPDX-License-Identifier: MIT */
#include "name_ending.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

bool name_has_ending(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t wanted = strlen(ending);

    if (length <= wanted)
        return false;
    name += length - wanted;
    for (size_t i = 0; i < wanted; i++)
        if (tolower((unsigned char)name[i]) != ending[i])
            return false;
    return true;
}
