/* SPDX-License-Identifier: MIT */
#include "login_session.h"

#include <windows.h>

bool login_session_find(uint32_t *id)
{
    DWORD session = 0;
    BOOL is_told = ProcessIdToSessionId(GetCurrentProcessId(), &session);

    *id = is_told ? session : 0;
    return is_told != 0;
}

bool login_session_is_of_no_user(void)
{
    uint32_t id;

    return login_session_find(&id) && id == 0;
}
