/* SPDX-License-Identifier: MIT */
/* Tapes that are not to be resumed, or hardly: ended, foreign, damaged, after a power cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_wreck.h"
#include "wave_header.h"

static enum tapemap_status try_resume(struct wreck *wreck, struct failure *failure)
{
    struct tape *tape;
    struct tape_config config = wreck->config.tape;
    enum tapemap_status status =
        tape_resume(&config, wreck->audio, wreck->index, wreck->now, &tape, failure);
    if (status == TAPEMAP_OK)
        tape_destroy(tape);
    return status;
}

/* Is refused with a sentence that has `word`, and leaves both headers as they were. */
static void assert_refused(struct wreck *wreck, enum tapemap_status status, const char *word)
{
    static unsigned char before[2][TAPEMAP_GRANULE_BYTES];
    struct failure failure;
    memcpy(before[0], wreck->front, sizeof before[0]);
    memcpy(before[1], wreck->header, sizeof before[1]);
    assert_int_equal(try_resume(wreck, &failure), status);
    assert_int_equal(failure.status, status);
    assert_non_null(strstr(failure.text, word));
    assert_non_null(strstr(failure.text, "; "));
    assert_memory_equal(wreck->front, before[0], sizeof before[0]);
    assert_memory_equal(wreck->header, before[1], sizeof before[1]);
    wreck_clear(wreck);
}

static void an_ended_tape_is_refused(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct wreck wreck;
    script_prepare(&script, 1u << 30, false);
    script.config.tape.is_file = true;
    script_open(&script);
    script_record_to(&script, 10000, 480);
    deck_end(script.deck, script.now);
    wreck_take(&wreck, &script);
    script_close(&script);
    assert_refused(&wreck, TAPEMAP_E_ARGUMENT, "ended");
}

static void memory_that_says_it_is_a_file_is_refused_and_the_other_way_round(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct wreck wreck;
    script_prepare(&script, 100000, false);
    script_open(&script);
    wreck_take(&wreck, &script);
    script_close(&script);
    wreck.control->flags = TAPEMAP_FLAG_FILE;
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
    wreck_make(&wreck, 10000);
    wreck.control->flags = 0;
    wreck.control->capacity_frames = 20000;
    wreck.control->kept_frames = 20000;
    store_release_u64(&wreck.control->grown_bytes, wreck.control->section_bytes);
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
}

static void memory_of_another_length_than_it_says_is_refused(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct wreck wreck;
    script_prepare(&script, 100000, true);
    script_open(&script);
    wreck_take(&wreck, &script);
    script_close(&script);
    wreck.control->section_bytes += TAPEMAP_GRANULE_BYTES;
    store_release_u64(&wreck.control->grown_bytes, wreck.control->section_bytes);
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
}

static void a_tape_of_another_layout_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 10000);
    wreck.control->signature ^= 1;
    assert_refused(&wreck, TAPEMAP_E_FOREIGN, "another layout");
    wreck_make(&wreck, 10000);
    store_release_u64(&wreck.header->magic, 7);
    assert_refused(&wreck, TAPEMAP_E_FOREIGN, "another layout");
}

static void a_tape_that_was_never_complete_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 0);
    store_release_u64(&wreck.control->magic, 0);
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "before the tape was complete");
}

static void a_tape_of_another_clock_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 10000);
    wreck.config.tape.clock_hz++;
    assert_refused(&wreck, TAPEMAP_E_ARGUMENT, "clock");
}

static void an_index_of_another_tape_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 10000);
    wreck.header->tape_id++;
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
}

static void frames_past_the_end_of_the_file_are_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 10000);
    uint64_t frames = (wreck.audio->bytes - TAPEMAP_DATA_OFFSET) / 4;
    store_release_u64(&wreck.control->grown_bytes, 1u << 30);
    store_release_u64(&wreck.control->committed_bytes, 1u << 30);
    store_release_u64(&wreck.control->head, frames);
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "shorter than its frames");
}

static void a_torn_journal_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 10000);
    uint64_t records = load_acquire_u64(&wreck.header->journal_head);
    store_release_u64(&wreck.header->journal_head, records + 3); /* zeros */
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
}

static void an_index_whose_regions_lie_is_refused(void **state)
{
    (void)state;
    for (int lie = 0; lie < 5; lie++) {
        struct wreck wreck;
        wreck_make(&wreck, 100000);
        struct tapemap_region *level = &wreck.header->levels[0];
        switch (lie) {
        case 0: store_release_u64(&level->committed_bytes, 0); break;
        case 1: store_release_u64(&level->committed_bytes, 65537); break;
        case 2: store_release_u64(&level->committed_bytes, level->bytes); break;
        case 3: level->capacity = 1000; break; /* of a tape that goes on for hours */
        default: store_release_u64(&wreck.header->journal_oldest, 1000); break;
        }
        assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
    }
}

