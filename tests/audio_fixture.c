/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "audio_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sndfile.h>

static char folder[] = "/tmp/tapemap-audio-XXXXXX";
char file_path[AUDIO_FIXTURE_PATH_BYTES];

int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int remove_file(void **state)
{
    (void)state;
    remove(file_path);
    return 0;
}

const char *path_of(const char *name)
{
    snprintf(file_path, sizeof file_path, "%s/%s", folder, name);
    return file_path;
}

int32_t *make_samples(unsigned bits)
{
    int32_t *samples = malloc(SAMPLES * sizeof *samples);

    assert_non_null(samples);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        uint32_t value = i * 2654435761u & (uint32_t)(0xFFFFFFFFull << (32 - bits));
        memcpy(&samples[i], &value, sizeof value);
    }
    return samples;
}

void write_file(const char *name, int format, const int32_t *samples)
{
    SF_INFO info = {.samplerate = 44100, .channels = CHANNELS, .format = format};
    SNDFILE *file = sf_open(path_of(name), SFM_WRITE, &info);

    if (!file)
        fail_msg("%s: %s", name, sf_strerror(NULL));
    assert_int_equal(sf_write_int(file, samples, SAMPLES), SAMPLES);
    assert_int_equal(sf_close(file), 0);
}

enum tapemap_status try_open(const struct source_wish *wish, struct source **source,
                             struct failure *failure)
{
    char spec[sizeof file_path + 8];

    snprintf(spec, sizeof spec, "audio:%s", file_path);
    *source = NULL;
    memset(failure, 0, sizeof *failure);
    return source_open(spec, wish, source, failure);
}

struct source *open_file(enum tapemap_sample_format format)
{
    struct source_wish wish = {{format, 0, 0}};
    struct source *source;
    struct failure failure;

    if (try_open(&wish, &source, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return source;
}
