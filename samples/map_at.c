/* SPDX-License-Identifier: MIT */
/*
 * Maps a tape at a chosen address, so that pointers into it mean the same in every run.
 *
 *     map_at TAPE [ADDRESS]        (TAPE: a deck or a file; ADDRESS: hexadecimal, ends in 0000)
 *
 * Technique: a view at a base address. An analysis may then keep plain pointers to frames, in a
 * file or in memory that it shares with another process, and find them valid the next time. The
 * address may be taken, by a DLL or a heap: then tapemap_map_at refuses, and the program has to
 * choose another. Frame 0 lies at the address itself; a ring that has gone round has none.
 *
 * Expect:
 *     frames 0 to 48000 lie from 0x100000000000 to 0x10000002ee00
 *     the loudest frame is 31415, always at 0x10000001eadc
 *     a second view there is refused: it is in use
 */
#define SAMPLE "map_at"
#include "sample.h"

#include <math.h>

#define PIECE_FRAMES 256

#if UINTPTR_MAX > UINT32_MAX
#define USUAL_ADDRESS 0x100000000000
#else
#define USUAL_ADDRESS 0x40000000
#endif

/* Of the first channel: the frames are read as floats, but kept as a pointer to where they lie. */
static enum tapemap_status find_loudest(tapemap_tape *tape, uint64_t frames, uint64_t *loudest)
{
    static float samples[PIECE_FRAMES * TAPEMAP_MAX_CHANNELS];
    struct tapemap_info info;
    float highest = -1;

    tapemap_get_info(tape, &info);
    for (uint64_t from = 0; from < frames; from += PIECE_FRAMES) {
        uint64_t count = frames - from < PIECE_FRAMES ? frames - from : PIECE_FRAMES;
        enum tapemap_status status = tapemap_read_float(tape, from, count, samples);
        if (status)
            return status;
        for (uint64_t i = 0; i < count; i++) {
            if (fabsf(samples[i * info.channels]) > highest) {
                highest = fabsf(samples[i * info.channels]);
                *loudest = from + i;
            }
        }
    }
    return TAPEMAP_OK;
}

static int analyse(tapemap_tape *tape, const unsigned char *base, uint64_t frames)
{
    struct tapemap_info info;
    uint64_t loudest = 0;
    enum tapemap_status status = find_loudest(tape, frames, &loudest);

    if (status)
        return sample_fail("cannot look for the loudest frame", status);
    tapemap_get_info(tape, &info);
    const unsigned char *kept = base + (size_t)loudest * info.frame_bytes;
    const unsigned char *end = base + (size_t)frames * info.frame_bytes;
    printf("frames 0 to %" PRIu64 " lie from 0x%" PRIxPTR " to 0x%" PRIxPTR "\n", frames,
           (uintptr_t)base, (uintptr_t)end);
    printf("the loudest frame is %" PRIu64 ", always at 0x%" PRIxPTR "\n", loudest,
           (uintptr_t)kept);
    return 0;
}

static int run(tapemap_tape *tape, void *base)
{
    struct tapemap_info info;
    const void *frames = NULL;
    const void *second = NULL;

    tapemap_get_info(tape, &info);
    uint64_t head = tapemap_head(tape);
    uint64_t count = head < info.sample_rate_hz ? head : info.sample_rate_hz;
    enum tapemap_status status = count ? tapemap_map_at(tape, 0, &count, base, &frames)
                                       : TAPEMAP_E_NOT_YET;
    if (status == TAPEMAP_E_BUSY)
        return sample_refuse("cannot map the tape there", "that address is taken",
                             "choose another that ends in 0000");
    if (status)
        return sample_fail("cannot map the tape there", status);
    int code = analyse(tape, frames, count);
    uint64_t again = count;
    status = tapemap_map_at(tape, 0, &again, base, &second);
    if (status == TAPEMAP_E_BUSY)
        printf("a second view there is refused: %s\n", tapemap_status_text(status));
    else if (status)
        code = sample_fail("cannot try a second view", status);
    else
        code = sample_refuse("expected a refusal", "two views lie at one address", "report it");
    tapemap_unmap(second);
    tapemap_unmap(frames);
    return code;
}

int main(int argc, char **argv)
{
    uint64_t address = argc == 3 ? strtoull(argv[2], NULL, 16) : USUAL_ADDRESS;

    if (argc < 2 || argc > 3 || address == 0 || address > UINTPTR_MAX ||
        address % TAPEMAP_GRANULE_BYTES != 0)
        return sample_usage("TAPE [ADDRESS, hexadecimal, that ends in 0000]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    int code = run(tape, (void *)(uintptr_t)address);
    tapemap_close(tape);
    return code;
}
