/* SPDX-License-Identifier: MIT */
/*
 * Tapes left by a recorder that lied: whatever of their control block, WAV header or index became
 * something else, finishing refuses and changes nothing, or keeps every frame and makes a file that
 * it takes for finished, and that the reader reads. The input chooses a tape and is then a list of
 * changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file_tape.h"
#include "finish_tape.h"
#include "fuzz_file.h"
#include "late_frames.h"
#include "tape_file.h"

#define TAPE "fuzz_finish.wav"
#define INDEX "fuzz_finish.wav.index"
#define MOST_CHANGES 24u
#define FRAMES 5000u
#define AUDIO_BYTES (3 * TAPEMAP_GRANULE_BYTES)

enum { TAPES = 5 };

static const struct tape_file_spec specs[TAPES] = {
    {TAPEMAP_S16, 2, FRAMES, false, true, false}, {TAPEMAP_S24, 1, FRAMES + 1, true, true, false},
    {TAPEMAP_F32, 2, FRAMES, false, false, true}, {TAPEMAP_S16, 1, 100, true, false, false},
    {TAPEMAP_S24, 3, FRAMES + 1, false, true, false},
};

static struct {
    struct fuzz_file audio;
    struct fuzz_file index;
} bases[TAPES + 1]; /* the last one: finished */

/* What an input changed in its base, to be put back: the bases are large, and changes few. */
static struct {
    uint8_t *at;
    uint8_t was[8];
    size_t width;
} changes[MOST_CHANGES];
static size_t change_count;

static struct finish_options act; /* every second input: no chunk holds an index */

/* Both files are as long as their recorder may need; without most of what is empty there, more
   inputs are looked at. */
static void load_base(size_t which)
{
    struct fuzz_file *index = &bases[which].index;
    struct fuzz_file *audio = &bases[which].audio;

    *audio = fuzz_file_load(TAPE);
    if (which < TAPES && audio->count > AUDIO_BYTES)
        audio->count = AUDIO_BYTES;
    *index = fuzz_file_load(INDEX);
    while (index->count > TAPEMAP_GRANULE_BYTES && index->bytes[index->count - 1] == 0)
        index->count--;
}

static void make_bases(void)
{
    struct finish_report report;

    if (bases[0].audio.bytes)
        return;
    for (size_t i = 0; i < TAPES; i++) {
        tape_file_make(TAPE, &specs[i]);
        load_base(i);
    }
    tape_file_make(TAPE, &specs[0]);
    FUZZ_EXPECT(finish_tape(TAPE, &act, &report) == TAPEMAP_OK);
    load_base(TAPES);
}

/* Where a change goes in the audio file or the index: [*at, *at + *length). */
static const struct fuzz_file *stretch_of(uint64_t where, const struct fuzz_file *audio,
                                          const struct fuzz_file *index, size_t *at,
                                          size_t *length)
{
    const struct fuzz_file *file = where < 4 || !index->bytes ? audio : index;
    static const struct {
        size_t at;
        size_t length;
    } stretches[8] = {
        {TAPEMAP_CONTROL_OFFSET, sizeof(struct tapemap_control)}, {0, 200},
        {TAPEMAP_DATA_OFFSET - 8, 200}, {TAPEMAP_DATA_OFFSET + 16384, 40000},
        {0, sizeof(struct tapemap_index)}, {TAPEMAP_GRANULE_BYTES, 12 * 128},
        {0, sizeof(struct tapemap_index)}, {TAPEMAP_GRANULE_BYTES, 12 * 128},
    };

    *at = stretches[where].at;
    *length = stretches[where].length;
    return file;
}

static void put(uint8_t *at, uint64_t value, size_t width)
{
    changes[change_count].at = at;
    changes[change_count].width = width;
    memcpy(changes[change_count].was, at, width);
    memcpy(at, &value, width);
    change_count++;
}

static void put_back(void)
{
    while (change_count > 0) {
        change_count--;
        memcpy(changes[change_count].at, changes[change_count].was, changes[change_count].width);
    }
}

static void change(struct fuzz_input *input, struct fuzz_file *audio, struct fuzz_file *index)
{
    static const size_t widths[4] = {8, 4, 1, 2};
    uint64_t code = fuzz_take(input, 1);
    size_t offset = (size_t)fuzz_take(input, 2);
    uint64_t value = fuzz_take(input, 8);
    size_t width = widths[code / 8 % 4];
    size_t at;
    size_t length;
    const struct fuzz_file *file = stretch_of(code % 8, audio, index, &at, &length);

    at += offset % length;
    if (code >= 240) { /* cut */
        struct fuzz_file *cut = code % 2 && index->bytes ? index : audio;
        if (value < cut->count)
            cut->count = (size_t)value;
    } else if (at + width <= file->count) {
        put(file->bytes + at, value, width);
    }
}

static uint64_t number_at(const uint8_t *bytes, unsigned count)
{
    struct fuzz_input number = {bytes, count};

    return fuzz_take(&number, count);
}

/* Chunk after chunk, as a player goes, up to the end of the file. */
static void expect_chunks(const struct fuzz_file *file, uint64_t data_bytes)
{
    bool is_rf64 = memcmp(file->bytes, "RF64", 4) == 0;
    uint64_t end = 8 + (is_rf64 ? number_at(file->bytes + 20, 8) : number_at(file->bytes + 4, 4));
    uint64_t at = 12;

    FUZZ_EXPECT(act.chunk_most_bytes ? end < file->count : end == file->count);
    while (at < end) {
        FUZZ_EXPECT(end - at >= 8);
        uint64_t count = number_at(file->bytes + at + 4, 4);
        if (memcmp(file->bytes + at, "data", 4) == 0) {
            count = is_rf64 ? number_at(file->bytes + 28, 8) : count;
            FUZZ_EXPECT(at + 8 == TAPEMAP_DATA_OFFSET && count == data_bytes);
        }
        FUZZ_EXPECT(count <= end - at - 8);
        at += 8 + count + count % 2;
    }
    FUZZ_EXPECT(at == end);
}

