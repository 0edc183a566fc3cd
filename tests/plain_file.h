/* SPDX-License-Identifier: MIT */
/* Files that a test puts where it likes, and looks for again. */
#ifndef TAPEMAP_PLAIN_FILE_H
#define TAPEMAP_PLAIN_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* Writes a file in place of any that is there, with the folders that it wants; fails the test. */
void plain_file_write(const char *path, const void *bytes, uint64_t count);

/* Whether it can be opened. */
bool plain_file_is_there(const char *path);

#endif
