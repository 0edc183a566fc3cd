/* SPDX-License-Identifier: MIT */
#include <windows.h>

#include <sddl.h>
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "security.h"

static SECURITY_ATTRIBUTES attributes;
static bool is_built;

/* The user of this process as an S-1-... text, to be freed with LocalFree; NULL on failure. */
static wchar_t *security_user_sid(void)
{
    union {
        TOKEN_USER user;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } information;
    wchar_t *text = NULL;
    DWORD bytes;
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    if (GetTokenInformation(token, TokenUser, &information, sizeof information, &bytes) &&
        !ConvertSidToStringSidW(information.user.User.Sid, &text))
        text = NULL;
    CloseHandle(token);
    return text;
}

void *security_attributes(void)
{
    /* P: nothing is inherited. Rights: all, to the user, to the administrators, to the system. */
    static const wchar_t form[] = L"D:P(A;;GA;;;%ls)(A;;GA;;;BA)(A;;GA;;;SY)";
    wchar_t text[256];
    wchar_t *sid;

    if (is_built)
        return attributes.lpSecurityDescriptor ? &attributes : NULL;
    is_built = true;
    attributes.nLength = sizeof attributes;
    sid = security_user_sid();
    if (!sid)
        return NULL;
    if (swprintf(text, sizeof text / sizeof text[0], form, sid) > 0 &&
        !ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL))
        attributes.lpSecurityDescriptor = NULL;
    LocalFree(sid);
    return attributes.lpSecurityDescriptor ? &attributes : NULL;
}
