/* SPDX-License-Identifier: MIT */
/*
 * Any file that libsndfile reads. Whole-number subtypes are read as 32-bit numbers with the
 * sample in the upper bits, the others as floats; both ways a sample in the file's own format
 * arrives unchanged, whatever libsndfile's scaling and clipping are set to.
 */
#include <stdlib.h>
#include <string.h>

#include "audio_path.h"
#include "audio_promise.h"
#include "pcm.h"
#include "source_support.h"
#include "utf8_text.h"

#define AUDIO_FILE_BLOCK_SAMPLES 4096u

struct audio_file {
    struct source base;
    SNDFILE *handle;
    uint64_t position;
    bool is_exact_length; /* length_frames is counted, not estimated */
    bool is_float;
    int damage; /* libsndfile's error number, once there was one: it forgets */
    char name[SOURCE_NAME_BYTES];
    union {
        int32_t s32[AUDIO_FILE_BLOCK_SAMPLES];
        float f32[AUDIO_FILE_BLOCK_SAMPLES];
    } block;
};

/* The narrowest format that holds every sample of the subtype. */
static enum tapemap_sample_format audio_file_own_format(int format)
{
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
    case SF_FORMAT_IMA_ADPCM:
    case SF_FORMAT_MS_ADPCM:
    case SF_FORMAT_GSM610:
    case SF_FORMAT_VOX_ADPCM:
    case SF_FORMAT_G721_32:
    case SF_FORMAT_G723_24:
    case SF_FORMAT_G723_40:
    case SF_FORMAT_DWVW_12:
    case SF_FORMAT_DWVW_16:
    case SF_FORMAT_DPCM_8:
    case SF_FORMAT_DPCM_16:
    case SF_FORMAT_ALAC_16:
        return TAPEMAP_S16;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_DWVW_24:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
        return TAPEMAP_S24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_32:
        return TAPEMAP_S32;
    default:
        return TAPEMAP_F32;
    }
}

/* Compressed MPEG files do not say how many frames they hold: libsndfile may guess. */
static bool audio_file_counts_frames(const SF_INFO *info)
{
    return (info->format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG && info->frames < SF_COUNT_MAX;
}

/* Reads up to a block of frames; returns how many there were. */
static size_t audio_file_read_block(struct audio_file *file, size_t frames, void *out)
{
    enum tapemap_sample_format to = file->base.format.sample_format;
    uint32_t channels = file->base.format.channels;
    sf_count_t got;

    if (file->is_float)
        got = sf_readf_float(file->handle, file->block.f32, (sf_count_t)frames);
    else
        got = sf_readf_int(file->handle, file->block.s32, (sf_count_t)frames);
    if (got <= 0)
        return 0;
    if (file->is_float)
        pcm_from_float(to, file->block.f32, (size_t)got * channels, out);
    else
        pcm_from_s32(to, file->block.s32, (size_t)got * channels, out);
    return (size_t)got;
}

/* Why no frame came: the end, or damage. */
static enum tapemap_status audio_file_end(const struct audio_file *file, struct failure *failure)
{
    char why[SOURCE_NAME_BYTES];
    double seconds = (double)file->position / file->base.format.sample_rate_hz;

    if (file->damage != SF_ERR_NO_ERROR) {
        source_quote_error(sf_error_number(file->damage), why, sizeof why);
        return failure_set(failure, TAPEMAP_E_DATA,
                           "'%s' is damaged %.3f s from its start (%s); repair or replace it",
                           file->name, seconds, why);
    }
    if (file->is_exact_length && file->position < file->base.length_frames)
        return failure_set(failure, TAPEMAP_E_DATA,
                           "'%s' breaks off after %.3f s of %.3f s; get the whole file",
                           file->name, seconds,
                           (double)file->base.length_frames / file->base.format.sample_rate_hz);
    return TAPEMAP_E_ENDED;
}

static enum tapemap_status audio_file_read(struct source *source, void *frames, size_t room,
                                           size_t *count, struct failure *failure)
{
    struct audio_file *file = (struct audio_file *)source;
    size_t block_frames = AUDIO_FILE_BLOCK_SAMPLES / source->format.channels;
    uint32_t frame_bytes = source_frame_bytes(&source->format);
    unsigned char *out = frames;
    size_t done = 0;

    while (done < room && file->damage == SF_ERR_NO_ERROR) {
        size_t step = room - done < block_frames ? room - done : block_frames;
        size_t got = audio_file_read_block(file, step, out + done * frame_bytes);
        file->damage = sf_error(file->handle);
        if (got == 0 || file->damage != SF_ERR_NO_ERROR)
            break;
        done += got;
        file->position += got;
    }
    if (done == 0)
        return audio_file_end(file, failure);
    *count = done;
    return TAPEMAP_OK;
}

static void audio_file_close(struct source *source)
{
    struct audio_file *file = (struct audio_file *)source;

    sf_close(file->handle);
    free(file);
}

static const struct source_ops audio_file_ops = {.read = audio_file_read,
                                                 .close = audio_file_close};

/* Says what is wrong with a path before libsndfile says "System error". */
static enum tapemap_status audio_file_check_path(const char *path, const char *shown,
                                                 struct failure *failure)
{
    if (!path[0])
        return failure_set(failure, TAPEMAP_E_SYNTAX, "audio: needs a file; use audio:PATH");
    switch (audio_path_look(path)) {
    case AUDIO_PATH_FILE:
        return TAPEMAP_OK;
    case AUDIO_PATH_EMPTY:
        return failure_set(failure, TAPEMAP_E_DATA, "'%s' is empty; choose another file", shown);
    case AUDIO_PATH_MISSING:
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "there is no file '%s'; check the path and the folder you are in",
                           shown);
    case AUDIO_PATH_FOLDER:
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "'%s' is a folder; name a file in it",
                           shown);
    case AUDIO_PATH_DENIED:
        return failure_set(failure, TAPEMAP_E_DENIED,
                           "'%s' may not be read; check its permissions and whether another "
                           "program has it open",
                           shown);
    case AUDIO_PATH_OTHER:
        break;
    }
    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "'%s' is not an ordinary file; name an audio file", shown);
}

