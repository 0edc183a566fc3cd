/* SPDX-License-Identifier: MIT */
#include "file_stream.h"

#include <assert.h>
#include <string.h>

#include "wave_chunks.h"

void file_stream_begin(struct file_stream *stream, struct file_access *file, uint64_t offset)
{
    stream->file = file;
    stream->memory = NULL;
    stream->offset = offset;
    stream->used = 0;
    stream->code = 0;
}

void file_stream_begin_memory(struct file_stream *stream, void *memory)
{
    file_stream_begin(stream, NULL, 0);
    stream->memory = memory;
}

uint32_t file_stream_flush(struct file_stream *stream)
{
    if (stream->memory)
        memcpy(stream->memory + stream->offset, stream->buffer, stream->used);
    else if (stream->code == 0 && stream->used > 0)
        stream->code =
            file_access_write(stream->file, stream->offset, stream->buffer, stream->used);
    stream->offset += stream->used;
    stream->used = 0;
    return stream->code;
}

void file_stream_put(struct file_stream *stream, const void *bytes, size_t count)
{
    const uint8_t *from = bytes;
    while (count > 0) {
        size_t room = sizeof stream->buffer - stream->used;
        size_t step = count < room ? count : room;
        if (from)
            memcpy(stream->buffer + stream->used, from, step);
        else
            memset(stream->buffer + stream->used, 0, step);
        stream->used += step;
        count -= step;
        from = from ? from + step : NULL;
        if (stream->used == sizeof stream->buffer)
            file_stream_flush(stream);
    }
}

void file_stream_put_u16(struct file_stream *stream, uint32_t value)
{
    uint8_t bytes[2];
    wave_put_u16(bytes, value);
    file_stream_put(stream, bytes, sizeof bytes);
}

void file_stream_put_u32(struct file_stream *stream, uint32_t value)
{
    uint8_t bytes[4];
    wave_put_u32(bytes, value);
    file_stream_put(stream, bytes, sizeof bytes);
}

void file_stream_put_chunk(struct file_stream *stream, uint32_t id, uint32_t bytes)
{
    file_stream_put_u32(stream, id);
    file_stream_put_u32(stream, bytes);
}

void file_stream_zeros_to(struct file_stream *stream, uint64_t offset)
{
    assert(offset >= stream->offset + stream->used);
    file_stream_put(stream, NULL, (size_t)(offset - stream->offset - stream->used));
}
