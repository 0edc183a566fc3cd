/* SPDX-License-Identifier: MIT */
/* Times of day, dates and marks as positions, on a tape with drift, a pause and clocks set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "parse_position.h"

#define RATE_HZ 1000u
#define SECOND_NS UINT64_C(1000000000)
#define BEGIN_S UINT64_C(1792877400) /* 2026-10-24T21:30:00Z: 23:30 in Berlin, before the change */
#define AUTUMN_S 1792890000u         /* 2026-10-25T01:00:00Z: 03:00 becomes 02:00 */
#define HOUR 3600

static struct fake_tape tape;
static struct reader reader;

static int64_t berlin(uint64_t utc_ns)
{
    return (utc_ns < AUTUMN_S * SECOND_NS ? 2 : 1) * HOUR * (int64_t)SECOND_NS;
}

static int setup(void **state)
{
    static const struct fake_config config = {
        .format = TAPEMAP_S16, .channels = 1, .sample_rate_hz = RATE_HZ, .is_ring = true,
        .capacity_frames = 1000000, .journal_capacity = 4000,
    };
    (void)state;
    fake_tape_create(&tape, &config);
    tape.control->created_utc_ns = (BEGIN_S - 3) * SECOND_NS; /* the source took its time */
    const struct reader_config opening = fake_tape_reader_config(&tape);
    return reader_open(&reader, &opening) == TAPEMAP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    reader_close(&reader);
    fake_tape_destroy(&tape);
    return 0;
}

static void set_head(uint64_t head)
{
    store_release_u64(&tape.control->oldest_frame, head > 1000000 ? head - 1000000 : 0);
    store_release_u64(&tape.control->head, head);
}

/* An anchor `second` seconds after the tape began, when UTC is set `ahead_s` seconds ahead. */
static void anchor(uint64_t position, uint64_t second, int64_t ahead_s)
{
    const struct tapemap_record record = {
        .position = position, .noticed = position, .clock = 5000 + second * FAKE_CLOCK_HZ,
        .utc_ns = (BEGIN_S + second + (uint64_t)ahead_s) * SECOND_NS,
        .kind = TAPEMAP_RECORD_ANCHOR,
    };
    fake_tape_journal(&tape, &record);
    set_head(position);
}

static void mark(uint64_t position, const char *label)
{
    struct tapemap_record record = {.position = position, .kind = TAPEMAP_RECORD_MARK};
    strncpy(record.text, label, sizeof record.text - 1);
    fake_tape_journal(&tape, &record);
}

/* `hours` with an anchor a minute; the device runs 1/1000 fast. */
static void record_hours(uint64_t hours)
{
    for (uint64_t minute = 0; minute <= hours * 60; minute++)
        anchor(minute * 60060, minute * 60, 0);
}

static enum tapemap_status parse(const char *text, bool has_from, uint64_t from,
                                 uint64_t *position)
{
    const struct position_scale scale = {
        .head = reader_head(&reader), .oldest = reader_oldest(&reader),
        .capacity_frames = reader.tape.capacity_frames, .sample_rate_hz = RATE_HZ,
        .is_ring = true, .has_from = has_from, .from = from, .reader = &reader, .local = berlin,
    };
    return parse_position(text, &scale, position);
}

static void is_at(const char *text, uint64_t expected)
{
    uint64_t position = 77;
    enum tapemap_status status = parse(text, false, 0, &position);
    if (status != TAPEMAP_OK || position != expected)
        fail_msg("\"%s\": status %d, %llu instead of %llu", text, (int)status,
                 (unsigned long long)position, (unsigned long long)expected);
}

static void is_at_after(const char *text, uint64_t from, uint64_t expected)
{
    uint64_t position = 77;
    enum tapemap_status status = parse(text, true, from, &position);
    if (status != TAPEMAP_OK || position != expected)
        fail_msg("\"%s\" after %llu: status %d, %llu instead of %llu", text,
                 (unsigned long long)from, (int)status, (unsigned long long)position,
                 (unsigned long long)expected);
}

static void gives(const char *text, enum tapemap_status expected)
{
    uint64_t position = 77;
    enum tapemap_status status = parse(text, false, 0, &position);
    if (status != expected || position != 77)
        fail_msg("\"%s\": status %d, %llu", text, (int)status, (unsigned long long)position);
}

static void finds_a_time_of_day_by_the_anchors(void **state)
{
    (void)state;
    record_hours(2); /* 23:30 to 01:30 */
    is_at("23:30:00", 0);
    is_at("23:31:30", 90090);
    is_at("23:31:30.5", 90591); /* 90590.5 */
    is_at("00:30:00", HOUR * 1001);
    is_at("@0:30", HOUR * 1001);
    is_at("@00:30:00.0", HOUR * 1001);
    is_at("01:30:00", 2 * HOUR * 1001);
    is_at("1:30:00", 5400 * RATE_HZ);
    is_at("@1:30:00", 2 * HOUR * 1001);
    is_at("00:30", 30 * RATE_HZ);
}

