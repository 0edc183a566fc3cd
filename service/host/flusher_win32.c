/* SPDX-License-Identifier: MIT */
#include "flusher.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

#include "say.h"
#include "tapemap/tapemap.h"

struct flusher {
    struct tape *tape;
    DWORD pause_ms;
    HANDLE stop; /* set: end */
    HANDLE thread;
};

static void flush_once(struct flusher *flusher, bool *has_complained)
{
    enum tapemap_status status = tape_flush(flusher->tape);

    if (status == TAPEMAP_OK) {
        *has_complained = false;
    } else if (!*has_complained) {
        say("flushing deck '%s' to the disk: %s; recording goes on, but see whether the disk is "
            "well", tape_control(flusher->tape)->deck_name, tapemap_status_text(status));
        *has_complained = true;
    }
}

static unsigned __stdcall flusher_main(void *context)
{
    struct flusher *flusher = context;
    bool has_complained = false;

    while (WaitForSingleObject(flusher->stop, flusher->pause_ms) == WAIT_TIMEOUT)
        flush_once(flusher, &has_complained);
    return 0;
}

static void flusher_destroy(struct flusher *flusher)
{
    if (flusher->thread)
        CloseHandle(flusher->thread);
    if (flusher->stop)
        CloseHandle(flusher->stop);
    free(flusher);
}

enum tapemap_status flusher_start(struct tape *tape, uint64_t pause_ns, struct flusher **flusher,
                                  struct failure *failure)
{
    struct flusher *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->tape = tape;
    made->pause_ms = (DWORD)(pause_ns / 1000000);
    made->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (made->stop)
        made->thread = (HANDLE)_beginthreadex(NULL, 0, flusher_main, made, 0, NULL);
    if (!made->thread) {
        flusher_destroy(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the thread that flushes the file cannot be started; close other "
                           "programs");
    }
    *flusher = made;
    return TAPEMAP_OK;
}

bool flusher_stop(struct flusher *flusher, uint32_t patience_ms)
{
    if (!flusher)
        return true;
    SetEvent(flusher->stop);
    if (WaitForSingleObject(flusher->thread, patience_ms) != WAIT_OBJECT_0)
        return false;
    flusher_destroy(flusher);
    return true;
}
