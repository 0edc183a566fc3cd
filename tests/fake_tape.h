/* SPDX-License-Identifier: MIT */
/*
 * A tape made by hand, and the recorder's side of it played step by step. Both sections are
 * temporary files; every view is a mapping of its own, read-only, between guard pages. A reader
 * that leaves its window, keeps a pointer too long or writes anything dies at once.
 */
#ifndef TAPEMAP_FAKE_TAPE_H
#define TAPEMAP_FAKE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"
#include "tapemap/layout.h"

#define FAKE_CLOCK_HZ 10000000u
#define FAKE_TAPE_ID 0x00C0FFEE12345678u

struct fake_config {
    enum tapemap_sample_format format;
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint64_t capacity_frames;
    bool is_ring;
    bool is_file;              /* a section of first_bytes, which grows by fake_tape_grow */
    uint64_t first_bytes;
    uint64_t journal_capacity; /* 0: 1024 */
    uint64_t span_bytes;       /* of every window; 0: two granules */
};

struct fake_section {
    int file;
    uint64_t bytes;
    uint64_t opened;       /* how much of it the reader's handle covers */
    unsigned char *memory; /* the recorder's own view of all of it */
    unsigned maps;         /* views made so far */
    unsigned mapped;       /* views alive */
    enum tapemap_status refuse; /* what map answers from now on; OK: it maps */
};

struct fake_tape {
    struct fake_config config;
    struct fake_section audio;
    struct fake_section index;
    struct tapemap_control *control;
    struct tapemap_index *header;
    /* Called in every map of the section: the moment at which a test lets the recorder go on
       between a reader's check and its use. */
    void (*on_map)(struct fake_tape *tape);
    void (*on_index_map)(struct fake_tape *tape);
    uint64_t generation;       /* whose name exists */
    uint64_t generation_bytes; /* and how long its section is */
    void (*on_renew)(struct fake_tape *tape); /* before the reader's open is answered */
    unsigned renewals;                        /* so many were asked for */
};

void fake_tape_create(struct fake_tape *tape, const struct fake_config *config);
void fake_tape_destroy(struct fake_tape *tape);

/* What reader_open wants; the lengths are left for the reader to prove. */
struct reader_config fake_tape_reader_config(struct fake_tape *tape);

/* Records `frames` frames of the ramp: in a ring, retires what it overwrites first. */
void fake_tape_append(struct fake_tape *tape, uint64_t frames);

/* Makes the next generation of a file, `bytes` long, and commits all of it. */
void fake_tape_grow(struct fake_tape *tape, uint64_t bytes);

/* Publishes all whole cells below `frames`; to be called at least once per turn of a ring. */
void fake_tape_feed_peaks(struct fake_tape *tape, uint64_t frames);

/* Enters a record; its sequence number is set. */
void fake_tape_journal(struct fake_tape *tape, const struct tapemap_record *record);

/* The frame at `position` as the recorder wrote it: frame_bytes bytes. */
void fake_frame(const struct fake_config *config, uint64_t position, void *frame);

#endif
