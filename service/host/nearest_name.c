/* SPDX-License-Identifier: MIT */
#include "nearest_name.h"

#include <string.h>

enum { LONGEST_NAME = 63 };

/* Damerau's distance in its restricted form, by three rows of its table. */
unsigned name_distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST_NAME + 1];
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);

    if (a_length > LONGEST_NAME || b_length > LONGEST_NAME)
        return LONGEST_NAME + 1;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *before = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned least = above[j - 1] + (a[i - 1] != b[j - 1]);

            if (above[j] + 1 < least)
                least = above[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < least)
                least = before[j - 2] + 1;
            row[j] = least;
        }
    }
    return rows[a_length % 3][b_length];
}

const char *nearest_name(const char *text, const char *const *names, size_t count)
{
    unsigned nearest = (unsigned)strlen(text) / 3 + 1; /* the most that counts as near */
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = name_distance(text, names[i]);

        if (distance < nearest || (distance == nearest && !found)) {
            nearest = distance;
            found = names[i];
        }
    }
    return found;
}
