/* SPDX-License-Identifier: MIT */
/* The DLL as other people's programs use it, on a tape that another process is recording. */
#include <process.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "free_handle.h"
#include "steady_clock.h"
#include "tapemap/ramp.h"
#include "tapemap/tapemap.h"

#define RATE_HZ 48000u
#define DURATION_FRAMES (10u * RATE_HZ)

static char deck_name[TAPEMAP_NAME_BYTES];
static const char *own_path;
static intptr_t recorder;
static tapemap_tape *tape;

/* tapemapd.exe lies beside this program. */
static intptr_t start_recorder(void)
{
    char path[1024];
    size_t folder = strlen(own_path);
    while (folder > 0 && !strchr("/\\", own_path[folder - 1]))
        folder--;
    snprintf(path, sizeof path, "%.*stapemapd.exe", (int)folder, own_path);
    return _spawnl(_P_NOWAIT, path, "tapemapd", "record", "--deck", deck_name, "--source",
                   "tone:ramp", "--duration", "10s", "--quiet", (char *)NULL);
}

static int open_live_tape(void **state)
{
    (void)state;
    snprintf(deck_name, sizeof deck_name, "library-live-%d", _getpid());
    recorder = start_recorder();
    if (recorder == -1)
        return -1;
    for (int tries = 0; tries < 1000; tries++) {
        if (tapemap_open_deck(deck_name, &tape) == TAPEMAP_OK)
            return 0;
        steady_clock_sleep_ms(10);
    }
    return -1;
}

static int close_live_tape(void **state)
{
    (void)state;
    int code = -1;
    tapemap_close(tape);
    _cwait(&code, recorder, 0);
    return code;
}

static void tells_what_is_recorded(void **state)
{
    (void)state;
    struct tapemap_info info;
    tapemap_get_info(tape, &info);
    assert_string_equal(info.deck, deck_name);
    assert_string_equal(info.source, "tone:ramp");
    assert_int_equal(info.format, TAPEMAP_S16);
    assert_int_equal(info.channels, 2);
    assert_int_equal(info.sample_rate_hz, RATE_HZ);
    assert_int_equal(strlen(info.id), 16);
    tapemap_tape *same;
    assert_int_equal(tapemap_open_tape(info.id, &same), TAPEMAP_OK);
    tapemap_close(same);
}

static void lists_the_deck(void **state)
{
    (void)state;
    struct tapemap_deck decks[TAPEMAP_CATALOGUE_SLOTS];
    size_t count;
    int found = 0;
    assert_int_equal(tapemap_list_decks(decks, TAPEMAP_CATALOGUE_SLOTS, &count), TAPEMAP_OK);
    for (size_t i = 0; i < count && i < TAPEMAP_CATALOGUE_SLOTS; i++)
        found += strcmp(decks[i].name, deck_name) == 0;
    assert_int_equal(found, 1);
}

static void waits_for_frames_and_reads_them(void **state)
{
    (void)state;
    uint64_t position = tapemap_head(tape);
    for (int block = 0; block < 20; block++) {
        int16_t samples[480 * 2];
        float floats[480 * 2];
        assert_int_equal(tapemap_wait(tape, position + 480, 5000), TAPEMAP_OK);
        assert_int_equal(tapemap_read(tape, position, 480, samples), TAPEMAP_OK);
        assert_int_equal(tapemap_read_float(tape, position, 480, floats), TAPEMAP_OK);
        for (uint32_t i = 0; i < 480 * 2; i++) {
            int32_t expected = tapemap_ramp_sample(i % 2, position + i / 2) >> 8;
            assert_int_equal(samples[i], expected);
            assert_true(floats[i] == (float)expected / 32768.0f);
        }
        position += 480;
    }
}

static void points_at_frames_without_copying(void **state)
{
    (void)state;
    const void *frames;
    uint64_t count;
    assert_int_equal(tapemap_wait(tape, 1000, 5000), TAPEMAP_OK);
    assert_int_equal(tapemap_peek(tape, 500, &frames, &count), TAPEMAP_OK);
    assert_true(count >= 500);
    for (uint64_t i = 0; i < count; i++)
        assert_int_equal(((const int16_t *)frames)[2 * i + 1],
                         tapemap_ramp_sample(1, 500 + i) >> 8);
    assert_true(tapemap_still_valid(tape, 500));
}

