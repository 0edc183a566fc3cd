/* SPDX-License-Identifier: MIT */
/*
 * Feeds a speech recogniser: blocks of 512 mono floats, none left out, as they are recorded.
 *
 *     feed_recogniser DECK [BLOCKS [FROM]]        (FROM: a position; without it the oldest frame)
 *
 * Technique: following. The reader has a position of its own and waits until the head is a block
 * ahead of it; when it is slow it falls behind and catches up, because the tape keeps what it has
 * not read. Only a ring may overtake it, and then it says so and ends. It ends with its tape, too:
 * where a deck goes from file to file, tapemap_open_next gives the next one.
 *
 * The recogniser here is a toy that listens for anything louder than -40 dB. Expect:
 *     sound from frame 24064, 12 ms behind the recorder
 *     fed 93 blocks from frame 0, 90 with sound, mean square 0.0416; at most 20 ms behind
 */
#define SAMPLE "feed_recogniser"
#include "sample.h"

#define BLOCK_FRAMES 512u
#define LOUD_MEAN_SQUARE 1e-4

struct recogniser {
    uint64_t loud_blocks;
    double squares;
    bool is_in_sound;
};

/* What a real one would offer: a block, and where it begins. */
static bool recogniser_take(struct recogniser *recogniser, const float *block)
{
    double sum = 0;

    for (unsigned i = 0; i < BLOCK_FRAMES; i++)
        sum += (double)block[i] * (double)block[i];
    recogniser->squares += sum;
    bool is_loud = sum / BLOCK_FRAMES > LOUD_MEAN_SQUARE;
    bool has_begun = is_loud && !recogniser->is_in_sound;
    recogniser->is_in_sound = is_loud;
    recogniser->loud_blocks += is_loud;
    return has_begun;
}

/* The mean of the channels. */
static void mix(const float *frames, uint32_t channels, float *mono)
{
    for (unsigned i = 0; i < BLOCK_FRAMES; i++) {
        float sum = 0;
        for (uint32_t channel = 0; channel < channels; channel++)
            sum += *frames++;
        mono[i] = sum / (float)channels;
    }
}

static int feed(tapemap_tape *tape, uint64_t from, unsigned long blocks)
{
    static float frames[BLOCK_FRAMES * TAPEMAP_MAX_CHANNELS];
    float mono[BLOCK_FRAMES];
    struct recogniser recogniser = {0};
    struct tapemap_info info;
    uint64_t position = from, most_behind = 0, fed = 0;
    enum tapemap_status status = TAPEMAP_OK;

    tapemap_get_info(tape, &info);
    while (fed < blocks) {
        status = sample_wait(tape, position + BLOCK_FRAMES);
        if (status == TAPEMAP_OK)
            status = tapemap_read_float(tape, position, BLOCK_FRAMES, frames);
        if (status)
            break;
        mix(frames, info.channels, mono);
        uint64_t behind = tapemap_head(tape) - position;
        uint64_t behind_ms = behind * 1000 / info.sample_rate_hz;
        most_behind = behind_ms > most_behind ? behind_ms : most_behind;
        if (recogniser_take(&recogniser, mono))
            printf("sound from frame %" PRIu64 ", %" PRIu64 " ms behind the recorder\n", position,
                   behind_ms);
        position += BLOCK_FRAMES;
        fed++;
    }
    if (status && status != TAPEMAP_E_ENDED) /* an end is one: less than a block is left */
        return sample_fail("cannot feed the next block", status);
    printf("fed %" PRIu64 " blocks from frame %" PRIu64 ", %" PRIu64
           " with sound, mean square %.4f; at most %" PRIu64 " ms behind\n",
           fed, from, recogniser.loud_blocks,
           fed ? recogniser.squares / (double)(fed * BLOCK_FRAMES) : 0.0, most_behind);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long blocks = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000000;

    if (argc < 2 || argc > 4 || blocks == 0)
        return sample_usage("DECK [BLOCKS [FROM]]");
    tapemap_tape *tape = sample_open(argv[1]);
    if (!tape)
        return 1;
    uint64_t from = tapemap_oldest(tape);
    enum tapemap_status status =
        argc > 3 ? tapemap_parse_position(tape, argv[3], &from) : TAPEMAP_OK;
    int code = status ? sample_fail("cannot begin there", status) : feed(tape, from, blocks);
    tapemap_close(tape);
    return code;
}
