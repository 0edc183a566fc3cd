/* SPDX-License-Identifier: MIT */
/*
 * Writes a stretch of a tape backwards into a WAV file.
 *
 *     play_backwards TAPE FROM TO OUT.wav        (TAPE: a deck or a file)
 *
 * Technique: small views, from the last one to the first. The tape is never copied as a whole, so
 * it works as well for a week as for a second, and in a 32-bit program.
 *
 * Expect: OUT.wav, whose first frame is the last one before TO, and on stdout
 *     wrote 48000 frames backwards, through 3 views
 */
#define SAMPLE "play_backwards"
#include "sample.h"

#define VIEW_BYTES 65536u

/* Maps the last frames of [from, to): up to a view full, all in one piece. */
static enum tapemap_status map_last(tapemap_tape *tape, uint64_t *from, uint64_t to,
                                    const void **frames)
{
    uint64_t count = to - *from;
    enum tapemap_status status = tapemap_map_at(tape, *from, &count, NULL, frames);

    while (status == TAPEMAP_OK && *from + count < to) { /* the end of a ring lies in between */
        tapemap_unmap(*frames);
        *from += count;
        count = to - *from;
        status = tapemap_map_at(tape, *from, &count, NULL, frames);
    }
    return status;
}

static void turn_round(const unsigned char *frames, uint64_t count, size_t frame_bytes,
                       unsigned char *out)
{
    while (count-- > 0) {
        memcpy(out, frames + (size_t)count * frame_bytes, frame_bytes);
        out += frame_bytes;
    }
}

static enum tapemap_status write_backwards(tapemap_tape *tape, uint64_t from, uint64_t to,
                                           FILE *file, uint64_t *views)
{
    static unsigned char turned[VIEW_BYTES];
    struct tapemap_info info;

    tapemap_get_info(tape, &info);
    uint64_t room = VIEW_BYTES / info.frame_bytes;
    while (to > from) {
        const void *frames = NULL;
        uint64_t start = to - from > room ? to - room : from;
        enum tapemap_status status = map_last(tape, &start, to, &frames);
        if (status)
            return status;
        turn_round(frames, to - start, info.frame_bytes, turned);
        tapemap_unmap(frames);
        if (!tapemap_still_valid(tape, start))
            return TAPEMAP_E_OVERWRITTEN;
        fwrite(turned, info.frame_bytes, (size_t)(to - start), file);
        to = start;
        (*views)++;
    }
    return TAPEMAP_OK;
}

static int run(tapemap_tape *tape, char **arguments)
{
    const char *const texts[2] = {arguments[0], arguments[1]};
    struct sample_output output;
    struct tapemap_info info;
    uint64_t from, to, views = 0;

    if (!sample_stretch(tape, texts, &from, &to) || !sample_create(&output, arguments[2]))
        return 1;
    tapemap_get_info(tape, &info);
    sample_write_header(&output, &info, to - from);
    enum tapemap_status status = write_backwards(tape, from, to, output.file, &views);
    sample_write_pad(&output, &info, to - from);
    bool is_whole = sample_finish(&output, status == TAPEMAP_OK);
    if (status)
        return sample_fail("cannot read the tape backwards", status);
    if (is_whole)
        printf("wrote %" PRIu64 " frames backwards, through %" PRIu64 " views\n", to - from, views);
    return is_whole ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return sample_usage("TAPE FROM TO OUT.wav");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    int code = run(tape, argv + 2);
    tapemap_close(tape);
    return code;
}
