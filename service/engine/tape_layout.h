/* SPDX-License-Identifier: MIT */
/* A tape's configuration turned into sizes and into the constant parts of its two headers. Pure. */
#ifndef TAPEMAP_TAPE_LAYOUT_H
#define TAPEMAP_TAPE_LAYOUT_H

#include "tape.h"

/* Bytes of one frame. */
uint32_t tape_frame_bytes(const struct tape_config *config);

/* How far ahead of the head storage is granted. */
uint64_t tape_ahead_frames(const struct tape_config *config);

/* Frames that the audio section holds: a ring keeps what was asked for readable while the frames
   ahead of its head are already retired. */
uint64_t tape_section_frames(const struct tape_config *config);

/* Length of a window of the audio section, without the granule of overlap. */
uint64_t tape_window_bytes(const struct tape_config *config);

/* The [create] fields of both headers, but for the magics; the memory was zero. */
void tape_fill_control(struct tapemap_control *control, const struct tape_config *config,
                       struct instant now);
void tape_fill_index(struct tapemap_index *index, const struct tape_config *config);

#endif
