/* SPDX-License-Identifier: MIT */
#include "library_encoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caf_marks.h"
#include "calendar.h"
#include "library_file.h"
#include "pcm.h"

/* libvorbis takes its blocks on the stack: a long one, of many channels, would not fit there. */
#define LIBRARY_BLOCK_FRAMES 1024u

struct library_encoder {
    SNDFILE *sound;
    enum tapemap_sample_format format;
    uint32_t channels;
    int32_t *block; /* for s24, which libsndfile takes as 32 bits */
    struct caf_marks behind; /* the audio of CAF */
    struct library_file file;
};

static int library_format(const struct sound_description *description)
{
    static const int samples[] = {
        [TAPEMAP_S16] = SF_FORMAT_PCM_16,
        [TAPEMAP_S24] = SF_FORMAT_PCM_24,
        [TAPEMAP_S32] = SF_FORMAT_PCM_32,
        [TAPEMAP_F32] = SF_FORMAT_FLOAT,
    };
    switch (description->container->kind) {
    case SOUND_CAF: return SF_FORMAT_CAF | samples[description->format];
    case SOUND_FLAC: return SF_FORMAT_FLAC | samples[description->format];
    case SOUND_VORBIS: return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SOUND_OPUS: return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    case SOUND_WAV:
    case SOUND_W64:
    case SOUND_RAW: break; /* wave_encoder's */
    }
    return 0;
}

/* What went wrong: in the file when it says so, else in the library. */
static bool fail(const struct library_encoder *encoder, struct sound_fault *fault)
{
    const char *words = sf_strerror(encoder->sound);
    *fault = (struct sound_fault){.code = encoder->file.code, .words = words};
    if (fault->code == 0 && sf_error(encoder->sound) == SF_ERR_NO_ERROR)
        fault->words = "its encoder takes no more";
    return false;
}

static void set_date(struct library_encoder *encoder, uint64_t utc_ns)
{
    char text[CALENDAR_UTC_BYTES];
    calendar_print_utc(utc_ns, text);
    sf_set_string(encoder->sound, SF_STR_DATE, text);
}

/* *left_out: of its marks and gaps. */
static bool set_chapters(struct library_encoder *encoder,
                         const struct sound_description *description, size_t *left_out)
{
    size_t bytes = description->record_count * sizeof *description->records;
    *left_out = 0;
    if (bytes == 0)
        return true;
    struct tapemap_record *records = malloc(bytes);
    if (!records)
        return false;
    memcpy(records, description->records, bytes);
    size_t marks = chapter_comments_make(&encoder->file.chapters, records,
                                         description->record_count, description->sample_rate_hz);
    free(records);
    *left_out = description->record_count - marks;
    if (marks == 0)
        return true;
    char *placeholder = chapter_comments_placeholder(&encoder->file.chapters);
    bool is_set = placeholder && sf_set_string(encoder->sound, SF_STR_COMMENT, placeholder) == 0;
    free(placeholder);
    return is_set;
}

/* Not every kind of file has these strings; it then goes without. */
static bool set_tags(struct library_encoder *encoder, const struct sound_description *description,
                     size_t *left_out)
{
    if (description->deck)
        sf_set_string(encoder->sound, SF_STR_TITLE, description->deck);
    if (description->utc_ns)
        set_date(encoder, description->utc_ns);
    if (description->container->kind != SOUND_CAF)
        return set_chapters(encoder, description, left_out);
    bool is_made = caf_marks_make(description->records, description->record_count,
                                  &encoder->behind);
    *left_out = encoder->behind.left_out;
    return is_made;
}

static struct library_encoder *make(const struct sound_description *description,
                                    struct file_output *output)
{
    struct library_encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->format = description->format;
    encoder->channels = description->channels;
    encoder->file.output = output;
    encoder->block = malloc(sizeof *encoder->block * LIBRARY_BLOCK_FRAMES * description->channels);
    if (encoder->block)
        return encoder;
    free(encoder);
    return NULL;
}

