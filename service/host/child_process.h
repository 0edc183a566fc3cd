/* SPDX-License-Identifier: MIT */
/*
 * Starting another program. Its arguments go to it one by one, whatever is in them: there is never
 * a shell between. It inherits what is named here and nothing else, and it gets no window.
 */
#ifndef TAPEMAP_CHILD_PROCESS_H
#define TAPEMAP_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

struct child_process_config {
    /* UTF-8; the list ends with NULL. The first one is the program: a path, or a name without
       folder that is looked for in PATH (not in the working folder, where anybody may have put
       one); ".exe" may be left out. */
    const char *const *arguments;
    const char *folder;             /* that it works in; NULL: ours */
    const char *const *environment; /* NAME=VALUE over ours; ends with NULL; NULL: none */
    const char *output_path;        /* its stdout and stderr are appended to it; NULL: dropped */
    void *const *handles;           /* kernel handles that it inherits, under the same values */
    size_t handle_count;            /* at most 13 */
    bool has_console; /* one without a window, as others' programs expect; ours need none */
};

struct child_process {
    void *handle; /* of the process: all rights, the one to wait for it among them */
    uint32_t pid;
};

/*
 * Starts the program; its stdin is empty. It lives on when this process ends.
 * Returns OK · E_NO_FILE: there is no such program, or folder · E_ARGUMENT: a .bat or .cmd file,
 * which a shell would run by rules of its own; not valid UTF-8; more than Windows takes · E_DENIED
 * · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: child->handle is the caller's until child_process_close; `handles` stay his. Threads:
 * any; inherited handles are marked so during the call only, in which other threads start none
 * through this function. Blocks: for the disk.
 */
enum tapemap_status child_process_start(const struct child_process_config *config,
                                        struct child_process *child, struct failure *failure);

/* Finds a process that lives, to wait for its end. Returns false when there is none, or it may not
   be looked at; then child->handle is NULL. Any thread; never blocks. */
bool child_process_find(uint32_t pid, struct child_process *child);

/* Waits for its end; *code is then what it ended with. Returns false when it still runs. Any
   thread; blocks: up to timeout_ms. */
bool child_process_await(const struct child_process *child, uint32_t timeout_ms, uint32_t *code);

/* Lets go of the process, which runs on. */
void child_process_close(struct child_process *child);

#endif
