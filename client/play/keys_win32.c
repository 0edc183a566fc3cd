/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <windows.h>

static HANDLE keys_console;
static DWORD keys_mode_before;

bool keys_begin(void)
{
    keys_console = GetStdHandle(STD_INPUT_HANDLE);
    if (!keys_console || keys_console == INVALID_HANDLE_VALUE ||
        !GetConsoleMode(keys_console, &keys_mode_before))
        return false;
    return SetConsoleMode(keys_console, ENABLE_PROCESSED_INPUT) != 0;
}

void keys_end(void)
{
    SetConsoleMode(keys_console, keys_mode_before);
}

static int keys_meant(const KEY_EVENT_RECORD *event)
{
    if (!event->bKeyDown)
        return KEY_NONE;
    switch (event->wVirtualKeyCode) {
    case VK_LEFT:
        return KEY_LEFT;
    case VK_RIGHT:
        return KEY_RIGHT;
    case VK_END:
        return KEY_END;
    default:
        break;
    }
    wchar_t character = event->uChar.UnicodeChar;
    return character >= KEY_FIRST_CHARACTER && character < 0x7F ? character : KEY_NONE;
}

int keys_next(void)
{
    INPUT_RECORD record;
    DWORD count = 0;

    /* Wine's console listens to its terminal only from the first look at a record on. */
    while (PeekConsoleInputW(keys_console, &record, 1, &count) && count > 0) {
        if (!ReadConsoleInputW(keys_console, &record, 1, &count) || count == 0)
            break;
        int key = record.EventType == KEY_EVENT ? keys_meant(&record.Event.KeyEvent) : KEY_NONE;
        if (key != KEY_NONE)
            return key;
    }
    return KEY_NONE;
}
