/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_verb.h"
#include "play_session.h"

#define PLAY_LEAST_SPEED 0.5
#define PLAY_MOST_SPEED 2.0
#define PLAY_MOST_DEVICES 256u

static int play_run(int argc, char **argv);

static const struct option play_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"speed", required_argument, NULL, 's'},
    {"device", required_argument, NULL, 'd'},
    {"devices", no_argument, NULL, 'l'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_play = {
    .name = "play",
    .summary = "Listen to it",
    .help = "usage: tapemap play DECK|ID|FILE [--from P] [--to P] [--speed 0.5..2]\n"
            "                    [--device NAME] [--verbose]\n"
            "       tapemap play --devices\n"
            "\n"
            "Plays from P on: by default what is being recorded now, half a second behind\n"
            "it, and passes over what comes later than that by a second; of a tape that has\n"
            "ended, all. Follows a deck into its next tape.\n"
            "Keys: space pause, left and right 10 seconds, l or End to now, m set a mark,\n"
            "q quit, ? help.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            CLI_TAPE_POSITION_HELP
            "\n"
            "      --from P        begin here; --to P: end here, counted on into next tapes\n"
            "      --speed N       0.5 to 2; the pitch changes with it. What is faster than 1\n"
            "                      comes to the head in time, and goes on at 1\n"
            "      --device NAME   [HOSTAPI:]NAME or its number, as --devices lists them\n"
            "      --verbose       tell when sound began, and of underruns\n"
            "  -h, --help          this text\n",
    .short_options = ":h",
    .options = play_options,
    .run = play_run,
};

static bool play_parse_speed(const char *text, double *speed)
{
    char *end = NULL;

    if (strspn(text, "0123456789.") != strlen(text))
        return false;
    *speed = strtod(text, &end);
    return *end == '\0' && *speed >= PLAY_LEAST_SPEED && *speed <= PLAY_MOST_SPEED;
}

static int play_list_devices(void)
{
    struct device_info *rows = calloc(PLAY_MOST_DEVICES, sizeof *rows);
    struct device_problem problem;
    size_t count = 0;

    if (!rows)
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot list the output devices");
    if (!output_list(rows, PLAY_MOST_DEVICES, &count, &problem)) {
        free(rows);
        return cli_fail("cannot list the output devices: %s", problem.text);
    }
    count = count < PLAY_MOST_DEVICES ? count : PLAY_MOST_DEVICES;
    if (count == 0)
        cli_note("no output device was found; connect one, or start the sound system");
    else
        printf("  %4s  %-16s %8s %8s  %s\n", "NO", "HOST API", "CHANNELS", "RATE", "DEVICE");
    for (size_t i = 0; i < count; i++)
        printf("%c %4d  %-16s %8u %8u  %s\n", rows[i].is_default ? '*' : ' ', rows[i].index,
               rows[i].host_api, (unsigned)rows[i].channels, (unsigned)rows[i].default_rate_hz,
               rows[i].name);
    free(rows);
    return CLI_DONE;
}

static int play_run(int argc, char **argv)
{
    struct play_options options = {.speed = 1};
    struct play play = {.options = &options};
    int option;

    while ((option = cli_verb_option(&verb_play, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'f': options.from = optarg; break;
        case 't': options.to = optarg; break;
        case 'd': options.device = optarg; break;
        case 'v': options.is_verbose = true; break;
        case 'l': return play_list_devices();
        case 's':
            if (!play_parse_speed(optarg, &options.speed))
                return cli_misuse("play", "'%s' is no speed for '--speed'; give 0.5 to 2", optarg);
            break;
        case 'h': return cli_verb_help(&verb_play);
        default: return CLI_MISUSED;
        }
    }
    const char *deck = cli_verb_deck(&verb_play, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    int code = cli_tape_open(deck, &play.tape);
    if (code != CLI_DONE)
        return code;
    code = play_tape(&play);
    cli_tape_close(&play.tape);
    return code;
}
