/* SPDX-License-Identifier: MIT */
#include "bench_environment.h"

#include <stdio.h>
#include <windows.h>

#if defined(_MSC_VER)
#define BENCH_TEXT_OF(x) #x
#define BENCH_TEXT(x) BENCH_TEXT_OF(x)
#define BENCH_COMPILER "MSVC " BENCH_TEXT(_MSC_FULL_VER)
#else
#define BENCH_COMPILER "gcc " __VERSION__
#endif

typedef const char *wine_version_function(void);
typedef LONG WINAPI version_function(OSVERSIONINFOW *version);

static void print_processor(void)
{
    static const wchar_t key[] = L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0";
    wchar_t name[128] = L"unknown";
    DWORD bytes = sizeof name;
    SYSTEM_INFO system;

    GetSystemInfo(&system);
    RegGetValueW(HKEY_LOCAL_MACHINE, key, L"ProcessorNameString", RRF_RT_REG_SZ, NULL, name,
                 &bytes);
    printf("  processor %ls, %lu logical cores\n", name, system.dwNumberOfProcessors);
}

/* GetVersionEx answers with what the program was made for; RtlGetVersion tells the truth. */
static void print_system(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    version_function *get_version =
        (version_function *)(void (*)(void))GetProcAddress(ntdll, "RtlGetVersion");
    wine_version_function *get_wine =
        (wine_version_function *)(void (*)(void))GetProcAddress(ntdll, "wine_get_version");
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};

    if (get_version)
        get_version(&version);
    printf("  system    Windows %lu.%lu.%lu%s%s\n", version.dwMajorVersion, version.dwMinorVersion,
           version.dwBuildNumber, get_wine ? " as imitated by Wine " : "",
           get_wine ? get_wine() : "");
}

void bench_environment_print(const char *program)
{
    SYSTEMTIME now;

    GetSystemTime(&now);
    printf("%s, %s build, %s, %04u-%02u-%02u %02u:%02u UTC\n", program, BENCH_BUILD_TYPE,
           BENCH_COMPILER, now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute);
    print_processor();
    print_system();
}
