/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_COMMAND_LINE_H
#define TAPEMAP_COMMAND_LINE_H

/*
 * Joins a program's arguments (UTF-8, a list that ends with NULL) into the one text that Windows
 * hands to a program, so that CommandLineToArgvW and the C library of the program take it apart
 * into just these again. Arguments that are more than a word are put in quotes, patterns of file
 * names too; words are not, because a shell's own commands (cmd.exe /c copy) are none in quotes.
 * The first one, the program, contains no quote: no path does, and none could be told from the end
 * of it.
 * Returns NULL when there is no memory. Memory: for free(). Threads: any. Blocks: never.
 */
char *command_line_join(const char *const *arguments);

#endif
