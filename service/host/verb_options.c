/* SPDX-License-Identifier: MIT */
#include "verb_options.h"

#include <getopt.h>
#include <stddef.h>

static const struct option verb_long_options[] = {
    {"config", required_argument, NULL, VERB_OPTION_CONFIG},
    {"json", no_argument, NULL, VERB_OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool refuse(const char *argument, const char *verb, struct failure *failure)
{
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "'%s' is not understood; see 'tapemapd help %s'", argument, verb);
    return false;
}

bool verb_options_parse(int argc, char **argv, int set, struct verb_options *options,
                        struct failure *failure)
{
    int code;

    *options = (struct verb_options){0};
    opterr = 0;
    optind = 0; /* begin anew, in glibc's as well as in BSD's getopt */
    while ((code = getopt_long(argc, argv, ":", verb_long_options, NULL)) != -1) {
        if (code == 'h') {
            options->wants_help = true;
            return true;
        }
        if (code == '?' || code == ':' || (code & set) == 0)
            return refuse(argv[optind - 1], argv[0], failure);
        if (code == VERB_OPTION_CONFIG)
            options->config = optarg;
        else
            options->is_json = true;
    }
    if (optind < argc)
        return refuse(argv[optind], argv[0], failure);
    if ((set & VERB_OPTION_CONFIG) != 0 && (!options->config || *options->config == '\0')) {
        failure_set(failure, TAPEMAP_E_SYNTAX,
                    "--config is missing; name the configuration, for example --config "
                    "tapemapd.conf");
        return false;
    }
    return true;
}
