/* SPDX-License-Identifier: MIT */
#include "interrupted_tape.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "blank_tape.h"
#include "control_image.h"
#include "file_access.h"
#include "finish_code.h"
#include "finish_tape.h"
#include "folder.h"
#include "name_ending.h"
#include "tape_path.h"

#define LEAST_FOLDERS_BELOW 3u
#define INDEX_ENDING ".index"

/* A tape that ended properly. */
struct finished {
    uint64_t tape_id;
    uint64_t previous_id;
};

struct search {
    const char *deck;
    struct interrupted_tape *found;
    struct finished *finished;
    size_t finished_count;
    size_t finished_room;
    uint64_t newest_utc_ns; /* when the newest of them was begun; 0: there is none */
    uint64_t newest_id;     /* of that */
    enum tapemap_status status;
};

static bool fill(struct interrupted_tape *tape, const char *path,
                 const union control_image *image)
{
    const struct tapemap_control *control = &image->control;

    tape->generation = load_relaxed_u64(&control->generation);
    tape->head = control_image_frames(image, path);
    tape->previous_tape_id = control->previous_tape_id;
    tape->series_position = control->series_position;
    tape->path = malloc(strlen(path) + 1);
    return tape->path && strcpy(tape->path, path);
}

/* The clock may have been set between two tapes: what they say of each other counts more. */
static bool is_newer(const struct interrupted_tape *tape, const struct interrupted_tape *than)
{
    if (!than->path)
        return true;
    if ((tape->head != 0) != (than->head != 0))
        return tape->head != 0;
    if (tape->previous_tape_id == than->facts.tape_id)
        return true;
    if (than->previous_tape_id == tape->facts.tape_id)
        return false;
    return tape->facts.created_utc_ns > than->facts.created_utc_ns;
}

/* Only a next tape is one that nobody misses: a deck's first tape may have been given a name. */
static bool put_aside(struct search *search, const struct interrupted_tape *tape)
{
    bool is_empty = tape->head == 0 && tape->previous_tape_id != 0;

    if (!tape->path)
        return true;
    if (!left_behind_add(&search->found->others, tape->path, is_empty))
        return false;
    search->found->others->tape_id = tape->facts.tape_id;
    search->found->others->previous_tape_id = tape->previous_tape_id;
    return true;
}

/* An empty tape is about to go; what is gone on with is named too. */
static void join_series(const struct interrupted_tape *found)
{
    for (const struct left_behind *other = found->others; other; other = other->next) {
        if (!other->is_empty)
            left_behind_join(found->others, other->previous_tape_id, other->tape_id, other->path);
    }
    if (found->path)
        left_behind_join(found->others, found->previous_tape_id, found->facts.tape_id,
                         found->path);
}

static void keep_newest(struct search *search, struct interrupted_tape *tape)
{
    struct interrupted_tape *found = search->found;
    struct left_behind *others = found->others;

    if (is_newer(tape, found)) {
        struct interrupted_tape older = *found;
        *found = *tape;
        found->others = others;
        *tape = older;
    }
    if (!put_aside(search, tape))
        search->status = TAPEMAP_E_MEMORY;
    free(tape->path);
}

/* A next tape whose recorder died before it was complete: all but the magic is there. */
static bool is_half_made(const struct tapemap_control *control, const char *deck)
{
    return load_relaxed_u64(&control->magic) == 0 &&
           control->signature == TAPEMAP_LAYOUT_SIGNATURE && control->previous_tape_id != 0 &&
           load_relaxed_u64(&control->head) == 0 &&
           strncmp(control->deck_name, deck, sizeof control->deck_name) == 0;
}

static void put_left_behind(struct search *search, const char *path, bool is_empty)
{
    if (!left_behind_add(&search->found->others, path, is_empty))
        search->status = TAPEMAP_E_MEMORY;
}

static void note_finished(struct search *search, const struct layout_tape *facts)
{
    if (search->finished_count == search->finished_room) {
        size_t room = search->finished_room ? 2 * search->finished_room : 64;
        struct finished *more = realloc(search->finished, room * sizeof *more);
        if (!more) {
            search->status = TAPEMAP_E_MEMORY;
            return;
        }
        search->finished = more;
        search->finished_room = room;
    }
    search->finished[search->finished_count++] =
        (struct finished){facts->tape_id, facts->previous_tape_id};
    if (facts->created_utc_ns < search->newest_utc_ns)
        return;
    search->newest_utc_ns = facts->created_utc_ns;
    search->newest_id = facts->tape_id;
}

