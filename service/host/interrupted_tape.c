/* SPDX-License-Identifier: MIT */
#include "interrupted_tape.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "folder.h"
#include "tape_path.h"
#include "whole_numbers.h"

#define LEAST_FOLDERS_BELOW 3u
#define INDEX_ENDING ".index"

struct search {
    const char *deck;
    struct interrupted_tape *found;
    uint64_t finished_utc_ns; /* when the newest that ended properly was begun; 0: there is none */
    enum tapemap_status status;
};

/* The control block as it lies in the file: aligned, and nobody writes it under our eyes. */
union control_image {
    struct tapemap_control control;
    unsigned char bytes[sizeof(struct tapemap_control)];
};

static bool read_control(const char *path, union control_image *image)
{
    struct file_access *file;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return false;
    uint32_t code = file_access_read(file, TAPEMAP_CONTROL_OFFSET, image->bytes,
                                     sizeof image->bytes);
    file_access_close(file);
    return code == 0;
}

static void keep_newest(struct search *search, const char *path, const struct layout_tape *facts,
                        uint64_t generation)
{
    struct interrupted_tape *found = search->found;

    if (found->path && found->facts.created_utc_ns >= facts->created_utc_ns)
        return;
    char *copy = malloc(strlen(path) + 1);
    if (!copy) {
        search->status = TAPEMAP_E_MEMORY;
        return;
    }
    free(found->path);
    found->path = strcpy(copy, path);
    found->facts = *facts;
    found->generation = generation;
}

static void look_at_tape(struct search *search, const char *path, bool has_index)
{
    union control_image image;
    struct layout_tape facts;

    if (!read_control(path, &image) ||
        layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &facts) != TAPEMAP_OK ||
        !facts.is_file || strcmp(facts.deck_name, search->deck) != 0)
        return;
    if (load_relaxed_u64(&image.control.state) == TAPEMAP_STATE_ENDED)
        search->finished_utc_ns = max_u64(search->finished_utc_ns, facts.created_utc_ns);
    else if (has_index)
        keep_newest(search, path, &facts, load_relaxed_u64(&image.control.generation));
}

/* A tape that can be resumed is found by its index file, one that has ended by itself. */
static void look_at_file(void *context, const char *path)
{
    struct search *search = context;
    size_t length = strlen(path);
    size_t ending = sizeof INDEX_ENDING - 1;

    if (tape_path_is_file(path))
        look_at_tape(search, path, false);
    if (length <= ending || strcmp(path + length - ending, INDEX_ENDING) != 0)
        return;
    char *audio = malloc(length + 1);
    if (!audio) {
        search->status = TAPEMAP_E_MEMORY;
        return;
    }
    memcpy(audio, path, length - ending);
    audio[length - ending] = '\0';
    look_at_tape(search, audio, true);
    free(audio);
}

static unsigned folders_of(const char *pattern)
{
    unsigned folders = 0;

    for (; *pattern; pattern++)
        folders += *pattern == '/' || *pattern == '\\';
    return folders > LEAST_FOLDERS_BELOW ? folders : LEAST_FOLDERS_BELOW;
}

enum tapemap_status interrupted_tape_find(const char *output, const char *pattern,
                                          const char *deck, struct interrupted_tape *found)
{
    struct search search = {.deck = deck, .found = found, .status = TAPEMAP_OK};

    *found = (struct interrupted_tape){0};
    if (tape_path_is_file(output))
        look_at_tape(&search, output, true);
    else
        folder_each_file(output, folders_of(pattern), look_at_file, &search);
    if (search.status != TAPEMAP_OK) {
        free(found->path);
        found->path = NULL;
    }
    found->is_outdated = found->path && found->facts.created_utc_ns < search.finished_utc_ns;
    return search.status;
}
