/* SPDX-License-Identifier: MIT */
/* What the list and a deck's name give when the deck goes on to its next tape at that very moment.
   The system below the catalogue is this file's: sections that come and go when they are asked
   for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_catalogue.h"
#include "object_names.h"
#include "tape_handle.h"

#define FIRST_TAPE 100u

static struct tapemap_catalogue catalogue;
static uint64_t present; /* the tape that is recorded */
static uint64_t held;    /* one that a client still holds; 0: none */
static unsigned seams;   /* that are still to come, one whenever a tape is asked for */
static unsigned looks;   /* at the catalogue */

/* ---- The system ------------------------------------------------------------------------------ */

const char *const tape_spaces[TAPE_SPACES] = {OBJECT_SPACE_GLOBAL, OBJECT_SPACE_LOCAL};

static void enter(uint32_t index, uint64_t tape_id, uint32_t pid)
{
    fake_catalogue_enter(&catalogue, index, tape_id, pid, "quick", 5);
}

/* Whether it is there, a seam later. */
static bool is_there(uint64_t tape_id)
{
    if (seams > 0) {
        seams--;
        present++;
        enter(1, present, 1234);
    }
    return tape_id == present || (held && tape_id == held);
}

enum tapemap_status section_open(const char *name, struct section *section)
{
    char expected[OBJECT_NAME_BYTES];

    object_name_catalogue(expected, OBJECT_SPACE_LOCAL);
    if (strcmp(name, expected) == 0) {
        looks++;
        section->handle = &catalogue;
        return TAPEMAP_OK;
    }
    for (uint64_t id = FIRST_TAPE; id <= present; id++) {
        object_name_audio(expected, OBJECT_SPACE_LOCAL, id, 0);
        if (strcmp(name, expected) == 0)
            return is_there(id) ? TAPEMAP_OK : TAPEMAP_E_NO_TAPE;
    }
    return TAPEMAP_E_NO_TAPE;
}

void section_close(struct section *section)
{
    section->handle = NULL;
}

bool section_is_committed(const void *address, size_t bytes)
{
    return address && bytes > 0;
}

static enum tapemap_status map_catalogue(void *context, uint64_t offset, size_t bytes,
                                         const void **view)
{
    (void)context;
    assert_int_equal(offset, 0);
    assert_int_equal(bytes, sizeof catalogue);
    *view = &catalogue;
    return TAPEMAP_OK;
}

static void unmap_catalogue(void *context, const void *view, size_t bytes)
{
    (void)context;
    (void)view;
    (void)bytes;
}

struct view_source section_views(const struct section *section)
{
    (void)section;
    return (struct view_source){.map = map_catalogue, .unmap = unmap_catalogue};
}

enum tapemap_status tape_failure_of(enum tapemap_status first, enum tapemap_status second)
{
    bool says_little = first == TAPEMAP_OK || first == TAPEMAP_E_NO_TAPE ||
                       first == TAPEMAP_E_NO_DECK;

    return says_little ? second : first;
}

enum tapemap_status tape_open_in(const char *space, uint64_t id, tapemap_tape **tape)
{
    if (strcmp(space, OBJECT_SPACE_LOCAL) != 0 || !is_there(id))
        return TAPEMAP_E_NO_TAPE;
    *tape = calloc(1, sizeof **tape);
    assert_non_null(*tape);
    (*tape)->id = id;
    strcpy((*tape)->reader.tape.deck_name, "quick");
    return TAPEMAP_OK;
}

void tapemap_close(tapemap_tape *tape)
{
    free(tape);
}

/* ---- What is looked at ----------------------------------------------------------------------- */

static int setup(void **state)
{
    (void)state;
    fake_catalogue_begin(&catalogue);
    present = FIRST_TAPE;
    enter(1, present, 1234);
    held = seams = looks = 0;
    return 0;
}

static void expect_listed(size_t expected)
{
    struct tapemap_deck decks[2];
    size_t count = 99;

    assert_int_equal(tapemap_list_decks(decks, 2, &count), TAPEMAP_OK);
    assert_int_equal(count, expected);
    if (expected > 0)
        assert_string_equal(decks[0].name, "quick");
}

static void a_deck_is_listed_at_its_seams(void **state)
{
    (void)state;
    expect_listed(1);
    seams = 1;
    expect_listed(1);
    seams = 3;
    expect_listed(1);
}

static void a_deck_is_opened_at_its_seams(void **state)
{
    tapemap_tape *tape = NULL;
    (void)state;

    seams = 2;
    assert_int_equal(tapemap_open_deck("quick", &tape), TAPEMAP_OK);
    assert_int_equal(tape->id, FIRST_TAPE + 2);
    tapemap_close(tape);
}

static void an_older_tape_that_is_held_is_not_taken_for_the_one_that_is_recorded(void **state)
{
    tapemap_tape *tape = NULL;
    (void)state;

    held = FIRST_TAPE - 1;
    enter(0, held, 0);
    seams = 2; /* one when that is opened, and one when the other is */
    assert_int_equal(tapemap_open_deck("quick", &tape), TAPEMAP_OK);
    assert_int_equal(tape->id, FIRST_TAPE + 2);
    tapemap_close(tape);
}

static void a_deck_whose_tape_has_gone_is_not_waited_for(void **state)
{
    tapemap_tape *tape = NULL;
    (void)state;

    enter(1, FIRST_TAPE - 1, 1234);
    expect_listed(0);
    assert_int_equal(looks, 2); /* and one that nothing has changed */
    assert_int_equal(tapemap_open_deck("quick", &tape), TAPEMAP_E_NO_DECK);
    assert_int_equal(tapemap_open_deck("slow", &tape), TAPEMAP_E_NO_DECK);
}

static void a_catalogue_that_never_rests_is_left(void **state)
{
    tapemap_tape *tape = NULL;
    (void)state;

    seams = 1000;
    expect_listed(0);
    assert_int_equal(tapemap_open_deck("quick", &tape), TAPEMAP_E_NO_DECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_deck_is_listed_at_its_seams, setup),
        cmocka_unit_test_setup(a_deck_is_opened_at_its_seams, setup),
        cmocka_unit_test_setup(
            an_older_tape_that_is_held_is_not_taken_for_the_one_that_is_recorded, setup),
        cmocka_unit_test_setup(a_deck_whose_tape_has_gone_is_not_waited_for, setup),
        cmocka_unit_test_setup(a_catalogue_that_never_rests_is_left, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
