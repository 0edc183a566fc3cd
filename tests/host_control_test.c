/* SPDX-License-Identifier: MIT */
/* The control pipe between a real server and clients that behave, and that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "control_line.h"
#include "control_server.h"
#include "control_pipe.h"
#include "identity.h"
#include "keeper_thread.h"
#include "object_names.h"
#include "pipe_client_win32.h"
#include "steady_clock.h"

#define ASK_STATUS "{\"command\":\"status\"}\n"
#define WAIT_MS 20000u

static char name[OBJECT_NAME_BYTES];
static char line[CONTROL_ANSWER_BYTES];
static struct control_server *server;
static struct failure failure;
static struct tapemap_shared_u64 rotated;    /* 1: what a rotate waits for is done */
static struct tapemap_shared_u64 is_waiting; /* calls of a rotate that waited */
static struct tapemap_shared_u64 waiters;    /* of a rotate, so far; under the handler's lock */

static enum control_outcome handle(void *context, struct control_call *call,
                                   struct control_answer *answer)
{
    (void)context;
    if (call->request->command == CONTROL_ROTATE && load_acquire_u64(&rotated) == 0) {
        if (call->memory++ == 0)
            store_release_u64(&waiters, load_relaxed_u64(&waiters) + 1);
        store_release_u64(&is_waiting, call->memory);
        return CONTROL_LATER;
    }
    control_answer_u64(answer, "pid", call->client_pid);
    control_answer_u64(answer, "memory", call->memory);
    if (call->request->command == CONTROL_MARK) {
        char text[200];
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        for (unsigned i = 0; i < 300; i++)
            control_answer_list(answer, "long", text);
    }
    return CONTROL_ANSWERED;
}

static int start_server(void **state)
{
    struct control_server_config config = {
        .pipe_name = name, .side = CONTROL_RECORDER, .handle = handle};
    (void)state;

    store_release_u64(&rotated, 0);
    store_release_u64(&is_waiting, 0);
    store_release_u64(&waiters, 0);
    return control_server_start(&config, &server, &failure) == TAPEMAP_OK ? 0 : -1;
}

static int stop_server(void **state)
{
    (void)state;
    control_server_stop(server);
    server = NULL;
    return 0;
}

static struct pipe_client *connect(void)
{
    struct pipe_client *client = pipe_client_open(name, WAIT_MS);

    assert_non_null(client);
    return client;
}

static void say_to(struct pipe_client *client, const char *text)
{
    assert_true(pipe_client_send(client, text, strlen(text)));
}

static void expect(struct pipe_client *client, const char *begin)
{
    if (!pipe_client_read(client, line, sizeof line) || strncmp(line, begin, strlen(begin)) != 0)
        fail_msg("expected '%s', found '%s'", begin, line);
}

/* The answer, and behind it the end. */
static void expect_the_end(struct pipe_client *client, const char *says)
{
    expect(client, "{\"ok\":false,");
    if (!strstr(line, says))
        fail_msg("expected '%s' in '%s'", says, line);
    assert_false(pipe_client_read(client, line, sizeof line));
    assert_string_equal(line, "");
    pipe_client_close(client);
}

static void ask_status(struct pipe_client *client)
{
    char expected[80];

    snprintf(expected, sizeof expected, "{\"ok\":true,\"pid\":%u,\"memory\":0}",
             (unsigned)identity_pid());
    say_to(client, ASK_STATUS);
    expect(client, expected);
}

static void answers_many_requests_and_knows_who_asks(void **state)
{
    (void)state;
    struct pipe_client *client = connect();

    for (unsigned i = 0; i < 40; i++)
        ask_status(client);
    say_to(client, "{\"command\":\"fly\"}\n"); /* a mistake is no reason to leave */
    expect(client, "{\"ok\":false,\"status\":\"E_ARGUMENT\"");
    ask_status(client);
    pipe_client_close(client);
}

