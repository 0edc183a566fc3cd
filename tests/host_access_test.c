/* SPDX-License-Identifier: MIT */
/*
 * Who may do what. A second user is played so: the objects are made as if somebody else recorded
 * (his SID is the policy's user), and opened as the user of this process, without administrators'
 * rights.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "deck_lock.h"
#include "identity.h"
#include "named_object_win32.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "plain_user_win32.h"
#include "security.h"
#include "wake_events.h"

#define ACCESS_DENIED 5
#define SOMEBODY_ELSE "S-1-5-19"

/* Every name begins with it; the process's id keeps tests that run at once apart. */
static char space[40];

static struct access_policy policy_of(const char *readers, const char *controllers)
{
    struct access_policy policy;
    struct failure failure;

    if (access_policy_init(&policy, readers, controllers, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return policy;
}

static void use(const struct access_policy *policy)
{
    struct failure failure;

    assert_int_equal(security_use(policy, &failure), TAPEMAP_OK);
}

static int uses_the_default(void **state)
{
    struct access_policy policy = policy_of(NULL, NULL);
    (void)state;

    use(&policy);
    return 0;
}

/* Somebody else records, and names the user of this process a reader, a controller, or nothing. */
static void somebody_else_records(bool as_reader, bool as_controller)
{
    struct access_policy policy = policy_of(NULL, NULL);

    if (as_reader) {
        policy.readers.count = 1;
        memcpy(policy.readers.sids[0], policy.user, ACCESS_SID_BYTES);
    }
    if (as_controller) {
        policy.controllers.count = 1;
        memcpy(policy.controllers.sids[0], policy.user, ACCESS_SID_BYTES);
    }
    snprintf(policy.user, sizeof policy.user, SOMEBODY_ELSE);
    use(&policy);
}

/* ---- Rights, to be seen in a review --------------------------------------------------------- */

static void gives_everybody_these_rights_and_no_others(void **state)
{
    static const struct {
        enum security_kind kind;
        const char *text;
    } expected[] = {
        {SECURITY_TAPE_SECTION,
         "D:P(A;;GA;;;BA)(A;;GA;;;SY)(A;;0x4;;;S-1-5-7)(A;;0x4;;;S-1-5-8)(A;;0x4;;;S-1-5-9)"},
        {SECURITY_WAKE_EVENT,
         "D:P(A;;GA;;;BA)(A;;GA;;;SY)(A;;0x120002;;;S-1-5-7)(A;;0x100000;;;S-1-5-8)"
         "(A;;0x100000;;;S-1-5-9)"},
        {SECURITY_DECK_LOCK, "D:P(A;;GA;;;BA)(A;;GA;;;SY)(A;;0x20000;;;S-1-5-7)"},
        {SECURITY_CATALOGUE,
         "D:P(A;;GA;;;BA)(A;;GA;;;SY)(A;;0xf001f;;;S-1-5-7)(A;;0x4;;;S-1-5-8)(A;;0x4;;;S-1-5-9)"},
        {SECURITY_CATALOGUE_LOCK, "D:P(A;;GA;;;BA)(A;;GA;;;SY)(A;;0x120001;;;S-1-5-7)"},
        {SECURITY_CONTROL_PIPE,
         "D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x12019f;;;S-1-5-7)(A;;0x120183;;;S-1-5-10)"},
        {SECURITY_TAPE_FILE,
         "D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1f01ff;;;S-1-5-7)(A;;0x120089;;;S-1-5-8)"
         "(A;;0x120089;;;S-1-5-9)"},
        {SECURITY_TAPE_FOLDER,
         "D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1f01ff;;;S-1-5-7)"
         "(A;OICI;0x1200a9;;;S-1-5-8)(A;OICI;0x1200a9;;;S-1-5-9)"},
        {SECURITY_PRIVATE_FILE, "D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1f01ff;;;S-1-5-7)"},
        {SECURITY_PRIVATE_FOLDER,
         "D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1f01ff;;;S-1-5-7)"},
    };
    struct access_policy policy = policy_of("S-1-5-8, S-1-5-9", "S-1-5-10");
    char text[SECURITY_TEXT_BYTES];
    (void)state;

    snprintf(policy.user, sizeof policy.user, "S-1-5-7");
    assert_int_equal(sizeof expected / sizeof expected[0], SECURITY_KINDS);
    for (int i = 0; i < SECURITY_KINDS; i++) {
        assert_int_equal(expected[i].kind, i);
        security_text(expected[i].kind, &policy, text);
        assert_string_equal(text, expected[i].text);
    }
    use(&policy);
}

static void holds_sixteen_of_the_longest_names(void **state)
{
    static const char longest[] =
        "S-1-281474976710655-4294967295-4294967295-4294967295-4294967295-4294967295-4294967295-"
        "4294967295-4294967295-4294967295-4294967295-4294967295-4294967295-4294967295-4294967295-"
        "4294967295";
    struct access_policy policy = policy_of(NULL, NULL);
    char text[SECURITY_TEXT_BYTES];
    (void)state;

    assert_true(sizeof longest <= ACCESS_SID_BYTES);
    memcpy(policy.user, longest, sizeof longest);
    policy.readers.count = ACCESS_MOST_NAMES;
    for (int i = 0; i < ACCESS_MOST_NAMES; i++)
        memcpy(policy.readers.sids[i], longest, sizeof longest);
    security_text(SECURITY_TAPE_FOLDER, &policy, text);
    assert_int_equal(text[strlen(text) - 1], ')');
    assert_true(strlen(text) < SECURITY_TEXT_BYTES - 64);
}

/* ---- Names ---------------------------------------------------------------------------------- */

static void knows_people_by_name_by_sid_and_by_two_letters(void **state)
{
    struct access_policy policy = policy_of(" Everyone ,S-1-5-32-545,BU, WD", "AU");
    (void)state;

    assert_int_equal(policy.readers.count, 4);
    assert_string_equal(policy.readers.sids[0], "S-1-1-0");
    assert_string_equal(policy.readers.sids[1], "S-1-5-32-545");
    assert_string_equal(policy.readers.sids[2], "S-1-5-32-545");
    assert_string_equal(policy.readers.sids[3], "S-1-1-0");
    assert_int_equal(policy.controllers.count, 1);
    assert_string_equal(policy.controllers.sids[0], "S-1-5-11");
    policy = policy_of("", NULL);
    assert_int_equal(policy.readers.count, 0);
}

static void refuses_names_that_nobody_has(void **state)
{
    static const char *const wrong[] = {"no such person",  "S-1-5-x", ",", "BU,", "BU,,WD",
                                        "S-1-5-32-545;BU", " "};
    struct access_policy policy;
    struct failure failure;
    char names[64];
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (access_policy_init(&policy, wrong[i], NULL, &failure) != TAPEMAP_E_ARGUMENT)
            fail_msg("'%s' was taken for somebody", wrong[i]);
        assert_non_null(strstr(failure.text, "--readers names '"));
    }
    assert_int_equal(access_policy_init(&policy, "BU", "Zoe", &failure), TAPEMAP_E_ARGUMENT);
    assert_non_null(strstr(failure.text, "--controllers names 'Zoe'"));
    snprintf(names, sizeof names, "BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU,BU");
    assert_int_equal(access_policy_init(&policy, names, NULL, &failure), TAPEMAP_OK);
    strcat(names, ",WD");
    assert_int_equal(access_policy_init(&policy, names, NULL, &failure), TAPEMAP_E_ARGUMENT);
    assert_non_null(strstr(failure.text, "more than 16"));
}

/* ---- Rights, as the system enforces them ---------------------------------------------------- */

struct objects {
    struct store *store;
    struct wake_events *events;
    struct catalogue *catalogue;
    struct deck_lock *lock;
    void *pipe;
    char pipe_name[80];
};

#define TAPE_ID 0x71

static struct objects make_objects(void)
{
    struct objects made = {0};
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    unsigned long code;

