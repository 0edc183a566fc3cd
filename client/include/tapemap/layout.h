/* SPDX-License-Identifier: MIT */
/*
 * The bytes that a recorder and its readers share. docs/layout.md says the same in sentences.
 *
 * Audio section, named "tapemap.<id>" (id: 16 hex digits), little-endian:
 *
 *        0  RIFF/RF64 header, JUNK or ds64, fmt, (fact,) bext, and a JUNK chunk that ends at 65528
 *     4096  struct tapemap_control, inside that JUNK chunk
 *    65528  'data' chunk header
 *    65536  audio, interleaved: frame n at 65536 + (n modulo capacity_frames) * frame_bytes
 *
 * Index section, named "tapemap.<id>.index":
 *
 *        0  struct tapemap_index
 *           regions, each at a multiple of 65536: the journal, then eight levels of peaks
 *
 * Catalogue section, named "tapemap.catalogue": struct tapemap_catalogue.
 *
 * Sections are reserved, and committed as they fill. A reader touches nothing past what has been
 * published: audio below `head`, records below `journal_head`, cells below `peaks_frames`.
 *
 * Each field has one writer and is named with it:
 *   [create]  written once, before `magic` is stored with release
 *   [begin]   written once, before the catalogue or another tape names this one
 *   [audio]   the thread that appends (an audio callback for a device)
 *   [keeper]  the recorder's housekeeping thread
 *   [flush]   the recorder's flushing thread
 *   [finish]  whoever completes a file: its recorder after the end, or `tapemap recover`
 * Every shared field is loaded with acquire and stored with release unless its comment differs.
 */
#ifndef TAPEMAP_LAYOUT_H
#define TAPEMAP_LAYOUT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* A field that two threads or processes use at once: only through format/atomic64.h. */
struct tapemap_shared_u64 {
    uint64_t raw;
};

#define TAPEMAP_GRANULE_BYTES 65536u      /* Windows maps views at multiples of this */
#define TAPEMAP_CONTROL_OFFSET 4096u
#define TAPEMAP_DATA_OFFSET 65536u
#define TAPEMAP_MAX_CHANNELS 256u
#define TAPEMAP_MAX_RATE_HZ 3072000u
#define TAPEMAP_NAME_BYTES 64u            /* a deck's name with its terminating zero */

#define TAPEMAP_TAPE_MAGIC 0x3145504154504D54u      /* "TMPTAPE1" as bytes */
#define TAPEMAP_INDEX_MAGIC 0x3158444E49504D54u     /* "TMPINDX1" */
#define TAPEMAP_CATALOGUE_MAGIC 0x31474C5443504D54u /* "TMPCTLG1" */

enum tapemap_sample_format {
    TAPEMAP_S16 = 1, /* signed 16-bit */
    TAPEMAP_S24 = 2, /* signed 24-bit in three bytes */
    TAPEMAP_S32 = 3, /* signed 32-bit */
    TAPEMAP_F32 = 4, /* IEEE 754 single, full scale at -1 and 1 */
};

/* Bits of tapemap_control.flags. */
#define TAPEMAP_FLAG_RING 1u /* wraps at capacity_frames; keeps at least kept_frames; else linear */
#define TAPEMAP_FLAG_FILE 2u /* the audio section is a file that grows; always linear */

enum tapemap_state {
    TAPEMAP_STATE_STARTING = 1,    /* the tape exists, its source has not delivered yet */
    TAPEMAP_STATE_RECORDING = 2,   /* frames arrive */
    TAPEMAP_STATE_SOURCE_LOST = 3, /* the source is gone; the recorder may still find it again */
    TAPEMAP_STATE_ENDED = 4,       /* nothing will be published, unless a file is resumed */
    TAPEMAP_STATE_WAITING = 5,     /* the disk is full; the recorder goes on when there is room */
    TAPEMAP_STATE_PAUSED = 6,      /* somebody paused it; the head stands still until it goes on */
};