static void answers_requests_that_come_in_pieces_or_together(void **state)
{
    (void)state;
    struct pipe_client *client = connect();

    for (const char *at = ASK_STATUS; *at; at++)
        assert_true(pipe_client_send(client, at, 1));
    expect(client, "{\"ok\":true,");
    say_to(client, ASK_STATUS ASK_STATUS "{\"command\":");
    expect(client, "{\"ok\":true,");
    expect(client, "{\"ok\":true,");
    say_to(client, "\"status\"}\n");
    expect(client, "{\"ok\":true,");
    pipe_client_close(client);
}

static void malformed_oversized_and_flooding_clients_are_sent_away(void **state)
{
    (void)state;
    char oversized[CONTROL_LINE_BYTES + 1];
    struct pipe_client *client = connect();

    say_to(client, "\x16\x03\x01\n");
    expect_the_end(client, "no flat JSON object");
    memset(oversized, ' ', sizeof oversized);
    client = connect();
    assert_true(pipe_client_send(client, oversized, sizeof oversized));
    expect_the_end(client, "longer than 4096 bytes");
    client = connect();
    for (unsigned i = 0; i < 50; i++)
        assert_true(pipe_client_send(client, ASK_STATUS, sizeof ASK_STATUS - 1));
    /* Whatever the test takes, a hundred at once are too many. */
    char flood[100 * sizeof ASK_STATUS] = "";
    for (unsigned i = 0; i < 100; i++)
        strcat(flood, ASK_STATUS);
    (void)pipe_client_send(client, flood, strlen(flood));
    do {
        assert_true(pipe_client_read(client, line, sizeof line));
    } while (strncmp(line, "{\"ok\":true,", 11) == 0);
    assert_non_null(strstr(line, "more than 20 requests a second"));
    pipe_client_close(client);
    client = connect();
    ask_status(client);
    pipe_client_close(client);
}

static void clients_that_vanish_leave_room_for_others(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * CONTROL_CLIENTS; i++) {
        struct pipe_client *client = connect();
        if (i % 3 != 0)
            say_to(client, i % 3 == 1 ? "{\"comm" : ASK_STATUS);
        pipe_client_close(client);
    }
    struct pipe_client *client = connect();
    ask_status(client);
    pipe_client_close(client);
}

static void silent_clients_and_long_waits_end_after_ten_seconds(void **state)
{
    (void)state;
    struct pipe_client *clients[CONTROL_CLIENTS - 1];

    for (unsigned i = 0; i < CONTROL_CLIENTS - 1; i++)
        clients[i] = connect();
    ask_status(clients[3]); /* the silence of others is not his */
    say_to(clients[0], "{\"command\":\"rotate\"}\n");
    say_to(clients[1], "{\"command\":");
    expect(clients[0], "{\"ok\":false,\"status\":\"E_TIMEOUT\"");
    ask_status(clients[0]); /* and may go on */
    expect_the_end(clients[1], "no whole request came in 10 seconds");
    struct pipe_client *waiting = connect();
    ask_status(waiting);
    pipe_client_close(waiting);
    for (unsigned i = 0; i < CONTROL_CLIENTS - 1; i++) {
        if (i != 1) /* which has been seen to its end */
            pipe_client_close(clients[i]);
    }
}

/* Those who wait for an answer are not silent; of eight, one is. */
static void a_silent_client_gives_way_when_all_places_are_taken(void **state)
{
    (void)state;
    struct pipe_client *silent = connect();
    struct pipe_client *waiting[CONTROL_CLIENTS - 1];

    for (unsigned i = 0; i < CONTROL_CLIENTS - 1; i++) {
        waiting[i] = connect();
        say_to(waiting[i], "{\"command\":\"rotate\"}\n");
    }
    while (load_acquire_u64(&waiters) < CONTROL_CLIENTS - 1)
        steady_clock_sleep_ms(1);
    expect_the_end(silent, "no whole request came in 1 second, and others may wait");
    struct pipe_client *other = pipe_client_open(name, 5000);
    assert_non_null(other);
    ask_status(other);
    pipe_client_close(other);
    store_release_u64(&rotated, 1);
    for (unsigned i = 0; i < CONTROL_CLIENTS - 1; i++) {
        expect(waiting[i], "{\"ok\":true,");
        pipe_client_close(waiting[i]);
    }
}

