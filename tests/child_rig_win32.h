/* SPDX-License-Identifier: MIT */
/* Children, handles and command lines of Windows for tests; each fails the test when it cannot. */
#ifndef TAPEMAP_CHILD_RIG_WIN32_H
#define TAPEMAP_CHILD_RIG_WIN32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "child_process.h"

/* The path of this program; valid for ever. */
const char *child_rig_self(void);

/* The working folder. */
void child_rig_folder(char *out, size_t room);

/* A variable of this process in UTF-8; "" when it is not set. Valid until the next call. */
const char *child_rig_variable(const char *name);

/* Waits for the child, closes it, and returns its exit code. */
uint32_t child_rig_wait(struct child_process *child);

/* True when the child has not ended; never waits. */
bool child_rig_lives(const struct child_process *child);

/* Ends it at once, whatever it does, and closes it. */
void child_rig_kill(struct child_process *child);

/* Priorities of this process, lowest first. */
enum child_rig_class { CHILD_RIG_IDLE, CHILD_RIG_BELOW, CHILD_RIG_NORMAL, CHILD_RIG_ABOVE };

void child_rig_set_class(enum child_rig_class priority);
enum child_rig_class child_rig_own_class(void);

/* Whether the system shows this process no dialogs about drives. */
bool child_rig_is_without_dialogs(void);

/* An event that is not set. Memory: for child_rig_close. */
void *child_rig_event(bool is_inheritable);
/* Not a failure: that the handle is none. */
void child_rig_set_event(void *event);
bool child_rig_event_is_set(void *event);
void child_rig_wait_event(void *event);
bool child_rig_is_inheritable(void *handle);
void child_rig_close(void *handle);

/* What CommandLineToArgvW makes of a line, `most` arguments of `room` bytes one after another.
   Returns how many there are. */
size_t child_rig_parse(const char *line, size_t most, size_t room, char *arguments);

#endif
