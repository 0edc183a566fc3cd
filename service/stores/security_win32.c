/* SPDX-License-Identifier: MIT */
#include "security.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include "object_owner.h"
#include "system_error.h"
#include "wide.h"

/* What the user may, and those he names; the reasons are in the header. */
struct security_rule {
    const char *inheritance;
    const char *everything; /* of this kind of object: for the administrators and the system */
    unsigned user;
    unsigned readers; /* 0: no entry */
    unsigned controllers;
};

#define READ_OWNER READ_CONTROL
#define FOLDER_READ (FILE_GENERIC_READ | FILE_TRAVERSE)
#define PIPE_SERVE (FILE_GENERIC_READ | FILE_GENERIC_WRITE)
#define TO_ALL_BELOW "OICI"

static const struct security_rule rules[SECURITY_KINDS] = {
    [SECURITY_TAPE_SECTION] = {"", "GA", SECTION_MAP_READ, SECTION_MAP_READ, 0},
    [SECURITY_WAKE_EVENT] = {"", "GA", SYNCHRONIZE | EVENT_MODIFY_STATE | READ_OWNER, SYNCHRONIZE,
                             0},
    [SECURITY_DECK_LOCK] = {"", "GA", READ_OWNER, 0, 0},
    [SECURITY_CATALOGUE] = {"", "GA", SECTION_ALL_ACCESS, SECTION_MAP_READ, 0},
    [SECURITY_CATALOGUE_LOCK] = {"", "GA", SYNCHRONIZE | MUTEX_MODIFY_STATE | READ_OWNER, 0, 0},
    [SECURITY_CONTROL_PIPE] = {"", "FA", PIPE_SERVE, 0, OBJECT_CONTROL_PIPE_ACCESS},
    [SECURITY_TAPE_FILE] = {"", "FA", FILE_ALL_ACCESS, FILE_GENERIC_READ, 0},
    [SECURITY_TAPE_FOLDER] = {TO_ALL_BELOW, "FA", FILE_ALL_ACCESS, FOLDER_READ, 0},
    [SECURITY_PRIVATE_FILE] = {"", "FA", FILE_ALL_ACCESS, 0, 0},
    [SECURITY_PRIVATE_FOLDER] = {TO_ALL_BELOW, "FA", FILE_ALL_ACCESS, 0, 0},
};

static struct access_policy used;
static SECURITY_ATTRIBUTES attributes[SECURITY_KINDS]; /* nLength 0: no policy is used yet */

/* ---- Who ------------------------------------------------------------------------------------ */

static bool sid_to_text(PSID sid, char out[ACCESS_SID_BYTES])
{
    wchar_t *text;

    if (!ConvertSidToStringSidW(sid, &text))
        return false;
    bool is_whole = utf8_from_wide(text, out, ACCESS_SID_BYTES);
    LocalFree(text);
    return is_whole;
}

static bool access_own_user(char out[ACCESS_SID_BYTES])
{
    union {
        TOKEN_USER user;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } information;
    HANDLE token;
    DWORD bytes;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    BOOL is_known =
        GetTokenInformation(token, TokenUser, &information, sizeof information, &bytes);
    CloseHandle(token);
    return is_known && sid_to_text(information.user.User.Sid, out);
}

/* A computer may have the name of one of its users, and is found first. */
static bool is_somebody(SID_NAME_USE use)
{
    return use == SidTypeUser || use == SidTypeGroup || use == SidTypeAlias ||
           use == SidTypeWellKnownGroup;
}

/* Not everything that begins like a SID and is taken for one is one; and the system may take no
   name at all for that of the computer. */
static bool cannot_be_name(const char *name)
{
    bool is_sid = strncmp(name, "S-1-", 4) == 0 || strncmp(name, "s-1-", 4) == 0;

    return *name == '\0' || (is_sid && name[2 + strspn(name + 2, "0123456789-")] != '\0');
}