enum tapemap_reason {
    TAPEMAP_REASON_NONE = 0,         /* not ended */
    TAPEMAP_REASON_REQUESTED = 1,    /* somebody stopped it */
    TAPEMAP_REASON_DURATION = 2,     /* the length asked for is recorded */
    TAPEMAP_REASON_SOURCE_ENDED = 3, /* the file or stream that was recorded is at its end */
    TAPEMAP_REASON_CAPACITY = 4,     /* the tape is full */
    TAPEMAP_REASON_COMMIT_LIMIT = 5, /* no more memory could be committed */
    TAPEMAP_REASON_DISK_FULL = 6,    /* no more disk could be allocated */
    TAPEMAP_REASON_SOURCE_LOST = 7,  /* the source went away and was not found again */
    TAPEMAP_REASON_FAILURE = 8,      /* reason_text says what */
    TAPEMAP_REASON_ROTATED = 9,      /* the deck goes on, without a seam, on next_tape_id */
};

/* Bits of tapemap_control.warnings: recording goes on, but somebody should look. */
#define TAPEMAP_WARNING_SILENT_INPUT 1u /* nothing but zeros, where there was sound before */
#define TAPEMAP_WARNING_FALLBACK 2u     /* recorded from the fallback source */

/*
 * The control block of a tape. Three groups, so that the thread that appends shares no cache
 * line with anybody else's writes (128 bytes apart: adjacent lines are fetched in pairs).
 */
struct tapemap_control {
    struct tapemap_shared_u64 magic; /* [create] TAPEMAP_TAPE_MAGIC, stored last */
    uint64_t signature;              /* [create] TAPEMAP_LAYOUT_SIGNATURE */
    uint64_t tape_id;                /* [create] never 0 */
    uint64_t created_utc_ns;         /* [create] nanoseconds since 1970-01-01T00:00:00Z */
    uint64_t clock_hz;               /* [create] ticks per second of every clock field (QPC) */
    uint64_t section_bytes;          /* [create] length of the audio section, at generation 0 */
    uint64_t index_bytes;            /* [create] length of the index section */
    uint64_t data_offset;            /* [create] TAPEMAP_DATA_OFFSET */
    uint64_t capacity_frames;        /* [create] frames it has room for; a ring wraps here */
    uint64_t input_latency_ns;       /* [create] what the source says; 0 when unknown */
    uint32_t sample_format;          /* [create] enum tapemap_sample_format */
    uint32_t channels;               /* [create] 1 .. TAPEMAP_MAX_CHANNELS */
    uint32_t sample_rate_hz;         /* [create] 1 .. TAPEMAP_MAX_RATE_HZ */
    uint32_t frame_bytes;            /* [create] channels * bytes of a sample */
    uint32_t flags;                  /* [create] TAPEMAP_FLAG_* */
    uint32_t writer_pid;             /* [create] the recorder's process id; set by a resume too */
    char deck_name[TAPEMAP_NAME_BYTES]; /* [create] UTF-8, zero-padded */
    char source[256];                   /* [create] UTF-8: what is recorded */
    uint64_t kept_frames; /* [create] frames that stay readable: capacity_frames, less in a ring */
    uint8_t reserved0[80];

    struct tapemap_shared_u64 head;       /* [audio] frames published; never decreases */
    struct tapemap_shared_u64 head_clock; /* [audio] clock at the newest append; relaxed */
    struct tapemap_shared_u64 silence_position; /* [audio] of the newest silence; relaxed */
    struct tapemap_shared_u64 silence_frames;   /* [audio] its length; relaxed, before its head */
    uint8_t reserved1[96];

    struct tapemap_shared_u64 committed_bytes; /* [keeper, or append] bytes that are real */
    struct tapemap_shared_u64 oldest_frame;    /* [keeper] frames before it may be overwritten */
    struct tapemap_shared_u64 generation;      /* [keeper] of the section's name; 0 at first */
    struct tapemap_shared_u64 durable_frames;  /* [flush] safe from a power cut; 0 in memory */
    struct tapemap_shared_u64 heartbeat_clock; /* [keeper] clock at the newest tick; relaxed */
    struct tapemap_shared_u64 wake_count;      /* [keeper] wake-ups of waiting readers so far */
    struct tapemap_shared_u64 state;           /* [keeper] enum tapemap_state, after reason */
    struct tapemap_shared_u64 reason;          /* [keeper] enum tapemap_reason, after its text */
    struct tapemap_shared_u64 gap_count;       /* [keeper] gaps journalled */
    struct tapemap_shared_u64 gap_frames;      /* [keeper] frames of silence in those gaps */
    struct tapemap_shared_u64 overflow_count;  /* [keeper] overflow flags of the source */
    struct tapemap_shared_u64 grown_bytes;     /* [keeper] length now; before generation */
    struct tapemap_shared_u64 index_offset;    /* [finish] of the index in it; 0: elsewhere */
    struct tapemap_shared_u64 index_length;    /* [finish] of that index; stored first */
    struct tapemap_shared_u64 resume_count;    /* [keeper] times a recorder went on with it */
    struct tapemap_shared_u64 gap_open_frames; /* [keeper] of gap_frames, not yet journalled */
    char reason_text[256]; /* [keeper] UTF-8, written once, before reason */

