/* SPDX-License-Identifier: MIT */
/* Arithmetic of positions and sizes. Pure; also for an audio callback. */
#ifndef TAPEMAP_WHOLE_NUMBERS_H
#define TAPEMAP_WHOLE_NUMBERS_H

#include <stdint.h>

/* The smaller of both. */
static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The larger of both. */
static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The next multiple of `step`, which is not 0; value + step must not overflow. */
static inline uint64_t round_up_u64(uint64_t value, uint64_t step)
{
    return (value + step - 1) / step * step;
}

#endif
