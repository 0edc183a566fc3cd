/* SPDX-License-Identifier: MIT */
#include "play_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "cli_fail.h"
#include "cli_interrupt.h"
#include "cli_range.h"
#include "errand.h"
#include "keys.h"
#include "program.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"

#define PLAY_STEP_MS 5u
#define PLAY_LEAD_IN_MS 20u
#define PLAY_MOST_LATE_S 1u
#define PLAY_PATIENCE_NS 10000000000u
#define PLAY_STILL_NS 2000000000u
#define PLAY_CLOSE_MS 3000u
#define PLAY_HELD_BEHIND_NS 100000000u /* what a sound server keeps beside the device */

enum play_turn {
    PLAY_GOES_ON,
    PLAY_IS_DONE,
    PLAY_HAS_FAILED, /* and has said so */
};

/* Everything that the tape holds was read, and it does not grow. */
static enum play_turn play_end_tape(struct play *play)
{
    if (play->position < play->to) {
        enum tapemap_status status = play_go_over(play);
        if (status == TAPEMAP_OK)
            return PLAY_GOES_ON;
        if (play->is_broken)
            return PLAY_HAS_FAILED;
        if (status != TAPEMAP_E_NO_TAPE) {
            cli_tape_fail_next(&play->tape, "cannot go on playing", status);
            return PLAY_HAS_FAILED;
        }
    }
    play_feed_finish(play->feed);
    play_queue_set_mode(play->queue, PLAY_QUEUE_IDLE);
    play->is_over = true;
    return PLAY_GOES_ON;
}

static enum play_turn play_sit_out_stall(struct play *play)
{
    bool was_said = play->is_stall_said;

    if (!cli_tape_is_awaited(&play->tape, &play->is_stall_said)) {
        cli_tape_fail_stalled(&play->tape, "cannot go on playing");
        return PLAY_HAS_FAILED;
    }
    if (!was_said)
        play_feed_finish(play->feed);
    return PLAY_GOES_ON;
}

/* ---- Playing -------------------------------------------------------------------------------- */

static void play_skip(struct play *play)
{
    uint64_t next = cli_tape_beginning(&play->tape);

    if (next > play->to)
        next = play->to;
    if (next <= play->position)
        return;
    play->overwritten.frames += next - play->position;
    play->position = next;
    follower_jumped(&play->follower);
}

/* Copies before it plays: what is in the queue cannot be taken back when a ring overwrote it. */
static enum play_turn play_feed_block(struct play *play, uint64_t count)
{
    enum tapemap_status status =
        tapemap_read_float(play->tape.handle, play->position, count, play->frames);

    if (status == TAPEMAP_E_OVERWRITTEN) {
        play_skip(play);
        return PLAY_GOES_ON;
    }
    if (status != TAPEMAP_OK) {
        cli_fail_status(status, "cannot read frame %" PRIu64 " of %s", play->position,
                        play->tape.label);
        return PLAY_HAS_FAILED;
    }
    play_feed_push(play->feed, play->frames, count, play->step.ratio);
    play->position += count;
    return PLAY_GOES_ON;
}

static enum play_turn play_feed_step(struct play *play)
{
    uint64_t end = play->position + play->step.frames;

    while (play->position < end) {
        uint64_t before = play->position;
        uint64_t count = end - before < PLAY_FEED_FRAMES ? end - before : PLAY_FEED_FRAMES;
        enum play_turn turn = play_feed_block(play, count);
        if (turn != PLAY_GOES_ON || play->position != before + count)
            return turn;
    }
    return PLAY_GOES_ON;
}

static void play_count_underruns(struct play *play)
{
    uint64_t underruns = load_relaxed_u64(&play->queue->underruns);

    if (underruns != play->underruns_seen)
        follower_underran(&play->follower);
    play->underruns_seen = underruns;
}

/* Where live was asked for and the output, or the recorder, stood still for more than a second. */
static void play_catch_up(struct play *play)
{
    struct follower_view view = play_view(play);
    uint64_t heard = follower_heard(&play->follower, &view);
    uint64_t distance = follower_distance(&play->follower, view.largest_ask);
    uint64_t most = distance + (uint64_t)PLAY_MOST_LATE_S * play->tape.info.sample_rate_hz;

    if (!play->wants_head || !view.is_growing || view.head <= heard || view.head - heard <= most)
        return;
    uint64_t before = play->position;
    play_jump(play, view.head);
    cli_note("%s: fell behind the head; %" PRIu64 " frames from frame %" PRIu64 " on are passed "
             "over", play->tape.label, play->position > before ? play->position - before : 0,
             before);
}