static void a_client_that_takes_no_answers_holds_up_nobody(void **state)
{
    (void)state;
    struct pipe_client *slow = connect();
    struct pipe_client *other = connect();

    for (unsigned i = 0; i < 4; i++) /* 60 KiB each, more than the pipe holds */
        say_to(slow, "{\"command\":\"mark\",\"text\":\"long\"}\n");
    ask_status(other);
    pipe_client_close(other);
    pipe_client_close(slow);
}

static void who_waits_for_a_rotation_holds_up_nobody(void **state)
{
    (void)state;
    struct pipe_client *patient = connect();
    struct pipe_client *other = connect();

    say_to(patient, "{\"command\":\"rotate\"}\n");
    while (load_acquire_u64(&is_waiting) == 0)
        steady_clock_sleep_ms(1);
    ask_status(other);
    pipe_client_close(other);
    store_release_u64(&rotated, 1);
    expect(patient, "{\"ok\":true,");
    assert_null(strstr(line, "\"memory\":0}"));
    pipe_client_close(patient);
}

static void a_server_that_stops_answers_who_waits(void **state)
{
    struct pipe_client *patient = connect();

    say_to(patient, "{\"command\":\"rotate\"}\n");
    while (load_acquire_u64(&is_waiting) == 0)
        steady_clock_sleep_ms(1);
    stop_server(state);
    expect(patient, "{\"ok\":false,\"status\":\"E_ENDED\"");
    pipe_client_close(patient);
    assert_null(pipe_client_open(name, 0));
}

#define CROWD 16

static void be_one_of_a_crowd(void *context)
{
    uint64_t *answers = context;

    for (unsigned i = 0; i < 20; i++) {
        struct pipe_client *client = pipe_client_open(name, WAIT_MS);
        char answer[200] = "";
        if (!client)
            return;
        if (pipe_client_send(client, ASK_STATUS, sizeof ASK_STATUS - 1) &&
            pipe_client_read(client, answer, sizeof answer) &&
            strncmp(answer, "{\"ok\":true,", 11) == 0)
            ++*answers;
        pipe_client_close(client);
    }
}

static void serves_sixteen_clients_at_once(void **state)
{
    (void)state;
    struct keeper_thread *threads[CROWD];
    uint64_t answers[CROWD] = {0};

    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(keeper_thread_start(be_one_of_a_crowd, &answers[i], &threads[i],
                                             &failure), TAPEMAP_OK);
    for (unsigned i = 0; i < CROWD; i++) {
        keeper_thread_destroy(threads[i]);
        assert_int_equal(answers[i], 20);
    }
}

static void a_name_that_somebody_has_taken_is_refused(void **state)
{
    (void)state;
    struct control_server_config config = {
        .pipe_name = name, .side = CONTROL_RECORDER, .handle = handle};
    struct control_server *second = NULL;
    void *squatter;

    assert_int_equal(control_server_start(&config, &second, &failure), TAPEMAP_E_BUSY);
    stop_server(state);
    squatter = pipe_squatter_open(name);
    assert_non_null(squatter);
    assert_int_equal(control_server_start(&config, &second, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "another program has made the pipe"));
    pipe_squatter_close(squatter);
}

#define SERVED_TEST(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED_TEST(answers_many_requests_and_knows_who_asks),
        SERVED_TEST(answers_requests_that_come_in_pieces_or_together),
        SERVED_TEST(malformed_oversized_and_flooding_clients_are_sent_away),
        SERVED_TEST(clients_that_vanish_leave_room_for_others),
        SERVED_TEST(silent_clients_and_long_waits_end_after_ten_seconds),
        SERVED_TEST(a_silent_client_gives_way_when_all_places_are_taken),
        SERVED_TEST(a_client_that_takes_no_answers_holds_up_nobody),
        SERVED_TEST(who_waits_for_a_rotation_holds_up_nobody),
        SERVED_TEST(a_server_that_stops_answers_who_waits),
        SERVED_TEST(serves_sixteen_clients_at_once),
        SERVED_TEST(a_name_that_somebody_has_taken_is_refused),
    };
    char deck[40];

    snprintf(deck, sizeof deck, "control test %u", (unsigned)identity_pid());
    control_pipe_name(name, false, deck);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
