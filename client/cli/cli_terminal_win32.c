/* SPDX-License-Identifier: MIT */
#include "cli_terminal.h"

#include <windows.h>

/* Only a console has a mode; pipes, files and the null device have none. */
bool cli_terminal_is_error(void)
{
    DWORD mode = 0;
    HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    return handle != NULL && handle != INVALID_HANDLE_VALUE && GetConsoleMode(handle, &mode) != 0;
}
