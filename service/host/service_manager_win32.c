/* SPDX-License-Identifier: MIT */
#include "service_manager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "command_line.h"
#include "file_paths.h"
#include "service_settings.h"
#include "system_error.h"
#include "wide.h"

#define MANAGER_NAME_CHARACTERS 257
#define MANAGER_LINE_CHARACTERS 32767
#define MANAGER_LOOK_MS 100u
/* Without progress. What a service says itself about its next step may be longer. */
#define MANAGER_PATIENCE_MS 30000u

/* What the codes of the service manager mean to somebody who is at a prompt. */
static enum tapemap_status manager_fail(const char *name, DWORD code, struct failure *failure)
{
    char text[256];

    switch (code) {
    case ERROR_ACCESS_DENIED:
        return failure_set(failure, TAPEMAP_E_DENIED,
                           "access denied; open a prompt as administrator and try again");
    case ERROR_SERVICE_DOES_NOT_EXIST:
        return failure_set(failure, TAPEMAP_E_NO_DECK, "it is not installed; install it by "
                           "'tapemapd service install', or give its --name");
    case ERROR_SERVICE_EXISTS:
        return failure_set(failure, TAPEMAP_E_BUSY, "it is installed already; uninstall it first, "
                           "or choose another --name");
    case ERROR_DUPLICATE_SERVICE_NAME:
        return failure_set(failure, TAPEMAP_E_BUSY, "another service has this name or display "
                           "name; choose another --name and --display-name");
    case ERROR_SERVICE_MARKED_FOR_DELETE:
        return failure_set(failure, TAPEMAP_E_BUSY, "it is being uninstalled, but some program "
                           "still has it open; close the services window and try again");
    case ERROR_INVALID_SERVICE_ACCOUNT:
    case ERROR_SERVICE_LOGON_FAILED:
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "its account or password is wrong, or the "
                           "account may not log on as a service; see to it in the security policy, "
                           "or choose another --account");
    case ERROR_SERVICE_DISABLED:
        return failure_set(failure, TAPEMAP_E_DENIED, "it is disabled; enable it in the services "
                           "window");
    default:
        system_error_text(code, text, sizeof text);
        return failure_set(failure, TAPEMAP_E_SYSTEM, "the service manager says: %s; see the "
                           "event log about '%s'", text, name);
    }
}

/* ---- Opening -------------------------------------------------------------------------------- */

struct opened {
    SC_HANDLE manager;
    SC_HANDLE service;
    wchar_t name[MANAGER_NAME_CHARACTERS];
};

static void close_all(struct opened *opened)
{
    if (opened->service)
        CloseServiceHandle(opened->service);
    if (opened->manager)
        CloseServiceHandle(opened->manager);
}

static DWORD open_manager(const char *name, DWORD rights, struct opened *opened)
{
    *opened = (struct opened){0};
    if (!wide_from_utf8(name, opened->name, MANAGER_NAME_CHARACTERS))
        return ERROR_INVALID_NAME;
    opened->manager = OpenSCManagerW(NULL, NULL, rights);
    return opened->manager ? 0 : GetLastError();
}

static DWORD open_service(const char *name, DWORD rights, struct opened *opened)
{
    DWORD code = open_manager(name, SC_MANAGER_CONNECT, opened);

    if (code != 0)
        return code;
    opened->service = OpenServiceW(opened->manager, opened->name, rights);
    return opened->service ? 0 : GetLastError();
}

static DWORD query(SC_HANDLE service, SERVICE_STATUS_PROCESS *status)
{
    DWORD needed;

    return QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)status, sizeof *status,
                                &needed) ? 0 : GetLastError();
}

/* ---- Installing ----------------------------------------------------------------------------- */

static wchar_t *widen(char *text)
{
    size_t room = text ? strlen(text) + 1 : 0;
    wchar_t *wide = room ? malloc(room * sizeof *wide) : NULL;

    if (wide && !wide_from_utf8(text, wide, room)) {
        free(wide);
        wide = NULL;
    }
    free(text);
    return wide;
}

