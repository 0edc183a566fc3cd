/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "cue_chunks.h"
#include "pcm.h"
#include "tapemap/tapemap.h"
#include "wave_header.h"

/* No file is longer than 2^63 - 1 bytes: what remains for the audio beside header and chunks. */
#define MOST_AUDIO_BYTES ((uint64_t)INT64_MAX - UINT32_MAX - TAPEMAP_DATA_OFFSET)

enum tapemap_status tapemap_make_wave_header(const struct tapemap_info *info, uint64_t frames,
                                             uint64_t tail_bytes, void *header, size_t *bytes)
{
    if (!info || !header || !bytes || pcm_sample_bytes(info->format) == 0 ||
        info->channels == 0 || info->channels > TAPEMAP_MAX_CHANNELS ||
        info->sample_rate_hz == 0 || info->sample_rate_hz > TAPEMAP_MAX_RATE_HZ)
        return TAPEMAP_E_ARGUMENT;
    uint64_t frame_bytes = (uint64_t)pcm_sample_bytes(info->format) * info->channels;
    if (frames != UINT64_MAX &&
        (tail_bytes > UINT32_MAX || frames > MOST_AUDIO_BYTES / frame_bytes))
        return TAPEMAP_E_ARGUMENT;
    const struct wave_format format = {
        .sample_format = info->format,
        .channels = info->channels,
        .sample_rate_hz = info->sample_rate_hz,
    };
    *bytes = wave_header_make(&format, frames, tail_bytes, header);
    assert(*bytes <= TAPEMAP_WAVE_HEADER_BYTES);
    return TAPEMAP_OK;
}

enum tapemap_status tapemap_make_wave_marks(const struct tapemap_record *records, size_t count,
                                            void **chunks, size_t *bytes)
{
    if ((!records && count > 0) || !chunks || !bytes)
        return TAPEMAP_E_ARGUMENT;
    size_t left_out;
    return cue_chunks_make(records, count, chunks, bytes, &left_out) ? TAPEMAP_OK
                                                                     : TAPEMAP_E_MEMORY;
}
