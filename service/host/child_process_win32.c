/* SPDX-License-Identifier: MIT */
#include "child_process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows.h>

#include "child_environment.h"
#include "command_line.h"
#include "long_path.h"
#include "security.h"
#include "system_error.h"
#include "wide.h"

#define CHILD_HANDLES 16u /* two of them are for stdin and the output */
#define CHILD_LINE_ROOM 32767u

/* What CreateProcess takes, made from a config. */
struct child_launch {
    wchar_t *program;
    wchar_t *line;
    wchar_t *folder;
    wchar_t *environment;
    HANDLE input;
    HANDLE output;
    LPPROC_THREAD_ATTRIBUTE_LIST attributes;
    HANDLE handles[CHILD_HANDLES];
    DWORD handle_count;
    DWORD console; /* CREATE_NO_WINDOW, or DETACHED_PROCESS: none, and no process for one */
};

static SRWLOCK child_lock = SRWLOCK_INIT; /* while handles are marked as inheritable */

static enum tapemap_status child_fail(const char *program, DWORD code, struct failure *failure)
{
    enum tapemap_status status = system_error_status(code);
    char text[256];

    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND || code == ERROR_DIRECTORY)
        status = TAPEMAP_E_NO_FILE;
    if (code == ERROR_NO_UNICODE_TRANSLATION)
        status = TAPEMAP_E_ARGUMENT;
    system_error_text(code, text, sizeof text);
    return failure_set(failure, status, "the program '%s' cannot be started: %s; %s", program,
                       text, status == TAPEMAP_E_NO_FILE
                                 ? "check its path and the folder it is to work in"
                                 : "check that you may run it, by hand");
}

static wchar_t *child_widen(const char *text)
{
    size_t room = strlen(text) + 1;
    wchar_t *wide = malloc(room * sizeof *wide);

    if (wide && !wide_from_utf8(text, wide, room)) {
        free(wide);
        wide = NULL;
        SetLastError(ERROR_NO_UNICODE_TRANSLATION);
    } else if (!wide) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    }
    return wide;
}

/* What SearchPath finds, at any length; path NULL: `name` says where it is. */
static wchar_t *child_look_up(const wchar_t *path, const wchar_t *name)
{
    DWORD room = SearchPathW(path, name, L".exe", 0, NULL, NULL);
    wchar_t *found = room > 0 ? malloc(room * sizeof *found) : NULL;

    if (!found)
        return NULL;
    DWORD length = SearchPathW(path, name, L".exe", room, found, NULL);
    if (length > 0 && length < room)
        return found;
    free(found);
    SetLastError(ERROR_FILE_NOT_FOUND);
    return NULL;
}

static wchar_t *child_find_program(const char *program)
{
    wchar_t *name = child_widen(program);
    wchar_t *found = NULL;

    if (!name)
        return NULL;
    if (wcspbrk(name, L"\\/:")) {
        found = child_look_up(NULL, name);
    } else {
        DWORD room = GetEnvironmentVariableW(L"PATH", NULL, 0);
        wchar_t *path = room > 0 ? malloc(room * sizeof *path) : NULL;
        if (path && GetEnvironmentVariableW(L"PATH", path, room) < room)
            found = child_look_up(path, name);
        else
            SetLastError(ERROR_FILE_NOT_FOUND);
        free(path);
    }
    DWORD code = GetLastError();
    free(name);
    SetLastError(code);
    return found;
}

/* By the end of the name, as CreateProcess does; dots and spaces after it are none to Windows. */
static bool child_is_script(const wchar_t *program)
{
    size_t length = wcslen(program);

    while (length > 0 && (program[length - 1] == L'.' || program[length - 1] == L' '))
        length--;
    if (length < 4)
        return false;
    const wchar_t *end = program + length - 4;
    return CompareStringOrdinal(end, 4, L".bat", 4, TRUE) == CSTR_EQUAL ||
           CompareStringOrdinal(end, 4, L".cmd", 4, TRUE) == CSTR_EQUAL;
}

