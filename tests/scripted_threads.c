/* SPDX-License-Identifier: MIT */
#include "scripted_threads.h"

#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "deck_change.h"
#include "flat_store.h"
#include "tapemap/ramp.h"

#define BLOCK_FRAMES 700u

void scripted_append_ramp(struct deck *deck, uint64_t frames)
{
    int16_t block[BLOCK_FRAMES * 2];
    uint64_t position = 0;
    while (position < frames) {
        uint64_t missing = frames - position;
        size_t count = missing < BLOCK_FRAMES ? (size_t)missing : BLOCK_FRAMES;
        for (uint32_t i = 0; i < count * 2; i++)
            block[i] = (int16_t)(tapemap_ramp_sample(i % 2, position + i / 2) >> 8);
        size_t taken = deck_append(deck, block, count, position * 208);
        position += taken;
        if (taken < count)
            sched_yield();
    }
}

void scripted_keep(struct deck *deck, const struct tapemap_shared_u64 *is_done)
{
    struct instant now = {1, 1000};
    while (load_acquire_u64(is_done) == 0) {
        now.clock += SCRIPTED_CLOCK_HZ / 100;
        now.utc_ns += 10000000;
        deck_tick(deck, now);
        sched_yield();
    }
}

static void make_stores(const struct tape_config *config, struct backed_tape *made)
{
    uint64_t audio_bytes;
    uint64_t index_bytes;
    tape_measure(config, &audio_bytes, &index_bytes);
    made->audio = flat_store_create(audio_bytes);
    made->index = flat_store_create(index_bytes);
}

void scripted_change_begin(struct scripted_change *change, struct instant now)
{
    struct failure failure;
    make_stores(&change->config.tape, &change->present);
    if (deck_create(&change->config, change->present.audio, change->present.index, now,
                    &change->deck, &failure) != TAPEMAP_OK)
        abort();
    change->present.tape = deck_tape(change->deck);
}

bool scripted_change_hand_on(struct scripted_change *change, struct instant now)
{
    if (load_acquire_u64(&change->has_left) == 0 && deck_take_left(change->deck, now)) {
        change->left = change->present;
        change->present = change->next;
        store_release_u64(&change->has_left, 1);
    }
    return deck_may_offer(change->deck);
}

void scripted_change_offer(struct scripted_change *change, struct instant now)
{
    struct tape_config config = change->config.tape;
    struct failure failure;
    config.tape_id += ++change->tapes;
    make_stores(&config, &change->next);
    if (tape_create(&config, change->next.audio, change->next.index, now, &change->next.tape,
                    &failure) != TAPEMAP_OK)
        abort();
    deck_offer_next(change->deck, change->next.tape, NULL);
}

static void verify(struct scripted_change *change, const struct backed_tape *ended)
{
    const struct tapemap_control *control = tape_control(ended->tape);
    if (control->series_position != change->position) {
        fprintf(stderr, "a tape begins at %llu instead of %llu\n",
                (unsigned long long)control->series_position,
                (unsigned long long)change->position);
        abort();
    }
    change->verify(change->position, ended);
    change->position += load_acquire_u64(&control->head);
}

static void let_go(const struct backed_tape *tape)
{
    tape_destroy(tape->tape);
    store_destroy(tape->audio);
    store_destroy(tape->index);
}

static void end_tape(struct scripted_change *change, const struct backed_tape *left)
{
    tape_end(left->tape, TAPEMAP_REASON_ROTATED, "", (struct instant){1, 1000});
    verify(change, left);
    let_go(left);
}

void *scripted_change_finish(void *context)
{
    struct scripted_change *change = context;
    while (load_acquire_u64(&change->is_done) == 0) {
        if (load_acquire_u64(&change->has_left) == 0) {
            sched_yield();
            continue;
        }
        struct backed_tape left = change->left;
        end_tape(change, &left);
        store_release_u64(&change->has_left, 0);
    }
    return NULL;
}

void scripted_change_end(struct scripted_change *change)
{
    if (load_acquire_u64(&change->has_left) != 0)
        end_tape(change, &change->left);
    if (deck_take_left(change->deck, (struct instant){1, 1000})) {
        end_tape(change, &change->present);
        change->present = change->next;
    }
    if (deck_take_unused(change->deck))
        let_go(&change->next);
    verify(change, &change->present);
    deck_destroy(change->deck);
    store_destroy(change->present.audio);
    store_destroy(change->present.index);
}
