/* SPDX-License-Identifier: MIT */
/*
 * How a program hears that its user logs off, or that the system shuts down. Of console handlers
 * those of services alone are told (HandlerRoutine); everybody else gets messages to a window. It
 * need not be seen, but a message-only one gets none. So there is one, on a thread of its own:
 *
 *     WM_QUERYENDSESSION      yes; and what this program is about is told, because one without a
 *                             visible window is ended after five seconds unless it has said that
 *     WM_ENDSESSION, TRUE     the program is asked to end, and the message is held until it has:
 *                             who has taken it is ended by the system
 *     WM_ENDSESSION, FALSE    somebody else has objected: nothing ends
 *     WM_CLOSE                somebody asks it to close: the program is asked to end
 */
#ifndef TAPEMAP_SESSION_END_H
#define TAPEMAP_SESSION_END_H

#include <stdbool.h>
#include <stdint.h>

/* The window's class, for who looks for it. */
#define SESSION_END_CLASS L"tapemap session end"

/*
 * Has `heard` called when this program is to end, and `deaf`, with a system error code, when no
 * window can be made: then nothing else happens. Once in a process, where session_end_is_told.
 * Memory: the window and its thread last as long as the process, and do not keep it from ending.
 * Threads: any; both are called on the window's, `deaf` on the caller's where there is no thread
 * for one. Blocks: never; the window is made later.
 */
void session_end_listen(void (*heard)(void), void (*deaf)(uint32_t code));

/* Whether windows of this process are told: not in session 0, where nobody is logged in, nor on a
   window station that is not a user's, as those of services are. Threads: any. Blocks: never. */
bool session_end_is_told(void);

/* Whether `heard` was called because the session ends. Threads: any. Blocks: never. */
bool session_end_is_here(void);

#endif
