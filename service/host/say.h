/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SAY_H
#define TAPEMAP_SAY_H

#if defined(__GNUC__)
#define SAY_PRINTF __attribute__((format(printf, 1, 2)))
#else
#define SAY_PRINTF
#endif

/*
 * Prints "tapemapd: <text>" as a line on stderr, in one piece: without a buffer the C library hands
 * over byte by byte, which is slow, and a console shows no character of which it gets one byte at a
 * time. So main gives stderr a buffer, and whoever writes there flushes it. Longer texts than 2000
 * bytes are cut.
 * Threads: any. May block as long as the console does.
 */
void say(const char *format, ...) SAY_PRINTF;

#endif
