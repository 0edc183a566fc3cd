/* SPDX-License-Identifier: MIT */
#include "finish_later.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "control_image.h"

#define MOST_TRIES 20u

/* A copy, with a copy of its path. Returns false when there is no memory. */
static bool add(struct finish_later **list, const struct finish_later *file)
{
    struct finish_later *made = malloc(sizeof *made);
    char *path = malloc(strlen(file->path) + 1);

    if (!made || !path) {
        free(made);
        free(path);
        return false;
    }
    *made = *file;
    made->path = strcpy(path, file->path);
    made->next = *list;
    *list = made;
    return true;
}

/* What is returned to may be gone, and one that was left behind may have kept its index beside it
   before, and been told of then. */
static bool is_finished(const struct finish_later *file, enum completion_patience patience)
{
    union control_image image;

    if (file->is_own && patience == COMPLETION_WAITS)
        return true; /* nobody has to be able to look at it for that to be known */
    return control_image_read(file->path, &image) &&
           load_acquire_u64(&image.control.state) == TAPEMAP_STATE_ENDED &&
           (file->is_own || load_acquire_u64(&image.control.index_offset) != 0);
}

static enum completion try_once(struct finish_later *file, enum completion_patience patience,
                                struct finished_hook *hook)
{
    if (file->is_empty)
        return left_behind_remove(file->path) ? COMPLETION_DONE : COMPLETION_HELD;
    enum completion completion = complete_left_file(file->path, patience);
    bool is_complete = completion == COMPLETION_DONE || completion == COMPLETION_REST;
    if (is_complete && !file->is_told && is_finished(file, patience)) {
        finished_hook_add(hook, file->path);
        file->is_told = true;
    }
    return completion;
}

static bool is_held(enum completion completion)
{
    return completion == COMPLETION_HELD || completion == COMPLETION_REST;
}

/* A file that is complete is not returned to for ever: where the right to delete its index is what
   is missing, each tape would come to be in the list. */
static bool is_worth_keeping(struct finish_later *file, enum completion completion)
{
    return completion == COMPLETION_HELD ||
           (completion == COMPLETION_REST && ++file->tries < MOST_TRIES);
}

void finish_later_begin(struct finish_later **list, const struct left_behind *left,
                        struct finished_hook *hook)
{
    enum completion_patience patience = COMPLETION_WAITS;

    for (; left; left = left->next) {
        struct finish_later file = {.path = left->path, .is_empty = left->is_empty};
        if (!is_held(try_once(&file, patience, hook)))
            continue;
        (void)add(list, &file);
        patience = left->is_empty ? patience : COMPLETION_GLANCES;
    }
}

bool finish_later_take(struct finish_later **list, char *path, struct finished_hook *hook)
{
    struct finish_later file = {.path = path, .is_own = true};
    enum completion completion = try_once(&file, COMPLETION_WAITS, hook);

    return completion != COMPLETION_FAILED && (!is_held(completion) || add(list, &file));
}

static void drop(struct finish_later **link)
{
    struct finish_later *file = *link;

    *link = file->next;
    free(file->path);
    free(file);
}

bool finish_later_try(struct finish_later **list, enum completion_patience patience,
                      struct finished_hook *hook)
{
    struct finish_later **link = list;
    bool is_well = true;

    while (*link) {
        struct finish_later *file = *link;
        enum completion completion = try_once(file, patience, hook);
        is_well = is_well && !(completion == COMPLETION_FAILED && file->is_own);
        if (is_worth_keeping(file, completion))
            link = &file->next;
        else
            drop(link);
    }
    return is_well;
}

bool finish_later_free(struct finish_later *list)
{
    bool is_complete = true;

    while (list) {
        is_complete = is_complete && (list->is_told || !list->is_own);
        drop(&list);
    }
    return is_complete;
}