/* The verb is in it: a program cannot find out otherwise, and safely, who has started it. */
static wchar_t *make_command_line(const char *name, const char *config)
{
    char *program = file_path_of_program();
    const char *arguments[] = {program, "service", "run", "--name", name, "--config", config, NULL};
    wchar_t *line = program ? widen(command_line_join(arguments)) : NULL;

    free(program);
    return line;
}

static DWORD create(const struct service_options *options, wchar_t *line, const wchar_t *password,
                    struct opened *opened)
{
    wchar_t display[MANAGER_NAME_CHARACTERS];
    wchar_t account[MANAGER_NAME_CHARACTERS];
    DWORD start = options->start == SERVICE_START_MANUAL ? SERVICE_DEMAND_START
                                                         : SERVICE_AUTO_START;

    if (!wide_from_utf8(options->display_name, display, MANAGER_NAME_CHARACTERS) ||
        !wide_from_utf8(options->account ? options->account : "", account,
                        MANAGER_NAME_CHARACTERS))
        return ERROR_INVALID_NAME;
    opened->service = CreateServiceW(
        opened->manager, opened->name, display, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
        start, SERVICE_ERROR_NORMAL, line, NULL, NULL, NULL, options->account ? account : NULL,
        password);
    return opened->service ? 0 : GetLastError();
}

enum tapemap_status service_manager_install(const struct service_options *options,
                                            const char *config, const wchar_t *password,
                                            struct failure *failure)
{
    struct opened opened;
    wchar_t *line = make_command_line(options->name, config);
    DWORD code = line ? 0 : ERROR_NOT_ENOUGH_MEMORY;

    if (line && wcslen(line) > MANAGER_LINE_CHARACTERS)
        code = ERROR_FILENAME_EXCED_RANGE;
    if (code == 0) {
        code = open_manager(options->name, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE,
                            &opened);
        if (code == 0)
            code = create(options, line, password, &opened);
        if (code == 0)
            service_settings_apply(opened.service, options);
        close_all(&opened);
    }
    free(line);
    return code == 0 ? TAPEMAP_OK : manager_fail(options->name, code, failure);
}

/* ---- Starting and stopping ------------------------------------------------------------------ */

/* Waits out `pending`: as long as the service's checkpoints rise, or its hint says. */
static DWORD wait_out(SC_HANDLE service, DWORD pending, SERVICE_STATUS_PROCESS *status)
{
    DWORD seen = 0;
    ULONGLONG since = GetTickCount64();
    DWORD code;

    while ((code = query(service, status)) == 0 && status->dwCurrentState == pending) {
        DWORD patience = status->dwWaitHint > MANAGER_PATIENCE_MS ? status->dwWaitHint
                                                                  : MANAGER_PATIENCE_MS;

        if (status->dwCheckPoint != seen) {
            seen = status->dwCheckPoint;
            since = GetTickCount64();
        } else if (GetTickCount64() - since > patience) {
            return ERROR_SERVICE_REQUEST_TIMEOUT;
        }
        Sleep(MANAGER_LOOK_MS);
    }
    return code;
}

/* It may have ended again as soon as it ran; why, it has said itself. */
static DWORD start_failure(const SERVICE_STATUS_PROCESS *status)
{
    if (status->dwCurrentState == SERVICE_RUNNING)
        return 0;
    return status->dwWin32ExitCode != 0 ? status->dwWin32ExitCode : ERROR_SERVICE_NOT_ACTIVE;
}

enum tapemap_status service_manager_start(const char *name, bool *is_already,
                                          struct failure *failure)
{
    struct opened opened;
    SERVICE_STATUS_PROCESS status;
    DWORD code = open_service(name, SERVICE_START | SERVICE_QUERY_STATUS, &opened);

