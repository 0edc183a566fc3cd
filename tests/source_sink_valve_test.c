/* SPDX-License-Identifier: MIT */
/* What a source delivers before it takes another's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "sink_valve.h"

struct heard {
    size_t frames;
    uint64_t clock;
    unsigned overflows;
    unsigned ends;
};

static void hear_frames(void *context, const void *frames, size_t count, uint64_t clock)
{
    struct heard *heard = context;

    assert_non_null(frames);
    heard->frames += count;
    heard->clock = clock;
}

static void hear_overflow(void *context, uint64_t clock)
{
    struct heard *heard = context;

    heard->clock = clock;
    heard->overflows++;
}

static void hear_end(void *context)
{
    ((struct heard *)context)->ends++;
}

static struct source_sink begin(struct sink_valve *valve, struct heard *heard)
{
    struct source_sink to = {heard, hear_frames, hear_overflow, hear_end};

    memset(heard, 0, sizeof *heard);
    sink_valve_init(valve, &to);
    return sink_valve_sink(valve);
}

static void lets_nothing_through_until_it_is_opened(void **state)
{
    static const char frames[8] = "";
    struct sink_valve valve;
    struct heard heard;
    struct source_sink sink = begin(&valve, &heard);
    (void)state;

    sink.overflow(sink.context, 1);
    assert_false(sink_valve_flows(&valve));
    sink.frames(sink.context, frames, 4, 2);
    assert_true(sink_valve_flows(&valve));
    assert_int_equal(heard.frames + heard.overflows + heard.ends, 0);
    sink_valve_open(&valve);
    sink.frames(sink.context, frames, 3, 3);
    assert_int_equal(heard.frames, 3);
    assert_int_equal(heard.clock, 3);
    sink.overflow(sink.context, 4);
    assert_int_equal(heard.overflows, 1);
    sink.lost(sink.context);
    assert_int_equal(heard.ends, 1);
}

static void tells_of_an_end_that_came_before_once(void **state)
{
    static const char frames[8] = "";
    struct sink_valve valve;
    struct heard heard;
    struct source_sink sink = begin(&valve, &heard);
    (void)state;

    sink.frames(sink.context, frames, 4, 2);
    sink.lost(sink.context);
    assert_false(sink_valve_flows(&valve));
    assert_int_equal(heard.ends, 0);
    sink_valve_open(&valve);
    assert_int_equal(heard.ends, 1);
    sink.lost(sink.context);
    assert_int_equal(heard.ends, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_nothing_through_until_it_is_opened),
        cmocka_unit_test(tells_of_an_end_that_came_before_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
