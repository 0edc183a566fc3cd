/* SPDX-License-Identifier: MIT */
#include "error_terminal.h"

#include <windows.h>

bool error_is_terminal(void)
{
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
    DWORD mode;

    return error && error != INVALID_HANDLE_VALUE && GetConsoleMode(error, &mode);
}
