/* SPDX-License-Identifier: MIT */
/*
 * Atomic access to the 64-bit fields of shared memory. The one place where atomics are used.
 *
 * A field is a `struct tapemap_shared_u64`, so that no plain read or write compiles by mistake.
 * All functions may be called anywhere, an audio callback included; none blocks. Loads work on
 * read-only views, therefore no load may be built from a compare-and-swap (on 32-bit x86 both
 * branches below load 8 aligned bytes with one SSE or x87 move, which is atomic from the
 * Pentium on: Intel SDM volume 3, "Guaranteed Atomic Operations").
 */
#ifndef TAPEMAP_ATOMIC64_H
#define TAPEMAP_ATOMIC64_H

#include <stdint.h>

#include "tapemap/layout.h"

#if defined(_MSC_VER) && !defined(__clang__)

#include <intrin.h>

/* _ReadWriteBarrier is called deprecated in favour of C++'s atomics, which C has not. */
#pragma warning(disable : 4996)

static inline uint64_t load_relaxed_u64(const struct tapemap_shared_u64 *field)
{
#if defined(_M_IX86)
    uint64_t value;
    _mm_storel_epi64((__m128i *)&value, _mm_loadl_epi64((const __m128i *)&field->raw));
    return value;
#else
    return (uint64_t)__iso_volatile_load64((const volatile __int64 *)&field->raw);
#endif
}

static inline void store_relaxed_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
#if defined(_M_IX86)
    _mm_storel_epi64((__m128i *)&field->raw, _mm_loadl_epi64((const __m128i *)&value));
#else
    __iso_volatile_store64((volatile __int64 *)&field->raw, (__int64)value);
#endif
}

/* x86 keeps load-load, load-store and store-store order in hardware; only the compiler is held. */
static inline void fence_acquire(void)
{
#if defined(_M_ARM64)
    __dmb(_ARM64_BARRIER_ISHLD);
#else
    _ReadWriteBarrier();
#endif
}

static inline uint64_t load_acquire_u64(const struct tapemap_shared_u64 *field)
{
    uint64_t value = load_relaxed_u64(field);
    fence_acquire();
    return value;
}

static inline void fence_release(void)
{
#if defined(_M_ARM64)
    __dmb(_ARM64_BARRIER_ISH);
#else
    _ReadWriteBarrier();
#endif
}

static inline void store_release_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
    fence_release();
    store_relaxed_u64(field, value);
}

static inline uint64_t exchange_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
    for (;;) {
        __int64 before = (__int64)load_relaxed_u64(field);
        if (_InterlockedCompareExchange64((volatile __int64 *)&field->raw, (__int64)value,
                                          before) == before)
            return (uint64_t)before;
    }
}

#else

static inline uint64_t load_relaxed_u64(const struct tapemap_shared_u64 *field)
{
    return __atomic_load_n(&field->raw, __ATOMIC_RELAXED);
}

static inline uint64_t load_acquire_u64(const struct tapemap_shared_u64 *field)
{
    return __atomic_load_n(&field->raw, __ATOMIC_ACQUIRE);
}

static inline void store_relaxed_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
    __atomic_store_n(&field->raw, value, __ATOMIC_RELAXED);
}

static inline void store_release_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
    __atomic_store_n(&field->raw, value, __ATOMIC_RELEASE);
}

/* Full barrier in both directions: later plain stores stay behind it. The fence is for processors
   whose atomic exchange alone lets them pass (ARM64). */
static inline uint64_t exchange_u64(struct tapemap_shared_u64 *field, uint64_t value)
{
    uint64_t before = __atomic_exchange_n(&field->raw, value, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return before;
}

/* Earlier plain loads stay before later loads; the reader's half of every "still valid" check. */
static inline void fence_acquire(void)
{
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* Earlier stores stay before later stores: the writer's half of the same. */
static inline void fence_release(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

#endif

#endif
