/* SPDX-License-Identifier: MIT */
#include "tape_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "pcm_peaks.h"
#include "tapemap/ramp.h"

#define CHANNELS 2u
#define RATE_HZ 48000u
#define CLOCK_HZ 10000000u
#define UTC_NS 1700000000000000000u
#define CELL_BYTES (CHANNELS * sizeof(struct tapemap_peak))
#define CAPACITY_FRAMES ((uint64_t)INT64_MAX / 8)

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + TAPEMAP_GRANULE_BYTES - 1) / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
}

static unsigned char *zeros(uint64_t bytes)
{
    unsigned char *made = calloc(1, (size_t)bytes);
    if (!made)
        abort();
    return made;
}

struct tapemap_control *tape_image_control(const struct tape_image *image)
{
    return (struct tapemap_control *)(void *)(image->audio + TAPEMAP_CONTROL_OFFSET);
}

struct tapemap_index *tape_image_index(const struct tape_image *image)
{
    return (struct tapemap_index *)(void *)image->index;
}

static void fill_control(const struct tape_image *image)
{
    struct tapemap_control *control = tape_image_control(image);

    control->signature = TAPEMAP_LAYOUT_SIGNATURE;
    control->tape_id = IMAGE_TAPE_ID;
    control->created_utc_ns = UTC_NS;
    control->clock_hz = CLOCK_HZ;
    control->section_bytes = image->audio_bytes;
    control->index_bytes = image->index_bytes;
    control->data_offset = TAPEMAP_DATA_OFFSET;
    control->capacity_frames = CAPACITY_FRAMES;
    control->kept_frames = CAPACITY_FRAMES;
    control->sample_format = TAPEMAP_S16;
    control->channels = CHANNELS;
    control->sample_rate_hz = RATE_HZ;
    control->frame_bytes = IMAGE_FRAME_BYTES;
    control->flags = TAPEMAP_FLAG_FILE;
    control->writer_pid = 4711;
    snprintf(control->deck_name, sizeof control->deck_name, "image");
    snprintf(control->source, sizeof control->source, "tone:ramp");
    store_release_u64(&control->head, image->frames);
    store_release_u64(&control->committed_bytes, image->audio_bytes);
    store_release_u64(&control->grown_bytes, image->audio_bytes);
    store_release_u64(&control->durable_frames, image->frames);
    store_release_u64(&control->resume_count, 1);
    store_release_u64(&control->heartbeat_clock, 1);
    store_release_u64(&control->gap_count, 1);
    store_release_u64(&control->gap_frames, 100);
    store_release_u64(&control->state, TAPEMAP_STATE_RECORDING);
    store_release_u64(&control->magic, TAPEMAP_TAPE_MAGIC);
}

static uint64_t level_frames(uint32_t level)
{
    return (uint64_t)TAPEMAP_LEVEL0_FRAMES << (4 * level);
}

static uint64_t fill_region(struct tapemap_region *region, uint64_t offset, uint64_t items,
                            uint64_t item_bytes)
{
    region->offset = offset;
    region->capacity = items > 0 ? items : 1;
    region->bytes = round_up(region->capacity * item_bytes);
    store_release_u64(&region->committed_bytes, region->bytes);
    return offset + region->bytes;
}

/* Regions no longer than what they hold. */
static uint64_t fill_index_head(struct tapemap_index *head, uint64_t frames)
{
    uint64_t end = fill_region(&head->journal, TAPEMAP_GRANULE_BYTES, IMAGE_RECORDS,
                               sizeof(struct tapemap_record));

    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++)
        end = fill_region(&head->levels[level], end, frames / level_frames(level), CELL_BYTES);
    head->signature = TAPEMAP_LAYOUT_SIGNATURE;
    head->tape_id = IMAGE_TAPE_ID;
    head->section_bytes = end;
    head->channels = CHANNELS;
    head->level_count = TAPEMAP_LEVELS;
    store_release_u64(&head->journal_head, IMAGE_RECORDS);
    store_release_u64(&head->peaks_frames, frames / TAPEMAP_LEVEL0_FRAMES * TAPEMAP_LEVEL0_FRAMES);
    store_release_u64(&head->magic, TAPEMAP_INDEX_MAGIC);
    return end;
}

