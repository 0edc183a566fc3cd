/* SPDX-License-Identifier: MIT */
/* Objects that were there before the recorder: whose they are decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "deck_lock.h"
#include "identity.h"
#include "named_object_win32.h"
#include "object_names.h"
#include "object_owner.h"
#include "security.h"
#include "wake_events.h"

#define TAPE_ID 0x72
#define A_STRANGER "S-1-5-21-1-2-3-7"
#define A_STRANGERS_OBJECT "O:S-1-5-21-1-2-3-7G:S-1-5-21-1-2-3-7D:(A;;GA;;;WD)"
#define A_STRANGERS_SECRET "O:S-1-5-21-1-2-3-7G:S-1-5-21-1-2-3-7D:(A;;GA;;;S-1-5-21-1-2-3-7)"

/* Every name begins with it; the process's id keeps tests that run at once apart. */
static char space[40];

static void *squat(enum named_object_kind kind, const char *name, const char *sddl)
{
    unsigned long code;
    void *made = named_object_make_for(kind, name, sddl, &code);

    if (!made)
        skip(); /* Windows makes nobody an owner whom we are not, unless we may do everything */
    return made;
}

/* How the failure names the owner; he may have no name here. */
static bool names_a_stranger(const struct failure *failure)
{
    return strstr(failure->text, A_STRANGER);
}

static void trusts_what_its_own_user_has_made(void **state)
{
    char name[OBJECT_NAME_BYTES];
    char owner[100];
    unsigned long code;
    (void)state;

    snprintf(name, sizeof name, "%sowned", space);
    void *made =
        named_object_make(NAMED_MUTEX, name, security_attributes(SECURITY_DECK_LOCK), &code);
    assert_true(object_owner_is_trusted(made, owner, sizeof owner));
    assert_false(object_owner_is_trusted(NULL, owner, sizeof owner));
    assert_non_null(strstr(owner, "somebody who does not say who he is"));
    named_object_close(made);
}

static void trusts_the_accounts_of_services_and_no_other_user(void **state)
{
    static const struct {
        const char *sid;
        bool is_trusted;
    } cases[] = {
        {"S-1-5-19", true},
        {"S-1-5-20", true},
        {"S-1-5-80-1-2-3-4-5", true},
        {"S-1-5-80-1-2-3-4", false},
        {"S-1-5-81-1-2-3-4-5", false},
        {"S-1-2-80-1-2-3-4-5", false},
        {A_STRANGER, false},
    };
    char name[OBJECT_NAME_BYTES];
    char sddl[100];
    char owner[100];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(name, sizeof name, "%sof a service %u", space, (unsigned)i);
        snprintf(sddl, sizeof sddl, "O:%sG:%sD:(A;;GA;;;WD)", cases[i].sid, cases[i].sid);
        void *made = squat(NAMED_MUTEX, name, sddl);
        if (object_owner_is_trusted(made, owner, sizeof owner) != cases[i].is_trusted)
            fail_msg("%s is%s trusted", cases[i].sid, cases[i].is_trusted ? " not" : "");
        named_object_close(made);
    }
}

static void refuses_a_catalogue_that_a_stranger_has_made(void **state)
{
    struct catalogue *catalogue = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_catalogue(name, space);
    void *made = squat(NAMED_SECTION, name, A_STRANGERS_OBJECT);
    assert_int_equal(catalogue_open(space, &catalogue, &failure), TAPEMAP_E_DENIED);
    assert_non_null(strstr(failure.text, "the catalogue of decks was made by "));
    assert_true(names_a_stranger(&failure));
    named_object_close(made);

    object_name_catalogue_lock(name, space);
    made = squat(NAMED_MUTEX, name, A_STRANGERS_OBJECT);
    assert_int_equal(catalogue_open(space, &catalogue, &failure), TAPEMAP_E_DENIED);
    assert_non_null(strstr(failure.text, "the lock of the catalogue of decks was made by "));
    assert_true(names_a_stranger(&failure));
    named_object_close(made);
}

static void refuses_a_catalogue_that_it_cannot_open(void **state)
{
    struct catalogue *catalogue = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_catalogue(name, space);
    void *made = squat(NAMED_SECTION, name, A_STRANGERS_SECRET);
    assert_int_equal(catalogue_open(space, &catalogue, &failure), TAPEMAP_E_DENIED);
    assert_non_null(strstr(failure.text, "somebody who does not say who he is"));
    named_object_close(made);
}

static void refuses_a_deck_whose_lock_a_stranger_has_made(void **state)
{
    static const char *const sddl[] = {A_STRANGERS_OBJECT, A_STRANGERS_SECRET};
    struct deck_lock *lock = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_deck(name, space, "taken");
    for (int i = 0; i < 2; i++) {
        void *made = squat(NAMED_MUTEX, name, sddl[i]);
        assert_int_equal(deck_lock_take(space, "taken", &lock, &failure), TAPEMAP_E_DENIED);
        assert_non_null(strstr(failure.text, "the lock of the deck was made by "));
        assert_null(lock);
        named_object_close(made);
    }
}

static void refuses_events_that_a_stranger_has_made(void **state)
{
    struct wake_events *events = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_event(name, space, TAPE_ID, 1);
    void *made = squat(NAMED_EVENT, name, A_STRANGERS_OBJECT);
    assert_int_equal(wake_events_create(space, TAPE_ID, true, &events, &failure),
                     TAPEMAP_E_DENIED);
    assert_true(names_a_stranger(&failure));
    assert_int_equal(wake_events_create(space, TAPE_ID, false, &events, &failure),
                     TAPEMAP_E_BUSY);
    named_object_close(made);
    made = squat(NAMED_EVENT, name, A_STRANGERS_SECRET);
    assert_int_equal(wake_events_create(space, TAPE_ID, true, &events, &failure),
                     TAPEMAP_E_DENIED);
    named_object_close(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trusts_what_its_own_user_has_made),
        cmocka_unit_test(trusts_the_accounts_of_services_and_no_other_user),
        cmocka_unit_test(refuses_a_catalogue_that_a_stranger_has_made),
        cmocka_unit_test(refuses_a_catalogue_that_it_cannot_open),
        cmocka_unit_test(refuses_a_deck_whose_lock_a_stranger_has_made),
        cmocka_unit_test(refuses_events_that_a_stranger_has_made),
    };
    snprintf(space, sizeof space, OBJECT_SPACE_LOCAL "owner%u.", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
