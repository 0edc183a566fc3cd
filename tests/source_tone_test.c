/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source.h"
#include "tapemap/ramp.h"

#define RATE_HZ 48000u
#define TURN_FRAMES 65536u

static struct source *open_tone(const char *spec, enum tapemap_sample_format format,
                                uint32_t channels)
{
    struct source_wish wish = {{format, channels, RATE_HZ}};
    struct failure failure = {0};
    struct source *source = NULL;

    if (source_open(spec, &wish, &source, &failure) != TAPEMAP_OK)
        fail_msg("%s: %s", spec, failure.text);
    return source;
}

/* Reads in odd pieces, so that a piece ends everywhere in a block and in a turn of the ramp. */
static void *read_frames(struct source *source, size_t frames, uint32_t frame_bytes)
{
    unsigned char *all = malloc(frames * frame_bytes);
    struct failure failure;
    size_t piece = 1;

    assert_non_null(all);
    for (size_t done = 0; done < frames;) {
        size_t room = frames - done < piece ? frames - done : piece;
        size_t count = 0;
        assert_int_equal(source->ops->read(source, all + done * frame_bytes, room, &count,
                                           &failure), TAPEMAP_OK);
        assert_int_equal(count, room);
        done += count;
        piece = piece % 4001 + 97;
    }
    return all;
}

static void *tone_frames(const char *spec, enum tapemap_sample_format format, uint32_t channels,
                         size_t frames)
{
    static const uint32_t bytes[] = {0, 2, 3, 4, 4};
    struct source *source = open_tone(spec, format, channels);
    void *all = read_frames(source, frames, channels * bytes[format]);

    source->ops->close(source);
    return all;
}

/* ---- ramp ---- */

#define RAMP_FRAMES (3 * TURN_FRAMES + 1000)
#define RAMP_CHANNELS 3u

static void ramp_is_the_headers_in_s16(void **state)
{
    int16_t *got = tone_frames("tone:ramp", TAPEMAP_S16, RAMP_CHANNELS, RAMP_FRAMES);

    (void)state;
    for (uint32_t i = 0; i < RAMP_FRAMES * RAMP_CHANNELS; i++)
        if (got[i] != tapemap_ramp_sample(i % RAMP_CHANNELS, i / RAMP_CHANNELS) >> 8)
            fail_msg("sample %u is %d", i, got[i]);
    free(got);
}

static void ramp_is_the_headers_in_s24(void **state)
{
    uint8_t *got = tone_frames("tone:ramp", TAPEMAP_S24, RAMP_CHANNELS, RAMP_FRAMES);

    (void)state;
    for (uint32_t i = 0; i < RAMP_FRAMES * RAMP_CHANNELS; i++) {
        uint32_t bits = got[3 * i] | (uint32_t)got[3 * i + 1] << 8 | (uint32_t)got[3 * i + 2] << 16;
        uint32_t wanted = (uint32_t)tapemap_ramp_sample(i % RAMP_CHANNELS, i / RAMP_CHANNELS);
        if (bits != (wanted & 0xFFFFFFu))
            fail_msg("sample %u is %06x", i, bits);
    }
    free(got);
}

static void ramp_is_the_headers_in_s32(void **state)
{
    int32_t *got = tone_frames("tone:ramp", TAPEMAP_S32, RAMP_CHANNELS, RAMP_FRAMES);

    (void)state;
    for (uint32_t i = 0; i < RAMP_FRAMES * RAMP_CHANNELS; i++)
        if (got[i] != tapemap_ramp_sample(i % RAMP_CHANNELS, i / RAMP_CHANNELS) * 256)
            fail_msg("sample %u is %d", i, got[i]);
    free(got);
}

