/* SPDX-License-Identifier: MIT */
/* A deck whose lost source comes back in another format; the clock is scripted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck_change.h"
#include "guard_store.h"
#include "scripted_tape.h"

#define RATE SCRIPT_RATE_HZ
#define OTHER_RATE 44100u
#define PACKET_MS 10u

static const struct audio_format other_format = {TAPEMAP_S16, 1, OTHER_RATE};

struct change {
    struct scripted_tape script; /* the first tape, the deck and the clocks */
    struct tape *first;
    struct tape *next;
    struct store *audio;
    struct store *index;
};

static void open_device(struct change *change, uint64_t end_frame)
{
    memset(change, 0, sizeof *change);
    script_prepare_device(&change->script, 120 * RATE);
    change->script.config.tape.end_frame = end_frame;
    script_open(&change->script);
    change->first = deck_tape(change->script.deck);
}

static void close_all(struct change *change)
{
    if (change->next)
        tape_destroy(change->first);
    script_close(&change->script);
    if (change->next) {
        store_destroy(change->audio);
        store_destroy(change->index);
    }
}

static void make_next(struct change *change)
{
    struct tape_config config = change->script.config.tape;
    uint64_t audio_bytes;
    uint64_t index_bytes;
    struct failure failure;
    config.format = other_format;
    config.tape_id++;
    config.end_frame = 0;
    strcpy(config.file_path, "next.wav");
    tape_measure(&config, &audio_bytes, &index_bytes);
    change->audio = guard_store_create(audio_bytes);
    change->index = guard_store_create(index_bytes);
    assert_int_equal(tape_create(&config, change->audio, change->index, change->script.now,
                                 &change->next, &failure),
                     TAPEMAP_OK);
}

static bool tick(struct change *change, unsigned ticks)
{
    bool goes_on = true;
    for (; ticks > 0 && goes_on; ticks--) {
        script_advance_ms(&change->script, PACKET_MS);
        goes_on = deck_tick(change->script.deck, change->script.now);
    }
    return goes_on;
}

/* Packets of silence in the format of the tape; what is in them is no matter here. */
static void deliver(struct change *change, unsigned packets)
{
    static const int16_t frames[2 * RATE / 100] = {0};
    struct audio_format format = deck_format(change->script.deck);
    for (; packets > 0; packets--) {
        script_advance_ms(&change->script, PACKET_MS);
        deck_sink_frames(change->script.deck, frames, format.sample_rate_hz / 100,
                         change->script.now.clock);
        deck_tick(change->script.deck, change->script.now);
    }
}

static void lose(struct change *change)
{
    deck_sink_lost(change->script.deck);
    deck_tick(change->script.deck, change->script.now);
}

static uint64_t announce(struct change *change, const struct audio_format *format)
{
    struct deck_source source = {"the device", true, false, *format};
    uint64_t number = deck_source_starts(change->script.deck, &source);
    deck_tick(change->script.deck, change->script.now);
    return number;
}

static void replace(struct change *change)
{
    struct deck *deck = change->script.deck;
    struct audio_format wanted;
    deck_request_format(deck, &other_format);
    assert_true(deck_wants_format(deck, &wanted));
    assert_int_equal(wanted.sample_rate_hz, OTHER_RATE);
    make_next(change);
    assert_true(deck_may_replace(deck));
    deck_replace_tape(deck, change->next, NULL, change->script.now);
    assert_ptr_equal(deck_take_left(deck, change->script.now), change->first);
    tape_end(change->first, TAPEMAP_REASON_ROTATED, "in another format", change->script.now);
}

static const struct tapemap_control *first_control(const struct change *change)
{
    return tape_control(change->first);
}

static uint64_t head_of(const struct tape *tape)
{
    return load_acquire_u64(&tape_control(tape)->head);
}

static uint64_t gap_frames_of(const struct tape *tape)
{
    return load_acquire_u64(&tape_control(tape)->gap_frames);
}

