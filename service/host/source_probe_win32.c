/* SPDX-License-Identifier: MIT */
#include "source_probe.h"

#include <stdio.h>
#include <windows.h>

#include "tapemap/tapemap.h"

#define PROBE_MS 4000u
#define PROBE_LINE 2048

/* Adds " "text"" so that the child's C library reads it as one argument: backslashes are doubled
   before a quote only, and a quote is escaped. false: no room. */
static bool probe_add(wchar_t *line, size_t *length, const wchar_t *text)
{
    size_t backslashes = 0;
    size_t at = *length;

    line[at++] = L' ';
    line[at++] = L'"';
    for (;; text++) {
        if (at + 2 * backslashes + 8 > PROBE_LINE)
            return false;
        if (*text == L'\\') {
            backslashes++;
        } else if (*text == L'"' || *text == L'\0') {
            for (size_t i = 0; i < backslashes + (*text != L'\0'); i++)
                line[at++] = L'\\';
            backslashes = 0;
        } else {
            backslashes = 0;
        }
        if (*text == L'\0')
            break;
        line[at++] = *text;
    }
    line[at++] = L'"';
    line[at] = L'\0';
    *length = at;
    return true;
}

static bool probe_command(const char *spec, const struct audio_format *format, wchar_t *line)
{
    static const wchar_t *const verb[] = {L"devices", L"--find"};
    size_t length = (size_t)swprintf(line, PROBE_LINE, L"tapemapd");
    wchar_t wide[512];
    char text[32];

    for (size_t i = 0; i < sizeof verb / sizeof verb[0]; i++)
        if (!probe_add(line, &length, verb[i]))
            return false;
    if (MultiByteToWideChar(CP_UTF8, 0, spec, -1, wide, 512) == 0 ||
        !probe_add(line, &length, wide))
        return false;
    snprintf(text, sizeof text, "%s:%u:%u", tapemap_format_name(format->sample_format),
             (unsigned)format->sample_rate_hz, (unsigned)format->channels);
    return MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 512) != 0 &&
           probe_add(line, &length, wide);
}

static bool probe_wait(HANDLE process)
{
    DWORD code = 1;

    if (WaitForSingleObject(process, PROBE_MS) != WAIT_OBJECT_0) {
        TerminateProcess(process, 1);
        return false;
    }
    return GetExitCodeProcess(process, &code) && code == 0;
}

bool source_probe(const char *spec, const struct audio_format *format)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    wchar_t program[1024];
    wchar_t line[PROBE_LINE];
    DWORD length = GetModuleFileNameW(NULL, program, 1024);
    bool is_there;

    if (length == 0 || length == 1024 || !probe_command(spec, format, line) ||
        !CreateProcessW(program, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start,
                        &process))
        return false;
    is_there = probe_wait(process.hProcess);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return is_there;
}
