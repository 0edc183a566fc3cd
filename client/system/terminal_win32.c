/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <windows.h>

#define TERMINAL_USUAL_WIDTH 80

/* Only a console has a mode; pipes, files and the null device have none. What is seen of it may be
   less than its buffer is wide. The last column is left free: writing there wraps. */
unsigned terminal_columns(enum terminal_stream stream)
{
    DWORD id = stream == TERMINAL_OUTPUT ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE;
    HANDLE handle = GetStdHandle(id);
    CONSOLE_SCREEN_BUFFER_INFO screen;
    DWORD mode = 0;
    int width = TERMINAL_USUAL_WIDTH;

    if (!handle || handle == INVALID_HANDLE_VALUE || !GetConsoleMode(handle, &mode))
        return 0;
    if (GetConsoleScreenBufferInfo(handle, &screen))
        width = screen.srWindow.Right - screen.srWindow.Left + 1;
    return (unsigned)(width > 1 ? width : TERMINAL_USUAL_WIDTH) - 1;
}
