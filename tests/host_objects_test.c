/* SPDX-License-Identifier: MIT */
/* The named objects of a recorder, as real kernel objects in a namespace of this test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "catalogue.h"
#include "catalogue_copy_win32.h"
#include "catalogue_read.h"
#include "deck_lock.h"
#include "identity.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "plain_user_win32.h"
#include "wake_events.h"

/* Every name begins with it; the process's id keeps tests that run at once apart. */
static char space[40];

/* Ids from here on are no process's: a small one may be that of any, and then its deck is taken for
   one that waits. */
#define NOBODY 0x7FFF0000u

static struct store *make_tape(uint64_t tape_id)
{
    char name[OBJECT_NAME_BYTES];
    struct store *store = NULL;
    struct failure failure;

    object_name_audio(name, space, tape_id, 0);
    assert_int_equal(pagefile_store_create(name, TAPEMAP_GRANULE_BYTES, &store, &failure), 0);
    return store;
}

static struct catalogue *must_open(void)
{
    struct catalogue *catalogue = NULL;
    struct failure failure;

    if (catalogue_open(space, &catalogue, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return catalogue;
}

static void shows_a_deck_to_another_handle(void **state)
{
    struct catalogue *writer = must_open();
    struct catalogue *other = must_open();
    struct failure failure;
    (void)state;

    assert_int_equal(catalogue_find_pid(other, "studio"), 0);
    assert_int_equal(catalogue_enter(writer, "studio", 7, 4711, &failure), 0);
    assert_int_equal(catalogue_find_pid(other, "studio"), 4711);
    assert_int_equal(catalogue_find_pid(other, "studi"), 0);
    assert_int_equal(catalogue_find_pid(other, "studio2"), 0);
    assert_int_equal(catalogue_enter(other, "studio", 8, 4712, &failure), 0);
    assert_int_equal(catalogue_find_pid(writer, "studio"), 4712);
    catalogue_close(writer);
    catalogue_close(other);
}

static void refuses_a_deck_too_many_until_a_tape_goes(void **state)
{
    struct catalogue *catalogue = must_open();
    struct store *tapes[TAPEMAP_CATALOGUE_SLOTS];
    struct failure failure;
    char deck[TAPEMAP_NAME_BYTES];
    (void)state;

    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        tapes[i] = make_tape(i + 1);
        snprintf(deck, sizeof deck, "deck %u", (unsigned)i);
        assert_int_equal(catalogue_enter(catalogue, deck, i + 1, NOBODY + i, &failure), 0);
    }
    assert_int_equal(catalogue_enter(catalogue, "one more", 99, 1, &failure), TAPEMAP_E_FULL);
    assert_non_null(strstr(failure.text, "all 64 places"));
    assert_int_equal(catalogue_enter(catalogue, "deck 5", 6, 555, &failure), 0);
    store_destroy(tapes[9]);
    assert_int_equal(catalogue_enter(catalogue, "one more", 99, 1, &failure), 0);
    assert_int_equal(catalogue_find_pid(catalogue, "one more"), 1);
    assert_int_equal(catalogue_find_pid(catalogue, "deck 9"), 0);
    assert_int_equal(catalogue_find_pid(catalogue, "deck 5"), 555);
    assert_int_equal(catalogue_find_pid(catalogue, "deck 63"), NOBODY + 63);
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (i != 9)
            store_destroy(tapes[i]);
    }
    catalogue_close(catalogue);
}

/* The pid with which a tape is listed under the name of a deck; NOT_LISTED. */
#define NOT_LISTED (-1)
static int64_t listed_pid(const char *deck, uint64_t tape_id)
{
    static struct tapemap_catalogue copy;
    struct catalogue_entry entry;

    assert_true(catalogue_copy(space, &copy));
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        if (catalogue_read_slot(&copy, i, &entry) == TAPEMAP_OK && entry.tape_id == tape_id &&
            strcmp(entry.name, deck) == 0)
            return (int64_t)entry.pid;
    }
    return NOT_LISTED;
}

