/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "config_file.h"
#include "daemon_help.h"
#include "daemon_verbs.h"
#include "say.h"
#include "verb_options.h"

int check_verb(int argc, char **argv)
{
    struct verb_options options;
    struct config *config;
    struct failure failure;
    size_t complaints;

    if (!verb_options_parse(argc, argv, VERB_OPTION_CONFIG, &options, &failure)) {
        say("check: %s", failure.text);
        return DAEMON_MISUSED;
    }
    if (options.wants_help)
        return daemon_help("check");
    if (config_file_read(options.config, &config, &failure) != TAPEMAP_OK) {
        say("check: %s", failure.text);
        return DAEMON_FAILED;
    }
    config_file_say(options.config, config);
    complaints = config->complaint_count;
    if (complaints == 0)
        printf("%s is good: %zu deck%s\n", options.config, config->deck_count,
               config->deck_count == 1 ? "" : "s");
    config_free(config);
    return complaints == 0 ? DAEMON_DONE : DAEMON_FAILED;
}
