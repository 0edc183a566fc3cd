/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SAY_H
#define TAPEMAP_SAY_H

#include "printf_format.h"

/*
 * Prints "tapemapd: <text>" as a line on stderr (error_output.h), and adds it to the log (log.h).
 * Texts longer than 2000 bytes are cut.
 * Threads: any. Blocks: never in a program that has its lines written aside; else while nobody
 * takes the line.
 */
void say(const char *format, ...) PRINTF_FORMAT(1, 2);

/* The same for what the event log is to have too (log.h). */
void say_error(const char *format, ...) PRINTF_FORMAT(1, 2);

/* The same for what the log has already, or cannot be told. */
void say_without_log(const char *format, ...) PRINTF_FORMAT(1, 2);

#endif
