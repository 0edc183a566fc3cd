/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_private.h"
#include "config_text.h"
#include "nearest_name.h"
#include "record_options.h"

enum { MOST_KEYS = CONFIG_MOST_SETTINGS + 8, KEY_BYTES = 32 };

/* What a statement is read with. libConfuse's callbacks are given nothing of ours, and its scanner
   is one for the whole process anyway. */
static struct {
    struct config *config;
    unsigned first_line;  /* that the statement begins in */
    bool has_unknown;     /* a key that was told already */
    size_t mistakes;      /* before it */
    struct config_settings *settings;
    struct config_settings deck_settings;
    const char *text;     /* of the statement */
    bool is_deck;
} reading;

/* ---- Memory and complaints ------------------------------------------------------------------ */

char *config_keep(struct config *config, const char *text, size_t length)
{
    struct config_text_block *block = malloc(sizeof *block + length + 1);

    if (!block) {
        config->memory->is_short = true;
        return NULL;
    }
    memcpy(block->text, text, length);
    block->text[length] = '\0';
    block->next = config->memory->texts;
    config->memory->texts = block;
    return block->text;
}

static bool make_room(struct config_memory *memory, size_t count)
{
    size_t room = memory->complaint_room == 0 ? 16 : 2 * memory->complaint_room;
    struct config_complaint *complaints;

    if (count < memory->complaint_room)
        return true;
    complaints = realloc(memory->complaints, room * sizeof *complaints);
    if (!complaints) {
        memory->is_short = true;
        return false;
    }
    memory->complaints = complaints;
    memory->complaint_room = room;
    return true;
}

static void add_complaint(struct config *config, unsigned line, const char *text)
{
    struct config_complaint *complaint;
    size_t at;

    if (!make_room(config->memory, config->complaint_count))
        return;
    for (at = config->complaint_count; at > 0; at--) {
        if (config->memory->complaints[at - 1].line <= line)
            break;
        config->memory->complaints[at] = config->memory->complaints[at - 1];
    }
    complaint = &config->memory->complaints[at];
    complaint->line = line;
    complaint->text = config_keep(config, text, strlen(text));
    config->complaints = config->memory->complaints;
    if (complaint->text)
        config->complaint_count++;
}

void config_complain(struct config *config, unsigned line, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    config->memory->mistakes++;
    if (config->complaint_count >= CONFIG_MOST_COMPLAINTS)
        return; /* the rest of a statement that has many */
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    add_complaint(config, line, text);
}

/* ---- The keys ------------------------------------------------------------------------------- */

static const char *const global_keys[] = {"log", "controllers"};
static const char *const top_names[] = {"log", "controllers", "defaults", "deck"};

/* The options of record, as keys. */
struct keys {
    char names[MOST_KEYS][KEY_BYTES];
    const char *pointers[MOST_KEYS]; /* of those that a configuration may have */
    size_t count;
};

static void key_from_option(const char *option, char *key)
{
    snprintf(key, KEY_BYTES, "%s", option);
    for (char *dash = strchr(key, '-'); dash; dash = strchr(dash, '-'))
        *dash = '_';
}

static void keys_collect(struct keys *keys)
{
    struct record_option option;

    keys->count = 0;
    for (size_t i = 0; keys->count < CONFIG_MOST_SETTINGS && record_option_get(i, &option); i++) {
        if (option.use != RECORD_OPTION_ANYWHERE)
            continue;
        key_from_option(option.name, keys->names[keys->count]);
        keys->pointers[keys->count] = keys->names[keys->count];
        keys->count++;
    }
}

static bool find_option(const char *key, struct record_option *option)
{
    char name[KEY_BYTES];

    for (size_t i = 0; record_option_get(i, option); i++) {
        key_from_option(option->name, name);
        if (strcmp(name, key) == 0)
            return true;
    }
    return false;
}

static void complain_unknown(const char *key, unsigned line, bool is_top)
{
    struct record_option option;
    struct keys keys;
    const char *meant;

    keys_collect(&keys);
    if (!is_top && find_option(key, &option)) {
        config_complain(reading.config, line, "'%s' cannot be set: %s", key,
                        strcmp(key, "deck") == 0
                            ? "the deck's name stands before its brace; leave it out"
                            : "the supervisor does what is needed by itself; leave it out");
        return;
    }
    meant = is_top ? nearest_name(key, top_names, sizeof top_names / sizeof top_names[0])
                   : nearest_name(key, keys.pointers, keys.count);
    if (meant)
        config_complain(reading.config, line, "unknown key '%s'; did you mean '%s'?", key, meant);
    else if (is_top)
        config_complain(reading.config, line,
                        "unknown key '%s'; outside of decks there are log, controllers, defaults "
                        "and deck, and a deck's keys go between its braces", key);
    else
        config_complain(reading.config, line,
                        "unknown key '%s'; a deck's keys are the options of record with _ for "
                        "-, see 'tapemapd help record'", key);
}

