/* SPDX-License-Identifier: MIT */
/*
 * A section over a file: the audio of a file tape, or its index. The file is marked sparse where
 * the volume can; committing writes its bytes with WriteFile, so that a full disk is a status here
 * and not an exception in an audio callback.
 */
#ifndef TAPEMAP_FILE_STORE_H
#define TAPEMAP_FILE_STORE_H

#include <stdbool.h>

#include "failure.h"
#include "store.h"

enum file_store_kind {
    FILE_STORE_AUDIO, /* grows; commits with the marks of docs/layout.md, L151 */
    FILE_STORE_INDEX, /* of fixed length; commits zeros */
};

struct file_store_config {
    enum file_store_kind kind;
    const char *path;         /* UTF-8, any length; its folder exists */
    const char *space;        /* namespace of the section's name (object_names.h) */
    uint64_t tape_id;
    uint64_t bytes;           /* of the section at first, multiple of TAPEMAP_GRANULE_BYTES */
    uint64_t extent_bytes;    /* the audio grows to multiples of this and two granules; > 0 */
    uint64_t most_bytes;      /* of the audio, when the tape is full; 0: not known */
    uint64_t keep_free_bytes; /* no commit leaves less than this free on the volume */
    bool is_temporary;        /* deleted when the last handle is closed */
    bool writes_through;      /* --write-through */
    bool is_written;          /* the audio, by the store's `write` */
};

/*
 * Makes the file, which must not exist, and the section over it.
 * Returns OK · E_BUSY: the file, or a section of that name, exists · E_DISK_FULL · E_DENIED ·
 * E_NO_FILE: its folder does not exist · E_UNSUPPORTED: an index over 64 MiB on a volume without
 * sparse files, or audio of 4 GiB on FAT, which has no such files · E_ARGUMENT: no path that a file
 * can have · E_MEMORY · E_SYSTEM, with failure filled; a file that was made is removed.
 * Memory: *store is the caller's until store_destroy, which closes everything and leaves the file
 * as it is.
 */
enum tapemap_status file_store_create(const struct file_store_config *config, struct store **store,
                                      struct failure *failure);

/*
 * Opens the file of an interrupted tape to go on with it: sections are made (or, where a client
 * still holds one of that name over this very file, opened and held) for generation 0,
 * config->bytes long, and, for audio, for `generation`, as long as the file is. No other writer is
 * admitted. What the file's control block calls committed is never committed again. is_temporary
 * is not looked at: such a file has gone with its recorder.
 * Returns as file_store_create; E_NO_FILE: there is no such file; E_BUSY also: somebody else writes
 * the file, or holds another section under one of the names; E_CORRUPT: it holds another tape, or
 * none. The file is never removed.
 */
enum tapemap_status file_store_reopen(const struct file_store_config *config, uint64_t generation,
                                      struct store **store, struct failure *failure);

#endif
