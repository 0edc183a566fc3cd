/* SPDX-License-Identifier: MIT */
#include "catalogue_copy_win32.h"

#include <string.h>
#include <windows.h>

#include "object_names.h"
#include "wide.h"

bool catalogue_copy(const char *space, struct tapemap_catalogue *copy)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];
    const void *view = NULL;
    HANDLE section;

    object_name_catalogue(name, space);
    wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES);
    section = OpenFileMappingW(FILE_MAP_READ, FALSE, wide_name);
    if (section)
        view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, sizeof *copy);
    if (view) {
        memcpy(copy, view, sizeof *copy);
        UnmapViewOfFile(view);
    }
    if (section)
        CloseHandle(section);
    return view != NULL;
}
