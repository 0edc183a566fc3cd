/* SPDX-License-Identifier: MIT */
/*
 * A configuration's text, cut into the statements at its top: sections and settings. libConfuse
 * reads each of them by itself, so that a mistake in one hides none in the next. It miscounts lines
 * that have comments, and after a string that never ends it reads all that follows wrongly, even in
 * the next file; so comments become blanks here, and such strings never reach it.
 * Pure; any thread; never block.
 */
#ifndef TAPEMAP_CONFIG_TEXT_H
#define TAPEMAP_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What ends an unquoted word, in libConfuse too. */
#define CONFIG_WORD_ENDS " #\"'\t\n\r={}()+,*"

struct config_text {
    char *at;      /* what is still to be read; ends with a zero */
    unsigned line; /* that `at` is in, from 1 */
};

struct config_statement {
    const char *text; /* not terminated */
    size_t length;
    unsigned line;       /* that it begins in */
    const char *wrong;   /* what no parser should see, as a sentence; NULL: nothing */
    unsigned wrong_line; /* where */
};

/* Gives the next statement, its comments blanked in the text itself; false at the end. Memory:
   statement->text lies in the text, statement->wrong is static. */
bool config_text_next(struct config_text *text, struct config_statement *statement);

#endif
