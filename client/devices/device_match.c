/* SPDX-License-Identifier: MIT */
#include "device_match.h"

#include <stdio.h>
#include <string.h>

#include "utf8_text.h"

/* As much as a problem's text has room for besides its sentence. */
#define MATCH_LIST_BYTES 320

/* Room for the user's words inside it. */
#define MATCH_WISH_BYTES 80

struct match_wish {
    char host_api[48];
    const char *device;
};

/* The rows [first, end) of one host API. */
struct match_group {
    const struct device_info *first;
    const struct device_info *end;
};

struct match_list {
    char text[MATCH_LIST_BYTES];
    bool is_full;
};

static char match_fold(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Whether `text` begins with `part`. */
static bool match_begins(const char *text, const char *part)
{
    while (*part && match_fold(*text) == match_fold(*part)) {
        text++;
        part++;
    }
    return !*part;
}

static bool match_contains(const char *text, const char *part)
{
    do {
        if (match_begins(text, part))
            return true;
    } while (*text++);
    return false;
}

static bool match_equals(const char *text, const char *part)
{
    return strlen(text) == strlen(part) && match_begins(text, part);
}

/* Behind "2- ", with which Windows tells devices of one name apart; else where it was. */
static const char *match_skip_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && strncmp(text + digits, "- ", 2) == 0 ? text + digits + 2 : text;
}

bool device_names_are_one(const char *a, const char *b)
{
    while (*a && match_fold(*a) == match_fold(*b)) {
        bool is_bracket = *a == '(';

        a++;
        b++;
        if (is_bracket) {
            a = match_skip_number(a);
            b = match_skip_number(b);
        }
    }
    return !*a && !*b;
}

static void match_list_add(struct match_list *list, const char *text)
{
    size_t used = strlen(list->text);
    size_t bytes = strlen(text);

    if (list->is_full)
        return;
    /* What is added leaves room for the three dots that may have to follow it. */
    list->is_full = used + strlen(", ") + bytes + sizeof ", ..." > sizeof list->text;
    if (list->is_full)
        text = "...";
    if (used > 0) {
        memcpy(list->text + used, ", ", 2);
        used += 2;
    }
    memcpy(list->text + used, text, strlen(text) + 1);
}

static void match_list_add_device(struct match_list *list, const struct device_info *row)
{
    char text[sizeof row->host_api + sizeof row->name + 2];

    memcpy(text, row->host_api, strlen(row->host_api) + 1);
    memcpy(text + strlen(text), ":", 2);
    memcpy(text + strlen(text), row->name, strlen(row->name) + 1);
    match_list_add(list, text);
}

/* What "portaudio:Windows WASAPI" means is what the list calls WASAPI. */
static void match_split(const char *wish, struct match_wish *parts)
{
    size_t length;

    if (match_begins(wish, "windows "))
        wish += strlen("windows ");
    length = strcspn(wish, ":");
    parts->device = wish[length] ? wish + length + 1 : "";
    if (length >= sizeof parts->host_api)
        length = sizeof parts->host_api - 1; /* longer than any name: matches none */
    memcpy(parts->host_api, wish, length);
    parts->host_api[length] = '\0';
}

static const struct device_info *match_default(const struct match_group *group)
{
    for (const struct device_info *row = group->first; row < group->end; row++)
        if (row->is_host_default)
            return row;
    return group->first;
}

/* The device whose whole name it is, or else the only one of that name but for its number. */
static const struct device_info *match_any_number(const struct match_group *group,
                                                  const char *name, bool *is_ambiguous)
{
    const struct device_info *found = NULL;
    size_t count = 0;

    for (const struct device_info *row = group->first; row < group->end; row++) {
        if (match_equals(row->name, name))
            return row;
        if (device_names_are_one(row->name, name) && count++ == 0)
            found = row;
    }
    *is_ambiguous = count > 1;
    return found;
}

