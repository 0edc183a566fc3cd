/* SPDX-License-Identifier: MIT */
/*
 * Three threads: main, which the dispatcher keeps and has call the handler; the service's own,
 * which supervises; and one that tells the manager of progress while tapes are finished. RUNNING is
 * reported as soon as the configuration is read, before any deck is started: no device yet is a
 * running state.
 */
#include "service_main.h"

#include <process.h>
#include <wchar.h>

#include <windows.h>
/* Needs windows.h before it. */
#include <tlhelp32.h>

#include "daemon_verbs.h"
#include "event_log.h"
#include "log.h"
#include "object_names.h"
#include "say.h"
#include "service_settings.h"
#include "supervisor.h"
#include "system_error.h"
#include "wide.h"

#define SERVICE_NAME_CHARACTERS 257
#define SERVICE_PROGRESS_MS 1000u
#define SERVICE_HINT_MS 20000u /* many times as long as until progress is reported next */
/* The system ends the service, and then itself, after its preshutdown time: until then the service
   has to say which deck was not finished. */
#define SERVICE_MARGIN_MS 10000u
#define SERVICE_TAKES                                                                          \
    (SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN |              \
     SERVICE_ACCEPT_POWEREVENT)

static struct {
    const char *config;
    wchar_t name[SERVICE_NAME_CHARACTERS];
    SERVICE_STATUS_HANDLE handle;
    HANDLE stop; /* manual-reset: the manager wants an end */
    HANDLE done; /* manual-reset: there is nothing left to wait for */
    CRITICAL_SECTION lock; /* of the state, and of what is reported in which order */
    DWORD state;
    DWORD checkpoint;
    bool is_whole; /* every deck has stopped properly */
} service;

/* With the lock held. A stopped service has reported for the last time. */
static void report(DWORD state, DWORD code)
{
    BOOL is_pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_TAKES : 0,
        .dwWin32ExitCode = code == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR,
        .dwServiceSpecificExitCode = code,
        .dwCheckPoint = is_pending ? ++service.checkpoint : 0,
        .dwWaitHint = is_pending ? SERVICE_HINT_MS : 0,
    };

    service.state = state;
    SetServiceStatus(service.handle, &status);
}

static void report_locked(DWORD state, DWORD code)
{
    EnterCriticalSection(&service.lock);
    report(state, code);
    LeaveCriticalSection(&service.lock);
}

static void report_progress(void)
{
    EnterCriticalSection(&service.lock);
    if (service.state == SERVICE_STOP_PENDING)
        report(SERVICE_STOP_PENDING, 0);
    LeaveCriticalSection(&service.lock);
}

/* ---- What the manager says ------------------------------------------------------------------ */

static void begin_to_stop(const char *why)
{
    EnterCriticalSection(&service.lock);
    if (service.state == SERVICE_RUNNING) {
        log_write(LOG_INFORMATION, why);
        report(SERVICE_STOP_PENDING, 0);
        SetEvent(service.stop);
    }
    LeaveCriticalSection(&service.lock);
}

/* The recorders find the gap themselves; here is only said where it comes from. */
static void note_power(DWORD event)
{
    if (event == PBT_APMSUSPEND)
        log_write(LOG_INFORMATION, "the computer goes to sleep: nothing is recorded meanwhile");
    else if (event == PBT_APMRESUMEAUTOMATIC)
        log_write(LOG_INFORMATION, "the computer has woken up: each deck goes on after a gap");
}

