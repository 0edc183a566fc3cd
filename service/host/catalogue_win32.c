/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "identity.h"
#include "object_names.h"
#include "security.h"
#include "system_error.h"
#include "wide.h"

#define CATALOGUE_NAME_WORDS (TAPEMAP_NAME_BYTES / 8)
#define CATALOGUE_LOCK_MS 5000
#define CATALOGUE_LOCK_ACCESS (SYNCHRONIZE | MUTEX_MODIFY_STATE | READ_CONTROL)

struct catalogue {
    HANDLE mutex;
    HANDLE section;
    struct tapemap_catalogue *view;
    const char *space;
    bool is_older; /* another recorder has made it */
};

static enum tapemap_status catalogue_fail(const char *what, DWORD code, struct failure *failure)
{
    char text[256];

    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "the catalogue of decks cannot be %s: %s; see who else records on this "
                       "machine", what, text);
}

/* A writer that died while it held the lock left a slot with an odd version, which the next writer
   of that slot mends; so an abandoned lock is as good as a free one. */
static bool catalogue_lock(struct catalogue *catalogue)
{
    DWORD result = WaitForSingleObject(catalogue->mutex, CATALOGUE_LOCK_MS);

    return result == WAIT_OBJECT_0 || result == WAIT_ABANDONED;
}

static enum tapemap_status catalogue_lock_fail(struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "another program has kept the catalogue of decks locked for %d s; end it",
                       CATALOGUE_LOCK_MS / 1000);
}

/* ---- Opening -------------------------------------------------------------------------------- */

/* An object could not be made, with `code`; `present`, to be closed here, is the one of that name
   that was there already, or NULL with the reason in GetLastError. */
static enum tapemap_status catalogue_judge_denied(const char *what, HANDLE present, DWORD code,
                                                  struct failure *failure)
{
    bool is_absent = !present && GetLastError() == ERROR_FILE_NOT_FOUND;
    enum tapemap_status status = TAPEMAP_OK;

    if (code == ERROR_ACCESS_DENIED && is_absent)
        return failure_set(failure, TAPEMAP_E_DENIED,
                           "%s cannot be made: this user may not make objects for all sessions; "
                           "leave --space global out, or give the user the right \"Create global "
                           "objects\"", what);
    if (code == ERROR_ACCESS_DENIED)
        status = security_check_owner(what, present, failure);
    if (present)
        CloseHandle(present);
    return status == TAPEMAP_OK ? catalogue_fail("opened", code, failure) : status;
}

static enum tapemap_status catalogue_make_mutex(struct catalogue *catalogue,
                                                struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];

    object_name_catalogue_lock(name, catalogue->space);
    wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES);
    SetLastError(ERROR_SUCCESS); /* success need not reset it */
    catalogue->mutex = CreateMutexExW(security_attributes(SECURITY_CATALOGUE_LOCK), wide_name, 0,
                                      CATALOGUE_LOCK_ACCESS);
    DWORD code = GetLastError();
    if (code == ERROR_ALREADY_EXISTS)
        return security_check_owner("the lock of the catalogue of decks", catalogue->mutex,
                                    failure);
    if (catalogue->mutex)
        return TAPEMAP_OK;
    return catalogue_judge_denied("the lock of the catalogue of decks",
                                  OpenMutexW(READ_CONTROL, FALSE, wide_name), code, failure);
}

static enum tapemap_status catalogue_map(struct catalogue *catalogue, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];
    enum tapemap_status status;
    DWORD code;

    object_name_catalogue(name, catalogue->space);
    wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES);
    SetLastError(ERROR_SUCCESS);
    catalogue->section = CreateFileMappingW(
        INVALID_HANDLE_VALUE, security_attributes(SECURITY_CATALOGUE), PAGE_READWRITE, 0,
        sizeof(struct tapemap_catalogue), wide_name);
    code = GetLastError();
    if (!catalogue->section)
        return catalogue_judge_denied("the catalogue of decks",
                                      OpenFileMappingW(READ_CONTROL, FALSE, wide_name), code,
                                      failure);
    catalogue->is_older = code == ERROR_ALREADY_EXISTS;
    status = catalogue->is_older ? security_check_owner("the catalogue of decks",
                                                        catalogue->section, failure)
                                 : TAPEMAP_OK;
    if (status != TAPEMAP_OK)
        return status;
    /* An older object keeps its size: a view of the full length fails when that is too short. */
    catalogue->view = MapViewOfFile(catalogue->section, FILE_MAP_WRITE, 0, 0,
                                    sizeof(struct tapemap_catalogue));
    return catalogue->view ? TAPEMAP_OK : catalogue_fail("mapped", GetLastError(), failure);
}

