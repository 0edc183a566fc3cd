/* SPDX-License-Identifier: MIT */
#include "errand.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct errand {
    HANDLE thread;
    void (*body)(void *context);
    void *context;
};

static unsigned __stdcall errand_main(void *context)
{
    const struct errand *errand = context;

    errand->body(errand->context);
    return 0;
}

struct errand *errand_start(void (*body)(void *context), void *context)
{
    struct errand *errand = calloc(1, sizeof *errand);

    if (!errand)
        return NULL;
    errand->body = body;
    errand->context = context;
    errand->thread = (HANDLE)_beginthreadex(NULL, 0, errand_main, errand, 0, NULL);
    if (errand->thread)
        return errand;
    free(errand);
    return NULL;
}

bool errand_is_done(const struct errand *errand, uint32_t timeout_ms)
{
    return WaitForSingleObject(errand->thread, timeout_ms) == WAIT_OBJECT_0;
}

void errand_destroy(struct errand *errand)
{
    if (!errand)
        return;
    WaitForSingleObject(errand->thread, INFINITE);
    CloseHandle(errand->thread);
    free(errand);
}
