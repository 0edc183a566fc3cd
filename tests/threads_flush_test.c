/* SPDX-License-Identifier: MIT */
/*
 * An appending thread, a keeper and a flusher at once over a file tape that grows. The flush reads
 * every byte that it is asked for, so under TSan it shows that only what is published is flushed,
 * and that the flusher touches nothing that the keeper moves.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck.h"
#include "flat_store.h"
#include "scripted_threads.h"

#define TOTAL_FRAMES 1500000u
#define ROOM_BYTES (16u << 20)

struct scene {
    struct deck *deck;
    struct tapemap_shared_u64 is_done;
};

static volatile unsigned char checksum;

static enum tapemap_status reading_flush(struct store *store, uint64_t offset, uint64_t end)
{
    const unsigned char *memory = flat_store_memory(store);
    if (offset == 0)
        return TAPEMAP_OK; /* a header: other threads write there */
    for (uint64_t i = offset; i < end; i += 2)
        checksum ^= memory[i];
    return TAPEMAP_OK;
}

/* The memory is there already. As in any store, `bytes` is the keeper's: a flush does without. */
static enum tapemap_status pretend_to_grow(struct store *store, uint64_t bytes)
{
    if (bytes > ROOM_BYTES)
        return TAPEMAP_E_DISK_FULL;
    store->bytes = bytes;
    store->generation++;
    return TAPEMAP_OK;
}

static void *append(void *context)
{
    struct scene *scene = context;
    scripted_append_ramp(scene->deck, TOTAL_FRAMES);
    return NULL;
}

static void *keep(void *context)
{
    struct scene *scene = context;
    scripted_keep(scene->deck, &scene->is_done);
    return NULL;
}

static void *flush(void *context)
{
    struct scene *scene = context;
    const struct tapemap_control *control = tape_control(deck_tape(scene->deck));
    uint64_t durable = 0;
    while (durable < TOTAL_FRAMES) {
        if (tape_flush(deck_tape(scene->deck)) != TAPEMAP_OK)
            abort();
        uint64_t now = load_acquire_u64(&control->durable_frames);
        if (now < durable || now > load_acquire_u64(&control->head))
            abort();
        durable = now;
        sched_yield();
    }
    return NULL;
}

static void flushes_beside_the_keeper_until_all_is_durable(void **state)
{
    (void)state;
    struct deck_config config = {.tape = {.deck_name = "threads",
                                          .source = "tone:ramp",
                                          .tape_id = 1,
                                          .format = {TAPEMAP_S16, 2, 48000},
                                          .capacity_frames = 1u << 30,
                                          .is_file = true,
                                          .ahead_frames = 9600,
                                          .window_bytes = 262144,
                                          .clock_hz = SCRIPTED_CLOCK_HZ}};
    struct scene scene = {0};
    struct failure failure;
    uint64_t audio_bytes;
    uint64_t index_bytes;
    tape_measure(&config.tape, &audio_bytes, &index_bytes);
    struct store *audio = flat_store_create(ROOM_BYTES);
    struct store *index = flat_store_create(index_bytes);
    audio->bytes = audio_bytes;
    struct store_ops ops = *audio->ops;
    ops.flush = reading_flush;
    index->ops = &ops;
    struct store_ops growing = ops;
    growing.grow = pretend_to_grow;
    audio->ops = &growing;
    assert_int_equal(deck_create(&config, audio, index, (struct instant){1, 1000}, &scene.deck,
                                 &failure),
                     TAPEMAP_OK);
    pthread_t appender, keeper, flusher;
    pthread_create(&keeper, NULL, keep, &scene);
    pthread_create(&flusher, NULL, flush, &scene);
    pthread_create(&appender, NULL, append, &scene);
    pthread_join(appender, NULL);
    pthread_join(flusher, NULL);
    store_release_u64(&scene.is_done, 1);
    pthread_join(keeper, NULL);
    deck_destroy(scene.deck);
    store_destroy(audio);
    store_destroy(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flushes_beside_the_keeper_until_all_is_durable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
