/* SPDX-License-Identifier: MIT */
/* What a person does while a tape is played, and sees. */
#include <stdio.h>

#include "cli_fail.h"
#include "keys.h"
#include "local_time.h"
#include "play_line.h"
#include "play_session.h"
#include "terminal.h"

#define PLAY_JUMP_S 10u
#define PLAY_MESSAGE_NS 3000000000u
#define PLAY_SHOW_NS 100000000u

static const char play_keys_help[] =
    "  space        pause, go on          l, End  go to the head\n"
    "  left, right  10 seconds back, on   m       mark what is heard\n"
    "  q            quit                  ?       this text\n";

static void play_say(struct play *play, const char *message)
{
    snprintf(play->message, sizeof play->message, "%s", message);
    play->message_until_ns = play_now_ns() + PLAY_MESSAGE_NS;
    play->shown_ns = 0;
}

/* A mark belongs to the tape that is recorded now; there is nobody to write it into another. */
static void play_mark(struct play *play)
{
    char said[sizeof play->message] = "marking ...";

    if (play->standing == TAPEMAP_E_ENDED)
        snprintf(said, sizeof said, "not marked: this tape has ended");
    else
        play_marks_ask(&play->marks, &play->tape, play_heard(play), said, sizeof said);
    play_say(play, said);
}

static void play_take_answers(struct play *play)
{
    char said[sizeof play->message];

    while (play_marks_next(&play->marks, said, sizeof said))
        play_say(play, said);
}

static void play_to_head(struct play *play)
{
    /* A tape that its deck has left has no head to follow: the deck's newest one has. */
    while (play_go_over(play) == TAPEMAP_OK)
        ;
    if (play->is_broken)
        return;
    play_jump(play, tapemap_head(play->tape.handle));
    play->wants_head = play->follower.speed == 1;
}

static void play_toggle_pause(struct play *play)
{
    play->is_paused = !play->is_paused;
    play->wants_head = false; /* who pauses wants to hear what comes meanwhile */
    if (!play->is_paused)
        follower_jumped(&play->follower);
    play->shown_ns = 0;
}

static void play_obey_key(struct play *play, int key)
{
    uint64_t jump = (uint64_t)PLAY_JUMP_S * play->tape.info.sample_rate_hz;

    switch (key) {
    case ' ':
        play_toggle_pause(play);
        break;
    case KEY_LEFT:
        play->wants_head = false;
        play_jump_back(play, jump);
        break;
    case KEY_RIGHT:
        play->wants_head = false;
        play_jump_on(play, jump);
        break;
    case KEY_END:
    case 'l':
        play_to_head(play);
        break;
    case 'm':
        play_mark(play);
        break;
    case 'q':
        play->is_quit = true;
        break;
    case '?':
        cli_live_line(NULL);
        fputs(play_keys_help, stderr);
        play->shown_ns = 0;
        break;
    default:
        play_say(play, "? for help");
        break;
    }
}

void play_obey_keys(struct play *play)
{
    int key;

    play_take_answers(play);
    while (play->has_keys && !play->is_quit && !play->is_broken && (key = keys_next()) != KEY_NONE)
        play_obey_key(play, key);
}

static const char *play_state(const struct play *play)
{
    if (play->is_paused)
        return "paused";
    if (play->is_stall_said && play->position >= tapemap_head(play->tape.handle))
        return "waiting";
    if (play->is_over || play->step.state == FOLLOWER_PLAYS)
        return "playing";
    return play->step.state == FOLLOWER_LIVE ? "live" : "waiting";
}

void play_show(struct play *play)
{
    uint64_t now_ns = play_now_ns();
    char text[PLAY_LINE_BYTES];

    if (!play->has_line || (play->shown_ns != 0 && now_ns - play->shown_ns < PLAY_SHOW_NS))
        return;
    play->shown_ns = now_ns;
    struct play_line line = {
        .state = play_state(play),
        .position = play_heard(play),
        .head = tapemap_head(play->tape.handle),
        .rate_hz = play->tape.info.sample_rate_hz,
        .speed = play->follower.speed,
        .is_growing = play->standing != TAPEMAP_E_ENDED,
        .message = now_ns < play->message_until_ns ? play->message : "",
    };
    uint64_t utc_ns = 0;
    if (tapemap_utc_at(play->tape.handle, line.position, &utc_ns) == TAPEMAP_OK && utc_ns > 0)
        line.wall_ns = utc_ns + (uint64_t)local_time_offset_ns(utc_ns);
    cli_live_line(play_line(&line, terminal_columns(TERMINAL_ERROR), text));
}
