/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FAILURE_H
#define TAPEMAP_FAILURE_H

#include "tapemap/status.h"

/* Why something failed, for a person: "<what is wrong>; <what to do>", no full stop. */
struct failure {
    enum tapemap_status status;
    char text[512];
};

#if defined(__MINGW32__) /* in C11 mode its printf is the GNU one, but "printf" means Microsoft's */
#define FAILURE_PRINTF __attribute__((format(gnu_printf, 3, 4)))
#elif defined(__GNUC__)
#define FAILURE_PRINTF __attribute__((format(printf, 3, 4)))
#else
#define FAILURE_PRINTF
#endif

/* Fills `failure` like printf and returns `status`, so that `return failure_set(...)` reads well.
   A longer text is cut. Threads: any. Not for an audio callback. */
enum tapemap_status failure_set(struct failure *failure, enum tapemap_status status,
                                const char *format, ...) FAILURE_PRINTF;

#endif
