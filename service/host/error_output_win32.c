/* SPDX-License-Identifier: MIT */
#include "error_output.h"

#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

#include "line_writer.h"
#include "status_line.h"
#include "terminal.h"

#define OUTPUT_END_MS 2000u

enum output_kind {
    OUTPUT_LINE, /* what a line that counts missing ones is */
    OUTPUT_STATUS,
    OUTPUT_STATUS_END,
};

static struct {
    SRWLOCK lock;               /* of `writer`; where there is none, of what is written too */
    struct line_writer *writer; /* NULL: whoever has a line writes it */
    bool is_over;               /* a thread wrote, and has been ended: nobody writes any more */
    size_t shown_columns; /* of the status that stands on the terminal; for who writes */
} the_output = {.lock = SRWLOCK_INIT};

void error_output_begin(void)
{
    _setmode(_fileno(stderr), _O_BINARY);
    setvbuf(stderr, NULL, _IOFBF, 4096);
}

/* ---- Writing -------------------------------------------------------------------------------- */

/* Past stdio, whose lock a write that nobody takes would keep from the end of the process. */
static void write_bytes(const char *bytes, size_t count)
{
    HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    DWORD done = 0;

    while (count > 0 && WriteFile(handle, bytes, (DWORD)count, &done, NULL) && done > 0) {
        bytes += done;
        count -= done;
    }
}

static void put_line(const char *text)
{
    char line[ERROR_OUTPUT_BYTES + 16];

    snprintf(line, sizeof line, "%stapemapd: %.*s\n", the_output.shown_columns > 0 ? "\n" : "",
             (int)ERROR_OUTPUT_BYTES - 1, text);
    the_output.shown_columns = 0;
    write_bytes(line, strlen(line));
}

/* Blanks over the rest of a longer predecessor; no escape codes, which old consoles show. */
static void put_status(const char *text)
{
    unsigned width = terminal_columns(TERMINAL_ERROR);
    char fitting[STATUS_LINE_BYTES];
    char line[2 * STATUS_LINE_BYTES];
    size_t columns;

    if (width == 0) {
        put_line(text);
        return;
    }
    snprintf(fitting, sizeof fitting, "%s", text);
    columns = status_line_fit(fitting, width);
    snprintf(line, sizeof line, "\r%s%*s", fitting,
             columns < the_output.shown_columns ? (int)(the_output.shown_columns - columns) : 0,
             "");
    the_output.shown_columns = columns;
    write_bytes(line, strlen(line));
}

static void put_status_end(void)
{
    if (the_output.shown_columns > 0)
        write_bytes("\n", 1);
    the_output.shown_columns = 0;
}

static void put(unsigned kind, const char *text)
{
    switch ((enum output_kind)kind) {
    case OUTPUT_LINE:
        put_line(text);
        break;
    case OUTPUT_STATUS:
        put_status(text);
        break;
    case OUTPUT_STATUS_END:
        put_status_end();
        break;
    }
}

/* What cannot be written at all is lost, as from any program whose stderr is gone. */
static bool put_waiting(const struct waiting_line *line)
{
    put(line->kind, line->text);
    return true;
}

/* ---- For all threads ------------------------------------------------------------------------ */

static void hand_over(enum output_kind kind, const char *text)
{
    AcquireSRWLockExclusive(&the_output.lock);
    if (the_output.writer && kind == OUTPUT_STATUS)
        line_writer_add_if_idle(the_output.writer, kind, text);
    else if (the_output.writer)
        line_writer_add(the_output.writer, kind, text);
    else if (!the_output.is_over)
        put(kind, text);
    ReleaseSRWLockExclusive(&the_output.lock);
}

void error_output_line(const char *text)
{
    hand_over(OUTPUT_LINE, text);
}

void error_output_status(const char *text)
{
    hand_over(OUTPUT_STATUS, text);
}

/* ---- The thread ----------------------------------------------------------------------------- */

static const struct line_writer_ops output_ops = {.put = put_waiting};

void error_output_aside(void)
{
    struct failure unused;

    (void)line_writer_start(&output_ops, &the_output.writer, &unused);
}

void error_output_await(uint32_t timeout_ms)
{
    if (the_output.writer)
        line_writer_await(the_output.writer, timeout_ms);
}

/* A thread that hangs stays, and takes no more. */
void error_output_end(void)
{
    hand_over(OUTPUT_STATUS_END, "");
    AcquireSRWLockExclusive(&the_output.lock);
    struct line_writer *writer = the_output.writer;
    the_output.writer = NULL;
    the_output.is_over = the_output.is_over || writer;
    ReleaseSRWLockExclusive(&the_output.lock);
    if (writer)
        (void)line_writer_end(writer, OUTPUT_END_MS);
}
