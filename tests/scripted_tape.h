/* SPDX-License-Identifier: MIT */
/* A tape on two guard stores with a scripted clock: what the engine's tests drive. */
#ifndef TAPEMAP_SCRIPTED_TAPE_H
#define TAPEMAP_SCRIPTED_TAPE_H

#include "deck.h"

#define SCRIPT_CLOCK_HZ 10000000u /* as QPC on Windows */
#define SCRIPT_RATE_HZ 48000u
#define SCRIPT_START_UTC_NS 1795251780000000000u

struct scripted_tape {
    struct deck_config config;
    struct store *audio;
    struct store *index;
    struct deck *deck;
    struct instant now;
    bool is_written; /* a file's audio, by the store */
};

/* Fills a configuration: s16 stereo at 48 kHz, windows of 128 KiB; change it, then open. */
void script_prepare(struct scripted_tape *script, uint64_t capacity_frames, bool is_ring);
/* The same for a device, whose deck keeps time by the clock; windows of 16 MiB. */
void script_prepare_device(struct scripted_tape *script, uint64_t capacity_frames);
/* A tape with is_file gets stores that play files. */
void script_open(struct scripted_tape *script);

/* Goes on with what `died` would leave behind now; *script is filled, `died` goes on too. The
   clocks are those of `died`; config is as script_prepare made that of `died`, with `is_clocked`
   and so on, but for what the tape itself says. */
void script_resume(struct scripted_tape *script, const struct scripted_tape *died);
void script_close(struct scripted_tape *script);

/* Lets time pass. */
void script_advance_ms(struct scripted_tape *script, uint32_t ms);

/* The `count` frames of the ramp from position `from` on, in the tape's format. */
void script_make_ramp(const struct scripted_tape *script, uint64_t from, size_t count,
                      void *frames);

/* Appends `count` frames of the ramp from the head on; returns how many were taken. */
size_t script_append_ramp(struct scripted_tape *script, size_t count);

/* Appends ramp frames `count` at a time, a tick after each, until the head is `head` or the deck
   wants to end. */
void script_record_to(struct scripted_tape *script, uint64_t head, size_t count);

const struct tapemap_control *script_control(const struct scripted_tape *script);
uint64_t script_head(const struct scripted_tape *script);

/* Fails the test unless every frame in [from, to) is the ramp; read through reader's views, so
   that an uncommitted page faults. */
void script_verify_ramp(struct scripted_tape *script, uint64_t from, uint64_t to);

/* The same for silence. */
void script_verify_silence(struct scripted_tape *script, uint64_t from, uint64_t to);

/* Fails the test unless the peaks cover all frames, and are those of the frames. */
void script_verify_peaks(struct scripted_tape *script);

/* Copies journal record `sequence`. */
struct tapemap_record script_record(struct scripted_tape *script, uint64_t sequence);

uint64_t script_records(struct scripted_tape *script);

/* The newest record of a kind; fails the test when there is none. */
struct tapemap_record script_last_record(struct scripted_tape *script,
                                         enum tapemap_record_kind kind);
unsigned script_count_records(struct scripted_tape *script, enum tapemap_record_kind kind);

#endif
