/* SPDX-License-Identifier: MIT */
/* Words to a pipe that somebody serves, well or badly, or that a stranger has made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "named_object_win32.h"
#include "object_names.h"
#include "pipe_server_win32.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define REQUEST "{\"command\":\"status\"}"
#define A_STRANGERS_OBJECT "O:S-1-5-21-1-2-3-7G:S-1-5-21-1-2-3-7D:(A;;GA;;;WD)"
#define SHORT_MS 300u /* for what will never come */
#define LONG_MS 20000u

static char deck[40];

static void name_pipe(bool is_global, char out[OBJECT_NAME_BYTES])
{
    char space[PIPE_SPACE_BYTES];

    pipe_name_space(space, is_global, pipe_server_session());
    pipe_name_deck(out, space, deck);
}

/* What comes of a request to such a server in this session; the answer, if any, in `out`. */
static enum tapemap_status ask(enum pipe_server_manner manner, const char *answer, size_t length,
                               uint32_t timeout_ms, char out[64])
{
    char name[OBJECT_NAME_BYTES];
    char heard[64];
    char *answered = NULL;

    name_pipe(false, name);
    struct pipe_server *server = pipe_server_start(name, manner, answer, length);
    enum tapemap_status status = tapemap_send(deck, REQUEST, timeout_ms, &answered);
    pipe_server_stop(server, heard, sizeof heard);
    if (manner != PIPE_SERVER_IS_DEAF)
        assert_string_equal(heard, REQUEST "\n");
    assert_true((status == TAPEMAP_OK) == (answered != NULL));
    snprintf(out, 64, "%s", answered ? answered : "");
    tapemap_free(answered);
    return status;
}

static void sends_a_line_and_returns_the_answer(void **state)
{
    char out[64];
    (void)state;

    assert_int_equal(ask(PIPE_SERVER_ANSWERS, "{\"ok\":true}\n", 12, LONG_MS, out), TAPEMAP_OK);
    assert_string_equal(out, "{\"ok\":true}");
}

static void refuses_what_is_no_line(void **state)
{
    static const char *const answers[] = {"{}\n{}\n", "{}\n "};
    static char long_line[65537];
    char out[64];
    (void)state;

    for (int i = 0; i < 2; i++)
        assert_int_equal(ask(PIPE_SERVER_ANSWERS, answers[i], strlen(answers[i]), LONG_MS, out),
                         TAPEMAP_E_DATA);
    assert_int_equal(ask(PIPE_SERVER_ANSWERS, "{\0}\n", 4, LONG_MS, out), TAPEMAP_E_DATA);
    memset(long_line, 'x', sizeof long_line - 1);
    long_line[65536] = '\n';
    assert_int_equal(ask(PIPE_SERVER_ANSWERS, long_line, 65537, LONG_MS, out), TAPEMAP_E_DATA);
    assert_int_equal(ask(PIPE_SERVER_FLOODS, NULL, 0, LONG_MS, out), TAPEMAP_E_DATA);
    /* The longest that there may be. */
    assert_int_equal(ask(PIPE_SERVER_ANSWERS, long_line + 1, 65536, LONG_MS, out), TAPEMAP_OK);
}

static void does_not_wait_longer_than_it_was_told_to(void **state)
{
    static const enum pipe_server_manner manners[] = {PIPE_SERVER_IS_MUTE, PIPE_SERVER_IS_DEAF,
                                                      PIPE_SERVER_DRIPS};
    char out[64];
    (void)state;

    for (int i = 0; i < 3; i++) {
        uint64_t began = steady_clock_now();
        assert_int_equal(ask(manners[i], NULL, 0, SHORT_MS, out), TAPEMAP_E_TIMEOUT);
        assert_true(steady_clock_now() - began < steady_clock_hz() * (LONG_MS / 1000));
    }
}

static void says_that_the_other_end_left(void **state)
{
    char out[64];
    (void)state;

    assert_int_equal(ask(PIPE_SERVER_LEAVES, NULL, 0, LONG_MS, out), TAPEMAP_E_ENDED);
    assert_int_equal(ask(PIPE_SERVER_LEAVES, "{\"ok\":", 6, LONG_MS, out), TAPEMAP_E_ENDED);
}

static void says_that_a_pipe_stayed_busy_and_nothing_was_sent(void **state)
{
    char name[OBJECT_NAME_BYTES];
    char heard[64];
    char *answer = NULL;
    (void)state;

    name_pipe(false, name);
    struct pipe_server *server = pipe_server_start(name, PIPE_SERVER_IS_MUTE, NULL, 0);
    void *other = pipe_server_keep_busy(name);
    assert_int_equal(tapemap_send(deck, REQUEST, SHORT_MS, &answer), TAPEMAP_E_BUSY);
    assert_int_equal(tapemap_send(deck, REQUEST, 0, &answer), TAPEMAP_E_BUSY);
    pipe_server_let_go(other);
    pipe_server_stop(server, heard, sizeof heard);
    assert_string_equal(heard, "");
}

