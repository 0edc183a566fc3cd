/* SPDX-License-Identifier: MIT */
/* How a file store makes bytes real: it writes them, so that a full disk shows at once. */
#ifndef TAPEMAP_FILE_COMMIT_H
#define TAPEMAP_FILE_COMMIT_H

#include "disk_file.h"

struct file_commit {
    const struct disk_file *file;
    uint64_t keep_free_bytes;
    unsigned char *image;     /* audio: how an empty tape begins; index: room for a piece */
    bool is_audio;
    bool is_written;          /* audio: by file_commit_write, which makes it real */
    uint64_t committed_bytes; /* audio: below it bytes are real, or have room, and are somebody's */
    struct tapemap_shared_u64 written_bytes; /* how far file_commit_write has come */
};

/* `committed_bytes` of an audio file are real already. The file outlives the commit. false: no
   memory. */
bool file_commit_init(struct file_commit *commit, const struct file_store_config *config,
                      const struct disk_file *file, uint64_t committed_bytes);
void file_commit_deinit(struct file_commit *commit);

/*
 * Writes [offset, offset + bytes) and touches its pages, so that it is real: what has been
 * committed before keeps its content. `address` is where offset is mapped for writing. Audio is
 * committed from its beginning on; what is left out counts as committed. Returns 0 or a system
 * error code; 112 (disk full) also when less than keep_free_bytes would be left, or when a page
 * cannot be touched. After a failure nothing of the range is committed, whatever was written.
 * Audio that is written is left as it is behind the first granule: here is only seen to it that
 * the volume has room for it, full or not.
 * Threads: one, the only one that writes into an index. Blocks: for the disk.
 */
uint32_t file_commit_range(struct file_commit *commit, uint64_t offset, void *address,
                           size_t bytes);

/* Writes audio into what is committed; as disk_file_stream, and on the same thread. */
uint32_t file_commit_write(struct file_commit *commit, uint64_t offset, const void *from,
                           size_t bytes, size_t *written);

/*
 * Puts marks into the reserved part [offset, end) of an audio file, far apart, so that a program
 * that takes it for chunks does not walk through all of its zeros: frames published between its
 * looks at the header and behind the data send it anywhere. Only where the file is sparse, for
 * elsewhere all before the last mark would take its room. Marks without room are left out.
 * Threads: as file_commit_range. Blocks: for the disk.
 */
void file_commit_mark_tail(const struct file_commit *commit, uint64_t offset, uint64_t end);

/* 112 when the volume would have less than keep_free_bytes free after `bytes` more, or why that
   cannot be known. */
uint32_t file_commit_check_room(const struct file_commit *commit, uint64_t bytes);

#endif
