/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "object_names.h"
#include "status_named.h"
#include "tapemap/tapemap.h"

static void knows_every_status(void **state)
{
    (void)state;
#define CHECK_STATUS(name, value, wrong, remedy)                           \
    assert_string_equal(tapemap_status_name(TAPEMAP_##name), #name);       \
    assert_string_equal(tapemap_status_text(TAPEMAP_##name), wrong);       \
    assert_string_equal(tapemap_status_remedy(TAPEMAP_##name), remedy);
    TAPEMAP_STATUS_LIST(CHECK_STATUS)
#undef CHECK_STATUS
    assert_string_equal(tapemap_status_name(TAPEMAP_E_NO_DECK), "E_NO_DECK");
}

static void finds_every_failure_by_its_name(void **state)
{
    (void)state;
#define CHECK_NAMED(name, value, wrong, remedy)            \
    if (TAPEMAP_##name != TAPEMAP_OK)                      \
        assert_int_equal(status_named(#name), TAPEMAP_##name);
    TAPEMAP_STATUS_LIST(CHECK_NAMED)
#undef CHECK_NAMED
    /* What fails never becomes OK. */
    assert_int_equal(status_named("OK"), TAPEMAP_E_SYSTEM);
    assert_int_equal(status_named("E_NEVER_HEARD_OF"), TAPEMAP_E_SYSTEM);
    assert_int_equal(status_named(""), TAPEMAP_E_SYSTEM);
    assert_int_equal(status_named(NULL), TAPEMAP_E_SYSTEM);
}

static void tells_statuses_apart(void **state)
{
    (void)state;
    for (int a = -20; a <= 0; a++)
        for (int b = -20; b < a; b++)
            assert_string_not_equal(tapemap_status_name((enum tapemap_status)a),
                                    tapemap_status_name((enum tapemap_status)b));
}

static void has_words_for_values_it_does_not_know(void **state)
{
    (void)state;
    assert_string_equal(tapemap_status_name((enum tapemap_status)-999), "unknown");
    assert_true(strlen(tapemap_status_text((enum tapemap_status)1)) > 0);
    assert_true(strlen(tapemap_status_remedy((enum tapemap_status)1)) > 0);
    assert_string_equal(tapemap_format_name((enum tapemap_sample_format)0), "unknown");
    assert_string_equal(tapemap_state_name((enum tapemap_state)7), "unknown");
    assert_string_equal(tapemap_reason_name((enum tapemap_reason)10), "unknown");
    assert_string_equal(tapemap_record_kind_name((enum tapemap_record_kind)0), "unknown");
}

static void names_formats_states_reasons_and_kinds(void **state)
{
    (void)state;
    static const char *const formats[] = {"s16", "s24", "s32", "f32"};
    static const char *const states[] = {"starting", "recording", "source-lost",
                                         "ended", "disk-full", "paused"};
    static const char *const reasons[] = {"none", "requested", "duration", "source-ended",
                                          "capacity", "commit-limit", "disk-full", "source-lost",
                                          "failure", "rotated"};
    static const char *const kinds[] = {"state", "anchor", "gap", "overflow",
                                        "mark", "source", "warning"};

    for (int i = 0; i < 4; i++)
        assert_string_equal(tapemap_format_name((enum tapemap_sample_format)(i + 1)), formats[i]);
    for (int i = 0; i < 6; i++)
        assert_string_equal(tapemap_state_name((enum tapemap_state)(i + 1)), states[i]);
    for (int i = 0; i < 10; i++)
        assert_string_equal(tapemap_reason_name((enum tapemap_reason)i), reasons[i]);
    for (int i = 0; i < 7; i++)
        assert_string_equal(tapemap_record_kind_name((enum tapemap_record_kind)(i + 1)), kinds[i]);
}

static void tells_its_version(void **state)
{
    (void)state;
    unsigned parts[3];
    char rest;

    int read = sscanf(tapemap_version(), "%u.%u.%u%c", &parts[0], &parts[1], &parts[2], &rest);
    assert_int_equal(read, 3);
}

static void names_objects_as_the_layout_says(void **state)
{
    (void)state;
    const uint64_t id = 0x00c0ffee12345678u;
    char name[OBJECT_NAME_BYTES];

    object_name_audio(name, OBJECT_SPACE_LOCAL, id, 0);
    assert_string_equal(name, "Local\\tapemap.00c0ffee12345678");
    object_name_audio(name, OBJECT_SPACE_GLOBAL, id, 12);
    assert_string_equal(name, "Global\\tapemap.00c0ffee12345678.g12");
    object_name_index(name, OBJECT_SPACE_LOCAL, id);
    assert_string_equal(name, "Local\\tapemap.00c0ffee12345678.index");
    object_name_event(name, OBJECT_SPACE_LOCAL, id, 0);
    assert_string_equal(name, "Local\\tapemap.00c0ffee12345678.even");
    object_name_event(name, OBJECT_SPACE_LOCAL, id, 7);
    assert_string_equal(name, "Local\\tapemap.00c0ffee12345678.odd");
    object_name_catalogue(name, OBJECT_SPACE_GLOBAL);
    assert_string_equal(name, "Global\\tapemap.catalogue");
    object_name_catalogue_lock(name, OBJECT_SPACE_GLOBAL);
    assert_string_equal(name, "Global\\tapemap.catalogue.lock");
    object_name_deck(name, OBJECT_SPACE_LOCAL, "Küche 1");
    assert_string_equal(name, "Local\\tapemap.deck.Küche 1");
}

static void names_the_pipes_of_a_session_and_of_the_service(void **state)
{
    (void)state;
    char space[PIPE_SPACE_BYTES];
    char name[OBJECT_NAME_BYTES];

    pipe_name_space(space, true, 7);
    pipe_name_deck(name, space, "K\xc3\xbc" "che 1");
    assert_string_equal(name, "\\\\.\\pipe\\tapemap.global.deck.K\xc3\xbc" "che 1");
    pipe_name_space(space, false, UINT32_MAX);
    pipe_name_supervisor(name, space);
    assert_string_equal(name, "\\\\.\\pipe\\tapemap.s4294967295.supervisor");
}

static void has_room_for_the_longest_name(void **state)
{
    (void)state;
    char deck[TAPEMAP_NAME_BYTES] = {0};
    char name[OBJECT_NAME_BYTES];

    object_name_audio(name, OBJECT_SPACE_GLOBAL, UINT64_MAX, UINT64_MAX);
    assert_string_equal(name, "Global\\tapemap.ffffffffffffffff.g18446744073709551615");
    memset(deck, 'd', sizeof deck - 1);
    object_name_deck(name, OBJECT_SPACE_GLOBAL, deck);
    assert_int_equal(strlen(name), strlen("Global\\tapemap.deck.") + sizeof deck - 1);
}

static void reads_ids_that_it_printed(void **state)
{
    (void)state;
    const uint64_t ids[] = {0, 1, 0xfedcba9876543210u, 0x8000000000000000u, UINT64_MAX};
    char text[17];
    uint64_t id;

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        tape_id_print(ids[i], text);
        assert_int_equal(strlen(text), 16);
        id = ~ids[i];
        assert_true(tape_id_parse(text, &id));
        assert_int_equal(id, ids[i]);
    }
    assert_true(tape_id_parse("00C0FFEE12345678", &id));
    assert_int_equal(id, 0x00c0ffee12345678u);
}

static void refuses_ids_that_are_not_16_hex_digits(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "0",
        "00c0ffee1234567",
        "00c0ffee123456789",
        "00c0ffee1234567g",
        "00c0ffee1234567 ",
        " 00c0ffee12345678",
        "0x00c0ffee123456",
        "+0c0ffee12345678",
        "-0c0ffee12345678",
        "00c0ffee1234567\xc3",
    };
    uint64_t id = 42;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(tape_id_parse(wrong[i], &id));
    assert_int_equal(id, 42);
}

static void accepts_names_that_people_give(void **state)
{
    (void)state;
    static const char *const right[] = {
        "studio",
        "a",
        "Studio 1 (left)",
        ".hidden",
        "v1.2",
        "..x",
        "-",
        "Küche",
        "\xe5\xbd\x95\xe9\x9f\xb3",     /* three bytes each */
        "\xf0\x9f\x8e\x99",             /* four bytes */
        "\xed\x9f\xbf\xee\x80\x80",     /* the neighbours of the surrogates */
        "\xf4\x8f\xbf\xbf",             /* the last character */
        "\xc2\xa0",                     /* the first after the control characters */
        "123456789012345678901234567890123456789012345678901234567890123", /* 63 bytes */
    };

    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        assert_true(deck_name_is_valid(right[i]));
}

static void refuses_names_that_are_no_file_names(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", ".", "..", " ", " a", "a ", "a.", "a..", "a. ",
        "a\\b", "a/b", "a:b", "a*b", "a?b", "a\"b", "a<b", "a>b", "a|b",
        "a\nb", "\t", "a\x1f", "\x7f", "\xc2\x80", "a\xc2\x9f",
        "1234567890123456789012345678901234567890123456789012345678901234", /* 64 bytes */
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(deck_name_is_valid(wrong[i]));
}

static void refuses_names_that_are_not_utf8(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\x80", "\xbf", "a\xff", "\xfe", /* no character begins so */
        "\xc3", "\xe5\xbd", "\xf0\x9f\x8e", "\xe5\xbdz", "\xc3\xc3", /* cut short */
        "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", /* long */
        "\xed\xa0\x80", "\xed\xbf\xbf",                                             /* surrogates */
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",            /* beyond */
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(deck_name_is_valid(wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_every_status),
        cmocka_unit_test(finds_every_failure_by_its_name),
        cmocka_unit_test(tells_statuses_apart),
        cmocka_unit_test(has_words_for_values_it_does_not_know),
        cmocka_unit_test(names_formats_states_reasons_and_kinds),
        cmocka_unit_test(tells_its_version),
        cmocka_unit_test(names_objects_as_the_layout_says),
        cmocka_unit_test(names_the_pipes_of_a_session_and_of_the_service),
        cmocka_unit_test(has_room_for_the_longest_name),
        cmocka_unit_test(reads_ids_that_it_printed),
        cmocka_unit_test(refuses_ids_that_are_not_16_hex_digits),
        cmocka_unit_test(accepts_names_that_people_give),
        cmocka_unit_test(refuses_names_that_are_no_file_names),
        cmocka_unit_test(refuses_names_that_are_not_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
