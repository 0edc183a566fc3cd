/* SPDX-License-Identifier: MIT */
/* Recorded sound on its way out: WAV or raw, to a file that appears when it is whole, or stdout. */
#ifndef TAPEMAP_CLI_SOUND_H
#define TAPEMAP_CLI_SOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "file_output.h"
#include "tapemap/tapemap.h"

/* What the options say. */
struct cli_sound_options {
    const char *path;   /* "-": stdout */
    const char *format; /* "wav", "raw", or NULL: by the path's extension, WAV on stdout */
    bool takes_float;   /* "f32" is a format too: raw, and the caller writes float */
    bool replace;       /* an existing file */
};

struct cli_sound {
    struct file_output *file;
    const char *path;
    struct tapemap_info info;
    bool is_wav;
    bool is_stdout;
    bool is_failed;           /* something could not be written; said, unless is_closed */
    bool is_finishing;        /* all of it is written: from here on no failure may cost it */
    bool is_closed;           /* the reader of stdout went away: a failure that nobody mourns */
    uint64_t declared_frames; /* by the header as it was first written */
    uint64_t frames;
    const void *tail; /* chunks behind the audio of a WAV file; NULL: none */
    size_t tail_bytes;
};

#define CLI_SOUND_STREAM UINT64_MAX /* the length is not known beforehand */

/* Whether they mean stdout. */
bool cli_sound_is_stdout(const struct cli_sound_options *options);

/* Whether they mean "f32". */
bool cli_sound_is_float(const struct cli_sound_options *options);

/* Checks the options of `verb` without touching a file. Returns an enum cli_exit. */
int cli_sound_check(const char *verb, const struct cli_sound_options *options);

/*
 * Opens the output and writes the header for `frames` frames or CLI_SOUND_STREAM. All functions
 * here return an enum cli_exit; a failure has been said, unless is_closed. After CLI_DONE, the
 * caller ends by cli_sound_finish or cli_sound_abandon; after a failure nothing is left to end.
 */
int cli_sound_open(struct cli_sound *sound, const struct cli_sound_options *options,
                   const struct tapemap_info *info, uint64_t frames);

/* Appends frames in the tape's own format. Blocks for a pipe or the disk. */
int cli_sound_write(struct cli_sound *sound, const void *frames, uint64_t count);

/* Has chunks written behind the audio by cli_sound_finish, where it writes a WAV file: a stream on
   stdout has told its length already. Memory: the caller's, until then. Returns whether it will. */
bool cli_sound_set_tail(struct cli_sound *sound, const void *chunks, size_t bytes);

/* Makes the header's sizes true, where that is possible, and puts the file in its place. If that
   fails, what was written stays beside that place, and it is said where. */
int cli_sound_finish(struct cli_sound *sound);

/* Leaves no file behind. */
void cli_sound_abandon(struct cli_sound *sound);

#endif
