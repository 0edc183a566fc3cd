/* SPDX-License-Identifier: MIT */
/* The peak envelope that editors draw at once: `levl`, EBU Tech 3285 supplement 3 (L163). */
#ifndef TAPEMAP_LEVL_CHUNK_H
#define TAPEMAP_LEVL_CHUNK_H

#include "compact_index.h"

/* The length of the chunk with its header; may be more than a chunk can have. Always even. */
uint64_t levl_chunk_bytes(const struct compact_index *index);

/* Puts the chunk, from the level 0 that compact_index_write has put behind byte `index_at` of the
   file. Returns a code. Blocks: for the disk. */
uint32_t levl_chunk_put(const struct compact_index *index, uint64_t index_at,
                        struct file_stream *stream);

#endif
