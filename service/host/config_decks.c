/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "config_private.h"
#include "record_options.h"
#include "tape_path.h"

/* ---- Sentences ------------------------------------------------------------------------------ */

/* The length of the option's name that `text` begins with; 0: it begins with none. */
static size_t option_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
    struct record_option option;

    for (size_t i = 0; record_option_get(i, &option); i++) {
        if (strlen(option.name) == length && strncmp(option.name, text, length) == 0)
            return length;
    }
    return 0;
}

/* A sentence about options, as one about keys: "--keep-free" becomes "keep_free". */
static void sentence_for_keys(const char *text, char *out, size_t room)
{
    size_t used = 0;

    while (*text != '\0' && used + 1 < room) {
        size_t length = strncmp(text, "--", 2) == 0 ? option_length(text + 2) : 0;

        if (length == 0) {
            out[used++] = *text++;
            continue;
        }
        text += 2;
        for (; length > 0 && used + 1 < room; length--, text++)
            out[used++] = *text == '-' ? '_' : *text;
        if (strncmp(text, " file", 5) == 0 && used + 2 < room) {
            out[used++] = ' ';
            out[used++] = '=';
        }
    }
    out[used] = '\0';
}

static void complain_of_deck(struct config *config, const struct config_deck *deck, unsigned line,
                             const char *text)
{
    char sentence[600];

    sentence_for_keys(text, sentence, sizeof sentence);
    config_complain(config, line, "deck '%s': %s", deck->name, sentence);
}

/* ---- What goes together --------------------------------------------------------------------- */

const struct config_setting *config_find_setting(const struct config_settings *settings,
                                                 const char *option)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i].option, option) == 0)
            return &settings->items[i];
    }
    return NULL;
}

static bool settings_take(const struct config_settings *settings, struct record_options *options,
                          struct failure *failure)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (!record_options_take(options, settings->items[i].option, settings->items[i].value,
                                 failure))
            return false;
    }
    return true;
}

/* Whether a deck with these settings, and a source, could be recorded. */
static bool settings_agree(const struct config_settings *settings)
{
    struct record_options options;
    struct failure failure;

    record_options_begin(&options);
    options.deck = "deck";
    options.source = "tone";
    return settings_take(settings, &options, &failure) &&
           record_options_conclude(&options, &failure);
}

/* Takes away the settings that are wrong by themselves, once they are told. True when there was
   one. */
static bool drop_bad_values(struct config *config, struct config_settings *settings,
                            const char *deck)
{
    struct record_options options;
    struct failure failure;
    char sentence[600];
    size_t kept = 0;

    record_options_begin(&options);
    for (size_t i = 0; i < settings->count; i++) {
        const struct config_setting setting = settings->items[i];

        if (record_options_take(&options, setting.option, setting.value, &failure)) {
            settings->items[kept++] = setting;
            continue;
        }
        sentence_for_keys(failure.text, sentence, sizeof sentence);
        config_complain(config, setting.line, "%s%s%s%s", deck ? "deck '" : "defaults",
                        deck ? deck : "", deck ? "': " : ": ", sentence);
    }
    if (kept == settings->count)
        return false;
    settings->count = kept;
    return true;
}

static bool is_basic(const struct config_setting *setting)
{
    return strcmp(setting->option, "store") == 0 || strcmp(setting->option, "source") == 0;
}

/* Takes those defaults that go with the deck as it is now. Returns true when there was one. */
static bool take_agreeing(const struct config_settings *defaults, struct config_settings *settings,
                          bool are_basic)
{
    size_t before = settings->count;

    for (size_t i = 0; i < defaults->count; i++) {
        const struct config_setting *setting = &defaults->items[i];

        if (is_basic(setting) != are_basic || config_find_setting(settings, setting->option) ||
            settings->count + 1 >= CONFIG_MOST_SETTINGS)
            continue;
        settings->items[settings->count++] = *setting;
        if (!settings_agree(settings))
            settings->count--;
    }
    return settings->count != before;
}

/* The defaults that others depend on come first. What does not go with the deck may do so once
   another one is taken, in whatever order they are written. */
static void take_defaults(struct config *config, struct config_deck *deck)
{
    while (take_agreeing(&config->memory->defaults, &deck->settings, true))
        continue;
    while (take_agreeing(&config->memory->defaults, &deck->settings, false))
        continue;
}

