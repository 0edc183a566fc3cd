/* SPDX-License-Identifier: MIT */
/*
 * The lock is the existence of a named mutex, not its ownership: that names no thread, and a
 * process that is killed gives it back at once.
 */
#include "deck_lock.h"

#include <stdlib.h>
#include <windows.h>

#include "object_names.h"
#include "security.h"
#include "system_error.h"
#include "wide.h"

struct deck_lock {
    HANDLE mutex;
};

enum tapemap_status deck_lock_take(const char *space, const char *deck, struct deck_lock **lock,
                                   struct failure *failure)
{
    struct deck_lock *made = calloc(1, sizeof *made);
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];
    char text[256];
    DWORD code = ERROR_INVALID_NAME;
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a lock; close other programs");
    object_name_deck(name, space, deck);
    if (wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES)) {
        SetLastError(ERROR_SUCCESS); /* success need not reset it */
        made->mutex = CreateMutexExW(security_attributes(SECURITY_DECK_LOCK), wide_name, 0,
                                     READ_CONTROL);
        code = GetLastError();
    }
    if (made->mutex && code != ERROR_ALREADY_EXISTS) {
        *lock = made;
        return TAPEMAP_OK;
    }
    if (code == ERROR_ALREADY_EXISTS || code == ERROR_ACCESS_DENIED) {
        status = security_check_owner("the lock of the deck", made->mutex, failure);
        deck_lock_release(made);
        return status == TAPEMAP_OK ? TAPEMAP_E_BUSY : status;
    }
    deck_lock_release(made);
    system_error_text(code, text, sizeof text);
    return failure_set(failure, TAPEMAP_E_SYSTEM, "the deck cannot be locked: %s; choose another "
                       "name", text);
}

void deck_lock_release(struct deck_lock *lock)
{
    if (!lock)
        return;
    if (lock->mutex)
        CloseHandle(lock->mutex);
    free(lock);
}
