/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include <portaudio.h>

#include "local_time.h"
#include "login_session.h"
#include "long_path.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"
#include "wide.h"

enum { FACT_BYTES = 256 };

static double gib(uint64_t bytes)
{
    return (double)bytes / (double)(UINT64_C(1) << 30);
}

/* By its name, as GetVersionEx says what the program was made for. */
static FARPROC ntdll_function(const char *name)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name);
}

static void add_system(struct environment *environment)
{
    typedef LONG(WINAPI * get_version)(OSVERSIONINFOW *);
    typedef const char *(__cdecl * get_wine)(void);
    get_version version = (get_version)(void (*)(void))ntdll_function("RtlGetVersion");
    get_wine wine = (get_wine)(void (*)(void))ntdll_function("wine_get_version");
    OSVERSIONINFOW found = {.dwOSVersionInfoSize = sizeof found};
    DWORD revision = 0;
    DWORD bytes = sizeof revision;
    char text[FACT_BYTES];

    if (version && version(&found) == 0) {
        RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", L"UBR",
                     RRF_RT_REG_DWORD, NULL, &revision, &bytes);
        snprintf(text, sizeof text, "%lu.%lu, build %lu.%lu", found.dwMajorVersion,
                 found.dwMinorVersion, found.dwBuildNumber, revision);
        environment_add(environment, "windows", text);
    }
    if (wine)
        environment_add(environment, "wine", wine());
}

static void add_machine(struct environment *environment)
{
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    char text[FACT_BYTES];

    snprintf(text, sizeof text, "%lu, %u-bit program",
             GetActiveProcessorCount(ALL_PROCESSOR_GROUPS), (unsigned)sizeof(void *) * 8);
    environment_add(environment, "processors", text);
    if (!GlobalMemoryStatusEx(&memory))
        return;
    snprintf(text, sizeof text, "%.1f GiB, %.1f GiB of it free", gib(memory.ullTotalPhys),
             gib(memory.ullAvailPhys));
    environment_add(environment, "memory", text);
    snprintf(text, sizeof text, "%.1f GiB, %.1f GiB of it left", gib(memory.ullTotalPageFile),
             gib(memory.ullAvailPageFile));
    environment_add(environment, "commit_limit", text);
}

static void add_user(struct environment *environment)
{
    HANDLE token;
    TOKEN_ELEVATION elevation = {0};
    DWORD bytes;
    uint32_t session;
    char text[FACT_BYTES];

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &bytes) &&
        login_session_find(&session)) {
        snprintf(text, sizeof text, "%s, session %" PRIu32,
                 elevation.TokenIsElevated ? "elevated" : "not elevated", session);
        environment_add(environment, "user", text);
    }
    CloseHandle(token);
}

static void add_volume(const char *folder, const wchar_t *path, struct environment *environment)
{
    wchar_t root[MAX_PATH];
    wchar_t kind[MAX_PATH];
    char name[64] = "file system unknown";
    char text[FACT_BYTES];
    ULARGE_INTEGER room = {0};
    DWORD flags = 0;

    if (GetVolumePathNameW(path, root, MAX_PATH) &&
        GetVolumeInformationW(root, NULL, 0, NULL, NULL, &flags, kind, MAX_PATH))
        utf8_from_wide(kind, name, sizeof name);
    GetDiskFreeSpaceExW(path, &room, NULL, NULL);
    environment_add(environment, "folder", folder);
    snprintf(text, sizeof text, "%s, %.1f GiB free, sparse files %s, rights %s", name,
             gib(room.QuadPart), flags & FILE_SUPPORTS_SPARSE_FILES ? "yes" : "no",
             flags & FILE_PERSISTENT_ACLS ? "yes" : "no");
    environment_add(environment, "volume", text);
}

static void add_time_zone(struct environment *environment)
{
    DYNAMIC_TIME_ZONE_INFORMATION zone;
    int64_t minutes = local_time_offset_ns(utc_now_ns()) / INT64_C(60000000000);
    char name[160] = "unknown";
    char text[FACT_BYTES];

    if (GetDynamicTimeZoneInformation(&zone) != TIME_ZONE_ID_INVALID)
        utf8_from_wide(zone.TimeZoneKeyName, name, sizeof name);
    snprintf(text, sizeof text, "%s, now UTC%+lld:%02lld", name, (long long)(minutes / 60),
             (long long)(minutes < 0 ? -minutes : minutes) % 60);
    environment_add(environment, "time_zone", text);
}

void environment_read(const char *folder, struct environment *environment)
{
    wchar_t *path;

    environment->count = 0;
    environment_add(environment, "tapemapd", tapemap_version());
    add_system(environment);
    add_machine(environment);
    add_user(environment);
    if (long_path_from_utf8(folder, &path) == 0) {
        add_volume(folder, path, environment);
        free(path);
    }
    environment_add(environment, "portaudio", Pa_GetVersionText());
    add_time_zone(environment);
}

bool environment_has_folder(const char *folder)
{
    wchar_t *path;

    if (long_path_from_utf8(folder, &path) != 0)
        return false;
    DWORD attributes = GetFileAttributesW(path);
    free(path);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}
