/* SPDX-License-Identifier: MIT */
#include "finisher.h"

#include <stdlib.h>

#include "atomic64.h"
#include "complete_file.h"
#include "control_image.h"
#include "identity.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "tell_news.h"
#include "worker.h"

/* Each holds files and a thread open; when so many wait, the deck stays on its present tape. */
#define FINISHER_PLACES 8u
#define LOOK_SECONDS 10u
#define ASKS_PER_SECOND 5u

struct left_tape {
    struct recorded_tape *tape;
    uint64_t present_id;
};

struct finisher {
    struct finisher_config config;
    struct worker *worker;
    struct left_tape left[FINISHER_PLACES];
    struct tapemap_shared_u64 taken; /* by the keeper, into left[n % FINISHER_PLACES] */
    struct tapemap_shared_u64 done;  /* by the thread */
    struct tapemap_shared_u64 has_failed;
    struct tapemap_shared_u64 asked; /* how often room was asked for; by the keeper */
    struct tapemap_shared_u64 is_stopping;
    struct tapemap_shared_u64 answered; /* the newest of these that was answered; by the thread */
    struct tapemap_shared_u64 denied;   /* the newest that was in vain, stored before */
    uint64_t told_utc_ns;               /* the thread's, for retention_run */
    /* The keeper's. */
    uint64_t look_clock; /* when to look again */
    uint64_t ask_clock;  /* not to be asked before */
    bool is_asking;
};

static void note_result(struct finisher *finisher, bool is_complete)
{
    if (!is_complete)
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
    bool is_complete = recorded_tape_close(tape) && complete_left_file(path);
    note_result(finisher, is_complete);
    if (is_complete)
        finished_hook_add(finisher->config.hook, path);
    free(path);
}

/* Not when the recorder stops: its last tape has ended then, and is still to be completed. */
static void look_through(struct finisher *finisher)
{
    uint64_t asked = load_acquire_u64(&finisher->asked);

    if (!retention_is_wanted(&finisher->config.retention) ||
        load_acquire_u64(&finisher->is_stopping) != 0)
        return;
    if (!retention_run(&finisher->config.retention, recorder_now().utc_ns, &finisher->told_utc_ns))
        store_relaxed_u64(&finisher->denied, asked);
    store_release_u64(&finisher->answered, asked);
}

static bool is_finished(const char *path)
{
    union control_image image;

    return control_image_read(path, &image) &&
           load_acquire_u64(&image.control.state) == TAPEMAP_STATE_ENDED &&
           load_acquire_u64(&image.control.index_offset) != 0;
}

static void complete_left_behind(struct finisher *finisher)
{
    const struct left_behind *each = finisher->config.left_behind;

    left_behind_complete(each);
    for (; each; each = each->next)
        if (!each->is_empty && is_finished(each->path))
            finished_hook_add(finisher->config.hook, each->path);
    finisher->config.left_behind = NULL;
}

static void finisher_job(void *context)
{
    struct finisher *finisher = context;
    uint64_t done = load_relaxed_u64(&finisher->done);

    complete_left_behind(finisher);
    for (; done != load_acquire_u64(&finisher->taken); done++) {
        finish(finisher, &finisher->left[done % FINISHER_PLACES]);
        store_release_u64(&finisher->done, done + 1);
    }
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

    finisher->left[taken % FINISHER_PLACES] = (struct left_tape){left, present_id};
    store_release_u64(&finisher->taken, taken + 1);
    worker_nudge(finisher->worker);
}

void finisher_tick(struct finisher *finisher, struct instant now)
{
    if (!retention_is_wanted(&finisher->config.retention) || now.clock < finisher->look_clock)
        return;
    finisher->look_clock = now.clock + LOOK_SECONDS * steady_clock_hz();
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
    bool is_complete = load_relaxed_u64(&finisher->has_failed) == 0;
    free(finisher);
    return is_complete;
}
