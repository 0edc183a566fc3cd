/* SPDX-License-Identifier: MIT */
/* Command lines of tapemapd, a word to a line, and the patterns by which tapes get their paths. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "record_options.h"
#include "service_options.h"
#include "tape_path.h"

enum { MOST_WORDS = 32, PATH_BYTES = 300 };

struct words {
    int count;
    char *at[MOST_WORDS + 1];
};

static void split(char *text, struct words *words, const char *first)
{
    static char name[16];

    strcpy(name, first);
    words->count = 1;
    words->at[0] = name;
    while (*text && words->count < MOST_WORDS) {
        words->at[words->count++] = text;
        text += strcspn(text, "\n");
        if (*text)
            *text++ = '\0';
    }
    words->at[words->count] = NULL;
}

static void expand(const char *pattern, const char *deck, unsigned attempt)
{
    const struct tape_path_facts facts = {deck, 0x1234, UINT64_C(1700000000000000000), attempt};
    char *path = fuzz_alloc(PATH_BYTES);

    if (tape_path_expand(pattern, &facts, path, PATH_BYTES) == NULL) {
        FUZZ_EXPECT(memchr(path, '\0', PATH_BYTES) != NULL);
        FUZZ_EXPECT(tape_path_is_file(path));
        FUZZ_EXPECT(path[0] != '/' && path[0] != '\\' && strpbrk(path, ":*?\"<>|") == NULL);
        FUZZ_EXPECT(strstr(path, "../") == NULL && strstr(path, "//") == NULL);
        FUZZ_EXPECT(tape_path_folders(path) == tape_path_folders(pattern));
    }
    free(path);
}

static void record(char *text)
{
    static const struct audio_format formats[] = {{TAPEMAP_S16, 2, 48000}, {TAPEMAP_F32, 256, 1},
                                                  {TAPEMAP_S24, 1, TAPEMAP_MAX_RATE_HZ}};
    struct record_options options;
    struct failure failure = {0};
    struct words words;
    uint64_t frames;

    split(text, &words, "record");
    if (!record_options_parse(words.count, words.at, &options, &failure)) {
        FUZZ_EXPECT(failure.text[0] != '\0' && failure.status != TAPEMAP_OK);
        return;
    }
    if (options.wants_help)
        return;
    FUZZ_EXPECT(options.deck && options.source && options.source[0] != '\0');
    FUZZ_EXPECT(options.file.extent_bytes % TAPEMAP_GRANULE_BYTES == 0);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (record_options_capacity(&options, &formats[i], &frames, &failure))
            FUZZ_EXPECT(frames > 0);
        if (record_options_end_frame(&options, formats[i].sample_rate_hz, &frames, &failure))
            FUZZ_EXPECT((frames > 0) == (options.duration_ns > 0));
    }
    record_options_retention(&options);
    if (options.file.pattern)
        expand(options.file.pattern, options.deck, 1);
}

static void serve(char *text)
{
    struct service_options options;
    struct failure failure = {0};
    struct words words;

    split(text, &words, "service");
    if (!service_options_parse(words.count, words.at, &options, &failure))
        FUZZ_EXPECT(failure.text[0] != '\0');
    else if (!options.wants_help)
        FUZZ_EXPECT(options.name[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint64_t how = fuzz_take(&input, 1);
    char *text = fuzz_text(input.at, input.left);

    switch (how % 4) {
    case 0:
    case 1: record(text); break;
    case 2: serve(text); break;
    default: expand(text, "studio 1", (unsigned)(how / 4)); break;
    }
    free(text);
    return 0;
}