static void maps_frames_to_keep_at_a_chosen_address(void **state)
{
    (void)state;
    void *base = (void *)(uintptr_t)0x30000000;
    const void *frames = NULL, *later = NULL, *taken = NULL, *window;
    uint64_t count = 20000, later_count = 100, more = 1;
    assert_int_equal(tapemap_wait(tape, 30000, 5000), TAPEMAP_OK);
    assert_int_equal(tapemap_map_at(tape, 0, &count, base, &frames), TAPEMAP_OK);
    assert_ptr_equal(frames, base);
    assert_int_equal(count, 20000);
    assert_int_equal(tapemap_map_at(tape, 0, &more, base, &taken), TAPEMAP_E_BUSY);
    assert_null(taken);
    assert_int_equal(tapemap_map_at(tape, 29900, &later_count, NULL, &later), TAPEMAP_OK);
    assert_int_equal((uintptr_t)later % 65536, 29900 * 4 % 65536);
    assert_int_equal(tapemap_peek(tape, 0, &window, &more), TAPEMAP_OK);
    assert_memory_equal(window, frames, 20000 * 4);
    assert_memory_equal((const char *)window + 29900 * 4, later, 100 * 4);
    tapemap_unmap(later);
    tapemap_unmap(frames);
    assert_int_equal(tapemap_map_at(tape, 0, &count, base, &frames), TAPEMAP_OK);
    tapemap_unmap(frames);
}

static void a_private_copy_leaves_the_tape_as_it_is(void **state)
{
    (void)state;
    uint64_t count = 20000;
    void *frames = NULL;
    assert_int_equal(tapemap_wait(tape, 30000, 5000), TAPEMAP_OK);
    assert_int_equal(tapemap_map_private(tape, 10000, &count, &frames), TAPEMAP_OK);
    assert_int_equal(count, 20000);
    int16_t *samples = frames;
    for (uint64_t i = 0; i < count * 2; i++) {
        assert_int_equal(samples[i], tapemap_ramp_sample(i % 2, 10000 + i / 2) >> 8);
        samples[i] = 4711;
    }
    for (uint64_t position = 10000; position < 30000; position += 99) {
        int16_t pair[2];
        assert_int_equal(tapemap_read(tape, position, 1, pair), TAPEMAP_OK);
        assert_int_equal(pair[1], tapemap_ramp_sample(1, position) >> 8);
    }
    assert_int_equal(samples[count * 2 - 1], 4711);
    tapemap_unmap(frames);
}

/* What is past the addresses of a process is never free for it. */
static void calls_an_address_that_no_process_has_taken(void **state)
{
    (void)state;
    const void *frames = NULL;
    uint64_t count = 1;
    const uintptr_t past[] = {UINTPTR_MAX - 0xFFFFu, UINTPTR_MAX / 2 + 1};
    assert_int_equal(tapemap_wait(tape, 1, 5000), TAPEMAP_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(tapemap_map_at(tape, 0, &count, (void *)past[i], &frames),
                         TAPEMAP_E_BUSY);
    assert_null(frames);
}

static void refuses_views_of_what_is_not_there(void **state)
{
    (void)state;
    const void *frames = NULL;
    void *copy = NULL;
    uint64_t none = 0, one = 1, all = UINT64_MAX;
    void *askew = (void *)(uintptr_t)0x30001000;
    assert_int_equal(tapemap_map_at(NULL, 0, &one, NULL, &frames), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_map_at(tape, 0, &none, NULL, &frames), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_map_at(tape, 0, &one, askew, &frames), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_map_at(tape, 1, &all, NULL, &frames), TAPEMAP_E_NOT_YET);
    assert_int_equal(tapemap_map_private(tape, UINT64_MAX, &one, &copy), TAPEMAP_E_NOT_YET);
    assert_int_equal(tapemap_map_private(tape, 0, NULL, &copy), TAPEMAP_E_ARGUMENT);
    assert_null(frames);
    assert_null(copy);
    assert_int_equal(all, UINT64_MAX);
    tapemap_unmap(NULL);
}

/* That a child reads such a tape is what the sample pass_to_child shows. */
static void refuses_handles_that_it_has_not_got(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "tapemap:", "tapemap:l:0123456789abcdef", "tapemap:l:0000000000000000:4:8:0:0",
        "tapemap:x:0123456789abcdef:4:8:0:0", "tapemap:l:0123456789abcdef:0:8:0:0",
        "tapemap:l:0123456789abcdef:4:8:0:", "tapemap:l:0123456789abcdef:4:8:0:0 ",
        "tapemap:l:0123456789abcdef:4:8:0:00000000000000001", "tapemap:l:0123456789abcdef:-4:8:0:0",
    };
    char text[TAPEMAP_HANDLE_BYTES];
    tapemap_tape *other = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(tapemap_open_handle(wrong[i], &other), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_open_handle("tapemap:l:0123456789abcdef:ffff0:ffff4:0:0", &other),
                     TAPEMAP_E_NO_TAPE);
    assert_int_equal(tapemap_export_handle(NULL, text), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_export_handle(tape, text), TAPEMAP_OK);
    char *id = strchr(strchr(text, ':') + 1, ':') + 1;
    *id = *id == 'f' ? '0' : 'f'; /* the handles are there, and of another tape */
    assert_int_equal(tapemap_open_handle(text, &other), TAPEMAP_E_CORRUPT);
    assert_null(other);
}

