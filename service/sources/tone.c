/* SPDX-License-Identifier: MIT */
/*
 * Synthetic signals. Each sample is a function of its position (and channel) alone, so a stretch
 * of a tape can be checked without what came before it. Levels are those of the peaks.
 *
 *   sine     -12 dBFS, the same in all channels; its phase is an exact fraction, so that the
 *            millionth second is as true as the first
 *   chirp    -6 dBFS, the same in all channels: 20 Hz to 20 kHz (or 0.45 of the rate) in 5 s,
 *            logarithmic, again and again
 *   silence  zeros
 *   noise    -12 dBFS, white, other in each channel, fixed by its seed
 *   ramp     tapemap/ramp.h
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pcm.h"
#include "quantity.h"
#include "source_support.h"
#include "tapemap/ramp.h"
#include "utf8_text.h"

#define TONE_TAU 6.283185307179586476925
#define TONE_SINE_AMPLITUDE 0.251188643150958   /* -12 dBFS */
#define TONE_CHIRP_AMPLITUDE 0.501187233627272  /* -6 dBFS */
#define TONE_NOISE_AMPLITUDE_65536 16462        /* -12 dBFS in 65536ths */
#define TONE_CHIRP_SECONDS 5u
#define TONE_CHIRP_FIRST_HZ 20.0
#define TONE_CHIRP_LAST_HZ 20000.0
#define TONE_CHIRP_MIN_RATE_HZ 100u
#define TONE_BLOCK_SAMPLES 1024u

struct tone_source;
typedef enum tapemap_status tone_prepare(struct tone_source *tone, const char *parameter,
                                         struct failure *failure);
typedef void tone_fill(struct tone_source *tone, size_t frames, void *out);

struct tone_kind {
    const char *name;
    const char *example; /* of its parameter; NULL when it takes none */
    tone_prepare *prepare;
    tone_fill *fill; /* up to a block, from tone->position on, in the source's format */
};

struct tone_source {
    struct source base;
    const struct tone_kind *kind;
    uint64_t position;
    uint64_t seed;       /* noise */
    uint64_t phase;      /* sine: of the next frame, in units of 1 / phase_turn turns */
    uint64_t phase_step; /* sine: in a frame */
    uint64_t phase_turn; /* sine: a thousandth of a hertz is one unit a second */
    union {
        int32_t s32[TONE_BLOCK_SAMPLES];
        float f32[TONE_BLOCK_SAMPLES];
    } block;
};

/* ---- sine ---- */

/* Decimal hertz with at most three places, as millihertz; the locale has no say in it. */
static int tone_parse_millihertz(const char *text, uint64_t *millihertz)
{
    uint64_t value = 0;
    int places = -1;
    size_t digits = 0;

    for (; *text; text++) {
        if (*text == '.' && places < 0 && digits > 0) {
            places = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || places == 3 || digits == 15)
            return 0;
        value = value * 10 + (uint64_t)(*text - '0');
        digits++;
        places += places >= 0;
    }
    if (digits == 0 || places == 0)
        return 0;
    for (int missing = places < 0 ? 3 : 3 - places; missing > 0; missing--)
        value *= 10;
    *millihertz = value;
    return 1;
}

static enum tapemap_status tone_prepare_sine(struct tone_source *tone, const char *parameter,
                                             struct failure *failure)
{
    uint32_t rate_hz = tone->base.format.sample_rate_hz;
    char shown[SOURCE_NAME_BYTES];

    tone->phase_turn = (uint64_t)rate_hz * 1000;
    utf8_shorten(parameter, shown, sizeof shown);
    if (!tone_parse_millihertz(parameter, &tone->phase_step))
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "'%s' is no frequency; give one in hertz with at most three decimals, "
                           "such as tone:sine:440",
                           shown);
    if (tone->phase_step == 0 || tone->phase_step >= tone->phase_turn / 2)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "a sine of %s Hz does not exist at %u Hz; its frequency must be above 0 "
                           "and below half the rate",
                           shown, (unsigned)rate_hz);
    return TAPEMAP_OK;
}

/* One sample for each frame, copied to every channel. */
static void tone_spread(struct tone_source *tone, size_t frames, const float *mono, void *out)
{
    uint32_t channels = tone->base.format.channels;

    for (size_t frame = 0; frame < frames; frame++)
        for (uint32_t channel = 0; channel < channels; channel++)
            tone->block.f32[frame * channels + channel] = mono[frame];
    pcm_from_float(tone->base.format.sample_format, tone->block.f32, frames * channels, out);
}

