/* SPDX-License-Identifier: MIT */
/* Names of objects, how long they live, and who may open what is behind them. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "check_support.h"
#include "deck_lock.h"
#include "identity.h"
#include "login_session.h"
#include "object_names.h"
#include "object_owner.h"
#include "pagefile_store.h"
#include "reader_count.h"
#include "wake_events.h"
#include "wide.h"

#define NAMES_BYTES (UINT64_C(1) << 20)
#define NAMES_PATIENCE_MS 3000u
#define NAMES_EVENT_QUERY 0x1u /* EVENT_QUERY_STATE, which not all headers have */

/* 0 or an error code. */
static DWORD try_section(const char *name, DWORD access)
{
    wchar_t wide[OBJECT_NAME_BYTES];

    if (!wide_from_utf8(name, wide, OBJECT_NAME_BYTES))
        return ERROR_INVALID_NAME;
    HANDLE opened = OpenFileMappingW(access, FALSE, wide);
    if (!opened)
        return GetLastError();
    CloseHandle(opened);
    return 0;
}

static DWORD try_event(const char *name, DWORD access)
{
    wchar_t wide[OBJECT_NAME_BYTES];

    if (!wide_from_utf8(name, wide, OBJECT_NAME_BYTES))
        return ERROR_INVALID_NAME;
    HANDLE opened = OpenEventW(access, FALSE, wide);
    if (!opened)
        return GetLastError();
    CloseHandle(opened);
    return 0;
}

