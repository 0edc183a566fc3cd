/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "follower.h"

#define RATE 48000u
#define A_CENT 0.00058 /* of pitch */

/* A recorder, an output and who fills its queue, each with a clock of its own. */
struct scene {
    double recorder_ppm;
    double output_ppm;
    double burst_s;     /* the recorder publishes so much at once */
    double block_s;     /* the output asks for so much at once */
    double late_s;      /* the filling thread comes up to so much late */
    uint32_t output_rate_hz;
    double speed;
    /* What comes of it: */
    double now_s;
    double next_burst_s;
    double next_block_s;
    double next_step_s;
    double queued;      /* output frames, with the fraction that the resampler keeps */
    uint64_t head;
    uint64_t position;
    uint64_t underruns;
    double most_bend;   /* of the ratio, from the nominal one */
    double least_lag_s;
    double most_lag_s;
    uint32_t random;
    struct follower follower;
    struct follower_step step;
};

static double scene_random(struct scene *scene)
{
    scene->random = scene->random * 1664525u + 1013904223u;
    return (double)(scene->random >> 8) / (1 << 24);
}

static struct follower_view scene_view(const struct scene *scene)
{
    return (struct follower_view){
        .now_ns = (uint64_t)(scene->now_s * 1e9),
        .head = scene->head,
        .position = scene->position,
        .end = UINT64_MAX,
        .queued = (uint64_t)scene->queued,
        .largest_ask = (uint64_t)(scene->block_s * scene->output_rate_hz),
        .is_growing = true,
    };
}

static double scene_lag_s(const struct scene *scene)
{
    return ((double)scene->head - (double)scene->position) / RATE +
           scene->queued / scene->output_rate_hz;
}

static void scene_begin(struct scene *scene, uint64_t head, uint64_t position)
{
    const struct follower_config config = {RATE, scene->output_rate_hz, scene->speed, 0, 0};

    follower_init(&scene->follower, &config);
    scene->head = head;
    scene->position = position;
    scene->random = 1;
}

static void scene_fill(struct scene *scene)
{
    struct follower_view view = scene_view(scene);
    double nominal = (double)scene->output_rate_hz / RATE / scene->follower.speed;

    scene->step = follower_step(&scene->follower, &view);
    scene->position += scene->step.frames;
    scene->queued += (double)scene->step.frames * scene->step.ratio;
    assert_true(scene->position <= scene->head);
    if (scene->step.state != FOLLOWER_WAITS && scene->follower.speed == scene->speed) {
        double bend = fabs(nominal / scene->step.ratio - 1);
        scene->most_bend = bend > scene->most_bend ? bend : scene->most_bend;
    }
}

static void scene_measure(struct scene *scene)
{
    double lag_s = scene_lag_s(scene);

    if (lag_s > scene->most_lag_s)
        scene->most_lag_s = lag_s;
    if (lag_s < scene->least_lag_s)
        scene->least_lag_s = lag_s;
}

/* Up to `until_s`: whichever of the three comes next. Time is that of the filling thread. */
static void scene_run(struct scene *scene, double until_s)
{
    scene->most_bend = 0;
    scene->least_lag_s = 1e9;
    scene->most_lag_s = 0;
    while (scene->now_s < until_s) {
        scene->now_s = fmin(scene->next_burst_s, fmin(scene->next_block_s, scene->next_step_s));
        if (scene->now_s == scene->next_burst_s) {
            scene->head += (uint64_t)(scene->burst_s * RATE);
            scene->next_burst_s += scene->burst_s / (1 + scene->recorder_ppm * 1e-6);
        } else if (scene->now_s == scene->next_block_s) {
            double block = floor(scene->block_s * scene->output_rate_hz);
            if (scene->step.state != FOLLOWER_WAITS) {
                scene->underruns += scene->queued < block;
                scene->queued = fmax(0, scene->queued - block);
            }
            scene->next_block_s += scene->block_s / (1 + scene->output_ppm * 1e-6);
        } else {
            scene_fill(scene);
            scene_measure(scene);
            scene->next_step_s += 0.01 + scene->late_s * scene_random(scene);
        }
    }
}

static const struct {
    double recorder_ppm, output_ppm, burst_s, block_s, late_s;
    uint32_t output_rate_hz;
} machines[] = {
    {500, -500, 0.01, 0.01, 0.02, 48000},
    {-500, 500, 0.02, 0.02, 0.05, 48000},
    {500, 0, 0.1, 0.04, 0.02, 44100},
    {-500, 0, 0.01, 0.1, 0.1, 96000},
};