struct library_encoder *library_encoder_begin(const struct sound_description *description,
                                              struct file_output *output, size_t *left_out,
                                              struct sound_fault *fault)
{
    SF_INFO info = {.samplerate = (int)description->sample_rate_hz,
                    .channels = (int)description->channels,
                    .format = library_format(description)};
    struct library_encoder *encoder = make(description, output);
    *fault = (struct sound_fault){.words = "there is no memory left"};
    if (!encoder)
        return NULL;
    encoder->sound = sf_open_virtual(&library_file_calls, SFM_WRITE, &info, &encoder->file);
    if (!encoder->sound)
        fail(encoder, fault);
    else if (set_tags(encoder, description, left_out))
        return encoder;
    library_encoder_destroy(encoder);
    return NULL;
}

void library_encoder_destroy(struct library_encoder *encoder)
{
    if (!encoder)
        return;
    if (encoder->sound)
        sf_close(encoder->sound);
    free(encoder->behind.chunks);
    free(encoder->block);
    free(encoder);
}

/* s24 as the upper bytes of 32 bits. */
static void widen(const unsigned char *in, size_t samples, int32_t *out)
{
    for (size_t i = 0; i < samples; i++, in += 3)
        out[i] = (int32_t)((uint32_t)in[0] << 8 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 24);
}

static sf_count_t write_block(struct library_encoder *encoder, const void *frames,
                              sf_count_t count)
{
    switch (encoder->format) {
    case TAPEMAP_S16: return sf_writef_short(encoder->sound, frames, count);
    case TAPEMAP_S24:
        widen(frames, (size_t)count * encoder->channels, encoder->block);
        return sf_writef_int(encoder->sound, encoder->block, count);
    case TAPEMAP_S32: return sf_writef_int(encoder->sound, frames, count);
    case TAPEMAP_F32: return sf_writef_float(encoder->sound, frames, count);
    }
    return 0;
}

bool library_encoder_write(struct library_encoder *encoder, const void *frames, uint64_t count,
                           struct sound_fault *fault)
{
    const unsigned char *from = frames;
    size_t frame_bytes = (size_t)pcm_sample_bytes(encoder->format) * encoder->channels;
    while (count > 0) {
        uint64_t step = count < LIBRARY_BLOCK_FRAMES ? count : LIBRARY_BLOCK_FRAMES;
        if (write_block(encoder, from, (sf_count_t)step) != (sf_count_t)step || encoder->file.code)
            return fail(encoder, fault);
        from += step * frame_bytes;
        count -= step;
    }
    return true;
}

/* libsndfile pads audio of an odd length; a chunk of CAF begins where the one before it ends. */
static uint32_t write_behind(const struct library_encoder *encoder, uint64_t audio_end)
{
    const unsigned char *chunks = encoder->behind.chunks;
    struct file_output *output = encoder->file.output;
    size_t pad = (size_t)(encoder->file.bytes - audio_end);
    if (!chunks)
        return 0;
    uint32_t code = file_output_write_at(output, audio_end, chunks, pad);
    return code ? code : file_output_write(output, chunks + pad, encoder->behind.bytes - pad);
}

bool library_encoder_finish(struct library_encoder *encoder, struct sound_fault *fault)
{
    uint64_t audio_end = encoder->file.bytes;
    int error = sf_close(encoder->sound);
    encoder->sound = NULL;
    library_file_release(&encoder->file);
    *fault = (struct sound_fault){.code = encoder->file.code};
    if (fault->code == 0 && error != 0)
        fault->words = sf_error_number(error);
    else if (fault->code == 0 && encoder->file.lacks_chapters)
        fault->words = "the marks found no place in its header";
    else if (fault->code == 0)
        fault->code = write_behind(encoder, audio_end);
    return fault->code == 0 && !fault->words;
}
