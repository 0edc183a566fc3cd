/* SPDX-License-Identifier: MIT */
#include "service_options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

#define SERVICE_ACTIONS "install, uninstall, start, stop or status"
#define NAME_MOST_BYTES 200u /* in Windows 256 characters */

static const struct {
    const char *name;
    enum service_action action;
} actions[] = {
    {"install", SERVICE_DO_INSTALL}, {"uninstall", SERVICE_DO_UNINSTALL},
    {"start", SERVICE_DO_START},     {"stop", SERVICE_DO_STOP},
    {"status", SERVICE_DO_STATUS},   {"run", SERVICE_DO_RUN},
};

enum service_option_code {
    OPTION_NAME = 256,
    OPTION_DISPLAY_NAME,
    OPTION_DESCRIPTION,
    OPTION_CONFIG,
    OPTION_START,
    OPTION_ACCOUNT,
    OPTION_PASSWORD_FILE,
    OPTION_PASSWORD,
    OPTION_JSON,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"name", required_argument, NULL, OPTION_NAME},
    {"display-name", required_argument, NULL, OPTION_DISPLAY_NAME},
    {"description", required_argument, NULL, OPTION_DESCRIPTION},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"start", required_argument, NULL, OPTION_START},
    {"account", required_argument, NULL, OPTION_ACCOUNT},
    {"password-file", required_argument, NULL, OPTION_PASSWORD_FILE},
    {"password", optional_argument, NULL, OPTION_PASSWORD}, /* else it would abbreviate the other */
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static bool refuse(struct failure *failure, const char *form, const char *text)
{
    failure_set(failure, TAPEMAP_E_SYNTAX, form, text);
    return false;
}

static bool goes_with(enum service_action action, int code)
{
    switch (code) {
    case OPTION_NAME:
        return true;
    case OPTION_JSON:
        return action == SERVICE_DO_STATUS;
    case OPTION_CONFIG:
        return action == SERVICE_DO_INSTALL || action == SERVICE_DO_RUN;
    default:
        return action == SERVICE_DO_INSTALL;
    }
}

/* What the service manager takes as a name, and what can be a key of the registry. */
static bool name_is_valid(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > NAME_MOST_BYTES || name[0] == ' ' || name[length - 1] == ' ')
        return false;
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < 0x20 || strchr("/\\\"", *c))
            return false;
    }
    return true;
}

static bool set_start(struct service_options *options, const char *text, struct failure *failure)
{
    static const char *const names[] = {
        [SERVICE_START_AUTO] = "auto",
        [SERVICE_START_DELAYED] = "delayed",
        [SERVICE_START_MANUAL] = "manual",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            options->start = (enum service_start)i;
            return true;
        }
    }
    return refuse(failure, "--start '%s' is unknown; use auto, delayed or manual", text);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Account names are compared without regard to case. */
static bool begins_with(const char *text, const char *prefix)
{
    while (*prefix) {
        if (lower(*text++) != lower(*prefix++))
            return false;
    }
    return true;
}

static bool is_the_same(const char *text, const char *other)
{
    return strlen(text) == strlen(other) && begins_with(text, other);
}

static bool set_account(struct service_options *options, const char *text,
                        struct failure *failure)
{
    options->account = text;
    if (is_the_same(text, "LocalSystem") || is_the_same(text, "NT AUTHORITY\\SYSTEM")) {
        options->account = NULL;
        options->account_kind = SERVICE_ACCOUNT_SYSTEM;
    } else if (begins_with(text, "NT AUTHORITY\\") || begins_with(text, "NT SERVICE\\")) {
        options->account_kind = SERVICE_ACCOUNT_BUILT_IN;
    } else if (strchr(text, '\\') || strchr(text, '@')) {
        options->account_kind = SERVICE_ACCOUNT_USER;
    } else {
        return refuse(failure, "'%s' is no whole account name; use LocalSystem, 'NT "
                               "AUTHORITY\\LocalService', 'NT SERVICE\\' and the service's name, "
                               "or a user as DOMAIN\\NAME (.\\NAME: of this computer)", text);
    }
    return true;
}

