/* SPDX-License-Identifier: MIT */
#include "object_owner.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include "system_error.h"
#include "wide.h"

static bool owner_is(PSID owner, HANDLE token, TOKEN_INFORMATION_CLASS whom)
{
    union {
        TOKEN_USER user; /* its first member is what TOKEN_OWNER consists of */
        TOKEN_OWNER owner;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } information;
    DWORD bytes;

    return GetTokenInformation(token, whom, &information, sizeof information, &bytes) &&
           EqualSid(owner, information.owner.Owner);
}

/* What a process makes belongs to its user, unless its token says otherwise: that of a group, for
   administrators, and for everybody under Wine. */
static bool owner_is_like_ours(PSID owner)
{
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    bool is_ours = owner_is(owner, token, TokenUser) || owner_is(owner, token, TokenOwner);
    CloseHandle(token);
    return is_ours;
}

/* LocalService, NetworkService, or a service's own account, NT SERVICE\\name (S-1-5-80-...). */
static bool owner_is_service(PSID owner)
{
    static const SID_IDENTIFIER_AUTHORITY nt = SECURITY_NT_AUTHORITY;

    if (IsWellKnownSid(owner, WinLocalServiceSid) || IsWellKnownSid(owner, WinNetworkServiceSid))
        return true;
    return memcmp(GetSidIdentifierAuthority(owner), &nt, sizeof nt) == 0 &&
           *GetSidSubAuthorityCount(owner) == SECURITY_SERVICE_ID_RID_COUNT &&
           *GetSidSubAuthority(owner, 0) == SECURITY_SERVICE_ID_BASE_RID;
}

static void owner_name(PSID owner, char *name, size_t room)
{
    wchar_t account[256];
    wchar_t domain[256];
    wchar_t both[sizeof account / sizeof account[0] + sizeof domain / sizeof domain[0]];
    DWORD account_room = sizeof account / sizeof account[0];
    DWORD domain_room = sizeof domain / sizeof domain[0];
    SID_NAME_USE use;
    wchar_t *sid;

    if (LookupAccountSidW(NULL, owner, account, &account_room, domain, &domain_room, &use)) {
        swprintf(both, sizeof both / sizeof both[0], L"%ls%ls%ls", domain, *domain ? L"\\" : L"",
                 account);
        if (utf8_from_wide(both, name, room))
            return;
    }
    snprintf(name, room, "somebody without a name");
    if (!ConvertSidToStringSidW(owner, &sid))
        return;
    (void)utf8_from_wide(sid, name, room);
    LocalFree(sid);
}

bool object_owner_is_trusted(void *handle, char *name, size_t room)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    DWORD code = ERROR_ACCESS_DENIED;

    /* This kind of object goes for named pipes too. */
    if (handle)
        code = GetSecurityInfo(handle, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL,
                               NULL, NULL, &descriptor);
    if (code != 0 || !owner) {
        char text[128];
        system_error_text(code, text, sizeof text);
        snprintf(name, room, "somebody who does not say who he is: %s", text);
        LocalFree(descriptor);
        return false;
    }
    bool is_trusted = IsWellKnownSid(owner, WinLocalSystemSid) ||
                      IsWellKnownSid(owner, WinBuiltinAdministratorsSid) ||
                      owner_is_service(owner) || owner_is_like_ours(owner);
    if (is_trusted)
        snprintf(name, room, "somebody trusted");
    else
        owner_name(owner, name, room);
    LocalFree(descriptor);
    return is_trusted;
}
