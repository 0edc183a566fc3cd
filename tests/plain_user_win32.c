/* SPDX-License-Identifier: MIT */
#include "plain_user_win32.h"

#include <windows.h>

#include <sddl.h>

#include "object_owner.h"
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

static HANDLE plain_user_open_file(const wchar_t *name, DWORD access)
{
    HANDLE file = CreateFileW(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                              0, NULL);

    return file == INVALID_HANDLE_VALUE ? NULL : file;
}

static HANDLE plain_user_serve(const wchar_t *name)
{
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE,
                                   PIPE_UNLIMITED_INSTANCES, 0, 0, 0, NULL);

    return pipe == INVALID_HANDLE_VALUE ? NULL : pipe;
}

static HANDLE plain_user_open(const wchar_t *name, enum plain_user_act act)
{
    switch (act) {
    case PLAIN_USER_READS_SECTION: return OpenFileMappingW(FILE_MAP_READ, FALSE, name);
    case PLAIN_USER_WRITES_SECTION: return OpenFileMappingW(FILE_MAP_WRITE, FALSE, name);
    case PLAIN_USER_WAITS_ON_EVENT: return OpenEventW(SYNCHRONIZE, FALSE, name);
    case PLAIN_USER_SETS_EVENT: return OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
    case PLAIN_USER_TAKES_MUTEX: return OpenMutexW(SYNCHRONIZE | MUTEX_MODIFY_STATE, FALSE, name);
    case PLAIN_USER_TALKS_TO_PIPE: return plain_user_open_file(name, OBJECT_CONTROL_PIPE_ACCESS);
    case PLAIN_USER_SERVES_PIPE: return plain_user_serve(name);
    case PLAIN_USER_READS_FILE: return plain_user_open_file(name, GENERIC_READ);
    case PLAIN_USER_WRITES_FILE: return plain_user_open_file(name, GENERIC_WRITE);
    }
    return NULL;
}

unsigned long plain_user_begin(void)
{
    HANDLE token = plain_user_token();
    unsigned long code = token && ImpersonateLoggedOnUser(token) ? 0 : GetLastError();

    if (token)
        CloseHandle(token);
    return code;
}

void plain_user_end(void)
{
    RevertToSelf();
}

unsigned long plain_user_opens(const char *name, enum plain_user_act act)
{
    wchar_t wide_name[MAX_PATH];
    HANDLE opened;
    unsigned long code;

    if (!wide_from_utf8(name, wide_name, MAX_PATH))
        return ERROR_INVALID_NAME;
    code = plain_user_begin();
    if (code != 0)
        return code;
    opened = plain_user_open(wide_name, act);
    code = opened ? 0 : GetLastError();
    plain_user_end();
    if (opened)
        CloseHandle(opened);
    return code;
}
