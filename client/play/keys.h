/* SPDX-License-Identifier: MIT */
/* Keys pressed on the terminal behind stdin, one by one. */
#ifndef TAPEMAP_KEYS_H
#define TAPEMAP_KEYS_H

#include <stdbool.h>

enum key {
    KEY_NONE,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_END,
    /* Letters and the like are themselves. */
    KEY_FIRST_CHARACTER = ' ',
};

/* Has keys come one by one, without echo; Ctrl+C stays what it is. Returns false when stdin is no
   terminal. After true, ended by keys_end, which sets back what was. Not for two threads. */
bool keys_begin(void);
void keys_end(void);

/* The next key that was pressed since; others than those above are passed over. KEY_NONE: none.
   Never blocks. */
int keys_next(void);

#endif