/* Ten hours each: the lag stays where it was, nothing is missing, and nobody hears how. */
static void keeps_up_with_the_recorders_clock_for_hours(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        struct scene scene = {
            .recorder_ppm = machines[i].recorder_ppm, .output_ppm = machines[i].output_ppm,
            .burst_s = machines[i].burst_s, .block_s = machines[i].block_s,
            .late_s = machines[i].late_s, .output_rate_hz = machines[i].output_rate_hz, .speed = 1,
        };
        double clocks = fabs(scene.recorder_ppm - scene.output_ppm) * 1e-6;
        scene_begin(&scene, RATE, RATE / 2);
        scene_run(&scene, 600);
        assert_true(scene.most_bend <= FOLLOWER_MOST_BEND + 1e-9);
        scene_run(&scene, 36000);
        double held_s = scene.follower.target / RATE;
        double noise_s = scene.burst_s + scene.block_s + scene.late_s + 0.01;
        assert_int_equal(scene.underruns, 0);
        assert_int_equal(scene.step.state, FOLLOWER_LIVE);
        assert_true(scene.least_lag_s > held_s - noise_s);
        assert_true(scene.most_lag_s < held_s + noise_s);
        if (scene.most_bend > clocks + A_CENT)
            fail_msg("machine %zu: bends by %.6f", i, scene.most_bend);
    }
}

/* Half a minute behind stays half a minute behind. */
static void holds_the_lag_that_it_began_with(void **state)
{
    struct scene scene = {.recorder_ppm = 300, .burst_s = 0.01, .block_s = 0.02,
                          .output_rate_hz = RATE, .speed = 1};

    (void)state;
    scene_begin(&scene, 100 * RATE, 70 * RATE);
    scene_run(&scene, 600);
    scene_run(&scene, 7200);
    assert_int_equal(scene.underruns, 0);
    assert_int_equal(scene.step.state, FOLLOWER_PLAYS);
    assert_true(scene.least_lag_s > 29.9 && scene.most_lag_s < 30.1);
}

static void comes_to_the_head_at_double_speed_and_goes_on_at_one(void **state)
{
    struct scene scene = {.burst_s = 0.01, .block_s = 0.02, .output_rate_hz = RATE, .speed = 2};

    (void)state;
    scene_begin(&scene, 20 * RATE, 0);
    scene_run(&scene, 10);
    assert_true(scene.follower.speed == 2);
    scene_run(&scene, 60);
    assert_true(scene.follower.speed == 1);
    assert_int_equal(scene.step.state, FOLLOWER_LIVE);
    assert_int_equal(scene.underruns, 0);
}

static void falls_behind_at_half_speed(void **state)
{
    struct scene scene = {.burst_s = 0.01, .block_s = 0.02, .output_rate_hz = RATE, .speed = 0.5};

    (void)state;
    scene_begin(&scene, RATE, 0);
    scene_run(&scene, 20);
    assert_true(scene_lag_s(&scene) > 10.5 && scene_lag_s(&scene) < 11.5);
    assert_true(scene.most_bend < 1e-9);
}

/* A source of coarse blocks: after the first surprise, the distance allows for them. */
static void keeps_more_distance_from_a_recorder_that_publishes_in_bursts(void **state)
{
    struct scene scene = {.burst_s = 0.6, .block_s = 0.02, .output_rate_hz = RATE, .speed = 1};
    uint64_t before;

    (void)state;
    scene_begin(&scene, RATE, 0);
    before = follower_distance(&scene.follower, 960);
    scene_run(&scene, 20);
    assert_true(follower_distance(&scene.follower, 960) > before + RATE / 2);
    scene.underruns = 0;
    scene_run(&scene, 300);
    assert_int_equal(scene.underruns, 0);
    assert_int_equal(scene.step.state, FOLLOWER_LIVE);
}

static void waits_for_a_head_that_stands_still_and_then_for_the_distance(void **state)
{
    struct scene scene = {.burst_s = 0.01, .block_s = 0.02, .output_rate_hz = RATE, .speed = 1};

    (void)state;
    scene_begin(&scene, RATE, RATE / 2);
    scene_run(&scene, 5);
    scene.next_burst_s = 10;
    scene_run(&scene, 9.9);
    assert_int_equal(scene.step.state, FOLLOWER_WAITS);
    scene_run(&scene, 10.1);
    assert_int_equal(scene.step.state, FOLLOWER_WAITS);
    scene_run(&scene, 12);
    assert_int_equal(scene.step.state, FOLLOWER_LIVE);
    assert_int_equal(scene.underruns, 0);
}

