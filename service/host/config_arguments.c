/* SPDX-License-Identifier: MIT */
#include "config_arguments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


enum { MOST_ARGUMENTS = CONFIG_MOST_SETTINGS + 8 };

/* Makes the list twice: first to see how much room it takes. */
struct argument_list {
    char **pointers; /* NULL: only counts */
    char *text;
    size_t count;
    size_t bytes;
};

/* "--name=value", or any of them alone. */
static void add(struct argument_list *list, const char *name, const char *value)
{
    size_t length = strlen(name) + (value ? strlen(value) + 1 : 0) + 1;

    if (list->pointers) {
        list->pointers[list->count] = list->text + list->bytes;
        if (value)
            snprintf(list->text + list->bytes, length, "%s=%s", name, value);
        else
            memcpy(list->text + list->bytes, name, length);
    }
    list->count++;
    list->bytes += length;
}

static void add_option(struct argument_list *list, const char *option, const char *value)
{
    char name[64];

    snprintf(name, sizeof name, "--%s", option);
    add(list, name, value);
}

static void make_list(struct argument_list *list, const char *program,
                      const struct config_deck *deck, const char *log,
                      const char *const *more)
{
    char hash[24];

    add(list, program, NULL);
    add(list, "record", NULL);
    add_option(list, "deck", deck->name);
    if (log)
        add_option(list, "log", log); /* the deck's own, which comes later, goes before it */
    for (size_t i = 0; i < deck->settings.count; i++)
        add_option(list, deck->settings.items[i].option, deck->settings.items[i].value);
    if (deck->is_file)
        add_option(list, "resume-or-new", NULL);
    snprintf(hash, sizeof hash, "%016" PRIx64, deck->hash);
    add_option(list, "supervised", hash);
    for (; *more; more++)
        add(list, *more, NULL);
}

char **config_deck_arguments(const char *program, const struct config_deck *deck,
                             const char *log, const char *const *more)
{
    struct argument_list list = {0};
    size_t pointer_bytes = MOST_ARGUMENTS * sizeof(char *);
    char **pointers;

    make_list(&list, program, deck, log, more);
    pointers = malloc(pointer_bytes + list.bytes);
    if (!pointers)
        return NULL;
    list = (struct argument_list){.pointers = pointers, .text = (char *)pointers + pointer_bytes};
    make_list(&list, program, deck, log, more);
    pointers[list.count] = NULL;
    return pointers;
}
