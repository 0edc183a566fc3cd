/* SPDX-License-Identifier: MIT */
#include "keeper_thread.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct keeper_thread {
    HANDLE handle;
    void (*body)(void *context);
    void *context;
};

static unsigned __stdcall keeper_thread_main(void *context)
{
    struct keeper_thread *thread = context;

    /* A refusal is no failure: the commit runs two seconds ahead of the audio. */
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_ABOVE_NORMAL);
    thread->body(thread->context);
    return 0;
}

/* Task Scheduler starts programs below normal unless told otherwise, and so are their children. */
static void keeper_thread_raise_process(void)
{
    DWORD class = GetPriorityClass(GetCurrentProcess());

    if (class == BELOW_NORMAL_PRIORITY_CLASS || class == IDLE_PRIORITY_CLASS)
        SetPriorityClass(GetCurrentProcess(), NORMAL_PRIORITY_CLASS);
}

enum tapemap_status keeper_thread_start(void (*body)(void *context), void *context,
                                        struct keeper_thread **thread, struct failure *failure)
{
    struct keeper_thread *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->body = body;
    made->context = context;
    keeper_thread_raise_process();
    made->handle = (HANDLE)_beginthreadex(NULL, 0, keeper_thread_main, made, 0, NULL);
    if (!made->handle) {
        free(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the thread that keeps the tape cannot be started; close other "
                           "programs");
    }
    *thread = made;
    return TAPEMAP_OK;
}

bool keeper_thread_wait(struct keeper_thread *thread, uint32_t timeout_ms)
{
    return WaitForSingleObject(thread->handle, timeout_ms) == WAIT_OBJECT_0;
}

void keeper_thread_destroy(struct keeper_thread *thread)
{
    if (!thread)
        return;
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}
