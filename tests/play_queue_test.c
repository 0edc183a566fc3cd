/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "atomic64.h"
#include "play_queue.h"

#define ROOM 8u

struct rig {
    struct play_queue queue;
    float next_in;
    float out[2 * ROOM];
};

static int set_up(void **state)
{
    static struct rig rig;

    rig = (struct rig){0};
    *state = &rig;
    return play_queue_init(&rig.queue, 2, ROOM) ? 0 : -1;
}

static int tear_down(void **state)
{
    play_queue_deinit(&((struct rig *)*state)->queue);
    return 0;
}

/* Frames (n, -n), counting n. */
static uint64_t put(struct rig *rig, uint64_t count)
{
    float in[4 * ROOM];

    for (uint64_t i = 0; i < count; i++) {
        in[2 * i] = rig->next_in + (float)(i + 1);
        in[2 * i + 1] = -in[2 * i];
    }
    uint64_t done = play_queue_put(&rig->queue, in, count);
    rig->next_in += (float)done;
    return done;
}

static void take(struct rig *rig, uint64_t count)
{
    play_queue_take(&rig->queue, rig->out, count, 7);
}

static void assert_frames(const struct rig *rig, float first, uint64_t count, uint64_t silent)
{
    for (uint64_t i = 0; i < count; i++) {
        assert_true(rig->out[2 * i] == first + (float)i);
        assert_true(rig->out[2 * i + 1] == -(first + (float)i));
    }
    for (uint64_t i = 2 * count; i < 2 * (count + silent); i++)
        assert_true(rig->out[i] == 0);
}

static void gives_back_in_order_what_was_put_in(void **state)
{
    struct rig *rig = *state;

    for (float first = 1; first < 100; first += 5) {
        assert_int_equal(put(rig, 5), 5);
        assert_int_equal(play_queue_level(&rig->queue), 5);
        take(rig, 5);
        assert_frames(rig, first, 5, 0);
    }
}

static void takes_no_more_than_it_has_room_for(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(put(rig, 11), ROOM);
    assert_int_equal(put(rig, 1), 0);
    take(rig, 3);
    assert_int_equal(put(rig, 11), 3);
    take(rig, ROOM);
    assert_frames(rig, 4, ROOM, 0);
}

static void counts_silence_only_while_it_runs(void **state)
{
    struct rig *rig = *state;

    take(rig, 4);
    assert_int_equal(load_relaxed_u64(&rig->queue.underruns), 0);
    assert_int_equal(load_relaxed_u64(&rig->queue.first_clock), 0);
    play_queue_set_mode(&rig->queue, PLAY_QUEUE_RUNNING);
    put(rig, 2);
    take(rig, 4);
    assert_frames(rig, 1, 2, 2);
    take(rig, 4);
    assert_int_equal(load_relaxed_u64(&rig->queue.underruns), 1);
    assert_int_equal(load_relaxed_u64(&rig->queue.missing), 6);
    assert_int_equal(load_relaxed_u64(&rig->queue.first_clock), 7);
    assert_int_equal(load_relaxed_u64(&rig->queue.largest_ask), 4);
    put(rig, 4);
    take(rig, 4);
    take(rig, 1);
    assert_int_equal(load_relaxed_u64(&rig->queue.underruns), 2);
}

static void keeps_what_it_has_during_a_pause(void **state)
{
    struct rig *rig = *state;

    put(rig, 4);
    play_queue_set_mode(&rig->queue, PLAY_QUEUE_PAUSED);
    take(rig, 4);
    assert_frames(rig, 0, 0, 4);
    play_queue_set_mode(&rig->queue, PLAY_QUEUE_RUNNING);
    take(rig, 4);
    assert_frames(rig, 1, 4, 0);
    assert_int_equal(load_relaxed_u64(&rig->queue.underruns), 0);
}

static void passes_over_what_was_discarded(void **state)
{
    struct rig *rig = *state;

    put(rig, 6);
    take(rig, 1);
    play_queue_discard(&rig->queue);
    assert_int_equal(play_queue_level(&rig->queue), 0);
    put(rig, 2);
    assert_int_equal(play_queue_level(&rig->queue), 2);
    take(rig, 3);
    assert_frames(rig, 7, 2, 1);
}

static void takes_the_lead_in_for_no_sound(void **state)
{
    struct rig *rig = *state;

    rig->queue.lead_frames = 3;
    put(rig, 4);
    take(rig, 3);
    assert_int_equal(load_relaxed_u64(&rig->queue.first_clock), 0);
    assert_int_equal(load_relaxed_u64(&rig->queue.played), 0);
    take(rig, 2);
    assert_int_equal(load_relaxed_u64(&rig->queue.first_clock), 7);
    assert_int_equal(load_relaxed_u64(&rig->queue.played), 1);
}

static void counts_what_is_played_and_not_what_is_discarded(void **state)
{
    struct rig *rig = *state;

    rig->queue.lead_frames = 2;
    put(rig, 6);
    take(rig, 3);
    play_queue_discard(&rig->queue);
    put(rig, 2);
    take(rig, 4);
    assert_int_equal(load_relaxed_u64(&rig->queue.played), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gives_back_in_order_what_was_put_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_no_more_than_it_has_room_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_silence_only_while_it_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_what_it_has_during_a_pause, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passes_over_what_was_discarded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_the_lead_in_for_no_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_what_is_played_and_not_what_is_discarded, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
