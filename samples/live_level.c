/* SPDX-License-Identifier: MIT */
/*
 * Shows the level of the newest second, once a second, while the tape is recorded.
 *
 *     live_level DECK [LINES]
 *
 * Technique: wait for the head, then ask for peaks. They come from the pyramid that the recorder
 * keeps beside the audio, so a line costs the same for a second as for a day.
 *
 * Expect a line for each second, until the tape ends or LINES were shown:
 *     frame 48000: channel 1 peak -0.3 dB, rms -3.3 dB; channel 2 peak -0.3 dB, rms -3.3 dB
 */
#define SAMPLE "live_level"
#include "sample.h"

#include <math.h>

#define FLOOR_DB (-120.0)

static double decibel(double value)
{
    return value > 1e-6 ? 20 * log10(value) : FLOOR_DB;
}

static void print_level(const struct tapemap_info *info, const struct tapemap_peak *peaks,
                        uint64_t head, uint64_t frames)
{
    printf("frame %" PRIu64 ":", head);
    for (uint32_t channel = 0; channel < info->channels; channel++) {
        const struct tapemap_peak *peak = &peaks[channel];
        double highest = fmax(fabs((double)peak->min), fabs((double)peak->max));
        double rms = sqrt((double)peak->sum_squares / (double)frames);
        printf("%s channel %" PRIu32 " peak %.1f dB, rms %.1f dB", channel ? ";" : "", channel + 1,
               decibel(highest), decibel(rms));
    }
    printf("\n");
    fflush(stdout);
}

/* The newest second, or what there is of it. */
static enum tapemap_status show(tapemap_tape *tape, const struct tapemap_info *info)
{
    struct tapemap_peak peaks[TAPEMAP_MAX_CHANNELS];
    uint64_t head = tapemap_head(tape);
    uint64_t oldest = tapemap_oldest(tape);
    uint64_t from = head > info->sample_rate_hz ? head - info->sample_rate_hz : 0;

    from = from > oldest ? from : oldest;
    if (head == from)
        return TAPEMAP_OK;
    enum tapemap_status status = tapemap_read_peaks(tape, from, head, 1, peaks);
    if (status == TAPEMAP_OK)
        print_level(info, peaks, head, head - from);
    return status;
}

static enum tapemap_status follow(tapemap_tape *tape, unsigned long lines)
{
    struct tapemap_info info;
    enum tapemap_status status = TAPEMAP_OK;

    tapemap_get_info(tape, &info);
    for (uint64_t next = tapemap_head(tape); lines > 0 && status == TAPEMAP_OK; lines--) {
        next += info.sample_rate_hz;
        status = sample_wait(tape, next);
        if (status == TAPEMAP_OK || status == TAPEMAP_E_ENDED) {
            enum tapemap_status shown = show(tape, &info);
            status = shown ? shown : status;
        }
    }
    return status == TAPEMAP_E_ENDED ? TAPEMAP_OK : status;
}

int main(int argc, char **argv)
{
    unsigned long lines = argc == 3 ? strtoul(argv[2], NULL, 10) : 1000000000;

    if (argc < 2 || argc > 3 || lines == 0)
        return sample_usage("DECK [LINES]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    enum tapemap_status status = follow(tape, lines);
    tapemap_close(tape);
    return status ? sample_fail("cannot show the level", status) : 0;
}
