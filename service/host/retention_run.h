/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RETENTION_RUN_H
#define TAPEMAP_RETENTION_RUN_H

#include "atomic64.h"
#include "file_options.h"
#include "finished_hook.h"
#include "retention.h"

/* Deletes finished tapes of a deck where it puts them. */
struct retention_config {
    const char *deck;
    const struct file_options *options; /* where its tapes lie */
    struct retention_policy policy;
    uint64_t headroom_bytes; /* what the deck is about to need */
    uint64_t present_id; /* the deck's tape: stays, though it may have ended by now; 0: none */
    struct finished_hook *hook; /* what it has yet to do goes last, for room only; or NULL */
    bool is_quiet;              /* of deletions; failures are said */
    /* Not 0, set by any thread: whoever waits for the look has it end; or NULL. */
    const struct tapemap_shared_u64 *is_unwanted;
};

/* Whether there is anything to do, ever. Never blocks. */
bool retention_is_wanted(const struct retention_config *config);

/*
 * Deletes what has to go, one line on stderr for each, and folders that become empty by that. What
 * somebody holds, or cannot be deleted, stays, and is tried again next time; that it cannot is said
 * not oftener than once an hour: *told_utc_ns is when it was.
 * Returns false when less is free than is asked for, and nothing is left to delete.
 * Threads: one for a deck. Blocks: for the disk.
 */
bool retention_run(const struct retention_config *config, uint64_t utc_ns,
                   uint64_t *told_utc_ns);

#endif
