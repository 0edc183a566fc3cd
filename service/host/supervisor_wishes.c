/* SPDX-License-Identifier: MIT */
/*
 * What a supervisor that dies leaves to the next one: which decks somebody stopped, and which have
 * done what they were to do. It lies beside the configuration, and goes when the supervisor ends
 * properly: who starts it anew wants what the configuration says. So does who starts the system or
 * logs on again, since a log-off and a power cut end a supervisor without a word.
 *
 *     since 8c11d29a4be07f35
 *     stopped 0123456789abcdef studio
 *     done 0123456789abcdef news at eight
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "file_output.h"
#include "say.h"
#include "supervisor_state.h"
#include "system_error.h"

#define NO_SUCH_FILE 2u

static char *path_of(const struct supervisor *supervisor)
{
    size_t room = strlen(supervisor->config_path) + sizeof ".wishes";
    char *path = malloc(room);

    if (path)
        snprintf(path, room, "%s.wishes", supervisor->config_path);
    return path;
}

/* NULL: it is to be recorded. */
static const char *wish_of(const struct supervised *deck)
{
    const struct supervision *life = &deck->life;

    if (life->state == SUPERVISION_DONE)
        return "done";
    if (life->state == SUPERVISION_STOPPED ||
        (life->state == SUPERVISION_STOPPING && !life->starts_again))
        return "stopped";
    return NULL;
}

/* Since which log-on that holds. */
static size_t print_since(const struct supervisor *supervisor, char *text)
{
    return (size_t)snprintf(text, SUPERVISOR_WISHES_BYTES, "since %016" PRIx64 "\n",
                            supervisor->log_on);
}

static size_t print(const struct supervisor *supervisor, char *text)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < supervisor->count; i++) {
        const struct supervised *deck = &supervisor->decks[i];
        const char *wish = deck->deck ? wish_of(deck) : NULL;

        if (wish && used == 0)
            used = print_since(supervisor, text);
        if (wish)
            used += (size_t)snprintf(text + used, SUPERVISOR_WISHES_BYTES - used,
                                     "%s %016" PRIx64 " %s\n", wish, deck->deck->hash, deck->name);
    }
    return used;
}

static uint32_t write_file(const char *path, const char *text, size_t length)
{
    struct file_output *output;
    uint32_t code;

    if (length == 0) {
        code = file_access_remove(path);
        return code == NO_SUCH_FILE ? 0 : code;
    }
    code = file_output_create(path, true, &output);
    if (code != 0)
        return code;
    code = file_output_write(output, text, length);
    if (code == 0)
        code = file_output_commit(output);
    if (code != 0)
        file_output_discard(output);
    return code;
}

static void keep(struct supervisor *supervisor, const char *wishes, size_t length)
{
    char *path = path_of(supervisor);
    uint32_t code = path ? write_file(path, wishes, length) : 8; /* ERROR_NOT_ENOUGH_MEMORY */
    char text[160];

    memcpy(supervisor->wishes, wishes, length + 1);
    free(path);
    if (code == 0)
        return;
    system_error_text(code, text, sizeof text);
    say("warning: which decks are stopped cannot be kept beside the configuration: %s; should this "
        "supervisor die, the next one starts them all", text);
}

void supervisor_keep_wishes(struct supervisor *supervisor)
{
    char wishes[SUPERVISOR_WISHES_BYTES];
    size_t length = print(supervisor, wishes);

    if (!supervisor->is_ending && strcmp(wishes, supervisor->wishes) != 0)
        keep(supervisor, wishes, length);
}

void supervisor_drop_wishes(struct supervisor *supervisor)
{
    if (supervisor->wishes[0] != '\0')
        keep(supervisor, "", 0);
}

/* ---- Reading -------------------------------------------------------------------------------- */

static void take(struct supervisor *supervisor, const char *wish, uint64_t hash, const char *name)
{
    struct supervised *deck = supervisor_find(supervisor, name);

    if (!deck || !deck->deck)
        return;
    if (strcmp(wish, "done") == 0 && deck->deck->hash == hash) {
        deck->life.state = SUPERVISION_DONE;
        deck->running_hash = hash;
        say("deck '%s': it has done what it was to do, under an earlier supervisor", name);
    } else if (strcmp(wish, "stopped") == 0) {
        say("deck '%s': it was stopped under an earlier supervisor, and stays so until somebody "
            "starts it", name);
        supervised_stay_stopped(supervisor, deck);
    }
}

/* Whether lines after this one are of this log-on, under this start of the system. */
static bool is_since(const struct supervisor *supervisor, const char *line)
{
    uint64_t then;

    return sscanf(line, "since %" SCNx64, &then) == 1 && then == supervisor->log_on && then != 0;
}

static void take_line(struct supervisor *supervisor, const char *line)
{
    uint64_t hash = 0;
    char wish[16];
    int name = 0;

    if (sscanf(line, "%15s %16" SCNx64 " %n", wish, &hash, &name) == 2 && name > 0)
        take(supervisor, wish, hash, line + name);
}

void supervisor_take_wishes(struct supervisor *supervisor)
{
    char *path = path_of(supervisor);
    struct file_access *file;
    uint64_t length = 0;

    if (!path || file_access_open(path, FILE_ACCESS_READ, &file) != 0) {
        free(path);
        return;
    }
    if (file_access_length(file, &length) == 0 && length < SUPERVISOR_WISHES_BYTES &&
        file_access_read(file, 0, supervisor->wishes, (size_t)length) == 0)
        supervisor->wishes[length] = '\0';
    file_access_close(file);
    free(path);
    char lines[SUPERVISOR_WISHES_BYTES];
    memcpy(lines, supervisor->wishes, sizeof lines);
    char *line = strtok(lines, "\n");
    if (line && !is_since(supervisor, line)) {
        say("decks that were stopped, or were done, before the system was started or somebody "
            "logged on are recorded again");
        return;
    }
    while ((line = strtok(NULL, "\n")) != NULL)
        take_line(supervisor, line);
}