    object_name_audio(name, space, TAPE_ID, 0);
    assert_int_equal(pagefile_store_create(name, TAPEMAP_GRANULE_BYTES, &made.store, &failure), 0);
    assert_int_equal(wake_events_create(space, TAPE_ID, false, &made.events, &failure), 0);
    assert_int_equal(catalogue_open(space, &made.catalogue, &failure), 0);
    assert_int_equal(deck_lock_take(space, "locked", &made.lock, &failure), 0);
    snprintf(made.pipe_name, sizeof made.pipe_name, "\\\\.\\pipe\\tapemap.test%u",
             (unsigned)identity_pid());
    made.pipe = named_object_make(NAMED_PIPE, made.pipe_name,
                                  security_attributes(SECURITY_CONTROL_PIPE), &code);
    assert_non_null(made.pipe);
    return made;
}

static void close_objects(struct objects *objects)
{
    named_object_close(objects->pipe);
    deck_lock_release(objects->lock);
    catalogue_close(objects->catalogue);
    wake_events_destroy(objects->events);
    store_destroy(objects->store);
}

/* Wine keeps what was said about every object, and does not ask for it everywhere: not when a pipe
   is opened, nor when an event is opened to be waited on. Windows does. */
static bool is_guarded(enum named_object_kind kind, const char *prefix, enum plain_user_act act)
{
    char name[OBJECT_NAME_BYTES];
    unsigned long code;

    snprintf(name, sizeof name, "%s.guarded%u", prefix, (unsigned)identity_pid());
    void *made = named_object_make_for(kind, name, "D:P(A;;GA;;;SY)", &code);
    assert_non_null(made);
    code = plain_user_opens(name, act);
    named_object_close(made);
    return code == ACCESS_DENIED;
}

static void assert_pipe(const struct objects *objects, enum plain_user_act act, unsigned long code)
{
    char text[512];

    if (is_guarded(NAMED_PIPE, "\\\\.\\pipe\\tapemap", PLAIN_USER_TALKS_TO_PIPE)) {
        assert_int_equal(plain_user_opens(objects->pipe_name, act), code);
        return;
    }
    /* Its DACL is there at least; gives_everybody_these_rights looks at what it says. */
    named_object_text(objects->pipe, text, sizeof text);
    assert_non_null(strstr(text, "D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x12019f;;;"));
}

/* Nobody but the user of the recorder and administrators may do these. */
static void assert_no_more_than_read(const struct objects *objects)
{
    char name[OBJECT_NAME_BYTES];

    object_name_audio(name, space, TAPE_ID, 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_WRITES_SECTION), ACCESS_DENIED);
    for (unsigned parity = 0; parity < 2; parity++) {
        object_name_event(name, space, TAPE_ID, parity);
        assert_int_equal(plain_user_opens(name, PLAIN_USER_SETS_EVENT), ACCESS_DENIED);
    }
    object_name_catalogue(name, space);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_WRITES_SECTION), ACCESS_DENIED);
    object_name_catalogue_lock(name, space);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_TAKES_MUTEX), ACCESS_DENIED);
    object_name_deck(name, space, "locked");
    assert_int_equal(plain_user_opens(name, PLAIN_USER_TAKES_MUTEX), ACCESS_DENIED);
    assert_pipe(objects, PLAIN_USER_SERVES_PIPE, ACCESS_DENIED);
}

