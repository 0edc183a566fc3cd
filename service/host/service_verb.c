/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "config_file.h"
#include "daemon_help.h"
#include "daemon_verbs.h"
#include "error_output.h"
#include "event_log.h"
#include "file_paths.h"
#include "password.h"
#include "say.h"
#include "service_folders.h"
#include "service_main.h"
#include "service_manager.h"
#include "service_options.h"
#include "system_error.h"

/* What `service status` ends with, as on other systems. */
#define SERVICE_EXIT_STOPPED 3
#define SERVICE_EXIT_MISSING 4

static int fail(const char *doing, const struct service_options *options,
                const struct failure *failure)
{
    say("%s the service '%s': %s", doing, options->name, failure->text);
    return failure->status == TAPEMAP_E_SYNTAX ? DAEMON_MISUSED : DAEMON_FAILED;
}

static void warn(const char *what, uint32_t code)
{
    char text[256];

    if (code == 0)
        return;
    system_error_text(code, text, sizeof text);
    say("warning: %s: %s; it works without", what, text);
}

/* ---- Installing ----------------------------------------------------------------------------- */

/* A service whose configuration is wrong would fail where nobody looks. */
static bool config_is_good(const char *path, struct failure *failure)
{
    struct config *config;
    size_t complaints;

    if (config_file_read(path, &config, failure) != TAPEMAP_OK)
        return false;
    config_file_say(path, config);
    complaints = config->complaint_count;
    config_free(config);
    if (complaints > 0)
        failure_set(failure, TAPEMAP_E_DATA, "the configuration %s is wrong, as said above; mend "
                    "it, and install again", path);
    return complaints == 0;
}

/* The whole path, or NULL with failure filled. In the default place there is a folder then, to put
   the configuration into. */
static char *find_config(const struct service_options *options, struct failure *failure)
{
    char *path;

    if (!options->config && service_folders_make(NULL, failure) != TAPEMAP_OK)
        return NULL;
    path = options->config ? file_path_whole(options->config) : service_folders_config();
    if (!path)
        failure_set(failure, TAPEMAP_E_SYSTEM, "the system does not say where the configuration "
                    "is; give its whole path by --config");
    return path;
}

static enum tapemap_status register_service(const struct service_options *options,
                                            const char *config, struct failure *failure)
{
    wchar_t password[PASSWORD_CHARACTERS];
    bool has_password = options->account_kind == SERVICE_ACCOUNT_USER;
    enum tapemap_status status = TAPEMAP_OK;

    if (has_password)
        status = password_read(options->password_file, options->account, password, failure);
    if (status == TAPEMAP_OK)
        status = service_manager_install(options, config, has_password ? password : NULL, failure);
    if (has_password)
        password_forget(password);
    return status;
}

/* An account of the kind NT SERVICE\NAME exists only from now on. */
static void add_surroundings(const struct service_options *options)
{
    struct failure failure;

    if (service_folders_make(options->account, &failure) != TAPEMAP_OK)
        say("warning: %s", failure.text);
    warn("the event log does not get to know tapemap", event_log_register(options->name));
}

static int install(const struct service_options *options)
{
    struct failure failure;
    char *config = find_config(options, &failure);
    bool is_installed = config && config_is_good(config, &failure) &&
                        register_service(options, config, &failure) == TAPEMAP_OK;

    if (is_installed) {
        add_surroundings(options);
        printf("the service '%s' is installed, with the configuration %s\n", options->name, config);
    }
    free(config);
    return is_installed ? DAEMON_DONE : fail("installing", options, &failure);
}

static int uninstall(const struct service_options *options)
{
    struct failure failure;

    if (service_manager_uninstall(options->name, &failure) != TAPEMAP_OK)
        return fail("uninstalling", options, &failure);
    warn("the event log does not forget tapemap", event_log_unregister(options->name));
    printf("the service '%s' is uninstalled; its configuration, logs and tapes stay\n",
           options->name);
    return DAEMON_DONE;
}

