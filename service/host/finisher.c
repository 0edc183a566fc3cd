/* SPDX-License-Identifier: MIT */
#include "finisher.h"

#include <stdlib.h>

#include "atomic64.h"
#include "finish_later.h"
#include "identity.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "tell_news.h"
#include "whole_numbers.h"
#include "worker.h"

/* Each holds files and a thread open; when so many wait, the deck stays on its present tape. */
#define FINISHER_PLACES 8u
#define LOOK_SECONDS 10u
#define LOOK_PARTS 50u /* a look at very many tapes takes one part of the time at most */
#define ASKS_PER_SECOND 5u
#define RETURN_SECONDS 600u

struct left_tape {
    struct recorded_tape *tape;
    uint64_t present_id;
};

struct finisher {
    struct finisher_config config;
    struct worker *worker;
    struct left_tape left[FINISHER_PLACES];
    struct tapemap_shared_u64 taken; /* by the keeper, into left[n % FINISHER_PLACES] */
    struct tapemap_shared_u64 present_id; /* of the deck's tape; by the keeper */
    struct tapemap_shared_u64 done;  /* by the thread */
    struct tapemap_shared_u64 has_failed;
    struct tapemap_shared_u64 asked; /* how often room was asked for; by the keeper */
    struct tapemap_shared_u64 is_stopping;
    struct tapemap_shared_u64 answered; /* the newest of these that was answered; by the thread */
    struct tapemap_shared_u64 denied;   /* the newest that was in vain, stored before */
    struct tapemap_shared_u64 look_ticks; /* how long the newest look took; by the thread */
    struct tapemap_shared_u64 returns;  /* 1: to try again what is held; by the keeper, and taken
                                           back by the thread */
    uint64_t told_utc_ns;               /* the thread's, for retention_run */
    struct finish_later *later;         /* the thread's */
    /* The keeper's. */
    uint64_t look_clock; /* when to look again */
    uint64_t return_clock; /* the same for what is held; 0 at first */
    uint64_t ask_clock;  /* not to be asked before */
    bool is_asking;
};

static void note_result(struct finisher *finisher, bool is_well)
{
    if (!is_well)
        store_relaxed_u64(&finisher->has_failed, 1);
}

static void enter(struct finisher *finisher, uint64_t present_id)
{
    struct failure failure;

    if (catalogue_enter(finisher->config.catalogue, finisher->config.deck, present_id,
                        identity_pid(), &failure) != TAPEMAP_OK)
        say("entering the next tape of deck '%s': %s", finisher->config.deck, failure.text);
}

/* What happened to a tape after anybody had looked at it last. */
static void tell_rest(const struct finisher *finisher, struct recorded_tape *tape)
{
    struct news news;

    while (deck_news_next(&tape->news, tape->tape, tape->storage.index, &news))
        tell_news(&news, finisher->config.deck);
}

static void finish(struct finisher *finisher, const struct left_tape *left)
{
    struct recorded_tape *tape = left->tape;
    char *path = tape->storage.path;

    enter(finisher, left->present_id);
    present_tape_await(finisher->config.present, tape);
    tell_rest(finisher, tape);
    tape->storage.path = NULL;
    note_result(finisher, recorded_tape_close(tape) &&
                          finish_later_take(&finisher->later, path, finisher->config.hook));
    free(path);
}

/* What somebody has held may be free by now. */
static void return_to_held(struct finisher *finisher)
{
    note_result(finisher, finish_later_try(&finisher->later, COMPLETION_RETURNS,
                                           finisher->config.hook));
}

/* Returns false when there is not as much room as there is to be. */
static bool delete_old(struct finisher *finisher, bool is_for_room)
{
    struct retention_config config = finisher->config.retention;

    config.present_id = load_relaxed_u64(&finisher->present_id);
    if (is_for_room)
        config.policy.keep_ns = config.policy.keep_size_bytes = 0;
    else
        config.is_unwanted = &finisher->is_stopping;
    return !retention_is_wanted(&config) ||
           retention_run(&config, recorder_now().utc_ns, &finisher->told_utc_ns);
}

/* Who stops a recorder waits for a look at every tape only where room is short. */
static void look_through(struct finisher *finisher)
{
    uint64_t asked = load_acquire_u64(&finisher->asked);
    uint64_t begin = steady_clock_now();

    if (!delete_old(finisher, load_acquire_u64(&finisher->is_stopping) != 0))
        store_relaxed_u64(&finisher->denied, asked);
    store_release_u64(&finisher->answered, asked);
    store_relaxed_u64(&finisher->look_ticks, steady_clock_now() - begin);
}

