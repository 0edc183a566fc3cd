/* SPDX-License-Identifier: MIT */
#include "bench_tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "steady_clock.h"

static void give_up(const char *what, const struct failure *failure)
{
    fprintf(stderr, "%s: %s\n", what, failure->text);
    exit(1);
}

static struct counting_store *counting(struct store *store)
{
    struct counting_store *counter = (struct counting_store *)store;
    counter->calls++;
    return counter;
}

static enum tapemap_status counting_map(struct store *store, uint64_t offset, size_t bytes,
                                        void **view)
{
    return store_map(counting(store)->inner, offset, bytes, view);
}

static void counting_unmap(struct store *store, void *view, size_t bytes)
{
    store_unmap(counting(store)->inner, view, bytes);
}

static enum tapemap_status counting_commit(struct store *store, uint64_t offset, void *address,
                                           size_t bytes)
{
    return store_commit(counting(store)->inner, offset, address, bytes);
}

static void counting_destroy(struct store *store)
{
    store_destroy(counting(store)->inner);
}

static const struct store_ops counting_ops = {
    .map = counting_map,
    .unmap = counting_unmap,
    .commit = counting_commit,
    .destroy = counting_destroy,
};

struct store *bench_store_create(const char *name, uint64_t bytes)
{
    struct store *store;
    struct failure failure;
    if (pagefile_store_create(name, bytes, &store, &failure) != TAPEMAP_OK)
        give_up("making a section", &failure);
    return store;
}

static void counting_store_init(struct counting_store *store, const char *name, uint64_t bytes)
{
    store->base.ops = &counting_ops;
    store->base.bytes = bytes;
    store->inner = bench_store_create(name, bytes);
    store->calls = 0;
}

static struct instant instant_now(void)
{
    return (struct instant){steady_clock_now(), utc_now_ns()};
}

void bench_tape_init(struct bench_tape *tape, bool is_ring, uint64_t capacity_frames,
                     uint64_t ahead_frames)
{
    struct failure failure;
    struct tape_config config = {
        .deck_name = "bench",
        .source = "bench",
        .format = {TAPEMAP_S16, 2, 48000},
        .capacity_frames = capacity_frames,
        .is_ring = is_ring,
        .ahead_frames = ahead_frames,
        .clock_hz = steady_clock_hz(),
        .writer_pid = identity_pid(),
    };
    char name[OBJECT_NAME_BYTES];
    uint64_t audio_bytes;
    uint64_t index_bytes;

    if (identity_new_tape(&config.tape_id, &failure) != TAPEMAP_OK)
        give_up("making a tape", &failure);
    tape_measure(&config, &audio_bytes, &index_bytes);
    object_name_audio(name, OBJECT_SPACE_LOCAL, config.tape_id, 0);
    counting_store_init(&tape->audio, name, audio_bytes);
    object_name_index(name, OBJECT_SPACE_LOCAL, config.tape_id);
    counting_store_init(&tape->index, name, index_bytes);
    if (tape_create(&config, &tape->audio.base, &tape->index.base, instant_now(), &tape->tape,
                    &failure) != TAPEMAP_OK)
        give_up("making a tape", &failure);
    tape->appender = tape_appender(tape->tape);
}

void bench_tape_deinit(struct bench_tape *tape)
{
    tape_end(tape->tape, TAPEMAP_REASON_REQUESTED, "", instant_now());
    tape_destroy(tape->tape);
    store_destroy(&tape->index.base);
    store_destroy(&tape->audio.base);
}

void bench_tape_tick(struct bench_tape *tape)
{
    tape_tick(tape->tape, instant_now());
}

uint64_t bench_tape_calls(const struct bench_tape *tape)
{
    return tape->audio.calls + tape->index.calls;
}
