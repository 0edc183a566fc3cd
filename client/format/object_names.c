/* SPDX-License-Identifier: MIT */
#include "object_names.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tapemap/layout.h"
#include "utf8.h"

static void object_name_print(char *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(out, OBJECT_NAME_BYTES, format, arguments);
    va_end(arguments);
    assert(length > 0 && length < OBJECT_NAME_BYTES);
    (void)length;
}

void object_name_audio(char *out, const char *space, uint64_t tape_id, uint64_t generation)
{
    char id[17];

    tape_id_print(tape_id, id);
    if (generation > 0)
        object_name_print(out, "%stapemap.%s.g%" PRIu64, space, id, generation);
    else
        object_name_print(out, "%stapemap.%s", space, id);
}

void object_name_index(char *out, const char *space, uint64_t tape_id)
{
    char id[17];

    tape_id_print(tape_id, id);
    object_name_print(out, "%stapemap.%s.index", space, id);
}

void object_name_event(char *out, const char *space, uint64_t tape_id, unsigned parity)
{
    char id[17];

    tape_id_print(tape_id, id);
    object_name_print(out, "%stapemap.%s.%s", space, id, parity & 1u ? "odd" : "even");
}

void object_name_catalogue(char *out, const char *space)
{
    object_name_print(out, "%stapemap.catalogue", space);
}

void object_name_catalogue_lock(char *out, const char *space)
{
    object_name_print(out, "%stapemap.catalogue.lock", space);
}

void object_name_deck(char *out, const char *space, const char *deck_name)
{
    assert(deck_name_is_valid(deck_name));
    object_name_print(out, "%stapemap.deck.%s", space, deck_name);
}

void pipe_name_space(char out[PIPE_SPACE_BYTES], bool is_global, uint32_t session)
{
    if (is_global)
        snprintf(out, PIPE_SPACE_BYTES, "global");
    else
        snprintf(out, PIPE_SPACE_BYTES, "s%" PRIu32, session);
}

void pipe_name_deck(char *out, const char *pipe_space, const char *deck_name)
{
    assert(deck_name_is_valid(deck_name));
    object_name_print(out, "\\\\.\\pipe\\tapemap.%s.deck.%s", pipe_space, deck_name);
}

void pipe_name_supervisor(char *out, const char *pipe_space)
{
    object_name_print(out, "\\\\.\\pipe\\tapemap.%s.supervisor", pipe_space);
}

static int tape_id_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool tape_id_parse(const char *hex16, uint64_t *tape_id)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 16; i++) {
        int digit = tape_id_digit(hex16[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (uint64_t)digit;
    }
    if (hex16[16] != 0)
        return false;
    *tape_id = value;
    return true;
}

void tape_id_print(uint64_t tape_id, char out[17])
{
    for (unsigned i = 0; i < 16; i++)
        out[i] = "0123456789abcdef"[tape_id >> (60 - 4 * i) & 15u];
    out[16] = 0;
}

static bool deck_name_allows(uint32_t character)
{
    if (utf8_is_control(character))
        return false;
    return character >= 0x80 || !strchr("\\/:*?\"<>|", (int)character);
}

bool deck_name_is_valid(const char *name)
{
    size_t bytes = strlen(name);

    if (bytes == 0 || bytes >= TAPEMAP_NAME_BYTES)
        return false;
    if (name[0] == ' ' || name[bytes - 1] == ' ' || name[bytes - 1] == '.')
        return false;
    for (size_t i = 0; i < bytes;) {
        size_t length;
        uint32_t character = utf8_character(name + i, &length);
        if (length == 0 || !deck_name_allows(character))
            return false;
        i += length;
    }
    return true;
}
