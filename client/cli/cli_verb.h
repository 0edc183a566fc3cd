/* SPDX-License-Identifier: MIT */
/* The verbs of the program, and the reading of their command lines. */
#ifndef TAPEMAP_CLI_VERB_H
#define TAPEMAP_CLI_VERB_H

#include <getopt.h>
#include <stdbool.h>

struct cli_verb {
    const char *name;
    const char *summary;          /* a phrase of up to 28 letters, for the list of verbs */
    const char *help;             /* all of --help; at most 24 lines of 80 columns */
    const char *short_options;    /* for getopt_long; begins with ':' and knows 'h' */
    const struct option *options; /* long options; every `val` is a letter, 'h' is --help */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; returns an enum cli_exit */
};

extern const struct cli_verb verb_list;
extern const struct cli_verb verb_info;
extern const struct cli_verb verb_meter;
extern const struct cli_verb verb_play;
extern const struct cli_verb verb_tail;
extern const struct cli_verb verb_export;
extern const struct cli_verb verb_verify;
extern const struct cli_verb verb_recover;
extern const struct cli_verb verb_mark;
extern const struct cli_verb verb_marks;
extern const struct cli_verb verb_gaps;
extern const struct cli_verb verb_clock;
extern const struct cli_verb verb_rotate;
extern const struct cli_verb verb_pause;
extern const struct cli_verb verb_resume;
extern const struct cli_verb verb_stop;
extern const struct cli_verb verb_start;
extern const struct cli_verb verb_restart;
extern const struct cli_verb verb_status;
extern const struct cli_verb verb_keep;
extern const struct cli_verb verb_watch;
extern const struct cli_verb verb_overview;

/* For the help of the verbs that take a tape. */
#define CLI_VERB_TAPE_HELP                                                               \
    "DECK is the name of a deck, ID the id of a tape as id:HEX16, FILE the path of a\n"  \
    "tape's file: with a / or \\ in it, or .wav or .rf64 at its end.\n"

#define CLI_VERB_END (-1)

/* The next option's letter; CLI_VERB_END after the last; '?' when it is wrong, which has then been
   said. Its value is in `optarg`, the first other argument in the end at argv[optind]. */
int cli_verb_option(const struct cli_verb *verb, int argc, char **argv);

/* The only other argument, the deck, id or file; NULL when it is missing or not the only one, which
   has then been said. Call it after the last option. */
const char *cli_verb_deck(const struct cli_verb *verb, int argc, char **argv);

/* True for an argument that is the path of a file, and neither a deck nor an id: it contains a
   slash of either kind, or ends in ".wav" or ".rf64", in upper or lower case. */
bool cli_verb_is_path(const char *argument);

/* Prints the help of a verb on stdout and returns CLI_DONE. */
int cli_verb_help(const struct cli_verb *verb);

#endif
