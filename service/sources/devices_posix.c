/* SPDX-License-Identifier: MIT */
/* In place of the portaudio*.c files: the native build, which is for tests, has no PortAudio. */
#include "portaudio_devices.h"
#include "source.h"

static enum tapemap_status portaudio_is_absent(struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                       "this build has no PortAudio; use audio:PATH, stdin or a tone");
}

enum tapemap_status devices_list(struct device_info *rows, size_t room, size_t *count,
                                 struct failure *failure)
{
    (void)rows;
    (void)room;
    (void)count;
    return portaudio_is_absent(failure);
}

enum tapemap_status source_open_portaudio(const char *rest, const struct source_wish *wish,
                                          struct source **source, struct failure *failure)
{
    (void)rest;
    (void)wish;
    (void)source;
    return portaudio_is_absent(failure);
}
