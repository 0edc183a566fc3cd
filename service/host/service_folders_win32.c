/* SPDX-License-Identifier: MIT */
#include "service_folders.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
/* These need windows.h before them. */
#include <aclapi.h>
#include <knownfolders.h>
#include <sddl.h>
#include <shlobj.h>

#include "long_path.h"
#include "system_error.h"
#include "wide.h"

#define FOLDERS_ACCOUNT_CHARACTERS 257

/* Full rights for the system and administrators; M: all but changing rights and owner. What is made
   below inherits it. */
#define FOLDERS_RIGHTS L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
#define FOLDERS_ACCOUNT_RIGHTS L"(A;OICI;0x1301bf;;;%ls)"

/* "C:\ProgramData\tapemap" and what comes behind it. */
static char *folders_path(const char *below)
{
    wchar_t *root = NULL;
    char text[3 * MAX_PATH];
    char *path = NULL;

    if (SHGetKnownFolderPath(&FOLDERID_ProgramData, 0, NULL, &root) == S_OK &&
        utf8_from_wide(root, text, sizeof text)) {
        size_t room = strlen(text) + sizeof "\\tapemap" + strlen(below);
        path = malloc(room);
        if (path)
            snprintf(path, room, "%s\\tapemap%s", text, below);
    }
    CoTaskMemFree(root);
    return path;
}

char *service_folders_config(void)
{
    return folders_path("\\tapemapd.conf");
}

/* ---- Who may use them ----------------------------------------------------------------------- */

/* The account's SID as text, for LocalFree; NULL: there is no such account. */
static wchar_t *account_sid(const char *account)
{
    union {
        SID sid;
        unsigned char bytes[SECURITY_MAX_SID_SIZE];
    } found;
    wchar_t name[FOLDERS_ACCOUNT_CHARACTERS];
    wchar_t domain[FOLDERS_ACCOUNT_CHARACTERS];
    wchar_t *text = NULL;
    DWORD bytes = sizeof found;
    DWORD characters = FOLDERS_ACCOUNT_CHARACTERS;
    SID_NAME_USE use;

    if (strncmp(account, ".\\", 2) == 0) /* a form for the service manager alone */
        account += 2;
    if (!wide_from_utf8(account, name, FOLDERS_ACCOUNT_CHARACTERS) ||
        !LookupAccountNameW(NULL, name, &found.sid, &bytes, domain, &characters, &use) ||
        !ConvertSidToStringSidW(&found.sid, &text))
        return NULL;
    return text;
}

static PSECURITY_DESCRIPTOR make_descriptor(const wchar_t *sid)
{
    wchar_t text[400] = FOLDERS_RIGHTS;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    size_t length = wcslen(text);

    if (sid)
        swprintf(text + length, sizeof text / sizeof text[0] - length, FOLDERS_ACCOUNT_RIGHTS, sid);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        return NULL;
    return descriptor;
}

/* Whether this process runs as the user who `sid` is. */
static bool is_own(PSID sid)
{
    union {
        TOKEN_USER user;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } own;
    HANDLE token;
    DWORD bytes;
    bool is;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    is = GetTokenInformation(token, TokenUser, &own, sizeof own, &bytes) &&
         EqualSid(own.user.User.Sid, sid);
    CloseHandle(token);
    return is;
}

/* Anybody may make a folder beside those of other programs, and remains its owner. */
static DWORD check_owner(const wchar_t *path)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    DWORD code = GetNamedSecurityInfoW((wchar_t *)path, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION,
                                       &owner, NULL, NULL, NULL, &descriptor);

    if (code != 0)
        return code;
    if (!owner || (!IsWellKnownSid(owner, WinLocalSystemSid) &&
                   !IsWellKnownSid(owner, WinBuiltinAdministratorsSid) && !is_own(owner)))
        code = ERROR_INVALID_OWNER;
    LocalFree(descriptor);
    return code;
}

static DWORD set_rights(const wchar_t *path, PSECURITY_DESCRIPTOR descriptor)
{
    BOOL is_present;
    BOOL is_default;
    PACL list = NULL;

    if (!GetSecurityDescriptorDacl(descriptor, &is_present, &list, &is_default))
        return GetLastError();
    return SetNamedSecurityInfoW((wchar_t *)path, SE_FILE_OBJECT,
                                 DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                 NULL, NULL, list, NULL);
}

/* ---- Making --------------------------------------------------------------------------------- */

static DWORD make_wide(const wchar_t *path, PSECURITY_DESCRIPTOR descriptor)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, descriptor, FALSE};
    DWORD code;

    if (CreateDirectoryW(path, &attributes))
        return 0;
    code = GetLastError();
    if (code != ERROR_ALREADY_EXISTS)
        return code;
    code = check_owner(path);
    return code == 0 ? set_rights(path, descriptor) : code;
}

static DWORD make_one(const char *path, PSECURITY_DESCRIPTOR descriptor)
{
    wchar_t *wide;
    DWORD code = long_path_from_utf8(path, &wide);

    if (code != 0)
        return code;
    code = make_wide(wide, descriptor);
    free(wide);
    return code;
}

static enum tapemap_status make_all(PSECURITY_DESCRIPTOR descriptor, struct failure *failure)
{
    static const char *const below[] = {"", "\\logs", "\\tapes"};
    char text[256];

    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        char *path = folders_path(below[i]);
        DWORD code = path ? make_one(path, descriptor) : ERROR_NOT_ENOUGH_MEMORY;

        if (code == ERROR_INVALID_OWNER)
            failure_set(failure, TAPEMAP_E_DENIED, "the folder %s belongs to somebody who is no "
                        "administrator; see what is in it, and remove it", path);
        else if (code != 0) {
            system_error_text(code, text, sizeof text);
            failure_set(failure, TAPEMAP_E_SYSTEM, "the folder %s cannot be made: %s; see to it, "
                        "as administrator", path ? path : "for its data", text);
        }
        free(path);
        if (code != 0)
            return failure->status;
    }
    return TAPEMAP_OK;
}

enum tapemap_status service_folders_make(const char *account, struct failure *failure)
{
    wchar_t *sid = account ? account_sid(account) : NULL;
    PSECURITY_DESCRIPTOR descriptor;
    enum tapemap_status status;

    if (account && !sid)
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "the account '%s' is not known, and gets "
                           "no right to the folders; check --account", account);
    descriptor = make_descriptor(sid);
    if (sid)
        LocalFree(sid);
    if (!descriptor)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for rights; close other programs");
    status = make_all(descriptor, failure);
    LocalFree(descriptor);
    return status;
}
