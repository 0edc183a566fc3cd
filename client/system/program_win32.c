/* SPDX-License-Identifier: MIT */
#include "program.h"

#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows.h>
/* Needs windows.h before it. */
#include <shellapi.h>

#include "atomic64.h"
#include "file_output.h"
#include "login_session.h"
#include "session_end.h"
#include "system_error.h"
#include "wide.h"

#define PROGRAM_FAILED 1
#define PROGRAM_MISUSED 2
#define PROGRAM_LAST_WORDS_MS 500u

/* Processes of a higher level are asked first; all start at 0x280. */
#define PROGRAM_FIRST_LEVEL 0x2c0u

/* Both are also used by the thread on which Windows reports an interrupt. */
static struct tapemap_shared_u64 program_handler;
static struct tapemap_shared_u64 program_code_page_before; /* 0: nothing to set back */
static struct tapemap_shared_u64 program_listens;          /* 1: for the end of the session */
static void (*program_tell_deafness)(const char *text);

static void program_console_to_utf8(void)
{
    UINT before = GetConsoleOutputCP();

    if (before != 0 && before != CP_UTF8 && SetConsoleOutputCP(CP_UTF8))
        store_release_u64(&program_code_page_before, before);
}

static void program_console_back(void)
{
    uint64_t before = exchange_u64(&program_code_page_before, 0);

    if (before != 0)
        SetConsoleOutputCP((UINT)before);
}

static BOOL WINAPI program_interrupted(DWORD event)
{
    void (*handler)(void) =
        (void (*)(void))(uintptr_t)load_acquire_u64(&program_handler);

    if (event == CTRL_LOGOFF_EVENT && login_session_is_of_no_user())
        return TRUE; /* somebody logs off, whoever that is; only services are told */
    if (!handler && event == CTRL_SHUTDOWN_EVENT && login_session_is_of_no_user())
        return TRUE; /* the service manager tells a service when it is to end */
    if (!handler) {
        program_console_back();
        /* After a mere FALSE the system would run the ends of the DLLs: the C library's flushes
           then, and may wait for ever for a console or pipe that takes no more. */
        TerminateProcess(GetCurrentProcess(), (UINT)STATUS_CONTROL_C_EXIT);
        return FALSE;
    }
    handler();
    /* Windows ends the process when this returns; main gets the time that Windows allows. */
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

/* On the thread of session_end.h. Without a handler the program has next to nothing left to do. */
static void program_session_ended(void)
{
    void (*handler)(void) =
        (void (*)(void))(uintptr_t)load_acquire_u64(&program_handler);

    if (handler)
        handler();
}

static void program_is_deaf(uint32_t code)
{
    char why[160];
    char text[320];

    if (!program_tell_deafness)
        return;
    system_error_text(code, why, sizeof why);
    snprintf(text, sizeof text, "the system cannot tell this process when the session ends: %s; "
             "end it before you log off or shut down", why);
    program_tell_deafness(text);
}

void program_on_interrupt(void (*handler)(void))
{
    store_release_u64(&program_handler, (uint64_t)(uintptr_t)handler);
    if (handler && program_tell_deafness && exchange_u64(&program_listens, 1) == 0 &&
        session_end_is_told())
        session_end_listen(program_session_ended, program_is_deaf);
}

void program_on_deafness(void (*tell)(const char *text))
{
    program_tell_deafness = tell;
}

bool program_session_ends(void)
{
    return session_end_is_here();
}

void program_ends_first(void)
{
    SetProcessShutdownParameters(PROGRAM_FIRST_LEVEL, 0);
}

/* Past stdio, whose locks the thread that is stuck may hold. */
static DWORD WINAPI program_say_last(void *line)
{
    DWORD done = 0;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), line, (DWORD)strlen(line), &done, NULL);
    return 0;
}

void program_give_up(const char *line, int code)
{
    HANDLE thread = CreateThread(NULL, 0, program_say_last, (void *)(uintptr_t)line, 0, NULL);

    if (thread)
        WaitForSingleObject(thread, PROGRAM_LAST_WORDS_MS);
    program_console_back();
    /* ExitProcess would wait for locks that the stuck thread may hold. */
    TerminateProcess(GetCurrentProcess(), (UINT)code);
    Sleep(INFINITE);
}

bool program_await_end(uint32_t pid, uint32_t timeout_ms)
{
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, pid);
    bool has_ended = true;

    if (process) {
        has_ended = WaitForSingleObject(process, timeout_ms) != WAIT_TIMEOUT;
        CloseHandle(process);
    }
    return has_ended;
}

/* What the C library was told when it wrote last. It keeps nothing of a write that took only a part
   of the bytes: that is no reader who has gone. */
bool program_output_is_unwanted(void)
{
    return GetFileType(GetStdHandle(STD_OUTPUT_HANDLE)) == FILE_TYPE_PIPE &&
           file_output_is_closed_pipe((uint32_t)_doserrno);
}

static uint64_t program_hundreds(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

uint64_t program_age_ns(void)
{
    FILETIME now;
    FILETIME made;
    FILETIME unused[3];

    GetSystemTimePreciseAsFileTime(&now);
    if (!GetProcessTimes(GetCurrentProcess(), &made, &unused[0], &unused[1], &unused[2]) ||
        program_hundreds(made) > program_hundreds(now))
        return 0;
    return (program_hundreds(now) - program_hundreds(made)) * 100;
}

static void program_free_arguments(char **arguments)
{
    for (char **each = arguments; each && *each; each++)
        free(*each);
    free(arguments);
}

/* Fills a zeroed array of count + 1; returns 0 or the exit code. */
static int program_convert_arguments(int count, wchar_t **wide, char **arguments)
{
    for (int i = 0; i < count; i++) {
        size_t room = 3 * wcslen(wide[i]) + 1;
        arguments[i] = malloc(room);
        if (!arguments[i])
            return PROGRAM_FAILED;
        if (!utf8_from_wide(wide[i], arguments[i], room)) {
            fprintf(stderr,
                    "cannot read the command line: argument %d is not valid Unicode; "
                    "rename what it names\n",
                    i);
            return PROGRAM_MISUSED;
        }
    }
    return 0;
}

/* Returns 0 or the exit code; *arguments is the caller's to free in any case. */
static int program_read_arguments(int *count, char ***arguments)
{
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), count);
    int code = PROGRAM_FAILED;

    if (wide) {
        *arguments = calloc((size_t)*count + 1, sizeof **arguments);
        if (*arguments)
            code = program_convert_arguments(*count, wide, *arguments);
        LocalFree(wide);
    }
    if (code == PROGRAM_FAILED)
        fputs("cannot read the command line: there is no memory for it; close other programs\n",
              stderr);
    return code;
}

int program_run(int (*body)(int argc, char **argv))
{
    int count = 0;
    char **arguments = NULL;

    /* Else a drive that is not ready holds the thread that asked for it until somebody has pressed
       a button: see SetErrorMode. */
    SetErrorMode(GetErrorMode() | SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
    SetConsoleCtrlHandler(program_interrupted, TRUE);
    program_console_to_utf8();
    atexit(program_console_back); /* for a body that calls exit */
    int code = program_read_arguments(&count, &arguments);
    if (code == 0)
        code = body(count, arguments);
    fflush(stdout);
    program_free_arguments(arguments);
    program_console_back();
    return code;
}
