/* SPDX-License-Identifier: MIT */
/* An overview in characters. */
#ifndef TAPEMAP_OVERVIEW_TEXT_H
#define TAPEMAP_OVERVIEW_TEXT_H

#include "draw_bytes.h"
#include "overview.h"

#define OVERVIEW_TEXT_LEAST 30u

/* The columns of sound that a text so wide shows. */
uint32_t overview_text_columns(unsigned width);

/*
 * Draws it as lines: title, labels of marks, for each channel its peaks from silence at the bottom
 * to full scale, and the time axis. The overview's columns are overview_text_columns(width).
 * is_ascii: with nothing but ASCII. Returns false when there is no memory. Memory: out->data is the
 * caller's to free.
 */
bool overview_text(const struct overview *overview, unsigned width, bool is_ascii,
                   struct draw_bytes *out);

#endif
