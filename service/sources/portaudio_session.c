/* SPDX-License-Identifier: MIT */
#include "portaudio_session.h"

#include "portaudio_list.h"
#include "source_support.h"
#include "utf8_text.h"

/* What Windows answers when its privacy settings keep a program from the microphone. */
#define SESSION_E_ACCESSDENIED 0x80070005u

enum tapemap_status portaudio_session_begin(struct failure *failure)
{
    PaError error = Pa_Initialize();

    if (error == paNoError)
        return TAPEMAP_OK;
    /* What comes of it when WASAPI has nobody to ask. */
    if (error == paInternalError)
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "no sound system answered; start it (on Windows the service 'Windows "
                           "Audio') and check that a sound device is there");
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "the audio system cannot be used (%s); check that its service runs",
                       Pa_GetErrorText(error));
}

void portaudio_session_end(void)
{
    Pa_Terminate();
}

enum tapemap_status devices_list(struct device_info *rows, size_t room, size_t *count,
                                 struct failure *failure)
{
    enum tapemap_status status = portaudio_session_begin(failure);

    if (status != TAPEMAP_OK)
        return status;
    portaudio_list(DEVICE_INPUT, rows, room, count);
    portaudio_session_end();
    return TAPEMAP_OK;
}

static bool session_is_denied(PaError error)
{
    const PaHostErrorInfo *host = Pa_GetLastHostErrorInfo();

    /* PortAudio's WASAPI says "invalid device" whenever a device that it listed does not open. */
    return error == paInvalidDevice ||
           (error == paUnanticipatedHostError && host &&
            ((unsigned long)host->errorCode & 0xFFFFFFFFu) == SESSION_E_ACCESSDENIED);
}

/* The host API's own words when it has some. */
static const char *session_error_text(PaError error)
{
    const PaHostErrorInfo *host = Pa_GetLastHostErrorInfo();

    if (error == paUnanticipatedHostError && host && host->errorText && host->errorText[0])
        return host->errorText;
    return Pa_GetErrorText(error);
}

static enum tapemap_status session_general_failure(PaError error, const char *shown,
                                                   const char *host_api, struct failure *failure)
{
    char text[SOURCE_NAME_BYTES];

    if (session_is_denied(error))
        return failure_set(failure, TAPEMAP_E_DENIED,
                           "'%s' (%s) may not be opened; allow desktop programs to use the "
                           "microphone in Windows Settings, Privacy, Microphone, and check that "
                           "the device is still connected",
                           shown, host_api);
    source_quote_error(session_error_text(error), text, sizeof text);
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "'%s' (%s) cannot be recorded: %s; check that it is connected and that no "
                       "other program has it for itself",
                       shown, host_api, text);
}

enum tapemap_status portaudio_failure(PaError error, const struct device_info *device,
                                      const struct audio_format *wanted, struct failure *failure)
{
    char shown[SOURCE_NAME_BYTES / 2];

    utf8_shorten(device->name, shown, sizeof shown);
    switch (error) {
    case paInvalidSampleRate:
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' (%s) does not record %u channels at %u Hz, its own rate is %u Hz; "
                           "leave out --rate and --channels",
                           shown, device->host_api, (unsigned)wanted->channels,
                           (unsigned)wanted->sample_rate_hz, (unsigned)device->default_rate_hz);
    case paInvalidChannelCount:
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' (%s) has %u input channels and does not record %u; leave out "
                           "--channels",
                           shown, device->host_api, (unsigned)device->channels,
                           (unsigned)wanted->channels);
    case paSampleFormatNotSupported:
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' (%s) does not record in this sample format; leave out --format",
                           shown, device->host_api);
    case paInsufficientMemory:
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for recording '%s'; close other programs", shown);
    default:
        return session_general_failure(error, shown, device->host_api, failure);
    }
}
