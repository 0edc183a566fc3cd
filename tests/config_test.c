/* SPDX-License-Identifier: MIT */
/* What a configuration comes to, and what is said of a bad one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

static struct config *parse(const char *source)
{
    char *text = malloc(strlen(source) + 1);
    struct config *config;

    assert_non_null(text);
    strcpy(text, source);
    config = config_parse(text, strlen(source));
    free(text);
    assert_non_null(config);
    return config;
}

static struct config *must_parse(const char *source)
{
    struct config *config = parse(source);

    if (config->complaint_count > 0)
        fail_msg("line %u: %s", config->complaints[0].line, config->complaints[0].text);
    return config;
}

static const char *value(const struct config_deck *deck, const char *option)
{
    for (size_t i = 0; i < deck->settings.count; i++) {
        if (strcmp(deck->settings.items[i].option, option) == 0)
            return deck->settings.items[i].value ? deck->settings.items[i].value : "given";
    }
    return "";
}

static void reads_decks_and_their_options(void **state)
{
    struct config *config = must_parse("log = 'D:\\logs\\tapemapd.log'\n"
                                       "deck studio {\n"
                                       "    source = \"tone:sine:440\" # a\n"
                                       "    store = file output = 'D:\\tapes' write_through = yes\n"
                                       "    quiet = off\n"
                                       "}\n"
                                       "deck \"two words\" { source = tone:ramp }\n");
    (void)state;

    assert_string_equal(config->log, "D:\\logs\\tapemapd.log");
    assert_int_equal(config->deck_count, 2);
    assert_string_equal(config->decks[0].name, "studio");
    assert_int_equal(config->decks[0].line, 2);
    assert_string_equal(value(&config->decks[0], "source"), "tone:sine:440");
    assert_string_equal(value(&config->decks[0], "output"), "D:\\tapes");
    assert_string_equal(value(&config->decks[0], "write-through"), "given");
    assert_string_equal(value(&config->decks[0], "quiet"), "");
    assert_true(config->decks[0].is_file);
    assert_string_equal(config->decks[1].name, "two words");
    assert_false(config->decks[1].is_file);
    assert_ptr_equal(config_find_deck(config, "two words"), &config->decks[1]);
    assert_null(config_find_deck(config, "three"));
    config_free(config);
}

static void gives_defaults_where_they_apply(void **state)
{
    struct config *config = must_parse("deck a { source = tone:ramp store = file }\n"
                                       "deck b { source = tone:ramp capacity = 1h }\n"
                                       "deck c { source = portaudio keep_free = 9GiB\n"
                                       "    store = file }\n"
                                       "defaults { keep_free = 5GiB ring = 10m speed = 2x }\n");
    (void)state;

    assert_string_equal(value(&config->decks[0], "keep-free"), "5GiB");
    assert_string_equal(value(&config->decks[0], "ring"), "");
    assert_string_equal(value(&config->decks[0], "speed"), "2x");
    assert_string_equal(value(&config->decks[1], "keep-free"), "");
    assert_string_equal(value(&config->decks[1], "ring"), "");
    assert_string_equal(value(&config->decks[2], "keep-free"), "9GiB");
    assert_string_equal(value(&config->decks[2], "speed"), "");
    config_free(config);
}

static uint64_t hash_of(const char *source)
{
    struct config *config = must_parse(source);
    uint64_t hash = config->decks[0].hash;

    config_free(config);
    return hash;
}

static void knows_a_changed_deck_by_its_hash(void **state)
{
    uint64_t hash = hash_of("deck a { source = tone:ramp rate = 48000 }");
    (void)state;

    assert_true(hash == hash_of("# x\ndeck 'a' {\nsource = \"tone:ramp\"\nrate = 48000 }\n"));
    assert_true(hash != hash_of("deck a { source = tone:ramp rate = 44100 }"));
    assert_true(hash != hash_of("deck a { source = tone:ramp rate = 48000 write_through = true "
                                "store = file }"));
    assert_true(hash != hash_of("deck a { source = tone:ramp4 rate = 8000 }"));
}

/* All that is wrong, as "LINE: part of the sentence" in order. */
static void refuses(const char *source, const char *const *parts, size_t count)
{
    struct config *config = parse(source);
    char line[1100];

    for (size_t i = 0; i < config->complaint_count || i < count; i++) {
        if (i >= config->complaint_count)
            fail_msg("'%s' is accepted, and should give: %s", source, parts[i]);
        snprintf(line, sizeof line, "%u: %s", config->complaints[i].line,
                 config->complaints[i].text);
        if (i >= count || !strstr(line, parts[i]))
            fail_msg("'%s' gives: %s", source, line);
        if (!strchr(line, ';') && !strchr(line, '?'))
            fail_msg("no remedy: %s", line);
    }
    config_free(config);
}

#define REFUSES(source, ...)                                                                       \
    do {                                                                                           \
        static const char *const expected[] = {__VA_ARGS__};                                       \
        refuses(source, expected, sizeof expected / sizeof expected[0]);                           \
    } while (0)

