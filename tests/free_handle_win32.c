/* SPDX-License-Identifier: MIT */
#include "free_handle.h"

#include <stdint.h>
#include <windows.h>

unsigned long free_handle(void)
{
    DWORD count = 0;

    if (GetProcessHandleCount(GetCurrentProcess(), &count) && count > 0)
        return count;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    CloseHandle(event);
    return (unsigned long)((uintptr_t)event / 4);
}