static void assert_reading(unsigned long code)
{
    char name[OBJECT_NAME_BYTES];

    object_name_audio(name, space, TAPE_ID, 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_READS_SECTION), code);
    object_name_event(name, space, TAPE_ID, 1);
    if (code == 0 || is_guarded(NAMED_EVENT, space, PLAIN_USER_WAITS_ON_EVENT))
        assert_int_equal(plain_user_opens(name, PLAIN_USER_WAITS_ON_EVENT), code);
    object_name_catalogue(name, space);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_READS_SECTION), code);
}

static void lets_readers_read_and_nothing_more(void **state)
{
    (void)state;
    somebody_else_records(true, false);
    struct objects objects = make_objects();

    assert_reading(0);
    assert_no_more_than_read(&objects);
    assert_pipe(&objects, PLAIN_USER_TALKS_TO_PIPE, ACCESS_DENIED);
    close_objects(&objects);
}

static void lets_controllers_talk_and_not_serve(void **state)
{
    (void)state;
    somebody_else_records(false, true);
    struct objects objects = make_objects();

    assert_reading(ACCESS_DENIED);
    assert_no_more_than_read(&objects);
    assert_pipe(&objects, PLAIN_USER_TALKS_TO_PIPE, 0);
    close_objects(&objects);
}

