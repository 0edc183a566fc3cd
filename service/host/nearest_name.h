/* SPDX-License-Identifier: MIT */
/* What somebody may have meant. Pure; any thread; never block. */
#ifndef TAPEMAP_NEAREST_NAME_H
#define TAPEMAP_NEAREST_NAME_H

#include <stddef.h>

/* How many characters have to be changed, put in, left out or swapped with the next one to make
   one text of the other; texts of more than 63 bytes count as wholly different. */
unsigned name_distance(const char *a, const char *b);

/* The name that is near enough to `text` to be meant, the nearest of them; NULL: none is. */
const char *nearest_name(const char *text, const char *const *names, size_t count);

#endif