static void tells_line_and_remedy(void **state)
{
    (void)state;
    REFUSES("", "0: there is no deck in it; add one: deck");
    REFUSES("deck a {\n\n sorce = tone:ramp\n}", "3: unknown key 'sorce'; did you mean 'source'?");
    REFUSES("deck a { source = tone:ramp elephant = 3 }", "1: unknown key 'elephant'; a deck's");
    REFUSES("dekc a { source = tone:ramp }\ndeck b { source = tone:ramp }",
            "1: unknown key 'dekc'; did you mean 'deck'?");
    REFUSES("\n\nsource = tone:ramp\ndeck b { source = tone:ramp }",
            "3: unknown key 'source'; outside of decks");
    REFUSES("deck a { source = tone:ramp resume = true }", "1: 'resume' cannot be set: the super");
    REFUSES("deck a { source = tone:ramp deck = b }", "1: 'deck' cannot be set: the deck's name");
    REFUSES("deck a {\nsource = tone:ramp\nrate = 0\n}",
            "3: deck 'a': rate '0' is out of range; use a number from 1 to 3072000");
    REFUSES("deck a {\nsource = tone:ramp\nkeep_free = 5GiB\n}",
            "1: deck 'a': keep_free applies to files only; add store = file, or leave");
    REFUSES("defaults {\nkeep_free = 5 Gib\n}\ndeck b { source = tone:ramp }",
            "2: unknown key 'Gib'; a deck's keys");
    REFUSES("defaults {\nkeep_free = 5XB\n}\ndeck b { source = tone:ramp }",
            "2: defaults: keep_free '5XB' is no size; use for example 1GiB, or 0");
    REFUSES("deck a { source = tone:ramp write_through = 3 }", "1: write_through is '3'; use true");
    REFUSES("deck a {\nsource = tone:ramp\nrate = 8000\nrate = 9000\n}",
            "4: rate is given in line 3 already; leave one");
    REFUSES("deck a/b { source = tone:ramp }", "1: 'a/b' cannot name a deck; use 1 to 63");
    REFUSES("deck a { source = stdin }", "1: deck 'a': source stdin has nobody to feed it");
    REFUSES("deck a { source = 'x", "1: a string begins and does not end");
    REFUSES("deck a { source = \"D:\\tapes\" }", "1: source has a control character");
    REFUSES("deck { source = x }", "1: missing title for section 'deck'; write KEY");
    REFUSES("deck a { source tone:ramp }", "1: missing equal sign after option 'source'");
    REFUSES("log = ''\ndeck a { source = tone:ramp }", "1: log is empty");
    REFUSES("log = a\nlog = b\ndeck a { source = tone:ramp }", "2: log is given twice");
}

static void tells_of_a_section_that_does_not_begin_its_statement(void **state)
{
    (void)state;
    REFUSES("log = a.log deck a { source = tone:ramp }\ndeck b { source = tone:ramp }",
            "1: 'deck' does not begin its statement; write it without quotes, in a line of");
    REFUSES("\"deck\" a { source = tone:ramp }\ndeck b { source = tone:ramp }",
            "1: 'deck' does not begin its statement");
    REFUSES("deckt =\ndeck defaults { keep_free = 1GiB }\ndeck b { source = tone:ramp }",
            "1: unknown key 'deckt'; did you mean 'deck'?",
            "1: 'defaults' does not begin its statement");
}

static void tells_everything_that_is_wrong(void **state)
{
    (void)state;
    REFUSES("# many\n"
            "deck a {\n"
            "    source = tone:ramp\n"
            "    rate = 0\n"
            "    chanels = 2\n"
            "    format = s17 // bad\n"
            "}\n"
            "deck b { source tone:ramp }\n"
            "deck c {\n"
            "    source = \"unended\n"
            "}\n"
            "deck d {\n"
            "    /* no source\n"
            "     */\n"
            "}\n",
            "4: deck 'a': rate '0'", "5: unknown key 'chanels'; did you mean 'channels'?",
            "6: deck 'a': unknown format 's17'; use s16", "8: missing equal sign",
            "10: a string begins", "12: deck 'd': source is missing");
}

static void refuses_one_file_for_all_that_a_deck_records(void **state)
{
    (void)state;
    REFUSES("deck a {\n"
            "    source = tone:ramp\n"
            "    store = file\n"
            "    output = one.wav\n"
            "}\n",
            "4: deck 'a': output is one file, and the deck begins a new one each time");
}

static void takes_who_may_control_the_supervisor(void **state)
{
    char text[] = "controllers = 'STUDIO\\anna, Users'\ndeck a { source = tone:ramp }\n";
    struct config *config = config_parse(text, sizeof text - 1);
    (void)state;

    assert_int_equal(config->complaint_count, 0);
    assert_string_equal(config->controllers, "STUDIO\\anna, Users");
    config_free(config);
    REFUSES("controllers = ''\ndeck a { source = tone:ramp }\n", "1: controllers is empty");
}

