/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_NAME_ENDING_H
#define TAPEMAP_NAME_ENDING_H

#include <stdbool.h>

/* Whether a file's name, or a path, ends in `ending`, which is in small letters, such as ".wav"; in
   capital ones it may as well. A name of nothing but the ending is none. Any thread; never
   blocks. */
bool name_has_ending(const char *name, const char *ending);

#endif
