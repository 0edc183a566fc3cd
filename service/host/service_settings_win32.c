/* SPDX-License-Identifier: MIT */
#include "service_settings.h"

#include <windows.h>

#include "say.h"
#include "system_error.h"
#include "wide.h"

#define SETTINGS_FORGET_SECONDS 86400u  /* after a day without failure the first one counts again */
#define SETTINGS_DESCRIPTION_CHARACTERS 2048

static void set(void *service, DWORD what, void *value, const char *name)
{
    char text[256];

    if (ChangeServiceConfig2W(service, what, value))
        return;
    system_error_text(GetLastError(), text, sizeof text);
    say("warning: the service's %s cannot be set: %s; it works without", name, text);
}

static void set_description(void *service, const char *description)
{
    wchar_t text[SETTINGS_DESCRIPTION_CHARACTERS];
    SERVICE_DESCRIPTIONW value = {text};

    if (wide_from_utf8(description, text, SETTINGS_DESCRIPTION_CHARACTERS))
        set(service, SERVICE_CONFIG_DESCRIPTION, &value, "description");
    else
        say("warning: the service's description is too long; it works without");
}

/* Also when it ends with a failure that it reports itself, and not only when it dies. */
static void set_recovery(void *service)
{
    SC_ACTION actions[] = {
        {SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30000},
    };
    SERVICE_FAILURE_ACTIONSW value = {
        .dwResetPeriod = SETTINGS_FORGET_SECONDS,
        .cActions = sizeof actions / sizeof actions[0],
        .lpsaActions = actions,
    };
    SERVICE_FAILURE_ACTIONS_FLAG flag = {TRUE};

    set(service, SERVICE_CONFIG_FAILURE_ACTIONS, &value, "restart after a failure");
    set(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &flag,
        "restart after a failure that it reports");
}

void service_settings_apply(void *service, const struct service_options *options)
{
    SERVICE_PRESHUTDOWN_INFO preshutdown = {SERVICE_PRESHUTDOWN_MS};
    SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};
    SERVICE_DELAYED_AUTO_START_INFO delayed = {TRUE};

    set_description(service, options->description);
    set_recovery(service);
    set(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "time to finish at a shutdown");
    set(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "own SID");
    if (options->start == SERVICE_START_DELAYED)
        set(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "delayed start");
}