/* Goes on with the wreck and records a little. */
static void assert_resumed(struct wreck *wreck, uint64_t head)
{
    struct scripted_tape script;
    struct failure failure;
    script_prepare(&script, 1, false);
    script.now = wreck->now;
    script.audio = wreck->audio;
    script.index = wreck->index;
    if (deck_resume(&script.config, script.audio, script.index, script.now, &script.deck,
                    &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    uint64_t owed = tape_appender(deck_tape(script.deck))->silence_owed;
    script_record_to(&script, head + owed + 100000, 480);
    script_verify_ramp(&script, 0, head);
    script_verify_silence(&script, head, head + owed);
    script_verify_ramp(&script, head + owed, script_head(&script));
    script_verify_peaks(&script);
    uint64_t position = 0;
    for (uint64_t i = 0; i < script_records(&script); i++)
        if (script_record(&script, i).kind == TAPEMAP_RECORD_ANCHOR) {
            assert_true(script_record(&script, i).position >= position);
            position = script_record(&script, i).position;
        }
    deck_destroy(script.deck);
    wreck_clear(wreck);
}

/* Of pages that are not there it says that they are: to touch one would be the recorder's end. */
static void what_is_only_said_to_be_committed_is_committed(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct wreck wreck;
    const uint64_t head = 1040000; /* so that its first level soon needs more than it has */
    script_prepare(&died, 1u << 22, false);
    script_open(&died);
    script_record_to(&died, head, 480);
    wreck_take(&wreck, &died);
    script_close(&died);
    store_release_u64(&wreck.control->committed_bytes,
                      wreck.audio->bytes - TAPEMAP_GRANULE_BYTES);
    store_release_u64(&wreck.header->journal.committed_bytes,
                      wreck.header->journal.bytes - TAPEMAP_GRANULE_BYTES);
    for (unsigned i = 0; i < TAPEMAP_LEVELS; i++)
        store_release_u64(&wreck.header->levels[i].committed_bytes,
                          wreck.header->levels[i].bytes - TAPEMAP_GRANULE_BYTES);
    assert_resumed(&wreck, head);
}

static const struct wave_format wreck_wave = {TAPEMAP_S16, 2, SCRIPT_RATE_HZ};

/* The head on the disk is older than the index: what that says of later frames is nobody's. */
static void an_index_that_is_newer_than_the_head_is_cut_back(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 500000);
    store_release_u64(&wreck.control->head, 333333);
    store_release_u64(&wreck.control->durable_frames, 222222);
    wave_tape_header_update(wreck.front, &wreck_wave, 333333);
    assert_resumed(&wreck, 333333);
}

/* The header of the WAV was saved after the control block, and the frames with it. */
static void what_only_the_header_counts_is_kept(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 500000);
    store_release_u64(&wreck.control->head, 333333);
    store_release_u64(&wreck.control->durable_frames, 222222);
    store_release_u64(&wreck.control->committed_bytes, 1400832);
    assert_resumed(&wreck, 500000);
}

/* What the header counts and was never written is no sound. */
static void what_the_header_counts_and_was_never_written_is_left_out(void **state)
{
    (void)state;
    struct wreck wreck;
    uint64_t end = TAPEMAP_DATA_OFFSET + 100 * (uint64_t)4096;
    void *view;
    wreck_make(&wreck, 500000);
    store_release_u64(&wreck.control->head, 55555);
    store_release_u64(&wreck.control->durable_frames, 0);
    assert_int_equal(store_map(wreck.audio, 0, 2u << 20, &view), TAPEMAP_OK);
    memset((unsigned char *)view + end, 0, TAPEMAP_DATA_OFFSET + 500000 * 4 - (size_t)end);
    memset((unsigned char *)view + (1u << 20), 0xFF, 16);
    store_unmap(wreck.audio, view, 2u << 20);
    assert_resumed(&wreck, 100 * 4096 / 4);
}

/* What is behind the head is written over, and both lie in one sector: one of them is a lie. */
static void a_head_before_what_is_safe_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 500000);
    store_release_u64(&wreck.control->head, 333333);
    store_release_u64(&wreck.control->durable_frames, 333334);
    assert_refused(&wreck, TAPEMAP_E_CORRUPT, "contradicts");
}

static void a_file_that_a_power_cut_made_shorter_grows_again(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 100000);
    uint64_t bytes = wreck.audio->bytes;
    void *view;
    assert_int_equal(store_map(wreck.audio, 0, (size_t)bytes, &view), TAPEMAP_OK);
    store_commit(wreck.audio, 0, view, (size_t)bytes - TAPEMAP_GRANULE_BYTES);
    store_unmap(wreck.audio, view, (size_t)bytes);
    store_release_u64(&wreck.control->grown_bytes, 4 * bytes);
    store_release_u64(&wreck.control->committed_bytes, 2 * bytes);
    assert_resumed(&wreck, 100000);
}