static void says_that_nobody_listens(void **state)
{
    char *answer = NULL;
    (void)state;

    assert_int_equal(tapemap_send(deck, REQUEST, LONG_MS, &answer), TAPEMAP_E_NO_DECK);
    assert_int_equal(tapemap_send("global:nobody.here", REQUEST, LONG_MS, &answer),
                     TAPEMAP_E_NO_DECK);
    assert_null(answer);
}

static void asks_the_one_of_the_machine_first(void **state)
{
    char global[OBJECT_NAME_BYTES];
    char session[OBJECT_NAME_BYTES];
    char prefixed[64];
    char heard[64];
    char *answer = NULL;
    (void)state;

    name_pipe(true, global);
    name_pipe(false, session);
    struct pipe_server *first = pipe_server_start(global, PIPE_SERVER_ANSWERS, "machine\n", 8);
    struct pipe_server *second = pipe_server_start(session, PIPE_SERVER_ANSWERS, "session\n", 8);
    assert_int_equal(tapemap_send(deck, REQUEST, LONG_MS, &answer), TAPEMAP_OK);
    assert_string_equal(answer, "machine");
    tapemap_free(answer);
    snprintf(prefixed, sizeof prefixed, "session:%s", deck);
    assert_int_equal(tapemap_send(prefixed, REQUEST, LONG_MS, &answer), TAPEMAP_OK);
    assert_string_equal(answer, "session");
    tapemap_free(answer);
    pipe_server_stop(first, heard, sizeof heard);
    pipe_server_stop(second, heard, sizeof heard);
}

static void sends_nothing_to_a_stranger(void **state)
{
    char global[OBJECT_NAME_BYTES];
    char session[OBJECT_NAME_BYTES];
    char heard[64];
    char *answer = NULL;
    unsigned long code;
    (void)state;

    name_pipe(true, global);
    void *stranger = named_object_make_for(NAMED_PIPE, global, A_STRANGERS_OBJECT, &code);
    if (!stranger)
        skip(); /* Windows makes nobody an owner whom we are not, unless we may do everything */
    assert_int_equal(tapemap_send(deck, REQUEST, LONG_MS, &answer), TAPEMAP_E_UNTRUSTED);
    assert_false(pipe_server_was_written(stranger));
    named_object_close(stranger);

    stranger = named_object_make_for(NAMED_PIPE, global, A_STRANGERS_OBJECT, &code);
    assert_non_null(stranger);
    name_pipe(false, session);
    struct pipe_server *own = pipe_server_start(session, PIPE_SERVER_ANSWERS, "session\n", 8);
    assert_int_equal(tapemap_send(deck, REQUEST, LONG_MS, &answer), TAPEMAP_OK);
    assert_string_equal(answer, "session");
    tapemap_free(answer);
    assert_false(pipe_server_was_written(stranger));
    pipe_server_stop(own, heard, sizeof heard);
    named_object_close(stranger);
}

static void refuses_what_it_could_not_send(void **state)
{
    static char long_request[4096];
    char *answer = NULL;
    (void)state;

    memset(long_request, ' ', sizeof long_request - 1);
    assert_int_equal(tapemap_send(deck, long_request, 0, &answer), TAPEMAP_E_ARGUMENT);
    long_request[4094] = '\0';
    assert_int_equal(tapemap_send(deck, long_request, 0, &answer), TAPEMAP_E_NO_DECK);
    assert_int_equal(tapemap_send(deck, "{}\n{}", 0, &answer), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send(deck, "", 0, &answer), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send(deck, NULL, 0, &answer), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send(deck, REQUEST, 0, NULL), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send("", REQUEST, 0, &answer), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send("a\\b", REQUEST, 0, &answer), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_send("global:a:b", REQUEST, 0, &answer), TAPEMAP_E_ARGUMENT);
    tapemap_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_a_line_and_returns_the_answer),
        cmocka_unit_test(refuses_what_is_no_line),
        cmocka_unit_test(does_not_wait_longer_than_it_was_told_to),
        cmocka_unit_test(says_that_the_other_end_left),
        cmocka_unit_test(says_that_a_pipe_stayed_busy_and_nothing_was_sent),
        cmocka_unit_test(says_that_nobody_listens),
        cmocka_unit_test(asks_the_one_of_the_machine_first),
        cmocka_unit_test(sends_nothing_to_a_stranger),
        cmocka_unit_test(refuses_what_it_could_not_send),
    };
    snprintf(deck, sizeof deck, "send%u", (unsigned)pipe_server_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
