/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_TELL_NEWS_H
#define TAPEMAP_TELL_NEWS_H

#include "deck_news.h"

/* Writes what is new of a deck into the log, and what is for the screen onto stderr too. Threads:
   any. Blocks: for both. */
void tell_news(const struct news *news, const char *deck);

#endif
