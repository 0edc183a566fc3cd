/* SPDX-License-Identifier: MIT */
/* Others at a log file: programs that hold it, and many that write it at once. */
#ifndef TAPEMAP_SHARED_LOG_H
#define TAPEMAP_SHARED_LOG_H

enum shared_log_kind {
    SHARED_LOG_READER, /* reads, and lets others do everything */
    SHARED_LOG_KEEPER, /* reads, and lets others write, but not move or delete it */
    SHARED_LOG_WRITER, /* writes, alone */
};

void *shared_log_hold(const char *path, enum shared_log_kind kind);
void shared_log_release(void *holder);

/* Runs `body` on `count` threads at once, and waits for them. */
void shared_log_crowd(unsigned count, void (*body)(void *context), void *context);

unsigned shared_log_process(void);

#endif
