/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONFIG_ARGUMENTS_H
#define TAPEMAP_CONFIG_ARGUMENTS_H

#include "config.h"

/*
 * The command line of a deck's recorder: `program` record --deck=NAME and so on, each as one text,
 * the list ending with NULL. A tape in a file that was interrupted is gone on with. `log`: where
 * it logs, unless the deck says so itself; NULL: nowhere. `more`: options besides, as whole texts,
 * and NULL.
 * Returns NULL when there is no memory. Memory: one block, the caller's, for free(); it points to
 * nothing else. Any thread; never blocks.
 */
char **config_deck_arguments(const char *program, const struct config_deck *deck,
                             const char *log, const char *const *more);

#endif