static int compare_ids(const void *one, const void *other)
{
    const struct finished *first = one;
    const struct finished *second = other;

    return first->tape_id < second->tape_id ? -1 : first->tape_id > second->tape_id;
}

/* Whether the newest by its date comes before the tape in its series: the clock was set back. */
static bool comes_after_newest(struct search *search, const struct interrupted_tape *tape)
{
    struct finished before = {.tape_id = tape->previous_tape_id};

    qsort(search->finished, search->finished_count, sizeof *search->finished, compare_ids);
    for (size_t i = 0; i <= search->finished_count && before.tape_id != 0; i++) {
        if (before.tape_id == search->newest_id)
            return true;
        const struct finished *known = bsearch(&before, search->finished, search->finished_count,
                                               sizeof *search->finished, compare_ids);
        before.tape_id = known ? known->previous_id : 0;
    }
    return false;
}

static bool index_is_there(const char *path)
{
    char *index_path = finish_index_path(path);
    struct file_access *file;
    bool is_there = true;

    if (index_path) {
        uint32_t code = file_access_open(index_path, FILE_ACCESS_READ, &file);
        if (code == 0)
            file_access_close(file);
        is_there = code != FINISH_CODE_NO_FILE;
    }
    free(index_path);
    return is_there;
}

static void look_at_tape(struct search *search, const char *path, bool has_index)
{
    union control_image image;
    struct interrupted_tape tape = {0};

    if (!control_image_read(path, &image))
        return;
    bool is_blank = load_relaxed_u64(&image.control.magic) == 0 &&
                    (has_index || !index_is_there(path)) && blank_tape_is(path);
    if (is_blank || (has_index && is_half_made(&image.control, search->deck))) {
        put_left_behind(search, path, true);
        return;
    }
    if (layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &tape.facts) != TAPEMAP_OK)
        return;
    if (!tape.facts.is_file || strcmp(tape.facts.deck_name, search->deck) != 0)
        return;
    bool has_ended = load_relaxed_u64(&image.control.state) == TAPEMAP_STATE_ENDED;
    if (has_ended)
        note_finished(search, &tape.facts);
    if (has_ended && has_index)
        put_left_behind(search, path, false);
    else if (!has_ended && has_index && !fill(&tape, path, &image))
        search->status = TAPEMAP_E_MEMORY;
    else if (!has_ended && has_index)
        keep_newest(search, &tape);
}

/* A tape that can be resumed is found by its index file, one that has ended by itself. */
static void look_at_file(void *context, const char *path)
{
    struct search *search = context;
    size_t length = strlen(path);
    size_t ending = sizeof INDEX_ENDING - 1;

    if (tape_path_is_file(path))
        look_at_tape(search, path, false);
    if (!name_has_ending(path, INDEX_ENDING))
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

static unsigned folders_to_search(const char *pattern)
{
    unsigned folders = tape_path_folders(pattern);

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
        folder_each_file(output, folders_to_search(pattern), look_at_file, &search);
    if (search.status == TAPEMAP_OK)
        join_series(found);
    else
        interrupted_tape_free(found);
    found->is_outdated = found->path && found->facts.created_utc_ns < search.newest_utc_ns &&
                         !comes_after_newest(&search, found);
    free(search.finished);
    return search.status;
}

enum tapemap_status interrupted_tape_leave(struct interrupted_tape *found)
{
    if (!found->path)
        return TAPEMAP_OK;
    if (!left_behind_add(&found->others, found->path, false))
        return TAPEMAP_E_MEMORY;
    struct left_behind *others = found->others;
    free(found->path);
    *found = (struct interrupted_tape){.others = others};
    return TAPEMAP_OK;
}

void interrupted_tape_free(struct interrupted_tape *found)
{
    left_behind_free(found->others);
    free(found->path);
    *found = (struct interrupted_tape){0};
}
