/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <stdbool.h>

#include <windows.h>

#define TERMINAL_USUAL_WIDTH 80

#define TERMINAL_USUAL_LINES 24

/* Only a console has a mode; pipes, files and the null device have none. NULL: such a one. */
static HANDLE terminal_handle(enum terminal_stream stream)
{
    HANDLE handle =
        GetStdHandle(stream == TERMINAL_OUTPUT ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
    DWORD mode = 0;
    bool is_console = handle && handle != INVALID_HANDLE_VALUE && GetConsoleMode(handle, &mode);

    return is_console ? handle : NULL;
}

/* What is seen of it may be less than its buffer is wide. The last column is left free: writing
   there wraps. */
unsigned terminal_columns(enum terminal_stream stream)
{
    HANDLE handle = terminal_handle(stream);
    CONSOLE_SCREEN_BUFFER_INFO screen;
    int width = TERMINAL_USUAL_WIDTH;

    if (!handle)
        return 0;
    if (GetConsoleScreenBufferInfo(handle, &screen))
        width = screen.srWindow.Right - screen.srWindow.Left + 1;
    return (unsigned)(width > 1 ? width : TERMINAL_USUAL_WIDTH) - 1;
}

unsigned terminal_lines(enum terminal_stream stream)
{
    HANDLE handle = terminal_handle(stream);
    CONSOLE_SCREEN_BUFFER_INFO screen;
    int height = TERMINAL_USUAL_LINES;

    if (!handle)
        return 0;
    if (GetConsoleScreenBufferInfo(handle, &screen))
        height = screen.srWindow.Bottom - screen.srWindow.Top + 1;
    return (unsigned)(height > 1 ? height : TERMINAL_USUAL_LINES);
}

bool terminal_is_utf8(enum terminal_stream stream)
{
    return !terminal_handle(stream) || GetConsoleOutputCP() == CP_UTF8;
}

void terminal_move_up(enum terminal_stream stream, unsigned lines)
{
    HANDLE handle = terminal_handle(stream);
    CONSOLE_SCREEN_BUFFER_INFO screen;

    if (!handle || !GetConsoleScreenBufferInfo(handle, &screen))
        return;
    unsigned line = (unsigned)screen.dwCursorPosition.Y;
    COORD to = {.X = 0, .Y = (SHORT)(line > lines ? line - lines : 0)};
    SetConsoleCursorPosition(handle, to);
}
