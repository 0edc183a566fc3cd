/* SPDX-License-Identifier: MIT */
#include "tape_path.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "name_ending.h"
#include "object_names.h"

#define WORD_BYTES 128

/* `text` begins with `beginning`, which is in small letters. */
static bool starts_with(const char *text, const char *beginning)
{
    for (size_t i = 0; beginning[i] != '\0'; i++)
        if (tolower((unsigned char)text[i]) != beginning[i])
            return false;
    return true;
}

unsigned tape_path_folders(const char *pattern)
{
    unsigned folders = 0;

    for (; *pattern; pattern++)
        folders += *pattern == '/' || *pattern == '\\';
    return folders;
}

bool tape_path_is_file(const char *output)
{
    return name_has_ending(output, ".wav") || name_has_ending(output, ".rf64");
}

static int folded(char c)
{
    return c == '\\' ? '/' : tolower((unsigned char)c);
}

bool tape_path_is_same(const char *one, const char *other)
{
    while (*one != '\0' && folded(*one) == folded(*other)) {
        one++;
        other++;
    }
    return *one == *other;
}

/* Returns NULL for a word that there is not. */
static const char *word_text(const char *word, size_t length, const struct tape_path_facts *facts,
                             char text[WORD_BYTES])
{
    struct calendar now = calendar_of(facts->utc_ns);

    if (length == 4 && strncmp(word, "deck", length) == 0)
        snprintf(text, WORD_BYTES, "%s", facts->deck);
    else if (length == 2 && strncmp(word, "id", length) == 0)
        tape_id_print(facts->tape_id, text);
    else if (length == 4 && strncmp(word, "date", length) == 0)
        snprintf(text, WORD_BYTES, "%04u%02u%02u", now.year, now.month, now.day);
    else if (length == 3 && strncmp(word, "utc", length) == 0)
        snprintf(text, WORD_BYTES, "%04u%02u%02uT%02u%02u%02uZ", now.year, now.month, now.day,
                 now.hour, now.minute, now.second);
    else
        return NULL;
    return text;
}

/* Windows has devices of these names in every folder, whatever the extension: a folder or file that
   is made all the same opens in few programs. */
static bool is_device(const char *part, size_t length)
{
    static const char *const names[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    size_t stem = strcspn(part, ".");

    if (stem > length)
        stem = length;
    while (stem > 0 && part[stem - 1] == ' ')
        stem--;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool is_numbered = i >= 4;
        if (stem == (is_numbered ? 4u : 3u) && starts_with(part, names[i]) &&
            (!is_numbered || (part[3] >= '1' && part[3] <= '9')))
            return true;
    }
    return false;
}

static const char *check_parts(const char *path)
{
    const char *part = path;

    for (;;) {
        size_t length = strcspn(part, "/\\");
        if (length == 0)
            return "a part of the path would be empty";
        if (strspn(part, ".") >= length)
            return "a part of the path would be . or ..";
        if (part[length - 1] == ' ' || part[length - 1] == '.')
            return "a part of the path would end with a dot or a space";
        if (is_device(part, length))
            return "a part of the path would be the name of a device, as con, aux and com1 are";
        if (part[length] == '\0')
            return NULL;
        part += length + 1;
    }
}

const char *tape_path_number(char *path, unsigned attempt, size_t room)
{
    char ending[32];
    char *dot = strrchr(path, '.');

    if (attempt < 2)
        return NULL;
    snprintf(ending, sizeof ending, "-%u%s", attempt, dot);
    if ((size_t)(dot - path) + strlen(ending) >= room)
        return "the path would be too long";
    strcpy(dot, ending);
    return NULL;
}

static const char *copy_words(const char *pattern, const struct tape_path_facts *facts, char *out,
                              size_t room)
{
    char word[WORD_BYTES];
    size_t used = 0;

    while (*pattern) {
        const char *text = pattern;
        size_t length = 1;
        size_t taken = 1;
        if (*pattern == '{') {
            const char *end = strchr(pattern, '}');
            if (!end || !word_text(pattern + 1, (size_t)(end - pattern - 1), facts, word))
                return "the words in braces are {deck}, {utc}, {date} and {id}";
            text = word;
            length = strlen(word);
            taken = (size_t)(end - pattern) + 1;
        } else if (strchr("}:*?\"<>|", *pattern) || (unsigned char)*pattern < ' ') {
            return "it has a character that no file name may have";
        }
        if (used + length >= room)
            return "the path would be too long";
        memcpy(out + used, text, length);
        used += length;
        pattern += taken;
    }
    out[used] = '\0';
    return NULL;
}

const char *tape_path_expand(const char *pattern, const struct tape_path_facts *facts, char *out,
                             size_t room)
{
    const char *wrong = copy_words(pattern, facts, out, room);

    if (!wrong)
        wrong = check_parts(out);
    if (!wrong && !tape_path_is_file(out))
        wrong = "it does not end in .wav or .rf64";
    return wrong ? wrong : tape_path_number(out, facts->attempt, room);
}
