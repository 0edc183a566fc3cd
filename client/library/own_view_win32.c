/* SPDX-License-Identifier: MIT */
#include "own_view.h"

#include <windows.h>

#include "system_error.h"

/* Systems differ in what they say of addresses that no process has. */
static bool is_past_all_addresses(const struct own_view *wanted)
{
    SYSTEM_INFO system;

    GetSystemInfo(&system);
    uintptr_t last = (uintptr_t)system.lpMaximumApplicationAddress;
    uintptr_t base = (uintptr_t)wanted->base;
    return base > last || wanted->bytes - 1 > last - base;
}

enum tapemap_status own_view_map(void *section, const struct own_view *wanted, void **view)
{
    /* A view of pages to be copied takes no more than the right to read. */
    DWORD access = wanted->is_private ? FILE_MAP_COPY : FILE_MAP_READ;

    if (wanted->base && is_past_all_addresses(wanted))
        return TAPEMAP_E_BUSY;
    void *mapped = MapViewOfFileEx(section, access, (DWORD)(wanted->offset >> 32),
                                   (DWORD)wanted->offset, wanted->bytes, wanted->base);
    if (!mapped) {
        DWORD code = GetLastError();
        bool is_taken = wanted->base && code == ERROR_INVALID_ADDRESS;
        return is_taken ? TAPEMAP_E_BUSY : system_error_status(code);
    }
    *view = mapped;
    return TAPEMAP_OK;
}

void own_view_unmap(const void *base)
{
    UnmapViewOfFile(base);
}
