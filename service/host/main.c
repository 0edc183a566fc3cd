/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon_help.h"
#include "daemon_verbs.h"
#include "error_output.h"
#include "program.h"
#include "say.h"
#include "tapemap/tapemap.h"

static int version_verb(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("tapemapd %s\n", tapemap_version());
    return DAEMON_DONE;
}

static int help_verb(int argc, char **argv)
{
    return daemon_help(argc > 1 ? argv[1] : NULL);
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {
    {"run", run_verb},       {"reload", reload_verb},   {"status", status_verb},
    {"stop", stop_verb},     {"check", check_verb},     {"record", record_verb},
    {"service", service_verb},
    {"devices", devices_verb}, {"selftest", selftest_verb},
    {"help", help_verb},     {"--help", help_verb},     {"-h", help_verb},
    {"--version", version_verb},
};

static void warn(const char *text)
{
    say("warning: %s", text);
}

static int run_named(int argc, char **argv)
{
    program_on_deafness(warn);
    if (argc < 2) {
        say("no verb is given; use run, check, record or devices, see 'tapemapd --help'");
        return DAEMON_MISUSED;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    }
    say("unknown verb '%s'; use run, check, record or devices, see 'tapemapd --help'", argv[1]);
    return DAEMON_MISUSED;
}

static int daemon_main(int argc, char **argv)
{
    int code = run_named(argc, argv);

    error_output_end();
    return code;
}

int main(void)
{
    error_output_begin();
    return program_run(daemon_main);
}
