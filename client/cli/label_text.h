/* SPDX-License-Identifier: MIT */
/*
 * A mark's label in the formats in which marks are listed. A label is another program's text: it
 * may be anything. What is not UTF-8, and any other control character than a tab or an end of
 * line, becomes '?', because a terminal obeys some of them. Pure.
 */
#ifndef TAPEMAP_LABEL_TEXT_H
#define TAPEMAP_LABEL_TEXT_H

#define LABEL_TEXT_BYTES 160u /* a record's text, each byte written as two, and quotes */

enum label_style {
    LABEL_TABLE,    /* tabs and ends of lines as \t, \n and \r, a backslash as two */
    LABEL_JSON,     /* as they are: cJSON escapes them */
    LABEL_CSV,      /* RFC 4180: in quotes, quotes doubled */
    LABEL_AUDACITY, /* tabs and ends of lines are blanks: the format has no other way */
};

/* Copies a label of at most 71 bytes; what is longer is cut. Returns `out`. */
char *label_text(const char *label, enum label_style style, char out[LABEL_TEXT_BYTES]);

#endif
