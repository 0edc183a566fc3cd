/* SPDX-License-Identifier: MIT */
#include "level_meter.h"

#include "atomic64.h"
#include "pcm_peaks.h"

/* Bounds the view, and the work, for many channels at a high rate. */
#define LEVEL_METER_MAX_BYTES 1048576u

/* The newest frames that lie together: their number, and where the first is in the section. */
static uint64_t level_meter_run(const struct tapemap_control *control, uint64_t *offset)
{
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t frames = control->sample_rate_hz / 5u + 1u;
    uint64_t end = head % control->capacity_frames;

    if (head == 0)
        return 0;
    if (end == 0)
        end = control->capacity_frames;
    if (frames > LEVEL_METER_MAX_BYTES / control->frame_bytes)
        frames = LEVEL_METER_MAX_BYTES / control->frame_bytes;
    if (frames > end)
        frames = end;
    *offset = control->data_offset + (end - frames) * control->frame_bytes;
    return frames;
}

uint32_t level_meter_read(struct store *audio, const struct tapemap_control *control, float *peaks,
                          uint32_t room)
{
    struct tapemap_peak found[TAPEMAP_MAX_CHANNELS];
    uint32_t measured = control->channels < room ? control->channels : room;
    uint64_t offset = 0;
    uint64_t frames = level_meter_run(control, &offset);
    uint64_t skipped = offset % TAPEMAP_GRANULE_BYTES;
    uint64_t bytes = skipped + frames * control->frame_bytes;
    void *view;

    if (frames == 0)
        return 0;
    bytes += (TAPEMAP_GRANULE_BYTES - bytes % TAPEMAP_GRANULE_BYTES) % TAPEMAP_GRANULE_BYTES;
    if (store_map(audio, offset - skipped, (size_t)bytes, &view) != TAPEMAP_OK)
        return 0;
    pcm_peaks((enum tapemap_sample_format)control->sample_format,
              (const unsigned char *)view + skipped, (size_t)frames, control->channels, found);
    store_unmap(audio, view, (size_t)bytes);
    for (uint32_t i = 0; i < measured; i++)
        peaks[i] = found[i].max > -found[i].min ? found[i].max : -found[i].min;
    return measured;
}
