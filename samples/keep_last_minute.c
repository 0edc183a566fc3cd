/* SPDX-License-Identifier: MIT */
/*
 * Keeps what just happened: the last minute of a deck, as a WAV file, while recording goes on.
 *
 *     keep_last_minute DECK OUT.wav [SECONDS]
 *
 * Technique: reading in place. The file is written straight from the recorder's memory, and only
 * after each piece is it asked whether a ring has overwritten it meanwhile (tapemap_still_valid):
 * no lock, no copy, no word to the recorder. If the oldest piece was lost the file is not kept, so
 * the ring should be a little longer than what is to be kept.
 *
 * Expect: OUT.wav, and on stdout
 *     kept 2880000 frames, from 1234567 to 4114567
 */
#define SAMPLE "keep_last_minute"
#include "sample.h"

static enum tapemap_status write_frames(tapemap_tape *tape, uint64_t from, uint64_t to, FILE *file)
{
    struct tapemap_info info;

    tapemap_get_info(tape, &info);
    while (from < to) {
        const void *frames = NULL;
        uint64_t count = 0;
        enum tapemap_status status = tapemap_peek(tape, from, &frames, &count);
        if (status)
            return status;
        count = count < to - from ? count : to - from;
        if (fwrite(frames, info.frame_bytes, (size_t)count, file) != count)
            return TAPEMAP_OK; /* sample_finish sees it */
        if (!tapemap_still_valid(tape, from)) /* after use, not before */
            return TAPEMAP_E_OVERWRITTEN;
        from += count;
    }
    return TAPEMAP_OK;
}

static int keep(tapemap_tape *tape, const char *path, uint64_t seconds)
{
    struct sample_output output;
    struct tapemap_info info;

    tapemap_get_info(tape, &info);
    uint64_t wanted = seconds * info.sample_rate_hz;
    uint64_t oldest = tapemap_oldest(tape); /* first: it moves on while we look */
    uint64_t to = tapemap_head(tape);
    uint64_t from = to > wanted ? to - wanted : 0;
    from = from > oldest ? from : oldest;
    if (from == to)
        return sample_fail("cannot keep anything", TAPEMAP_E_NOT_YET);
    if (!sample_create(&output, path))
        return 1;
    sample_write_header(&output, &info, to - from);
    enum tapemap_status status = write_frames(tape, from, to, output.file);
    sample_write_pad(&output, &info, to - from);
    bool is_whole = sample_finish(&output, status == TAPEMAP_OK);
    if (status)
        return sample_fail("cannot keep it all", status);
    if (is_whole)
        printf("kept %" PRIu64 " frames, from %" PRIu64 " to %" PRIu64 "\n", to - from, from, to);
    return is_whole ? 0 : 1;
}

int main(int argc, char **argv)
{
    unsigned long seconds = argc == 4 ? strtoul(argv[3], NULL, 10) : 60;

    if (argc < 3 || argc > 4 || seconds == 0 || seconds > 86400)
        return sample_usage("DECK OUT.wav [SECONDS, at most 86400]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    int code = keep(tape, argv[2], seconds);
    tapemap_close(tape);
    return code;
}