static enum tapemap_status child_make_line(const struct child_process_config *config,
                                           struct child_launch *launch, struct failure *failure)
{
    const char *program = config->arguments[0];

    if (!program || !program[0] || strchr(program, '"'))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "no program can be named '%s'; give its path", program ? program : "");
    launch->console = config->has_console ? CREATE_NO_WINDOW : DETACHED_PROCESS;
    launch->program = child_find_program(program);
    if (!launch->program)
        return child_fail(program, GetLastError(), failure);
    if (child_is_script(launch->program))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "'%s' is a script, which a shell would run by its own rules of quoting; "
                           "name a program (.exe)",
                           program);
    char *line = command_line_join(config->arguments);
    launch->line = line ? child_widen(line) : NULL;
    DWORD code = line ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY;
    free(line);
    if (!launch->line)
        return child_fail(program, code, failure);
    if (wcslen(launch->line) >= CHILD_LINE_ROOM)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the command line of '%s' is longer than 32766 characters, all that "
                           "Windows takes; give it less",
                           program);
    return TAPEMAP_OK;
}

static enum tapemap_status child_make_surroundings(const struct child_process_config *config,
                                                   struct child_launch *launch,
                                                   struct failure *failure)
{
    const char *program = config->arguments[0];

    if (config->folder) {
        launch->folder = child_widen(config->folder);
        if (!launch->folder)
            return child_fail(program, GetLastError(), failure);
    }
    enum tapemap_status status =
        child_environment_make(config->environment, &launch->environment);
    if (status == TAPEMAP_E_ARGUMENT)
        return failure_set(failure, status,
                           "the environment of '%s' has an entry that is no NAME=VALUE; correct it",
                           program);
    return status == TAPEMAP_OK ? status
                                : child_fail(program, ERROR_NOT_ENOUGH_MEMORY, failure);
}

static HANDLE child_open_output(const char *path)
{
    wchar_t *wide = NULL;
    uint32_t code = path ? long_path_from_utf8(path, &wide) : 0;

    if (code != 0) {
        SetLastError(code);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE output = CreateFileW(wide ? wide : L"NUL", wide ? FILE_APPEND_DATA | SYNCHRONIZE
                                                           : GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                wide ? security_attributes(SECURITY_PRIVATE_FILE) : NULL,
                                wide ? OPEN_ALWAYS : OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    code = GetLastError();
    free(wide);
    SetLastError(code);
    return output;
}

static enum tapemap_status child_open_streams(const struct child_process_config *config,
                                              struct child_launch *launch,
                                              struct failure *failure)
{
    char text[256];

    launch->input = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (launch->input != INVALID_HANDLE_VALUE)
        launch->output = child_open_output(config->output_path);
    if (launch->output != INVALID_HANDLE_VALUE)
        return TAPEMAP_OK;
    DWORD code = GetLastError();
    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "the output of '%s' cannot go to '%s': %s; name a file that can be written",
                       config->arguments[0], config->output_path ? config->output_path : "NUL",
                       text);
}

/* Two handles of one value would be refused by CreateProcess. */
static void child_list_handle(struct child_launch *launch, HANDLE handle)
{
    for (DWORD i = 0; i < launch->handle_count; i++)
        if (launch->handles[i] == handle)
            return;
    launch->handles[launch->handle_count++] = handle;
}

static bool child_make_attributes(struct child_launch *launch)
{
    SIZE_T bytes = 0;

    InitializeProcThreadAttributeList(NULL, 1, 0, &bytes);
    LPPROC_THREAD_ATTRIBUTE_LIST list = malloc(bytes);
    if (!list) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    if (!InitializeProcThreadAttributeList(list, 1, 0, &bytes)) {
        free(list);
        return false;
    }
    launch->attributes = list;
    return UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, launch->handles,
                                     launch->handle_count * sizeof launch->handles[0], NULL, NULL);
}

