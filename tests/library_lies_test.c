/* SPDX-License-Identifier: MIT */
/* What the DLL says of tapes that are not what their names promise: real sections of this test's
   own, entered into the catalogue that everybody uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue.h"
#include "identity.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "steady_clock.h"
#include "tape.h"
#include "tapemap/tapemap.h"

static char deck_name[TAPEMAP_NAME_BYTES];
static struct catalogue *catalogue;
static struct store *audio;
static struct store *index_store;
static struct tape *recorded;
static uint64_t tape_id;
static char id[17];

static struct store *make_store(const char *name, uint64_t bytes)
{
    struct store *store = NULL;
    struct failure failure;
    assert_int_equal(pagefile_store_create(name, bytes, &store, &failure), TAPEMAP_OK);
    return store;
}

/* A tape that is all right, and in the catalogue. */
static int make_tape(void **state)
{
    (void)state;
    const struct instant now = {steady_clock_now(), utc_now_ns()};
    struct tape_config config = {
        .source = "lies", .format = {TAPEMAP_S16, 1, 48000},
        .capacity_frames = 48000, .clock_hz = steady_clock_hz(), .writer_pid = identity_pid(),
    };
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    uint64_t audio_bytes;
    uint64_t index_bytes;

    assert_int_equal(identity_new_tape(&tape_id, &failure), TAPEMAP_OK);
    config.tape_id = tape_id;
    memcpy(config.deck_name, deck_name, sizeof deck_name);
    tape_id_print(tape_id, id);
    tape_measure(&config, &audio_bytes, &index_bytes);
    object_name_audio(name, OBJECT_SPACE_LOCAL, tape_id, 0);
    audio = make_store(name, audio_bytes);
    object_name_index(name, OBJECT_SPACE_LOCAL, tape_id);
    index_store = make_store(name, index_bytes);
    assert_int_equal(tape_create(&config, audio, index_store, now, &recorded, &failure),
                     TAPEMAP_OK);
    assert_int_equal(catalogue_open(OBJECT_SPACE_LOCAL, &catalogue, &failure), TAPEMAP_OK);
    return catalogue_enter(catalogue, deck_name, tape_id, identity_pid(), &failure);
}

static void take_index_away(void)
{
    tape_destroy(recorded);
    recorded = NULL;
    store_destroy(index_store);
    index_store = NULL;
}

static int take_tape_away(void **state)
{
    (void)state;
    take_index_away();
    store_destroy(audio);
    catalogue_close(catalogue);
    return 0;
}

static enum tapemap_status open_deck(const char *name)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_deck(name, &tape);
    tapemap_close(tape);
    return status;
}

static enum tapemap_status open_tape(void)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_tape(id, &tape);
    tapemap_close(tape);
    return status;
}

static void opens_a_tape_that_is_all_right(void **state)
{
    (void)state;
    assert_int_equal(open_deck(deck_name), TAPEMAP_OK);
    assert_int_equal(open_tape(), TAPEMAP_OK);
}

static void calls_a_tape_without_its_index_corrupt(void **state)
{
    (void)state;
    take_index_away();
    assert_int_equal(open_tape(), TAPEMAP_E_CORRUPT);
    assert_int_equal(open_deck(deck_name), TAPEMAP_E_CORRUPT);
}

static void calls_a_tape_with_an_empty_index_corrupt(void **state)
{
    char name[OBJECT_NAME_BYTES];
    void *view;
    (void)state;

    take_index_away();
    object_name_index(name, OBJECT_SPACE_LOCAL, tape_id);
    index_store = make_store(name, 2 * TAPEMAP_GRANULE_BYTES);
    assert_int_equal(store_map(index_store, 0, 2 * TAPEMAP_GRANULE_BYTES, &view), TAPEMAP_OK);
    assert_int_equal(store_commit(index_store, 0, view, TAPEMAP_GRANULE_BYTES), TAPEMAP_OK);
    assert_int_equal(open_tape(), TAPEMAP_E_CORRUPT);
    assert_int_equal(open_deck(deck_name), TAPEMAP_E_CORRUPT);
    store_unmap(index_store, view, 2 * TAPEMAP_GRANULE_BYTES);
}

static void calls_a_tape_that_names_another_deck_corrupt(void **state)
{
    char other[TAPEMAP_NAME_BYTES];
    struct failure failure;
    (void)state;

    snprintf(other, sizeof other, "other-%u", (unsigned)identity_pid());
    assert_int_equal(catalogue_enter(catalogue, other, tape_id, identity_pid(), &failure), 0);
    assert_int_equal(open_deck(other), TAPEMAP_E_CORRUPT);
    assert_int_equal(open_tape(), TAPEMAP_OK);
    /* A tape has one slot, so this takes the lie back. */
    assert_int_equal(catalogue_enter(catalogue, deck_name, tape_id, identity_pid(), &failure), 0);
    assert_int_equal(open_deck(deck_name), TAPEMAP_OK);
}

static void knows_nothing_of_a_tape_that_has_gone(void **state)
{
    (void)state;
    take_index_away();
    store_destroy(audio);
    audio = NULL;
    assert_int_equal(open_tape(), TAPEMAP_E_NO_TAPE);
    assert_int_equal(open_deck(deck_name), TAPEMAP_E_NO_DECK);
}

#define LIES_TEST(name) cmocka_unit_test_setup_teardown(name, make_tape, take_tape_away)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIES_TEST(opens_a_tape_that_is_all_right),
        LIES_TEST(calls_a_tape_without_its_index_corrupt),
        LIES_TEST(calls_a_tape_with_an_empty_index_corrupt),
        LIES_TEST(calls_a_tape_that_names_another_deck_corrupt),
        LIES_TEST(knows_nothing_of_a_tape_that_has_gone),
    };
    snprintf(deck_name, sizeof deck_name, "lies-%u", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
