/* SPDX-License-Identifier: MIT */
/*
 * The log of this process: a file (log_file.h) and the system's event log. A thread of its own
 * writes, so that a disk or an event log that hangs stops nobody; what cannot be written is told
 * once on stderr, and tried again with the next line.
 */
#ifndef TAPEMAP_LOG_H
#define TAPEMAP_LOG_H

#include <stdbool.h>

#include "failure.h"

#define LOG_FILE_LIMIT_BYTES (4u << 20)
#define LOG_FILES_KEPT 5u

enum log_level {
    LOG_DETAIL,      /* for the file only */
    LOG_INFORMATION, /* these three also for the event log */
    LOG_WARNING,
    LOG_ERROR,
};

/*
 * Begins the log: `path` in UTF-8, NULL for no file; `who` stands in front of each line. Again
 * only after log_end. security_use comes before it, if at all: the file is made as that says, by
 * the log's thread.
 * Returns OK · E_MEMORY · E_SYSTEM, with failure filled; then nothing is logged. Memory: both texts
 * are copied. Threads: before others log.
 */
enum tapemap_status log_begin(const char *path, const char *who, struct failure *failure);

/* Logs a sentence. Before log_begin and after log_end it does nothing, and so it does, but for a
   line that counts them, when a thousand sentences wait to be written (line_writer.h). Any thread;
   never blocks for long. */
void log_write(enum log_level level, const char *text);

/* Writes what waits, for two seconds at most. One thread, the one that began. */
void log_end(void);

#endif