static bool access_find(const char *name, char out[ACCESS_SID_BYTES])
{
    unsigned char sid[SECURITY_MAX_SID_SIZE];
    DWORD sid_bytes = sizeof sid;
    wchar_t wide[256];
    wchar_t domain[256];
    DWORD domain_room = sizeof domain / sizeof domain[0];
    SID_NAME_USE use;
    PSID parsed;

    if (cannot_be_name(name) || !wide_from_utf8(name, wide, sizeof wide / sizeof wide[0]))
        return false;
    if (ConvertStringSidToSidW(wide, &parsed)) {
        bool is_whole = sid_to_text(parsed, out);
        LocalFree(parsed);
        return is_whole;
    }
    return LookupAccountNameW(NULL, wide, sid, &sid_bytes, domain, &domain_room, &use) &&
           is_somebody(use) && sid_to_text(sid, out);
}

/* One name of a list, without the spaces around it, into `name`. Returns what follows it, or NULL
   after the last. A name that is too long is nobody's. */
static const char *access_next_name(const char *list, char name[256])
{
    const char *comma = strchr(list, ',');
    const char *end = comma ? comma : list + strlen(list);
    const char *next = comma ? comma + 1 : NULL;

    while (list < end && *list == ' ')
        list++;
    while (end > list && end[-1] == ' ')
        end--;
    snprintf(name, 256, "%.*s", (int)(end - list), list);
    return next;
}

static enum tapemap_status access_list_init(struct access_list *list, const char *option,
                                            const char *names, struct failure *failure)
{
    char name[256];

    while (names) {
        names = access_next_name(names, name);
        if (list->count == ACCESS_MOST_NAMES)
            return failure_set(failure, TAPEMAP_E_ARGUMENT,
                               "%s names more than %d; put them into a group and name that",
                               option, ACCESS_MOST_NAMES);
        if (!access_find(name, list->sids[list->count]))
            return failure_set(failure, TAPEMAP_E_ARGUMENT,
                               "%s names '%s', and there is no such user or group; give names, "
                               "with DOMAIN\\ or COMPUTER\\ before them where need be, or SIDs "
                               "(S-1-...), separated by commas", option, name);
        list->count++;
    }
    return TAPEMAP_OK;
}

enum tapemap_status access_policy_init(struct access_policy *policy, const char *readers,
                                       const char *controllers, struct failure *failure)
{
    memset(policy, 0, sizeof *policy);
    if (!access_own_user(policy->user))
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the system does not say who the user is; log in again");
    enum tapemap_status status = access_list_init(
        &policy->readers, "--readers", readers && *readers ? readers : NULL, failure);
    if (status != TAPEMAP_OK)
        return status;
    return access_list_init(&policy->controllers, "--controllers",
                            controllers && *controllers ? controllers : NULL, failure);
}

/* ---- What they may -------------------------------------------------------------------------- */

static void text_add(char out[SECURITY_TEXT_BYTES], const char *inheritance, unsigned rights,
                     const char *sid)
{
    size_t used_bytes = strlen(out);

    snprintf(out + used_bytes, SECURITY_TEXT_BYTES - used_bytes, "(A;%s;0x%x;;;%s)", inheritance,
             rights, sid);
}

static void text_add_list(char out[SECURITY_TEXT_BYTES], const char *inheritance, unsigned rights,
                          const struct access_list *list)
{
    for (unsigned i = 0; rights != 0 && i < list->count; i++)
        text_add(out, inheritance, rights, list->sids[i]);
}

/* P: nothing is inherited. */
void security_text(enum security_kind kind, const struct access_policy *policy,
                   char out[SECURITY_TEXT_BYTES])
{
    const struct security_rule *rule = &rules[kind];

    snprintf(out, SECURITY_TEXT_BYTES, "D:P(A;%s;%s;;;BA)(A;%s;%s;;;SY)", rule->inheritance,
             rule->everything, rule->inheritance, rule->everything);
    text_add(out, rule->inheritance, rule->user, policy->user);
    text_add_list(out, rule->inheritance, rule->readers, &policy->readers);
    text_add_list(out, rule->inheritance, rule->controllers, &policy->controllers);
}