static void ramp_is_the_headers_in_f32(void **state)
{
    float *got = tone_frames("tone:ramp", TAPEMAP_F32, RAMP_CHANNELS, RAMP_FRAMES);

    (void)state;
    for (uint32_t i = 0; i < RAMP_FRAMES * RAMP_CHANNELS; i++) {
        int32_t wanted = tapemap_ramp_sample(i % RAMP_CHANNELS, i / RAMP_CHANNELS);
        if (got[i] * 8388608.0f != (float)wanted)
            fail_msg("sample %u is %.9g", i, (double)got[i]);
    }
    free(got);
}

/* ---- sine, chirp ---- */

static void sine_has_its_frequency_phase_and_level(void **state)
{
    size_t frames = 20 * RATE_HZ;
    float *got = tone_frames("tone:sine:440.25", TAPEMAP_F32, 2, frames);
    double amplitude = pow(10.0, -12.0 / 20.0);

    (void)state;
    for (size_t i = 0; i < frames; i++) {
        double turns = fmod(440.25 * (double)i / RATE_HZ, 1.0);
        double wanted = amplitude * sin(turns * 2.0 * acos(-1.0));
        if (fabs((double)got[2 * i] - wanted) > 1e-7)
            fail_msg("frame %zu is %.9g, not %.9g", i, (double)got[2 * i], wanted);
        if (got[2 * i + 1] != got[2 * i])
            fail_msg("the channels differ at frame %zu", i);
    }
    free(got);
}

static void sine_repeats_exactly_after_a_second(void **state)
{
    float *got = tone_frames("tone:sine:997", TAPEMAP_F32, 1, 61 * RATE_HZ);

    (void)state;
    assert_memory_equal(got, got + 60 * RATE_HZ, RATE_HZ * sizeof *got);
    free(got);
}

static size_t rising_zeros(const float *samples, size_t count)
{
    size_t found = 0;

    for (size_t i = 1; i < count; i++)
        found += samples[i - 1] < 0 && samples[i] >= 0;
    return found;
}

static void chirp_rises_from_20_hz_to_20_khz_and_repeats(void **state)
{
    float *got = tone_frames("tone:chirp", TAPEMAP_F32, 1, 10 * RATE_HZ);
    float peak = 0;

    (void)state;
    for (size_t i = 0; i < 5 * RATE_HZ; i++)
        peak = fmaxf(peak, fabsf(got[i]));
    assert_true(fabs((double)peak - pow(10.0, -6.0 / 20.0)) < 1e-4);
    /* In a quarter of a second: a little over 20 Hz / 4, and rather less than 20 kHz / 4. */
    assert_in_range(rising_zeros(got, RATE_HZ / 4), 5, 6);
    assert_in_range(rising_zeros(got + 5 * RATE_HZ - RATE_HZ / 4, RATE_HZ / 4), 4100, 4300);
    assert_memory_equal(got, got + 5 * RATE_HZ, 5 * RATE_HZ * sizeof *got);
    free(got);
}

/* ---- noise, silence ---- */

static void noise_is_fixed_by_its_seed(void **state)
{
    int16_t *one = tone_frames("tone:noise:1", TAPEMAP_S16, 2, RATE_HZ);
    int16_t *again = tone_frames("tone:noise:1", TAPEMAP_S16, 2, RATE_HZ);
    int16_t *other = tone_frames("tone:noise:2", TAPEMAP_S16, 2, RATE_HZ);

    (void)state;
    assert_memory_equal(one, again, RATE_HZ * 4);
    assert_memory_not_equal(one, other, 64);
    free(one);
    free(again);
    free(other);
}

/* The same samples in a wider tape: a stretch does not depend on how many channels there are. */
static void noise_of_a_channel_is_the_same_beside_others(void **state)
{
    int32_t *mono = tone_frames("tone:noise:7", TAPEMAP_S32, 1, 5000);
    int32_t *wide = tone_frames("tone:noise:7", TAPEMAP_S32, 3, 5000);

    (void)state;
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(mono[i], wide[3 * i]);
    free(mono);
    free(wide);
}

