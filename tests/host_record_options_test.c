/* SPDX-License-Identifier: MIT */
/* What `tapemapd record` accepts, and the sentence for what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "record_options.h"

#define MOST_WORDS 24
#define NS UINT64_C(1000000000)

/* A command line, split at its blanks, that lives as long as its options are looked at. */
struct line {
    char text[512];
    char *words[MOST_WORDS + 1];
    int count;
    struct record_options options;
    struct failure failure;
};

static bool parse(struct line *line, const char *text)
{
    line->count = 0;
    snprintf(line->text, sizeof line->text, "record %s", text);
    for (char *word = strtok(line->text, " "); word; word = strtok(NULL, " ")) {
        assert_true(line->count < MOST_WORDS);
        line->words[line->count++] = word;
    }
    line->words[line->count] = NULL;
    memset(&line->failure, 0, sizeof line->failure);
    return record_options_parse(line->count, line->words, &line->options, &line->failure);
}

static void must_parse(struct line *line, const char *text)
{
    if (!parse(line, text))
        fail_msg("'%s' was refused: %s", text, line->failure.text);
}

#define BASE "--deck studio --source tone:ramp "

static void takes_the_least_there_is(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE);
    assert_string_equal(line.options.deck, "studio");
    assert_string_equal(line.options.source, "tone:ramp");
    assert_true(line.options.capacity_bytes == RECORD_DEFAULT_CAPACITY_BYTES);
    assert_true(line.options.capacity_ns == 0);
    assert_false(line.options.is_ring);
    assert_false(line.options.is_quiet);
    assert_false(line.options.lets_sleep);
    assert_true(line.options.duration_ns == 0);
    assert_true(line.options.commit_limit_bytes == 0);
    assert_int_equal(line.options.wish.format.sample_format, 0);
    assert_int_equal(line.options.speed.thousandths, PACE_REALTIME);
    assert_null(line.options.readers);
    assert_null(line.options.controllers);
    assert_string_equal(line.options.space, "Local\\");
}

static void takes_every_option(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE "--store pagefile --format s24 --rate 96000 --channels 8 "
                           "--capacity 8TiB --duration 1:30:00 --speed 4x --commit-limit 512MiB "
                           "--let-sleep --quiet");
    assert_int_equal(line.options.wish.format.sample_format, TAPEMAP_S24);
    assert_int_equal(line.options.wish.format.sample_rate_hz, 96000);
    assert_int_equal(line.options.wish.format.channels, 8);
    assert_true(line.options.capacity_bytes == UINT64_C(8) << 40);
    assert_true(line.options.duration_ns == 5400 * NS);
    assert_int_equal(line.options.speed.thousandths, 4000);
    assert_true(line.options.commit_limit_bytes == 512 * 1048576);
    assert_true(line.options.is_quiet);
    assert_true(line.options.lets_sleep);
    must_parse(&line, BASE "--readers Users --controllers BA --space global");
    assert_string_equal(line.options.readers, "Users");
    assert_string_equal(line.options.controllers, "BA");
    assert_string_equal(line.options.space, "Global\\");
}

static void takes_a_ring(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE "--ring=10m");
    assert_true(line.options.is_ring);
    assert_true(line.options.capacity_ns == 600 * NS);
    assert_true(line.options.capacity_bytes == 0);
}

static void takes_ten_m_of_capacity_for_minutes(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE "--capacity 10m");
    assert_true(line.options.capacity_ns == 600 * NS);
    assert_false(line.options.is_ring);
}

static void counts_the_last_of_two(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE "--capacity 24h --capacity 1MiB --rate 8000 --rate 16000");
    assert_true(line.options.capacity_ns == 0);
    assert_true(line.options.capacity_bytes == 1048576);
    assert_int_equal(line.options.wish.format.sample_rate_hz, 16000);
}

static void reads_stdin_as_it_comes_unless_told(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, "--deck a --source stdin");
    assert_int_equal(line.options.speed.thousandths, PACE_MAX);
    must_parse(&line, "--deck a --source stdin --speed realtime");
    assert_int_equal(line.options.speed.thousandths, PACE_REALTIME);
    must_parse(&line, "--deck a --source tone:ramp --speed max");
    assert_int_equal(line.options.speed.thousandths, PACE_MAX);
}

static void asks_for_help_before_it_complains(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, "--help");
    assert_true(line.options.wants_help);
}

