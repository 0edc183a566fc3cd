/* SPDX-License-Identifier: MIT */
/*
 * Waking readers that wait for frames. Two manual-reset events are used in turn, because waiting on
 * one must not use it up for others: wake-up n first resets event (n + 1) & 1, then publishes n,
 * then sets event n & 1. A reader that has seen the count w waits on event (w + 1) & 1.
 */
#ifndef TAPEMAP_WAKE_EVENTS_H
#define TAPEMAP_WAKE_EVENTS_H

#include <stdbool.h>

#include "failure.h"
#include "tapemap/layout.h"

struct wake_events;

/*
 * Makes the two events of a tape. may_exist: readers of an interrupted tape may still hold them.
 * Returns OK · E_BUSY: the name exists and may not · E_DENIED: it may, but somebody else made it
 * (security.h) · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *events is the caller's until wake_events_destroy. Threads: the keeper for all of these
 * functions. Blocks: never.
 */
enum tapemap_status wake_events_create(const char *space, uint64_t tape_id, bool may_exist,
                                       struct wake_events **events, struct failure *failure);

/*
 * Goes on with the two events of a tape, even and odd, through handles that may set them; no child
 * of this process inherits them from now on. Returns OK · E_NO_TAPE: these are none · E_MEMORY,
 * with failure filled; the handles then stay the caller's.
 */
enum tapemap_status wake_events_adopt(void *const handles[2], struct wake_events **events,
                                      struct failure *failure);

/* The handle of the even event, or of the odd one. */
void *wake_events_handle(const struct wake_events *events, unsigned parity);

/* NULL is ignored. */
void wake_events_destroy(struct wake_events *events);

/* Says where wake_count is; before that, nobody is woken. It must outlive the last signal. */
void wake_events_attach(struct wake_events *events, struct tapemap_control *control);

/* One wake-up; for deck_config.wake_readers, with the events as context. */
void wake_events_signal(void *events);

/* Publishes how many readers have the tape open; each of them opens its events. Blocks: never. */
void wake_events_count_readers(struct wake_events *events);

/* The tape has ended: both events stay set, so that nobody waits any more. */
void wake_events_end(struct wake_events *events);

#endif
