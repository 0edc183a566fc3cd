/* SPDX-License-Identifier: MIT */
/* The thread that writes lines, while what takes them does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "atomic64.h"
#include "line_writer.h"
#include "steady_clock.h"

enum { MOST_WRITTEN = 1010, TEXT_BYTES = 80 };

/* What takes the lines. */
static char written[MOST_WRITTEN][TEXT_BYTES];
static struct tapemap_shared_u64 count;
static struct tapemap_shared_u64 is_held;    /* 1: it takes none, and lets nobody go */
static struct tapemap_shared_u64 is_broken;  /* 1: it takes none, and says so */
static struct tapemap_shared_u64 put_count;  /* begun */
static struct tapemap_shared_u64 seen_count;

static bool put(const struct waiting_line *line)
{
    uint64_t at = load_relaxed_u64(&count);

    store_release_u64(&put_count, load_relaxed_u64(&put_count) + 1);
    while (load_acquire_u64(&is_held) != 0)
        steady_clock_sleep_ms(1);
    if (load_acquire_u64(&is_broken) != 0)
        return false;
    if (at < MOST_WRITTEN)
        snprintf(written[at], TEXT_BYTES, "%s", line->text);
    store_release_u64(&count, at + 1);
    return true;
}

static void see(const struct waiting_line *line)
{
    (void)line;
    store_release_u64(&seen_count, load_relaxed_u64(&seen_count) + 1);
}

static const struct line_writer_ops ops = {.put = put, .see = see};

static struct line_writer *begin(void)
{
    struct line_writer *writer;
    struct failure failure;

    store_release_u64(&count, 0);
    store_release_u64(&put_count, 0);
    store_release_u64(&seen_count, 0);
    store_release_u64(&is_held, 0);
    store_release_u64(&is_broken, 0);
    assert_int_equal(line_writer_start(&ops, &writer, &failure), TAPEMAP_OK);
    return writer;
}

static void await_count(const struct tapemap_shared_u64 *what, uint64_t least)
{
    while (load_acquire_u64(what) < least)
        steady_clock_sleep_ms(1);
}

/* From here on a line is under way, and stays so. */
static void hold(struct line_writer *writer)
{
    store_release_u64(&is_held, 1);
    line_writer_add(writer, 1, "the first");
    await_count(&put_count, 1);
}

static void writes_all_in_their_order(void **state)
{
    struct line_writer *writer = begin();

    (void)state;
    line_writer_await(writer, UINT32_MAX); /* for nothing */
    line_writer_add(writer, 1, "a");
    line_writer_add(writer, 1, "b");
    line_writer_await(writer, UINT32_MAX);
    assert_int_equal(load_acquire_u64(&count), 2);
    line_writer_add_if_idle(writer, 1, "c");
    line_writer_await(writer, UINT32_MAX);
    line_writer_add(writer, 1, "d");
    assert_true(line_writer_end(writer, 60000)); /* but not before it is written */
    assert_int_equal(load_acquire_u64(&count), 4);
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(written[i], &"a\0b\0c\0d"[2 * i], 2);
}

static void holds_up_nobody_and_counts_what_it_has_no_room_for(void **state)
{
    struct line_writer *writer = begin();
    char text[16];

    (void)state;
    hold(writer);
    for (unsigned i = 2; i <= 1003; i++) {
        snprintf(text, sizeof text, "line %u", i);
        line_writer_add(writer, 1, text);
        line_writer_add_if_idle(writer, 1, "old by then");
    }
    store_release_u64(&is_held, 0);
    line_writer_await(writer, UINT32_MAX);
    line_writer_add(writer, 1, "the last");
    assert_true(line_writer_end(writer, 60000));
    assert_int_equal(load_acquire_u64(&count), 1002);
    assert_string_equal(written[0], "the first");
    assert_string_equal(written[999], "line 1000");
    assert_memory_equal(written[1000], "3 lines are missing here", 24);
    assert_string_equal(written[1001], "the last");
}

/* Each is shown once, and in time, however often it is tried to write the first. */
static void shows_what_waits_behind_a_line_that_cannot_be_written(void **state)
{
    struct line_writer *writer = begin();

    (void)state;
    store_release_u64(&is_broken, 1);
    line_writer_add(writer, 1, "a");
    await_count(&seen_count, 1);
    line_writer_add(writer, 1, "b");
    await_count(&seen_count, 2);
    await_count(&put_count, 3);
    store_release_u64(&is_broken, 0);
    line_writer_await(writer, UINT32_MAX);
    assert_true(line_writer_end(writer, 60000));
    assert_int_equal(load_acquire_u64(&seen_count), 2);
    assert_string_equal(written[0], "a");
    assert_string_equal(written[1], "b");
}

/* Last: that thread goes with the process. */
static void is_left_alone_when_it_does_not_come_back(void **state)
{
    struct line_writer *writer = begin();

    (void)state;
    hold(writer);
    assert_false(line_writer_end(writer, 50));
    line_writer_add(writer, 1, "too late");
    assert_int_equal(load_acquire_u64(&count), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_all_in_their_order),
        cmocka_unit_test(holds_up_nobody_and_counts_what_it_has_no_room_for),
        cmocka_unit_test(shows_what_waits_behind_a_line_that_cannot_be_written),
        cmocka_unit_test(is_left_alone_when_it_does_not_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
