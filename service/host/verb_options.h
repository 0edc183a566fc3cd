/* SPDX-License-Identifier: MIT */
/* The command lines of the verbs about configurations and supervisors. */
#ifndef TAPEMAP_VERB_OPTIONS_H
#define TAPEMAP_VERB_OPTIONS_H

#include <stdbool.h>

#include "failure.h"

struct verb_options {
    const char *config; /* --config FILE */
    bool is_json;       /* --json */
    bool wants_help;    /* nothing else was looked at */
};

enum verb_option_set {
    VERB_OPTION_NONE = 0,
    VERB_OPTION_CONFIG = 1, /* and it must be given */
    VERB_OPTION_JSON = 2,
};

/* Understands the command line of a verb, argv[0], that takes the options of `set`. Returns true,
   or false with failure filled. Texts point into argv. One thread (getopt); never blocks. */
bool verb_options_parse(int argc, char **argv, int set, struct verb_options *options,
                        struct failure *failure);

#endif
