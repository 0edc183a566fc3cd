/* SPDX-License-Identifier: MIT */
/*
 * Views of a tape that are the caller's own, and tapes for child processes. A part of tapemap.h,
 * which includes it and says what the words mean; include that.
 */
#ifndef TAPEMAP_VIEWS_H
#define TAPEMAP_VIEWS_H

#ifndef TAPEMAP_API
#error "include tapemap/tapemap.h, of which tapemap/views.h is a part"
#endif

/* ---- Views of one's own ---------------------------------------------------------------------- */

/*
 * Maps recorded frames for the caller to keep: pointers into them stay good until tapemap_unmap,
 * whatever else is read, and with a chosen base they are the same in every run and process.
 * count: the frames wanted, at least 1, all of them published; receives how many of them lie there
 * one after another: fewer only where a ring's end is between them.
 * base: a multiple of 65536 at which the view is to begin, or NULL for anywhere. frames: receives
 * where frame `position` lies: (position * frame_bytes) % 65536 bytes after the view's beginning,
 * in a ring with position % its length in frames; so frame 0 lies at `base` itself.
 * Returns OK · E_ARGUMENT · E_NOT_YET · E_OVERWRITTEN · E_BUSY: this process uses that stretch of
 * addresses already, or cannot use it · as tapemap_peek.
 * Memory: read-only, the caller's until tapemap_unmap, also after tapemap_close; while it is mapped
 * the tape's memory stays in use, and a file's reserved tail cannot be cut. In a ring, see
 * tapemap_still_valid. Costs addresses, and no memory of its own.
 * Blocks: never; system calls, so not for an audio callback.
 */
TAPEMAP_API enum tapemap_status tapemap_map_at(tapemap_tape *tape, uint64_t position,
                                               uint64_t *count, void *base, const void **frames);

/*
 * Maps recorded frames as the caller's private copy, made page by page as he writes: what he
 * changes nobody else sees, and neither the tape nor its file is touched.
 * position, count, frames: as tapemap_map_at. Only the frames counted may be written to; what is
 * past them in the view is undefined. In a ring a page that was not written to still changes when
 * the recorder overwrites it.
 * Returns as tapemap_map_at, but for E_BUSY · E_COMMIT_LIMIT.
 * Memory: as tapemap_map_at; counts against the system's commit limit as if all were copied.
 * Blocks: never; system calls.
 */
TAPEMAP_API enum tapemap_status tapemap_map_private(tapemap_tape *tape, uint64_t position,
                                                    uint64_t *count, void **frames);

/* Ends a view: `frames` as tapemap_map_at or tapemap_map_private gave it. NULL is ignored. Threads:
   any. Blocks: never; a system call. */
TAPEMAP_API void tapemap_unmap(const void *frames);

/* ---- For child processes --------------------------------------------------------------------- */

/* Room for the text that tapemap_export_handle makes. */
#define TAPEMAP_HANDLE_BYTES 96u

/*
 * Makes this tape one that child processes can open without a name and without the right to open
 * it by name: the handles of `tape` are inherited from now on by every process that this one starts
 * with inheritance of handles, until tapemap_close. They allow reading and waiting, nothing else.
 * text: receives what the child gives to tapemap_open_handle; letters, digits and colons, to be
 * passed as an argument of its command line or in its environment.
 * Returns OK · E_ARGUMENT · E_UNSUPPORTED: the tape was opened as a file that nobody records; give
 * the child its path · E_SYSTEM.
 * Threads: as any function on `tape`; a child that another thread starts meanwhile gets the handles
 * as well. Blocks: never; system calls.
 */
TAPEMAP_API enum tapemap_status tapemap_export_handle(tapemap_tape *tape,
                                                      char text[TAPEMAP_HANDLE_BYTES]);

/*
 * Opens the tape whose handles this process has inherited. Once for each text and process: the
 * handles become the tape's, and children of this process do not get them.
 * A tape in memory is read without any name. One in a file that has grown past its first extent is
 * read on by name, as by everybody: where that is not allowed, reads there give E_DENIED.
 * Returns OK · E_ARGUMENT: no such text · E_NO_TAPE: this process has not got these handles ·
 * E_FOREIGN · E_CORRUPT: they are not those of that tape · E_DENIED · E_MEMORY · E_SYSTEM. On
 * failure the handles stay as they are.
 * Memory: as tapemap_open_deck. Threads: any. Blocks: never; system calls.
 */
TAPEMAP_API enum tapemap_status tapemap_open_handle(const char *text, tapemap_tape **tape);

#endif