static void refuses_with_a_sentence(void **state)
{
    static const struct {
        const char *line;
        const char *part; /* of the sentence */
    } bad[] = {
        {"", "--deck is missing"},
        {"--deck studio", "--source is missing"},
        {"--source tone:ramp", "--deck is missing"},
        {"--deck a/b --source stdin", "'a/b' cannot name a deck"},
        {"--deck= --source stdin", "'' cannot name a deck"},
        {"--deck a --source=", "--source is empty"},
        {BASE "--store tape", "unknown store 'tape'; use pagefile"},
        {BASE "--format s17", "unknown format 's17'; use s16"},
        {BASE "--format S16", "unknown format 'S16'"},
        {BASE "--space session", "unknown space 'session'; use local"},
        {BASE "--readers", "--readers needs a value"},
        {BASE "--rate 0", "--rate '0' is out of range"},
        {BASE "--rate -1", "--rate '-1'"},
        {BASE "--rate 48k", "--rate '48k'"},
        {BASE "--rate 3072001", "use a number from 1 to 3072000"},
        {BASE "--rate 18446744073709551664", "out of range"},
        {BASE "--channels 0", "--channels '0'"},
        {BASE "--channels 257", "from 1 to 256"},
        {BASE "--channels 4294967298", "out of range"},
        {BASE "--capacity 0", "out of range"},
        {BASE "--capacity -5", "neither a size nor a duration"},
        {BASE "--capacity 8XiB", "neither a size nor a duration"},
        {BASE "--capacity 99999999999TiB", "--capacity '99999999999TiB'"},
        {BASE "--capacity 129TiB", "at most 128TiB"},
        {BASE "--capacity 0s", "--capacity '0s' is nothing"},
        {BASE "--ring 10", "--ring '10' is no duration"},
        {BASE "--ring 0s", "--ring '0s' is nothing; use a time"},
        {BASE "--ring 10MiB", "is no duration"},
        {BASE "--ring 36526d", "--ring '36526d' is too long; use at most a hundred years"},
        {BASE "--ring 10000000h", "--ring '10000000h' is too long"},
        {BASE "--capacity 10000000h", "--capacity '10000000h' is too long"},
        {BASE "--ring 99999999999999999999x", "is no duration"},
        {BASE "--ring 10m --capacity 1GiB", "--ring and --capacity exclude each other"},
        {BASE "--capacity 1h --ring 10m", "--ring and --capacity exclude each other"},
        {BASE "--duration 0ms", "--duration '0ms' is nothing"},
        {BASE "--duration -1s", "--duration '-1s' is no duration"},
        {BASE "--duration 5", "is no duration"},
        {BASE "--duration 99999999999999999999s", "is too long; use at most a hundred years"},
        {BASE "--duration 99999999999999999999:00", "is too long"},
        {BASE "--speed 0x", "unknown speed '0x'"},
        {BASE "--speed 4", "unknown speed '4'"},
        {BASE "--speed -4x", "unknown speed"},
        {BASE "--speed 1001x", "unknown speed"},
        {BASE "--speed 10000x", "unknown speed"},
        {BASE "--speed 0.0004x", "unknown speed"},
        {BASE "--speed 4.x", "unknown speed"},
        {BASE "--speed fast", "unknown speed"},
        {"--deck a --source portaudio --speed max", "does not apply to a device"},
        {"--deck a --source portaudio:WASAPI --speed 2x", "does not apply to a device"},
        {BASE "--commit-limit 0", "--commit-limit '0' is out of range"},
        {BASE "--commit-limit 10q", "--commit-limit '10q' is no size"},
        {BASE "--frobnicate", "'--frobnicate'"},
        {BASE "-x", "'-x'"},
        {BASE "--quiet=yes", "--quiet takes no value"},
        {BASE "--rate", "--rate needs a value"},
        {BASE "loud", "unexpected argument 'loud'"},
    };
    struct line line;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (parse(&line, bad[i].line))
            fail_msg("'%s' was accepted", bad[i].line);
        if (!strstr(line.failure.text, bad[i].part) || !strchr(line.failure.text, ';'))
            fail_msg("'%s' gives: %s", bad[i].line, line.failure.text);
        assert_true(line.failure.status < 0);
    }
}

/* ---- What is kept --------------------------------------------------------------------------- */

#define FILES BASE "--store file "

static struct retention_policy retention_of(const char *text)
{
    struct line line;

    must_parse(&line, text);
    return record_options_retention(&line.options);
}

