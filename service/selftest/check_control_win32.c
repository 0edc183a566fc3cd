/* SPDX-License-Identifier: MIT */
/* What controls a recorder: its pipe, the console, the service manager. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "check_support.h"
#include "control_pipe.h"
#include "control_server.h"
#include "object_names.h"
#include "object_owner.h"
#include "power_request.h"
#include "security.h"
#include "service_manager.h"
#include "session_end.h"
#include "steady_clock.h"
#include "system_error.h"
#include "wide.h"

#define CONTROL_PATIENCE_S 2u
#define CONTROL_LOG_KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\tapemap"

static enum control_outcome answer_anything(void *context, struct control_call *call,
                                            struct control_answer *answer)
{
    (void)context;
    (void)call;
    control_answer_bool(answer, "selftest", true);
    return CONTROL_ANSWERED;
}

/* "\\.\pipe\tapemap.selftest.<pid>" */
static void pipe_name(char out[OBJECT_NAME_BYTES])
{
    snprintf(out, OBJECT_NAME_BYTES, "\\\\.\\pipe\\tapemap.selftest.%lu", GetCurrentProcessId());
}

static struct control_server *serve(char name[OBJECT_NAME_BYTES], struct finding *finding)
{
    struct control_server *server;
    struct failure failure;

    pipe_name(name);
    const struct control_server_config config = {.pipe_name = name, .side = CONTROL_RECORDER,
                                                 .security =
                                                     security_attributes(SECURITY_CONTROL_PIPE),
                                                 .handle = answer_anything};
    if (control_server_start(&config, &server, &failure) == TAPEMAP_OK)
        return server;
    finding_set(finding, FINDING_DIFFERS, "%s", failure.text);
    return NULL;
}

static void pipe_answers(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    struct control_server *server = serve(name, finding);
    struct control_pipe_problem problem = {0};
    char *answer = NULL;
    char text[160];

    (void)place;
    if (!server)
        return;
    uint64_t begin = steady_clock_now();
    enum tapemap_status status =
        control_pipe_ask(name, "{\"command\": \"status\"}\n",
                         begin + CONTROL_PATIENCE_S * steady_clock_hz(), &answer, &problem);
    double ms = check_ms_since(begin);
    control_server_stop(server);
    free(answer);
    if (status == TAPEMAP_OK) {
        finding_set(finding, FINDING_HOLDS,
                    "an answer came after %.2f ms, and the owner is trusted", ms);
        return;
    }
    system_error_text(problem.code, text, sizeof text);
    finding_set(finding, FINDING_DIFFERS, "no answer: %s%s%s", text,
                problem.owner[0] ? ", made by " : "", problem.owner);
}

/* As control_server_start makes its first instance. */
static HANDLE make_first_instance(const wchar_t *name)
{
    return CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
                            PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, CONTROL_CLIENTS, 0, 0, 0,
                            security_attributes(SECURITY_CONTROL_PIPE));
}

static void pipe_name_is_taken_once(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide[OBJECT_NAME_BYTES];
    DWORD instances = 0;

    (void)place;
    pipe_name(name);
    wide_from_utf8(name, wide, OBJECT_NAME_BYTES);
    HANDLE first = make_first_instance(wide);
    if (first == INVALID_HANDLE_VALUE) {
        check_untested(finding, "making a pipe", GetLastError());
        return;
    }
    HANDLE second = make_first_instance(wide);
    DWORD code = second == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    if (code == 0) {
        bool is_told = GetNamedPipeHandleStateW(second, NULL, &instances, NULL, NULL, NULL, 0) &&
                       instances == 2;
        finding_set(finding, is_told ? FINDING_HARMLESS : FINDING_DIFFERS,
                    "a second \"first instance\" was made; that it is number %lu %s", instances,
                    is_told ? "is what recorders go by too" : "does not show it");
        CloseHandle(second);
    } else {
        finding_set(finding, FINDING_HOLDS, "a second \"first instance\" was refused, error %lu",
                    code);
    }
    CloseHandle(first);
}

static void pipe_is_not_remote(const struct check_place *place, struct finding *finding)
{
    char name[OBJECT_NAME_BYTES];
    struct control_server *server = serve(name, finding);
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = MAX_COMPUTERNAME_LENGTH + 1;
    wchar_t path[OBJECT_NAME_BYTES];

    (void)place;
    if (!server)
        return;
    if (!GetComputerNameW(computer, &length)) {
        check_untested(finding, "asking for the name of this computer", GetLastError());
    } else {
        swprintf(path, OBJECT_NAME_BYTES, L"\\\\%ls\\pipe\\tapemap.selftest.%lu", computer,
                 GetCurrentProcessId());
        HANDLE pipe =
            CreateFileW(path, OBJECT_CONTROL_PIPE_ACCESS, 0, NULL, OPEN_EXISTING, 0, NULL);
        DWORD code = pipe == INVALID_HANDLE_VALUE ? GetLastError() : 0;
        if (code == 0)
            CloseHandle(pipe);
        if (code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_NOT_CONNECTED)
            finding_set(finding, FINDING_HOLDS, "refused by this computer's name, error %lu", code);
        else if (code == 0)
            finding_set(finding, FINDING_UNTESTED,
                        "the system takes this computer's own name for no network");
        else
            check_untested(finding, "opening it over the network", code);
    }
    control_server_stop(server);
}

