/* SPDX-License-Identifier: MIT */
#include "child_environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "wide.h"

/* The first character may be '=': the working folders of drives are kept as "=C:=C:\...". */
static int name_length(const wchar_t *entry)
{
    const wchar_t *equals = entry[0] ? wcschr(entry + 1, L'=') : NULL;
    return equals ? (int)(equals - entry) : (int)wcslen(entry);
}

static int compare_names(const wchar_t *one, const wchar_t *other)
{
    return CompareStringOrdinal(one, name_length(one), other, name_length(other), TRUE) -
           CSTR_EQUAL;
}

static int compare_entries(const void *one, const void *other)
{
    return compare_names(*(const wchar_t *const *)one, *(const wchar_t *const *)other);
}

static size_t count_entries(const wchar_t *block)
{
    size_t count = 0;
    for (; *block; block += wcslen(block) + 1)
        count++;
    return count;
}

/* Enters one more, in the place of the one of that name. */
static void enter(wchar_t **entries, size_t *count, wchar_t *entry)
{
    for (size_t i = 0; i < *count; i++) {
        if (compare_names(entries[i], entry) == 0) {
            entries[i] = entry;
            return;
        }
    }
    entries[(*count)++] = entry;
}

static wchar_t *join(wchar_t *const *entries, size_t count)
{
    size_t room = 2;
    for (size_t i = 0; i < count; i++)
        room += wcslen(entries[i]) + 1;
    wchar_t *block = calloc(room, sizeof *block);
    if (!block)
        return NULL;
    wchar_t *out = block;
    for (size_t i = 0; i < count; i++) {
        wcscpy(out, entries[i]);
        out += wcslen(out) + 1;
    }
    return block;
}

static enum tapemap_status convert(const char *entry, wchar_t **wide)
{
    size_t room = strlen(entry) + 1;
    if (entry[0] == '=' || !strchr(entry, '='))
        return TAPEMAP_E_ARGUMENT;
    *wide = malloc(room * sizeof **wide);
    if (!*wide)
        return TAPEMAP_E_MEMORY;
    return wide_from_utf8(entry, *wide, room) ? TAPEMAP_OK : TAPEMAP_E_ARGUMENT;
}

/* `ours` is converted into a zeroed array. */
static enum tapemap_status convert_all(const char *const *extra, wchar_t **ours)
{
    enum tapemap_status status = TAPEMAP_OK;
    for (size_t i = 0; extra && extra[i] && status == TAPEMAP_OK; i++)
        status = convert(extra[i], &ours[i]);
    return status;
}

enum tapemap_status child_environment_make(const char *const *extra, wchar_t **block)
{
    wchar_t *inherited = GetEnvironmentStringsW();
    size_t extras = 0;

    if (!inherited)
        return TAPEMAP_E_MEMORY;
    while (extra && extra[extras])
        extras++;
    size_t most = count_entries(inherited) + extras;
    wchar_t **entries = calloc(most + 1, sizeof *entries);
    wchar_t **ours = calloc(extras + 1, sizeof *ours);
    enum tapemap_status status = entries && ours ? convert_all(extra, ours) : TAPEMAP_E_MEMORY;
    if (status == TAPEMAP_OK) {
        size_t count = 0;
        for (wchar_t *each = inherited; *each; each += wcslen(each) + 1)
            entries[count++] = each;
        for (size_t i = 0; i < extras; i++)
            enter(entries, &count, ours[i]);
        qsort(entries, count, sizeof *entries, compare_entries);
        wchar_t *made = join(entries, count);
        status = made ? TAPEMAP_OK : TAPEMAP_E_MEMORY;
        if (made)
            *block = made;
    }
    for (size_t i = 0; ours && i < extras; i++)
        free(ours[i]);
    free(ours);
    free(entries);
    FreeEnvironmentStringsW(inherited);
    return status;
}
