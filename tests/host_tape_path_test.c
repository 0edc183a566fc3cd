/* SPDX-License-Identifier: MIT */
/* The names of file tapes, and the options about files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <string.h>

#include "file_options.h"
#include "tape_path.h"

static const struct tape_path_facts facts = {
    .deck = "Sch\xC3\xB6n 1",
    .tape_id = 0xab,
    .utc_ns = UINT64_C(1763643895) * 1000000000,
    .attempt = 1,
};

static const char *expand(const char *pattern, unsigned attempt)
{
    static char path[128];
    struct tape_path_facts other = facts;

    other.attempt = attempt;
    assert_null(tape_path_expand(pattern, &other, path, sizeof path));
    return path;
}

static void puts_facts_in_the_place_of_words(void **state)
{
    (void)state;
    assert_string_equal(expand(TAPE_PATH_PATTERN, 1),
                        "Sch\xC3\xB6n 1/Sch\xC3\xB6n 1-20251120T130455Z.wav");
    assert_string_equal(expand("{date}/{id}.WAV", 1), "20251120/00000000000000ab.WAV");
    assert_string_equal(expand("a.rf64", 1), "a.rf64");
}

static void numbers_a_second_tape_of_the_same_second(void **state)
{
    (void)state;
    assert_string_equal(expand("x/{deck}.wav", 2), "x/Sch\xC3\xB6n 1-2.wav");
    assert_string_equal(expand("x.wav", 99), "x-99.wav");
}

static void refuses_what_windows_takes_for_a_device(void **state)
{
    static const char *const devices[] = {"{deck}/a.wav", "AUX.wav", "a/nul .x.rf64", "com1/a.wav",
                                          "b/LPT9.wav"};
    static const char *const others[] = {"{deck}-1.wav", "com0.wav", "com.wav", "com10.wav",
                                         "auxiliary/con1.wav", "lpt/x.wav"};
    struct tape_path_facts aux = facts;
    char path[64];
    (void)state;

    aux.deck = "Aux";
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        assert_non_null(tape_path_expand(devices[i], &aux, path, sizeof path));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(tape_path_expand(others[i], &aux, path, sizeof path));
}

static void says_what_is_wrong_with_a_pattern(void **state)
{
    static const char *const wrong[] = {
        "",          "{deck}",       "{deck}.flac", "{deck}{.wav", "{year}.wav", "a//b.wav",
        "/a.wav",    "../a.wav",     "a/./b.wav",   "a./b.wav",    "a /b.wav",   "C:\\a.wav",
        "a?.wav",    "a\nb.wav",     ".wav",        "a}.wav",      "x/.wav/",    "{deck",
    };
    char path[64];
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (!tape_path_expand(wrong[i], &facts, path, sizeof path))
            fail_msg("'%s' became '%s'", wrong[i], path);
}

static void refuses_a_path_that_does_not_fit(void **state)
{
    char path[16];
    struct tape_path_facts again = facts;
    (void)state;

    assert_null(tape_path_expand("12345678901.wav", &facts, path, sizeof path));
    assert_non_null(tape_path_expand("123456789012.wav", &facts, path, sizeof path));
    again.attempt = 10;
    assert_non_null(tape_path_expand("123456789.wav", &again, path, sizeof path));
}

static void knows_a_file_from_a_folder(void **state)
{
    (void)state;
    assert_true(tape_path_is_file("a.wav"));
    assert_true(tape_path_is_file("d/a.RF64"));
    assert_false(tape_path_is_file("d"));
    assert_false(tape_path_is_file("d.wav/"));
    assert_false(tape_path_is_file(".wav"));
}

/* ---- Options -------------------------------------------------------------------------------- */

static bool set(struct file_options *options, enum file_option_code code, const char *text)
{
    struct failure failure;

    return file_option_set(options, code, text, &failure);
}

