/* SPDX-License-Identifier: MIT */
/* Losses, seams, pauses and full disks, as a generator has them: all time that is not paused is on
   the tapes, and every gap in the journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_series.h"

#define RATE SCRIPT_RATE_HZ
#define PACKET (RATE / 100)
#define TICKS 3000u
#define MOST_TAPES 40u

struct play {
    struct scripted_series series;
    uint32_t random;
    bool is_there; /* the device */
    bool is_paused;
    bool is_full;
    unsigned pauses; /* begun or ended */
    uint64_t paused_ticks;
};

static void open_device(struct play *play)
{
    play->series = (struct scripted_series){0};
    script_prepare(&play->series.script, 400 * RATE, false);
    play->series.script.config.is_clocked = true;
    play->series.script.config.keeps_time = true;
    play->series.script.config.waits_for_room = true;
    play->series.script.config.tape.is_file = true;
    play->series.script.config.tape.window_bytes = 16u << 20;
    play->series.script.is_written = true; /* the disk is full at once */
    series_open(&play->series);
    play->is_there = true;
    play->is_full = false;
    play->pauses = 0;
    play->paused_ticks = 0;
}

/* Ten milliseconds: the packet of them, captured until then, and a tick. */
static void pass(struct play *play)
{
    struct instant *now = &play->series.script.now;
    now->clock += SCRIPT_CLOCK_HZ / 100;
    if (play->is_there)
        series_push(&play->series, PACKET);
    now->clock -= SCRIPT_CLOCK_HZ / 100; /* series_tick lets it pass too */
    assert_true(series_tick(&play->series));
    play->paused_ticks += play->is_paused;
}

static void lose_or_find(struct play *play)
{
    struct deck *deck = play->series.script.deck;
    struct deck_source source = {"the device", true, false, {TAPEMAP_S16, 2, RATE}};
    play->is_there = !play->is_there;
    if (play->is_there)
        deck_source_starts(deck, &source);
    else
        deck_sink_lost(deck);
    assert_true(deck_tick(deck, play->series.script.now));
}

static void plan_seam(struct play *play, unsigned ahead)
{
    struct scripted_series *series = &play->series;
    uint64_t head = load_acquire_u64(&series_control(series, series->left)->head);
    if (series->made == MOST_TAPES || !deck_may_offer(series->script.deck))
        return;
    deck_set_boundary(series->script.deck, head + ahead);
    series_offer(series);
}

static void fill_or_empty_disk(struct play *play)
{
    struct store *audio = play->series.audio[play->series.left];
    play->is_full = !play->is_full;
    guard_store_limit(audio, play->is_full ? guard_store_committed_bytes(audio) : UINT64_MAX);
}

static void pause_or_go_on(struct play *play)
{
    play->is_paused = !play->is_paused;
    play->pauses++;
    deck_request_pause(play->series.script.deck, play->is_paused);
}

static void do_something(struct play *play, bool pauses)
{
    play->random = play->random * 1664525 + 1013904223;
    unsigned what = (play->random >> 16) % 400;
    if (what < 6)
        plan_seam(play, 1 + what * 100);
    else if (what < (play->is_there ? 12 : 24))
        lose_or_find(play);
    else if (what >= 24 && what < 28 && pauses)
        pause_or_go_on(play);
    else if (what >= 28 && what < (play->is_full ? 29 : 32)) /* for some seconds */
        fill_or_empty_disk(play);
}

/* Until nothing is owed any more. */
static void calm_down(struct play *play)
{
    if (play->is_paused)
        pause_or_go_on(play);
    pass(play);
    pass(play);
    for (unsigned tape = 0; tape < play->series.made; tape++)
        guard_store_limit(play->series.audio[tape], UINT64_MAX);
    if (!play->is_there)
        lose_or_find(play);
    for (unsigned i = 0; i < 700; i++)
        pass(play);
}

static void verify_gaps(const struct scripted_series *series, unsigned tape)
{
    const struct tapemap_control *control = series_control(series, tape);
    struct scripted_tape script = series->script;
    uint64_t count = 0;
    uint64_t frames = 0;
    uint64_t end = 0;
    script.audio = series->audio[tape];
    script.index = series->index[tape];
    for (uint64_t i = 0; i < script_records(&script); i++) {
        struct tapemap_record record = script_record(&script, i);
        if (record.kind != TAPEMAP_RECORD_GAP)
            continue;
        assert_true(record.position >= end);
        end = record.position + record.frames;
        count++;
        frames += record.frames;
    }
    assert_true(end <= load_acquire_u64(&control->head));
    assert_int_equal(count, load_acquire_u64(&control->gap_count));
    assert_int_equal(frames, load_acquire_u64(&control->gap_frames));
}

static void verify(struct play *play)
{
    struct scripted_series *series = &play->series;
    uint64_t frames = series_end(series);
    uint64_t ticks = (series->script.now.clock - SCRIPT_CLOCK_HZ) / (SCRIPT_CLOCK_HZ / 100);
    uint64_t due = (ticks - play->paused_ticks) * PACKET;
    /* A pause begins and ends somewhere in a packet. */
    assert_in_range(frames, due - play->pauses * PACKET, due + play->pauses * PACKET);
    for (unsigned tape = 0; tape <= series->left; tape++)
        verify_gaps(series, tape);
    series_close(series);
}

static void play_rounds(bool pauses)
{
    struct play play = {.random = 7};
    for (unsigned round = 0; round < 6; round++) {
        open_device(&play);
        for (unsigned i = 0; i < TICKS; i++) {
            do_something(&play, pauses);
            pass(&play);
        }
        calm_down(&play);
        verify(&play);
    }
}

static void time_is_kept_to_the_frame_over_losses_seams_and_full_disks(void **state)
{
    (void)state;
    play_rounds(false);
}

static void time_is_kept_over_pauses_too(void **state)
{
    (void)state;
    play_rounds(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_kept_to_the_frame_over_losses_seams_and_full_disks),
        cmocka_unit_test(time_is_kept_over_pauses_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
