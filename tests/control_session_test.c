/* SPDX-License-Identifier: MIT */
/* A connection, with a scripted clock: splitting, limits, time-outs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control_session.h"

#define HZ 10000000u

static const char status_line[] = "{\"command\":\"status\"}\n";

static struct control_session begin(void)
{
    struct control_session session;

    control_session_init(&session, CONTROL_RECORDER, HZ, 0);
    return session;
}

/* Sends a text in pieces of `piece` bytes; returns the first event that is not "wants more". */
static enum control_event send_pieces(struct control_session *session, const char *text,
                                      size_t length, size_t piece, uint64_t clock)
{
    size_t sent = 0;

    while (sent < length) {
        size_t count = length - sent < piece ? length - sent : piece;
        size_t taken = 0;
        enum control_event event =
            control_session_take(session, text + sent, count, &taken, clock);
        if (event != CONTROL_WANTS_MORE) {
            assert_true(taken <= count);
            return event;
        }
        assert_int_equal(taken, count);
        sent += count;
    }
    return CONTROL_WANTS_MORE;
}

static void a_request_survives_any_split(void **state)
{
    (void)state;
    static const char mark[] =
        "{\"command\":\"mark\",\"text\":\"h\xc3\xa9\",\"position\":\"7\"}\r\n";

    for (size_t piece = 1; piece < sizeof mark; piece++) {
        struct control_session session = begin();
        assert_int_equal(send_pieces(&session, mark, sizeof mark - 1, piece, 0), CONTROL_ASKED);
        assert_int_equal(session.request.command, CONTROL_MARK);
        assert_string_equal(session.request.text, "h\xc3\xa9");
        assert_int_equal(session.request.position, 7);
    }
}

static void several_requests_in_one_piece_are_taken_one_by_one(void **state)
{
    (void)state;
    static const char both[] = "{\"command\":\"pause\"}\n{\"command\":\"resume\"}\n{\"comm";
    struct control_session session = begin();
    size_t first = 0;
    size_t second = 0;
    size_t rest = 0;

    assert_int_equal(control_session_take(&session, both, sizeof both - 1, &first, 0),
                     CONTROL_ASKED);
    assert_int_equal(session.request.command, CONTROL_PAUSE);
    assert_int_equal(control_session_take(&session, both + first, sizeof both - 1 - first, &second,
                                          0), CONTROL_ASKED);
    assert_int_equal(session.request.command, CONTROL_RESUME);
    first += second;
    assert_int_equal(control_session_take(&session, both + first, sizeof both - 1 - first, &rest,
                                          0), CONTROL_WANTS_MORE);
    assert_int_equal(first + rest, sizeof both - 1);
}

static void a_line_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    (void)state;
    char line[CONTROL_LINE_BYTES + 1];

    for (size_t extra = 0; extra <= 1; extra++) {
        struct control_session session = begin();
        size_t length = CONTROL_LINE_BYTES + extra;
        memset(line, ' ', length);
        memcpy(line, status_line, sizeof status_line - 2);
        line[length - 1] = '\n';
        assert_int_equal(send_pieces(&session, line, length, 999, 0),
                         extra == 0 ? CONTROL_ASKED : CONTROL_OVER);
        if (extra > 0)
            assert_non_null(strstr(session.failure.text, "longer than 4096 bytes; "));
    }
}

static void more_than_the_burst_and_the_rate_end_the_connection(void **state)
{
    (void)state;
    struct control_session session = begin();

    for (unsigned i = 0; i < CONTROL_RATE_BURST; i++)
        assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64, HZ),
                         CONTROL_ASKED);
    assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64,
                                 HZ + HZ / CONTROL_RATE_PER_SECOND - 1), CONTROL_OVER);
    assert_int_equal(session.failure.status, TAPEMAP_E_BUSY);
}

static void the_rate_itself_may_go_on_for_ever(void **state)
{
    (void)state;
    struct control_session session = begin();
    uint64_t clock = 0;

    for (unsigned i = 0; i < CONTROL_RATE_BURST + 10000; i++) {
        if (i >= CONTROL_RATE_BURST)
            clock += HZ / CONTROL_RATE_PER_SECOND;
        assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64, clock),
                         CONTROL_ASKED);
        control_session_answered(&session, clock);
    }
    clock += 100 * (uint64_t)HZ; /* a rest earns the burst again, and no more */
    for (unsigned i = 0; i <= CONTROL_RATE_BURST; i++)
        assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64, clock),
                         i < CONTROL_RATE_BURST ? CONTROL_ASKED : CONTROL_OVER);
}

static void ten_seconds_without_a_whole_request_end_it(void **state)
{
    (void)state;
    struct control_session session = begin();
    size_t taken;

    assert_int_equal(control_session_take(&session, NULL, 0, &taken, 10 * (uint64_t)HZ - 1),
                     CONTROL_WANTS_MORE);
    assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64,
                                 10 * (uint64_t)HZ - 1), CONTROL_ASKED);
    control_session_answered(&session, 15 * (uint64_t)HZ);
    /* Half a line now and then is no request. */
    for (uint64_t second = 15; second < 25; second++)
        assert_int_equal(send_pieces(&session, "{", 1, 1, second * HZ), CONTROL_WANTS_MORE);
    assert_int_equal(send_pieces(&session, "{", 1, 1, 25 * (uint64_t)HZ), CONTROL_OVER);
    assert_int_equal(session.failure.status, TAPEMAP_E_TIMEOUT);
}

static void what_is_no_object_ends_it_and_a_wrong_member_does_not(void **state)
{
    (void)state;
    struct control_session session = begin();
    static const char wrong[] = "{\"command\":\"fly\"}\n";
    static const char foreign[] = "GET / HTTP/1.1\r\n";

    assert_int_equal(send_pieces(&session, wrong, sizeof wrong - 1, 64, 0), CONTROL_REFUSED);
    assert_int_equal(send_pieces(&session, status_line, sizeof status_line - 1, 64, 0),
                     CONTROL_ASKED);
    assert_int_equal(send_pieces(&session, foreign, sizeof foreign - 1, 64, 0), CONTROL_OVER);
    assert_int_equal(session.failure.status, TAPEMAP_E_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_survives_any_split),
        cmocka_unit_test(several_requests_in_one_piece_are_taken_one_by_one),
        cmocka_unit_test(a_line_may_be_as_long_as_the_limit_and_no_longer),
        cmocka_unit_test(more_than_the_burst_and_the_rate_end_the_connection),
        cmocka_unit_test(the_rate_itself_may_go_on_for_ever),
        cmocka_unit_test(ten_seconds_without_a_whole_request_end_it),
        cmocka_unit_test(what_is_no_object_ends_it_and_a_wrong_member_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