static void complete_left_behind(struct finisher *finisher)
{
    finish_later_begin(&finisher->later, finisher->config.left_behind, finisher->config.hook);
    finisher->config.left_behind = NULL;
}

static void finisher_job(void *context)
{
    struct finisher *finisher = context;
    uint64_t done = load_relaxed_u64(&finisher->done);
    bool returns = exchange_u64(&finisher->returns, 0) != 0;

    complete_left_behind(finisher);
    for (; done != load_acquire_u64(&finisher->taken); done++) {
        (void)delete_old(finisher, true); /* a full disk has no room for what is appended */
        finish(finisher, &finisher->left[done % FINISHER_PLACES]);
        store_release_u64(&finisher->done, done + 1);
        returns = true;
    }
    if (returns)
        return_to_held(finisher);
    look_through(finisher);
}

enum tapemap_status finisher_start(const struct finisher_config *config,
                                   struct finisher **finisher, struct failure *failure)
{
    struct finisher *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->config = *config;
    store_relaxed_u64(&made->present_id, config->present_id);
    enum tapemap_status status = worker_start(finisher_job, made, &made->worker, failure);
    if (status != TAPEMAP_OK) {
        free(made);
        return status;
    }
    worker_nudge(made->worker);
    *finisher = made;
    return TAPEMAP_OK;
}

bool finisher_has_room(const struct finisher *finisher)
{
    return load_relaxed_u64(&finisher->taken) - load_acquire_u64(&finisher->done) <
           FINISHER_PLACES;
}

void finisher_take(struct finisher *finisher, struct recorded_tape *left, uint64_t present_id)
{
    uint64_t taken = load_relaxed_u64(&finisher->taken);

    store_relaxed_u64(&finisher->present_id, present_id);
    finisher->left[taken % FINISHER_PLACES] = (struct left_tape){left, present_id};
    store_release_u64(&finisher->taken, taken + 1);
    worker_nudge(finisher->worker);
}

static uint64_t look_pause(const struct finisher *finisher)
{
    return max_u64(LOOK_SECONDS * steady_clock_hz(),
                   LOOK_PARTS * load_relaxed_u64(&finisher->look_ticks));
}

void finisher_tick(struct finisher *finisher, struct instant now)
{
    bool looks = retention_is_wanted(&finisher->config.retention) &&
                 now.clock >= finisher->look_clock;
    bool returns = finisher->return_clock != 0 && now.clock >= finisher->return_clock;

    if (looks)
        finisher->look_clock = now.clock + look_pause(finisher);
    if (returns || finisher->return_clock == 0)
        finisher->return_clock = now.clock + RETURN_SECONDS * steady_clock_hz();
    if (returns)
        store_release_u64(&finisher->returns, 1);
    if (looks || returns)
        worker_nudge(finisher->worker);
}

enum finisher_room finisher_ask_room(struct finisher *finisher, struct instant now)
{
    uint64_t asked = load_relaxed_u64(&finisher->asked);

    if (finisher->config.retention.policy.keep_free_bytes == 0)
        return FINISHER_ROOM_DENIED;
    if (finisher->is_asking) {
        if (load_acquire_u64(&finisher->answered) != asked)
            return FINISHER_ROOM_PENDING;
        finisher->is_asking = false;
        finisher->ask_clock = now.clock + steady_clock_hz() / ASKS_PER_SECOND;
        return load_relaxed_u64(&finisher->denied) == asked ? FINISHER_ROOM_DENIED
                                                            : FINISHER_ROOM_MADE;
    }
    if (now.clock >= finisher->ask_clock) {
        store_release_u64(&finisher->asked, asked + 1);
        finisher->is_asking = true;
        worker_nudge(finisher->worker);
    }
    return FINISHER_ROOM_PENDING;
}

bool finisher_stop(struct finisher *finisher)
{
    if (!finisher)
        return true;
    store_release_u64(&finisher->is_stopping, 1);
    worker_stop(finisher->worker);
    note_result(finisher, finish_later_try(&finisher->later, COMPLETION_LAST,
                                           finisher->config.hook));
    note_result(finisher, finish_later_free(finisher->later));
    bool is_complete = load_relaxed_u64(&finisher->has_failed) == 0;
    free(finisher);
    return is_complete;
}
