/* SPDX-License-Identifier: MIT */
#include "play_session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "cli_fail.h"
#include "cli_interrupt.h"
#include "keys.h"
#include "quantity.h"
#include "steady_clock.h"
#include "terminal.h"

#define PLAY_STEP_MS 5u
#define PLAY_LEAD_IN_MS 20u
#define PLAY_MOST_LATE_S 1u
#define PLAY_PATIENCE_NS 10000000000u
#define PLAY_HELD_BEHIND_NS 100000000u /* what a sound server keeps beside the device */

enum play_turn {
    PLAY_GOES_ON,
    PLAY_IS_DONE,
    PLAY_HAS_FAILED, /* and has said so */
};

uint64_t play_now_ns(void)
{
    return quantity_scale(steady_clock_now(), 1000000000u, steady_clock_hz());
}

struct follower_view play_view(const struct play *play)
{
    const struct output_facts *facts = output_facts(play->output);
    uint64_t ask = load_relaxed_u64(&play->queue->largest_ask);
    uint64_t guess = quantity_scale(facts->latency_ns, facts->rate_hz, 4000000000u);

    return (struct follower_view){
        .now_ns = play_now_ns(),
        .head = tapemap_head(play->tape.handle),
        .position = play->position,
        .end = play->to,
        .queued = play_queue_level(play->queue),
        .largest_ask = ask > 0 ? ask : guess,
        .is_growing = play->standing != TAPEMAP_E_ENDED,
    };
}

uint64_t play_heard(const struct play *play)
{
    struct follower_view view = play_view(play);
    uint64_t heard = follower_heard(&play->follower, &view);
    uint64_t delay = quantity_scale(output_facts(play->output)->latency_ns,
                                    play->tape.info.sample_rate_hz, 1000000000u);

    return heard > delay ? heard - delay : 0;
}

/* ---- Where on the tape ---------------------------------------------------------------------- */

static void play_look(struct play *play)
{
    uint64_t head = tapemap_head(play->tape.handle);

    play->standing = tapemap_wait(play->tape.handle, head + 1, 0);
    if (play->standing == TAPEMAP_OK) /* it has moved meanwhile */
        play->standing = TAPEMAP_E_TIMEOUT;
    if (play->standing == TAPEMAP_E_TIMEOUT)
        play->is_stall_said = false;
}

/* The latest position from which it plays on without a wait. */
static uint64_t play_latest(const struct play *play)
{
    struct follower_view view = play_view(play);
    uint64_t distance = follower_distance(&play->follower, view.largest_ask);

    if (!view.is_growing)
        return view.head;
    return view.head > distance ? view.head - distance : 0;
}

void play_jump(struct play *play, uint64_t position)
{
    uint64_t first = cli_tape_beginning(&play->tape);
    uint64_t last = play_latest(play);

    if (position > last)
        position = last;
    play->position = position > first ? position : first;
    play->is_over = false;
    play_feed_forget(play->feed);
    play_queue_discard(play->queue);
    play_queue_set_mode(play->queue, PLAY_QUEUE_IDLE);
    follower_jumped(&play->follower);
    play->shown_ns = 0;
}

static void play_skip(struct play *play)
{
    uint64_t next = cli_tape_beginning(&play->tape);

    if (next <= play->position)
        return;
    play->overwritten.frames += next - play->position;
    play->position = next;
    follower_jumped(&play->follower);
}

/* ---- From tape to tape ---------------------------------------------------------------------- */

/* What depends on the tape's format. */
static bool play_prepare(struct play *play)
{
    const struct tapemap_info *info = &play->tape.info;
    const struct output_facts *facts = output_facts(play->output);
    struct follower_config config = {
        .tape_rate_hz = info->sample_rate_hz,
        .output_rate_hz = facts->rate_hz,
        .speed = play->options->speed,
        .burst_ns = info->input_latency_ns,
        .swallowed_ns = load_relaxed_u64(&play->queue->asked) == 0 ? facts->latency_ns : 0,
    };

    play_feed_destroy(play->feed);
    free(play->frames);
    play->feed = play_feed_create(info->channels, play->queue);
    play->frames = malloc((size_t)PLAY_FEED_FRAMES * info->channels * sizeof *play->frames);
    follower_init(&play->follower, &config);
    if (info->channels > facts->channels)
        cli_note("%s: its %u channels are mixed down to the %u of '%s': channel 1, %u ... to the "
                 "first, and so on", play->tape.label, (unsigned)info->channels,
                 (unsigned)facts->channels, facts->device.name, (unsigned)facts->channels + 1);
    return play->feed && play->frames;
}

enum tapemap_status play_go_over(struct play *play)
{
    struct tapemap_info left = play->tape.info;
    uint64_t head = tapemap_head(play->tape.handle);

    play_tell_overwritten(play, true); /* while it has the name of this tape */
    enum tapemap_status status = cli_tape_open_next(&play->tape);
    if (status != TAPEMAP_OK)
        return status;
    play->position = play->position > head ? play->position - head : 0;
    if (play->to != UINT64_MAX)
        play->to = play->to > head ? play->to - head : 0;
    cli_tape_note_seam(&play->tape, &left, head);
    play_look(play);
    if (cli_tape_formats_agree(&left, &play->tape.info))
        return TAPEMAP_OK;
    play_feed_finish(play->feed);
    return play_prepare(play) ? TAPEMAP_OK : TAPEMAP_E_MEMORY;
}

