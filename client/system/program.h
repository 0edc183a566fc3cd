/* SPDX-License-Identifier: MIT */
/* What a command-line program needs of its system. */
#ifndef TAPEMAP_PROGRAM_H
#define TAPEMAP_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs `body` as the main function: with the arguments in UTF-8 (argv[argc] is NULL), the console's
 * output in UTF-8 while it runs, stdin and stdout in binary mode, and no dialogs of the system
 * about drives. `int main(void) { return program_run(body); }` is all that main does.
 * Returns what body returned; with a line on stderr: 1 when there is no memory for the arguments, 2
 * when one of them is no valid Unicode.
 */
int program_run(int (*body)(int argc, char **argv));

/*
 * Has `handler` called, on a thread of its own, when the user presses Ctrl+C or Ctrl+Break, closes
 * the console, and, after program_on_deafness, logs off or shuts down, or has its window asked to
 * close (WM_CLOSE). The handler asks the program to end (sets an event, a flag) and returns, or
 * ends it if it does not listen; after a close the system ends the process some seconds later, and
 * at the end of a session when its user or the system wait no longer (session_end.h). NULL, as at
 * first: Ctrl+C ends the process at once. Works in a body that program_run runs; Ctrl+C alone does
 * not reach another.
 */
void program_on_interrupt(void (*handler)(void));

/* Has the end of the session heard of, and `tell` called, on any thread, with a sentence when it
   cannot be, though there is one. Before the first handler; for programs that run for long, since
   it takes a thread and a window. */
void program_on_deafness(void (*tell)(const char *text));

/* Whether the handler was called because the session ends. Threads: any. Blocks: never. */
bool program_session_ends(void);

/* Has the system end this process before those that it starts, when the session ends. */
void program_ends_first(void);

/*
 * Ends the process at once with exit code `code`, from any thread, also while another one is stuck
 * in a write that nobody takes. Nothing is flushed or undone. `line`, with its line's end, goes to
 * stderr, unless that takes it too late.
 * Blocks: up to half a second, for stderr. Does not return.
 */
void program_give_up(const char *line, int code);

/* Waits until process `pid` has ended. Returns false when it runs on after timeout_ms. One that is
   not there, or may not be asked, counts as ended. Threads: any. */
bool program_await_end(uint32_t pid, uint32_t timeout_ms);

/* Nanoseconds since this process was made. Threads: any. Blocks: never. */
uint64_t program_age_ns(void);

/* To be asked once writing to stdout has failed: true when that is a pipe whose reader has gone. */
bool program_output_is_unwanted(void);

#endif