static void tone_fill_sine(struct tone_source *tone, size_t frames, void *out)
{
    float mono[TONE_BLOCK_SAMPLES];
    double unit = TONE_TAU / (double)tone->phase_turn;

    for (size_t frame = 0; frame < frames; frame++) {
        mono[frame] = (float)(TONE_SINE_AMPLITUDE * sin(unit * (double)tone->phase));
        tone->phase += tone->phase_step;
        if (tone->phase >= tone->phase_turn)
            tone->phase -= tone->phase_turn;
    }
    tone_spread(tone, frames, mono, out);
}

/* ---- chirp ---- */

static enum tapemap_status tone_prepare_chirp(struct tone_source *tone, const char *parameter,
                                              struct failure *failure)
{
    (void)parameter;
    if (tone->base.format.sample_rate_hz < TONE_CHIRP_MIN_RATE_HZ)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "a chirp from 20 Hz does not exist at %u Hz; use --rate %u or more",
                           (unsigned)tone->base.format.sample_rate_hz, TONE_CHIRP_MIN_RATE_HZ);
    return TAPEMAP_OK;
}

static void tone_fill_chirp(struct tone_source *tone, size_t frames, void *out)
{
    float mono[TONE_BLOCK_SAMPLES];
    uint32_t rate_hz = tone->base.format.sample_rate_hz;
    uint64_t period = (uint64_t)rate_hz * TONE_CHIRP_SECONDS;
    double last_hz = fmin(TONE_CHIRP_LAST_HZ, 0.45 * rate_hz);
    double growth = log(last_hz / TONE_CHIRP_FIRST_HZ);
    double turns = TONE_CHIRP_FIRST_HZ * TONE_CHIRP_SECONDS / growth;

    for (size_t frame = 0; frame < frames; frame++) {
        double elapsed = (double)((tone->position + frame) % period) / (double)period;
        double phase = turns * (exp(growth * elapsed) - 1.0);
        mono[frame] = (float)(TONE_CHIRP_AMPLITUDE * sin(TONE_TAU * (phase - floor(phase))));
    }
    tone_spread(tone, frames, mono, out);
}

/* ---- silence ---- */

static void tone_fill_silence(struct tone_source *tone, size_t frames, void *out)
{
    memset(out, 0, frames * source_frame_bytes(&tone->base.format));
}

/* ---- noise ---- */

static enum tapemap_status tone_prepare_noise(struct tone_source *tone, const char *parameter,
                                              struct failure *failure)
{
    char shown[SOURCE_NAME_BYTES];

    if (quantity_parse_u64(parameter, &tone->seed))
        return TAPEMAP_OK;
    utf8_shorten(parameter, shown, sizeof shown);
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "'%s' is no seed; give a whole number, such as tone:noise:1", shown);
}

/* Every bit of the input turns about half the bits of the result. */
static uint64_t tone_mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
}

/* Whole numbers only, so that every machine makes the same noise. */
static void tone_fill_noise(struct tone_source *tone, size_t frames, void *out)
{
    uint32_t channels = tone->base.format.channels;
    int32_t *sample = tone->block.s32;

    for (size_t frame = 0; frame < frames; frame++) {
        uint64_t row = tone_mix(tone->seed + tone_mix(tone->position + frame + 1));
        for (uint32_t channel = 0; channel < channels; channel++) {
            uint64_t bits = tone_mix(row + channel * 0x9E3779B97F4A7C15u) >> 40;
            int64_t full_scale = (int64_t)bits - 0x800000;
            *sample++ = (int32_t)(full_scale * TONE_NOISE_AMPLITUDE_65536 / 65536 * 256);
        }
    }
    pcm_from_s32(tone->base.format.sample_format, tone->block.s32, frames * channels, out);
}

/* ---- ramp ---- */

/* tapemap_ramp_sample >> 8 with what does not change in a turn taken out of the loop: tests of the
   whole recorder at full speed must not wait for their signal. */
static void tone_fill_ramp_s16(struct tone_source *tone, size_t frames, void *out)
{
    uint32_t channels = tone->base.format.channels;
    uint64_t position = tone->position;
    uint16_t *sample = out;

    while (frames > 0) {
        size_t left_in_turn = (size_t)(65536u - (position & 65535u));
        size_t count = frames < left_in_turn ? frames : left_in_turn;
        uint32_t upper = (uint32_t)position + (uint32_t)(position >> 16) * 40503u;
        for (size_t frame = 0; frame < count; frame++, upper++)
            for (uint32_t channel = 0; channel < channels; channel++)
                *sample++ = (uint16_t)(upper + channel * 12289u);
        position += count;
        frames -= count;
    }
}