/* The device of the group that `device` means; NULL when none, or with *is_ambiguous several. */
static const struct device_info *match_device(const struct match_group *group, const char *device,
                                              bool *is_ambiguous)
{
    const struct device_info *partial = NULL;
    const struct device_info *exact = NULL;
    size_t partial_count = 0;
    size_t exact_count = 0;

    if (device[0] == DEVICE_ANY_NUMBER[0])
        return match_any_number(group, device + 1, is_ambiguous);
    for (const struct device_info *row = group->first; row < group->end; row++) {
        if (match_equals(row->name, device) && (exact_count++ == 0 || row->is_host_default))
            exact = row;
        if (match_contains(row->name, device) && (partial_count++ == 0 || row->is_host_default))
            partial = row;
    }
    if (exact) {
        *is_ambiguous = exact_count > 1 && !exact->is_host_default;
        return exact;
    }
    *is_ambiguous = partial_count > 1 && !partial->is_host_default;
    return partial;
}

static struct match_group match_group_at(const struct device_info *rows, size_t count)
{
    struct match_group group;

    group.first = rows;
    group.end = rows + 1;
    while (group.end < rows + count && strcmp(group.end->host_api, rows->host_api) == 0)
        group.end++;
    return group;
}

static const struct device_info *match_fail_none(const struct device_table *table,
                                                const char *wish, struct device_problem *problem)
{
    static const char *const no_device[] = {
        [DEVICE_INPUT] = "there is no audio input device; connect one, or use another source",
        [DEVICE_OUTPUT] = "there is no audio output device; connect one, and see 'tapemap play "
                          "--devices'",
    };
    struct match_list list = {{0}, false};
    char shown[MATCH_WISH_BYTES];

    for (size_t i = 0; i < table->count; i++)
        match_list_add_device(&list, &table->rows[i]);
    utf8_shorten(wish, shown, sizeof shown);
    if (table->count == 0)
        snprintf(problem->text, sizeof problem->text, "%s", no_device[table->direction]);
    else if (table->direction == DEVICE_INPUT)
        snprintf(problem->text, sizeof problem->text,
                 "no input device fits 'portaudio:%s'; use one of: %s", shown, list.text);
    else
        snprintf(problem->text, sizeof problem->text,
                 "no output device fits '%s'; use one that 'tapemap play --devices' lists: %s",
                 shown, list.text);
    return NULL;
}

static const struct device_info *match_fail_ambiguous(const struct match_group *group,
                                                     const char *device,
                                                     struct device_problem *problem)
{
    struct match_list list = {{0}, false};
    char shown[MATCH_WISH_BYTES];

    for (const struct device_info *row = group->first; row < group->end; row++)
        if (match_contains(row->name, device) ||
            (device[0] == DEVICE_ANY_NUMBER[0] && device_names_are_one(row->name, device + 1)))
            match_list_add(&list, row->name);
    utf8_shorten(device, shown, sizeof shown);
    snprintf(problem->text, sizeof problem->text,
             "'%s' fits several devices of %s; give more of the name of one: %s", shown,
             group->first->host_api, list.text);
    return NULL;
}

const struct device_info *device_match(const struct device_table *table, const char *wish,
                                       struct device_problem *problem)
{
    struct match_wish parts;
    struct match_group group;

    match_split(wish, &parts);
    for (size_t i = 0; i < table->count; i += (size_t)(group.end - group.first)) {
        const struct device_info *found;
        bool is_ambiguous = false;

        group = match_group_at(table->rows + i, table->count - i);
        if (!match_contains(group.first->host_api, parts.host_api))
            continue;
        found = parts.device[0] ? match_device(&group, parts.device, &is_ambiguous)
                                : match_default(&group);
        if (is_ambiguous)
            return match_fail_ambiguous(&group, parts.device, problem);
        if (found)
            return found;
    }
    return match_fail_none(table, wish, problem);
}

bool device_is_alone(const struct device_table *table, const struct device_info *device)
{
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++)
        count += strcmp(table->rows[i].host_api, device->host_api) == 0 &&
                 device_names_are_one(table->rows[i].name, device->name);
    return count == 1;
}