static DWORD WINAPI on_control(DWORD control, DWORD event, void *data, void *context)
{
    (void)data;
    (void)context;
    switch (control) {
    case SERVICE_CONTROL_STOP:
        begin_to_stop("the service is to stop");
        return NO_ERROR;
    case SERVICE_CONTROL_SHUTDOWN:
    case SERVICE_CONTROL_PRESHUTDOWN:
        begin_to_stop("the system shuts down");
        return NO_ERROR;
    case SERVICE_CONTROL_POWEREVENT:
        note_power(event);
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

/* ---- The service's thread ------------------------------------------------------------------- */

static unsigned __stdcall progress_main(void *supervisor)
{
    HANDLE ends[2] = {service.done, service.stop};

    if (WaitForMultipleObjects(2, ends, FALSE, INFINITE) == WAIT_OBJECT_0)
        return 0;
    supervisor_request_shutdown(supervisor);
    while (WaitForSingleObject(service.done, SERVICE_PROGRESS_MS) == WAIT_TIMEOUT)
        report_progress();
    return 0;
}

/* Returns the exit code. */
static DWORD supervise(struct supervisor *supervisor)
{
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, progress_main, supervisor, 0, NULL);
    bool is_whole;

    if (!thread) {
        say_error("the service: a thread cannot be started; close other programs");
        return DAEMON_FAILED;
    }
    report_locked(SERVICE_RUNNING, 0);
    log_write(LOG_INFORMATION, "the service runs");
    is_whole = supervisor_run(supervisor);
    service.is_whole = is_whole;
    SetEvent(service.done);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    log_write(is_whole ? LOG_INFORMATION : LOG_ERROR,
              is_whole ? "the service has stopped, and every tape is finished"
                       : "the service has stopped, but not every deck has");
    return is_whole ? DAEMON_DONE : DAEMON_FAILED;
}

/* What the system gives at a shutdown is what every stop may take. */
static uint64_t find_stop_limit_ms(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE opened = manager ? OpenServiceW(manager, service.name, SERVICE_QUERY_CONFIG) : NULL;
    SERVICE_PRESHUTDOWN_INFO preshutdown = {0};
    DWORD bytes = 0;

    if (!opened || !QueryServiceConfig2W(opened, SERVICE_CONFIG_PRESHUTDOWN_INFO,
                                         (BYTE *)&preshutdown, sizeof preshutdown, &bytes))
        preshutdown.dwPreshutdownTimeout = SERVICE_PRESHUTDOWN_MS;
    if (opened)
        CloseServiceHandle(opened);
    if (manager)
        CloseServiceHandle(manager);
    return preshutdown.dwPreshutdownTimeout > 2 * SERVICE_MARGIN_MS
               ? preshutdown.dwPreshutdownTimeout - SERVICE_MARGIN_MS
               : SERVICE_MARGIN_MS;
}

static DWORD open_and_supervise(void)
{
    struct supervisor *supervisor;
    struct failure failure;
    DWORD code;

    if (supervisor_open(service.config, OBJECT_SPACE_GLOBAL, &supervisor, &failure) != TAPEMAP_OK) {
        /* The configuration may be what is wrong: then there is no log. */
        event_log_report(LOG_ERROR, "service", failure.text);
        return DAEMON_FAILED;
    }
    supervisor_set_stop_limit(supervisor, find_stop_limit_ms() * UINT64_C(1000000));
    code = supervise(supervisor);
    supervisor_close(supervisor);
    /* After a stop that was asked for, a failure would have the manager start it again. */
    return WaitForSingleObject(service.stop, 0) == WAIT_OBJECT_0 ? DAEMON_DONE : code;
}

static void WINAPI service_main(DWORD argc, wchar_t **argv)
{
    (void)argc;
    (void)argv;
    service.handle = RegisterServiceCtrlHandlerExW(service.name, on_control, NULL);
    if (!service.handle)
        return;
    report_locked(SERVICE_START_PENDING, 0);
    report_locked(SERVICE_STOPPED, open_and_supervise());
}

/* ---- Starting ------------------------------------------------------------------------------- */

static DWORD find_parent(HANDLE snapshot)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    DWORD own = GetCurrentProcessId();

    for (BOOL is_there = Process32FirstW(snapshot, &entry); is_there;
         is_there = Process32NextW(snapshot, &entry)) {
        if (entry.th32ProcessID == own)
            return entry.th32ParentProcessID;
    }
    return 0;
}

static bool is_manager(HANDLE snapshot, DWORD pid)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};

    for (BOOL is_there = Process32FirstW(snapshot, &entry); is_there;
         is_there = Process32NextW(snapshot, &entry)) {
        if (entry.th32ProcessID == pid)
            return _wcsicmp(entry.szExeFile, L"services.exe") == 0;
    }
    return false;
}

/* The dispatcher would say so too, but on Wine it can block for ever instead. The service manager
   never ends, so that nobody else has its process id. */
static bool was_started_by_manager(void)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    bool was;

    if (snapshot == INVALID_HANDLE_VALUE)
        return true; /* then the dispatcher has to say */
    was = is_manager(snapshot, find_parent(snapshot));
    CloseHandle(snapshot);
    return was;
}

static DWORD dispatch(void)
{
    SERVICE_TABLE_ENTRYW table[] = {{service.name, service_main}, {NULL, NULL}};

    service.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    service.done = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!service.stop || !service.done)
        return GetLastError();
    InitializeCriticalSection(&service.lock);
    return StartServiceCtrlDispatcherW(table) ? 0 : GetLastError();
}

enum tapemap_status service_main_run(const char *name, const char *config,
                                     struct failure *failure)
{
    DWORD code = ERROR_FAILED_SERVICE_CONTROLLER_CONNECT;
    char text[256];

    if (!wide_from_utf8(name, service.name, SERVICE_NAME_CHARACTERS))
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "'%s' is no service's name; install the "
                           "service again", name);
    service.config = config;
    if (was_started_by_manager())
        code = dispatch();
    if (code == 0 && !service.is_whole) /* for who waits for this process: 'tapemapd stop' */
        return failure_set(failure, TAPEMAP_E_SYSTEM, "not every deck has stopped properly; see in "
                           "the log which one");
    if (code == 0)
        return TAPEMAP_OK;
    if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "only the service manager may do that; use "
                           "'tapemapd service start', or 'tapemapd run' without a service");
    system_error_text(code, text, sizeof text);
    return failure_set(failure, TAPEMAP_E_SYSTEM, "the service manager does not take it: %s; start "
                       "the service again", text);
}
