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

/* Returns 0 or a system error code. */
static LSTATUS identity_read_log_on(HKEY key, uint64_t *id)
{
    DWORD bytes = sizeof *id;

    return RegGetValueW(key, NULL, L"id", RRF_RT_REG_QWORD, NULL, id, &bytes);
}

uint64_t identity_log_on(void)
{
    struct failure ignored;
    uint64_t id = 0;
    HKEY key;

    if (RegCreateKeyExW(HKEY_CURRENT_USER, L"Software\\tapemap\\log-on", 0, NULL,
                        REG_OPTION_VOLATILE, KEY_QUERY_VALUE | KEY_SET_VALUE, NULL, &key,
                        NULL) != 0)
        return 0;
    if (identity_read_log_on(key, &id) != 0 && identity_new_tape(&id, &ignored) == TAPEMAP_OK &&
        RegSetValueExW(key, L"id", 0, REG_QWORD, (const BYTE *)&id, sizeof id) != 0)
        id = 0;
    RegCloseKey(key);
    return id;
}
