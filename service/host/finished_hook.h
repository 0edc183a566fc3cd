/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FINISHED_HOOK_H
#define TAPEMAP_FINISHED_HOOK_H

#include <stdbool.h>

#include "failure.h"

/*
 * Starts a program for every tape whose file is complete (--on-finished), one after the other, on a
 * thread of its own: what it does costs the recording nothing. What it is told is in its
 * environment (hook_environment.h); its output is dropped. A program that runs longer than an hour
 * is left to itself. What goes wrong for one file after the other is said once an hour, and logged
 * each time. What is not started yet when the recorder is killed is not started any more:
 * nothing notes on disk for which files it was.
 */
struct finished_hook;

/*
 * Takes `command` apart into a program and its arguments, as Windows does; no shell ever sees it.
 * `deck` must outlive the hook.
 * Returns OK · E_SYNTAX: there is no program in it, or it is a script, which takes a shell ·
 * E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *hook is the caller's until finished_hook_stop. Threads: any. Blocks: never.
 */
enum tapemap_status finished_hook_start(const char *command, const char *deck,
                                        struct finished_hook **hook, struct failure *failure);

#define FINISHED_HOOK_MOST 1000u

/* A file of a tape that was completed. When so many wait already, it is said that the program is
   not started for it. NULL for hook is ignored. Any thread; never blocks. */
void finished_hook_add(struct finished_hook *hook, const char *path);

/* Whether the program has yet to be started for that file, or runs for it. NULL: false. Any thread;
   never blocks. */
bool finished_hook_awaits(struct finished_hook *hook, const char *path);

/* Ends the thread, once the program was started for all that was added. Blocks: until it has ended,
   up to ten seconds; then it is left to itself, and said for which files it was not started. NULL
   is ignored. */
void finished_hook_stop(struct finished_hook *hook);

#endif