    /* The series of tapes that a deck fills one after another. A tape is begun before it can be
       found, so [begin] is for readers as good as [create]. */
    uint64_t previous_tape_id; /* [begin] whose last frame comes right before frame 0; 0: none */
    uint64_t series_position;  /* [begin] frames of all tapes before it that join without a seam */
    uint8_t reserved3[112];
    struct tapemap_shared_u64 next_tape_id; /* [keeper] goes on without a seam; before reason */
    struct tapemap_shared_u64 reader_count; /* [keeper] programs that have it open; relaxed */
    struct tapemap_shared_u64 warnings;     /* [keeper] TAPEMAP_WARNING_*; relaxed */
    uint8_t reserved4[104];
    char file_path[1024]; /* [begin] UTF-8, of the file when recorded; empty: none, or too long */
    char next_path[1024]; /* [keeper] that of next_tape_id, before it */
};

/* A part of the index section that grows from its beginning. */
struct tapemap_region {
    uint64_t offset;                           /* [create] in the section, 65536-aligned */
    uint64_t bytes;                            /* [create] reserved for it */
    uint64_t capacity;                         /* [create] items that fit; item i at i % capacity */
    struct tapemap_shared_u64 committed_bytes; /* [keeper] real, from its beginning */
};

#define TAPEMAP_LEVELS 8u
#define TAPEMAP_LEVEL0_FRAMES 256u /* frames of one cell of level 0 */
#define TAPEMAP_LEVEL_FACTOR 16u   /* cells of a level in one cell of the next */

/*
 * The extremes of one channel over a cell's frames, as samples at full scale 1. A cell is
 * `channels` of these, one after another. Cells are published whole: level n holds
 * peaks_frames / (TAPEMAP_LEVEL0_FRAMES * TAPEMAP_LEVEL_FACTOR^n) of them.
 */
struct tapemap_peak {
    float min;
    float max;
    float sum_squares;
};

enum tapemap_record_kind {
    TAPEMAP_RECORD_STATE = 1,    /* detail: enum tapemap_state; text: why */
    TAPEMAP_RECORD_ANCHOR = 2,   /* position, clock and UTC taken together */
    TAPEMAP_RECORD_GAP = 3,      /* silence for `frames` lost frames starts at `position` */
    TAPEMAP_RECORD_OVERFLOW = 4, /* the source says input was lost before `position` */
    TAPEMAP_RECORD_MARK = 5,     /* text: its label */
    TAPEMAP_RECORD_SOURCE = 6,   /* the source was lost or found; text: what happened */
    TAPEMAP_RECORD_WARNING = 7,  /* detail: the warnings that hold from now on; text: why */
};

/* One journal entry. Sequence numbers count from 0; record i lies in slot i % capacity. */
struct tapemap_record {
    uint64_t sequence;
    uint64_t position; /* frame */
    uint64_t frames;   /* length, for a gap; else 0 */
    uint64_t noticed;  /* gap: the position at which the loss first showed; else = position */
    uint64_t clock;    /* ticks: anchor: when `position` was the head; else when it was written */
    uint64_t utc_ns;   /* nanoseconds since 1970, at `clock` */
    uint32_t kind;     /* enum tapemap_record_kind */
    uint32_t detail;
    char text[72]; /* UTF-8, zero-terminated */
};

struct tapemap_index {
    struct tapemap_shared_u64 magic; /* [create] TAPEMAP_INDEX_MAGIC, stored last */
    uint64_t signature;              /* [create] TAPEMAP_LAYOUT_SIGNATURE */
    uint64_t tape_id;                /* [create] that of the audio section */
    uint64_t section_bytes;          /* [create] length of the index section */
    uint32_t channels;               /* [create] peaks per cell */
    uint32_t level_count;            /* [create] TAPEMAP_LEVELS */
    uint8_t reserved0[88];