static void lets_strangers_do_nothing(void **state)
{
    (void)state;
    somebody_else_records(false, false);
    struct objects objects = make_objects();

    assert_reading(ACCESS_DENIED);
    assert_no_more_than_read(&objects);
    assert_pipe(&objects, PLAIN_USER_TALKS_TO_PIPE, ACCESS_DENIED);
    close_objects(&objects);
}

static void lets_the_user_record_once_more_without_administrators_rights(void **state)
{
    struct objects objects = make_objects();
    struct wake_events *events = NULL;
    struct catalogue *catalogue = NULL;
    struct deck_lock *lock = NULL;
    struct failure failure;
    (void)state;

    assert_int_equal(plain_user_begin(), 0);
    int events_status = wake_events_create(space, TAPE_ID, true, &events, &failure);
    int catalogue_status = catalogue_open(space, &catalogue, &failure);
    int lock_status = deck_lock_take(space, "locked", &lock, &failure);
    plain_user_end();
    assert_int_equal(events_status, TAPEMAP_OK);
    assert_int_equal(catalogue_status, TAPEMAP_OK);
    assert_int_equal(lock_status, TAPEMAP_E_BUSY);
    assert_pipe(&objects, PLAIN_USER_SERVES_PIPE, 0);
    catalogue_close(catalogue);
    wake_events_destroy(events);
    close_objects(&objects);
}

static void lets_the_readers_of_a_later_recorder_read_the_catalogue(void **state)
{
    struct catalogue *first = NULL;
    struct catalogue *second = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_catalogue(name, space);
    somebody_else_records(false, false);
    assert_int_equal(catalogue_open(space, &first, &failure), 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_READS_SECTION), ACCESS_DENIED);
    somebody_else_records(true, false);
    assert_int_equal(catalogue_open(space, &second, &failure), 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_READS_SECTION), 0);
    assert_int_equal(plain_user_opens(name, PLAIN_USER_WRITES_SECTION), ACCESS_DENIED);
    catalogue_close(second);
    catalogue_close(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gives_everybody_these_rights_and_no_others, uses_the_default),
        cmocka_unit_test_setup(holds_sixteen_of_the_longest_names, uses_the_default),
        cmocka_unit_test_setup(knows_people_by_name_by_sid_and_by_two_letters, uses_the_default),
        cmocka_unit_test_setup(refuses_names_that_nobody_has, uses_the_default),
        cmocka_unit_test_setup(lets_readers_read_and_nothing_more, uses_the_default),
        cmocka_unit_test_setup(lets_controllers_talk_and_not_serve, uses_the_default),
        cmocka_unit_test_setup(lets_strangers_do_nothing, uses_the_default),
        cmocka_unit_test_setup(lets_the_user_record_once_more_without_administrators_rights,
                               uses_the_default),
        cmocka_unit_test_setup(lets_the_readers_of_a_later_recorder_read_the_catalogue,
                               uses_the_default),
    };
    snprintf(space, sizeof space, OBJECT_SPACE_LOCAL "access%u.", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
