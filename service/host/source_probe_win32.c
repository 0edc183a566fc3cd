/* SPDX-License-Identifier: MIT */
#include "source_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "child_process.h"
#include "file_paths.h"
#include "tapemap/tapemap.h"

#define PROBE_MS 4000u

static bool probe_wait(HANDLE process)
{
    DWORD code = 1;

    if (WaitForSingleObject(process, PROBE_MS) != WAIT_OBJECT_0) {
        TerminateProcess(process, 1);
        return false;
    }
    return GetExitCodeProcess(process, &code) && code == 0;
}

bool source_probe(const char *spec, const struct audio_format *format)
{
    char text[32];
    char *program = file_path_of_program();
    const char *arguments[] = {program, "devices", "--find", spec, text, NULL};
    const struct child_process_config config = {.arguments = arguments};
    struct child_process child;
    struct failure failure;
    bool is_there = false;

    snprintf(text, sizeof text, "%s:%u:%u", tapemap_format_name(format->sample_format),
             (unsigned)format->sample_rate_hz, (unsigned)format->channels);
    if (program && child_process_start(&config, &child, &failure) == TAPEMAP_OK) {
        is_there = probe_wait(child.handle);
        child_process_close(&child);
    }
    free(program);
    return is_there;
}