static void refuses_what_is_not_there(void **state)
{
    (void)state;
    const void *frames;
    uint64_t count = 77;
    int16_t samples[4];
    tapemap_tape *none = NULL;
    assert_int_equal(tapemap_peek(tape, UINT64_MAX, &frames, &count), TAPEMAP_E_NOT_YET);
    assert_int_equal(count, 77);
    assert_int_equal(tapemap_read(tape, UINT64_MAX - 1, 2, samples), TAPEMAP_E_NOT_YET);
    assert_int_equal(tapemap_wait(tape, UINT64_MAX, 0), TAPEMAP_E_TIMEOUT);
    assert_int_equal(tapemap_open_deck("library-live-none", &none), TAPEMAP_E_NO_DECK);
    assert_int_equal(tapemap_open_tape("0123456789abcdef", &none), TAPEMAP_E_NO_TAPE);
    assert_int_equal(tapemap_open_tape("not an id", &none), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_open_deck(NULL, &none), TAPEMAP_E_ARGUMENT);
    assert_null(none);
}

static void maps_positions_to_the_wall_clock_and_back(void **state)
{
    (void)state;
    uint64_t utc_ns;
    uint64_t later_ns;
    uint64_t position;
    assert_int_equal(tapemap_wait(tape, RATE_HZ + RATE_HZ / 2, 5000), TAPEMAP_OK);
    assert_int_equal(tapemap_utc_at(tape, 0, &utc_ns), TAPEMAP_OK);
    assert_int_equal(tapemap_utc_at(tape, RATE_HZ, &later_ns), TAPEMAP_OK);
    /* A pump is paced by the same clock, to within the ticks in which it delivers, or longer where
       the machine lets it stand still. */
    assert_in_range(later_ns - utc_ns, 900000000u, 10000000000u);
    assert_int_equal(tapemap_position_at(tape, later_ns, &position), TAPEMAP_OK);
    assert_in_range(position, RATE_HZ - 1, RATE_HZ + 1);
}

static void understands_positions(void **state)
{
    (void)state;
    uint64_t position;
    assert_int_equal(tapemap_parse_position(tape, "12345f", &position), TAPEMAP_OK);
    assert_int_equal(position, 12345);
    assert_int_equal(tapemap_parse_position(tape, "1:30", &position), TAPEMAP_OK);
    assert_int_equal(position, 90 * RATE_HZ);
    assert_int_equal(tapemap_parse_position(tape, "start", &position), TAPEMAP_OK);
    assert_int_equal(position, 0);
    assert_int_equal(tapemap_parse_position(tape, "yesterday", &position), TAPEMAP_E_SYNTAX);
}

static void the_end_is_told_and_the_tape_stays(void **state)
{
    (void)state;
    struct tapemap_now now;
    uint64_t sequence = 0;
    struct tapemap_record record;
    assert_int_equal(tapemap_wait(tape, DURATION_FRAMES + 1, 20000), TAPEMAP_E_ENDED);
    tapemap_get_now(tape, &now);
    assert_int_equal(now.state, TAPEMAP_STATE_ENDED);
    assert_int_equal(now.reason, TAPEMAP_REASON_DURATION);
    assert_int_equal(now.head, DURATION_FRAMES);
    assert_int_equal(tapemap_find_record(tape, TAPEMAP_RECORD_ANCHOR, &sequence, &record),
                     TAPEMAP_OK);
    sequence = 0;
    assert_int_equal(tapemap_find_record(tape, TAPEMAP_RECORD_GAP, &sequence, &record),
                     TAPEMAP_E_NOT_YET);
}

