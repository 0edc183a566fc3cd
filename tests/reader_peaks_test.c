/* SPDX-License-Identifier: MIT */
/* Peaks of any range, against a pass over every frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "pcm.h"
#include "pcm_peaks.h"

#define CHANNELS 2u
#define MOST_BINS 64u
#define RING_FRAMES 70000u

static struct fake_tape tape;
static struct reader reader;
static uint64_t seed = 88172645463325252u;

static uint64_t random_below(uint64_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % limit;
}

static void open_tape(uint64_t capacity_frames, bool is_ring)
{
    const struct fake_config config = {
        .format = TAPEMAP_S16, .channels = CHANNELS, .sample_rate_hz = 48000,
        .capacity_frames = capacity_frames, .is_ring = is_ring,
    };
    fake_tape_create(&tape, &config);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
}

/* With the head at 300000; by steps, as the peaks of a ring have to follow. */
static void open_wrapped_ring(void)
{
    open_tape(RING_FRAMES, true);
    for (uint64_t head = 5000; head <= 300000; head += 5000) {
        fake_tape_append(&tape, 5000);
        fake_tape_feed_peaks(&tape, head);
    }
}

static void close_tape(void)
{
    reader_close(&reader);
    fake_tape_destroy(&tape);
}

static void brute_force(uint64_t from, uint64_t to, struct tapemap_peak *peaks, double *sums)
{
    unsigned char frame[4 * CHANNELS];
    float samples[CHANNELS];

    pcm_peaks_clear(peaks, CHANNELS);
    for (uint32_t channel = 0; channel < CHANNELS; channel++)
        sums[channel] = 0;
    for (uint64_t position = from; position < to; position++) {
        fake_frame(&tape.config, position, frame);
        pcm_to_float(tape.config.format, frame, CHANNELS, samples);
        for (uint32_t channel = 0; channel < CHANNELS; channel++) {
            float sample = samples[channel];
            if (sample < peaks[channel].min)
                peaks[channel].min = sample;
            if (sample > peaks[channel].max)
                peaks[channel].max = sample;
            sums[channel] += (double)sample * (double)sample;
        }
    }
}

static void assert_bin(uint64_t from, uint64_t to, const struct tapemap_peak *found)
{
    struct tapemap_peak expected[CHANNELS];
    double sums[CHANNELS];

    brute_force(from, to, expected, sums);
    for (uint32_t channel = 0; channel < CHANNELS; channel++) {
        double sum = (double)found[channel].sum_squares;
        assert_true(found[channel].min == expected[channel].min);
        assert_true(found[channel].max == expected[channel].max);
        assert_true(sum >= sums[channel] * 0.9999 && sum <= sums[channel] * 1.0001);
    }
}

static void assert_range(uint64_t from, uint64_t to, uint32_t bins)
{
    struct tapemap_peak peaks[MOST_BINS * CHANNELS];
    const struct reader_peaks_range range = {from, to, bins};

    assert_int_equal(reader_peaks(&reader, &range, peaks), TAPEMAP_OK);
    for (uint32_t bin = 0; bin < bins; bin++) {
        uint64_t begin = from + (to - from) * bin / bins;
        uint64_t end = from + (to - from) * (bin + 1) / bins;
        assert_bin(begin, end > begin ? end : begin + 1, &peaks[bin * CHANNELS]);
    }
}

static void assert_random_ranges(uint64_t oldest, uint64_t head, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t from = oldest + random_below(head - oldest);
        uint64_t to = from + 1 + random_below(head - from);
        assert_range(from, to, 1 + (uint32_t)random_below(MOST_BINS));
    }
}

static void equal_brute_force_on_a_linear_tape(void **state)
{
    (void)state;
    open_tape(200000, false);
    fake_tape_append(&tape, 199999);
    fake_tape_feed_peaks(&tape, 199999);
    assert_range(0, 199999, 1);
    assert_range(0, 196608, 3);
    assert_range(65536, 131072, 1);
    assert_random_ranges(0, 199999, 60);
    close_tape();
}

static void follow_the_head_where_the_pyramid_lags(void **state)
{
    (void)state;
    open_tape(100000, false);
    fake_tape_append(&tape, 9000);
    assert_random_ranges(0, 9000, 20);
    fake_tape_feed_peaks(&tape, 9000);
    fake_tape_append(&tape, 81000);
    assert_random_ranges(0, 90000, 20);
    assert_range(0, 90000, 7);
    close_tape();
}

