/* SPDX-License-Identifier: MIT */
#include "bench_link.h"

#include <stddef.h>
#include <stdio.h>
#include <windows.h>

#include "wide.h"

#define LINK_NAME L"Local\\tapemap.bench.link"

static HANDLE programs[BENCH_MAX_READERS + 1];
static unsigned started;

static bool map_link(HANDLE section, struct bench_link **link)
{
    void *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof **link) : NULL;
    if (!view)
        return false;
    *link = view;
    return true;
}

bool bench_link_create(struct bench_link **link)
{
    return map_link(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                       sizeof **link, LINK_NAME),
                    link);
}

bool bench_link_open(struct bench_link **link)
{
    return map_link(OpenFileMappingW(FILE_MAP_WRITE, FALSE, LINK_NAME), link);
}

/* The path of this program with its name replaced. */
static bool find_program(const char *name, wchar_t path[MAX_PATH + 1])
{
    DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);

    while (length > 0 && path[length - 1] != L'\\')
        length--;
    return wide_from_utf8(name, path + length, MAX_PATH - length);
}

bool bench_start_program(const char *name, const char *arguments)
{
    wchar_t path[MAX_PATH + 1];
    wchar_t line[256];
    char text[256];
    PROCESS_INFORMATION process;
    STARTUPINFOW startup = {
        .cb = sizeof startup,
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = GetStdHandle(STD_INPUT_HANDLE),
        .hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE),
        .hStdError = GetStdHandle(STD_ERROR_HANDLE),
    };

    snprintf(text, sizeof text, "%s %s", name, arguments);
    if (!find_program(name, path) || !wide_from_utf8(text, line, 256))
        return false;
    if (!CreateProcessW(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return false;
    CloseHandle(process.hThread);
    programs[started++] = process.hProcess;
    return true;
}

void bench_stop_programs(void)
{
    while (started > 0) {
        HANDLE program = programs[--started];
        if (WaitForSingleObject(program, 5000) != WAIT_OBJECT_0)
            TerminateProcess(program, 1);
        CloseHandle(program);
    }
}
