/* SPDX-License-Identifier: MIT */
#include <windows.h>

#include <sddl.h>
#include <stddef.h>
#include <wchar.h>

#include "security.h"

#define SECURITY_KINDS 3

static SECURITY_ATTRIBUTES attributes[SECURITY_KINDS]; /* nLength 0: not built yet */

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

/* P: nothing is inherited. Returns NULL on failure. */
static PSECURITY_DESCRIPTOR security_descriptor(const wchar_t *rights)
{
    static const wchar_t form[] = L"D:P(A;;%ls;;;%ls)(A;;GA;;;BA)(A;;GA;;;SY)";
    wchar_t text[256];
    wchar_t *sid = security_user_sid();
    PSECURITY_DESCRIPTOR descriptor = NULL;

    if (!sid)
        return NULL;
    if (swprintf(text, sizeof text / sizeof text[0], form, rights, sid) > 0 &&
        !ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        descriptor = NULL;
    LocalFree(sid);
    return descriptor;
}

void *security_attributes(enum security_kind kind)
{
    static const wchar_t *const rights[SECURITY_KINDS] = {
        L"0x5",      /* SECTION_MAP_READ | SECTION_QUERY */
        L"0x100000", /* SYNCHRONIZE */
        L"GA",
    };
    SECURITY_ATTRIBUTES *made = &attributes[kind];

    if (made->nLength == 0) {
        made->nLength = sizeof *made;
        made->lpSecurityDescriptor = security_descriptor(rights[kind]);
    }
    return made->lpSecurityDescriptor ? made : NULL;
}