static void name_lives_with_handles(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    HANDLE other;
    void *view;

    (void)place;
    if (!check_section_make(NAMES_BYTES, &section, finding))
        return;
    if (!check_map(section.store, 0, TAPEMAP_GRANULE_BYTES, &view, finding) ||
        !DuplicateHandle(GetCurrentProcess(), pagefile_store_section(section.store),
                         GetCurrentProcess(), &other, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
        store_destroy(section.store);
        return;
    }
    store_destroy(section.store);
    DWORD held = try_section(section.name, FILE_MAP_READ);
    CloseHandle(other);
    DWORD viewed = try_section(section.name, FILE_MAP_READ);
    UnmapViewOfFile(view);
    finding_set(finding, held == 0 && viewed == ERROR_FILE_NOT_FOUND ? FINDING_HOLDS
                                                                     : FINDING_DIFFERS,
                "opening it with a handle left: %s; with only a view left: %s",
                check_outcome(held).text, check_outcome(viewed).text);
}

static void taken_name_is_told(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    struct store *second = NULL;
    struct failure failure;

    (void)place;
    if (!check_section_make(NAMES_BYTES, &section, finding))
        return;
    enum tapemap_status status =
        pagefile_store_create(section.name, 2 * NAMES_BYTES, &second, &failure);
    finding_set(finding, status == TAPEMAP_E_BUSY ? FINDING_HOLDS : FINDING_DIFFERS, "%s",
                status == TAPEMAP_E_BUSY ? "a second section of that name was refused"
                : status == TAPEMAP_OK   ? "a second section of that name was made"
                                         : failure.text);
    store_destroy(second);
    store_destroy(section.store);
}

static void readers_only_read(const struct check_place *place, struct finding *finding)
{
    struct check_section section;

    (void)place;
    if (!check_section_make(NAMES_BYTES, &section, finding))
        return;
    if (check_become_plain(finding)) {
        DWORD read = try_section(section.name, SECTION_MAP_READ);
        DWORD write = try_section(section.name, SECTION_MAP_WRITE);
        DWORD all = try_section(section.name, SECTION_ALL_ACCESS);
        check_become_self();
        finding_set(finding, read == 0 && write == ERROR_ACCESS_DENIED && all == ERROR_ACCESS_DENIED
                                 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "to read (0x4): %s, to write (0x2): %s, with all rights: %s",
                    check_outcome(read).text, check_outcome(write).text, check_outcome(all).text);
    }
    store_destroy(section.store);
}

/* The two events of a tape that nobody else has. */
static struct wake_events *make_events(uint64_t *id, struct finding *finding)
{
    struct wake_events *events;
    struct failure failure;

    if (identity_new_tape(id, &failure) == TAPEMAP_OK &&
        wake_events_create(OBJECT_SPACE_LOCAL, *id, false, &events, &failure) == TAPEMAP_OK)
        return events;
    finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
    return NULL;
}

static void events_are_for_waiting(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    uint64_t id;
    struct wake_events *events = make_events(&id, finding);

    (void)place;
    if (!events)
        return;
    object_name_event(name, OBJECT_SPACE_LOCAL, id, 0);
    if (check_become_plain(finding)) {
        DWORD wait = try_event(name, SYNCHRONIZE);
        DWORD ask = try_event(name, NAMES_EVENT_QUERY);
        DWORD all = try_event(name, EVENT_ALL_ACCESS);
        check_become_self();
        bool is_kept = ask == ERROR_ACCESS_DENIED && all == ERROR_ACCESS_DENIED;
        finding_set(finding, wait == 0 && is_kept ? FINDING_HOLDS
                             : wait == 0          ? FINDING_HARMLESS
                                                  : FINDING_DIFFERS,
                    "to wait: %s, to ask for its state: %s, with all rights: %s%s",
                    check_outcome(wait).text, check_outcome(ask).text, check_outcome(all).text,
                    wait == 0 && !is_kept
                        ? "; who sets it for others wakes them for nothing, no more" : "");
    }
    wake_events_destroy(events);
}

static bool has_global_privilege(bool *has)
{
    PRIVILEGE_SET wanted = {.PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY};
    HANDLE token;
    BOOL is_held = FALSE;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    bool is_told = LookupPrivilegeValueW(NULL, L"SeCreateGlobalPrivilege",
                                         &wanted.Privilege[0].Luid) &&
                   PrivilegeCheck(token, &wanted, &is_held);
    CloseHandle(token);
    *has = is_held;
    return is_told;
}

static void global_takes_privilege(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    struct store *store = NULL;
    struct failure failure;
    uint64_t id;
    bool has_privilege = false;

    (void)place;
    if (identity_new_tape(&id, &failure) != TAPEMAP_OK || !has_global_privilege(&has_privilege)) {
        check_untested(finding, "asking for SeCreateGlobalPrivilege", GetLastError());
        return;
    }
    object_name_audio(name, OBJECT_SPACE_GLOBAL, id, 0);
    bool is_made = pagefile_store_create(name, NAMES_BYTES, &store, &failure) == TAPEMAP_OK;
    bool is_found = is_made && try_section(name, FILE_MAP_READ) == 0;
    store_destroy(store);
    enum finding_verdict verdict = is_made == has_privilege && is_found == is_made ? FINDING_HOLDS
                                   : is_found ? FINDING_HARMLESS
                                              : FINDING_DIFFERS;
    finding_set(finding, verdict, "this user %s the privilege, and a section in Global\\ %s%s",
                has_privilege ? "has" : "has not", is_made ? "was made" : "was refused",
                verdict == FINDING_HARMLESS ? "; more is allowed than on Windows" : "");
}

static void namespaces_are_apart(const struct check_place *place, struct finding *finding)
{
    struct check_section section;
    char name[OBJECT_NAME_BYTES];

    (void)place;
    if (!check_section_make(NAMES_BYTES, &section, finding))
        return;
    snprintf(name, sizeof name, "Global\\%s", section.name + sizeof "Local\\" - 1);
    DWORD code = try_section(name, FILE_MAP_READ);
    store_destroy(section.store);
    if (login_session_is_of_no_user())
        finding_set(finding, FINDING_UNTESTED, "in session 0 both are one");
    else
        finding_set(finding, code == ERROR_FILE_NOT_FOUND ? FINDING_HOLDS : FINDING_HARMLESS,
                    "a name of Local\\, looked for in Global\\: %s%s", check_outcome(code).text,
                    code == 0 ? "; ids are random, so no tape is taken for another" : "");
}

/* ---- Processes ------------------------------------------------------------------------------ */

static DWORD try_lock(const char *deck)
{
    struct deck_lock *lock;
    struct failure failure;

    if (deck_lock_take(OBJECT_SPACE_LOCAL, deck, &lock, &failure) != TAPEMAP_OK)
        return ERROR_BUSY;
    deck_lock_release(lock);
    return 0;
}

static void lock_goes_with_process(const struct check_place *place, struct finding *finding)
{
    HANDLE ready = CreateEventW(NULL, TRUE, FALSE, NULL);
    const struct peer_config config = {.role = PEER_HOLD,
                                       .numbers = {(uintptr_t)ready, GetCurrentProcessId()},
                                       .handles = {ready}, .handle_count = 1};
    struct child_process holder;
    struct failure failure;
    uint32_t code;
    char deck[40];

    (void)place;
    snprintf(deck, sizeof deck, "selftest-%lu", GetCurrentProcessId());
    if (!ready || peer_start(&config, &holder, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "the other process could not be started");
        return;
    }
    bool has_it = WaitForSingleObject(ready, NAMES_PATIENCE_MS) == WAIT_OBJECT_0;
    DWORD before = try_lock(deck);
    TerminateProcess(holder.handle, PEER_CANNOT);
    child_process_await(&holder, NAMES_PATIENCE_MS, &code);
    DWORD after = try_lock(deck);
    child_process_close(&holder);
    CloseHandle(ready);
    if (!has_it)
        finding_set(finding, FINDING_UNTESTED, "the other process did not begin");
    else
        finding_set(finding, before != 0 && after == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "a deck's lock was %s while its process lived, and %s when that was killed",
                    before ? "taken" : "free", after ? "taken" : "free");
}

static void only_listed_is_inherited(const struct check_place *place, struct finding *finding)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE listed = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE other = CreateEventW(&inherited, TRUE, FALSE, NULL);
    const struct peer_config config = {.role = PEER_HANDLES,
                                       .numbers = {(uintptr_t)listed, (uintptr_t)other},
                                       .handles = {listed}, .handle_count = 1};
    uint32_t code;

    (void)place;
    if (listed && other && check_peer_run(&config, &code, finding)) {
        bool has_other = WaitForSingleObject(other, 0) == WAIT_OBJECT_0;
        bool has_listed = WaitForSingleObject(listed, 0) == WAIT_OBJECT_0;
        finding_set(finding, has_listed && !has_other ? FINDING_HOLDS : FINDING_DIFFERS,
                    "a child %s the handle that was listed, and %s one that was not",
                    has_listed ? "has" : "has not", has_other ? "has" : "has not");
    }
    if (listed)
        CloseHandle(listed);
    if (other)
        CloseHandle(other);
}