/* Under the lock. A fresh section is all zeros. */
static enum tapemap_status catalogue_adopt(struct catalogue *catalogue, struct failure *failure)
{
    struct tapemap_catalogue *view = catalogue->view;
    assert(view);
    uint64_t magic = load_acquire_u64(&view->magic);
    DWORD code = catalogue->is_older
                     ? security_admit_readers(SECURITY_CATALOGUE, catalogue->section)
                     : 0;

    if (code != 0)
        return catalogue_fail("opened to the --readers", code, failure);
    if (magic == 0) {
        view->signature = TAPEMAP_LAYOUT_SIGNATURE;
        store_release_u64(&view->magic, TAPEMAP_CATALOGUE_MAGIC);
        return TAPEMAP_OK;
    }
    if (magic == TAPEMAP_CATALOGUE_MAGIC && view->signature == TAPEMAP_LAYOUT_SIGNATURE)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_FOREIGN,
                       "the catalogue of decks was written by another version of tapemap; stop "
                       "the other recorders and readers, or use their version");
}

enum tapemap_status catalogue_open(const char *space, struct catalogue **catalogue,
                                   struct failure *failure)
{
    struct catalogue *made = calloc(1, sizeof *made);
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for the catalogue; close other programs");
    made->space = space;
    status = catalogue_make_mutex(made, failure);
    if (status == TAPEMAP_OK)
        status = catalogue_map(made, failure);
    if (status == TAPEMAP_OK && !catalogue_lock(made))
        status = catalogue_lock_fail(failure);
    else if (status == TAPEMAP_OK) {
        status = catalogue_adopt(made, failure);
        ReleaseMutex(made->mutex);
    }
    if (status != TAPEMAP_OK) {
        catalogue_close(made);
        return status;
    }
    *catalogue = made;
    return TAPEMAP_OK;
}

void catalogue_close(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    if (catalogue->view)
        UnmapViewOfFile(catalogue->view);
    if (catalogue->section)
        CloseHandle(catalogue->section);
    if (catalogue->mutex)
        CloseHandle(catalogue->mutex);
    free(catalogue);
}

/* ---- Slots; all under the lock -------------------------------------------------------------- */

/* A deck's name as the words of a slot: bytes little-endian, zeros behind. */
static void catalogue_pack(const char *deck, uint64_t words[CATALOGUE_NAME_WORDS])
{
    memset(words, 0, CATALOGUE_NAME_WORDS * sizeof words[0]);
    for (size_t i = 0; i < TAPEMAP_NAME_BYTES - 1 && deck[i] != '\0'; i++)
        words[i / 8] |= (uint64_t)(unsigned char)deck[i] << (8 * (i % 8));
}

static bool slot_is_of(const struct tapemap_catalogue_slot *slot,
                       const uint64_t words[CATALOGUE_NAME_WORDS])
{
    if (load_relaxed_u64(&slot->tape_id) == 0)
        return false;
    for (size_t i = 0; i < CATALOGUE_NAME_WORDS; i++) {
        if (load_relaxed_u64(&slot->name[i]) != words[i])
            return false;
    }
    return true;
}

/* Only "not found" proves that a tape has gone. */
static bool slot_tape_has_gone(const struct catalogue *catalogue,
                               const struct tapemap_catalogue_slot *slot)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];
    HANDLE section;

    object_name_audio(name, catalogue->space, load_relaxed_u64(&slot->tape_id), 0);
    wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES);
    section = OpenFileMappingW(FILE_MAP_READ, FALSE, wide_name);
    if (!section)
        return GetLastError() == ERROR_FILE_NOT_FOUND;
    CloseHandle(section);
    return false;
}

/* A deck that waits for its source has no tape yet, but a recorder. */
static bool slot_is_waiting(const struct tapemap_catalogue_slot *slot)
{
    uint32_t pid = (uint32_t)load_relaxed_u64(&slot->pid);

    return pid != 0 && identity_process_lives(pid);
}

/* The slot of the deck's newest tape: those of its older ones have no pid any more. */
static struct tapemap_catalogue_slot *catalogue_find(struct catalogue *catalogue,
                                                     const uint64_t *words)
{
    struct tapemap_catalogue_slot *slots = catalogue->view->slots;

    for (size_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (load_relaxed_u64(&slots[i].pid) != 0 && slot_is_of(&slots[i], words))
            return &slots[i];
    }
    return NULL;
}

/* Of a tape that is in the catalogue already; with id 0, a free slot. */
static struct tapemap_catalogue_slot *catalogue_find_tape(struct catalogue *catalogue,
                                                          uint64_t tape_id)
{
    struct tapemap_catalogue_slot *slots = catalogue->view->slots;

    for (size_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (load_relaxed_u64(&slots[i].tape_id) == tape_id)
            return &slots[i];
    }
    return NULL;
}

