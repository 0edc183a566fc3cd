/* SPDX-License-Identifier: MIT */
/* PRINTF_FORMAT(TEXT, FIRST) behind a function's declaration: its parameter TEXT is a format as
   printf's, whose values begin with parameter FIRST; 1 is the first. Compilers check calls then. */
#ifndef TAPEMAP_PRINTF_FORMAT_H
#define TAPEMAP_PRINTF_FORMAT_H

#if defined(__MINGW32__) && !defined(__clang__)
/* In C11 mode its printf is the GNU one, but "printf" means Microsoft's. */
#define PRINTF_FORMAT(text, first) __attribute__((format(gnu_printf, text, first)))
#elif defined(__GNUC__)
#define PRINTF_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define PRINTF_FORMAT(text, first)
#endif

#endif
