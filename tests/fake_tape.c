/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memfd_create */

#include "fake_tape.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "atomic64.h"
#include "pcm.h"
#include "pcm_peaks.h"
#include "tapemap/ramp.h"

#define GUARD_BYTES 65536u

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + TAPEMAP_GRANULE_BYTES - 1) / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
}

static uint32_t fake_frame_bytes(const struct fake_config *config)
{
    return config->channels * pcm_sample_bytes(config->format);
}

/* ---- sections ---- */

static void section_create(struct fake_section *section, uint64_t bytes)
{
    *section = (struct fake_section){
        .file = memfd_create("section", 0), .bytes = bytes, .opened = bytes};
    assert_true(section->file >= 0);
    assert_int_equal(ftruncate(section->file, (off_t)bytes), 0);
    section->memory =
        mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, section->file, 0);
    assert_true(section->memory != MAP_FAILED);
}

static void section_destroy(struct fake_section *section)
{
    assert_int_equal(section->mapped, 0);
    munmap(section->memory, (size_t)section->bytes);
    close(section->file);
}

static enum tapemap_status section_map(struct fake_section *section, uint64_t offset, size_t bytes,
                                       const void **view)
{
    assert_int_equal(offset % TAPEMAP_GRANULE_BYTES, 0);
    assert_true(bytes > 0);
    if (section->refuse)
        return section->refuse;
    if (offset > section->opened || bytes > section->opened - offset)
        return TAPEMAP_E_SYSTEM;
    unsigned char *guard = mmap(NULL, bytes + 2 * GUARD_BYTES, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true((void *)guard != MAP_FAILED);
    void *mapped = mmap(guard + GUARD_BYTES, bytes, PROT_READ, MAP_SHARED | MAP_FIXED,
                        section->file, (off_t)offset);
    assert_true(mapped != MAP_FAILED);
    section->maps++;
    section->mapped++;
    *view = mapped;
    return TAPEMAP_OK;
}

static void section_unmap(struct fake_section *section, const void *view, size_t bytes)
{
    unsigned char *guard = (unsigned char *)(uintptr_t)view - GUARD_BYTES;

    assert_true(section->mapped > 0);
    section->mapped--;
    assert_int_equal(munmap(guard, bytes + 2 * GUARD_BYTES), 0);
}

static enum tapemap_status audio_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    struct fake_tape *tape = context;
    enum tapemap_status status = section_map(&tape->audio, offset, bytes, view);

    if (status == TAPEMAP_OK && tape->on_map)
        tape->on_map(tape);
    return status;
}

static void audio_unmap(void *context, const void *view, size_t bytes)
{
    struct fake_tape *tape = context;
    section_unmap(&tape->audio, view, bytes);
}

/* Only the newest generation has a name, as long as its recorder lives. */
static enum tapemap_status audio_renew(void *context, uint64_t generation, uint64_t bytes)
{
    struct fake_tape *tape = context;

    (void)bytes;
    tape->renewals++;
    if (tape->on_renew)
        tape->on_renew(tape);
    if (generation != tape->generation)
        return TAPEMAP_E_NO_TAPE;
    tape->audio.opened = tape->generation_bytes;
    return TAPEMAP_OK;
}

static enum tapemap_status index_map(void *context, uint64_t offset, size_t bytes,
                                     const void **view)
{
    struct fake_tape *tape = context;
    enum tapemap_status status = section_map(&tape->index, offset, bytes, view);

    if (status == TAPEMAP_OK && tape->on_index_map)
        tape->on_index_map(tape);
    return status;
}

static void index_unmap(void *context, const void *view, size_t bytes)
{
    struct fake_tape *tape = context;
    section_unmap(&tape->index, view, bytes);
}

struct reader_config fake_tape_reader_config(struct fake_tape *tape)
{
    uint64_t span = tape->config.span_bytes ? tape->config.span_bytes : 2 * TAPEMAP_GRANULE_BYTES;

    return (struct reader_config){
        .audio = {audio_map, audio_unmap, tape, 0, audio_renew},
        .index = {index_map, index_unmap, tape, 0, NULL},
        .audio_span_bytes = span,
        .index_span_bytes = span,
    };
}

/* ---- creation ---- */

