/* SPDX-License-Identifier: MIT */
/*
 * A file that grows. Its recorder makes a longer section over the same file, stores its length in
 * grown_bytes, then its generation, commits there, and publishes frames there. So who has seen a
 * frame finds under the generation it loads afterwards a section that holds the frame; only if the
 * recorder has already moved on is that name gone, and then generation has changed.
 *
 * A reader asks for the newest section as soon as it sees that there is one and not when it needs
 * it: the name goes with the recorder, and a reader that is behind wants to read on. Who was too
 * late for it reads on from the file itself (tape_growth.c).
 */
#include "atomic64.h"
#include "reader.h"

/* A recorder makes a section once in seconds; a generation that moves on so often is a lie. */
#define RENEWALS 8

uint64_t reader_offset_of(const struct reader *reader, uint64_t slot)
{
    return TAPEMAP_DATA_OFFSET + slot * reader->tape.frame_bytes;
}

enum tapemap_status reader_prove_length(struct view_source *source, uint64_t bytes)
{
    const void *view = NULL;
    uint64_t start = (bytes - 1) / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;

    enum tapemap_status status =
        source->map(source->context, start, (size_t)(bytes - start), &view);
    if (status)
        return status == TAPEMAP_E_MEMORY ? status : TAPEMAP_E_CORRUPT;
    source->unmap(source->context, view, (size_t)(bytes - start));
    source->bytes = bytes;
    return TAPEMAP_OK;
}

/* grown_bytes may already be that of the next generation: then this one holds at least `bytes`. */
static enum tapemap_status renew(struct reader *reader, uint64_t bytes)
{
    enum tapemap_status status =
        reader->audio.renew(reader->audio.context, reader->generation, bytes);
    if (status)
        return status;
    uint64_t grown = load_acquire_u64(&reader->control->grown_bytes);
    if (grown < bytes || grown > INT64_MAX)
        return TAPEMAP_E_CORRUPT;
    status = reader_prove_length(&reader->audio, grown);
    return status == TAPEMAP_E_CORRUPT ? reader_prove_length(&reader->audio, bytes) : status;
}

enum tapemap_status reader_reach(struct reader *reader, uint64_t bytes)
{
    enum tapemap_status status = TAPEMAP_E_CORRUPT;

    for (int tries = 0; reader->audio.renew && tries < RENEWALS; tries++) {
        uint64_t generation = load_acquire_u64(&reader->control->generation);
        bool is_new = generation != reader->generation;
        if (!is_new && (bytes <= reader->audio.bytes || tries > 0))
            break;
        reader->generation = generation;
        status = renew(reader, bytes);
    }
    if (bytes <= reader->audio.bytes)
        return TAPEMAP_OK;
    return status;
}
