/* SPDX-License-Identifier: MIT */
/*
 * What fuzzing targets share. A target is one file with LLVMFuzzerTestOneInput: it hands the input
 * to one module as its worst user would, and expects what that module promises. The same file is
 * linked with libFuzzer (preset `fuzz`, scripts/fuzz.sh), and with fuzz_replay_posix.c into a test
 * that goes through tests/fuzz/corpus.
 */
#ifndef TAPEMAP_FUZZ_H
#define TAPEMAP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns 0. Memory: data is the caller's, and exactly `size` bytes long. Threads: one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, for the fuzzer to keep the input, when a promise is broken. */
#define FUZZ_EXPECT(condition) fuzz_expect((condition), #condition, __FILE__, __LINE__)
void fuzz_expect(bool holds, const char *condition, const char *file, int line);

/* A copy of the input with a zero behind it. Memory: the caller's, by free; not a byte longer, so
   that who reads past its end is caught. */
char *fuzz_text(const uint8_t *data, size_t size);

/* Never NULL; not a byte longer. Memory: the caller's, by free. */
void *fuzz_alloc(size_t bytes);

/* The rest of an input, eaten from its beginning; past its end it gives zeros. */
struct fuzz_input {
    const uint8_t *at;
    size_t left;
};

/* A little-endian number of 1 to 8 bytes. */
uint64_t fuzz_take(struct fuzz_input *input, unsigned bytes);

#endif