    struct tapemap_shared_u64 journal_head;   /* [keeper] records published */
    struct tapemap_shared_u64 journal_oldest; /* [keeper] records before it may be overwritten */
    struct tapemap_shared_u64 peaks_frames;   /* [keeper] frames that the peaks cover */
    uint8_t reserved1[104];

    struct tapemap_region journal;
    struct tapemap_region levels[TAPEMAP_LEVELS];
};

#define TAPEMAP_CATALOGUE_SLOTS 64u

/* Written under the mutex "tapemap.catalogue.lock"; read by a version check on both sides. */
struct tapemap_catalogue_slot {
    struct tapemap_shared_u64 version; /* odd while the slot is being written */
    struct tapemap_shared_u64 tape_id; /* 0: the slot is free; relaxed */
    struct tapemap_shared_u64 pid;     /* the recorder; 0: the deck has a newer tape; relaxed */
    struct tapemap_shared_u64 name[TAPEMAP_NAME_BYTES / 8]; /* deck's name as bytes; relaxed */
    uint8_t reserved[40];
};

struct tapemap_catalogue {
    struct tapemap_shared_u64 magic; /* TAPEMAP_CATALOGUE_MAGIC, stored last by its creator */
    uint64_t signature;
    uint8_t reserved[112];
    struct tapemap_catalogue_slot slots[TAPEMAP_CATALOGUE_SLOTS];
};

