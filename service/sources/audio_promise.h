/* SPDX-License-Identifier: MIT */
/* What an audio file's header promises. For audio_file.c. */
#ifndef TAPEMAP_AUDIO_PROMISE_H
#define TAPEMAP_AUDIO_PROMISE_H

#include <stdint.h>

#include <sndfile.h>

/*
 * How many frames a WAV or RF64 file says it holds: more than info->frames when it was cut off, for
 * libsndfile corrects that number without a word. info: as sf_open filled it.
 * Returns 0 when the header does not tell: other kinds of files, block codecs, and streams, whose
 * writer did not know either. Threads: that of the handle. Blocks: may, for a read.
 */
uint64_t audio_promised_frames(SNDFILE *handle, const SF_INFO *info);

#endif
