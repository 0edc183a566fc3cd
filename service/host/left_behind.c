/* SPDX-License-Identifier: MIT */
#include "left_behind.h"

#include <stdlib.h>
#include <string.h>

#include "blank_tape.h"
#include "control_image.h"
#include "file_access.h"
#include "finish_code.h"
#include "finish_tape.h"
#include "folder.h"
#include "tapemap/layout.h"

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

static void name_next(const char *path, uint64_t tape_id, const char *next_path)
{
    char full[sizeof ((struct tapemap_control *)0)->next_path] = {0};
    uint64_t control = TAPEMAP_CONTROL_OFFSET;
    uint64_t named = 0;
    struct file_access *file;

    folder_full_path(next_path, full, sizeof full);
    if (file_access_open(path, FILE_ACCESS_CHANGE, &file) != 0)
        return;
    if (file_access_read(file, control + offsetof(struct tapemap_control, next_tape_id), &named,
                         sizeof named) == 0 &&
        named == 0 &&
        file_access_write(file, control + offsetof(struct tapemap_control, next_path), full,
                          sizeof full) == 0)
        (void)file_access_write(file, control + offsetof(struct tapemap_control, next_tape_id),
                                &tape_id, sizeof tape_id);
    file_access_close(file);
}

void left_behind_join(const struct left_behind *list, uint64_t previous, uint64_t tape_id,
                      const char *path)
{
    for (; list; list = list->next) {
        if (list->tape_id == previous && previous != 0)
            name_next(list->path, tape_id, path);
    }
}

/* Since it was found, somebody may have begun to write it. */
static bool is_still_empty(const char *path)
{
    union control_image image;

    if (!control_image_read(path, &image) || control_image_frames(&image, path) != 0)
        return false;
    return image.control.signature == TAPEMAP_LAYOUT_SIGNATURE || blank_tape_is(path);
}

/* The index last: while it is there, the tape is found again; it may not have been made yet. Both
   are held from before they are looked at, so that nobody puts another file in their places. */
static bool remove_opened(const char *path, const char *index_path)
{
    struct file_access *file;
    struct file_access *index = NULL;

    uint32_t code = file_access_open(path, FILE_ACCESS_TAKE_AWAY, &file);
    if (code != 0)
        return code != FINISH_CODE_BUSY;
    code = file_access_open(index_path, FILE_ACCESS_TAKE_AWAY, &index);
    if ((code == 0 || code == FINISH_CODE_NO_FILE) && is_still_empty(path) &&
        file_access_remove_open(file) == 0 && index)
        (void)file_access_remove_open(index);
    if (index)
        file_access_close(index);
    file_access_close(file);
    return code != FINISH_CODE_BUSY;
}

bool left_behind_remove(const char *path)
{
    char *index_path = finish_index_path(path);
    bool is_done = !index_path || remove_opened(path, index_path);

    free(index_path);
    return is_done;
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
