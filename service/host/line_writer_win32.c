/* SPDX-License-Identifier: MIT */
#include "line_writer.h"

#include <stdlib.h>

#include <windows.h>

#include "sleeper.h"
#include "steady_clock.h"

#define LINE_WRITER_MOST 1000u
#define LINE_WRITER_RETRY_MS 1000u

struct line_writer {
    const struct line_writer_ops *ops;
    struct sleeper *sleeper;
    SRWLOCK lock;                /* of the rest */
    CONDITION_VARIABLE is_empty; /* signalled when `lines` has become so */
    struct waiting_lines lines;  /* only the thread takes any away, and what it writes stays here */
    bool is_ending;
};

/* ---- The thread ----------------------------------------------------------------------------- */

static struct waiting_line *first_of(struct line_writer *writer)
{
    struct waiting_line *first;

    AcquireSRWLockExclusive(&writer->lock);
    first = waiting_lines_first(&writer->lines, utc_now_ns());
    ReleaseSRWLockExclusive(&writer->lock);
    return first;
}

static struct waiting_line *next_of(struct line_writer *writer, const struct waiting_line *line)
{
    struct waiting_line *next;

    AcquireSRWLockExclusive(&writer->lock);
    next = line->next;
    ReleaseSRWLockExclusive(&writer->lock);
    return next;
}

static void drop_first(struct line_writer *writer)
{
    AcquireSRWLockExclusive(&writer->lock);
    waiting_lines_drop_first(&writer->lines);
    if (!writer->lines.first)
        WakeAllConditionVariable(&writer->is_empty);
    ReleaseSRWLockExclusive(&writer->lock);
}

static void show_new(struct line_writer *writer)
{
    for (struct waiting_line *line = first_of(writer); line; line = next_of(writer, line)) {
        if (!line->is_seen)
            writer->ops->see(line);
        line->is_seen = true;
    }
}

/* Returns false when something waits on. */
static bool put_all(struct line_writer *writer)
{
    const struct waiting_line *line;

    while ((line = first_of(writer)) != NULL) {
        if (!writer->ops->put(line))
            return false;
        drop_first(writer);
    }
    return true;
}

static bool is_ending(struct line_writer *writer)
{
    bool is;

    AcquireSRWLockExclusive(&writer->lock);
    is = writer->is_ending;
    ReleaseSRWLockExclusive(&writer->lock);
    return is;
}

static void line_writer_main(struct sleeper *sleeper, void *context)
{
    struct line_writer *writer = context;
    uint32_t pause = SLEEPER_FOR_EVER;
    bool is_last = false;

    while (!is_last) {
        sleeper_wait(sleeper, pause);
        is_last = is_ending(writer); /* before, so that what came until the end is written */
        if (writer->ops->see)
            show_new(writer);
        pause = put_all(writer) ? SLEEPER_FOR_EVER : LINE_WRITER_RETRY_MS;
    }
}

/* ---- The others ----------------------------------------------------------------------------- */

enum tapemap_status line_writer_start(const struct line_writer_ops *ops,
                                      struct line_writer **writer, struct failure *failure)
{
    struct line_writer *made = calloc(1, sizeof *made);
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->ops = ops;
    made->lines.most = LINE_WRITER_MOST;
    InitializeSRWLock(&made->lock);
    InitializeConditionVariable(&made->is_empty);
    status = sleeper_start(line_writer_main, made, &made->sleeper, failure);
    if (status != TAPEMAP_OK) {
        free(made);
        return status;
    }
    *writer = made;
    return TAPEMAP_OK;
}

static void add(struct line_writer *writer, unsigned kind, const char *text, bool is_for_now)
{
    bool is_taken = false;

    AcquireSRWLockExclusive(&writer->lock);
    if (!writer->is_ending && !(is_for_now && writer->lines.first))
        is_taken = waiting_lines_add(&writer->lines, kind, text, utc_now_ns());
    ReleaseSRWLockExclusive(&writer->lock);
    if (is_taken)
        sleeper_wake(writer->sleeper);
}

void line_writer_add(struct line_writer *writer, unsigned kind, const char *text)
{
    add(writer, kind, text, false);
}

void line_writer_add_if_idle(struct line_writer *writer, unsigned kind, const char *text)
{
    add(writer, kind, text, true);
}

void line_writer_await(struct line_writer *writer, uint32_t timeout_ms)
{
    uint64_t begin = GetTickCount64();
    uint64_t passed = 0;

    AcquireSRWLockExclusive(&writer->lock);
    while (writer->lines.first && passed < timeout_ms) {
        SleepConditionVariableSRW(&writer->is_empty, &writer->lock, timeout_ms - (DWORD)passed, 0);
        passed = GetTickCount64() - begin;
    }
    ReleaseSRWLockExclusive(&writer->lock);
}

static void line_writer_free(struct line_writer *writer)
{
    sleeper_destroy(writer->sleeper);
    while (writer->lines.first)
        waiting_lines_drop_first(&writer->lines);
    free(writer);
}

bool line_writer_end(struct line_writer *writer, uint32_t timeout_ms)
{
    AcquireSRWLockExclusive(&writer->lock);
    writer->is_ending = true;
    ReleaseSRWLockExclusive(&writer->lock);
    sleeper_wake(writer->sleeper);
    if (!sleeper_has_ended(writer->sleeper, timeout_ms))
        return false;
    line_writer_free(writer);
    return true;
}
