/* SPDX-License-Identifier: MIT */
/*
 * A tape handed to a child process. What the child needs are handles, which it inherits under the
 * same numbers, and to be told these numbers:
 *
 *     tapemap:l:0123456789abcdef:1a4:1a8:1ac:1b0
 *
 * l or g for the namespace, the tape's id, the audio section (generation 0), the index section, and
 * the two events, of which 0 is one that is not there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inheritance.h"
#include "object_names.h"
#include "tape_handle.h"

#define PREFIX "tapemap:"
#define ID_DIGITS 16
#define HANDLES 4

struct inherited {
    const char *space;
    uint64_t id;
    void *handles[HANDLES];
};

static uint64_t number_of(const void *handle)
{
    return (uint64_t)(uintptr_t)handle;
}

enum tapemap_status tapemap_export_handle(tapemap_tape *tape, char text[TAPEMAP_HANDLE_BYTES])
{
    if (!tape || !text)
        return TAPEMAP_E_ARGUMENT;
    if (!tape->audio.handle)
        return TAPEMAP_E_UNSUPPORTED;
    void *const handles[HANDLES] = {tape->audio.handle, tape->index.handle,
                                    tape->waiting.events[0], tape->waiting.events[1]};
    for (int i = 0; i < HANDLES; i++) {
        if (handles[i] && !inheritance_set(handles[i], true))
            return TAPEMAP_E_SYSTEM;
    }
    char id[ID_DIGITS + 1];
    tape_id_print(tape->id, id);
    snprintf(text, TAPEMAP_HANDLE_BYTES,
             PREFIX "%c:%s:%" PRIx64 ":%" PRIx64 ":%" PRIx64 ":%" PRIx64,
             object_space_is_global(tape->space) ? 'g' : 'l', id, number_of(handles[0]),
             number_of(handles[1]), number_of(handles[2]), number_of(handles[3]));
    return TAPEMAP_OK;
}

static const char *parse_space(const char *at, struct inherited *inherited)
{
    if (strncmp(at, PREFIX "g:", sizeof PREFIX + 1) == 0)
        inherited->space = OBJECT_SPACE_GLOBAL;
    else if (strncmp(at, PREFIX "l:", sizeof PREFIX + 1) == 0)
        inherited->space = OBJECT_SPACE_LOCAL;
    else
        return NULL;
    return at + sizeof PREFIX + 1;
}

static const char *parse_id(const char *at, struct inherited *inherited)
{
    char id[ID_DIGITS + 1] = "";

    if (!at)
        return NULL;
    strncpy(id, at, ID_DIGITS);
    return tape_id_parse(id, &inherited->id) && inherited->id != 0 ? at + ID_DIGITS : NULL;
}

/* ":" and 1 to 16 hexadecimal digits. */
static const char *parse_handle(const char *at, void **handle)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t number = 0;

    if (!at || *at != ':')
        return NULL;
    size_t length = strspn(at + 1, digits);
    if (length < 1 || length > 2 * sizeof number)
        return NULL;
    for (size_t i = 1; i <= length; i++)
        number = number * 16 + (uint64_t)(strchr(digits, at[i]) - digits);
    if (number > UINTPTR_MAX)
        return NULL;
    *handle = (void *)(uintptr_t)number;
    return at + 1 + length;
}

static bool parse(const char *text, struct inherited *inherited)
{
    const char *at = parse_id(parse_space(text, inherited), inherited);

    for (int i = 0; i < HANDLES; i++)
        at = parse_handle(at, &inherited->handles[i]);
    return at && *at == '\0' && inherited->handles[0] && inherited->handles[1];
}

/* They were meant for this process, and not for children of its own. */
static bool keep_to_ourselves(const struct inherited *inherited)
{
    for (int i = 0; i < HANDLES; i++) {
        if (inherited->handles[i] && !inheritance_set(inherited->handles[i], false))
            return false;
    }
    return true;
}

enum tapemap_status tapemap_open_handle(const char *text, tapemap_tape **tape)
{
    struct inherited inherited = {0};

    if (!text || !tape || !parse(text, &inherited))
        return TAPEMAP_E_ARGUMENT;
    if (!keep_to_ourselves(&inherited))
        return TAPEMAP_E_NO_TAPE;
    struct tapemap_tape *opened = calloc(1, sizeof *opened);
    if (!opened)
        return TAPEMAP_E_MEMORY;
    opened->space = inherited.space;
    opened->id = inherited.id;
    opened->audio.handle = inherited.handles[0];
    opened->index.handle = inherited.handles[1];
    enum tapemap_status status = tape_read_sections(opened);
    if (status) {
        section_close(&opened->newest);
        file_tape_close(&opened->file);
        free(opened); /* and not the handles: they may be something else's */
        return status;
    }
    opened->waiting.events[0] = inherited.handles[2];
    opened->waiting.events[1] = inherited.handles[3];
    *tape = opened;
    return TAPEMAP_OK;
}
