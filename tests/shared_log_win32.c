/* SPDX-License-Identifier: MIT */
#include "shared_log.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <process.h>

#include <cmocka.h>

#include "wide.h"

#define CROWD_MOST 16u

void *shared_log_hold(const char *path, enum shared_log_kind kind)
{
    static const DWORD share[] = {
        [SHARED_LOG_READER] = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        [SHARED_LOG_KEEPER] = FILE_SHARE_READ | FILE_SHARE_WRITE,
        [SHARED_LOG_WRITER] = FILE_SHARE_READ,
    };
    wchar_t wide[MAX_PATH];

    assert_true(wide_from_utf8(path, wide, MAX_PATH));
    HANDLE file = CreateFileW(wide, kind == SHARED_LOG_WRITER ? GENERIC_WRITE : GENERIC_READ,
                              share[kind], NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    return file;
}

void shared_log_release(void *holder)
{
    CloseHandle(holder);
}

struct member {
    void (*body)(void *context);
    void *context;
};

static unsigned __stdcall member_main(void *context)
{
    const struct member *member = context;

    member->body(member->context);
    return 0;
}

void shared_log_crowd(unsigned count, void (*body)(void *context), void *context)
{
    struct member member = {body, context};
    HANDLE threads[CROWD_MOST];

    assert_true(count <= CROWD_MOST);
    for (unsigned i = 0; i < count; i++) {
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, member_main, &member, 0, NULL);
        assert_non_null(threads[i]);
    }
    assert_int_equal(WaitForMultipleObjects(count, threads, TRUE, 30000), WAIT_OBJECT_0);
    for (unsigned i = 0; i < count; i++)
        CloseHandle(threads[i]);
}

unsigned shared_log_process(void)
{
    return (unsigned)GetCurrentProcessId();
}
