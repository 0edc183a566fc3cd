/* SPDX-License-Identifier: MIT */
/* What --source may be: a device's name among those that there are, tones, files, stdin. */
#include <stdlib.h>
#include <string.h>

#include "device_match.h"
#include "fuzz.h"
#include "pcm.h"
#include "source.h"

#define BLOCK_FRAMES 64u

static const struct device_info rows[] = {
    {0, "MME", "Microphone (USB Audio Device)", 2, 44100, 0, 0, true, true},
    {1, "MME", "Microphone (USB Audio Device", 1, 44100, 0, 0, false, false},
    {2, "DirectSound", "Line In: 1/2", 2, 48000, 0, 0, true, false},
    {3, "WASAPI", "Line In: 1/2", 2, 48000, 0, 0, false, false},
    {4, "WASAPI", "line in: 1/2", 8, 96000, 0, 0, true, false},
};
static const struct device_table table = {DEVICE_INPUT, rows, sizeof rows / sizeof rows[0]};

static void match(const char *wish)
{
    struct device_problem problem = {""};
    const struct device_info *row = device_match(&table, wish, &problem);

    if (row)
        FUZZ_EXPECT(row >= rows && row < rows + table.count);
    else
        FUZZ_EXPECT(problem.text[0] != '\0' &&
                    memchr(problem.text, '\0', sizeof problem.text) != NULL);
}

/* The same position sounds the same, however it was come to. */
static void listen(struct source *source, uint64_t position)
{
    size_t frame_bytes =
        pcm_sample_bytes(source->format.sample_format) * (size_t)source->format.channels;
    uint8_t *first = fuzz_alloc(BLOCK_FRAMES * frame_bytes);
    uint8_t *second = fuzz_alloc(BLOCK_FRAMES * frame_bytes);
    struct failure failure;
    size_t count = 0;

    source->ops->seek(source, position);
    FUZZ_EXPECT(source->ops->read(source, first, BLOCK_FRAMES, &count, &failure) == TAPEMAP_OK);
    FUZZ_EXPECT(count >= 1 && count <= BLOCK_FRAMES);

    size_t again = 0;
    source->ops->seek(source, position);
    source->ops->read(source, second, count, &again, &failure);
    FUZZ_EXPECT(again <= count && memcmp(first, second, again * frame_bytes) == 0);
    free(first);
    free(second);
}

static void open_any(const char *spec, const struct source_wish *wish, uint64_t position)
{
    struct source *source;
    struct failure failure = {0};

    /* Of files only what lies in the folder of the run, where there is no pipe and no device. */
    if (strncmp(spec, "audio:", 6) == 0 && strchr(spec, '/'))
        return;
    if (source_open(spec, wish, &source, &failure) != TAPEMAP_OK) {
        FUZZ_EXPECT(failure.status != TAPEMAP_OK && failure.text[0] != '\0');
        return;
    }
    if (source->ops->seek) /* a tone */
        listen(source, position);
    source->ops->close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct source_wish wish = {0};

    wish.format.sample_format = (enum tapemap_sample_format)(fuzz_take(&input, 1) % 5);
    wish.format.channels = (uint32_t)fuzz_take(&input, 1);
    wish.format.sample_rate_hz = (uint32_t)(fuzz_take(&input, 3) % (TAPEMAP_MAX_RATE_HZ + 1));
    uint64_t position = fuzz_take(&input, 8);
    char *text = fuzz_text(input.at, input.left);
    match(text);
    open_any(text, &wish, position);
    free(text);
    return 0;
}
