/* SPDX-License-Identifier: MIT */
#include "file_commit.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "atomic64.h"
#include "whole_numbers.h"

#define FILE_COMMIT_PIECE_BYTES (1u << 20) /* of one write; a multiple of the distance of marks */
#define FILE_COMMIT_MARK_STEP 65536u       /* docs/layout.md, L151 */
#define FILE_COMMIT_MARK_BYTES 16u
/* Of marks in what is only reserved: half a second of reading for the slowest, and not a thousand
   writes when a file grows. */
#define FILE_COMMIT_TAIL_STEP (UINT64_C(1) << 22)
#define FILE_COMMIT_MARK_ROOM 65536u              /* what a mark there takes at the most */
#define FILE_COMMIT_IMAGE_BYTES (TAPEMAP_DATA_OFFSET + FILE_COMMIT_PIECE_BYTES)

bool file_commit_init(struct file_commit *commit, const struct file_store_config *config,
                      const struct disk_file *file, uint64_t committed_bytes)
{
    commit->file = file;
    commit->keep_free_bytes = config->keep_free_bytes;
    commit->is_audio = config->kind == FILE_STORE_AUDIO;
    commit->is_written = commit->is_audio && config->is_written;
    commit->committed_bytes = committed_bytes;
    commit->image = calloc(1, FILE_COMMIT_IMAGE_BYTES);
    if (!commit->image)
        return false;
    for (uint32_t at = TAPEMAP_DATA_OFFSET; commit->is_audio && at < FILE_COMMIT_IMAGE_BYTES;
         at += FILE_COMMIT_MARK_STEP)
        memset(commit->image + at, 0xFF, FILE_COMMIT_MARK_BYTES);
    return true;
}

void file_commit_deinit(struct file_commit *commit)
{
    free(commit->image);
}

uint32_t file_commit_check_room(const struct file_commit *commit, uint64_t bytes)
{
    uint64_t room = 0;

    if (commit->keep_free_bytes == 0 && !commit->is_written)
        return 0;
    uint32_t code = disk_file_room(commit->file, &room);
    if (code != 0)
        return code;
    return room < bytes || room - bytes < commit->keep_free_bytes ? ERROR_DISK_FULL : 0;
}

/* The bytes of an empty tape at `offset`, and at most how many: the image repeats behind the
   header. */
static const unsigned char *file_commit_blank(const struct file_commit *commit, uint64_t offset,
                                              uint64_t *run)
{
    uint64_t at = offset;

    if (at >= FILE_COMMIT_IMAGE_BYTES)
        at = TAPEMAP_DATA_OFFSET + (at - TAPEMAP_DATA_OFFSET) % FILE_COMMIT_PIECE_BYTES;
    *run = min_u64(*run, FILE_COMMIT_IMAGE_BYTES - at);
    return commit->image + at;
}

static uint32_t file_commit_audio(const struct file_commit *commit, uint64_t offset, uint64_t end)
{
    while (offset < end) {
        uint64_t run = min_u64(end - offset, FILE_COMMIT_PIECE_BYTES);
        const unsigned char *blank = file_commit_blank(commit, offset, &run);
        uint32_t code = disk_file_write(commit->file, offset, blank, (size_t)run);
        if (code != 0)
            return code;
        offset += run;
    }
    return 0;
}

/* The regions of an index are committed one by one, and nobody else writes meanwhile: what is there
   is written back, zeros where nothing was. It is not read through the view: where the disk is full
   a hole cannot even be looked at (tmpfs). */
static uint32_t file_commit_index(const struct file_commit *commit, uint64_t offset, uint64_t end)
{
    while (offset < end) {
        size_t run = (size_t)min_u64(end - offset, FILE_COMMIT_PIECE_BYTES);
        uint32_t code = disk_file_read(commit->file, offset, commit->image, run);
        if (code == 0)
            code = disk_file_write(commit->file, offset, commit->image, run);
        if (code != 0)
            return code;
        offset += run;
    }
    return 0;
}

/*
 * Touches every page for writing, and survives where there is none. A write that the disk has taken
 * is no promise everywhere: a full ext4 with large folios refuses the page at its first touch, for
 * it wants room for its neighbours too. Better here, as an error code, than in whoever comes later.
 */
static uint32_t file_commit_touch(void *address, uint64_t bytes)
{
    return IsBadWritePtr(address, (UINT_PTR)bytes) ? ERROR_DISK_FULL : 0;
}

/* What was found to have room earlier takes it only when it is written. How far that is comes
   first: what is written meanwhile then counts twice, which costs no more than another try. */
static uint32_t file_commit_find_room(struct file_commit *commit, uint64_t end)
{
    uint64_t written = load_acquire_u64(&commit->written_bytes);

    if (written < TAPEMAP_DATA_OFFSET)
        written = TAPEMAP_DATA_OFFSET;
    if (end > written && disk_file_is_full(file_commit_check_room(commit, end - written)))
        return ERROR_DISK_FULL;
    commit->committed_bytes = end;
    return 0;
}

uint32_t file_commit_range(struct file_commit *commit, uint64_t offset, void *address,
                           size_t bytes)
{
    uint64_t end = offset + bytes;
    uint64_t start = offset;

    if (commit->is_audio && start < commit->committed_bytes)
        start = commit->committed_bytes;
    if (start >= end)
        return 0;
    if (commit->is_written && start >= TAPEMAP_DATA_OFFSET)
        return file_commit_find_room(commit, end);
    /* Room that cannot be known is no reason to stop recording: a full disk still shows. */
    if (disk_file_is_full(file_commit_check_room(commit, end - start)))
        return ERROR_DISK_FULL;
    uint32_t code = commit->is_audio ? file_commit_audio(commit, start, end)
                                     : file_commit_index(commit, start, end);
    if (code == 0)
        code = file_commit_touch((unsigned char *)address + (start - offset), end - start);
    if (code == 0)
        commit->committed_bytes = end;
    return code;
}

uint32_t file_commit_write(struct file_commit *commit, uint64_t offset, const void *from,
                           size_t bytes, size_t *written)
{
    uint32_t code = disk_file_stream(commit->file, offset, from, bytes, written);

    store_release_u64(&commit->written_bytes, offset + *written);
    return code;
}

void file_commit_mark_tail(const struct file_commit *commit, uint64_t offset, uint64_t end)
{
    uint64_t at = round_up_u64(offset, FILE_COMMIT_TAIL_STEP);
    uint64_t room = (end - offset) / FILE_COMMIT_TAIL_STEP * FILE_COMMIT_MARK_ROOM;
    const unsigned char *mark = commit->image + TAPEMAP_DATA_OFFSET;

    if (!commit->is_audio || !commit->file->is_sparse || file_commit_check_room(commit, room) != 0)
        return;
    for (; at + FILE_COMMIT_MARK_BYTES <= end; at += FILE_COMMIT_TAIL_STEP)
        if (disk_file_write(commit->file, at, mark, FILE_COMMIT_MARK_BYTES) != 0)
            return;
}
