/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "play_feed.h"

#define RATE 48000u
#define STEP 0.1308996938995747 /* of a sine's phase in each frame: 1000 Hz */
#define FRAMES (2 * RATE)

static void assert_mix(uint32_t in_channels, const float *in, uint32_t out_channels,
                       const float *expected)
{
    float out[8];

    play_feed_mix(in, in_channels, out, out_channels, 1);
    for (uint32_t i = 0; i < out_channels; i++)
        if (out[i] != expected[i])
            fail_msg("%u to %u: channel %u is %g", in_channels, out_channels, i, out[i]);
}

static void mixes_channels_up_and_down(void **state)
{
    static const float in[] = {1, 2, 4, 8, 16};

    (void)state;
    assert_mix(1, in, 1, (const float[]){1});
    assert_mix(1, in, 2, (const float[]){1, 1});
    assert_mix(1, in, 4, (const float[]){1, 1, 0, 0});
    assert_mix(2, in, 2, (const float[]){1, 2});
    assert_mix(2, in, 4, (const float[]){1, 2, 0, 0});
    assert_mix(2, in, 1, (const float[]){1.5});
    assert_mix(4, in, 2, (const float[]){2.5, 5});
    assert_mix(5, in, 2, (const float[]){7, 5});
}

/* Feeds a sine in blocks of uneven size, with a ratio that changes all the time. Returns what the
   queue then holds, the caller's to free. */
static float *feed_sine(double (*ratio)(uint64_t), uint64_t *count)
{
    struct play_queue queue;
    struct play_feed *feed;
    float in[PLAY_FEED_FRAMES];
    float *out = calloc(4 * FRAMES, sizeof *out);
    uint64_t done = 0;

    assert_true(play_queue_init(&queue, 1, 4 * FRAMES));
    feed = play_feed_create(1, &queue);
    assert_non_null(feed);
    assert_non_null(out);
    while (done < FRAMES) {
        uint64_t block = 100 + done % 700;
        block = block < FRAMES - done ? block : FRAMES - done;
        for (uint64_t i = 0; i < block; i++)
            in[i] = (float)sin(STEP * (double)(done + i));
        assert_int_equal(play_feed_push(feed, in, block, ratio(done)), 0);
        done += block;
    }
    assert_int_equal(play_feed_finish(feed), 0);
    *count = play_queue_level(&queue);
    play_queue_take(&queue, out, *count, 0);
    play_feed_destroy(feed);
    play_queue_deinit(&queue);
    return out;
}

/* By the frames around it: sin(a - s) + sin(a + s) = 2 sin(a) cos(s). */
static double local_step(const float *out, uint64_t at)
{
    double cosine = ((double)out[at - 1] + out[at + 1]) / (2 * (double)out[at]);

    return acos(cosine);
}

static void assert_sine(double (*ratio)(uint64_t), double least, double most)
{
    uint64_t count;
    float *out = feed_sine(ratio, &count);

    assert_true((double)count > least * FRAMES - 2 && (double)count < most * FRAMES + 2);
    for (uint64_t i = 200; i < count - 200; i++)
        if (fabsf(out[i]) > 0.9f) {
            double step = local_step(out, i);
            if (step < STEP / most * 0.999 || step > STEP / least * 1.001)
                fail_msg("frame %llu: steps by %.6f", (unsigned long long)i, step);
        }
    free(out);
}

static double as_it_is(uint64_t position)
{
    (void)position;
    return 1;
}

static double bent(uint64_t position)
{
    return 1 + 0.002 * sin((double)position / 5000);
}

static double halved(uint64_t position)
{
    (void)position;
    return 0.5;
}

static double to_44100(uint64_t position)
{
    (void)position;
    return 0.91875;
}

static void keeps_a_sine_a_sine(void **state)
{
    (void)state;
    assert_sine(as_it_is, 1, 1);
    assert_sine(halved, 0.5, 0.5);
    assert_sine(to_44100, 0.91875, 0.91875);
    assert_sine(bent, 0.998, 1.002);
}

static void knows_which_rates_it_cannot_change(void **state)
{
    (void)state;
    assert_true(play_feed_can(1));
    assert_true(play_feed_can(48000.0 / 192));
    assert_false(play_feed_can(48000.0 / 187.5)); /* as it is; not bent */
    assert_false(play_feed_can(48000.0 / 100));
    assert_true(play_feed_can(8000.0 / 768000));
    assert_false(play_feed_can(8000.0 / 3072000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixes_channels_up_and_down),
        cmocka_unit_test(keeps_a_sine_a_sine),
        cmocka_unit_test(knows_which_rates_it_cannot_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
