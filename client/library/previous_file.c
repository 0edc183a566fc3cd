/* SPDX-License-Identifier: MIT */
#include "previous_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file_tape.h"
#include "folder_names.h"
#include "name_ending.h"

#define MOST_FOLDERS 3u

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* The length of what comes before the last part of a path, without its slash. */
static size_t parent_length(const char *path, size_t length)
{
    while (length > 0 && !is_slash(path[length - 1]))
        length--;
    return length > 0 ? length - 1 : 0;
}

static char *copy(const char *text, size_t length)
{
    char *made = malloc(length + 1);

    if (made) {
        memcpy(made, text, length);
        made[length] = '\0';
    }
    return made;
}

static char *join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    char *path = malloc(length + strlen(name) + 2);

    if (!path)
        return NULL;
    memcpy(path, folder, length);
    if (length > 0)
        path[length++] = '/';
    strcpy(path + length, name);
    return path;
}

static bool is_tape(const char *path, uint64_t tape_id)
{
    struct file_tape file = {0};
    struct layout_tape facts;
    bool has_ended;

    if (file_tape_open(path, &file, &facts, &has_ended) != TAPEMAP_OK)
        return false;
    file_tape_close(&file);
    return facts.tape_id == tape_id;
}

static char *try_file(const char *folder, const char *name, uint64_t tape_id)
{
    char *path = (name_has_ending(name, ".wav") || name_has_ending(name, ".rf64"))
                     ? join(folder, name) : NULL;

    if (path && !is_tape(path, tape_id)) {
        free(path);
        return NULL;
    }
    return path;
}

/* Names before `own` first, the nearest of them first of all: most patterns begin with the time. */
static char *find_in(const char *folder, const char *own, uint64_t tape_id)
{
    struct folder_names files;
    char *found = NULL;

    folder_names_read(folder, false, &files);
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < files.count && !found; i++)
            if ((strcmp(files.names[i], own) < 0) == (turn == 0))
                found = try_file(folder, files.names[i], tape_id);
    folder_names_free(&files);
    return found;
}

/* The folder in `parent` with the greatest name, below `limit` unless that is NULL. */
static char *last_folder(const char *parent, const char *limit)
{
    struct folder_names folders;
    char *found = NULL;

    folder_names_read(parent, true, &folders);
    for (size_t i = 0; i < folders.count && !found; i++)
        if (!limit || strcmp(folders.names[i], limit) < 0)
            found = join(parent, folders.names[i]);
    folder_names_free(&folders);
    return found;
}

/* The folder as deep as `folder` that comes before it below the folder `height` above it. */
static char *folder_before(const char *folder, unsigned height)
{
    size_t length = strlen(folder);

    for (unsigned i = 1; i < height; i++)
        length = parent_length(folder, length);
    size_t above = parent_length(folder, length);
    if (above == 0 || above == length)
        return NULL;
    char *parent = copy(folder, above);
    char *name = copy(folder + above + 1, length - above - 1);
    char *found = parent && name ? last_folder(parent, name) : NULL;
    free(parent);
    free(name);
    for (unsigned i = 1; i < height && found; i++) {
        char *below = last_folder(found, NULL);
        free(found);
        found = below;
    }
    return found;
}

char *previous_file_find(const char *own, uint64_t tape_id)
{
    size_t length = parent_length(own, strlen(own));
    char *folder = copy(own, length);
    const char *name = is_slash(own[length]) ? own + length + 1 : own;
    char *found = folder ? find_in(folder, name, tape_id) : NULL;

    for (unsigned height = 1; height <= MOST_FOLDERS && folder && !found; height++) {
        char *before = folder_before(folder, height);
        if (before)
            found = find_in(before, "", tape_id);
        free(before);
    }
    free(folder);
    return found;
}
