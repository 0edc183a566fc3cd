/* SPDX-License-Identifier: MIT */
#include "plain_user_win32.h"

#include <windows.h>

#include <sddl.h>

#include "object_names.h"
#include "wide.h"

/* A token to impersonate; NULL on failure. */
static HANDLE plain_user_token(void)
{
    SID_AND_ATTRIBUTES administrators = {NULL, 0};
    HANDLE own = NULL;
    HANDLE plain = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &own))
        return NULL;
    if (!ConvertStringSidToSidW(L"BA", &administrators.Sid) ||
        !CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 1, &administrators, 0, NULL, 0, NULL,
                               &plain))
        plain = NULL;
    LocalFree(administrators.Sid);
    CloseHandle(own);
    return plain;
}

static HANDLE plain_user_open(const wchar_t *name, enum plain_user_act act)
{
    switch (act) {
    case PLAIN_USER_READS_SECTION: return OpenFileMappingW(FILE_MAP_READ, FALSE, name);
    case PLAIN_USER_WRITES_SECTION: return OpenFileMappingW(FILE_MAP_WRITE, FALSE, name);
    case PLAIN_USER_WAITS_ON_EVENT: return OpenEventW(SYNCHRONIZE, FALSE, name);
    case PLAIN_USER_SETS_EVENT: return OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
    case PLAIN_USER_TAKES_MUTEX: return OpenMutexW(SYNCHRONIZE | MUTEX_MODIFY_STATE, FALSE, name);
    }
    return NULL;
}

unsigned long plain_user_opens(const char *name, enum plain_user_act act)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];
    HANDLE token = plain_user_token();
    HANDLE opened = NULL;
    unsigned long code;

    if (token && wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES) &&
        ImpersonateLoggedOnUser(token)) {
        opened = plain_user_open(wide_name, act);
        code = opened ? 0 : GetLastError();
        RevertToSelf();
    } else {
        code = GetLastError();
    }
    if (opened)
        CloseHandle(opened);
    if (token)
        CloseHandle(token);
    return code;
}
