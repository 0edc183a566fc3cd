/* SPDX-License-Identifier: MIT */
/* A file tape whose recorder has died, and what goes on with it. Failures fail the test. */
#ifndef TAPEMAP_LEFT_TAPE_H
#define TAPEMAP_LEFT_TAPE_H

#include "record_options.h"

#define LEFT_TAPE_FRAMES 480
#define LEFT_TAPE_RATE_HZ 48000u

/* To record the deck from a source of s16, mono, to memory; or to the file at `path`. */
struct record_options left_tape_memory(const char *deck);
struct record_options left_tape_options(const char *deck, const char *path);

/* Leaves a tape whose recorder died at that time after LEFT_TAPE_FRAMES frames, each of them 1. */
void left_tape_make(const struct record_options *options, uint64_t died_utc_ns);

/* Removes such a file and its index, if they are there. */
void left_tape_remove(const char *path);

#endif
