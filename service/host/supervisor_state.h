/* SPDX-License-Identifier: MIT */
/* What the parts of the supervisor share: supervisor_win32.c waits, supervised_deck_win32.c deals
   with one recorder, supervised_hold_win32.c with the tape that it has in memory,
   supervised_watch_win32.c with whether it still moves, and supervisor_control.c with what the
   supervisor is asked. */
#ifndef TAPEMAP_SUPERVISOR_STATE_H
#define TAPEMAP_SUPERVISOR_STATE_H

#include "catalogue.h"
#include "child_process.h"
#include "config.h"
#include "control_call.h"
#include "last_words.h"
#include "object_names.h"
#include "supervision.h"
#include "supervisor.h"
#include "tape_holder.h"

/* One deck. */
struct supervised {
    char name[TAPEMAP_NAME_BYTES];
    struct supervision life;
    const struct config_deck *deck; /* in the configuration; NULL: no longer there */
    struct child_process process;   /* handle NULL: none */
    uint64_t running_hash;          /* of the options that it was started with */
    struct tape_holder *holder;     /* of its tape in memory; NULL: none is held */
    uint64_t held_tape;             /* its id */
    uint64_t hold_due_ns;           /* when its recorder is asked for its tape */
    char running_log[300];          /* the configuration's, as far, when it was started; "": none */
    char failure[1100];             /* the newest; "": none */
    uint64_t failure_utc_ns;        /* when it was */
    struct last_words last_words;   /* of its recorder, if we started it */
    bool has_heard_stop;            /* its recorder answered that it is to stop */
    bool was_ended;                 /* its recorder was, without being asked */
    uint64_t beat;                  /* of its tape, at the newest look */
    uint64_t seen_hash;             /* of the options under which it was seen to record; 0: none */
    unsigned missed_beats;          /* looks since it was another */
    uint64_t look_due_ns;
};

#define SUPERVISOR_WISHES_BYTES ((size_t)(CONFIG_MOST_DECKS + 1) * (TAPEMAP_NAME_BYTES + 32))

/* Everything in it belongs to whoever holds the lock. */
struct supervisor {
    struct config *config;
    char *config_path; /* whole */
    char *folder;      /* of the configuration, that recorders work in */
    char *program;
    struct catalogue *catalogue;
    const char *space; /* of its decks' objects (object_names.h) */
    struct supervised decks[CONFIG_MOST_DECKS];
    size_t count;
    uint64_t stop_limit_ns;
    uint64_t log_on; /* identity.h */
    char wishes[SUPERVISOR_WISHES_BYTES]; /* as they were kept last */
    bool is_ending;
    bool has_forced; /* a recorder was ended that did not stop */
    struct supervisor_waiting *waiting; /* lock, wake-up and pipe */
};

/* Any thread. The lock is never held for longer than a recorder takes to answer, or to be
   started. */
void supervisor_lock(struct supervisor *supervisor);
void supervisor_unlock(struct supervisor *supervisor);
/* Has the supervisor look at its decks. Any thread; never blocks. */
void supervisor_wake(struct supervisor *supervisor);

/* Nanoseconds of the steady clock. Any thread. */
uint64_t supervisor_now_ns(void);

/* The rest with the lock held. */

/* NULL: there is none of that name. */
struct supervised *supervisor_find(struct supervisor *supervisor, const char *name);

/* Notes the log of the configuration as that of the deck's recorder. */
void supervised_note_log(const struct supervisor *supervisor, struct supervised *deck);

/* Whether the deck's recorder writes on into a log that the configuration no longer has: a log is
   no option of a deck, and no recording is interrupted for one. */
bool supervised_has_old_log(const struct supervised *deck, const struct config *config);

/* Adds the decks of the configuration that are not there yet. Returns false when there is no room,
   because too many removed ones are still stopping. */
bool supervisor_add_decks(struct supervisor *supervisor, const struct config *config);

/* Takes over the recorder of a deck that is not in the configuration, if an earlier supervisor
   started it, to be stopped. Returns true when there is one. Blocks as the next one. */
bool supervised_find_orphan(struct supervisor *supervisor, struct supervised *deck);

/* A deck that is not to be started; a recorder that it has all the same is stopped. Blocks so. */
void supervised_stay_stopped(struct supervisor *supervisor, struct supervised *deck);

/* supervisor_wishes.c: takes what an earlier supervisor that died left of them, keeps them when
   they have changed, and drops them. Block for the disk. */
void supervisor_take_wishes(struct supervisor *supervisor);
void supervisor_keep_wishes(struct supervisor *supervisor);
void supervisor_drop_wishes(struct supervisor *supervisor);

/* Does what is to be done for a deck now; *due_ns as for supervision_next. Returns true when its
   recorder was started, or found. Blocks: for moments, and a second for a recorder that does not
   answer. */
bool supervised_step(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns);

/* Sends a request to the deck's recorder. Memory: *answer is the caller's, for cJSON_Delete.
   Blocks: up to timeout_ms. */
enum tapemap_status supervised_ask(const struct supervisor *supervisor,
                                   const struct supervised *deck, const char *request,
                                   uint32_t timeout_ms, struct cJSON **answer,
                                   struct failure *failure);

/* Takes hold of the tape that the deck's recorder has in memory, when it is time to; *due_ns as for
   supervision_next. Blocks: for moments. */
void supervised_hold(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns);

/* Lets go of a tape that nobody can go on with: it has ended, or the deck is stopped. */
void supervised_let_go(struct supervised *deck);

/* Has a recorder that shows no sign of life for 30 s told and ended; the rest is as after every
   such end. *due_ns as for supervision_next. Blocks: for moments; for seconds at such an end. */
void supervised_watch(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns);

/* Ends the deck's recorder without asking it. Returns whether it has gone. Blocks: up to five
   seconds. */
bool supervised_end(struct supervised *deck);

/* Notes what went wrong with a deck last, and when. */
void supervised_note_failure(struct supervised *deck, const char *text);

/* Notes the end of a deck's process, if it has ended. */
void supervised_look(struct supervisor *supervisor, struct supervised *deck);

/* Answers what docs/control.md says a supervisor answers; takes the lock by itself. */
control_handler supervisor_control_handle;

#endif
