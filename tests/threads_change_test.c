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

#include <cmocka.h>

#include "atomic64.h"
#include "deck_change.h"
#include "flat_store.h"
#include "scripted_threads.h"
#include "tapemap/ramp.h"

#define TOTAL_FRAMES 1500000u
#define TAPE_FRAMES 20011u

static void *append(void *context)
{
    struct scripted_change *change = context;
    scripted_append_ramp(change->deck, TOTAL_FRAMES);
    return NULL;
}

/* Every other tape goes on past its boundary, to a later one. */
static void change_tapes(struct scripted_change *change, struct instant now)
{
    if (!scripted_change_hand_on(change, now))
        return;
    if (change->tapes % 2 == 0)
        deck_set_boundary(change->deck, TAPE_FRAMES + 1000);
    scripted_change_offer(change, now);
}

static void *keep(void *context)
{
    struct scripted_change *change = context;
    struct instant now = {1, 1000};
    while (load_acquire_u64(&change->is_done) == 0) {
        now.clock += SCRIPTED_CLOCK_HZ / 100;
        now.utc_ns += 10000000;
        deck_tick(change->deck, now);
        change_tapes(change, now);
        sched_yield();
    }
    deck_end(change->deck, now);
    return NULL;
}

static void verify(uint64_t position, const struct backed_tape *ended)
{
    const unsigned char *bytes = flat_store_memory(ended->audio) + TAPEMAP_DATA_OFFSET;
    const int16_t *frames = (const int16_t *)(const void *)bytes;
    uint64_t head = load_acquire_u64(&tape_control(ended->tape)->head);
    for (uint64_t i = 0; i < head * 2; i++)
        if (frames[i] != tapemap_ramp_sample(i % 2, position + i / 2) >> 8) {
            fprintf(stderr, "frame %llu is wrong\n", (unsigned long long)(position + i / 2));
            abort();
        }
}

static void tapes_are_handed_on_while_frames_come(void **state)
{
    (void)state;
    struct scripted_change change = {.config = {.tape = {.deck_name = "threads",
                                                         .source = "tone:ramp",
                                                         .tape_id = 1,
                                                         .format = {TAPEMAP_S16, 2, 48000},
                                                         .capacity_frames = 2 * TOTAL_FRAMES,
                                                         .boundary_frame = TAPE_FRAMES,
                                                         .ahead_frames = 9600,
                                                         .window_bytes = 262144,
                                                         .clock_hz = SCRIPTED_CLOCK_HZ}},
                                     .verify = verify};
    pthread_t appender, keeper, finisher;
    scripted_change_begin(&change, (struct instant){1, 1000});
    pthread_create(&keeper, NULL, keep, &change);
    pthread_create(&finisher, NULL, scripted_change_finish, &change);
    pthread_create(&appender, NULL, append, &change);
    pthread_join(appender, NULL);
    store_release_u64(&change.is_done, 1);
    pthread_join(keeper, NULL);
    pthread_join(finisher, NULL);
    scripted_change_end(&change);
    assert_int_equal(change.position, TOTAL_FRAMES);
    assert_true(change.tapes > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tapes_are_handed_on_while_frames_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