static void finds_a_moment_in_every_spelling(void **state)
{
    static const char *const same[] = {
        "2026-10-25T00:30:00", "2026-10-25T00:30", "2026-10-25 00:30:00", "2026-10-24T22:30:00Z",
        "2026-10-25T00:30:00+02:00", "2026-10-24T20:00:00-02:30", "2026-10-24T22:30Z",
        "@2026-10-25T00:30:00", "2026-10-25T00:30:00.000000000", "@2026-10-24T22:30:00Z",
    };
    (void)state;

    record_hours(2);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        is_at(same[i], HOUR * 1001);
}

static void takes_the_last_such_time_up_to_the_head(void **state)
{
    (void)state;
    record_hours(26); /* until 00:30 of the 26th, after the change */
    is_at("23:45:00", 90900 * UINT64_C(1001)); /* of the 25th */
    is_at("00:30:00", 93600 * UINT64_C(1001));
    is_at("00:30:01", HOUR * 1001 + 1001); /* today's is yet to come */
    is_at_after("23:45:00", 0, 900 * 1001);
    is_at_after("23:30:00", 0, 90000 * UINT64_C(1001)); /* not the beginning itself */
    is_at_after("00:30:01", 93600 * UINT64_C(1001), 93600 * UINT64_C(1001) + RATE_HZ);
}

static void looks_ahead_for_what_began_too_late(void **state)
{
    (void)state;
    record_hours(2);
    is_at("01:31:00", 7200 * 1001 + 60 * RATE_HZ);
    is_at("23:29:57", 0); /* between its creation and the first frame */
    is_at("23:29:56.001", 0); /* within a second before */
    is_at("23:29:56", 7200 * 1001 + UINT64_C(82796) * RATE_HZ); /* of the next day */
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    gives("23:29:56", TAPEMAP_E_OUTSIDE);
    is_at("01:30:00", 7200 * 1001);
    gives("01:31:00", TAPEMAP_E_OUTSIDE);
}

static void refuses_moments_outside_the_tape(void **state)
{
    (void)state;
    record_hours(2);
    gives("2026-10-24T23:29:56", TAPEMAP_E_OUTSIDE);
    gives("2025-10-25T00:30:00", TAPEMAP_E_OUTSIDE);
    gives("1970-01-02T00:00:00Z", TAPEMAP_E_OUTSIDE);
    gives("2026-10-27T01:30:00", TAPEMAP_E_OUTSIDE);
    gives("2553-12-31T23:59:59Z", TAPEMAP_E_OUTSIDE);
    is_at("2026-10-25T01:30:10", 7200 * 1001 + 10 * RATE_HZ); /* not recorded yet */
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    is_at("2026-10-25T01:30:00.9", 7200 * 1001);
    gives("2026-10-25T01:30:01", TAPEMAP_E_OUTSIDE);
}

static void takes_the_first_of_the_hour_that_comes_twice(void **state)
{
    (void)state;
    record_hours(6);
    is_at("02:30:00", 3 * HOUR * 1001);
    is_at("2026-10-25T02:30:00", 3 * HOUR * 1001);
    is_at("2026-10-25T02:30:00+01:00", 4 * HOUR * 1001);
    is_at("03:00:00", 4 * HOUR * 1001 + 1800 * 1001);
}

static void finds_a_time_within_a_gap_of_the_recording(void **state)
{
    (void)state;
    anchor(0, 0, 0);
    anchor(60000, 60, 0);  /* paused here, */
    anchor(60000, 660, 0); /* and gone on ten minutes later */
    anchor(120000, 720, 0);
    is_at("23:30:30", 30000);
    is_at("23:35:00", 60000);
    is_at("23:41:30", 90000);
}

static void finds_a_time_within_a_pause_that_goes_on(void **state)
{
    (void)state;
    anchor(0, 0, 0);
    anchor(60000, 60, 0); /* paused here, for ten minutes so far */
    store_relaxed_u64(&tape.control->heartbeat_clock, 5000 + UINT64_C(660) * FAKE_CLOCK_HZ);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_PAUSED);
    is_at("23:35:00", 60000);
    is_at("2026-10-24T23:41:00", 60000);
    is_at_after("23:35:00", 30000, 60000);
    store_relaxed_u64(&tape.control->heartbeat_clock, 5000 + UINT64_C(200000) * FAKE_CLOCK_HZ);
    is_at("2026-10-27T01:30:00", 60000);
}

