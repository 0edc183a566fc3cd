/* SPDX-License-Identifier: MIT */
#include "file_store_rig_win32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs those, and stdint.h, before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "file_access.h"
#include "object_names.h"
#include "plain_user_win32.h"
#include "wide.h"

/* A tape's id is never used again, though a test may fail and leave its store open. */
static uint64_t rig_tape_id;

static const char *rig_space(void)
{
    static char space[40];

    snprintf(space, sizeof space, OBJECT_SPACE_LOCAL "test%lu.", GetCurrentProcessId());
    return space;
}

int rig_start_clean(void **state)
{
    (void)state;
    rig_tape_id++;
    file_access_remove(RIG_TAPE);
    return 0;
}

struct file_store_config rig_config(void)
{
    return (struct file_store_config){
        .kind = FILE_STORE_AUDIO,
        .path = RIG_TAPE,
        .space = rig_space(),
        .tape_id = rig_tape_id,
        .bytes = 4 * GRANULE,
        .extent_bytes = 2 * MIB,
    };
}

struct store *rig_create(const struct file_store_config *config)
{
    struct store *store = NULL;
    struct failure failure = {0};

    if (file_store_create(config, &store, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return store;
}

unsigned char *rig_map(struct store *store, uint64_t offset, uint64_t bytes)
{
    void *view = NULL;

    assert_int_equal(store_map(store, offset, (size_t)bytes, &view), 0);
    return view;
}

uint64_t rig_read(uint64_t offset, unsigned char *bytes, size_t count)
{
    FILE *file = fopen(RIG_TAPE, "rb");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
    assert_int_equal(fread(bytes, 1, count, file), count);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    uint64_t length = (uint64_t)ftell(file);
    fclose(file);
    return length;
}

unsigned char rig_byte(uint64_t offset)
{
    unsigned char byte = 0;

    rig_read(offset, &byte, 1);
    return byte;
}

bool rig_name_exists(uint64_t generation)
{
    char name[OBJECT_NAME_BYTES];

    object_name_audio(name, rig_space(), rig_tape_id, generation);
    return plain_user_opens(name, PLAIN_USER_READS_SECTION) != ERROR_FILE_NOT_FOUND;
}

void *rig_keep_section(uint64_t generation)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide[OBJECT_NAME_BYTES];

    object_name_audio(name, rig_space(), rig_tape_id, generation);
    assert_true(wide_from_utf8(name, wide, OBJECT_NAME_BYTES));
    HANDLE section = OpenFileMappingW(FILE_MAP_READ, FALSE, wide);
    assert_non_null(section);
    return section;
}

void rig_leave_section(void *section)
{
    CloseHandle(section);
}

static struct {
    HANDLE thread;
    HANDLE stop;
    struct store *store;
    uint64_t end;
    unsigned failures;
} rig_flusher;

static DWORD WINAPI rig_flush(void *unused)
{
    (void)unused;
    do {
        if (rig_flusher.store->ops->flush(rig_flusher.store, 0, rig_flusher.end) != TAPEMAP_OK)
            rig_flusher.failures++;
    } while (WaitForSingleObject(rig_flusher.stop, 0) == WAIT_TIMEOUT);
    return 0;
}

void rig_start_flushing(struct store *store, uint64_t end)
{
    rig_flusher.store = store;
    rig_flusher.end = end;
    rig_flusher.failures = 0;
    rig_flusher.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    rig_flusher.thread = CreateThread(NULL, 0, rig_flush, NULL, 0, NULL);
    assert_non_null(rig_flusher.thread);
}

unsigned rig_stop_flushing(void)
{
    SetEvent(rig_flusher.stop);
    WaitForSingleObject(rig_flusher.thread, INFINITE);
    CloseHandle(rig_flusher.thread);
    CloseHandle(rig_flusher.stop);
    return rig_flusher.failures;
}