static void lists_an_older_tape_while_it_is_held(void **state)
{
    struct catalogue *catalogue = must_open();
    struct store *held = make_tape(201);
    struct store *newer = make_tape(202);
    struct failure failure;
    (void)state;

    assert_int_equal(catalogue_enter(catalogue, "twice", 201, 4711, &failure), 0);
    assert_int_equal(catalogue_enter(catalogue, "twice", 202, 4712, &failure), 0);
    assert_true(listed_pid("twice", 201) == 0);
    assert_true(listed_pid("twice", 202) == 4712);
    assert_int_equal(catalogue_find_pid(catalogue, "twice"), 4712);
    store_destroy(newer);
    assert_int_equal(catalogue_enter(catalogue, "twice", 203, 4713, &failure), 0);
    assert_true(listed_pid("twice", 201) == 0);
    assert_true(listed_pid("twice", 202) == NOT_LISTED);
    assert_int_equal(catalogue_find_pid(catalogue, "twice"), 4713);
    /* Once more recorded by another process, it stays in its place. */
    assert_int_equal(catalogue_enter(catalogue, "twice", 201, 4714, &failure), 0);
    assert_true(listed_pid("twice", 201) == 4714);
    assert_true(listed_pid("twice", 203) == 0);
    assert_int_equal(catalogue_find_pid(catalogue, "twice"), 4714);
    store_destroy(held);
    catalogue_close(catalogue);
}

static void gives_an_older_tapes_place_to_a_deck_that_needs_it(void **state)
{
    struct catalogue *catalogue = must_open();
    struct store *tapes[TAPEMAP_CATALOGUE_SLOTS + 1];
    struct failure failure;
    char deck[TAPEMAP_NAME_BYTES];
    (void)state;

    for (uint32_t i = 0; i <= TAPEMAP_CATALOGUE_SLOTS; i++)
        tapes[i] = make_tape(i + 300);
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        snprintf(deck, sizeof deck, "deck %u", i == 1 ? 0u : (unsigned)i);
        assert_int_equal(catalogue_enter(catalogue, deck, i + 300, NOBODY + i, &failure), 0);
    }
    assert_true(listed_pid("deck 0", 300) == 0);
    assert_int_equal(catalogue_enter(catalogue, "one more", TAPEMAP_CATALOGUE_SLOTS + 300, 1,
                                     &failure), 0);
    assert_true(listed_pid("deck 0", 300) == NOT_LISTED);
    assert_true(listed_pid("deck 0", 301) == NOBODY + 1);
    for (uint32_t i = 0; i <= TAPEMAP_CATALOGUE_SLOTS; i++)
        store_destroy(tapes[i]);
    catalogue_close(catalogue);
}

static void leaves_a_deck_that_waits_for_its_source_its_place(void **state)
{
    struct catalogue *catalogue = must_open();
    struct store *tapes[TAPEMAP_CATALOGUE_SLOTS];
    struct failure failure;
    (void)state;

    assert_int_equal(catalogue_enter(catalogue, "waits", 999, identity_pid(), &failure), 0);
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++) {
        tapes[i] = make_tape(i + 400);
        assert_int_equal(catalogue_enter(catalogue, "turns", i + 400, 4711, &failure), 0);
    }
    assert_int_equal(catalogue_find_pid(catalogue, "waits"), identity_pid());
    assert_int_equal(catalogue_find_pid(catalogue, "turns"), 4711);
    for (uint32_t i = 0; i < TAPEMAP_CATALOGUE_SLOTS; i++)
        store_destroy(tapes[i]);
    catalogue_close(catalogue);
}

static void locks_a_deck_once(void **state)
{
    struct deck_lock *first = NULL;
    struct deck_lock *second = NULL;
    struct deck_lock *other = NULL;
    struct failure failure;
    (void)state;

    assert_int_equal(deck_lock_take(space, "caf\xC3\xA9", &first, &failure), 0);
    assert_int_equal(deck_lock_take(space, "caf\xC3\xA9", &second, &failure), TAPEMAP_E_BUSY);
    assert_int_equal(deck_lock_take(space, "cafe", &other, &failure), 0);
    deck_lock_release(first);
    assert_int_equal(deck_lock_take(space, "caf\xC3\xA9", &second, &failure), 0);
    deck_lock_release(second);
    deck_lock_release(other);
}

static void refuses_a_section_that_exists(void **state)
{
    struct store *first = make_tape(77);
    struct store *second = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_audio(name, space, 77, 0);
    assert_int_equal(pagefile_store_create(name, 2 * TAPEMAP_GRANULE_BYTES, &second, &failure),
                     TAPEMAP_E_BUSY);
    assert_null(second);
    store_destroy(first);
    first = make_tape(77);
    store_destroy(first);
}