static void refuses_values_out_of_range(void **state)
{
    static const struct {
        enum file_option_code code;
        const char *text;
    } wrong[] = {
        {FILE_OPTION_STORE, "tape"},        {FILE_OPTION_STORE, ""},
        {FILE_OPTION_OUTPUT, ""},           {FILE_OPTION_NAME, "{nothing}.wav"},
        {FILE_OPTION_EXTENT, "0"},          {FILE_OPTION_EXTENT, "1023KiB"},
        {FILE_OPTION_EXTENT, "17GiB"},       {FILE_OPTION_EXTENT, "-1"},
        {FILE_OPTION_KEEP_FREE, "much"},    {FILE_OPTION_KEEP_FREE, "99999999999999999999"},
        {FILE_OPTION_WHEN_FULL, "panic"},   {FILE_OPTION_FLUSH, "99ms"},
        {FILE_OPTION_FLUSH, "2h"},          {FILE_OPTION_FLUSH, "1"},
    };
    struct file_options options;
    (void)state;

    file_options_init(&options);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (set(&options, wrong[i].code, wrong[i].text))
            fail_msg("'%s' was taken", wrong[i].text);
}

static void rounds_an_extent_up_to_whole_granules(void **state)
{
    struct file_options options;
    (void)state;

    file_options_init(&options);
    assert_true(set(&options, FILE_OPTION_EXTENT, "1MB") == false);
    assert_true(set(&options, FILE_OPTION_EXTENT, "1048577"));
    assert_true(options.extent_bytes == 1048576 + 65536);
}

static bool agree(struct file_options *options, bool is_ring)
{
    struct failure failure;

    return file_options_agree(options, is_ring, &failure);
}

static void refuses_what_does_not_go_together(void **state)
{
    struct file_options options;
    (void)state;

    file_options_init(&options);
    assert_true(agree(&options, true));
    assert_true(set(&options, FILE_OPTION_KEEP_FREE, "0"));
    assert_false(agree(&options, false)); /* no file */
    assert_true(set(&options, FILE_OPTION_STORE, "file"));
    assert_true(agree(&options, false));
    assert_false(agree(&options, true)); /* a ring in a file */
    assert_true(set(&options, FILE_OPTION_RESUME, NULL));
    assert_true(agree(&options, false));
    assert_true(set(&options, FILE_OPTION_STORE, "temp-file"));
    assert_false(agree(&options, false)); /* nothing is left of it */
    file_options_init(&options);
    assert_true(set(&options, FILE_OPTION_STORE, "file"));
    assert_true(set(&options, FILE_OPTION_OUTPUT, "x.wav"));
    assert_true(set(&options, FILE_OPTION_NAME, "{id}.wav"));
    assert_false(agree(&options, false)); /* two names */
    file_options_init(&options);
    assert_true(set(&options, FILE_OPTION_STORE, "temp-file"));
    assert_true(set(&options, FILE_OPTION_EXTENT, "1MiB"));
    assert_true(agree(&options, false));
    assert_true(set(&options, FILE_OPTION_OUTPUT, "."));
    assert_true(set(&options, FILE_OPTION_FLUSH, "1s"));
    assert_false(agree(&options, false)); /* it lies elsewhere */
}

static void paths_are_the_same_in_any_case_and_with_either_slash(void **state)
{
    (void)state;
    assert_true(tape_path_is_same("C:/Tapes/Desk.WAV", "c:\\tapes\\desk.wav"));
    assert_true(tape_path_is_same("", ""));
    assert_false(tape_path_is_same("desk.wav", "desk.wav2"));
    assert_false(tape_path_is_same("desk.wav2", "desk.wav"));
    assert_false(tape_path_is_same("a/b", "a-b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_facts_in_the_place_of_words),
        cmocka_unit_test(numbers_a_second_tape_of_the_same_second),
        cmocka_unit_test(refuses_what_windows_takes_for_a_device),
        cmocka_unit_test(says_what_is_wrong_with_a_pattern),
        cmocka_unit_test(refuses_a_path_that_does_not_fit),
        cmocka_unit_test(knows_a_file_from_a_folder),
        cmocka_unit_test(refuses_values_out_of_range),
        cmocka_unit_test(rounds_an_extent_up_to_whole_granules),
        cmocka_unit_test(refuses_what_does_not_go_together),
        cmocka_unit_test(paths_are_the_same_in_any_case_and_with_either_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
