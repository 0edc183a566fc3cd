/* SPDX-License-Identifier: MIT */
/*
 * When one deck's recorder is started, asked to stop and started again. It is told what happened
 * and says what is to be done; processes, pipes and clocks are its owner's.
 *
 *              start                 it ended otherwise
 *     STOPPED -------> WAITING <--------------------------- RUNNING
 *        ^  ^             | started, or found running ------->  | stop, restart
 *        |  |             v                                     v
 *        |  |          RUNNING          it ended            STOPPING
 *        |  +-------------------------------------------------- | (WAITING after restart)
 *        |                                                      |
 *        +---- DONE (it did what it was to do), FAILED (its options are wrong): until start
 *
 * A recorder that ends otherwise is started again at once, nearly: after a tenth of a second, then
 * twice as long each time up to a minute, and from the beginning after a minute of good running.
 * One that ended with its session waits for a minute: by then this supervisor has ended too, or the
 * session has not.
 * Times are nanoseconds of a steady clock. Threads: one at a time. Nothing here blocks.
 */
#ifndef TAPEMAP_SUPERVISION_H
#define TAPEMAP_SUPERVISION_H

#include <stdbool.h>
#include <stdint.h>

enum supervision_state {
    SUPERVISION_STOPPED,
    SUPERVISION_WAITING,
    SUPERVISION_RUNNING,
    SUPERVISION_STOPPING,
    SUPERVISION_DONE,
    SUPERVISION_FAILED,
};

enum supervision_end {
    SUPERVISION_END_DONE,    /* as it was asked to */
    SUPERVISION_END_BROKEN,  /* failed, crashed, was killed; or could not be started */
    SUPERVISION_END_SESSION, /* the system ended it, for its user logs off */
    SUPERVISION_END_MISUSED, /* does not understand its options, and never will */
};

enum supervision_action {
    SUPERVISION_NOTHING,
    SUPERVISION_START,
    SUPERVISION_ASK_TO_STOP,
    SUPERVISION_TELL_LATE, /* it does not stop; once */
};

#define SUPERVISION_FIRST_DELAY_NS UINT64_C(100000000)
#define SUPERVISION_LONGEST_DELAY_NS UINT64_C(60000000000)
#define SUPERVISION_GOOD_RUN_NS UINT64_C(60000000000)
#define SUPERVISION_ASK_AGAIN_NS UINT64_C(500000000)
/* A recorder may have to wait for its disk, and to complete a long file. A service has longer. */
#define SUPERVISION_STOP_LIMIT_NS UINT64_C(20000000000)

struct supervision {
    enum supervision_state state;
    bool starts_again;  /* STOPPING: WAITING comes after it */
    bool is_late_told;  /* STOPPING: the limit is past */
    uint64_t began_ns;  /* RUNNING, STOPPING: since then */
    uint64_t due_ns;    /* WAITING: starts then; STOPPING: is asked then */
    uint64_t delay_ns;  /* of the next start after an end */
    uint64_t stop_limit_ns; /* how long it may take to stop; SUPERVISION_STOP_LIMIT_NS at first */
    uint64_t restarts;  /* starts after an end that nobody wanted */
};

/* A deck that is to be started now. */
void supervision_init(struct supervision *deck, uint64_t now_ns);

/* What somebody wants. */
void supervision_start(struct supervision *deck, uint64_t now_ns);
void supervision_stop(struct supervision *deck, uint64_t now_ns);
void supervision_restart(struct supervision *deck, uint64_t now_ns);

/* What happened: its recorder runs, started or found; its recorder ended, or none could be
   started. */
void supervision_runs(struct supervision *deck, uint64_t now_ns);
void supervision_ended(struct supervision *deck, enum supervision_end end, uint64_t now_ns);

/* What is to be done now. When it is nothing, *due_ns becomes the time to ask again, if that is
   earlier than it was. */
enum supervision_action supervision_next(struct supervision *deck, uint64_t now_ns,
                                         uint64_t *due_ns);

/* True while a recorder of the deck runs. */
bool supervision_has_process(const struct supervision *deck);

/* "running" and so on, as docs/control.md has them. */
const char *supervision_state_name(enum supervision_state state);

#endif
