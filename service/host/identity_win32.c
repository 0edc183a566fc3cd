/* SPDX-License-Identifier: MIT */
#include <windows.h>

#include <bcrypt.h>

#include "identity.h"

uint32_t identity_pid(void)
{
    return GetCurrentProcessId();
}

bool identity_process_lives(uint32_t pid)
{
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, pid);
    bool lives;

    if (!process)
        return GetLastError() == ERROR_ACCESS_DENIED;
    lives = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return lives;
}

enum tapemap_status identity_new_tape(uint64_t *tape_id, struct failure *failure)
{
    uint64_t id = 0;

    while (id == 0) {
        NTSTATUS result = BCryptGenRandom(NULL, (PUCHAR)&id, sizeof id,
                                          BCRYPT_USE_SYSTEM_PREFERRED_RNG);
        if (result < 0)
            return failure_set(failure, TAPEMAP_E_SYSTEM,
                               "the system gives no random numbers (status %08lx); restart it",
                               (unsigned long)result);
    }
    *tape_id = id;
    return TAPEMAP_OK;
}
