/* SPDX-License-Identifier: MIT */
#include "finished_hook.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shellapi.h>

#include "child_process.h"
#include "control_image.h"
#include "folder.h"
#include "hook_environment.h"
#include "log.h"
#include "say.h"
#include "wide.h"
#include "worker.h"

#define HOOK_LIMIT_MS 3600000u
#define HOOK_STOP_MS 10000u
#define HOOK_PATH_BYTES 4096u
#define HOOK_TELL_AGAIN_MS 3600000u

struct hook_file {
    struct hook_file *next;
    char *path;
    char *full; /* what it is compared by */
};

enum hook_problem { HOOK_WELL, HOOK_GONE, HOOK_UNSTARTED, HOOK_RUNS_ON, HOOK_FAILED };

struct finished_hook {
    const char *deck;
    char **arguments; /* ends with NULL */
    struct worker *worker;
    HANDLE stop; /* set once, by finished_hook_stop */
    ULONGLONG stop_ms; /* when everything has to be over; set before `stop` is */
    SRWLOCK lock;      /* of the list */
    struct hook_file *first; /* the one that the program runs for stays until it is done */
    struct hook_file *last;
    unsigned count;
    /* The thread's. */
    struct hook_environment environment;
    enum hook_problem told; /* what was said last, and when */
    ULONGLONG told_ms;
};

/* ---- The command ---------------------------------------------------------------------------- */

static void free_arguments(char **arguments)
{
    for (char **each = arguments; arguments && *each; each++)
        free(*each);
    free(arguments);
}

static char **split_wide(const wchar_t *line)
{
    int count = 0;
    wchar_t **parts = CommandLineToArgvW(line, &count);
    char **arguments = parts ? calloc((size_t)count + 1, sizeof *arguments) : NULL;
    bool is_whole = arguments != NULL;

    for (int i = 0; is_whole && i < count; i++) {
        arguments[i] = utf8_copy_of_wide(parts[i]);
        is_whole = arguments[i] != NULL;
    }
    LocalFree(parts);
    if (is_whole)
        return arguments;
    free_arguments(arguments);
    return NULL;
}

static char **split(const char *command)
{
    size_t room = strlen(command) + 1;
    wchar_t *line = malloc(room * sizeof *line);
    char **arguments = NULL;

    if (line && wide_from_utf8(command, line, room))
        arguments = split_wide(line);
    free(line);
    return arguments;
}

static bool is_script(const char *program)
{
    size_t length = strlen(program);
    const char *end = program + (length > 4 ? length - 4 : 0);

    return _stricmp(end, ".bat") == 0 || _stricmp(end, ".cmd") == 0;
}

static enum tapemap_status parse(const char *command, char ***arguments, struct failure *failure)
{
    /* Of an empty line Windows makes the name of this program. */
    if (command[strspn(command, " \t")] == '\0')
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "--on-finished is empty; give a program and its arguments");
    *arguments = split(command + strspn(command, " \t"));
    if (!*arguments)
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "--on-finished '%s' cannot be taken apart; give a program and its "
                           "arguments in UTF-8", command);
    assert((*arguments)[0]);
    if ((*arguments)[0][0] != '\0' && !is_script((*arguments)[0]))
        return TAPEMAP_OK;
    free_arguments(*arguments);
    *arguments = NULL;
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "--on-finished '%s' names no program that can be started without a shell; "
                       "give an .exe, which may be that of a shell", command);
}

/* ---- The thread ----------------------------------------------------------------------------- */

/* What is wrong for one file is wrong for the next, as a rule. */
static void complain(struct finished_hook *hook, enum hook_problem problem, const char *format, ...)
{
    ULONGLONG now = GetTickCount64();
    char text[HOOK_PATH_BYTES + 1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (hook->told == problem && now - hook->told_ms < HOOK_TELL_AGAIN_MS) {
        log_write(LOG_DETAIL, text);
        return;
    }
    say("%s", text);
    hook->told = problem;
    hook->told_ms = now;
}

static bool fill_environment(struct finished_hook *hook, const char *path)
{
    union control_image image;
    struct layout_tape facts;
    char full[HOOK_PATH_BYTES];

    if (!control_image_read(path, &image) ||
        layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &facts) != TAPEMAP_OK)
        return false;
    folder_full_path(path, full, sizeof full);
    hook_environment_fill(&hook->environment, &image.control, &facts, full[0] ? full : path,
                          control_image_end_utc_ns(&image, path));
    return true;
}

static DWORD rest_ms(const struct finished_hook *hook)
{
    ULONGLONG now = GetTickCount64();

    return hook->stop_ms > now ? (DWORD)(hook->stop_ms - now) : 0;
}

static bool is_stopping(const struct finished_hook *hook)
{
    return WaitForSingleObject(hook->stop, 0) == WAIT_OBJECT_0;
}

