/* SPDX-License-Identifier: MIT */
/*
 * Runs the checks in another process, which is ended when one takes too long or when this process
 * ends; whatever a check breaks, the next is run by a new one. That process is started as
 * `tapemapd selftest --worker FIRST SECTION EVENT SCRATCH SOUND`.
 */
#ifndef TAPEMAP_CHECK_WORKER_H
#define TAPEMAP_CHECK_WORKER_H

#include "selftest_check.h"
#include "failure.h"

struct check_run {
    struct check_place place;
    struct finding findings[CHECK_MOST]; /* filled one after the other */
    size_t count;                        /* so many are done */
    /* Called for each that is done. */
    void (*tell)(void *context, const struct check *check, const struct finding *finding);
    void *context;
};

/*
 * Runs all checks, and removes the scratch folder. Takes 20 s at the most: what is not done then is
 * "not testable here".
 * Returns OK · E_ENDED: the user has interrupted it · E_MEMORY ·
 * E_SYSTEM, with failure filled. Threads: the main thread. Blocks: until then.
 */
enum tapemap_status check_run_all(struct check_run *run, struct failure *failure);

/* What the other process does; its exit code. `words`: what follows --worker. */
int check_worker_main(int count, char **words);

#endif