static void noise_is_white_at_minus_12_dbfs(void **state)
{
    float *got = tone_frames("tone:noise:3", TAPEMAP_F32, 2, RATE_HZ);
    double peak = 0, sum = 0, next = 0, across = 0, squares = 0;

    (void)state;
    for (size_t i = 0; i + 1 < RATE_HZ; i++) {
        double left = (double)got[2 * i];
        peak = fmax(peak, fabs(left));
        sum += left;
        squares += left * left;
        next += left * (double)got[2 * i + 2];
        across += left * (double)got[2 * i + 1];
    }
    assert_true(peak <= pow(10.0, -12.0 / 20.0) && peak > 0.2510);
    assert_true(fabs(sum / RATE_HZ) < 0.003);
    assert_true(fabs(next / squares) < 0.02);
    assert_true(fabs(across / squares) < 0.02);
    assert_true(fabs(squares / RATE_HZ - 0.2512 * 0.2512 / 3) < 0.0005);
    free(got);
}

static void silence_is_zero(void **state)
{
    uint8_t *got = tone_frames("tone:silence", TAPEMAP_S24, 5, 3000);

    (void)state;
    for (size_t i = 0; i < 3000 * 15; i++)
        assert_int_equal(got[i], 0);
    free(got);
}

/* ---- specs ---- */

static void defaults_are_48000_hz_stereo_s16_without_end(void **state)
{
    struct source_wish wish = {{0}};
    struct source *source = NULL;
    struct failure failure;

    (void)state;
    assert_int_equal(source_open("tone:ramp", &wish, &source, &failure), TAPEMAP_OK);
    assert_int_equal(source->format.sample_format, TAPEMAP_S16);
    assert_int_equal(source->format.channels, 2);
    assert_int_equal(source->format.sample_rate_hz, 48000);
    assert_int_equal(source->length_frames, 0);
    assert_false(source->is_clocked);
    assert_string_equal(source->description, "tone:ramp");
    source->ops->close(source);
}

static void every_channel_count_works(void **state)
{
    (void)state;
    for (uint32_t channels = 1; channels <= TAPEMAP_MAX_CHANNELS; channels += 51)
        free(tone_frames("tone:sine:1", TAPEMAP_S24, channels, 2500));
    free(tone_frames("tone:ramp", TAPEMAP_F32, TAPEMAP_MAX_CHANNELS, 2500));
}

