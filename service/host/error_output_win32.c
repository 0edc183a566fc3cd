/* SPDX-License-Identifier: MIT */
#include "error_output.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>

void error_output_begin(void)
{
    _setmode(_fileno(stderr), _O_BINARY);
    setvbuf(stderr, NULL, _IOFBF, 4096);
}

bool error_output_is_terminal(void)
{
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
    DWORD mode;

    return error && error != INVALID_HANDLE_VALUE && GetConsoleMode(error, &mode);
}