static void compares_decks(void **state)
{
    (void)state;
    REFUSES("deck a { source = tone:ramp }\ndeck b { source = tone:ramp }\n"
            "deck A { source = tone:ramp }\n",
            "3: deck 'A' is there already, in line 1; give one");
    REFUSES("defaults { store = file }\n"
            "deck a { source = tone:ramp output = 'D:\\x' name = Y.wav }\n"
            "deck b { source = tone:ramp output = d:/X name = y.wav }\n",
            "3: deck 'b' writes to the same file as deck 'a' in line 2; give");
    REFUSES("defaults { store = file name = '{date}.wav' }\n"
            "deck a { source = tone:ramp }\ndeck b { source = tone:ramp }\n",
            "3: deck 'b' writes to the same file as deck 'a'");
    config_free(must_parse("defaults { store = file name = '{id}.wav' }\n"
                           "deck a { source = tone:ramp }\ndeck b { source = tone:ramp }\n"));
}

static void counts_decks(void **state)
{
    char text[8192] = "";
    size_t used = 0;
    struct config *config;
    (void)state;

    for (unsigned i = 0; i < CONFIG_MOST_DECKS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "deck d%u { source = tone:ramp }\n", i);
    config = must_parse(text);
    assert_int_equal(config->deck_count, CONFIG_MOST_DECKS);
    config_free(config);
    snprintf(text + used, sizeof text - used, "deck more { source = tone:ramp }\n");
    REFUSES(text, "61: deck 'more' is one too many");
}

static void reads_no_other_kind_of_file(void **state)
{
    char wide[] = "\xff\xfe" "d\0e\0";
    char zero[] = "deck a { source = tone:ramp }\0 deck b { }";
    struct config *config = config_parse(wide, sizeof wide - 1);
    (void)state;

    assert_string_equal(config->complaints[0].text, "the file is UTF-16; save it as UTF-8");
    config_free(config);
    config = config_parse(zero, sizeof zero - 1);
    assert_int_equal(config->complaint_count, 1);
    config_free(config);
    config_free(must_parse("\xef\xbb\xbf" "deck a { source = tone:ramp }\r\n"));
}

/* A file that was read badly must not change how the next one is read. */
static void reads_well_after_any_mistake(void **state)
{
    static const char *const bad[] = {"deck a { source = \"x", "deck a { source = 'x", "/* x",
                                      "deck a { source = \"\\9\" }", "deck a {", "a = ${", "\\",
                                      "deck a { x = { y = {", "=", "{{{}}}", "deck \"\" {}"};
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct config *config = parse(bad[i]);

        if (config->complaint_count == 0)
            fail_msg("'%s' is accepted", bad[i]);
        config_free(config);
        config_free(must_parse("deck a { source = tone:ramp }\n"));
    }
}

static void takes_defaults_in_whatever_order_they_are_written(void **state)
{
    struct config *config = must_parse("defaults { keep_size = 5GiB source = tone:ramp\n"
                                       "    rotate = 1h store = file }\n"
                                       "deck a { output = tapes }\n");
    (void)state;

    assert_string_equal(value(&config->decks[0], "source"), "tone:ramp");
    assert_string_equal(value(&config->decks[0], "store"), "file");
    assert_string_equal(value(&config->decks[0], "keep-size"), "5GiB");
    config_free(config);
}

static void reads_no_further_than_two_hundred_mistakes(void **state)
{
    enum { LINES = 5000 };
    static char text[LINES * sizeof "a = 1\n"];
    struct config *config;
    (void)state;

    for (size_t i = 0; i < LINES; i++)
        strcat(text + i * (sizeof "a = 1\n" - 1), "a = 1\n");
    config = parse(text);
    assert_int_equal(config->complaint_count, CONFIG_MOST_COMPLAINTS + 1);
    assert_int_equal(config->complaints[CONFIG_MOST_COMPLAINTS].line, CONFIG_MOST_COMPLAINTS + 1);
    assert_non_null(strstr(config->complaints[CONFIG_MOST_COMPLAINTS].text, "not read on"));
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_decks_and_their_options),
        cmocka_unit_test(gives_defaults_where_they_apply),
        cmocka_unit_test(knows_a_changed_deck_by_its_hash),
        cmocka_unit_test(tells_line_and_remedy),
        cmocka_unit_test(tells_of_a_section_that_does_not_begin_its_statement),
        cmocka_unit_test(tells_everything_that_is_wrong),
        cmocka_unit_test(refuses_one_file_for_all_that_a_deck_records),
        cmocka_unit_test(takes_who_may_control_the_supervisor),
        cmocka_unit_test(compares_decks),
        cmocka_unit_test(counts_decks),
        cmocka_unit_test(reads_no_other_kind_of_file),
        cmocka_unit_test(reads_well_after_any_mistake),
        cmocka_unit_test(takes_defaults_in_whatever_order_they_are_written),
        cmocka_unit_test(reads_no_further_than_two_hundred_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
