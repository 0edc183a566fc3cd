/* SPDX-License-Identifier: MIT */
/* Journal entries as anybody may have written them, on their way to WAV chunks and lists. */
#include <stdlib.h>
#include <string.h>

#include "cue_chunks.h"
#include "fuzz.h"
#include "keep_stretch.h"
#include "label_text.h"
#include "layout_check.h"
#include "utf8.h"

#define MOST_RECORDS 200u

static struct tapemap_record record_of(struct fuzz_input *input, uint64_t sequence)
{
    struct tapemap_record record = {.sequence = sequence};
    size_t at = 0;

    record.kind = (uint32_t)fuzz_take(input, 1) % 9;
    record.position = fuzz_take(input, 8);
    record.frames = fuzz_take(input, 5);
    for (uint64_t left = fuzz_take(input, 1) % sizeof record.text; left > 0; left--)
        record.text[at++] = (char)fuzz_take(input, 1);
    return record;
}

static void expect_label(const char *text, enum label_style style)
{
    char out[LABEL_TEXT_BYTES];
    const char *rest = label_text(text, style, out);

    FUZZ_EXPECT(memchr(out, '\0', sizeof out) != NULL);
    for (size_t length; *rest; rest += length) {
        uint32_t character = utf8_character(rest, &length);
        bool is_blank = character == '\t' || character == '\n' || character == '\r';
        FUZZ_EXPECT(length > 0 && (is_blank || !utf8_is_control(character)));
        FUZZ_EXPECT(!is_blank || style == LABEL_CSV || style == LABEL_JSON);
        if (length == 0)
            return;
    }
}

static void keep(const struct tapemap_record *record, uint64_t from, uint64_t frames)
{
    struct tapemap_record kept = *record;
    uint64_t to = from + frames;

    if (!keep_stretch_take(&kept, from, to, 1000))
        return;
    FUZZ_EXPECT(kept.kind == TAPEMAP_RECORD_MARK || kept.kind == TAPEMAP_RECORD_GAP);
    FUZZ_EXPECT(kept.position >= 1000 && kept.position - 1000 < to - from);
    if (kept.kind == TAPEMAP_RECORD_GAP)
        FUZZ_EXPECT(kept.frames > 0 && kept.frames <= to - from - (kept.position - 1000));
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* Chunk behind chunk, each of an even length, up to the end. */
static unsigned count_chunks(const uint8_t *bytes, size_t size)
{
    unsigned count = 0;
    size_t at = 0;

    while (at < size) {
        FUZZ_EXPECT(size - at >= 8);
        size_t body = u32_at(bytes + at + 4);
        FUZZ_EXPECT(body <= size - at - 8);
        at += 8 + body + body % 2;
        count++;
    }
    FUZZ_EXPECT(at == size);
    return count;
}

static void make_chunks(const struct tapemap_record *records, size_t count)
{
    void *chunks = NULL;
    size_t bytes = 0;

    FUZZ_EXPECT(cue_chunks_make(records, count, &chunks, &bytes));
    FUZZ_EXPECT((chunks == NULL) == (bytes == 0));
    if (chunks) {
        const uint8_t *cue = chunks;
        FUZZ_EXPECT(count_chunks(cue, bytes) == 2);
        size_t list = 8 + u32_at(cue + 4);
        FUZZ_EXPECT(memcmp(cue, "cue ", 4) == 0 && memcmp(cue + list, "LIST", 4) == 0);
        FUZZ_EXPECT(u32_at(cue + 8) >= 1 && u32_at(cue + 8) <= count);
        FUZZ_EXPECT(count_chunks(cue + list + 12, bytes - list - 12) >= u32_at(cue + 8));
    }
    free(chunks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tapemap_record records[MOST_RECORDS];
    struct fuzz_input input = {data, size};
    uint64_t from = fuzz_take(&input, 8) / 4; /* no tape is longer (layout_check.h) */
    uint64_t frames = fuzz_take(&input, 8) / 4;
    size_t count = 0;

    while (input.left > 0 && count < MOST_RECORDS) {
        struct tapemap_record *record = &records[count];
        *record = record_of(&input, count);
        if (layout_check_record(record, count) != TAPEMAP_OK)
            continue;
        count++;
        keep(record, from, frames);
        for (int style = LABEL_TABLE; style <= LABEL_AUDACITY; style++)
            expect_label(record->text, (enum label_style)style);
    }
    make_chunks(records, count);
    return 0;
}
