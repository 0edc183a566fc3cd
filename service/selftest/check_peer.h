/* SPDX-License-Identifier: MIT */
/*
 * Another process of this program that plays a part in a check: a reader, or a recorder that is
 * killed. It is started as `tapemapd selftest --peer ROLE NUMBER...` and answers by its exit code.
 */
#ifndef TAPEMAP_CHECK_PEER_H
#define TAPEMAP_CHECK_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "child_process.h"
#include "failure.h"

/* Exit codes of peers. PEER_READ adds the pages that faulted at first; */
#define PEER_FINE 0x100
#define PEER_WRONG 0x200    /* what was expected did not come about */
#define PEER_CANNOT 0x300   /* it could not even begin */
#define PEER_FAULTS_MOST 0xFFu

/* Pages that PEER_READ reads, and what page n holds. */
#define PEER_PAGES 512u
#define PEER_PAGE_VALUE(n) (UINT64_C(0x9E3779B97F4A7C15) * ((n) + 1u))

enum peer_role {
    PEER_READ,    /* section, event: sets the event, follows the u64 at the section's beginning, and
                     reads the first u64 of each page that it counts, as soon as it does */
    PEER_STATE,   /* section, offset: FINE when the page there counts as committed */
    PEER_HANDLES, /* one handle, another: FINE when only the first is an event of this process */
    PEER_HOLD,    /* event, number: takes the lock of the deck "selftest-NUMBER", sets the event,
                     and waits to be killed */
    PEER_OWN,     /* event, mutex: the same with a mutex that is given to it */
    PEER_CTRL,    /* FINE when Ctrl+C in its own console calls its handler */
    PEER_SESSION, /* FINE when that is called too once its window is told that the session ends */
};

struct peer_config {
    enum peer_role role;
    uint64_t numbers[2]; /* handles that are to be inherited are also listed below */
    void *handles[2];
    size_t handle_count;
    bool has_console;
};

/* Starts the peer. Returns as child_process_start. Memory: for child_process_close. */
enum tapemap_status peer_start(const struct peer_config *config, struct child_process *peer,
                               struct failure *failure);

/* What such a process does; its exit code. `words`: ROLE and numbers, as text. */
int peer_main(int count, char **words);

#endif
