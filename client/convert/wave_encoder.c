/* SPDX-License-Identifier: MIT */
#include "wave_encoder.h"

#include <stdlib.h>

#include "cue_chunks.h"
#include "pcm.h"
#include "tapemap/tapemap.h"
#include "wave64_front.h"
#include "wave_header.h"

#define WAVE_DATA_HEADER_BYTES 8u

struct wave_encoder {
    struct file_output *output;
    size_t frame_bytes;
    uint32_t pad_bytes;
    size_t tail_bytes;
    void *tail; /* the chunks behind the audio; NULL: none */
};

static bool put(struct wave_encoder *encoder, const void *bytes, size_t count,
                struct sound_fault *fault)
{
    uint32_t code = file_output_write(encoder->output, bytes, count);
    *fault = (struct sound_fault){.code = code};
    return code == 0;
}

/* The bext chunk goes between the format and the audio, where programs expect it. */
static bool put_header(struct wave_encoder *encoder, const struct sound_description *description,
                       struct sound_fault *fault)
{
    const struct wave_format format = {.sample_format = description->format,
                                       .channels = description->channels,
                                       .sample_rate_hz = description->sample_rate_hz};
    const struct wave_origin origin = {.description = description->deck,
                                       .reference = description->tape,
                                       .utc_ns = description->utc_ns};
    unsigned char header[TAPEMAP_WAVE_HEADER_BYTES];
    unsigned char bext[WAVE_BEXT_BYTES];
    size_t bext_bytes = description->utc_ns ? wave_bext_make(&format, &origin, bext) : 0;
    size_t front = wave_header_make(&format, description->frames,
                                    bext_bytes + encoder->tail_bytes, header) -
                   WAVE_DATA_HEADER_BYTES;
    encoder->pad_bytes = wave_pad_bytes(&format, description->frames);
    return put(encoder, header, front, fault) && put(encoder, bext, bext_bytes, fault) &&
           put(encoder, header + front, WAVE_DATA_HEADER_BYTES, fault);
}

static bool put_wave64_front(struct wave_encoder *encoder,
                             const struct sound_description *description, size_t *left_out,
                             struct sound_fault *fault)
{
    struct wave64_front front;
    if (!wave64_front_make(description, &front))
        return false;
    bool is_put = put(encoder, front.bytes, front.length, fault);
    *left_out = front.left_out;
    free(front.bytes);
    return is_put;
}

static bool put_front(struct wave_encoder *encoder, const struct sound_description *description,
                      size_t *left_out, struct sound_fault *fault)
{
    switch (description->container->kind) {
    case SOUND_WAV:
        return cue_chunks_make(description->records, description->record_count, &encoder->tail,
                               &encoder->tail_bytes, left_out) &&
               put_header(encoder, description, fault);
    case SOUND_W64: return put_wave64_front(encoder, description, left_out, fault);
    default: *left_out = description->record_count; return true;
    }
}

struct wave_encoder *wave_encoder_begin(const struct sound_description *description,
                                        struct file_output *output, size_t *left_out,
                                        struct sound_fault *fault)
{
    struct wave_encoder *encoder = calloc(1, sizeof *encoder);
    *fault = (struct sound_fault){.words = "there is no memory left"};
    if (!encoder)
        return NULL;
    encoder->output = output;
    encoder->frame_bytes = (size_t)pcm_sample_bytes(description->format) * description->channels;
    if (put_front(encoder, description, left_out, fault))
        return encoder;
    wave_encoder_destroy(encoder);
    return NULL;
}

void wave_encoder_destroy(struct wave_encoder *encoder)
{
    if (!encoder)
        return;
    free(encoder->tail);
    free(encoder);
}

bool wave_encoder_write(struct wave_encoder *encoder, const void *frames, uint64_t count,
                        struct sound_fault *fault)
{
    return put(encoder, frames, (size_t)count * encoder->frame_bytes, fault);
}

bool wave_encoder_finish(struct wave_encoder *encoder, struct sound_fault *fault)
{
    return put(encoder, "", encoder->pad_bytes, fault) &&
           put(encoder, encoder->tail, encoder->tail_bytes, fault);
}