/* One look at everything, and what follows from it. */
static enum play_turn play_take_turn(struct play *play)
{
    enum follower_state before = play->step.state;

    play_look(play);
    play_count_underruns(play);
    play_catch_up(play);
    struct follower_view view = play_view(play);
    play->step = follower_step(&play->follower, &view);
    if (play->step.state == FOLLOWER_WAITS && before != FOLLOWER_WAITS)
        play->waits++;
    enum play_turn turn = play_feed_step(play);
    if (turn != PLAY_GOES_ON)
        return turn;
    bool is_read = play->position >= tapemap_head(play->tape.handle);
    bool is_dry = play->step.state == FOLLOWER_WAITS ||
                  (is_read && play->standing == TAPEMAP_E_STALLED);
    play_queue_set_mode(play->queue, is_dry ? PLAY_QUEUE_IDLE : PLAY_QUEUE_RUNNING);
    if (play->position >= play->to || (is_read && play->standing == TAPEMAP_E_ENDED))
        return play_end_tape(play);
    if (is_read && play->standing == TAPEMAP_E_STALLED)
        return play_sit_out_stall(play);
    return PLAY_GOES_ON;
}

/* The device still plays what it took from the queue. It asks as fast as it plays: so that is over
   when it has taken as much silence as it can hold, which may be more than it says. */
static enum play_turn play_drain(struct play *play)
{
    const struct output_facts *facts = output_facts(play->output);
    uint64_t held_ns = 2 * facts->latency_ns + PLAY_HELD_BEHIND_NS;
    uint64_t asked = load_relaxed_u64(&play->queue->asked);

    if (play->drained_at == 0)
        play->drained_at = asked + 2 * load_relaxed_u64(&play->queue->largest_ask) +
                           quantity_scale(held_ns, facts->rate_hz, 1000000000u);
    return asked < play->drained_at ? PLAY_GOES_ON : PLAY_IS_DONE;
}

/* A device may end by itself, or take no more and say nothing. */
static enum play_turn play_watch_device(struct play *play)
{
    const char *name = output_facts(play->output)->device.name;
    uint64_t still_ns = output_pulse_look(&play->pulse, load_relaxed_u64(&play->queue->asked),
                                          play_now_ns());

    if (output_is_lost(play->output)) {
        cli_fail("cannot go on playing %s: the device '%s' went away; see 'tapemap play --devices'",
                 play->tape.label, name);
        return PLAY_HAS_FAILED;
    }
    if (still_ns >= PLAY_PATIENCE_NS) {
        cli_fail("cannot go on playing %s: the device '%s' has taken no sound for %u seconds; see "
                 "whether the sound system still runs", play->tape.label, name,
                 (unsigned)(PLAY_PATIENCE_NS / 1000000000u));
        return PLAY_HAS_FAILED;
    }
    bool is_still = still_ns >= PLAY_STILL_NS;
    if (is_still && !play->is_still_said)
        cli_note("%s: the device '%s' takes no sound; waiting for it", play->tape.label, name);
    play->is_still_said = is_still;
    return PLAY_GOES_ON;
}

static enum play_turn play_once(struct play *play)
{
    play_obey_keys(play);
    if (play->is_broken)
        return PLAY_HAS_FAILED;
    if (play->is_quit || cli_interrupted())
        return PLAY_IS_DONE;
    if (play_watch_device(play) == PLAY_HAS_FAILED)
        return PLAY_HAS_FAILED;
    if (play->is_paused)
        play_queue_set_mode(play->queue, PLAY_QUEUE_PAUSED);
    else if (!play->is_over)
        return play_take_turn(play);
    else if (play_queue_level(play->queue) == 0)
        return play_drain(play);
    else
        play_queue_set_mode(play->queue, PLAY_QUEUE_IDLE); /* after a pause */
    return PLAY_GOES_ON;
}

static int play_until_end(struct play *play)
{
    enum play_turn turn = PLAY_GOES_ON;
    bool is_told = !play->options->is_verbose;

    while ((turn = play_once(play)) == PLAY_GOES_ON) {
        play_tell_overwritten(play, false);
        play_show(play);
        if (!is_told && load_relaxed_u64(&play->queue->first_clock) != 0) {
            play_tell_start(play);
            is_told = true;
        }
        steady_clock_sleep_ms(PLAY_STEP_MS);
    }
    cli_live_line(NULL);
    play_tell_overwritten(play, true);
    play_marks_finish(&play->marks);
    if (play->options->is_verbose)
        play_tell_end(play);
    return turn == PLAY_HAS_FAILED ? CLI_FAILED : CLI_DONE;
}