static void ctrl_c_is_heard(const struct check_place *place, struct finding *finding)
{
    const struct peer_config config = {.role = PEER_CTRL, .has_console = true};
    uint32_t code;

    (void)place;
    uint64_t begin = steady_clock_now();
    if (!check_peer_run(&config, &code, finding))
        return;
    double ms = check_ms_since(begin);
    finding_set(finding, code == PEER_FINE ? FINDING_HOLDS : FINDING_DIFFERS,
                "a program with a console of its own %s (code 0x%x, %.0f ms with its start)",
                code == PEER_FINE ? "heard it" : "did not hear it", (unsigned)code, ms);
}

static void service_manager_answers(const struct check_place *place, struct finding *finding)
{
    struct service_facts facts = {0};
    struct failure failure;

    (void)place;
    if (service_manager_status(SERVICE_DEFAULT_NAME, &facts, &failure) == TAPEMAP_OK)
        finding_set(finding, FINDING_HOLDS, "the service '%s' is %s", SERVICE_DEFAULT_NAME,
                    facts.state == SERVICE_STATE_MISSING   ? "not installed"
                    : facts.state == SERVICE_STATE_STOPPED ? "stopped"
                                                           : "running, or about to");
    else
        finding_set(finding, FINDING_DIFFERS, "%s", failure.text);
}

static void event_log_explains(const struct check_place *place, struct finding *finding)
{
    HANDLE log = RegisterEventSourceW(NULL, L"tapemap");
    DWORD code = log ? 0 : GetLastError();
    HKEY key;

    (void)place;
    if (log)
        DeregisterEventSource(log);
    LSTATUS found = RegOpenKeyExW(HKEY_LOCAL_MACHINE, CONTROL_LOG_KEY, 0, KEY_QUERY_VALUE, &key);
    if (found == ERROR_SUCCESS)
        RegCloseKey(key);
    if (code != 0)
        finding_set(finding, FINDING_HARMLESS, "error %lu; the log file has everything", code);
    else if (found != ERROR_SUCCESS)
        finding_set(finding, FINDING_UNTESTED,
                    "the source 'tapemap' comes with 'tapemapd service install'");
    else
        finding_set(finding, FINDING_HOLDS, "the source 'tapemap' is there");
}

static void session_is_told(const struct check_place *place, struct finding *finding)
{
    (void)place;
    finding_set(finding, FINDING_UNTESTED,
                "it takes a service that records; compare 'tapemapd run' with it");
}

static void session_end_is_heard(const struct check_place *place, struct finding *finding)
{
    const struct peer_config config = {.role = PEER_SESSION};
    uint32_t code;

    (void)place;
    if (!session_end_is_told()) {
        finding_set(finding, FINDING_UNTESTED,
                    "this is no user's session; a service is told by the service manager");
        return;
    }
    if (!check_peer_run(&config, &code, finding))
        return;
    finding_set(finding, code == PEER_FINE ? FINDING_HOLDS : FINDING_DIFFERS,
                code == PEER_FINE     ? "a window that was told had its program end (code 0x%x)"
                : code == PEER_CANNOT ? "no window was made (code 0x%x)"
                                      : "its program did not hear what it was told (code 0x%x)",
                (unsigned)code);
}

static void stays_awake(const struct check_place *place, struct finding *finding)
{
    struct power_request *request = NULL;
    uint32_t code = power_request_create("tapemapd selftest", &request);
    uint32_t back = 0;

    (void)place;
    if (code == 0)
        code = power_request_set(request, true);
    if (code == 0)
        back = power_request_set(request, false);
    power_request_destroy(request);
    if (code == ERROR_CALL_NOT_IMPLEMENTED)
        finding_set(finding, FINDING_HARMLESS, "there is no such request here, error %u; recorders "
                    "do without it", (unsigned)code);
    else
        finding_set(finding, code == 0 && back == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "asking for it: error %u, taking it back: error %u", (unsigned)code,
                    (unsigned)back);
}

static const struct check rows[] = {
    {{"C1", "a recorder's pipe answers, and says whose it is",
      "tapemap mark, pause, rotate, keep and stop do not work"}, 5000, pipe_answers},
    {{"C2", "a pipe whose name is taken is not made again",
      "another program could answer in a recorder's place"}, 3000, pipe_name_is_taken_once},
    {{"C3", "a pipe refuses clients that come over the network",
      "other machines may control recorders"}, 3000, pipe_is_not_remote},
    {{"C4", "Ctrl+C is heard on a thread of its own",
      "a recording cannot be ended with Ctrl+C; use tapemap stop"}, 6000, ctrl_c_is_heard},
    {{"C5", "the service manager answers a plain user",
      "tapemapd service cannot be used"}, 3000, service_manager_answers},
    {{"C6", "the event log has a source for tapemap", ""}, 2000, event_log_explains},
    {{"C7", "a service may record from a microphone", ""}, 1000, session_is_told},
    {{"C8", "a window that nobody sees is told when the session ends",
      "to log off or shut down ends recordings as kill -9 does; stop them before"}, 8000,
     session_end_is_heard},
    {{"C9", "the system can be asked not to fall asleep because nobody uses it",
      "a machine that falls asleep leaves a gap; see to its power settings"}, 1000, stays_awake},
};

const struct check *check_control_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
