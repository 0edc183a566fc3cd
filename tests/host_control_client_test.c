/* SPDX-License-Identifier: MIT */
/* Whom a supervisor asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "control_client.h"
#include "named_object_win32.h"
#include "pipe_server_win32.h"

#define REQUEST "{\"command\":\"status\"}"
#define A_STRANGERS_OBJECT "O:S-1-5-21-1-2-3-7G:S-1-5-21-1-2-3-7D:(A;;GA;;;WD)"
#define LONG_MS 20000u

static char name[80];

static void asks_a_recorder_of_its_own_user(void **state)
{
    struct cJSON *answer = NULL;
    struct failure failure;
    char heard[64];
    (void)state;

    struct pipe_server *server =
        pipe_server_start(name, PIPE_SERVER_ANSWERS, "{\"ok\":true}\n", 12);
    assert_int_equal(control_client_ask(name, REQUEST, LONG_MS, &answer, &failure), TAPEMAP_OK);
    cJSON_Delete(answer);
    pipe_server_stop(server, heard, sizeof heard);
    assert_string_equal(heard, REQUEST "\n");
}

static void says_that_nothing_was_sent_to_one_that_is_busy(void **state)
{
    struct cJSON *answer = NULL;
    struct failure failure;
    char heard[64];
    (void)state;

    struct pipe_server *server = pipe_server_start(name, PIPE_SERVER_IS_MUTE, NULL, 0);
    void *other = pipe_server_keep_busy(name);
    assert_int_equal(control_client_ask(name, REQUEST, 100, &answer, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "nothing was sent"));
    pipe_server_let_go(other);
    pipe_server_stop(server, heard, sizeof heard);
    assert_string_equal(heard, "");
}

static void sends_nothing_to_a_stranger(void **state)
{
    struct cJSON *answer = NULL;
    struct failure failure;
    unsigned long code;
    (void)state;

    void *stranger = named_object_make_for(NAMED_PIPE, name, A_STRANGERS_OBJECT, &code);
    if (!stranger)
        skip(); /* Windows makes nobody an owner whom we are not, unless we may do everything */
    assert_int_equal(control_client_ask(name, REQUEST, LONG_MS, &answer, &failure),
                     TAPEMAP_E_UNTRUSTED);
    assert_false(pipe_server_was_written(stranger));
    named_object_close(stranger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_a_recorder_of_its_own_user),
        cmocka_unit_test(says_that_nothing_was_sent_to_one_that_is_busy),
        cmocka_unit_test(sends_nothing_to_a_stranger),
    };
    snprintf(name, sizeof name, "\\\\.\\pipe\\tapemap.test.client%u", (unsigned)pipe_server_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
