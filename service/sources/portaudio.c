/* SPDX-License-Identifier: MIT */
/*
 * A device, through PortAudio. A recorder gains nothing from low latency: it asks for the device's
 * high one or more, and for the device's own rate unless told otherwise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "device_match.h"
#include "portaudio_callback.h"
#include "portaudio_list.h"
#include "portaudio_session.h"
#include "source_support.h"

#define PORTAUDIO_MOST_DEVICES 256u

/* WASAPI calls 10 ms high, and then has room for so little that a moment's delay loses audio. */
#define PORTAUDIO_LEAST_LATENCY_NS 200000000u

/* No dither: whole numbers of the same width then pass unchanged. Clipping stays on (paClipOff is
   not set): it changes no sample in range, and without it PortAudio's conversion of a float out of
   range wraps to the other sign. */
#define PORTAUDIO_STREAM_FLAGS paDitherOff

struct portaudio_source {
    struct source base;
    struct device_info device;
    bool is_alone; /* no other device had its name but for the number */
    PaStream *stream;
    struct portaudio_tap tap;
    bool is_started;
};

static PaSampleFormat portaudio_sample_format(enum tapemap_sample_format format)
{
    switch (format) {
    case TAPEMAP_S24:
        return paInt24;
    case TAPEMAP_S32:
        return paInt32;
    case TAPEMAP_F32:
        return paFloat32;
    case TAPEMAP_S16:
    default:
        return paInt16;
    }
}

static PaStreamParameters portaudio_parameters(const struct device_info *device,
                                               const struct audio_format *format)
{
    PaStreamParameters parameters = {0};
    uint64_t latency_ns = device->high_latency_ns > PORTAUDIO_LEAST_LATENCY_NS
                              ? device->high_latency_ns
                              : PORTAUDIO_LEAST_LATENCY_NS;

    parameters.device = device->index;
    parameters.channelCount = (int)format->channels;
    parameters.sampleFormat = portaudio_sample_format(format->sample_format);
    parameters.suggestedLatency = (double)latency_ns / 1e9;
    return parameters;
}

static PaError portaudio_try(const struct device_info *device, const struct audio_format *format)
{
    PaStreamParameters parameters = portaudio_parameters(device, format);

    return Pa_IsFormatSupported(&parameters, NULL, format->sample_rate_hz);
}

/*
 * Settles the format. Channels that nobody asked for are two, or all of the device, or one: a
 * shared WASAPI device takes only its own number, and microphone arrays have four.
 */
static enum tapemap_status portaudio_settle(const struct device_info *device,
                                            const struct source_wish *wish,
                                            struct audio_format *format, struct failure *failure)
{
    uint32_t guesses[3];
    size_t guess_count = wish->format.channels ? 1 : 3;
    PaError first_error = paNoError;

    guesses[0] = device->channels < 2 ? device->channels : 2;
    guesses[1] = device->channels;
    guesses[2] = 1;
    format->sample_format =
        wish->format.sample_format ? wish->format.sample_format : TAPEMAP_S16;
    format->sample_rate_hz = source_wish_or(wish->format.sample_rate_hz, device->default_rate_hz);
    for (size_t i = 0; i < guess_count; i++) {
        PaError error;
        format->channels = source_wish_or(wish->format.channels, guesses[i]);
        if (format->channels > device->channels)
            error = paInvalidChannelCount;
        else
            error = portaudio_try(device, format);
        if (error == paFormatIsSupported)
            return TAPEMAP_OK;
        if (i == 0)
            first_error = error;
    }
    format->channels = source_wish_or(wish->format.channels, guesses[0]);
    return portaudio_failure(first_error, device, format, failure);
}

static enum tapemap_status portaudio_start(struct source *source, const struct source_sink *sink,
                                           struct failure *failure)
{
    struct portaudio_source *self = (struct portaudio_source *)source;
    PaError error;

    self->tap.sink = *sink;
    self->tap.has_delivered = false;
    store_release_u64(&self->tap.stopping, 0);
    store_release_u64(&self->tap.finished, 0);
    error = Pa_StartStream(self->stream);
    if (error != paNoError)
        return portaudio_failure(error, &self->device, &source->format, failure);
    self->is_started = true;
    return TAPEMAP_OK;
}

/* A stream that has ended by itself must be stopped like any other. */
static void portaudio_stop(struct source *source)
{
    struct portaudio_source *self = (struct portaudio_source *)source;

    if (!self->is_started)
        return;
    store_release_u64(&self->tap.stopping, 1);
    Pa_StopStream(self->stream);
    self->is_started = false;
}

