/* SPDX-License-Identifier: MIT */
/* The inside of a source thread: source_thread.c runs it, source_again.c looks for what is lost,
   and source_calls.c makes the calls that may hang. */
#ifndef TAPEMAP_SOURCE_THREAD_PRIVATE_H
#define TAPEMAP_SOURCE_THREAD_PRIVATE_H

#include "atomic64.h"
#include "line_queue.h"
#include "pump.h"
#include "sink_valve.h"
#include "sleeper.h"
#include "source_thread.h"

struct source_thread {
    struct source_plan plan;
    struct sleeper *sleeper;
    struct sleeper *own_sleeper; /* the same, for the thread itself */
    struct line_queue news;
    struct deck *deck;
    struct keeper_timer *timer;

    /* The thread's own. */
    struct source *current;
    struct sink_valve valve; /* of a device that was started beside the fallback */
    bool is_fallback; /* `current` is */
    bool has_stuck;   /* there is a pulled source that did not come back; it is left alone */
    struct audio_format format;
    char name[256]; /* of the source, as it was first found */
    char same[320]; /* a spec that finds it again */
    char why[640];  /* why it cannot be recorded, as was told last */
    uint64_t number; /* of `current`, for the deck */
    uint64_t finds_seen;
    bool is_told_lost; /* since the source delivered last */

    struct pump *pump;
    struct tapemap_shared_u64 has_pump; /* 1: `pump` may be woken */
    struct tapemap_shared_u64 is_waking; /* 1: the keeper is doing it */
    uint64_t keeper_lost;                /* the keeper's own: of which the thread was woken */

    struct tapemap_shared_u64 call;        /* of a device: see source_calls.c; 0: it is at none */
    struct tapemap_shared_u64 covered_by;  /* the number of the fallback, while that is a device */
    struct tapemap_shared_u64 is_open;     /* 1: open, or failed: see status */
    struct tapemap_shared_u64 is_asked;    /* 1: to start */
    struct tapemap_shared_u64 has_answered; /* 1: the start returned */
    struct tapemap_shared_u64 is_ending;   /* 1: to stop */
    struct tapemap_shared_u64 has_stopped; /* 1: the source calls no more */
    enum tapemap_status status;            /* of opening, then of starting */
    struct failure failure;
};

/* Where a device's frames go. Never blocks. */
struct source_sink source_thread_sink(const struct source_thread *self);

/* Starts `current`. Returns OK, or what starting it returned, with failure filled. */
enum tapemap_status source_thread_begin(struct source_thread *self, struct failure *failure);

/*
 * source_calls.c: the calls of sources, noted for source_thread_call while they last, but for those
 * that may wait: opening and closing what is no device. What is_fallback says is whose call it is.
 * Block: as the calls do.
 */
enum tapemap_status source_call_open(struct source_thread *self, const char *spec,
                                     const struct source_wish *wish, struct source **source,
                                     struct failure *failure);
enum tapemap_status source_call_start(struct source_thread *self, struct source *source,
                                      bool is_fallback, const struct source_sink *sink,
                                      struct failure *failure);
void source_call_stop(struct source_thread *self); /* `current` */
void source_call_close(struct source_thread *self, struct source *source, bool is_fallback);

/* The same file's: `current` has started. A fallback that is a device records while others hang. */
void source_call_covers(struct source_thread *self);

/* Stops and closes `current`, unless it does not come back; there is none then. Blocks: for it. */
void source_thread_drop(struct source_thread *self);

/* Has something told, as by printf. */
void source_thread_tell(struct source_thread *self, const char *format, ...);
/* The same only when it is another thing than was told so last. */
void source_thread_tell_once(struct source_thread *self, const char *text);

/* source_again.c: looks for what is lost, and begins it, or the fallback meanwhile. Blocks: as
   opening and starting do. */
void source_thread_look_again(struct source_thread *self);

/* The same file's: begins the fallback, when there is one and nothing else. Blocks: the same. */
void source_thread_begin_fallback(struct source_thread *self);

#endif
