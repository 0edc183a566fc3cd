/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>

#include "cue_chunks.h"
#include "pcm.h"
#include "tapemap/tapemap.h"
#include "wave_header.h"

enum tapemap_status tapemap_make_wave_header(const struct tapemap_info *info, uint64_t frames,
                                             uint64_t tail_bytes, void *header, size_t *bytes)
{
    if (!info || !header || !bytes || pcm_sample_bytes(info->format) == 0 ||
        info->channels == 0 || info->channels > TAPEMAP_MAX_CHANNELS ||
        info->sample_rate_hz == 0 || info->sample_rate_hz > TAPEMAP_MAX_RATE_HZ)
        return TAPEMAP_E_ARGUMENT;
    uint64_t frame_bytes = (uint64_t)pcm_sample_bytes(info->format) * info->channels;
    if (frames != UINT64_MAX && (tail_bytes > UINT32_MAX || frames > (UINT64_MAX - UINT32_MAX -
                                                                       TAPEMAP_DATA_OFFSET) /
                                                                          frame_bytes))
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

static enum tapemap_status put_chunks(const struct cue_list *list, void **chunks, size_t *bytes)
{
    uint64_t length = cue_chunks_bytes(list);
    void *made = length > 0 && length <= SIZE_MAX ? malloc((size_t)length) : NULL;
    struct file_stream *stream = made ? malloc(sizeof *stream) : NULL;

    if (length > 0 && !stream) {
        free(made);
        return TAPEMAP_E_MEMORY;
    }
    if (stream) {
        file_stream_begin_memory(stream, made);
        cue_chunks_put(list, stream);
        file_stream_flush(stream);
    }
    free(stream);
    *chunks = made;
    *bytes = (size_t)length;
    return TAPEMAP_OK;
}

enum tapemap_status tapemap_make_wave_marks(const struct tapemap_record *records, size_t count,
                                            void **chunks, size_t *bytes)
{
    struct cue_list list = {0};
    bool is_whole = true;

    if ((!records && count > 0) || !chunks || !bytes)
        return TAPEMAP_E_ARGUMENT;
    for (size_t i = 0; i < count && is_whole; i++)
        is_whole = cue_list_add(&list, &records[i]);
    cue_list_sort(&list);
    enum tapemap_status status =
        is_whole ? put_chunks(&list, chunks, bytes) : TAPEMAP_E_MEMORY;
    cue_list_free(&list);
    return status;
}
