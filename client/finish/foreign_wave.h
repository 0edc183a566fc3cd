/* SPDX-License-Identifier: MIT */
/* The chunks of anybody's WAV file: the looking half of repair_wave. Nothing here writes. */
#ifndef TAPEMAP_FOREIGN_WAVE_H
#define TAPEMAP_FOREIGN_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "file_access.h"
#include "tapemap/status.h"

struct foreign_wave {
    struct file_access *file;
    uint64_t file_bytes;
    bool is_rf64;
    uint32_t riff_said;      /* the 32-bit fields as they are */
    uint32_t data_said;
    uint64_t ds64_riff;      /* 0 unless is_rf64 */
    uint64_t ds64_data;
    uint64_t junk_at;        /* body of a first chunk that can become ds64, or is it; 0: none */
    uint64_t fact_at;        /* body of `fact`; 0: none */
    uint64_t data_at;        /* body of `data` */
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
};

/* Finds the chunks up to `data`. wave: zeroed, with file and file_bytes. Returns OK, or as
   repair_wave with *problem set, or with *code set when reading failed. Blocks: for the disk. */
enum tapemap_status foreign_wave_look(struct foreign_wave *wave, const char **problem,
                                      uint32_t *code);

/* Whether nothing but whole, plausible chunks, at least one, lies from byte `at` to the end of the
   file. Blocks: for the disk. */
bool foreign_wave_has_chunks(const struct foreign_wave *wave, uint64_t at);

#endif