/* ---- What libConfuse finds ------------------------------------------------------------------ */

static unsigned line_of(const cfg_t *cfg)
{
    return reading.first_line + (unsigned)cfg->line - 1;
}

static bool is_top(const cfg_t *cfg)
{
    return strcmp(cfg_name((cfg_t *)cfg), "root") == 0;
}

/* Unknown keys it tells and reads on (CFGF_KEYSTRVAL); after anything else it stops. */
static void on_error(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[256];

    if (strcmp(format, "no such option '%s'") == 0) {
        complain_unknown(va_arg(arguments, const char *), line_of(cfg), is_top(cfg));
        reading.has_unknown = true;
        return;
    }
    if (reading.has_unknown)
        return; /* what comes of not knowing what it was to be */
    vsnprintf(text, sizeof text, format, arguments);
    config_complain(reading.config, line_of(cfg),
                    "%s; write KEY = VALUE, or deck \"NAME\" { ... }, and quotes around what is "
                    "more than a word", text);
}

static const char *given_text(cfg_opt_t *opt)
{
    return cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
}

/* Returns 1, 0, or -1 for what is neither. */
static int truth(const char *text)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

    for (int i = 0; i < (int)(sizeof words / sizeof words[0]); i++) {
        if (strcmp(text, words[i]) == 0)
            return i % 2;
    }
    return -1;
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    }
    return true;
}

static bool take_value(const struct record_option *option, const char *key, const char *text,
                       struct config_setting *setting)
{
    int is_true = truth(text);

    setting->option = option->name;
    if (!is_plain(text)) {
        config_complain(reading.config, setting->line,
                        "%s has a control character in its value; \\ in double quotes begins "
                        "one, so write \\\\ or use single quotes", key);
        return false;
    }
    if (option->takes_value) {
        setting->value = config_keep(reading.config, text, strlen(text));
        return setting->value != NULL;
    }
    if (is_true < 0)
        config_complain(reading.config, setting->line, "%s is '%s'; use true or false", key, text);
    setting->value = NULL;
    return is_true == 1;
}

/* A key of a deck, or of the defaults. */
static int on_key(cfg_t *cfg, cfg_opt_t *opt)
{
    struct config_settings *settings = reading.settings;
    struct config_setting *setting = &settings->items[settings->count];
    struct record_option option;

    if (!find_option(cfg_opt_name(opt), &option))
        return 0;
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i].option, option.name) == 0) {
            config_complain(reading.config, line_of(cfg),
                            "%s is given in line %u already; leave one of them out",
                            cfg_opt_name(opt), settings->items[i].line);
            return 0;
        }
    }
    setting->line = line_of(cfg);
    if (settings->count + 1 < CONFIG_MOST_SETTINGS &&
        take_value(&option, cfg_opt_name(opt), given_text(opt), setting))
        settings->count++;
    return 0;
}

/* A key outside of decks. */
static int on_global(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *text = given_text(opt);
    const char *key = cfg_opt_name(opt);
    bool is_log = strcmp(key, global_keys[0]) == 0;
    const char **place = is_log ? &reading.config->log : &reading.config->controllers;

    if (*text == '\0' || !is_plain(text))
        config_complain(reading.config, line_of(cfg),
                        "%s is empty or has control characters; give %s, in single quotes when "
                        "there is a \\ in it", key, is_log ? "a file" : "names");
    else if (*place)
        config_complain(reading.config, line_of(cfg), "%s is given twice; leave one of them out",
                        key);
    else
        *place = config_keep(reading.config, text, strlen(text));
    return 0;
}

/* ---- Statements ----------------------------------------------------------------------------- */

static void add_deck(const char *name, unsigned line)
{
    struct config *config = reading.config;
    struct config_deck *deck = &config->decks[config->deck_count];

    if (config->deck_count == CONFIG_MOST_DECKS) {
        config_complain(config, line, "deck '%s' is one too many; a supervisor takes %u decks, so "
                        "give the others to a supervisor in another login session", name,
                        CONFIG_MOST_DECKS);
        return;
    }
    *deck = (struct config_deck){.name = config_keep(config, name, strlen(name)), .line = line,
                                 .settings = reading.deck_settings,
                                 .is_spoilt = config->memory->mistakes != reading.mistakes};
    if (deck->name)
        config->deck_count++;
}

static bool begins_with(const char *text, const char *word)
{
    size_t length = strlen(word);

    return strncmp(text, word, length) == 0 && strchr(CONFIG_WORD_ENDS, text[length]) != NULL;
}

