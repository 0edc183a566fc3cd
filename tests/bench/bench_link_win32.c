/* SPDX-License-Identifier: MIT */
#include "bench_link.h"

#include <stddef.h>
#include <stdio.h>
#include <windows.h>

#include "wide.h"

#define LINK_NAME L"Local\\tapemap.bench.link"

static HANDLE program;

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

bool bench_start_program(const char *name)
{
    wchar_t path[MAX_PATH + 1];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);

    while (length > 0 && path[length - 1] != L'\\')
        length--;
    if (!wide_from_utf8(name, path + length, MAX_PATH - length))
        return false;
    if (!CreateProcessW(path, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return false;
    CloseHandle(process.hThread);
    program = process.hProcess;
    return true;
}

void bench_stop_program(void)
{
    if (WaitForSingleObject(program, 5000) != WAIT_OBJECT_0)
        TerminateProcess(program, 1);
    CloseHandle(program);
}