/* Returns false when it still runs after as long as it is given. */
static bool await_end(const struct finished_hook *hook, HANDLE process)
{
    HANDLE both[] = {process, hook->stop};

    if (WaitForMultipleObjects(2, both, FALSE, HOOK_LIMIT_MS) == WAIT_OBJECT_0 + 1)
        WaitForSingleObject(process, rest_ms(hook));
    return WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

static void await_child(struct finished_hook *hook, const struct child_process *child,
                        const char *path)
{
    const char *program = hook->arguments[0];
    DWORD code = 0;

    if (!await_end(hook, child->handle))
        complain(hook, HOOK_RUNS_ON,
                 "deck '%s': '%s', started for '%s', still runs after %s; it is left to itself",
                 hook->deck, program, path,
                 is_stopping(hook) ? "ten seconds of waiting" : "an hour");
    else if (GetExitCodeProcess(child->handle, &code) && code != 0)
        complain(hook, HOOK_FAILED,
                 "deck '%s': '%s' ended with code %lu for '%s'; start it by hand to see why",
                 hook->deck, program, (unsigned long)code, path);
    else
        hook->told = HOOK_WELL;
}

static void start_for(struct finished_hook *hook, const char *path)
{
    struct child_process child = {0};
    struct failure failure;
    struct child_process_config config = {
        .arguments = (const char *const *)hook->arguments,
        .environment = hook->environment.entries,
        .has_console = true,
    };

    if (is_stopping(hook) && rest_ms(hook) == 0) {
        say("deck '%s': '%s' was not started for '%s', because the recorder stops; start it by "
            "hand", hook->deck, hook->arguments[0], path);
    } else if (!fill_environment(hook, path)) {
        complain(hook, HOOK_GONE,
                 "deck '%s': '%s' was not started for '%s', which is no finished tape any more; "
                 "see whether it was deleted", hook->deck, hook->arguments[0], path);
    } else if (child_process_start(&config, &child, &failure) != TAPEMAP_OK) {
        complain(hook, HOOK_UNSTARTED, "deck '%s': for '%s': %s", hook->deck, path, failure.text);
    } else {
        await_child(hook, &child, path);
        child_process_close(&child);
    }
}

static void free_file(struct hook_file *file)
{
    if (!file)
        return;
    free(file->full);
    free(file->path);
    free(file);
}

/* Only the thread takes files away. */
static struct hook_file *first_of(struct finished_hook *hook)
{
    AcquireSRWLockExclusive(&hook->lock);
    struct hook_file *file = hook->first;
    ReleaseSRWLockExclusive(&hook->lock);
    return file;
}

static void drop_first(struct finished_hook *hook)
{
    AcquireSRWLockExclusive(&hook->lock);
    struct hook_file *file = hook->first;
    hook->first = file->next;
    hook->count--;
    ReleaseSRWLockExclusive(&hook->lock);
    free_file(file);
}

static void hook_job(void *context)
{
    struct finished_hook *hook = context;
    struct hook_file *file;

    while ((file = first_of(hook)) != NULL) {
        start_for(hook, file->path);
        drop_first(hook);
    }
}

/* ---- Others --------------------------------------------------------------------------------- */

static void hook_free(struct finished_hook *hook)
{
    if (hook->stop)
        CloseHandle(hook->stop);
    free_arguments(hook->arguments);
    free(hook);
}

enum tapemap_status finished_hook_start(const char *command, const char *deck,
                                        struct finished_hook **hook, struct failure *failure)
{
    struct finished_hook *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->deck = deck;
    InitializeSRWLock(&made->lock);
    made->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    enum tapemap_status status =
        made->stop ? parse(command, &made->arguments, failure)
                   : failure_set(failure, TAPEMAP_E_SYSTEM,
                                 "an event cannot be made; close other programs");
    if (status == TAPEMAP_OK)
        status = worker_start(hook_job, made, &made->worker, failure);
    if (status != TAPEMAP_OK) {
        hook_free(made);
        return status;
    }
    *hook = made;
    return TAPEMAP_OK;
}

static struct hook_file *new_file(const char *path)
{
    struct hook_file *file = calloc(1, sizeof *file);
    char full[HOOK_PATH_BYTES];

    if (!file)
        return NULL;
    folder_full_path(path, full, sizeof full);
    file->path = _strdup(path);
    file->full = _strdup(full);
    if (file->path && file->full)
        return file;
    free_file(file);
    return NULL;
}

/* With the lock held. */
static bool put_last(struct finished_hook *hook, struct hook_file *file)
{
    if (!file || hook->count == FINISHED_HOOK_MOST)
        return false;
    if (hook->first)
        hook->last->next = file;
    else
        hook->first = file;
    hook->last = file;
    hook->count++;
    return true;
}

void finished_hook_add(struct finished_hook *hook, const char *path)
{
    if (!hook)
        return;
    struct hook_file *file = new_file(path);
    AcquireSRWLockExclusive(&hook->lock);
    bool is_taken = put_last(hook, file);
    ReleaseSRWLockExclusive(&hook->lock);
    if (is_taken) {
        worker_nudge(hook->worker);
        return;
    }
    say("deck '%s': '%s' is not started for '%s', because %s; start it by hand", hook->deck,
        hook->arguments[0], path, file ? "too many files wait for it" : "there is no memory");
    free_file(file);
}

bool finished_hook_awaits(struct finished_hook *hook, const char *path)
{
    char full[HOOK_PATH_BYTES];
    bool is_there = false;

    if (!hook)
        return false;
    folder_full_path(path, full, sizeof full);
    AcquireSRWLockExclusive(&hook->lock);
    for (const struct hook_file *each = hook->first; each && !is_there; each = each->next)
        is_there = _stricmp(each->full, full) == 0;
    ReleaseSRWLockExclusive(&hook->lock);
    return is_there;
}

void finished_hook_stop(struct finished_hook *hook)
{
    if (!hook)
        return;
    hook->stop_ms = GetTickCount64() + HOOK_STOP_MS;
    SetEvent(hook->stop);
    worker_stop(hook->worker);
    hook_free(hook);
}