static void goes_on_in_another_format_with_no_time_lost(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 0);
    deliver(&change, 300);
    lose(&change);
    assert_true(tick(&change, 200));
    replace(&change);
    assert_true(tick(&change, 30));
    announce(&change, &other_format);
    deliver(&change, 100);
    assert_int_equal(head_of(change.first), 5 * RATE);
    assert_int_equal(head_of(change.next), 13 * OTHER_RATE / 10);
    assert_int_equal(gap_frames_of(change.first), 2 * RATE);
    /* With the packet that said that the device is back. */
    assert_int_equal(gap_frames_of(change.next), 31 * OTHER_RATE / 100);
    assert_int_equal(load_acquire_u64(&first_control(&change)->next_tape_id),
                     tape_control(change.next)->tape_id);
    assert_string_equal(first_control(&change)->next_path, "next.wav");
    assert_int_equal(tape_control(change.next)->series_position, 0);
    assert_int_equal(tape_control(change.next)->created_utc_ns,
                     first_control(&change)->created_utc_ns + UINT64_C(5000000000));
    assert_int_equal(deck_found_at(change.script.deck) - deck_lost_at(change.script.deck),
                     231 * OTHER_RATE / 100);
    assert_int_equal(load_acquire_u64(&tape_control(change.next)->state),
                     TAPEMAP_STATE_RECORDING);
    close_all(&change);
}

/* A machine slept: hours of silence are due, of which a tick takes seconds. */
static void silence_that_is_still_due_goes_over_in_the_new_rate(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 0);
    deliver(&change, 100);
    lose(&change);
    assert_true(tick(&change, 1));
    script_advance_ms(&change.script, 60000);
    assert_true(deck_tick(change.script.deck, change.script.now));
    uint64_t out = head_of(change.first);
    assert_true(out < 61 * RATE);
    replace(&change);
    assert_int_equal(head_of(change.first), out);
    assert_true(tick(&change, 100));
    /* 1.01 s, 60 s and the second of those ticks, less what the first tape has. */
    uint64_t rest = (UINT64_C(6201) * RATE / 100 - out) * OTHER_RATE / RATE;
    assert_in_range(head_of(change.next), rest - 1, rest + 1);
    assert_int_equal(tape_control(change.next)->created_utc_ns,
                     first_control(&change)->created_utc_ns + out * UINT64_C(1000000) / 48);
    close_all(&change);
}

static void a_source_in_the_old_format_is_not_let_in(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 0);
    struct audio_format format = deck_format(change.script.deck);
    deliver(&change, 100);
    lose(&change);
    assert_true(tick(&change, 100));
    replace(&change);
    uint64_t number = announce(&change, &format);
    assert_int_equal(deck_lost_source(change.script.deck), number);
    static const int16_t frames[2 * RATE / 100] = {1};
    deck_sink_frames(change.script.deck, frames, RATE / 100, change.script.now.clock);
    assert_true(tick(&change, 100));
    deck_sink_frames(change.script.deck, frames, RATE / 100, change.script.now.clock);
    assert_int_equal(head_of(change.next), gap_frames_of(change.next));
    assert_true(deck_is_lost(change.script.deck));
    close_all(&change);
}

static void a_source_back_as_it_was_withdraws_the_wish(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 0);
    struct audio_format format = deck_format(change.script.deck);
    deliver(&change, 100);
    lose(&change);
    assert_true(tick(&change, 100));
    deck_request_format(change.script.deck, &other_format);
    announce(&change, &format);
    assert_false(deck_wants_format(change.script.deck, &format));
    assert_false(deck_may_replace(change.script.deck));
    close_all(&change);
}

static void a_paused_deck_changes_once_it_goes_on(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 0);
    deliver(&change, 100);
    lose(&change);
    deck_request_pause(change.script.deck, true);
    assert_true(tick(&change, 10));
    assert_false(deck_may_replace(change.script.deck));
    deck_request_pause(change.script.deck, false);
    assert_true(tick(&change, 2));
    assert_true(deck_may_replace(change.script.deck));
    close_all(&change);
}

static void a_duration_is_that_of_both_formats_together(void **state)
{
    (void)state;
    struct change change;
    open_device(&change, 10 * RATE);
    deliver(&change, 300);
    lose(&change);
    assert_true(tick(&change, 100));
    replace(&change);
    announce(&change, &other_format);
    deliver(&change, 700);
    assert_int_equal(head_of(change.first), 4 * RATE);
    assert_int_equal(head_of(change.next), 6 * OTHER_RATE);
    assert_false(tick(&change, 1));
    deck_end(change.script.deck, change.script.now);
    assert_int_equal(load_acquire_u64(&tape_control(change.next)->reason),
                     TAPEMAP_REASON_DURATION);
    close_all(&change);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_in_another_format_with_no_time_lost),
        cmocka_unit_test(silence_that_is_still_due_goes_over_in_the_new_rate),
        cmocka_unit_test(a_source_in_the_old_format_is_not_let_in),
        cmocka_unit_test(a_source_back_as_it_was_withdraws_the_wish),
        cmocka_unit_test(a_paused_deck_changes_once_it_goes_on),
        cmocka_unit_test(a_duration_is_that_of_both_formats_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