static uint64_t level_frames_of(uint32_t level)
{
    return (uint64_t)TAPEMAP_LEVEL0_FRAMES << (4 * level);
}

static uint64_t region_init(struct tapemap_region *region, uint64_t offset, uint64_t capacity,
                            uint64_t item_bytes)
{
    region->offset = offset;
    region->capacity = capacity;
    region->bytes = round_up(capacity * item_bytes);
    store_release_u64(&region->committed_bytes, region->bytes);
    return offset + region->bytes;
}

/* Lays the regions out in *header and returns the length of the section. */
static uint64_t index_init(struct tapemap_index *header, const struct fake_config *config)
{
    uint64_t cell_bytes = config->channels * sizeof(struct tapemap_peak);
    uint64_t records = config->journal_capacity ? config->journal_capacity : 1024;
    uint64_t end = region_init(&header->journal, TAPEMAP_GRANULE_BYTES, records,
                               sizeof(struct tapemap_record));

    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++) {
        uint64_t cells = config->capacity_frames / level_frames_of(level) + 2;
        end = region_init(&header->levels[level], end, cells, cell_bytes);
    }
    header->signature = TAPEMAP_LAYOUT_SIGNATURE;
    header->tape_id = FAKE_TAPE_ID;
    header->section_bytes = end;
    header->channels = config->channels;
    header->level_count = TAPEMAP_LEVELS;
    return end;
}

static void control_init(struct fake_tape *tape)
{
    struct tapemap_control *control = tape->control;
    const struct fake_config *config = &tape->config;

    control->signature = TAPEMAP_LAYOUT_SIGNATURE;
    control->tape_id = FAKE_TAPE_ID;
    control->created_utc_ns = 1700000000000000000u;
    control->clock_hz = FAKE_CLOCK_HZ;
    control->section_bytes = tape->audio.opened;
    control->grown_bytes.raw = tape->audio.opened;
    control->index_bytes = tape->index.bytes;
    control->data_offset = TAPEMAP_DATA_OFFSET;
    control->capacity_frames = config->capacity_frames;
    control->kept_frames = config->capacity_frames;
    control->sample_format = (uint32_t)config->format;
    control->channels = config->channels;
    control->sample_rate_hz = config->sample_rate_hz;
    control->frame_bytes = fake_frame_bytes(config);
    control->flags = (config->is_ring ? TAPEMAP_FLAG_RING : 0) |
                     (config->is_file ? TAPEMAP_FLAG_FILE : 0);
    control->writer_pid = 4711;
    snprintf(control->deck_name, sizeof control->deck_name, "fake");
    snprintf(control->source, sizeof control->source, "tone:ramp");
    store_release_u64(&control->committed_bytes, tape->audio.opened);
    store_release_u64(&control->state, TAPEMAP_STATE_RECORDING);
}

void fake_tape_create(struct fake_tape *tape, const struct fake_config *config)
{
    struct tapemap_index layout = {0};
    uint64_t audio_bytes = TAPEMAP_DATA_OFFSET + config->capacity_frames * fake_frame_bytes(config);

    *tape = (struct fake_tape){.config = *config};
    section_create(&tape->audio, round_up(audio_bytes));
    if (config->is_file)
        tape->audio.opened = config->first_bytes;
    tape->generation_bytes = tape->audio.opened;
    section_create(&tape->index, index_init(&layout, config));
    tape->control = (struct tapemap_control *)(void *)(tape->audio.memory + TAPEMAP_CONTROL_OFFSET);
    tape->header = (struct tapemap_index *)(void *)tape->index.memory;
    *tape->header = layout;
    control_init(tape);
    store_release_u64(&tape->header->magic, TAPEMAP_INDEX_MAGIC);
    store_release_u64(&tape->control->magic, TAPEMAP_TAPE_MAGIC);
}

void fake_tape_destroy(struct fake_tape *tape)
{
    section_destroy(&tape->audio);
    section_destroy(&tape->index);
}

/* ---- recording ---- */

void fake_frame(const struct fake_config *config, uint64_t position, void *frame)
{
    int32_t samples[TAPEMAP_MAX_CHANNELS];

    for (uint32_t channel = 0; channel < config->channels; channel++)
        samples[channel] = tapemap_ramp_sample(channel, position) * 256;
    pcm_from_s32(config->format, samples, config->channels, frame);
}