/* Everything that a reader offers, of the file as it is. Returns its frames; 0 when it does not
   open. */
static uint64_t read_all(void)
{
    struct file_tape file;
    struct layout_tape facts;
    struct reader reader;
    struct tapemap_record record;
    struct tapemap_peak peaks[4 * TAPEMAP_MAX_CHANNELS];
    uint64_t first;
    uint64_t end;
    uint64_t moment;
    bool has_ended;

    if (file_tape_open(TAPE, &file, &facts, &has_ended) != TAPEMAP_OK)
        return 0;
    if (file_tape_read(TAPE, &file, &reader) != TAPEMAP_OK) {
        file_tape_close(&file);
        return 0;
    }
    uint64_t head = reader_head(&reader);
    uint64_t bytes = mapped_file_bytes(file.audio) - TAPEMAP_DATA_OFFSET;
    FUZZ_EXPECT(head <= bytes / reader.tape.frame_bytes);
    void *frames = fuzz_alloc((size_t)(head * reader.tape.frame_bytes));
    FUZZ_EXPECT(reader_read(&reader, 0, head, frames) == TAPEMAP_OK);
    free(frames);
    reader_journal_range(&reader, &first, &end);
    for (uint64_t i = first; i < end && i - first < 64; i++)
        reader_get_record(&reader, i, &record);
    if (head > 0)
        reader_peaks(&reader, &(struct reader_peaks_range){0, head, 4}, peaks);
    reader_utc_at(&reader, head, &moment);
    reader_find_mark(&reader, "verse", &record);
    reader_close(&reader);
    file_tape_close(&file);
    return head;
}

static bool is_all(const uint8_t *bytes, size_t count, uint8_t value)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

/* Every byte is what it was, but for marks of what is reserved, which may be silence now (L192). */
static void expect_audio(const uint8_t *before, const uint8_t *after, uint64_t bytes)
{
    for (uint64_t at = 0; at < bytes; at += TAPEMAP_GRANULE_BYTES) {
        uint64_t rest = bytes - at;
        size_t count = rest < TAPEMAP_GRANULE_BYTES ? (size_t)rest : TAPEMAP_GRANULE_BYTES;
        size_t mark = count < LATE_FRAMES_MARK_BYTES ? count : LATE_FRAMES_MARK_BYTES;
        if (!is_all(before + at, mark, 0xFF) || !is_all(after + at, mark, 0))
            mark = 0;
        FUZZ_EXPECT(memcmp(before + at + mark, after + at + mark, count - mark) == 0);
    }
}

static void expect_finished(const struct finish_report *report, const struct fuzz_file *before,
                            const struct fuzz_file *after)
{
    struct finish_report again;
    const struct tapemap_control *control =
        (const void *)(after->bytes + TAPEMAP_CONTROL_OFFSET);
    uint64_t bytes = report->frames * control->frame_bytes;

    FUZZ_EXPECT(bytes <= after->count - TAPEMAP_DATA_OFFSET);
    expect_audio(before->bytes + TAPEMAP_DATA_OFFSET, after->bytes + TAPEMAP_DATA_OFFSET, bytes);
    expect_chunks(after, bytes);
    FUZZ_EXPECT(finish_tape(TAPE, &act, &again) == TAPEMAP_OK);
    FUZZ_EXPECT(again.frames == report->frames && again.was_finished);
    FUZZ_EXPECT(fuzz_file_holds(TAPE, after));
    FUZZ_EXPECT(read_all() == report->frames);
}

static void finish(const struct fuzz_file *before)
{
    struct finish_report looked;
    struct finish_report report;
    enum tapemap_status expected =
        finish_tape(TAPE,
                    &(struct finish_options){.is_dry_run = true,
                                             .chunk_most_bytes = act.chunk_most_bytes},
                    &looked);

    FUZZ_EXPECT(fuzz_file_holds(TAPE, before));
    enum tapemap_status status = finish_tape(TAPE, &act, &report);
    FUZZ_EXPECT(status == expected);
    if (status == TAPEMAP_OK) {
        struct fuzz_file after = fuzz_file_load(TAPE);
        FUZZ_EXPECT(report.frames == looked.frames);
        expect_finished(&report, before, &after);
        free(after.bytes);
    } else {
        FUZZ_EXPECT(report.problem[0] != '\0' && fuzz_file_holds(TAPE, before));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};

    make_bases();
    size_t which = (size_t)(fuzz_take(&input, 1) % (2 * (TAPES + 1)));
    act.chunk_most_bytes = which > TAPES ? TAPEMAP_GRANULE_BYTES : 0;
    which %= TAPES + 1;
    struct fuzz_file audio = bases[which].audio;
    struct fuzz_file index = bases[which].index;
    for (unsigned i = 0; i < MOST_CHANGES && input.left > 0; i++)
        change(&input, &audio, &index);
    fuzz_file_store(TAPE, audio.bytes, audio.count);
    remove(INDEX);
    if (index.bytes)
        fuzz_file_store(INDEX, index.bytes, index.count);
    read_all();
    finish(&audio);
    put_back();
    remove(TAPE);
    remove(INDEX);
    return 0;
}
