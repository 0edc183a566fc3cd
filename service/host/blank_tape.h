/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_BLANK_TAPE_H
#define TAPEMAP_BLANK_TAPE_H

#include <stdbool.h>

/*
 * Whether the file is a tape whose recorder died before it had written the header, which comes
 * before every frame: it has a tape's name and length, the index file beside it, if that was made
 * yet, is empty or begins with zeros, and all of it is zeros, but for the marks of what is reserved
 * (layout.md, L151). A file that holds anything else is somebody's, and none.
 * Any thread. Blocks: for the disk.
 */
bool blank_tape_is(const char *path);

#endif
