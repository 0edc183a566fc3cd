/* SPDX-License-Identifier: MIT */
#include "finished_hook.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shellapi.h>

#include "child_process.h"
#include "control_image.h"
#include "folder.h"
#include "hook_environment.h"
#include "say.h"
#include "wide.h"
#include "worker.h"

#define HOOK_LIMIT_MS 3600000u
#define HOOK_STOP_MS 10000u
#define HOOK_PATH_BYTES 4096u

struct hook_file {
    struct hook_file *next;
    char *path;
};

struct finished_hook {
    const char *deck;
    char **arguments; /* ends with NULL */
    struct worker *worker;
    HANDLE stop; /* set once, by finished_hook_stop */
    ULONGLONG stop_ms; /* when everything has to be over; set before `stop` is */
    SRWLOCK lock;      /* of the list */
    struct hook_file *first;
    struct hook_file *last;
    struct hook_environment environment; /* the thread's */
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
    if ((*arguments)[0][0] != '\0' && !is_script((*arguments)[0]))
        return TAPEMAP_OK;
    free_arguments(*arguments);
    *arguments = NULL;
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "--on-finished '%s' names no program that can be started without a shell; "
                       "give an .exe, which may be that of a shell", command);
}

/* ---- The thread ----------------------------------------------------------------------------- */

static bool fill_environment(struct finished_hook *hook, const char *path)
{
    union control_image image;
    struct layout_tape facts;
    char full[HOOK_PATH_BYTES];

    if (!control_image_read(path, &image) ||
        layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &facts) != TAPEMAP_OK)
        return false;
    folder_full_path(path, full, sizeof full);
    hook_environment_fill(&hook->environment, &image.control, &facts, full[0] ? full : path);
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

static void await_child(const struct finished_hook *hook, const struct child_process *child,
                        const char *path)
{
    const char *program = hook->arguments[0];
    DWORD code = 0;

    if (!await_end(hook, child->handle))
        say("deck '%s': '%s', started for '%s', still runs after %s; it is left to itself",
            hook->deck, program, path, is_stopping(hook) ? "ten seconds of waiting" : "an hour");
    else if (GetExitCodeProcess(child->handle, &code) && code != 0)
        say("deck '%s': '%s' ended with code %lu for '%s'; start it by hand to see why",
            hook->deck, program, (unsigned long)code, path);
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
        say("deck '%s': '%s' was not started for '%s', which is no finished tape any more; see "
            "whether it was deleted", hook->deck, hook->arguments[0], path);
    } else if (child_process_start(&config, &child, &failure) != TAPEMAP_OK) {
        say("deck '%s': for '%s': %s", hook->deck, path, failure.text);
    } else {
        await_child(hook, &child, path);
        child_process_close(&child);
    }
}

static struct hook_file *take_first(struct finished_hook *hook)
{
    AcquireSRWLockExclusive(&hook->lock);
    struct hook_file *file = hook->first;
    if (file)
        hook->first = file->next;
    ReleaseSRWLockExclusive(&hook->lock);
    return file;
}

static void hook_job(void *context)
{
    struct finished_hook *hook = context;
    struct hook_file *file;

    while ((file = take_first(hook)) != NULL) {
        start_for(hook, file->path);
        free(file->path);
        free(file);
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

    if (!file)
        return NULL;
    file->path = _strdup(path);
    if (file->path)
        return file;
    free(file);
    return NULL;
}

void finished_hook_add(struct finished_hook *hook, const char *path)
{
    if (!hook)
        return;
    struct hook_file *file = new_file(path);
    if (!file) {
        say("deck '%s': '%s' was not started for '%s': no memory; start it by hand", hook->deck,
            hook->arguments[0], path);
        return;
    }
    AcquireSRWLockExclusive(&hook->lock);
    if (hook->first)
        hook->last->next = file;
    else
        hook->first = file;
    hook->last = file;
    ReleaseSRWLockExclusive(&hook->lock);
    worker_nudge(hook->worker);
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