static void other_windows_than_before_do_no_harm(void **state)
{
    (void)state;
    const uint64_t windows[] = {65536, 131072, 7 * 65536, 4u << 20};
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        script_prepare(&died, 1u << 30, false);
        died.config.tape.is_file = true;
        script_open(&died);
        script_record_to(&died, 200000, 480);
        died.config.tape.window_bytes = windows[i];
        script_resume(&resumed, &died);
        script_record_to(&resumed, 600000, 480);
        assert_int_equal(script_head(&resumed), 600000);
        script_close(&resumed);
        script_close(&died);
    }
}

static void a_full_disk_leaves_the_tape_to_be_resumed_later(void **state)
{
    (void)state;
    struct wreck wreck;
    struct failure failure;
    wreck_make(&wreck, 100000);
    guard_store_limit(wreck.audio, guard_store_committed_bytes(wreck.audio));
    wreck.now.utc_ns += 60000000000u; /* so that there must be room for a minute */
    uint64_t records = load_acquire_u64(&wreck.header->journal_head);
    assert_int_equal(try_resume(&wreck, &failure), TAPEMAP_E_DISK_FULL);
    assert_non_null(strstr(failure.text, "disk is full"));
    assert_int_equal(load_acquire_u64(&wreck.header->journal_head), records);
    guard_store_limit(wreck.audio, UINT64_MAX);
    wreck.now.utc_ns -= 60000000000u;
    assert_resumed(&wreck, 100000);
}

static void a_gap_without_room_for_its_silence_is_refused(void **state)
{
    (void)state;
    struct wreck wreck;
    wreck_make(&wreck, 100000);
    wreck.now.utc_ns += 3600000000000u; /* 691.2 MB of silence */
    guard_store_set_room(wreck.audio, 600u << 20);
    assert_refused(&wreck, TAPEMAP_E_DISK_FULL, "silence for its gap of 1:00:00");
    wreck_make(&wreck, 100000);
    wreck.now.utc_ns += 3600000000000u;
    guard_store_set_room(wreck.audio, 0);
    wreck.config.tape.end_frame = 100000; /* nothing of it would be recorded */
    struct failure failure;
    assert_int_equal(try_resume(&wreck, &failure), TAPEMAP_OK);
    wreck_clear(&wreck);
}

/* Any bytes in the headers: refused, or a tape that does no harm. */
static void spoil_and_resume(struct wreck *sound)
{
    srand(11);
    for (unsigned round = 0; round < 400; round++) {
        struct wreck wreck;
        struct failure failure;
        wreck_copy(&wreck, sound);
        unsigned char *block = round % 2 ? (unsigned char *)wreck.header
                                         : (unsigned char *)wreck.control;
        size_t room = round % 2 ? sizeof *wreck.header : sizeof *wreck.control;
        for (int spoilt = 1 + rand() % 2; spoilt > 0; spoilt--)
            block[16 + (size_t)rand() % (room - 16)] ^= (unsigned char)(1u << rand() % 8);
        try_resume(&wreck, &failure);
        wreck_clear(&wreck);
    }
}

static void headers_with_any_bytes_are_survived(void **state)
{
    (void)state;
    struct wreck sound;
    wreck_make(&sound, 100000);
    spoil_and_resume(&sound);
    wreck_clear(&sound);
}

static void a_rings_headers_with_any_bytes_are_survived(void **state)
{
    (void)state;
    struct wreck sound;
    wreck_make_ring(&sound);
    spoil_and_resume(&sound);
    wreck_clear(&sound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ended_tape_is_refused),
        cmocka_unit_test(memory_that_says_it_is_a_file_is_refused_and_the_other_way_round),
        cmocka_unit_test(memory_of_another_length_than_it_says_is_refused),
        cmocka_unit_test(a_tape_of_another_layout_is_refused),
        cmocka_unit_test(a_tape_that_was_never_complete_is_refused),
        cmocka_unit_test(a_tape_of_another_clock_is_refused),
        cmocka_unit_test(an_index_of_another_tape_is_refused),
        cmocka_unit_test(an_index_whose_regions_lie_is_refused),
        cmocka_unit_test(what_is_only_said_to_be_committed_is_committed),
        cmocka_unit_test(frames_past_the_end_of_the_file_are_refused),
        cmocka_unit_test(a_torn_journal_is_refused),
        cmocka_unit_test(an_index_that_is_newer_than_the_head_is_cut_back),
        cmocka_unit_test(what_only_the_header_counts_is_kept),
        cmocka_unit_test(what_the_header_counts_and_was_never_written_is_left_out),
        cmocka_unit_test(a_head_before_what_is_safe_is_refused),
        cmocka_unit_test(a_file_that_a_power_cut_made_shorter_grows_again),
        cmocka_unit_test(other_windows_than_before_do_no_harm),
        cmocka_unit_test(a_full_disk_leaves_the_tape_to_be_resumed_later),
        cmocka_unit_test(a_gap_without_room_for_its_silence_is_refused),
        cmocka_unit_test(headers_with_any_bytes_are_survived),
        cmocka_unit_test(a_rings_headers_with_any_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
