/* SPDX-License-Identifier: MIT */
#include "tape_view.h"

#include <windows.h>

#include "system_error.h"
#include "tapemap/tapemap.h"

#define TAPE_VIEW_BYTES TAPEMAP_GRANULE_BYTES

enum tapemap_status tape_view_open(void *section, const struct tapemap_control **control,
                                   struct layout_tape *facts, struct failure *failure)
{
    const unsigned char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, TAPE_VIEW_BYTES);
    char text[256];

    if (!view) {
        system_error_text(GetLastError(), text, sizeof text);
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "there is no section behind its handle: %s; record a new tape", text);
    }
    const struct tapemap_control *found =
        (const struct tapemap_control *)(const void *)(view + TAPEMAP_CONTROL_OFFSET);
    enum tapemap_status status = layout_check_control(found, TAPE_VIEW_BYTES, facts);
    if (status != TAPEMAP_OK) {
        UnmapViewOfFile(view);
        return failure_set(failure, status, "it cannot be read: %s; record a new tape",
                           tapemap_status_text(status));
    }
    *control = found;
    return TAPEMAP_OK;
}

void tape_view_close(const struct tapemap_control *control)
{
    if (control)
        UnmapViewOfFile((const unsigned char *)control - TAPEMAP_CONTROL_OFFSET);
}