static void handles_are_counted(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide[OBJECT_NAME_BYTES];
    uint64_t id;
    uint64_t alone = UINT64_MAX;
    uint64_t with_one = UINT64_MAX;
    struct wake_events *events = make_events(&id, finding);

    (void)place;
    if (!events)
        return;
    object_name_event(name, OBJECT_SPACE_LOCAL, id, 0);
    wide_from_utf8(name, wide, OBJECT_NAME_BYTES);
    reader_count_handles(wake_events_handle(events, 0), &alone);
    HANDLE reader = OpenEventW(SYNCHRONIZE, FALSE, wide);
    reader_count_handles(wake_events_handle(events, 0), &with_one);
    if (reader)
        CloseHandle(reader);
    wake_events_destroy(events);
    finding_set(finding, alone == 0 && with_one == 1 ? FINDING_HOLDS : FINDING_DIFFERS,
                "%lld others alone, %lld with one reader", (long long)alone, (long long)with_one);
}

static void owner_is_told(const struct check_place *place, struct finding *finding)
{
    char owner[256];
    uint64_t id;
    struct wake_events *events = make_events(&id, finding);

    (void)place;
    if (!events)
        return;
    bool is_trusted = object_owner_is_trusted(wake_events_handle(events, 0), owner, sizeof owner);
    wake_events_destroy(events);
    finding_set(finding, is_trusted ? FINDING_HOLDS : FINDING_DIFFERS,
                "what this user makes is %s", is_trusted ? "his own" : "somebody else's");
}

