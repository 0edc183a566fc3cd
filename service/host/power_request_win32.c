/* SPDX-License-Identifier: MIT */
#include "power_request.h"

#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

#include "utf8_text.h"
#include "wide.h"

#define POWER_REASON_BYTES 201

struct power_request {
    HANDLE handle;
    bool is_set; /* the system counts: two requests would take two ends */
};

uint32_t power_request_create(const char *reason, struct power_request **request)
{
    struct power_request *made = calloc(1, sizeof *made);
    wchar_t wide[POWER_REASON_BYTES];
    char text[POWER_REASON_BYTES];
    REASON_CONTEXT context = {.Version = POWER_REQUEST_CONTEXT_VERSION,
                              .Flags = POWER_REQUEST_CONTEXT_SIMPLE_STRING,
                              .Reason.SimpleReasonString = wide};

    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    snprintf(text, sizeof text, "%s", reason);
    utf8_mend_end(text);
    wide_from_utf8(text, wide, POWER_REASON_BYTES);
    made->handle = PowerCreateRequest(&context);
    if (made->handle && made->handle != INVALID_HANDLE_VALUE) {
        *request = made;
        return 0;
    }
    DWORD code = GetLastError();
    free(made);
    return code != 0 ? code : ERROR_GEN_FAILURE;
}

uint32_t power_request_set(struct power_request *request, bool is_wanted)
{
    BOOL is_done;

    if (request->is_set == is_wanted)
        return 0;
    is_done = is_wanted ? PowerSetRequest(request->handle, PowerRequestSystemRequired)
                        : PowerClearRequest(request->handle, PowerRequestSystemRequired);
    if (!is_done)
        return GetLastError();
    request->is_set = is_wanted;
    return 0;
}

void power_request_destroy(struct power_request *request)
{
    if (!request)
        return;
    (void)power_request_set(request, false);
    CloseHandle(request->handle);
    free(request);
}
