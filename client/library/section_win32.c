/* SPDX-License-Identifier: MIT */
#include "section.h"

#include <windows.h>

#include "object_names.h"
#include "system_error.h"
#include "wide.h"

static enum tapemap_status section_open_status(DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_HANDLE: /* the name is that of another kind of object */
        return TAPEMAP_E_NO_TAPE;
    default:
        return system_error_status(code);
    }
}

enum tapemap_status section_open(const char *name, struct section *section)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];

    if (!wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES))
        return TAPEMAP_E_ARGUMENT;
    HANDLE handle = OpenFileMappingW(FILE_MAP_READ, FALSE, wide_name);
    if (!handle)
        return section_open_status(GetLastError());
    section->handle = handle;
    return TAPEMAP_OK;
}

void section_close(struct section *section)
{
    if (section->handle)
        CloseHandle(section->handle);
    section->handle = NULL;
}

static enum tapemap_status section_map(void *context, uint64_t offset, size_t bytes,
                                       const void **view)
{
    const void *mapped = MapViewOfFile((HANDLE)context, FILE_MAP_READ, (DWORD)(offset >> 32),
                                       (DWORD)offset, bytes);
    if (!mapped)
        return system_error_status(GetLastError());
    *view = mapped;
    return TAPEMAP_OK;
}

static void section_unmap(void *context, const void *view, size_t bytes)
{
    (void)context;
    (void)bytes;
    UnmapViewOfFile(view);
}

struct view_source section_views(const struct section *section)
{
    return (struct view_source){
        .map = section_map,
        .unmap = section_unmap,
        .context = section->handle,
    };
}

bool section_is_committed(const void *address, size_t bytes)
{
    const unsigned char *at = address;
    const unsigned char *end = at + bytes;

    while (at < end) {
        MEMORY_BASIC_INFORMATION area;
        if (!VirtualQuery(at, &area, sizeof area) || area.State != MEM_COMMIT)
            return false;
        at = (const unsigned char *)area.BaseAddress + area.RegionSize;
    }
    return true;
}
