/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SAY_H
#define TAPEMAP_SAY_H

#if defined(__GNUC__)
#define SAY_PRINTF __attribute__((format(printf, 1, 2)))
#else
#define SAY_PRINTF
#endif

/*
 * Prints "tapemapd: <text>" as a line on stderr, in one piece (error_output.h), and adds it to the
 * log (log.h). Texts longer than 2000 bytes are cut.
 * Threads: any. May block as long as the console does.
 */
void say(const char *format, ...) SAY_PRINTF;

/* The same for what the event log is to have too (log.h). */
void say_error(const char *format, ...) SAY_PRINTF;

/* The same for what the log has already, or cannot be told. */
void say_without_log(const char *format, ...) SAY_PRINTF;

#endif
