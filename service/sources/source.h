/* SPDX-License-Identifier: MIT */
/*
 * Where audio comes from. A source is opened by its spec, says its format, and then either is
 * pulled (audio files, stdin, tones: `read` is called on the pump thread) or pushes (devices: they
 * call the sink from an audio callback between start and stop).
 *
 * Sources guarantee: frames in the format they reported, in order; after E_ENDED no more frames.
 * Sources require: `wish` fields were range-checked by the caller.
 */
#ifndef TAPEMAP_SOURCE_H
#define TAPEMAP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "tapemap/layout.h"

struct audio_format {
    enum tapemap_sample_format sample_format;
    uint32_t channels;
    uint32_t sample_rate_hz;
};

/* What the user asked for; 0 in a field leaves the choice to the source. */
struct source_wish {
    struct audio_format format;
};

/* What a pushing source calls; all three may be called in an audio callback and never block. */
struct source_sink {
    void *context;
    /* Takes `count` frames captured until `clock` (QPC ticks); what does not fit counts as lost. */
    void (*frames)(void *context, const void *frames, size_t count, uint64_t clock);
    /* The source's own word that it lost input before the next frame. */
    void (*overflow)(void *context, uint64_t clock);
    /* The source delivers no more (unplugged, server gone). Called once, on any thread. */
    void (*lost)(void *context);
};

struct source;

struct source_ops {
    /* Pulled sources only, else NULL. Fills up to `room` frames; *count receives how many (>= 1
       when OK). Returns OK · E_ENDED: no more · another with failure filled: damaged or broken
       off. May block (stdin). */
    enum tapemap_status (*read)(struct source *source, void *frames, size_t room, size_t *count,
                                struct failure *failure);
    /* Pushing sources only, else NULL. The sink must live until stop has returned; stop does
       nothing to a source that is not started. */
    enum tapemap_status (*start)(struct source *source, const struct source_sink *sink,
                                 struct failure *failure);
    void (*stop)(struct source *source);
    /* Synthetic signals only, else NULL: the next frame to be read is that of `position`. */
    void (*seek)(struct source *source, uint64_t position);
    /* Releases everything; stops first when needed. */
    void (*close)(struct source *source);
};

/* The part that all sources share; a source embeds it as its first member. */
struct source {
    const struct source_ops *ops;
    struct audio_format format; /* what it delivers */
    uint64_t length_frames;     /* 0: unknown or endless */
    uint64_t input_latency_ns;  /* 0: unknown */
    bool is_clocked;            /* a device: frames lost show as a deficit against the clock */
    char description[256];      /* for people: "WASAPI: Monitor of Null Output" */
    char same[320]; /* a spec that names just this device; empty: the spec it was opened by does */
};

/*
 * Opens what `spec` names: portaudio[:HOSTAPI[:DEVICE]] · audio:PATH · stdin · tone:sine:HZ ·
 * tone:chirp · tone:silence · tone:noise:SEED · tone:ramp. UTF-8.
 * Returns OK, or a status with failure filled ("unknown source 'x'; use one of ...").
 * Memory: *source is the caller's until ops->close. Threads: one. Blocks: may, for seconds.
 */
enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure);

/* Each kind, for source_open: `rest` is what follows the kind and its colon, "" when nothing. */
enum tapemap_status source_open_portaudio(const char *rest, const struct source_wish *wish,
                                          struct source **source, struct failure *failure);
enum tapemap_status source_open_audio_file(const char *rest, const struct source_wish *wish,
                                           struct source **source, struct failure *failure);
enum tapemap_status source_open_stdin(const char *rest, const struct source_wish *wish,
                                      struct source **source, struct failure *failure);
enum tapemap_status source_open_tone(const char *rest, const struct source_wish *wish,
                                     struct source **source, struct failure *failure);

#endif
