/* SPDX-License-Identifier: MIT */
/* The verb: what it is asked, the order of things, and what is printed. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "check_peer.h"
#include "check_worker.h"
#include "daemon_help.h"
#include "daemon_verbs.h"
#include "environment.h"
#include "folder.h"
#include "identity.h"
#include "say.h"
#include "scratch.h"
#include "selftest_report.h"
#include "tapemap/tapemap.h"

enum { SELFTEST_PATH_BYTES = 1024, SELFTEST_LINE_BYTES = 1024 };

struct selftest_options {
    const char *folder; /* NULL: the one for temporary files */
    bool has_no_sound;
    bool is_json;
    bool wants_help;
};

static const struct option selftest_long_options[] = {
    {"folder", required_argument, NULL, 'f'},
    {"no-sound", no_argument, NULL, 'n'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool selftest_parse(int argc, char **argv, struct selftest_options *options)
{
    const char *wrong = NULL;
    int code;

    *options = (struct selftest_options){0};
    opterr = 0;
    optind = 0; /* begin anew, in glibc's as well as in BSD's getopt */
    while (!wrong && (code = getopt_long(argc, argv, ":", selftest_long_options, NULL)) != -1) {
        switch (code) {
        case 'f': options->folder = optarg; break;
        case 'n': options->has_no_sound = true; break;
        case 'j': options->is_json = true; break;
        case 'h': options->wants_help = true; return true;
        default: wrong = argv[optind - 1]; break;
        }
    }
    if (!wrong && optind < argc)
        wrong = argv[optind];
    if (wrong)
        say("selftest: '%s' is not understood; see 'tapemapd help selftest'", wrong);
    return !wrong;
}

/* The folder to test in, whole, and below it one that is ours alone. */
static bool selftest_find_folder(const struct selftest_options *options, char *folder,
                                 char *scratch)
{
    bool is_known = options->folder != NULL ||
                    folder_temporary(folder, SELFTEST_PATH_BYTES);

    if (options->folder)
        folder_full_path(options->folder, folder, SELFTEST_PATH_BYTES);
    size_t length = is_known ? strlen(folder) : 0;
    while (length > 3 && folder[length - 1] == '\\')
        folder[--length] = '\0';
    if (length == 0 || length > SELFTEST_PATH_BYTES - 64 || !environment_has_folder(folder)) {
        say("testing in '%s': there is no such folder; name one with --folder, best that in which "
            "tapes are to lie", options->folder ? options->folder : folder);
        return false;
    }
    scratch_path(folder, identity_pid(), scratch, SELFTEST_PATH_BYTES);
    return true;
}

static void selftest_tell(void *context, const struct check *check, const struct finding *finding)
{
    char line[SELFTEST_LINE_BYTES];

    (void)context;
    finding_line(&check->assumption, finding, line, sizeof line);
    puts(line);
    fflush(stdout); /* whoever watches sees where it is */
}

static void selftest_print_environment(const struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        printf("%-14s %s\n", environment->facts[i].key, environment->facts[i].text);
    fflush(stdout);
}

/* Returns an exit code. */
static int selftest_conclude(const struct selftest_report *report, bool is_json)
{
    char sum[128];

    if (is_json) {
        char *text = selftest_report_json(report);
        if (!text) {
            say("selftest: no memory for the JSON text; close other programs");
            return DAEMON_FAILED;
        }
        puts(text);
        cJSON_free(text);
    } else {
        selftest_report_sum(report, sum, sizeof sum);
        puts(sum);
    }
    return selftest_report_count(report, FINDING_DIFFERS) == 0 ? DAEMON_DONE : DAEMON_FAILED;
}

static int selftest_run(const struct selftest_options *options)
{
    static struct check_run run; /* too large for a stack */
    const struct assumption *assumptions[CHECK_MOST];
    struct selftest_report report = {.assumptions = assumptions, .findings = run.findings};
    char folder[SELFTEST_PATH_BYTES] = "";
    char scratch[SELFTEST_PATH_BYTES];
    struct failure failure;

    if (!selftest_find_folder(options, folder, scratch))
        return DAEMON_FAILED;
    scratch_remove_abandoned(folder);
    environment_read(folder, &report.environment);
    if (!options->is_json) {
        selftest_print_environment(&report.environment);
        run.tell = selftest_tell;
    }
    run.place = (struct check_place){.scratch = scratch, .has_sound = !options->has_no_sound};
    if (check_run_all(&run, &failure) != TAPEMAP_OK) {
        say("testing the system: %s", failure.text);
        return DAEMON_FAILED;
    }
    for (report.count = 0; report.count < run.count; report.count++)
        assumptions[report.count] = &check_at(report.count)->assumption;
    return selftest_conclude(&report, options->is_json);
}

int selftest_verb(int argc, char **argv)
{
    struct selftest_options options;

    /* What it starts of itself; nobody else says so. */
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return check_worker_main(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "--peer") == 0)
        return peer_main(argc - 2, argv + 2);
    if (!selftest_parse(argc, argv, &options))
        return DAEMON_MISUSED;
    if (options.wants_help)
        return daemon_help("selftest");
    return selftest_run(&options);
}