/* Five seconds come at once: they are heard, and not passed over. */
static void holds_the_new_lag_after_a_stall(void **state)
{
    struct scene scene = {.burst_s = 0.01, .block_s = 0.02, .output_rate_hz = RATE, .speed = 1};
    uint64_t position;

    (void)state;
    scene_begin(&scene, RATE, RATE / 2);
    scene_run(&scene, 5);
    position = scene.position;
    scene.head += 5 * RATE;
    scene_run(&scene, 6);
    assert_in_range(scene.position, position + RATE * 9 / 10, position + RATE * 11 / 10);
    scene_run(&scene, 60);
    assert_true(scene_lag_s(&scene) > 5.3 && scene_lag_s(&scene) < 6);
}

/* A device that begins takes a quarter of a second at once: that must not cost the distance. */
static void leaves_room_for_what_the_output_swallows_at_first(void **state)
{
    const struct follower_config config = {RATE, RATE, 1, 0, 250000000};
    struct follower_view view = {.end = UINT64_MAX, .largest_ask = 480, .is_growing = true};
    struct follower follower;
    uint64_t first, distance;

    (void)state;
    follower_init(&follower, &config);
    first = follower_distance(&follower, 480);
    view.head = first - 1;
    assert_int_equal(follower_step(&follower, &view).state, FOLLOWER_WAITS);
    view.head = first;
    assert_int_equal(follower_step(&follower, &view).state, FOLLOWER_LIVE);
    distance = follower_distance(&follower, 480);
    assert_int_equal(first, distance + RATE / 4);
}

/* The first seconds of an output are uneven; they bend nothing afterwards. */
static void holds_the_lag_that_the_output_has_settled_to(void **state)
{
    struct scene scene = {.output_ppm = -100000, .burst_s = 0.01, .block_s = 0.02,
                          .output_rate_hz = RATE, .speed = 1};

    (void)state;
    scene_begin(&scene, 2 * RATE, 0);
    scene_run(&scene, 2.9);
    scene.output_ppm = 0;
    scene_run(&scene, 60);
    assert_true(scene_lag_s(&scene) > 2.2);
    assert_true(scene.most_bend < A_CENT);
}

static void reads_an_ended_tape_to_its_end_without_a_wait(void **state)
{
    const struct follower_config config = {RATE, RATE, 1, 0, 0};
    struct follower_view view = {.head = 100, .end = UINT64_MAX};
    struct follower follower;
    struct follower_step step;

    (void)state;
    follower_init(&follower, &config);
    step = follower_step(&follower, &view);
    assert_int_equal(step.state, FOLLOWER_PLAYS);
    assert_int_equal(step.frames, 100);
    assert_true(step.ratio == 1);
}

static void reads_no_further_than_it_is_told(void **state)
{
    const struct follower_config config = {RATE, RATE, 1, 0, 0};
    struct follower_view view = {.head = RATE, .position = 10, .end = 60, .is_growing = true};
    struct follower follower;

    (void)state;
    follower_init(&follower, &config);
    assert_int_equal(follower_step(&follower, &view).frames, 50);
}

static void waits_for_a_position_that_is_not_recorded_yet(void **state)
{
    const struct follower_config config = {RATE, RATE, 1, 0, 0};
    struct follower_view view = {.head = 10, .position = 60, .end = UINT64_MAX,
                                 .is_growing = true};
    struct follower follower;

    (void)state;
    follower_init(&follower, &config);
    assert_int_equal(follower_step(&follower, &view).state, FOLLOWER_WAITS);
    assert_int_equal(follower_step(&follower, &view).frames, 0);
}

static void hears_what_lies_before_the_queue(void **state)
{
    const struct follower_config config = {RATE, 2 * RATE, 0.5, 0, 0};
    struct follower_view view = {.position = 1000, .queued = 400};
    struct follower follower;

    (void)state;
    follower_init(&follower, &config);
    assert_int_equal(follower_heard(&follower, &view), 900);
    view.position = 50;
    assert_int_equal(follower_heard(&follower, &view), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_up_with_the_recorders_clock_for_hours),
        cmocka_unit_test(holds_the_lag_that_it_began_with),
        cmocka_unit_test(comes_to_the_head_at_double_speed_and_goes_on_at_one),
        cmocka_unit_test(falls_behind_at_half_speed),
        cmocka_unit_test(keeps_more_distance_from_a_recorder_that_publishes_in_bursts),
        cmocka_unit_test(waits_for_a_head_that_stands_still_and_then_for_the_distance),
        cmocka_unit_test(holds_the_new_lag_after_a_stall),
        cmocka_unit_test(leaves_room_for_what_the_output_swallows_at_first),
        cmocka_unit_test(holds_the_lag_that_the_output_has_settled_to),
        cmocka_unit_test(reads_an_ended_tape_to_its_end_without_a_wait),
        cmocka_unit_test(reads_no_further_than_it_is_told),
        cmocka_unit_test(waits_for_a_position_that_is_not_recorded_yet),
        cmocka_unit_test(hears_what_lies_before_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