static enum tapemap_status audio_file_check_info(const SF_INFO *info, const char *shown,
                                                 struct failure *failure)
{
    if (info->channels < 1 || info->channels > (int)TAPEMAP_MAX_CHANNELS)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' has %d channels; choose a file with 1 to %u", shown,
                           info->channels, TAPEMAP_MAX_CHANNELS);
    if (info->samplerate < 1 || info->samplerate > (int)TAPEMAP_MAX_RATE_HZ)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' is at %d Hz; choose a file with 1 to %u Hz", shown,
                           info->samplerate, TAPEMAP_MAX_RATE_HZ);
    if (info->frames <= 0)
        return failure_set(failure, TAPEMAP_E_DATA,
                           "'%s' holds no audio; choose another file", shown);
    return TAPEMAP_OK;
}

/* What comes after the last separator of either system. */
static const char *audio_file_base_name(const char *path)
{
    const char *name = path;

    for (; *path; path++)
        if (*path == '/' || *path == '\\')
            name = path + 1;
    return name;
}

static void audio_file_init(struct audio_file *file, const SF_INFO *info,
                            const struct source_wish *wish)
{
    enum tapemap_sample_format own = audio_file_own_format(info->format);
    uint64_t promised = audio_promised_frames(file->handle, info);

    file->base.ops = &audio_file_ops;
    file->base.format.sample_format =
        wish->format.sample_format ? wish->format.sample_format : own;
    file->base.format.channels = (uint32_t)info->channels;
    file->base.format.sample_rate_hz = (uint32_t)info->samplerate;
    file->is_float = own == TAPEMAP_F32;
    file->is_exact_length = audio_file_counts_frames(info);
    file->base.length_frames = info->frames < SF_COUNT_MAX ? (uint64_t)info->frames : 0;
    if (file->is_exact_length && promised > file->base.length_frames)
        file->base.length_frames = promised;
}

/* Opens the file as `file->handle` and checks it; the handle may be open even on failure. */
static enum tapemap_status audio_file_open(struct audio_file *file, const char *path,
                                           const struct source_wish *wish, struct failure *failure)
{
    SF_INFO info = {0};
    char why[SOURCE_NAME_BYTES];
    enum tapemap_status status = audio_file_check_path(path, file->name, failure);

    if (status != TAPEMAP_OK)
        return status;
    file->handle = audio_path_open(path, &info);
    if (!file->handle) {
        source_quote_error(sf_strerror(NULL), why, sizeof why);
        return failure_set(failure, TAPEMAP_E_DATA,
                           "'%s' is no audio file that can be read (%s); raw PCM goes through "
                           "--source stdin",
                           file->name, why);
    }
    status = audio_file_check_info(&info, file->name, failure);
    if (status != TAPEMAP_OK)
        return status;
    audio_file_init(file, &info, wish);
    return source_wish_check(wish, &file->base.format, file->name, failure);
}

enum tapemap_status source_open_audio_file(const char *rest, const struct source_wish *wish,
                                           struct source **source, struct failure *failure)
{
    struct audio_file *file = calloc(1, sizeof *file);
    enum tapemap_status status;

    if (!file)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for an audio file; close other programs");
    utf8_shorten(rest, file->name, sizeof file->name);
    status = audio_file_open(file, rest, wish, failure);
    if (status != TAPEMAP_OK) {
        if (file->handle)
            sf_close(file->handle);
        free(file);
        return status;
    }
    source_describe(&file->base, "audio: ", audio_file_base_name(rest));
    *source = &file->base;
    return TAPEMAP_OK;
}