#define TAPEMAP_AT(type, field, expected) \
    static_assert(offsetof(struct type, field) == (expected), #type "." #field " has moved")
#define TAPEMAP_SIZE(type, expected) \
    static_assert(sizeof(struct type) == (expected), #type " has changed its size")

TAPEMAP_SIZE(tapemap_shared_u64, 8);
TAPEMAP_AT(tapemap_control, magic, 0);
TAPEMAP_AT(tapemap_control, signature, 8);
TAPEMAP_AT(tapemap_control, tape_id, 16);
TAPEMAP_AT(tapemap_control, created_utc_ns, 24);
TAPEMAP_AT(tapemap_control, clock_hz, 32);
TAPEMAP_AT(tapemap_control, section_bytes, 40);
TAPEMAP_AT(tapemap_control, index_bytes, 48);
TAPEMAP_AT(tapemap_control, data_offset, 56);
TAPEMAP_AT(tapemap_control, capacity_frames, 64);
TAPEMAP_AT(tapemap_control, input_latency_ns, 72);
TAPEMAP_AT(tapemap_control, sample_format, 80);
TAPEMAP_AT(tapemap_control, channels, 84);
TAPEMAP_AT(tapemap_control, sample_rate_hz, 88);
TAPEMAP_AT(tapemap_control, frame_bytes, 92);
TAPEMAP_AT(tapemap_control, flags, 96);
TAPEMAP_AT(tapemap_control, writer_pid, 100);
TAPEMAP_AT(tapemap_control, deck_name, 104);
TAPEMAP_AT(tapemap_control, source, 168);
TAPEMAP_AT(tapemap_control, kept_frames, 424);
TAPEMAP_AT(tapemap_control, head, 512);
TAPEMAP_AT(tapemap_control, head_clock, 520);
TAPEMAP_AT(tapemap_control, silence_position, 528);
TAPEMAP_AT(tapemap_control, silence_frames, 536);
TAPEMAP_AT(tapemap_control, committed_bytes, 640);
TAPEMAP_AT(tapemap_control, oldest_frame, 648);
TAPEMAP_AT(tapemap_control, generation, 656);
TAPEMAP_AT(tapemap_control, durable_frames, 664);
TAPEMAP_AT(tapemap_control, heartbeat_clock, 672);
TAPEMAP_AT(tapemap_control, wake_count, 680);
TAPEMAP_AT(tapemap_control, state, 688);
TAPEMAP_AT(tapemap_control, reason, 696);
TAPEMAP_AT(tapemap_control, gap_count, 704);
TAPEMAP_AT(tapemap_control, gap_frames, 712);
TAPEMAP_AT(tapemap_control, overflow_count, 720);
TAPEMAP_AT(tapemap_control, grown_bytes, 728);
TAPEMAP_AT(tapemap_control, index_offset, 736);
TAPEMAP_AT(tapemap_control, index_length, 744);
TAPEMAP_AT(tapemap_control, resume_count, 752);
TAPEMAP_AT(tapemap_control, gap_open_frames, 760);
TAPEMAP_AT(tapemap_control, reason_text, 768);
TAPEMAP_AT(tapemap_control, previous_tape_id, 1024);
TAPEMAP_AT(tapemap_control, series_position, 1032);
TAPEMAP_AT(tapemap_control, next_tape_id, 1152);
TAPEMAP_AT(tapemap_control, reader_count, 1160);
TAPEMAP_AT(tapemap_control, warnings, 1168);
TAPEMAP_AT(tapemap_control, file_path, 1280);
TAPEMAP_AT(tapemap_control, next_path, 2304);
TAPEMAP_SIZE(tapemap_control, 3328);
TAPEMAP_AT(tapemap_region, offset, 0);
TAPEMAP_AT(tapemap_region, bytes, 8);
TAPEMAP_AT(tapemap_region, capacity, 16);
TAPEMAP_AT(tapemap_region, committed_bytes, 24);
TAPEMAP_SIZE(tapemap_region, 32);
TAPEMAP_AT(tapemap_peak, max, 4);
TAPEMAP_AT(tapemap_peak, sum_squares, 8);
TAPEMAP_SIZE(tapemap_peak, 12);
TAPEMAP_AT(tapemap_record, sequence, 0);
TAPEMAP_AT(tapemap_record, position, 8);
TAPEMAP_AT(tapemap_record, frames, 16);
TAPEMAP_AT(tapemap_record, noticed, 24);
TAPEMAP_AT(tapemap_record, clock, 32);
TAPEMAP_AT(tapemap_record, utc_ns, 40);
TAPEMAP_AT(tapemap_record, kind, 48);
TAPEMAP_AT(tapemap_record, detail, 52);
TAPEMAP_AT(tapemap_record, text, 56);
TAPEMAP_SIZE(tapemap_record, 128);
TAPEMAP_AT(tapemap_index, signature, 8);
TAPEMAP_AT(tapemap_index, tape_id, 16);
TAPEMAP_AT(tapemap_index, section_bytes, 24);
TAPEMAP_AT(tapemap_index, channels, 32);
TAPEMAP_AT(tapemap_index, level_count, 36);
TAPEMAP_AT(tapemap_index, journal_head, 128);
TAPEMAP_AT(tapemap_index, journal_oldest, 136);
TAPEMAP_AT(tapemap_index, peaks_frames, 144);
TAPEMAP_AT(tapemap_index, journal, 256);
TAPEMAP_AT(tapemap_index, levels, 288);
TAPEMAP_SIZE(tapemap_index, 544);
TAPEMAP_AT(tapemap_catalogue_slot, tape_id, 8);
TAPEMAP_AT(tapemap_catalogue_slot, pid, 16);
TAPEMAP_AT(tapemap_catalogue_slot, name, 24);
TAPEMAP_SIZE(tapemap_catalogue_slot, 128);
TAPEMAP_AT(tapemap_catalogue, slots, 128);
TAPEMAP_SIZE(tapemap_catalogue, 128 + 64 * 128);

/*
 * What a reader compares before it looks at anything else: it changes with every change of the
 * structures above. The low 16 bits count incompatible changes of meaning that sizes do not show.
 */
#define TAPEMAP_LAYOUT_VERSION 5u
#define TAPEMAP_LAYOUT_SIGNATURE                                                               \
    (((uint64_t)sizeof(struct tapemap_control) << 48) ^                                        \
     ((uint64_t)offsetof(struct tapemap_control, head) << 40) ^                                \
     ((uint64_t)sizeof(struct tapemap_index) << 32) ^                                          \
     ((uint64_t)sizeof(struct tapemap_record) << 24) ^                                         \
     ((uint64_t)sizeof(struct tapemap_catalogue_slot) << 20) ^                                 \
     ((uint64_t)sizeof(struct tapemap_peak) << 16) ^ TAPEMAP_LAYOUT_VERSION)

#endif
