/* SPDX-License-Identifier: MIT */
#include "child_rig_win32.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs those two before it, and stddef.h and stdint.h. */
#include <cmocka.h>
#include <stdlib.h>

#include <windows.h>
/* Needs windows.h before it. */
#include <shellapi.h>

#include "wide.h"

#define PATIENCE_MS 60000
#define PATH_ROOM 1024
#define LINE_ROOM 4096

const char *child_rig_self(void)
{
    static char path[PATH_ROOM];
    wchar_t wide[PATH_ROOM];

    assert_in_range(GetModuleFileNameW(NULL, wide, PATH_ROOM), 1, PATH_ROOM - 1);
    assert_true(utf8_from_wide(wide, path, sizeof path));
    return path;
}

void child_rig_folder(char *out, size_t room)
{
    wchar_t wide[PATH_ROOM];

    assert_in_range(GetCurrentDirectoryW(PATH_ROOM, wide), 1, PATH_ROOM - 1);
    assert_true(utf8_from_wide(wide, out, room));
}

const char *child_rig_variable(const char *name)
{
    static char value[3 * PATH_ROOM];
    wchar_t wide_name[64];
    wchar_t wide[PATH_ROOM];

    value[0] = '\0';
    if (wide_from_utf8(name, wide_name, 64) && GetEnvironmentVariableW(wide_name, wide, PATH_ROOM))
        utf8_from_wide(wide, value, sizeof value);
    return value;
}

uint32_t child_rig_wait(struct child_process *child)
{
    DWORD code = 0;

    assert_int_equal(child->pid, GetProcessId(child->handle));
    assert_int_equal(WaitForSingleObject(child->handle, PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(child->handle, &code));
    child_process_close(child);
    return code;
}

bool child_rig_lives(const struct child_process *child)
{
    return WaitForSingleObject(child->handle, 0) == WAIT_TIMEOUT;
}

void child_rig_kill(struct child_process *child)
{
    TerminateProcess(child->handle, 1);
    child_rig_wait(child);
}

static const DWORD rig_classes[] = {
    [CHILD_RIG_IDLE] = IDLE_PRIORITY_CLASS,
    [CHILD_RIG_BELOW] = BELOW_NORMAL_PRIORITY_CLASS,
    [CHILD_RIG_NORMAL] = NORMAL_PRIORITY_CLASS,
    [CHILD_RIG_ABOVE] = ABOVE_NORMAL_PRIORITY_CLASS,
};

void child_rig_set_class(enum child_rig_class priority)
{
    assert_true(SetPriorityClass(GetCurrentProcess(), rig_classes[priority]));
}

enum child_rig_class child_rig_own_class(void)
{
    DWORD class = GetPriorityClass(GetCurrentProcess());
    int found = CHILD_RIG_IDLE;

    while (found < CHILD_RIG_ABOVE && rig_classes[found] != class)
        found++;
    return (enum child_rig_class)found;
}

bool child_rig_is_without_dialogs(void)
{
    return (GetErrorMode() & SEM_FAILCRITICALERRORS) != 0;
}

void *child_rig_event(bool is_inheritable)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, is_inheritable};
    HANDLE event = CreateEventW(&attributes, TRUE, FALSE, NULL);

    assert_non_null(event);
    return event;
}

void child_rig_set_event(void *event)
{
    SetEvent(event);
}

bool child_rig_event_is_set(void *event)
{
    return WaitForSingleObject(event, 0) == WAIT_OBJECT_0;
}

void child_rig_wait_event(void *event)
{
    WaitForSingleObject(event, INFINITE);
}

bool child_rig_is_inheritable(void *handle)
{
    DWORD flags = 0;

    assert_true(GetHandleInformation(handle, &flags));
    return (flags & HANDLE_FLAG_INHERIT) != 0;
}

void child_rig_close(void *handle)
{
    CloseHandle(handle);
}

size_t child_rig_parse(const char *line, size_t most, size_t room, char *arguments)
{
    wchar_t wide[LINE_ROOM];
    int count = 0;

    assert_true(wide_from_utf8(line, wide, LINE_ROOM));
    wchar_t **parsed = CommandLineToArgvW(wide, &count);
    assert_non_null(parsed);
    assert_in_range(count, 0, most);
    for (int i = 0; i < count; i++)
        assert_true(utf8_from_wide(parsed[i], arguments + (size_t)i * room, room));
    LocalFree(parsed);
    return (size_t)count;
}
