/* SPDX-License-Identifier: MIT */
/*
 * Supervises the decks of a configuration: a recorder process for each. Recorders do not end with
 * their supervisor; another one finds them and goes on.
 */
#ifndef TAPEMAP_SUPERVISOR_H
#define TAPEMAP_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

struct supervisor;

/*
 * Reads the configuration and becomes the supervisor of `space` (object_names.h): the machine's for
 * a service, else this login session's. It takes words from now on (docs/control.md), and its decks
 * are recorded there. Nothing is started yet.
 * Returns OK · E_BUSY: there is one, its process named · E_DATA: the configuration is wrong, and
 * what is wrong was said · E_NO_FILE and so on: it cannot be read · E_MEMORY · E_SYSTEM; with
 * failure filled. Memory: *supervisor is the caller's until supervisor_close. Threads: one at a
 * time for open, run and close. Blocks: for the disk, and a second for another supervisor's answer.
 */
enum tapemap_status supervisor_open(const char *config_path, const char *space,
                                    struct supervisor **supervisor, struct failure *failure);

/* How long a recorder may take to stop before it is given up; 20 seconds unless this is called,
   before supervisor_run. */
void supervisor_set_stop_limit(struct supervisor *supervisor, uint64_t limit_ns);

/*
 * Supervises until it is asked to shut down, and every recorder has ended. Call it once.
 * Returns true, or false when a recorder did not stop in time: it was said. One that had heard that
 * it is to stop is left to finish its tape; one that had not was ended.
 * Blocks: until then.
 */
bool supervisor_run(struct supervisor *supervisor);

/* Has every deck stopped, each tape finished, and supervisor_run return. Any thread; blocks for
   moments. */
void supervisor_request_shutdown(struct supervisor *supervisor);

/* NULL is ignored. */
void supervisor_close(struct supervisor *supervisor);

#endif