static void portaudio_close(struct source *source)
{
    struct portaudio_source *self = (struct portaudio_source *)source;

    portaudio_stop(source);
    Pa_CloseStream(self->stream);
    portaudio_session_end();
    free(self);
}

static const struct source_ops portaudio_ops = {
    .start = portaudio_start, .stop = portaudio_stop, .close = portaudio_close};

static enum tapemap_status portaudio_find(const char *wish, struct portaudio_source *self,
                                          struct failure *failure)
{
    struct device_info *rows = calloc(PORTAUDIO_MOST_DEVICES, sizeof *rows);
    struct device_table table = {DEVICE_INPUT, rows, 0};
    struct device_problem problem;
    const struct device_info *match;

    if (!rows)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for the list of devices; close other programs");
    portaudio_list(DEVICE_INPUT, rows, PORTAUDIO_MOST_DEVICES, &table.count);
    if (table.count > PORTAUDIO_MOST_DEVICES)
        table.count = PORTAUDIO_MOST_DEVICES;
    match = device_match(&table, wish, &problem);
    if (match) {
        self->device = *match;
        self->is_alone = device_is_alone(&table, match);
    }
    free(rows);
    return match ? TAPEMAP_OK
                 : failure_set(failure, TAPEMAP_E_ARGUMENT, "%s", problem.text);
}

static enum tapemap_status portaudio_open_stream(struct portaudio_source *self,
                                                 struct failure *failure)
{
    PaStreamParameters parameters = portaudio_parameters(&self->device, &self->base.format);
    const PaStreamInfo *facts;
    PaError error = Pa_OpenStream(&self->stream, &parameters, NULL,
                                  self->base.format.sample_rate_hz, paFramesPerBufferUnspecified,
                                  PORTAUDIO_STREAM_FLAGS, portaudio_callback, &self->tap);

    if (error != paNoError)
        return portaudio_failure(error, &self->device, &self->base.format, failure);
    Pa_SetStreamFinishedCallback(self->stream, portaudio_finished);
    facts = Pa_GetStreamInfo(self->stream);
    if (facts && facts->inputLatency > 0 && facts->inputLatency < 3600)
        self->base.input_latency_ns = (uint64_t)(facts->inputLatency * 1e9);
    return TAPEMAP_OK;
}

/* "The default device" may be another one when this one has gone. And where no other had its name,
   it is itself under another number too: it was plugged in elsewhere. */
static void portaudio_describe(struct portaudio_source *self, const char *rest)
{
    const char *device = strchr(rest, ':');
    char prefix[sizeof self->device.host_api + 2];

    snprintf(prefix, sizeof prefix, "%s: ", self->device.host_api);
    source_describe(&self->base, prefix, self->device.name);
    if (!device || !device[1] || device_names_are_one(device + 1, self->device.name))
        snprintf(self->base.same, sizeof self->base.same, "portaudio:%s:%s%s",
                 self->device.host_api, self->is_alone ? DEVICE_ANY_NUMBER : "",
                 self->device.name);
}

/* Within a session. */
static enum tapemap_status portaudio_open(const char *rest, const struct source_wish *wish,
                                          struct portaudio_source *self, struct failure *failure)
{
    enum tapemap_status status = portaudio_find(rest, self, failure);

    if (status != TAPEMAP_OK)
        return status;
    status = portaudio_settle(&self->device, wish, &self->base.format, failure);
    if (status != TAPEMAP_OK)
        return status;
    self->base.ops = &portaudio_ops;
    self->base.is_clocked = true;
    portaudio_describe(self, rest);
    return portaudio_open_stream(self, failure);
}

enum tapemap_status source_open_portaudio(const char *rest, const struct source_wish *wish,
                                          struct source **source, struct failure *failure)
{
    struct portaudio_source *self = calloc(1, sizeof *self);
    enum tapemap_status status;

    if (!self)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a device; close other programs");
    status = portaudio_session_begin(failure);
    if (status != TAPEMAP_OK)
        goto free_self;
    status = portaudio_open(rest, wish, self, failure);
    if (status != TAPEMAP_OK)
        goto end_session;
    *source = &self->base;
    return TAPEMAP_OK;

end_session:
    portaudio_session_end();
free_self:
    free(self);
    return status;
}