static bool child_mark(const struct child_launch *launch, DWORD count, DWORD flag)
{
    for (DWORD i = 0; i < count; i++)
        if (!SetHandleInformation(launch->handles[i], HANDLE_FLAG_INHERIT, flag) && flag)
            return false;
    return true;
}

/* Returns 0 or a system error code. */
static DWORD child_create(struct child_launch *launch, struct child_process *child)
{
    STARTUPINFOEXW startup = {.StartupInfo = {.cb = sizeof startup,
                                              .dwFlags = STARTF_USESTDHANDLES,
                                              .hStdInput = launch->input,
                                              .hStdOutput = launch->output,
                                              .hStdError = launch->output},
                              .lpAttributeList = launch->attributes};
    PROCESS_INFORMATION made = {0};
    DWORD code = 0;

    AcquireSRWLockExclusive(&child_lock);
    if (!child_mark(launch, launch->handle_count, HANDLE_FLAG_INHERIT) ||
        !CreateProcessW(launch->program, launch->line, NULL, NULL, TRUE,
                        launch->console | CREATE_UNICODE_ENVIRONMENT |
                            CREATE_DEFAULT_ERROR_MODE | EXTENDED_STARTUPINFO_PRESENT,
                        launch->environment, launch->folder, &startup.StartupInfo, &made))
        code = GetLastError();
    child_mark(launch, launch->handle_count, 0);
    ReleaseSRWLockExclusive(&child_lock);
    if (code != 0)
        return code;
    CloseHandle(made.hThread);
    child->handle = made.hProcess;
    child->pid = made.dwProcessId;
    return 0;
}

static enum tapemap_status child_launch(const struct child_process_config *config,
                                        struct child_launch *launch, struct child_process *child,
                                        struct failure *failure)
{
    enum tapemap_status status = child_make_line(config, launch, failure);

    if (status == TAPEMAP_OK)
        status = child_make_surroundings(config, launch, failure);
    if (status == TAPEMAP_OK)
        status = child_open_streams(config, launch, failure);
    if (status != TAPEMAP_OK)
        return status;
    child_list_handle(launch, launch->input);
    child_list_handle(launch, launch->output);
    for (size_t i = 0; i < config->handle_count; i++)
        child_list_handle(launch, config->handles[i]);
    DWORD code = child_make_attributes(launch) ? child_create(launch, child) : GetLastError();
    return code == 0 ? TAPEMAP_OK : child_fail(config->arguments[0], code, failure);
}

enum tapemap_status child_process_start(const struct child_process_config *config,
                                        struct child_process *child, struct failure *failure)
{
    struct child_launch launch = {.input = INVALID_HANDLE_VALUE, .output = INVALID_HANDLE_VALUE};

    if (config->handle_count > CHILD_HANDLES - 3)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "more than %u handles cannot be inherited; hand over fewer",
                           CHILD_HANDLES - 3);
    enum tapemap_status status = child_launch(config, &launch, child, failure);
    if (launch.attributes)
        DeleteProcThreadAttributeList(launch.attributes);
    free(launch.attributes);
    if (launch.output != INVALID_HANDLE_VALUE)
        CloseHandle(launch.output);
    if (launch.input != INVALID_HANDLE_VALUE)
        CloseHandle(launch.input);
    free(launch.environment);
    free(launch.folder);
    free(launch.line);
    free(launch.program);
    return status;
}

bool child_process_find(uint32_t pid, struct child_process *child)
{
    *child = (struct child_process){
        OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid), pid};
    return child->handle != NULL;
}

bool child_process_await(const struct child_process *child, uint32_t timeout_ms, uint32_t *code)
{
    DWORD ended = 0;

    if (WaitForSingleObject(child->handle, timeout_ms) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(child->handle, &ended))
        return false;
    *code = ended;
    return true;
}

void child_process_close(struct child_process *child)
{
    if (child->handle)
        CloseHandle(child->handle);
    child->handle = NULL;
}
