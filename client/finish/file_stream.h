/* SPDX-License-Identifier: MIT */
/* Writes a stretch of a file, or of memory, in order, in blocks. Threads: one; blocks for the
   disk. */
#ifndef TAPEMAP_FILE_STREAM_H
#define TAPEMAP_FILE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "file_access.h"

struct file_stream {
    struct file_access *file;
    uint8_t *memory;  /* NULL: into the file */
    uint64_t offset;  /* where the buffer's first byte belongs */
    size_t used;
    uint32_t code;    /* of the first failure; after it nothing is written any more */
    uint8_t buffer[65536];
};

/* Begins at `offset`. The file stays the caller's. */
void file_stream_begin(struct file_stream *stream, struct file_access *file, uint64_t offset);

/* Begins at the first byte of memory that has room for all. */
void file_stream_begin_memory(struct file_stream *stream, void *memory);

/* Each puts bytes at the end of what was put before; bytes = NULL: zeros. A failure shows in
   file_stream_flush. */
void file_stream_put(struct file_stream *stream, const void *bytes, size_t count);
void file_stream_put_u16(struct file_stream *stream, uint32_t value);
void file_stream_put_u32(struct file_stream *stream, uint32_t value);
void file_stream_put_chunk(struct file_stream *stream, uint32_t id, uint32_t bytes);

/* Puts zeros up to the file's byte `offset`, which is not before the present end. */
void file_stream_zeros_to(struct file_stream *stream, uint64_t offset);

/* Hands all that was put to the system. Returns the code of the first failure, or 0. */
uint32_t file_stream_flush(struct file_stream *stream);

#endif
