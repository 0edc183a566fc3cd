/* SPDX-License-Identifier: MIT */
#include "audio_promise.h"

#include <stdbool.h>
#include <string.h>

#define PROMISE_DS64_DATA_AT 8u /* in a ds64 chunk: the data chunk's size, 64 bits */
#define PROMISE_DS64_BYTES 16u
#define PROMISE_SIZE_ELSEWHERE 0xFFFFFFFFu
/* Who writes into a pipe puts 0 or a size just under 2 or 4 GiB, a header's length less or not. */
#define PROMISE_STREAM_SLACK 0x10000u
#define PROMISE_STREAM_UNIT 0x80000000u

/* Finds a chunk by its id of four characters; NULL when there is none. */
static SF_CHUNK_ITERATOR *promise_find_chunk(SNDFILE *handle, const char *id, SF_CHUNK_INFO *chunk)
{
    memset(chunk, 0, sizeof *chunk);
    memcpy(chunk->id, id, 4);
    chunk->id_size = 4;
    return sf_get_chunk_iterator(handle, chunk);
}

static bool promise_get_data32(SNDFILE *handle, uint32_t *bytes)
{
    SF_CHUNK_INFO chunk;
    SF_CHUNK_ITERATOR *found = promise_find_chunk(handle, "data", &chunk);

    if (!found || sf_get_chunk_size(found, &chunk) != SF_ERR_NO_ERROR)
        return false;
    *bytes = chunk.datalen;
    return true;
}

static bool promise_get_data64(SNDFILE *handle, uint64_t *bytes)
{
    unsigned char ds64[PROMISE_DS64_BYTES] = {0};
    SF_CHUNK_INFO chunk;
    SF_CHUNK_ITERATOR *found = promise_find_chunk(handle, "ds64", &chunk);

    if (!found || sf_get_chunk_size(found, &chunk) != SF_ERR_NO_ERROR ||
        chunk.datalen < sizeof ds64)
        return false;
    chunk.datalen = sizeof ds64;
    chunk.data = ds64;
    if (sf_get_chunk_data(found, &chunk) != SF_ERR_NO_ERROR)
        return false;
    *bytes = 0;
    for (unsigned i = 8; i-- > 0;)
        *bytes = *bytes << 8 | ds64[PROMISE_DS64_DATA_AT + i];
    return *bytes != 0 && *bytes != UINT64_MAX;
}

static bool promise_is_of_stream(uint32_t bytes)
{
    return (bytes + PROMISE_STREAM_SLACK) % PROMISE_STREAM_UNIT <= PROMISE_STREAM_SLACK;
}

static bool promise_get_bytes(SNDFILE *handle, int format, uint64_t *bytes)
{
    uint32_t bytes32;

    if (!promise_get_data32(handle, &bytes32))
        return false;
    if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RF64 && bytes32 == PROMISE_SIZE_ELSEWHERE)
        return promise_get_data64(handle, bytes);
    *bytes = bytes32;
    return !promise_is_of_stream(bytes32);
}

/* 0: not a fixed number of bytes. */
static uint32_t promise_sample_bytes(int format)
{
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
        return 1;
    case SF_FORMAT_PCM_16:
        return 2;
    case SF_FORMAT_PCM_24:
        return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
        return 4;
    case SF_FORMAT_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

uint64_t audio_promised_frames(SNDFILE *handle, const SF_INFO *info)
{
    int type = info->format & SF_FORMAT_TYPEMASK;
    uint32_t sample_bytes = promise_sample_bytes(info->format);
    uint64_t bytes;

    if (type != SF_FORMAT_WAV && type != SF_FORMAT_WAVEX && type != SF_FORMAT_RF64)
        return 0;
    if (sample_bytes == 0 || !promise_get_bytes(handle, info->format, &bytes))
        return 0;
    return bytes / ((uint64_t)sample_bytes * (uint32_t)info->channels);
}