static bool set_text(const char **place, const char *text, const char *what,
                     struct failure *failure)
{
    *place = text;
    return *text != '\0' || refuse(failure, "%s is empty; give it a value, or leave it out", what);
}

static bool set_option(struct service_options *options, int code, const char *text,
                       struct failure *failure)
{
    switch (code) {
    case OPTION_NAME:
        options->name = text;
        return name_is_valid(text) ||
               refuse(failure, "'%s' cannot name a service; use 1 to 200 bytes without / \\ \" and "
                               "control characters, not beginning or ending with a space", text);
    case OPTION_DISPLAY_NAME:
        return set_text(&options->display_name, text, "--display-name", failure);
    case OPTION_DESCRIPTION:
        return set_text(&options->description, text, "--description", failure);
    case OPTION_CONFIG:
        return set_text(&options->config, text, "--config", failure);
    case OPTION_START:
        return set_start(options, text, failure);
    case OPTION_ACCOUNT:
        return set_account(options, text, failure);
    case OPTION_PASSWORD_FILE:
        return set_text(&options->password_file, text, "--password-file", failure);
    case OPTION_PASSWORD:
        return refuse(failure, "%s would show it to every program; use --password-file FILE, or "
                               "leave it out and be asked", "--password");
    default:
        options->is_json = true;
        return true;
    }
}

static const char *option_name(int code)
{
    for (const struct option *option = long_options; option->name; option++) {
        if (option->val == code)
            return option->name;
    }
    return "";
}

static bool set_action(struct service_options *options, const char *text, struct failure *failure)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(text, actions[i].name) == 0) {
            options->action = actions[i].action;
            return true;
        }
    }
    return refuse(failure, "unknown action '%s'; use " SERVICE_ACTIONS, text);
}

static bool agrees(const struct service_options *options, struct failure *failure)
{
    if (options->password_file && options->account_kind != SERVICE_ACCOUNT_USER)
        return refuse(failure, "%s goes with the --account of a user only; leave it out",
                      "--password-file");
    if (options->action == SERVICE_DO_RUN && !options->config)
        return refuse(failure, "%s is missing; the service manager gives it", "--config");
    return true;
}

/* argv from the action on, which is what getopt takes for the program. */
static bool take_options(int argc, char **argv, struct service_options *options,
                         struct failure *failure)
{
    int code;

    opterr = 0;
    optind = 0; /* begin anew, in glibc's as well as in BSD's getopt */
    while ((code = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (code == OPTION_HELP) {
            options->wants_help = true;
            return true;
        }
        if (code == '?' || code == ':')
            return refuse(failure, "'%s' is not understood, or lacks its value; see 'tapemapd help "
                                   "service'", argv[optind - 1]);
        if (!goes_with(options->action, code))
            return refuse(failure, "--%s does not go with this action; see 'tapemapd help "
                                   "service'", option_name(code));
        if (!set_option(options, code, optarg, failure))
            return false;
    }
    if (optind < argc)
        return refuse(failure, "unexpected argument '%s'; see 'tapemapd help service'",
                      argv[optind]);
    return agrees(options, failure);
}

bool service_options_parse(int argc, char **argv, struct service_options *options,
                           struct failure *failure)
{
    *options = (struct service_options){
        .name = SERVICE_DEFAULT_NAME,
        .display_name = SERVICE_DEFAULT_DISPLAY_NAME,
        .description = SERVICE_DEFAULT_DESCRIPTION,
    };
    if (argc < 2)
        return refuse(failure, "no action is given; use %s", SERVICE_ACTIONS);
    if (strcmp(argv[1], "--help") == 0) {
        options->wants_help = true;
        return true;
    }
    return set_action(options, argv[1], failure) &&
           take_options(argc - 1, argv + 1, options, failure);
}