static void deletes_nothing_that_nobody_asked_to_delete(void **state)
{
    struct retention_policy policy;
    (void)state;

    policy = retention_of(FILES "--rotate 1h");
    assert_true(policy.keep_ns == 0 && policy.keep_size_bytes == 0 && policy.keep_free_bytes == 0);
    policy = retention_of(FILES "--keep-free 20GiB");
    assert_true(policy.keep_free_bytes == 0);
    policy = retention_of(FILES "--keep-free 20GiB --rotate length:1h");
    assert_true(policy.keep_free_bytes == UINT64_C(20) << 30);
    policy = retention_of(FILES "--keep 30d --keep-size 500GiB");
    assert_true(policy.keep_ns == UINT64_C(30) * 86400 * NS);
    assert_true(policy.keep_size_bytes == UINT64_C(500) << 30 && policy.keep_free_bytes == 0);
}

static void refuses_to_keep_what_it_could_not(void **state)
{
    static const struct {
        const char *line;
        const char *part;
    } bad[] = {
        {FILES "--keep 0s", "--keep '0s' is no time"},
        {FILES "--keep-size 0", "--keep-size '0' is no size"},
        {FILES "--keep 30d --output a.wav", "--keep deletes finished tapes in a folder"},
        {BASE "--store temp-file --keep-size 1GiB", "--keep-size deletes finished tapes"},
        {BASE "--store temp-file --on-finished x.exe", "--on-finished does not go with"},
        {BASE "--keep 30d", "--keep applies to files only"},
        {BASE "--rotate 1h", "--rotate needs --store file"},
        {FILES "--rotate 7h", "--rotate '7h' is not understood"},
    };
    struct line line;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (parse(&line, bad[i].line))
            fail_msg("'%s' was accepted", bad[i].line);
        if (!strstr(line.failure.text, bad[i].part))
            fail_msg("'%s' gives: %s", bad[i].line, line.failure.text);
    }
}

/* ---- In frames ------------------------------------------------------------------------------ */

static const struct audio_format cd = {TAPEMAP_S16, 2, 48000};

static uint64_t capacity_of(const char *text, const struct audio_format *format)
{
    struct line line;
    uint64_t frames = 0;

    must_parse(&line, text);
    if (!record_options_capacity(&line.options, format, &frames, &line.failure))
        fail_msg("'%s' has no capacity: %s", text, line.failure.text);
    return frames;
}

static void counts_capacity_in_frames(void **state)
{
    static const struct audio_format wide = {TAPEMAP_F32, 256, 3072000};
    (void)state;

    assert_true(capacity_of(BASE, &cd) == UINT64_C(1) << 38);
    assert_true(capacity_of(BASE "--capacity 4", &cd) == 1);
    assert_true(capacity_of(BASE "--capacity 1h", &cd) == 48000 * UINT64_C(3600));
    assert_true(capacity_of(BASE "--ring 250ms", &cd) == 12000);
    assert_true(capacity_of(BASE "--capacity 128TiB", &wide) == UINT64_C(1) << 37);
    assert_true(capacity_of(BASE "--ring 10s --duration 1h", &cd) == 480000);
    assert_true(capacity_of(BASE "--store file --rotate 1h --capacity 10s --duration 35d", &cd) ==
                480000);
}

static void refuses_a_capacity_that_cannot_be(void **state)
{
    static const struct audio_format wide = {TAPEMAP_F32, 256, 3072000};
    static const struct audio_format slow = {TAPEMAP_S16, 1, 1};
    static const struct {
        const char *line;
        const struct audio_format *format;
        const char *part;
    } bad[] = {
        {BASE "--capacity 3", &cd, "--capacity is less than one frame"},
        {BASE "--ring 1ms --rate 1", &slow,
         "--ring is less than one frame"},
        {BASE "--capacity 36525d", &wide, "128 TiB"},
        {BASE "--capacity 10s --duration 11s", &cd, "--duration does not fit"},
    };
    struct line line;
    uint64_t frames = 77;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        must_parse(&line, bad[i].line);
        if (record_options_capacity(&line.options, bad[i].format, &frames, &line.failure))
            fail_msg("'%s' was accepted", bad[i].line);
        if (!strstr(line.failure.text, bad[i].part))
            fail_msg("'%s' gives: %s", bad[i].line, line.failure.text);
        assert_true(frames == 77);
    }
}

