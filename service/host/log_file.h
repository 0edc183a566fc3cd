/* SPDX-License-Identifier: MIT */
/*
 * A log file that several programs add to, each line in one piece. It is open only while a line is
 * added, so that anybody may read, move or delete it at any time. Whoever adds a line is meanwhile
 * its only writer: the others wait for a moment and try again.
 */
#ifndef TAPEMAP_LOG_FILE_H
#define TAPEMAP_LOG_FILE_H

#include <stddef.h>
#include <stdint.h>

struct log_file {
    const char *path;     /* UTF-8 */
    uint64_t limit_bytes; /* at this length it becomes PATH.1, and a new one is begun */
    unsigned kept;        /* at most 9: PATH.1, the newest, to PATH.<kept> */
};

/*
 * Adds whole lines. When it is time for a new file and somebody keeps the old one from being moved,
 * the old one just grows; it is tried again with the next line.
 * Returns 0 or a system error code: 3 for a missing folder, 5, 32 somebody else writes it and does
 * not end, 112 disk full. After a failure the lines are in the file in part or not at all.
 * Threads: any. Blocks: for the disk, and up to a second for other writers.
 */
uint32_t log_file_append(const struct log_file *file, const char *lines, size_t bytes);

#endif
