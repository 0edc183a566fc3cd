/* SPDX-License-Identifier: MIT */
#include "wake_events.h"

#include <stdbool.h>
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "object_names.h"
#include "reader_count.h"
#include "security.h"
#include "system_error.h"
#include "wide.h"

struct wake_events {
    HANDLE events[2];
    struct tapemap_control *control;
};

/* As much as the recorder of an interrupted tape may ask of events that readers still hold. */
#define WAKE_EVENT_ACCESS (SYNCHRONIZE | EVENT_MODIFY_STATE | READ_CONTROL)

/* The event could not be made. Returns OK when there is none of that name, nor in the way. */
static enum tapemap_status wake_event_judge(const wchar_t *wide_name, const char *name,
                                            bool may_exist, struct failure *failure)
{
    HANDLE event = OpenEventW(READ_CONTROL, FALSE, wide_name);
    enum tapemap_status status = TAPEMAP_OK;

    if (!event && GetLastError() == ERROR_FILE_NOT_FOUND)
        return TAPEMAP_OK;
    if (may_exist)
        status = security_check_owner("an event of the tape", event, failure);
    if (status == TAPEMAP_OK)
        status = failure_set(failure, TAPEMAP_E_BUSY,
                             "somebody else has made an event named '%s'; record again", name);
    if (event)
        CloseHandle(event);
    return status;
}

static enum tapemap_status wake_event_make(const char *name, bool may_exist, HANDLE *event,
                                           struct failure *failure)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];
    char text[256];
    DWORD code = ERROR_INVALID_NAME;
    HANDLE made = NULL;
    enum tapemap_status status = TAPEMAP_OK;

    if (wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES)) {
        SetLastError(ERROR_SUCCESS); /* success need not reset it */
        made = CreateEventExW(security_attributes(SECURITY_WAKE_EVENT), wide_name,
                              CREATE_EVENT_MANUAL_RESET, WAKE_EVENT_ACCESS);
        code = GetLastError();
    }
    if (made && code == ERROR_ALREADY_EXISTS && may_exist)
        status = security_check_owner("an event of the tape", made, failure);
    else if (code == ERROR_ALREADY_EXISTS || code == ERROR_ACCESS_DENIED)
        status = wake_event_judge(wide_name, name, may_exist, failure);
    if (made && status == TAPEMAP_OK) {
        *event = made;
        return TAPEMAP_OK;
    }
    if (made)
        CloseHandle(made);
    if (status != TAPEMAP_OK)
        return status;
    system_error_text(code, text, sizeof text);
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "the event '%s' cannot be made: %s; restart the system", name, text);
}

enum tapemap_status wake_events_create(const char *space, uint64_t tape_id, bool may_exist,
                                       struct wake_events **events, struct failure *failure)
{
    struct wake_events *made = calloc(1, sizeof *made);
    enum tapemap_status status = TAPEMAP_OK;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for events; close other programs");
    for (unsigned parity = 0; parity < 2 && status == TAPEMAP_OK; parity++) {
        char name[OBJECT_NAME_BYTES];
        object_name_event(name, space, tape_id, parity);
        status = wake_event_make(name, may_exist, &made->events[parity], failure);
    }
    if (status != TAPEMAP_OK) {
        wake_events_destroy(made);
        return status;
    }
    *events = made;
    return TAPEMAP_OK;
}

enum tapemap_status wake_events_adopt(void *const handles[2], struct wake_events **events,
                                      struct failure *failure)
{
    /* Nobody is hurt by a wake-up without news; and what cannot be set is no such event. */
    if (!SetEvent(handles[0]) || !SetEvent(handles[1]))
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "behind its handles are no events that wake its readers; record a new "
                           "tape");
    struct wake_events *made = calloc(1, sizeof *made);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for events; close other programs");
    for (unsigned parity = 0; parity < 2; parity++) {
        SetHandleInformation(handles[parity], HANDLE_FLAG_INHERIT, 0);
        made->events[parity] = handles[parity];
    }
    *events = made;
    return TAPEMAP_OK;
}

void *wake_events_handle(const struct wake_events *events, unsigned parity)
{
    /* cppcheck-suppress CastIntegerToAddressAtReturn ; it knows no HANDLE */
    return events->events[parity];
}

void wake_events_destroy(struct wake_events *events)
{
    if (!events)
        return;
    for (unsigned parity = 0; parity < 2; parity++) {
        if (events->events[parity])
            CloseHandle(events->events[parity]);
    }
    free(events);
}

void wake_events_attach(struct wake_events *events, struct tapemap_control *control)
{
    events->control = control;
}

void wake_events_signal(void *context)
{
    struct wake_events *events = context;
    uint64_t count;

    if (!events->control)
        return;
    count = load_relaxed_u64(&events->control->wake_count) + 1;
    ResetEvent(events->events[(count + 1) & 1]);
    store_release_u64(&events->control->wake_count, count);
    SetEvent(events->events[count & 1]);
}

void wake_events_count_readers(struct wake_events *events, uint64_t others)
{
    uint64_t count;

    if (events->control && reader_count_handles(events->events[0], &count))
        store_relaxed_u64(&events->control->reader_count, count > others ? count - others : 0);
}

void wake_events_end(struct wake_events *events)
{
    SetEvent(events->events[0]);
    SetEvent(events->events[1]);
}
