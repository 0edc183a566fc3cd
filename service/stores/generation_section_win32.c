/* SPDX-License-Identifier: MIT */
#include "generation_section.h"

#include <windows.h>

#include "atomic64.h"
#include "object_names.h"
#include "security.h"
#include "wide.h"

#define FILE_SECTION_TRIES 3
/* In the first granule, behind everything that docs/layout.md puts there, audio or index. */
#define FILE_SECTION_UNUSED_PLACE (TAPEMAP_DATA_OFFSET - 16u)

/* Making a section that exists asks for writing it, which its maker denies to all but himself. */
static bool generation_section_exists(const wchar_t *name)
{
    HANDLE section = OpenFileMappingW(FILE_MAP_READ, FALSE, name);

    if (!section)
        return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(section);
    return true;
}

uint32_t generation_section_make(void *file, const char *name, uint64_t bytes, void **section)
{
    wchar_t wide[OBJECT_NAME_BYTES];

    if (name && !wide_from_utf8(name, wide, OBJECT_NAME_BYTES))
        return ERROR_INVALID_NAME;
    SetLastError(ERROR_SUCCESS); /* success need not reset it */
    HANDLE made = CreateFileMappingW(file, security_attributes(SECURITY_TAPE_SECTION),
                                     PAGE_READWRITE, (DWORD)(bytes >> 32), (DWORD)bytes,
                                     name ? wide : NULL);
    DWORD code = GetLastError();
    if (made && code != ERROR_ALREADY_EXISTS) {
        *section = made;
        return 0;
    }
    if (made)
        CloseHandle(made);
    else if (name && code == ERROR_ACCESS_DENIED && generation_section_exists(wide))
        code = ERROR_ALREADY_EXISTS;
    return code;
}

/* True when what is stored into our view shows in the other one, twice. */
static bool generation_section_shows(const struct tapemap_shared_u64 *other,
                               struct tapemap_shared_u64 *own)
{
    uint64_t kept = load_relaxed_u64(own);

    store_release_u64(own, ~kept);
    bool is_changed = load_acquire_u64(other) == ~kept;
    store_release_u64(own, kept);
    return is_changed && load_acquire_u64(other) == kept;
}

/* A stranger's section may be reserved only; touching such a page faults. */
static bool generation_section_can_touch(const unsigned char *address)
{
    MEMORY_BASIC_INFORMATION area;

    return VirtualQuery(address, &area, sizeof area) && area.State == MEM_COMMIT;
}

static bool generation_section_is_over(HANDLE section, const struct generation_section_claim *claim)
{
    uint64_t last = claim->bytes - TAPEMAP_GRANULE_BYTES;
    const unsigned char *end = MapViewOfFile(section, FILE_MAP_READ, (DWORD)(last >> 32),
                                             (DWORD)last, TAPEMAP_GRANULE_BYTES);

    if (!end) /* it is shorter */
        return false;
    UnmapViewOfFile(end);
    const unsigned char *begin = MapViewOfFile(section, FILE_MAP_READ, 0, 0,
                                               TAPEMAP_GRANULE_BYTES);
    if (!begin)
        return false;
    const unsigned char *other = begin + FILE_SECTION_UNUSED_PLACE;
    unsigned char *own = claim->first_granule + FILE_SECTION_UNUSED_PLACE;
    bool is_over = generation_section_can_touch(other) &&
                   generation_section_shows((const struct tapemap_shared_u64 *)(const void *)other,
                                      (struct tapemap_shared_u64 *)(void *)own);
    UnmapViewOfFile(begin);
    return is_over;
}

/* Opens the section of that name if it is over the file; 2: there is none any more. */
static uint32_t generation_section_adopt(const struct generation_section_claim *claim,
                                         void **section)
{
    wchar_t wide[OBJECT_NAME_BYTES];

    if (!wide_from_utf8(claim->name, wide, OBJECT_NAME_BYTES))
        return ERROR_INVALID_NAME;
    HANDLE opened = OpenFileMappingW(FILE_MAP_READ, FALSE, wide);
    if (!opened)
        return GetLastError();
    if (!generation_section_is_over(opened, claim)) {
        CloseHandle(opened);
        return ERROR_ALREADY_EXISTS;
    }
    *section = opened;
    return 0;
}

uint32_t generation_section_hold(const struct generation_section_claim *claim, void **section,
                                 bool *is_ours)
{
    uint32_t code = ERROR_ALREADY_EXISTS;

    /* Its last holder may close it between our two attempts. */
    for (int tries = 0; tries < FILE_SECTION_TRIES; tries++) {
        code = generation_section_make(claim->file, claim->name, claim->bytes, section);
        *is_ours = code == 0;
        if (code != ERROR_ALREADY_EXISTS)
            return code;
        code = generation_section_adopt(claim, section);
        if (code != ERROR_FILE_NOT_FOUND)
            return code;
    }
    return code;
}
