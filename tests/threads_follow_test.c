/* SPDX-License-Identifier: MIT */
/*
 * An appending thread, a keeper and readers at once over one tape. Run under TSan it shows that
 * every field is published and read in order; the ring is left out there, because its readers look
 * at frames that may be overwritten and find out afterwards, which is a race by design.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck.h"
#include "flat_store.h"
#include "reader.h"
#include "scripted_threads.h"
#include "tapemap/ramp.h"

#define READERS 3u
#define TOTAL_FRAMES 1500000u

struct scene {
    struct deck *deck;
    struct store *audio;
    struct store *index;
    struct tapemap_shared_u64 is_done;
    struct tapemap_shared_u64 frames_verified;
};

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

static void verify_frames(const int16_t *frames, uint64_t position, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        for (uint32_t channel = 0; channel < 2; channel++)
            if (frames[i * 2 + channel] != tapemap_ramp_sample(channel, position + i) >> 8) {
                fprintf(stderr, "a torn frame was accepted at %llu\n",
                        (unsigned long long)(position + i));
                abort();
            }
}

static void look_into_the_journal(struct reader *reader)
{
    uint64_t first;
    uint64_t end;
    struct tapemap_record record;
    reader_journal_range(reader, &first, &end);
    if (end > first)
        reader_get_record(reader, end - 1, &record);
}

static void open_reader(struct scene *scene, struct reader *reader)
{
    const struct reader_config config = {.audio = flat_store_source(scene->audio),
                                         .index = flat_store_source(scene->index)};
    if (reader_open(reader, &config) != TAPEMAP_OK)
        abort();
}

static void *follow(void *context)
{
    struct scene *scene = context;
    struct reader reader;
    open_reader(scene, &reader);
    int16_t block[1024 * 2];
    uint64_t position = 0;
    uint64_t verified = 0;
    while (position < TOTAL_FRAMES) {
        uint64_t head = reader_head(&reader);
        uint64_t count = head - position < 1024 ? head - position : 1024;
        if (count == 0) {
            sched_yield();
            continue;
        }
        if (reader_read(&reader, position, count, block) != TAPEMAP_OK)
            abort();
        verify_frames(block, position, count);
        position += count;
        verified += count;
        look_into_the_journal(&reader);
    }
    reader_close(&reader);
    store_release_u64(&scene->frames_verified, verified);
    return NULL;
}

/* Reads where the recorder is about to overwrite, so that many reads lose the race. */
static void *read_the_oldest(void *context)
{
    static const uint32_t run_frames = 6000;
    struct scene *scene = context;
    struct reader reader;
    open_reader(scene, &reader);
    int16_t *block = malloc(run_frames * 2 * sizeof *block);
    if (!block)
        abort();
    uint64_t verified = 0;
    while (load_acquire_u64(&scene->is_done) == 0) {
        uint64_t position = reader_oldest(&reader);
        if (reader_head(&reader) - position < run_frames)
            continue;
        if (reader_read(&reader, position, run_frames, block) == TAPEMAP_OK) {
            verify_frames(block, position, run_frames);
            verified += run_frames;
        }
    }
    free(block);
    reader_close(&reader);
    store_release_u64(&scene->frames_verified, verified);
    return NULL;
}

static void run_scene(bool is_ring)
{
    struct deck_config config = {.tape = {.deck_name = "threads",
                                          .source = "tone:ramp",
                                          .tape_id = 1,
                                          .format = {TAPEMAP_S16, 2, 48000},
                                          .capacity_frames = is_ring ? 20000 : TOTAL_FRAMES + 5000,
                                          .is_ring = is_ring,
                                          .ahead_frames = 9600,
                                          .window_bytes = 262144,
                                          .clock_hz = SCRIPTED_CLOCK_HZ}};
    struct scene scene = {0};
    struct failure failure;
    uint64_t audio_bytes;
    uint64_t index_bytes;
    tape_measure(&config.tape, &audio_bytes, &index_bytes);
    scene.audio = flat_store_create(audio_bytes);
    scene.index = flat_store_create(index_bytes);
    assert_int_equal(deck_create(&config, scene.audio, scene.index, (struct instant){1, 1000},
                                 &scene.deck, &failure),
                     TAPEMAP_OK);
    pthread_t appender, keeper, readers[READERS];
    for (uint32_t i = 0; i < READERS; i++)
        pthread_create(&readers[i], NULL, is_ring ? read_the_oldest : follow, &scene);
    pthread_create(&keeper, NULL, keep, &scene);
    pthread_create(&appender, NULL, append, &scene);
    pthread_join(appender, NULL);
    for (uint32_t i = 0; i < READERS && !is_ring; i++)
        pthread_join(readers[i], NULL);
    store_release_u64(&scene.is_done, 1);
    pthread_join(keeper, NULL);
    for (uint32_t i = 0; i < READERS && is_ring; i++)
        pthread_join(readers[i], NULL);
    if (!is_ring)
        assert_int_equal(load_acquire_u64(&scene.frames_verified), TOTAL_FRAMES);
    deck_destroy(scene.deck);
    store_destroy(scene.audio);
    store_destroy(scene.index);
}

static void readers_see_every_frame_of_a_linear_tape(void **state)
{
    (void)state;
    run_scene(false);
}

static void readers_of_a_ring_never_accept_a_torn_frame(void **state)
{
    (void)state;
    run_scene(true);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest linear[] = {
        cmocka_unit_test(readers_see_every_frame_of_a_linear_tape),
    };
    const struct CMUnitTest ring[] = {
        cmocka_unit_test(readers_of_a_ring_never_accept_a_torn_frame),
    };
    if (argc > 1 && strcmp(argv[1], "ring") == 0)
        return cmocka_run_group_tests(ring, NULL, NULL);
    return cmocka_run_group_tests(linear, NULL, NULL);
}
