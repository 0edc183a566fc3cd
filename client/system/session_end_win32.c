/* SPDX-License-Identifier: MIT */
#include "session_end.h"

#include <process.h>

#include <windows.h>

#include "atomic64.h"
#include "login_session.h"

#define SESSION_END_TITLE L"tapemap"
#define SESSION_END_REASON L"Files are being finished."

static void (*session_end_heard)(void);
static void (*session_end_deaf)(uint32_t code);
static struct tapemap_shared_u64 session_end_came; /* 1: it does */

static LRESULT CALLBACK session_end_take(HWND window, UINT message, WPARAM first, LPARAM second)
{
    switch (message) {
    case WM_QUERYENDSESSION:
        ShutdownBlockReasonCreate(window, SESSION_END_REASON);
        return TRUE;
    case WM_ENDSESSION:
        if (!first) {
            ShutdownBlockReasonDestroy(window);
            return 0;
        }
        store_release_u64(&session_end_came, 1);
        session_end_heard();
        Sleep(INFINITE);
        return 0;
    case WM_CLOSE:
        session_end_heard();
        return 0;
    default:
        return DefWindowProcW(window, message, first, second);
    }
}

/* A top-level window that is never shown. Returns 0 or a system error code. */
static DWORD session_end_make_window(void)
{
    WNDCLASSW kind = {.lpfnWndProc = session_end_take,
                      .hInstance = GetModuleHandleW(NULL),
                      .lpszClassName = SESSION_END_CLASS};

    SetLastError(0);
    if (RegisterClassW(&kind) != 0 &&
        CreateWindowExW(0, SESSION_END_CLASS, SESSION_END_TITLE, WS_OVERLAPPED, 0, 0, 0, 0, NULL,
                        NULL, kind.hInstance, NULL))
        return 0;
    DWORD code = GetLastError();
    return code != 0 ? code : ERROR_GEN_FAILURE;
}

static unsigned __stdcall session_end_main(void *unused)
{
    DWORD code = session_end_make_window();
    MSG message;

    (void)unused;
    if (code != 0) {
        session_end_deaf(code);
        return 0;
    }
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    return 0;
}

void session_end_listen(void (*heard)(void), void (*deaf)(uint32_t code))
{
    session_end_heard = heard;
    session_end_deaf = deaf;
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, session_end_main, NULL, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        deaf(ERROR_NOT_ENOUGH_MEMORY);
}

bool session_end_is_told(void)
{
    USEROBJECTFLAGS station = {0};

    if (login_session_is_of_no_user())
        return false;
    return GetUserObjectInformationW(GetProcessWindowStation(), UOI_FLAGS, &station,
                                     sizeof station, NULL) &&
           (station.dwFlags & WSF_VISIBLE) != 0;
}

bool session_end_is_here(void)
{
    return load_acquire_u64(&session_end_came) != 0;
}
