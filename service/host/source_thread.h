/* SPDX-License-Identifier: MIT */
/*
 * The thread that opens, starts, stops and closes a recorder's sources: COM wants one thread for
 * all of it, and none of it may hold up the keeper. A lost source that is waited for is closed,
 * and looked for again every two seconds; meanwhile the fallback is recorded, when there is one.
 * One that is there in another format than the tape's is not converted, which would make up frames
 * that nobody heard: the deck goes on with a tape in that format, or ends where it cannot.
 */
#ifndef TAPEMAP_SOURCE_THREAD_H
#define TAPEMAP_SOURCE_THREAD_H

#include "deck.h"
#include "device_watch.h"
#include "keeper_timer.h"
#include "source.h"

struct source_thread;

/* The texts must outlive the thread. */
struct source_plan {
    const char *source;          /* its spec */
    const char *fallback;        /* another one's; NULL: silence */
    struct source_wish wish;
    struct source_wish wish_again; /* what may change when it was lost: fields that are 0 */
    uint32_t speed_thousandths;  /* of a pulled source */
    bool waits;                  /* for a source that was lost */
    bool waits_at_start;         /* for one that cannot be opened at first */
    bool may_change_format;      /* the deck can go on with a tape in another */
};

/* What the caller of source_thread_open does meanwhile; on its thread, which nothing may block. */
struct source_waiting {
    void *context;
    void (*tell)(void *context, const char *text);
    /* Asked every few milliseconds; call: what the thread is at. false, with failure filled: no
       longer. */
    bool (*goes_on)(void *context, const struct device_call *call, struct failure *failure);
};

/*
 * Starts the thread and waits until the source is open, or cannot be, or is not to be waited for
 * any more. Returns OK · what opening the source returned, or goes_on, with failure filled.
 * Memory: *thread is the caller's until source_thread_close. Threads: one for open, start and
 * close. Blocks: as opening does; with waits_at_start, until there is one.
 */
enum tapemap_status source_thread_open(const struct source_plan *plan,
                                       const struct source_waiting *waiting,
                                       struct source_thread **thread, struct failure *failure);

/* The source that is open. Valid until source_thread_start. */
struct source *source_thread_source(struct source_thread *thread);

/* Has the source started. Never blocks. When that fails, the deck is asked to end. */
void source_thread_start(struct source_thread *thread, struct deck *deck,
                         struct keeper_timer *timer);

/* Whether the start has returned. Any thread; never blocks. */
bool source_thread_has_answered(const struct source_thread *thread);

/* What it returned, once it has; failure is filled when it is not OK. */
enum tapemap_status source_thread_answer(const struct source_thread *thread,
                                         struct failure *failure);

/* To be called after each tick of the deck. Threads: the keeper. Never blocks. */
void source_thread_tick(struct source_thread *thread);

/* Copies the next thing to be told into `text`; false: there is none. Threads: the one that tells.
   Never blocks. */
bool source_thread_take_news(struct source_thread *thread, char *text, size_t room);

/* The call of a device that the thread is at: one that opens, starts, stops or closes it. Other
   calls may take as long as they like. Threads: the one that opened it. Never blocks. */
struct device_call source_thread_call(const struct source_thread *thread);

/* Has the source stopped, for good. Blocks until that is done, or 700 ms: some devices never
   answer. Threads: the keeper, after its last tick. */
void source_thread_stop(struct source_thread *thread);

/*
 * Closes the source. Returns false when the source, or the thread itself, does not come back: then
 * both are left to the end of the process, and the deck is to be left to them by deck_abandon.
 * Blocks: up to five seconds. NULL is ignored (true).
 */
bool source_thread_close(struct source_thread *thread);

/* Notes that a thread, which does not come back, is left to the end of the process: then that must
   not wait for what the thread holds (program_give_up). Any thread; never blocks. */
void source_thread_leave(void);

/* Whether that was noted, here or by source_thread_close. Any thread; never blocks. */
bool source_thread_was_left(void);

#endif
