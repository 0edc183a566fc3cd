/* SPDX-License-Identifier: MIT */
#include "stdin_input.h"

#include <windows.h>

#include "system_error.h"

#define STDIN_INPUT_MOST_BYTES 0x100000u

enum tapemap_status stdin_input_check(struct failure *failure)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode;

    if (input == NULL || input == INVALID_HANDLE_VALUE)
        return failure_set(failure, TAPEMAP_E_DATA,
                           "stdin is closed; pipe raw PCM into this program, or redirect a file");
    if (GetFileType(input) == FILE_TYPE_CHAR && GetConsoleMode(input, &mode))
        return failure_set(failure, TAPEMAP_E_DATA,
                           "stdin is a terminal; pipe raw PCM into this program, or redirect a "
                           "file");
    return TAPEMAP_OK;
}

/* A program may write nothing into a pipe, and the reader gets nothing without being at the end. */
static int stdin_input_still_open(HANDLE input)
{
    return GetFileType(input) == FILE_TYPE_PIPE &&
           PeekNamedPipe(input, NULL, 0, NULL, NULL, NULL);
}

enum tapemap_status stdin_input_read(void *bytes, size_t room, size_t *count,
                                     struct failure *failure)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD most = room < STDIN_INPUT_MOST_BYTES ? (DWORD)room : STDIN_INPUT_MOST_BYTES;
    DWORD got = 0;
    DWORD code = ERROR_SUCCESS;
    char text[256];

    do {
        if (!ReadFile(input, bytes, most, &got, NULL))
            code = GetLastError();
    } while (code == ERROR_SUCCESS && got == 0 && stdin_input_still_open(input));
    if (code == ERROR_SUCCESS && got > 0) {
        *count = got;
        return TAPEMAP_OK;
    }
    if (code == ERROR_SUCCESS || code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ||
        code == ERROR_OPERATION_ABORTED)
        return TAPEMAP_E_ENDED;
    system_error_text(code, text, sizeof text);
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "stdin cannot be read: %s; check what it is connected to", text);
}
