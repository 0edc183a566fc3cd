/* SPDX-License-Identifier: MIT */
/* What the two halves of config.h share: config.c reads settings, config_decks.c sees what they
   come to. */
#ifndef TAPEMAP_CONFIG_PRIVATE_H
#define TAPEMAP_CONFIG_PRIVATE_H

#include "config.h"
#include "printf_format.h"

struct config_text_block {
    struct config_text_block *next;
    char text[];
};

struct config_memory {
    struct config_text_block *texts;
    struct config_complaint *complaints;
    size_t complaint_room;
    size_t mistakes; /* so far, also those that nobody is told of */
    struct config_settings defaults;
    bool are_defaults_spoilt; /* something in them was complained of */
    bool is_short; /* there was no memory for something */
};

/* A copy that lives as long as the configuration; NULL: no memory, which is noted. */
char *config_keep(struct config *config, const char *text, size_t length);

/* Notes that something is wrong. Any thread of the one that parses; never blocks. */
void config_complain(struct config *config, unsigned line, const char *format, ...)
    PRINTF_FORMAT(3, 4);

/* Tries all that the decks say, gives them the defaults, and complains. */
void config_conclude_decks(struct config *config);

#endif
