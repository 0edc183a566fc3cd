/* SPDX-License-Identifier: MIT */
#include "check_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include <sddl.h>

#include "folder.h"
#include "identity.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "steady_clock.h"
#include "system_error.h"
#include "tapemap/tapemap.h"

#define PEER_MS 4000u

bool place_file_path(const struct check_place *place, const char *name,
                     char out[PLACE_PATH_BYTES], struct finding *finding)
{
    unsigned made;

    snprintf(out, PLACE_PATH_BYTES, "%s\\%s", place->scratch, name);
    uint32_t code = folder_make_for(out, &made);
    if (code == 0)
        return true;
    check_untested(finding, "nothing can be made in that folder", code);
    return false;
}

void check_untested(struct finding *finding, const char *what, uint32_t code)
{
    char text[160];

    system_error_text(code, text, sizeof text);
    finding_set(finding, FINDING_UNTESTED, "%s: %s", what, text);
}

struct check_outcome check_outcome(uint32_t code)
{
    struct check_outcome outcome = {"done"};

    if (code != 0)
        snprintf(outcome.text, sizeof outcome.text, "error %u", (unsigned)code);
    return outcome;
}

double check_ms_since(uint64_t clock)
{
    return (double)(steady_clock_now() - clock) * 1000.0 / (double)steady_clock_hz();
}

/* ---- Sections ------------------------------------------------------------------------------- */

bool check_section_make(uint64_t bytes, struct check_section *section, struct finding *finding)
{
    struct failure failure;
    uint64_t id;

    if (identity_new_tape(&id, &failure) == TAPEMAP_OK) {
        object_name_audio(section->name, OBJECT_SPACE_LOCAL, id, 0);
        if (pagefile_store_create(section->name, bytes, &section->store, &failure) == TAPEMAP_OK)
            return true;
    }
    finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
    return false;
}

bool check_map(struct store *store, uint64_t offset, size_t bytes, void **view,
               struct finding *finding)
{
    enum tapemap_status status = store_map(store, offset, bytes, view);

    if (status != TAPEMAP_OK)
        finding_set(finding, FINDING_UNTESTED, "mapping %zu bytes: %s", bytes,
                    tapemap_status_text(status));
    return status == TAPEMAP_OK;
}

bool check_commit(struct store *store, uint64_t offset, void *address, size_t bytes,
                  struct finding *finding)
{
    enum tapemap_status status = store_commit(store, offset, address, bytes);

    if (status != TAPEMAP_OK)
        finding_set(finding, FINDING_UNTESTED, "committing %zu bytes: %s", bytes,
                    tapemap_status_text(status));
    return status == TAPEMAP_OK;
}

/* ---- Another process ------------------------------------------------------------------------ */

bool check_peer_run(const struct peer_config *config, uint32_t *code, struct finding *finding)
{
    struct child_process peer;
    struct failure failure;

    if (peer_start(config, &peer, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
        return false;
    }
    bool has_ended = child_process_await(&peer, PEER_MS, code);
    if (!has_ended) {
        finding_set(finding, FINDING_UNTESTED, "the other process did not end in %u s",
                    PEER_MS / 1000);
        TerminateProcess(peer.handle, PEER_CANNOT);
        child_process_await(&peer, PEER_MS, code);
    } else if (*code == PEER_CANNOT) {
        finding_set(finding, FINDING_UNTESTED, "the other process could not begin");
        has_ended = false;
    }
    child_process_close(&peer);
    return has_ended;
}

/* ---- An ordinary user ----------------------------------------------------------------------- */

static HANDLE plain_token(void)
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

bool check_become_plain(struct finding *finding)
{
    HANDLE token = plain_token();
    DWORD code = token && ImpersonateLoggedOnUser(token) ? 0 : GetLastError();

    if (token)
        CloseHandle(token);
    if (code != 0)
        check_untested(finding, "giving up the rights of an administrator", code);
    return code == 0;
}

void check_become_self(void)
{
    RevertToSelf();
}