static void wait_for_abandoned(HANDLE mutex, HANDLE ready, struct finding *finding)
{
    const struct peer_config config = {.role = PEER_OWN,
                                       .numbers = {(uintptr_t)ready, (uintptr_t)mutex},
                                       .handles = {ready, mutex}, .handle_count = 2};
    struct child_process owner;
    struct failure failure;
    uint32_t code;

    if (peer_start(&config, &owner, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "the other process could not be started");
        return;
    }
    bool has_it = WaitForSingleObject(ready, NAMES_PATIENCE_MS) == WAIT_OBJECT_0;
    TerminateProcess(owner.handle, PEER_CANNOT);
    child_process_await(&owner, NAMES_PATIENCE_MS, &code);
    DWORD result = WaitForSingleObject(mutex, NAMES_PATIENCE_MS);
    child_process_close(&owner);
    if (!has_it)
        finding_set(finding, FINDING_UNTESTED, "the other process did not begin");
    else
        finding_set(finding, result == WAIT_ABANDONED ? FINDING_HOLDS : FINDING_DIFFERS,
                    "the wait for a mutex whose owner was killed gave 0x%lx", result);
}

static void abandoned_mutex_is_told(const struct check_place *place, struct finding *finding)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);
    HANDLE ready = CreateEventW(NULL, TRUE, FALSE, NULL);

    (void)place;
    if (mutex && ready)
        wait_for_abandoned(mutex, ready, finding);
    else
        check_untested(finding, "making a mutex and an event", GetLastError());
    if (ready)
        CloseHandle(ready);
    if (mutex)
        CloseHandle(mutex);
}

static const struct check rows[] = {
    {{"N1", "a name lives as long as a handle, and no longer",
      "an old recording may stand in the way of a new one"}, 2000, name_lives_with_handles},
    {{"N2", "a name that is taken is told",
      "two recorders may write into one tape"}, 2000, taken_name_is_told},
    {{"N3", "sections open for reading, and for nothing else",
      "other programs can change a recording"}, 2000, readers_only_read},
    {{"N4", "events open for waiting, and for no more than the user's programs need",
      "readers cannot wait, and look every few milliseconds"}, 2000, events_are_for_waiting},
    {{"N5", "who has the privilege, and nobody else, makes objects in Global\\",
      "--space global does not work"}, 2000, global_takes_privilege},
    {{"N6", "Local\\ and Global\\ are two namespaces",
      ""}, 2000, namespaces_are_apart},
    {{"N7", "the lock of a deck goes with its process",
      "a deck cannot be recorded again after a crash"}, 8000, lock_goes_with_process},
    {{"N8", "a child inherits the handles that are listed, and no others",
      "a tape may stay in memory as long as some other program runs"}, 6000,
     only_listed_is_inherited},
    {{"N9", "the handles of an object are counted", "the number of readers shown is wrong"}, 2000,
     handles_are_counted},
    {{"N10", "the owner of an object is told", "recorders refuse to start, or to be controlled"},
     2000, owner_is_told},
    {{"N11", "a mutex goes to the next when its owner has died",
      "after a crash no deck can be entered into the catalogue"}, 8000, abandoned_mutex_is_told},
};

const struct check *check_name_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
