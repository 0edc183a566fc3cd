/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "object_names.h"
#include "steady_clock.h"
#include "tape_handle.h"

/* How long to wait for a slot, or a catalogue, that somebody is writing. A writer that died in
   between must not hold anybody up. */
#define BUSY_TRIES 10
/* How often to look while the catalogue changes. A deck may go on to its next tape between a
   look at the catalogue and one at the tape that it named. */
#define CHANGE_TRIES 5

static void read_slots(const struct tapemap_catalogue *catalogue,
                       struct catalogue_entries *entries)
{
    int tries = 0;

    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        struct catalogue_entry *row = &entries->rows[entries->count];
        enum tapemap_status status = catalogue_read_slot(catalogue, i, row);
        while (status == TAPEMAP_E_BUSY && tries++ < BUSY_TRIES) {
            steady_clock_sleep_ms(1);
            status = catalogue_read_slot(catalogue, i, row);
        }
        if (status == TAPEMAP_OK)
            entries->count++;
    }
}

/* A catalogue that its creator has not finished lists nothing yet. */
static enum tapemap_status read_view(const struct tapemap_catalogue *catalogue,
                                     struct catalogue_entries *entries)
{
    enum tapemap_status status = TAPEMAP_E_NOT_YET;

    for (int tries = 0; tries < BUSY_TRIES && status == TAPEMAP_E_NOT_YET; tries++) {
        if (tries > 0)
            steady_clock_sleep_ms(1);
        if (section_is_committed(catalogue, sizeof *catalogue))
            status = catalogue_check(catalogue);
    }
    if (status == TAPEMAP_OK)
        read_slots(catalogue, entries);
    return status == TAPEMAP_E_NOT_YET ? TAPEMAP_OK : status;
}

enum tapemap_status tape_catalogue_read(const char *space, struct catalogue_entries *entries)
{
    char name[OBJECT_NAME_BYTES];
    struct section section = {0};
    const void *view = NULL;

    entries->count = 0;
    object_name_catalogue(name, space);
    enum tapemap_status status = section_open(name, &section);
    if (status == TAPEMAP_E_NO_TAPE)
        return TAPEMAP_OK;
    if (status)
        return status;
    struct view_source source = section_views(&section);
    status = source.map(source.context, 0, sizeof(struct tapemap_catalogue), &view);
    if (status == TAPEMAP_OK) {
        status = read_view(view, entries);
        source.unmap(source.context, view, sizeof(struct tapemap_catalogue));
    } else if (status != TAPEMAP_E_MEMORY) {
        /* It may be opened and not be mapped: it is shorter than a catalogue. */
        status = TAPEMAP_E_CORRUPT;
    }
    section_close(&section);
    return status;
}

/* The catalogue says whose the tape is, and so does the tape itself. */
static enum tapemap_status open_row(const char *space, const struct catalogue_entry *row,
                                    tapemap_tape **tape)
{
    tapemap_tape *opened = NULL;

    enum tapemap_status status = tape_open_in(space, row->tape_id, &opened);
    if (status)
        return status;
    if (strcmp(opened->reader.tape.deck_name, row->name) != 0) {
        tapemap_close(opened);
        return TAPEMAP_E_CORRUPT;
    }
    *tape = opened;
    return TAPEMAP_OK;
}

/* Reads the catalogue again. Returns whether it lists other tapes than before. */
static bool reread(const char *space, struct catalogue_entries *entries)
{
    struct catalogue_entries now;

    if (tape_catalogue_read(space, &now) != TAPEMAP_OK)
        return false;
    bool is_same = now.count == entries->count;
    for (uint32_t i = 0; i < now.count && is_same; i++)
        is_same = now.rows[i].tape_id == entries->rows[i].tape_id;
    if (!is_same)
        *entries = now;
    return !is_same;
}

