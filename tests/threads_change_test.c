/* SPDX-License-Identifier: MIT */
/*
 * An appending thread, a keeper that changes tapes, and a finisher that ends and destroys what was
 * left, all at once. Under TSan it shows that tapes are handed from thread to thread in order.
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
#include "deck_change.h"
#include "flat_store.h"
#include "tapemap/ramp.h"

#define TOTAL_FRAMES 1500000u
#define TAPE_FRAMES 20011u
#define BLOCK_FRAMES 700u
#define CLOCK_HZ 10000000u

struct backed_tape {
    struct tape *tape;
    struct store *audio;
    struct store *index;
};

struct scene {
    struct deck_config config;
    struct deck *deck;
    struct backed_tape present;
    struct backed_tape next;
    struct backed_tape left;
    struct tapemap_shared_u64 has_left; /* 1: `left` is the finisher's; 0: the keeper's */
    struct tapemap_shared_u64 is_done;
    uint64_t position; /* the finisher's: frames verified */
    unsigned tapes;
};

static void *append_ramp(void *context)
{
    struct scene *scene = context;
    int16_t block[BLOCK_FRAMES * 2];
    uint64_t position = 0;
    while (position < TOTAL_FRAMES) {
        uint64_t missing = TOTAL_FRAMES - position;
        size_t count = missing < BLOCK_FRAMES ? (size_t)missing : BLOCK_FRAMES;
        for (uint32_t i = 0; i < count * 2; i++)
            block[i] = (int16_t)(tapemap_ramp_sample(i % 2, position + i / 2) >> 8);
        size_t taken = deck_append(scene->deck, block, count, position * 208);
        position += taken;
        if (taken < count)
            sched_yield();
    }
    return NULL;
}

static void make_stores(const struct tape_config *config, struct backed_tape *made)
{
    uint64_t audio_bytes;
    uint64_t index_bytes;
    tape_measure(config, &audio_bytes, &index_bytes);
    made->audio = flat_store_create(audio_bytes);
    made->index = flat_store_create(index_bytes);
}

static void offer_next(struct scene *scene, struct instant now)
{
    struct tape_config config = scene->config.tape;
    struct failure failure;
    config.tape_id += ++scene->tapes;
    make_stores(&config, &scene->next);
    if (tape_create(&config, scene->next.audio, scene->next.index, now, &scene->next.tape,
                    &failure) != TAPEMAP_OK)
        abort();
    deck_offer_next(scene->deck, scene->next.tape, NULL);
}

/* Every other tape goes on past its boundary, to a later one. */
static void change_tapes(struct scene *scene, struct instant now)
{
    if (load_acquire_u64(&scene->has_left) == 0 && deck_take_left(scene->deck, now)) {
        scene->left = scene->present;
        scene->present = scene->next;
        store_release_u64(&scene->has_left, 1);
    }
    if (!deck_may_offer(scene->deck))
        return;
    if (scene->tapes % 2 == 0)
        deck_set_boundary(scene->deck, TAPE_FRAMES + 1000);
    offer_next(scene, now);
}

static void *keep(void *context)
{
    struct scene *scene = context;
    struct instant now = {1, 1000};
    while (load_acquire_u64(&scene->is_done) == 0) {
        now.clock += CLOCK_HZ / 100;
        now.utc_ns += 10000000;
        deck_tick(scene->deck, now);
        change_tapes(scene, now);
        sched_yield();
    }
    deck_end(scene->deck, now);
    return NULL;
}

static void verify(struct scene *scene, const struct backed_tape *backed)
{
    const struct tapemap_control *control = tape_control(backed->tape);
    const unsigned char *bytes = flat_store_memory(backed->audio) + TAPEMAP_DATA_OFFSET;
    const int16_t *frames = (const int16_t *)(const void *)bytes;
    uint64_t head = load_acquire_u64(&control->head);
    if (control->series_position != scene->position)
        abort();
    for (uint64_t i = 0; i < head * 2; i++)
        if (frames[i] != tapemap_ramp_sample(i % 2, scene->position + i / 2) >> 8) {
            fprintf(stderr, "frame %llu is wrong\n",
                    (unsigned long long)(scene->position + i / 2));
            abort();
        }
    scene->position += head;
}

static void let_go(const struct backed_tape *backed)
{
    tape_destroy(backed->tape);
    store_destroy(backed->audio);
    store_destroy(backed->index);
}

static void *finish(void *context)
{
    struct scene *scene = context;
    struct instant now = {1, 1000};
    while (load_acquire_u64(&scene->is_done) == 0) {
        if (load_acquire_u64(&scene->has_left) == 0) {
            sched_yield();
            continue;
        }
        struct backed_tape left = scene->left;
        tape_end(left.tape, TAPEMAP_REASON_ROTATED, "", now);
        verify(scene, &left);
        let_go(&left);
        store_release_u64(&scene->has_left, 0);
    }
    return NULL;
}

/* What the keeper's last tick, or the end, left for nobody. */
static void finish_rest(struct scene *scene)
{
    struct instant now = {1, 1000};

    if (load_acquire_u64(&scene->has_left) != 0) {
        verify(scene, &scene->left);
        let_go(&scene->left);
    }
    if (deck_take_left(scene->deck, now)) {
        verify(scene, &scene->present);
        let_go(&scene->present);
        scene->present = scene->next;
    }
    if (deck_take_unused(scene->deck))
        let_go(&scene->next);
    verify(scene, &scene->present);
    deck_destroy(scene->deck);
    store_destroy(scene->present.audio);
    store_destroy(scene->present.index);
}

static void tapes_are_handed_on_while_frames_come(void **state)
{
    (void)state;
    struct scene scene = {.config = {.tape = {.deck_name = "threads",
                                              .source = "tone:ramp",
                                              .tape_id = 1,
                                              .format = {TAPEMAP_S16, 2, 48000},
                                              .capacity_frames = 2 * TOTAL_FRAMES,
                                              .boundary_frame = TAPE_FRAMES,
                                              .ahead_frames = 9600,
                                              .window_bytes = 262144,
                                              .clock_hz = CLOCK_HZ}}};
    struct failure failure;
    pthread_t appender, keeper, finisher;
    make_stores(&scene.config.tape, &scene.present);
    assert_int_equal(deck_create(&scene.config, scene.present.audio, scene.present.index,
                                 (struct instant){1, 1000}, &scene.deck, &failure),
                     TAPEMAP_OK);
    scene.present.tape = deck_tape(scene.deck);
    pthread_create(&keeper, NULL, keep, &scene);
    pthread_create(&finisher, NULL, finish, &scene);
    pthread_create(&appender, NULL, append_ramp, &scene);
    pthread_join(appender, NULL);
    store_release_u64(&scene.is_done, 1);
    pthread_join(keeper, NULL);
    pthread_join(finisher, NULL);
    finish_rest(&scene);
    assert_int_equal(scene.position, TOTAL_FRAMES);
    assert_true(scene.tapes > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tapes_are_handed_on_while_frames_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
