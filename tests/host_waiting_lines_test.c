/* SPDX-License-Identifier: MIT */
/* Lines that wait to be written, and what becomes of those that find no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "waiting_lines.h"

#define KIND 7u

static void add(struct waiting_lines *lines, unsigned number)
{
    char text[16];

    snprintf(text, sizeof text, "line %u", number);
    waiting_lines_add(lines, KIND, text, number);
}

static void assert_next(struct waiting_lines *lines, unsigned kind, const char *text)
{
    const struct waiting_line *first = waiting_lines_first(lines, 99);

    assert_non_null(first);
    assert_string_equal(first->text, text);
    assert_int_equal(first->kind, kind);
    waiting_lines_drop_first(lines);
}

static void assert_none(struct waiting_lines *lines)
{
    assert_null(waiting_lines_first(lines, 99));
    assert_int_equal(lines->count, 0);
}

static void come_out_in_the_order_in_which_they_came(void **state)
{
    struct waiting_lines lines = {.most = 4};

    (void)state;
    assert_none(&lines);
    add(&lines, 1);
    add(&lines, 2);
    assert_next(&lines, KIND, "line 1");
    add(&lines, 3);
    assert_next(&lines, KIND, "line 2");
    assert_next(&lines, KIND, "line 3");
    assert_none(&lines);
}

/* Whoever writes a line may take long: meanwhile it stays, as it is. */
static void the_first_stays_until_it_is_dropped(void **state)
{
    struct waiting_lines lines = {.most = 2};
    const struct waiting_line *first;

    (void)state;
    add(&lines, 1);
    first = waiting_lines_first(&lines, 99);
    for (unsigned i = 2; i < 9; i++)
        add(&lines, i);
    assert_ptr_equal(waiting_lines_first(&lines, 99), first);
    assert_string_equal(first->text, "line 1");
    assert_int_equal(first->utc_ns, 1);
    assert_false(first->is_seen);
    waiting_lines_drop_first(&lines);
    assert_next(&lines, KIND, "line 2");
    assert_next(&lines, 0, "6 lines are missing here: too many waited to be written");
    assert_none(&lines);
}

static void those_that_find_no_room_are_counted_where_they_would_have_stood(void **state)
{
    struct waiting_lines lines = {.most = 3};

    (void)state;
    for (unsigned i = 1; i <= 5; i++)
        add(&lines, i);
    assert_next(&lines, KIND, "line 1");
    add(&lines, 6); /* there is room for it, but not for the count before it too */
    assert_int_equal(lines.count, 2);
    assert_next(&lines, KIND, "line 2");
    add(&lines, 7);
    assert_next(&lines, KIND, "line 3");
    assert_next(&lines, 0, "3 lines are missing here: too many waited to be written");
    assert_next(&lines, KIND, "line 7");
    assert_none(&lines);
}

static void no_line_has_to_come_for_the_missing_ones_to_be_told(void **state)
{
    struct waiting_lines lines = {.most = 2};

    (void)state;
    for (unsigned i = 1; i <= 3; i++)
        add(&lines, i);
    assert_next(&lines, KIND, "line 1");
    assert_next(&lines, KIND, "line 2");
    assert_int_equal(waiting_lines_first(&lines, 42)->utc_ns, 42);
    add(&lines, 4);
    assert_next(&lines, 0, "1 line is missing here: too many waited to be written");
    assert_next(&lines, KIND, "line 4");
    assert_none(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(come_out_in_the_order_in_which_they_came),
        cmocka_unit_test(the_first_stays_until_it_is_dropped),
        cmocka_unit_test(those_that_find_no_room_are_counted_where_they_would_have_stood),
        cmocka_unit_test(no_line_has_to_come_for_the_missing_ones_to_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
