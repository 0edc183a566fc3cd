/* SPDX-License-Identifier: MIT */
/*
 * Quantities as people write and read them, and exact conversion between frames and time.
 *
 * Every parser takes the whole text: no sign, no blanks around it, nothing behind it. A number is
 * decimal ASCII digits; DECIMAL is digits, optionally a point and one to nine more digits ("1.5",
 * not ".5" or "1."). Units are spelt exactly as below. Parsers return false, and leave the output
 * untouched, for any other text and for what does not fit 64 bits.
 * All functions: any thread; never block.
 */
#ifndef TAPEMAP_QUANTITY_H
#define TAPEMAP_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Digits only: "0" .. "18446744073709551615". */
bool quantity_parse_u64(const char *text, uint64_t *value);

/*
 * A number of bytes: digits, alone or with a unit right behind them ("65536", "512MiB", "64k").
 * B: bytes. k K KiB, M MiB, G GiB, T TiB: powers of 1024. kB KB, MB, GB, TB: powers of 1000. No
 * fraction. 0 is accepted.
 */
bool quantity_parse_bytes(const char *text, uint64_t *bytes);

/*
 * A duration: DECIMAL with ms, s, m, h or d behind it ("90s", "1.5s", "250ms", "7d"), or
 * minutes and seconds "1:30", or hours "1:30:00", the seconds with or without a fraction; in these
 * every field but the first has two digits and is below 60. A bare number is refused: it does not
 * say what it counts. A fraction of a nanosecond is cut off. 0 is accepted.
 */
bool quantity_parse_duration_ns(const char *text, uint64_t *ns);

/* The number of frames in `ns` nanoseconds, or back, rounded to the nearest, halves up. false when
   rate_hz is 0 or the result does not fit 64 bits. */
bool quantity_frames_from_ns(uint64_t ns, uint32_t rate_hz, uint64_t *frames);
bool quantity_ns_from_frames(uint64_t frames, uint32_t rate_hz, uint64_t *ns);

/* value * numerator / denominator, rounded down, with a 128-bit product. UINT64_MAX when the result
   does not fit or denominator is 0. */
uint64_t quantity_scale(uint64_t value, uint64_t numerator, uint64_t denominator);

/* Writes "512 B", "1.5 GiB": one decimal, rounded to the nearest. room >= 16 holds any value. */
void quantity_print_bytes(uint64_t bytes, char *out, size_t room);

/* Writes "0:05.0", "1:02:03.4": minutes or hours first, tenths cut off. room >= 24 holds any. */
void quantity_print_duration(uint64_t ns, char *out, size_t room);

#endif
