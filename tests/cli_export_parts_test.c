/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "export_parts.h"

static void assert_part(const struct export_parts *parts, size_t index, uint64_t from, uint64_t to)
{
    assert_true(index < parts->count);
    assert_int_equal(parts->parts[index].from, from);
    assert_int_equal(parts->parts[index].to, to);
}

static void divides_into_parts_of_one_length_and_a_rest(void **state)
{
    (void)state;
    struct export_parts parts = {.in_rate_hz = 48000, .out_rate_hz = 48000};
    assert_true(export_parts_every(&parts, 1000, 400));
    assert_int_equal(parts.count, 3);
    assert_part(&parts, 0, 0, 400);
    assert_part(&parts, 2, 800, 1000);
    export_parts_free(&parts);
    assert_true(export_parts_every(&parts, 800, 400));
    assert_int_equal(parts.count, 2);
    export_parts_free(&parts);
    assert_true(export_parts_every(&parts, 800, 800));
    assert_int_equal(parts.count, 1);
    export_parts_free(&parts);
    assert_true(export_parts_every(&parts, 800, UINT64_MAX));
    assert_int_equal(parts.count, 1);
    export_parts_free(&parts);
    assert_true(export_parts_every(&parts, EXPORT_MOST_PARTS, 1));
    export_parts_free(&parts);
    assert_false(export_parts_every(&parts, EXPORT_MOST_PARTS + 1, 1));
    export_parts_free(&parts);
}

static const struct tapemap_record records[] = {
    {.kind = TAPEMAP_RECORD_MARK, .position = 700, .text = "late"},
    {.kind = TAPEMAP_RECORD_GAP, .position = 350, .frames = 100},
    {.kind = TAPEMAP_RECORD_MARK, .position = 0, .text = "at once"},
    {.kind = TAPEMAP_RECORD_MARK, .position = 400, .text = "early"},
    {.kind = TAPEMAP_RECORD_MARK, .position = 400, .text = "twice"},
    {.kind = TAPEMAP_RECORD_ANCHOR, .position = 500},
};

static void divides_at_marks_once_each_and_nowhere_else(void **state)
{
    (void)state;
    struct export_parts parts = {.in_rate_hz = 48000, .out_rate_hz = 48000};
    assert_true(export_parts_at_marks(&parts, 1000, records, 6));
    assert_int_equal(parts.count, 3);
    assert_part(&parts, 0, 0, 400);
    assert_part(&parts, 1, 400, 700);
    assert_part(&parts, 2, 700, 1000);
    export_parts_free(&parts);
    assert_true(export_parts_at_marks(&parts, 1000, NULL, 0));
    assert_int_equal(parts.count, 1);
    export_parts_free(&parts);
}

static void parts_of_another_rate_join_without_a_seam(void **state)
{
    (void)state;
    struct export_parts parts = {.in_rate_hz = 48000, .out_rate_hz = 44100};
    assert_true(export_parts_every(&parts, 48000, 1001));
    for (size_t i = 1; i < parts.count; i++)
        assert_int_equal(parts.parts[i].out_from, parts.parts[i - 1].out_to);
    assert_int_equal(parts.parts[0].out_from, 0);
    assert_int_equal(parts.parts[0].out_to, 920);
    assert_int_equal(parts.parts[parts.count - 1].out_to, 44100);
    export_parts_free(&parts);
}

static void marks_and_gaps_go_into_the_part_they_are_of(void **state)
{
    (void)state;
    struct tapemap_record found[6];
    struct export_parts parts = {.in_rate_hz = 48000, .out_rate_hz = 24000};
    assert_true(export_parts_every(&parts, 800, 400));
    assert_int_equal(export_parts_records(&parts, 0, records, 6, found), 2);
    assert_int_equal(found[0].position, 175); /* the gap's first half */
    assert_int_equal(found[0].frames, 25);
    assert_string_equal(found[1].text, "at once");
    assert_int_equal(export_parts_records(&parts, 1, records, 6, found), 4);
    assert_int_equal(found[0].position, 150);
    assert_int_equal(found[1].position, 0); /* its other half */
    assert_int_equal(found[1].frames, 25);
    assert_int_equal(found[2].position, 0);
    export_parts_free(&parts);
}

static void numbers_names_before_the_extension(void **state)
{
    (void)state;
    char name[64];
    export_parts_name("take.wav", 0, name, sizeof name);
    assert_string_equal(name, "take-001.wav");
    export_parts_name("a.b/take", 41, name, sizeof name);
    assert_string_equal(name, "a.b/take-042");
    export_parts_name("C:\\a.b\\take.x.flac", 9999, name, sizeof name);
    assert_string_equal(name, "C:\\a.b\\take.x-10000.flac");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divides_into_parts_of_one_length_and_a_rest),
        cmocka_unit_test(divides_at_marks_once_each_and_nowhere_else),
        cmocka_unit_test(parts_of_another_rate_join_without_a_seam),
        cmocka_unit_test(marks_and_gaps_go_into_the_part_they_are_of),
        cmocka_unit_test(numbers_names_before_the_extension),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
