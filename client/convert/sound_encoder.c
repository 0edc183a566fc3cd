/* SPDX-License-Identifier: MIT */
#include "sound_encoder.h"

#include <stdlib.h>

#include "library_encoder.h"
#include "wave_encoder.h"

/* One of the two. */
struct sound_encoder {
    struct wave_encoder *wave;
    struct library_encoder *library;
    size_t left_out; /* of its marks and gaps */
};

bool sound_encoder_begin(const struct sound_description *description, struct file_output *output,
                         struct sound_encoder **encoder, struct sound_fault *fault)
{
    enum sound_kind kind = description->container->kind;
    bool is_plain = kind == SOUND_WAV || kind == SOUND_W64 || kind == SOUND_RAW;
    struct sound_encoder *made = calloc(1, sizeof *made);
    *fault = (struct sound_fault){.words = "there is no memory left"};
    if (made && is_plain)
        made->wave = wave_encoder_begin(description, output, &made->left_out, fault);
    else if (made)
        made->library = library_encoder_begin(description, output, &made->left_out, fault);
    if (!made || (!made->wave && !made->library)) {
        free(made);
        return false;
    }
    *encoder = made;
    return true;
}

size_t sound_encoder_left_out(const struct sound_encoder *encoder)
{
    return encoder->left_out;
}

bool sound_encoder_write(struct sound_encoder *encoder, const void *frames, uint64_t count,
                         struct sound_fault *fault)
{
    return encoder->wave ? wave_encoder_write(encoder->wave, frames, count, fault)
                         : library_encoder_write(encoder->library, frames, count, fault);
}

bool sound_encoder_finish(struct sound_encoder *encoder, struct sound_fault *fault)
{
    bool is_done = encoder->wave ? wave_encoder_finish(encoder->wave, fault)
                                 : library_encoder_finish(encoder->library, fault);
    sound_encoder_abandon(encoder);
    return is_done;
}

void sound_encoder_abandon(struct sound_encoder *encoder)
{
    if (!encoder)
        return;
    wave_encoder_destroy(encoder->wave);
    library_encoder_destroy(encoder->library);
    free(encoder);
}