/* ---- The installed service ------------------------------------------------------------------ */

static int start(const struct service_options *options)
{
    struct failure failure;
    bool is_already;

    if (service_manager_start(options->name, &is_already, &failure) != TAPEMAP_OK)
        return fail("starting", options, &failure);
    printf("the service '%s' %s\n", options->name, is_already ? "runs already" : "runs");
    return DAEMON_DONE;
}

static int stop(const struct service_options *options)
{
    struct failure failure;
    bool is_already;

    if (service_manager_stop(options->name, &is_already, &failure) != TAPEMAP_OK)
        return fail("stopping", options, &failure);
    printf("the service '%s' %s\n", options->name,
           is_already ? "did not run" : "has stopped");
    return DAEMON_DONE;
}

static const char *state_name(enum service_state state)
{
    switch (state) {
    case SERVICE_STATE_MISSING:
        return "not-installed";
    case SERVICE_STATE_STOPPED:
        return "stopped";
    case SERVICE_STATE_STARTING:
        return "starting";
    case SERVICE_STATE_RUNNING:
        return "running";
    case SERVICE_STATE_STOPPING:
        return "stopping";
    }
    return "unknown";
}

static bool print_json(const char *name, const struct service_facts *facts)
{
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;

    if (cJSON_AddStringToObject(object, "name", name) &&
        cJSON_AddStringToObject(object, "state", state_name(facts->state)) &&
        cJSON_AddNumberToObject(object, "pid", facts->pid) &&
        cJSON_AddNumberToObject(object, "exit_code", facts->exit_code) &&
        cJSON_AddNumberToObject(object, "own_exit_code", facts->own_code))
        text = cJSON_Print(object);
    cJSON_Delete(object);
    if (text)
        puts(text);
    cJSON_free(text);
    return text != NULL;
}

static void print_facts(const char *name, const struct service_facts *facts)
{
    printf("%s: %s", name, state_name(facts->state));
    if (facts->pid != 0)
        printf(", process %u", (unsigned)facts->pid);
    if (facts->state == SERVICE_STATE_STOPPED && facts->own_code != 0)
        printf(", after a failure; see its log");
    putchar('\n');
}

static int status(const struct service_options *options)
{
    struct failure failure;
    struct service_facts facts;

    if (service_manager_status(options->name, &facts, &failure) != TAPEMAP_OK)
        return fail("looking for", options, &failure);
    if (!options->is_json) {
        print_facts(options->name, &facts);
    } else if (!print_json(options->name, &facts)) {
        say("looking for the service: no memory for the JSON text; close other programs");
        return DAEMON_FAILED;
    }
    if (facts.state == SERVICE_STATE_MISSING)
        return SERVICE_EXIT_MISSING;
    return facts.state == SERVICE_STATE_STOPPED ? SERVICE_EXIT_STOPPED : DAEMON_DONE;
}

static int run(const struct service_options *options)
{
    struct failure failure;

    error_output_aside();
    if (service_main_run(options->name, options->config, &failure) != TAPEMAP_OK)
        return fail("running", options, &failure);
    return DAEMON_DONE;
}

int service_verb(int argc, char **argv)
{
    static int (*const actions[])(const struct service_options *) = {
        [SERVICE_DO_INSTALL] = install, [SERVICE_DO_UNINSTALL] = uninstall,
        [SERVICE_DO_START] = start,     [SERVICE_DO_STOP] = stop,
        [SERVICE_DO_STATUS] = status,   [SERVICE_DO_RUN] = run,
    };
    struct service_options options;
    struct failure failure;

    if (!service_options_parse(argc, argv, &options, &failure)) {
        say("service: %s", failure.text);
        return DAEMON_MISUSED;
    }
    if (options.wants_help)
        return daemon_help("service");
    return actions[options.action](&options);
}