static void refuses_bad_specs_in_one_sentence(void **state)
{
    static const struct {
        const char *spec;
        const char *says;
    } cases[] = {
        {"", "unknown source ''"},
        {"tones", "unknown source 'tones'"},
        {"Tone:ramp", "unknown source 'Tone:ramp'"},
        {":tone", "unknown source ':tone'"},
        {"tone", "unknown signal 'tone:'"},
        {"tone:", "unknown signal 'tone:'"},
        {"tone:saw", "unknown signal 'tone:saw'"},
        {"tone:ramp:", "tone:ramp takes nothing more"},
        {"tone:ramp:1", "tone:ramp takes nothing more"},
        {"tone:silence:x", "tone:silence takes nothing more"},
        {"tone:sine", "tone:sine needs a number; use tone:sine:440"},
        {"tone:sine:", "tone:sine needs a number"},
        {"tone:sine:0", "a sine of 0 Hz does not exist"},
        {"tone:sine:0.000", "does not exist"},
        {"tone:sine:24000", "a sine of 24000 Hz does not exist at 48000 Hz"},
        {"tone:sine:999999999999999", "does not exist"},
        {"tone:sine:9999999999999999", "is no frequency"},
        {"tone:sine:-440", "'-440' is no frequency"},
        {"tone:sine:440 ", "is no frequency"},
        {"tone:sine:440.", "is no frequency"},
        {"tone:sine:.5", "is no frequency"},
        {"tone:sine:1.2345", "is no frequency"},
        {"tone:sine:1.2.3", "is no frequency"},
        {"tone:sine:nan", "is no frequency"},
        {"tone:noise", "tone:noise needs a number"},
        {"tone:noise:-1", "'-1' is no seed"},
        {"tone:noise:18446744073709551616", "is no seed"},
        {"tone:noise:x", "is no seed"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct source_wish wish = {{0}};
        struct source *source = NULL;
        struct failure failure = {0};
        assert_int_not_equal(source_open(cases[i].spec, &wish, &source, &failure), TAPEMAP_OK);
        assert_null(source);
        assert_int_not_equal(failure.status, TAPEMAP_OK);
        if (!strstr(failure.text, cases[i].says) || !strchr(failure.text, ';'))
            fail_msg("'%s' gives: %s", cases[i].spec, failure.text);
    }
}

static void refuses_a_chirp_without_room_for_it(void **state)
{
    struct source_wish wish = {{0, 0, 40}};
    struct source *source = NULL;
    struct failure failure = {0};

    (void)state;
    assert_int_equal(source_open("tone:chirp", &wish, &source, &failure), TAPEMAP_E_ARGUMENT);
    assert_non_null(strstr(failure.text, "use --rate 100"));
}

/* The failure's text is cut, and not in the middle of a character. */
static void shortens_a_long_spec_between_characters(void **state)
{
    char spec[2000] = "tone:";
    struct source_wish wish = {{0}};
    struct source *source = NULL;
    struct failure failure = {0};

    (void)state;
    for (size_t i = 0; i < 300; i++)
        strcat(spec, "\xE2\x82\xAC");
    for (size_t shift = 0; shift < 3; shift++, strcat(spec, "x")) {
        memmove(spec + 6, spec + 5, strlen(spec + 5) + 1);
        assert_int_equal(source_open(spec, &wish, &source, &failure), TAPEMAP_E_SYNTAX);
        assert_non_null(strstr(failure.text, "\xE2\x82\xAC...'"));
        assert_non_null(strstr(failure.text, "or tone:ramp"));
    }
}

/* What a recorder that goes on with a tape asks for. */
static void sounds_at_a_position_as_if_it_had_played_up_to_it(void **state)
{
    static const char *const specs[] = {"tone:sine:440.125", "tone:chirp", "tone:noise:7",
                                        "tone:ramp"};
    enum { FROM = 12345, COUNT = 2000 };
    (void)state;

    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        int16_t *played = tone_frames(specs[i], TAPEMAP_S16, 1, FROM + COUNT);
        struct source *source = open_tone(specs[i], TAPEMAP_S16, 1);
        source->ops->seek(source, FROM);
        int16_t *sought = read_frames(source, COUNT, 2);
        assert_memory_equal(sought, played + FROM, COUNT * 2);
        source->ops->close(source);
        free(sought);
        free(played);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_is_the_headers_in_s16),
        cmocka_unit_test(ramp_is_the_headers_in_s24),
        cmocka_unit_test(ramp_is_the_headers_in_s32),
        cmocka_unit_test(ramp_is_the_headers_in_f32),
        cmocka_unit_test(sine_has_its_frequency_phase_and_level),
        cmocka_unit_test(sine_repeats_exactly_after_a_second),
        cmocka_unit_test(chirp_rises_from_20_hz_to_20_khz_and_repeats),
        cmocka_unit_test(noise_is_fixed_by_its_seed),
        cmocka_unit_test(noise_of_a_channel_is_the_same_beside_others),
        cmocka_unit_test(noise_is_white_at_minus_12_dbfs),
        cmocka_unit_test(silence_is_zero),
        cmocka_unit_test(sounds_at_a_position_as_if_it_had_played_up_to_it),
        cmocka_unit_test(defaults_are_48000_hz_stereo_s16_without_end),
        cmocka_unit_test(every_channel_count_works),
        cmocka_unit_test(refuses_bad_specs_in_one_sentence),
        cmocka_unit_test(refuses_a_chirp_without_room_for_it),
        cmocka_unit_test(shortens_a_long_spec_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
