/* SPDX-License-Identifier: MIT */
/*
 * Frames of a file tape that its WAV header counts and the head in its control block does not.
 *
 * Header and control block are pages of one mapping, which reach the disk when the system likes, in
 * any order. So after a power cut the header may be newer than the control block. Both only ever
 * count frames that were published (L66, L135): the larger of the two is what was recorded, and
 * neither says whether the frames themselves reached the disk. That only their own pages can say: a
 * page that did not is as it was committed, zeros but for the mark in front of a granule (L151). So
 * the header is believed as far as the last page that is not (L192); what lies behind that was
 * never written, or was silence, and nobody can tell.
 *
 * All functions: any thread; never block, no allocation.
 */
#ifndef TAPEMAP_LATE_FRAMES_H
#define TAPEMAP_LATE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What reaches the disk as one, and the mark at the beginning of such a page in each granule. */
#define LATE_FRAMES_PAGE_BYTES 4096u
#define LATE_FRAMES_MARK_BYTES 16u
/* So far past what is safe marks are looked for: further than a flush is behind, and soon done. */
#define LATE_FRAMES_MOST_BYTES (UINT64_C(1) << 30)

/* The frames that the WAV header of a file tape counts. section: its first TAPEMAP_DATA_OFFSET
   bytes, 4-byte-aligned. frame_bytes: not 0. Returns 0 when the header is not that of a tape, or
   does not say. */
uint64_t late_frames_counted(const void *section, uint32_t frame_bytes);

/* Where, in the file, the last page ends that was written since it was committed, or `offset` when
   none was. bytes: what the file holds in [offset, offset + count), at or past
   TAPEMAP_DATA_OFFSET; the parts of pages at both ends are judged like pages. */
uint64_t late_frames_end(const void *bytes, uint64_t offset, size_t count);

/* Takes the mark out of a page that was never written: before the end it stands for silence. page:
   the first LATE_FRAMES_PAGE_BYTES of a granule. Returns whether the page was so. */
bool late_frames_wipe(void *page);

#endif
