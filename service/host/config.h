/* SPDX-License-Identifier: MIT */
/*
 * A configuration: which decks there are, and how each is recorded.
 *
 *     log = "tapemapd.log"
 *     controllers = 'STUDIO\anna'
 *     defaults { keep_free = 5GiB }
 *     deck "studio" {
 *         source = portaudio
 *         store = file
 *     }
 *
 * A deck's keys are the options of `tapemapd record`, with _ for - ; they are understood by the
 * same code. An option without a value is `true` or `false`. What stands in `defaults` holds for
 * each deck that does not say otherwise, unless it does not go with what the deck says.
 * Pure; one thread at a time in the whole process (libConfuse); never block.
 */
#ifndef TAPEMAP_CONFIG_H
#define TAPEMAP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As many as one supervisor can wait for, and have its own things to wait for too. */
#define CONFIG_MOST_DECKS 60u
#define CONFIG_MOST_BYTES ((size_t)1 << 20)
/* Whatever a file is that has more mistakes, reading on would only take its time. */
#define CONFIG_MOST_COMPLAINTS 200u

enum { CONFIG_MOST_SETTINGS = 64 };

struct config_setting {
    const char *option; /* "keep-free" */
    const char *value;  /* NULL: of an option that takes none */
    unsigned line;
};

struct config_settings {
    struct config_setting items[CONFIG_MOST_SETTINGS];
    size_t count;
};

struct config_deck {
    const char *name;
    unsigned line;
    struct config_settings settings; /* the defaults that apply among them */
    const char *path;                /* every tape of the deck goes to this file, or one that this
                                        pattern gives; NULL: to no file */
    bool is_file;                    /* it has tapes that can be gone on with by their path */
    bool is_memory;                  /* its tapes are in memory */
    bool is_spoilt;                  /* something in it was complained of */
    uint64_t hash;                   /* of all settings: another one means another recording */
};

/* Something that is wrong, and what to do about it. */
struct config_complaint {
    unsigned line; /* 0: the file as a whole */
    const char *text;
};

struct config {
    const char *log; /* a path; NULL: not asked for */
    const char *controllers; /* of the supervisor, for access_policy_init; NULL: none */
    size_t deck_count;
    struct config_deck decks[CONFIG_MOST_DECKS];
    size_t complaint_count; /* 0: it can be used */
    const struct config_complaint *complaints; /* by their lines */
    struct config_memory *memory;
};

/*
 * Understands `text`, which is `length` bytes and a zero, and is changed. All that is wrong with it
 * is in complaints; past CONFIG_MOST_COMPLAINTS it is not read on, and the last one says so.
 * Returns the configuration, or NULL when there is no memory. Memory: the caller's until
 * config_free; the text is needed no more.
 */
struct config *config_parse(char *text, size_t length);
/* NULL is ignored. */
void config_free(struct config *config);

/* What is said of `option`, or NULL. */
const struct config_setting *config_find_setting(const struct config_settings *settings,
                                                 const char *option);

/* The deck of this name, or NULL. */
const struct config_deck *config_find_deck(const struct config *config, const char *name);

#endif