/* Returns OK · E_NO_DECK · what the newest failure to open one says. *is_whole: none failed. */
static enum tapemap_status open_newest_of(const char *space, const char *name,
                                          const struct catalogue_entries *entries,
                                          tapemap_tape **tape, bool *is_whole)
{
    tapemap_tape *newest = NULL;
    bool is_present = false; /* it is the one with a recorder: that is sure, clocks are not */
    enum tapemap_status failure = TAPEMAP_OK;

    for (uint32_t i = 0; i < entries->count; i++) {
        tapemap_tape *opened = NULL;
        if (strcmp(entries->rows[i].name, name) != 0)
            continue;
        enum tapemap_status status = open_row(space, &entries->rows[i], &opened);
        if (status) {
            failure = tape_failure_of(failure, status);
            continue;
        }
        /* A tape that a client still holds may stand beside its successor. */
        bool is_older = newest && newest->reader.tape.created_utc_ns >
                                      opened->reader.tape.created_utc_ns;
        if (is_present || (is_older && entries->rows[i].pid == 0)) {
            tapemap_close(opened);
            continue;
        }
        tapemap_close(newest);
        newest = opened;
        is_present = entries->rows[i].pid != 0;
    }
    *is_whole = newest && failure == TAPEMAP_OK;
    if (!newest)
        return tape_failure_of(failure, TAPEMAP_E_NO_DECK);
    *tape = newest;
    return TAPEMAP_OK;
}

static enum tapemap_status open_newest(const char *space, const char *name, tapemap_tape **tape)
{
    struct catalogue_entries entries;
    tapemap_tape *newest = NULL;
    unsigned tries = CHANGE_TRIES;
    bool is_whole;

    enum tapemap_status status = tape_catalogue_read(space, &entries);
    if (status)
        return status;
    do {
        tapemap_close(newest); /* perhaps an older one, beside one that could not be opened */
        newest = NULL;
        status = open_newest_of(space, name, &entries, &newest, &is_whole);
    } while (!is_whole && --tries > 0 && reread(space, &entries));
    if (status == TAPEMAP_OK)
        *tape = newest;
    return status;
}

enum tapemap_status tapemap_open_deck(const char *name, tapemap_tape **tape)
{
    enum tapemap_status failure = TAPEMAP_E_NO_DECK;

    if (!name || !tape || !deck_name_is_valid(name))
        return TAPEMAP_E_ARGUMENT;
    for (int i = 0; i < TAPE_SPACES; i++) {
        enum tapemap_status status = open_newest(tape_spaces[i], name, tape);
        if (status == TAPEMAP_OK)
            return TAPEMAP_OK;
        failure = tape_failure_of(failure, status);
    }
    return failure;
}

/* Its audio section exists, though perhaps not for us. */
static bool tape_exists(const char *space, uint64_t id)
{
    char name[OBJECT_NAME_BYTES];
    struct section section = {0};

    object_name_audio(name, space, id, 0);
    enum tapemap_status status = section_open(name, &section);
    section_close(&section);
    return status == TAPEMAP_OK || status == TAPEMAP_E_DENIED;
}

static void list_row(const struct catalogue_entry *entry, const char *space,
                     struct tapemap_deck *deck)
{
    memcpy(deck->name, entry->name, sizeof deck->name);
    tape_id_print(entry->tape_id, deck->tape_id);
    deck->recorder_pid = entry->pid;
    deck->is_global = strcmp(space, OBJECT_SPACE_GLOBAL) == 0;
}

/* Lists the tapes that exist, from row `*found` on. Returns false when one of them has gone. */
static bool list_rows(const char *space, const struct catalogue_entries *entries,
                      struct tapemap_deck *decks, size_t room, size_t *found)
{
    bool is_whole = true;

    for (uint32_t row = 0; row < entries->count; row++) {
        if (!tape_exists(space, entries->rows[row].tape_id)) {
            is_whole = false;
            continue;
        }
        if (*found < room)
            list_row(&entries->rows[row], space, &decks[*found]);
        *found += 1;
    }
    return is_whole;
}

enum tapemap_status tapemap_list_decks(struct tapemap_deck *decks, size_t room, size_t *count)
{
    struct catalogue_entries entries;
    enum tapemap_status failure = TAPEMAP_OK;
    size_t found = 0;

    if (!count || (!decks && room > 0))
        return TAPEMAP_E_ARGUMENT;
    for (int i = 0; i < TAPE_SPACES; i++) {
        size_t before = found;
        unsigned tries = CHANGE_TRIES;
        enum tapemap_status status = tape_catalogue_read(tape_spaces[i], &entries);
        failure = tape_failure_of(failure, status);
        while (!list_rows(tape_spaces[i], &entries, decks, room, &found) && --tries > 0 &&
               reread(tape_spaces[i], &entries))
            found = before;
    }
    if (found == 0 && failure)
        return failure;
    *count = found;
    return TAPEMAP_OK;
}
