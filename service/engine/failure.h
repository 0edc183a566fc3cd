/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FAILURE_H
#define TAPEMAP_FAILURE_H

#include "printf_format.h"
#include "tapemap/status.h"

/* Why something failed, for a person: "<what is wrong>; <what to do>", no full stop. */
struct failure {
    enum tapemap_status status;
    char text[512];
};

/* Fills `failure` like printf and returns `status`, so that `return failure_set(...)` reads well.
   A longer text is cut. Threads: any. Not for an audio callback. */
enum tapemap_status failure_set(struct failure *failure, enum tapemap_status status,
                                const char *format, ...) PRINTF_FORMAT(3, 4);

#endif
