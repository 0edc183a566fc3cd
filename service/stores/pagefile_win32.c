/* SPDX-License-Identifier: MIT */
#include "pagefile_store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <windows.h>

#include "object_names.h"
#include "security.h"
#include "system_error.h"
#include "wide.h"

struct pagefile_store {
    struct store base;
    HANDLE section;
};

/* What Windows says when the pagefile or the machine's memory has no room left. */
static enum tapemap_status pagefile_commit_status(DWORD code)
{
    switch (code) {
    case ERROR_COMMITMENT_LIMIT:
    case ERROR_COMMITMENT_MINIMUM:
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_NOT_ENOUGH_QUOTA:
    case ERROR_WORKING_SET_QUOTA:
    case ERROR_PAGEFILE_QUOTA:
    case ERROR_DISK_FULL: /* the file that stands for a pagefile under Wine */
        return TAPEMAP_E_COMMIT_LIMIT;
    default:
        return TAPEMAP_E_SYSTEM;
    }
}

static enum tapemap_status pagefile_map(struct store *store, uint64_t offset, size_t bytes,
                                        void **view)
{
    struct pagefile_store *pagefile = (struct pagefile_store *)store;
    void *mapped = MapViewOfFile(pagefile->section, FILE_MAP_WRITE, (DWORD)(offset >> 32),
                                 (DWORD)(offset & 0xFFFFFFFFu), bytes);

    if (!mapped)
        return pagefile_commit_status(GetLastError()) == TAPEMAP_E_COMMIT_LIMIT
                   ? TAPEMAP_E_MEMORY
                   : TAPEMAP_E_SYSTEM;
    *view = mapped;
    return TAPEMAP_OK;
}

static void pagefile_unmap(struct store *store, void *view, size_t bytes)
{
    (void)store;
    (void)bytes;
    UnmapViewOfFile(view);
}

static enum tapemap_status pagefile_commit(struct store *store, uint64_t offset, void *address,
                                           size_t bytes)
{
    (void)store;
    (void)offset;
    if (VirtualAlloc(address, bytes, MEM_COMMIT, PAGE_READWRITE))
        return TAPEMAP_OK;
    return pagefile_commit_status(GetLastError());
}

static void pagefile_destroy(struct store *store)
{
    struct pagefile_store *pagefile = (struct pagefile_store *)store;

    CloseHandle(pagefile->section);
    free(pagefile);
}

static const struct store_ops pagefile_ops = {
    .map = pagefile_map,
    .unmap = pagefile_unmap,
    .commit = pagefile_commit,
    .destroy = pagefile_destroy,
};

static enum tapemap_status pagefile_fail(const char *name, DWORD code, struct failure *failure)
{
    enum tapemap_status status = pagefile_commit_status(code);
    char text[256];

    system_error_text(code, text, sizeof text);
    return failure_set(failure, status == TAPEMAP_E_COMMIT_LIMIT ? TAPEMAP_E_MEMORY : status,
                       "the section '%s' cannot be made: %s; ask for less capacity", name, text);
}

enum tapemap_status pagefile_store_adopt(void *section, uint64_t bytes, struct store **store,
                                         struct failure *failure)
{
    uint64_t last = bytes - TAPEMAP_GRANULE_BYTES;
    void *view = bytes >= TAPEMAP_GRANULE_BYTES
                     ? MapViewOfFile(section, FILE_MAP_WRITE, (DWORD)(last >> 32),
                                     (DWORD)(last & 0xFFFFFFFFu), TAPEMAP_GRANULE_BYTES)
                     : NULL;

    if (!view)
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "behind its handle is no section of its length that can be written; "
                           "record a new tape");
    UnmapViewOfFile(view);
    struct pagefile_store *made = calloc(1, sizeof *made);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a store; close other programs");
    SetHandleInformation(section, HANDLE_FLAG_INHERIT, 0);
    made->section = section;
    made->base.ops = &pagefile_ops;
    made->base.bytes = bytes;
    *store = &made->base;
    return TAPEMAP_OK;
}

void *pagefile_store_section(const struct store *store)
{
    return ((const struct pagefile_store *)store)->section;
}

/* Making a section that exists asks for writing it, which its maker denies to all but himself. */
static bool pagefile_exists(const wchar_t *wide_name)
{
    HANDLE section = OpenFileMappingW(FILE_MAP_READ, FALSE, wide_name);

    if (!section)
        return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(section);
    return true;
}

/* Returns NULL with failure filled. */
static HANDLE pagegeneration_section(const char *name, uint64_t bytes, struct failure *failure)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];
    HANDLE section;
    DWORD code;

    if (!wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES)) {
        failure_set(failure, TAPEMAP_E_SYSTEM, "'%s' cannot name a section; use a shorter name",
                    name);
        return NULL;
    }
    SetLastError(ERROR_SUCCESS); /* success need not reset it */
    section = CreateFileMappingW(INVALID_HANDLE_VALUE, security_attributes(SECURITY_TAPE_SECTION),
                                 PAGE_READWRITE | SEC_RESERVE, (DWORD)(bytes >> 32),
                                 (DWORD)(bytes & 0xFFFFFFFFu), wide_name);
    code = GetLastError();
    if (section && code != ERROR_ALREADY_EXISTS)
        return section;
    if (section || (code == ERROR_ACCESS_DENIED && pagefile_exists(wide_name))) {
        if (section)
            CloseHandle(section);
        failure_set(failure, TAPEMAP_E_BUSY,
                    "somebody else has made a section named '%s'; record again under a new id",
                    name);
        return NULL;
    }
    pagefile_fail(name, code, failure);
    return NULL;
}

enum tapemap_status pagefile_store_create(const char *name, uint64_t bytes, struct store **store,
                                          struct failure *failure)
{
    struct pagefile_store *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a store; close other programs");
    made->section = pagegeneration_section(name, bytes, failure);
    if (!made->section) {
        free(made);
        return failure->status;
    }
    made->base.ops = &pagefile_ops;
    made->base.bytes = bytes;
    *store = &made->base;
    return TAPEMAP_OK;
}
