/* SPDX-License-Identifier: MIT */
#include "left_behind.h"

#include <stdlib.h>
#include <string.h>

#include "complete_file.h"
#include "file_access.h"
#include "finish_tape.h"

bool left_behind_add(struct left_behind **list, const char *path, bool is_empty)
{
    struct left_behind *made = calloc(1, sizeof *made);

    if (!made)
        return false;
    made->path = malloc(strlen(path) + 1);
    if (!made->path) {
        free(made);
        return false;
    }
    strcpy(made->path, path);
    made->is_empty = is_empty;
    made->next = *list;
    *list = made;
    return true;
}

/* The index last: while it is there, the tape is found again. */
static void remove_empty(const char *path)
{
    char *index_path = finish_index_path(path);

    if (file_access_remove(path) == 0 && index_path)
        (void)file_access_remove(index_path);
    free(index_path);
}

void left_behind_complete(const struct left_behind *list)
{
    for (; list; list = list->next) {
        if (list->is_empty)
            remove_empty(list->path);
        else
            (void)complete_left_file(list->path);
    }
}

void left_behind_free(struct left_behind *list)
{
    while (list) {
        struct left_behind *next = list->next;
        free(list->path);
        free(list);
        list = next;
    }
}
