/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keep_on_mark.h"

#define SECOND 1000000000u

static void understands_the_time_before_and_after(void **state)
{
    uint64_t before = 1;
    uint64_t after = 1;
    (void)state;

    assert_true(keep_on_mark_parse("5m,1m", &before, &after));
    assert_int_equal(before, 300ull * SECOND);
    assert_int_equal(after, 60ull * SECOND);
    assert_true(keep_on_mark_parse("1.5s,0s", &before, &after));
    assert_int_equal(before, 1500000000u);
    assert_int_equal(after, 0);
}

static void refuses_everything_else(void **state)
{
    static const char *const texts[] = {"",       ",",        "5m",         "5m,",        ",5m",
                                        "5m,1m,", "5m, 1m",   "0s,0s",      "5,1",        "-1s,1s",
                                        "1s;1s",  "213503d,213503d", "a,b"};
    uint64_t before = 1;
    uint64_t after = 2;
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(keep_on_mark_parse(texts[i], &before, &after));
    assert_int_equal(before, 1);
    assert_int_equal(after, 2);
}

static void names_files_by_the_time_of_the_mark(void **state)
{
    const struct keep_on_mark_config config = {"studio", "kept", 0, SECOND};
    const struct kept_mark mark = {7, 48000, 1763728511ull * SECOND + 45678901u};
    char path[KEPT_MARK_PATH_BYTES];
    (void)state;

    keep_on_mark_path(&config, &mark, path);
    assert_string_equal(path, "kept/studio-20251121T123511.045Z.wav");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_the_time_before_and_after),
        cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(names_files_by_the_time_of_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
