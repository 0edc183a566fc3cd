/* SPDX-License-Identifier: MIT */
/*
 * A thread that fills the queue, and discards and pauses now and then, and one that takes as an
 * audio callback does, both as fast as they can. Under TSan it shows that the frames need no lock;
 * and every frame must come out whole, in order and once, unless it was discarded.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "atomic64.h"
#include "play_queue.h"

#define ROOM 1021u       /* so that blocks lie across its end */
#define FRAMES 400000u   /* as floats they are exact */
#define MOST_AT_ONCE 200u
#define MOST_DISCARDS 4096u
#define DISCARD_EVERY 997u
#define PAUSE_EVERY 211u

struct scene {
    struct play_queue queue;
    struct tapemap_shared_u64 is_done;
    /* The filler's; frames count from 1, for 0 is silence. */
    uint64_t discards;
    uint64_t discarded[MOST_DISCARDS]; /* the first frame behind each */
    /* The callback's. */
    uint64_t last;
    uint64_t taken;
    uint64_t asked;
    uint64_t jumps;
    uint64_t jumped_to[MOST_DISCARDS];
    uint64_t broken; /* frames that are not as they went in, or come again */
};

static void *fill(void *context)
{
    struct scene *scene = context;
    float frames[2 * MOST_AT_ONCE];
    uint64_t next = 1;

    for (uint64_t turn = 1; next <= FRAMES; turn++) {
        uint64_t count = 1 + turn * 7919 % MOST_AT_ONCE;
        count = count < FRAMES + 1 - next ? count : FRAMES + 1 - next;
        for (uint64_t i = 0; i < count; i++) {
            frames[2 * i] = (float)(next + i);
            frames[2 * i + 1] = -frames[2 * i];
        }
        uint64_t done = play_queue_put(&scene->queue, frames, count);
        next += done;
        if (turn % DISCARD_EVERY == 0 && scene->discards < MOST_DISCARDS) {
            play_queue_discard(&scene->queue);
            scene->discarded[scene->discards++] = next;
        }
        if (turn % PAUSE_EVERY < 2) /* seldom: storing the mode publishes the frames, too */
            play_queue_set_mode(&scene->queue, turn % PAUSE_EVERY == 0 ? PLAY_QUEUE_PAUSED
                                                                       : PLAY_QUEUE_RUNNING);
        if (done < count || play_queue_level(&scene->queue) > ROOM)
            sched_yield();
    }
    play_queue_set_mode(&scene->queue, PLAY_QUEUE_IDLE);
    store_release_u64(&scene->is_done, 1);
    return NULL;
}

/* discarded: so many frames were, before these were taken. */
static void look_at(struct scene *scene, const float *out, uint64_t count, uint64_t discarded)
{
    bool is_silent = false;

    for (uint64_t i = 0; i < count; i++) {
        uint64_t frame = (uint64_t)out[2 * i];
        is_silent |= frame == 0;
        if (is_silent) { /* to the end of the block */
            scene->broken += out[2 * i] != 0 || out[2 * i + 1] != 0;
            continue;
        }
        scene->broken += frame <= scene->last || frame <= discarded ||
                         out[2 * i + 1] != -out[2 * i];
        if (frame != scene->last + 1 && scene->jumps < MOST_DISCARDS)
            scene->jumped_to[scene->jumps++] = frame;
        scene->last = frame;
        scene->taken++;
    }
}

static void *take(void *context)
{
    struct scene *scene = context;
    float out[2 * MOST_AT_ONCE];
    bool is_last = false;

    for (uint64_t turn = 1; !is_last; turn++) {
        uint64_t count = 1 + turn * 104729 % MOST_AT_ONCE;
        is_last = load_acquire_u64(&scene->is_done) != 0 &&
                  play_queue_level(&scene->queue) <= count;
        uint64_t discarded = load_acquire_u64(&scene->queue.discarded);
        play_queue_take(&scene->queue, out, count, turn);
        look_at(scene, out, count, discarded);
        scene->asked += count;
        if (turn % 3 == 0)
            sched_yield();
    }
    return NULL;
}

static bool is_discard(const struct scene *scene, uint64_t frame)
{
    for (uint64_t i = 0; i < scene->discards; i++)
        if (scene->discarded[i] == frame)
            return true;
    return false;
}

static void frames_come_out_whole_in_order_and_once(void **state)
{
    static struct scene scene;
    pthread_t filler, callback;
    (void)state;

    assert_true(play_queue_init(&scene.queue, 2, ROOM));
    assert_int_equal(pthread_create(&callback, NULL, take, &scene), 0);
    assert_int_equal(pthread_create(&filler, NULL, fill, &scene), 0);
    pthread_join(filler, NULL);
    pthread_join(callback, NULL);
    assert_int_equal(scene.broken, 0);
    assert_int_equal(load_relaxed_u64(&scene.queue.asked), scene.asked);
    assert_true(scene.discards > 0);
    for (uint64_t i = 0; i < scene.jumps; i++)
        assert_true(is_discard(&scene, scene.jumped_to[i]));
    assert_true(scene.last == FRAMES || is_discard(&scene, FRAMES + 1));
    play_queue_deinit(&scene.queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_whole_in_order_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