/* ---- One deck ------------------------------------------------------------------------------- */

static void note_path(struct config *config, struct config_deck *deck,
                      const struct record_options *options)
{
    struct tape_path_facts facts = {.deck = deck->name, .attempt = 1};
    char path[4600];

    facts.tape_id = (uint64_t)(deck - config->decks) + 1;
    deck->is_file = options->file.store == RECORD_STORE_FILE;
    deck->is_memory = options->file.store == RECORD_STORE_PAGEFILE;
    if (!deck->is_file)
        return;
    if (tape_path_is_file(options->file.output)) {
        /* Once it has ended properly, nothing could be recorded any more. */
        const struct config_setting *output = config_find_setting(&deck->settings, "output");
        complain_of_deck(config, deck, output ? output->line : deck->line,
                         "output is one file, and the deck begins a new one each time that it is "
                         "started; give a folder, and in name what the files are to be called");
        snprintf(path, sizeof path, "%s", options->file.output);
    } else {
        size_t used = (size_t)snprintf(path, 500, "%.490s/", options->file.output);

        if (tape_path_expand(options->file.pattern, &facts, path + used, sizeof path - used))
            return;
    }
    deck->path = config_keep(config, path, strlen(path));
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; text && *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3); /* no byte of UTF-8 */
}

static uint64_t hash_settings(const struct config_settings *settings)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < settings->count; i++)
        hash = hash_text(hash_text(hash, settings->items[i].option), settings->items[i].value);
    return hash;
}

static void conclude_deck(struct config *config, struct config_deck *deck)
{
    struct record_options options;
    struct failure failure;
    const struct config_setting *source;

    record_options_begin(&options);
    if (!record_options_take(&options, "deck", deck->name, &failure)) {
        config_complain(config, deck->line, "%s", failure.text);
        return;
    }
    if (drop_bad_values(config, &deck->settings, deck->name) || deck->is_spoilt)
        return; /* what is missing now may have been there */
    take_defaults(config, deck);
    source = config_find_setting(&deck->settings, "source");
    if (!source) {
        complain_of_deck(config, deck, deck->line,
                         "source is missing; give one, for example source = portaudio");
        return;
    }
    if (strcmp(source->value, "stdin") == 0)
        complain_of_deck(config, deck, source->line,
                         "source stdin has nobody to feed it here; record it by 'tapemapd "
                         "record', or give another source");
    if (!settings_take(&deck->settings, &options, &failure) ||
        !record_options_conclude(&options, &failure)) {
        complain_of_deck(config, deck, deck->line, failure.text);
        return;
    }
    note_path(config, deck, &options);
    deck->hash = hash_settings(&deck->settings);
}

/* ---- All of them ---------------------------------------------------------------------------- */

/* As the file system sees it: without regard to case (of ASCII, at least), \ being / . */
static void compare_decks(struct config *config, const struct config_deck *earlier,
                          const struct config_deck *later)
{
    if (tape_path_is_same(earlier->name, later->name))
        config_complain(config, later->line,
                        "deck '%s' is there already, in line %u; give one of them another name, "
                        "or remove it", later->name, earlier->line);
    else if (earlier->path && later->path && tape_path_is_same(earlier->path, later->path))
        config_complain(config, later->line,
                        "deck '%s' writes to the same file as deck '%s' in line %u; give it "
                        "another output, or put {deck} into its name", later->name, earlier->name,
                        earlier->line);
}

void config_conclude_decks(struct config *config)
{
    if (drop_bad_values(config, &config->memory->defaults, NULL))
        config->memory->are_defaults_spoilt = true;
    for (size_t i = 0; i < config->deck_count; i++) {
        if (config->memory->are_defaults_spoilt)
            config->decks[i].is_spoilt = true;
        conclude_deck(config, &config->decks[i]);
        for (size_t j = 0; j < i; j++)
            compare_decks(config, &config->decks[j], &config->decks[i]);
    }
    if (config->deck_count == 0 && config->complaint_count == 0)
        config_complain(config, 0, "there is no deck in it; add one: deck \"NAME\" { source = "
                                   "portaudio }");
}
