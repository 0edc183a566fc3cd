/* SPDX-License-Identifier: MIT */
/*
 * Judging blocks of shared memory before anything in them is believed. The memory may be written
 * meanwhile, and by anybody: each field is read once, copied, and judged as copied. Use the copies.
 * All functions: any thread; never block, no allocation.
 */
#ifndef TAPEMAP_LAYOUT_CHECK_H
#define TAPEMAP_LAYOUT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"
#include "tapemap/status.h"

/* The [create] and [begin] fields of a control block, found consistent; all texts are terminated.
   1 <= kept_frames <= capacity_frames holds, both equal in a linear tape. Unless it is a file,
   TAPEMAP_DATA_OFFSET + capacity_frames * frame_bytes <= section_bytes; capacity_frames *
   frame_bytes never overflows. */
struct layout_tape {
    uint64_t tape_id;
    uint64_t created_utc_ns;
    uint64_t clock_hz;
    uint64_t section_bytes;
    uint64_t index_bytes;
    uint64_t capacity_frames;
    uint64_t kept_frames;
    uint64_t input_latency_ns;
    enum tapemap_sample_format sample_format;
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
    uint32_t writer_pid;
    bool is_ring;
    bool is_file; /* grows */
    uint64_t previous_tape_id; /* 0: none */
    uint64_t series_position;
    char deck_name[TAPEMAP_NAME_BYTES];
    char source[256];
    char file_path[1024];
};

/*
 * Judges a control block and copies its [create] fields.
 * block: at TAPEMAP_CONTROL_OFFSET of the section, whole and readable.
 * section_bytes_mapped_at_least: how much of the section the caller has mapped, from its beginning;
 * a block that claims a shorter section lies.
 * Returns OK · E_NO_TAPE: magic is 0, the recorder is still at it (try again shortly) · E_FOREIGN:
 * another magic or signature · E_CORRUPT: fields that contradict each other or this program's
 * limits, or what layout_check_progress finds. *facts is untouched on failure.
 */
enum tapemap_status layout_check_control(const struct tapemap_control *block,
                                         uint64_t section_bytes_mapped_at_least,
                                         struct layout_tape *facts);

/* The fields of a control block that move, as one look found them. */
struct layout_progress {
    uint64_t head;
    uint64_t oldest; /* head - oldest <= capacity_frames */
    uint64_t committed_bytes;
    uint64_t grown_bytes; /* >= committed_bytes */
};

/*
 * Judges the fields that move: the published frames are committed, a linear tape's head is within
 * its capacity and its oldest frame 0, a ring's oldest frame is not past its head. May be asked at
 * any time, while the recorder records.
 * Returns OK · E_CORRUPT, *progress then untouched.
 */
enum tapemap_status layout_check_progress(const struct tapemap_control *block,
                                          const struct layout_tape *facts,
                                          struct layout_progress *progress);

/* Frames of silence. */
struct layout_silence {
    uint64_t position;
    uint64_t frames; /* 0: none */
};

/*
 * What of the newest silence of a tape whose recorder died no gap record tells of: what lies below
 * `head` and at or past `explained`, the end of all gap records and the newest anchor (L167).
 */
struct layout_silence layout_silence_untold(const struct tapemap_control *block, uint64_t head,
                                            uint64_t explained);

/* A region of the index section: aligned, inside the section, room for at least one item. */
struct layout_region {
    uint64_t offset;
    uint64_t bytes;
    uint64_t capacity;
};

/* The [create] fields of an index, found consistent. */
struct layout_index {
    uint64_t section_bytes;
    uint32_t cell_bytes; /* channels * sizeof(struct tapemap_peak) */
    struct layout_region journal;
    struct layout_region levels[TAPEMAP_LEVELS];
};

/*
 * Judges the head of the index section against its tape and copies its [create] fields: regions lie
 * one after another inside the section, aligned, each long enough for its capacity.
 * Returns OK · E_NO_TAPE, E_FOREIGN as above · E_CORRUPT (also: the index of another tape). *facts
 * is untouched on failure.
 */
enum tapemap_status layout_check_index(const struct tapemap_index *block,
                                       const struct layout_tape *tape,
                                       uint64_t section_bytes_mapped_at_least,
                                       struct layout_index *facts);

/*
 * Judges a journal entry: a copy in the caller's own memory, of which journal_oldest says that it
 * was not overwritten.
 * Returns OK · E_CORRUPT.
 */
enum tapemap_status layout_check_record(const struct tapemap_record *record,
                                        uint64_t expected_sequence);

/* Whether a journal entry says that a recorder went on with the tape (L161): the steady clock may
   have begun anew there, and anchors before and after it do not compare by it. */
bool layout_record_is_resume(const struct tapemap_record *record);

#endif
