/* SPDX-License-Identifier: MIT */
#include "check_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "commit_budget.h"
#include "deck_lock.h"
#include "file_paths.h"
#include "object_names.h"
#include "program.h"
#include "session_end.h"
#include "tapemap/layout.h"

#define PEER_PATIENCE_MS 3000u /* shorter than whoever started it has */
#define PEER_LOOK_MS 10u

static const char *const peer_words[] = {"read", "state", "handles", "hold", "own", "ctrl",
                                         "session"};

enum tapemap_status peer_start(const struct peer_config *config, struct child_process *peer,
                               struct failure *failure)
{
    char numbers[2][24];
    char *program = file_path_of_program();
    const char *arguments[] = {program,    "selftest", "--peer", peer_words[config->role],
                               numbers[0], numbers[1], NULL};
    const struct child_process_config child = {.arguments = arguments,
                                               .handles = config->handles,
                                               .handle_count = config->handle_count,
                                               .has_console = config->has_console};

    if (!program)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "the system does not say which program this is; close other programs");
    for (int i = 0; i < 2; i++)
        snprintf(numbers[i], sizeof numbers[i], "%llu", (unsigned long long)config->numbers[i]);
    enum tapemap_status status = child_process_start(&child, peer, failure);
    free(program);
    return status;
}

/* ---- A reader ------------------------------------------------------------------------------- */

/* Faults of the page that is being read, counted where they happen. */
static unsigned fault_count;

static LONG CALLBACK peer_take_fault(EXCEPTION_POINTERS *exception)
{
    DWORD code = exception->ExceptionRecord->ExceptionCode;

    if (code != EXCEPTION_ACCESS_VIOLATION && code != EXCEPTION_IN_PAGE_ERROR)
        return EXCEPTION_CONTINUE_SEARCH;
    if (++fault_count >= PEER_FAULTS_MOST)
        ExitProcess(PEER_WRONG + PEER_FAULTS_MOST);
    Sleep(1); /* and the same access once more */
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int peer_read(HANDLE section, HANDLE event)
{
    const unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    ULONGLONG begin = GetTickCount64();
    uint64_t next = 0;
    bool is_right = true;

    if (!view || !AddVectoredExceptionHandler(1, peer_take_fault))
        return PEER_CANNOT;
    const struct tapemap_shared_u64 *head = (const struct tapemap_shared_u64 *)(const void *)view;
    SetEvent(event);
    while (next < PEER_PAGES) {
        uint64_t count = load_acquire_u64(head);
        if (count == next && GetTickCount64() - begin > PEER_PATIENCE_MS)
            return PEER_CANNOT;
        for (; next < count && next < PEER_PAGES; next++) {
            const unsigned char *page = view + TAPEMAP_GRANULE_BYTES + next * TAPEMAP_PAGE_BYTES;
            is_right = is_right && load_relaxed_u64((const struct tapemap_shared_u64 *)
                                                    (const void *)page) == PEER_PAGE_VALUE(next);
        }
    }
    return (is_right ? PEER_FINE : PEER_WRONG) + (int)fault_count;
}

static int peer_state(HANDLE section, uint64_t offset)
{
    const unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    MEMORY_BASIC_INFORMATION area;

    if (!view || !VirtualQuery(view + offset, &area, sizeof area))
        return PEER_CANNOT;
    return area.State == MEM_COMMIT ? PEER_FINE : PEER_WRONG;
}

/* ---- Others --------------------------------------------------------------------------------- */

static int peer_handles(HANDLE given, HANDLE kept)
{
    if (!SetEvent(given))
        return PEER_CANNOT;
    /* The value may be that of another object of this process, but hardly of an event. */
    return SetEvent(kept) ? PEER_WRONG : PEER_FINE;
}

static int peer_hold(HANDLE event, uint64_t number)
{
    struct deck_lock *lock;
    struct failure failure;
    char deck[40];

    snprintf(deck, sizeof deck, "selftest-%llu", (unsigned long long)number);
    if (deck_lock_take(OBJECT_SPACE_LOCAL, deck, &lock, &failure) != TAPEMAP_OK)
        return PEER_CANNOT;
    SetEvent(event);
    Sleep(PEER_PATIENCE_MS);
    deck_lock_release(lock);
    return PEER_WRONG;
}

static int peer_own(HANDLE event, HANDLE mutex)
{
    if (WaitForSingleObject(mutex, PEER_PATIENCE_MS) != WAIT_OBJECT_0)
        return PEER_CANNOT;
    SetEvent(event);
    Sleep(PEER_PATIENCE_MS);
    ReleaseMutex(mutex);
    return PEER_WRONG;
}

static HANDLE was_interrupted;

static void peer_take_interrupt(void)
{
    SetEvent(was_interrupted);
}

/* Its console is its own: nobody else hears that. */
static int peer_ctrl(void)
{
    was_interrupted = CreateEventW(NULL, TRUE, FALSE, NULL);
    program_on_interrupt(peer_take_interrupt);
    if (!was_interrupted || !GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0))
        return PEER_CANNOT;
    return WaitForSingleObject(was_interrupted, PEER_PATIENCE_MS) == WAIT_OBJECT_0 ? PEER_FINE
                                                                                   : PEER_WRONG;
}

