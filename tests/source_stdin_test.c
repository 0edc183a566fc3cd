/* SPDX-License-Identifier: MIT */
/* Stdin is a pipe that this process fills itself. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "source.h"

static int feed; /* the pipe's writing end */

static int connect_pipe(void **state)
{
    int ends[2];

    (void)state;
    if (pipe(ends) != 0)
        return -1;
    if (ends[0] != STDIN_FILENO) { /* it is when a test has closed stdin */
        if (dup2(ends[0], STDIN_FILENO) < 0)
            return -1;
        close(ends[0]);
    }
    feed = ends[1];
    return 0;
}

static int disconnect_pipe(void **state)
{
    (void)state;
    if (feed >= 0)
        close(feed);
    return 0;
}

static void end_feed(void)
{
    close(feed);
    feed = -1;
}

static void feed_bytes(const void *bytes, size_t count)
{
    assert_int_equal(write(feed, bytes, count), count);
}

static struct source *open_stdin(enum tapemap_sample_format format, uint32_t channels)
{
    struct source_wish wish = {{format, channels, 44100}};
    struct source *source = NULL;
    struct failure failure = {0};

    if (source_open("stdin", &wish, &source, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return source;
}

static void delivers_what_is_there_without_waiting_for_more(void **state)
{
    const int16_t sent[6] = {1, -2, 3, -4, 5, -6};
    int16_t got[2000];
    struct source *source = open_stdin(TAPEMAP_S16, 2);
    struct failure failure;
    size_t count = 0;

    (void)state;
    feed_bytes(sent, sizeof sent);
    assert_int_equal(source->ops->read(source, got, 1000, &count, &failure), TAPEMAP_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(got, sent, sizeof sent);
    feed_bytes(sent, 4);
    assert_int_equal(source->ops->read(source, got, 1000, &count, &failure), TAPEMAP_OK);
    assert_int_equal(count, 1);
    end_feed();
    assert_int_equal(source->ops->read(source, got, 1000, &count, &failure), TAPEMAP_E_ENDED);
    assert_int_equal(source->ops->read(source, got, 1000, &count, &failure), TAPEMAP_E_ENDED);
    source->ops->close(source);
}

static void joins_frames_that_come_in_pieces(void **state)
{
    uint8_t sent[45];
    uint8_t got[45];
    struct source *source = open_stdin(TAPEMAP_S24, 3);
    struct failure failure;
    size_t fed = 0;
    size_t frames = 0;

    (void)state;
    for (uint8_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 37u);
    for (size_t piece = 10; fed < sizeof sent; piece = piece % 13 + 9) {
        size_t bytes = sizeof sent - fed < piece ? sizeof sent - fed : piece;
        size_t count = 0;
        feed_bytes(sent + fed, bytes);
        fed += bytes;
        assert_int_equal(source->ops->read(source, got + frames * 9, 5 - frames, &count,
                                           &failure), TAPEMAP_OK);
        frames += count;
    }
    while (frames < 5) {
        size_t count = 0;
        assert_int_equal(source->ops->read(source, got + frames * 9, 5 - frames, &count,
                                           &failure), TAPEMAP_OK);
        frames += count;
    }
    assert_memory_equal(got, sent, sizeof sent);
    source->ops->close(source);
}

static void gives_no_more_than_there_is_room_for(void **state)
{
    const uint8_t sent[11] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    uint8_t got[5] = {0, 0, 0, 0, 0xEE};
    struct source *source = open_stdin(TAPEMAP_F32, 1);
    struct failure failure;
    size_t count = 0;

    (void)state;
    feed_bytes(sent, 11);
    for (uint8_t i = 0; i < 2; i++) {
        assert_int_equal(source->ops->read(source, got, 1, &count, &failure), TAPEMAP_OK);
        assert_int_equal(count, 1);
        assert_memory_equal(got, sent + 4 * i, 4);
        assert_int_equal(got[4], 0xEE);
    }
    source->ops->close(source);
}

static void end_inside_a_frame_is_a_failure_after_the_whole_frames(void **state)
{
    const uint8_t sent[11] = {0};
    uint8_t got[64];
    struct source *source = open_stdin(TAPEMAP_S16, 2);
    struct failure failure = {0};
    size_t count = 0;

    (void)state;
    feed_bytes(sent, 11);
    end_feed();
    assert_int_equal(source->ops->read(source, got, 16, &count, &failure), TAPEMAP_OK);
    assert_int_equal(count, 2);
    assert_int_equal(source->ops->read(source, got, 16, &count, &failure), TAPEMAP_E_DATA);
    assert_string_equal(failure.text, "stdin ended inside a frame (3 of 4 bytes); check that "
                                      "--format and --channels are those of the data");
    source->ops->close(source);
}

static void no_input_at_all_is_a_failure(void **state)
{
    uint8_t got[64];
    struct source *source = open_stdin(TAPEMAP_S16, 2);
    struct failure failure = {0};
    size_t count = 0;

    (void)state;
    end_feed();
    assert_int_equal(source->ops->read(source, got, 16, &count, &failure), TAPEMAP_E_DATA);
    assert_string_equal(failure.text,
                        "stdin delivered nothing; check the program before the pipe");
    source->ops->close(source);
}

static void refuses_a_format_that_is_not_given_in_full(void **state)
{
    static const struct source_wish wishes[] = {
        {{0}}, {{0, 2, 48000}}, {{TAPEMAP_S16, 0, 48000}}, {{TAPEMAP_S16, 2, 0}}};

    (void)state;
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        struct source *source = NULL;
        struct failure failure = {0};
        assert_int_equal(source_open("stdin", &wishes[i], &source, &failure), TAPEMAP_E_ARGUMENT);
        assert_non_null(strstr(failure.text, "give --format, --rate and --channels"));
        assert_null(source);
    }
}

static void refuses_more_than_its_name(void **state)
{
    struct source_wish wish = {{TAPEMAP_S16, 2, 48000}};
    struct source *source = NULL;
    struct failure failure = {0};

    (void)state;
    assert_int_equal(source_open("stdin:raw", &wish, &source, &failure), TAPEMAP_E_SYNTAX);
}

static void refuses_a_closed_stdin(void **state)
{
    struct source_wish wish = {{TAPEMAP_S16, 2, 48000}};
    struct source *source = NULL;
    struct failure failure = {0};

    (void)state;
    close(STDIN_FILENO);
    assert_int_equal(source_open("stdin", &wish, &source, &failure), TAPEMAP_E_DATA);
    assert_non_null(strstr(failure.text, "stdin is closed"));
}

static void reports_an_input_that_cannot_be_read(void **state)
{
    uint8_t got[64];
    size_t count = 0;
    struct failure failure = {0};
    struct source *source;
    int write_only = open("/dev/null", O_WRONLY);

    (void)state;
    assert_true(write_only >= 0 && dup2(write_only, STDIN_FILENO) == STDIN_FILENO);
    close(write_only);
    source = open_stdin(TAPEMAP_S16, 2);
    assert_int_equal(source->ops->read(source, got, 16, &count, &failure), TAPEMAP_E_SYSTEM);
    assert_non_null(strstr(failure.text, "stdin cannot be read"));
    source->ops->close(source);
}

#define PIPE_TEST(name) cmocka_unit_test_setup_teardown(name, connect_pipe, disconnect_pipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PIPE_TEST(delivers_what_is_there_without_waiting_for_more),
        PIPE_TEST(joins_frames_that_come_in_pieces),
        PIPE_TEST(gives_no_more_than_there_is_room_for),
        PIPE_TEST(end_inside_a_frame_is_a_failure_after_the_whole_frames),
        PIPE_TEST(no_input_at_all_is_a_failure),
        PIPE_TEST(refuses_a_format_that_is_not_given_in_full),
        PIPE_TEST(refuses_more_than_its_name),
        PIPE_TEST(refuses_a_closed_stdin),
        PIPE_TEST(reports_an_input_that_cannot_be_read),
    };

    /* A source that waits for what never comes would wait for ever. */
    alarm(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