static void takes_the_later_of_two_positions_after_the_clock_was_set_back(void **state)
{
    (void)state;
    for (uint64_t second = 0; second <= 2000; second++)
        anchor(second * RATE_HZ, second, second > 1000 ? -600 : 0);
    is_at("23:40:00", 1200 * RATE_HZ); /* and 600 the first time */
    is_at("23:35:00", 300 * RATE_HZ);  /* once */
    is_at("23:46:40", 1600 * RATE_HZ); /* also where the clock was set */
    is_at("23:52:00", 1920 * RATE_HZ);
}

static void sees_a_clock_that_was_set_back_and_forth_again(void **state)
{
    (void)state;
    for (uint64_t second = 0; second <= 3000; second++)
        anchor(second * RATE_HZ, second, second > 1000 && second <= 1100 ? -600 : 0);
    is_at("23:37:30", 1050 * RATE_HZ); /* and 450 before */
    is_at("23:36:00", 360 * RATE_HZ);
    is_at("23:46:40.3", 1000 * RATE_HZ + 300); /* the wrong clock came a second later */
    is_at("23:55:00", 1500 * RATE_HZ);
    is_at("23:48:20", 1101 * RATE_HZ); /* while it was wrong */
}

static void sees_a_clock_that_is_set_back_later(void **state)
{
    (void)state;
    for (uint64_t second = 0; second <= 1000; second++)
        anchor(second * RATE_HZ, second, 0);
    is_at("23:40:00", 600 * RATE_HZ);
    for (uint64_t second = 1001; second <= 1500; second++)
        anchor(second * RATE_HZ, second, -600);
    is_at("23:40:00", 1200 * RATE_HZ);
}

static void finds_marks_by_label_and_number(void **state)
{
    (void)state;
    gives("mark:intro", TAPEMAP_E_NO_MARK);
    mark(100, "intro");
    mark(200, "Grüße \"von\" hier");
    anchor(250, 0, 0);
    mark(220, "intro");
    mark(230, "#1");
    mark(240, "now");
    is_at("mark:intro", 220);
    is_at("mark:Grüße \"von\" hier", 200);
    is_at("mark:#2", 200);
    is_at("mark:#1", 230);
    is_at("mark:#5", 240);
    is_at("mark:now", 240);
    gives("mark:#6", TAPEMAP_E_NO_MARK);
    gives("mark:#0", TAPEMAP_E_NO_MARK);
    gives("mark:#", TAPEMAP_E_NO_MARK);
    gives("mark:#18446744073709551616", TAPEMAP_E_NO_MARK);
    gives("mark:Intro", TAPEMAP_E_NO_MARK);
    gives("mark:intro ", TAPEMAP_E_NO_MARK);
}

/* As utf8_shorten does: 68 bytes, less half a character, and three points. */
static void finds_a_mark_by_the_long_label_it_was_given(void **state)
{
    (void)state;
    char position[200] = "mark:";
    char kept[72] = "";
    for (int i = 0; i < 40; i++)
        strcat(position, "ü");
    for (int i = 0; i < 34; i++)
        strcat(kept, "ü");
    strcat(kept, "...");
    mark(100, kept);
    mark(110, "intro");
    is_at(position, 100);
    position[strlen(position) - 10] = '\0'; /* 35 of them: short enough to be kept whole */
    gives(position, TAPEMAP_E_NO_MARK);
}

static void waits_for_the_first_anchor_with_times_alone(void **state)
{
    (void)state;
    set_head(5000);
    gives("14:05:30", TAPEMAP_E_NOT_YET);
    gives("2026-10-25T00:30:00", TAPEMAP_E_NOT_YET);
    is_at("1:30", 90000);
}

#define MOMENT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MOMENT_TEST(finds_a_time_of_day_by_the_anchors),
        MOMENT_TEST(finds_a_moment_in_every_spelling),
        MOMENT_TEST(takes_the_last_such_time_up_to_the_head),
        MOMENT_TEST(looks_ahead_for_what_began_too_late),
        MOMENT_TEST(refuses_moments_outside_the_tape),
        MOMENT_TEST(takes_the_first_of_the_hour_that_comes_twice),
        MOMENT_TEST(finds_a_time_within_a_gap_of_the_recording),
        MOMENT_TEST(finds_a_time_within_a_pause_that_goes_on),
        MOMENT_TEST(takes_the_later_of_two_positions_after_the_clock_was_set_back),
        MOMENT_TEST(sees_a_clock_that_was_set_back_and_forth_again),
        MOMENT_TEST(sees_a_clock_that_is_set_back_later),
        MOMENT_TEST(finds_marks_by_label_and_number),
        MOMENT_TEST(finds_a_mark_by_the_long_label_it_was_given),
        MOMENT_TEST(waits_for_the_first_anchor_with_times_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