static void ends_on_an_exact_frame(void **state)
{
    struct line line;
    uint64_t frames = 0;
    (void)state;

    must_parse(&line, BASE "--duration 1.5s");
    assert_true(record_options_end_frame(&line.options, 44100, &frames, &line.failure));
    assert_true(frames == 66150);
    must_parse(&line, BASE "--duration 1ms");
    assert_true(record_options_end_frame(&line.options, 1, &frames, &line.failure));
    assert_true(frames == 1);
    must_parse(&line, BASE);
    assert_true(record_options_end_frame(&line.options, 44100, &frames, &line.failure));
    assert_true(frames == 0);
}

static void flushes_every_tick_to_write_through(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, BASE "--store file");
    assert_true(file_options_flush_ns(&line.options.file) == 1000000000);
    must_parse(&line, BASE "--store file --flush never");
    assert_true(file_options_flush_ns(&line.options.file) == 0);
    must_parse(&line, BASE "--store file --write-through --flush never");
    assert_true(file_options_flush_ns(&line.options.file) == 10000000);
}

static void waits_for_a_device_unless_told_otherwise(void **state)
{
    struct line line;
    (void)state;

    must_parse(&line, "--deck d --source portaudio");
    assert_true(line.options.waits_for_source);
    assert_false(line.options.waits_at_start);
    must_parse(&line, "--deck d --source portaudio:WASAPI --when-lost wait --fallback tone:sine:1");
    assert_true(line.options.waits_for_source && line.options.waits_at_start);
    assert_string_equal(line.options.fallback, "tone:sine:1");
    must_parse(&line, "--deck d --source portaudio --when-lost stop");
    assert_false(line.options.waits_for_source);
    must_parse(&line, BASE "--when-lost stop");
    assert_false(line.options.waits_for_source);
}

static void takes_a_level_below_which_a_device_is_silent(void **state)
{
    static const char *const wrong[] = {"60", "0", "-0", "-121", "-60x", "-6.5", "-", "dB"};
    struct line line;
    char text[80];
    (void)state;

    must_parse(&line, "--deck d --source portaudio");
    assert_true(line.options.silence_level == 0);
    must_parse(&line, "--deck d --source portaudio --silence-below -60");
    assert_true(line.options.silence_level > 0.000999f && line.options.silence_level < 0.001001f);
    must_parse(&line, "--deck d --source portaudio --silence-below -20dB");
    assert_true(line.options.silence_level > 0.09999f && line.options.silence_level < 0.10001f);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(text, sizeof text, "--deck d --source portaudio --silence-below %s", wrong[i]);
        assert_false(parse(&line, text));
        assert_non_null(strstr(line.failure.text, "use whole dB below full scale"));
    }
    assert_false(parse(&line, BASE "--silence-below -60"));
    assert_non_null(strstr(line.failure.text, "it is for a device"));
}

static void refuses_to_wait_for_what_is_no_device(void **state)
{
    struct line line;
    (void)state;

    assert_false(parse(&line, BASE "--when-lost wait"));
    assert_non_null(strstr(line.failure.text, "does not apply to this source"));
    assert_false(parse(&line, BASE "--fallback tone:silence"));
    assert_non_null(strstr(line.failure.text, "--fallback does not apply"));
    assert_false(parse(&line, BASE "--when-lost maybe"));
    assert_non_null(strstr(line.failure.text, "use wait or stop"));
    assert_false(parse(&line, "--deck d --source portaudio --fallback stdin --when-lost stop"));
    assert_non_null(strstr(line.failure.text, "exclude each other"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_least_there_is),
        cmocka_unit_test(takes_every_option),
        cmocka_unit_test(takes_a_ring),
        cmocka_unit_test(takes_ten_m_of_capacity_for_minutes),
        cmocka_unit_test(counts_the_last_of_two),
        cmocka_unit_test(reads_stdin_as_it_comes_unless_told),
        cmocka_unit_test(asks_for_help_before_it_complains),
        cmocka_unit_test(refuses_with_a_sentence),
        cmocka_unit_test(deletes_nothing_that_nobody_asked_to_delete),
        cmocka_unit_test(refuses_to_keep_what_it_could_not),
        cmocka_unit_test(counts_capacity_in_frames),
        cmocka_unit_test(refuses_a_capacity_that_cannot_be),
        cmocka_unit_test(waits_for_a_device_unless_told_otherwise),
        cmocka_unit_test(takes_a_level_below_which_a_device_is_silent),
        cmocka_unit_test(refuses_to_wait_for_what_is_no_device),
        cmocka_unit_test(ends_on_an_exact_frame),
        cmocka_unit_test(flushes_every_tick_to_write_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
