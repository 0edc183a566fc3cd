/* SPDX-License-Identifier: MIT */
/* What is told of a deck, from a tape with a scripted clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck_news.h"
#include "guard_store.h"
#include "scripted_tape.h"

#define PACKET 480u

static void open_script(struct scripted_tape *script, struct deck_news *news)
{
    script_prepare(script, 1u << 30, false);
    script->config.tape.window_bytes = 16u << 20; /* no gap is split at a window's end */
    script_open(script);
    deck_news_begin(news, deck_tape(script->deck));
}

static bool next(struct scripted_tape *script, struct deck_news *news, struct news *found)
{
    return deck_news_next(news, deck_tape(script->deck), script->index, found);
}

static void expect(struct scripted_tape *script, struct deck_news *news, enum log_level level,
                   const char *text)
{
    struct news found;

    assert_true(next(script, news, &found));
    if (strncmp(found.text, text, strlen(text)) != 0)
        fail_msg("expected '%s', found '%s'", text, found.text);
    assert_int_equal(found.level, level);
}

static void expect_nothing(struct scripted_tape *script, struct deck_news *news)
{
    struct news found;

    if (next(script, news, &found))
        fail_msg("expected nothing, found '%s'", found.text);
}

static void record_some(struct scripted_tape *script)
{
    script_record_to(script, script_head(script) + 10 * PACKET, PACKET);
}

static void tells_the_beginning_once_and_the_end_with_its_reason(void **state)
{
    struct scripted_tape script;
    struct deck_news news;

    (void)state;
    open_script(&script, &news);
    expect_nothing(&script, &news);
    record_some(&script);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    record_some(&script);
    expect_nothing(&script, &news);
    deck_end(script.deck, script.now);
    expect(&script, &news, LOG_INFORMATION,
           "ended (requested) at frame 9600: stopped on request");
    expect_nothing(&script, &news);
    script_close(&script);
}

static void an_end_that_nobody_asked_for_is_an_error(void **state)
{
    struct scripted_tape script;
    struct deck_news news;

    (void)state;
    open_script(&script, &news);
    record_some(&script);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    deck_request_end(script.deck, TAPEMAP_REASON_FAILURE, "the moon fell; look up");
    deck_end(script.deck, script.now);
    expect(&script, &news, LOG_ERROR, "ended (failure) at frame 4800: the moon fell; look up");
    script_close(&script);
}

static void the_end_comes_after_what_led_to_it(void **state)
{
    struct scripted_tape script;
    struct deck_news news;

    (void)state;
    open_script(&script, &news);
    record_some(&script);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    tape_journal(deck_tape(script.deck), TAPEMAP_RECORD_SOURCE, 4800, 0, "gone", script.now);
    deck_request_end(script.deck, TAPEMAP_REASON_SOURCE_LOST, NULL);
    deck_end(script.deck, script.now);
    expect(&script, &news, LOG_WARNING, "the source is lost at frame 4800: gone");
    expect(&script, &news, LOG_ERROR, "ended (source-lost) at frame 4800: ");
    expect_nothing(&script, &news);
    script_close(&script);
}

static void tells_of_gaps_above_a_second_and_no_others(void **state)
{
    struct scripted_tape script;
    struct deck_news news;

    (void)state;
    open_script(&script, &news);
    record_some(&script);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    tape_insert_silence(deck_tape(script.deck), SCRIPT_RATE_HZ, 4800);
    record_some(&script);
    expect_nothing(&script, &news);
    uint64_t head = script_head(&script);
    tape_insert_silence(deck_tape(script.deck), SCRIPT_RATE_HZ + SCRIPT_RATE_HZ / 2, head);
    script_append_ramp(&script, PACKET);
    record_some(&script);
    expect(&script, &news, LOG_WARNING, "a gap of 0:01.5 at frame ");
    expect_nothing(&script, &news);
    script_close(&script);
}

