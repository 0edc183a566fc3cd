/* SPDX-License-Identifier: MIT */
/*
 * The pump drives a pulled source: a thread of its own reads the source, at the pace asked for,
 * and appends to the deck. What the tape does not take at once waits for the keeper's next tick,
 * so that nothing is lost at any speed. At the source's end, or when it fails, the pump asks the
 * deck to end. While the deck is paused, it waits.
 */
#ifndef TAPEMAP_PUMP_H
#define TAPEMAP_PUMP_H

#include <stdbool.h>

#include "deck.h"
#include "keeper_timer.h"
#include "source.h"

struct pump;

struct pump_config {
    struct source *source; /* with a read function; the pump's alone while it runs */
    struct deck *deck;
    struct keeper_timer *timer; /* nudged when the tape is full up to its grant */
    uint32_t speed_thousandths; /* PACE_MAX: as fast as the tape takes it */
    bool is_replaceable;        /* its end is a loss, and not the deck's end */
};

/*
 * Starts the thread. All that the configuration names must outlive the pump.
 * Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
 * Threads: one for pump_start and pump_stop. Blocks: never.
 */
enum tapemap_status pump_start(const struct pump_config *config, struct pump **pump,
                               struct failure *failure);

/* To be called after each tick of the deck: lets a waiting pump go on. Threads: the keeper. Never
   blocks. */
void pump_go_on(struct pump *pump);

/*
 * Stops the thread, also one that waits for input, and frees the pump. Blocks: up to half a second;
 * for an append that waits for the disk, as long as that does: no other source may begin meanwhile.
 * Returns false when the thread did not come back from the source: it then never touches deck and
 * timer again, but source and pump must be left to the end of the process. NULL is ignored (true).
 */
bool pump_stop(struct pump *pump);

#endif
