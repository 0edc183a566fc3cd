/* SPDX-License-Identifier: MIT */
/* This process's standard input as bytes; one system's way in each of stdin_input_*.c. */
#ifndef TAPEMAP_STDIN_INPUT_H
#define TAPEMAP_STDIN_INPUT_H

#include <stddef.h>

#include "failure.h"

/* Returns OK when there is an input that data can come from · E_DATA when it is closed or a
   terminal, with failure filled. Blocks: never. */
enum tapemap_status stdin_input_check(struct failure *failure);

/*
 * Reads what is there, as soon as anything is: up to `room` bytes, *count (>= 1) of them.
 * Returns OK · E_ENDED: the input ended, or somebody cancelled the read · E_SYSTEM with failure
 * filled. Threads: one. Blocks: until something comes.
 */
enum tapemap_status stdin_input_read(void *bytes, size_t room, size_t *count,
                                     struct failure *failure);

#endif
