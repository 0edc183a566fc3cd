/* SPDX-License-Identifier: MIT */
/* The thread that flushes, over stores in memory whose disk is this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>

#include "atomic64.h"
#include "flusher.h"
#include "identity.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "steady_clock.h"

#define PATIENCE_MS 50u
#define LONG_MS 60000u

static struct tapemap_shared_u64 disk_hangs;
static struct tapemap_shared_u64 flushes;
static struct store_ops ops;

static enum tapemap_status flush_to_disk(struct store *store, uint64_t offset, uint64_t end)
{
    (void)store;
    (void)offset;
    (void)end;
    store_release_u64(&flushes, load_relaxed_u64(&flushes) + 1);
    while (load_acquire_u64(&disk_hangs) != 0)
        steady_clock_sleep_ms(1);
    return TAPEMAP_OK;
}

static struct store *make_store(const char *kind, uint64_t id, uint64_t bytes)
{
    char name[OBJECT_NAME_BYTES];
    struct failure failure;
    struct store *store = NULL;

    snprintf(name, sizeof name, "%stest.flusher.%llx.%s", OBJECT_SPACE_LOCAL,
             (unsigned long long)id, kind);
    assert_int_equal(pagefile_store_create(name, bytes, &store, &failure), 0);
    ops = *store->ops;
    ops.flush = flush_to_disk;
    store->ops = &ops;
    return store;
}

static void gives_up_on_a_disk_that_hangs_and_ends_after_one_that_answers(void **state)
{
    struct instant now = {steady_clock_now(), utc_now_ns()};
    struct failure failure;
    struct tape *tape = NULL;
    struct flusher *flusher = NULL;
    struct tape_config config = {
        .deck_name = "flusher", .source = "test", .format = {TAPEMAP_S16, 1, 48000},
        .capacity_frames = 48000, .clock_hz = steady_clock_hz(), .writer_pid = 1,
    };
    uint64_t audio_bytes;
    uint64_t index_bytes;
    (void)state;

    assert_int_equal(identity_new_tape(&config.tape_id, &failure), 0);
    tape_measure(&config, &audio_bytes, &index_bytes);
    struct store *audio = make_store("audio", config.tape_id, audio_bytes);
    struct store *index = make_store("index", config.tape_id, index_bytes);
    assert_int_equal(tape_create(&config, audio, index, now, &tape, &failure), 0);
    store_release_u64(&disk_hangs, 1);
    assert_int_equal(flusher_start(tape, 1000000, &flusher, &failure), 0);
    while (load_acquire_u64(&flushes) == 0)
        steady_clock_sleep_ms(1);
    assert_false(flusher_stop(flusher, PATIENCE_MS));
    store_release_u64(&disk_hangs, 0);
    assert_true(flusher_stop(flusher, LONG_MS));
    assert_true(flusher_stop(NULL, PATIENCE_MS));
    tape_destroy(tape);
    store_destroy(index);
    store_destroy(audio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_up_on_a_disk_that_hangs_and_ends_after_one_that_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
