/* SPDX-License-Identifier: MIT */
/* Where on the tape is played, and from tape to tape. */
#include <stdlib.h>

#include "atomic64.h"
#include "cli_fail.h"
#include "play_session.h"
#include "quantity.h"
#include "steady_clock.h"

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
        /* Of one whose recorder stands still, all that there is is played. */
        .is_growing = play->standing != TAPEMAP_E_ENDED && play->standing != TAPEMAP_E_STALLED,
    };
}

uint64_t play_heard(const struct play *play)
{
    struct follower_view view = play_view(play);
    uint64_t heard = follower_heard(&play->follower, &view);
    uint64_t delay = quantity_scale(output_facts(play->output)->latency_ns,
                                    play->tape.info.sample_rate_hz, 1000000000u);

    heard = heard > delay ? heard - delay : 0;
    return heard > play->jumped_to ? heard : play->jumped_to;
}

/* ---- Where on the tape ---------------------------------------------------------------------- */

void play_look(struct play *play)
{
    uint64_t head = tapemap_head(play->tape.handle);

    play->standing = tapemap_wait(play->tape.handle, head + 1, 0);
    if (play->standing == TAPEMAP_OK) /* it has moved meanwhile */
        play->standing = TAPEMAP_E_TIMEOUT;
    if (play->standing == TAPEMAP_E_TIMEOUT && play->is_stall_said) {
        play->is_stall_said = false;
        follower_jumped(&play->follower); /* all was played: the distance has to come anew */
    }
}

uint64_t play_latest(const struct play *play)
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
    play->jumped_to = play->position;
    play->is_over = false;
    play->drained_at = 0;
    play_feed_forget(play->feed);
    play_queue_discard(play->queue);
    play_queue_set_mode(play->queue, PLAY_QUEUE_IDLE);
    follower_jumped(&play->follower);
    play->shown_ns = 0;
}

/* ---- From tape to tape ---------------------------------------------------------------------- */

static bool play_can_convert(struct play *play, double speed)
{
    double ratio = (double)output_facts(play->output)->rate_hz / play->tape.info.sample_rate_hz;

    /* A faster speed becomes 1 at the head. */
    return play_feed_can(ratio / speed) && play_feed_can(ratio);
}

bool play_prepare(struct play *play)
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

    play->is_broken = true;
    if (!play_can_convert(play, config.speed)) {
        cli_fail("cannot play %s: its %u Hz are too far from the %u Hz of '%s'; see 'tapemap play "
                 "--devices' for another", play->tape.label, (unsigned)config.tape_rate_hz,
                 (unsigned)facts->rate_hz, facts->device.name);
        return false;
    }
    play_feed_destroy(play->feed);
    free(play->frames);
    play->feed = play_feed_create(info->channels, play->queue);
    play->frames = malloc((size_t)PLAY_FEED_FRAMES * info->channels * sizeof *play->frames);
    play->is_broken = !play->feed || !play->frames;
    if (play->is_broken) {
        cli_fail_status(TAPEMAP_E_MEMORY, "cannot play %s", play->tape.label);
        return false;
    }
    follower_init(&play->follower, &config);
    if (info->channels > facts->channels)
        cli_note("%s: its %u channels are mixed down to the %u of '%s': channel 1, %u ... to the "
                 "first, and so on", play->tape.label, (unsigned)info->channels,
                 (unsigned)facts->channels, facts->device.name, (unsigned)facts->channels + 1);
    return true;
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
    play->jumped_to = 0;
    cli_tape_note_seam(&play->tape, &left, head);
    play_look(play);
    if (cli_tape_formats_agree(&left, &play->tape.info))
        return TAPEMAP_OK;
    play_feed_finish(play->feed);
    return play_prepare(play) ? TAPEMAP_OK : TAPEMAP_E_MEMORY;
}

void play_jump_on(struct play *play, uint64_t frames)
{
    play->position = play_heard(play) + frames;
    play_look(play);
    while (play->standing == TAPEMAP_E_ENDED &&
           play->position >= tapemap_head(play->tape.handle) && play_go_over(play) == TAPEMAP_OK)
        ;
    if (!play->is_broken)
        play_jump(play, play->position);
}

/* The tape that the present one joins: what was at 0 is at its head. Their formats are the same. */
static bool play_go_back(struct play *play)
{
    if (cli_tape_open_previous(&play->tape) != TAPEMAP_OK)
        return false;
    if (play->to != UINT64_MAX)
        play->to += tapemap_head(play->tape.handle);
    play_look(play);
    return true;
}

void play_jump_back(struct play *play, uint64_t frames)
{
    uint64_t at = play_heard(play);

    while (at < frames) {
        play_tell_overwritten(play, true); /* while it has the name of this tape */
        if (!play_go_back(play))
            break;
        at += tapemap_head(play->tape.handle);
    }
    play_jump(play, at > frames ? at - frames : 0);
}
