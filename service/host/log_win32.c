/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "event_log.h"
#include "line_writer.h"
#include "log_file.h"
#include "log_line.h"
#include "say.h"
#include "system_error.h"

#define LOG_END_MS 2000u

static struct {
    SRWLOCK lock;               /* of `writer` */
    struct line_writer *writer; /* NULL: nothing is logged */
    char *path;
    char *who;
    bool is_broken; /* that the file cannot be written was told; the thread's */
} the_log = {.lock = SRWLOCK_INIT};

void log_write(enum log_level level, const char *text)
{
    AcquireSRWLockExclusive(&the_log.lock);
    if (the_log.writer)
        line_writer_add(the_log.writer, level, log_line_body(the_log.who, text));
    ReleaseSRWLockExclusive(&the_log.lock);
}

/* ---- The writing thread --------------------------------------------------------------------- */

/* The event log does not wait for a file that takes nothing: that may be what it has to tell. */
static void log_report(const struct waiting_line *line)
{
    if (line->kind != LOG_DETAIL)
        event_log_report((enum log_level)line->kind, the_log.who, line->text);
}

static bool log_put(const struct waiting_line *line)
{
    struct log_file file = {the_log.path, LOG_FILE_LIMIT_BYTES, LOG_FILES_KEPT};
    char text[LOG_LINE_BYTES];
    char why[256];
    uint32_t code;

    if (!the_log.path)
        return true;
    code = log_file_append(&file, text,
                           log_line_format(line->utc_ns, the_log.who, line->text, text));
    if (code != 0 && !the_log.is_broken) {
        system_error_text(code, why, sizeof why);
        say_without_log("writing the log '%s': %s; see to it, the rest goes on and the log is "
                        "tried again", the_log.path, why);
    }
    the_log.is_broken = code != 0;
    return code == 0;
}

static const struct line_writer_ops log_ops = {.put = log_put, .see = log_report};

/* ---- Beginning and end ---------------------------------------------------------------------- */

static void log_release(void)
{
    free(the_log.path);
    free(the_log.who);
    the_log.path = NULL;
    the_log.who = NULL;
}

static char *log_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);

    return copy ? memcpy(copy, text, bytes) : NULL;
}

/* Others may log already, in vain. */
static void log_use(struct line_writer *writer)
{
    AcquireSRWLockExclusive(&the_log.lock);
    the_log.writer = writer;
    ReleaseSRWLockExclusive(&the_log.lock);
}

enum tapemap_status log_begin(const char *path, const char *who, struct failure *failure)
{
    struct line_writer *writer;

    the_log.path = path ? log_copy(path) : NULL;
    the_log.who = log_copy(who);
    the_log.is_broken = false;
    if (!the_log.who || (path && !the_log.path)) {
        log_release();
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a log; close other programs");
    }
    if (line_writer_start(&log_ops, &writer, failure) != TAPEMAP_OK) {
        log_release();
        return failure->status;
    }
    log_use(writer);
    return TAPEMAP_OK;
}

void log_end(void)
{
    struct line_writer *writer = the_log.writer;

    if (!writer)
        return;
    log_use(NULL);
    /* A thread that hangs still uses all of it. */
    if (line_writer_end(writer, LOG_END_MS))
        log_release();
}