/* ---- Beginning ------------------------------------------------------------------------------ */

static int play_find_range(struct play *play)
{
    const struct play_options *options = play->options;
    const char *from = options->from;
    int code = CLI_DONE;

    play->to = UINT64_MAX;
    if (!from)
        from = play->standing == TAPEMAP_E_ENDED ? "start" : "now";
    code = cli_tape_position(&play->tape, "--from", from, &play->position);
    if (code == CLI_DONE && options->to)
        code = cli_tape_position_after(&play->tape, "--to", options->to, play->position,
                                       &play->to);
    if (code != CLI_DONE)
        return code;
    uint64_t head = tapemap_head(play->tape.handle);
    bool is_never = play->standing == TAPEMAP_E_ENDED && play->position >= head;
    if (play->to <= play->position || is_never)
        return cli_fail("cannot play %s: from frame %" PRIu64 " to frame %" PRIu64 " there is "
                        "nothing; give a --from before --to and before the end", play->tape.label,
                        play->position, play->to < head ? play->to : head);
    if (play->to > cli_tape_beginning(&play->tape)) {
        cli_tape_note_coming(&play->tape, from, play->position);
        return CLI_DONE;
    }
    char tried[sizeof play->tape.label + sizeof "cannot play "];
    snprintf(tried, sizeof tried, "cannot play %s", play->tape.label);
    return cli_range_fail_overwritten(&play->tape, tried, play->position);
}

/* Some devices swallow the first they get. */
static void play_lead_in(struct play *play)
{
    static const float silence[TAPEMAP_MAX_CHANNELS] = {0};
    uint64_t frames =
        (uint64_t)output_facts(play->output)->rate_hz * PLAY_LEAD_IN_MS / 1000u;

    play->queue->lead_frames = frames;
    while (frames-- > 0)
        play_queue_put(play->queue, silence, 1);
}

/* What is to be heard first is in the queue before the device asks for it. */
static int play_start(struct play *play)
{
    struct device_problem problem;

    play->output = output_open(play->options->device, play->tape.info.channels, &problem);
    if (!play->output)
        return cli_fail("cannot play %s: %s", play->tape.label, problem.text);
    play->queue = output_queue(play->output);
    if (!play_prepare(play))
        return CLI_FAILED;
    uint64_t latest = play_latest(play);
    uint64_t first = cli_tape_beginning(&play->tape);
    uint64_t head = tapemap_head(play->tape.handle);
    if (play->position > latest && play->position <= head) /* nearer than it can be followed */
        play->position = latest > first ? latest : first;
    play->jumped_to = play->position;
    play_lead_in(play);
    if (play_take_turn(play) == PLAY_HAS_FAILED)
        return CLI_FAILED;
    if (!output_start(play->output, &problem))
        return cli_fail("cannot play %s on '%s': %s", play->tape.label,
                        output_facts(play->output)->device.name, problem.text);
    return CLI_DONE;
}

static void play_guard_closing(void *is_closed)
{
    for (unsigned ms = 0; ms < PLAY_CLOSE_MS; ms += PLAY_STEP_MS) {
        if (load_acquire_u64(is_closed) != 0)
            return;
        steady_clock_sleep_ms(PLAY_STEP_MS);
    }
    program_give_up(cli_has_failed() ? "" : "tapemap: cannot let go of the device: the sound "
                    "system does not answer; see whether it still runs\n", CLI_FAILED);
}

/* A sound system that has died may never answer that either. */
static void play_close_output(struct play *play)
{
    struct tapemap_shared_u64 is_closed = {0};
    struct errand *guard = play->output ? errand_start(play_guard_closing, &is_closed) : NULL;

    output_close(play->output);
    store_release_u64(&is_closed, 1);
    errand_destroy(guard);
}

int play_tape(struct play *play)
{
    play_look(play);
    int code = play_find_range(play);

    if (code != CLI_DONE)
        return code;
    play->wants_head = play->standing != TAPEMAP_E_ENDED && play->options->speed == 1 &&
                       (!play->options->from || strcmp(play->options->from, "now") == 0);
    play->has_line = terminal_columns(TERMINAL_ERROR) > 0;
    code = play_start(play); /* which Ctrl+C ends at once: a sound system may never answer */
    cli_interrupt_watch(false);
    play->has_keys = code == CLI_DONE && keys_begin();
    if (code == CLI_DONE)
        code = play_until_end(play);
    if (play->has_keys)
        keys_end();
    play_close_output(play);
    play_feed_destroy(play->feed);
    free(play->frames);
    return code;
}
