/* SPDX-License-Identifier: MIT */
/*
 * Why a recorder ended, for its supervisor: a few bytes of memory that the recorder inherits, and
 * that stay when it has gone. Writing them waits for nobody.
 */
#ifndef TAPEMAP_LAST_WORDS_H
#define TAPEMAP_LAST_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define LAST_WORDS_BYTES 1024u
#define LAST_WORDS_HANDLE_BYTES 20u

struct last_words {
    void *section; /* NULL: none */
};

/* For the supervisor. Returns false when the system has none to give. Memory: the caller's until
   last_words_close. One thread; never blocks. */
bool last_words_make(struct last_words *words);
void last_words_close(struct last_words *words);

/* Writes the section's handle as --last-words takes it. Any thread; never blocks. */
void last_words_print(const struct last_words *words, char text[LAST_WORDS_HANDLE_BYTES]);

/* Copies what was said last into `text`, as one line; "" when it was nothing. Once the recorder has
   ended. One thread; never blocks. */
void last_words_read(const struct last_words *words, char *text, size_t room);

/* For the recorder: leaves a sentence behind the handle that --last-words gave; NULL is ignored,
   and so is what is no such handle. One thread; never blocks. */
void last_words_leave(const char *handle, const char *sentence);

#endif