static PSECURITY_DESCRIPTOR security_descriptor(enum security_kind kind,
                                                const struct access_policy *policy)
{
    char text[SECURITY_TEXT_BYTES];
    wchar_t wide[SECURITY_TEXT_BYTES];
    PSECURITY_DESCRIPTOR descriptor;

    security_text(kind, policy, text);
    if (!wide_from_utf8(text, wide, SECURITY_TEXT_BYTES) ||
        !ConvertStringSecurityDescriptorToSecurityDescriptorW(wide, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        return NULL;
    return descriptor;
}

enum tapemap_status security_use(const struct access_policy *policy, struct failure *failure)
{
    PSECURITY_DESCRIPTOR made[SECURITY_KINDS] = {0};
    char text[256];

    for (int kind = 0; kind < SECURITY_KINDS; kind++) {
        made[kind] = security_descriptor((enum security_kind)kind, policy);
        if (made[kind])
            continue;
        system_error_text(GetLastError(), text, sizeof text);
        while (kind-- > 0)
            LocalFree(made[kind]);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "it cannot be said who may read and control the deck: %s; name fewer "
                           "people", text);
    }
    for (int kind = 0; kind < SECURITY_KINDS; kind++) {
        LocalFree(attributes[kind].lpSecurityDescriptor);
        attributes[kind] = (SECURITY_ATTRIBUTES){sizeof attributes[kind], made[kind], FALSE};
    }
    used = *policy;
    return TAPEMAP_OK;
}

void *security_attributes(enum security_kind kind)
{
    struct access_policy policy;
    struct failure failure;

    if (attributes[kind].nLength == 0 &&
        (access_policy_init(&policy, NULL, NULL, &failure) != TAPEMAP_OK ||
         security_use(&policy, &failure) != TAPEMAP_OK))
        return NULL;
    return &attributes[kind];
}

/* ---- What others have made ------------------------------------------------------------------ */

static DWORD security_admit(PACL *acl, DWORD rights, const char *sid_text)
{
    wchar_t wide[ACCESS_SID_BYTES];
    EXPLICIT_ACCESSW entry = {0};
    PACL merged;
    PSID sid;

    if (!wide_from_utf8(sid_text, wide, ACCESS_SID_BYTES) || !ConvertStringSidToSidW(wide, &sid))
        return ERROR_INVALID_SID;
    entry.grfAccessPermissions = rights;
    entry.grfAccessMode = GRANT_ACCESS;
    entry.Trustee.TrusteeForm = TRUSTEE_IS_SID;
    entry.Trustee.ptstrName = sid;
    DWORD code = SetEntriesInAclW(1, &entry, *acl, &merged);
    LocalFree(sid);
    if (code == 0) {
        LocalFree(*acl);
        *acl = merged;
    }
    return code;
}

unsigned long security_admit_readers(enum security_kind kind, void *handle)
{
    PSECURITY_DESCRIPTOR descriptor;
    PACL present = NULL;
    PACL acl = NULL;

    if (used.readers.count == 0)
        return 0;
    DWORD code = GetSecurityInfo(handle, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                 &present, NULL, &descriptor);
    if (code != 0)
        return code;
    if (present) /* else everybody may do everything already */
        code = SetEntriesInAclW(0, NULL, present, &acl);
    for (unsigned i = 0; present && code == 0 && i < used.readers.count; i++)
        code = security_admit(&acl, rules[kind].readers, used.readers.sids[i]);
    if (present && code == 0)
        code = SetSecurityInfo(handle, SE_KERNEL_OBJECT,
                               DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                               NULL, NULL, acl, NULL);
    LocalFree(acl);
    LocalFree(descriptor);
    return code;
}

enum tapemap_status security_check_owner(const char *what, void *handle, struct failure *failure)
{
    char owner[256];

    if (object_owner_is_trusted(handle, owner, sizeof owner))
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_DENIED,
                       "%s was made by %s, and not by the user who records, an administrator or "
                       "the system; end that program, then record again", what, owner);
}
