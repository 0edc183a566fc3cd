/* SPDX-License-Identifier: MIT */
/* What the values of the options of `record` mean; record_options.c has their names. */
#ifndef TAPEMAP_RECORD_OPTION_VALUES_H
#define TAPEMAP_RECORD_OPTION_VALUES_H

#include "record_options.h"

enum record_option_code {
    OPTION_DECK = 256, /* past every character, so that getopt confuses none with a short option */
    OPTION_SOURCE,
    OPTION_FORMAT,
    OPTION_RATE,
    OPTION_CHANNELS,
    OPTION_CAPACITY,
    OPTION_RING,
    OPTION_DURATION,
    OPTION_ROTATE,
    OPTION_SPEED,
    OPTION_COMMIT_LIMIT,
    OPTION_READERS,
    OPTION_CONTROLLERS,
    OPTION_SPACE,
    OPTION_WHEN_LOST,
    OPTION_FALLBACK,
    OPTION_SILENCE_BELOW,
    OPTION_LOG,
    OPTION_KEEP_ON_MARK,
    OPTION_KEEP_TO,
    OPTION_LET_SLEEP,
    OPTION_QUIET,
    OPTION_SUPERVISED,
    OPTION_INHERIT,
    OPTION_LAST_WORDS,
    OPTION_SAME_BOOT,
    OPTION_HELP,
};

/* Takes one option; text: its value, NULL when it has none. code: one of the above, or of
   file_options.h. Returns true, or false with failure filled. Any thread; never blocks. */
bool record_option_set(struct record_options *options, int code, const char *text,
                       struct failure *failure);

#endif
