/* SPDX-License-Identifier: MIT */
#include "folder_names.h"

#include <stdlib.h>
#include <string.h>

void folder_names_add(struct folder_names *names, const char *name)
{
    bool is_full = (names->count & (names->count - 1)) == 0; /* it has room for a power of two */

    if (is_full) {
        size_t room = names->count ? names->count * 2 : 1;
        char **grown = realloc(names->names, room * sizeof *grown);
        if (!grown)
            return;
        names->names = grown;
    }
    char *copy = malloc(strlen(name) + 1);
    if (copy)
        names->names[names->count++] = strcpy(copy, name);
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)right, *(char *const *)left);
}

void folder_names_sort(struct folder_names *names)
{
    if (names->count > 1)
        qsort(names->names, names->count, sizeof *names->names, compare);
}

void folder_names_free(struct folder_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct folder_names){0};
}