static void equal_brute_force_on_a_wrapped_ring(void **state)
{
    (void)state;
    open_wrapped_ring();
    unsigned audio_maps = tape.audio.maps;
    assert_range(58 * 4096, 73 * 4096, 1); /* whole cells: no frame is looked at */
    assert_int_equal(tape.audio.maps, audio_maps);
    assert_range(230000, 300000, 1);
    assert_random_ranges(230000, 300000, 60);
    close_tape();
}

static void refuse_what_is_not_there(void **state)
{
    struct tapemap_peak peaks[CHANNELS];
    struct reader_peaks_range range = {0, 5001, 1};
    (void)state;

    open_tape(RING_FRAMES, true);
    fake_tape_append(&tape, 5000);
    assert_int_equal(reader_peaks(&reader, &range, peaks), TAPEMAP_E_NOT_YET);
    fake_tape_append(&tape, 66000);
    range.to = 5000;
    assert_int_equal(reader_peaks(&reader, &range, peaks), TAPEMAP_E_OVERWRITTEN);
    close_tape();
}

static void writer_goes_on(struct fake_tape *moving)
{
    moving->on_map = NULL;
    fake_tape_append(moving, 2);
}

static void say_that_the_writer_passed_meanwhile(void **state)
{
    struct tapemap_peak peaks[MOST_BINS * CHANNELS];
    const struct reader_peaks_range range = {1001, 71000, MOST_BINS};
    (void)state;

    open_tape(RING_FRAMES, true);
    fake_tape_append(&tape, 71000);
    tape.on_map = writer_goes_on;
    assert_int_equal(reader_peaks(&reader, &range, peaks), TAPEMAP_E_OVERWRITTEN);
    close_tape();
}

static void do_without_levels_that_are_not_committed_or_too_short(void **state)
{
    struct tapemap_peak wrong = {-9.0f, 9.0f, 9.0f};
    (void)state;

    open_tape(200000, false);
    fake_tape_append(&tape, 200000);
    fake_tape_feed_peaks(&tape, 200000);
    store_release_u64(&tape.header->levels[0].committed_bytes, 1000);
    assert_random_ranges(0, 200000, 5);
    store_release_u64(&tape.header->levels[1].committed_bytes, 0);
    assert_random_ranges(0, 200000, 5);
    /* a level that keeps only its newest cell, as a recorder might have made it */
    reader.index_facts.levels[2].capacity = 1;
    memcpy(tape.index.memory + tape.header->levels[2].offset, &wrong, sizeof wrong);
    assert_random_ranges(0, 200000, 5);
    assert_range(0, 200000, 1);
    close_tape();
}

/* Cells of a ring are told from older ones by how many there are. */
static void do_without_a_level_that_is_shorter_than_its_ring(void **state)
{
    (void)state;
    open_wrapped_ring();
    for (uint32_t level = 0; level < 2; level++) {
        uint64_t cell_frames = level == 0 ? TAPEMAP_LEVEL0_FRAMES
                                          : TAPEMAP_LEVEL0_FRAMES * TAPEMAP_LEVEL_FACTOR;
        reader.index_facts.levels[level].capacity = (RING_FRAMES - 1) / cell_frames;
    }
    assert_range(230000, 300000, 1);
    assert_random_ranges(230000, 300000, 10);
    close_tape();
}

static void cost_windows_by_bins_and_not_by_length(void **state)
{
    struct tapemap_peak peaks[CHANNELS];
    const struct reader_peaks_range range = {0, 1048576, 1};
    (void)state;

    open_tape(1048576, false);
    fake_tape_append(&tape, 1048576);
    fake_tape_feed_peaks(&tape, 1048576);
    unsigned audio_maps = tape.audio.maps;
    unsigned index_maps = tape.index.maps;
    assert_int_equal(reader_peaks(&reader, &range, peaks), TAPEMAP_OK);
    assert_int_equal(tape.audio.maps, audio_maps);
    assert_int_equal(tape.index.maps, index_maps + 1); /* one cell of level 3 */
    assert_bin(0, 1048576, peaks);
    close_tape();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_brute_force_on_a_linear_tape),
        cmocka_unit_test(follow_the_head_where_the_pyramid_lags),
        cmocka_unit_test(equal_brute_force_on_a_wrapped_ring),
        cmocka_unit_test(refuse_what_is_not_there),
        cmocka_unit_test(say_that_the_writer_passed_meanwhile),
        cmocka_unit_test(do_without_levels_that_are_not_committed_or_too_short),
        cmocka_unit_test(do_without_a_level_that_is_shorter_than_its_ring),
        cmocka_unit_test(cost_windows_by_bins_and_not_by_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
