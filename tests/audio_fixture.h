/* SPDX-License-Identifier: MIT */
/* Small audio files, written by libsndfile into a folder of the test's own; for source_audio_*.c,
   which set up their group with make_folder and remove_folder and their tests with remove_file. */
#ifndef TAPEMAP_AUDIO_FIXTURE_H
#define TAPEMAP_AUDIO_FIXTURE_H

#include "source.h"

#define FRAMES 30001u
#define CHANNELS 2u
#define SAMPLES (FRAMES * CHANNELS)
#define AUDIO_FIXTURE_PATH_BYTES 128

/* The file that path_of named last. */
extern char file_path[AUDIO_FIXTURE_PATH_BYTES];

int make_folder(void **state);
int remove_folder(void **state);
int remove_file(void **state);

/* Makes file_path the path of `name` in the folder, and returns it. */
const char *path_of(const char *name);

/* Every sample different, over the full range; only the upper `bits` are used. To be freed. */
int32_t *make_samples(unsigned bits);

/* Writes SAMPLES samples at 44100 Hz; format: libsndfile's. */
void write_file(const char *name, int format, const int32_t *samples);

/* source_open of the file at file_path. */
enum tapemap_status try_open(const struct source_wish *wish, struct source **source,
                             struct failure *failure);

/* The same when it must succeed. */
struct source *open_file(enum tapemap_sample_format format);

#endif
