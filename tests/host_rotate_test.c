/* SPDX-License-Identifier: MIT */
/* Many tapes one after another in one recorder: what it holds of the system does not grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "free_handle.h"
#include "folder.h"
#include "identity.h"
#include "recorder.h"

static char deck[40];
static char folder[300];
static uint64_t files;
static uint64_t frames;

static uint64_t head_of(const char *path)
{
    uint64_t head = 0;
    struct file_access *file;

    assert_int_equal(file_access_open(path, FILE_ACCESS_READ, &file), 0);
    file_access_read(file, TAPEMAP_CONTROL_OFFSET + offsetof(struct tapemap_control, head), &head,
                     sizeof head);
    file_access_close(file);
    return head;
}

/* The last tape of each recording has its index beside it: nobody has completed it. */
static void count_and_remove(void *context, const char *path)
{
    (void)context;
    if (!strstr(path, ".index")) {
        files++;
        frames += head_of(path);
    }
    assert_int_equal(file_access_remove(path), 0);
}

/* Records so many seconds at full speed, a tape for each. */
static void record(unsigned seconds)
{
    char duration[16];
    char *arguments[] = {"record", "--deck", deck, "--source", "tone:ramp", "--store", "file",
                         "--output", folder, "--rotate", "length:1s", "--speed", "max",
                         "--duration", duration, "--keep-free", "0", "--extent", "1MiB",
                         "--flush", "never", "--quiet", NULL};
    struct record_options options;
    struct recorder *recorder;
    struct failure failure;

    snprintf(duration, sizeof duration, "%us", seconds);
    if (!record_options_parse(sizeof arguments / sizeof arguments[0] - 1, arguments, &options,
                              &failure) ||
        recorder_open(&options, &recorder, &failure) != TAPEMAP_OK ||
        recorder_run(recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    assert_int_equal(load_acquire_u64(&recorder_control(recorder)->reason),
                     TAPEMAP_REASON_DURATION);
    assert_true(recorder_close(recorder));
}

static void handles_do_not_pile_up(void **state)
{
    (void)state;
    record(3); /* what the first recording makes once */
    unsigned long before = free_handle();
    record(60);
    folder_each_file(folder, 1, count_and_remove, NULL);
    assert_int_equal(files, 3 + 60);
    assert_int_equal(frames, (3 + 60) * 48000);
    unsigned long after = free_handle();
    print_message("%lu handles, then %lu\n", before, after);
    assert_true(after <= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(handles_do_not_pile_up)};

    snprintf(deck, sizeof deck, "rotate test %u", (unsigned)identity_pid());
    if (!folder_temporary(folder, sizeof folder))
        return 1;
    snprintf(folder + strlen(folder), sizeof folder - strlen(folder), "%s", deck);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
