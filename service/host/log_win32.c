/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "event_log.h"
#include "log_file.h"
#include "log_line.h"
#include "say.h"
#include "steady_clock.h"
#include "system_error.h"
#include "utf8_text.h"

#define LOG_MOST_WAITING 1000u
#define LOG_END_MS 2000u
#define LOG_RETRY_MS 1000u

struct log_entry {
    struct log_entry *next;
    uint64_t utc_ns;
    enum log_level level;
    bool is_reported; /* in the event log */
    char text[];
};

static struct {
    SRWLOCK lock; /* of what is written by more than one thread */
    struct log_entry *first;
    struct log_entry *last;
    unsigned count;
    unsigned dropped;
    bool is_open;
    char *path;
    char *who;
    HANDLE wake;   /* auto-reset: something waits, or the log ends */
    HANDLE thread;
    bool is_ending;
    bool is_broken; /* that the file cannot be written was told */
} the_log = {.lock = SRWLOCK_INIT};

static struct log_entry *log_make_entry(enum log_level level, const char *text)
{
    size_t bytes = strlen(text) + 1;
    struct log_entry *entry = malloc(sizeof *entry + bytes);

    if (!entry)
        return NULL;
    entry->next = NULL;
    entry->utc_ns = utc_now_ns();
    entry->level = level;
    entry->is_reported = false;
    memcpy(entry->text, text, bytes);
    return entry;
}

/* With the lock held. */
static bool log_add(struct log_entry *entry)
{
    if (!entry || the_log.count >= LOG_MOST_WAITING) {
        the_log.dropped++;
        return false;
    }
    if (the_log.last)
        the_log.last->next = entry;
    else
        the_log.first = entry;
    the_log.last = entry;
    the_log.count++;
    return true;
}

void log_write(enum log_level level, const char *text)
{
    struct log_entry *entry;
    bool is_taken = false;

    AcquireSRWLockExclusive(&the_log.lock);
    if (the_log.is_open) {
        entry = log_make_entry(level, log_line_body(the_log.who, text));
        is_taken = log_add(entry);
        if (!is_taken)
            free(entry);
    }
    ReleaseSRWLockExclusive(&the_log.lock);
    if (is_taken)
        SetEvent(the_log.wake);
}

/* ---- The writing thread --------------------------------------------------------------------- */

/* The entry behind this one, or with NULL the first. Only this thread takes entries away. */
static struct log_entry *log_after(const struct log_entry *entry)
{
    struct log_entry *next;

    AcquireSRWLockExclusive(&the_log.lock);
    next = entry ? entry->next : the_log.first;
    ReleaseSRWLockExclusive(&the_log.lock);
    return next;
}

static void log_drop_first(void)
{
    struct log_entry *first;

    AcquireSRWLockExclusive(&the_log.lock);
    first = the_log.first;
    the_log.first = first->next;
    if (!the_log.first)
        the_log.last = NULL;
    the_log.count--;
    ReleaseSRWLockExclusive(&the_log.lock);
    free(first);
}

static bool log_put(uint64_t utc_ns, const char *text)
{
    struct log_file file = {the_log.path, LOG_FILE_LIMIT_BYTES, LOG_FILES_KEPT};
    char line[LOG_LINE_BYTES];
    char why[256];
    uint32_t code;

    if (!the_log.path)
        return true;
    code = log_file_append(&file, line, log_line_format(utc_ns, the_log.who, text, line));
    if (code != 0 && !the_log.is_broken) {
        system_error_text(code, why, sizeof why);
        say_without_log("writing the log '%s': %s; see to it, the rest goes on and the log is "
                        "tried again", the_log.path, why);
    }
    the_log.is_broken = code != 0;
    return code == 0;
}

/* Room for the lines that were dropped comes with the first that can be written again. */
static bool log_put_dropped(void)
{
    char text[80];
    unsigned dropped;

    AcquireSRWLockExclusive(&the_log.lock);
    dropped = the_log.dropped;
    the_log.dropped = 0;
    ReleaseSRWLockExclusive(&the_log.lock);
    if (dropped == 0)
        return true;
    snprintf(text, sizeof text, "%u lines are missing here: they came too fast to be written",
             dropped);
    if (log_put(utc_now_ns(), text))
        return true;
    AcquireSRWLockExclusive(&the_log.lock);
    the_log.dropped += dropped;
    ReleaseSRWLockExclusive(&the_log.lock);
    return false;
}

/* The event log does not wait for a file that takes nothing: that may be what it has to tell. */
static void log_report_waiting(void)
{
    for (struct log_entry *entry = log_after(NULL); entry; entry = log_after(entry)) {
        if (entry->level != LOG_DETAIL && !entry->is_reported)
            event_log_report(entry->level, the_log.who, entry->text);
        entry->is_reported = true;
    }
}

/* Returns false when the file takes nothing now; what waits goes on waiting. */
static bool log_write_waiting(void)
{
    struct log_entry *entry;

    while ((entry = log_after(NULL)) != NULL) {
        if (!log_put(entry->utc_ns, entry->text))
            return false;
        log_drop_first();
    }
    return log_put_dropped();
}

static bool log_is_ending(void)
{
    bool is_ending;

    AcquireSRWLockExclusive(&the_log.lock);
    is_ending = the_log.is_ending;
    ReleaseSRWLockExclusive(&the_log.lock);
    return is_ending;
}

static unsigned __stdcall log_main(void *context)
{
    DWORD pause = INFINITE;
    bool is_ending = false;

    (void)context;
    while (!is_ending) {
        WaitForSingleObject(the_log.wake, pause);
        is_ending = log_is_ending(); /* before, so that what came until the end is written */
        log_report_waiting();
        pause = log_write_waiting() ? INFINITE : LOG_RETRY_MS;
    }
    while (log_after(NULL))
        log_drop_first();
    return 0;
}

/* ---- Beginning and end ---------------------------------------------------------------------- */

static void log_release(void)
{
    if (the_log.wake)
        CloseHandle(the_log.wake);
    free(the_log.path);
    free(the_log.who);
    the_log.wake = NULL;
    the_log.path = NULL;
    the_log.who = NULL;
}

static char *log_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);

    return copy ? memcpy(copy, text, bytes) : NULL;
}

enum tapemap_status log_begin(const char *path, const char *who, struct failure *failure)
{
    the_log.path = path ? log_copy(path) : NULL;
    the_log.who = log_copy(who);
    the_log.is_ending = false;
    the_log.is_broken = false;
    if (!the_log.who || (path && !the_log.path)) {
        log_release();
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a log; close other programs");
    }
    the_log.wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (the_log.wake)
        the_log.thread = (HANDLE)_beginthreadex(NULL, 0, log_main, NULL, 0, NULL);
    if (!the_log.thread) {
        log_release();
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the thread that writes the log cannot be started; close other "
                           "programs");
    }
    AcquireSRWLockExclusive(&the_log.lock);
    the_log.is_open = true;
    ReleaseSRWLockExclusive(&the_log.lock);
    return TAPEMAP_OK;
}

void log_end(void)
{
    if (!the_log.thread)
        return;
    AcquireSRWLockExclusive(&the_log.lock);
    the_log.is_open = false;
    the_log.is_ending = true;
    ReleaseSRWLockExclusive(&the_log.lock);
    SetEvent(the_log.wake);
    /* A thread that hangs still uses all of it. */
    if (WaitForSingleObject(the_log.thread, LOG_END_MS) == WAIT_OBJECT_0)
        log_release();
    CloseHandle(the_log.thread);
    the_log.thread = NULL;
}
