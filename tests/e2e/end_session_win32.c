/* SPDX-License-Identifier: MIT */
/* end_session PID end|stay|close: tells the process what the system tells windows when a session
   ends, when that was called off, or when the process is asked to close; ends with 1 when it has no
   window that is told. It does not wait for what the process makes of that. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASS L"tapemap session end"
#define WINDOW_PATIENCE_MS 10000u
#define LOOK_MS 20u
#define ANSWER_MS 10000u

static HWND find_window(DWORD pid)
{
    HWND window = NULL;
    DWORD owner = 0;

    do {
        window = FindWindowExW(NULL, window, CLASS, NULL);
        if (window)
            GetWindowThreadProcessId(window, &owner);
    } while (window && owner != pid);
    return window;
}

/* It is made some time after the program was started. */
static HWND await_window(DWORD pid)
{
    HWND window = find_window(pid);

    for (DWORD waited = 0; !window && waited < WINDOW_PATIENCE_MS; waited += LOOK_MS) {
        Sleep(LOOK_MS);
        window = find_window(pid);
    }
    return window;
}

static int tell(HWND window, const char *what)
{
    DWORD_PTR answer = 0;

    if (strcmp(what, "close") == 0)
        return PostMessageW(window, WM_CLOSE, 0, 0) ? 0 : 1;
    if (!SendMessageTimeoutW(window, WM_QUERYENDSESSION, 0, (LPARAM)ENDSESSION_LOGOFF, SMTO_NORMAL,
                             ANSWER_MS, &answer) ||
        answer != TRUE) {
        fprintf(stderr, "end_session: it does not agree to end, answer %lu\n",
                (unsigned long)answer);
        return 1;
    }
    /* The one that ends holds its answer back. */
    return SendNotifyMessageW(window, WM_ENDSESSION, strcmp(what, "end") == 0,
                              (LPARAM)ENDSESSION_LOGOFF) ? 0 : 1;
}

int main(int argc, char **argv)
{
    DWORD pid = argc == 3 ? (DWORD)strtoul(argv[1], NULL, 10) : 0;
    HWND window = pid != 0 ? await_window(pid) : NULL;

    if (window)
        return tell(window, argv[2]);
    fprintf(stderr, "end_session: process %lu has no window; a Wine session that was started "
                    "without a desktop is to be started again\n", pid);
    return 1;
}