static void peaks_are_those_of_the_samples(void **state)
{
    (void)state;
    enum { BINS = 7 };
    struct tapemap_peak peaks[BINS * 2];
    const uint64_t from = 1234, to = DURATION_FRAMES - 4321;
    float *floats = malloc((size_t)(to - from) * 2 * sizeof *floats);
    assert_non_null(floats);
    assert_int_equal(tapemap_read_float(tape, from, to - from, floats), TAPEMAP_OK);
    assert_int_equal(tapemap_read_peaks(tape, from, to, BINS, peaks), TAPEMAP_OK);
    for (uint64_t bin = 0; bin < BINS; bin++) {
        float min = 1, max = -1;
        for (uint64_t i = (to - from) * bin / BINS; i < (to - from) * (bin + 1) / BINS; i++) {
            min = floats[i * 2] < min ? floats[i * 2] : min;
            max = floats[i * 2] > max ? floats[i * 2] : max;
        }
        assert_true(peaks[bin * 2].min == min && peaks[bin * 2].max == max);
    }
    free(floats);
}

/* What a program does that looks at a deck again and again, and one that is refused. */
static void look_once(void)
{
    struct tapemap_peak peaks[2];
    struct tapemap_deck decks[TAPEMAP_CATALOGUE_SLOTS];
    struct tapemap_record record;
    tapemap_tape *other = NULL;
    uint64_t count = 1000;
    size_t found;
    void *frames = NULL;
    int16_t pair[2];
    assert_int_equal(tapemap_list_decks(decks, TAPEMAP_CATALOGUE_SLOTS, &found), TAPEMAP_OK);
    assert_int_equal(tapemap_open_deck(deck_name, &other), TAPEMAP_OK);
    assert_int_equal(tapemap_wait(other, 1, 5000), TAPEMAP_OK);
    assert_int_not_equal(tapemap_wait(other, UINT64_MAX, 1), TAPEMAP_OK);
    assert_int_equal(tapemap_read(other, 0, 1, pair), TAPEMAP_OK);
    assert_int_equal(tapemap_read_peaks(other, 0, 1024, 1, peaks), TAPEMAP_OK);
    assert_int_equal(tapemap_get_record(other, 0, &record), TAPEMAP_OK);
    assert_int_equal(tapemap_map_private(other, 0, &count, &frames), TAPEMAP_OK);
    tapemap_unmap(frames);
    tapemap_close(other);
    assert_int_equal(tapemap_open_deck("nobody records this", &other), TAPEMAP_E_NO_DECK);
    assert_int_equal(tapemap_open_file("there is no such file.wav", &other),
                     TAPEMAP_E_NO_FILE);
}

static void opening_and_closing_leaves_no_handle_behind(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        look_once();
    unsigned long before = free_handle();
    for (int i = 0; i < 60; i++)
        look_once();
    assert_int_equal(free_handle(), before);
}

static void makes_the_header_of_a_wav_file(void **state)
{
    (void)state;
    struct tapemap_info info;
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    size_t bytes;
    size_t stream_bytes;
    tapemap_get_info(tape, &info);
    assert_int_equal(tapemap_make_wave_header(&info, UINT64_MAX, 0, header, &stream_bytes),
                     TAPEMAP_OK);
    assert_int_equal(tapemap_make_wave_header(&info, 1000, 0, header, &bytes), TAPEMAP_OK);
    assert_int_equal(bytes, stream_bytes);
    assert_memory_equal(header, "RIFF", 4);
    assert_memory_equal(header + bytes - 8, "data\xA0\x0F\x00\x00", 8);
}

int main(int argc, char **argv)
{
    own_path = argc > 0 ? argv[0] : "";
    /* In this order: the tape grows to its end meanwhile. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_recorded),
        cmocka_unit_test(lists_the_deck),
        cmocka_unit_test(waits_for_frames_and_reads_them),
        cmocka_unit_test(points_at_frames_without_copying),
        cmocka_unit_test(maps_frames_to_keep_at_a_chosen_address),
        cmocka_unit_test(a_private_copy_leaves_the_tape_as_it_is),
        cmocka_unit_test(calls_an_address_that_no_process_has_taken),
        cmocka_unit_test(refuses_views_of_what_is_not_there),
        cmocka_unit_test(refuses_handles_that_it_has_not_got),
        cmocka_unit_test(refuses_what_is_not_there),
        cmocka_unit_test(maps_positions_to_the_wall_clock_and_back),
        cmocka_unit_test(understands_positions),
        cmocka_unit_test(the_end_is_told_and_the_tape_stays),
        cmocka_unit_test(peaks_are_those_of_the_samples),
        cmocka_unit_test(opening_and_closing_leaves_no_handle_behind),
        cmocka_unit_test(makes_the_header_of_a_wav_file),
    };
    return cmocka_run_group_tests(tests, open_live_tape, close_live_tape);
}
