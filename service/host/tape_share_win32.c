/* SPDX-License-Identifier: MIT */
#include "tape_share.h"

#include <stdlib.h>

#include <windows.h>

struct tape_share {
    SRWLOCK lock;
    struct tape_handles handles;
    uint64_t asked_clock; /* when somebody asked for it last */
    HANDLE held; /* manual-reset event */
};

#define HOLDER_PATIENCE_SECONDS 4u

struct tape_share *tape_share_create(void)
{
    struct tape_share *share = calloc(1, sizeof *share);

    if (!share)
        return NULL;
    InitializeSRWLock(&share->lock);
    share->held = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (share->held)
        return share;
    free(share);
    return NULL;
}

void tape_share_destroy(struct tape_share *share)
{
    if (!share)
        return;
    CloseHandle(share->held);
    free(share);
}

void tape_share_offer(struct tape_share *share, const struct tape_handles *handles, bool is_held)
{
    AcquireSRWLockExclusive(&share->lock);
    share->handles = handles ? *handles : (struct tape_handles){0};
    if (is_held)
        SetEvent(share->held);
    else
        ResetEvent(share->held);
    ReleaseSRWLockExclusive(&share->lock);
}

struct tape_handles tape_share_get(struct tape_share *share, uint64_t clock)
{
    AcquireSRWLockExclusive(&share->lock);
    struct tape_handles handles = share->handles;
    share->asked_clock = clock;
    ReleaseSRWLockExclusive(&share->lock);
    return handles;
}

bool tape_share_has_holder(struct tape_share *share, uint64_t clock, uint64_t clock_hz)
{
    AcquireSRWLockShared(&share->lock);
    uint64_t asked_clock = share->asked_clock;
    ReleaseSRWLockShared(&share->lock);
    return tape_share_wait(share, 0) && asked_clock != 0 &&
           (clock < asked_clock || clock - asked_clock < HOLDER_PATIENCE_SECONDS * clock_hz);
}

enum tapemap_status tape_share_confirm(struct tape_share *share, uint64_t tape_id,
                                       struct failure *failure)
{
    AcquireSRWLockExclusive(&share->lock);
    bool is_it = tape_id != 0 && share->handles.tape_id == tape_id;
    if (is_it)
        SetEvent(share->held);
    ReleaseSRWLockExclusive(&share->lock);
    return is_it ? TAPEMAP_OK
                 : failure_set(failure, TAPEMAP_E_NO_TAPE,
                               "that is not the tape that the deck has in memory now; ask again "
                               "with 'hold'");
}

bool tape_share_wait(struct tape_share *share, uint32_t timeout_ms)
{
    return WaitForSingleObject(share->held, timeout_ms) == WAIT_OBJECT_0;
}