    *is_already = false;
    if (code == 0 && !StartServiceW(opened.service, 0, NULL))
        code = GetLastError();
    if (code == ERROR_SERVICE_ALREADY_RUNNING) {
        *is_already = true;
        code = 0;
    }
    if (code == 0)
        code = wait_out(opened.service, SERVICE_START_PENDING, &status);
    if (code == 0)
        code = start_failure(&status);
    close_all(&opened);
    if (code == ERROR_SERVICE_SPECIFIC_ERROR || code == ERROR_SERVICE_NOT_ACTIVE)
        return failure_set(failure, TAPEMAP_E_SYSTEM, "it ended again at once; see its log and "
                           "'tapemapd check', and the event log");
    return code == 0 ? TAPEMAP_OK : manager_fail(name, code, failure);
}

static DWORD stop(SC_HANDLE service, bool *is_already)
{
    SERVICE_STATUS ignored;
    SERVICE_STATUS_PROCESS status;
    DWORD code = wait_out(service, SERVICE_START_PENDING, &status); /* it takes no word before */

    if (code == 0 && !ControlService(service, SERVICE_CONTROL_STOP, &ignored))
        code = GetLastError();
    if (code == ERROR_SERVICE_NOT_ACTIVE) {
        *is_already = true;
        return 0;
    }
    if (code == ERROR_SERVICE_CANNOT_ACCEPT_CTRL)
        code = 0; /* it stops already */
    if (code == 0)
        code = wait_out(service, SERVICE_STOP_PENDING, &status);
    if (code == 0 && status.dwCurrentState != SERVICE_STOPPED)
        code = ERROR_SERVICE_REQUEST_TIMEOUT;
    return code;
}

static enum tapemap_status stop_fail(const char *name, DWORD code, struct failure *failure)
{
    if (code == ERROR_SERVICE_REQUEST_TIMEOUT)
        return failure_set(failure, TAPEMAP_E_SYSTEM, "it does not stop; see in 'tapemapd status' "
                           "which deck is not finished");
    return manager_fail(name, code, failure);
}

enum tapemap_status service_manager_stop(const char *name, bool *is_already,
                                         struct failure *failure)
{
    struct opened opened;
    DWORD code = open_service(name, SERVICE_STOP | SERVICE_QUERY_STATUS, &opened);

    *is_already = false;
    if (code == 0)
        code = stop(opened.service, is_already);
    close_all(&opened);
    return code == 0 ? TAPEMAP_OK : stop_fail(name, code, failure);
}

enum tapemap_status service_manager_uninstall(const char *name, struct failure *failure)
{
    struct opened opened;
    bool is_already = false;
    DWORD code = open_service(name, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE, &opened);

    if (code == 0)
        code = stop(opened.service, &is_already);
    if (code == 0 && !DeleteService(opened.service))
        code = GetLastError();
    close_all(&opened);
    return code == 0 ? TAPEMAP_OK : stop_fail(name, code, failure);
}

/* ---- Asking --------------------------------------------------------------------------------- */

static enum service_state state_of(DWORD state)
{
    switch (state) {
    case SERVICE_STOPPED:
        return SERVICE_STATE_STOPPED;
    case SERVICE_START_PENDING:
        return SERVICE_STATE_STARTING;
    case SERVICE_STOP_PENDING:
        return SERVICE_STATE_STOPPING;
    default:
        return SERVICE_STATE_RUNNING;
    }
}

enum tapemap_status service_manager_status(const char *name, struct service_facts *facts,
                                           struct failure *failure)
{
    struct opened opened;
    SERVICE_STATUS_PROCESS status;
    DWORD code = open_service(name, SERVICE_QUERY_STATUS, &opened);

    *facts = (struct service_facts){.state = SERVICE_STATE_MISSING};
    if (code == 0)
        code = query(opened.service, &status);
    close_all(&opened);
    if (code == ERROR_SERVICE_DOES_NOT_EXIST)
        return TAPEMAP_OK;
    if (code != 0)
        return manager_fail(name, code, failure);
    facts->state = state_of(status.dwCurrentState);
    facts->pid = status.dwProcessId;
    facts->exit_code = status.dwWin32ExitCode;
    facts->own_code = status.dwServiceSpecificExitCode;
    return TAPEMAP_OK;
}
