/* SPDX-License-Identifier: MIT */
#include "levl_chunk.h"

#include <stdio.h>

#include "calendar.h"
#include "wave_chunks.h"

#define LEVL_ID WAVE_ID('l', 'e', 'v', 'l')
#define LEVL_POSITION_UNKNOWN 0xFFFFFFFFu

enum {
    CHUNK_HEADER_BYTES = 8,
    LEVL_VERSION = 1,
    LEVL_FORMAT_U16 = 2,
    LEVL_POINTS = 2,         /* highest and lowest */
    LEVL_HEADER_BYTES = 128, /* with that of the chunk */
    LEVL_TIME_BYTES = 28,
    LEVL_POINT_BYTES = 2 * LEVL_POINTS,
};

/* The last one may be of fewer frames than a cell of the index. */
static uint64_t peak_frames(const struct compact_index *index)
{
    return index->frames / TAPEMAP_LEVEL0_FRAMES + (index->frames % TAPEMAP_LEVEL0_FRAMES != 0);
}

uint64_t levl_chunk_bytes(const struct compact_index *index)
{
    return LEVL_HEADER_BYTES + peak_frames(index) * index->tape->channels * LEVL_POINT_BYTES;
}

/* When the tape was begun: the same however often and whenever it is finished. */
static void put_time(uint64_t utc_ns, struct file_stream *stream)
{
    char text[LEVL_TIME_BYTES + 40] = {0};
    struct calendar time = calendar_of(utc_ns);
    snprintf(text, sizeof text, "%04u:%02u:%02u:%02u:%02u:%02u:%03u", time.year, time.month,
             time.day, time.hour, time.minute, time.second,
             (unsigned)(utc_ns / 1000000 % 1000));
    file_stream_put(stream, text, LEVL_TIME_BYTES);
}

static void put_header(const struct compact_index *index, struct file_stream *stream)
{
    file_stream_put_chunk(stream, LEVL_ID,
                          (uint32_t)(levl_chunk_bytes(index) - CHUNK_HEADER_BYTES));
    file_stream_put_u32(stream, LEVL_VERSION);
    file_stream_put_u32(stream, LEVL_FORMAT_U16);
    file_stream_put_u32(stream, LEVL_POINTS);
    file_stream_put_u32(stream, TAPEMAP_LEVEL0_FRAMES);
    file_stream_put_u32(stream, index->tape->channels);
    file_stream_put_u32(stream, (uint32_t)peak_frames(index));
    file_stream_put_u32(stream, LEVL_POSITION_UNKNOWN);
    file_stream_put_u32(stream, LEVL_HEADER_BYTES);
    put_time(index->tape->created_utc_ns, stream);
    file_stream_put(stream, NULL, 60); /* reserved */
}

/* Not by the negation: what is not a number is silence. */
static uint32_t magnitude(float value)
{
    if (value >= 1.0f)
        return 32768;
    return value > 0.0f ? (uint32_t)(value * 32768.0f + 0.5f) : 0;
}

static void put_points(const struct tapemap_peak *peaks, size_t count, struct file_stream *stream)
{
    for (size_t i = 0; i < count; i++) {
        file_stream_put_u16(stream, magnitude(peaks[i].max));
        file_stream_put_u16(stream, magnitude(-peaks[i].min));
    }
}

static uint32_t put_level0(const struct compact_index *index, uint64_t level0_at,
                           struct file_stream *stream)
{
    size_t cell_bytes = sizeof(struct tapemap_peak) * index->tape->channels;
    uint64_t left = index->frames / TAPEMAP_LEVEL0_FRAMES;
    while (left > 0 && stream->code == 0) {
        uint64_t most = COMPACT_SCRATCH_BYTES / cell_bytes;
        size_t step = (size_t)(left < most ? left : most);
        uint32_t code =
            file_access_read(index->file, level0_at, index->scratch, step * cell_bytes);
        if (code != 0)
            return code;
        put_points((const void *)index->scratch, step * index->tape->channels, stream);
        level0_at += step * cell_bytes;
        left -= step;
    }
    return stream->code;
}

uint32_t levl_chunk_put(const struct compact_index *index, uint64_t index_at,
                        struct file_stream *stream)
{
    uint32_t rest = (uint32_t)(index->frames % TAPEMAP_LEVEL0_FRAMES);
    put_header(index, stream);
    uint32_t code = put_level0(index, index_at + index->head.levels[0].offset, stream);
    if (code != 0 || rest == 0)
        return code;
    struct tapemap_peak peaks[TAPEMAP_MAX_CHANNELS];
    code = compact_peaks_of(index->file, index->tape, index->frames - rest, rest, index->scratch,
                            peaks);
    if (code == 0)
        put_points(peaks, index->tape->channels, stream);
    return code;
}
