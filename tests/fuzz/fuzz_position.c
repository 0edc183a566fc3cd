/* SPDX-License-Identifier: MIT */
/* Positions as people write them, on a tape with anchors and marks: what is found lies within
   reach, and its moment leads back to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_tape.h"
#include "fuzz.h"
#include "parse_position.h"

#define FRAMES 20000u
#define RATE_HZ 1000u
#define HOUR_NS INT64_C(3600000000000)
/* 2023-11-14T22:13:20Z; an hour later clocks are put back. */
#define BEGIN_UTC_NS UINT64_C(1700000000000000000)

static const struct fake_config config = {
    .format = TAPEMAP_S16, .channels = 1, .sample_rate_hz = RATE_HZ, .capacity_frames = FRAMES,
};

static struct fake_tape tape;
static struct reader reader;

static void open_tape(void)
{
    if (tape.control)
        return;
    fake_tape_create(&tape, &config);
    fake_tape_append(&tape, FRAMES / 2);
    for (uint64_t second = 0; second <= FRAMES / 2 / RATE_HZ; second++) {
        struct tapemap_record record = {
            .position = second * RATE_HZ, .noticed = second * RATE_HZ,
            .clock = second * FAKE_CLOCK_HZ, .utc_ns = BEGIN_UTC_NS + second * 1000000000u,
            .kind = TAPEMAP_RECORD_ANCHOR,
        };
        fake_tape_journal(&tape, &record);
        record.kind = TAPEMAP_RECORD_MARK;
        snprintf(record.text, sizeof record.text, "m%u", (unsigned)second);
        fake_tape_journal(&tape, &record);
    }
    const struct reader_config opening = fake_tape_reader_config(&tape);
    FUZZ_EXPECT(reader_open(&reader, &opening) == TAPEMAP_OK);
}

static int64_t utc_itself(uint64_t utc_ns)
{
    (void)utc_ns;
    return 0;
}

static int64_t far_east(uint64_t utc_ns)
{
    (void)utc_ns;
    return 14 * HOUR_NS;
}

static int64_t put_back_soon(uint64_t utc_ns)
{
    return utc_ns < BEGIN_UTC_NS + (uint64_t)HOUR_NS ? -3 * HOUR_NS : -4 * HOUR_NS;
}

static int64_t put_forward_soon(uint64_t utc_ns)
{
    return utc_ns < BEGIN_UTC_NS + (uint64_t)HOUR_NS ? 4 * HOUR_NS : 5 * HOUR_NS;
}

/* A moment on the tape, written out, is where it was. */
static void expect_same_moment(const struct position_scale *scale, uint64_t position)
{
    char text[CALENDAR_UTC_BYTES];
    uint64_t utc_ns;
    uint64_t found = 0;

    if (position > scale->head || reader_utc_at(&reader, position, &utc_ns) != TAPEMAP_OK)
        return;
    calendar_print_utc(utc_ns, text);
    FUZZ_EXPECT(parse_position(text, scale, &found) == TAPEMAP_OK);
    FUZZ_EXPECT(found <= position && position - found <= RATE_HZ);
}

static void expect_same_frame(const struct position_scale *scale, uint64_t position)
{
    char text[32];
    uint64_t found = 0;

    snprintf(text, sizeof text, "%" PRIu64 "f", position);
    FUZZ_EXPECT(parse_position(text, scale, &found) == TAPEMAP_OK && found == position);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static wall_clock_offset *const places[] = {utc_itself, far_east, put_back_soon,
                                                put_forward_soon};
    struct fuzz_input input = {data, size};
    uint64_t how = fuzz_take(&input, 1);
    uint64_t position = 0;

    open_tape();
    const struct position_scale scale = {
        .head = FRAMES / 2, .oldest = how & 8 ? 1000 : 0, .capacity_frames = FRAMES,
        .sample_rate_hz = RATE_HZ, .is_ring = how & 4, .has_from = how & 16, .from = how * 30,
        .reader = &reader, .local = places[how % 4],
    };
    char *text = fuzz_text(input.at, input.left);
    enum tapemap_status status = parse_position(text, &scale, &position);
    if (status == TAPEMAP_OK) {
        FUZZ_EXPECT(scale.is_ring ? position - scale.head < UINT64_C(366) * 86400 * RATE_HZ + 1 ||
                                        position < scale.head
                                  : position <= FRAMES);
        expect_same_frame(&scale, position);
        expect_same_moment(&scale, position);
    }
    free(text);
    return 0;
}
