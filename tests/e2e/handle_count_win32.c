/* SPDX-License-Identifier: MIT */
/* handle_count PID: how many handles that process holds; of the system's own count where it has
   one, else the number of the lowest one that is free (tests/free_handle.h). */
#include <windows.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static DWORD lowest_free(HANDLE process)
{
    HANDLE self = GetCurrentProcess();
    HANDLE there;
    HANDLE back;

    if (!DuplicateHandle(self, self, process, &there, SYNCHRONIZE, FALSE, 0))
        return 0;
    /* Taken back, for Wine closes no source that goes nowhere. */
    if (DuplicateHandle(process, there, self, &back, 0, FALSE,
                        DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS))
        CloseHandle(back);
    return (DWORD)((uintptr_t)there / 4);
}

int main(int argc, char **argv)
{
    DWORD pid = argc == 2 ? (DWORD)strtoul(argv[1], NULL, 10) : 0;
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_DUP_HANDLE, FALSE, pid);
    DWORD count = 0;

    if (process && (!GetProcessHandleCount(process, &count) || count == 0))
        count = lowest_free(process);
    if (count == 0) {
        fprintf(stderr, "handle_count: cannot look into process %lu: error %lu; is it yours?\n",
                pid, GetLastError());
        return 1;
    }
    printf("%lu\n", count);
    return 0;
}
