/* SPDX-License-Identifier: MIT */
/* Reading catalogue slots that are written, damaged or hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "catalogue_read.h"
#include "fake_catalogue.h"

static struct tapemap_catalogue catalogue;

static void write_slot(uint32_t index, uint64_t tape_id, const char *name, size_t bytes)
{
    fake_catalogue_enter(&catalogue, index, tape_id, 1234, name, bytes);
}

static int setup(void **state)
{
    (void)state;
    fake_catalogue_begin(&catalogue);
    return 0;
}

static void checks_what_it_is(void **state)
{
    (void)state;
    assert_int_equal(catalogue_check(&catalogue), TAPEMAP_OK);
    catalogue.signature ^= 1;
    assert_int_equal(catalogue_check(&catalogue), TAPEMAP_E_FOREIGN);
    store_release_u64(&catalogue.magic, TAPEMAP_TAPE_MAGIC);
    assert_int_equal(catalogue_check(&catalogue), TAPEMAP_E_FOREIGN);
    store_release_u64(&catalogue.magic, 0);
    assert_int_equal(catalogue_check(&catalogue), TAPEMAP_E_NOT_YET);
}

static void reads_used_slots_and_skips_free_ones(void **state)
{
    struct catalogue_entry entry;
    (void)state;

    write_slot(63, 0xABCDEF, "studio \xc3\xa4", 9);
    assert_int_equal(catalogue_read_slot(&catalogue, 0, &entry), TAPEMAP_E_NO_TAPE);
    assert_int_equal(catalogue_read_slot(&catalogue, 63, &entry), TAPEMAP_OK);
    assert_int_equal(entry.tape_id, 0xABCDEF);
    assert_int_equal(entry.pid, 1234);
    assert_string_equal(entry.name, "studio \xc3\xa4");
    write_slot(63, 0, "", 0);
    assert_int_equal(catalogue_read_slot(&catalogue, 63, &entry), TAPEMAP_E_NO_TAPE);
}

static void gives_up_on_a_slot_whose_writer_died(void **state)
{
    struct catalogue_entry entry;
    (void)state;

    write_slot(5, 1, "a", 1);
    store_release_u64(&catalogue.slots[5].version, 3);
    assert_int_equal(catalogue_read_slot(&catalogue, 5, &entry), TAPEMAP_E_BUSY);
}

static void refuses_names_no_deck_can_have(void **state)
{
    char endless[TAPEMAP_NAME_BYTES];
    struct catalogue_entry entry = {.pid = 9};
    (void)state;

    memset(endless, 'x', sizeof endless);
    write_slot(1, 7, endless, sizeof endless);
    assert_int_equal(catalogue_read_slot(&catalogue, 1, &entry), TAPEMAP_E_CORRUPT);
    write_slot(1, 7, "a\\b", 3);
    assert_int_equal(catalogue_read_slot(&catalogue, 1, &entry), TAPEMAP_E_CORRUPT);
    write_slot(1, 7, "\x1b[2J", 4);
    assert_int_equal(catalogue_read_slot(&catalogue, 1, &entry), TAPEMAP_E_CORRUPT);
    write_slot(1, 7, "", 0);
    assert_int_equal(catalogue_read_slot(&catalogue, 1, &entry), TAPEMAP_E_CORRUPT);
    assert_int_equal(entry.pid, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(checks_what_it_is, setup),
        cmocka_unit_test_setup(reads_used_slots_and_skips_free_ones, setup),
        cmocka_unit_test_setup(gives_up_on_a_slot_whose_writer_died, setup),
        cmocka_unit_test_setup(refuses_names_no_deck_can_have, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