/* The window is made some time after the handler was set. */
static HWND peer_find_window(void)
{
    HWND window = NULL;
    DWORD owner = 0;

    for (DWORD waited = 0; waited < PEER_PATIENCE_MS; waited += PEER_LOOK_MS) {
        do {
            window = FindWindowExW(NULL, window, SESSION_END_CLASS, NULL);
            GetWindowThreadProcessId(window, &owner);
        } while (window && owner != GetCurrentProcessId());
        if (window)
            return window;
        Sleep(PEER_LOOK_MS);
    }
    return NULL;
}

/* Told by itself: nobody else's session ends. */
static int peer_session(void)
{
    DWORD_PTR agrees = 0;

    was_interrupted = CreateEventW(NULL, TRUE, FALSE, NULL);
    program_on_interrupt(peer_take_interrupt);
    HWND window = peer_find_window();
    if (!was_interrupted || !window)
        return PEER_CANNOT;
    if (!SendMessageTimeoutW(window, WM_QUERYENDSESSION, 0, (LPARAM)ENDSESSION_LOGOFF, SMTO_NORMAL,
                             PEER_PATIENCE_MS, &agrees) ||
        !agrees || !SendNotifyMessageW(window, WM_ENDSESSION, TRUE, (LPARAM)ENDSESSION_LOGOFF))
        return PEER_WRONG;
    bool is_heard = WaitForSingleObject(was_interrupted, PEER_PATIENCE_MS) == WAIT_OBJECT_0;
    return is_heard && program_session_ends() ? PEER_FINE : PEER_WRONG;
}

int peer_main(int count, char **words)
{
    uint64_t numbers[2];

    if (count != 3)
        return PEER_CANNOT;
    for (int i = 0; i < 2; i++)
        numbers[i] = strtoull(words[i + 1], NULL, 10);
    HANDLE first = (HANDLE)(uintptr_t)numbers[0];
    HANDLE second = (HANDLE)(uintptr_t)numbers[1];
    if (strcmp(words[0], peer_words[PEER_READ]) == 0)
        return peer_read(first, second);
    if (strcmp(words[0], peer_words[PEER_STATE]) == 0)
        return peer_state(first, numbers[1]);
    if (strcmp(words[0], peer_words[PEER_HANDLES]) == 0)
        return peer_handles(first, second);
    if (strcmp(words[0], peer_words[PEER_HOLD]) == 0)
        return peer_hold(first, numbers[1]);
    if (strcmp(words[0], peer_words[PEER_OWN]) == 0)
        return peer_own(first, second);
    if (strcmp(words[0], peer_words[PEER_SESSION]) == 0)
        return peer_session();
    return strcmp(words[0], peer_words[PEER_CTRL]) == 0 ? peer_ctrl() : PEER_CANNOT;
}