static void shows_committed_bytes_in_every_view(void **state)
{
    char name[OBJECT_NAME_BYTES];
    uint64_t offset = UINT64_C(3) << 32;
    struct store *store = NULL;
    struct failure failure;
    void *first;
    void *second;
    (void)state;

    object_name_audio(name, space, 78, 0);
    assert_int_equal(pagefile_store_create(name, UINT64_C(1) << 40, &store, &failure), 0);
    assert_int_equal(store_map(store, offset, 4 * TAPEMAP_GRANULE_BYTES, &first), 0);
    assert_int_equal(store_map(store, offset, 2 * TAPEMAP_GRANULE_BYTES, &second), 0);
    assert_int_equal(store_commit(store, offset, first, TAPEMAP_GRANULE_BYTES), 0);
    assert_int_equal(store_commit(store, offset, first, TAPEMAP_GRANULE_BYTES), 0);
    assert_int_equal(((unsigned char *)second)[TAPEMAP_GRANULE_BYTES - 1], 0);
    ((unsigned char *)first)[100] = 42;
    assert_int_equal(((unsigned char *)second)[100], 42);
    store_unmap(store, first, 4 * TAPEMAP_GRANULE_BYTES);
    store_unmap(store, second, 2 * TAPEMAP_GRANULE_BYTES);
    assert_true(store_map(store, UINT64_C(1) << 40, TAPEMAP_GRANULE_BYTES, &first) < 0);
    store_destroy(store);
}

static void counts_wake_ups_in_the_control_block(void **state)
{
    static struct tapemap_control control;
    struct wake_events *events = NULL;
    struct wake_events *again = NULL;
    struct failure failure;
    (void)state;

    assert_int_equal(wake_events_create(space, 5, false, &events, &failure), 0);
    assert_int_equal(wake_events_create(space, 5, false, &again, &failure), TAPEMAP_E_BUSY);
    wake_events_signal(events); /* nobody to wake yet */
    wake_events_attach(events, &control);
    wake_events_signal(events);
    wake_events_signal(events);
    assert_true(load_relaxed_u64(&control.wake_count) == 2);
    wake_events_end(events);
    wake_events_destroy(events);
}

#define ACCESS_DENIED 5

static void lets_the_user_read_a_tape_and_write_the_catalogue(void **state)
{
    char name[OBJECT_NAME_BYTES];
    struct store *store = make_tape(79);
    struct wake_events *events = NULL;
    struct catalogue *catalogue = must_open();
    struct deck_lock *lock = NULL;
    struct failure failure;
    void *view;
    (void)state;

    assert_int_equal(wake_events_create(space, 79, false, &events, &failure), 0);
    assert_int_equal(deck_lock_take(space, "locked", &lock, &failure), 0);
    object_name_audio(name, space, 79, 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_READS_SECTION), 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_WRITES_SECTION), ACCESS_DENIED);
    for (unsigned parity = 0; parity < 2; parity++) {
        object_name_event(name, space, 79, parity);
        assert_int_equal(plain_user_opens(name, PLAIN_USER_WAITS_ON_EVENT), 0);
        assert_int_equal(plain_user_opens(name, PLAIN_USER_SETS_EVENT), 0);
    }
    object_name_catalogue(name, space);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_WRITES_SECTION), 0);
    object_name_catalogue_lock(name, space);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_TAKES_MUTEX), 0);
    object_name_deck(name, space, "locked");
    assert_int_equal(plain_user_opens(name, PLAIN_USER_TAKES_MUTEX), ACCESS_DENIED);
    /* Its maker writes it all the same. */
    assert_int_equal(store_map(store, 0, TAPEMAP_GRANULE_BYTES, &view), 0);
    store_unmap(store, view, TAPEMAP_GRANULE_BYTES);
    deck_lock_release(lock);
    catalogue_close(catalogue);
    wake_events_destroy(events);
    store_destroy(store);
}

static void gives_ids_that_differ(void **state)
{
    struct failure failure;
    uint64_t first = 0;
    uint64_t second = 0;
    (void)state;

    assert_int_equal(identity_new_tape(&first, &failure), 0);
    assert_int_equal(identity_new_tape(&second, &failure), 0);
    assert_true(first != 0 && second != 0 && first != second);
    assert_true(identity_process_lives(identity_pid()));
    assert_false(identity_process_lives(0x7FFFFFFCu));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_a_deck_to_another_handle),
        cmocka_unit_test(refuses_a_deck_too_many_until_a_tape_goes),
        cmocka_unit_test(lists_an_older_tape_while_it_is_held),
        cmocka_unit_test(gives_an_older_tapes_place_to_a_deck_that_needs_it),
        cmocka_unit_test(leaves_a_deck_that_waits_for_its_source_its_place),
        cmocka_unit_test(locks_a_deck_once),
        cmocka_unit_test(refuses_a_section_that_exists),
        cmocka_unit_test(shows_committed_bytes_in_every_view),
        cmocka_unit_test(counts_wake_ups_in_the_control_block),
        cmocka_unit_test(lets_the_user_read_a_tape_and_write_the_catalogue),
        cmocka_unit_test(gives_ids_that_differ),
    };
    snprintf(space, sizeof space, OBJECT_SPACE_LOCAL "test%u.", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