static void tells_of_a_source_lost_and_found_and_of_warnings_in_order(void **state)
{
    struct scripted_tape script;
    struct deck_news news;
    struct tape *tape;

    (void)state;
    open_script(&script, &news);
    tape = deck_tape(script.deck);
    record_some(&script);
    tape_journal(tape, TAPEMAP_RECORD_SOURCE, 4800, 0, "the source went away", script.now);
    tape_journal(tape, TAPEMAP_RECORD_MARK, 4800, 0, "somebody's mark", script.now);
    tape_journal(tape, TAPEMAP_RECORD_SOURCE, 4800, 1, "a microphone", script.now);
    tape_journal(tape, TAPEMAP_RECORD_WARNING, 4800, 1, "nothing but zeros", script.now);
    tape_journal(tape, TAPEMAP_RECORD_WARNING, 4800, 0, "sound again", script.now);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    expect(&script, &news, LOG_WARNING,
           "the source is lost at frame 4800: the source went away");
    expect(&script, &news, LOG_INFORMATION, "from frame 4800 on it records a microphone");
    expect(&script, &news, LOG_WARNING, "warning: nothing but zeros");
    expect(&script, &news, LOG_INFORMATION, "sound again");
    expect_nothing(&script, &news);
    script_close(&script);
}

static void tells_of_a_full_disk_and_of_room_again(void **state)
{
    struct scripted_tape script;
    struct deck_news news;
    struct news found;

    (void)state;
    open_script(&script, &news);
    record_some(&script);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    tape_set_state(deck_tape(script.deck), TAPEMAP_STATE_WAITING, NULL, script.now);
    assert_true(next(&script, &news, &found));
    assert_string_equal(found.text,
                        "the disk is full at frame 4800; make room, and recording goes on");
    assert_true(found.is_for_screen);
    tape_set_state(deck_tape(script.deck), TAPEMAP_STATE_RECORDING, NULL, script.now);
    assert_true(next(&script, &news, &found));
    assert_string_equal(found.text, "there is room again");
    assert_true(found.is_for_screen);
    script_close(&script);
}

static void leaves_out_what_was_overwritten_and_what_was_there_before(void **state)
{
    struct scripted_tape script;
    struct deck_news news;
    struct tape *tape;
    uint64_t capacity;

    (void)state;
    open_script(&script, &news);
    tape = deck_tape(script.deck);
    record_some(&script);
    tape_journal(tape, TAPEMAP_RECORD_SOURCE, 0, 0, "before", script.now);
    deck_news_begin(&news, tape);
    expect(&script, &news, LOG_INFORMATION, "recording ");
    expect_nothing(&script, &news);
    tape_journal(tape, TAPEMAP_RECORD_SOURCE, 0, 0, "overwritten", script.now);
    capacity = tape_index(tape)->journal.capacity;
    for (uint64_t i = 0; i < capacity; i++)
        tape_journal(tape, TAPEMAP_RECORD_MARK, 0, 0, "x", script.now);
    tape_journal(tape, TAPEMAP_RECORD_SOURCE, 7, 0, "newest", script.now);
    expect(&script, &news, LOG_WARNING, "the source is lost at frame 7: newest");
    expect_nothing(&script, &news);
    script_close(&script);
}

static void another_tape_is_told_from_its_beginning(void **state)
{
    struct scripted_tape first;
    struct scripted_tape second;
    struct deck_news news;

    (void)state;
    open_script(&first, &news);
    record_some(&first);
    expect(&first, &news, LOG_INFORMATION, "recording ");
    script_prepare(&second, 1u << 30, false);
    second.config.tape.tape_id = first.config.tape.tape_id + 1;
    script_open(&second);
    tape_journal(deck_tape(second.deck), TAPEMAP_RECORD_SOURCE, 0, 1, "new", second.now);
    record_some(&second);
    expect(&second, &news, LOG_INFORMATION, "recording ");
    expect(&second, &news, LOG_INFORMATION, "from frame 0 on it records new");
    expect_nothing(&second, &news);
    script_close(&first);
    script_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_beginning_once_and_the_end_with_its_reason),
        cmocka_unit_test(an_end_that_nobody_asked_for_is_an_error),
        cmocka_unit_test(the_end_comes_after_what_led_to_it),
        cmocka_unit_test(tells_of_gaps_above_a_second_and_no_others),
        cmocka_unit_test(tells_of_a_source_lost_and_found_and_of_warnings_in_order),
        cmocka_unit_test(tells_of_a_full_disk_and_of_room_again),
        cmocka_unit_test(leaves_out_what_was_overwritten_and_what_was_there_before),
        cmocka_unit_test(another_tape_is_told_from_its_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
