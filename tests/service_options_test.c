/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service_options.h"

#define MOST 16

/* Arguments after "service", ending with NULL. */
static bool parse(struct service_options *options, struct failure *failure, const char *const *list)
{
    char *argv[MOST] = {(char *)(uintptr_t)"service"};
    int argc = 1;

    while (*list && argc < MOST - 1)
        argv[argc++] = (char *)(uintptr_t)*list++;
    return service_options_parse(argc, argv, options, failure);
}

static void has_defaults_that_need_nothing(void **state)
{
    struct service_options options;
    struct failure failure;

    (void)state;
    assert_true(parse(&options, &failure, (const char *const[]){"install", NULL}));
    assert_int_equal(options.action, SERVICE_DO_INSTALL);
    assert_string_equal(options.name, "tapemap");
    assert_null(options.config);
    assert_null(options.account);
    assert_int_equal(options.start, SERVICE_START_AUTO);
    assert_int_equal(options.account_kind, SERVICE_ACCOUNT_SYSTEM);
}

static void takes_all_that_is_given(void **state)
{
    struct service_options options;
    struct failure failure;

    (void)state;
    assert_true(parse(&options, &failure,
                      (const char *const[]){"install", "--name", "studio rec", "--display-name=St",
                                            "--description", "x", "--config", "a b.conf", "--start",
                                            "delayed", "--account", "HOME\\eva", "--password-file",
                                            "p", NULL}));
    assert_string_equal(options.name, "studio rec");
    assert_string_equal(options.display_name, "St");
    assert_string_equal(options.description, "x");
    assert_string_equal(options.config, "a b.conf");
    assert_int_equal(options.start, SERVICE_START_DELAYED);
    assert_string_equal(options.account, "HOME\\eva");
    assert_int_equal(options.account_kind, SERVICE_ACCOUNT_USER);
    assert_string_equal(options.password_file, "p");
}

static void knows_accounts_without_passwords(void **state)
{
    static const struct {
        const char *account;
        enum service_account kind;
    } cases[] = {
        {"LocalSystem", SERVICE_ACCOUNT_SYSTEM},
        {"localsystem", SERVICE_ACCOUNT_SYSTEM},
        {"NT AUTHORITY\\System", SERVICE_ACCOUNT_SYSTEM},
        {"nt authority\\LocalService", SERVICE_ACCOUNT_BUILT_IN},
        {"NT SERVICE\\tapemap", SERVICE_ACCOUNT_BUILT_IN},
        {".\\eva", SERVICE_ACCOUNT_USER},
        {"eva@home.example", SERVICE_ACCOUNT_USER},
        {"LocalSystem\\eva", SERVICE_ACCOUNT_USER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct service_options options;
        struct failure failure;
        assert_true(parse(&options, &failure,
                          (const char *const[]){"install", "--account", cases[i].account, NULL}));
        assert_int_equal(options.account_kind, cases[i].kind);
    }
}

static void each_action_takes_its_own_options_only(void **state)
{
    struct service_options options;
    struct failure failure;

    (void)state;
    assert_true(parse(&options, &failure, (const char *const[]){"status", "--json", NULL}));
    assert_true(options.is_json);
    assert_true(parse(&options, &failure,
                      (const char *const[]){"run", "--name", "n", "--config", "c", NULL}));
    assert_int_equal(options.action, SERVICE_DO_RUN);
    assert_false(parse(&options, &failure, (const char *const[]){"run", "--name", "n", NULL}));
    assert_non_null(strstr(failure.text, "--config is missing"));
    assert_false(parse(&options, &failure, (const char *const[]){"stop", "--json", NULL}));
    assert_non_null(strstr(failure.text, "--json does not go with this action"));
    assert_false(parse(&options, &failure, (const char *const[]){"start", "--config", "c", NULL}));
    assert_non_null(strstr(failure.text, "--config does not go with this action"));
}

static void refuses_with_a_remedy(void **state)
{
    static const struct {
        const char *list[6];
        const char *text;
    } cases[] = {
        {{NULL}, "no action is given; use install"},
        {{"begin", NULL}, "unknown action 'begin'; use install"},
        {{"install", "--name", "", NULL}, "'' cannot name a service; use 1"},
        {{"install", "--name", "a/b", NULL}, "'a/b' cannot name a service; use 1"},
        {{"install", "--name", "a\"b", NULL}, "cannot name a service; use 1"},
        {{"install", "--start", "soon", NULL}, "--start 'soon' is unknown; use auto"},
        {{"install", "--account", "eva", NULL}, "'eva' is no whole account name; use"},
        {{"install", "--password-file", "p", NULL}, "--password-file goes with"},
        {{"install", "--config", "", NULL}, "--config is empty; give"},
        {{"install", "--config", NULL}, "lacks its value; see"},
        {{"install", "--password=x", NULL}, "--password would show it to every program; use"},
        {{"install", "now", NULL}, "unexpected argument 'now'; see"},
        {{"install", "--nmae", "x", NULL}, "'--nmae' is not understood"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct service_options options;
        struct failure failure = {TAPEMAP_OK, ""};
        if (parse(&options, &failure, cases[i].list))
            fail_msg("case %zu was taken", i);
        assert_int_equal(failure.status, TAPEMAP_E_SYNTAX);
        if (!strstr(failure.text, cases[i].text))
            fail_msg("case %zu: '%s'", i, failure.text);
    }
}

static void asks_for_help_before_anything_else(void **state)
{
    struct service_options options;
    struct failure failure;

    (void)state;
    assert_true(parse(&options, &failure, (const char *const[]){"--help", NULL}));
    assert_true(options.wants_help);
    assert_true(parse(&options, &failure, (const char *const[]){"run", "--help", NULL}));
    assert_true(options.wants_help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_defaults_that_need_nothing),
        cmocka_unit_test(takes_all_that_is_given),
        cmocka_unit_test(knows_accounts_without_passwords),
        cmocka_unit_test(each_action_takes_its_own_options_only),
        cmocka_unit_test(refuses_with_a_remedy),
        cmocka_unit_test(asks_for_help_before_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