static void tone_fill_ramp(struct tone_source *tone, size_t frames, void *out)
{
    uint32_t channels = tone->base.format.channels;
    int32_t *sample = tone->block.s32;

    if (tone->base.format.sample_format == TAPEMAP_S16) {
        tone_fill_ramp_s16(tone, frames, out);
        return;
    }
    for (size_t frame = 0; frame < frames; frame++)
        for (uint32_t channel = 0; channel < channels; channel++)
            *sample++ = tapemap_ramp_sample(channel, tone->position + frame) * 256;
    pcm_from_s32(tone->base.format.sample_format, tone->block.s32, frames * channels, out);
}

/* ---- the source ---- */

static const struct tone_kind tone_kinds[] = {
    {"sine", "440", tone_prepare_sine, tone_fill_sine},
    {"chirp", NULL, tone_prepare_chirp, tone_fill_chirp},
    {"silence", NULL, NULL, tone_fill_silence},
    {"noise", "1", tone_prepare_noise, tone_fill_noise},
    {"ramp", NULL, NULL, tone_fill_ramp},
};

static enum tapemap_status tone_read(struct source *source, void *frames, size_t room,
                                     size_t *count, struct failure *failure)
{
    struct tone_source *tone = (struct tone_source *)source;
    size_t block_frames = TONE_BLOCK_SAMPLES / source->format.channels;
    uint32_t frame_bytes = source_frame_bytes(&source->format);
    unsigned char *out = frames;

    (void)failure;
    for (size_t done = 0; done < room;) {
        size_t step = room - done < block_frames ? room - done : block_frames;
        tone->kind->fill(tone, step, out + done * frame_bytes);
        tone->position += step;
        done += step;
    }
    *count = room;
    return TAPEMAP_OK;
}

static void tone_close(struct source *source)
{
    free(source);
}

static void tone_seek(struct source *source, uint64_t position)
{
    struct tone_source *tone = (struct tone_source *)source;

    tone->position = position;
    if (tone->phase_turn > 0) /* a step is less than half of it, so the product fits */
        tone->phase = position % tone->phase_turn * tone->phase_step % tone->phase_turn;
}

static const struct source_ops tone_ops = {
    .read = tone_read, .seek = tone_seek, .close = tone_close};

/* The kind that `rest` begins with; NULL, with failure filled, when there is none, or what follows
   its name does not suit it. */
static const struct tone_kind *tone_find(const char *rest, struct failure *failure)
{
    size_t length = strcspn(rest, ":");
    char shown[SOURCE_NAME_BYTES];

    for (size_t i = 0; i < sizeof tone_kinds / sizeof tone_kinds[0]; i++) {
        const struct tone_kind *kind = &tone_kinds[i];
        if (strlen(kind->name) != length || memcmp(kind->name, rest, length) != 0)
            continue;
        if (!kind->example && rest[length]) {
            failure_set(failure, TAPEMAP_E_SYNTAX, "tone:%s takes nothing more; use tone:%s",
                        kind->name, kind->name);
            return NULL;
        }
        if (kind->example && (!rest[length] || !rest[length + 1])) {
            failure_set(failure, TAPEMAP_E_SYNTAX, "tone:%s needs a number; use tone:%s:%s",
                        kind->name, kind->name, kind->example);
            return NULL;
        }
        return kind;
    }
    utf8_shorten(rest, shown, sizeof shown);
    failure_set(failure, TAPEMAP_E_SYNTAX,
                "unknown signal 'tone:%s'; use tone:sine:HZ, tone:chirp, tone:silence, "
                "tone:noise:SEED or tone:ramp",
                shown);
    return NULL;
}

enum tapemap_status source_open_tone(const char *rest, const struct source_wish *wish,
                                     struct source **source, struct failure *failure)
{
    const struct tone_kind *kind = tone_find(rest, failure);
    struct tone_source *tone;
    enum tapemap_status status = TAPEMAP_OK;

    if (!kind)
        return failure->status;
    tone = calloc(1, sizeof *tone);
    if (!tone)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tone; close other programs");
    tone->kind = kind;
    tone->base.ops = &tone_ops;
    tone->base.format.sample_format = wish->format.sample_format ? wish->format.sample_format
                                                                  : TAPEMAP_S16;
    tone->base.format.channels = source_wish_or(wish->format.channels, 2);
    tone->base.format.sample_rate_hz = source_wish_or(wish->format.sample_rate_hz, 48000);
    source_describe(&tone->base, "tone:", rest);
    if (kind->prepare)
        status = kind->prepare(tone, kind->example ? rest + strlen(kind->name) + 1 : "", failure);
    if (status != TAPEMAP_OK) {
        free(tone);
        return status;
    }
    *source = &tone->base;
    return TAPEMAP_OK;
}
