/* SPDX-License-Identifier: MIT */
/* The playing of one tape, and of those that its deck goes on with. */
#ifndef TAPEMAP_PLAY_SESSION_H
#define TAPEMAP_PLAY_SESSION_H

#include <stdbool.h>

#include "cli_tape.h"
#include "follower.h"
#include "output.h"
#include "output_pulse.h"
#include "play_feed.h"
#include "play_marks.h"

struct play_options {
    const char *from; /* NULL: the head of a tape that grows, else its beginning */
    const char *to;
    const char *device;
    double speed;
    bool is_verbose;
};

/* What the files of this verb share. */
struct play {
    const struct play_options *options;
    struct cli_tape tape;
    uint64_t position; /* read next */
    uint64_t jumped_to; /* nothing before it is heard any more; 0 after a seam */
    uint64_t to;       /* UINT64_MAX: no such end; on the present tape, like `position` */
    struct output *output;
    struct play_queue *queue;
    struct play_feed *feed;
    struct follower follower;
    struct follower_step step; /* the last one */
    float *frames; /* room for PLAY_FEED_FRAMES of the tape's channels */
    enum tapemap_status standing; /* TIMEOUT: the tape grows; ENDED; STALLED */
    bool has_keys;
    bool has_line;     /* stderr is a terminal */
    bool is_paused;
    bool wants_head;   /* live was asked for: what comes too late for that is passed over */
    bool is_over;      /* everything was read: only the queue is still to be heard */
    bool is_quit;
    bool is_stall_said;
    bool is_broken;    /* it cannot go on, and has said so */
    struct output_pulse pulse;
    bool is_still_said; /* that the device takes nothing */
    uint64_t drained_at; /* when the device has asked for so many frames, all is heard; 0: not yet
                            known */
    uint64_t underruns_seen;
    uint64_t waits;    /* times that the head was waited for after sound had begun */
    struct {
        uint64_t frames;    /* in all, that a ring overwrote before they were played */
        uint64_t said;      /* so many of them have been told of */
        uint64_t said_ns;   /* when that was; 0: never */
    } overwritten;
    struct play_marks marks;
    char message[64];
    uint64_t message_until_ns;
    uint64_t shown_ns;
};

/* Plays an open tape to its end. Returns an enum cli_exit; a failure has been said. */
int play_tape(struct play *play);

/* ---- Between play_session.c and the other play_*.c --------------------------------------- */

/* The steady clock, in nanoseconds. */
uint64_t play_now_ns(void);

/* How things stand. */
struct follower_view play_view(const struct play *play);

/* The position being heard, the output's own delay included. */
uint64_t play_heard(const struct play *play);

/* Sees whether the tape grows. */
void play_look(struct play *play);

/* The latest position from which it plays on without a wait. */
uint64_t play_latest(const struct play *play);

/* Makes what depends on the tape's format. false: it cannot, has said so, and is_broken is set. */
bool play_prepare(struct play *play);

/* Goes on playing at `position`, which is brought into the present tape's range, not nearer to a
   moving head than the follower goes. */
void play_jump(struct play *play, uint64_t position);

/* Goes on so many frames before, or behind, what is heard, over seams too. */
void play_jump_back(struct play *play, uint64_t frames);
void play_jump_on(struct play *play, uint64_t frames);

/* Goes over to the tape that the deck went on with. Returns as tapemap_open_next; not OK with
   is_broken: that tape cannot be played, which has been said. */
enum tapemap_status play_go_over(struct play *play);

/* Does what the keys that were pressed mean. */
void play_obey_keys(struct play *play);

/* Shows the line, ten times a second, where there is a terminal. */
void play_show(struct play *play);

/* Tells when sound began, and where. */
void play_tell_start(const struct play *play);

/* Tells how it went. */
void play_tell_end(const struct play *play);

/* Tells what the ring overwrote since it was told last, once a second at most; is_last: now. */
void play_tell_overwritten(struct play *play, bool is_last);

#endif
