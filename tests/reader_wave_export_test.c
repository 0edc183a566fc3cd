/* SPDX-License-Identifier: MIT */
/* Headers for those who write WAV files of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tapemap/tapemap.h"

#define ROOM (((uint64_t)1 << 63) - ((uint64_t)1 << 32)) /* for header and audio */

static const struct tapemap_info info = {
    .format = TAPEMAP_S16, .channels = 2, .sample_rate_hz = 48000};

static enum tapemap_status make(uint64_t frames, uint64_t tail_bytes, unsigned char *header)
{
    size_t bytes = 0;

    return tapemap_make_wave_header(&info, frames, tail_bytes, header, &bytes);
}

static void refuses_more_frames_than_a_file_can_hold(void **state)
{
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    (void)state;

    assert_int_equal(make(ROOM / 4, 0, header), TAPEMAP_E_ARGUMENT);
    assert_int_equal(make(UINT64_MAX / 4, 0, header), TAPEMAP_E_ARGUMENT);
    assert_int_equal(make(UINT64_MAX - 1, 0, header), TAPEMAP_E_ARGUMENT);
    assert_int_equal(make(1000, (uint64_t)1 << 32, header), TAPEMAP_E_ARGUMENT);
    assert_int_equal(make(ROOM / 4 - TAPEMAP_DATA_OFFSET, UINT32_MAX, header), TAPEMAP_OK);
    assert_memory_equal(header, "RF64", 4);
}

static void an_unknown_length_is_no_length(void **state)
{
    static const unsigned char unknown[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    (void)state;

    assert_int_equal(make(UINT64_MAX, 0, header), TAPEMAP_OK);
    assert_memory_equal(header, "RIFF", 4);
    assert_memory_equal(header + 4, unknown, sizeof unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_more_frames_than_a_file_can_hold),
        cmocka_unit_test(an_unknown_length_is_no_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