/* Everything that the tape holds was read, and it does not grow. */
static enum play_turn play_end_tape(struct play *play)
{
    if (play->position < play->to) {
        enum tapemap_status status = play_go_over(play);
        if (status == TAPEMAP_OK)
            return PLAY_GOES_ON;
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
    struct tapemap_now now;

    tapemap_get_now(play->tape.handle, &now);
    if (now.is_stalled && now.heartbeat_age_ns >= PLAY_PATIENCE_NS) {
        cli_fail("cannot go on playing %s: its recorder shows no sign of life for %" PRIu64
                 " seconds; see whether it still runs", play->tape.label,
                 now.heartbeat_age_ns / 1000000000u);
        return PLAY_HAS_FAILED;
    }
    if (!play->is_stall_said)
        cli_note("%s: its recorder shows no sign of life; waiting for it", play->tape.label);
    play->is_stall_said = true;
    return PLAY_GOES_ON;
}

/* ---- Playing -------------------------------------------------------------------------------- */

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
    play_queue_set_mode(play->queue, play->step.state == FOLLOWER_WAITS ? PLAY_QUEUE_IDLE
                                                                       : PLAY_QUEUE_RUNNING);
    bool is_read = play->position >= tapemap_head(play->tape.handle);
    if (play->position >= play->to || (is_read && play->standing == TAPEMAP_E_ENDED))
        return play_end_tape(play);
    if (is_read && play->standing == TAPEMAP_E_STALLED)
        return play_sit_out_stall(play);
    return PLAY_GOES_ON;
}

/* The device still plays what it took from the queue. It asks as fast as it plays: so that is over
   when it has taken as much silence as it can hold, which may be more than it says. */
static void play_drain(const struct play *play)
{
    const struct output_facts *facts = output_facts(play->output);
    uint64_t held_ns = 2 * facts->latency_ns + PLAY_HELD_BEHIND_NS;
    uint64_t until = load_relaxed_u64(&play->queue->asked) +
                     2 * load_relaxed_u64(&play->queue->largest_ask) +
                     quantity_scale(held_ns, facts->rate_hz, 1000000000u);
    uint64_t given_up_ns = play_now_ns() + PLAY_PATIENCE_NS;

    while (load_relaxed_u64(&play->queue->asked) < until && play_now_ns() < given_up_ns &&
           !output_is_lost(play->output) && !cli_interrupted())
        steady_clock_sleep_ms(PLAY_STEP_MS);
}

static enum play_turn play_once(struct play *play)
{
    play_obey_keys(play);
    if (play->is_quit || cli_interrupted())
        return PLAY_IS_DONE;
    if (output_is_lost(play->output)) {
        cli_fail("cannot go on playing %s: the device '%s' went away; see 'tapemap play --devices'",
                 play->tape.label, output_facts(play->output)->device.name);
        return PLAY_HAS_FAILED;
    }
    if (play->is_paused)
        play_queue_set_mode(play->queue, PLAY_QUEUE_PAUSED);
    else if (!play->is_over)
        return play_take_turn(play);
    else if (play_queue_level(play->queue) == 0)
        return PLAY_IS_DONE;
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
    if (turn == PLAY_IS_DONE && play->is_over && !play->is_quit)
        play_drain(play);
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
    return CLI_DONE;
}

/* Some devices swallow the first they get. */
static void play_lead_in(struct play *play)
{
    static const float silence[TAPEMAP_MAX_CHANNELS];
    uint64_t frames =
        (uint64_t)output_facts(play->output)->rate_hz * PLAY_LEAD_IN_MS / 1000u;

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
        return cli_fail_status(TAPEMAP_E_MEMORY, "cannot play %s", play->tape.label);
    uint64_t latest = play_latest(play);
    uint64_t first = cli_tape_beginning(&play->tape);
    uint64_t head = tapemap_head(play->tape.handle);
    if (play->position > latest && play->position <= head) /* nearer than it can be followed */
        play->position = latest > first ? latest : first;
    play_lead_in(play);
    if (play_take_turn(play) == PLAY_HAS_FAILED)
        return CLI_FAILED;
    if (!output_start(play->output, &problem))
        return cli_fail("cannot play %s on '%s': %s", play->tape.label,
                        output_facts(play->output)->device.name, problem.text);
    return CLI_DONE;
}

int play_tape(struct play *play)
{
    play_look(play);
    int code = play_find_range(play);

    if (code != CLI_DONE)
        return code;
    cli_interrupt_watch(false);
    play->wants_head = play->standing != TAPEMAP_E_ENDED && play->options->speed == 1 &&
                       (!play->options->from || strcmp(play->options->from, "now") == 0);
    play->has_line = terminal_columns(TERMINAL_ERROR) > 0;
    code = play_start(play);
    play->has_keys = code == CLI_DONE && keys_begin();
    if (code == CLI_DONE)
        code = play_until_end(play);
    if (play->has_keys)
        keys_end();
    output_close(play->output);
    play_feed_destroy(play->feed);
    free(play->frames);
    return code;
}