/* At the end of a section. One that stands behind a key is in the statement of that. */
static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *name = cfg_opt_name(opt);

    (void)cfg;
    if (!begins_with(reading.text, name))
        config_complain(reading.config, reading.first_line,
                        "'%s' does not begin its statement; write it without quotes, in a line of "
                        "its own", name);
    else if (reading.is_deck)
        add_deck(cfg_title(cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1)), reading.first_line);
    return 0;
}

static void read_confuse(const char *text, cfg_opt_t *top)
{
    cfg_t *cfg = cfg_init(top, CFGF_KEYSTRVAL);

    if (!cfg) {
        reading.config->memory->is_short = true;
        return;
    }
    cfg_set_error_function(cfg, on_error);
    switch (cfg_parse_buf(cfg, text)) {
    case CFG_SUCCESS:
    case CFG_PARSE_ERROR: /* told by on_error */
        break;
    default:
        config_complain(reading.config, reading.first_line,
                        "this cannot be read, because no temporary file can be made; see that "
                        "the folder TEMP exists and may be written to");
        break;
    }
    cfg_free(cfg);
}

static cfg_opt_t text_option(const char *name, cfg_validate_callback_t callback)
{
    cfg_opt_t option = CFG_STR(name, NULL, CFGF_NODEFAULT);

    option.validcb = callback;
    return option;
}

static void read_statement(struct config *config, const struct config_statement *statement)
{
    cfg_opt_t in_section[MOST_KEYS];
    cfg_opt_t end = CFG_END();
    cfg_opt_t defaults = CFG_SEC("defaults", in_section, CFGF_NONE);
    cfg_opt_t deck = CFG_SEC("deck", in_section, CFGF_MULTI | CFGF_TITLE);
    cfg_opt_t top[5];
    struct keys keys;
    char *text = config_keep(config, statement->text, statement->length);

    if (!text)
        return;
    keys_collect(&keys);
    for (size_t i = 0; i < keys.count; i++)
        in_section[i] = text_option(keys.names[i], on_key);
    in_section[keys.count] = end;
    deck.validcb = on_section;
    defaults.validcb = on_section;
    top[0] = text_option(global_keys[0], on_global);
    top[1] = text_option(global_keys[1], on_global);
    top[2] = defaults;
    top[3] = deck;
    top[4] = end;
    reading.config = config;
    reading.first_line = statement->line;
    reading.has_unknown = false;
    reading.text = text;
    reading.is_deck = begins_with(text, "deck");
    reading.deck_settings.count = 0;
    reading.settings = reading.is_deck ? &reading.deck_settings : &config->memory->defaults;
    reading.mistakes = config->memory->mistakes;
    read_confuse(text, top);
    if (!reading.is_deck && config->memory->mistakes != reading.mistakes)
        config->memory->are_defaults_spoilt = true;
}

static void read_statements(struct config *config, struct config_text rest)
{
    struct config_statement statement;

    while (config_text_next(&rest, &statement)) {
        if (config->memory->mistakes >= CONFIG_MOST_COMPLAINTS) {
            add_complaint(config, statement.line,
                          "after so many mistakes it is not read on; mend those first, or see "
                          "whether this is a configuration");
            return;
        }
        if (statement.wrong)
            config_complain(config, statement.wrong_line, "%s", statement.wrong);
        else
            read_statement(config, &statement);
    }
    config_conclude_decks(config);
}

/* Texts that no statement can be found in. */
static const char *unreadable(const char *text, size_t length)
{
    if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return "the file is UTF-16; save it as UTF-8";
    if (length > CONFIG_MOST_BYTES)
        return "the file has more than 1 MiB; is it a configuration?";
    if (strlen(text) != length)
        return "the file has zero bytes in it; save it as UTF-8 text";
    return NULL;
}

struct config *config_parse(char *text, size_t length)
{
    struct config *config = calloc(1, sizeof *config);
    struct config_text rest = {text, 1};
    const char *wrong = unreadable(text, length);

    if (!config)
        return NULL;
    config->memory = calloc(1, sizeof *config->memory);
    if (!config->memory) {
        free(config);
        return NULL;
    }
    if (wrong)
        config_complain(config, 0, "%s", wrong);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        rest.at += 3; /* what some editors begin UTF-8 with */
    if (!wrong)
        read_statements(config, rest);
    if (!config->memory->is_short)
        return config;
    config_free(config);
    return NULL;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    while (config->memory->texts) {
        struct config_text_block *block = config->memory->texts;

        config->memory->texts = block->next;
        free(block);
    }
    free(config->memory->complaints);
    free(config->memory);
    free(config);
}

const struct config_deck *config_find_deck(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->deck_count; i++) {
        if (strcmp(config->decks[i].name, name) == 0)
            return &config->decks[i];
    }
    return NULL;
}