static void fill_journal(const struct tape_image *image)
{
    struct tapemap_record *records =
        (void *)(image->index + tape_image_index(image)->journal.offset);
    uint64_t ticks = image->frames * CLOCK_HZ / RATE_HZ;
    uint64_t ns = image->frames * 1000000000u / RATE_HZ;

    records[0] = (struct tapemap_record){0, 0, 0, 0, 0, UTC_NS, TAPEMAP_RECORD_ANCHOR, 0, ""};
    records[1] = (struct tapemap_record){1, 50, 100, 40, 0, UTC_NS, TAPEMAP_RECORD_GAP, 0, ""};
    records[2] = (struct tapemap_record){2, 70, 0, 70, 0, UTC_NS, TAPEMAP_RECORD_MARK, 0, "here"};
    records[3] = (struct tapemap_record){
        3, image->frames, 0, image->frames, ticks, UTC_NS + ns, TAPEMAP_RECORD_ANCHOR, 0, "",
    };
}

static struct tapemap_peak *cell_at(const struct tape_image *image, uint32_t level, uint64_t cell)
{
    return (struct tapemap_peak *)(void *)(image->index +
                                           tape_image_index(image)->levels[level].offset +
                                           cell * CELL_BYTES);
}

static void fill_peaks(const struct tape_image *image)
{
    for (uint64_t cell = 0; cell < image->frames / TAPEMAP_LEVEL0_FRAMES; cell++)
        pcm_peaks(TAPEMAP_S16,
                  image->audio + TAPEMAP_DATA_OFFSET +
                      cell * TAPEMAP_LEVEL0_FRAMES * IMAGE_FRAME_BYTES,
                  TAPEMAP_LEVEL0_FRAMES, CHANNELS, cell_at(image, 0, cell));
    for (uint32_t level = 1; level < TAPEMAP_LEVELS; level++) {
        for (uint64_t cell = 0; cell < image->frames / level_frames(level); cell++) {
            pcm_peaks_clear(cell_at(image, level, cell), CHANNELS);
            for (uint64_t part = 0; part < TAPEMAP_LEVEL_FACTOR; part++)
                pcm_peaks_merge(cell_at(image, level, cell),
                                cell_at(image, level - 1, cell * TAPEMAP_LEVEL_FACTOR + part),
                                CHANNELS);
        }
    }
}

void tape_image_make(struct tape_image *image, uint64_t frames)
{
    struct tapemap_index head = {0};

    *image = (struct tape_image){.frames = frames};
    image->audio_bytes = round_up(TAPEMAP_DATA_OFFSET + frames * IMAGE_FRAME_BYTES) +
                         2 * TAPEMAP_GRANULE_BYTES;
    image->audio = zeros(image->audio_bytes);
    image->index_bytes = fill_index_head(&head, frames);
    image->index = zeros(image->index_bytes);
    memcpy(image->index, &head, sizeof head);
    int16_t *samples = (void *)(image->audio + TAPEMAP_DATA_OFFSET);
    for (uint64_t i = 0; i < frames * CHANNELS; i++)
        samples[i] = (int16_t)(tapemap_ramp_sample((uint32_t)(i % CHANNELS), i / CHANNELS) >> 8);
    fill_control(image);
    fill_journal(image);
    fill_peaks(image);
}

void tape_image_free(struct tape_image *image)
{
    free(image->audio);
    free(image->index);
    *image = (struct tape_image){0};
}

void tape_image_finish(struct tape_image *image)
{
    uint64_t offset = round_up(TAPEMAP_DATA_OFFSET + image->frames * IMAGE_FRAME_BYTES);
    unsigned char *whole = zeros(offset + image->index_bytes);
    struct tapemap_control *control;

    memcpy(whole, image->audio, (size_t)offset);
    memcpy(whole + offset, image->index, (size_t)image->index_bytes);
    free(image->audio);
    image->audio = whole;
    image->audio_bytes = offset + image->index_bytes;
    control = tape_image_control(image);
    /* What the recorder had was longer, and it had committed more than was left in the end. */
    control->index_bytes = image->index_bytes * 4;
    control->section_bytes = image->audio_bytes * 2;
    store_release_u64(&control->grown_bytes, control->section_bytes);
    store_release_u64(&control->committed_bytes, control->section_bytes);
    store_release_u64(&control->index_length, image->index_bytes);
    store_release_u64(&control->index_offset, offset);
    store_release_u64(&control->reason, TAPEMAP_REASON_REQUESTED);
    store_release_u64(&control->state, TAPEMAP_STATE_ENDED);
}