static unsigned char *frame_at(const struct fake_tape *tape, uint64_t position)
{
    return tape->audio.memory + TAPEMAP_DATA_OFFSET +
           position % tape->config.capacity_frames * fake_frame_bytes(&tape->config);
}

void fake_tape_append(struct fake_tape *tape, uint64_t frames)
{
    uint64_t head = load_relaxed_u64(&tape->control->head);
    uint64_t end = head + frames;
    uint64_t capacity = tape->config.capacity_frames;

    assert_true(tape->config.is_ring || end <= capacity);
    if (tape->config.is_file)
        assert_true(TAPEMAP_DATA_OFFSET + end * fake_frame_bytes(&tape->config) <=
                    load_relaxed_u64(&tape->control->committed_bytes));
    if (end > capacity)
        store_release_u64(&tape->control->oldest_frame, end - capacity);
    for (uint64_t position = head; position < end; position++)
        fake_frame(&tape->config, position, frame_at(tape, position));
    store_release_u64(&tape->control->head, end);
}

void fake_tape_grow(struct fake_tape *tape, uint64_t bytes)
{
    assert_true(tape->config.is_file && bytes <= tape->audio.bytes);
    tape->generation++;
    tape->generation_bytes = bytes;
    store_release_u64(&tape->control->grown_bytes, bytes);
    store_release_u64(&tape->control->generation, tape->generation);
    store_release_u64(&tape->control->committed_bytes, bytes);
}

static struct tapemap_peak *cell_at(const struct fake_tape *tape, uint32_t level, uint64_t cell)
{
    const struct tapemap_region *region = &tape->header->levels[level];
    uint64_t bytes = tape->config.channels * sizeof(struct tapemap_peak);

    return (struct tapemap_peak *)(void *)(tape->index.memory + region->offset +
                                           cell % region->capacity * bytes);
}

static void write_cell(struct fake_tape *tape, uint32_t level, uint64_t cell)
{
    struct tapemap_peak sum[TAPEMAP_MAX_CHANNELS];
    struct tapemap_peak part[TAPEMAP_MAX_CHANNELS];
    uint32_t channels = tape->config.channels;

    pcm_peaks_clear(sum, channels);
    if (level > 0) {
        for (uint64_t i = 0; i < TAPEMAP_LEVEL_FACTOR; i++)
            pcm_peaks_merge(sum, cell_at(tape, level - 1, cell * TAPEMAP_LEVEL_FACTOR + i),
                            channels);
    } else {
        for (uint64_t i = 0; i < TAPEMAP_LEVEL0_FRAMES; i++) {
            pcm_peaks(tape->config.format, frame_at(tape, cell * TAPEMAP_LEVEL0_FRAMES + i), 1,
                      channels, part);
            pcm_peaks_merge(sum, part, channels);
        }
    }
    memcpy(cell_at(tape, level, cell), sum, channels * sizeof sum[0]);
}

void fake_tape_feed_peaks(struct fake_tape *tape, uint64_t frames)
{
    uint64_t covered = load_relaxed_u64(&tape->header->peaks_frames);

    while (covered + TAPEMAP_LEVEL0_FRAMES <= frames) {
        covered += TAPEMAP_LEVEL0_FRAMES;
        for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++) {
            if (covered % level_frames_of(level) == 0)
                write_cell(tape, level, covered / level_frames_of(level) - 1);
        }
    }
    store_release_u64(&tape->header->peaks_frames, covered);
}

void fake_tape_journal(struct fake_tape *tape, const struct tapemap_record *record)
{
    const struct tapemap_region *region = &tape->header->journal;
    uint64_t head = load_relaxed_u64(&tape->header->journal_head);
    struct tapemap_record *slot =
        (struct tapemap_record *)(void *)(tape->index.memory + region->offset) +
        head % region->capacity;

    if (head >= region->capacity)
        store_release_u64(&tape->header->journal_oldest, head + 1 - region->capacity);
    *slot = *record;
    slot->sequence = head;
    store_release_u64(&tape->header->journal_head, head + 1);
}
