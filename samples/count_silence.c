/* SPDX-License-Identifier: MIT */
/*
 * Counts the frames of a tape that are digital silence: zeros in every channel.
 *
 *     count_silence TAPE [FROM TO]        (TAPE: a deck or a file; without FROM: all there is)
 *
 * Technique: one small view at a time over a tape that may be larger than memory, or than the
 * addresses of a 32-bit program. A view costs a granule of 64 KiB of addresses (two where a frame
 * lies across a border) and no memory: the pages are those of the recorder.
 *
 * Expect:
 *     480 of 96000 frames are silent, in 1 stretch; the longest has 480, from frame 24000
 *     looked through 6 views of 64 KiB
 */
#define SAMPLE "count_silence"
#include "sample.h"

#define VIEW_BYTES 65536u

struct silence {
    uint64_t frames;
    uint64_t stretches;
    uint64_t run; /* up to the frame before the present one */
    uint64_t longest;
    uint64_t longest_from;
    uint64_t views;
};

static bool is_zero(const unsigned char *frame, size_t bytes)
{
    while (bytes > 0 && *frame == 0) {
        frame++;
        bytes--;
    }
    return bytes == 0;
}

static void take_frame(struct silence *silence, bool is_silent, uint64_t position)
{
    silence->stretches += is_silent && silence->run == 0;
    silence->run = is_silent ? silence->run + 1 : 0;
    silence->frames += is_silent;
    if (silence->run > silence->longest) {
        silence->longest = silence->run;
        silence->longest_from = position + 1 - silence->run;
    }
}

static enum tapemap_status count(tapemap_tape *tape, uint64_t from, uint64_t to,
                                 struct silence *silence)
{
    struct tapemap_info info;

    tapemap_get_info(tape, &info);
    while (from < to) {
        const void *view = NULL;
        uint64_t room = VIEW_BYTES / info.frame_bytes;
        uint64_t frames = to - from < room ? to - from : room;
        enum tapemap_status status = tapemap_map_at(tape, from, &frames, NULL, &view);
        if (status)
            return status;
        const unsigned char *frame = view;
        for (uint64_t i = 0; i < frames; i++, frame += info.frame_bytes)
            take_frame(silence, is_zero(frame, info.frame_bytes), from + i);
        tapemap_unmap(view);
        if (!tapemap_still_valid(tape, from))
            return TAPEMAP_E_OVERWRITTEN;
        from += frames;
        silence->views++;
    }
    return TAPEMAP_OK;
}

static int run(tapemap_tape *tape, int count_of_texts, char **arguments)
{
    struct silence silence = {0};
    uint64_t from = tapemap_oldest(tape);
    uint64_t to = tapemap_head(tape);

    if (count_of_texts == 2) {
        const char *const texts[2] = {arguments[0], arguments[1]};
        if (!sample_stretch(tape, texts, &from, &to))
            return 1;
    }
    enum tapemap_status status = count(tape, from, to, &silence);
    if (status)
        return sample_fail("cannot look at all of the tape", status);
    printf("%" PRIu64 " of %" PRIu64 " frames are silent, in %" PRIu64 " stretch%s", silence.frames,
           to - from, silence.stretches, silence.stretches == 1 ? "" : "es");
    if (silence.stretches > 0)
        printf("; the longest has %" PRIu64 ", from frame %" PRIu64, silence.longest,
               silence.longest_from);
    printf("\nlooked through %" PRIu64 " views of 64 KiB\n", silence.views);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 4)
        return sample_usage("TAPE [FROM TO]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    int code = run(tape, argc - 2, argv + 2);
    tapemap_close(tape);
    return code;
}
