/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "output_callback_win32.h"
#include "portaudio_list.h"
#include "quantity.h"

#define OUTPUT_MOST_DEVICES 256u
#define OUTPUT_QUEUE_S 2u

/* What the device is to hold for itself. Who listens does not mind a quarter of a second; a machine
   that is busy would mind less. */
#define OUTPUT_LATENCY_S 0.25

struct output {
    struct output_facts facts;
    struct output_tap tap;
    PaStream *stream;
};

static bool output_say(struct device_problem *problem, const char *what, const char *remedy)
{
    snprintf(problem->text, sizeof problem->text, "%.300s; %s", what, remedy);
    return false;
}

static bool output_begin(struct device_problem *problem)
{
    PaError error = Pa_Initialize();

    if (error == paNoError)
        return true;
    /* An internal error is what comes of it when WASAPI has nobody to ask. */
    return output_say(problem, error == paInternalError ? "no sound system answered"
                                                        : Pa_GetErrorText(error),
                      "start it (on Windows the service 'Windows Audio'), and 'tapemap play "
                      "--devices' lists its devices");
}

bool output_list(struct device_info *rows, size_t room, size_t *count,
                 struct device_problem *problem)
{
    if (!output_begin(problem))
        return false;
    portaudio_list(DEVICE_OUTPUT, rows, room, count);
    Pa_Terminate();
    return true;
}

/* ---- Which device --------------------------------------------------------------------------- */

static const struct device_info *output_find_number(const struct device_table *table,
                                                    uint64_t number,
                                                    struct device_problem *problem)
{
    for (size_t i = 0; i < table->count; i++)
        if ((uint64_t)table->rows[i].index == number)
            return &table->rows[i];
    snprintf(problem->text, sizeof problem->text,
             "no output device has the number %llu; see 'tapemap play --devices'",
             (unsigned long long)number);
    return NULL;
}

/* What is no host API's name is a part of a device's. */
static const struct device_info *output_find(const struct device_table *table, const char *wish,
                                             struct device_problem *problem)
{
    char device[256];
    uint64_t number = 0;

    if (!wish || table->count == 0)
        return device_match(table, "", problem);
    if (quantity_parse_u64(wish, &number))
        return output_find_number(table, number, problem);
    const struct device_info *found = device_match(table, wish, problem);
    if (found || strchr(wish, ':') || strlen(wish) + 2 > sizeof device)
        return found;
    struct device_problem first = *problem;
    snprintf(device, sizeof device, ":%s", wish);
    found = device_match(table, device, problem);
    if (!found && strstr(problem->text, device)) /* no better: say it in the user's words */
        *problem = first;
    return found;
}

static bool output_choose(const char *wish, struct device_info *device,
                          struct device_problem *problem)
{
    struct device_info *rows = calloc(OUTPUT_MOST_DEVICES, sizeof *rows);
    struct device_table table = {DEVICE_OUTPUT, rows, 0};

    if (!rows)
        return output_say(problem, "there is no memory for the list of devices",
                          "close other programs");
    portaudio_list(DEVICE_OUTPUT, rows, OUTPUT_MOST_DEVICES, &table.count);
    if (table.count > OUTPUT_MOST_DEVICES)
        table.count = OUTPUT_MOST_DEVICES;
    const struct device_info *found = output_find(&table, wish, problem);
    if (found)
        *device = *found;
    free(rows);
    return found != NULL;
}

/* ---- The stream ----------------------------------------------------------------------------- */

static PaError output_try(struct output *output, uint32_t channels)
{
    PaStreamParameters parameters = {
        .device = output->facts.device.index,
        .channelCount = (int)channels,
        .sampleFormat = paFloat32,
        .suggestedLatency = OUTPUT_LATENCY_S,
    };

    return Pa_OpenStream(&output->stream, NULL, &parameters, output->facts.rate_hz,
                         paFramesPerBufferUnspecified, paNoFlag, output_callback, &output->tap);
}

/* A shared WASAPI device may take only its own number of channels. */
static bool output_open_stream(struct output *output, uint32_t channels,
                               struct device_problem *problem)
{
    uint32_t most = output->facts.device.channels;
    uint32_t guesses[] = {channels < 2 ? 2 : channels, 2, most, 1};
    PaError error = paInvalidChannelCount;

    for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++) {
        if (guesses[i] > most || guesses[i] > TAPEMAP_MAX_CHANNELS)
            continue;
        error = output_try(output, guesses[i]);
        output->facts.channels = guesses[i];
        if (error == paNoError)
            break;
    }
    if (error != paNoError) {
        snprintf(problem->text, sizeof problem->text,
                 "'%s' (%s) cannot be opened: %s; see 'tapemap play --devices' for another",
                 output->facts.device.name, output->facts.device.host_api, Pa_GetErrorText(error));
        return false;
    }
    const PaStreamInfo *info = Pa_GetStreamInfo(output->stream);
    if (info && info->outputLatency > 0 && info->outputLatency < 10)
        output->facts.latency_ns = (uint64_t)(info->outputLatency * 1e9);
    Pa_SetStreamFinishedCallback(output->stream, output_finished);
    return true;
}

static bool output_make(struct output *output, const char *wish, uint32_t channels,
                        struct device_problem *problem)
{
    if (!output_choose(wish, &output->facts.device, problem))
        return false;
    output->facts.rate_hz = output->facts.device.default_rate_hz;
    if (output->facts.rate_hz == 0)
        return output_say(problem, "the device does not tell its sample rate",
                          "see 'tapemap play --devices' for another");
    if (!output_open_stream(output, channels, problem))
        return false;
    if (play_queue_init(&output->tap.queue, output->facts.channels,
                        (uint64_t)output->facts.rate_hz * OUTPUT_QUEUE_S))
        return true;
    Pa_CloseStream(output->stream);
    return output_say(problem, "there is no memory for the sound", "close other programs");
}

struct output *output_open(const char *wish, uint32_t channels, struct device_problem *problem)
{
    struct output *output = calloc(1, sizeof *output);

    if (!output) {
        output_say(problem, "there is no memory for a device", "close other programs");
        return NULL;
    }
    if (!output_begin(problem)) {
        free(output);
        return NULL;
    }
    if (output_make(output, wish, channels, problem))
        return output;
    Pa_Terminate();
    free(output);
    return NULL;
}

bool output_start(struct output *output, struct device_problem *problem)
{
    PaError error = Pa_StartStream(output->stream);

    return error == paNoError ||
           output_say(problem, Pa_GetErrorText(error), "see 'tapemap play --devices' for another");
}

void output_close(struct output *output)
{
    if (!output)
        return;
    Pa_AbortStream(output->stream);
    Pa_CloseStream(output->stream);
    Pa_Terminate();
    play_queue_deinit(&output->tap.queue);
    free(output);
}

const struct output_facts *output_facts(const struct output *output)
{
    return &output->facts;
}

struct play_queue *output_queue(struct output *output)
{
    return &output->tap.queue;
}

bool output_is_lost(const struct output *output)
{
    return load_acquire_u64(&output->tap.is_finished) != 0;
}