/* An older tape that is held still gives way at last: it can be opened by its id. */
static struct tapemap_catalogue_slot *catalogue_find_room(struct catalogue *catalogue)
{
    struct tapemap_catalogue_slot *slots = catalogue->view->slots;
    struct tapemap_catalogue_slot *unused = catalogue_find_tape(catalogue, 0);

    if (unused)
        return unused;
    for (size_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (slot_tape_has_gone(catalogue, &slots[i]) && !slot_is_waiting(&slots[i]))
            return &slots[i];
    }
    for (size_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (load_relaxed_u64(&slots[i].pid) == 0)
            return &slots[i];
    }
    return NULL;
}

/* Readers take what lies between two equal even versions. */
static void slot_write(struct tapemap_catalogue_slot *slot, const uint64_t *words,
                       uint64_t tape_id, uint32_t pid)
{
    uint64_t odd = load_relaxed_u64(&slot->version) | 1;

    exchange_u64(&slot->version, odd);
    store_relaxed_u64(&slot->tape_id, tape_id);
    store_relaxed_u64(&slot->pid, pid);
    for (size_t i = 0; i < CATALOGUE_NAME_WORDS; i++)
        store_relaxed_u64(&slot->name[i], words[i]);
    store_release_u64(&slot->version, odd + 1);
}

/* The slot for the newest tape of a deck. An older one that somebody holds keeps its own, without a
   pid, as long as there is room. */
static struct tapemap_catalogue_slot *catalogue_make_room(struct catalogue *catalogue,
                                                          const uint64_t *words, uint64_t tape_id)
{
    struct tapemap_catalogue_slot *old = catalogue_find(catalogue, words);
    struct tapemap_catalogue_slot *room = catalogue_find_tape(catalogue, tape_id);

    if (!room && old && slot_tape_has_gone(catalogue, old))
        return old;
    if (!room)
        room = catalogue_find_room(catalogue);
    if (!room || !old || room == old)
        return room ? room : old;
    slot_write(old, words, load_relaxed_u64(&old->tape_id), 0);
    return room;
}

enum tapemap_status catalogue_enter(struct catalogue *catalogue, const char *deck,
                                    uint64_t tape_id, uint32_t pid, struct failure *failure)
{
    uint64_t words[CATALOGUE_NAME_WORDS];
    struct tapemap_catalogue_slot *slot;

    catalogue_pack(deck, words);
    if (!catalogue_lock(catalogue))
        return catalogue_lock_fail(failure);
    slot = catalogue_make_room(catalogue, words, tape_id);
    if (slot)
        slot_write(slot, words, tape_id, pid);
    ReleaseMutex(catalogue->mutex);
    if (slot)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_FULL,
                       "all %u places of the catalogue are taken by decks with a tape; stop "
                       "one, and close the readers of its tape", TAPEMAP_CATALOGUE_SLOTS);
}

uint32_t catalogue_find_pid(struct catalogue *catalogue, const char *deck)
{
    uint64_t words[CATALOGUE_NAME_WORDS];
    struct tapemap_catalogue_slot *slot;
    uint32_t pid = 0;

    catalogue_pack(deck, words);
    if (!catalogue_lock(catalogue))
        return 0;
    slot = catalogue_find(catalogue, words);
    if (slot)
        pid = (uint32_t)load_relaxed_u64(&slot->pid);
    ReleaseMutex(catalogue->mutex);
    return pid;
}

uint64_t catalogue_find_tape_id(struct catalogue *catalogue, const char *deck, uint32_t pid)
{
    uint64_t words[CATALOGUE_NAME_WORDS];
    const struct tapemap_catalogue_slot *slot;
    uint64_t tape_id = 0;

    catalogue_pack(deck, words);
    if (!catalogue_lock(catalogue))
        return 0;
    slot = catalogue_find(catalogue, words);
    if (slot && load_relaxed_u64(&slot->pid) == pid)
        tape_id = load_relaxed_u64(&slot->tape_id);
    ReleaseMutex(catalogue->mutex);
    return tape_id;
}

size_t catalogue_list(struct catalogue *catalogue,
                      struct catalogue_recorder recorders[TAPEMAP_CATALOGUE_SLOTS])
{
    size_t count = 0;

    if (!catalogue_lock(catalogue))
        return 0;
    for (size_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        struct tapemap_catalogue_slot *slot = &catalogue->view->slots[i];
        struct catalogue_recorder *found = &recorders[count];
        uint64_t words[CATALOGUE_NAME_WORDS];

        found->pid = (uint32_t)load_relaxed_u64(&slot->pid);
        for (size_t word = 0; word < CATALOGUE_NAME_WORDS; word++)
            words[word] = load_relaxed_u64(&slot->name[word]);
        memcpy(found->deck, words, sizeof found->deck);
        found->deck[sizeof found->deck - 1] = '\0';
        if (found->pid != 0 && deck_name_is_valid(found->deck))
            count++;
    }
    ReleaseMutex(catalogue->mutex);
    return count;
}
